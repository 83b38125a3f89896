//! What each row of decisions asks for: held to what the files say now, and turned into edits.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Fault;
use super::table::{Row, is_cell};
use crate::app::report::review::Written;
use crate::config::edit::{AreaAt, Asked, Edit};
use crate::model::day::{Presence, Window, shifted};
use crate::model::desired::DesiredAccount;
use crate::model::name::canonical;
use crate::model::source::Via;
use crate::portal::table as sheet;
use crate::report::escape;

/// Where nothing fits any more.
const AGAIN: &str = "make the review again: `beadle report review`";

/// What was decided, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) kept: u64,
    pub(super) removed: u64,
    pub(super) shortened: u64,
    /// Areas that are taken alone.
    pub(super) areas: u64,
    /// Who has no decision: people by key, and accounts that no file names.
    pub(super) open: Vec<String>,
    /// What was said of accounts that no file names.
    pub(super) accounts: Vec<Said>,
    /// Who decided for which school, and when, as they are written.
    pub(super) signed: BTreeSet<(String, String, Date)>,
}

/// What was said of an account that no file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) school: String,
    /// As `portal:login id`.
    pub(super) account: String,
    pub(super) stays: bool,
    pub(super) note: String,
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
        let judged = if row.person.is_empty() && !row.account.is_empty() {
            self.account(row).map(|()| Vec::new())
        } else {
            self.edits(row)
        };
        match judged.and_then(|edits| self.sign(row).map(|()| edits)) {
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

    /// The school of a row, and what the files say of it.
    fn school(&self, row: &Row) -> Result<(&'a str, &'a Written), (String, &'static str)> {
        let mut schools = self.schools.iter();
        let school = schools.find(|(id, _)| row.is_of(id));
        school.map(|(id, written)| (*id, written)).ok_or_else(|| {
            let school = escape::terminal(&row.school);
            (
                format!("there is no organisation `{school}` in this project"),
                "is it a review of another project?",
            )
        })
    }

    /// Notes that a row stands for somebody, who may have one alone.
    fn see(&mut self, school: &str, who: &str, row: &Row) -> Result<(), (String, &'static str)> {
        let known = (school.to_owned(), who.to_owned());
        match self.seen.insert(known, row.number) {
            None => Ok(()),
            Some(first) => Err((
                format!("{} is there already, in row {first}", self.named(who)),
                "keep one row for each person and school",
            )),
        }
    }

    /// Who signed a row, and when.
    fn sign(&mut self, row: &Row) -> Result<(), (String, &'static str)> {
        let (school, _) = self.school(row)?;
        let on = sheet::day(&row.reviewed_on).map_err(|why| (why, ""))?;
        if let (Some(on), false) = (on, row.reviewer.is_empty()) {
            let signed = (school.to_owned(), row.reviewer.clone(), on);
            self.counts.signed.insert(signed);
        }
        Ok(())
    }

    /// An account that no file names: what is said of it is told, because the files have no line
    /// that could be edited.
    fn account(&mut self, row: &Row) -> Result<(), (String, &'static str)> {
        let (school, written) = self.school(row)?;
        let whom = self.named(&row.account);
        let Some((unit, login)) = written.place_of(&row.account) else {
            return Err((format!("{whom} is at no portal of `{school}`"), AGAIN));
        };
        let check = written.check_of_account(unit.portal.as_str(), login.as_str());
        if row.check.to_ascii_lowercase() != check {
            return Err((
                format!("the column `check` is not that of {whom} at `{school}`"),
                "leave it as it is; a review that names nobody (`--redact`) has none",
            ));
        }
        if unit.accounts.contains_key(&login) {
            return Err((
                format!("the files of `{school}` name {whom} since the review was made"),
                AGAIN,
            ));
        }
        self.see(school, &row.account, row)?;
        let decision = decision(row)?;
        if decision == Decision::Shorten || !row.last_day.is_empty() || !row.take_areas.is_empty() {
            return Err((
                format!("{whom} is an account that no file names: it stays or goes, as a whole"),
                "write `keep` or `remove`, and whose it is in `note`",
            ));
        }
        if decision == Decision::Open {
            self.counts.open.push(row.account.clone());
        } else {
            self.counts.accounts.push(Said {
                school: school.to_owned(),
                account: row.account.clone(),
                stays: decision == Decision::Keep,
                note: row.note.clone(),
            });
        }
        Ok(())
    }

    fn edits(&mut self, row: &Row) -> Result<Vec<(u32, Asked)>, (String, &'static str)> {
        let (school, written) = self.school(row)?;
        let mut people = written.people().into_iter();
        let person = people.find(|person| is_cell(&row.person, person));
        let whom = self.named(&row.person);
        if let Some(person) = person {
            self.see(school, person, row)?;
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
                    AGAIN,
                ));
            }
            Some(_) if person.is_none() => {
                return Err((format!("{whom} is no user of `{school}` any more"), AGAIN));
            }
            Some((_, person)) if person != own_person => {
                return Err((
                    format!(
                        "what the files say of {whom} at `{school}` has changed since the review was made"
                    ),
                    AGAIN,
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
        let ended = ended(&accounts);
        let whole = match ended {
            Some(last) => over(decision, last)?,
            None => self.whole(decision, last_day, (&address, &accounts))?,
        };
        let of_school = accounts
            .iter()
            .flat_map(|account| &account.provenance)
            .any(|place| place.via == Via::User);
        // For whoever is given to several schools at once it is not for one of them to decide.
        let is_asked = of_school && ended.is_none();
        if is_asked || decision != Decision::Open {
            self.count(decision, &areas, &address);
        }
        let edit = |edit| {
            let organisation = school.to_owned();
            (row.number, Asked { organisation, edit })
        };
        // Who goes as a whole goes with every area.
        let taken = (decision != Decision::Remove && !areas.is_empty()).then(|| Edit::Revoke {
            address: address.clone(),
            areas,
        });
        Ok(taken.into_iter().chain(whole).map(edit).collect())
    }

    fn count(&mut self, decision: Decision, areas: &[AreaAt], address: &str) {
        let counts = &mut self.counts;
        match decision {
            Decision::Open if areas.is_empty() => counts.open.push(address.to_owned()),
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

/// The last day of somebody whose last day has passed at every portal.
fn ended(accounts: &[&DesiredAccount]) -> Option<Date> {
    let ends = accounts.iter().map(|account| match account.presence {
        Presence::Ended(last) => Some(last),
        Presence::Present | Presence::Upcoming(_) => None,
    });
    // With one portal at which it has not passed there is none.
    ends.collect::<Option<Vec<Date>>>()?.into_iter().max()
}

/// What becomes of somebody whose last day has passed: the next plan ends what is left, so that
/// there is nothing to edit, and nothing that a review could keep.
fn over(decision: Decision, last: Date) -> Result<Option<Edit>, (String, &'static str)> {
    match decision {
        Decision::Open | Decision::Remove => Ok(None),
        Decision::Keep | Decision::Shorten => Err((
            format!("their last day was {last}, and what is left ends with the next plan"),
            "to keep them: `beadle user extend`",
        )),
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
