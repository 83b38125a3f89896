//! What groups and users say of each other, and whose the rows are.

use beadle::model::live::Live;
use beadle::portal::PortalError;
use serde_json::{Value, json};

use super::{access, open, tenant};
use crate::portal::server::{Reply, Seen, Server};

/// What a directory answers, by the end of the path; nothing else is there.
async fn list_of(
    below: &str,
    answers: impl Fn(&str) -> Option<Value> + Send + Sync + 'static,
) -> Result<Live, PortalError> {
    let server = Server::start(move |seen: &Seen| {
        let end = seen.path().rsplit("/v2/").next().unwrap();
        let list = ["Users", "Groups"].contains(&end);
        let past_the_end = list && seen.query("startIndex") != Some("1");
        match answers(end) {
            _ if past_the_end => Reply::json(200, &json!({"totalResults": 0, "Resources": []})),
            Some(Value::Array(rows)) => {
                Reply::json(200, &json!({"totalResults": rows.len(), "Resources": rows}))
            }
            Some(one) => Reply::json(200, &one),
            None => Reply::empty(404),
        }
    })
    .await;
    let url = format!("{}{below}", server.url());
    open(access(&url)).list(&tenant()).await
}

fn member(id: &str, claims: &Value) -> Value {
    json!({"id": id, "userName": format!("{id}@north.example"), "groups": claims})
}

fn groups(members: &[&str], nested: bool) -> Value {
    let mut members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    if nested {
        members.push(json!({"value": "g9", "type": "Group"}));
    }
    json!([
        {"id": "g1", "displayName": "Finance", "members": members},
        {"id": "g2", "displayName": "Administrators", "members": []},
    ])
}

/// Two users who say that they are in the finance group; what the list of groups shows of it, and
/// what the group itself.
async fn seen(
    listed: &'static [&'static str],
    whole: &'static [&'static str],
    nested: bool,
) -> String {
    let live = list_of("/v2", move |end| match end {
        "Users" => {
            let claims = json!([{"value": "g1"}]);
            Some(json!([member("a", &claims), member("b", &claims)]))
        }
        "Groups" => Some(groups(listed, nested)),
        "Groups/g1" => Some(groups(whole, nested)[0].clone()),
        "Groups/g2" => Some(groups(whole, nested)[1].clone()),
        _ => None,
    });
    match live.await {
        Ok(live) => {
            let with = live.accounts().values();
            let with = with.filter(|account| !account.areas.is_empty());
            with.map(|account| account.id.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        }
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_group_that_shows_fewer_than_say_so_is_asked_by_itself_and_then_not_believed() {
    assert_eq!(seen(&["a", "b"], &[], false).await, "a b");
    assert_eq!(seen(&["a"], &["a", "b"], false).await, "a b");
    assert_eq!(
        seen(&["A@north.example", "b@north.example"], &[], false).await,
        "a b"
    );
    insta::assert_snapshot!(seen(&["a"], &["a"], false).await, @"portal `directory`, organisation `north`, GET /Groups/g1: the list cannot be trusted: the user view and the area view disagree about area `finance`");
    // With a group in it, a claim may be by way of that.
    assert_eq!(seen(&["a"], &["a"], true).await, "a");
}

/// Whether a list of two users with these addresses is believed.
async fn believed(below: &str, addresses: [&'static str; 2]) -> String {
    let live = list_of(below, move |end| match end {
        "Users" => {
            let row = |(id, location): (&str, &str)| json!({"id": id, "userName": id, "meta": {"location": location}});
            Some(["a", "b"].into_iter().zip(addresses).map(row).collect())
        }
        "Groups" => Some(groups(&[], false)),
        "Groups/g1" => Some(groups(&[], false)[0].clone()),
        "Groups/g2" => Some(groups(&[], false)[1].clone()),
        _ => None,
    });
    match live.await {
        Ok(live) => live.accounts().len().to_string(),
        Err(error) => error.kind.to_string(),
    }
}

#[tokio::test]
async fn a_row_of_another_tenant_ends_the_list() {
    let own = "/{organisation}/v2";
    for addresses in [
        ["", ""],
        [
            "https://x.example/north/v2/Users/a",
            "https://y.example/north/v2/Users/b",
        ],
        ["/scim/north/v2/Users/a", "/scim/north/v2/Users/b"],
        ["anything", "at all"],
    ] {
        assert_eq!(believed(own, addresses).await, "2", "{addresses:?}");
    }
    let other = [
        "https://x.example/south/v2/Users/a",
        "https://x.example/south/v2/Users/b",
    ];
    insta::assert_snapshot!(believed(own, other).await, @"the list cannot be trusted: a row is not of tenant `north`, as its `meta.location` says");
    // Where the address names no tenant, all rows must be of one.
    assert_eq!(believed("/v2", other).await, "2");
    let mixed = [
        "https://x.example/north/v2/Users/a",
        "https://x.example/south/v2/Users/b",
    ];
    insta::assert_snapshot!(believed("/v2", mixed).await, @"the list cannot be trusted: a row is of another tenant than the first, as its `meta.location` says");
}
