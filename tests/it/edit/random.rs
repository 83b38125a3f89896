//! Any edit of any user with any names, in five layouts: the result is in order and desires exactly
//! what was meant, every comment but those of what was taken out is there, and no line more is
//! touched than the edit needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use beadle::config::edit::{AreaAt, Edit, NewUser, Terms, Which, prepare};
use beadle::config::{Project, load};
use beadle::model::day::Window;
use beadle::portal::rules_by_driver;
use beadle::report::changed_lines;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::Project as Folder;

const DAY: Date = date(2026, 11, 22);

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

/// One account in the state that is desired.
#[derive(Clone, Debug, PartialEq)]
struct Account {
    name: String,
    window: Window,
    grants: BTreeMap<String, (Window, Option<String>)>,
    admin: bool,
}

/// By organisation, portal and person.
type State = BTreeMap<(String, String), BTreeMap<String, Account>>;

fn state(project: &Project) -> State {
    let text = |text: &Arc<str>| text.to_string();
    let mut state = State::new();
    for unit in project.units(DAY) {
        let desired = unit.desired();
        let accounts = desired.accounts.values().map(|account| {
            let grants = account.grants.iter();
            let one = Account {
                name: text(&account.name),
                window: account.window,
                grants: grants
                    .map(|(area, grant)| {
                        (
                            area.to_string(),
                            (grant.window, grant.reason.as_ref().map(text)),
                        )
                    })
                    .collect(),
                admin: desired.admins.members.contains_key(&account.login),
            };
            (text(&account.person), one)
        });
        let place = (unit.organisation().to_string(), unit.portal().to_string());
        state.insert(place, accounts.collect());
    }
    state
}

const OTHER: &str = "  southshire:
    name: Southshire # the other one
    portals: { ofs: \"10008888\" }
    users:
      u0@x.example: { name: U Zero, areas: [a1] } # at the other one
";

const TOP: &str = "version: 1 # the first line
portals:
  ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
bundles:
  finance: { ofs: [a9] } # for everybody
";

fn block() -> String {
    format!(
        "{TOP}organisations:
{OTHER}
  northshire: # the edited one
    name: Northshire
    portals: {{ ofs: \"10009999\" }}
    users:
      # above u0
      u0@x.example: # beside u0
        name: U Zero # name of u0
        # areas of u0
        areas: # list of u0
          # a1 of u0
          - a1 # still a1 of u0
          - {{ area: a2, until: 2027-01-31, reason: r }} # a2 of u0
        # end of u0

      # above u1
      u1@x.example:
        name: U One
        until: 2027-06-30 # end of u1
        bundles: [finance] # role of u1
      # above u2
      u2@x.example: {{ name: U Two, areas: [a1, a2, a3] }} # line of u2
      # shared by two who are never asked about, and by one who is
      u3@x.example: {{ name: U Three, areas: &both [a1, a2] }}
      u4@x.example: {{ name: U Four, areas: *both }} # of u4
      u5@x.example: # above u5
        name: U Five
        areas: *both # of u5
    # the view
    areas:
      # a4 for u0 and u1
      a4:
        - u0@x.example # a4 of u0
        - u1@x.example # a4 of u1
      a5: [u1@x.example] # a5 of u1
    # who rules
    admins: [u0@x.example, u1@x.example, u2@x.example] # all of them
# the last line
"
    )
}

fn braces() -> String {
    format!("{TOP}organisations:
{OTHER}  northshire: {{ name: Northshire, portals: {{ ofs: \"10009999\" }}, # the edited one
    users: {{ u0@x.example: {{ name: U Zero, areas: [ a1, {{ area: a2, until: 2027-01-31, reason: r }} ] }},
      u1@x.example: {{ name: U One, until: 2027-06-30, bundles: [finance] }},
      u2@x.example: {{name: U Two, areas: [a1, a2, a3]}} }},
    areas: {{ a4: [u0@x.example, u1@x.example], a5: [u1@x.example] }},
    admins: [u0@x.example, u1@x.example, u2@x.example] }} # its end
")
}

fn several_lines() -> String {
    format!(
        "{TOP}organisations:
{OTHER}
  northshire:
    name: Northshire
    portals: {{ ofs: \"10009999\" }}
    users:
      u0@x.example: {{
        name: U Zero, # name of u0
        areas: [
          a1, # a1 of u0
          {{ area: a2, until: 2027-01-31, reason: r }} # a2 of u0
        ],
      }}
      u1@x.example: {{ name: U One,
        until: \"2027-06-30\", bundles: [finance] }} # end of u1
      u2@x.example:
        name: U Two
        areas: [ # list of u2
          # a1 of u2
          a1,
          a2, # a2 of u2
          a3,
        ]
    areas:
      a4: [
        u0@x.example, # a4 of u0
        u1@x.example
      ]
      a5:
      - u1@x.example # a5 of u1
    admins: [
      u0@x.example,
      u1@x.example, # rules: u1
      u2@x.example
    ]
"
    )
}

fn windows() -> String {
    let text = block()
        .replace("          - ", "        - ")
        .replace("          #", "        #");
    format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"))
}

fn school() -> [(&'static str, String); 2] {
    let project = format!(
        "{}organisations: [schools/*.yaml]\n",
        "version: 1 # the first line
portals:
  hants: { driver: hampshire, url: https://portal.example/hants, token: { env: HANTS_TOKEN } }
  hfl: { driver: hfl, via: worklist, terms_accepted_by: Morgan Jones }
bundles:
  finance: { hants: [a9] } # for everybody
"
    );
    let school = "organisation: northshire
name: Northshire School
portals: { hants: 8502001, hfl: 8502001 }
users:
  u0@x.example:
    name: U Zero
    accounts: { hants: UZERO } # login of u0
    areas:
      hants: [a1, { area: a2, until: 2027-01-31, reason: r }] # hants of u0
      hfl:
        # a1 of u0
        - a1
  u1@x.example: # beside u1
    name: U One
    accounts: { hants: UONE }
    until: 2027-06-30
    bundles: [finance]
  u2@x.example: { name: U Two, accounts: { hants: UTWO }, areas: { hants: [a1, a2, a3] } } # u2
areas:
  hants:
    a4: [u0@x.example, u1@x.example] # of u0, u1
    a5: [u1@x.example] # of u1
admins:
  # who rules
  hants: [u0@x.example, u1@x.example, u2@x.example]
";
    [
        ("beadle.yaml", project),
        ("schools/northshire.yaml", school.to_owned()),
    ]
}

/// One edit, before its user's portal is known.
#[derive(Clone, Debug)]
enum Op {
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

fn op() -> impl Strategy<Value = Op> {
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
    fn among(mut self, users: usize) -> Self {
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

    fn edit(&self, portal: &str) -> Edit {
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
    fn expected(&self, before: &State, portal: &str) -> State {
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
    fn takes_from(&self) -> Option<String> {
        match self {
            Self::Revoke { user, .. } | Self::Remove { user } | Self::Leave { user, .. } => {
                Some(format!("u{user}"))
            }
            Self::Grant { .. } | Self::Add { .. } | Self::Extend { .. } => None,
        }
    }

    /// Most lines that may go, and that may come.
    fn lines(&self) -> (usize, usize) {
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
    fn changes_terms(&self, before: &State, portal: &str) -> bool {
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

fn comments(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| Some(&line[line.find("# ")?..]))
        .collect()
}

/// Whether an edit was made; fails where it was made wrong.
fn check(layout: usize, op: &Op, portal: &str) -> Result<bool, TestCaseError> {
    let files: Vec<(&str, String)> = match layout {
        0 => vec![("beadle.yaml", block())],
        1 => vec![("beadle.yaml", braces())],
        2 => vec![("beadle.yaml", several_lines())],
        3 => vec![("beadle.yaml", windows())],
        _ => school().into(),
    };
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let folder = Folder::of(&files);
    let rules = rules_by_driver();
    let loaded = load(folder.path(), &rules);
    let project = loaded
        .project
        .unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    let which = Which::Selected(vec!["northshire".to_owned()]);
    let edit = op.edit(portal);
    let Ok(prepared) = prepare(folder.path(), &project, &rules, (&edit, &which, DAY)) else {
        return Ok(false);
    };
    let before = state(&project);
    let expected = op.expected(&before, portal);
    if prepared.files.is_empty() {
        prop_assert!(
            expected == before || op.changes_terms(&before, portal),
            "nothing was done"
        );
        return Ok(true);
    }
    prop_assert_eq!(prepared.files.len(), 1);
    let file = &prepared.files[0];
    std::fs::write(&file.path, &file.after).unwrap();
    let loaded = load(folder.path(), &rules);
    let Some(after) = loaded.project else {
        return Err(TestCaseError::fail(format!(
            "{:?}\n{}",
            loaded.diagnostics, file.after
        )));
    };
    if op.changes_terms(&before, portal) {
        prop_assert_eq!(state(&after).len(), before.len());
    } else {
        prop_assert_eq!(state(&after), expected, "\n{}", file.after);
    }
    for comment in comments(&file.before) {
        let may_go = op.takes_from().is_some_and(|user| comment.contains(&user));
        prop_assert!(
            may_go || file.after.contains(comment),
            "`{}` is lost:\n{}",
            comment,
            file.after
        );
    }
    let (out, into) = changed_lines(&file.before, &file.after);
    let (most_out, most_into) = op.lines();
    prop_assert!(
        out <= most_out && into <= most_into,
        "-{} +{}:\n{}",
        out,
        into,
        file.after
    );
    prop_assert_eq!(
        file.before.matches("\r\n").count() == 0,
        file.after.matches("\r\n").count() == 0
    );
    prop_assert_eq!(file.before.ends_with('\n'), file.after.ends_with('\n'));
    Ok(true)
}

#[test]
fn every_edit_does_what_is_meant_and_nothing_else() {
    let mut config = Config::with_cases(600);
    config.failure_persistence = None;
    let mut runner = TestRunner::new(config);
    let made = std::cell::Cell::new(0_u32);
    let cases = (0_usize..5, op(), any::<bool>());
    let ran = runner.run(&cases, |(layout, op, first)| {
        let portal = match (layout, first) {
            (4, true) => "hants",
            (4, false) => "hfl",
            _ => "ofs",
        };
        let users = if matches!(layout, 0 | 3) { 6 } else { 3 };
        if check(layout, &op.among(users), portal)? {
            made.set(made.get() + 1);
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    // Else the test would see nothing but refusals.
    assert!(made.get() > 300, "{} of 600 edits were made", made.get());
}
