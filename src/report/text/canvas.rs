//! The writer under the text: tones instead of colours, and escaping of everything that is not
//! layout.
//!
//! The only place where styles are chosen.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::TextOptions;
use crate::model::plan::{AccountRef, ActionKind};
use crate::report::escape;

/// What a piece of text is, from which its colour follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Tone {
    Plain,
    Heading,
    Faint,
    Give,
    Change,
    Take,
    Power,
    Good,
    Bad,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Heading => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Give => AnsiColor::Green.on_default(),
            Self::Change => AnsiColor::Yellow.on_default(),
            Self::Take => AnsiColor::Red.on_default(),
            Self::Power => AnsiColor::Magenta.on_default().bold(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
        }
    }

    /// The tone of an action.
    pub(in crate::report) fn of(kind: ActionKind) -> Self {
        match kind {
            ActionKind::Create | ActionKind::Grant => Self::Give,
            ActionKind::Update | ActionKind::Renew => Self::Change,
            ActionKind::Promote | ActionKind::Demote => Self::Power,
            ActionKind::Revoke | ActionKind::Expire => Self::Take,
            ActionKind::Delete => Self::Bad,
        }
    }
}

/// Where the text goes.
pub(in crate::report) struct Canvas<'a> {
    colour: bool,
    out: &'a mut dyn Write,
}

impl<'a> Canvas<'a> {
    pub(in crate::report) fn new(options: &TextOptions, out: &'a mut dyn Write) -> Self {
        let colour = !options.plain;
        Self { colour, out }
    }

    /// Writes a piece of a line, escaped.
    pub(in crate::report) fn put(&mut self, tone: Tone, text: &str) -> io::Result<()> {
        let text = escape::terminal(text);
        if self.colour && tone != Tone::Plain {
            let style = tone.style();
            write!(self.out, "{style}{text}{style:#}")
        } else {
            self.out.write_all(text.as_bytes())
        }
    }

    /// Writes layout of our own: spaces, dots, words that no file and no portal had a hand in.
    pub(in crate::report) fn raw(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Writes a piece and fills it up to `width` characters.
    pub(in crate::report) fn padded(
        &mut self,
        tone: Tone,
        text: &str,
        width: usize,
    ) -> io::Result<()> {
        self.put(tone, text)?;
        let fill = width.saturating_sub(shown_width(text));
        write!(self.out, "{:fill$}", "")
    }

    pub(in crate::report) fn end_line(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// Writes a whole line.
    pub(in crate::report) fn line(&mut self, tone: Tone, text: &str) -> io::Result<()> {
        self.put(tone, text)?;
        self.end_line()
    }

    /// Writes a person: name, then login id where that says more.
    pub(in crate::report) fn person(&mut self, account: &AccountRef) -> io::Result<()> {
        let AccountRef {
            login,
            name,
            id: _,
            person: _,
        } = account;
        if name.trim().is_empty() || **name == *login.as_str() {
            return self.put(Tone::Heading, login.as_str());
        }
        self.put(Tone::Heading, name)?;
        self.raw("  ")?;
        self.put(Tone::Plain, login.as_str())
    }
}

/// Characters that a text takes once escaped.
pub(in crate::report) fn shown_width(text: &str) -> usize {
    escape::terminal(text).chars().count()
}
