//! Every fault has its effect, and no other.

use std::time::{Duration, Instant};

use super::{Bench, provider, send};
use reqwest::Method;
use serde_json::{Value, json};

const USERS: &str = "/providers/10000001/users";

fn ada() -> Value {
    json!({"email": "ada@eastmere.example", "name": "Ada"})
}

/// Creates Ada, and answers with the kind of failure that the caller sees.
async fn create_ada(bench: &Bench) -> Result<reqwest::Response, reqwest::Error> {
    bench.call(Method::POST, USERS).json(&ada()).send().await
}

async fn accounts(bench: &Bench) -> usize {
    bench.state("10000001").await.accounts.len()
}

/// The last call as the log has it: status, whether it was carried out, fault.
async fn last_call(bench: &Bench) -> (Value, bool, Value) {
    let calls = bench.ask("/calls").await;
    let last = calls.as_array().unwrap().last().unwrap().clone();
    let carried_out = last["carried_out"].as_bool().unwrap();
    (last["status"].clone(), carried_out, last["fault"].clone())
}

#[tokio::test]
async fn latency_waits_and_then_answers() {
    let bench = Bench::new().await;
    bench.faults(json!([{"kind": "latency", "ms": 60}])).await;
    let start = Instant::now();
    assert_eq!(bench.get(USERS).await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(60));
    assert_eq!(
        last_call(&bench).await,
        (json!(200), true, json!("latency"))
    );
}

#[tokio::test]
async fn an_error_is_answered_and_nothing_is_done() {
    let bench = Bench::new().await;
    bench
        .faults(json!([{"kind": "error", "status": 502, "times": 1}]))
        .await;
    assert_eq!(create_ada(&bench).await.unwrap().status(), 502);
    assert_eq!(last_call(&bench).await, (json!(502), false, json!("error")));
    assert_eq!(accounts(&bench).await, 6);
    assert_eq!(create_ada(&bench).await.unwrap().status(), 201);
}

#[tokio::test]
async fn too_many_requests_says_when_to_come_back_in_any_words() {
    let bench = Bench::new().await;
    for (value, text) in [
        (json!(1_000_000_000), "1000000000"),
        (json!("soon"), "soon"),
    ] {
        bench
            .faults(json!([{"kind": "too-many-requests", "retry_after": value}]))
            .await;
        let answer = bench.get(USERS).await;
        assert_eq!(answer.problem(), "429 too-many-requests");
        assert_eq!(answer.header("retry-after"), text);
    }
}

#[tokio::test]
async fn a_reset_before_the_commit_does_nothing() {
    let bench = Bench::new().await;
    bench.faults(json!([{"kind": "reset-before-commit"}])).await;
    let error = create_ada(&bench).await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(accounts(&bench).await, 6);
    let seen = last_call(&bench).await;
    assert_eq!(seen, (Value::Null, false, json!("reset-before-commit")));
}

#[tokio::test]
async fn a_reset_after_the_commit_loses_the_answer_only() {
    let bench = Bench::new().await;
    bench
        .faults(json!([{"kind": "reset-after-commit", "times": 1}]))
        .await;
    let create = || {
        let call = bench.call(Method::POST, USERS).json(&ada());
        call.header("idempotency-key", "k1").send()
    };
    assert!(create().await.is_err());
    assert_eq!(accounts(&bench).await, 7);
    let seen = last_call(&bench).await;
    assert_eq!(seen, (Value::Null, true, json!("reset-after-commit")));
    assert_eq!(create().await.unwrap().status(), 201);
    assert_eq!(accounts(&bench).await, 7);
    assert_eq!(last_call(&bench).await, (json!(201), false, Value::Null));
}

#[tokio::test]
async fn half_a_body_ends_with_the_connection() {
    let bench = Bench::new().await;
    let whole = bench.get(USERS).await.text.len();
    bench.faults(json!([{"kind": "half-body"}])).await;
    let mut response = bench.call(Method::GET, USERS).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.content_length(), Some(whole as u64));
    let mut received = 0;
    let ended = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => received += chunk.len(),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(ended.is_err());
    assert_eq!(received, whole / 2);
}

#[tokio::test]
async fn a_slow_body_comes_in_pieces() {
    let bench = Bench::new().await;
    let whole = bench.get(USERS).await.text;
    let pieces = whole.len().div_ceil(200);
    bench
        .faults(json!([{"kind": "slow-body", "bytes": 200, "ms": 10}]))
        .await;
    let start = Instant::now();
    assert_eq!(bench.get(USERS).await.text, whole);
    assert!(start.elapsed() >= Duration::from_millis(10 * pieces as u64));
}

#[tokio::test]
async fn a_login_page_and_a_redirect_stand_in_for_the_answer() {
    let bench = Bench::new().await;
    bench.faults(json!([{"kind": "login-page"}])).await;
    let page = bench.get(USERS).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    bench
        .faults(json!([{"kind": "redirect", "location": "http://169.254.169.254/"}]))
        .await;
    let away = bench.get(USERS).await;
    assert_eq!(away.status, 302);
    assert_eq!(away.header("location"), "http://169.254.169.254/");
}

/// The ids of pages 1 and 2, ten users each, of 25, and page 2's total.
async fn two_pages(bench: &Bench) -> (Vec<String>, i64) {
    let mut ids = Vec::new();
    let mut total = 0;
    for page in 1..=2 {
        let path = format!("/providers/10009999/users?page={page}&per_page=10");
        let answer = bench.get(&path).await.json();
        total = answer["total"].as_i64().unwrap();
        let users = answer["users"].as_array().unwrap().clone();
        ids.extend(
            users
                .iter()
                .map(|user| user["id"].as_str().unwrap().to_owned()),
        );
    }
    (ids, total)
}

#[tokio::test]
async fn lists_shift_repeat_and_miscount() {
    let bench = Bench::seeded(vec![provider("10009999", 25)]).await;
    let (good, total) = two_pages(&bench).await;
    assert_eq!((good[10].as_str(), total), ("a-010", 25));

    bench
        .faults(json!([{"kind": "shifting-pages", "times": 1}]))
        .await;
    let (shifted, _) = two_pages(&bench).await;
    assert_eq!(shifted[..10], good[..10]);
    assert_eq!(shifted[10], "a-011", "one is missing");
    bench
        .faults(json!([{"kind": "shifting-pages", "by": -1}]))
        .await;
    assert_eq!(two_pages(&bench).await.0[10], "a-009", "one comes twice");

    bench.faults(json!([{"kind": "duplicate-page"}])).await;
    let (repeated, _) = two_pages(&bench).await;
    assert_eq!(repeated[10..], good[..10]);

    bench
        .faults(json!([{"kind": "wrong-total", "by": -20}]))
        .await;
    assert_eq!(two_pages(&bench).await.1, 5);
    let path = "/providers/10009999/areas/returns/users";
    assert_eq!(bench.get(path).await.json()["total"], 5);
}

#[tokio::test]
async fn an_answer_may_be_somebody_elses() {
    let bench = Bench::new().await;
    bench
        .faults(json!([{"kind": "wrong-organisation", "organisation": "10008888"}]))
        .await;
    for path in [
        USERS,
        "/providers/10000001/users/u-0001",
        "/providers/10000001/areas",
        "/providers/10000001/areas/hesa-student/users",
    ] {
        assert_eq!(bench.get(path).await.json()["provider"], "10008888");
    }
}

#[tokio::test]
async fn what_is_created_may_be_in_the_list_later() {
    let bench = Bench::new().await;
    bench
        .faults(json!([{"kind": "late-appearance", "calls": 2}]))
        .await;
    assert_eq!(create_ada(&bench).await.unwrap().status(), 201);
    assert_eq!(accounts(&bench).await, 7, "it is there");
    for total in [6, 6, 7] {
        let list = bench.get(USERS).await.json();
        assert_eq!(list["total"], total);
        assert_eq!(list["users"].as_array().unwrap().len(), total);
    }
    let taken = create_ada(&bench).await.unwrap();
    assert_eq!(taken.status(), 409);
}

#[tokio::test]
async fn late_by_time_is_not_late_for_ever() {
    let bench = Bench::new().await;
    bench
        .faults(json!([{"kind": "late-appearance", "seconds": 0.1}]))
        .await;
    let start = Instant::now();
    assert_eq!(create_ada(&bench).await.unwrap().status(), 201);
    loop {
        let total = bench.get(USERS).await.json()["total"].clone();
        if total == 7 {
            break;
        }
        assert_eq!(total, 6);
    }
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_huge_body_is_as_long_as_it_was_asked_to_be() {
    let bench = Bench::new().await;
    bench
        .faults(json!([{"kind": "huge-body", "bytes": 300_000}]))
        .await;
    assert_eq!(bench.get(USERS).await.text.len(), 300_000);
    bench.faults(json!([{"kind": "huge-body"}])).await;
    let mut response = bench.call(Method::GET, USERS).send().await.unwrap();
    let mut received = 0;
    while received < 2_000_000 {
        received += response.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn faults_meet_the_calls_that_they_match_and_can_be_taken_away() {
    let bench = Bench::new().await;
    let fault = json!([{"kind": "error", "match":
        {"portal": "ofs", "method": "GET", "path": "/providers/*/areas"}}]);
    bench.faults(fault).await;
    assert_eq!(bench.get(USERS).await.status, 200);
    assert_eq!(bench.get("/providers/10000001/areas").await.status, 503);
    let state = bench.ask("/faults").await;
    assert_eq!(state[0]["met"], 1);
    assert_eq!(state[0]["played"], 1);
    let cleared = bench.tell(Method::DELETE, "/faults", &json!(null)).await;
    assert_eq!(cleared.status, 204);
    assert_eq!(bench.get("/providers/10000001/areas").await.status, 200);
    let wrong = bench
        .tell(Method::PUT, "/faults", &json!([{"kind": "error", "ms": 1}]))
        .await;
    assert_eq!(wrong.problem(), "422 invalid-body");
}

#[tokio::test]
async fn the_same_seed_plays_the_same_faults() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let bench = Bench::new().await;
        bench
            .faults(json!([{"kind": "error", "rate": 0.5, "seed": 42}]))
            .await;
        let mut statuses = Vec::new();
        for _ in 0..32 {
            let call = bench.call(Method::GET, "/providers/10000001/users/u-0001");
            statuses.push(send(call).await.status.as_u16());
        }
        assert!(statuses.contains(&200) && statuses.contains(&503));
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
}
