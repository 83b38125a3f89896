//! `beadle explain`: why somebody has or lacks access. It reads and never writes, and asks a portal
//! for the organisations that the answer is about, once each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::planning::LiveReader;
use super::portals::Portals;
use super::project::{self, Opened};
use super::{Exit, Failure, PlanningOptions, Redact, Screen};
use crate::config::UnitOnDay;
use crate::model::explanation::{Explanation, UnitExplanation};
use crate::model::live::Live;
use crate::model::name::{AreaName, OrganisationId, PortalName};
use crate::model::written::WrittenPerson;
use crate::planner::{self, Found, Question, Search, Who};
use crate::report::escape::terminal;
use crate::report::redact::is_pseudonym;
use crate::report::{TextOptions, explanation_json, explanation_text};

/// Most people that are listed where several are meant.
const CANDIDATES: usize = 12;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: `schema/explanation.schema.json`.
    Json,
}

/// Options of `beadle explain`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whom, as given.
    pub user: String,
    /// Which area; none for all.
    pub area: Option<String>,
    /// The project's folder or file.
    pub path: PathBuf,
    /// Where, and for which day.
    pub planning: PlanningOptions,
    /// How to write it.
    pub format: Format,
    /// Compare with a snapshot, or a folder of them, instead of the portals.
    pub live: Option<PathBuf>,
    /// Ask no portal.
    pub offline: bool,
    /// Keep names and addresses out.
    pub redact: Redact,
}

/// Explains, and shows the answer.
///
/// # Errors
/// When the project has errors, or nobody or several people are meant.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let opened = project::open(&options.path, &options.planning, screen)?;
    let portals = if options.offline {
        Portals::of_project(&opened)?
    } else {
        Portals::open(&opened, &options.planning).await?
    };
    let answer = Answering::new(options, &opened, &portals).answer().await;
    portals.close().await?;
    let (who, explanation) = answer?;
    show(options, &opened, &who, &explanation, screen)?;
    Ok(if explanation.is_partial() {
        Exit::Failed
    } else {
        Exit::Done
    })
}

fn show(
    options: &Options,
    opened: &Opened,
    who: &Who,
    explanation: &Explanation,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let redaction = options.redact.redaction(&opened.project);
    let redacted = redaction.map(|redaction| redaction.explanation(explanation, &who.aliases()));
    let shown = redacted.as_ref().unwrap_or(explanation);
    match options.format {
        Format::Text => explanation_text(shown, &TextOptions::default(), screen.out())?,
        Format::Json => explanation_json(shown, screen.out())?,
    }
    Ok(())
}

/// What was read of one organisation at one portal, or why it was not.
type Reading = Result<Live, String>;

type Place = (OrganisationId, PortalName);

/// The work on one answer.
struct Answering<'a> {
    options: &'a Options,
    opened: &'a Opened,
    portals: &'a Portals,
    people: Vec<WrittenPerson>,
    readings: BTreeMap<Place, Reading>,
    /// Read already, and without anybody who was looked for: forgotten again, and not read twice.
    empty: BTreeSet<Place>,
}

impl<'a> Answering<'a> {
    fn new(options: &'a Options, opened: &'a Opened, portals: &'a Portals) -> Self {
        Self {
            options,
            opened,
            portals,
            people: opened.project.people(),
            readings: BTreeMap::new(),
            empty: BTreeSet::new(),
        }
    }

    async fn answer(mut self) -> Result<(Who, Explanation), Failure> {
        let key = self.find().await?;
        let mut who = self.who(key);
        let found_live = self.seen_live(&who);
        let concerned = |organisation: &OrganisationId| {
            who.everywhere
                || who.organisations.contains(organisation)
                || found_live.contains(organisation)
        };
        let units = self.opened.units();
        let units: Vec<UnitOnDay<'_>> = units
            .filter(|unit| concerned(unit.organisation()) && !self.empty.contains(&place(unit)))
            .collect();
        self.read(&units, |_, _| true).await?;
        for reading in self.readings.values().flatten() {
            who.add_live(reading);
        }
        let area = self.options.area.as_deref().map(AreaName::new);
        let units = self.explained(&units, &who, area.as_ref());
        let explanation = planner::gather(&who, area.as_ref(), self.opened.day, units);
        Ok((who, explanation))
    }

    /// The key of the person who is meant. Live is asked only where no file knows anybody.
    async fn find(&mut self) -> Result<Arc<str>, Failure> {
        let asked = &self.options.user;
        if asked.trim().is_empty() {
            let message = "name somebody: a user's key, an address, a login id or a part of a name";
            return Err(Failure::Usage(message.to_owned()));
        }
        let redaction = Redact::Always.redaction(&self.opened.project);
        let redaction = redaction.filter(|_| is_pseudonym(asked));
        let alias = redaction.map(|redaction| {
            Box::new(move |text: &str| redaction.person(text)) as planner::Pseudonym
        });
        let mut search = Search::new(asked, alias);
        search.look_at_people(&self.people);
        // Whoever is meant is sought everywhere, also where another organisation was named.
        for unit in self.opened.project.units(self.opened.day) {
            search.look_at_desired(&unit.desired());
        }
        let units: Vec<UnitOnDay<'_>> = self.opened.units().collect();
        if search.is_empty() && !self.options.offline {
            let opened = self.opened;
            let everywhere = self.everywhere();
            let look = |unit: &UnitOnDay<'_>, live: &Live| {
                search.look_at_live(&opened.desired(unit), live) || everywhere
            };
            self.read(&units, look).await?;
        }
        match search.finish() {
            Found::One(key) => Ok(key),
            Found::Several(found) => Err(self.several(&found)),
            Found::Nobody(near) => Err(self.nobody(&near)),
        }
    }

    /// Whether organisations were named: then each is told of.
    fn everywhere(&self) -> bool {
        !self.options.planning.selection.organisations.is_empty()
    }

    /// Gathers what the files say of the person everywhere.
    fn who(&self, key: Arc<str>) -> Who {
        let mut who = Who::new(key);
        who.everywhere = self.everywhere();
        for person in &self.people {
            who.add_person(person);
        }
        for unit in self.opened.project.units(self.opened.day) {
            who.add_desired(&unit.desired());
        }
        who
    }

    /// The organisations in which the person was found live, of those that were read to find them.
    fn seen_live(&self, who: &Who) -> BTreeSet<OrganisationId> {
        let read = self.readings.iter();
        read.filter(|(_, reading)| {
            let live = reading.as_ref();
            live.is_ok_and(|live| who.clone().add_live(live))
        })
        .map(|((organisation, _), _)| organisation.clone())
        .collect()
    }

    /// Reads what has not been read yet, and keeps what is wanted.
    async fn read(
        &mut self,
        units: &[UnitOnDay<'_>],
        mut keep: impl FnMut(&UnitOnDay<'_>, &Live) -> bool,
    ) -> Result<(), Failure> {
        if self.options.offline {
            return Ok(());
        }
        let (reader, failures) = match &self.options.live {
            Some(given) => {
                let reader = LiveReader::of_snapshots(self.portals, self.opened, given);
                (reader, BTreeMap::new())
            }
            None => LiveReader::of_openable_portals(self.portals, self.opened),
        };
        let (opened, reader, failures) = (self.opened, &reader, &failures);
        let known = &self.readings;
        let open = units
            .iter()
            .filter(|unit| !known.contains_key(&place(unit)));
        let reads = open.map(|unit| async move {
            let reading = match failures.get(unit.portal()) {
                Some(failure) => Err(failure.to_string()),
                None => {
                    let answer = reader.read(&opened.desired(unit)).await;
                    answer.map_err(|failure| failure.to_string())
                }
            };
            (unit, reading)
        });
        let mut answers = stream::iter(reads).buffer_unordered(reader.in_flight());
        let (mut found, mut empty) = (BTreeMap::new(), BTreeSet::new());
        while let Some((unit, reading)) = answers.next().await {
            if reading.as_ref().map_or(true, |live| keep(unit, live)) {
                found.insert(place(unit), reading);
            } else {
                empty.insert(place(unit));
            }
        }
        drop(answers);
        self.readings.extend(found);
        self.empty.extend(empty);
        Ok(())
    }

    fn explained(
        &self,
        units: &[UnitOnDay<'_>],
        who: &Who,
        area: Option<&AreaName>,
    ) -> Vec<UnitExplanation> {
        let ids = units.iter().map(|unit| unit.organisation().clone());
        let written = self.opened.project.written(&ids.collect());
        let one = |unit: &UnitOnDay<'_>| {
            let desired = self.opened.desired(unit);
            let reading = self.readings.get(&place(unit));
            planner::explain(&Question {
                who,
                area,
                desired: &desired,
                written: written.get(unit.organisation())?,
                sources: &self.opened.sources,
                live: reading.and_then(|reading| reading.as_ref().ok()),
                unread: reading
                    .and_then(|reading| reading.as_ref().err())
                    .map(String::as_str),
                rules: self.portals.rules(unit.portal())?,
                day: self.opened.day,
            })
        };
        units.iter().filter_map(one).collect()
    }

    fn several(&self, found: &[(Arc<str>, Arc<str>)]) -> Failure {
        let count = found.len();
        if self.options.redact.is_wanted() {
            return Failure::Usage(format!(
                "{count} people are meant, and names are kept out: give the user's key, or a login id"
            ));
        }
        let mut list: Vec<String> = found
            .iter()
            .take(CANDIDATES)
            .map(|(key, name)| format!("{} (`{}`)", terminal(name), terminal(key)))
            .collect();
        if count > list.len() {
            list.push(format!("and {} more", count - list.len()));
        }
        let (asked, list) = (terminal(&self.options.user), list.join(", "));
        Failure::Usage(format!("`{asked}` may be {count} people: {list}"))
    }

    fn nobody(&self, near: &[String]) -> Failure {
        let unread = self.readings.values().filter(|it| it.is_err()).count();
        let mut message = if self.options.redact.is_wanted() {
            "no file names this person".to_owned()
        } else {
            format!("no file names `{}`", terminal(&self.options.user))
        };
        message.push_str(match (self.options.offline, unread) {
            (true, _) => ", and no portal was asked (`--offline`)",
            (false, 0) => ", and nobody of that name has a live account",
            (false, _) => ", and not every portal could be read",
        });
        if is_pseudonym(&self.options.user) {
            message.push_str(
                "; a pseudonym stands for somebody with the files that it was made from alone, or with the `BEADLE_REDACTION_KEY`",
            );
        }
        if !near.is_empty() && !self.options.redact.is_wanted() {
            let near: Vec<String> = near.iter().map(|it| terminal(it).into_owned()).collect();
            message = format!("{message}; nearly the same: {}", near.join(", "));
        }
        if let Some(Err(first)) = self.readings.values().find(|it| it.is_err()) {
            message = format!("{message} ({})", terminal(first));
        }
        Failure::Usage(message)
    }
}

fn place(unit: &UnitOnDay<'_>) -> Place {
    (unit.organisation().clone(), unit.portal().clone())
}
