//! Products and their whole sets of ticks.

use super::super::{Reply, send};
use super::{Bench, bench, call, delete, get, products_of, state, write};
use reqwest::Method;
use serde_json::{Value, json};

const DMS: &str = "/products/dms-portal/permissions";

async fn save(bench: &Bench, tag: Option<&str>, ids: &Value) -> Reply {
    let mut call = call(bench, Method::PUT, &format!("/schools/9999001{DMS}"));
    if let Some(tag) = tag {
        call = call.header("if-match", tag);
    }
    send(call.json(&json!({ "sub_accounts": ids }))).await
}

/// H13: what was bought, and nothing else.
#[tokio::test]
async fn only_what_was_bought_can_be_given() {
    let bench = bench().await;
    let list = get(&bench, "/products").await.json();
    assert_eq!(
        (&list["school"], &list["total"]),
        (&json!("9999001"), &json!(4))
    );
    assert_eq!(
        list["products"][1],
        json!({"id": "dms-portal", "title": "DMS portal"})
    );
    let path = "/products/maths-plans/permissions";
    assert_eq!(get(&bench, path).await.problem(), "403 not-purchased");
    let body = json!({"sub_accounts": ["s-0001"]});
    let refused = write(&bench, Method::PUT, path, &body).await;
    assert_eq!(refused.problem(), "403 not-purchased");
}

/// H14, H15: one Save writes the whole set of one product, and of no other.
#[tokio::test]
async fn a_save_writes_the_whole_set_of_one_product() {
    let bench = bench().await;
    let before = get(&bench, DMS).await;
    insta::assert_snapshot!(before.text, @r#"{"school":"9999001","product":"dms-portal","total":3,"sub_accounts":["s-0001","s-0002","s-0007"]}"#);
    let saved = save(&bench, None, &json!(["s-0005", "s-0001"])).await;
    assert_eq!(saved.status, 200);
    assert_eq!(saved.json()["sub_accounts"], json!(["s-0001", "s-0005"]));
    assert_eq!(saved.json()["total"], 2);
    assert_eq!(saved.header("etag"), get(&bench, DMS).await.header("etag"));
    assert_eq!(
        products_of(&bench, "s-0001").await,
        ["dms-portal", "school-offer"]
    );
    assert!(products_of(&bench, "s-0002").await.is_empty());
    let none = save(&bench, None, &json!([])).await;
    assert_eq!(none.json()["total"], 0);
}

#[tokio::test]
async fn a_save_over_another_version_is_refused() {
    let bench = bench().await;
    let tag = get(&bench, DMS).await.header("etag").to_owned();
    let first = save(&bench, Some(&tag), &json!(["s-0001"])).await;
    assert_eq!(first.status, 200);
    let second = save(&bench, Some(&tag), &json!(["s-0002"])).await;
    assert_eq!(second.problem(), "412 version-changed");
    assert_eq!(second.header("etag"), first.header("etag"));
    // An account that goes takes its tick with it: that is another version too.
    let tag = first.header("etag").to_owned();
    delete(&bench, "/sub-accounts/s-0001").await;
    let third = save(&bench, Some(&tag), &json!(["s-0001"])).await;
    assert_eq!(third.problem(), "412 version-changed");
    // What changes nothing about the ticks makes no other version of them.
    let tag = get(&bench, DMS).await.header("etag").to_owned();
    let renamed = json!({"name": "Oscar Hall"});
    write(&bench, Method::PATCH, "/sub-accounts/s-0002", &renamed).await;
    let fourth = save(&bench, Some(&tag), &json!(["s-0002"])).await;
    assert_eq!(fourth.status, 200);
}

#[tokio::test]
async fn a_set_that_cannot_be_is_refused_whole() {
    let bench = bench().await;
    let before = state(&bench).await;
    for (ids, wanted) in [
        (json!(["s-0005", "s-9999"]), "422 unknown-sub-account"),
        (json!(["s-0005", "9999001"]), "422 unknown-sub-account"),
        (json!(["s-0005", "s-0005"]), "422 invalid-body"),
        (json!(["s-0005", 7]), "422 invalid-body"),
        (json!("s-0005"), "422 invalid-body"),
        (Value::Null, "422 invalid-body"),
    ] {
        assert_eq!(save(&bench, None, &ids).await.problem(), wanted, "{ids}");
    }
    let body = json!({"sub_accounts": [], "users": []});
    let more = write(&bench, Method::PUT, DMS, &body).await;
    assert_eq!(more.problem(), "422 unknown-field");
    assert_eq!(state(&bench).await, before);
}
