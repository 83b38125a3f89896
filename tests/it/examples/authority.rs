//! The authority: its own accounts and those of four schools on Hwb.

use serde_json::Value;

use super::{Example, Portal};

const PORTALS: &[Portal] = &[Portal {
    name: "hwb",
    before: "https://portal.example/hwb",
    after: "URL",
    token: "HWB_TOKEN",
    read_token: Some("HWB_READ_TOKEN"),
}];

#[test]
fn the_files_are_valid() {
    super::validates("authority", &[]);
}

#[test]
fn the_plan_is_what_the_readme_says() {
    let plan = Example::start("authority", PORTALS).plan();
    insta::assert_snapshot!(super::counts(&plan), @r"
    create: 3
    update: 0
    renew: 7
    grant: 0
    promote: 1
    demote: 1
    revoke: 0
    expire: 3
    delete: 0
    manual: 8
    held_back: 0
    calls: 16
    mails: 0
    ");
    super::story::holds("authority", &plan, false);
    terms(&plan);
}

/// W3: each account is kept for the longest term that does not outlast its `until`.
fn terms(plan: &Value) {
    let units = plan["units"].as_array().unwrap().iter();
    let actions = units.flat_map(|unit| unit["actions"].as_array().unwrap());
    let renewed = actions.filter(|action| action["after"]["term"].is_string());
    let mut terms: Vec<String> = renewed
        .map(|action| format!("{} {}", action["name"], action["after"]["term"]))
        .collect();
    terms.sort();
    insta::assert_snapshot!(terms.join("\n"), @r#"
    "Catrin Rhys" "6 months"
    "Dewi Ceiriog" "3 months"
    "Efa Tryfan" "academic year"
    "Elin Madog" "1 month"
    "Non Harries" "academic year"
    "Owain Prothero" "3 months"
    "Sioned Powel" "academic year"
    "Tomos Elis" "academic year"
    "Ynyr Geraint" "academic year"
    "#);
}

#[test]
fn it_costs_what_was_forecast() {
    super::costs_what_was_forecast(&Example::start("authority", PORTALS));
}

#[test]
fn it_applies_in_embedded_portals_today_and_years_later() {
    super::applies_in_embedded_portals("authority");
}
