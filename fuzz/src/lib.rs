//! What all fuzzing targets share: a target is a door of `beadle::fuzzing`, and nothing else.

use std::cell::RefCell;

use beadle::fuzzing::{Door, door};
use tokio::runtime::{Builder, Runtime};

pub use libfuzzer_sys;

/// A door, and a clock on which no time passes while nobody waits.
pub struct Target {
    door: Door,
    runtime: Runtime,
}

thread_local! {
    static TARGET: RefCell<Option<Target>> = const { RefCell::new(None) };
}

impl Target {
    fn named(name: &str) -> Self {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        Self {
            door: door(name).expect("a target has the name of a door"),
            runtime: runtime.expect("a runtime can be made"),
        }
    }
}

/// Hands an input to the door of a name.
pub fn take(name: &str, input: &[u8]) {
    TARGET.with_borrow_mut(|target| {
        let Target { door, runtime } = target.get_or_insert_with(|| Target::named(name));
        runtime.block_on(door.take(input));
    });
}

/// The entry of the target of a name.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        $crate::libfuzzer_sys::fuzz_target!(|input: &[u8]| $crate::take($name, input));
    };
}
