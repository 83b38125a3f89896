//! The program: parse, call, exit code. Everything else is in the library.

use std::process::ExitCode;

/// Much of the time goes into making and forgetting small texts (see `docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    beadle::cli::run()
}
