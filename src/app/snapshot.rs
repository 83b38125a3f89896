//! `beadle snapshot`: saves live state to files, with the evidence that it is complete.

use std::path::PathBuf;

use super::planning::LiveReader;
use super::portals::Portals;
use super::{Exit, Failure, PlanningOptions, Redact, Screen, project, snapshots};
use crate::model::snapshot::Snapshot;
use crate::report::{counted, escape, snapshot_yaml};

/// Options of `beadle snapshot`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// Which organisations and portals, and the day that is recorded.
    pub planning: PlanningOptions,
    /// Folder to write to, as `<portal>/<organisation>.yaml`; by default `live` beside the project
    /// file, or the portal's own `snapshots` folder.
    pub out: Option<PathBuf>,
}

/// Reads each organisation and writes its snapshot.
///
/// # Errors
/// When an organisation cannot be read, or a file not written. What was written before stays.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = Redact::Auto.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let opened = project::open(&options.path, &options.planning, screen)?;
    let portals = Portals::open(&opened, &options.planning).await?;
    let reader = LiveReader::of_portals(&portals, &opened)?;
    for unit in opened.units() {
        let unit = &opened.desired(&unit);
        let live = reader.read(unit).await?;
        let driver = portals.rules(&unit.portal).map_or("", |rules| rules.driver);
        let snapshot = Snapshot::of(&live, driver, Some(&unit.organisation_name), opened.day);
        let own = portals.route(&unit.portal).and_then(|(_, folder)| folder);
        let root = options.out.as_deref().unwrap_or(opened.project.root());
        let path = match &options.out {
            Some(folder) => snapshots::path_in(folder, &unit.portal, &unit.organisation),
            None => snapshots::path(root, own, &unit.portal, &unit.organisation),
        }?;
        snapshots::write(root, &path, &snapshot_yaml(&snapshot, snapshots::SCHEMA))?;
        let accounts = counted(snapshot.accounts.len() as u64, "account", "accounts");
        let areas = counted(snapshot.areas.len() as u64, "area", "areas");
        let path = path.display().to_string();
        let path = escape::terminal(&path);
        writeln!(screen.out(), "{path}: {accounts}, {areas}")?;
    }
    portals.close().await?;
    Ok(Exit::Done)
}
