//! Findings in the files as workflow commands of GitHub Actions: each becomes an annotation on the
//! line that it is about.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::counted;
use super::escape::terminal;
use super::places::Stretch;
use crate::model::diagnostic::{Diagnostic, Severity, Sources};

/// Most annotations of one level that GitHub shows of a step: it drops the others without a word.
const SHOWN: usize = 10;

/// Writes one command a finding; `below` is the project's folder, from the root of the repository,
/// with `/` between folders. Of more than GitHub shows, the first says how many there are, others go
/// to a line in each file, and the rest are lines of the log.
///
/// # Errors
/// Those of `out`.
pub fn github_annotations(
    found: &[Diagnostic],
    sources: &Sources,
    below: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let names = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
    ];
    for (severity, one, many) in names {
        let found: Vec<&Diagnostic> = found
            .iter()
            .filter(|one| one.severity == severity)
            .collect();
        if found.len() <= SHOWN {
            for finding in found {
                writeln!(out, "{}", command(finding, sources, below))?;
            }
            continue;
        }
        let (annotated, rest) = first_of_files(found);
        let total = counted((annotated.len() + rest.len()) as u64, one, many);
        writeln!(
            out,
            "::{one} title=beadle%3A {total}::{total}, more than are shown here: the log of this step has all"
        )?;
        for finding in annotated {
            writeln!(out, "{}", command(finding, sources, below))?;
        }
        for finding in rest {
            writeln!(out, "{one}: {}", line(finding, sources, below))?;
        }
    }
    Ok(())
}

/// The first finding of each file, as far as they are shown beside their number, and all others.
fn first_of_files(found: Vec<&Diagnostic>) -> (Vec<&Diagnostic>, Vec<&Diagnostic>) {
    let (mut files, mut room) = (BTreeSet::new(), SHOWN - 1);
    found.into_iter().partition(|finding| {
        let file = finding.span.as_ref().map(|span| span.file);
        let first = room > 0 && files.insert(file);
        room -= usize::from(first);
        first
    })
}

/// A finding as one line of the log, where GitHub makes no annotation of it.
fn line(one: &Diagnostic, sources: &Sources, below: &str) -> String {
    let place = one.span.as_ref();
    let place = place.and_then(|span| Stretch::of(span, sources, below));
    let place = place.map(|Stretch { path, line, .. }| format!("{path}:{line}: "));
    let place = place.unwrap_or_default();
    let text = format!("{place}{} ({})", one.message, one.code);
    terminal(&text).replace(['\r', '\n'], " ")
}

fn command(one: &Diagnostic, sources: &Sources, below: &str) -> String {
    let Diagnostic {
        code,
        severity,
        message,
        span,
        label,
        related,
        help,
    } = one;
    let level = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = Vec::new();
    let stretch = |span| Stretch::of(span, sources, below);
    if let Some(Stretch {
        path,
        line,
        end_line,
        columns,
    }) = span.as_ref().and_then(stretch)
    {
        properties.push(format!("file={}", property(&path)));
        properties.push(format!("line={line},endLine={end_line}"));
        // Columns of several lines are not shown.
        if let Some((first, end)) = columns.filter(|_| line == end_line) {
            properties.push(format!("col={first},endColumn={end}"));
        }
    }
    properties.push(format!("title={}", property(&format!("beadle: {code}"))));
    let mut lines = vec![if label.is_empty() {
        message.clone()
    } else {
        format!("{message} ({label})")
    }];
    lines.extend(related.iter().filter_map(|(span, said)| {
        let Stretch { path, line, .. } = stretch(span)?;
        Some(format!("{said}: {path}:{line}"))
    }));
    lines.extend(help.iter().map(|help| format!("help: {help}")));
    let lines: Vec<String> = lines.iter().map(|line| data(line)).collect();
    format!("::{level} {}::{}", properties.join(","), lines.join("%0A"))
}

/// A text as the data of a command: it ends with its line, and nothing in it is another's.
fn data(text: &str) -> String {
    terminal(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diagnostic::{SourceFile, Span};

    #[test]
    fn a_command_holds_what_it_must_and_nothing_else() {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new(
            "a,b: c%.yaml".into(),
            "a: 1\nb: 2\n".into(),
        ));
        let span = Span {
            file,
            start: 5,
            end: 6,
        };
        let finding = Diagnostic {
            code: "unknown-key",
            severity: Severity::Error,
            message: "`b\n::error::x%0A` is unknown".to_owned(),
            span: Some(span.clone()),
            label: "here".to_owned(),
            related: vec![(span, "first here".to_owned())],
            help: Some("did you mean `a`?".to_owned()),
        };
        insta::assert_snapshot!(command(&finding, &sources, "x"), @r"::error file=x/a%2Cb%3A c%25.yaml,line=2,endLine=2,col=1,endColumn=2,title=beadle%3A unknown-key::`b\n:\u{3a}error:\u{3a}x%250A` is unknown (here)%0Afirst here: x/a,b: c%25.yaml:2%0Ahelp: did you mean `a`?");
    }

    #[test]
    fn of_many_the_first_says_how_many_and_each_file_has_one() {
        let mut sources = Sources::default();
        let mut found = Vec::new();
        for number in 0..14 {
            let name = format!("{}.yaml", number % 12).into();
            let file = sources.add(SourceFile::new(name, "a: 1\n".into()));
            let span = Span {
                file,
                start: 0,
                end: 1,
            };
            found.push(Diagnostic {
                code: "unknown-key",
                severity: Severity::Error,
                message: format!("`{number}\n::error::x` is unknown"),
                span: Some(span),
                label: String::new(),
                related: Vec::new(),
                help: None,
            });
        }
        let mut out = Vec::new();
        github_annotations(&found, &sources, "", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let annotated: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
        assert_eq!(annotated.len(), SHOWN);
        assert!(annotated[0].contains("14 errors"), "{text}");
        assert_eq!(text.lines().count(), 1 + found.len());
        assert!(text.contains("\nerror: 9.yaml:1: `9"), "{text}");
    }

    #[test]
    fn what_has_no_place_has_none() {
        let finding = Diagnostic {
            code: "unreadable",
            severity: Severity::Warning,
            message: "cannot read `x`".to_owned(),
            span: None,
            label: String::new(),
            related: Vec::new(),
            help: None,
        };
        assert_eq!(
            command(&finding, &Sources::default(), ""),
            "::warning title=beadle%3A unreadable::cannot read `x`"
        );
    }
}
