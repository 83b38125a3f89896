//! What every part of the page looks up: units by organisation, who has what there, areas by title,
//! people by number.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::PageOptions;
use crate::model::access::UnitAccess;
use crate::model::name::{AreaName, OrganisationId, PortalName};
use crate::model::plan::{AccountRef, Plan, UnitPlan};
use crate::model::review::Review;
use crate::model::source::Source;
use crate::report::escape::html;
use crate::report::overview::{Overview, Row, identity};

/// Most people of whom who has what is unfolded from the beginning.
const FEW_PEOPLE: usize = 400;
/// Most changes that are unfolded from the beginning.
const FEW_CHANGES: u64 = 300;

/// The plan, and what is looked up while it is laid out.
pub(super) struct Context<'p> {
    pub(super) plan: &'p Plan,
    pub(super) overview: Overview<'p>,
    pub(super) options: &'p PageOptions,
    access: BTreeMap<(&'p OrganisationId, &'p PortalName), &'p UnitAccess>,
    /// A number for each person, whatever organisations they are in.
    people: BTreeMap<&'p str, usize>,
    /// Actions, steps for people, and what was held back.
    pub(super) changes: u64,
    /// People of whom there are any.
    pub(super) changing: usize,
    /// Whether the page is so short that all of it is unfolded.
    pub(super) is_short: bool,
    /// Whether every change is unfolded.
    pub(super) unfolds_changes: bool,
}

/// One organisation, with its portals.
pub(super) struct Organisation<'p> {
    pub(super) id: &'p OrganisationId,
    pub(super) name: &'p str,
    /// Indices of its units in the plan.
    pub(super) units: Vec<u32>,
    /// What is planned there; none where all is as it should be.
    pub(super) row: Option<&'p Row<'p>>,
}

impl<'p> Context<'p> {
    pub(super) fn new(
        plan: &'p Plan,
        review: &'p Review,
        access: &'p [UnitAccess],
        options: &'p PageOptions,
    ) -> Self {
        let mut people: BTreeMap<&str, usize> = BTreeMap::new();
        let of_plan = plan.units.iter().flat_map(|unit| {
            let manual = unit.manual.iter().map(|step| &step.account);
            let held = unit.held_back.iter().map(|held| &held.account);
            let actions = unit.actions.iter().map(|action| &action.account);
            actions.chain(manual).chain(held)
        });
        for account in of_plan {
            let next = people.len();
            people.entry(identity(account)).or_insert(next);
        }
        let changing = people.len();
        for account in access.iter().flat_map(|unit| &unit.accounts) {
            let next = people.len();
            people.entry(identity(&account.account)).or_insert(next);
        }
        let overview = Overview::of(plan, review);
        let accounts: usize = access.iter().map(|unit| unit.accounts.len()).sum();
        let counts = &overview.counts;
        let changes = counts.all_actions() + counts.manual + counts.held_back;
        let unfolds_changes = changes <= FEW_CHANGES;
        Self {
            plan,
            is_short: accounts <= FEW_PEOPLE && unfolds_changes,
            unfolds_changes,
            overview,
            options,
            access: access
                .iter()
                .map(|unit| ((&unit.organisation, &unit.portal), unit))
                .collect(),
            people,
            changes,
            changing,
        }
    }

    pub(super) fn unit(&self, unit: u32) -> Option<&'p UnitPlan> {
        self.plan.units.get(unit as usize)
    }

    pub(super) fn access(&self, unit: &UnitPlan) -> Option<&'p UnitAccess> {
        self.access
            .get(&(&unit.organisation, &unit.portal))
            .copied()
    }

    /// The number of a person: the same in every organisation.
    pub(super) fn person(&self, account: &AccountRef) -> usize {
        self.people
            .get(identity(account))
            .copied()
            .unwrap_or_default()
    }

    /// The title of an area, else its name.
    pub(super) fn title<'a>(&self, unit: &UnitPlan, area: &'a AreaName) -> &'a str
    where
        'p: 'a,
    {
        let known = self.access(unit).and_then(|access| access.areas.get(area));
        known.map_or(area.as_str(), |area| &*area.title)
    }

    /// Every organisation: the most serious first, then those where nothing is planned, in the
    /// plan's order.
    pub(super) fn organisations(&'p self) -> Vec<Organisation<'p>> {
        let mut found: Vec<Organisation<'p>> = Vec::new();
        for (number, unit) in (0_u32..).zip(&self.plan.units) {
            match found.last_mut() {
                Some(last) if *last.id == unit.organisation => last.units.push(number),
                _ => found.push(Organisation {
                    id: &unit.organisation,
                    name: &unit.organisation_name,
                    units: vec![number],
                    row: None,
                }),
            }
        }
        let rows = self.overview.rows.iter().enumerate();
        let ranked = rows.map(|(rank, row)| (row.organisation, (rank, row)));
        let ranked: BTreeMap<&str, (usize, &'p Row<'p>)> = ranked.collect();
        let own = |it: &Organisation<'p>| ranked.get(it.id.as_str()).copied();
        for organisation in &mut found {
            organisation.row = own(organisation).map(|(_, row)| row);
        }
        found.sort_by_key(|it| own(it).map_or(usize::MAX, |(rank, _)| rank));
        found
    }
}

/// `22 November 2026`.
pub(super) fn long_day(day: Date) -> String {
    format!("{} {} {}", day.day(), month(day.month()), day.year())
}

/// `22 Nov 2026`.
pub(super) fn short_day(day: Date) -> String {
    let month = month(day.month());
    let month = month.get(..3).unwrap_or(month);
    format!("{} {month} {}", day.day(), day.year())
}

/// A month's name, by its number from 1.
pub(super) fn month(number: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let index = usize::try_from(number - 1).unwrap_or_default();
    NAMES.get(index).copied().unwrap_or_default()
}

/// `12,345`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 6);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As [`crate::report::counted`], with the thousands told apart.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", grouped(number))
}

/// Name and login id; once, where they are the same, as in a redacted plan.
pub(super) fn who(account: &AccountRef) -> String {
    let name = html(&account.name);
    let login = html(account.login.as_str());
    if name == login {
        return format!("<b class=name>{name}</b>");
    }
    format!("<b class=name>{name}</b> <span class=login>{login}</span>")
}

/// A place in the YAML.
pub(super) fn place(source: &Source) -> String {
    let Source {
        file,
        line,
        column: _,
    } = source;
    format!("<code>{}:{line}</code>", html(file))
}

/// Several places of one file, in their order: lines that follow one another are said as from and to.
pub(super) fn places(sources: &[&Source]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for source in sources {
        match runs.last_mut() {
            Some((_, last)) if source.line == *last || source.line == last.saturating_add(1) => {
                *last = source.line;
            }
            _ => runs.push((source.line, source.line)),
        }
    }
    let runs: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first}–{last}"),
        })
        .collect();
    let file = sources.first().map(|source| html(&source.file));
    format!(
        "<code>{}:{}</code>",
        file.unwrap_or_default(),
        runs.join(", ")
    )
}

/// A sentence in which names stand between backticks, with markup in their place.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return html(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for (index, part) in parts.into_iter().enumerate() {
        if index.is_multiple_of(2) {
            shown.push_str(&html(part));
        } else {
            shown.push_str(&format!("<code>{}</code>", html(part)));
        }
    }
    shown
}

/// A sentence as it begins a line.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_and_numbers_as_people_write_them() {
        assert_eq!(long_day(date(2026, 11, 2)), "2 November 2026");
        assert_eq!(short_day(date(2027, 5, 31)), "31 May 2027");
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn lines_that_follow_one_another_are_one_range() {
        let at = |line| Source {
            file: "a<b.yaml".into(),
            line,
            column: 1,
        };
        let said = |lines: &[u32]| {
            let all: Vec<Source> = lines.iter().map(|line| at(*line)).collect();
            places(&all.iter().collect::<Vec<_>>())
        };
        assert_eq!(said(&[7]), "<code>a&lt;b.yaml:7</code>");
        assert_eq!(said(&[7, 7, 7]), "<code>a&lt;b.yaml:7</code>");
        assert_eq!(said(&[7, 8, 8, 9]), "<code>a&lt;b.yaml:7–9</code>");
        assert_eq!(
            said(&[7, 8, 12, 11]),
            "<code>a&lt;b.yaml:7–8, 12, 11</code>"
        );
    }

    #[test]
    fn backticks_are_code_and_nothing_else_is() {
        assert_eq!(prose("the `<b>` is"), "the <code>&lt;b&gt;</code> is");
        assert_eq!(prose("a ` alone <i>"), "a ` alone &lt;i&gt;");
    }
}
