//! A trust of 110 schools with 12,000 people, each a function of its number, and the pages of its
//! plans.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::beadle;

pub(super) const SCHOOLS: u32 = 110;
pub(super) const PEOPLE_EACH: u32 = 109;
const AREAS: u32 = 40;
pub(super) const AREAS_EACH: u32 = 10;

/// What is live before the plan.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// What the files say, but for one person in a hundred.
    Known,
    /// Nobody: the first plan gives everybody everything.
    New,
}

/// How one person differs from what is live.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Difference {
    None,
    Swapped,
    Renamed,
    New,
    Gone,
    Promoted,
}

fn difference(number: u32, trust: Trust) -> Difference {
    if trust == Trust::New {
        return Difference::None;
    }
    match (number % 100, (number / 100) % 6) {
        (50, 0 | 1) => Difference::Swapped,
        (50, 2) => Difference::Renamed,
        (50, 3) => Difference::New,
        (50, 4) => Difference::Gone,
        (50, _) => Difference::Promoted,
        _ => Difference::None,
    }
}

fn name(number: u32) -> String {
    const FIRST: [&str; 20] = [
        "Amara", "Ben", "Chloe", "Dev", "Elif", "Femi", "Grace", "Hugh", "Ines", "Jonas", "Kezia",
        "Liam", "Mabel", "Noor", "Owen", "Priya", "Rosa", "Sana", "Tomasz", "Zoë",
    ];
    const LAST: [&str; 23] = [
        "Abbot",
        "Boahen",
        "Calder",
        "Drury",
        "Ember",
        "Frayne",
        "Garnet",
        "Haddow",
        "Ibsen",
        "Jones",
        "Kerr",
        "Lark",
        "Marsh",
        "Nowak",
        "O’Neill",
        "Pell",
        "Quill",
        "Raman",
        "Shaw",
        "Tench",
        "Upton",
        "Voss",
        "Whitcombe",
    ];
    let first = FIRST[(number * 7 + number / 100) as usize % FIRST.len()];
    let last = LAST[(number * 5 + number / 300) as usize % LAST.len()];
    format!("{first} {last}")
}

fn areas(number: u32) -> Vec<String> {
    let stride = AREAS / AREAS_EACH;
    let of = |place| (number * 7 + place * stride + number / 40) % AREAS;
    let mut areas: Vec<String> = (0..AREAS_EACH)
        .map(|place| format!("area-{:02}", of(place)))
        .collect();
    areas.sort();
    areas
}

fn is_admin(number: u32) -> bool {
    number % PEOPLE_EACH < 3
}

fn last_day(number: u32) -> Option<String> {
    match number % 10 {
        0 => Some(format!(
            "2027-{:02}-{:02}",
            1 + number % 12,
            1 + number % 28
        )),
        1..=4 => Some("2027-08-31".to_owned()),
        _ => None,
    }
}

/// A school as the files have it.
fn school_file(school: u32, trust: Trust) -> String {
    let mut users = serde_json::Map::new();
    let mut admins = Vec::new();
    for number in school * PEOPLE_EACH..(school + 1) * PEOPLE_EACH {
        let kind = difference(number, trust);
        let mut wanted: Vec<Value> = areas(number).into_iter().map(Value::from).collect();
        if kind == Difference::Swapped {
            // The one that policy calls sensitive.
            let area = format!("area-{AREAS}");
            wanted[0] =
                json!({ "area": area, "until": "2027-02-28", "reason": "covers the return" });
        }
        let key = format!("p.{number}@school-{school:03}.example");
        if is_admin(number) || kind == Difference::Promoted {
            admins.push(key.clone());
        }
        let name = match kind {
            Difference::Renamed => format!("{}-Hill", name(number)),
            _ => name(number),
        };
        let mut user = json!({ "name": name, "areas": wanted });
        match kind {
            Difference::Gone => user["until"] = json!("2026-10-31"),
            _ => {
                if let Some(day) = last_day(number) {
                    user["until"] = json!(day);
                }
            }
        }
        users.insert(key, user);
    }
    let file = json!({
        "organisation": format!("school-{school:03}"), "name": format!("{} School {school}", PLACES[school as usize % PLACES.len()]),
        "portals": { "ofs": format!("{}", 10_000_000 + school) }, "users": users,
        "admins": { "ofs": admins },
    });
    // A line for each area, as people write them.
    serde_json::to_string_pretty(&file).unwrap()
}

const PLACES: [&str; 11] = [
    "Alderbrook",
    "Birchmoor",
    "Chalkdown",
    "Dunmarsh",
    "Elmscombe",
    "Fernhaven",
    "Gorsewick",
    "Hazelcroft",
    "Ivybridge",
    "Juniper Hill",
    "Kingsmead",
];

/// A school as it is live.
fn live_file(school: u32, trust: Trust) -> String {
    let there = school * PEOPLE_EACH..(school + 1) * PEOPLE_EACH;
    let there = there
        .filter(|number| trust == Trust::Known && difference(*number, trust) != Difference::New);
    let accounts: Vec<Value> = there
        .map(|number| {
            let login = format!("p.{number}@school-{school:03}.example");
            json!({
                "id": format!("u-{number}"), "login": login, "name": name(number), "email": login,
                "expires": last_day(number), "admin": is_admin(number), "areas": areas(number),
            })
        })
        .collect();
    let mut catalogue: Vec<Value> = (0..=AREAS)
        .map(|area| json!({ "code": format!("area-{area:02}"), "title": format!("Return and monitoring {area}") }))
        .collect();
    catalogue.push(json!({
        "code": "user-administration", "title": "User administration", "administration": true,
    }));
    json!({
        "format": 1, "driver": "ofs", "organisation": format!("{}", 10_000_000 + school),
        "taken": crate::support::TODAY,
        "evidence": { "accounts": accounts.len(), "areas": catalogue.len(), "pages": 1 },
        "areas": catalogue, "accounts": accounts,
    })
    .to_string()
}

fn write(folder: &Path, trust: Trust) {
    fs::create_dir_all(folder.join("schools")).unwrap();
    fs::create_dir_all(folder.join("live/ofs")).unwrap();
    let project = "version: 1\nportals:\n  ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_PORTAL_TOKEN } }\n\
         policy:\n  min_admins: 2\n  sensitive_areas: { ofs: { area-40: {} } }\n  max_removals: { percent: 20, count: 5 }\n\
         organisations: [schools/*.yaml]\n";
    fs::write(folder.join("beadle.yaml"), project).unwrap();
    for school in 0..SCHOOLS {
        let own = folder.join(format!("schools/{school:03}.yaml"));
        fs::write(own, school_file(school, trust)).unwrap();
        let live = folder.join(format!("live/ofs/school-{school:03}.yaml"));
        fs::write(live, live_file(school, trust)).unwrap();
    }
}

/// The page of its plan, made once.
pub(super) fn page(trust: Trust) -> PathBuf {
    static KNOWN: OnceLock<PathBuf> = OnceLock::new();
    static NEW: OnceLock<PathBuf> = OnceLock::new();
    let (page, name) = match trust {
        Trust::Known => (&KNOWN, "large"),
        Trust::New => (&NEW, "first"),
    };
    let make = || {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), trust);
        let mut command = beadle(folder.path());
        command.args(["plan", "--live", "live"]);
        super::page(command, name)
    };
    page.get_or_init(make).clone()
}
