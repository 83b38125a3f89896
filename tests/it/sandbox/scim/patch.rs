//! PATCH of users: every form of path, and what none of them may do.

use super::{Directory, ENTERPRISE, refused};
use serde_json::{Value, json};

#[tokio::test]
async fn attributes_and_their_parts_are_added_replaced_and_removed() {
    let directory = Directory::new().await;
    let operations = json!([
        {"op": "add", "path": "nickName", "value": "Pet"},
        {"op": "replace", "path": "name.familyName", "value": "Varga-Lind"},
        {"op": "add", "path": "name", "value": {"givenName": "Petra"}},
        {"op": "remove", "path": "NAME.formatted"},
        {"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "Finance"},
        {"op": "add", "path": ENTERPRISE, "value": {"division": "Services"}},
        {"op": "replace", "value": {"displayName": "Petra V", "title": "Officer", ENTERPRISE: {"costCenter": "7"}}},
        {"op": "remove", "path": "title"},
    ]);
    let user = directory.patch("/Users/u-0103", operations).await.json();
    assert_eq!(user["nickName"], "Pet");
    assert_eq!(
        user["name"],
        json!({"familyName": "Varga-Lind", "givenName": "Petra"})
    );
    let place = json!({"department": "Finance", "division": "Services", "costCenter": "7"});
    assert_eq!(user[ENTERPRISE], place);
    assert_eq!(user["displayName"], "Petra V");
    assert_eq!(user["title"], Value::Null);
    assert_eq!(directory.get("/Users/u-0103").await.json(), user);
    assert_eq!(directory.account("u-0103").await.unwrap().name, "Petra V");
    let gone =
        json!([{"op": "remove", "path": ENTERPRISE}, {"op": "remove", "path": "displayName"}]);
    let user = directory.patch("/Users/u-0103", gone).await.json();
    assert_eq!(user[ENTERPRISE], Value::Null);
    assert_eq!(user["schemas"].as_array().unwrap().len(), 1);
    assert_eq!(
        directory.account("u-0103").await.unwrap().name,
        "Petra Varga-Lind"
    );
}

#[tokio::test]
async fn a_user_is_deactivated_and_comes_back() {
    let directory = Directory::new().await;
    let set = |active: bool| json!([{"op": "replace", "path": "active", "value": active}]);
    let off = directory.patch("/Users/u-0103", set(false)).await;
    assert_eq!(
        (off.status.as_u16(), &off.json()["active"]),
        (200, &json!(false))
    );
    assert!(!directory.account("u-0103").await.unwrap().active);
    assert_eq!(directory.account("u-0103").await.unwrap().areas.len(), 2);
    directory.patch("/Users/u-0103", set(true)).await;
    assert!(directory.account("u-0103").await.unwrap().active);
    let text = json!([{"op": "replace", "path": "active", "value": "False"}]);
    assert_eq!(
        refused(&directory.patch("/Users/u-0103", text).await),
        "400 invalidValue"
    );
}

#[tokio::test]
async fn one_of_several_values_is_meant_by_its_filter() {
    let directory = Directory::new().await;
    let addresses = |user: &Value| {
        let list = user["emails"].as_array().unwrap().iter();
        list.map(|email| {
            let primary = if email["primary"] == true { "*" } else { "" };
            format!("{}{primary}", email["value"].as_str().unwrap_or("-"))
        })
        .collect::<Vec<_>>()
        .join(" ")
    };
    let patch = async |operations: Value| {
        let reply = directory.patch("/Users/u-0103", operations).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        addresses(&reply.json())
    };
    let home = json!({"value": "p@home.example", "type": "home", "primary": true});
    let both = patch(json!([{"op": "add", "path": "emails", "value": [home]}])).await;
    assert_eq!(both, "p.varga@westmoor.example p@home.example*");
    let twice = patch(json!([{"op": "add", "path": "emails", "value": home}])).await;
    assert_eq!(twice, both);
    let changed = json!([
        {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "petra@westmoor.example"},
        {"op": "replace", "path": "emails[type eq \"work\"].primary", "value": true},
    ]);
    assert_eq!(
        patch(changed).await,
        "petra@westmoor.example* p@home.example"
    );
    let account = directory.account("u-0103").await.unwrap();
    assert_eq!(account.email.as_deref(), Some("petra@westmoor.example"));
    let whole = json!([{"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "new@home.example"}}]);
    assert_eq!(
        patch(whole).await,
        "petra@westmoor.example* new@home.example"
    );
    let gone = json!([{"op": "remove", "path": "emails[not (primary eq true)]"}]);
    assert_eq!(patch(gone).await, "petra@westmoor.example*");
    // Nothing is meant: nothing is removed, but nothing can be replaced.
    let nobody = json!([{"op": "remove", "path": "emails[type eq \"other\"]"}]);
    assert_eq!(patch(nobody).await, "petra@westmoor.example*");
    let nobody = json!([{"op": "replace", "path": "emails[type eq \"other\"].value", "value": "a@b.example"}]);
    assert_eq!(
        refused(&directory.patch("/Users/u-0103", nobody).await),
        "400 noTarget"
    );
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_and_nothing_of_it_happens() {
    let directory = Directory::new().await;
    let before = directory.get("/Users/u-0103").await.json();
    let good = json!({"op": "replace", "path": "active", "value": false});
    for (bad, wanted) in [
        (json!({"op": "remove"}), "400 noTarget"),
        (
            json!({"op": "remove", "path": "userName"}),
            "400 mutability",
        ),
        (
            json!({"op": "replace", "path": "userName", "value": " "}),
            "400 invalidValue",
        ),
        (
            json!({"op": "replace", "path": "id", "value": "x"}),
            "400 mutability",
        ),
        (
            json!({"op": "add", "path": "groups", "value": [{"value": "g-admins"}]}),
            "400 mutability",
        ),
        (
            json!({"op": "add", "value": {"groups": []}}),
            "400 mutability",
        ),
        (
            json!({"op": "remove", "path": "meta.created"}),
            "400 mutability",
        ),
        (
            json!({"op": "add", "path": "nothing", "value": 1}),
            "400 invalidPath",
        ),
        (
            json!({"op": "add", "path": "name.nothing", "value": 1}),
            "400 invalidPath",
        ),
        (
            json!({"op": "add", "path": "displayName[value eq \"x\"]", "value": 1}),
            "400 invalidPath",
        ),
        (
            json!({"op": "remove", "path": "emails[type eq]"}),
            "400 invalidFilter",
        ),
        (
            json!({"op": "remove", "path": "emails[colour eq \"red\"]"}),
            "400 invalidFilter",
        ),
        (json!({"op": "remove", "path": ""}), "400 invalidPath"),
        (
            json!({"op": "add", "path": "displayName"}),
            "400 invalidValue",
        ),
        (
            json!({"op": "Replace", "path": "displayName", "value": "x"}),
            "400 invalidSyntax",
        ),
        (
            json!({"op": "move", "path": "displayName"}),
            "400 invalidSyntax",
        ),
        (json!({"op": "add", "value": "x"}), "400 invalidValue"),
        (
            json!({"op": "add", "path": 7, "value": "x"}),
            "400 invalidSyntax",
        ),
        (
            json!({"op": "add", "pth": "title", "value": {}}),
            "400 invalidSyntax",
        ),
        (json!("add"), "400 invalidSyntax"),
    ] {
        let reply = directory.patch("/Users/u-0103", json!([good, bad])).await;
        assert_eq!(refused(&reply), wanted, "{bad}");
    }
    assert_eq!(
        refused(&directory.patch("/Users/u-0103", json!([])).await),
        "400 invalidSyntax"
    );
    let bare = directory
        .send(
            reqwest::Method::PATCH,
            "/Users/u-0103",
            &json!({"Operations": [good]}),
        )
        .await;
    assert_eq!(refused(&bare), "400 invalidSyntax");
    assert_eq!(directory.get("/Users/u-0103").await.json(), before);
}
