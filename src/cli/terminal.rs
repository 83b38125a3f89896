//! The terminal: results to stdout, everything else to stderr, styles only where they are wanted.

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing_subscriber::filter::LevelFilter;

use super::arguments::{Color, Global};
use super::diagnostics;
use crate::app::{Progress, Screen};
use crate::model::diagnostic::{Diagnostic, Sources};

/// Stdout and stderr, as the arguments want them.
pub(super) struct Terminal {
    out: Results,
    errors: AutoStream<io::Stderr>,
    quiet: bool,
}

/// Stdout. Once whoever read it has gone, nothing more is shown and the command goes on: its exit
/// code must tell what it did, also to `beadle apply | head`.
struct Results(AutoStream<io::Stdout>);

impl Write for Results {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unless_gone(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        unless_gone(self.0.flush(), ())
    }
}

fn unless_gone<T>(result: io::Result<T>, instead: T) -> io::Result<T> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(instead),
        other => other,
    }
}

const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();

impl Terminal {
    pub(super) fn new(global: &Global) -> Self {
        let choice = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            out: Results(AutoStream::new(io::stdout(), choice)),
            errors: AutoStream::new(io::stderr(), choice),
            quiet: global.quiet,
        }
    }

    /// For what is said before anybody has said how.
    pub(super) fn unasked() -> Self {
        Self::new(&Global {
            directory: None,
            color: Color::Auto,
            quiet: false,
            verbose: 0,
        })
    }

    /// The line that somebody types after a question; `None` where there is no terminal.
    fn line(&mut self, question: &str) -> io::Result<Option<String>> {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Ok(None);
        }
        write!(self.errors, "{}", super::harmless(question))?;
        self.errors.flush()?;
        let mut line = String::new();
        stdin.lock().read_line(&mut line)?;
        Ok(Some(line))
    }

    fn error_line(&mut self, line: &str) {
        // There is nowhere left to say that stderr cannot be written.
        let _ = writeln!(self.errors, "{line}");
    }
}

impl Screen for Terminal {
    fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    fn say(&mut self, line: &str) {
        if !self.quiet {
            self.error_line(&super::harmless(line));
        }
    }

    fn warn(&mut self, line: &str) {
        let (style, word) = match line.split_once(": ") {
            Some(("error", _)) => (ERROR, "error"),
            Some(("help", _)) => (Style::new().bold(), "help"),
            _ => (WARNING, ""),
        };
        let rest = super::harmless(line.strip_prefix(word).unwrap_or(line));
        let word = if word.is_empty() { "note:" } else { word };
        let space = if word == "note:" { " " } else { "" };
        self.error_line(&format!("{style}{word}{style:#}{space}{rest}"));
    }

    fn diagnostics(&mut self, found: &[Diagnostic], sources: &Sources) {
        let color = self.errors.current_choice() != ColorChoice::Never;
        let text = diagnostics::render(found, sources, color);
        self.error_line(text.trim_end());
    }

    fn confirm(&mut self, question: &str) -> io::Result<Option<bool>> {
        let line = self.line(question)?;
        Ok(line.map(|line| line.trim() == "yes"))
    }

    fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        let line = self.line(question)?;
        // Without even a line end, whoever was there has gone.
        let line = line.filter(|line| !line.is_empty());
        Ok(line.map(|line| line.trim().to_owned()))
    }

    fn progress(&mut self, total: u64) -> Box<dyn Progress> {
        let target = if self.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} calls, {elapsed} so far")
        {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Box::new(Bar(bar))
    }
}

struct Bar(ProgressBar);

impl Progress for Bar {
    fn step(&self) {
        self.0.inc(1);
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// Logs to stderr: `-v` what is done, `-vv` each call, `-vvv` everything of ours.
pub(super) fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let ours = tracing_subscriber::filter::Targets::new().with_target("beadle", level);
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .without_time();
    // A second subscriber can only be there in a test that runs commands in one process.
    let _ = tracing_subscriber::registry()
        .with(layer)
        .with(ours)
        .try_init();
}
