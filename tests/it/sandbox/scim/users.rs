//! Users: made, read, replaced, deleted; login ids, versions, attributes asked for.

use super::{Directory, ENTERPRISE, USER, new_user, refused};
use crate::sandbox::send;
use reqwest::Method;
use serde_json::{Value, json};

fn quist() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "T.Quist@westmoor.example",
        "externalId": "staff-2041",
        "name": {"givenName": "Tova", "familyName": "Quist"},
        "emails": [
            {"value": "tova@home.example", "type": "home"},
            {"value": "t.quist@westmoor.example", "type": "work", "primary": true},
        ],
        ENTERPRISE: {"department": "Registry"},
    })
}

#[tokio::test]
async fn a_user_is_made_read_back_and_in_the_state() {
    let directory = Directory::new().await;
    let made = directory.post("/Users", &quist()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("content-type"), "application/scim+json");
    let user = made.json();
    let id = user["id"].as_str().unwrap();
    assert_eq!(made.header("location"), user["meta"]["location"]);
    assert_eq!(
        user["meta"]["location"],
        directory.url(&format!("/Users/{id}"))
    );
    assert_eq!(made.header("etag"), user["meta"]["version"]);
    assert_eq!(user["meta"]["resourceType"], "User");
    assert_eq!(user["meta"]["created"], "2026-10-01T00:00:00Z");
    assert_eq!(user["meta"]["lastModified"], "2026-10-01T00:00:00Z");
    assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
    assert_eq!(user["active"], true);
    for name in ["userName", "externalId", "name", "emails", ENTERPRISE] {
        assert_eq!(user[name], quist()[name], "{name}");
    }
    let read = directory.get(&format!("/Users/{id}")).await;
    assert_eq!(read.json(), user);
    let account = directory.account(id).await.unwrap();
    assert_eq!(account.login, "T.Quist@westmoor.example");
    assert_eq!(account.name, "Tova Quist");
    assert_eq!(account.email.as_deref(), Some("t.quist@westmoor.example"));
    assert!(account.active);
}

#[tokio::test]
async fn a_login_id_belongs_to_one_user_whatever_its_case() {
    let directory = Directory::new().await;
    let taken = directory
        .post("/Users", &new_user("P.VARGA@westmoor.example"))
        .await;
    assert_eq!(refused(&taken), "409 uniqueness");
    let unicode = directory
        .post("/Users", &new_user("N.SØRENSEN@westmoor.example"))
        .await;
    assert_eq!(refused(&unicode), "409 uniqueness");
    let renamed = json!([{"op": "replace", "path": "userName", "value": "h.ITO@westmoor.example"}]);
    let reply = directory.patch("/Users/u-0103", renamed.clone()).await;
    assert_eq!(refused(&reply), "409 uniqueness");
    let put = directory
        .put("/Users/u-0103", &new_user("h.ITO@westmoor.example"))
        .await;
    assert_eq!(refused(&put), "409 uniqueness");
    // One's own in another case is one's own.
    assert_eq!(directory.patch("/Users/u-0104", renamed).await.status, 200);
    let account = directory.account("u-0104").await.unwrap();
    assert_eq!(account.login, "h.ITO@westmoor.example");
    for nameless in [json!({"schemas": [USER]}), new_user(""), new_user("  ")] {
        let reply = directory.post("/Users", &nameless).await;
        assert_eq!(refused(&reply), "400 invalidValue");
    }
}

#[tokio::test]
async fn a_replacement_clears_what_it_leaves_out_and_brings_nobody_back() {
    let directory = Directory::new().await;
    let body = json!({
        "schemas": [USER], "id": "other", "userName": "w.doyle@westmoor.example",
        "displayName": "Winnie Doyle", "groups": [{"value": "g-admins"}], "meta": {"version": "x"},
    });
    let reply = directory.put("/Users/u-0106", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let user = reply.json();
    assert_eq!(user["id"], "u-0106");
    assert_eq!(user["displayName"], "Winnie Doyle");
    assert_eq!(user["active"], false);
    assert_eq!(user["emails"], Value::Null);
    assert_eq!(user["groups"][0]["value"], "g-timetable");
    assert_eq!(user["meta"]["created"], Value::Null);
    assert_eq!(user["meta"]["lastModified"], "2026-10-01T00:00:00Z");
    let account = directory.account("u-0106").await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.email),
        ("Winnie Doyle", None)
    );
    assert!(!account.active && !account.admin);
}

#[tokio::test]
async fn a_deleted_user_is_gone_with_its_memberships_and_may_come_again() {
    let directory = Directory::new().await;
    let gone = directory.delete("/Users/u-0103").await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    for again in [
        directory.get("/Users/u-0103").await,
        directory.delete("/Users/u-0103").await,
    ] {
        assert_eq!(refused(&again), "404 -");
    }
    let group = directory.get("/Groups/g-finance").await.json();
    assert!(!group.to_string().contains("u-0103"), "{group}");
    assert_eq!(directory.account("u-0103").await, None);
    let again = directory
        .post("/Users", &new_user("p.varga@westmoor.example"))
        .await;
    assert_eq!(again.status, 201);
    assert_ne!(again.json()["id"], "u-0103");
}

#[tokio::test]
async fn a_write_over_another_version_is_refused() {
    let directory = Directory::new().await;
    let before = directory.get("/Users/u-0103").await;
    let tag = before.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let off = json!([{"op": "replace", "path": "active", "value": false}]);
    let body = json!({"schemas": [super::PATCH_OP], "Operations": off});
    let patch = |tag: &str| {
        let call = directory.call(Method::PATCH, "/Users/u-0103");
        send(call.header("if-match", tag).json(&body))
    };
    assert_eq!(patch(&tag).await.status, 200);
    let stale = patch(&tag).await;
    assert_eq!(refused(&stale), "412 -");
    let now = stale.header("etag").to_owned();
    assert_ne!(now, tag);
    let delete = directory.call(Method::DELETE, "/Users/u-0103");
    assert_eq!(
        refused(&send(delete.header("if-match", &tag)).await),
        "412 -"
    );
    let put = directory
        .call(Method::PUT, "/Users/u-0103")
        .header("if-match", &tag);
    let put = send(put.json(&new_user("p.varga@westmoor.example"))).await;
    assert_eq!(refused(&put), "412 -");
    for known in [
        "*",
        now.as_str(),
        &format!("\"x\", {now}"),
        now.trim_start_matches("W/"),
    ] {
        assert_eq!(patch(known).await.status, 200, "{known}");
    }
    // Unchanged, it is not sent again; a membership is not a change of the user's own.
    let joined = json!([{"op": "add", "path": "members", "value": [{"value": "u-0103"}]}]);
    directory.patch("/Groups/g-timetable", joined).await;
    let get = directory.call(Method::GET, "/Users/u-0103");
    let same = send(get.header("if-none-match", &now)).await;
    assert_eq!((same.status.as_u16(), same.text.as_str()), (304, ""));
    let get = directory.call(Method::GET, "/Users/u-0103");
    assert_eq!(send(get.header("if-none-match", &tag)).await.status, 200);
}

#[tokio::test]
async fn the_attributes_asked_for_are_those_sent() {
    let directory = Directory::new().await;
    directory.post("/Users", &quist()).await;
    let names = |value: &Value| {
        let names = value.as_object().unwrap().keys();
        names.cloned().collect::<Vec<_>>().join(" ")
    };
    let urn = format!("{ENTERPRISE}:department,USERNAME,emails.value,name.givenName,nothing");
    let reply = directory
        .list("/Users/u-0001", &[("attributes", &urn)])
        .await
        .json();
    assert_eq!(
        names(&reply),
        format!("schemas id {ENTERPRISE} userName emails name")
    );
    assert_eq!(
        reply["emails"],
        json!([{"value": "tova@home.example"}, {"value": "t.quist@westmoor.example"}])
    );
    assert_eq!(reply["name"], json!({"givenName": "Tova"}));
    let parts = [("attributes", "name.givenName,name.familyName")];
    let reply = directory.list("/Users/u-0001", &parts).await.json();
    assert_eq!(reply["name"], quist()["name"]);
    let without = [(
        "excludedAttributes",
        "id,meta,emails,groups,name.givenName,active",
    )];
    let reply = directory.list("/Users/u-0001", &without).await.json();
    assert_eq!(
        names(&reply),
        format!("schemas id userName externalId name {ENTERPRISE}")
    );
    assert_eq!(reply["name"], json!({"familyName": "Quist"}));
    let page = directory
        .list("/Users", &[("attributes", "active"), ("count", "1")])
        .await;
    assert_eq!(names(&page.json()["Resources"][0]), "schemas id active");
    let both = [("attributes", "active"), ("excludedAttributes", "active")];
    assert_eq!(
        refused(&directory.list("/Users", &both).await),
        "400 invalidSyntax"
    );
}

#[tokio::test]
async fn what_a_user_cannot_be_is_refused() {
    let directory = Directory::new().await;
    let with = |name: &str, value: Value| {
        let mut user = new_user("x@westmoor.example");
        user[name] = value;
        user
    };
    for (body, wanted) in [
        (json!({"userName": "x"}), "400 invalidSyntax"),
        (
            json!({"schemas": ["urn:x"], "userName": "x"}),
            "400 invalidSyntax",
        ),
        (
            with("phoneNumbers", json!([{"value": "1"}])),
            "400 invalidSyntax",
        ),
        (with("USERNAME", json!("twice")), "400 invalidSyntax"),
        (with("active", json!("true")), "400 invalidValue"),
        (with("displayName", json!(1)), "400 invalidValue"),
        (
            with("displayName", json!("a\u{1b}[31m")),
            "400 invalidValue",
        ),
        (
            with("displayName", json!("x".repeat(1001))),
            "400 invalidValue",
        ),
        (with("name", json!("Tova")), "400 invalidValue"),
        (with("name", json!({"first": "Tova"})), "400 invalidSyntax"),
        (
            with("emails", json!({"value": "a@b.example"})),
            "400 invalidValue",
        ),
        (
            with("emails", json!([{"value": "nowhere"}])),
            "400 invalidValue",
        ),
        (
            with(
                "emails",
                json!([{"value": "a@b.example", "primary": true}, {"value": "c@d.example", "primary": true}]),
            ),
            "400 invalidValue",
        ),
        (json!([]), "400 invalidSyntax"),
    ] {
        let reply = directory.post("/Users", &body).await;
        assert_eq!(refused(&reply), wanted, "{body}");
    }
    // Null and empty are as if they were not there; what the directory writes is passed over.
    let mut odd = with("displayName", json!(null));
    odd["emails"] = json!([]);
    odd["meta"] = json!({"created": 1});
    let made = directory.post("/Users", &odd).await.json();
    assert_eq!(
        (&made["displayName"], &made["emails"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(directory.state().await.accounts.len(), 10);
}
