//! What was approved is what happens: whatever is changed after the plan, at the portal or in the
//! file, is never overwritten.

mod edits;
mod flips;

use beadle::model::rules::{AccountEnd, Create, Delete, Rules};

use super::school::{Said, School, today};
use crate::conformance::place::{address, login, someone};

/// A school where something of every kind is planned, and saved as `plan.json`.
fn planned(rules: &'static Rules) -> School {
    let both = ["finance", "library"];
    let past = someone("lea.ver", &[]).until("2020-01-01");
    let (soon, later) = ends(rules);
    let mut longer = someone("lon.ger", &["finance"]);
    longer.until = soon;
    let live = vec![
        someone("pat.head", &[]).admin(),
        someone("zoe.oted", &[]).admin(),
        someone("pro.moted", &[]),
        someone("una.date", &["library"]).named("Una Old"),
        someone("gil.bert", &["finance"]),
        someone("lou.ser", &both),
        someone("lea.ver", &["records", "finance"]),
        someone("del.eted", &["records"]),
        someone("qui.et", &["library"]),
        someone("str.ay", &["finance"]),
        longer.clone(),
    ];
    longer.until = later;
    let mut users = vec![
        someone("pat.head", &[]),
        someone("zoe.oted", &[]),
        someone("pro.moted", &[]),
        someone("una.date", &["library"]),
        someone("gil.bert", &both),
        someone("lou.ser", &["finance"]),
        past,
        someone("qui.et", &["library"]),
        longer,
    ];
    if rules.create.value != Create::Upstream {
        users.push(someone("new.comer", &both).not_live());
    }
    let mut more = String::new();
    if crate::conformance::scenarios::has_admins(rules) {
        let keys = ["pat.head", "pro.moted"].map(address).join(", ");
        more.push_str(&format!("admins: [{keys}]\n"));
    }
    if rules.delete.value != Delete::Never {
        more.push_str(&format!("delete: [{}]\n", login(rules, "del.eted")));
    }
    let limit = "percent: 100, count: 1000";
    let removals = format!("max_removals: {{ {limit}, total: {{ {limit} }} }}");
    let policy = ["min_admins: 1", &removals];
    let school = School::open(rules, &policy, &[Said { live, users, more }]);
    let planned = school.plan();
    assert_eq!(planned.code(), 0, "{}: {}", rules.driver, planned.warned);
    school
}

/// When the account ends that is to be prolonged, and when it should: where portals know such.
fn ends(rules: &Rules) -> (Option<&'static str>, Option<&'static str>) {
    let day = |days: i64| -> &'static str {
        let day = today().checked_add(jiff::Span::new().days(days)).unwrap();
        day.to_string().leak()
    };
    match rules.account_end.value {
        AccountEnd::Date => (Some(day(30)), Some(day(300))),
        AccountEnd::Terms(_) => (Some(day(20)), None),
        AccountEnd::ByBeadle => (None, None),
    }
}

/// Everybody who is live there.
fn keys(live: &serde_json::Value) -> usize {
    live["accounts"].as_array().unwrap().len()
}

/// One of the five models, by its driver.
fn model(driver: &str) -> &'static Rules {
    beadle::portal::driver(driver).unwrap().rules
}
