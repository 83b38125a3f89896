//! The workloads of the benches: projects and live state of any size, where everything is a
//! function of the user's number. No random seed: the same size is the same bytes.
//!
//! One organisation has 100 users, each with 5 grants. One user in a hundred differs from live:
//! 40 % of those have one area swapped, 20 % another name, 20 % are new, 20 % are gone.

#![allow(dead_code, reason = "each bench uses a part")]
#![allow(
    clippy::unwrap_used,
    reason = "a bench that cannot write its files says so by panicking"
)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

pub(crate) mod listing;
pub(crate) mod portal;

use beadle::model::live::{CatalogueArea, Listing, Live, LiveAccount};
use beadle::model::name::LoginId;
use jiff::civil::{Date, date};

/// Users of one organisation.
pub(crate) const USERS_EACH: u32 = 100;
/// Areas of the catalogue.
pub(crate) const AREAS: u32 = 40;
/// The day that every bench plans for.
pub(crate) const DAY: Date = date(2026, 11, 22);
pub(crate) const END: Date = date(2029, 7, 31);

/// The sizes that are measured: name and users.
pub(crate) const SIZES: [(&str, u32); 4] =
    [("S", 100), ("M", 10_000), ("L", 100_000), ("XL", 1_000_000)];

/// The sizes of a workload's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Organisations.
    pub(crate) organisations: u32,
    /// Users of one organisation.
    pub(crate) users_each: u32,
    /// Grants of one user; a divisor of the catalogue's 40 areas.
    pub(crate) grants_each: u32,
}

impl Shape {
    /// The shape of one of the sizes: 100 users of 5 grants in each organisation.
    #[must_use]
    pub(crate) fn of(users: u32) -> Self {
        Self {
            organisations: organisations(users),
            users_each: USERS_EACH,
            grants_each: 5,
        }
    }

    /// A trust of 110 schools: 11,990 users with 10 grants each.
    #[must_use]
    pub(crate) fn trust() -> Self {
        Self {
            organisations: 110,
            users_each: 109,
            grants_each: 10,
        }
    }

    /// The numbers of an organisation's users.
    pub(crate) fn users(self, organisation: u32) -> std::ops::Range<u32> {
        organisation * self.users_each..(organisation + 1) * self.users_each
    }

    /// The areas of a user, in order.
    pub(crate) fn areas(self, user: u32) -> BTreeSet<String> {
        let stride = AREAS / self.grants_each;
        let area = |grant| {
            format!(
                "area-{:02}",
                (user * 7 + grant * stride + user / 40) % AREAS
            )
        };
        (0..self.grants_each).map(area).collect()
    }
}

/// How one user differs from live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// Not at all.
    None,
    /// One area is another.
    Swapped,
    /// The name is another.
    Renamed,
    /// Not live yet.
    New,
    /// The last day has passed.
    Gone,
}

/// How user `number` differs.
#[must_use]
pub(crate) fn difference(number: u32) -> Difference {
    if number % 100 != 50 {
        return Difference::None;
    }
    match (number / 100) % 5 {
        0 | 1 => Difference::Swapped,
        2 => Difference::Renamed,
        3 => Difference::New,
        _ => Difference::Gone,
    }
}

pub(crate) fn login(user: u32) -> String {
    format!("person.{user:07}@school.example")
}

/// How many organisations hold `users`.
#[must_use]
pub(crate) fn organisations(users: u32) -> u32 {
    users.div_ceil(USERS_EACH)
}

/// The organisation's id at the portal.
pub(crate) fn ukprn(organisation: u32) -> String {
    format!("{}", 10_000_000 + organisation)
}

/// The project file of a workload.
#[must_use]
pub(crate) fn project_file() -> &'static str {
    "version: 1\n\
     portals:\n\
     \x20 ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_PORTAL_TOKEN } }\n\
     organisations: [schools/*.yaml]\n"
}

/// The project file of a workload whose portal is at `url`, with so many requests in flight and
/// so many a second.
#[must_use]
pub(crate) fn project_file_at(url: &str, concurrency: u32, rate: Option<u32>) -> String {
    let rate = rate.map_or(String::new(), |rate| {
        format!(", requests_per_second: {rate}")
    });
    format!(
        "version: 1\nportals:\n  ofs: {{ driver: ofs, url: \"{url}\", token: {{ env: OFS_PORTAL_TOKEN }}, \
         concurrency: {concurrency}{rate} }}\norganisations: [schools/*.yaml]\n"
    )
}

/// The file of one organisation.
#[must_use]
pub(crate) fn organisation_file(shape: Shape, organisation: u32) -> String {
    let mut text = String::with_capacity(20_000);
    let id = ukprn(organisation);
    writeln!(
        text,
        "organisation: school-{organisation:05}\nname: School {organisation}"
    )
    .unwrap();
    writeln!(text, "portals: {{ ofs: {id} }}\nusers:").unwrap();
    for user in shape.users(organisation) {
        let kind = difference(user);
        let name = if kind == Difference::Renamed {
            "New Name"
        } else {
            "Person"
        };
        let until = if kind == Difference::Gone {
            date(2026, 10, 31)
        } else {
            END
        };
        let mut wanted = shape.areas(user);
        if kind == Difference::Swapped {
            wanted.pop_first();
            wanted.insert(format!("area-{:02}", AREAS));
        }
        let list = wanted.into_iter().collect::<Vec<_>>().join(", ");
        writeln!(text, "  {}:\n    name: {name} {user:07}", login(user)).unwrap();
        writeln!(text, "    until: {until}\n    areas: [{list}]").unwrap();
    }
    text
}

/// What the portal answers for one organisation.
#[must_use]
pub(crate) fn live(organisation: u32) -> Live {
    let id = ukprn(organisation);
    let shape = Shape::of(USERS_EACH);
    let there = shape
        .users(organisation)
        .filter(|user| difference(*user) != Difference::New);
    let accounts: Vec<LiveAccount> = there.map(live_account).collect();
    let catalogue: Vec<CatalogueArea> = (0..=AREAS).map(catalogue_area).collect();
    let mut listing = Listing::begin(id.as_str().into());
    listing
        .accounts_page(&id, accounts.len() as u64, accounts)
        .unwrap();
    listing
        .catalogue_page(&id, catalogue.len() as u64, catalogue)
        .unwrap();
    listing.finish().unwrap()
}

fn live_account(user: u32) -> LiveAccount {
    LiveAccount {
        id: format!("u-{user:07}").into(),
        login: LoginId::new(login(user)),
        name: format!("Person {user:07}").into(),
        email: Some(login(user).into()),
        expires: Some(END),
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas: Shape::of(USERS_EACH)
            .areas(user)
            .into_iter()
            .map(Into::into)
            .collect(),
        last_sign_in: None,
    }
}

fn catalogue_area(number: u32) -> CatalogueArea {
    CatalogueArea {
        name: format!("area-{number:02}").into(),
        title: format!("Area {number}").into(),
        access_key_required: false,
        administration: false,
    }
}

/// Writes a whole project of a size to a folder; answers how many bytes of YAML it has.
pub(crate) fn write_project(folder: &Path, users: u32) -> u64 {
    write_shape(folder, Shape::of(users))
}

/// Writes a whole project to a folder; answers how many bytes of YAML it has.
pub(crate) fn write_shape(folder: &Path, shape: Shape) -> u64 {
    fs::create_dir_all(folder.join("schools")).unwrap();
    fs::write(folder.join("beadle.yaml"), project_file()).unwrap();
    let mut bytes = project_file().len() as u64;
    for organisation in 0..shape.organisations {
        let text = organisation_file(shape, organisation);
        bytes += text.len() as u64;
        fs::write(folder.join(format!("schools/{organisation:05}.yaml")), text).unwrap();
    }
    bytes
}
