//! A user administrator follows a worklist on the OfS portal's pages.

use serde_json::{Value, json};

use super::driver::Browser;
use super::player::Player;
use super::school::{School, yaml};

const AREAS: [(&str, &str); 3] = [
    ("annual-financial-return", "Annual financial return"),
    ("hesa-student-2026", "HESA: Student 2026"),
    ("prevent-monitoring", "Prevent monitoring"),
];

fn account(number: u32, key: &str, name: &str, expires: Option<&str>, areas: &[&str]) -> Value {
    let address = format!("{key}@eastmere.example");
    json!({
        "id": format!("u-{number}"), "login": address, "name": name, "email": address,
        "expires": expires, "admin": number == 1, "areas": areas,
    })
}

fn eastmere() -> Value {
    let mut areas: Vec<Value> = AREAS
        .iter()
        .map(|(code, title)| json!({"code": code, "title": title}))
        .collect();
    areas.push(json!({
        "code": "user-administration", "title": "User administration", "administration": true,
    }));
    let accounts = [
        account(1, "m.farouk", "Mona Farouk", None, &[]),
        account(
            2,
            "t.nowak",
            "Tomasz Nowak",
            Some("2027-07-31"),
            &["annual-financial-return"],
        ),
        account(
            3,
            "s.lindqvist",
            "Sara Lindqvist",
            None,
            &["annual-financial-return", "hesa-student-2026"],
        ),
        account(
            4,
            "j.park",
            "Jin Park",
            None,
            &["hesa-student-2026", "prevent-monitoring"],
        ),
    ];
    json!({
        "format": 1, "driver": "ofs", "organisation": "10000001", "taken": crate::support::TODAY,
        "evidence": {"accounts": accounts.len(), "areas": areas.len(), "pages": 1},
        "areas": areas, "accounts": accounts,
    })
}

/// Saves the list of users, and copies the list of each area with a mark before each name, since
/// an area's page has no ticks.
fn save_pages(school: &School, player: &Player<'_>) -> Vec<String> {
    player.browser.open(&player.first);
    player.go("User administration");
    school.keep("users.html", &player.browser.source());
    let mut tables = vec!["--table=users.html".to_owned()];
    for (code, title) in AREAS {
        player.go("Areas");
        player.go(&format!("{title}: View"));
        let members = player.rows();
        let members: Vec<String> = members
            .iter()
            .filter(|row| row.len() > 1)
            .map(|row| format!("[x] {} ({})\n", row[0], row[1]))
            .collect();
        school.keep(&format!("{code}.txt"), &members.concat());
        tables.push(format!("--area={title}={code}.txt"));
    }
    tables
}

/// O8, O9, O11 to O14.
#[test]
fn a_worklist_followed_on_the_ofs_portals_pages_leads_to_an_empty_plan() {
    let Some(browser) = Browser::start("worklist on the OfS portal's pages") else {
        return;
    };
    let school = School::start("ofs", &eastmere());
    let player = school.player(&browser);
    let tables = save_pages(&school, &player);
    school.import(&tables, &[]);
    school.snapshot_is_live();
    school.edit(|project| {
        let users = &mut project["organisations"]["school"]["users"];
        users["n.adeyemi@eastmere.example"] = yaml(
            "{ name: Nia Adeyemi, until: 2027-08-31, areas: [annual-financial-return, prevent-monitoring] }",
        );
        users["t.sorensen@eastmere.example"] = yaml("{ name: Tove Sørensen }");
        users["t.nowak@eastmere.example"]["name"] = "Tomasz Nowak-Hill".into();
        users["t.nowak@eastmere.example"]["until"] = "2028-07-31".into();
        users["t.nowak@eastmere.example"]["areas"] = yaml("[hesa-student-2026, prevent-monitoring]");
        users["j.park@eastmere.example"]["until"] = "2026-10-31".into();
    });
    let planned = "2 create, 1 update, 1 renew, 4 grant, 3 revoke, 1 expire";
    assert_eq!(school.planned(), planned);
    let list = school.worklist();
    assert_eq!(player.play(&list), Vec::<String>::new());
    school.all_done();
    let tables = save_pages(&school, &player);
    school.refresh(&tables);
    school.plans_nothing();
    school.snapshot_is_live();
    school.no_calls();
}
