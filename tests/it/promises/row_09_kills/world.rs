//! What is killed at: one organisation at one portal, whose YAML wants everything that its rules
//! know: new accounts, swaps, leavers, returners, renames, admins who come and go. A function of
//! the rules and the number of people.

use std::fmt::Write as _;

use beadle::model::rules::{AccountEnd, AdminSet, Create, Delete, End, LoginForm, Mail, Rules};
use beadle::model::rules::{OrganisationIdForm, SaveUnit};
use serde_json::{Value, json};

use crate::support::TODAY;

/// The area of the administrators, where they are one.
const ADMINISTRATION: &str = "administration";

/// How somebody is wanted by the YAML.
#[derive(Clone, Debug, Default)]
struct Wanted {
    name: String,
    areas: Vec<String>,
    admin: bool,
    until: Option<&'static str>,
}

/// How somebody is live.
#[derive(Clone, Debug, Default)]
struct Live {
    name: String,
    areas: Vec<String>,
    admin: bool,
    inactive: bool,
    expires: Option<&'static str>,
}

/// Somebody.
#[derive(Clone, Debug)]
struct Person {
    key: String,
    live: Option<Live>,
    /// None for an account that is named for deletion.
    wanted: Option<Wanted>,
}

/// One organisation: what is live, and what is wanted.
pub(super) struct World {
    pub(super) rules: &'static Rules,
    people: Vec<Person>,
    areas: usize,
}

fn address(key: &str) -> String {
    format!("{key}@place.example")
}

fn area(number: usize) -> String {
    format!("area-{number:02}")
}

impl World {
    /// So many people beside the two administrators who stay.
    pub(super) fn of(driver: &str, people: usize) -> Self {
        let rules = beadle::portal::driver(driver).unwrap().rules;
        // Where a save is an area's whole set, more areas make more calls.
        let most = if rules.save.value == SaveUnit::AreaSet {
            40
        } else {
            12
        };
        let mut world = Self {
            rules,
            people: Vec::new(),
            areas: if rules.has_areas.value {
                most.min((people / 4).max(4))
            } else {
                0
            },
        };
        for key in ["a.head", "b.deputy"] {
            let name = key.replace('.', " ");
            let stays = (
                Live {
                    name: name.clone(),
                    admin: true,
                    ..Live::default()
                },
                Wanted {
                    name,
                    admin: true,
                    ..Wanted::default()
                },
            );
            world.add(key, Some(stays.0), Some(stays.1));
        }
        for number in 0..people {
            world.somebody(number);
        }
        world
    }

    fn add(&mut self, key: &str, live: Option<Live>, wanted: Option<Wanted>) {
        let key = key.to_owned();
        self.people.push(Person { key, live, wanted });
    }

    fn some_areas(&self, numbers: &[usize]) -> Vec<String> {
        let held = |number: &usize| (self.areas > 0).then(|| area(number % self.areas));
        numbers.iter().filter_map(held).collect()
    }

    /// The kinds of change, in turn.
    fn somebody(&mut self, number: usize) {
        let rules = self.rules;
        let (key, name) = (format!("p{number:03}"), format!("Person {number}"));
        let (this, next) = (self.some_areas(&[number]), self.some_areas(&[number + 1]));
        let mut live = Live {
            name: name.clone(),
            areas: this.clone(),
            ..Live::default()
        };
        let mut wanted = Wanted {
            name,
            areas: this.clone(),
            ..Wanted::default()
        };
        match number % 10 {
            0..=3 => return self.add(&key, None, Some(wanted)),
            4 if self.areas == 0 => live.expires = Some("2026-12-20"),
            4 => wanted.areas = next,
            5 if number % 20 == 15 && rules.delete.value == Delete::Irreversible => {
                return self.add(&key, Some(live), None);
            }
            5 => wanted.until = Some("2026-10-31"),
            6 if rules.end.value == End::Deactivate => live.inactive = true,
            6 if rules.account_end.value == AccountEnd::Date => live.expires = Some("2026-01-31"),
            6 => live.areas.clear(),
            7 if rules.edit.value.name => live.name = format!("Old {}", live.name),
            7 => live.areas = next,
            8 if rules.admin.value != AdminSet::None => wanted.admin = true,
            9 if rules.admin.value != AdminSet::None => live.admin = true,
            _ => wanted.areas.extend(next),
        }
        self.add(&key, Some(live), Some(wanted));
    }

    /// The organisation's id at the portal.
    pub(super) fn organisation(&self) -> String {
        let OrganisationIdForm { name: _, digits } = self.rules.organisation_id.value;
        match digits {
            Some(digits) => "8502001000".chars().take(digits.into()).collect(),
            None => "699".to_owned(),
        }
    }

    /// Whether the portal makes the login ids of new accounts.
    pub(super) fn makes_logins(&self) -> bool {
        self.rules.login.value == LoginForm::Assigned
    }

    /// The login id of somebody who is live.
    fn login(&self, key: &str) -> String {
        match self.rules.login.value {
            LoginForm::Assigned => key.replace('.', ""),
            // At a portal of user ids, whoever was registered signs in with an address.
            LoginForm::Email | LoginForm::Username | LoginForm::UserId => address(key),
        }
    }

    /// What is live, as a snapshot.
    pub(super) fn snapshot(&self) -> Value {
        let one = |number| json!({"code": area(number), "title": title(&area(number))});
        let mut areas: Vec<Value> = (0..self.areas).map(one).collect();
        if self.rules.admin.value == AdminSet::Area {
            areas.push(json!({
                "code": ADMINISTRATION, "title": title(ADMINISTRATION), "administration": true
            }));
        }
        let accounts = self.people.iter();
        let accounts = accounts.filter_map(|one| Some(self.account(&one.key, one.live.as_ref()?)));
        let accounts: Vec<Value> = accounts.collect();
        json!({
            "format": 1, "driver": self.rules.driver, "organisation": self.organisation(),
            "name": "The Place", "taken": TODAY,
            "evidence": {"accounts": accounts.len(), "areas": areas.len(), "pages": 1},
            "areas": areas, "accounts": accounts,
        })
    }

    fn account(&self, key: &str, live: &Live) -> Value {
        let Live {
            name,
            areas,
            admin,
            inactive,
            expires,
        } = live;
        let terms = matches!(self.rules.account_end.value, AccountEnd::Terms(_));
        json!({
            "id": format!("id-{}", key.replace('.', "-")), "login": self.login(key), "name": name,
            "email": address(key), "expires": expires.or(terms.then_some("2027-08-31")),
            "active": !inactive, "admin": *admin && self.rules.admin.value != AdminSet::None,
            "areas": areas,
        })
    }

    /// The project file, with the portal at that address.
    pub(super) fn yaml(&self, url: &str, more: &str) -> String {
        let mut text = format!(
            "version: 1\nportals:\n  portal: {{ {}{more} }}\npolicy:\n  min_admins: 1\n  \
             max_removals: {{ percent: 100, count: 1000, total: {{ percent: 100, count: 1000 }} }}\n\
             organisations:\n  place:\n    name: The Place\n    portals: {{ portal: \"{}\" }}\n    users:\n",
            self.settings(url),
            self.organisation()
        );
        for Person { key, live, wanted } in &self.people {
            let Some(Wanted {
                name,
                areas,
                admin: _,
                until,
            }) = wanted
            else {
                continue;
            };
            let mut user = format!("      {}: {{ name: {name}", address(key));
            // Where the portal makes the login ids, nobody knows those of new accounts.
            if live.is_some() || self.rules.login.value != LoginForm::Assigned {
                let _ = write!(user, ", accounts: {{ portal: {} }}", self.login(key));
            }
            if let Some(day) = until {
                let _ = write!(user, ", until: {day}");
            }
            if !areas.is_empty() {
                let _ = write!(user, ", areas: [{}]", areas.join(", "));
            }
            text += &user;
            text += " }\n";
        }
        self.admins(&mut text);
        let gone = self.people.iter().filter(|one| one.wanted.is_none());
        let gone: Vec<String> = gone.map(|one| self.login(&one.key)).collect();
        if !gone.is_empty() {
            let _ = writeln!(text, "    delete: {{ portal: [{}] }}", gone.join(", "));
        }
        text
    }

    fn admins(&self, text: &mut String) {
        if self.rules.admin.value == AdminSet::None {
            return;
        }
        let wanted = |one: &&Person| one.wanted.as_ref().is_some_and(|wanted| wanted.admin);
        let admins = self.people.iter().filter(wanted);
        let admins: Vec<String> = admins.map(|one| address(&one.key)).collect();
        let _ = writeln!(text, "    admins: [{}]", admins.join(", "));
    }

    fn settings(&self, url: &str) -> String {
        let rules = self.rules;
        let mut text = format!(
            "driver: {}, url: \"{url}\", token: {{ env: PORTAL_TOKEN }}",
            rules.driver
        );
        match rules.create.value {
            Create::WithTerms => text += ", terms_accepted_by: Morgan Jones",
            Create::Upstream => text += ", provisioning: registered",
            Create::Direct => {}
        }
        if rules.mail.value == Mail::AtCreation {
            text += ", notify: true";
        }
        if rules.directory {
            let groups = (0..self.areas).map(area);
            let groups = groups.chain([ADMINISTRATION.to_owned()]);
            let groups: Vec<String> = groups
                .map(|area| format!("{area}: {}", title(&area)))
                .collect();
            let _ = write!(
                text,
                ", groups: {{ {} }}, admin_group: {ADMINISTRATION}",
                groups.join(", ")
            );
        }
        text
    }
}

fn title(area: &str) -> String {
    format!("The {area}")
}
