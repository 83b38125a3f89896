//! One command line, run in this process: what it prints, as a terminal would show it.

use std::ffi::OsString;
use std::io;

use beadle::app::{Exit, Progress, Screen};
use beadle::cli;
use beadle::model::diagnostic::{Diagnostic, Sources};

/// What a command printed, and how it ended; none where it failed.
#[derive(Default)]
pub(super) struct Heard {
    out: Vec<u8>,
    /// Stderr.
    pub(super) said: String,
    pub(super) exit: Option<Exit>,
}

/// Runs a command line, without the program's name.
pub(super) fn run(line: &[String]) -> Heard {
    let mut heard = Heard::default();
    match cli::run_on(line.iter().map(OsString::from), &mut heard) {
        Ok(exit) => heard.exit = Some(exit),
        Err(failure) => {
            for line in cli::complaint(&failure) {
                heard.warn(&line);
            }
        }
    }
    heard
}

impl Heard {
    /// Stdout without beadle's own styles, which are `ESC [ digits m` and nothing else.
    pub(super) fn out(&self) -> String {
        let text = std::str::from_utf8(&self.out).expect("it prints text");
        let mut parts = text.split("\u{1b}[");
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let after = part.trim_start_matches(|one: char| one.is_ascii_digit() || one == ';');
            match after.strip_prefix('m') {
                Some(after) => plain.push_str(after),
                None => plain.extend(["\u{1b}[", part]),
            }
        }
        plain
    }
}

impl Screen for Heard {
    fn out(&mut self) -> &mut dyn io::Write {
        &mut self.out
    }

    fn say(&mut self, line: &str) {
        self.said.push_str(&cli::harmless(line));
        self.said.push('\n');
    }

    fn warn(&mut self, line: &str) {
        self.say(line);
    }

    fn diagnostics(&mut self, found: &[Diagnostic], sources: &Sources) {
        self.said
            .push_str(&cli::diagnostics::render(found, sources, false));
    }

    fn confirm(&mut self, question: &str) -> io::Result<Option<bool>> {
        self.say(question);
        Ok(None)
    }

    fn progress(&mut self, _: u64) -> Box<dyn Progress> {
        Box::new(Silent)
    }
}

struct Silent;

impl Progress for Silent {
    fn step(&self) {}
    fn end(&self) {}
}
