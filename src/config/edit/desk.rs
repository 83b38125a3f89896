//! Which organisations an edit is about, and which files those stand in: opens them, has the
//! changes worked out for each organisation, and makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::change::Change;
use super::draft::Draft;
use super::school::School;
use super::{Asked, Edit, EditedFile, Outcome, Prepared, Which, joining, leaving};
use crate::config::context::RulesByDriver;
use crate::config::files::Layout;
use crate::config::findings::Finding;
use crate::config::fold::fold;
use crate::config::organisation::Organisation;
use crate::config::project::Project;
use crate::config::suggest;
use crate::model::diagnostic::FileIndex;
use crate::model::pattern::glob;

/// Edits the texts of a project's files.
pub(super) fn edit(
    path: &Path,
    project: &Project,
    rules: &RulesByDriver,
    (edit, which, day): (&Edit, &Which, Date),
) -> Result<Prepared, Finding> {
    let mut desk = Desk {
        root: Layout::of(path).root,
        project,
        rules,
        drafts: BTreeMap::new(),
    };
    desk.open(FileIndex(0))?;
    let chosen = selected(project, edit.address(), which)?;
    let mut prepared = Prepared::default();
    let outcomes = match edit {
        Edit::Move { .. } => desk.moving(edit, &chosen, day)?,
        _ => desk.each(edit, &chosen, day, &mut prepared.skipped)?,
    };
    let mut changes: BTreeMap<FileIndex, Vec<Vec<Change>>> = BTreeMap::new();
    for (file, outcome) in outcomes {
        prepared.notes.extend(outcome.notes);
        changes.entry(file).or_default().push(outcome.changes);
    }
    for (file, organisations) in &changes {
        if let Some(draft) = desk.drafts.get_mut(file) {
            draft.make_all(organisations)?;
        }
    }
    prepared.files = desk.finish();
    Ok(prepared)
}

/// Works out a row of edits, each of one organisation and each on top of those before it. Of each
/// that cannot be made, its number and why; the others are made all the same.
pub(super) fn edits(
    path: &Path,
    project: &Project,
    rules: &RulesByDriver,
    (asked, day): (&[Asked], Date),
) -> Result<(Prepared, Vec<(usize, Finding)>), Finding> {
    let mut desk = Desk {
        root: Layout::of(path).root,
        project,
        rules,
        drafts: BTreeMap::new(),
    };
    desk.open(FileIndex(0))?;
    let mut prepared = Prepared::default();
    let mut wrong = Vec::new();
    for (number, one) in asked.iter().enumerate() {
        match desk.one(one, day) {
            Ok(notes) => prepared.notes.extend(notes),
            Err(finding) => wrong.push((number, desk.as_it_was(finding))),
        }
    }
    prepared.files = desk.finish();
    Ok((prepared, wrong))
}

/// The organisations that are chosen.
struct Chosen<'a> {
    organisations: Vec<&'a Organisation>,
    /// Those that were named by their ids, and must know the user.
    named: BTreeSet<&'a str>,
}

/// The outcomes of an edit, each with the file that it is for.
type Outcomes = Vec<(FileIndex, Outcome)>;

/// A project on the table, with the files of it that are open.
struct Desk<'a> {
    root: PathBuf,
    project: &'a Project,
    rules: &'a RulesByDriver,
    drafts: BTreeMap<FileIndex, Draft>,
}

impl<'a> Desk<'a> {
    /// Opens a file, if it is not open yet.
    fn open(&mut self, index: FileIndex) -> Result<(), Finding> {
        if self.drafts.contains_key(&index) {
            return Ok(());
        }
        let Some(file) = self.project.sources.get(index) else {
            return Err(unreadable());
        };
        let draft = Draft::open(&self.root, &file.name, index)?;
        self.drafts.insert(index, draft);
        Ok(())
    }

    /// An organisation whose file is open.
    fn school<'d>(&'d self, organisation: &'d Organisation) -> Result<School<'d>, Finding> {
        let draft = |index| self.drafts.get(&index).ok_or_else(unreadable);
        Ok(School {
            project: self.project,
            organisation,
            draft: draft(organisation.id_span.file)?,
            top: &draft(FileIndex(0))?.before,
            rules: self.rules,
        })
    }

    /// Makes one edit of a row; nothing of it where it cannot be made.
    fn one(&mut self, asked: &Asked, day: Date) -> Result<Vec<String>, Finding> {
        let Asked { organisation, edit } = asked;
        let mut all = self.project.organisations.iter();
        let Some(organisation) = all.find(|one| one.id.as_str() == organisation) else {
            let message = format!("there is no organisation `{organisation}` in this project");
            return Err(Finding::without_place("unknown-organisation", message));
        };
        let file = organisation.id_span.file;
        self.open(file)?;
        let outcome = edit.outcome(&self.school(organisation)?, day)?;
        let draft = self.drafts.get_mut(&file).ok_or_else(unreadable)?;
        let before = draft.now.clone();
        if let Err(finding) = draft.make_all(&[outcome.changes]) {
            draft.now = before;
            return Err(finding);
        }
        draft.advance();
        Ok(outcome.notes)
    }

    /// A finding with its place, unless earlier edits have moved that.
    fn as_it_was(&self, finding: Finding) -> Finding {
        let moved = |file| self.drafts.get(&file).is_some_and(Draft::is_changed);
        finding.without_places_in(moved)
    }

    fn each(
        &mut self,
        edit: &Edit,
        chosen: &Chosen<'a>,
        day: Date,
        skipped: &mut usize,
    ) -> Result<Outcomes, Finding> {
        let person = fold(edit.address());
        let mut outcomes = Outcomes::new();
        for organisation in &chosen.organisations {
            let known = matches!(edit, Edit::Add(_)) || account(organisation, &person).is_some();
            if !known && !chosen.named.contains(organisation.id.as_str()) {
                *skipped += 1;
                continue;
            }
            let file = organisation.id_span.file;
            self.open(file)?;
            outcomes.push((file, edit.outcome(&self.school(organisation)?, day)?));
        }
        if outcomes.is_empty() {
            let address = edit.address();
            let message = format!("`{address}` is no user of any organisation that is selected");
            return Err(Finding::without_place("unknown-user", message));
        }
        Ok(outcomes)
    }

    fn moving(&mut self, edit: &Edit, chosen: &Chosen<'a>, day: Date) -> Result<Outcomes, Finding> {
        let (
            Edit::Move {
                address,
                on,
                overlap,
                keep_areas,
            },
            [from, to],
        ) = (edit, chosen.organisations.as_slice())
        else {
            let message = "a move is from one organisation to another";
            return Err(Finding::without_place("usage", message));
        };
        let on = on.unwrap_or(day);
        self.open(from.id_span.file)?;
        self.open(to.id_span.file)?;
        let (old, new) = (self.school(from)?, self.school(to)?);
        let last = on
            .yesterday()
            .and_then(|day| day.checked_add(jiff::Span::new().days(i64::from(*overlap))))
            .map_err(|_| {
                let message = format!("there is no last day to count from {on}");
                Finding::without_place("dates", message)
            })?;
        let (user, notes) = joining::moving(&old, &new, (address, on), *keep_areas)?;
        let joins = joining::add(&new, &user)?;
        let mut leaves = leaving::move_out(&old, address, last)?;
        if !(joins.changes.is_empty() && leaves.changes.is_empty()) {
            leaves.notes.extend(notes);
        }
        Ok(vec![(from.id_span.file, leaves), (to.id_span.file, joins)])
    }

    /// The files that differ.
    fn finish(self) -> Vec<EditedFile> {
        let Self { root, drafts, .. } = self;
        let changed = drafts.into_values().filter(Draft::is_changed);
        let path = |name: &str| {
            name.split('/')
                .fold(root.clone(), |path, part| path.join(part))
        };
        let mut files: Vec<EditedFile> = changed
            .map(|draft| EditedFile {
                name: draft.name.to_string(),
                path: path(&draft.name),
                before: draft.read.to_string(),
                after: draft.now.text,
                digest: draft.digest,
            })
            .collect();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        files
    }
}

fn unreadable() -> Finding {
    let message = "a file of the project cannot be read any more";
    Finding::without_place("cannot-edit", message)
}

/// Somebody's account in an organisation, from whatever door; an own entry first.
fn account<'a>(
    organisation: &'a Organisation,
    person: &str,
) -> Option<&'a crate::config::organisation::Account> {
    let accounts = organisation.units.iter().flat_map(|unit| &unit.accounts);
    let mut accounts = accounts.filter(|account| organisation.texts.get(account.person) == person);
    let first = accounts.next()?;
    Some(
        std::iter::once(first)
            .chain(accounts)
            .find(|one| one.own)
            .unwrap_or(first),
    )
}

fn selected<'a>(project: &'a Project, address: &str, which: &Which) -> Result<Chosen<'a>, Finding> {
    let all = &project.organisations;
    let organisations = match which {
        Which::All => all.iter().collect(),
        Which::OfUser => {
            let organisations = of_user(project, address)?;
            let ids = organisations.iter().map(|one| one.id.as_str());
            let named = ids.collect();
            return Ok(Chosen {
                organisations,
                named,
            });
        }
        Which::Selected(selectors) => {
            let mut found: Vec<&Organisation> = Vec::new();
            for selector in selectors {
                for one in select(all, selector)? {
                    if !found.iter().any(|known| known.id == one.id) {
                        found.push(one);
                    }
                }
            }
            found
        }
    };
    let named = match which {
        Which::Selected(selectors) => {
            let ids = organisations.iter().map(|one| one.id.as_str());
            ids.filter(|id| selectors.iter().any(|one| one == id))
                .collect()
        }
        Which::All | Which::OfUser => BTreeSet::new(),
    };
    Ok(Chosen {
        organisations,
        named,
    })
}

/// The organisations of an id, a pattern, or a tag: as assignments select them.
fn select<'a>(all: &'a [Organisation], selector: &str) -> Result<Vec<&'a Organisation>, Finding> {
    let matches: Vec<&Organisation> = match selector.strip_prefix("tag:") {
        Some(tag) => {
            let has = |one: &&Organisation| one.tags.iter().any(|known| **known == *tag);
            all.iter().filter(has).collect()
        }
        None => {
            let glob = glob(selector, false).map_err(|error| {
                let message = format!("`{selector}` is no pattern: {error}");
                Finding::without_place("usage", message)
            })?;
            let is =
                |one: &&Organisation| one.id.as_str() == selector || glob.is_match(one.id.as_str());
            all.iter().filter(is).collect()
        }
    };
    if !matches.is_empty() {
        return Ok(matches);
    }
    let ids = all.iter().map(|one| one.id.as_str());
    let tags: BTreeSet<&str> = all
        .iter()
        .flat_map(|one| &one.tags)
        .map(|tag| &**tag)
        .collect();
    let finding = match selector.strip_prefix("tag:") {
        Some(tag) => Finding::without_place(
            "unknown-organisation",
            format!("no organisation has the tag `{tag}`"),
        )
        .maybe_help(suggest::help(tag, tags, "tags")),
        None => Finding::without_place(
            "unknown-organisation",
            format!("there is no organisation `{selector}` in this project"),
        )
        .maybe_help(suggest::help(selector, ids, "there are")),
    };
    Err(finding)
}

/// The organisations that have an entry for somebody.
fn of_user<'a>(project: &'a Project, address: &str) -> Result<Vec<&'a Organisation>, Finding> {
    let person = fold(address);
    let mut chosen = Vec::new();
    let mut assigned = None;
    for organisation in &project.organisations {
        match account(organisation, &person) {
            Some(account) if account.own => chosen.push(organisation),
            Some(account) => assigned = assigned.or(account.assigned().first()),
            None => {}
        }
    }
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    if let Some(span) = assigned {
        let message = format!("`{address}` is nowhere a user but through assignments");
        return Err(Finding::error("assigned", span, message)
            .label("named here")
            .help("end or change the assignment; it is for all of its organisations"));
    }
    let people = project.organisations.iter().flat_map(|organisation| {
        let accounts = organisation.units.iter().flat_map(|unit| &unit.accounts);
        accounts.map(|account| organisation.texts.get(account.person))
    });
    let near = crate::model::nearest::nearest(address, people);
    let message = format!("`{address}` is no user of any organisation");
    let finding = Finding::without_place("unknown-user", message);
    Err(finding.maybe_help(near.map(|name| format!("did you mean `{name}`?"))))
}
