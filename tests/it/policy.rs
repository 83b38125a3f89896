//! The policy, key by key, through the program: what each does by default, once set, tightened for
//! one organisation, and loosened (which is refused), on both sides of its limit.

mod table;
mod waivers;

use std::fs;
use std::process::Output;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::support::{TODAY, beadle, err, out};

/// A school at Hampshire without an API: its live state is a snapshot, so that a plan needs nothing
/// but files.
pub(crate) struct School {
    /// The lines under `policy`, if any.
    pub(crate) policy: String,
    /// `policy.organisations.oakfield`, if there is one.
    pub(crate) own: String,
    /// Further lines of the project file.
    pub(crate) project: String,
    /// Further settings of the portal.
    pub(crate) portal: String,
    /// The users, each by [`user`].
    pub(crate) users: String,
    /// Further lines of the school's file.
    pub(crate) school: String,
    /// The live accounts, each by [`live`].
    pub(crate) live: String,
}

pub(crate) const AREA: &str = ", areas: [schools-intranet]";

/// A user whose account is the live one of the same number.
pub(crate) fn user(number: usize, more: &str) -> String {
    format!(
        "  p{number}@oakfield.example: {{ name: Person N{number}, accounts: {{ hants: PUSER{number} }}{more} }}\n"
    )
}

/// A live account with an area.
pub(crate) fn live(number: usize, admin: bool) -> String {
    live_with(number, admin, "schools-intranet")
}

pub(crate) fn live_with(number: usize, admin: bool, areas: &str) -> String {
    format!(
        "  - {{ id: PUSER{number}, login: PUSER{number}, name: Person N{number}, upstream: true, admin: {admin}, areas: [{areas}] }}\n"
    )
}

/// A day so many days from the one of the tests.
pub(crate) fn day(days: i64) -> String {
    let today: Date = TODAY.parse().unwrap();
    today.checked_add(days.days()).unwrap().to_string()
}

impl School {
    /// `stay` people as they should be, and `leave` who have left.
    pub(crate) fn of(stay: usize, leave: usize) -> Self {
        let until = format!("{AREA}, until: {}", day(-1));
        let all = stay + leave;
        Self {
            policy: String::new(),
            own: String::new(),
            project: String::new(),
            portal: String::new(),
            users: (0..all)
                .map(|number| user(number, if number < stay { AREA } else { &until }))
                .collect(),
            school: String::new(),
            live: (0..all).map(|number| live(number, false)).collect(),
        }
    }

    pub(crate) fn folder(&self) -> tempfile::TempDir {
        let Self {
            policy,
            own,
            project,
            portal,
            users,
            school,
            live,
        } = self;
        let folder = tempfile::tempdir().unwrap();
        let own = match own.as_str() {
            "" => String::new(),
            own => format!("  organisations: {{ oakfield: {{ {own} }} }}\n"),
        };
        let policy = match (policy.as_str(), own.as_str()) {
            ("", "") => String::new(),
            _ => format!("policy:\n{policy}{own}"),
        };
        let count = live.lines().count();
        let files = [
            (
                "beadle.yaml",
                format!(
                    "version: 1\nportals:\n  hants: {{ driver: hampshire, via: worklist{portal} }}\n\
                     organisations: [schools/*.yaml]\n{project}{policy}"
                ),
            ),
            (
                "schools/oakfield.yaml",
                format!(
                    "organisation: oakfield\nname: Oakfield Primary School\n\
                     portals: {{ hants: \"8502001\" }}\nusers:\n{users}{school}"
                ),
            ),
            (
                "live/hants/oakfield.yaml",
                format!(
                    "format: 1\ndriver: hampshire\norganisation: \"8502001\"\ntaken: {TODAY}\n\
                     evidence: {{ accounts: {count}, areas: 3, pages: 1 }}\nareas:\n  \
                     - {{ code: schools-intranet, title: Schools Intranet }}\n  \
                     - {{ code: personnel-manual, title: Manual of Personnel Practice }}\n  \
                     - {{ code: property, title: Property }}\naccounts:\n{live}"
                ),
            ),
        ];
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let folder = self.folder();
        let mut command = beadle(folder.path());
        command.args(arguments).output().unwrap()
    }

    pub(crate) fn plan(&self, more: &[&str]) -> Output {
        self.run(&[&["plan", "--today", TODAY], more].concat())
    }
}

/// All that a command said.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", out(output), err(output))
}
