//! An authority's Hwb administrator follows a worklist on Hwb's pages.

use serde_json::{Value, json};

use super::driver::Browser;
use super::player::Player;
use super::school::{School, yaml};

fn account(number: u32, login: &str, key: &str, name: &str, expires: &str) -> Value {
    json!({
        "id": format!("h-{number}"), "login": login, "name": name,
        "email": format!("{key}@dyffryn.example"), "expires": expires, "admin": number < 3,
        "last_sign_in": "2026-11-20",
    })
}

fn dyffryn() -> Value {
    let accounts = [
        account(1, "NBowen1", "n.bowen", "Nia Bowen", "2027-08-31"),
        account(2, "GPugh3", "g.pugh", "Gareth Pugh", "2027-08-31"),
        account(3, "EPrice2", "e.price", "Elin Price", "2026-12-10"),
        // Two of one name: only the address tells them apart.
        account(4, "DHughes1", "d.hughes", "Dafydd Hughes", "2027-08-31"),
        account(
            5,
            "DHughes2",
            "dafydd.hughes",
            "Dafydd Hughes",
            "2027-08-31",
        ),
        account(6, "MRees1", "m.rees", "Mari Rees", "2027-08-31"),
    ];
    json!({
        "format": 1, "driver": "hwb", "organisation": "690", "taken": crate::support::TODAY,
        "evidence": {"accounts": accounts.len(), "areas": 0, "pages": 1},
        "areas": [], "accounts": accounts,
    })
}

/// Saves the list of users and that of administrators.
fn save_pages(school: &School, player: &Player<'_>) -> Vec<String> {
    player.browser.open(&player.first);
    player.go("Manage Local Authority Non-MIS Users");
    school.keep("users.html", &player.browser.source());
    player.go("Dashboard");
    player.go("Manage Administrators");
    school.keep("admins.html", &player.browser.source());
    ["--table=users.html", "--admins=admins.html"]
        .map(str::to_owned)
        .to_vec()
}

/// W2 to W4, W6, W9.
#[test]
fn a_worklist_followed_on_hwbs_pages_leads_to_an_empty_plan() {
    let Some(browser) = Browser::start("worklist on Hwb's pages") else {
        return;
    };
    let school = School::start("hwb", &dyffryn());
    let player = school.player(&browser);
    let tables = save_pages(&school, &player);
    school.import(&tables, &[]);
    school.snapshot_is_live();
    school.edit(|project| {
        let own = &mut project["organisations"]["school"];
        let users = &mut own["users"];
        users["a.lewis@dyffryn.example"] = yaml("{ name: Ana Lewis, until: 2027-05-31 }");
        users["t.vaughan@dyffryn.example"] = yaml("{ name: Tomos Vaughan, until: 2027-08-31 }");
        users["e.price@dyffryn.example"]["until"] = "2027-08-31".into();
        users["m.rees@dyffryn.example"]["until"] = "2026-10-31".into();
        own["admins"] = yaml("[n.bowen@dyffryn.example, dafydd.hughes@dyffryn.example]");
    });
    let planned = "2 create, 1 renew, 1 promote, 1 demote, 1 expire";
    assert_eq!(school.planned(), planned);
    let list = school.worklist();
    // The new users get a first password and set up a second factor, as the new administrator
    // does: steps of no save, in words of their own.
    let elsewhere = player.play(&list);
    assert_eq!(
        elsewhere,
        [
            "hand-over",
            "second-factor",
            "second-factor",
            "hand-over",
            "second-factor"
        ]
    );
    school.all_done();
    let tables = save_pages(&school, &player);
    school.refresh(&tables);
    school.plans_nothing();
    school.snapshot_is_live();
    school.no_calls();
}
