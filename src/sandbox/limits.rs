//! Limits: the size of a body, and requests a second for each portal where one is set.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, StatusCode, header};
use futures_util::StreamExt;
use tokio::time::Instant;

use super::problem::Problem;

/// The largest body that is taken, in bytes.
pub(crate) const LARGEST_BODY: usize = 1 << 20;
/// How much of a larger one is read away, so that its sender gets to see the refusal.
const READ_AWAY: usize = 16 << 20;

/// Reads a body whole.
pub(crate) async fn read_body(body: Body) -> Result<Vec<u8>, Problem> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(Ok(chunk)) = stream.next().await {
        length = length.saturating_add(chunk.len());
        if length <= LARGEST_BODY {
            bytes.extend_from_slice(&chunk);
        } else if length > READ_AWAY {
            break;
        }
    }
    if length > LARGEST_BODY {
        return Err(Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The body is too large",
            format!("a body has at most {LARGEST_BODY} bytes"),
        ));
    }
    Ok(bytes)
}

/// Requests a second, by portal. A bucket holds one second's worth and fills steadily, so that a
/// caller who keeps exactly to the limit is never refused for a moment's unevenness.
#[derive(Debug, Default)]
pub(crate) struct RateLimits(Mutex<BTreeMap<String, Bucket>>);

#[derive(Debug)]
struct Bucket {
    per_second: u32,
    left: f64,
    filled: Instant,
}

/// The header fields that tell a caller where it stands.
pub(crate) type RateFields = Vec<(HeaderName, String)>;

impl RateLimits {
    /// Sets, or with none takes away, the limit of one portal.
    pub(crate) fn set(&self, portal: &str, per_second: Option<u32>) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match per_second {
            None => buckets.remove(portal),
            Some(per_second) => buckets.insert(
                portal.to_owned(),
                Bucket {
                    per_second,
                    left: f64::from(per_second),
                    filled: Instant::now(),
                },
            ),
        };
    }

    /// Takes every limit away.
    pub(crate) fn clear(&self) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.clear();
    }

    /// Counts one request; answers with the fields to send along.
    pub(crate) fn take(&self, portal: &str) -> Result<RateFields, Problem> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bucket) = buckets.get_mut(portal) else {
            return Ok(Vec::new());
        };
        match bucket.take(Instant::now()) {
            Ok(()) => Ok(bucket.fields()),
            Err(wait) => {
                let seconds = wait.as_secs_f64().ceil().max(1.0);
                let mut problem = Problem::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too-many-requests",
                    "Too many requests",
                    format!("this portal takes {} requests a second", bucket.per_second),
                )
                .with(header::RETRY_AFTER, format!("{seconds}"));
                problem.headers.extend(bucket.fields());
                Err(problem)
            }
        }
    }
}

impl Bucket {
    fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let rate = f64::from(self.per_second);
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.left = (self.left + passed * rate).min(rate);
        self.filled = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            Ok(())
        } else if rate > 0.0 {
            Err(Duration::from_secs_f64((1.0 - self.left) / rate))
        } else {
            Err(Duration::from_secs(1))
        }
    }

    fn fields(&self) -> RateFields {
        let left = self.left.floor();
        vec![
            (
                HeaderName::from_static("ratelimit-policy"),
                format!("\"default\";q={};w=1", self.per_second),
            ),
            (
                HeaderName::from_static("ratelimit"),
                format!("\"default\";r={left};t=1"),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_one_seconds_worth_and_fills_steadily() {
        let start = Instant::now();
        let mut bucket = Bucket {
            per_second: 2,
            left: 2.0,
            filled: start,
        };
        assert_eq!(bucket.take(start), Ok(()));
        assert_eq!(bucket.take(start), Ok(()));
        assert_eq!(bucket.take(start), Err(Duration::from_millis(500)));
        let later = start + Duration::from_millis(500);
        assert_eq!(bucket.take(later), Ok(()));
        assert!(bucket.take(later).is_err());
    }
}
