//! A trust of 110 schools with 12,000 people, each a function of its number: the page is whole, of a
//! size that can be sent, and holds folded what nobody has unfolded.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::said;
use crate::browser::driver::Browser;
use crate::support::{acceptance, beadle};

const SCHOOLS: u32 = 110;
const PEOPLE_EACH: u32 = 109;
const AREAS: u32 = 40;
const AREAS_EACH: u32 = 10;

/// Largest page that is still sent by mail without a thought, in bytes.
const LARGEST: u64 = 10 * 1024 * 1024;

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

fn difference(number: u32) -> Difference {
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

fn school_file(school: u32) -> String {
    let mut users = serde_json::Map::new();
    let mut admins = Vec::new();
    for number in school * PEOPLE_EACH..(school + 1) * PEOPLE_EACH {
        let kind = difference(number);
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
    json!({
        "organisation": format!("school-{school:03}"), "name": format!("{} School {school}", PLACES[school as usize % PLACES.len()]),
        "portals": { "ofs": format!("{}", 10_000_000 + school) }, "users": users,
        "admins": { "ofs": admins },
    })
    .to_string()
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

fn live_file(school: u32) -> String {
    let there = school * PEOPLE_EACH..(school + 1) * PEOPLE_EACH;
    let there = there.filter(|number| difference(*number) != Difference::New);
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

fn write(folder: &Path) {
    fs::create_dir_all(folder.join("schools")).unwrap();
    fs::create_dir_all(folder.join("live/ofs")).unwrap();
    let project = "version: 1\nportals:\n  ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_PORTAL_TOKEN } }\n\
         policy:\n  min_admins: 2\n  sensitive_areas: { ofs: { area-40: {} } }\n  max_removals: { percent: 20, count: 5 }\n\
         organisations: [schools/*.yaml]\n";
    fs::write(folder.join("beadle.yaml"), project).unwrap();
    for school in 0..SCHOOLS {
        let own = folder.join(format!("schools/{school:03}.yaml"));
        fs::write(own, school_file(school)).unwrap();
        let live = folder.join(format!("live/ofs/school-{school:03}.yaml"));
        fs::write(live, live_file(school)).unwrap();
    }
}

/// The page of its plan, made once.
pub(super) fn page() -> PathBuf {
    static PAGE: OnceLock<PathBuf> = OnceLock::new();
    PAGE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        let mut command = beadle(folder.path());
        command.args(["plan", "--live", "live"]);
        super::page(command, "large")
    })
    .clone()
}

#[test]
fn a_trust_of_110_schools_is_one_page_that_opens_folded() {
    if !acceptance("the page of 110 schools") {
        return;
    }
    let path = page();
    let size = fs::metadata(&path).unwrap().len();
    assert!(size < LARGEST, "{size} bytes");
    let browser = Browser::start("the page of 110 schools").unwrap();
    browser.open_file(&path, "");
    assert_eq!(browser.requests(), [format!("file://{}", path.display())]);
    let count = |what: &str| {
        said(
            &browser,
            &format!("return document.querySelectorAll('{what}').length"),
        )
    };
    assert_eq!(count(".org"), "110");
    assert_eq!(count(".matrix"), "110");
    // No matrix is taken apart before it is unfolded: what is there is what there is to read.
    assert_eq!(count("tbody tr"), "0");
    let elements: u32 = count("*").parse().unwrap();
    assert!(elements < 12_000, "{elements} elements");
    // One is unfolded, and is whole.
    browser.run(
        "document.querySelector('.org').open = true; document.querySelector('.matrix').open = true",
        &json!([]),
    );
    let rows = browser.wait_for(|| match count("tbody tr").parse() {
        Ok(rows @ 1_u32..) => Ok(rows),
        _ => Err("no row".to_owned()),
    });
    assert!((PEOPLE_EACH - 2..=PEOPLE_EACH).contains(&rows.unwrap()));
    // Somebody who does not change is found among all.
    browser.open_file(&path, "#person=p.1234@");
    let found = browser.wait_for(|| {
        let shown = said(
            &browser,
            "return document.querySelector('#shown').textContent",
        );
        if shown.contains("1 account in who has what") {
            Ok(())
        } else {
            Err(shown)
        }
    });
    found.unwrap();
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
