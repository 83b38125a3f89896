//! `beadle init --codeowners`: hands each organisation's file to whoever answers for it, and
//! everything else to the trust, where a code hosting service looks.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::whole_file::{self, Readers};
use crate::app::{Exit, Failure, Redact, Screen, project};
use crate::config::{OwnedFile, Project};
use crate::model::owner::is_owner;
use crate::model::settings::Route;
use crate::report::codeowners::{Codeowners, LineChange, Rule, pattern};
use crate::report::{counted, escape};

/// Where services look, in GitHub's order: the first that is there counts. The last is GitLab's.
const PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// What stands for the organisation's id in a template of owners.
const ORGANISATION: &str = "{organisation}";

/// Largest CODEOWNERS that GitHub reads, in bytes; a larger one owns nothing there.
const LARGEST: u64 = 3 * 1024 * 1024;

/// Options of `beadle init --codeowners`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// Owners of an organisation's file that names none, with `{organisation}` for its id.
    pub owners: Option<String>,
    /// Owners of everything else; without any, the project file's `owners`.
    pub trust_owners: Vec<String>,
    /// The file to write; by default the one that is there, else `.github/CODEOWNERS`.
    pub out: Option<PathBuf>,
    /// Write nothing, and fail where the file is out of date.
    pub check: bool,
}

/// Writes the file, or checks that it is what would be written.
///
/// # Errors
/// When the project has errors, somebody's file has no owner, a path cannot be written there, or
/// the file cannot be read or written.
pub fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = Redact::Auto.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let (project, _) = project::load_to_write(&options.path, screen)?;
    let repository = Repository::of(project.root())?;
    let path = repository.place(options.out.as_deref(), screen);
    let text = read(&path)?;
    let shown = path.display().to_string();
    let shown = escape::terminal(&shown);
    let found = Codeowners::parse(&text)
        .map_err(|error| Failure::Usage(format!("`{shown}`: {error}; mend these lines by hand")))?;
    let rules = rules(&project, &repository, &path, &found, options)?;
    let after = found.with(&rules);
    let count = project
        .owned_files()
        .filter(|file| file.name.is_some())
        .count();
    let organisations = counted(count as u64, "organisation", "organisations");
    if after == text {
        writeln!(screen.out(), "`{shown}` is up to date: {organisations}")?;
        return Ok(Exit::Done);
    }
    for (pattern, change) in found.changes(&rules) {
        let mark = match change {
            LineChange::Added => '+',
            LineChange::Changed => '~',
            LineChange::Removed => '-',
        };
        // Without the owners: an address has no business in the log of a check.
        writeln!(screen.out(), "{mark} {}", escape::terminal(&pattern))?;
    }
    if options.check {
        screen.warn(&format!(
            "`{shown}` is out of date: run `beadle init --codeowners` and commit what it writes"
        ));
        return Ok(Exit::Failed);
    }
    if after.len() as u64 > LARGEST {
        return Err(Failure::Usage(format!(
            "`{shown}` would be larger than GitHub reads, 3 MB"
        )));
    }
    whole_file::refuse_links(&repository.root, &path)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    }
    whole_file::write(&path, &after, Readers::AsBefore)?;
    writeln!(screen.out(), "wrote `{shown}`: {organisations}")?;
    notes(&found, &repository, screen);
    Ok(Exit::Done)
}

/// The text of a file that is not there yet.
///
/// # Errors
/// Those of [`run`].
pub(super) fn text(
    project: &Project,
    options: &Options,
    screen: &mut dyn Screen,
) -> Result<String, Failure> {
    let repository = Repository::of(project.root())?;
    let path = repository.place(options.out.as_deref(), screen);
    let none = Codeowners::parse("").map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(none.with(&rules(project, &repository, &path, &none, options)?))
}

/// What a reader of the file should know.
fn notes(found: &Codeowners, repository: &Repository, screen: &mut dyn Screen) {
    if found.has_rules_before() && repository.prefix.is_empty() {
        screen.say("note: the file has rules of its own before beadle's: these say who owns all else, so that no `*` is added");
    }
    match found.rules_after() {
        0 => {}
        many => {
            let rules = counted(many as u64, "rule comes", "rules come");
            screen.say(&format!(
                "note: {rules} after beadle's lines: where both match, the later one counts"
            ));
        }
    }
}

/// The repository that a project is in, or the project's folder where it is in none.
struct Repository {
    root: PathBuf,
    /// The project's folder from there, with `/` after each part; empty for the root itself.
    prefix: String,
}

impl Repository {
    fn of(project: &Path) -> Result<Self, Failure> {
        let folder = fs::canonicalize(project).map_err(Failure::file(project))?;
        let root = folder.ancestors().find(|above| above.join(".git").exists());
        let root = root.unwrap_or(&folder).to_owned();
        let parts = folder.strip_prefix(&root).unwrap_or(Path::new(""));
        let mut prefix = String::new();
        for part in parts.components() {
            let part = part.as_os_str().to_str();
            let part = part.ok_or_else(|| {
                Failure::Usage(format!("`{}` is no name in UTF-8", folder.display()))
            })?;
            prefix.push_str(part);
            prefix.push('/');
        }
        Ok(Self { root, prefix })
    }

    /// The file that is wanted, or there, or the usual one.
    fn place(&self, wanted: Option<&Path>, screen: &mut dyn Screen) -> PathBuf {
        if let Some(wanted) = wanted {
            return wanted.to_owned();
        }
        let there = PLACES.iter().filter(|place| self.root.join(place).exists());
        let there: Vec<&&str> = there.collect();
        if let [first, others @ ..] = there.as_slice()
            && !others.is_empty()
        {
            let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
            screen.warn(&format!(
                "there are several: `{first}` is the one that counts at GitHub, not {}",
                others.join(", ")
            ));
        }
        let usual = PLACES.first().copied().unwrap_or_default();
        self.root.join(there.first().map_or(usual, |first| **first))
    }

    /// A file's path from the root; none for one that is elsewhere.
    fn below(&self, path: &Path) -> Option<String> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        // The folder may have to be made still: its nearest ancestor is what is looked up.
        let mut missing = Vec::new();
        let mut there = folder;
        let known = loop {
            if let Ok(known) = fs::canonicalize(there) {
                break known;
            }
            missing.push(there.file_name()?);
            there = there
                .parent()
                .filter(|above| !above.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
        };
        let whole = missing
            .into_iter()
            .rev()
            .fold(known, |path, part| path.join(part));
        let whole = whole.join(path.file_name()?);
        let parts = whole.strip_prefix(&self.root).ok()?.components();
        let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
        parts.map(|parts| parts.join("/"))
    }
}

/// Every rule: first the general ones, which are the trust's, then a line an organisation.
fn rules(
    project: &Project,
    repository: &Repository,
    path: &Path,
    found: &Codeowners,
    options: &Options,
) -> Result<Vec<Rule>, Failure> {
    let trust = trust_owners(project, options)?;
    let mut rules = Vec::new();
    if repository.prefix.is_empty() && !found.has_rules_before() {
        rules.push(Rule {
            pattern: "*".to_owned(),
            owners: trust.clone(),
        });
    }
    let mut wrong = Vec::new();
    for general in general(project, repository, path) {
        match pattern(&general) {
            Ok(pattern) => rules.push(Rule {
                pattern,
                owners: trust.clone(),
            }),
            Err(letter) => wrong.push((general, letter)),
        }
    }
    let mut without = Vec::new();
    for file in project.owned_files() {
        let Some(name) = file.name else { continue };
        let name = format!("{}{name}", repository.prefix);
        let owners = owners(&file, options.owners.as_deref())?;
        match pattern(&name) {
            Err(letter) => wrong.push((name, letter)),
            Ok(_) if owners.is_empty() => without.push(format!("`{}`", file.organisation)),
            Ok(pattern) => rules.push(Rule { pattern, owners }),
        }
    }
    if !wrong.is_empty() {
        let each = wrong.iter().map(|(path, letter)| {
            format!(
                "`{}` holds `{}`",
                path.escape_debug(),
                letter.escape_debug()
            )
        });
        return Err(Failure::Usage(format!(
            "{}: CODEOWNERS has no way to write that which every service understands; rename it",
            each.collect::<Vec<_>>().join(", ")
        )));
    }
    if !without.is_empty() {
        let have = if without.len() == 1 { "has" } else { "have" };
        return Err(Failure::Usage(format!(
            "{} {have} no owner: write `owners` in the organisation's file, or give \
             `--owners '@TRUST/{ORGANISATION}'` for all that name none",
            without.join(", ")
        )));
    }
    Ok(rules)
}

/// What is the trust's beside everything that nobody owns: the project file, the folders of the
/// organisations' files, what is known of live, and what decides who is asked.
fn general(project: &Project, repository: &Repository, path: &Path) -> Vec<String> {
    let prefix = &repository.prefix;
    let mut general = Vec::new();
    if !prefix.is_empty() {
        general.push(prefix.clone());
    }
    general.push(format!("{prefix}{}", project.file()));
    let mut folders = BTreeSet::new();
    for file in project.owned_files().filter_map(|file| file.name) {
        if let Some((folder, _)) = file.rsplit_once('/') {
            folders.insert(format!("{prefix}{folder}/"));
        }
    }
    folders.insert(format!("{prefix}live/"));
    for portal in project
        .portals()
        .values()
        .filter(|portal| portal.via == Route::Worklist)
    {
        let folder = portal.snapshots.as_ref().and_then(|folder| folder.to_str());
        let Some(folder) = folder else { continue };
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        if !folder.is_empty() && !folder.starts_with("live/") && folder != "live" {
            folders.insert(format!("{prefix}{folder}/"));
        }
    }
    general.extend(folders);
    general.push(".github/".to_owned());
    if repository.root.join(".gitlab-ci.yml").exists() {
        general.push(".gitlab-ci.yml".to_owned());
    }
    let own = repository.below(path);
    general.extend(own.filter(|own| !own.starts_with(".github/")));
    general
}

fn trust_owners(project: &Project, options: &Options) -> Result<Vec<String>, Failure> {
    let given = options.trust_owners.iter();
    let given: Vec<String> = given
        .flat_map(|one| one.split_whitespace())
        .map(str::to_owned)
        .collect();
    let owners = if given.is_empty() {
        project.owners().iter().map(ToString::to_string).collect()
    } else {
        checked(given, "`--trust-owners`")?
    };
    if owners.is_empty() {
        return Err(Failure::Usage(
            "nobody owns the project file and everything else: write `owners: [\"@TRUST/TEAM\"]` \
             in the project file, or give `--trust-owners @TRUST/TEAM`"
                .to_owned(),
        ));
    }
    Ok(owners)
}

/// Those that the organisation's file names, else those of the template; perhaps none.
fn owners(file: &OwnedFile<'_>, template: Option<&str>) -> Result<Vec<String>, Failure> {
    if !file.owners.is_empty() {
        return Ok(file.owners.iter().map(ToString::to_string).collect());
    }
    let Some(template) = template else {
        return Ok(Vec::new());
    };
    let id = file.organisation.as_str();
    let words = template
        .split_whitespace()
        .map(|word| word.replace(ORGANISATION, id));
    checked(words.collect(), &format!("`--owners` for `{id}`"))
}

fn checked(owners: Vec<String>, whence: &str) -> Result<Vec<String>, Failure> {
    match owners.iter().find(|owner| !is_owner(owner)) {
        Some(wrong) => Err(Failure::Usage(format!(
            "{whence}: `{}` is no owner; write `@user`, `@organisation/team` or an email address",
            wrong.escape_debug()
        ))),
        None => Ok(owners),
    }
}

/// The text of the file; empty where there is none.
fn read(path: &Path) -> Result<String, Failure> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(Failure::file(path)(error)),
        Ok(found) if !found.is_file() => {
            let message = format!(
                "`{}` is no file of its own: a link or a folder",
                path.display()
            );
            return Err(Failure::Usage(message));
        }
        Ok(_) => {}
    }
    fs::read_to_string(path).map_err(Failure::file(path))
}
