//! When a call is made again, and how long before. Decides only; sleeping is `backon`'s and the
//! gate's. Never a repeat that could do something twice.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use backon::ExponentialBuilder;

use super::failure::{CallFailure, FailureKind};
use super::request::Request;

/// Most times that one call is made.
const ATTEMPTS: usize = 5;
/// Most repeats after no connection could be made: if the portal is down, say so soon.
const QUICK_REPEATS: u32 = 3;
/// The longest pause that is kept when the portal asks for one.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause of our own.
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);

/// The retries of one client: how fast, from which seed, and the budget over all of its calls.
pub(super) struct Retries {
    first_pause: Duration,
    seed: u64,
    calls: AtomicU64,
    repeats: AtomicU64,
}

/// The retries of one call.
pub(super) struct Course<'a> {
    retries: &'a Retries,
    idempotent: bool,
    keyed: bool,
    quick: u32,
    writes: bool,
    /// The last attempt that may have been carried out.
    unclear: Option<CallFailure>,
}

/// What a failure means for a repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// Repeating could do something twice, or change nothing.
    Final,
    /// Nothing was sent: again at once, a few times.
    Quick,
    /// Again after a while.
    Later,
    /// The portal said when to come again: a pace, not a failure, so the budget is not touched.
    Told,
}

impl Retries {
    pub(super) fn new(first_pause: Duration, seed: u64) -> Self {
        Self {
            first_pause: first_pause.min(LONGEST_BACKOFF),
            seed,
            calls: AtomicU64::new(0),
            repeats: AtomicU64::new(0),
        }
    }

    /// Begins a call.
    pub(super) fn begin(&self, request: &Request) -> Course<'_> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Course {
            retries: self,
            idempotent: request.is_idempotent(),
            keyed: request.is_keyed(),
            quick: 0,
            writes: request.writes(),
            unclear: None,
        }
    }

    /// The pauses of one call, jittered from the seed.
    pub(super) fn backoff(&self) -> ExponentialBuilder {
        // A stride that differs from call to call, so that calls which failed together do not
        // come back together.
        let stride = self
            .calls
            .load(Ordering::Relaxed)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ExponentialBuilder::new()
            .with_min_delay(self.first_pause)
            .with_max_delay(LONGEST_BACKOFF)
            .with_max_times(ATTEMPTS - 1)
            .with_jitter()
            .with_jitter_seed(self.seed ^ stride)
    }

    /// Takes one repeat from the budget: a fifth of all calls, and ten.
    fn spend(&self) -> bool {
        let allowed = self.calls.load(Ordering::Relaxed) / 5 + 10;
        self.repeats
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |spent| {
                (spent < allowed).then_some(spent + 1)
            })
            .is_ok()
    }
}

impl Course<'_> {
    /// How long to wait before the call is made again; none to give up. `pause` is the next one of
    /// our own, none after the last attempt. What the portal asked for is waited for at the gate.
    pub(super) fn next(
        &mut self,
        failure: &CallFailure,
        pause: Option<Duration>,
    ) -> Option<Duration> {
        if self.writes && failure.kind.outcome_unknown() {
            self.unclear = Some(failure.clone());
        }
        let pause = pause?;
        if failure.pause.is_some_and(|asked| asked > LONGEST_PAUSE) {
            return None;
        }
        match self.class(failure) {
            Class::Final => None,
            Class::Told => Some(pause),
            Class::Later => self.retries.spend().then_some(pause),
            Class::Quick => {
                self.quick += 1;
                let again = self.quick <= QUICK_REPEATS && self.retries.spend();
                again.then_some(pause / 4)
            }
        }
    }

    /// What the call came to, by its last attempt. Where that one did not reach the portal's hands,
    /// an earlier one may have: then it is not known whether the call was carried out.
    pub(super) fn verdict(self, last: CallFailure) -> CallFailure {
        use FailureKind as Kind;
        let says_nothing = matches!(
            last.kind,
            Kind::Unreachable(_)
                | Kind::Throttled(_)
                | Kind::Unauthorised
                | Kind::NoToken(_)
                | Kind::Stopped
        );
        match self.unclear {
            Some(unclear) if says_nothing => unclear,
            _ => last,
        }
    }

    fn class(&self, failure: &CallFailure) -> Class {
        use FailureKind as Kind;
        let repeatable = self.idempotent || self.keyed;
        let later = |allowed| if allowed { Class::Later } else { Class::Final };
        match &failure.kind {
            Kind::Unreachable(_) => Class::Quick,
            Kind::Throttled(_) if failure.pause.is_some() => Class::Told,
            Kind::Throttled(_) => Class::Later,
            Kind::TimedOut(_) | Kind::ConnectionLost => later(repeatable),
            Kind::Failed(502..=504) => later(repeatable),
            Kind::Failed(500) => later(self.idempotent),
            // The same key is being worked on: its answer comes with the next attempt.
            Kind::Conflict { .. } if failure.has_code("request-in-flight") => later(self.keyed),
            _ => Class::Final,
        }
    }
}

/// The pause that an answer asks for: `Retry-After` in seconds or as a date, else the reset of the
/// rate-limit fields. A date is counted from the answer's own `Date`; without one it is ignored.
pub(super) fn asked_pause(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(after) = text("retry-after").map(str::trim) {
        if let Some(seconds) = whole_seconds(after) {
            return Some(seconds);
        }
        if let (Some(then), Some(now)) = (http_date(after), text("date").and_then(http_date)) {
            let seconds = then.duration_since(now).as_secs();
            return Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
        }
    }
    text("ratelimit")
        .and_then(reset_of)
        .or_else(|| text("ratelimit-reset").and_then(|reset| whole_seconds(reset.trim())))
}

/// The reset of a `RateLimit` field: `t=` in its present form, `reset=` in an earlier one.
fn reset_of(field: &str) -> Option<Duration> {
    field
        .split([';', ','])
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| matches!(*name, "t" | "reset"))
        .and_then(|(_, value)| whole_seconds(value))
}

/// Digits alone; a number too large to hold is as long as can be.
fn whole_seconds(text: &str) -> Option<Duration> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

/// A date in the form of HTTP, without its zone, which is always GMT: the last days that can be
/// written so are past the end of all timestamps.
fn http_date(text: &str) -> Option<jiff::civil::DateTime> {
    let parsed = jiff::fmt::strtime::parse("%a, %d %b %Y %H:%M:%S GMT", text.trim());
    parsed.and_then(|date| date.to_datetime()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use backon::BackoffBuilder;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    fn post() -> Request {
        Request::post(&["users"], "key-1", &serde_json::json!({})).unwrap()
    }

    fn unkeyed_post() -> Request {
        let mut request = post();
        request.idempotency_key = None;
        request
    }

    fn failure(kind: FailureKind) -> CallFailure {
        CallFailure::new("GET /x", kind)
    }

    /// How often a call is made that fails in one way for ever.
    fn attempts(request: &Request, failure: &CallFailure) -> usize {
        let retries = Retries::new(Duration::from_millis(200), 7);
        let mut course = retries.begin(request);
        let mut backoff = retries.backoff().build();
        let mut made = 1;
        while course.next(failure, backoff.next()).is_some() {
            made += 1;
        }
        made
    }

    #[test]
    fn a_call_is_made_again_only_where_that_can_do_nothing_twice() {
        let get = Request::get(&["users"]);
        let kinds = [
            FailureKind::TimedOut(Duration::from_secs(30)),
            FailureKind::ConnectionLost,
            FailureKind::Failed(500),
            FailureKind::Failed(501),
            FailureKind::Failed(502),
            FailureKind::Failed(503),
            FailureKind::Failed(504),
            FailureKind::Throttled(None),
            FailureKind::Unreachable("connection refused".into()),
            FailureKind::Unauthorised,
            FailureKind::Forbidden(None),
            FailureKind::NotFound,
            FailureKind::NotJson("text/html".into()),
            FailureKind::Redirected(302),
        ];
        let mut table = String::from("GET POST+key POST\n");
        for kind in kinds {
            let failure = failure(kind.clone());
            table += &format!(
                "{} {} {} {kind}\n",
                attempts(&get, &failure),
                attempts(&post(), &failure),
                attempts(&unkeyed_post(), &failure)
            );
        }
        insta::assert_snapshot!(table, @r"
        GET POST+key POST
        5 5 1 no answer within 30 seconds
        5 5 1 the connection was lost before the answer was complete
        5 1 1 the portal failed (500)
        1 1 1 the portal failed (501)
        5 5 1 the portal failed (502)
        5 5 1 the portal failed (503)
        5 5 1 the portal failed (504)
        5 5 5 the portal asks for fewer requests (429)
        4 4 4 the portal cannot be reached (connection refused)
        1 1 1 the portal does not accept the token (401); is it right, and still valid?
        1 1 1 the portal forbids it (403)
        1 1 1 the portal does not know it (404)
        1 1 1 the answer is not JSON but text/html; is `url` the API's address, and not a page for people?
        1 1 1 the portal answers with a redirect (302), which is never followed; is `url` right?
        ");
    }

    /// S13: a save that is made twice mails twice.
    #[test]
    fn a_call_that_mails_each_time_is_made_again_only_where_it_was_not_carried_out() {
        let tag = super::super::request::Tag(HeaderValue::from_static("\"1\""));
        let set = || Request::put_set(&["roles"], tag.clone(), &serde_json::json!([])).unwrap();
        let mut table = String::from("PUT mailing\n");
        for kind in [
            FailureKind::TimedOut(Duration::from_secs(30)),
            FailureKind::ConnectionLost,
            FailureKind::Failed(500),
            FailureKind::Failed(502),
            FailureKind::Failed(503),
            FailureKind::Failed(504),
            FailureKind::Throttled(None),
            FailureKind::Unreachable("connection refused".into()),
        ] {
            let failure = failure(kind.clone());
            table += &format!(
                "{} {} {kind}\n",
                attempts(&set(), &failure),
                attempts(&set().mailing_each_time(), &failure)
            );
        }
        insta::assert_snapshot!(table, @r"
        PUT mailing
        5 1 no answer within 30 seconds
        5 1 the connection was lost before the answer was complete
        5 1 the portal failed (500)
        5 1 the portal failed (502)
        5 1 the portal failed (503)
        5 1 the portal failed (504)
        5 5 the portal asks for fewer requests (429)
        4 4 the portal cannot be reached (connection refused)
        ");
    }

    #[test]
    fn a_key_in_flight_is_asked_for_again_and_other_conflicts_are_not() {
        let mut conflict = failure(FailureKind::Conflict {
            status: 409,
            code: None,
        });
        assert_eq!(attempts(&post(), &conflict), 1);
        conflict.code = Some("request-in-flight".into());
        assert_eq!(attempts(&post(), &conflict), 5);
        assert_eq!(attempts(&unkeyed_post(), &conflict), 1);
    }

    #[test]
    fn a_pause_longer_than_the_cap_ends_at_once() {
        let get = Request::get(&["users"]);
        let mut throttled = failure(FailureKind::Throttled(None));
        throttled.pause = Some(LONGEST_PAUSE);
        assert_eq!(attempts(&get, &throttled), 5);
        throttled.pause = Some(Duration::from_secs(1_000_000_000));
        assert_eq!(attempts(&get, &throttled), 1);
    }

    #[test]
    fn repeats_stay_within_a_fifth_of_the_calls_and_ten() {
        let retries = Retries::new(Duration::from_millis(1), 1);
        let get = Request::get(&["users"]);
        let lost = failure(FailureKind::ConnectionLost);
        let mut repeats = 0;
        for _ in 0..100 {
            let mut course = retries.begin(&get);
            for pause in retries.backoff().build() {
                if course.next(&lost, Some(pause)).is_none() {
                    break;
                }
                repeats += 1;
            }
        }
        assert_eq!(repeats, 30);
    }

    #[test]
    fn the_same_seed_gives_the_same_pauses_and_they_grow() {
        let pauses = |seed| -> Vec<Duration> {
            Retries::new(Duration::from_millis(200), seed)
                .backoff()
                .build()
                .collect()
        };
        assert_eq!(pauses(3), pauses(3));
        assert_ne!(pauses(3), pauses(4));
        let plain = [200, 400, 800, 1600].map(Duration::from_millis);
        for (pause, least) in pauses(3).iter().zip(plain) {
            assert!(*pause >= least && *pause <= least * 2, "{pause:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_field_of_an_answer_makes_it_panic(after in ".{0,40}", now in ".{0,40}", limit in "[a-z0-9=;, \\-]{0,40}") {
            let mut headers = HeaderMap::new();
            for (name, text) in [("retry-after", after), ("date", now), ("ratelimit", limit)] {
                if let Ok(value) = HeaderValue::from_str(&text) {
                    headers.insert(HeaderName::from_static(name), value);
                }
            }
            let _ = asked_pause(&headers);
        }
    }

    fn pause(headers: &[(&'static str, &'static str)]) -> Option<u64> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        asked_pause(&headers).map(|pause| pause.as_secs())
    }

    #[test]
    fn the_pause_is_read_from_every_form_in_use() {
        let now = ("date", "Sun, 22 Nov 2026 10:00:00 GMT");
        let then = ("retry-after", "Sun, 22 Nov 2026 10:00:07 GMT");
        let past = ("retry-after", "Sun, 22 Nov 2026 09:00:00 GMT");
        let last = ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(pause(&[("retry-after", "5")]), Some(5));
        assert_eq!(pause(&[now, then]), Some(7));
        assert_eq!(pause(&[now, past]), Some(0));
        assert_eq!(pause(&[now, last]), Some(251_606_959_199));
        assert_eq!(pause(&[then]), None);
        assert_eq!(pause(&[("ratelimit", "\"default\";r=0;t=9")]), Some(9));
        assert_eq!(
            pause(&[("ratelimit", "limit=10, remaining=0, reset=4")]),
            Some(4)
        );
        assert_eq!(pause(&[("ratelimit-reset", "3")]), Some(3));
        assert_eq!(pause(&[("retry-after", "soon")]), None);
        assert_eq!(pause(&[("retry-after", "-5")]), None);
        assert_eq!(pause(&[]), None);
        let beyond = "99999999999999999999999999";
        assert_eq!(pause(&[("retry-after", beyond)]), Some(u64::MAX));
    }
}
