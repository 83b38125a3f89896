//! Hwb's pages: a person looks and clicks, through the same rules as the API.

use serde_json::json;

use super::{Hwb, Reply, send, snapshot};

async fn look(hwb: &Hwb, path: &str) -> Reply {
    send(hwb.0.client.get(hwb.0.url(path))).await
}

/// Sends a form of the authority's pages, and follows where it leads.
async fn click(hwb: &Hwb, view: &str, fields: &[(&str, &str)]) -> Reply {
    let form = reqwest::Url::parse_with_params("http://form.example/", fields).unwrap();
    let url = hwb.0.url(&format!("/pages/hwb/690/{view}"));
    let request = hwb
        .0
        .client
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.query().unwrap_or_default().to_owned());
    let reply = send(request).await;
    if reply.status == 303 {
        let next = reply.header("location").to_owned();
        assert!(!next.contains("Hwb-"), "no password in an address");
        look(hwb, &next).await
    } else {
        reply
    }
}

/// W1, W9, W11
#[tokio::test]
async fn the_dashboard_leads_to_users_administrators_and_schools() {
    let hwb = Hwb::area().await;
    let dashboard = look(&hwb, "/pages/hwb/690").await.text;
    for shown in [
        "Manage Local Authority Non-MIS Users",
        "Manage Administrators",
        "Expiring accounts",
        "Organisation 6909001",
        "href=\"/pages/hwb/6909002\">View Details",
    ] {
        assert!(dashboard.contains(shown), "{shown}");
    }
    let users = look(&hwb, "/pages/hwb/690/users").await.text;
    assert!(users.contains("Person 1") && users.contains("Add New User"));
    assert!(
        !users.contains("Person 2"),
        "MIS users are not in that list"
    );
    let school = look(&hwb, "/pages/hwb/6909001").await.text;
    assert!(school.contains("Manage Non-MIS Users") && !school.contains("Schools"));
    assert_eq!(look(&hwb, "/pages/hwb/690/nothing").await.status, 404);
}

/// W2
#[tokio::test]
async fn a_new_user_is_in_the_list_when_it_is_looked_at_again() {
    let hwb = Hwb::new().await;
    let fields = [
        ("name", "Ada Byron"),
        ("email", "ada@dyffryn.example"),
        ("term", "academic-year"),
    ];
    let list = click(&hwb, "new", &fields).await.text;
    assert!(list.contains("The user is being made") && list.contains("1 more is being made"));
    assert!(!list.contains("Ada Byron"));
    let again = click(&hwb, "new", &fields).await;
    assert_eq!(again.status, 409);
    let later = look(&hwb, "/pages/hwb/690/users").await.text;
    assert!(later.contains("Ada Byron") && later.contains("AByron1"));
}

/// W4, W6, W7, W9
#[tokio::test]
async fn accounts_are_kept_activated_deactivated_promoted_and_demoted_by_clicks() {
    let hwb = Hwb::new().await;
    let expiring = look(&hwb, "/pages/hwb/690/expiring").await.text;
    assert!(expiring.contains("Elin Price") && expiring.contains("Dafydd Hughes"));
    assert!(!expiring.contains("Nia Bowen"));
    let kept = [("id", "h-0003"), ("term", "6-months")];
    let kept = click(&hwb, "keep", &kept).await.text;
    assert!(kept.contains("kept for a further term") && !kept.contains("Elin Price"));

    let gone = click(&hwb, "deactivate", &[("id", "h-0003")]).await.text;
    assert!(gone.contains("Manage User") && gone.contains("id=\"activate\""));
    let waking = click(&hwb, "activate", &[("id", "h-0003")]).await.text;
    assert!(waking.contains("Being activated"));
    let awake = look(&hwb, "/pages/hwb/690/user?id=h-0003").await.text;
    assert!(awake.contains(">Active<") && awake.contains("id=\"deactivate\""));

    let promoted = click(&hwb, "promote", &[("id", "h-0003")]).await.text;
    let (above, below) = promoted.split_once("Other users").unwrap();
    assert!(above.contains("Elin Price") && !below.contains("Elin Price"));
    let demoted = click(&hwb, "demote", &[("id", "h-0002")]).await.text;
    let (above, below) = demoted.split_once("Other users").unwrap();
    assert!(!above.contains("Gareth Pugh") && below.contains("Gareth Pugh"));
    assert!(above.contains("Nia Bowen <span class=\"tag\">You</span>"));
    assert_eq!(hwb.0.ask("/calls").await, json!([]), "clicks are no calls");
}

/// W8
#[tokio::test]
async fn a_password_is_generated_and_shown_once_or_created() {
    let hwb = Hwb::new().await;
    let form = look(&hwb, "/pages/hwb/690/password?id=h-0003").await.text;
    assert!(form.contains("Generate a password") && form.contains("Update Password"));
    let made = click(
        &hwb,
        "password",
        &[("id", "h-0003"), ("choice", "generate")],
    )
    .await;
    assert!(made.text.contains("id=\"made\">Hwb-"));
    let own = [
        ("id", "h-0003"),
        ("choice", "own"),
        ("password", "Abcdefg1"),
    ];
    let own = click(&hwb, "password", &own).await.text;
    assert!(own.contains("has been updated") && !own.contains("Abcdefg1"));
    let weak = [("id", "h-0003"), ("choice", "own"), ("password", "abc")];
    assert_eq!(click(&hwb, "password", &weak).await.status, 422);
}

/// W1, W10
#[tokio::test]
async fn what_the_api_refuses_the_page_refuses() {
    let hwb = Hwb::new().await;
    let before = hwb.state("690").await;
    for (view, fields, status) in [
        ("demote", vec![("id", "h-0001")], 409),
        ("deactivate", vec![("id", "h-0005")], 409),
        ("activate", vec![("id", "h-0005")], 409),
        (
            "keep",
            vec![("id", "h-0001"), ("term", "academic-year")],
            409,
        ),
        ("keep", vec![("id", "h-0003"), ("term", "x")], 422),
        ("promote", vec![("id", "h-9999")], 404),
        (
            "new",
            vec![("name", "X"), ("email", "x"), ("term", "1-month")],
            422,
        ),
        ("delete", vec![("id", "h-0003")], 404),
    ] {
        assert_eq!(click(&hwb, view, &fields).await.status, status, "{view}");
    }
    assert_eq!(hwb.state("690").await, before);
}

#[tokio::test]
async fn hostile_names_and_ids_stay_text_and_long_lists_have_further_pages() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&{{ 7*7 }}";
    let mut seed = snapshot("69/0?&", 120);
    seed.name = Some(HOSTILE.to_owned());
    seed.accounts[1].name = HOSTILE.to_owned();
    seed.accounts[1].id = "a/1 &x=\"<b>".to_owned();
    seed.accounts[1].login = HOSTILE.to_owned();
    seed.accounts[1].expires = Some(super::TODAY);
    let hwb = Hwb::with(vec![seed]).await;
    let base = "/pages/hwb/69%2F0%3F%26";
    let id = "a%2F1%20%26x%3D%22%3Cb%3E";
    for view in [
        String::new(),
        "/users?search=%3Cscript%3E".to_owned(),
        "/expiring".to_owned(),
        "/admins".to_owned(),
        format!("/user?id={id}"),
        format!("/password?id={id}"),
    ] {
        let page = look(&hwb, &format!("{base}{view}")).await;
        assert_eq!(page.status, 200, "{view}");
        for live in ["<script", "<b>", ";49"] {
            assert!(!page.text.contains(live), "{live} in {view}");
        }
    }
    let first = look(&hwb, &format!("{base}/users")).await.text;
    assert!(first.contains("page=2") && first.contains("120 users"));
    let last = look(&hwb, &format!("{base}/users?page=3")).await.text;
    assert!(last.contains("Person 11") && !last.contains("page=4"));
    let far = look(&hwb, &format!("{base}/users?page=99999999999999")).await;
    assert_eq!(far.status, 200);
}
