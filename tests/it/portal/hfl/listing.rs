//! Reading HFL: complete or not at all, in the fewest calls.

use beadle::model::live::Live;
use beadle::portal::PortalError;
use serde_json::{Value, json};

use super::super::server::{Reply, Seen, Server};
use super::{ALL, DMS, PRODUCTS, answers, portal, school, serve};

async fn list(server: &Server) -> Result<Live, PortalError> {
    portal(server).list(&school()).await
}

/// H5, H13, H14: two calls and one for each product.
#[tokio::test]
async fn a_listing_joins_accounts_and_products_in_the_fewest_calls() {
    let server = serve(answers()).await;
    let live = list(&server).await.unwrap();
    insta::assert_snapshot!(server.calls().join("\n"), @r"
    GET /schools/9999001/products
    GET /schools/9999001/products/cards/permissions
    GET /schools/9999001/products/dms/permissions
    GET /schools/9999001/sub-accounts
    ");
    let shown: Vec<String> = live
        .accounts()
        .values()
        .map(|it| format!("{} {} {:?} {:?}", it.id, it.login, it.email, it.areas))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    s-1 p1@oakfield.example None {"dms"}
    s-2 p2@oakfield.example None {"cards", "dms"}
    s-3 p3@oakfield.example None {}
    "#);
    assert_eq!(live.catalogue().len(), 2);
    assert_eq!(live.evidence().accounts_total, 3);
}

/// What is wrong with an answer.
type Change = fn(&mut Value);

/// What becomes of a listing in which one answer is another.
async fn refusal(path: &'static str, change: Change) -> String {
    let mut answers = answers();
    change(answers.get_mut(path).unwrap());
    let server = serve(answers).await;
    let error = list(&server).await.unwrap_err().to_string();
    error.replace(
        "portal `hfl`, organisation `9999001`, GET /schools/9999001",
        "…",
    )
}

fn remove(value: &mut Value, field: &str) {
    value.as_object_mut().unwrap().remove(field).unwrap();
}

#[tokio::test]
async fn a_listing_that_contradicts_itself_is_never_live() {
    let cases: Vec<(&'static str, Change)> = vec![
        (ALL, |it| it["school"] = json!("9999002")),
        (PRODUCTS, |it| it["school"] = json!("9999002")),
        (DMS, |it| it["school"] = json!("9999002")),
        (DMS, |it| it["product"] = json!("cards")),
        (ALL, |it| it["total"] = json!(4)),
        (PRODUCTS, |it| it["total"] = json!(1)),
        (DMS, |it| it["total"] = json!(3)),
        (ALL, |it| it["sub_accounts"][1]["id"] = json!("s-1")),
        (PRODUCTS, |it| it["products"][1]["id"] = json!("dms")),
        (DMS, |it| it["sub_accounts"][1] = json!("s-1")),
        (DMS, |it| it["sub_accounts"][1] = json!("s-9")),
        (ALL, |it| it["sub_accounts"][1]["username"] = json!(" ")),
        (ALL, |it| remove(it, "total")),
        (PRODUCTS, |it| remove(it, "total")),
        (DMS, |it| remove(it, "total")),
        (ALL, |it| remove(&mut it["sub_accounts"][0], "email")),
        (ALL, |it| *it = json!({"error": "secret detail"})),
    ];
    let mut told = String::new();
    for (path, change) in cases {
        told += &format!("{}\n", refusal(path, change).await);
    }
    insta::assert_snapshot!(told, @r"
    …/sub-accounts: the list cannot be trusted: the answer is for organisation `9999002`, not `9999001`
    …/products: the list cannot be trusted: the answer is for organisation `9999002`, not `9999001`
    …/products/dms/permissions: the list cannot be trusted: the answer is for organisation `9999002`, not `9999001`
    …/products/dms/permissions: the answer does not have the form that was agreed (the permissions of another product)
    …/sub-accounts: the list cannot be trusted: the portal says there are 4 accounts, but sent 3
    …/products: the list cannot be trusted: the portal says there are 1 areas, but sent 2
    …/products/dms/permissions: the list cannot be trusted: the portal says there are 3 permissions of a product, but sent 2
    …/products/dms/permissions: the list cannot be trusted: the user view and the area view disagree about area `dms`
    …/products: the list cannot be trusted: `dms` is in the list twice
    …/products/dms/permissions: the list cannot be trusted: `s-1` is in the list twice
    …/products/dms/permissions: the list cannot be trusted: the user view and the area view disagree about area `dms`
    …/sub-accounts: the answer does not have the form that was agreed (a sub account without `username`)
    …/sub-accounts: the answer does not have the form that was agreed (field `total` is missing)
    …/products: the answer does not have the form that was agreed (field `total` is missing)
    …/products/dms/permissions: the answer does not have the form that was agreed (field `total` is missing)
    …/sub-accounts: the answer does not have the form that was agreed (field `email` is missing)
    …/sub-accounts: the answer does not have the form that was agreed (field `school` is missing)
    ");
}

/// An account that was made and ticked between two calls is no contradiction a moment later.
#[tokio::test]
async fn a_listing_that_moved_is_read_once_more() {
    let server = Server::start(|seen: &Seen| {
        let mut answers = answers();
        if seen.number < 4 {
            let list = answers.get_mut(ALL).unwrap();
            list["total"] = json!(2);
            list["sub_accounts"].as_array_mut().unwrap().remove(1);
        }
        Reply::json(200, &answers[seen.path()]).header("ETag", "\"7\"")
    })
    .await;
    assert_eq!(list(&server).await.unwrap().accounts().len(), 3);
    assert_eq!(server.seen().len(), 8);
}
