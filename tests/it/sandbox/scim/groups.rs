//! Groups: areas and the admin set, and every way in which members come and go.

use super::{Directory, GROUP, ids, refused};
use serde_json::{Value, json};

fn members(group: &Value) -> String {
    let list = group["members"].as_array().into_iter().flatten();
    let ids: Vec<&str> = list.map(|one| one["value"].as_str().unwrap()).collect();
    ids.join(" ")
}

#[tokio::test]
async fn a_group_is_an_area_of_the_state() {
    let directory = Directory::new().await;
    let body = json!({
        "schemas": [GROUP], "displayName": "Examinations", "externalId": "exams",
        "members": [{"value": "u-0104"}, {"value": "u-0103", "display": "Petra"}, {"value": "u-0104"}],
    });
    let made = directory.post("/Groups", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let group = made.json();
    let id = group["id"].as_str().unwrap();
    assert_eq!(
        made.header("location"),
        directory.url(&format!("/Groups/{id}"))
    );
    assert_eq!(group["externalId"], "exams");
    assert_eq!(
        group["members"][0],
        json!({"value": "u-0103", "$ref": directory.url("/Users/u-0103"), "type": "User"})
    );
    assert_eq!(members(&group), "u-0103 u-0104");
    let state = directory.state().await;
    let area = state.areas.iter().find(|area| area.code == id).unwrap();
    assert_eq!(area.title, "Examinations");
    let account = directory.account("u-0104").await.unwrap();
    assert_eq!(account.areas, ["g-0001", "g-finance"]);
    let user = directory.get("/Users/u-0104").await.json();
    assert_eq!(user["groups"][0]["display"], "Examinations");
    assert_eq!(
        user["groups"][0]["$ref"],
        directory.url(&format!("/Groups/{id}"))
    );

    let renamed = json!([{"op": "replace", "path": "displayName", "value": "Exams"}]);
    directory.patch(&format!("/Groups/{id}"), renamed).await;
    let state = directory.state().await;
    assert!(state.areas.iter().any(|area| area.title == "Exams"));
    assert_eq!(directory.delete(&format!("/Groups/{id}")).await.status, 204);
    assert_eq!(
        refused(&directory.get(&format!("/Groups/{id}")).await),
        "404 -"
    );
    assert_eq!(
        directory.account("u-0104").await.unwrap().areas,
        ["g-finance"]
    );
    let live = directory.state().await.into_live();
    assert!(live.is_ok(), "{live:?}");
}

#[tokio::test]
async fn members_come_and_go_in_every_form() {
    let directory = Directory::new().await;
    let patch = async |operations: Value| {
        let reply = directory.patch("/Groups/g-finance", operations).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let shown = members(&reply.json());
        let read = directory.get("/Groups/g-finance").await.json();
        assert_eq!(members(&read), shown);
        shown
    };
    let add = |ids: &[&str]| {
        let list: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
        json!([{"op": "add", "path": "members", "value": list}])
    };
    assert_eq!(
        patch(add(&["u-0105", "u-0103"])).await,
        "u-0103 u-0104 u-0105 u-0109"
    );
    let by_path = json!([{"op": "remove", "path": "members[value eq \"u-0103\"]"}]);
    assert_eq!(patch(by_path.clone()).await, "u-0104 u-0105 u-0109");
    // Again: nobody is meant, and nobody goes.
    assert_eq!(patch(by_path).await, "u-0104 u-0105 u-0109");
    let by_list = json!([{"op": "remove", "path": "members", "value": [{"value": "u-0104"}]}]);
    assert_eq!(patch(by_list).await, "u-0105 u-0109");
    let several =
        json!([{"op": "remove", "path": "members[value eq \"u-0105\" or value sw \"x\"]"}]);
    assert_eq!(patch(several).await, "u-0109");
    let no_path = json!([{"op": "add", "value": {"members": [{"value": "u-0101"}]}}]);
    assert_eq!(patch(no_path).await, "u-0101 u-0109");
    let one = json!([{"op": "add", "path": "members", "value": {"value": "u-0102"}}]);
    assert_eq!(patch(one).await, "u-0101 u-0102 u-0109");
    let whole = json!([{"op": "replace", "path": "members", "value": [{"value": "u-0108"}]}]);
    assert_eq!(patch(whole).await, "u-0108");
    assert_eq!(
        directory.account("u-0109").await.unwrap().areas,
        Vec::<String>::new()
    );
    let by_reference = directory.url("/Users/u-0108");
    let by_reference =
        json!([{"op": "remove", "path": format!("members[$ref eq \"{by_reference}\"]")}]);
    assert_eq!(patch(by_reference).await, "");
    patch(add(&["u-0101", "u-0102"])).await;
    assert_eq!(
        patch(json!([{"op": "remove", "path": "members"}])).await,
        ""
    );
    patch(add(&["u-0101", "u-0102"])).await;
    assert_eq!(
        patch(json!([{"op": "replace", "path": "members", "value": []}])).await,
        ""
    );

    let kept =
        json!({"schemas": [GROUP], "displayName": "Finance", "members": [{"value": "u-0101"}]});
    let put = directory.put("/Groups/g-finance", &kept).await.json();
    assert_eq!(members(&put), "u-0101");
    let emptied = json!({"schemas": [GROUP], "displayName": "Finance"});
    let put = directory.put("/Groups/g-finance", &emptied).await.json();
    assert_eq!(put["members"], Value::Null);
    assert_eq!(put["displayName"], "Finance");
}

#[tokio::test]
async fn what_cannot_be_done_to_members_is_refused() {
    let directory = Directory::new().await;
    let before = directory.get("/Groups/g-finance").await.json();
    for (bad, wanted) in [
        (
            json!({"op": "replace", "path": "members.value", "value": "x"}),
            "400 mutability",
        ),
        (
            json!({"op": "replace", "path": "members[value eq \"u-0103\"].value", "value": "x"}),
            "400 mutability",
        ),
        (
            json!({"op": "replace", "path": "members[value eq \"u-0103\"]", "value": {"value": "x"}}),
            "400 mutability",
        ),
        (
            json!({"op": "add", "path": "members", "value": ["u-0101"]}),
            "400 invalidValue",
        ),
        (
            json!({"op": "add", "path": "members", "value": [{"display": "x"}]}),
            "400 invalidValue",
        ),
        (
            json!({"op": "remove", "path": "displayName"}),
            "400 mutability",
        ),
        (
            json!({"op": "replace", "path": "displayName", "value": ""}),
            "400 invalidValue",
        ),
    ] {
        let reply = directory.patch("/Groups/g-finance", json!([bad])).await;
        assert_eq!(refused(&reply), wanted, "{bad}");
    }
    assert_eq!(directory.get("/Groups/g-finance").await.json(), before);
    let nameless = json!({"schemas": [GROUP], "members": []});
    assert_eq!(
        refused(&directory.post("/Groups", &nameless).await),
        "400 invalidValue"
    );
}

#[tokio::test]
async fn the_administrators_group_is_the_admin_set() {
    let directory = Directory::new().await;
    let operations = json!([
        {"op": "add", "path": "members", "value": [{"value": "u-0103"}]},
        {"op": "remove", "path": "members[value eq \"u-0102\"]"},
    ]);
    let group = directory.patch("/Groups/g-admins", operations).await.json();
    assert_eq!(members(&group), "u-0101 u-0103");
    let state = directory.state().await;
    let admins = state.accounts.iter().filter(|account| account.admin);
    let admins: Vec<&str> = admins.map(|account| account.id.as_str()).collect();
    assert_eq!(admins, ["u-0101", "u-0103"]);
    let user = directory.get("/Users/u-0103").await.json();
    assert_eq!(user["groups"][0]["value"], "g-admins");
    assert_eq!(
        refused(&directory.delete("/Groups/g-admins").await),
        "403 -"
    );
}

#[tokio::test]
async fn an_id_that_is_no_users_is_kept_and_opens_nothing() {
    let directory = Directory::new().await;
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "nobody"}, {"value": "u-0101"}]}]);
    let group = directory.patch("/Groups/g-finance", add).await.json();
    assert_eq!(members(&group), "u-0101 u-0103 u-0104 u-0109 nobody");
    let state = directory.state().await;
    assert!(!serde_json::to_string(&state).unwrap().contains("nobody"));
    let remove = json!([{"op": "remove", "path": "members[value eq \"nobody\"]"}]);
    let group = directory.patch("/Groups/g-finance", remove).await.json();
    assert_eq!(members(&group), "u-0101 u-0103 u-0104 u-0109");
}

#[tokio::test]
async fn a_group_has_a_version_that_its_members_change() {
    let directory = Directory::new().await;
    let tag = directory
        .get("/Groups/g-finance")
        .await
        .header("etag")
        .to_owned();
    let path = "members[value eq \"u-0103\"]";
    let body =
        json!({"schemas": [super::PATCH_OP], "Operations": [{"op": "remove", "path": path}]});
    let patch = async |tag: &str| {
        let call = directory.call(reqwest::Method::PATCH, "/Groups/g-finance");
        crate::sandbox::send(call.header("if-match", tag).json(&body)).await
    };
    assert_eq!(patch(&tag).await.status, 200);
    assert_eq!(refused(&patch(&tag).await), "412 -");
    let list = directory
        .list("/Groups", &[("filter", "members.value eq \"u-0103\"")])
        .await;
    assert_eq!(ids(&list.json()), "g-library");
}
