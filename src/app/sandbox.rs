//! `beadle sandbox`: serves the embedded portals until it is told to stop; and the embedded
//! portals of `--sandbox`.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::interrupts::Interrupts;
use super::project::Opened;
use super::{Exit, Failure, Screen, snapshots, world};
use crate::model::name::PortalName;
use crate::model::snapshot::Snapshot;
use crate::sandbox::{self, PortalOptions, Running};

/// Options of `beadle sandbox`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The database file; memory by default.
    pub database: Option<PathBuf>,
    /// Snapshots to begin with, as `<portal>/<organisation>.yaml`.
    pub seed: Option<PathBuf>,
    /// Which portals to serve; all by default.
    pub portals: Vec<String>,
    /// The day that the sandbox's clock shows; the current one by default.
    pub today: Option<Date>,
}

/// Serves until SIGTERM or Ctrl-C. Prints one JSON line when ready.
///
/// # Errors
/// When the address is taken, the database cannot be opened or a seed is not a snapshot.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let portals = match &options.seed {
        Some(folder) => seeded(snapshots::read_folder(folder)?, &options.portals)?,
        None => options
            .portals
            .iter()
            .map(|name| unseeded(name))
            .collect::<Result<_, _>>()?,
    };
    let today = options
        .today
        .map_or_else(|| world::today(&TimeZone::system()), Ok)?;
    let database = options.database.clone();
    let running = sandbox::start(sandbox::Options {
        listen: options.listen,
        database,
        today,
        portals,
    })
    .await?;
    let mut ending = Interrupts::listen()?;
    let line = serde_json::to_string(running.ready())
        .map_err(|error| Failure::Usage(format!("the ready line: {error}")))?;
    writeln!(screen.out(), "{line}")?;
    screen.out().flush()?;
    ending.next().await;
    running.stop().await?;
    Ok(Exit::Done)
}

/// A portal of its own dialect's name, with the dialect's small invented organisation.
fn unseeded(name: &str) -> Result<PortalOptions, Failure> {
    if !sandbox::dialects().contains(&name) {
        let known = sandbox::dialects().join(", ");
        return Err(Failure::Usage(format!(
            "the sandbox has no portal `{name}`; without `--seed` it has {known}"
        )));
    }
    Ok(PortalOptions {
        name: name.to_owned(),
        driver: name.to_owned(),
        snapshots: Vec::new(),
    })
}

fn seeded(
    found: BTreeMap<String, Vec<Snapshot>>,
    wanted: &[String],
) -> Result<Vec<PortalOptions>, Failure> {
    if let Some(missing) = wanted.iter().find(|name| !found.contains_key(*name)) {
        return Err(Failure::Usage(format!(
            "the seed has no portal `{missing}`"
        )));
    }
    let chosen = found
        .into_iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name));
    let options = chosen.filter_map(|(name, snapshots)| {
        let driver = snapshots.first()?.driver.clone();
        Some(PortalOptions {
            name,
            driver,
            snapshots,
        })
    });
    Ok(options.collect())
}

/// Starts embedded portals that hold the snapshots of every unit.
pub(super) async fn start_for(
    opened: &Opened,
    drivers: &BTreeMap<PortalName, &'static str>,
) -> Result<Running, Failure> {
    let mut portals: BTreeMap<PortalName, Vec<Snapshot>> = BTreeMap::new();
    for unit in opened.units() {
        let (organisation, portal) = (unit.organisation(), unit.portal());
        let path = snapshots::path(opened.project.root(), None, portal, organisation)?;
        if !path.exists() {
            let (organisation, portal) = (organisation.to_string(), portal.to_string());
            return Err(Failure::NoSnapshot {
                organisation,
                portal,
                path,
            });
        }
        portals
            .entry(portal.clone())
            .or_default()
            .push(snapshots::read(&path)?);
    }
    let portals = portals
        .into_iter()
        .map(|(name, snapshots)| PortalOptions {
            driver: drivers.get(&name).copied().unwrap_or_default().to_owned(),
            name: name.to_string(),
            snapshots,
        })
        .collect();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Ok(sandbox::start(sandbox::Options {
        listen,
        database: None,
        today: opened.day,
        portals,
    })
    .await?)
}
