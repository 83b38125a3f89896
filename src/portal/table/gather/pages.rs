//! Pages with ticks, and lists of administrators: each row is about one account that is listed.

use std::collections::BTreeSet;

use super::super::matching::Found;
use super::super::page::{Page, Tick};
use super::super::values::{Wrong, shown};
use super::super::{Fault, File, people, shapes};
use super::{Target, Work, no_list};
use crate::model::rules::AdminSet;

impl Work<'_> {
    /// Pages of one area, on which accounts are ticked.
    pub(super) fn area_pages(&mut self) {
        for (name, file) in &self.given.areas {
            let Some(file) = file else { continue };
            let Some(target) = self.target(name, &file.name, None) else {
                continue;
            };
            let Some(page) = self.open(file) else {
                continue;
            };
            if !self.has_ticks(file, &page) {
                continue;
            }
            if let Target::Area(area) = &target {
                if !self.covered.insert(area.clone()) {
                    let message = format!("it is a second page of the area `{area}`");
                    self.faults.push(
                        Fault::of_file(&file.name, message).help("give one page for each area"),
                    );
                }
                for areas in &mut self.granted {
                    areas.remove(area);
                }
            }
            let mut seen = BTreeSet::new();
            for tick in &page.ticks {
                let Some(index) = self.whose(file, tick, &mut seen) else {
                    continue;
                };
                let ticked = tick.ticked == Some(true);
                match &target {
                    Target::Admin => self.set_admin(index, ticked),
                    Target::Area(area) if ticked => {
                        if let Some(areas) = self.granted.get_mut(index) {
                            areas.insert(area.clone());
                        }
                    }
                    Target::Area(_) => {}
                }
            }
        }
    }

    /// The account that a tick is about.
    pub(super) fn whose(
        &mut self,
        file: &File,
        tick: &Tick,
        seen: &mut BTreeSet<usize>,
    ) -> Option<usize> {
        let label = tick.label.join(", ");
        let is_about_nobody = label.is_empty() || shapes::is_select_all(&label);
        let wrong =
            |message: String, help| Fault::of_row(&file.name, tick.row, Wrong { message, help });
        match self.accounts.find(&tick.label) {
            Found::One(index) if seen.insert(index) => Some(index),
            Found::One(index) => {
                let login = self
                    .accounts
                    .get(index)
                    .map(|account| account.login.to_string());
                let login = shown(&login.unwrap_or_default());
                self.faults.push(wrong(
                    format!("the account {login} is ticked or not in an earlier row already"),
                    "leave one of the rows out, or write login ids behind the names",
                ));
                None
            }
            Found::Several(places) => {
                let message = format!(
                    "{} is the name of several accounts ({})",
                    shown(&label),
                    places.join(", ")
                );
                self.faults.push(wrong(
                    message,
                    "write the login id or the address behind the name, in brackets",
                ));
                None
            }
            // Pages have ticks of their own, such as that of a menu.
            Found::Nobody if tick.ticked != Some(true) || is_about_nobody => None,
            Found::Nobody => {
                self.faults.push(wrong(
                    format!(
                        "{} is ticked, and no list has such an account",
                        shown(&label)
                    ),
                    "save the list of users again, so that both are of the same day",
                ));
                None
            }
        }
    }

    pub(super) fn has_ticks(&mut self, file: &File, page: &Page) -> bool {
        let some = page.ticks.iter().any(|tick| tick.ticked.is_some());
        if !some {
            self.faults.push(Fault::of_file(&file.name, "no ticks can be seen in it").help(
                "save the page as HTML (copied text loses its ticks), or write `[x]` or `[ ]` before each name",
            ));
        }
        some
    }

    pub(super) fn set_admin(&mut self, index: usize, admin: bool) {
        if let Some(known) = self.admins.get_mut(index) {
            *known = Some(admin);
        }
    }

    /// Pages of one account, on which areas are ticked.
    pub(super) fn account_pages(&mut self) {
        let mut seen = BTreeSet::new();
        for (who, file) in &self.given.accounts {
            let index = match self.accounts.find(std::slice::from_ref(who)) {
                Found::One(index) => index,
                Found::Nobody => {
                    let message = format!("no list has an account {}", shown(who));
                    self.faults
                        .push(Fault::of_file(&file.name, message).help(
                            "`--account` names a login id, an address or a name of the list",
                        ));
                    continue;
                }
                Found::Several(places) => {
                    let message = format!(
                        "{} is the name of several accounts ({})",
                        shown(who),
                        places.join(", ")
                    );
                    self.faults
                        .push(Fault::of_file(&file.name, message).help("name it by its login id"));
                    continue;
                }
            };
            let Some(page) = self.open(file) else {
                continue;
            };
            if !self.has_ticks(file, &page) {
                continue;
            }
            if !seen.insert(index) {
                let message = format!("it is a second page of the account {}", shown(who));
                self.faults.push(
                    Fault::of_file(&file.name, message).help("give one page for each account"),
                );
            }
            self.account_page(index, file, &page);
        }
    }

    fn account_page(&mut self, index: usize, file: &File, page: &Page) {
        let mut areas = BTreeSet::new();
        let mut admin = None;
        let labelled = page.ticks.iter().filter(|tick| !tick.label.is_empty());
        for tick in labelled {
            let (Some(title), Some(ticked)) = (tick.label.first(), tick.ticked) else {
                continue;
            };
            if shapes::is_select_all(title) {
                continue;
            }
            match self.target(title, &file.name, Some(tick.row)) {
                Some(Target::Admin) => admin = Some(ticked),
                Some(Target::Area(area)) if ticked => {
                    areas.insert(area);
                }
                _ => {}
            }
        }
        if let Some(granted) = self.granted.get_mut(index) {
            *granted = areas;
        }
        if let Some(whole) = self.whole.get_mut(index) {
            *whole = true;
        }
        if let Some(admin) = admin {
            self.set_admin(index, admin);
        }
    }

    /// Lists of administrators: who is on one is an administrator, unless it says otherwise.
    pub(super) fn admin_pages(&mut self) {
        for file in &self.given.admins {
            if self.given.rules.admin.value == AdminSet::None {
                self.faults.push(Fault::of_file(
                    &file.name,
                    "this portal has no administrators to list",
                ));
                continue;
            }
            let Some(page) = self.open(file) else {
                continue;
            };
            let people = people::read(&file.name, &page, &mut self.faults);
            if !people.found {
                self.faults.push(no_list(file));
            }
            let says = people.persons.iter().any(|person| person.admin.is_some());
            for person in people.persons {
                let label: Vec<String> =
                    [person.login, person.email].into_iter().flatten().collect();
                let label = if label.is_empty() {
                    vec![person.name]
                } else {
                    label
                };
                let admin = person.admin.unwrap_or(!says);
                let tick = Tick {
                    row: person.place.row,
                    label,
                    ticked: Some(true),
                };
                if let Some(index) = self.whose(file, &tick, &mut BTreeSet::new()) {
                    self.set_admin(index, admin);
                }
            }
            // The page lists them all: who is not on it is none.
            for admin in &mut self.admins {
                *admin = Some(admin.unwrap_or(false));
            }
        }
    }
}
