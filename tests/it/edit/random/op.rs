//! An edit with any names, and what it is to come to.

use beadle::config::edit::{AreaAt, Edit, NewUser, Terms};
use beadle::model::day::Window;
use jiff::civil::Date;
use proptest::prelude::*;

use super::{Account, DAY, State};

/// Names that a careless writer of YAML would get wrong.
const HOSTILE: [&str; 36] = [
    "Null",
    "no",
    "12:30",
    "+44 20 7946 0000",
    "a: b",
    "# x",
    "\"q\"",
    "it's",
    "\\",
    "{x}",
    "[",
    "- a",
    "? b",
    "@x",
    "%",
    "0123",
    "1e3",
    "0x1F",
    "1_000",
    "*a",
    "&a",
    "!t",
    "|",
    ">",
    "x ",
    " x",
    "---",
    "<<",
    "~",
    "yes",
    "a,b",
    "a]b",
    "O’Connor",
    "été 🏫",
    "tab\there",
    "x #y",
];

/// One edit, before its user's portal is known.
#[derive(Clone, Debug)]
pub(super) enum Op {
    Grant {
        user: usize,
        area: String,
        until: Option<Date>,
        reason: Option<String>,
    },
    Revoke {
        user: usize,
        area: String,
    },
    Add {
        key: String,
        name: String,
        area: Option<String>,
        until: Option<Date>,
    },
    Leave {
        user: usize,
        on: Date,
    },
    Remove {
        user: usize,
    },
    Extend {
        user: usize,
        until: Date,
    },
}

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned),
        "[ -~]{1,12}",
        "[a-z][a-z0-9-]{0,90}",
        "\\PC{1,6}",
    ]
}

fn area() -> impl Strategy<Value = String> {
    let known = ["a1", "a2", "a3", "a4", "a5", "a9"];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        hostile(),
    ]
}

fn day() -> impl Strategy<Value = Date> {
    (0_i32..900).prop_map(|days| DAY.checked_add(jiff::Span::new().days(days)).unwrap())
}

pub(super) fn op() -> impl Strategy<Value = Op> {
    let user = 0_usize..6;
    let key = prop_oneof![
        "[a-z0-9+'_-]{1,8}@x\\.example",
        prop::sample::select(vec![
            "null@x.example",
            "0x1f@x.example",
            "é@x.example",
            "#a@x.example",
            "a:b@x.example",
            "*a@x.example"
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        4 => (user.clone(), area(), prop::option::of(day()), prop::option::of(hostile()))
            .prop_map(|(user, area, until, reason)| Op::Grant { user, area, until, reason }),
        3 => (user.clone(), area()).prop_map(|(user, area)| Op::Revoke { user, area }),
        3 => (key, hostile(), prop::option::of(hostile()), prop::option::of(day()))
            .prop_map(|(key, name, area, until)| Op::Add { key, name, area, until }),
        2 => (user.clone(), day()).prop_map(|(user, on)| Op::Leave { user, on }),
        1 => user.clone().prop_map(|user| Op::Remove { user }),
        1 => (user, day()).prop_map(|(user, until)| Op::Extend { user, until }),
    ]
}

fn key(user: usize) -> String {
    format!("u{user}@x.example")
}

fn at(portal: &str, area: &str) -> AreaAt {
    AreaAt {
        portal: Some(portal.to_owned()),
        area: area.to_owned(),
    }
}

impl Op {
    /// The same of one of the users that there are.
    pub(super) fn among(mut self, users: usize) -> Self {
        match &mut self {
            Self::Grant { user, .. }
            | Self::Revoke { user, .. }
            | Self::Leave { user, .. }
            | Self::Remove { user }
            | Self::Extend { user, .. } => *user %= users,
            Self::Add { .. } => {}
        }
        self
    }

    pub(super) fn edit(&self, portal: &str) -> Edit {
        match self.clone() {
            Self::Grant {
                user,
                area,
                until,
                reason,
            } => Edit::Grant {
                address: key(user),
                areas: vec![at(portal, &area)],
                terms: Terms {
                    from: None,
                    until,
                    reason,
                },
            },
            Self::Revoke { user, area } => Edit::Revoke {
                address: key(user),
                areas: vec![at(portal, &area)],
            },
            Self::Add {
                key,
                name,
                area,
                until,
            } => Edit::Add(NewUser {
                address: key,
                name: Some(name),
                portals: vec![portal.to_owned()],
                logins: if portal == "hants" {
                    vec![("hants".to_owned(), "NEW1".to_owned())]
                } else {
                    Vec::new()
                },
                until,
                areas: area
                    .iter()
                    .map(|area| (at(portal, area), Terms::default()))
                    .collect(),
                ..NewUser::default()
            }),
            Self::Leave { user, on } => Edit::Leave {
                address: key(user),
                on: Some(on),
                remove: false,
            },
            Self::Remove { user } => Edit::Leave {
                address: key(user),
                on: None,
                remove: true,
            },
            Self::Extend { user, until } => Edit::Extend {
                address: key(user),
                until,
                area: None,
            },
        }
    }

    /// What the state must be afterwards.
    pub(super) fn expected(&self, before: &State, portal: &str) -> State {
        let mut state = before.clone();
        let cut =
            |window: Window, until: Option<Date>| window.intersect(&Window { from: None, until });
        for ((organisation, at), accounts) in &mut state {
            if organisation != "northshire" {
                continue;
            }
            let here = at == portal;
            match self {
                Self::Grant {
                    user,
                    area,
                    until,
                    reason,
                } if here => {
                    let account = accounts.get_mut(&key(*user)).unwrap();
                    let within = account.window;
                    let grant = (cut(within, *until), reason.clone());
                    account.grants.entry(area.clone()).or_insert(grant);
                }
                Self::Revoke { user, area } if here => {
                    accounts.get_mut(&key(*user)).unwrap().grants.remove(area);
                }
                Self::Add {
                    key,
                    name,
                    area,
                    until,
                } if here => {
                    let window = Window {
                        from: None,
                        until: *until,
                    };
                    let grants = area.iter().map(|area| (area.clone(), (window, None)));
                    let account = Account {
                        name: name.clone(),
                        window,
                        grants: grants.collect(),
                        admin: false,
                    };
                    accounts.insert(key.clone(), account);
                }
                Self::Leave { user, on } => {
                    let account = accounts.get_mut(&key(*user)).unwrap();
                    account.admin = false;
                    account.window = cut(account.window, Some(*on));
                    for (window, _) in account.grants.values_mut() {
                        *window = cut(*window, Some(*on));
                    }
                }
                Self::Remove { user } => {
                    accounts.remove(&key(*user));
                }
                Self::Extend { user, until } => {
                    let account = accounts.get_mut(&key(*user)).unwrap();
                    let end = account.window.until;
                    if let Some(end) = end.filter(|end| end < until) {
                        account.window.until = Some(*until);
                        for (window, _) in account.grants.values_mut() {
                            // What the account cut is cut there no more.
                            if window.until == Some(end) {
                                window.until = Some(*until);
                            }
                        }
                    }
                }
                Self::Grant { .. } | Self::Revoke { .. } | Self::Add { .. } => {}
            }
        }
        state
    }

    /// Whose comments may go.
    pub(super) fn takes_from(&self) -> Option<String> {
        match self {
            Self::Revoke { user, .. } | Self::Remove { user } | Self::Leave { user, .. } => {
                Some(format!("u{user}"))
            }
            Self::Grant { .. } | Self::Add { .. } | Self::Extend { .. } => None,
        }
    }

    /// Most lines that may go, and that may come.
    pub(super) fn lines(&self) -> (usize, usize) {
        match self {
            Self::Grant { .. } => (1, 3),
            Self::Add { area: None, .. } => (1, 5),
            Self::Add { .. } => (1, 8),
            Self::Revoke { .. } => (7, 1),
            Self::Leave { .. } => (3, 3),
            Self::Remove { .. } => (20, 4),
            Self::Extend { .. } => (1, 1),
        }
    }

    /// Whether it changes terms of what is there, whose result is not worked out here.
    pub(super) fn changes_terms(&self, before: &State, portal: &str) -> bool {
        let Self::Grant {
            user,
            area,
            until,
            reason,
        } = self
        else {
            return false;
        };
        let place = ("northshire".to_owned(), portal.to_owned());
        (until.is_some() || reason.is_some())
            && before[&place][&key(*user)].grants.contains_key(area)
    }
}
