//! The control, starting, stopping, restarting, and seeds that cannot be.

use std::collections::BTreeSet;

use super::{Bench, portal, provider, send};
use beadle::sandbox::{PortalOptions, dialects};
use reqwest::Method;
use serde_json::json;

const USERS: &str = "/providers/10000001/users";

#[tokio::test]
async fn the_ready_line_says_where_everything_is() {
    let bench = Bench::seeded(Vec::new()).await;
    let ready = serde_json::to_string(bench.running.ready()).unwrap();
    let ready = ready.replace(&bench.running.ready().url, "URL");
    insta::assert_snapshot!(ready, @r#"{"url":"URL","portals":{"ofs":{"url":"URL/portals/ofs","project_url":"URL/portals/ofs","token":"sandbox-ofs","read_token":"sandbox-ofs-read","organisations":["10000001"],"driver":"ofs","page":"URL/pages/ofs"}},"control":"URL/control"}"#);
    assert!(bench.running.ready().url.starts_with("http://127.0.0.1:"));
    let every = Bench::new().await;
    let served: BTreeSet<&str> = every
        .running
        .ready()
        .portals
        .keys()
        .map(|name| &**name)
        .collect();
    assert_eq!(served, dialects().iter().copied().collect());
}

#[tokio::test]
async fn the_log_of_calls_has_each_call_and_no_secret() {
    let bench = Bench::new().await;
    bench.get(&format!("{USERS}?search=mona")).await;
    bench
        .put(&format!("{USERS}/u-0003/areas/hesa-student"))
        .await;
    bench.get("/providers/10000002/users").await;
    bench.get("/nowhere").await;
    let calls = bench.ask("/calls").await;
    insta::assert_snapshot!(
        calls.as_array().unwrap().iter().map(|call| format!("{call}\n")).collect::<String>(), @r#"
    {"seq":1,"portal":"ofs","organisation":"10000001","method":"GET","path":"/providers/10000001/users","status":200,"token":"write","carried_out":true,"fault":null}
    {"seq":2,"portal":"ofs","organisation":"10000001","method":"PUT","path":"/providers/10000001/users/u-0003/areas/hesa-student","status":204,"token":"write","carried_out":true,"fault":null}
    {"seq":3,"portal":"ofs","organisation":"10000002","method":"GET","path":"/providers/10000002/users","status":404,"token":"write","carried_out":false,"fault":null}
    {"seq":4,"portal":"ofs","organisation":null,"method":"GET","path":"/nowhere","status":404,"token":"write","carried_out":false,"fault":null}
    "#);
    let some = bench.ask("/calls?organisation=10000002").await;
    assert_eq!(some.as_array().unwrap().len(), 1);
    assert_eq!(bench.ask("/outbox").await, json!([]));
    assert_eq!(bench.ask("/outbox?organisation=10000001").await, json!([]));
}

#[tokio::test]
async fn a_seed_comes_back_as_it_went_in() {
    let seed = provider("10009999", 7);
    let bench = Bench::seeded(vec![seed.clone()]).await;
    let state = bench.state("10009999").await;
    let ids = |accounts: &[beadle::model::snapshot::SnapshotAccount]| {
        let ids = accounts.iter().map(|account| account.id.clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(&state.accounts), ids(&seed.accounts));
    let digest = |snapshot: beadle::model::snapshot::Snapshot| {
        let mut snapshot = snapshot;
        for account in &mut snapshot.accounts {
            account.email = Some(account.login.clone());
        }
        snapshot.into_live().unwrap().digest()
    };
    assert_eq!(digest(state), digest(seed));
}

#[tokio::test]
async fn an_organisation_is_made_equal_to_a_snapshot_and_what_was_so_keeps_its_version() {
    let bench = Bench::seeded(vec![provider("10009999", 4)]).await;
    let path = "/state?portal=ofs&organisation=10009999";
    let tag = async |id: &str| {
        let user = bench.get(&format!("/providers/10009999/users/{id}")).await;
        user.header("etag").to_owned()
    };
    let (same, other) = (tag("a-001").await, tag("a-002").await);
    let mut wanted = bench.state("10009999").await;
    wanted.accounts.remove(0);
    wanted.accounts[1].name = "Another Name".to_owned();
    wanted.accounts[1].areas = vec!["vault".to_owned()];
    let mut new = wanted.accounts[2].clone();
    (new.id, new.login) = ("a-100".to_owned(), "new@northshire.example".to_owned());
    new.email = Some(new.login.clone());
    wanted.accounts.push(new);
    wanted.evidence.accounts = wanted.accounts.len() as u64;
    let put = bench.tell(Method::PUT, path, &json!(wanted)).await;
    assert_eq!(put.status, 204, "{}", put.text);
    assert_eq!(bench.state("10009999").await, wanted);
    assert_eq!(tag("a-001").await, same);
    assert_ne!(tag("a-002").await, other);
    assert_eq!(bench.ask("/outbox").await, json!([]));
    // What no such portal could hold is refused, and nothing is changed.
    let mut wrong = wanted.clone();
    wrong.accounts[0].active = false;
    let refused = bench.tell(Method::PUT, path, &json!(wrong)).await;
    assert_eq!(refused.problem(), "422 invalid-body");
    let elsewhere = path.replace("10009999", "10000001");
    let refused = bench.tell(Method::PUT, &elsewhere, &json!(wanted)).await;
    assert_eq!(refused.problem(), "422 invalid-body");
    assert_eq!(bench.state("10009999").await, wanted);
}

#[tokio::test]
async fn reset_goes_back_to_the_seeds() {
    let bench = Bench::new().await;
    let before = bench.state("10000001").await;
    let ada = json!({"email": "ada@eastmere.example", "name": "Ada"});
    let first = bench.post(USERS, &ada).await;
    bench.faults(json!([{"kind": "error"}])).await;
    let day = json!({"today": "2027-01-01"});
    bench.tell(Method::PUT, "/clock", &day).await;
    assert_eq!(bench.ask("/clock").await, day);
    let reset = bench.tell(Method::POST, "/reset", &json!(null)).await;
    assert_eq!(reset.status, 204);
    assert_eq!(bench.ask("/calls").await, json!([]));
    assert_eq!(bench.ask("/faults").await, json!([]));
    assert_eq!(bench.ask("/clock").await, json!({"today": "2026-10-01"}));
    assert_eq!(bench.state("10000001").await, before);
    assert_eq!(bench.post(USERS, &ada).await.text, first.text);
}

#[tokio::test]
async fn a_file_outlives_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sandbox.db");
    let open = || Bench::with(Vec::new(), Some(file.clone()));
    let bench = open().await.unwrap();
    let ada = json!({"email": "ada@eastmere.example", "name": "Ada"});
    let create = |bench: &Bench| {
        let call = bench.call(Method::POST, USERS).json(&ada);
        send(call.header("idempotency-key", "k1"))
    };
    let created = create(&bench).await;
    let state = bench.state("10000001").await;
    bench.running.stop().await.unwrap();

    let bench = open().await.unwrap();
    assert_eq!(bench.state("10000001").await, state);
    assert_eq!(create(&bench).await.text, created.text);
    assert_eq!(bench.ask("/calls").await.as_array().unwrap().len(), 2);
    bench.tell(Method::POST, "/reset", &json!(null)).await;
    assert_eq!(bench.state("10000001").await.accounts.len(), 6);
    bench.running.stop().await.unwrap();

    std::fs::write(
        &file,
        "not a database at all, but long enough to be read as one".repeat(20),
    )
    .unwrap();
    let error = open().await.err().unwrap();
    assert!(error.to_string().ends_with("sandbox.db` cannot be used"));
}

#[tokio::test]
async fn stopping_ends_even_an_answer_without_end() {
    let bench = Bench::new().await;
    let url = bench.url("/");
    bench.faults(json!([{"kind": "huge-body"}])).await;
    let mut response = bench.call(Method::GET, USERS).send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    bench.running.stop().await.unwrap();
    while let Ok(Some(_)) = response.chunk().await {}
    assert!(super::client().get(url).send().await.is_err());
}

#[tokio::test]
async fn what_cannot_be_served_is_refused_at_the_start() {
    let seeded = |change: fn(&mut beadle::model::snapshot::Snapshot)| {
        let mut seed = provider("10009999", 2);
        change(&mut seed);
        vec![portal(vec![seed])]
    };
    let named = |name: &str, driver: &str| PortalOptions {
        name: name.to_owned(),
        driver: driver.to_owned(),
        snapshots: Vec::new(),
    };
    let mut refusals = String::new();
    for portals in [
        vec![named("x", "myspace")],
        vec![named("a/b", "ofs")],
        vec![named("ofs", "ofs"), named("ofs", "ofs")],
        vec![portal(vec![provider("1", 1), provider("1", 1)])],
        seeded(|seed| seed.driver = "hfl".to_owned()),
        seeded(|seed| seed.evidence.accounts = 3),
        seeded(|seed| seed.accounts[1].login = "P0@northshire.example".to_owned()),
        seeded(|seed| seed.accounts[1].areas.push("nowhere".to_owned())),
        seeded(|seed| seed.accounts[1].active = false),
        seeded(|seed| seed.accounts[1].upstream = true),
        seeded(|seed| seed.accounts[1].email = Some("other@northshire.example".to_owned())),
        seeded(|seed| seed.accounts[1].areas.push("user-admin".to_owned())),
        seeded(|seed| seed.areas[2].administration = false),
        seeded(|seed| seed.areas[1].administration = true),
    ] {
        let error = Bench::with(portals, None).await.err().unwrap();
        let seeding = "portal `ofs` cannot be seeded with organisation ";
        refusals.push_str(&error.to_string().replace(seeding, "… "));
        refusals.push('\n');
    }
    let refusals = refusals.replace(&dialects().join(", "), "…");
    insta::assert_snapshot!(refusals, @"
    there is no sandbox for driver `myspace`; there is one for: …
    `a/b` cannot be a portal's name in the sandbox: use letters, digits, `.`, `_` and `-`
    portal `ofs` is named twice
    … `1`: the organisation is seeded twice
    … `10009999`: it is of driver `hfl`, the portal of `ofs`
    … `10009999`: the portal says there are 3 accounts, but sent 2
    … `10009999`: accounts `a-000` and `a-001` have the same login id
    … `10009999`: an account holds area `nowhere`, which is not in the catalogue
    … `10009999`: account `a-001` is inactive: an account of this portal ends by its date
    … `10009999`: account `a-001` is kept by another system: this portal has no such accounts
    … `10009999`: account `a-001` has an email address that is not its login id
    … `10009999`: account `a-001` lists the administration area; `admin: true` says that
    … `10009999`: account `a-000` is an administrator, but no area is for administration
    … `10009999`: `vault` and `user-admin` are both the administration area; there is one
    ");
}

#[tokio::test]
async fn the_control_refuses_what_it_does_not_know() {
    let bench = Bench::new().await;
    for (method, path, body, wanted) in [
        (
            Method::PUT,
            "/clock",
            json!({"today": "soon"}),
            "422 invalid-body",
        ),
        (
            Method::PUT,
            "/clock",
            json!({"day": "2026-10-01"}),
            "422 invalid-body",
        ),
        (
            Method::PUT,
            "/rate-limit",
            json!({"portal": "x", "per_second": 1}),
            "404 unknown",
        ),
        (
            Method::PUT,
            "/tokens",
            json!({"portal": "x", "token": "t"}),
            "404 unknown",
        ),
        (
            Method::PUT,
            "/access-keys",
            json!({"portal": "ofs", "organisation": "10000001", "area": "x"}),
            "404 unknown",
        ),
        (
            Method::GET,
            "/state?portal=ofs&organisation=1",
            json!(null),
            "404 unknown",
        ),
        (Method::GET, "/state", json!(null), "404 unknown"),
        (Method::GET, "/nothing", json!(null), "404 not-found"),
    ] {
        let answer = bench.tell(method, path, &body).await;
        assert_eq!(answer.problem(), wanted, "{path} {body}");
    }
    let crossing = bench
        .client
        .post(bench.url("/control/reset"))
        .header("sec-fetch-site", "cross-site");
    assert_eq!(send(crossing).await.problem(), "403 cross-site");
}
