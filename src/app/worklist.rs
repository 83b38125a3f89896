//! `beadle worklist`: shows the open steps of portals without an API, and marks them as done. A
//! mark is kept in the worklist, and what the step has changed in the snapshot, so that the next
//! plan holds only what is left.

mod files;
mod marked;
mod marks;
mod recorded;
pub(super) mod writing;

use std::path::PathBuf;

use super::project::{self, Opened};
use super::{Exit, Failure, PlanningOptions, Redact, Screen, Selection};
use crate::config::UnitOnDay;
use crate::model::desired::Desired;
use crate::model::settings::Route;
use crate::model::worklist::Worklist;
use crate::report::{counted, worklists_html, worklists_json, worklists_markdown, worklists_text};

use files::Files;

pub(super) use marks::is_marked;
pub use marks::{DoneOptions, done};

/// How worklists are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The open steps, for a terminal.
    Text,
    /// Every step, with tick boxes.
    Markdown,
    /// Every step, as a page to print.
    Html,
    /// Every step, as an array of documents: `schema/worklist.schema.json`.
    Json,
}

/// Where worklists are looked for.
#[derive(Clone, Debug)]
pub struct Place {
    /// The project's folder or file.
    pub path: PathBuf,
    /// Which organisations and portals.
    pub selection: Selection,
    /// The day that a mark records; the current one by default.
    pub today: Option<jiff::civil::Date>,
    /// Folder of the worklists; by default `worklists` beside the project file.
    pub worklists: Option<PathBuf>,
}

/// Options of `beadle worklist`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to look.
    pub place: Place,
    /// How to show them.
    pub format: Format,
    /// Keep names and addresses out: a worklist without them is none, so that it is not shown.
    pub redact: Redact,
}

/// A worklist on file.
struct OnFile {
    files: Files,
    list: Worklist,
    unit: Desired,
}

/// Shows the worklists on file.
///
/// # Errors
/// When the project has errors or a worklist cannot be read.
pub fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let opened = open(&options.place, screen)?;
    let on_file = read(&opened, &options.place)?;
    let lists: Vec<&Worklist> = on_file.iter().map(|on_file| &on_file.list).collect();
    let open: u64 = lists.iter().map(|list| list.open_count()).sum();
    if options.redact.is_wanted() {
        let steps = counted(open, "step", "steps");
        writeln!(
            screen.out(),
            "Open: {steps}. They name people, and are not shown here; `--redact=never` shows them."
        )?;
        return Ok(Exit::Done);
    }
    match options.format {
        Format::Text if open == 0 => writeln!(screen.out(), "No step waits for a person.")?,
        Format::Text => {
            let lists: Vec<&Worklist> = lists
                .into_iter()
                .filter(|list| list.open_count() > 0)
                .collect();
            worklists_text(&lists, screen.out())?;
        }
        Format::Markdown => write!(screen.out(), "{}", worklists_markdown(&lists))?,
        Format::Html => write!(screen.out(), "{}", worklists_html(&lists))?,
        Format::Json => worklists_json(&lists, screen.out())?,
    }
    Ok(Exit::Done)
}

fn open(place: &Place, screen: &mut dyn Screen) -> Result<Opened, Failure> {
    let planning = PlanningOptions {
        selection: place.selection.clone(),
        today: place.today,
        ..PlanningOptions::default()
    };
    project::open(&place.path, &planning, screen)
}

/// Every worklist of the project that was asked for and is there.
fn read(opened: &Opened, place: &Place) -> Result<Vec<OnFile>, Failure> {
    let mut found = Vec::new();
    for unit in opened.units().filter(|unit| is_by_hand(opened, unit)) {
        let (portal, organisation) = (unit.portal(), unit.organisation());
        let root = opened.project.root();
        let files = Files::of(root, place.worklists.as_deref(), portal, organisation)?;
        if let Some(list) = files.read(portal, organisation)? {
            let unit = opened.desired(&unit);
            found.push(OnFile { files, list, unit });
        }
    }
    Ok(found)
}

/// Every worklist that is kept beside the project, with where it is: for whoever must know of whom
/// they speak.
///
/// # Errors
/// When one of them cannot be read.
pub(super) fn kept(opened: &Opened) -> Result<Vec<(PathBuf, Worklist)>, Failure> {
    let place = Place {
        path: PathBuf::new(),
        selection: Selection::default(),
        today: None,
        worklists: None,
    };
    let on_file = read(opened, &place)?.into_iter();
    Ok(on_file.map(|one| (one.files.json, one.list)).collect())
}

fn is_by_hand(opened: &Opened, unit: &UnitOnDay<'_>) -> bool {
    let settings = opened.project.portals().get(unit.portal());
    settings.is_some_and(|settings| settings.via == Route::Worklist)
}
