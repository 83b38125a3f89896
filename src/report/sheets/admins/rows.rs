//! The governors' page as a table: one row an administrator, a leaver, something overdue, a shared
//! login, or something that changes by one's own hand; and what is said of each in a clause.

use super::{AdminsReport, Leaver, LeaverState, SharedLogin, Sharer};
use crate::report::sheets::expiring::Ending;
use crate::report::sheets::page::Rows;
use crate::report::sheets::{day_or_blank, yes};

/// One row an administrator, and so on.
pub(super) fn rows(report: &AdminsReport) -> Rows {
    let mut rows = Vec::new();
    for place in &report.places {
        let state = match (place.is_short(), place.is_tight()) {
            (true, _) => "fewer than the minimum",
            (false, true) => "none to spare",
            (false, false) => "",
        };
        for one in &place.administrators {
            let standing = format!(
                "now: {}, after the plan: {}",
                yes(one.admin.now()),
                yes(one.admin.after())
            );
            rows.push(vec![
                "administrator".to_owned(),
                place.organisation.clone(),
                place.organisation_name.clone(),
                place.portal.clone(),
                one.name.clone(),
                one.person.clone().unwrap_or_default(),
                one.login.clone(),
                day_or_blank(one.until),
                String::new(),
                String::new(),
                standing,
                state.to_owned(),
            ]);
        }
    }
    rows.extend(report.leavers.iter().map(Leaver::row));
    rows.extend(report.overdue.iter().map(overdue_row));
    rows.extend(report.shared.iter().map(SharedLogin::row));
    rows.extend(report.escalations.iter().map(|one| {
        let (what, why) = (one.what.clone(), one.why.clone());
        let who = (one.name.clone(), one.person.clone(), String::new());
        row(
            "own rights",
            (&one.organisation, &one.organisation_name, &one.portal),
            who,
            (what, why),
        )
    }));
    Rows {
        columns: vec![
            "about",
            "organisation",
            "organisation_name",
            "portal",
            "name",
            "person",
            "login",
            "last_day",
            "ended_on",
            "days",
            "what",
            "note",
        ],
        rows,
    }
}

/// A row of which most columns are empty.
fn row(
    about: &str,
    (organisation, organisation_name, portal): (&str, &str, &str),
    (name, person, login): (String, String, String),
    (what, note): (String, String),
) -> Vec<String> {
    let texts = [about, organisation, organisation_name, portal].map(str::to_owned);
    let blank = || String::new();
    texts
        .into_iter()
        .chain([name, person, login, blank(), blank(), blank(), what, note])
        .collect()
}

fn overdue_row(ending: &Ending) -> Vec<String> {
    let organisation = ending.organisation.clone().unwrap_or_default();
    let mut cells = row(
        "overdue",
        (
            &organisation,
            &ending.organisation_name,
            &ending.portals.join(", "),
        ),
        (
            ending.name.clone().unwrap_or_default(),
            ending.person.clone().unwrap_or_default(),
            String::new(),
        ),
        (ending.what.clone(), ending.happens.clone()),
    );
    if let Some(cell) = cells.get_mut(7) {
        *cell = day_or_blank(ending.last_day);
    }
    cells
}

impl Leaver {
    /// What became of their access, in a clause.
    pub(super) fn words(&self) -> String {
        let days = self.days.unwrap_or_default();
        match self.state {
            LeaverState::StillLive => {
                format!("still has access, {} after the last day", days_of(days))
            }
            LeaverState::Ended if days <= 1 => "ended at once".to_owned(),
            LeaverState::Ended => format!("ended {} after the last day", days_of(days)),
            LeaverState::NoRecord => "has ended; no record says when".to_owned(),
            LeaverState::Unknown => "not known: the portal could not be read".to_owned(),
        }
    }

    fn row(&self) -> Vec<String> {
        let Self {
            state: _,
            organisation,
            organisation_name,
            portal,
            name,
            person,
            admin,
            last_day,
            ended_on,
            days,
        } = self;
        vec![
            "leaver".to_owned(),
            organisation.clone(),
            organisation_name.clone(),
            portal.clone(),
            name.clone(),
            person.clone(),
            String::new(),
            last_day.to_string(),
            day_or_blank(*ended_on),
            days.filter(|days| *days >= 0)
                .map(|days| days.to_string())
                .unwrap_or_default(),
            self.words(),
            (if *admin { "still an administrator" } else { "" }).to_owned(),
        ]
    }
}

/// `1 day`, `3 days`.
pub(super) fn days_of(days: i64) -> String {
    crate::report::counted(days.unsigned_abs(), "day", "days")
}

impl SharedLogin {
    fn row(&self) -> Vec<String> {
        let note = match self.known_to_leaver_of {
            Some(day) => format!("password to be changed: somebody who knows it left on {day}"),
            None => String::new(),
        };
        row(
            "shared login",
            (&self.organisation, &self.organisation_name, &self.portal),
            (self.name.clone(), String::new(), self.login.clone()),
            (self.words(), note),
        )
    }

    /// Who uses it.
    pub(super) fn words(&self) -> String {
        let members: Vec<String> = self.members.iter().map(Sharer::words).collect();
        let changed = self
            .password_changed
            .map_or("never recorded".to_owned(), |day| day.to_string());
        format!(
            "answers for it: {}; used by: {}; password changed: {changed}",
            self.custodian.name,
            members.join(", ")
        )
    }
}

impl Sharer {
    pub(super) fn words(&self) -> String {
        match self.until {
            Some(until) => format!("{} (until {until})", self.name),
            None => self.name.clone(),
        }
    }
}
