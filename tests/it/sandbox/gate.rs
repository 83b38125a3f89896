//! What stands before every operation: tokens, limits, idempotency keys.

use super::{Bench, provider, send};
use reqwest::Method;
use serde_json::json;

const USERS: &str = "/providers/10000001/users";

#[tokio::test]
async fn a_call_needs_a_token_that_the_portal_issued() {
    let mut bench = Bench::new().await;
    let none = send(
        bench
            .client
            .get(bench.url("/portals/ofs/providers/10000001/users")),
    )
    .await;
    assert_eq!(none.problem(), "401 unauthenticated");
    assert_eq!(none.header("www-authenticate"), "Bearer");
    bench.token = "sandbox-hfl".to_owned();
    assert_eq!(bench.get(USERS).await.problem(), "401 unauthenticated");
}

#[tokio::test]
async fn a_read_only_token_reads_and_never_writes() {
    let mut bench = Bench::new().await;
    let before = bench.state("10000001").await;
    bench.token = bench.running.ready().portals["ofs"].read_token.clone();
    assert_eq!(bench.get(USERS).await.status, 200);
    let user = format!("{USERS}/u-0003");
    let area = format!("{user}/areas/hesa-student");
    for refused in [
        bench.post(USERS, &json!({})).await,
        bench.patch(&user, &json!({})).await,
        bench.delete(&user).await,
        bench.put(&area).await,
        bench.delete(&area).await,
        bench.post("/me/access-keys", &json!({})).await,
    ] {
        assert_eq!(refused.problem(), "403 read-only-token");
    }
    assert_eq!(bench.state("10000001").await, before);
}

#[tokio::test]
async fn a_token_opens_the_providers_that_it_lists() {
    let seeds = vec![provider("10009999", 2), provider("10008888", 2)];
    let mut bench = Bench::seeded(seeds).await;
    assert_eq!(bench.get("/providers/10008888/users").await.status, 200);
    let issued = bench
        .tell(
            Method::PUT,
            "/tokens",
            &json!({"portal": "ofs", "token": "northshire", "organisations": ["10009999"]}),
        )
        .await;
    assert_eq!(issued.status, 204);
    let key = json!({"portal": "ofs", "organisation": "10008888", "area": "vault", "key": "K"});
    bench.tell(Method::PUT, "/access-keys", &key).await;
    bench.token = "northshire".to_owned();
    assert_eq!(bench.get("/providers/10009999/users").await.status, 200);
    let other = bench.get("/providers/10008888/users").await;
    assert_eq!(other.problem(), "403 other-provider");
    let other = bench
        .post(
            "/me/access-keys",
            &json!({"key": "K", "email": "p1@northshire.example"}),
        )
        .await;
    assert_eq!(other.problem(), "403 other-provider");
    let untouched = bench.state("10008888").await;
    assert_eq!(untouched.accounts[1].areas, ["returns"]);
}

#[tokio::test]
async fn a_key_is_carried_out_once_and_answered_alike_for_a_day() {
    let bench = Bench::new().await;
    let create = |key: &'static str, name: &'static str| {
        let call = bench
            .call(Method::POST, USERS)
            .header("idempotency-key", key);
        send(call.json(&json!({"email": format!("{name}@eastmere.example"), "name": name})))
    };
    let first = create("k1", "ada").await;
    let again = create("k1", "ada").await;
    assert_eq!(first.status, 201);
    assert_eq!(again.status, 201);
    assert_eq!(again.text, first.text);
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(bench.state("10000001").await.accounts.len(), 7);
    let other = create("k1", "bob").await;
    assert_eq!(other.problem(), "422 idempotency-key-reused");
    let taken = create("k2", "ada").await;
    assert_eq!(taken.problem(), "409 email-taken");
    let carried_out: Vec<bool> = bench
        .ask("/calls")
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["carried_out"].as_bool().unwrap())
        .collect();
    assert_eq!(carried_out, [true, false, false, false]);

    bench
        .tell(Method::PUT, "/clock", &json!({"today": "2026-10-02"}))
        .await;
    assert_eq!(create("k1", "ada").await.problem(), "409 email-taken");
    assert_eq!(create("k3", "bob").await.status, 201);
    let long: &'static str = Box::leak("k".repeat(256).into_boxed_str());
    let refused = create(long, "cyd").await;
    assert_eq!(refused.problem(), "400 invalid-idempotency-key");
}

#[tokio::test]
async fn two_requests_with_one_key_at_once_are_one_request() {
    let bench = Bench::new().await;
    bench
        .faults(json!([{"kind": "latency", "ms": 150, "match": {"method": "POST"}}]))
        .await;
    let create = || {
        let call = bench
            .call(Method::POST, USERS)
            .header("idempotency-key", "k1");
        send(call.json(&json!({"email": "ada@eastmere.example", "name": "Ada"})))
    };
    let (first, second) = tokio::join!(create(), create());
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let refused = if first.status == 409 { first } else { second };
    assert_eq!(refused.problem(), "409 request-in-flight");
    assert_eq!(create().await.status, 201, "the key has its answer now");
    assert_eq!(bench.state("10000001").await.accounts.len(), 7);
}

#[tokio::test]
async fn over_the_limit_the_answer_says_when_to_come_back() {
    let bench = Bench::new().await;
    let limit = |per_second: serde_json::Value| json!({"portal": "ofs", "per_second": per_second});
    bench
        .tell(Method::PUT, "/rate-limit", &limit(json!(2)))
        .await;
    let mut refused = Vec::new();
    for _ in 0..8 {
        let answer = bench.get(USERS).await;
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=2;w=1");
        assert!(answer.header("ratelimit").starts_with("\"default\";r="));
        if answer.status != 200 {
            refused.push(answer);
        }
    }
    let first = refused.first().unwrap();
    assert_eq!(first.problem(), "429 too-many-requests");
    assert_eq!(first.header("retry-after"), "1");
    bench
        .tell(Method::PUT, "/rate-limit", &limit(json!(null)))
        .await;
    let free = bench.get(USERS).await;
    assert_eq!(free.status, 200);
    assert!(free.headers.get("ratelimit").is_none());
    let none = bench
        .tell(Method::PUT, "/rate-limit", &limit(json!(0)))
        .await;
    assert_eq!(none.problem(), "422 invalid-body");
}

#[tokio::test]
async fn a_body_is_json_and_not_too_large() {
    let bench = Bench::new().await;
    let post = |body: Vec<u8>| send(bench.call(Method::POST, USERS).body(body));
    assert_eq!(post(b"{".to_vec()).await.problem(), "400 invalid-json");
    assert_eq!(post(Vec::new()).await.problem(), "400 invalid-json");
    assert_eq!(post(vec![0xff]).await.problem(), "400 invalid-json");
    let deep = "[".repeat(100_000).into_bytes();
    assert_eq!(post(deep).await.problem(), "400 invalid-json");
    let full = vec![b' '; 1 << 20];
    assert_eq!(post(full).await.problem(), "400 invalid-json");
    let over = vec![b' '; (1 << 20) + 1];
    assert_eq!(post(over).await.problem(), "413 body-too-large");
}
