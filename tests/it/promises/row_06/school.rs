//! One organisation of each model with a list of several pages, and another beside it; the project
//! whose apply would change something, were a list believed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

use beadle::model::rules::{AdminSet, Create, LoginForm, Mail, Rules};
use serde_json::{Value, json};

use crate::support::{TODAY, beadle};

/// Accounts of each organisation: more than one page of every model that has pages.
pub(super) const ACCOUNTS: usize = 120;

/// The organisation that is planned, and another one at the same portal.
pub(super) fn organisations(driver: &str) -> [&'static str; 2] {
    match driver {
        "ofs" => ["10009999", "10008888"],
        "scim" => ["southmere", "northmere"],
        _ => ["8502001", "8502002"],
    }
}

fn login(rules: &Rules, number: usize) -> String {
    match rules.login.value {
        LoginForm::Email | LoginForm::Username => address(number),
        LoginForm::UserId => format!("PERSON{number}"),
        LoginForm::Assigned => format!("person{number}"),
    }
}

fn address(number: usize) -> String {
    format!("p{number}@place.example")
}

/// What an organisation holds. The numbers of its accounts begin with `first`.
fn snapshot(rules: &Rules, organisation: &str, first: usize) -> Value {
    let mut areas = Vec::new();
    if rules.has_areas.value {
        areas.push(json!({"code": "finance", "title": "Finance"}));
        areas.push(json!({"code": "library", "title": "Library"}));
    }
    if rules.admin.value == AdminSet::Area {
        areas.push(
            json!({"code": "admins", "title": "Admins", "administration": true, "access_key_required": rules.driver == "ofs"}),
        );
    }
    let account = |number: usize| {
        let login = login(rules, number);
        let id = match rules.login.value {
            LoginForm::UserId => login.clone(),
            _ => format!("id-{number:04}"),
        };
        let areas: &[&str] = if rules.has_areas.value {
            &["finance"]
        } else {
            &[]
        };
        json!({
            "id": id, "login": login, "name": format!("Person {number}"),
            "email": address(number), "upstream": rules.create.value == Create::Upstream,
            "admin": number - first < 2 && rules.admin.value != AdminSet::None, "areas": areas,
        })
    };
    let accounts: Vec<Value> = (first..first + ACCOUNTS).map(account).collect();
    json!({
        "format": 1, "driver": rules.driver, "organisation": organisation, "name": "The Place",
        "taken": TODAY, "areas": areas, "accounts": accounts,
        "evidence": {"accounts": accounts.len(), "areas": areas.len(), "pages": 1},
    })
}

/// Writes what both organisations hold, for the sandbox.
pub(super) fn seed(folder: &Path, rules: &Rules) {
    let folder = folder.join("portal");
    fs::create_dir_all(&folder).unwrap();
    let names = ["place", "other"];
    for ((organisation, name), first) in organisations(rules.driver).iter().zip(names).zip([1, 501])
    {
        let text = snapshot(rules, organisation, first).to_string();
        fs::write(folder.join(format!("{name}.yaml")), text).unwrap();
    }
}

/// Writes the project: as it is live, or with somebody who has left, somebody who is new and, where
/// there are areas, an area that somebody has no more.
pub(super) fn project(folder: &Path, rules: &Rules, url: &str, changes: bool) {
    let below = if rules.driver == "scim" {
        "/{organisation}/v2"
    } else {
        ""
    };
    let mut settings = format!(
        "driver: {}, url: \"{url}{below}\", token: {{ file: token }}",
        rules.driver
    );
    if rules.create.value == Create::WithTerms {
        settings.push_str(", terms_accepted_by: Morgan Jones");
    }
    if rules.mail.value == Mail::AtCreation {
        settings.push_str(", notify: true");
    }
    if rules.driver == "scim" {
        settings.push_str(
            ", groups: { finance: Finance, library: Library, admins: Admins }, admin_group: admins",
        );
    }
    let mut text = format!(
        "version: 1\nportals:\n  portal: {{ {settings} }}\npolicy:\n  min_admins: 1\n  unmanaged: \
         report\norganisations:\n  place:\n    name: The Place\n    portals: {{ portal: \"{}\" }}\n    \
         users:\n",
        organisations(rules.driver)[0]
    );
    let everybody = if changes { 1..=6 } else { 1..=5 };
    for number in everybody {
        let _ = writeln!(
            text,
            "      {}:\n        name: Person {number}",
            address(if number == 6 { 999 } else { number })
        );
        let login = login(rules, number);
        // Nobody knows the login id of somebody new that the portal makes.
        let made = number == 6 && rules.login.value == LoginForm::Assigned;
        if login != address(number) && !made && !(number == 6 && login.contains('@')) {
            let login = login.replace("PERSON6", "PERSON999");
            let _ = writeln!(text, "        accounts: {{ portal: {login} }}");
        }
        if changes && number == 3 {
            let _ = writeln!(text, "        until: 2026-01-31");
        }
        if rules.has_areas.value && !(changes && number == 4) {
            let _ = writeln!(text, "        areas: [finance]");
        } else if rules.has_areas.value {
            let _ = writeln!(text, "        areas: [library]");
        }
    }
    fs::write(folder.join("beadle.yaml"), text).unwrap();
}

/// `beadle apply --yes` there.
pub(super) fn apply(folder: &Path) -> Output {
    beadle(folder)
        .args(["apply", "--yes", "--today", TODAY])
        .output()
        .unwrap()
}
