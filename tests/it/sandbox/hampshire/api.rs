//! Every rule and refusal of the Services Portal's API.

use super::{Portal, USERS, school, trust};
use crate::sandbox::Bench;
use beadle::sandbox::PortalOptions;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn users_are_listed_by_cursor_a_hundred_at_a_time() {
    let portal = Portal::seeded(vec![school(250)]).await;
    let users = "/organisations/9990002/users";
    let (mut cursor, mut ids, mut sizes) = (String::new(), Vec::new(), Vec::new());
    loop {
        let page = portal.get(&format!("{users}{cursor}")).await.json();
        assert_eq!(page["total"], 250);
        assert_eq!(page["organisation"], "9990002");
        let rows = page["users"].as_array().unwrap();
        sizes.push(rows.len());
        ids.extend(rows.iter().map(|row| row["user_id"].to_string()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("?cursor={next}"),
            None => break,
        }
    }
    assert_eq!(sizes, [100, 100, 50]);
    ids.dedup();
    assert_eq!(ids.len(), 250);
}

#[tokio::test]
async fn a_cursor_that_was_made_up_or_belongs_to_another_list_is_refused() {
    let portal = Portal::seeded(vec![school(250)]).await;
    let users = "/organisations/9990002/users";
    let next = portal.get(users).await.json()["next"].clone();
    let next = next.as_str().unwrap();
    assert!(!next.starts_with("100"), "says nothing: {next}");
    let further = next.replace("100", "101");
    for query in [
        "cursor=".to_owned(),
        "cursor=100".to_owned(),
        format!("cursor={further}"),
        format!("cursor={next}0"),
        format!("search=person&cursor={next}"),
        "cursor=%F0%9F%90%9D".to_owned(),
    ] {
        let refused = portal.get(&format!("{users}?{query}")).await;
        assert_eq!(refused.problem(), "422 invalid-cursor", "{query}");
    }
}

#[tokio::test]
async fn search_looks_at_names_user_ids_and_addresses() {
    let portal = Portal::new().await;
    for (search, found) in [
        ("okonkwo", 1),
        ("DRAO4", 1),
        ("county-council", 1),
        ("willowford", 8),
        ("nobody", 0),
    ] {
        let page = portal.get(&format!("{USERS}?search={search}")).await.json();
        assert_eq!(page["total"], found, "{search}");
        assert_eq!(page["users"].as_array().unwrap().len(), found);
    }
}

/// S5, S7, S9, S12.
#[tokio::test]
async fn a_user_is_shown_with_zeros_for_a_phone_and_the_admin_tick_among_the_roles() {
    let portal = Portal::new().await;
    let page = portal.get(&format!("{USERS}?search=okonkwo")).await.json();
    insta::assert_snapshot!(page["users"][0], @r#"{"user_id":"BOKONKW2","name":"Ben Okonkwo","email":"ben.okonkwo@willowford.example","phone":"0000000000","otp_registered":true,"roles":["Organisation Admin","finance","property","schools-intranet"],"origin":"education-account"}"#);
    let page = portal.get(&format!("{USERS}?search=itcxrb")).await.json();
    assert_eq!(page["users"][0]["origin"], "education-account");
    assert_eq!(page["users"][0]["otp_registered"], false);
}

/// S15.
#[tokio::test]
async fn the_services_come_all_at_once_and_the_admin_tick_is_none_of_them() {
    let portal = Portal::new().await;
    let services = portal.get("/organisations/9990001/services").await;
    assert_eq!(services.json()["total"], 8);
    assert_eq!(services.json()["services"].as_array().unwrap().len(), 8);
    assert!(!services.text.contains("Organisation Admin"));
}

/// S10, S11, S12, S13.
#[tokio::test]
async fn saving_writes_the_whole_set_and_mails_the_user_once_not_saying_what() {
    let portal = Portal::new().await;
    let path = format!("{USERS}/DRAO4/roles");
    let before = portal.get(&path).await;
    let saved = portal
        .save("DRAO4", &["music", "Organisation Admin", "trailblazer"])
        .await;
    assert_eq!(saved.status, 200);
    assert_ne!(saved.header("etag"), before.header("etag"));
    assert_eq!(
        saved.json()["roles"],
        json!(["Organisation Admin", "music", "trailblazer"])
    );
    assert_eq!(portal.get(&path).await.text, saved.text);
    let rao = portal.user("DRAO4").await;
    assert!(rao.admin);
    assert_eq!(rao.areas, ["music", "trailblazer"]);
    assert_eq!(portal.mailed().await, ["deepa.rao@willowford.example"]);
    let mail = portal.bench.ask("/outbox").await[0].to_string();
    for secret in ["music", "Music", "trailblazer", "Admin"] {
        assert!(!mail.contains(secret), "{mail}");
    }
    portal.save("DRAO4", &["trailblazer", "music"]).await;
    portal.save("DRAO4", &["trailblazer", "music"]).await;
    assert!(!portal.user("DRAO4").await.admin, "left out is taken away");
    assert_eq!(portal.mailed().await.len(), 3, "each save mails");
}

/// S10, S13, S15.
#[tokio::test]
async fn a_refused_saving_changes_nothing_and_mails_nobody() {
    let portal = Portal::new().await;
    let path = format!("{USERS}/DRAO4/roles");
    let stale = portal.get(&path).await;
    portal.save("DRAO4", &["music"]).await;
    let before = portal.state("9990001").await;
    let with = |body| portal.call(Method::PUT, &path).json(&body);
    for (call, wanted) in [
        (with(json!({"roles": ["swimming"]})), "422 unknown-role"),
        (
            with(json!({"roles": ["organisation admin"]})),
            "422 unknown-role",
        ),
        (with(json!({"roles": [["music"]]})), "422 invalid-body"),
        (with(json!({"roles": null})), "422 invalid-body"),
        (
            with(json!({"roles": [], "mail": false})),
            "422 unknown-field",
        ),
        (
            with(json!({"roles": []})).header("if-match", stale.header("etag")),
            "412 version-changed",
        ),
    ] {
        assert_eq!(super::send(call).await.problem(), wanted);
    }
    assert_eq!(
        portal.save("NOBODY", &[]).await.problem(),
        "404 unknown-user"
    );
    assert_eq!(portal.state("9990001").await, before);
    assert_eq!(portal.mailed().await.len(), 1);
    let fresh = portal.get(&path).await;
    let call = with(json!({"roles": []})).header("if-match", fresh.header("etag"));
    assert_eq!(super::send(call).await.status, 200);
}

/// S2, S3, S4.
#[tokio::test]
async fn staff_of_a_school_cannot_be_registered() {
    let portal = Portal::new().await;
    let ada = json!({"name": "Ada Byron", "email": "ada@willowford.example"});
    let refused = portal.post(USERS, &ada).await;
    assert_eq!(refused.problem(), "403 managed-upstream");
    assert_eq!(portal.state("9990001").await.accounts.len(), 9);
    assert!(portal.mailed().await.is_empty());
}

/// S4, S5.
#[tokio::test]
async fn another_organisation_registers_its_users_by_address_once_for_each_key() {
    let portal = Portal::seeded(vec![trust()]).await;
    let users = "/organisations/9990003/users";
    let ada = json!({"name": "Ada Byron", "email": "ada@meonwater.example"});
    let post = |key: &'static str| {
        let call = portal.call(Method::POST, users).json(&ada);
        super::send(call.header("idempotency-key", key))
    };
    let made = post("k1").await;
    assert_eq!(made.status, 201);
    insta::assert_snapshot!(made.json()["user"], @r#"{"user_id":"r-0002","name":"Ada Byron","email":"ada@meonwater.example","phone":"0000000000","otp_registered":false,"roles":[],"origin":"registered"}"#);
    assert_eq!(post("k1").await.text, made.text);
    assert_eq!(post("k2").await.problem(), "409 email-taken");
    assert_eq!(portal.mailed().await, ["ada@meonwater.example"]);
    for (body, wanted) in [
        (json!({"email": "x@meonwater.example"}), "422 invalid-name"),
        (
            json!({"name": "X", "email": "ADABYRO1"}),
            "422 invalid-email",
        ),
        (
            json!({"name": "X", "email": "x@y.example", "phone": "1"}),
            "422 unknown-field",
        ),
    ] {
        assert_eq!(portal.post(users, &body).await.problem(), wanted);
    }
}

/// S8, S20.
#[tokio::test]
async fn a_user_is_deleted_for_good_but_never_the_one_who_acts() {
    let portal = Portal::new().await;
    let own = portal.delete(&format!("{USERS}/AHASSAN")).await;
    assert_eq!(own.problem(), "409 own-account");
    let path = format!("{USERS}/GSILVA");
    assert_eq!(portal.delete(&path).await.status, 204);
    assert_eq!(portal.delete(&path).await.problem(), "404 unknown-user");
    let left = portal.state("9990001").await.accounts;
    assert_eq!(left.len(), 8);
    assert!(left.iter().all(|user| user.id != "GSILVA"));
    assert!(portal.mailed().await.is_empty());
}

/// S6, S7.
#[tokio::test]
async fn without_a_registered_number_the_administrator_can_do_nothing() {
    let portal = Portal::new().await;
    let nobody = portal.delete(&format!("{USERS}/GSILVA/otp")).await;
    assert_eq!(nobody.problem(), "404 no-otp-number");
    portal.without_numbers().await;
    let before = portal.state("9990001").await;
    for refused in [
        portal.get(USERS).await,
        portal.get("/organisations/9990001/services").await,
        portal.get(&format!("{USERS}/GSILVA/roles")).await,
        portal.save("GSILVA", &[]).await,
        portal.post(USERS, &json!({})).await,
        portal.delete(&format!("{USERS}/GSILVA")).await,
        portal.delete(&format!("{USERS}/GSILVA/otp")).await,
    ] {
        assert_eq!(refused.problem(), "403 secure-number-required");
    }
    assert_eq!(portal.state("9990001").await, before);
    assert!(portal.mailed().await.is_empty());
}

/// S6: whoever becomes an administrator registers a number on first coming.
#[tokio::test]
async fn a_new_administrator_has_no_number_yet_and_the_old_one_still_acts() {
    let portal = Portal::new().await;
    let otp = async |id: &str| {
        let page = portal.get(&format!("{USERS}?search={id}")).await.json();
        page["users"][0]["otp_registered"].clone()
    };
    portal.save("CWRIGHT7", &["Organisation Admin"]).await;
    assert_eq!(otp("CWRIGHT7").await, false);
    portal.save("AHASSAN", &["governors"]).await;
    assert_eq!(otp("BOKONKW2").await, true);
    let own = portal.delete(&format!("{USERS}/BOKONKW2")).await;
    assert_eq!(own.problem(), "409 own-account");
}

#[tokio::test]
async fn a_token_reads_only_or_opens_only_its_own_organisation() {
    let mut portal = Portal::seeded(vec![school(3), trust()]).await;
    let issued = json!({"portal": "hampshire", "token": "trust", "organisations": ["9990003"]});
    portal.bench.tell(Method::PUT, "/tokens", &issued).await;
    portal.bench.token = "trust".to_owned();
    assert_eq!(portal.get("/organisations/9990003/users").await.status, 200);
    let other = portal.get("/organisations/9990002/users").await;
    assert_eq!(other.problem(), "403 other-organisation");
    let nowhere = portal.get("/organisations/9990009/users").await;
    assert_eq!(nowhere.problem(), "404 unknown-organisation");
    portal.bench.token = "sandbox-hampshire-read".to_owned();
    let user = "/organisations/9990002/users/USER001";
    let roles = format!("{user}/roles");
    assert_eq!(portal.get(&roles).await.status, 200);
    for refused in [
        portal
            .post("/organisations/9990002/users", &json!({}))
            .await,
        portal.delete(user).await,
        portal.delete(&format!("{user}/otp")).await,
        super::send(portal.call(Method::PUT, &roles).json(&json!({"roles": []}))).await,
    ] {
        assert_eq!(refused.problem(), "403 read-only-token");
    }
    assert!(portal.mailed().await.is_empty());
}

/// S5, S12: what the portal could not hold is no seed.
#[tokio::test]
async fn seeds_that_the_portal_could_not_hold_are_refused() {
    let mut refusals = String::new();
    let edits: [fn(&mut beadle::model::snapshot::Snapshot); 8] = [
        |seed| seed.areas[0].code = "Organisation Admin".to_owned(),
        |seed| seed.areas[0].access_key_required = true,
        |seed| seed.accounts[1].active = false,
        |seed| seed.accounts[1].expires = Some(seed.taken),
        |seed| seed.accounts[1].last_sign_in = Some(seed.taken),
        |seed| seed.accounts[1].login = "SPOE12".to_owned(),
        |seed| seed.accounts[1].upstream = true,
        |seed| seed.accounts[1].email = Some("other@meonwater.example".to_owned()),
    ];
    for edit in edits {
        let mut seed = trust();
        edit(&mut seed);
        seed.accounts[1]
            .areas
            .retain(|code| *code == seed.areas[0].code);
        let portal = PortalOptions {
            name: "hampshire".to_owned(),
            driver: "hampshire".to_owned(),
            snapshots: vec![seed],
        };
        let error = Bench::with(vec![portal], None).await.err().unwrap();
        let told = error.to_string();
        let (_, reason) = told.split_once("`9990003`: ").unwrap();
        refusals += &format!("{reason}\n");
    }
    insta::assert_snapshot!(refusals, @r"
        `Organisation Admin` is no service; `admin: true` says who has that tick
        service `trailblazer` needs a key or is for administration: this portal has no such services
        account `x-9` has an end, is inactive or is locked: this portal knows none of these
        account `x-9` has an end, is inactive or is locked: this portal knows none of these
        account `x-9` has a day of its last sign-in: this portal does not show one
        account `x-9` was registered here, so its login id is an email address; an Education Account has `upstream: true`
        account `x-9` comes from another system, so its user id is its login id
        account `x-9` has an email address that is not its login id
        ");
}
