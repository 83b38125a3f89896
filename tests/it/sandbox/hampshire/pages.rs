//! The Services Portal's pages: a person looks and clicks, through the same rules as the API, and
//! each saving mails.

use super::{Portal, send};
use crate::sandbox::Reply;
use crate::sandbox::pages::{form, look};

const PAGE: &str = "/pages/hampshire/9990001";

async fn see(portal: &Portal, view: &str) -> Reply {
    look(&portal.bench, &format!("{PAGE}{view}")).await
}

/// Sends a form, and follows where it leads.
async fn click(portal: &Portal, view: &str, fields: &[(&str, &str)]) -> Reply {
    let url = portal.bench.url(&format!("{PAGE}/{view}"));
    let reply = send(form(portal.bench.client.post(url), fields)).await;
    if reply.status == 303 {
        look(&portal.bench, reply.header("location")).await
    } else {
        reply
    }
}

/// S7, S8, S10, S21.
#[tokio::test]
async fn the_way_to_a_users_ticks_is_the_guides() {
    let portal = Portal::new().await;
    let account = see(&portal, "").await.text;
    for shown in [
        "Hello Amina Hassan",
        "Willowford Junior School",
        "Organisation Admin",
    ] {
        assert!(account.contains(shown), "{shown}");
    }
    assert!(account.contains("Governor Services") && !account.contains("Trailblazer"));
    let hub = see(&portal, "/hub").await.text;
    assert!(hub.contains("Register new user") && hub.contains("Manage users"));
    let users = see(&portal, "/users").await.text;
    assert_eq!(
        users.matches(">Delete user</button>").count(),
        8,
        "not the own"
    );
    assert_eq!(users.matches(">Delete OTP number</button>").count(), 2);
    assert_eq!(users.matches("0000000000").count(), 9);
    let found = see(&portal, "/users?search=RAO").await.text;
    assert!(found.contains("1 user<") && found.contains("DRAO4") && !found.contains("GSILVA"));
    let access = see(&portal, "/access?user_id=DRAO4").await.text;
    assert_eq!(access.matches("type=\"checkbox\"").count(), 9);
    assert_eq!(access.matches(" checked").count(), 2);
    assert!(access.contains("name=\"role:Organisation Admin\""));
    assert_eq!(see(&portal, "/access?user_id=x").await.status, 404);
    assert_eq!(see(&portal, "/elsewhere").await.status, 404);
}

/// S10, S11, S12, S13.
#[tokio::test]
async fn saving_ticks_by_clicks_writes_the_whole_set_and_mails_once() {
    let portal = Portal::new().await;
    let fields = [
        ("user_id", "DRAO4"),
        ("role:music", "on"),
        ("role:Organisation Admin", "on"),
        ("role:swimming", "on"),
    ];
    let saved = click(&portal, "access", &fields).await;
    assert!(saved.text.contains("have been saved"));
    let rao = portal.user("DRAO4").await;
    assert!(rao.admin);
    assert_eq!(rao.areas, ["music"]);
    assert_eq!(portal.mailed().await, ["deepa.rao@willowford.example"]);
    assert!(portal.writes().await.is_empty(), "clicks are no calls");
}

/// S2, S4, S8, S20.
#[tokio::test]
async fn what_the_api_refuses_the_page_refuses() {
    let portal = Portal::new().await;
    let before = portal.state("9990001").await;
    let own = click(&portal, "delete-user", &[("user_id", "AHASSAN")]).await;
    assert_eq!(own.status, 409);
    let staff = [("name", "Ada Byron"), ("email", "ada@willowford.example")];
    let staff = click(&portal, "register", &staff).await;
    assert_eq!(staff.status, 403);
    assert!(staff.text.contains("SIMS or EAMW"));
    assert_eq!(portal.state("9990001").await, before);
    assert!(portal.mailed().await.is_empty());
    let gone = click(&portal, "delete-user", &[("user_id", "GSILVA")]).await;
    assert!(gone.text.contains("has been deleted") && !gone.text.contains("GSILVA"));
}

/// S6.
#[tokio::test]
async fn an_administrator_without_a_number_registers_one_first() {
    let portal = Portal::new().await;
    for user in ["BOKONKW2", "AHASSAN"] {
        click(&portal, "delete-number", &[("user_id", user)]).await;
    }
    let url = portal.bench.url(&format!("{PAGE}/users"));
    let sent_on = send(portal.bench.client.get(url)).await;
    assert_eq!(sent_on.header("location"), format!("{PAGE}/number"));
    let save = click(&portal, "access", &[("user_id", "DRAO4")]).await;
    assert_eq!(save.status, 403);
    let odd = [("phone", "01632 960123"), ("code", "12 34 56")];
    assert_eq!(click(&portal, "number", &odd).await.status, 422);
    let good = [("phone", "01632 960123"), ("code", "123456")];
    let hub = click(&portal, "number", &good).await;
    assert!(hub.text.contains("Organisation administration hub"));
    assert_eq!(portal.get(super::USERS).await.status, 200);
}

#[tokio::test]
async fn hostile_names_and_codes_stay_text() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&{{ 7*7 }}";
    let mut seed = super::school(3);
    seed.name = Some(HOSTILE.to_owned());
    seed.accounts[0].name = HOSTILE.to_owned();
    seed.accounts[1].name = HOSTILE.to_owned();
    seed.accounts[1].id = "a/1 &x=\"<b>".to_owned();
    seed.accounts[1].login = seed.accounts[1].id.clone();
    seed.areas[0].title = HOSTILE.to_owned();
    seed.areas[0].code = "re turns/&<i>".to_owned();
    for account in &mut seed.accounts {
        account.areas = vec!["re turns/&<i>".to_owned()];
    }
    let portal = Portal::seeded(vec![seed]).await;
    let base = "/pages/hampshire/9990002";
    for view in [
        "",
        "/hub",
        "/users",
        "/users?search=%3Cscript%3E",
        "/access?user_id=a%2F1%20%26x%3D%22%3Cb%3E",
    ] {
        let page = look(&portal.bench, &format!("{base}{view}")).await;
        assert_eq!(page.status, 200, "{view}");
        for live in ["<script", "<b>", "<i>", "49"] {
            assert!(!page.text.contains(live), "{live} in {view}");
        }
    }
}

#[tokio::test]
async fn long_lists_have_further_pages() {
    let portal = Portal::seeded(vec![super::school(120)]).await;
    let users = "/pages/hampshire/9990002/users";
    let first = look(&portal.bench, users).await.text;
    assert!(first.contains("page=2") && !first.contains("USER050"));
    let last = look(&portal.bench, &format!("{users}?page=3")).await.text;
    assert!(last.contains("USER119") && !last.contains("page=4"));
    let far = look(&portal.bench, &format!("{users}?page=99999999999999")).await;
    assert_eq!(far.status, 200);
}
