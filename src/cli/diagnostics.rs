//! Findings as people read them: the line with a caret, what is wrong, what to write instead.
//! Turns data into text; prints nothing and decides nothing.

use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};

use crate::app;
use crate::model::diagnostic::{Diagnostic, Severity, SourceFile, Sources, Span};

/// Lines shown before and after the one that matters.
const AROUND: u32 = 1;
/// Places in one file that are at most so many lines apart are shown together.
const NEAR: u32 = 8;
/// Longest part of a line that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

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
        .map(|span| (span, label.as_str(), AnnotationKind::Primary));
    let others = related
        .iter()
        .map(|(span, what)| (span, what.as_str(), AnnotationKind::Context));
    let mut places: Vec<Place<'_>> = first
        .chain(others)
        .filter_map(|(span, label, kind)| {
            let file = sources.get(span.file)?;
            let (line, _) = file.position(span.start);
            Some(Place {
                file,
                span,
                line,
                label,
                kind,
            })
        })
        .collect();
    while !places.is_empty() {
        let together = split_together(&mut places);
        group = group.element(element(&together));
    }
    if let Some(help) = help {
        group = group.element(Level::HELP.message(harmless(help)));
    }
    renderer.render(&[group])
}

/// A place to be underlined.
struct Place<'d> {
    file: &'d SourceFile,
    span: &'d Span,
    line: u32,
    label: &'d str,
    kind: AnnotationKind,
}

/// Takes the first place out, and those that are near enough to be shown with it.
fn split_together<'d>(places: &mut Vec<Place<'d>>) -> Vec<Place<'d>> {
    let Some((file, line)) = places.first().map(|first| (first.span.file, first.line)) else {
        return Vec::new();
    };
    let near = |place: &Place<'_>| place.span.file == file && place.line.abs_diff(line) <= NEAR;
    let (together, apart) = std::mem::take(places).into_iter().partition(near);
    *places = apart;
    together
}

/// What is shown of some places that are near each other: the lines, or the first place alone where
/// the file has changed since it was checked.
fn element(places: &[Place<'_>]) -> Element<'static> {
    match places.first() {
        Some(first) if first.file.text().is_none() => {
            let (line, column) = first.file.position(first.span.start);
            Origin::path(harmless(&first.file.name))
                .line(line as usize)
                .char_column(column as usize)
                .into()
        }
        _ => snippet(places).into(),
    }
}

/// The lines of some places that are near each other.
fn snippet(places: &[Place<'_>]) -> Snippet<'static, Annotation<'static>> {
    let lines = || places.iter().map(|place| place.line);
    let first = lines().min().unwrap_or(1).saturating_sub(AROUND).max(1);
    let last = lines().max().unwrap_or(1).saturating_add(AROUND);
    let mut text = String::new();
    let mut spans: Vec<Range<usize>> = places.iter().map(|_| 0..0).collect();
    let mut name = String::new();
    if let Some(file) = places.first().map(|place| place.file) {
        name = harmless(&file.name);
        for line in first..=last {
            copy_line(file, line, places, &mut spans, &mut text);
        }
    }
    let end = spans.iter().map(|span| span.end).max().unwrap_or(0);
    text.truncate(text.trim_end().len().max(end));
    let annotations = places.iter().zip(spans).map(|(place, span)| {
        let annotation = place.kind.span(span);
        if place.label.is_empty() {
            annotation
        } else {
            annotation.label(harmless(place.label))
        }
    });
    Snippet::source(text)
        .line_start(first as usize)
        .path(name)
        .fold(false)
        .annotations(annotations)
}

/// Adds one line, harmless and not endless, and notes where the places on it have gone.
fn copy_line(
    file: &SourceFile,
    line: u32,
    places: &[Place<'_>],
    spans: &mut [Range<usize>],
    text: &mut String,
) {
    let start = file.line_start(line);
    let whole = slice(file, start..file.line_start(line.saturating_add(1)));
    let shown = whole.trim_end_matches(['\r', '\n']);
    let mut end = shown.len().min(LONGEST);
    while !shown.is_char_boundary(end) {
        end -= 1;
    }
    let shown = shown.get(..end).unwrap_or("");
    let moved = |byte: u32| {
        let byte = (byte.saturating_sub(start) as usize).min(shown.len());
        let before = shown.char_indices().take_while(|(at, _)| *at < byte);
        text.len() + before.map(|(_, c)| visible(c).len_utf8()).sum::<usize>()
    };
    for (place, span) in places.iter().zip(spans) {
        if place.line == line {
            // Of what spans several lines, the first is enough to find it.
            *span = moved(place.span.start)..moved(place.span.end);
        }
    }
    text.push_str(&no_commands(shown.chars().map(visible).collect()));
    text.push('\n');
}

fn slice(file: &SourceFile, range: Range<u32>) -> &str {
    let (start, end) = (range.start as usize, range.end as usize);
    let text = file.text().unwrap_or("");
    text.get(start..end).unwrap_or("")
}

/// Text in which nothing steers a terminal; line breaks, too, would let content pass for ours.
fn harmless(text: &str) -> String {
    let shown = text.chars().map(|character| match character {
        '\n' | '\r' | '\t' => ' ',
        _ => visible(character),
    });
    no_commands(shown.collect())
}

/// Text in which a CI service finds no command of the form that may stand anywhere in a line. No
/// byte more or less: carets stay where they are.
fn no_commands(text: String) -> String {
    if text.contains("##") {
        text.replace("##[", "#?[").replace("##vso[", "#?vso[")
    } else {
        text
    }
}

/// A character, or a sign in place of one that a terminal would obey, that nobody would see, or
/// that turns the direction of the text around.
fn visible(character: char) -> char {
    match character {
        '\n' => '\n',
        '\t' | '\r' => ' ',
        _ if app::is_hidden(character) => '\u{fffd}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(byte: usize) -> u32 {
        u32::try_from(byte).unwrap_or(u32::MAX)
    }

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
        2 | b: 2
          |
          = help: write something else
        ");
    }
}
