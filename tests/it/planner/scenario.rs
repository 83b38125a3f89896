//! Random pairs of wishes and answers, such as each model allows: what no portal could answer and
//! no checked configuration could say is not made.

use std::sync::Arc;

use beadle::model::day::Window;
use beadle::model::desired::{Desired, DesiredAccount, Shared};
use beadle::model::live::{Live, LiveAccount};
use beadle::model::name::{AreaName, LoginId};
use beadle::model::policy::{Policy, RemovalLimit, Removals, Unmanaged};
use beadle::model::rules::{AccountEnd, AdminSet, Create, Delete, End, LoginForm, Rules};
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::prelude::*;

use super::build::{after, answer, catalogue, dated, desired, grant, listed, login, source, user};

/// One person: what is wished, and what is live.
#[derive(Clone, Debug)]
pub(crate) struct Someone {
    wished: Option<Wish>,
    /// 0: not live, 1: under the present login id, 2: under the former, 3: under both, 4: twins.
    presence: u8,
    there: There,
    delete: bool,
}

#[derive(Clone, Debug)]
struct Wish {
    window: u8,
    renamed: bool,
    grants: [u8; 4],
    admin: bool,
    shared: bool,
}

#[derive(Clone, Debug)]
struct There {
    expires: u8,
    inactive: bool,
    locked: bool,
    upstream: bool,
    admin: bool,
    areas: [bool; 4],
    renamed: bool,
    quiet: bool,
}

/// What holds for the whole organisation.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    min_admins: u32,
    exact: bool,
    manages: bool,
    expire_unmanaged: bool,
    no_removals: bool,
    admin_key: bool,
    ignore: bool,
    identity: Option<u8>,
    notify: Option<bool>,
}

/// A whole case.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    people: Vec<Someone>,
    setting: Setting,
    /// Which of several allowed orders of saves is taken.
    pub(crate) seed: u64,
}

fn wish() -> impl Strategy<Value = Wish> {
    let grants = proptest::array::uniform4(0..6_u8);
    let flags = (
        any::<bool>(),
        prop::bool::weighted(0.35),
        prop::bool::weighted(0.1),
    );
    (0..9_u8, grants, flags).prop_map(|(window, grants, (renamed, admin, shared))| Wish {
        window,
        renamed,
        grants,
        admin,
        shared,
    })
}

fn there() -> impl Strategy<Value = There> {
    let rarely = || prop::bool::weighted(0.2);
    let flags = (
        rarely(),
        rarely(),
        rarely(),
        prop::bool::weighted(0.4),
        rarely(),
        rarely(),
    );
    let areas = proptest::array::uniform4(any::<bool>());
    (0..7_u8, flags, areas).prop_map(|(expires, flags, areas)| {
        let (inactive, locked, upstream, admin, renamed, quiet) = flags;
        There {
            expires,
            inactive,
            locked,
            upstream,
            admin,
            areas,
            renamed,
            quiet,
        }
    })
}

/// Somebody of whom anything may be wished, and who may be live or not.
pub(crate) fn someone() -> impl Strategy<Value = Someone> {
    let presence =
        prop_oneof![3 => Just(0_u8), 8 => Just(1), 3 => Just(2), 1 => Just(3), 1 => Just(4)];
    let wished = prop::option::weighted(0.8, wish());
    (wished, presence, there(), prop::bool::weighted(0.08)).prop_map(
        |(wished, presence, there, delete)| Someone {
            wished,
            presence,
            there,
            delete,
        },
    )
}

fn setting() -> impl Strategy<Value = Setting> {
    let flags = (
        any::<bool>(),
        prop::bool::weighted(0.85),
        prop::bool::weighted(0.4),
        prop::bool::weighted(0.1),
        any::<bool>(),
        prop::bool::weighted(0.2),
    );
    let identity = prop::option::weighted(0.3, 0..4_u8);
    let notify = any::<bool>().prop_map(Some);
    (0..4_u32, flags, identity, notify).prop_map(|(min_admins, flags, identity, notify)| {
        let (exact, manages, expire_unmanaged, no_removals, admin_key, ignore) = flags;
        Setting {
            min_admins,
            exact,
            manages,
            expire_unmanaged,
            no_removals,
            admin_key,
            ignore,
            identity,
            notify,
        }
    })
}

pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    (vec(someone(), 0..9), setting(), any::<u64>()).prop_map(|(people, setting, seed)| Scenario {
        people,
        setting,
        seed,
    })
}

const AREAS: [&str; 4] = ["finance", "prevent", "students", "sealed"];

fn key(index: usize) -> String {
    format!("p{index}")
}

fn former(index: usize) -> String {
    format!("old{index}")
}

impl Scenario {
    /// Nobody is wished and nobody is live.
    pub(crate) fn nothing() -> Self {
        Self {
            people: Vec::new(),
            setting: Setting {
                min_admins: 0,
                exact: false,
                manages: false,
                expire_unmanaged: false,
                no_removals: false,
                admin_key: false,
                ignore: false,
                identity: None,
                notify: Some(false),
            },
            seed: 0,
        }
    }

    /// How many people there are, wished or live.
    pub(crate) fn people(&self) -> usize {
        self.people.len()
    }

    /// An edit of the YAML: the entry of one person is from now on as another's, with or without
    /// their name under `delete`.
    pub(crate) fn edit(&mut self, at: usize, entry: &Someone) {
        if let Some(person) = self.people.get_mut(at) {
            person.wished = entry.wished.clone();
            person.delete = entry.delete;
        }
    }

    /// The same with nobody but one person, who is live as `there` is under the present login id.
    pub(crate) fn with_only(&self, at: usize, there: &Someone) -> Self {
        let mut people: Vec<Someone> = self.people.iter().take(at + 1).cloned().collect();
        for (index, person) in people.iter_mut().enumerate() {
            person.presence = u8::from(index == at);
            person.there = there.there.clone();
        }
        Self {
            people,
            setting: self.setting.clone(),
            seed: self.seed,
        }
    }

    /// Asks for no administrators.
    pub(crate) fn without_min_admins(&mut self) {
        self.setting.min_admins = 0;
    }

    /// Whether the administrators' area opens with a posted key only.
    pub(crate) fn has_admin_key(&self) -> bool {
        self.setting.admin_key
    }

    /// What the YAML says, listed in the order that `turn` shifts.
    pub(crate) fn desired(&self, rules: &Rules, turn: usize) -> Desired {
        let mut people: Vec<usize> = (0..self.people.len()).collect();
        if !people.is_empty() {
            let by = turn % people.len();
            people.rotate_left(by);
        }
        let users: Vec<DesiredAccount> = people
            .iter()
            .filter_map(|index| self.user(rules, *index))
            .collect();
        let mut it = desired(users);
        let setting = &self.setting;
        it.manages_accounts = setting.manages || !it.accounts.is_empty();
        it.creation.notify = setting.notify;
        it.identity = setting.identity.map(|index| login(&key(index.into())));
        it.admins.exact = setting.exact && rules.admin.value != AdminSet::None;
        it.admins.source = setting.exact.then(|| source(29));
        for index in people {
            let Some(someone) = self.people.get(index) else {
                continue;
            };
            let listed_admin = someone.wished.as_ref().is_some_and(|wish| wish.admin);
            if listed_admin && rules.admin.value != AdminSet::None {
                it.admins.members.insert(login(&key(index)), listed(30));
            }
            let ended = someone.wished.as_ref().is_none_or(|wish| wish.window == 1);
            if someone.delete && ended && rules.delete.value == Delete::Irreversible {
                it.delete.insert(login(&key(index)), source(40));
            }
        }
        it.policy = Arc::new(self.policy());
        it
    }

    fn policy(&self) -> Policy {
        let setting = &self.setting;
        let none = RemovalLimit {
            percent: 100,
            count: 1000,
        };
        Policy {
            min_admins: setting.min_admins,
            max_removals: none,
            max_removals_total: none,
            removals: if setting.no_removals {
                Removals::None
            } else {
                Removals::Allow
            },
            unmanaged: if setting.expire_unmanaged {
                Unmanaged::Expire
            } else {
                Unmanaged::Report
            },
            ignore: if setting.ignore {
                vec!["P1@*".to_owned()]
            } else {
                Vec::new()
            },
            ..Policy::default()
        }
    }

    fn user(&self, rules: &Rules, index: usize) -> Option<DesiredAccount> {
        let wish = self.people.get(index)?.wished.as_ref()?;
        let (from, until) = match wish.window {
            1 => (None, Some(after(-1))),
            2 => (None, Some(after(0))),
            3 => (None, Some(after(10))),
            4 => (Some(after(-300)), Some(after(300))),
            5 => (Some(after(5)), None),
            6 => (None, Some(after(45))),
            _ => (None, None),
        };
        let mut user = dated(user(&key(index)), from, until);
        if wish.renamed {
            user.was = vec![(login(&former(index)), source(11))];
        }
        if wish.shared {
            user.shared = Some(Shared {
                custodian: "p0".into(),
                members: vec![("p0".into(), Some(after(-3)))],
                password_changed: None,
            });
        }
        let names = if rules.has_areas.value {
            &AREAS[..]
        } else {
            &[]
        };
        for (area, choice) in names.iter().zip(wish.grants) {
            let window = match choice {
                1 | 2 => Window::default(),
                3 => Window {
                    from: None,
                    until: Some(after(-2)),
                },
                4 => Window {
                    from: Some(after(3)),
                    until: None,
                },
                5 => Window {
                    from: None,
                    until: Some(after(20)),
                },
                _ => continue,
            };
            let (area, grant) = grant(&user, area, window);
            user.grants.insert(area, grant);
        }
        Some(user)
    }

    /// What the portal answers.
    pub(crate) fn live(&self, rules: &Rules) -> Live {
        let mut accounts = Vec::new();
        for (index, someone) in self.people.iter().enumerate() {
            let there = |id: String, login: LoginId| account(rules, &someone.there, id, login);
            let present = login(&key(index).to_uppercase());
            let id = key(index);
            match someone.presence {
                1 => accounts.push(there(id, present)),
                2 => accounts.push(there(id, login(&former(index)))),
                3 => {
                    accounts.push(there(id, present));
                    accounts.push(there(former(index), login(&former(index))));
                }
                4 => {
                    accounts.push(there(id, present.clone()));
                    accounts.push(there(former(index), present));
                }
                _ => {}
            }
        }
        let areas = if rules.has_areas.value {
            catalogue(self.setting.admin_key)
        } else {
            Vec::new()
        };
        answer(accounts, areas)
    }
}

fn account(rules: &Rules, there: &There, id: String, login: LoginId) -> LiveAccount {
    let deactivates = rules.end.value == End::Deactivate;
    let upstream = match rules.create.value {
        Create::Upstream => true,
        Create::Direct | Create::WithTerms => {
            matches!(rules.account_end.value, AccountEnd::Terms(_)) && there.upstream
        }
    };
    let areas = if rules.has_areas.value {
        &AREAS[..]
    } else {
        &[]
    };
    let held = areas.iter().zip(there.areas).filter(|(_, held)| *held);
    let name = login
        .canonical()
        .split('@')
        .next()
        .unwrap_or_default()
        .replace("old", "p");
    let made = format!("made-{id}");
    LiveAccount {
        id: id.into(),
        name: if there.renamed {
            format!("{name} formerly").into()
        } else {
            name.into()
        },
        email: Some(login.as_str().into()),
        login: match rules.login.value {
            LoginForm::Assigned => LoginId::new(made.to_uppercase()),
            LoginForm::Email | LoginForm::Username | LoginForm::UserId => login,
        },
        expires: expires(rules, there.expires),
        active: !(deactivates && there.inactive),
        locked: there.locked,
        upstream,
        admin: there.admin && rules.admin.value != AdminSet::None,
        areas: held.map(|(area, _)| AreaName::from(*area)).collect(),
        last_sign_in: there.quiet.then(|| after(-120)),
    }
}

fn expires(rules: &Rules, choice: u8) -> Option<Date> {
    let day = match choice {
        1 => Some(after(-40)),
        2 => Some(after(-1)),
        3 => Some(after(0)),
        4 => Some(after(10)),
        5 => Some(after(40)),
        6 => Some(after(300)),
        _ => None,
    };
    match rules.account_end.value {
        AccountEnd::Date => day,
        AccountEnd::Terms(_) => day.or(Some(after(90))),
        AccountEnd::ByBeadle => None,
    }
}
