//! Findings as people read them: the line with a caret, what is wrong, what to write instead.
//! Turns data into text; prints nothing and decides nothing.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::model::diagnostic::{Diagnostic, Severity, SourceFile, Sources, Span};

/// Lines shown before and after the one that matters.
const AROUND: u32 = 1;
/// Longest part of a line that is shown before and after what is underlined, in bytes.
const LONGEST: usize = 2_000;

/// The findings as text, each followed by an empty line; with colours where `color` is set.
///
/// Nothing of the files' content reaches the text that could steer a terminal.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&one(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    text
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let Diagnostic {
        code,
        severity,
        message,
        span,
        label,
        related,
        help,
    } = diagnostic;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(harmless(message)).id(*code));
    let first = span
        .iter()
        .map(|span| (span, label, AnnotationKind::Primary));
    let others = related
        .iter()
        .map(|(span, what)| (span, what, AnnotationKind::Context));
    for (span, label, kind) in first.chain(others) {
        let Some(file) = sources.get(span.file) else {
            continue;
        };
        let window = Window::new(file, span);
        let mut annotation = kind.span(window.span);
        if !label.is_empty() {
            annotation = annotation.label(harmless(label));
        }
        let snippet = Snippet::source(window.text)
            .line_start(window.line as usize)
            .path(harmless(&file.name))
            .fold(false)
            .annotation(annotation);
        group = group.element(snippet);
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    renderer.render(&[group])
}

/// The few lines around a place, and the place within them.
struct Window {
    text: String,
    line: u32,
    span: Range<usize>,
}

impl Window {
    fn new(file: &SourceFile, span: &Span) -> Self {
        let (line, _) = file.position(span.start);
        let from = file.line_start(line);
        let to = file.line_start(line.saturating_add(1));
        let first = line.saturating_sub(AROUND).max(1);
        let after = line.saturating_add(1 + AROUND);
        let mut window = Self {
            text: String::new(),
            line: first,
            span: 0..0,
        };
        window.push(slice(file, file.line_start(first)..from));
        // Of what spans several lines, the first is enough to find it.
        let its_end = slice(file, from..to).trim_end().len() + from as usize;
        let start = (span.start as usize).min(its_end);
        let end = (span.end as usize).clamp(start, its_end.max(start));
        window.push(slice(file, from..number(start)));
        window.span.start = window.text.len();
        window.push(slice(file, number(start)..number(end)));
        window.span.end = window.text.len();
        window.push(slice(file, number(end)..to));
        window.push(slice(file, to..file.line_start(after)));
        let end = window.text.trim_end().len();
        window.text.truncate(end.max(window.span.end));
        window
    }

    /// Adds text, harmless and not endless.
    fn push(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            let mut end = line.len().min(LONGEST);
            while !line.is_char_boundary(end) {
                end -= 1;
            }
            let shown = line.get(..end).unwrap_or("");
            self.text.extend(shown.chars().map(visible));
            if end < line.len() && line.ends_with('\n') {
                self.text.push('\n');
            }
        }
    }
}

fn slice(file: &SourceFile, range: Range<u32>) -> &str {
    let (start, end) = (range.start as usize, range.end as usize);
    file.text.get(start..end).unwrap_or("")
}

fn number(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// Text in which nothing steers a terminal; line breaks, too, would let content pass for ours.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            _ => visible(character),
        })
        .collect()
}

/// A character, or a sign in place of one that a terminal would obey or that turns the direction
/// of the text around.
fn visible(character: char) -> char {
    let turns = matches!(
        character,
        '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    );
    match character {
        '\n' => '\n',
        '\t' | '\r' => ' ',
        _ if character.is_control() || turns => '\u{fffd}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, part: &str, sources: &mut Sources) -> Span {
        let start = text.find(part).unwrap();
        let file = sources.add(SourceFile::new("a.yaml".into(), text.into()));
        Span {
            file,
            start: number(start),
            end: number(start + part.len()),
        }
    }

    fn finding(span: Span, message: &str) -> Diagnostic {
        Diagnostic {
            code: "code",
            severity: Severity::Error,
            message: message.to_owned(),
            span: Some(span),
            label: "here".to_owned(),
            related: Vec::new(),
            help: Some("write something else".to_owned()),
        }
    }

    #[test]
    fn a_finding_shows_its_line_with_a_caret_and_its_neighbours() {
        let mut sources = Sources::default();
        let text = "one: 1\ntwo: 2\nthree: 3\nfour: 4\nfive: 5\n";
        let span = at(text, "three", &mut sources);
        let shown = render(&[finding(span, "`three` is wrong")], &sources, false);
        insta::assert_snapshot!(shown, @r"
        error[code]: `three` is wrong
         --> a.yaml:3:1
          |
        2 | two: 2
        3 | three: 3
          | ^^^^^ here
        4 | four: 4
          |
          = help: write something else
        ");
    }

    #[test]
    fn control_characters_of_a_file_do_not_reach_the_terminal() {
        let mut sources = Sources::default();
        let text = "a: \u{1b}[31mred\u{202e}\u{7} x\nb: 2\r\n";
        let span = at(text, "x", &mut sources);
        let shown = render(&[finding(span, "`\u{1b}[2J` is\nwrong")], &sources, false);
        assert!(
            !shown.contains(['\u{1b}', '\u{7}', '\u{202e}', '\r']),
            "{shown:?}"
        );
        insta::assert_snapshot!(shown, @r"
        error[code]: `�[2J` is wrong
         --> a.yaml:1:15
          |
        1 | a: �[31mred�� x
          |               ^ here
        2 | b: 2�
          |
          = help: write something else
        ");
    }
}
