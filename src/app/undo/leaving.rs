//! The undo file that a run leaves: written into the records before the first call, so that no kill
//! loses it. What is done to embedded portals is gone with them, and needs none.

use std::path::PathBuf;

use crate::app::applying::means::{Means, UnderLock};
use crate::app::planning::Prepared;
use crate::app::{Failure, Screen};
use crate::model::undo::{UndoDocument, UndoUnit};
use crate::record::audit::AuditError;
use crate::record::undo as kept;
use crate::report::counted;

/// An undo file that is there.
pub(in crate::app) struct Left {
    document: UndoDocument,
    key: String,
    /// The project's folder, as it is to be named.
    root: PathBuf,
}

/// Writes what a plan takes, where it takes anything, and waits until it is on the disk.
///
/// # Errors
/// When it is not certain to be there: then nothing may be taken.
pub(in crate::app) async fn leave(
    prepared: &Prepared,
    means: &Means<'_>,
    run: &UnderLock<'_>,
) -> Result<Option<Left>, Failure> {
    let store = run.records.store.as_ref();
    if store.is_fleeting() {
        return Ok(None);
    }
    let portals = means.opened.project.portals();
    let units = prepared.plan.units.iter().filter_map(|unit| {
        let key = (unit.organisation.clone(), unit.portal.clone());
        let settings = portals.get(&unit.portal)?;
        Some(UndoUnit {
            organisation: unit.organisation.clone(),
            portal: unit.portal.clone(),
            portal_organisation: unit.portal_organisation.clone(),
            driver: settings.driver.clone(),
            url: settings.url.clone(),
            accounts: prepared.taken.get(&key)?.clone(),
        })
    });
    let units: Vec<UndoUnit> = units.collect();
    if units.is_empty() {
        return Ok(None);
    }
    let document = UndoDocument::new(
        run.locked.holder.nonce.clone(),
        means.undoing.map(|undoing| undoing.run().to_owned()),
        prepared.plan.day,
        prepared.digest().to_owned(),
        units,
    );
    let now = run.records.clock.now();
    let key = kept::leave(store, &document, now).await;
    let key = key.map_err(AuditError::from)?;
    Ok(Some(Left {
        document,
        key,
        root: means.opened.project.root().to_owned(),
    }))
}

impl Left {
    /// Says where it is, and how it is used.
    pub(in crate::app) fn tell(&self, run: &UnderLock<'_>, screen: &mut dyn Screen) {
        let Self {
            document,
            key,
            root,
        } = self;
        let things = counted(document.count(), "thing", "things");
        let name = short(&document.run);
        let project = match root.as_os_str() {
            here if here.is_empty() || here == "." => String::new(),
            elsewhere => format!(" --project {}", elsewhere.display()),
        };
        let (until, place) = (document.valid_until, run.records.store.place());
        screen.say(&format!(
            "Undo: until {until}, `beadle undo {name}{project}` gives back the {things} that this run \
             took, where nobody has changed them since (`{key}` in {place})"
        ));
    }
}

/// As much of a run's name as tells it from others, mostly.
pub(super) fn short(run: &str) -> &str {
    run.get(..8).unwrap_or(run)
}
