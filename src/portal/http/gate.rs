//! The gate through which every request passes: so many in flight, so many a second, and none
//! while the portal asks for a pause. On tokio's clock, so that tests can turn it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// Most requests in flight, whatever is asked for.
const MOST_IN_FLIGHT: u32 = 1_000;

/// Limits of one portal.
pub(super) struct Gate {
    slots: Semaphore,
    interval: Duration,
    times: Mutex<Times>,
}

#[derive(Clone, Copy)]
struct Times {
    /// When the next request may start.
    next: Instant,
    /// Until when none may.
    closed_until: Instant,
}

impl Gate {
    /// A gate for so many requests in flight and so many a second.
    pub(super) fn new(concurrency: u32, requests_per_second: Option<u32>) -> Self {
        let now = Instant::now();
        let interval = requests_per_second
            .and_then(|rate| Duration::from_secs(1).checked_div(rate))
            .unwrap_or_default();
        Self {
            slots: Semaphore::new(concurrency.clamp(1, MOST_IN_FLIGHT) as usize),
            interval,
            times: Mutex::new(Times {
                next: now,
                closed_until: now,
            }),
        }
    }

    /// Waits for a place in flight and for the next start. Hold the permit while the request runs;
    /// none is handed out after the gate is dropped, which cannot happen while it is borrowed.
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let permit = self.slots.acquire().await.ok();
        let mut start = self.take_start();
        loop {
            sleep_until(start).await;
            // A pause may have begun while this request waited for its start.
            let times = *self.lock();
            if times.closed_until <= Instant::now() {
                return permit;
            }
            start = self.take_start();
        }
    }

    /// Lets nobody in for so long, counted from now.
    pub(super) fn pause(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut times = self.lock();
        times.closed_until = times.closed_until.max(until);
    }

    fn take_start(&self) -> Instant {
        let mut times = self.lock();
        let start = times.next.max(times.closed_until).max(Instant::now());
        times.next = start + self.interval;
        start
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    async fn starts(gate: &Gate, count: usize) -> Vec<u128> {
        let begin = Instant::now();
        let mut starts = Vec::new();
        for _ in 0..count {
            let _permit = gate.enter().await;
            starts.push(begin.elapsed().as_millis());
        }
        starts
    }

    #[tokio::test(start_paused = true)]
    async fn requests_start_at_their_slots() {
        let gate = Gate::new(4, Some(10));
        assert_eq!(starts(&gate, 4).await, [0, 100, 200, 300]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nobody_waits() {
        let gate = Gate::new(1, None);
        assert_eq!(starts(&gate, 3).await, [0, 0, 0]);
        let zero = Gate::new(0, Some(0));
        assert_eq!(starts(&zero, 2).await, [0, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_everybody_those_who_wait_already_among_them() {
        let gate = Arc::new(Gate::new(4, Some(10)));
        drop(gate.enter().await);
        let begin = Instant::now();
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move {
                let _permit = gate.enter().await;
                begin.elapsed()
            }
        });
        tokio::task::yield_now().await;
        gate.pause(Duration::from_secs(7));
        gate.pause(Duration::from_secs(2));
        assert_eq!(waiting.await.unwrap(), Duration::from_secs(7));
        assert_eq!(starts(&gate, 1).await, [100]);
    }

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_throttled_requests_are_never_early() {
        let gate = Gate::new(8, Some(100));
        let mut allowed_from = Instant::now();
        for number in 0..10_000_u64 {
            let permit = gate.enter().await;
            assert!(Instant::now() >= allowed_from, "request {number} is early");
            allowed_from = Instant::now() + Duration::from_millis(10);
            if number % 7 == 0 {
                let pause = Duration::from_secs(number % 5);
                gate.pause(pause);
                allowed_from = allowed_from.max(Instant::now() + pause);
            }
            drop(permit);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_than_the_agreed_number_is_in_flight() {
        let gate = Gate::new(2, None);
        let first = gate.enter().await;
        let _second = gate.enter().await;
        let third = tokio::time::timeout(Duration::from_secs(1), gate.enter()).await;
        assert!(third.is_err());
        drop(first);
        assert!(gate.enter().await.is_some());
    }
}
