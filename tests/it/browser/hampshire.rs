//! An Organisation Administrator follows a worklist on the Services Portal's pages.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::driver::Browser;
use super::player::Player;
use super::school::{School, yaml};

const SERVICES: [(&str, &str); 4] = [
    (
        "education-financial-services",
        "Education Financial Services",
    ),
    ("governor-services", "Governor Services"),
    ("schools-intranet", "Schools Intranet"),
    ("trailblazer", "Trailblazer"),
];

/// User id and address; the portal's list shows the address alone, SIMS knows the user id.
const STAFF: [(&str, &str); 6] = [
    ("AHASSAN", "a.hassan@willowford.example"),
    ("BOKONKW2", "b.okonkwo@willowford.example"),
    ("CWEBB", "c.webb@willowford.example"),
    ("DLAKE", "d.lake@willowford.example"),
    ("DLAKE2", "dana.lake@willowford.example"),
    ("EFROST", "e.frost@willowford.example"),
];

fn account(index: usize, name: &str, admin: bool, services: &[&str]) -> Value {
    let (id, email) = STAFF[index];
    json!({
        "id": id, "login": id, "name": name, "email": email, "upstream": true, "admin": admin,
        "areas": services,
    })
}

fn willowford() -> Value {
    let areas: Vec<Value> = SERVICES
        .iter()
        .map(|(code, title)| json!({"code": code, "title": title}))
        .collect();
    let accounts = [
        account(0, "Amina Hassan", true, &["schools-intranet"]),
        account(1, "Bola Okonkwo", true, &["governor-services"]),
        account(2, "Carys Webb", false, &["trailblazer"]),
        // Two of one name: only the address tells them apart.
        account(3, "Dana Lake", false, &["schools-intranet"]),
        account(4, "Dana Lake", false, &[]),
        account(5, "Erin Frost", false, &["schools-intranet", "trailblazer"]),
    ];
    json!({
        "format": 1, "driver": "hampshire", "organisation": "9990002",
        "taken": crate::support::TODAY, "evidence": {"accounts": accounts.len(), "areas": areas.len(), "pages": 1},
        "areas": areas, "accounts": accounts,
    })
}

/// Saves the list of users, and each user's page.
fn save_pages(school: &School, player: &Player<'_>) -> Vec<String> {
    player.browser.open(&player.first);
    player.go("Organisation Admin");
    player.go("Manage users");
    school.keep("users.html", &player.browser.source());
    let mut staff = "Name,Email,User ID\n".to_owned();
    let mut tables = vec!["--table=staff.csv".to_owned()];
    for row in player.rows() {
        let (name, email) = (&row[0], &row[1]);
        let (id, _) = STAFF.iter().find(|(_, address)| address == email).unwrap();
        let _ = writeln!(staff, "{name},{email},{id}");
        player.go(&format!("Choose {name} ({email})"));
        school.keep(&format!("{id}.html"), &player.browser.source());
        tables.push(format!("--account={id}={id}.html"));
        player.go("Organisation Admin");
        player.go("Manage users");
    }
    // The list as the portal shows it has no user ids; whoever writes the first one adds them.
    school.keep("staff.csv", &staff);
    tables
}

/// S6, S7, S10 to S13.
#[test]
fn a_worklist_followed_on_the_services_portals_pages_leads_to_an_empty_plan() {
    let Some(browser) = Browser::start("worklist on the Hampshire Services Portal's pages") else {
        return;
    };
    let school = School::start("hampshire", &willowford());
    let player = school.player(&browser);
    let tables = save_pages(&school, &player);
    school.import(&tables, &[]);
    school.snapshot_is_live();
    school.edit(|project| {
        let own = &mut project["organisations"]["school"];
        let users = &mut own["users"];
        users["c.webb@willowford.example"]["areas"] =
            yaml("[education-financial-services, governor-services, schools-intranet]");
        users["dana.lake@willowford.example"]["areas"] = yaml("[trailblazer]");
        users["e.frost@willowford.example"]["until"] = "2026-10-31".into();
        own["admins"] = yaml("[a.hassan@willowford.example, d.lake@willowford.example]");
    });
    assert_eq!(
        school.planned(),
        "4 grant, 1 promote, 1 demote, 1 revoke, 1 expire"
    );
    let list = school.worklist();
    assert_eq!(player.play(&list), Vec::<String>::new());
    // One mail for each user, however many ticks.
    let mut mailed = school.mailed();
    mailed.sort_unstable();
    let changed = [
        "b.okonkwo@willowford.example",
        "c.webb@willowford.example",
        "d.lake@willowford.example",
        "dana.lake@willowford.example",
        "e.frost@willowford.example",
    ];
    assert_eq!(mailed, changed);
    school.all_done();
    let mut tables = save_pages(&school, &player);
    // By now the snapshot knows the user ids.
    tables[0] = "--table=users.html".to_owned();
    school.refresh(&tables);
    school.plans_nothing();
    school.snapshot_is_live();
    school.no_calls();
}
