//! What stands before every call speaks SCIM too: tokens, tenants, addresses, faults, limits; and
//! what the directory says it does not offer.

use super::{Directory, USER, ids, new_user, portal, refused};
use crate::sandbox::{Bench, send};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_gate_refuses_in_scims_words() {
    let mut directory = Directory::new().await;
    let nobody = send(directory.bench.client.get(directory.url("/Users"))).await;
    assert_eq!(refused(&nobody), "401 -");
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
    assert_eq!(refused(&directory.get("/nowhere").await), "404 -");
    assert_eq!(refused(&directory.get("/Users/u-0999").await), "404 -");
    let wrong = directory.post("/ServiceProviderConfig", &json!({})).await;
    assert_eq!(refused(&wrong), "405 -");
    assert_eq!(wrong.header("allow"), "GET");
    let text = directory
        .call(Method::POST, "/Users")
        .header("content-type", "text/plain");
    assert_eq!(refused(&send(text.body("{}")).await), "415 -");
    let broken = directory.call(Method::POST, "/Users").body("{");
    assert_eq!(refused(&send(broken).await), "400 invalidSyntax");
    let huge = directory
        .call(Method::POST, "/Users")
        .body(" ".repeat((1 << 20) + 1));
    assert_eq!(refused(&send(huge).await), "413 -");
    directory.token = "sandbox-scim-read".to_owned();
    assert_eq!(
        refused(&directory.post("/Users", &new_user("x")).await),
        "403 -"
    );
    assert_eq!(refused(&directory.delete("/Users/u-0103").await), "403 -");
    assert_eq!(directory.get("/Users/u-0103").await.status, 200);
    directory.tenant = "eastmoor".to_owned();
    assert_eq!(refused(&directory.get("/Users").await), "404 -");
    let limit = json!({"portal": "scim", "per_second": 1});
    let set = directory
        .bench
        .tell(Method::PUT, "/rate-limit", &limit)
        .await;
    assert!(set.status.is_success(), "{}", set.text);
    directory.get("/Users").await;
    let fast = directory.get("/Users").await;
    assert_eq!(refused(&fast), "429 -");
    assert_eq!(fast.header("retry-after"), "1");
}

#[tokio::test]
async fn what_is_not_offered_is_said_so() {
    let directory = Directory::new().await;
    let config = directory.get("/ServiceProviderConfig").await.json();
    assert_eq!(config["bulk"]["supported"], false);
    assert_eq!(
        config["filter"],
        json!({"supported": true, "maxResults": 200})
    );
    for name in ["patch", "sort", "etag"] {
        assert_eq!(config[name]["supported"], true, "{name}");
    }
    assert_eq!(refused(&directory.post("/Bulk", &json!({})).await), "501 -");
    assert_eq!(refused(&directory.get("/Me").await), "501 -");
}

#[tokio::test]
async fn discovery_says_what_is_known() {
    let directory = Directory::new().await;
    let kinds = directory.get("/ResourceTypes").await.json();
    assert_eq!(ids(&kinds), "User Group");
    for kind in kinds["Resources"].as_array().unwrap() {
        let schema = kind["schema"].as_str().unwrap();
        let shown = directory.get(&format!("/Schemas/{schema}")).await.json();
        assert_eq!(shown["id"], schema);
        assert_eq!(
            shown["meta"]["location"],
            directory.url(&format!("/Schemas/{schema}"))
        );
    }
    let user = directory.get(&format!("/Schemas/{USER}")).await.json();
    let attributes = user["attributes"].as_array().unwrap();
    let named = |name: &str| {
        attributes
            .iter()
            .find(|attribute| attribute["name"] == name)
    };
    let login = named("userName").unwrap();
    assert_eq!(
        json!([login["required"], login["caseExact"], login["uniqueness"]]),
        json!([true, false, "server"])
    );
    assert_eq!(named("groups").unwrap()["mutability"], "readOnly");
    assert_eq!(named("phoneNumbers"), None);
    assert_eq!(refused(&directory.get("/Schemas/urn:x").await), "404 -");
    assert_eq!(
        refused(&directory.get("/ResourceTypes/Device").await),
        "404 -"
    );
    let filtered = directory.list("/Schemas", &[("filter", "id pr")]).await;
    assert_eq!(refused(&filtered), "403 -");
}

#[tokio::test]
async fn an_id_may_hold_anything_that_an_address_can_encode() {
    let mut seed = Directory::new().await.state().await;
    seed.organisation = "häus 1/2".to_owned();
    seed.accounts[2].id = "ü/ 1%?#".to_owned();
    seed.areas[1].code = "a b/ç".to_owned();
    for account in &mut seed.accounts {
        account.areas.clear();
    }
    let directory = Directory::of(vec![seed], "h%C3%A4us%201%2F2").await;
    let user = directory.get("/Users/%C3%BC%2F%201%25%3F%23").await.json();
    assert_eq!(user["id"], "ü/ 1%?#");
    let location = directory.url("/Users/%C3%BC%2F%201%25%3F%23");
    assert_eq!(user["meta"]["location"], location);
    let add = json!([{"op": "add", "path": "members", "value": [{"value": "ü/ 1%?#"}]}]);
    let group = directory.patch("/Groups/a%20b%2F%C3%A7", add).await.json();
    assert_eq!(group["members"][0]["$ref"], location);
    let remove = json!([{"op": "remove", "path": "members[value eq \"ü/ 1%?#\"]"}]);
    let group = directory
        .patch("/Groups/a%20b%2F%C3%A7", remove)
        .await
        .json();
    assert_eq!(group["members"], json!(null));
    let gone = send(
        directory
            .bench
            .client
            .delete(location)
            .bearer_auth("sandbox-scim"),
    )
    .await;
    assert_eq!(gone.status, 204);
}

#[tokio::test]
async fn faults_of_lists_show_in_scims_lists() {
    let directory = Directory::new().await;
    let page = async |start: &str| {
        let parameters = [("count", "4"), ("startIndex", start)];
        directory.list("/Users", &parameters).await.json()
    };
    let fault = |kind: &str, more: serde_json::Value| {
        let mut fault = json!({"match": {"portal": "scim"}, "kind": kind});
        fault
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!([fault])
    };
    directory
        .bench
        .faults(fault("duplicate-page", json!({})))
        .await;
    assert_eq!(ids(&page("5").await), "u-0101 u-0102 u-0103 u-0104");
    directory
        .bench
        .faults(fault("shifting-pages", json!({"by": 1})))
        .await;
    assert_eq!(ids(&page("5").await), "u-0106 u-0107 u-0108 u-0109");
    directory
        .bench
        .faults(fault("wrong-total", json!({"by": 7})))
        .await;
    assert_eq!(page("1").await["totalResults"], 16);
    let late = json!({"match": {"portal": "scim", "method": "POST"}, "kind": "late-appearance", "calls": 2});
    directory.bench.faults(json!([late])).await;
    let made = directory.post("/Users", &new_user("late")).await;
    assert_eq!(made.status, 201);
    let late = "userName eq \"late\"";
    assert_eq!(directory.found(late).await, "");
    directory.get("/Users").await;
    assert_eq!(directory.found(late).await, "u-0001");
}

#[tokio::test]
async fn a_seed_that_a_directory_cannot_hold_is_refused() {
    let seed = Directory::new().await.state().await;
    let mut refusals = String::new();
    let changes: [fn(&mut beadle::model::snapshot::Snapshot); 7] = [
        |seed| seed.accounts[2].expires = Some(jiff::civil::date(2027, 1, 1)),
        |seed| seed.accounts[2].locked = true,
        |seed| seed.accounts[2].upstream = true,
        |seed| seed.accounts[2].areas.push("g-admins".to_owned()),
        |seed| seed.areas[1].access_key_required = true,
        |seed| seed.areas[1].administration = true,
        |seed| seed.areas[0].administration = false,
    ];
    for change in changes {
        let mut seed = seed.clone();
        change(&mut seed);
        let error = Bench::with(vec![portal(vec![seed])], None)
            .await
            .err()
            .unwrap();
        let seeding = "portal `scim` cannot be seeded with organisation `westmoor`: ";
        refusals.push_str(&error.to_string().replace(seeding, ""));
        refusals.push('\n');
    }
    insta::assert_snapshot!(refusals, @r"
    account `u-0103` has a last day: a directory knows none
    account `u-0103` is locked: a directory does not say so
    account `u-0103` is kept by another system: a directory does not say so
    account `u-0103` lists the administrators' group; `admin: true` says that
    group `g-finance` needs a key: a directory has none
    `g-admins` and `g-finance` are both the administrators' group; there is one
    account `u-0101` is an administrator, but no group is for administration
    ");
}
