//! Runs a program as a whole and counts what it cost. The program is started by a small process of
//! its own, this bench called again: what the kernel counts for "children" is then one program,
//! and its peak memory is not that of the portal beside it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// User and system time, all threads, in seconds.
    pub(crate) cpu: f64,
    /// From start to end, in seconds.
    pub(crate) wall: f64,
    /// Most memory that was resident, in MiB.
    pub(crate) memory: f64,
    /// How it ended.
    pub(crate) exit: i32,
}

/// The argument that makes this bench the small process.
pub(crate) const FLAG: &str = "--measured";

/// Runs `arguments` (program first) in `folder`, its output going to `output`.
pub(crate) fn run(arguments: &[&str], folder: &Path, output: &Path) -> Cost {
    let told = Command::new(std::env::current_exe().unwrap())
        .arg(FLAG)
        .arg(output)
        .args(arguments)
        .current_dir(folder)
        .env("OFS_PORTAL_TOKEN", "bench")
        .env_remove("CI")
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let numbers: Vec<f64> = told
        .split_ascii_whitespace()
        .map(|word| word.parse().unwrap())
        .collect();
    let [cpu, wall, memory, exit] = numbers.as_slice() else {
        panic!("no measure of {arguments:?}: {told}");
    };
    #[allow(clippy::cast_possible_truncation, reason = "an exit code is small")]
    Cost {
        cpu: *cpu,
        wall: *wall,
        memory: *memory,
        exit: *exit as i32,
    }
}

/// The run of least CPU among several: what disturbs only adds.
pub(crate) fn best(times: u32, mut once: impl FnMut() -> Cost) -> Cost {
    let runs = (0..times.max(1)).map(|_| once());
    runs.min_by(|one, other| one.cpu.total_cmp(&other.cpu))
        .unwrap()
}

/// The small process: runs its arguments and prints what the kernel counted.
pub(crate) fn inner(arguments: &[String]) {
    let [output, program, arguments @ ..] = arguments else {
        panic!("nothing to run");
    };
    let output = std::fs::File::create(output).unwrap();
    let begin = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(output)
        .status()
        .unwrap();
    let wall = begin.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let seconds = |time: nix::sys::time::TimeVal| {
        use nix::sys::time::TimeValLike as _;
        #[allow(clippy::cast_precision_loss, reason = "microseconds of a bench")]
        let micros = time.num_microseconds() as f64;
        micros / 1e6
    };
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    // Kilobytes on Linux.
    #[allow(clippy::cast_precision_loss, reason = "kilobytes of a bench")]
    let memory = usage.max_rss() as f64 / 1024.0;
    println!("{cpu} {wall} {memory} {}", status.code().unwrap_or(-1));
}
