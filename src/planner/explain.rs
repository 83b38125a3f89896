//! Why somebody has or lacks access in one organisation at one portal: what the YAML asks for, with
//! every place that does, beside what is live and what the next plan makes of the difference. It
//! decides nothing anew: matching, fates and plan are the planner's own.

mod dates;
mod missing;
mod next;
mod notes;
mod search;
mod seen;
mod ways;
mod why;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::day::Presence;
use crate::model::desired::{Desired, DesiredAccount};
use crate::model::diagnostic::Sources;
use crate::model::explanation::{
    Answer, AreaAnswer, Explanation, Line, LiveKnown, PersonShown, Remark, State, UnitExplanation,
};
use crate::model::live::Live;
use crate::model::name::{AreaName, LoginId, canonical};
use crate::model::rules::{AdminSet, Rules};
use crate::model::source::Source;
use crate::model::written::Written;

pub use search::{Found, Pseudonym, Search, Tier, Who};
use seen::Seen;

/// What is asked of one organisation at one portal.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// About whom.
    pub who: &'a Who,
    /// About which area; none for all.
    pub area: Option<&'a AreaName>,
    /// What the YAML says.
    pub desired: &'a Desired,
    /// The same, with places.
    pub written: &'a Written,
    /// The text of the files.
    pub sources: &'a Sources,
    /// What the portal answered, if it was asked and did.
    pub live: Option<&'a Live>,
    /// Why not, if it was asked.
    pub unread: Option<&'a str>,
    /// What the portal can do.
    pub rules: &'a Rules,
    /// The day.
    pub day: Date,
}

/// The answer; none where neither the YAML nor live says anything of the person there, and nothing
/// was asked that could be given there.
#[must_use]
pub fn explain(question: &Question<'_>) -> Option<UnitExplanation> {
    let wanted = question.wanted();
    let seen = question.live.map(|live| Seen::of(question, live));
    let seen = seen.as_ref();
    let account = seen.and_then(|seen| seen.account);
    let login = account.map(|live| live.login.as_str());
    let login = login.or(wanted.map(|wanted| wanted.login.as_str()));
    let areas = area_names(question, seen);
    let areas: Vec<AreaAnswer> = areas
        .into_iter()
        .map(|area| area_answer(question, seen, &area))
        .collect();
    let desired = question.desired;
    let live = match (question.live, question.unread) {
        (Some(_), _) => LiveKnown::Read,
        (None, Some(_)) => LiveKnown::Unread,
        (None, None) => LiveKnown::NotAsked,
    };
    Some(UnitExplanation {
        organisation: desired.organisation.to_string(),
        organisation_name: desired.organisation_name.to_string(),
        portal: desired.portal.to_string(),
        login: login.map(str::to_owned),
        live,
        unread: question.unread.map(str::to_owned),
        account: account_answer(question, seen),
        admin: (question.rules.admin.value != AdminSet::None).then(|| admin_answer(question, seen)),
        areas,
        remarks: notes::of_unit(question, seen),
    })
    .filter(|unit| question.is_worth_telling(unit, seen))
}

/// Gathers the answers for one person. Of an area that was asked for, only the portals that have it
/// are told of, unless none has.
#[must_use]
pub fn gather(
    who: &Who,
    area: Option<&AreaName>,
    day: Date,
    mut units: Vec<UnitExplanation>,
) -> Explanation {
    let lacks = |unit: &UnitExplanation| {
        let answers = unit.areas.iter().map(|area| &area.answer);
        let mut missing = answers.flat_map(|answer| &answer.missing);
        let nothing = unit.areas.iter().all(|area| !area.answer.asked);
        nothing && missing.any(|it| matches!(it.code, "not-in-catalogue" | "no-areas"))
    };
    if area.is_some() && !units.iter().all(lacks) {
        units.retain(|unit| !lacks(unit));
    }
    units.sort_by(|one, other| {
        (&one.organisation, &one.portal).cmp(&(&other.organisation, &other.portal))
    });
    let mut remarks = Vec::new();
    if !who.listed {
        let message = "no file names this account: nothing in the YAML asks for it";
        remarks.push(Remark::new("not-in-files", message));
    } else if units.is_empty() && !who.organisations.is_empty() {
        let message = "the files name this person, and not at the organisations and portals that were looked at";
        remarks.push(Remark::new("not-here", message));
    } else if units.is_empty() {
        let message = "`people` names this person, which gives no access: no organisation's `users`, nor an assignment that selects one, does; `--org` says what to write";
        remarks.push(Remark::new("people-only", message));
    }
    Explanation {
        format: 1,
        beadle: env!("CARGO_PKG_VERSION").to_owned(),
        day,
        person: PersonShown {
            key: who.key.to_string(),
            name: who.name.to_string(),
            listed: who.listed,
        },
        area: area.map(ToString::to_string),
        units,
        remarks,
    }
}

impl<'a> Question<'a> {
    /// The account that the YAML names.
    fn wanted(&self) -> Option<&'a DesiredAccount> {
        let mut accounts = self.desired.accounts.values();
        accounts.find(|account| *account.person == *self.who.key)
    }

    /// The login id under which `delete` names the person, and where.
    fn deletion(&self) -> Option<(&'a LoginId, &'a Source)> {
        let mut named = self.desired.delete.iter();
        named.find(|(login, _)| self.is_login(login))
    }

    /// Whether a login id is one of the person's.
    fn is_login(&self, login: &LoginId) -> bool {
        *login.canonical() == *self.who.key || self.who.logins.contains(login)
    }

    /// Whether an address is the person's key.
    fn is_address(&self, email: Option<&Arc<str>>) -> bool {
        email.is_some_and(|email| canonical(email) == *self.who.key)
    }

    /// A place with the line that stands there.
    fn line(&self, source: &Source) -> Line {
        let Source {
            file,
            line,
            column: _,
        } = source;
        let known = self
            .sources
            .files()
            .iter()
            .find(|known| known.name == *file);
        let text = known.and_then(|known| {
            let rest = known.text()?.get(known.line_start(*line) as usize..)?;
            rest.lines().next().map(str::trim)
        });
        Line {
            file: file.to_string(),
            line: *line,
            text: text.map(str::to_owned),
        }
    }

    /// Whether the files know an area at another portal, and not at this one.
    fn is_elsewhere(&self, area: &AreaName) -> bool {
        let wanted = self.wanted();
        let granted = wanted.is_some_and(|wanted| wanted.grants.contains_key(area));
        let mut portals = self.written.portals_with(area).peekable();
        portals.peek().is_some() && !granted && portals.all(|portal| *portal != self.desired.portal)
    }

    fn is_worth_telling(&self, unit: &UnitExplanation, seen: Option<&Seen<'_>>) -> bool {
        let named = self.wanted().is_some() || self.deletion().is_some();
        let live = seen.is_some_and(|seen| seen.account.is_some());
        let could = self.area.is_some_and(|area| {
            let catalogue = self
                .live
                .is_some_and(|live| live.catalogue().contains_key(area));
            let (portal, area) = (self.desired.portal.clone(), area.clone());
            catalogue || self.written.names_area(&(portal, area))
        });
        if unit.live == LiveKnown::NotAsked && self.area.is_some_and(|area| self.is_elsewhere(area))
        {
            return false;
        }
        named || live || could || self.who.everywhere || unit.live == LiveKnown::Unread
    }
}

/// The areas to speak of: the one that was asked for, else all that the YAML, live or the plan
/// connects with the person.
fn area_names(question: &Question<'_>, seen: Option<&Seen<'_>>) -> BTreeSet<AreaName> {
    if let Some(area) = question.area {
        return BTreeSet::from([area.clone()]);
    }
    let wanted = question.wanted().into_iter();
    let mut names: BTreeSet<AreaName> = wanted
        .flat_map(|wanted| wanted.grants.keys().cloned())
        .collect();
    if let Some(seen) = seen {
        names.extend(seen.areas().cloned());
        names.extend(seen.planned_areas(question).into_iter().cloned());
    }
    names
}

fn account_answer(question: &Question<'_>, seen: Option<&Seen<'_>>) -> Answer {
    let wanted = question.wanted();
    let live = seen.map(|seen| seen.is_usable(question.day));
    let state = match wanted.map(|wanted| wanted.presence) {
        Some(presence) => state_of(presence),
        None if question.desired.manages_accounts => State::NotListed,
        None => State::NotManaged,
    };
    let (from, until) = dates::of_account(question, wanted);
    let why = wanted.map_or_else(Vec::new, |wanted| {
        why::of_account(question, &wanted.provenance)
    });
    Answer {
        asked: state == State::Listed,
        live,
        state,
        implied: false,
        from,
        until,
        why,
        next: seen.map_or_else(Vec::new, |seen| next::of_account(question, seen)),
        missing: missing::account(question, seen, state),
    }
}

fn admin_answer(question: &Question<'_>, seen: Option<&Seen<'_>>) -> Answer {
    let admins = &question.desired.admins;
    let places = question.admin_places(seen);
    let asked = places.is_some();
    let live = seen.map(|seen| seen.account.is_some_and(|live| live.admin));
    let state = match (asked, admins.exact) {
        (true, _) => State::Listed,
        (false, true) => State::NotListed,
        (false, false) => State::NotManaged,
    };
    let why = places.map_or_else(Vec::new, |places| why::of_admin(question, places));
    Answer {
        asked,
        live,
        state,
        implied: false,
        from: None,
        until: None,
        why,
        next: seen.map_or_else(Vec::new, |seen| next::of_admin(question, seen)),
        missing: missing::admin(question, seen, state),
    }
}

fn area_answer(question: &Question<'_>, seen: Option<&Seen<'_>>, area: &AreaName) -> AreaAnswer {
    let wanted = question.wanted();
    let grant = wanted.and_then(|wanted| wanted.grants.get(area));
    let state = match (grant.map(|grant| grant.presence), wanted) {
        (Some(presence), _) => state_of(presence),
        (None, None) if !question.desired.manages_accounts => State::NotManaged,
        (None, _) => State::NotListed,
    };
    let has = seen.map(|seen| seen.areas().any(|held| held == area));
    let implied = question.is_implied(seen, area);
    let (from, until) = dates::of_grant(question, wanted, grant);
    let mut answer = Answer {
        asked: state == State::Listed,
        live: has,
        state,
        implied,
        from,
        until,
        why: grant.map_or_else(Vec::new, |grant| {
            why::of_grant(question, area, &grant.provenance)
        }),
        next: Vec::new(),
        missing: Vec::new(),
    };
    if let Some(seen) = seen {
        answer.next = next::of_area(question, seen, area, &answer);
    }
    answer.missing = missing::area(question, seen, area, &answer);
    let title = question.live.and_then(|live| live.catalogue().get(area));
    AreaAnswer {
        area: area.to_string(),
        title: title.map(|entry| entry.title.to_string()),
        sensitive: question.is_sensitive(area),
        answer,
    }
}

fn state_of(presence: Presence) -> State {
    match presence {
        Presence::Present => State::Listed,
        Presence::Upcoming(_) => State::Upcoming,
        Presence::Ended(_) => State::Ended,
    }
}
