//! Sub accounts: creation with its terms and its notice, edits, deletion, and every refusal.

use super::super::send;
use super::{bench, call, delete, get, mails, products_of, seeded, state, write};
use jiff::civil::date;
use reqwest::Method;
use serde_json::{Value, json};

fn new(username: &str) -> Value {
    json!({
        "username": username, "name": "Nia Osei", "email": "n.osei@willowbrook.example",
        "notify": false, "accept_terms": true,
    })
}

/// H2, H3, H4: the main account is shown apart, and is none of the sub accounts.
#[tokio::test]
async fn the_main_account_is_not_among_the_sub_accounts() {
    let bench = bench().await;
    let main = get(&bench, "/account").await;
    insta::assert_snapshot!(main.text, @r#"{"school":"9999001","username":"9999001","name":"Willowbrook Primary School","subscribed":true}"#);
    let list = get(&bench, "/sub-accounts").await.json();
    assert_eq!(
        (&list["school"], &list["total"]),
        (&json!("9999001"), &json!(7))
    );
    let rows = list["sub_accounts"].as_array().unwrap();
    assert_eq!(rows.len(), 7);
    assert!(rows.iter().all(|row| row["username"] != "9999001"));
    assert_eq!(rows[5]["email"], "", "H5: an address may be blank");
    let taken = write(&bench, Method::POST, "/sub-accounts", &new("9999001")).await;
    assert_eq!(taken.problem(), "409 username-taken");
}

/// H5, H9, H10, H12: one at a time, in the list with its day, and seeing nothing yet.
#[tokio::test]
async fn a_new_sub_account_is_listed_with_its_day_and_sees_nothing() {
    let bench = bench().await;
    bench
        .tell(Method::PUT, "/clock", &json!({"today": "2026-10-25"}))
        .await;
    let made = write(&bench, Method::POST, "/sub-accounts", &new("N.Osei")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    insta::assert_snapshot!(made.text, @r#"{"school":"9999001","sub_account":{"id":"s-0008","username":"N.Osei","name":"Nia Osei","email":"n.osei@willowbrook.example","created":"2026-10-25"}}"#);
    assert_eq!(
        made.header("location"),
        "/portals/hfl/schools/9999001/sub-accounts/s-0008"
    );
    let shown = get(&bench, "/sub-accounts/s-0008").await;
    assert_eq!(
        (shown.json(), shown.header("etag")),
        (made.json(), made.header("etag"))
    );
    assert_eq!(get(&bench, "/sub-accounts").await.json()["total"], 8);
    assert!(products_of(&bench, "s-0008").await.is_empty());
}

/// H8: no account without the accepted terms.
#[tokio::test]
async fn nothing_is_created_while_the_terms_are_not_accepted() {
    let bench = bench().await;
    let before = state(&bench).await;
    for terms in [json!(false), Value::Null] {
        let mut body = new("n.osei");
        body["accept_terms"] = terms.clone();
        body["notify"] = json!(true);
        if terms.is_null() {
            body.as_object_mut().unwrap().remove("accept_terms");
        }
        let refused = write(&bench, Method::POST, "/sub-accounts", &body).await;
        assert_eq!(refused.problem(), "422 terms-not-accepted");
    }
    assert_eq!(state(&bench).await, before);
    assert!(mails(&bench).await.is_empty());
}

/// H7: one mail to the new user, and only where the box was ticked; a repeated call mails nobody.
#[tokio::test]
async fn notify_mails_exactly_once() {
    let bench = bench().await;
    let quiet = write(&bench, Method::POST, "/sub-accounts", &new("quiet")).await;
    assert_eq!(quiet.status, 201);
    assert!(mails(&bench).await.is_empty());
    let mut body = new("n.osei");
    body["notify"] = json!(true);
    for _ in 0..2 {
        let again = call(&bench, Method::POST, "/schools/9999001/sub-accounts");
        let again = send(again.header("idempotency-key", "k1").json(&body)).await;
        assert_eq!(again.status, 201);
    }
    let taken = write(&bench, Method::POST, "/sub-accounts", &body).await;
    assert_eq!(taken.problem(), "409 username-taken");
    let mails = mails(&bench).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "n.osei@willowbrook.example");
    assert!(
        mails[0].1.contains("Your username: n.osei"),
        "{}",
        mails[0].1
    );
    let other = call(&bench, Method::POST, "/schools/9999001/sub-accounts");
    let other = send(other.header("idempotency-key", "k1").json(&new("x"))).await;
    assert_eq!(other.problem(), "422 idempotency-key-reused");
}

/// H5: the username is the key, whatever its case or width.
#[tokio::test]
async fn wrong_fields_are_refused_by_name_and_change_nothing() {
    let bench = bench().await;
    let before = state(&bench).await;
    for (field, value, wanted) in [
        (
            "username",
            json!("o.BRIGHT@willowbrook.example"),
            "409 username-taken",
        ),
        ("username", json!("9999001ａdmin"), "409 username-taken"),
        ("username", json!("n osei"), "422 invalid-username"),
        ("username", json!(""), "422 invalid-username"),
        ("username", json!(7), "422 invalid-username"),
        ("name", json!(" "), "422 invalid-name"),
        ("name", Value::Null, "422 invalid-name"),
        ("email", json!("n.osei"), "422 invalid-email"),
        ("email", json!(7), "422 invalid-email"),
        ("notify", json!("yes"), "422 invalid-body"),
        ("accept_terms", json!("yes"), "422 invalid-body"),
        ("surname", json!("Osei"), "422 unknown-field"),
    ] {
        let mut body = new("n.osei");
        body[field] = value;
        let refused = write(&bench, Method::POST, "/sub-accounts", &body).await;
        assert_eq!(refused.problem(), wanted, "{body}");
    }
    let mut nowhere = new("n.osei");
    nowhere["notify"] = json!(true);
    nowhere["email"] = json!("");
    let refused = write(&bench, Method::POST, "/sub-accounts", &nowhere).await;
    assert_eq!(refused.problem(), "422 no-address-to-notify");
    assert_eq!(state(&bench).await, before);
}

/// H11: name and address, not the username; over what was read, or not at all.
#[tokio::test]
async fn a_sub_account_is_edited_over_the_version_that_was_read() {
    let bench = bench().await;
    let path = "/sub-accounts/s-0002";
    let tag = get(&bench, path).await.header("etag").to_owned();
    let edit = |tag: String, body: Value| {
        let call = call(&bench, Method::PATCH, &format!("/schools/9999001{path}"));
        send(call.header("if-match", tag).json(&body))
    };
    let edited = edit(tag.clone(), json!({"name": "Oscar Hall", "email": null})).await;
    assert_eq!(edited.status, 200);
    let row = &edited.json()["sub_account"];
    assert_eq!(
        (&row["name"], &row["email"]),
        (&json!("Oscar Hall"), &json!(""))
    );
    let late = edit(tag, json!({"name": "Oscar Bright"})).await;
    assert_eq!(late.problem(), "412 version-changed");
    for (body, wanted) in [
        (json!({"username": "oscar"}), "422 unknown-field"),
        (json!({"name": ""}), "422 invalid-name"),
        (json!({"email": "x"}), "422 invalid-email"),
    ] {
        assert_eq!(edit("*".to_owned(), body).await.problem(), wanted);
    }
    let row = get(&bench, path).await.json();
    assert_eq!(
        row["sub_account"]["username"],
        "o.bright@willowbrook.example"
    );
}

/// H17, H18: gone for good with every tick; the same username again is another account.
#[tokio::test]
async fn a_deletion_takes_the_ticks_and_is_never_undone() {
    let bench = bench().await;
    let gone = delete(&bench, "/sub-accounts/s-0001").await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    assert_eq!(
        get(&bench, "/sub-accounts/s-0001").await.problem(),
        "404 unknown-sub-account"
    );
    let twice = delete(&bench, "/sub-accounts/s-0001").await;
    assert_eq!(twice.problem(), "404 unknown-sub-account");
    let ticks = get(&bench, "/products/dms-portal/permissions").await.json();
    assert_eq!(ticks["sub_accounts"], json!(["s-0002", "s-0007"]));
    let again = new("h.marsh@willowbrook.example");
    let made = write(&bench, Method::POST, "/sub-accounts", &again).await;
    assert_eq!(made.json()["sub_account"]["id"], "s-0008");
    assert!(products_of(&bench, "s-0008").await.is_empty());
    let tagged = call(
        &bench,
        Method::DELETE,
        "/schools/9999001/sub-accounts/s-0002",
    );
    let late = send(tagged.header("if-match", "\"99\"")).await;
    assert_eq!(late.problem(), "412 version-changed");
}

#[tokio::test]
async fn a_reset_forgets_what_was_deleted() {
    let bench = bench().await;
    let someone = new("n.marlow@willowbrook.example");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let made = write(&bench, Method::POST, "/sub-accounts", &someone).await;
        let id = made.json()["sub_account"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        delete(&bench, &format!("/sub-accounts/{id}")).await;
        ids.push(id);
        bench.tell(Method::POST, "/reset", &json!(null)).await;
    }
    assert_eq!(ids[0], ids[1]);
}

/// H1: a school that has bought nothing gets no sub accounts.
#[tokio::test]
async fn without_a_subscription_nothing_is_created() {
    let mut seed = state(&bench().await).await;
    seed.areas.clear();
    seed.accounts.clear();
    seed.evidence.accounts = 0;
    seed.evidence.areas = 0;
    let bench = seeded(vec![seed]).await;
    assert_eq!(get(&bench, "/account").await.json()["subscribed"], false);
    let refused = write(&bench, Method::POST, "/sub-accounts", &new("n.osei")).await;
    assert_eq!(refused.problem(), "403 no-subscription");
}

/// H4, H20: one token a school, and a token that only reads writes nothing.
#[tokio::test]
async fn tokens_open_their_own_school_and_may_only_read() {
    let mut second = state(&bench().await).await;
    second.organisation = "9999002".to_owned();
    let first = state(&bench().await).await;
    let bench = seeded(vec![first, second]).await;
    let token = json!({"portal": "hfl", "token": "one-school", "organisations": ["9999002"]});
    let issued = bench.tell(Method::PUT, "/tokens", &token).await;
    assert!(issued.status.is_success(), "{}", issued.text);
    let other = call(&bench, Method::GET, "/schools/9999001/sub-accounts");
    let url = other.build().unwrap().url().clone();
    let refused = send(bench.client.get(url.clone()).bearer_auth("one-school")).await;
    assert_eq!(refused.problem(), "403 other-school");
    let reader = bench.running.ready().portals["hfl"].read_token.clone();
    let read = send(bench.client.get(url.clone()).bearer_auth(&reader)).await;
    assert_eq!(read.status, 200);
    let written = bench.client.post(url.clone()).bearer_auth(&reader);
    assert_eq!(
        send(written.json(&new("x"))).await.problem(),
        "403 read-only-token"
    );
    let nobody = send(bench.client.get(url)).await;
    assert_eq!(nobody.problem(), "401 unauthenticated");
    let lost = call(&bench, Method::GET, "/schools/9999003/account");
    assert_eq!(send(lost).await.problem(), "404 unknown-school");
    // The same username in two schools is two accounts.
    let body = new("n.osei");
    for school in ["9999001", "9999002"] {
        let path = format!("/schools/{school}/sub-accounts");
        let made = send(call(&bench, Method::POST, &path).json(&body)).await;
        assert_eq!(made.status, 201);
    }
}

/// What this portal cannot hold is no seed for it.
#[tokio::test]
async fn seeds_that_the_portal_could_not_hold_are_refused() {
    let seed = state(&bench().await).await;
    let wrongs: [fn(&mut beadle::model::snapshot::Snapshot); 9] = [
        |seed| seed.accounts[0].admin = true,
        |seed| seed.accounts[0].expires = Some(date(2027, 7, 31)),
        |seed| seed.accounts[0].active = false,
        |seed| seed.accounts[0].locked = true,
        |seed| seed.accounts[0].upstream = true,
        |seed| seed.accounts[0].login = "9999001".to_owned(),
        |seed| seed.accounts[0].login = "h marsh".to_owned(),
        |seed| seed.accounts[0].email = Some("h.marsh".to_owned()),
        |seed| seed.areas[0].access_key_required = true,
    ];
    let mut told = String::new();
    for wrong in wrongs {
        let mut seed = seed.clone();
        wrong(&mut seed);
        let portal = beadle::sandbox::PortalOptions {
            name: "hfl".to_owned(),
            driver: "hfl".to_owned(),
            snapshots: vec![seed],
        };
        let refused = super::Bench::with(vec![portal], None).await.err().unwrap();
        told += &format!("{refused}\n");
    }
    let told = told.replace("9999001", "…");
    insta::assert_snapshot!(told, @r"
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001` is an administrator: that is the main account alone
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001` ends by a date: accounts of this portal do not
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001` is inactive: accounts of this portal are there or deleted
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001` is locked: this portal describes no locks
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001` is kept by another system: this portal has no such accounts
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001` is the main account of the school
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001`: `username`: it holds a space
    portal `hfl` cannot be seeded with organisation `…`: account `s-0001`: `email`: an address is written as name@organisation.example
    portal `hfl` cannot be seeded with organisation `…`: area `assessment-toolkit` is for administration or needs an access key: this portal has only products
    ");
}
