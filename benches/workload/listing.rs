//! The portal side of a workload: the pages of the `ofs` portal as bytes, and the users behind
//! them once somebody has written. Pure; whoever serves them stands in `portal`.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{AREAS, Difference, END, Shape, difference, login, ukprn};

/// Rows of a page: the most that the portal allows.
pub(crate) const PER_PAGE: usize = 200;

/// One user as the portal keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) expires: Option<String>,
    pub(crate) areas: BTreeSet<String>,
    pub(crate) version: u64,
}

impl Row {
    /// The user as JSON.
    pub(crate) fn write(&self, text: &mut String) {
        let Self {
            id,
            email,
            name,
            expires,
            areas,
            version: _,
        } = self;
        let expires = expires
            .as_ref()
            .map_or_else(|| "null".to_owned(), |day| format!("\"{day}\""));
        write!(
            text,
            "{{\"id\":\"{id}\",\"email\":\"{email}\",\"name\":\"{name}\",\"expires\":{expires},\
             \"locked\":false,\"areas\":["
        )
        .unwrap();
        for (index, area) in areas.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(text, "{comma}\"{area}\"").unwrap();
        }
        text.push_str("],\"last_sign_in\":\"2026-10-02\"}");
    }
}

/// The users that the portal has before anything is written.
pub(crate) fn rows(shape: Shape, organisation: u32) -> Vec<Row> {
    let there = shape
        .users(organisation)
        .filter(|user| difference(*user) != Difference::New);
    there
        .map(|user| Row {
            id: format!("u-{user:07}"),
            email: login(user),
            name: format!("Person {user:07}"),
            expires: Some(END.to_string()),
            areas: shape.areas(user),
            version: 1,
        })
        .collect()
}

/// One page of users, from 1.
pub(crate) fn users_page(organisation: u32, rows: &[Row], page: usize) -> Vec<u8> {
    let mut text = head(organisation, page, rows.len(), "users");
    let shown = rows.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE);
    for (index, row) in shown.enumerate() {
        if index > 0 {
            text.push(',');
        }
        row.write(&mut text);
    }
    text.push_str("]}");
    text.into_bytes()
}

/// The one page of areas.
pub(crate) fn areas_page(organisation: u32) -> Vec<u8> {
    let mut text = head(organisation, 1, AREAS as usize + 1, "areas");
    for number in 0..=AREAS {
        let comma = if number == 0 { "" } else { "," };
        write!(
            text,
            "{comma}{{\"code\":\"area-{number:02}\",\"title\":\"Area {number}\",\
             \"access_key_required\":false,\"administration\":false}}"
        )
        .unwrap();
    }
    text.push_str("]}");
    text.into_bytes()
}

/// The one page of an area's members: an organisation has no more users than a page holds.
pub(crate) fn members_page(organisation: u32, rows: &[Row], area: &str) -> Vec<u8> {
    let members = rows.iter().filter(|row| row.areas.contains(area));
    let members: Vec<String> = members.map(|row| format!("\"{}\"", row.id)).collect();
    let mut text = head(organisation, 1, members.len(), "users");
    write!(text, "{}],\"area\":\"{area}\"}}", members.join(",")).unwrap();
    text.into_bytes()
}

fn head(organisation: u32, page: usize, total: usize, what: &str) -> String {
    let mut text = String::with_capacity(32_000);
    write!(
        text,
        "{{\"provider\":\"{}\",\"page\":{page},\"per_page\":{PER_PAGE},\"total\":{total},\"{what}\":[",
        ukprn(organisation)
    )
    .unwrap();
    text
}
