//! `beadle user`, `grant`, `revoke` and `copy-areas`: an edit is worked out and checked in memory,
//! shown, and written, all files or none.

mod writing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{Exit, Failure, Redact, Screen, project, world};
use crate::config::edit::{self, Prepared, Refused};
use crate::config::{self, Project};
use crate::model::diagnostic::Severity;
use crate::model::rules::Rules;
use crate::portal;
use crate::report::{TextOptions, changed_lines, counted, escape, file_diff};
use writing::Written;

pub use crate::config::edit::{AreaAt, Edit, EditedFile, NewUser, Terms, Which};

/// What is edited, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// What is to be done.
    pub edit: Edit,
    /// Where.
    pub which: Which,
    /// The day; the current one by default.
    pub today: Option<Date>,
    /// Show what would change, and write nothing.
    pub dry_run: bool,
    /// Do not ask.
    pub yes: bool,
    /// Whether people are named.
    pub redact: Redact,
}

/// Edits the project's files.
///
/// # Errors
/// When the project has errors, a file cannot be read or written, or nobody is there to say yes.
/// What cannot be done safely is shown and ends in [`Exit::Refused`].
pub fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let hides = options.redact.is_wanted();
    let mut guarded = options.redact.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let rules = portal::rules_by_driver();
    let project = load(&options.path, &rules, screen)?;
    let day = match options.today {
        Some(day) => day,
        None => world::today(project.time_zone())?,
    };
    let asked = (&options.edit, &options.which, day);
    let prepared = match edit::prepare(&options.path, &project, &rules, asked) {
        Ok(prepared) => prepared,
        Err(refused) => return Ok(refuse(&refused, screen)),
    };
    let manner = Manner {
        dry_run: options.dry_run,
        asks: !options.yes && is_unnamed(&options.which) && prepared.files.len() > 1,
        hides,
    };
    settle(&prepared, manner, screen)
}

/// How an edit that was tried is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Show what would change, and write nothing.
    pub(super) dry_run: bool,
    /// Ask before.
    pub(super) asks: bool,
    /// Name nobody.
    pub(super) hides: bool,
}

/// Shows an edit that was tried, asks where that is wanted, and writes it.
pub(super) fn settle(
    prepared: &Prepared,
    manner: Manner,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let Manner {
        dry_run,
        asks,
        hides,
    } = manner;
    show(prepared, hides, screen)?;
    if prepared.files.is_empty() {
        writeln!(screen.out(), "nothing to change")?;
        return Ok(Exit::Done);
    }
    if dry_run {
        screen.say("nothing was written: this is what would change");
        return Ok(Exit::Done);
    }
    if asks && !agreed(prepared, screen)? {
        screen.say("nothing was written");
        return Ok(Exit::Refused);
    }
    Ok(finish(
        writing::write(&prepared.files),
        &prepared.files,
        screen,
    ))
}

/// The project, which must be in order: else nobody could tell what an edit breaks. Warnings are
/// `validate`'s to show.
pub(super) fn load(
    path: &Path,
    rules: &BTreeMap<&'static str, &'static Rules>,
    screen: &mut dyn Screen,
) -> Result<Project, Failure> {
    let mut loaded = config::load(path, rules);
    if let Some(project) = loaded.project {
        return Ok(project);
    }
    loaded
        .diagnostics
        .retain(|found| found.severity == Severity::Error);
    project::show(&loaded.diagnostics, &loaded.sources, screen)?;
    Err(Failure::Project("errors".to_owned()))
}

/// Says why an edit is not made.
pub(super) fn refuse(refused: &Refused, screen: &mut dyn Screen) -> Exit {
    screen.diagnostics(&refused.diagnostics, &refused.sources);
    screen.warn(if refused.afterwards {
        "with this change the project would not be in order (the lines above are as they would be); nothing was written"
    } else {
        "nothing was written"
    });
    // What has no place in a file is a mistake on the command line.
    let placed = refused.diagnostics.iter().any(|found| found.span.is_some());
    if placed || refused.afterwards {
        Exit::Refused
    } else {
        Exit::Failed
    }
}

/// The diff and the notes; of people who are not to be named, how much of either there is.
fn show(prepared: &Prepared, hides: bool, screen: &mut dyn Screen) -> Result<(), Failure> {
    for file in &prepared.files {
        let texts = (file.before.as_str(), file.after.as_str());
        if hides {
            let (out, into) = changed_lines(texts.0, texts.1);
            let name = escape::terminal(&file.name);
            writeln!(screen.out(), "{name}: +{into} -{out} lines")?;
        } else {
            file_diff(&file.name, texts, &TextOptions::default(), screen.out())?;
        }
    }
    if hides && !prepared.notes.is_empty() {
        let notes = counted(prepared.notes.len() as u64, "note", "notes");
        screen.warn(&format!(
            "{notes} left out: `--redact=never` shows what names people"
        ));
    } else {
        for note in &prepared.notes {
            screen.warn(&escape::terminal(note));
        }
    }
    if prepared.skipped > 0 {
        let skipped = counted(prepared.skipped as u64, "organisation", "organisations");
        screen.say(&format!("left alone: {skipped} where the user is not"));
    }
    Ok(())
}

/// Whether the command line does not name the organisations one by one. Files that it names need no
/// question: git keeps what was there.
fn is_unnamed(which: &Which) -> bool {
    let is_word = |word: &String| word.starts_with("tag:") || word.contains(['*', '?', '[', '{']);
    match which {
        Which::All | Which::OfUser => true,
        Which::Selected(words) => words.iter().any(is_word),
    }
}

/// Whether it may be written.
fn agreed(prepared: &Prepared, screen: &mut dyn Screen) -> Result<bool, Failure> {
    let question = format!(
        "Write these {} files? Only `yes` does: ",
        prepared.files.len()
    );
    screen.confirm(&question)?.ok_or_else(|| {
        Failure::Usage(format!(
            "{} files would change, and there is no terminal to ask on: add `--yes`, or name the organisations; nothing was written",
            prepared.files.len()
        ))
    })
}

/// Says what became of the files.
fn finish(written: Written, files: &[EditedFile], screen: &mut dyn Screen) -> Exit {
    match written {
        Written::All => {
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            screen.say(&format!("wrote {}", names.join(", ")));
            Exit::Done
        }
        Written::None(why) => {
            screen.warn(&format!("error: {why}; nothing was written"));
            Exit::Refused
        }
        Written::Some { done, left, why } => {
            screen.warn(&format!(
                "error: {why}; written: {}; not written: {}",
                done.join(", "),
                left.join(", ")
            ));
            Exit::Partial
        }
    }
}
