//! Runs the program under the kernel's own eye and kills it at a chosen one of its calls that
//! change files: before it, or in the middle of a write. Also knows how much of each file is on the
//! disk for certain, so that a power cut can be played.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// `PTRACE_SYSCALL_INFO_ENTRY`.
const ENTRY: u8 = 1;
/// `PTRACE_SYSCALL_INFO_EXIT`.
const EXIT: u8 = 2;

/// How long a sync takes on a slow disk.
const SLOW: Duration = Duration::from_millis(15);

/// How far a traced run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// To this step, from 0, at which it is killed.
    Step(usize),
    /// To its end.
    TheEnd,
    /// To wherever somebody else kills it, with a disk that takes its time: what was not synced
    /// before is then not on it.
    PowerCut,
}

/// How a traced run ended.
#[derive(Debug, Default)]
pub(super) struct Traced {
    /// Whether it was killed at the step that was asked for.
    pub(super) struck: bool,
    /// How many steps it came to.
    pub(super) steps: usize,
    /// Its exit code, where it ended by itself.
    pub(super) code: Option<i32>,
    /// What it was about to do when it was killed.
    pub(super) at: String,
    /// The length up to which each file that it wrote is on the disk for certain, by inode: a
    /// file is written under one name and then given another.
    pub(super) durable: BTreeMap<u64, u64>,
}

/// What a call is about to do to a file.
enum Step {
    /// Makes, names, removes or cuts one.
    Change,
    /// Writes so many bytes into one.
    Write(u64),
}

/// A program under trace.
struct Tracer<'f> {
    leader: Pid,
    folder: &'f Path,
    until: Until,
    /// The thread whose write was made shorter, to be killed once that is done.
    halfway: Option<Pid>,
    /// Syncs under way: which thread, of which descriptor.
    syncing: BTreeMap<Pid, u64>,
    /// Threads that wait for the disk, and since when.
    held: VecDeque<(Pid, Instant)>,
    seen: Traced,
}

/// Runs a command. Only what happens below `folder` counts as a write. `spawned` hears its process
/// id before it begins.
#[allow(
    clippy::zombie_processes,
    reason = "whoever traces a process waits for it"
)]
pub(super) fn run(command: &Command, folder: &Path, until: Until, spawned: impl Fn(Pid)) -> Traced {
    let mut child = waiting(command);
    let leader = Pid::from_raw(child.id().try_into().unwrap());
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_TRACEEXEC
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(leader, options).expect("a test may trace its own child");
    ptrace::interrupt(leader).unwrap();
    spawned(leader);
    child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    let tracer = Tracer {
        leader,
        folder,
        until,
        halfway: None,
        syncing: BTreeMap::new(),
        held: VecDeque::new(),
        seen: Traced::default(),
    };
    tracer.follow()
}

/// A shell that becomes the command once it is told to.
fn waiting(command: &Command) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", "read _ && exec \"$0\" \"$@\" < /dev/null"]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    shell.spawn().unwrap()
}

impl Tracer<'_> {
    fn follow(mut self) -> Traced {
        // Only what this thread has begun: other tests have children of their own.
        let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        loop {
            let polls = if self.held.is_empty() {
                flags
            } else {
                flags | WaitPidFlag::WNOHANG
            };
            let status = waitpid(Pid::from_raw(-1), Some(polls)).unwrap();
            let (thread, signal) = match status {
                WaitStatus::Exited(thread, code) if thread == self.leader => {
                    self.seen.code = Some(code);
                    return self.seen;
                }
                WaitStatus::Signaled(thread, ..) if thread == self.leader => return self.seen,
                WaitStatus::PtraceSyscall(thread) => {
                    if self.at_call(thread) {
                        self.held.push_back((thread, Instant::now()));
                        continue;
                    }
                    (thread, None)
                }
                WaitStatus::Stopped(thread, signal) => (thread, Some(signal)),
                WaitStatus::PtraceEvent(thread, ..) => (thread, None),
                WaitStatus::StillAlive => match self.disk_done() {
                    Some(thread) => (thread, None),
                    None => continue,
                },
                _ => continue,
            };
            // Whoever was killed meanwhile goes on to its end by itself.
            let _ = ptrace::syscall(thread, signal);
        }
    }

    /// Whoever has waited for the disk long enough.
    fn disk_done(&mut self) -> Option<Pid> {
        let (thread, since) = *self.held.front()?;
        if since.elapsed() < SLOW {
            thread::yield_now();
            return None;
        }
        self.held.pop_front();
        Some(thread)
    }

    /// Whether the thread is to wait for the disk.
    fn at_call(&mut self, thread: Pid) -> bool {
        let Ok(info) = ptrace::syscall_info(thread) else {
            return false;
        };
        match info.op {
            ENTRY => {
                self.entered(thread);
                return self.until == Until::PowerCut && self.syncing.contains_key(&thread);
            }
            EXIT => {
                if self.halfway == Some(thread) {
                    self.strike();
                }
                let synced = self.syncing.remove(&thread);
                let link = synced.map(|descriptor| link(thread, descriptor));
                if let Some(about) = link.and_then(|link| fs::metadata(link).ok()) {
                    self.seen.durable.insert(about.ino(), about.len());
                }
            }
            _ => {}
        }
        false
    }

    fn strike(&mut self) {
        self.seen.struck = true;
        kill(self.leader, Signal::SIGKILL).unwrap();
    }

    fn entered(&mut self, thread: Pid) {
        let Ok(mut registers) = ptrace::getregs(thread) else {
            return;
        };
        let number = i64::try_from(registers.orig_rax).unwrap_or(-1);
        let first = registers.rdi;
        if [libc::SYS_fsync, libc::SYS_fdatasync].contains(&number) {
            self.syncing.insert(thread, first);
            return;
        }
        let opened = registers.rdx & u64::from(libc::O_CREAT.unsigned_abs()) != 0;
        let step = match number {
            libc::SYS_write if self.file(thread, first).is_some() => Step::Write(registers.rdx),
            libc::SYS_openat if opened => Step::Change,
            libc::SYS_ftruncate
            | libc::SYS_rename
            | libc::SYS_renameat
            | libc::SYS_renameat2
            | libc::SYS_link
            | libc::SYS_linkat
            | libc::SYS_unlink
            | libc::SYS_unlinkat
            | libc::SYS_mkdir
            | libc::SYS_mkdirat
            | libc::SYS_rmdir
            | libc::SYS_chmod
            | libc::SYS_fchmod => Step::Change,
            _ => return,
        };
        if self.seen.struck || self.halfway.is_some() {
            return;
        }
        if self.until == Until::Step(self.seen.steps) {
            self.seen.at = format!("before call {number}");
            self.seen.steps += 1;
            return self.strike();
        }
        self.seen.steps += 1;
        if let Step::Write(bytes @ 2..) = step {
            if self.until == Until::Step(self.seen.steps) {
                self.seen.at = format!("after {} of {bytes} bytes", bytes / 2);
                registers.rdx = bytes / 2;
                ptrace::setregs(thread, registers).unwrap();
                self.halfway = Some(thread);
            }
            self.seen.steps += 1;
        }
    }

    /// The file below the folder that a descriptor is open on.
    fn file(&self, thread: Pid, descriptor: u64) -> Option<PathBuf> {
        let path = fs::read_link(link(thread, descriptor)).ok()?;
        path.starts_with(self.folder).then_some(path)
    }
}

/// Where the system shows what a descriptor is open on.
fn link(thread: Pid, descriptor: u64) -> String {
    format!("/proc/{thread}/fd/{descriptor}")
}
