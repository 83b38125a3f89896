//! Case after case until enough was counted, each drawn from the seed of the run.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::count::{is_full, seed};

/// A number that hangs on the seed of the run and on nothing else but what is given.
pub(super) fn drawn(parts: &[&[u8]]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325 ^ seed();
    for part in parts {
        for byte in part.iter().chain([&0xff]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    // The low bits of the last bytes alone would be seen in the result.
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

/// Makes case after case, several side by side in a full run, until so many things were counted.
/// A case is handed its number and answers with what it counted.
pub(super) fn until_counted(wanted: u64, case: impl Fn(u64) -> u64 + Sync) -> u64 {
    let (next, counted) = (AtomicU64::new(0), AtomicU64::new(0));
    let failure = Mutex::new(None);
    let work = || {
        while counted.load(Ordering::SeqCst) < wanted && failure.lock().unwrap().is_none() {
            let number = next.fetch_add(1, Ordering::SeqCst);
            let one = std::panic::AssertUnwindSafe(|| case(number));
            match std::panic::catch_unwind(one) {
                Ok(more) => counted.fetch_add(more, Ordering::SeqCst),
                Err(payload) => {
                    failure.lock().unwrap().get_or_insert((number, payload));
                    return;
                }
            };
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..if is_full() { 16 } else { 1 } {
            scope.spawn(work);
        }
    });
    if let Some((number, payload)) = failure.into_inner().unwrap() {
        eprintln_case(number);
        std::panic::resume_unwind(payload);
    }
    counted.into_inner()
}

fn eprintln_case(number: u64) {
    use std::io::Write as _;
    let line = format!("the case was number {number}, seed {}\n", seed());
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
