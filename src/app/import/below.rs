//! `import --below`: an authority and every organisation below it, each in a file of its own. One
//! that cannot be read is said, and does not lose the others.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{
    ORGANISATION_SCHEMA, Options, Origin, PROJECT_SCHEMA, Reach, creation, identifier,
    name_addresses, reach, settings, shown,
};
use crate::app::portals::Portals;
use crate::app::{Exit, Failure, Screen, project, schema, snapshots, world};
use crate::model::live::Live;
use crate::model::name::{OrganisationId, PortalName, PortalOrganisation};
use crate::model::rules::Rules;
use crate::portal::{PortalError, PortalRead};
use crate::report::escape::terminal;
use crate::report::{
    OrganisationFile, Organisations, Place, counted, project_file_with, schema_line,
};

/// The folder of the organisations below.
const FOLDER: &str = "schools";

/// The authority's own file, beside the project file.
const AUTHORITY: &str = "authority.yaml";

/// Where a file beside the project file finds its schema.
const SCHEMA_BESIDE: &str = "schema/organisation.schema.json";

/// One organisation as it was read.
struct Answer {
    organisation: PortalOrganisation,
    name: String,
    live: Result<Live, PortalError>,
}

/// Where files are written, and for whom.
struct Target<'a> {
    folder: &'a Path,
    portal: &'a PortalName,
    rules: &'a Rules,
    today: Date,
}

/// How many were written and how many could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    written: u64,
    kept: u64,
    failed: u64,
}

impl Tally {
    fn exit(self) -> Exit {
        match self {
            Self { failed: 0, .. } => Exit::Done,
            Self {
                written: 0,
                kept: 0,
                ..
            } => Exit::Failed,
            Self { .. } => Exit::Partial,
        }
    }
}

/// Writes a project with an authority and what is below it.
pub(super) async fn new_project(
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
    let Reach {
        driver,
        reader,
        organisation,
    } = reach(origin, folder)?;
    let creation = creation(origin);
    let name = origin.portal.as_deref().unwrap_or(driver.name);
    let portal = PortalName::new(name);
    let place = Target {
        folder,
        portal: &portal,
        rules: driver.rules,
        today,
    };
    let (tally, globs) = adopt(&place, &*reader, organisation, origin, screen).await?;
    if tally.written > 0 {
        schema::write(&schema::NAMES, folder, &folder.join("schema"))?;
        let settings = settings(origin, &portal, driver.name);
        let globs: Vec<&str> = globs.iter().map(String::as_str).collect();
        let files = Organisations::Files(&globs);
        let text = project_file_with(&settings, &creation, files, PROJECT_SCHEMA);
        snapshots::write(folder, &target, &text)?;
        let organisations = counted(tally.written, "organisation", "organisations");
        writeln!(screen.out(), "{}: {organisations}", shown(&target))?;
        project::load(folder, screen)?;
    }
    Ok(tally.exit())
}

/// Writes the files of an authority and of what is below it. Answers with the globs that find them.
async fn adopt(
    place: &Target<'_>,
    reader: &dyn PortalRead,
    organisation: PortalOrganisation,
    origin: &Origin,
    screen: &mut dyn Screen,
) -> Result<(Tally, Vec<String>), Failure> {
    let schools = read_below(reader, &organisation).await?;
    let name = origin.name.clone();
    let own = Answer {
        name: name.unwrap_or_else(|| organisation.to_string()),
        live: reader.list(&organisation).await,
        organisation,
    };
    let id = origin.organisation.clone();
    let id = id.unwrap_or_else(|| identifier(&own.name));
    let below = write_all(place, &schools, &id, screen)?;
    let authority = write_authority(place, &own, &id, screen)?;
    let globs = [
        (authority, AUTHORITY.to_owned()),
        (below, format!("{FOLDER}/*.yaml")),
    ];
    let found = |tally: &Tally| tally.written + tally.kept > 0;
    let globs = globs.into_iter().filter(|(tally, _)| found(tally));
    let tally = Tally {
        written: below.written + authority.written,
        kept: below.kept + authority.kept,
        failed: below.failed + authority.failed,
    };
    Ok((tally, globs.map(|(_, glob)| glob).collect()))
}

/// Writes a file for each organisation that is below one of a project's and not in it yet.
pub(super) async fn existing_project(
    options: &Options,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let opened = project::open(&options.path, &options.planning, screen)?;
    let portals = Portals::open(&opened, &options.planning).await?;
    let readers = portals.readers()?;
    let mut total = Tally::default();
    for unit in opened.units() {
        let unit = opened.desired(&unit);
        let (Some(reader), Some(rules)) = (readers.get(&unit.portal), portals.rules(&unit.portal))
        else {
            continue;
        };
        let known = |school: &Answer| {
            let mut units = opened.project.units(opened.day);
            units.any(|other| {
                let other = other.desired();
                other.portal == unit.portal && other.portal_organisation == school.organisation
            })
        };
        let mut schools = read_below(&**reader, &unit.portal_organisation).await?;
        let before = schools.len();
        schools.retain(|school| !known(school));
        let place = Target {
            folder: opened.project.root(),
            portal: &unit.portal,
            rules,
            today: opened.day,
        };
        let tally = write_all(&place, &schools, unit.organisation.as_str(), screen)?;
        total.written += tally.written;
        total.failed += tally.failed;
        total.kept += tally.kept + (before - schools.len()) as u64;
    }
    portals.close().await?;
    if total == Tally::default() {
        screen.say("no organisation of this project has others below it");
    } else if total.written > 0 {
        screen.say(&format!(
            "the project needs `organisations: [{FOLDER}/*.yaml]` to read them"
        ));
    }
    Ok(total.exit())
}

/// Every organisation below, each with what could be read of it.
async fn read_below(
    reader: &dyn PortalRead,
    authority: &PortalOrganisation,
) -> Result<Vec<Answer>, PortalError> {
    let mut answers = Vec::new();
    for (organisation, name) in reader.below(authority).await? {
        let live = reader.list(&organisation).await;
        answers.push(Answer {
            organisation,
            name,
            live,
        });
    }
    Ok(answers)
}

/// Writes one file for each, named after it. A file that is there stays.
fn write_all(
    place: &Target<'_>,
    schools: &[Answer],
    authority: &str,
    screen: &mut dyn Screen,
) -> Result<Tally, Failure> {
    let mut taken = std::collections::BTreeSet::from([authority.to_owned()]);
    let mut tally = Tally::default();
    for school in schools {
        let mut id = identifier(&school.name);
        if !taken.insert(id.clone()) {
            id = format!("{id}-{}", identifier(school.organisation.as_str()));
            taken.insert(id.clone());
        }
        let path = place.folder.join(FOLDER).join(format!("{id}.yaml"));
        tally = write(
            place,
            school,
            &id,
            (path, ORGANISATION_SCHEMA),
            tally,
            screen,
        )?;
    }
    Ok(tally)
}

fn write_authority(
    place: &Target<'_>,
    own: &Answer,
    id: &str,
    screen: &mut dyn Screen,
) -> Result<Tally, Failure> {
    let path = place.folder.join(AUTHORITY);
    write(
        place,
        own,
        id,
        (path, SCHEMA_BESIDE),
        Tally::default(),
        screen,
    )
}

fn write(
    place: &Target<'_>,
    answer: &Answer,
    id: &str,
    (path, schema): (PathBuf, &str),
    mut tally: Tally,
    screen: &mut dyn Screen,
) -> Result<Tally, Failure> {
    let live = match &answer.live {
        Ok(live) => live,
        Err(error) => {
            let name = terminal(&answer.name);
            screen.warn(&format!("error: `{name}` is not imported: {error}"));
            tally.failed += 1;
            return Ok(tally);
        }
    };
    if path.exists() {
        screen.warn(&format!(
            "`{}` exists already and is left as it is",
            path.display()
        ));
        tally.kept += 1;
        return Ok(tally);
    }
    let id = OrganisationId::new(id);
    let mut file = OrganisationFile::from_live(live, place.portal, &id, &answer.name, place.today);
    name_addresses(&mut file, place.rules);
    let text = schema_line(schema) + &file.yaml(Place::OwnFile);
    snapshots::write(place.folder, &path, &text)?;
    writeln!(screen.out(), "{}: {}", shown(&path), file.counts())?;
    tally.written += 1;
    Ok(tally)
}

#[cfg(test)]
mod tests;
