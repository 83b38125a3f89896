//! `beadle next`: on which days something will change by itself, and what. Reads, and never writes;
//! asks no portal unless it is told to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use futures_util::{StreamExt as _, stream};
use jiff::civil::Date;

use super::planning::telling::warn_unread;
use super::planning::{LiveReader, Unread};
use super::portals::Portals;
use super::project::{self, Opened};
use super::{Exit, Failure, PlanningOptions, Redact, Screen};
use crate::config::UnitOnDay;
use crate::model::day::shifted;
use crate::model::live::Live;
use crate::model::name::PortalName;
use crate::model::next::{Happening, HappeningKind, Next};
use crate::model::rules::Rules;
use crate::planner::{self, Changes};
use crate::portal;
use crate::report::{TextOptions, next_days, next_json, next_text};

/// How the days are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: `schema/next.schema.json`.
    Json,
    /// For schedulers: the days alone, one a line.
    Days,
}

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// So many days from today.
    Within(u32),
    /// To a day, which is included.
    Until(Date),
}

/// Options of `beadle next`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// What to look at.
    pub planning: PlanningOptions,
    /// How far to look.
    pub horizon: Horizon,
    /// Look at a snapshot, or a folder of them, as well.
    pub live: Option<PathBuf>,
    /// Ask the portals as well.
    pub ask: bool,
    /// How to write it.
    pub format: Format,
    /// Keep names and addresses out.
    pub redact: Redact,
}

/// Says what will change by itself.
///
/// # Errors
/// When the project has errors or the last day is not after today.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let opened = project::open(&options.path, &options.planning, screen)?;
    opened.tell_rehearsal(screen);
    let until = last_day(options.horizon, opened.day)?;
    let asks = options.ask || options.planning.sandbox;
    let (mut found, mut unread) = (Found::default(), Vec::new());
    if asks || options.live.is_some() {
        let portals = Portals::open(&opened, &options.planning).await?;
        let reader = match &options.live {
            Some(given) => LiveReader::of_snapshots(&portals, &opened, given),
            None => LiveReader::of_portals(&portals, &opened)?,
        };
        unread = with_live(&opened, until, (&reader, &portals), &mut found).await;
        drop(reader);
        portals.close().await?;
    } else {
        let rules = portal::rules_by_driver();
        for unit in opened.units() {
            let rules = rules_of(&opened, &unit).and_then(|driver| rules.get(driver));
            if let Some(rules) = rules {
                of_unit(&opened, &unit, until, (rules, None), &mut found);
            }
        }
    }
    of_portals(&opened, until, &options.planning, &mut found);
    let next = Next {
        today: opened.day,
        until,
        live: asks || options.live.is_some(),
        days: found.0,
    };
    let shown = match options.redact.redaction(&opened.project) {
        Some(redaction) => redaction.next(&next),
        None => next,
    };
    match options.format {
        Format::Text => next_text(&shown, &TextOptions::default(), screen.out())?,
        Format::Json => next_json(&shown, screen.out())?,
        Format::Days => next_days(&shown, screen.out())?,
    }
    warn_unread(&unread, screen);
    Ok(if unread.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// What happens on a day, each with the portals at which it does.
type OfDay = BTreeMap<Happening, BTreeSet<PortalName>>;

/// What has been found so far, by day.
#[derive(Default)]
pub(super) struct Found(BTreeMap<Date, OfDay>);

impl Found {
    /// By day.
    pub(super) fn into_days(self) -> BTreeMap<Date, OfDay> {
        self.0
    }

    fn add(&mut self, day: Date, portal: &PortalName, happening: Happening) {
        let of_day = self.0.entry(day).or_default();
        of_day.entry(happening).or_default().insert(portal.clone());
    }
}

/// The last day to look at.
pub(super) fn last_day(horizon: Horizon, today: Date) -> Result<Date, Failure> {
    match horizon {
        Horizon::Within(days) => Ok(shifted(today, i64::from(days))),
        Horizon::Until(until) if until > today => Ok(until),
        Horizon::Until(until) => Err(Failure::Usage(format!(
            "`--until {until}` is not after today, {today}: there is no day to look at"
        ))),
    }
}

fn rules_of<'p>(opened: &'p Opened, unit: &UnitOnDay<'_>) -> Option<&'p str> {
    let settings = opened.project.portals().get(unit.portal())?;
    Some(&settings.driver)
}

/// One organisation at one portal, on every day that may matter.
pub(super) fn of_unit(
    opened: &Opened,
    unit: &UnitOnDay<'_>,
    until: Date,
    (rules, live): (&Rules, Option<&Live>),
    found: &mut Found,
) {
    let first = shifted(opened.day, 1);
    let mut days = unit.turning_days();
    days.extend(match live {
        Some(live) => planner::live_days(live, rules, first, until),
        None => planner::term_days(rules, first, until),
    });
    let mut renewed = BTreeSet::new();
    for day in days.range(first..=until) {
        let before = opened.desired(&unit.on(shifted(*day, -1)));
        let after = opened.desired(&unit.on(*day));
        let changes = Changes {
            before: &before,
            after: &after,
            live,
            rules,
            day: *day,
        };
        for happening in planner::of_unit(&changes) {
            // It waits for days on which it is worth while: the first is the one to know.
            let again = happening.kind == HappeningKind::Renewal
                && !renewed.insert((happening.who.clone(), happening.last_day));
            if !again {
                found.add(*day, unit.portal(), happening);
            }
        }
    }
}

/// Reads every unit, and looks at it as the answer arrives. What cannot be read is looked at in
/// the files alone.
async fn with_live(
    opened: &Opened,
    until: Date,
    (reader, portals): (&LiveReader<'_>, &Portals),
    found: &mut Found,
) -> Vec<Unread> {
    let reads = opened.units().map(|unit| async move {
        let answer = reader.read(&opened.desired(&unit)).await;
        (unit, answer)
    });
    let mut answers = stream::iter(reads).buffer_unordered(reader.in_flight());
    let mut unread = Vec::new();
    while let Some((unit, answer)) = answers.next().await {
        let live = answer.map_err(|failure| {
            unread.push(Unread {
                organisation: unit.organisation().clone(),
                portal: unit.portal().clone(),
                failure,
            });
        });
        if let Some(rules) = portals.rules(unit.portal()) {
            of_unit(opened, &unit, until, (rules, live.as_ref().ok()), found);
        }
    }
    unread.sort_by(|one, other| {
        (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
    });
    unread
}

/// What ends for whole portals, of those that were asked for.
pub(super) fn of_portals(
    opened: &Opened,
    until: Date,
    options: &PlanningOptions,
    found: &mut Found,
) {
    let policy = opened.project.policy();
    let asked = &options.selection.portals;
    let ends = policy.waivers.iter().map(|waiver| shifted(waiver.until, 1));
    let days: BTreeSet<Date> = ends
        .filter(|day| opened.day < *day && *day <= until)
        .collect();
    for day in days {
        for (portal, happening) in planner::of_portals(policy, day) {
            if asked.is_empty() || asked.iter().any(|name| name == portal.as_str()) {
                found.add(day, &portal, happening);
            }
        }
    }
}
