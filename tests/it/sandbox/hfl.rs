//! HFL over real HTTP: its rules and refusals, its outbox, its screens, its document, and its
//! driver.

mod document;
mod driver;
mod pages;
mod permissions;
mod sub_accounts;

use super::{Bench, Reply, send};
use beadle::model::snapshot::Snapshot;
use beadle::sandbox::PortalOptions;
use reqwest::Method;
use serde_json::Value;

/// The invented school that the portal begins with.
const SCHOOL: &str = "/schools/9999001";

/// A sandbox with HFL alone.
async fn bench() -> Bench {
    seeded(Vec::new()).await
}

/// The same with these schools.
async fn seeded(snapshots: Vec<Snapshot>) -> Bench {
    let portal = PortalOptions {
        name: "hfl".to_owned(),
        driver: "hfl".to_owned(),
        snapshots,
    };
    Bench::with(vec![portal], None).await.unwrap()
}

/// A call of the HFL portal, not sent yet.
fn call(bench: &Bench, method: Method, path: &str) -> reqwest::RequestBuilder {
    let ready = &bench.running.ready().portals["hfl"];
    let url = format!("{}{path}", ready.url);
    bench.client.request(method, url).bearer_auth(&ready.token)
}

async fn get(bench: &Bench, path: &str) -> Reply {
    send(call(bench, Method::GET, &format!("{SCHOOL}{path}"))).await
}

async fn write(bench: &Bench, method: Method, path: &str, body: &Value) -> Reply {
    send(call(bench, method, &format!("{SCHOOL}{path}")).json(body)).await
}

async fn delete(bench: &Bench, path: &str) -> Reply {
    send(call(bench, Method::DELETE, &format!("{SCHOOL}{path}"))).await
}

async fn state(bench: &Bench) -> Snapshot {
    let held = bench.ask("/state?portal=hfl&organisation=9999001").await;
    serde_json::from_value(held).unwrap()
}

/// The products of one account, as the sandbox holds them.
async fn products_of(bench: &Bench, id: &str) -> Vec<String> {
    let state = state(bench).await;
    let account = state.accounts.iter().find(|account| account.id == id);
    account.unwrap().areas.clone()
}

/// Everything that was mailed: to whom, and what.
async fn mails(bench: &Bench) -> Vec<(String, String)> {
    let outbox = bench.ask("/outbox?organisation=9999001").await;
    let mails = outbox.as_array().unwrap().iter();
    let text = |mail: &Value, field: &str| mail[field].as_str().unwrap().to_owned();
    mails
        .map(|mail| (text(mail, "to"), text(mail, "text")))
        .collect()
}

/// A person ticks exactly these in the window of a product.
async fn click_ticks(bench: &Bench, product: &str, ids: &[&str]) {
    let fields = ids.iter().map(|id| format!("&tick-{id}=yes"));
    let body = format!("product={product}{}", fields.collect::<String>());
    let url = bench.url("/pages/hfl/9999001/users");
    let kind = "application/x-www-form-urlencoded";
    let sent = bench.client.post(url).header("content-type", kind);
    assert_eq!(send(sent.body(body)).await.status, 303);
}
