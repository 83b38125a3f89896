//! Somebody changes one live object after the plan was saved. It is never overwritten: the run is
//! refused before it writes, or what somebody did is there afterwards.

use serde_json::{Value, json};

use super::super::count::{seed, showing};
use super::super::school::{School, writes};
use super::{keys, model, planned};
use crate::conformance::place::address;

/// What somebody can do at a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Name,
    Email,
    Give,
    Take,
    Admin,
    Expires,
    Active,
    Gone,
    Remade,
    New,
}

const EDITS: [Edit; 10] = [
    Edit::Name,
    Edit::Email,
    Edit::Give,
    Edit::Take,
    Edit::Admin,
    Edit::Expires,
    Edit::Active,
    Edit::Gone,
    Edit::Remade,
    Edit::New,
];

/// What an ordinary run must not leave out: nothing but the account itself shows these.
const FIRST: [(Edit, &str); 3] = [
    (Edit::Give, "lea.ver"),
    (Edit::Name, "del.eted"),
    (Edit::Take, "str.ay"),
];

/// A number from the seed of the run, another for each case.
fn number(case: u64) -> u64 {
    let mut mixed = (seed() ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(case);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 31)
}

/// Does it to a state. `None` where there is nothing of that kind to do.
fn done(edit: Edit, before: &Value, index: usize, salt: u64) -> Option<Value> {
    let mut state = before.clone();
    let areas = state["areas"].as_array().unwrap().clone();
    let codes: Vec<&str> = areas
        .iter()
        .filter(|area| area["administration"] != true && area["access_key_required"] != true)
        .map(|area| area["code"].as_str().unwrap())
        .collect();
    let accounts = state["accounts"].as_array_mut().unwrap();
    let account = &mut accounts[index];
    let held: Vec<&str> = match account["areas"].as_array() {
        Some(held) => held.iter().map(|area| area.as_str().unwrap()).collect(),
        None => Vec::new(),
    };
    match edit {
        Edit::Name => account["name"] = format!("Renamed {}", salt % 1000).into(),
        Edit::Email => account["email"] = format!("other{}@place.example", salt % 1000).into(),
        Edit::Give => {
            let others: Vec<&str> = codes.into_iter().filter(|it| !held.contains(it)).collect();
            let given = others.get(salt as usize % others.len().max(1))?;
            let mut now: Vec<&str> = held.iter().copied().chain([*given]).collect();
            now.sort_unstable();
            account["areas"] = json!(now);
        }
        Edit::Take => {
            let taken = held.get(salt as usize % held.len().max(1))?;
            let now: Vec<&str> = held.iter().copied().filter(|it| it != taken).collect();
            account["areas"] = json!(now);
        }
        Edit::Admin => account["admin"] = json!(account["admin"] != true),
        Edit::Expires => account["expires"] = format!("20{}-03-01", 30 + salt % 60).into(),
        Edit::Active => account["active"] = json!(account["active"] == false),
        Edit::Gone => {
            accounts.remove(index);
        }
        Edit::Remade => {
            let mut again = accounts.remove(index);
            again["id"] = format!("again-{}", salt % 1000).into();
            accounts.push(again);
        }
        Edit::New => {
            let mut new = account.clone();
            let key = format!("NEW{}", salt % 1000);
            let address = format!("{}@place.example", key.to_lowercase());
            let by_address = account["login"].as_str().unwrap().contains('@');
            new["id"] = key.clone().into();
            new["login"] = if by_address { address.clone() } else { key }.into();
            new["email"] = address.into();
            new["name"] = "Somebody New".into();
            accounts.push(new);
        }
    }
    let count = accounts.len();
    state["evidence"]["accounts"] = count.into();
    Some(state)
}

/// The accounts of a state, without what changes by itself, in order.
fn accounts(state: &Value) -> Vec<Value> {
    let mut accounts = state["accounts"].as_array().unwrap().clone();
    accounts.sort_by_key(|account| account["id"].as_str().unwrap().to_owned());
    accounts
}

fn by_id<'v>(accounts: &'v [Value], id: &Value) -> Option<&'v Value> {
    accounts.iter().find(|account| account["id"] == *id)
}

/// Whether what somebody did is there: each field that differs between `before` and `edited`.
fn is_there(before: &[Value], edited: &[Value], after: &[Value]) -> bool {
    let kept = |account: &Value| {
        let now = by_id(after, &account["id"]);
        match by_id(before, &account["id"]) {
            None => now == Some(account),
            Some(was) => {
                let fields = [
                    "name", "email", "login", "expires", "active", "admin", "areas",
                ];
                let mut changed = fields
                    .iter()
                    .filter(|field| was[**field] != account[**field]);
                changed.all(|field| match now {
                    Some(now) if *field == "areas" => same_ticks(was, account, now),
                    Some(now) => now[*field] == account[*field],
                    None => false,
                })
            }
        }
    };
    let gone = before
        .iter()
        .filter(|was| by_id(edited, &was["id"]).is_none());
    let login = |account: &Value| account["login"].clone();
    edited.iter().all(kept)
        && gone.into_iter().all(|was| {
            // Somebody may have made it again under another id.
            let remade = edited.iter().any(|other| login(other) == login(was));
            by_id(after, &was["id"]).is_none()
                && (remade || after.iter().all(|other| login(other) != login(was)))
        })
}

/// Whether each tick that somebody gave is there, and each that they took is not.
fn same_ticks(was: &Value, edited: &Value, now: &Value) -> bool {
    let areas = |account: &Value| -> Vec<Value> {
        account["areas"].as_array().cloned().unwrap_or_default()
    };
    let (was, edited, now) = (areas(was), areas(edited), areas(now));
    let mut given = edited.iter().filter(|area| !was.contains(area));
    let mut taken = was.iter().filter(|area| !edited.contains(area));
    given.all(|area| now.contains(area)) && taken.all(|area| !now.contains(area))
}

/// One edit; whether the run went on, or `None` where the portal cannot hold it.
fn case(school: &School, (edit, index, salt): (Edit, usize, u64)) -> Option<bool> {
    school.reset();
    school.forget_runs();
    let before = school.state(0);
    let edited = done(edit, &before, index, salt)?;
    if !school.set_state(0, &edited) {
        return None;
    }
    let (before, edited) = (accounts(&before), accounts(&school.state(0)));
    if before == edited {
        return None;
    }
    let called = school.calls().len();
    let applied = school.apply(Some("plan.json"));
    let after = accounts(&school.state(0));
    let what = format!("{edit:?} of {}: {}{}", index, applied.out, applied.warned);
    let written = writes(&school.calls()[called..]);
    if matches!(applied.code(), 0 | 4) {
        assert!(
            is_there(&before, &edited, &after),
            "overwritten: {what}\n{edited:#?}\n{after:#?}"
        );
        Some(true)
    } else {
        assert_eq!(written, 0, "refused after writing: {what}");
        assert_eq!(after, edited, "{what}");
        Some(false)
    }
}

fn changed_after_the_plan(driver: &str) {
    let showing = showing(8, driver, 10, 1_000);
    let school = planned(model(driver));
    // Left alone, the plan is applied.
    let applied = school.apply(Some("plan.json"));
    // A new account may be there only after a while.
    assert!(
        matches!(applied.code(), 0 | 4),
        "{driver}: {}{}",
        applied.out,
        applied.warned
    );
    school.reset();
    let people = keys(&school.state(0)) as u64;
    let (mut shown, mut went_on, mut turn) = (0, 0, 0_u64);
    let state = school.state(0);
    let first = FIRST.into_iter().filter_map(|(edit, key)| {
        let accounts = state["accounts"].as_array()?;
        let is = |account: &Value| account["email"] == *address(key);
        Some((edit, accounts.iter().position(is)?))
    });
    // Then every person and every kind, in an order that has both early.
    let others = (0_u64..).map(|turn| {
        let edit = EDITS[(turn % 10) as usize];
        (edit, (number(turn / 10 + turn % 10 * 31) % people) as usize)
    });
    for (edit, index) in first.chain(others) {
        turn += 1;
        assert!(
            turn < 20 * showing.times + 200,
            "{driver}: {shown} edits only"
        );
        if let Some(on) = case(&school, (edit, index, number(turn))) {
            shown += 1;
            went_on += u64::from(on);
        }
        if shown == showing.times {
            break;
        }
    }
    // Neither would show anything alone.
    assert!(
        0 < went_on && went_on < shown,
        "{driver}: {went_on} of {shown} went on"
    );
    showing.shown(
        shown,
        format!("edits after the plan, {went_on} of which it did not touch"),
    );
}

#[test]
fn ofs() {
    changed_after_the_plan("ofs");
}

#[test]
fn hfl() {
    changed_after_the_plan("hfl");
}

#[test]
fn hampshire() {
    changed_after_the_plan("hampshire");
}

#[test]
fn hwb() {
    changed_after_the_plan("hwb");
}

#[test]
fn scim() {
    changed_after_the_plan("scim");
}
