//! Each rule of Hwb, and each refusal, over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use super::{AUTHORITY, Hwb, SCHOOL, new_user, send, snapshot};

fn named<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    let users = list["users"].as_array().unwrap();
    users.iter().find(|user| user["name"] == name)
}

/// W2
#[tokio::test]
async fn a_user_who_is_asked_for_is_in_the_list_some_time_later() {
    let hwb = Hwb::new().await;
    let made = hwb.post(AUTHORITY, &new_user("3-months")).await;
    assert_eq!(made.status, 202);
    insta::assert_snapshot!(made.text, @r#"{"organisation":"690","id":"h-0008","username":"SWyn1"}"#);
    let user = format!("{AUTHORITY}/h-0008");
    let first = hwb.get(AUTHORITY).await.json();
    assert_eq!(named(&first, "Sioned ap Wyn"), None);
    assert_eq!(first["total"], 7);
    let act = hwb.act(&user, "promote").await;
    assert_eq!(act.problem(), "404 unknown-user");
    let second = hwb.get(AUTHORITY).await.json();
    assert_eq!(second["total"], 8);
    insta::assert_snapshot!(named(&second, "Sioned ap Wyn").unwrap(), @r#"{"id":"h-0008","username":"SWyn1","email":"Sioned.Wyn@dyffryn.example","name":"Sioned ap Wyn","origin":"non-mis","active":true,"admin":false,"expires":"2027-01-01","last_sign_in":null}"#);
    assert_eq!(hwb.get(&user).await.status, 200);
}

/// W2
#[tokio::test]
async fn no_address_gets_a_second_user() {
    let hwb = Hwb::new().await;
    hwb.post(AUTHORITY, &new_user("1-month")).await;
    let mut other = new_user("6-months");
    other["email"] = json!("sioned.wyn@DYFFRYN.example");
    other["name"] = json!("S. Wyn");
    let pending = hwb.post(AUTHORITY, &other).await;
    assert_eq!(pending.problem(), "409 user-pending");
    hwb.get(AUTHORITY).await;
    hwb.get(AUTHORITY).await;
    let exists = hwb.post(AUTHORITY, &other).await;
    assert_eq!(exists.problem(), "409 user-exists");
    other["email"] = json!("megan.vaughan@dyffryn.example");
    let mis = hwb.post(AUTHORITY, &other).await;
    assert_eq!(mis.problem(), "409 user-exists");
    assert_eq!(hwb.state("690").await.accounts.len(), 8);
}

#[tokio::test]
async fn user_names_are_made_and_nobody_elses() {
    let hwb = Hwb::area().await;
    let mut names = Vec::new();
    for (path, name) in [
        (AUTHORITY, "Elin Price"),
        (SCHOOL, "Elin Price"),
        (SCHOOL, "Cher"),
        (SCHOOL, "李小龍"),
    ] {
        let email = format!("{}@dyffryn.example", names.len());
        let body = json!({"name": name, "email": email, "term": "1-month"});
        let made = hwb.post(path, &body).await.json();
        names.push(made["username"].as_str().unwrap().to_owned());
    }
    insta::assert_snapshot!(names.join(" "), @"EPrice1 EPrice2 CCher1 User1");
}

/// W3, W4
#[tokio::test]
async fn a_term_is_one_of_four_and_the_longest_ends_on_31_august() {
    let hwb = Hwb::new().await;
    let mut ends = Vec::new();
    for term in ["1-month", "3-months", "6-months", "academic-year"] {
        let body = json!({"name": "A B", "email": format!("{term}@dyffryn.example"), "term": term});
        assert_eq!(hwb.post(AUTHORITY, &body).await.status, 202);
        let state = hwb.state("690").await;
        ends.push(state.accounts.last().unwrap().expires.unwrap().to_string());
    }
    assert_eq!(
        ends,
        ["2026-11-01", "2027-01-01", "2027-04-01", "2027-08-31"]
    );
    let wrong = hwb.post(AUTHORITY, &new_user("2-months")).await;
    assert_eq!(wrong.problem(), "422 invalid-term");
}

/// W4
#[tokio::test]
async fn a_term_that_is_over_deactivates_and_an_expiring_account_is_kept_for_another() {
    let hwb = Hwb::with(vec![snapshot("690", 2)]).await;
    let user = format!("{AUTHORITY}/h-001");
    let keep = |term: &str| {
        let (path, body) = (format!("{user}/keep"), json!({ "term": term }));
        let hwb = &hwb;
        async move { hwb.post(&path, &body).await }
    };
    assert_eq!(keep("academic-year").await.problem(), "409 not-expiring");
    hwb.day("2027-07-10").await;
    // The academic year ends no later than the present term.
    assert_eq!(keep("academic-year").await.problem(), "409 not-expiring");
    assert_eq!(keep("1-month").await.problem(), "409 not-expiring");
    let kept = keep("6-months").await;
    assert_eq!(kept.json()["user"]["expires"], "2028-01-10");

    let other = format!("{AUTHORITY}/h-000");
    let active = async || hwb.get(&other).await.json()["user"]["active"].clone();
    hwb.day("2027-08-31").await;
    assert_eq!(active().await, true);
    hwb.day("2027-09-01").await;
    assert_eq!(active().await, false);
    let kept = hwb
        .post(&format!("{other}/keep"), &json!({"term": "academic-year"}))
        .await;
    assert_eq!(kept.json()["user"]["expires"], "2028-08-31");
    assert_eq!(active().await, true);
}

/// W5
#[tokio::test]
async fn ninety_days_without_a_sign_in_deactivate_and_leave_the_end_as_it_was() {
    let mut seed = snapshot("690", 2);
    seed.accounts[1].last_sign_in = Some(super::TODAY);
    let hwb = Hwb::with(vec![seed]).await;
    let user = format!("{AUTHORITY}/h-001");
    hwb.day("2026-12-30").await;
    assert_eq!(hwb.get(&user).await.json()["user"]["active"], true);
    hwb.day("2026-12-31").await;
    let dormant = hwb.get(&user).await.json()["user"].clone();
    assert_eq!(dormant["active"], false);
    assert_eq!(dormant["expires"], "2027-08-31");
    assert_eq!(hwb.act(&user, "activate").await.status, 202);
    assert_eq!(hwb.settled(&user).await["active"], true);
    hwb.day("2027-04-01").await;
    assert_eq!(hwb.get(&user).await.json()["user"]["active"], false);
}

/// W6, W7
#[tokio::test]
async fn deactivation_shows_at_once_and_activation_some_time_later() {
    let hwb = Hwb::area().await;
    let user = format!("{SCHOOL}/h-001");
    let gone = hwb.act(&user, "deactivate").await;
    assert_eq!(
        (gone.status.as_u16(), &gone.json()["user"]["active"]),
        (200, &json!(false))
    );
    let back = hwb.act(&user, "activate").await;
    assert_eq!(
        (back.status.as_u16(), &back.json()["user"]["active"]),
        (202, &json!(false))
    );
    assert_eq!(hwb.get(&user).await.json()["user"]["active"], false);
    assert_eq!(hwb.get(&user).await.json()["user"]["active"], true);
    // What is active already is neither late nor another version.
    let tag = hwb.get(&user).await.header("etag").to_owned();
    assert_eq!(
        hwb.act(&user, "activate").await.json()["user"]["active"],
        true
    );
    assert_eq!(hwb.get(&user).await.header("etag"), tag);
    // Deactivated while an activation does not show yet.
    hwb.act(&user, "deactivate").await;
    hwb.act(&user, "activate").await;
    hwb.act(&user, "deactivate").await;
    assert_eq!(hwb.settled(&user).await["active"], false);
}

/// W1
#[tokio::test]
async fn what_the_mis_keeps_is_changed_there() {
    let hwb = Hwb::new().await;
    let user = format!("{AUTHORITY}/h-0005");
    assert_eq!(hwb.get(&user).await.json()["user"]["origin"], "mis");
    for act in ["activate", "deactivate"] {
        assert_eq!(hwb.act(&user, act).await.problem(), "409 managed-by-mis");
    }
    let term = json!({"term": "academic-year"});
    let kept = hwb.post(&format!("{user}/keep"), &term).await;
    assert_eq!(kept.problem(), "409 managed-by-mis");
}

/// W8
#[tokio::test]
async fn a_password_is_made_or_checked_and_kept_nowhere() {
    let hwb = Hwb::new().await;
    let path = format!("{AUTHORITY}/h-0003/password");
    for weak in ["", "Abcdef1", "abcdefg1", "ABCDEFG1", "Abcdefgh"] {
        let refused = hwb.post(&path, &json!({ "password": weak })).await;
        assert_eq!(refused.problem(), "422 password-policy", "{weak}");
    }
    let own = hwb.post(&path, &json!({"password": "Abcdefg1"})).await;
    assert_eq!(own.json()["password"], Value::Null);
    let first = hwb.post(&path, &json!({})).await.json();
    let second = hwb.post(&path, &json!({"password": null})).await.json();
    let made = first["password"].as_str().unwrap();
    assert_ne!(first["password"], second["password"]);
    assert_eq!(
        hwb.post(&path, &json!({ "password": made })).await.status,
        200
    );
    let wrong = hwb.post(&path, &json!({"password": 7})).await;
    assert_eq!(wrong.problem(), "422 invalid-body");
    let records = hwb.0.ask("/calls").await.to_string();
    assert!(!records.contains(made) && !records.contains("Abcdefg1"));
}

/// W9, W10
#[tokio::test]
async fn administrators_are_promoted_and_demoted_but_nobody_demotes_themselves() {
    let hwb = Hwb::new().await;
    let admin = async |user: &str, act: &str| {
        let reply = hwb.act(&format!("{AUTHORITY}/{user}"), act).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["user"]["admin"].clone()
    };
    assert_eq!(admin("h-0003", "promote").await, true);
    assert_eq!(admin("h-0003", "promote").await, true);
    assert_eq!(admin("h-0002", "demote").await, false);
    assert_eq!(admin("h-0003", "demote").await, false);
    let own = hwb.act(&format!("{AUTHORITY}/h-0001"), "demote").await;
    assert_eq!(own.problem(), "409 own-account");
    assert!(hwb.state("690").await.accounts[0].admin);
}

/// W11
#[tokio::test]
async fn an_authority_opens_its_schools_with_a_champions_rights() {
    let mut hwb = Hwb::area().await;
    let schools = hwb.get("/authorities/690/schools").await;
    insta::assert_snapshot!(schools.text, @r#"{"organisation":"690","total":2,"schools":[{"id":"6909001","name":"Organisation 6909001"},{"id":"6909002","name":"Organisation 6909002"}]}"#);
    // Nobody in the school is the authority's administrator who calls.
    let demoted = hwb.act(&format!("{SCHOOL}/h-000"), "demote").await;
    assert_eq!(demoted.status, 200);
    hwb.act(&format!("{SCHOOL}/h-000"), "promote").await;

    let champion = json!({"portal": "hwb", "token": "champion", "organisations": ["6909001"]});
    hwb.0.tell(Method::PUT, "/tokens", &champion).await;
    hwb.0.token = "champion".to_owned();
    assert_eq!(hwb.get(SCHOOL).await.status, 200);
    let own = hwb.act(&format!("{SCHOOL}/h-000"), "demote").await;
    assert_eq!(own.problem(), "409 own-account");
    for closed in [
        AUTHORITY,
        "/schools/6909002/users",
        "/authorities/690/schools",
    ] {
        assert_eq!(hwb.get(closed).await.problem(), "403 other-organisation");
    }
    let listed = json!({"portal": "hwb", "token": "listed", "organisations": ["690", "6909002"]});
    hwb.0.tell(Method::PUT, "/tokens", &listed).await;
    hwb.0.token = "listed".to_owned();
    let schools = hwb.get("/authorities/690/schools").await.json();
    assert_eq!(schools["total"], 1);
    assert_eq!(schools["schools"][0]["id"], "6909002");
}

#[tokio::test]
async fn an_organisation_is_found_under_its_own_kind_only() {
    let hwb = Hwb::area().await;
    for wrong in [
        "/authorities/6909001/users",
        "/authorities/6909001/schools",
        "/schools/690/users",
        "/schools/6909009/users",
    ] {
        let reply = hwb.get(wrong).await;
        assert_eq!(reply.problem(), "404 unknown-organisation", "{wrong}");
    }
}

#[tokio::test]
async fn a_long_list_has_links_to_its_further_pages() {
    let hwb = Hwb::with(vec![snapshot("690", 250)]).await;
    let url = hwb.0.url("/portals/hwb");
    let first = hwb.get(&format!("{AUTHORITY}?search=person")).await;
    let link = first.header("link").to_owned();
    assert_eq!(
        link,
        format!("<{url}{AUTHORITY}?per_page=100&search=person&cursor=after-100>; rel=\"next\"")
    );
    assert_eq!(first.json()["users"].as_array().unwrap().len(), 100);
    let next = link.split(['<', '>']).nth(1).unwrap();
    let second = send(hwb.0.client.get(next).bearer_auth("sandbox-hwb")).await;
    assert_eq!(second.json()["users"][0]["id"], "h-100");
    let last = hwb.get(&format!("{AUTHORITY}?cursor=after-200")).await;
    assert_eq!(last.json()["users"].as_array().unwrap().len(), 50);
    assert!(last.headers.get("link").is_none());
    for wrong in [
        "per_page=501",
        "per_page=0",
        "per_page=x",
        "cursor=2",
        "cursor=",
    ] {
        let reply = hwb.get(&format!("{AUTHORITY}?{wrong}")).await;
        assert_eq!(reply.problem(), "422 invalid-paging", "{wrong}");
    }
}

#[tokio::test]
async fn an_act_on_an_older_version_is_refused() {
    let hwb = Hwb::new().await;
    let user = format!("{AUTHORITY}/h-0003");
    let tag = hwb.get(&user).await.header("etag").to_owned();
    hwb.act(&user, "promote").await;
    let late = hwb
        .call(Method::POST, &format!("{user}/deactivate"))
        .header("if-match", &tag);
    let reply = send(late.json(&json!({}))).await;
    assert_eq!(reply.problem(), "412 version-changed");
}

#[tokio::test]
async fn wrong_fields_are_refused_by_name_and_change_nothing() {
    let hwb = Hwb::new().await;
    let before = hwb.state("690").await;
    for (field, value, code) in [
        ("email", json!("x"), "invalid-email"),
        ("email", json!(null), "invalid-email"),
        ("name", json!(" "), "invalid-name"),
        ("term", json!(6), "invalid-term"),
        ("learner", json!(true), "unknown-field"),
    ] {
        let mut body = new_user("1-month");
        body[field] = value;
        let reply = hwb.post(AUTHORITY, &body).await;
        assert_eq!(reply.problem(), format!("422 {code}"), "{body}");
    }
    let user = format!("{AUTHORITY}/h-0003");
    let more = hwb
        .post(&format!("{user}/promote"), &json!({"role": "all"}))
        .await;
    assert_eq!(more.problem(), "422 unknown-field");
    let list = hwb.post(&format!("{user}/demote"), &json!([])).await;
    assert_eq!(list.problem(), "422 invalid-body");
    assert_eq!(hwb.state("690").await, before);
}
