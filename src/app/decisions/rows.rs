//! What each row of decisions asks for: held to what the files say now, and turned into edits.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Fault;
use super::table::{Row, is_cell};
use crate::app::report::review::Written;
use crate::config::edit::{AreaAt, Asked, Edit};
use crate::model::day::{Window, shifted};
use crate::model::desired::DesiredAccount;
use crate::model::name::canonical;
use crate::model::source::Via;
use crate::portal::table as sheet;
use crate::report::escape;

/// What was decided, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) kept: u64,
    pub(super) removed: u64,
    pub(super) shortened: u64,
    /// Areas that are taken alone.
    pub(super) areas: u64,
    /// Rows without a decision.
    pub(super) open: u64,
}

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Open,
    Keep,
    Remove,
    Shorten,
}

/// Judges rows one by one.
pub(super) struct Judge<'a> {
    schools: &'a BTreeMap<&'a str, Written>,
    day: Date,
    /// Whether people are not to be named.
    hides: bool,
    /// The rows that were seen, by school and person.
    seen: BTreeMap<(String, String), u32>,
    /// Edits, each with its row.
    pub(super) asked: Vec<(u32, Asked)>,
    pub(super) faults: Vec<Fault>,
    pub(super) counts: Counts,
}

impl<'a> Judge<'a> {
    pub(super) fn new(schools: &'a BTreeMap<&'a str, Written>, day: Date, hides: bool) -> Self {
        Self {
            schools,
            day,
            hides,
            seen: BTreeMap::new(),
            asked: Vec::new(),
            faults: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Looks at one row.
    pub(super) fn take(&mut self, row: &Row) {
        match self.edits(row) {
            Ok(edits) => self.asked.extend(edits),
            Err((message, help)) => self.faults.push(Fault {
                row: Some(row.number),
                message,
                help: help.to_owned(),
            }),
        }
    }

    /// Somebody as a message may name them.
    fn named(&self, text: &str) -> String {
        if self.hides {
            "this person".to_owned()
        } else {
            format!("`{}`", escape::terminal(text))
        }
    }

    fn edits(&mut self, row: &Row) -> Result<Vec<(u32, Asked)>, (String, &'static str)> {
        let again = "make the review again: `beadle report review`";
        let schools = self.schools;
        let school = schools.iter().find(|(id, _)| row.is_of(id));
        let Some((school, written)) = school else {
            let school = escape::terminal(&row.school);
            return Err((
                format!("there is no organisation `{school}` in this project"),
                "is it a review of another project?",
            ));
        };
        let mut people = written.people().into_iter();
        let person = people.find(|person| is_cell(&row.person, person));
        let whom = self.named(&row.person);
        if let Some(person) = person {
            let known = (school.to_string(), person.to_string());
            if let Some(first) = self.seen.insert(known, row.number) {
                return Err((
                    format!("{whom} is there already, in row {first}"),
                    "keep one row for each person and school",
                ));
            }
        }
        let check = written.check(person.map_or("", |person| person));
        let (own_place, own_person) = check.split_once('-').unwrap_or_default();
        let given = row.check.to_ascii_lowercase();
        match given.split_once('-') {
            None => {
                return Err((
                    "the column `check` is not as it was made".to_owned(),
                    "leave it as it is; a review that names nobody (`--redact`) has none",
                ));
            }
            Some((place, _)) if place != own_place => {
                return Err((
                    format!("it was made for another project than this `{school}`"),
                    again,
                ));
            }
            Some(_) if person.is_none() => {
                return Err((format!("{whom} is no user of `{school}` any more"), again));
            }
            Some((_, person)) if person != own_person => {
                return Err((
                    format!(
                        "what the files say of {whom} at `{school}` has changed since the review was made"
                    ),
                    again,
                ));
            }
            Some(_) => {}
        }
        let accounts: Vec<&DesiredAccount> = written
            .accounts(person.map_or("", |person| person))
            .map(|(_, account)| account)
            .collect();
        let decision = decision(row)?;
        let last_day = sheet::day(&row.last_day).map_err(|why| (why, ""))?;
        let areas = areas(row, written, person.map_or("", |person| person))?;
        let address = person.map_or_else(String::new, ToString::to_string);
        let whole = self.whole(decision, last_day, (&address, &accounts))?;
        let of_school = accounts
            .iter()
            .flat_map(|account| &account.provenance)
            .any(|place| place.via == Via::User);
        // For whoever is given to several schools at once it is not for one of them to decide.
        if of_school || decision != Decision::Open {
            self.count(decision, &areas);
        }
        let edit = |edit| {
            let organisation = (*school).to_owned();
            (row.number, Asked { organisation, edit })
        };
        // Who goes as a whole goes with every area.
        let taken = (decision != Decision::Remove && !areas.is_empty()).then(|| Edit::Revoke {
            address: address.clone(),
            areas,
        });
        Ok(taken.into_iter().chain(whole).map(edit).collect())
    }

    fn count(&mut self, decision: Decision, areas: &[AreaAt]) {
        let counts = &mut self.counts;
        match decision {
            Decision::Open if areas.is_empty() => counts.open += 1,
            Decision::Open | Decision::Keep => counts.kept += 1,
            Decision::Remove => counts.removed += 1,
            Decision::Shorten => counts.shortened += 1,
        }
        if decision != Decision::Remove {
            counts.areas += areas.len() as u64;
        }
    }

    /// What becomes of the person as a whole.
    fn whole(
        &self,
        decision: Decision,
        last_day: Option<Date>,
        (address, accounts): (&str, &[&DesiredAccount]),
    ) -> Result<Option<Edit>, (String, &'static str)> {
        let day = self.day;
        let window = accounts.first().map_or(Window::default(), |one| one.window);
        let address = address.to_owned();
        match (decision, last_day) {
            (Decision::Open | Decision::Keep, None) => Ok(None),
            (Decision::Keep, Some(last)) => Err((
                format!("it says `keep`, and {last} as the last day"),
                "write `shorten` for a last day, or leave the day blank",
            )),
            (Decision::Open, Some(last)) => Err((
                format!("it says {last} as the last day, and no decision"),
                "write `shorten` as the decision",
            )),
            (Decision::Remove, on) => {
                // The day before: the next plan takes what is there.
                let on = on.unwrap_or_else(|| shifted(day, -1));
                let begun = window.from.is_none_or(|from| from <= on);
                Ok(Some(Edit::Leave {
                    address,
                    on: begun.then_some(on),
                    remove: !begun,
                }))
            }
            (Decision::Shorten, None) => Err((
                "it says `shorten`, and no last day".to_owned(),
                "write the last day of access in `last_day`",
            )),
            (Decision::Shorten, Some(last)) if last < day => Err((
                format!("its last day {last} has passed"),
                "write `remove` to end access now",
            )),
            (Decision::Shorten, Some(last)) => match window.until {
                Some(until) if until < last => Err((
                    format!("its last day {last} is later than {until}, which is the last day now"),
                    "a review gives nobody more: `beadle user extend` does",
                )),
                _ => Ok(Some(Edit::Shorten {
                    address,
                    until: last,
                })),
            },
        }
    }
}

/// The decision, in the words that people use for it.
fn decision(row: &Row) -> Result<Decision, (String, &'static str)> {
    let word = canonical(&row.decision);
    Ok(match word.as_str() {
        "" => Decision::Open,
        "keep" | "k" | "keeps" | "stay" | "stays" | "yes" => Decision::Keep,
        "remove" | "r" | "removed" | "leave" | "leaves" | "end" => Decision::Remove,
        "shorten" | "s" | "shortened" | "until" => Decision::Shorten,
        _ => {
            let shown: String = row.decision.chars().take(40).collect();
            return Err((
                format!(
                    "the decision `{}` is none of `keep`, `remove` and `shorten`",
                    escape::terminal(&shown)
                ),
                "write one of them, or leave the cell blank",
            ));
        }
    })
}

/// The areas that are to be taken alone. The name of an area may hold what stands between them: the
/// longest name that fits is meant.
fn areas(
    row: &Row,
    written: &Written,
    person: &str,
) -> Result<Vec<AreaAt>, (String, &'static str)> {
    let mut names: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (unit, account) in written.accounts(person) {
        for area in account.grants.keys() {
            let known = (unit.portal.to_string(), area.to_string());
            let name = format!("{}:{area}", unit.portal);
            names.insert(canonical(&escape::cell(&name)), known.clone());
            names.insert(canonical(&name), known);
        }
    }
    let mut longest: Vec<&String> = names.keys().collect();
    longest.sort_by_key(|name| Reverse(name.len()));
    let between = |letter: char| letter == ';' || letter.is_whitespace();
    let whole = canonical(&row.take_areas);
    let mut rest = whole.trim_matches(between);
    let mut found = BTreeSet::new();
    while !rest.is_empty() {
        let mut fitting = longest.iter().filter_map(|name| {
            let after = rest.strip_prefix(name.as_str())?;
            let ends = after.trim_start_matches([' ', '\t']);
            (ends.is_empty() || ends.starts_with([';', '\n'])).then_some((name, after))
        });
        let Some((name, after)) = fitting.next() else {
            let name = rest.split([';', '\n']).next().unwrap_or(rest);
            return Err((
                format!(
                    "there is no area `{}` to be taken",
                    escape::terminal(name.trim())
                ),
                "write areas as the column `own_areas` has them, with `;` between them",
            ));
        };
        found.extend(names.get(name.as_str()));
        rest = after.trim_start_matches(between);
    }
    let areas = found.into_iter().map(|(portal, area)| AreaAt {
        portal: Some(portal.clone()),
        area: area.clone(),
    });
    Ok(areas.collect())
}
