//! `beadle init`: a new project that validates at once, with the files that a code hosting service
//! runs. Asks little, and never overwrites.
//!
//! ```text
//! answers      what is to be written: from options, else from questions
//! texts        the project's own files, with comments that teach
//! forge        the files of GitHub and GitLab, from the same templates as `deploy/`
//! writing      all of them or none
//! codeowners   `--codeowners`, for a project that is there
//! ```

mod answers;
pub mod codeowners;
mod forge;
mod texts;
mod writing;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::{Exit, Failure, Redact, Screen, project, world};
use crate::report::{counted, escape};
use answers::Answers;
use writing::NewFiles;

pub use forge::Forge;

/// Options of `beadle init`. What is not given is asked for, where somebody is there to ask.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder to write into; made where there is none.
    pub path: PathBuf,
    /// The name of the trust, school, university or authority, in prose.
    pub name: Option<String>,
    /// Portals: a driver's name each, perhaps with `=` and the organisation's id there.
    pub portals: Vec<String>,
    /// The first organisation's id in the project.
    pub organisation: Option<String>,
    /// Which service hosts the repository.
    pub forge: Option<Forge>,
    /// The action that installs beadle in workflows, as `OWNER/NAME@COMMIT`.
    pub action: Option<String>,
    /// Who owns the files: users, teams or addresses as CODEOWNERS has them.
    pub owners: Vec<String>,
    /// Ask nothing.
    pub yes: bool,
}

/// Writes the project.
///
/// # Errors
/// When something is missing and nobody can be asked, when something that was given cannot be, or
/// when a file is there already. Nothing is written then.
pub fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = Redact::Auto.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let answers = answers::gather(options, screen)?;
    let today = world::today(&TimeZone::system())?;
    let root = &options.path;
    let readme = if root.join("README.md").exists() {
        "BEADLE.md"
    } else {
        "README.md"
    };
    let mut files = texts::project(&answers, today, readme)?;
    let keeps_gitignore = root.join(texts::GITIGNORE_FILE).exists();
    if !keeps_gitignore {
        files.push((
            texts::GITIGNORE_FILE.to_owned(),
            texts::GITIGNORE.to_owned(),
        ));
    }
    files.extend(forge::files(&answers));
    at_the_root(root, answers.forge)?;
    let mut written = NewFiles::begin(root, &files)?;
    let finished = finish(root, &answers, &mut written, screen);
    if let Err(failure) = finished {
        written.take_back();
        return Err(failure);
    }
    let names = written.keep();
    for name in &names {
        writeln!(screen.out(), "{name}")?;
    }
    let count = counted(names.len() as u64, "file", "files");
    let shown = root.display().to_string();
    writeln!(
        screen.out(),
        "wrote {count} to `{}`",
        escape::terminal(&shown)
    )?;
    if options.organisation.is_none() && !answers.name.is_ascii() {
        screen.say(&format!(
            "note: the first organisation's id is `{}`; `--organisation ID` gives it another",
            answers.organisation
        ));
    }
    if keeps_gitignore {
        screen.say("note: `.gitignore` was there and is left as it is; add `/.beadle/`, `/worklists/` and `/plan*.json` to it");
    }
    if answers.forge == Forge::Github && answers.action.is_none() {
        screen.say("note: the workflows name the action `OWNER/beadle@000…`: put beadle's repository and the commit of a release there");
    }
    screen.say(&format!("next: read `{}`", root.join(readme).display()));
    Ok(Exit::Done)
}

/// What can only be done with the files in place: the project is loaded as any other, and whom its
/// files belong to is written down.
fn finish(
    root: &Path,
    answers: &Answers,
    written: &mut NewFiles,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let (project, _) = project::load_to_write(root, screen)?;
    let Some(place) = answers.forge.codeowners() else {
        return Ok(());
    };
    if answers.owners.is_empty() {
        return written.add(place, forge::CODEOWNERS);
    }
    let options = codeowners::Options {
        path: root.to_owned(),
        owners: Some(answers.owners.join(" ")),
        trust_owners: answers.owners.clone(),
        out: Some(root.join(place)),
        check: false,
    };
    let text = codeowners::text(&project, &options, screen)?;
    written.add(place, &text)
}

/// Services look for their files at the root of a repository alone.
fn at_the_root(root: &Path, forge: Forge) -> Result<(), Failure> {
    if forge == Forge::None {
        return Ok(());
    }
    // The nearest folder that is there; the others are to be made.
    let there = root.ancestors().find(|folder| folder.is_dir());
    let there = there.filter(|folder| !folder.as_os_str().is_empty());
    let there = there.unwrap_or(Path::new("."));
    let there = there.canonicalize().map_err(Failure::file(there))?;
    let mut above = there.ancestors();
    let above = above.find(|folder| folder.join(".git").exists());
    let is_root = root.is_dir() && above == Some(&*there);
    match above {
        Some(above) if !is_root => Err(Failure::Usage(format!(
            "`{}` is within the repository `{}`, and the service looks for workflows at its root \
             alone: run this there, or with `--forge none`",
            root.display(),
            above.display()
        ))),
        _ => Ok(()),
    }
}
