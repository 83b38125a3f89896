//! OfS: areas, grants, access keys, and the two views that must agree.

use std::collections::{BTreeMap, BTreeSet};

use super::{Bench, provider};
use reqwest::Method;
use serde_json::json;

const USERS: &str = "/providers/10000001/users";

#[tokio::test]
async fn an_area_is_added_and_removed_one_at_a_time() {
    let bench = Bench::new().await;
    let path = format!("{USERS}/u-0003/areas/hesa-student");
    assert_eq!(bench.put(&path).await.status, 204);
    assert_eq!(bench.put(&path).await.status, 204);
    let user = bench.get(&format!("{USERS}/u-0003")).await.json();
    assert_eq!(
        user["user"]["areas"],
        json!([
            "annual-financial-return",
            "hesa-student",
            "prevent-monitoring"
        ])
    );
    assert_eq!(bench.delete(&path).await.status, 204);
    assert_eq!(bench.delete(&path).await.problem(), "404 not-granted");
    let unknown = bench.put(&format!("{USERS}/u-0003/areas/hesa-staff")).await;
    assert_eq!(unknown.problem(), "404 unknown-area");
    let nobody = bench
        .put(&format!("{USERS}/u-9999/areas/hesa-student"))
        .await;
    assert_eq!(nobody.problem(), "404 unknown-user");
}

#[tokio::test]
async fn an_area_with_an_access_key_is_joined_by_its_key_only() {
    let bench = Bench::new().await;
    for area in ["prevent-monitoring", "user-administration"] {
        let refused = bench.put(&format!("{USERS}/u-0006/areas/{area}")).await;
        assert_eq!(refused.problem(), "403 access-key-required");
    }
    // Who has it already is not refused: nothing would change.
    let had = bench
        .put(&format!("{USERS}/u-0003/areas/prevent-monitoring"))
        .await;
    assert_eq!(had.status, 204);

    let issued = bench
        .tell(
            Method::PUT,
            "/access-keys",
            &json!({"portal": "ofs", "organisation": "10000001", "area": "user-administration",
                    "key": "ABCD-1234"}),
        )
        .await;
    assert_eq!(issued.json()["key"], "ABCD-1234");
    let activate = |key: &'static str, email: &'static str| {
        let body = json!({ "key": key, "email": email });
        let bench = &bench;
        async move { bench.post("/me/access-keys", &body).await }
    };
    let activated = activate("ABCD-1234", "K.Adeyemi@eastmere.example").await;
    assert_eq!(activated.status, 200, "{}", activated.text);
    assert_eq!(activated.json()["area"], "user-administration");
    assert!(bench.state("10000001").await.accounts[5].admin);
    // Posted to the provider, not to one person.
    let second = activate("ABCD-1234", "m.farouk@eastmere.example").await;
    assert_eq!(second.status, 200);

    let wrong = activate("ABCD-9999", "m.farouk@eastmere.example").await;
    assert_eq!(wrong.problem(), "404 unknown-access-key");
    let nobody = activate("ABCD-1234", "n@eastmere.example").await;
    assert_eq!(nobody.problem(), "404 unknown-user");
    let locked = activate("ABCD-1234", "t.nowak@eastmere.example").await;
    assert_eq!(locked.problem(), "403 cannot-sign-in");
    let expired = activate("ABCD-1234", "e.price@eastmere.example").await;
    assert_eq!(expired.problem(), "403 cannot-sign-in");
    let calls = bench.ask("/calls?organisation=10000001").await;
    let activations = calls.as_array().unwrap().iter();
    let activations = activations.filter(|call| call["path"] == "/me/access-keys");
    assert_eq!(activations.count(), 2, "a key says whose it is");
}

#[tokio::test]
async fn an_administrator_has_the_administration_area_and_can_lose_it() {
    let bench = Bench::new().await;
    let user = bench.get(&format!("{USERS}/u-0001")).await.json();
    assert_eq!(
        user["user"]["areas"],
        json!(["hesa-student", "user-administration"])
    );
    let demoted = bench
        .delete(&format!("{USERS}/u-0001/areas/user-administration"))
        .await;
    assert_eq!(demoted.status, 204);
    let state = bench.state("10000001").await;
    let admins: Vec<&str> = state
        .accounts
        .iter()
        .filter(|account| account.admin)
        .map(|account| account.id.as_str())
        .collect();
    assert_eq!(admins, ["u-0002"]);
}

#[tokio::test]
async fn copying_copies_every_area() {
    let bench = Bench::new().await;
    let copy = |to: serde_json::Value| {
        let bench = &bench;
        async move {
            let path = format!("{USERS}/u-0003/copy-areas");
            bench.post(&path, &json!({ "to": to })).await
        }
    };
    let copied = copy(json!(["u-0006", "u-0004"])).await;
    assert_eq!(copied.status, 200, "{}", copied.text);
    assert_eq!(
        copied.json()["users"][0]["areas"],
        json!([
            "access-and-participation",
            "annual-financial-return",
            "hesa-student",
            "prevent-monitoring"
        ])
    );
    let before = bench.state("10000001").await;
    let half = copy(json!(["u-0005", "u-9999"])).await;
    assert_eq!(half.problem(), "404 unknown-user");
    for wrong in [json!([]), json!("u-0006"), json!([6])] {
        assert_eq!(copy(wrong).await.problem(), "422 invalid-body");
    }
    assert_eq!(bench.state("10000001").await, before, "all or nothing");
}

#[tokio::test]
async fn the_catalogue_comes_in_pages() {
    let bench = Bench::new().await;
    let page = bench
        .get("/providers/10000001/areas?page=2&per_page=3")
        .await;
    insta::assert_snapshot!(page.text, @r#"{"provider":"10000001","page":2,"per_page":3,"total":5,"areas":[{"code":"prevent-monitoring","title":"Prevent monitoring (key)","access_key_required":true,"administration":false},{"code":"user-administration","title":"User administration","access_key_required":true,"administration":true}]}"#);
}

#[tokio::test]
async fn the_user_view_and_the_area_view_agree() {
    let bench = Bench::seeded(vec![provider("10009999", 12)]).await;
    let base = "/providers/10009999";
    bench
        .delete(&format!("{base}/users/a-003/areas/returns"))
        .await;
    bench
        .post(
            &format!("{base}/users/a-000/copy-areas"),
            &json!({"to": ["a-005"]}),
        )
        .await;
    let users = bench.get(&format!("{base}/users")).await.json();
    let mut by_area: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for user in users["users"].as_array().unwrap() {
        for area in user["areas"].as_array().unwrap() {
            let members = by_area.entry(area.as_str().unwrap().to_owned());
            let id = user["id"].as_str().unwrap().to_owned();
            members.or_default().insert(id);
        }
    }
    assert_eq!(by_area["returns"].len(), 11);
    assert_eq!(by_area["user-admin"].len(), 2);
    for area in ["returns", "vault", "user-admin"] {
        let path = format!("{base}/areas/{area}/users?per_page=200");
        let view = bench.get(&path).await.json();
        let members: Vec<&str> = view["users"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect();
        assert_eq!(view["area"], area);
        assert_eq!(view["total"], members.len());
        let from_users = by_area.remove(area).unwrap_or_default();
        assert_eq!(members, from_users.into_iter().collect::<Vec<_>>());
    }
    assert!(by_area.is_empty());
    let unknown = bench.get(&format!("{base}/areas/x/users")).await;
    assert_eq!(unknown.problem(), "404 unknown-area");
}
