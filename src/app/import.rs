//! `beadle import`: writes the YAML for what is live, so that adoption starts from an empty plan.
//!
//! Into a folder without a project it writes a whole one; for a project that is there it prints
//! the organisation as a file, and never overwrites what a person has written. Tables saved from a
//! portal's pages stand for a portal that has no API.

mod below;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::planning::LiveReader;
use super::portals::Portals;
use super::{Exit, Failure, PlanningOptions, Redact, Screen, project, schema, snapshots, world};
use crate::model::desired::CreationSettings;
use crate::model::live::Live;
use crate::model::name::{LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::rules::{LoginForm, Rules};
use crate::model::settings::{PortalSettings, Route, TokenSource};
use crate::model::snapshot::Snapshot;
use crate::portal::{self, Access, Driver, PortalRead};
use crate::report::escape::terminal;
use crate::report::{
    OrganisationFile, Organisations, Place, project_file_with, schema_line, snapshot_yaml,
};

pub use tables::{LoginFrom, Tables};

/// Where a new project keeps its schema, for editors.
const PROJECT_SCHEMA: &str = "schema/project.schema.json";

/// Where an organisation file in a folder of its own finds its schema.
const ORGANISATION_SCHEMA: &str = "../schema/organisation.schema.json";

/// Options of `beadle import`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder to write a project to, or a project that is there.
    pub path: PathBuf,
    /// Which organisations and portals of a project that is there, and the day.
    pub planning: PlanningOptions,
    /// What to import into a folder without a project.
    pub origin: Option<Origin>,
    /// Tables saved from the portal's pages, in place of the portal.
    pub tables: Option<Tables>,
    /// Import the organisations below as well: an authority's schools.
    pub below: bool,
}

/// Where a new project's first organisation comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The portal's name in the new project; the driver's by default.
    pub portal: Option<String>,
    /// The driver; a snapshot knows its own.
    pub driver: Option<String>,
    /// The portal's base URL, written to the project file.
    pub url: Option<String>,
    /// The environment variable that holds the token, written to the project file.
    pub token_variable: Option<String>,
    /// The organisation's id at the portal; a snapshot knows its own.
    pub portal_organisation: Option<String>,
    /// The organisation's id in the new project.
    pub organisation: Option<String>,
    /// Its name in prose.
    pub name: Option<String>,
    /// A snapshot to read instead of the portal.
    pub snapshot: Option<PathBuf>,
    /// Who has accepted the portal's terms for new accounts, where it asks for that.
    pub terms_accepted_by: Option<String>,
}

/// Imports.
///
/// # Errors
/// When the portal or snapshot cannot be read, or a file is there already.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = Redact::Auto.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    match (&options.origin, &options.tables) {
        (None, Some(tables)) => tables::refresh(options, tables, screen),
        (Some(_), Some(tables)) if tables.snapshot_only => Err(tables::no_project(&options.path)),
        (Some(origin), None) if options.below => below::new_project(options, origin, screen).await,
        (None, None) if options.below => below::existing_project(options, screen).await,
        (Some(origin), _) => new_project(options, origin, screen).await,
        (None, None) => existing_project(options, screen).await,
    }
}

/// Prints each organisation of a project as it is live.
async fn existing_project(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let opened = project::open(&options.path, &options.planning, screen)?;
    let portals = Portals::open(&opened, &options.planning).await?;
    let reader = LiveReader::of_portals(&portals, &opened)?;
    for unit in opened.units() {
        let unit = &opened.desired(&unit);
        let live = reader.read(unit).await?;
        let (portal, organisation, name) =
            (&unit.portal, &unit.organisation, &unit.organisation_name);
        let mut file = OrganisationFile::from_live(&live, portal, organisation, name, opened.day);
        if let Some(rules) = portals.rules(portal) {
            name_addresses(&mut file, rules);
        }
        let schema = schema_line(ORGANISATION_SCHEMA);
        write!(screen.out(), "{schema}{}", file.yaml(Place::OwnFile))?;
    }
    portals.close().await?;
    Ok(Exit::Done)
}

/// Writes a project with one portal and one organisation, then loads it as any other.
async fn new_project(
    options: &Options,
    origin: &Origin,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let folder = &options.path;
    let target = folder.join("beadle.yaml");
    if target.exists() {
        return Err(Failure::Exists(target));
    }
    let given = options.planning.today;
    let today = given.map_or_else(|| world::today(&TimeZone::system()), Ok)?;
    let source = match &options.tables {
        Some(tables) => tables::read_origin(origin, tables, screen)?,
        None => read_origin(origin, folder).await?,
    };
    let creation = creation(origin);
    let Names {
        portal,
        organisation,
        name,
    } = &Names::of(origin, &source);
    let mut file = OrganisationFile::from_live(&source.live, portal, organisation, name, today);
    name_addresses(&mut file, source.driver.rules);
    tables::add_ends(&mut file, &source.until, today, screen);
    let settings = settings(origin, portal, source.driver.name);
    if let Some(kept) = &settings.snapshots {
        let path = snapshots::path(folder, Some(kept), portal, organisation)?;
        let taken = source.taken.unwrap_or(today);
        let snapshot = Snapshot::of(&source.live, source.driver.name, Some(name), taken);
        snapshots::write(folder, &path, &snapshot_yaml(&snapshot, snapshots::SCHEMA))?;
        screen.say(&format!(
            "kept the snapshot as `{}`: without `--url`, it stands for the portal",
            path.display()
        ));
    }
    schema::write(&schema::NAMES, folder, &folder.join("schema"))?;
    let inline = Organisations::Inline(std::slice::from_ref(&file));
    let text = project_file_with(&settings, &creation, inline, PROJECT_SCHEMA);
    snapshots::write(folder, &target, &text)?;
    writeln!(screen.out(), "{}: {}", shown(&target), file.counts())?;
    project::load(folder, screen)?;
    screen.say("next: `beadle plan` finds nothing to do");
    Ok(Exit::Done)
}

/// A path that may be shown.
fn shown(path: &Path) -> String {
    terminal(&path.display().to_string()).into_owned()
}

/// What a new project calls things.
struct Names {
    portal: PortalName,
    organisation: OrganisationId,
    name: String,
}

impl Names {
    /// As given, or made of what the portal or snapshot says.
    fn of(origin: &Origin, source: &Source) -> Self {
        let portal = origin.portal.as_deref().unwrap_or(source.driver.name);
        let name = origin.name.as_ref().or(source.name.as_ref());
        let name = name.map_or_else(|| source.live.organisation().to_string(), Clone::clone);
        let organisation = origin
            .organisation
            .clone()
            .unwrap_or_else(|| identifier(&name));
        Self {
            portal: PortalName::new(portal),
            organisation: OrganisationId::new(organisation),
            name,
        }
    }
}

/// The portal's entry in a new project. Without a URL, the snapshot stands for the portal.
fn settings(origin: &Origin, portal: &PortalName, driver: &str) -> PortalSettings {
    let by_api = origin.url.is_some();
    PortalSettings {
        name: portal.clone(),
        driver: driver.to_owned(),
        via: if by_api { Route::Api } else { Route::Worklist },
        url: origin.url.clone(),
        token: origin
            .token_variable
            .clone()
            .filter(|_| by_api)
            .map(TokenSource::Environment),
        plan_token: None,
        requests_per_second: None,
        concurrency: 8,
        ca_file: None,
        snapshots: (!by_api).then(|| PathBuf::from(snapshots::FOLDER).join(portal.as_str())),
        client_credentials: None,
        directory: crate::model::settings::Directory::default(),
        source: crate::model::source::Source {
            file: "beadle.yaml".into(),
            line: 1,
            column: 1,
        },
    }
}

/// Somebody whose login id is an address, where that is not the habit, is named so: the portal
/// would not take the address of anybody else for one.
fn name_addresses(file: &mut OrganisationFile, rules: &Rules) {
    if rules.login.value != LoginForm::UserId {
        return;
    }
    for user in file.users.values_mut() {
        if user.login.is_none() && user.key.contains('@') {
            user.login = Some(LoginId::new(user.key.as_str()));
        }
    }
}

/// What accompanies a creation. Nobody accepts terms for somebody else: who did stays open where
/// nobody says so, and nothing is created until then.
fn creation(origin: &Origin) -> CreationSettings {
    CreationSettings {
        terms_accepted_by: origin.terms_accepted_by.as_deref().map(Into::into),
        ..CreationSettings::default()
    }
}

struct Source {
    live: Live,
    driver: &'static Driver,
    name: Option<String>,
    taken: Option<Date>,
    /// Ends of access that the portal does not keep.
    until: BTreeMap<LoginId, Date>,
}

async fn read_origin(origin: &Origin, root: &Path) -> Result<Source, Failure> {
    if let Some(path) = &origin.snapshot {
        let snapshot = snapshots::read(path)?;
        let (name, taken) = (snapshot.name.clone(), Some(snapshot.taken));
        let driver = driver(&snapshot.driver)?;
        return Ok(Source {
            live: snapshots::live(path, snapshot, driver.name)?,
            driver,
            name,
            taken,
            until: BTreeMap::new(),
        });
    }
    let Reach {
        driver,
        reader,
        organisation,
    } = reach(origin, root)?;
    Ok(Source {
        live: reader.list(&organisation).await?,
        driver,
        name: None,
        taken: None,
        until: BTreeMap::new(),
    })
}

/// A portal that the arguments alone describe.
struct Reach {
    driver: &'static Driver,
    reader: std::sync::Arc<dyn PortalRead>,
    organisation: PortalOrganisation,
}

fn reach(origin: &Origin, root: &Path) -> Result<Reach, Failure> {
    let needed = |value, flag| needed(value, flag, "`--snapshot FILE` or `--table FILE`");
    let driver = needed(&origin.driver, "--driver")?;
    let url = needed(&origin.url, "--url")?;
    let variable = needed(&origin.token_variable, "--token-env")?;
    let organisation = needed(&origin.portal_organisation, "--portal-organisation")?;
    let name = PortalName::new(origin.portal.clone().unwrap_or_else(|| driver.clone()));
    let variable = TokenSource::Environment(variable);
    let token = world::token(name.as_str(), root, &variable, &[url.as_str()])?;
    let mut access = Access::new(name, url, token);
    access.jitter_seed = world::jitter_seed();
    let driver = self::driver(&driver)?;
    Ok(Reach {
        driver,
        reader: driver.open_read(access)?,
        organisation: PortalOrganisation::new(organisation),
    })
}

fn needed(value: &Option<String>, flag: &str, instead: &str) -> Result<String, Failure> {
    value
        .clone()
        .ok_or_else(|| Failure::Usage(format!("a new project needs `{flag}` (or {instead})")))
}

fn driver(name: &str) -> Result<&'static Driver, Failure> {
    portal::driver(name).ok_or_else(|| unknown_driver(name))
}

fn unknown_driver(name: &str) -> Failure {
    let known: Vec<&str> = portal::drivers().iter().map(|driver| driver.name).collect();
    Failure::Usage(format!(
        "there is no driver `{name}`; there are {}",
        known.join(", ")
    ))
}

/// An id made of a name: lower case without accents, words joined by `-`.
pub(super) fn identifier(name: &str) -> String {
    let plain = name.nfkd().filter(|letter| !is_combining_mark(*letter));
    let lower = plain.collect::<String>().to_lowercase();
    let words = lower
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("-");
    if joined.is_empty() {
        "organisation".to_owned()
    } else {
        joined
    }
}
