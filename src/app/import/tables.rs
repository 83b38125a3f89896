//! Imports tables that were saved from a portal's pages: a new project from them, or a kept
//! snapshot brought up to date. It reads the files; what they mean is for [`crate::portal::table`].

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{Options, Origin, Source, driver, needed, shown};
use crate::app::portals::Portals;
use crate::app::{Exit, Failure, Screen, project, snapshots};
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::{LoginId, PortalOrganisation, canonical};
use crate::model::rules::Rules;
use crate::model::settings::Route;
use crate::model::snapshot::Snapshot;
use crate::portal::table::{self, Fault, File, Gathered, Given};
use crate::report::escape::terminal;
use crate::report::{OrganisationFile, counted, snapshot_yaml};

pub use crate::portal::table::LoginFrom;

/// One more than the largest file: what is longer is refused by who reads the table.
const MOST_BYTES: u64 = 8 * 1024 * 1024 + 1;

/// Pages saved from a portal.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Lists of users.
    pub lists: Vec<PathBuf>,
    /// `NAME` or `NAME=FILE`: an area, and the page on which its accounts are ticked.
    pub areas: Vec<String>,
    /// `LOGIN=FILE`: an account, and the page on which its areas are ticked.
    pub accounts: Vec<String>,
    /// Lists of administrators.
    pub admins: Vec<PathBuf>,
    /// From what a login id is taken where no column shows it.
    pub login_from: LoginFrom,
    /// Leave wrong rows out.
    pub skip_bad_rows: bool,
    /// Only bring the kept snapshot of a project up to date.
    pub snapshot_only: bool,
}

/// Why there is nothing to bring up to date.
pub(super) fn no_project(folder: &Path) -> Failure {
    Failure::Usage(format!(
        "there is no project in `{}` whose snapshot could be brought up to date; without `--snapshot-only` one is written",
        folder.display()
    ))
}

/// Reads the tables for a new project.
pub(super) fn read_origin(
    origin: &Origin,
    tables: &Tables,
    screen: &mut dyn Screen,
) -> Result<Source, Failure> {
    let driver = driver(&needed(
        &origin.driver,
        "--driver",
        "a project that is there",
    )?)?;
    let organisation = needed(
        &origin.portal_organisation,
        "--portal-organisation",
        "a project that is there",
    )?;
    let form = driver.rules.organisation_id.value;
    let digits = |count: u8| {
        organisation.len() == usize::from(count)
            && organisation.bytes().all(|byte| byte.is_ascii_digit())
    };
    if let Some(count) = form.digits.filter(|count| !digits(*count)) {
        return Err(Failure::Usage(format!(
            "`{}` is no {}: it has {count} digits",
            terminal(&organisation),
            form.name
        )));
    }
    let organisation = PortalOrganisation::new(organisation);
    let gathered = gather(driver.rules, organisation, tables, None, screen)?;
    Ok(Source {
        live: gathered.live,
        driver,
        name: None,
        taken: None,
        until: gathered.until,
    })
}

/// Brings the kept snapshot of one organisation of a project up to date. The YAML stays as it is.
pub(super) fn refresh(
    options: &Options,
    tables: &Tables,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let opened = project::open(&options.path, &options.planning, screen)?;
    let portals = Portals::of_project(&opened)?;
    let units: Vec<Desired> = opened.units().map(|unit| opened.desired(&unit)).collect();
    let by_worklist = |unit: &&Desired| {
        let route = portals.route(&unit.portal);
        route.is_some_and(|(route, _)| route == Route::Worklist)
    };
    let unit = one_of(units.iter().filter(by_worklist).collect())?;
    let rules = portals.rules(&unit.portal).ok_or_else(no_unit)?;
    let own = portals.route(&unit.portal).and_then(|(_, folder)| folder);
    let path = snapshots::path(opened.project.root(), own, &unit.portal, &unit.organisation)?;
    let former = if path.exists() {
        Some(snapshots::live(
            &path,
            snapshots::read(&path)?,
            rules.driver,
        )?)
    } else {
        None
    };
    let former = former.filter(|live| *live.organisation() == unit.portal_organisation);
    let organisation = unit.portal_organisation.clone();
    let gathered = gather(rules, organisation, tables, former.as_ref(), screen)?;
    let gone = gone(former.as_ref(), &gathered.live);
    if gone > 0 && gathered.live.accounts().is_empty() {
        return Err(Failure::Usage(format!(
            "the tables list nobody, and the last snapshot has {}: nothing is changed; if everybody has left, remove {} first",
            counted(gone, "account", "accounts"),
            path.display()
        )));
    }
    if gone > 0 {
        screen.warn(&format!(
            "{} of the last snapshot {} in no table: is the list whole? a plan will say to create whom the YAML names",
            counted(gone, "account", "accounts"),
            if gone == 1 { "is" } else { "are" }
        ));
    }
    let name = Some(&*unit.organisation_name);
    let snapshot = Snapshot::of(&gathered.live, rules.driver, name, opened.day);
    snapshots::write(
        opened.project.root(),
        &path,
        &snapshot_yaml(&snapshot, snapshots::SCHEMA),
    )?;
    let accounts = counted(snapshot.accounts.len() as u64, "account", "accounts");
    let areas = counted(snapshot.areas.len() as u64, "area", "areas");
    writeln!(screen.out(), "{}: {accounts}, {areas}", shown(&path))?;
    if !gathered.until.is_empty() {
        screen.say("days on which access ends are not kept by this portal: they belong into the YAML, which is left as it is");
    }
    screen.say("the YAML is left as it is; `beadle plan` shows what differs");
    Ok(Exit::Done)
}

/// How many accounts of the last snapshot are not there any more.
fn gone(former: Option<&Live>, live: &Live) -> u64 {
    let former = former
        .into_iter()
        .flat_map(|former| former.accounts().keys());
    former
        .filter(|id| !live.accounts().contains_key(*id))
        .count() as u64
}

fn no_unit() -> Failure {
    Failure::Usage(
        "no organisation of this project is at a portal with `via: worklist`, for which a table could stand; others are read by `beadle snapshot`".to_owned(),
    )
}

fn one_of(units: Vec<&Desired>) -> Result<&Desired, Failure> {
    match units.as_slice() {
        [unit] => Ok(unit),
        [] => Err(no_unit()),
        several => Err(Failure::Usage(format!(
            "the tables could be of any of {} organisations and portals: name one with `--org` and `--portal`",
            several.len()
        ))),
    }
}

/// Reads the files, shows what is wrong or worth knowing, and answers with the whole.
fn gather(
    rules: &Rules,
    organisation: PortalOrganisation,
    tables: &Tables,
    former: Option<&Live>,
    screen: &mut dyn Screen,
) -> Result<Gathered, Failure> {
    let given = Given {
        rules,
        organisation,
        tables: tables
            .lists
            .iter()
            .map(|path| file(path))
            .collect::<Result<_, _>>()?,
        areas: tables
            .areas
            .iter()
            .map(|area| area_page(area))
            .collect::<Result<_, _>>()?,
        accounts: tables
            .accounts
            .iter()
            .map(|page| account_page(page))
            .collect::<Result<_, _>>()?,
        admins: tables
            .admins
            .iter()
            .map(|path| file(path))
            .collect::<Result<_, _>>()?,
        former,
        login_from: tables.login_from,
        skip_bad_rows: tables.skip_bad_rows,
    };
    let gathered = table::gather(&given).map_err(|faults| {
        for fault in &faults {
            show(fault, "error: ", screen);
        }
        let faults = counted(faults.len() as u64, "fault", "faults");
        Failure::Usage(format!("the tables have {faults}; nothing was written"))
    })?;
    for fault in &gathered.skipped {
        show(fault, "left out: ", screen);
    }
    if !gathered.skipped.is_empty() {
        screen.warn("rows were left out: the snapshot is not complete, and a plan may say to create what is there already");
    }
    for note in &gathered.notes {
        screen.warn(&terminal(note));
    }
    Ok(gathered)
}

fn show(fault: &Fault, how: &str, screen: &mut dyn Screen) {
    screen.warn(&format!("{how}{}", terminal(&fault.to_string())));
    if let Some(help) = fault.help {
        screen.warn(&format!("help: {help}"));
    }
}

fn file(path: &Path) -> Result<File, Failure> {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(Failure::file(path))?;
    opened
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)
        .map_err(Failure::file(path))?;
    Ok(File {
        name: path.to_string_lossy().into(),
        bytes,
    })
}

fn area_page(text: &str) -> Result<(String, Option<File>), Failure> {
    match text.split_once('=') {
        Some((name, path)) => Ok((name.trim().to_owned(), Some(file(Path::new(path))?))),
        None => Ok((text.trim().to_owned(), None)),
    }
}

fn account_page(text: &str) -> Result<(String, File), Failure> {
    let Some((login, path)) = text.split_once('=') else {
        return Err(Failure::Usage(format!(
            "`--account {}` names no file: write `--account LOGIN=FILE`",
            terminal(text)
        )));
    };
    Ok((login.trim().to_owned(), file(Path::new(path))?))
}

/// Adds ends of access that the portal does not keep and the tables do. One that has passed would
/// have the account end at once: it is said, and left for a person to decide.
pub(super) fn add_ends(
    file: &mut OrganisationFile,
    until: &BTreeMap<LoginId, Date>,
    today: Date,
    screen: &mut dyn Screen,
) {
    let mut passed = 0;
    for user in file.users.values_mut() {
        let login = user.login.as_ref().map_or_else(
            || canonical(&user.key),
            |login| login.canonical().to_owned(),
        );
        let Some(day) = until.get(&LoginId::new(login)) else {
            continue;
        };
        if *day >= today {
            user.until = Some(*day);
        } else {
            passed += 1;
        }
    }
    if passed > 0 {
        let users = counted(passed, "user", "users");
        screen.warn(&format!(
            "the last day of {users} has passed and is not written: add `until` where access is to end"
        ));
    }
}
