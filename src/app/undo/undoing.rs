//! An undo file that has been read: whether it may be used here and today, and what of it is asked
//! for in each organisation. Decides nothing about what is live: that is the planner's.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::app::project::{Narrowed, Opened};
use crate::app::{Exit, Failure, Screen};
use crate::model::day::days_between;
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::rules::Rules;
use crate::model::source::Source;
use crate::model::undo::{UndoAccount, UndoDocument, UndoUnit, VALID_DAYS};
use crate::planner::{self, GiveBack, GivenBack};
use crate::record::Store;
use crate::record::audit::AuditError;
use crate::record::undo::{self as kept, Kept};
use crate::report::escape;

/// Largest undo file that is read from elsewhere than the records, in bytes.
const UNDO_BYTES: u64 = 256 * 1024 * 1024;

/// What one run took, about to be given back.
pub(in crate::app) struct Undoing {
    pub(super) document: UndoDocument,
    /// As places in it are shown.
    file: Arc<str>,
    /// The line of each account, in the document's order.
    lines: Vec<u32>,
}

/// An undo file as it was found.
pub(super) struct Found {
    /// As it is shown.
    pub(super) name: String,
    bytes: Vec<u8>,
}

/// Finds the undo file that is asked for: a file, a run or the beginning of its name, or nothing for
/// the last run that took something and was no undo itself.
///
/// # Errors
/// When it cannot be read, or there is none, or several.
pub(super) async fn find(which: Option<&str>, store: &dyn Store) -> Result<Found, Failure> {
    let failure = |message: String| Failure::Undo(message);
    if let Some(path) = which.map(Path::new).filter(|path| path.is_file()) {
        let size = std::fs::metadata(path).map_err(Failure::file(path))?.len();
        if size > UNDO_BYTES {
            return Err(failure(format!(
                "`{}` is larger than {UNDO_BYTES} bytes",
                path.display()
            )));
        }
        let bytes = std::fs::read(path).map_err(Failure::file(path))?;
        let name = path.display().to_string();
        return Ok(Found { name, bytes });
    }
    let all = kept::list(store).await.map_err(AuditError::from)?;
    let Some(run) = which else {
        return last(&all, store).await;
    };
    let named: Vec<&Kept> = all
        .iter()
        .filter(|kept| kept.run.starts_with(run))
        .collect();
    match *named {
        [one] => read(one, store).await,
        [] => Err(failure(format!(
            "there is no file `{run}`, and no run of that name took something that could still be \
             given back; `beadle undo --list` shows those that did"
        ))),
        _ => Err(failure(format!(
            "{} runs begin with `{run}`; `beadle undo --list` shows them",
            named.len()
        ))),
    }
}

/// The last run that was no undo: undoing twice must not do the first again.
async fn last(all: &[Kept], store: &dyn Store) -> Result<Found, Failure> {
    for kept in all.iter().rev() {
        let found = read(kept, store).await?;
        let document: Option<UndoDocument> = serde_json::from_slice(&found.bytes).ok();
        if document.is_none_or(|document| document.undoes.is_none()) {
            return Ok(found);
        }
    }
    Err(Failure::Undo(format!(
        "no run of the last {VALID_DAYS} days took something, as far as the records of this project \
         know"
    )))
}

pub(super) async fn read(kept: &Kept, store: &dyn Store) -> Result<Found, Failure> {
    let bytes = store.read(&kept.key).await.map_err(AuditError::from)?;
    let gone = || Failure::Undo(format!("`{}` has gone meanwhile", kept.key));
    Ok(Found {
        name: kept.key.clone(),
        bytes: bytes.ok_or_else(gone)?,
    })
}

impl Found {
    /// Checks that it is whole, of this format, of this project and of the last days.
    ///
    /// # Errors
    /// In a clause, why it is refused.
    pub(super) fn check(&self, opened: &Opened) -> Result<Undoing, String> {
        let document: UndoDocument = serde_json::from_slice(&self.bytes)
            .map_err(|error| format!("it is not an undo file: {error}"))?;
        if document.format != 1 {
            let format = document.format;
            return Err(format!(
                "its format is {format}; this version reads format 1"
            ));
        }
        if document.computed_digest() != document.digest {
            return Err(
                "it has been changed since the run wrote it: its digest does not agree".to_owned(),
            );
        }
        let (day, until, today) = (document.day, document.valid_until, opened.day);
        if !(0..=VALID_DAYS).contains(&days_between(day, today)) || today > until {
            return Err(format!(
                "it was made on {day} and could be used until {until}; today is {today}. Give back \
                 by hand what is missed: list it in the files, and apply"
            ));
        }
        of_this_project(&document, opened)?;
        Ok(Undoing {
            lines: lines(&self.bytes),
            file: self.name.as_str().into(),
            document,
        })
    }
}

/// A file of another project could name accounts of the same ids elsewhere.
fn of_this_project(document: &UndoDocument, opened: &Opened) -> Result<(), String> {
    let mut known = 0_usize;
    for unit in &document.units {
        let UndoUnit {
            organisation,
            portal,
            portal_organisation,
            driver,
            url,
            accounts: _,
        } = unit;
        let mut units = opened.project.units(opened.day);
        let here = units.find(|it| it.organisation() == organisation && it.portal() == portal);
        let Some((here, settings)) = here.zip(opened.project.portals().get(portal)) else {
            continue;
        };
        known += 1;
        let same = here.portal_organisation() == portal_organisation
            && settings.driver == *driver
            && settings.url == *url;
        if !same {
            let there = url.as_deref().unwrap_or("no address");
            return Err(format!(
                "it is of another project: there `{organisation}` at `{portal}` was \
                 `{portal_organisation}` at {}, and here it is not",
                escape::terminal(there)
            ));
        }
    }
    if known == 0 && !document.units.is_empty() {
        return Err("it is of another project: this one has none of its organisations".to_owned());
    }
    Ok(())
}

/// The line of each account: that of its login id, which every account has once.
fn lines(bytes: &[u8]) -> Vec<u32> {
    let numbered = (1_u32..).zip(bytes.split(|byte| *byte == b'\n'));
    let of_login = numbered.filter(|(_, line)| line.trim_ascii_start().starts_with(b"\"login\":"));
    of_login.map(|(number, _)| number).collect()
}

impl Undoing {
    /// What is to be planned of the project.
    pub(super) fn narrowed(&self) -> Narrowed {
        let mut narrowed = Narrowed::new();
        for unit in &self.document.units {
            let portals = narrowed.entry(unit.organisation.clone()).or_default();
            portals.insert(unit.portal.clone());
        }
        narrowed
    }

    /// The organisations that the project does not have any more.
    pub(super) fn gone<'u>(&'u self, opened: &Opened) -> Vec<&'u UndoUnit> {
        let here = |unit: &&UndoUnit| {
            let mut units = opened.project.units(opened.day);
            units.any(|it| *it.organisation() == unit.organisation && *it.portal() == unit.portal)
        };
        let units = self.document.units.iter();
        units.filter(|unit| !here(unit)).collect()
    }

    /// The day of the run.
    pub(in crate::app) fn taken_on(&self) -> Date {
        self.document.day
    }

    /// The run.
    pub(in crate::app) fn run(&self) -> &str {
        &self.document.run
    }

    /// What was taken from an account of an organisation.
    pub(super) fn accounts(
        &self,
        organisation: &OrganisationId,
        portal: &PortalName,
    ) -> Vec<(&UndoAccount, Source)> {
        let mut lines = self.lines.iter();
        let mut found = Vec::new();
        for unit in &self.document.units {
            let wanted = unit.organisation == *organisation && unit.portal == *portal;
            for account in &unit.accounts {
                let line = lines.next().copied().unwrap_or(1);
                if wanted {
                    let file = Arc::clone(&self.file);
                    let column = 1;
                    found.push((account, Source { file, line, column }));
                }
            }
        }
        found
    }

    /// What an organisation is asked to be: what is live, and what was taken from it.
    pub(in crate::app) fn given_back(
        &self,
        desired: &Desired,
        live: &Live,
        rules: &Rules,
        day: Date,
    ) -> GivenBack {
        planner::give_back(&GiveBack {
            desired,
            live,
            rules,
            day,
            taken_on: self.taken_on(),
            accounts: &self.accounts(&desired.organisation, &desired.portal),
        })
    }
}

/// Says why an undo file cannot be used.
pub(super) fn refuse(found: &Found, why: &str, screen: &mut dyn Screen) -> Exit {
    let name = escape::terminal(&found.name);
    let why = escape::terminal(why);
    screen.warn(&format!("refused: `{name}` cannot be used: {why}"));
    Exit::Refused
}
