//! OfS: users, their fields and their refusals.

use super::{Bench, provider, send};
use reqwest::Method;
use serde_json::json;

const USERS: &str = "/providers/10000001/users";

#[tokio::test]
async fn a_user_is_created_shown_edited_and_unlocked() {
    let bench = Bench::new().await;
    let body =
        json!({"email": "S.Mbeki@Eastmere.Example", "name": "Sana Mbeki", "expires": "2027-07-31"});
    let created = bench.post(USERS, &body).await;
    assert_eq!(created.status, 201);
    insta::assert_snapshot!(created.text, @r#"{"provider":"10000001","user":{"id":"u-0007","email":"S.Mbeki@Eastmere.Example","name":"Sana Mbeki","expires":"2027-07-31","locked":false,"areas":[],"last_sign_in":null}}"#);
    assert_eq!(
        created.header("location"),
        "/portals/ofs/providers/10000001/users/u-0007"
    );
    let shown = bench.get(&format!("{USERS}/u-0007")).await;
    assert_eq!(shown.json(), created.json());
    assert_eq!(shown.header("etag"), created.header("etag"));

    let edited = bench
        .patch(
            &format!("{USERS}/u-0007"),
            &json!({"name": "Sana Jones", "email": "s.jones@eastmere.example", "expires": null}),
        )
        .await;
    assert_eq!(edited.status, 200);
    let user = &edited.json()["user"];
    assert_eq!(user["name"], "Sana Jones");
    assert_eq!(user["email"], "s.jones@eastmere.example");
    assert!(user["expires"].is_null());
    assert_ne!(edited.header("etag"), created.header("etag"));

    assert_eq!(
        bench.get(&format!("{USERS}/u-0004")).await.json()["user"]["locked"],
        true
    );
    let unlocked = bench
        .patch(&format!("{USERS}/u-0004"), &json!({"locked": false}))
        .await;
    assert_eq!(unlocked.json()["user"]["locked"], false);
}

#[tokio::test]
async fn wrong_fields_are_refused_by_name_and_change_nothing() {
    let bench = Bench::new().await;
    let before = bench.state("10000001").await;
    let good = json!({"email": "x@eastmere.example", "name": "X"});
    for (field, value, code) in [
        ("email", json!("x"), "invalid-email"),
        ("email", json!(5), "invalid-email"),
        ("name", json!(" "), "invalid-name"),
        ("name", json!(null), "invalid-name"),
        ("expires", json!("31/07/2027"), "invalid-date"),
        ("expires", json!(20270731), "invalid-date"),
        ("surname", json!("X"), "unknown-field"),
        ("email", json!("R.OKAFOR@eastmere.example"), "email-taken"),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let status = if code == "email-taken" { 409 } else { 422 };
        let created = bench.post(USERS, &body).await;
        assert_eq!(created.problem(), format!("{status} {code}"), "{body}");
        let edited = bench
            .patch(&format!("{USERS}/u-0003"), &json!({ field: value }))
            .await;
        assert_eq!(edited.problem(), format!("{status} {code}"), "{body}");
    }
    let missing = bench.post(USERS, &json!({"name": "X"})).await;
    assert_eq!(missing.problem(), "422 invalid-email");
    let list = bench.post(USERS, &json!([good])).await;
    assert_eq!(list.problem(), "422 invalid-body");
    let locking = bench
        .patch(&format!("{USERS}/u-0003"), &json!({"locked": true}))
        .await;
    assert_eq!(locking.problem(), "422 only-unlocking");
    assert_eq!(bench.state("10000001").await, before);
}

#[tokio::test]
async fn an_address_may_change_its_case_and_nobody_elses() {
    let bench = Bench::new().await;
    let own = json!({"email": "M.Farouk@eastmere.example"});
    let edited = bench.patch(&format!("{USERS}/u-0003"), &own).await;
    assert_eq!(edited.json()["user"]["email"], "M.Farouk@eastmere.example");
    let other = bench.patch(&format!("{USERS}/u-0004"), &own).await;
    assert_eq!(other.problem(), "409 email-taken");
}

#[tokio::test]
async fn an_edit_of_an_older_version_is_refused() {
    let bench = Bench::new().await;
    let path = format!("{USERS}/u-0003");
    let tag = bench.get(&path).await.header("etag").to_owned();
    let edit = |tag: &str, name: &str| {
        let call = bench.call(Method::PATCH, &path).header("if-match", tag);
        send(call.json(&json!({ "name": name })))
    };
    let first = edit(&tag, "Mona A").await;
    assert_eq!(first.status, 200);
    let second = edit(&tag, "Mona B").await;
    assert_eq!(second.problem(), "412 version-changed");
    assert_eq!(second.header("etag"), first.header("etag"));
    assert_eq!(bench.get(&path).await.json()["user"]["name"], "Mona A");
    assert_eq!(edit("*", "Mona C").await.status, 200);

    // Grants are part of what was read: they make a new version too.
    let tag = bench.get(&path).await.header("etag").to_owned();
    bench.put(&format!("{path}/areas/hesa-student")).await;
    assert_eq!(edit(&tag, "Mona D").await.problem(), "412 version-changed");
    // What changes nothing makes none.
    let tag = bench.get(&path).await.header("etag").to_owned();
    bench.put(&format!("{path}/areas/hesa-student")).await;
    bench.patch(&path, &json!({"name": "Mona C"})).await;
    assert_eq!(bench.get(&path).await.header("etag"), tag);
}

#[tokio::test]
async fn accounts_are_never_deleted() {
    let bench = Bench::new().await;
    let before = bench.state("10000001").await;
    let refused = bench.delete(&format!("{USERS}/u-0003")).await;
    assert_eq!(refused.problem(), "405 accounts-are-never-deleted");
    assert_eq!(refused.header("allow"), "GET, PATCH");
    assert_eq!(bench.state("10000001").await, before);
}

#[tokio::test]
async fn lists_come_in_pages_that_say_how_many_there_are_in_all() {
    let bench = Bench::seeded(vec![provider("10009999", 25)]).await;
    let mut ids = Vec::new();
    for page in 1..=4 {
        let path = format!("/providers/10009999/users?page={page}&per_page=10");
        let answer = bench.get(&path).await.json();
        assert_eq!(answer["provider"], "10009999");
        assert_eq!(answer["page"], page);
        assert_eq!(answer["per_page"], 10);
        assert_eq!(answer["total"], 25);
        let users = answer["users"].as_array().unwrap().clone();
        ids.extend(
            users
                .iter()
                .map(|user| user["id"].as_str().unwrap().to_owned()),
        );
    }
    let wanted: Vec<String> = (0..25).map(|number| format!("a-{number:03}")).collect();
    assert_eq!(ids, wanted);
    let usual = bench.get("/providers/10009999/users").await.json();
    assert_eq!(usual["per_page"], 50);
    for wrong in [
        "page=0",
        "page=x",
        "page=-1",
        "per_page=201",
        "per_page=0",
        "page=99999999999",
    ] {
        let path = format!("/providers/10009999/users?{wrong}");
        assert_eq!(bench.get(&path).await.problem(), "422 invalid-paging");
    }
}

#[tokio::test]
async fn a_search_looks_in_names_and_addresses_whatever_the_case() {
    let bench = Bench::new().await;
    let found = |search: &'static str| {
        let call = bench.call(Method::GET, &format!("{USERS}?search={search}"));
        async move {
            let answer = send(call).await.json();
            let users = answer["users"].as_array().unwrap();
            assert_eq!(answer["total"], users.len());
            let ids = users.iter().map(|user| user["id"].as_str().unwrap());
            ids.map(str::to_owned).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("MONA").await, ["u-0003"]);
    assert_eq!(found("m.far").await, ["u-0003"]);
    assert_eq!(found("eastmere").await.len(), 6);
    assert_eq!(found("%25").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let bench = Bench::new().await;
    let user = bench.get(&format!("{USERS}/u-9999")).await;
    assert_eq!(user.problem(), "404 unknown-user");
    let provider = bench.get("/providers/10000002/users").await;
    assert_eq!(provider.problem(), "404 unknown-provider");
    let address = bench.get("/providers").await;
    assert_eq!(address.problem(), "404 not-found");
    let method = bench.put(USERS).await;
    assert_eq!(method.problem(), "405 method-not-allowed");
    assert_eq!(method.header("allow"), "GET, POST");
}
