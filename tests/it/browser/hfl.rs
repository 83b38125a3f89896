//! The holder of a school's main account follows a worklist on the HFL portal's pages.

use serde_json::{Value, json};

use super::driver::Browser;
use super::player::Player;
use super::school::{School, yaml};

const PRODUCTS: [(&str, &str); 3] = [
    ("dms-portal", "DMS portal"),
    (
        "phonics-cards-digital-download",
        "Phonics cards (digital download)",
    ),
    ("primary-assessment-toolkit", "Primary assessment toolkit"),
];

fn account(number: u32, key: &str, name: &str, products: &[&str]) -> Value {
    let address = format!("{key}@willowbrook.example");
    json!({
        "id": format!("s-{number}"), "login": address, "name": name, "email": address,
        "areas": products,
    })
}

fn willowbrook() -> Value {
    let areas: Vec<Value> = PRODUCTS
        .iter()
        .map(|(code, title)| json!({"code": code, "title": title}))
        .collect();
    let accounts = [
        account(
            1,
            "h.marsh",
            "Hana Marsh",
            &["dms-portal", "primary-assessment-toolkit"],
        ),
        account(2, "o.bright", "Oscar Bright", &["dms-portal"]),
        account(3, "p.kowal", "Petra Kowal", &["primary-assessment-toolkit"]),
        account(
            4,
            "j.lowe",
            "Jamal Lowe",
            &["phonics-cards-digital-download"],
        ),
        // Two of one name: only the address tells them apart.
        account(5, "r.ives", "Rosa Ives", &[]),
        account(6, "rosa.ives", "Rosa Ives", &["dms-portal"]),
    ];
    json!({
        "format": 1, "driver": "hfl", "organisation": "9999001", "taken": crate::support::TODAY,
        "evidence": {"accounts": accounts.len(), "areas": areas.len(), "pages": 1},
        "areas": areas, "accounts": accounts,
    })
}

/// Saves the list of sub accounts, and each product's window.
fn save_pages(school: &School, player: &Player<'_>) -> Vec<String> {
    player.browser.open(&player.first);
    player.go("My account");
    player.go("Sub accounts");
    school.keep("sub-accounts.html", &player.browser.source());
    let mut tables = vec!["--table=sub-accounts.html".to_owned()];
    for (code, title) in PRODUCTS {
        player.go("Permissions");
        player.go(&format!("{title}: Edit Permissions"));
        school.keep(&format!("{code}.html"), &player.browser.source());
        tables.push(format!("--area={title}={code}.html"));
    }
    tables
}

/// H5, H7, H8, H11, H13 to H15, H17, H18.
#[test]
fn a_worklist_followed_on_the_hfl_portals_pages_leads_to_an_empty_plan() {
    let Some(browser) = Browser::start("worklist on the HFL portal's pages") else {
        return;
    };
    let school = School::start("hfl", &willowbrook());
    let player = school.player(&browser);
    let tables = save_pages(&school, &player);
    school.import(&tables, &["--terms-accepted-by", "Morgan Jones"]);
    school.snapshot_is_live();
    school.edit(|project| {
        project["portals"]["hfl"]["notify"] = true.into();
        let own = &mut project["organisations"]["school"];
        let users = &mut own["users"];
        users["n.adeyemi@willowbrook.example"] =
            yaml("{ name: Nia Adeyemi, areas: [dms-portal, phonics-cards-digital-download] }");
        users["t.sorensen@willowbrook.example"] =
            yaml("{ name: Tove Sørensen, areas: [dms-portal] }");
        users["r.ives@willowbrook.example"]["areas"] = yaml("[dms-portal]");
        users["o.bright@willowbrook.example"] = yaml("{ name: Oscar Bright }");
        users["p.kowal@willowbrook.example"]["name"] = "Petra Kowal-Hughes".into();
        let users = users.as_mapping_mut().unwrap();
        users.remove("j.lowe@willowbrook.example").unwrap();
        own["delete"] = yaml("[j.lowe@willowbrook.example]");
    });
    let planned = "2 create, 1 update, 4 grant, 1 revoke, 1 delete";
    assert_eq!(school.planned(), planned);
    let list = school.worklist();
    assert_eq!(player.play(&list), Vec::<String>::new());
    school.all_done();
    // What the pages show now says the same.
    let tables = save_pages(&school, &player);
    school.refresh(&tables);
    school.plans_nothing();
    school.snapshot_is_live();
    school.no_calls();
    assert_eq!(
        school.mailed(),
        [
            "n.adeyemi@willowbrook.example",
            "t.sorensen@willowbrook.example"
        ]
    );
}
