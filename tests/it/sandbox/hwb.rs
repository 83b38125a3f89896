//! Hwb in the sandbox: its rules over HTTP, its pages, its document, and the driver against it.

mod document;
mod driver;
mod pages;
mod users;

use beadle::model::snapshot::{Snapshot, SnapshotAccount, SnapshotEvidence};
use beadle::sandbox::{Options, PortalOptions, start};
use jiff::civil::{Date, date};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Bench, Reply, client, send};

/// The sandbox's first day.
const TODAY: Date = date(2026, 10, 1);
const AUTHORITY: &str = "/authorities/690/users";
const SCHOOL: &str = "/schools/6909001/users";

/// A running sandbox with one Hwb portal.
struct Hwb(Bench);

impl Hwb {
    /// With the example authority.
    async fn new() -> Self {
        Self::with(Vec::new()).await
    }

    /// With an authority of two schools.
    async fn area() -> Self {
        let mut authority = snapshot("690", 3);
        authority.accounts[2].upstream = true;
        Self::with(vec![
            authority,
            snapshot("6909001", 3),
            snapshot("6909002", 0),
        ])
        .await
    }

    async fn with(snapshots: Vec<Snapshot>) -> Self {
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            database: None,
            today: TODAY,
            portals: vec![PortalOptions {
                name: "hwb".to_owned(),
                driver: "hwb".to_owned(),
                snapshots,
            }],
        };
        Self(Bench {
            running: start(options).await.unwrap(),
            client: client(),
            token: "sandbox-hwb".to_owned(),
        })
    }

    fn call(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let base = &self.0.running.ready().portals["hwb"].url;
        let request = self.0.client.request(method, format!("{base}{path}"));
        request.bearer_auth(&self.0.token)
    }

    async fn get(&self, path: &str) -> Reply {
        send(self.call(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.call(Method::POST, path).json(body)).await
    }

    /// An act that needs nothing but its name.
    async fn act(&self, user: &str, act: &str) -> Reply {
        self.post(&format!("{user}/{act}"), &json!({})).await
    }

    /// One user, read twice: what was accepted shows.
    async fn settled(&self, user: &str) -> Value {
        self.get(user).await;
        self.get(user).await.json()["user"].clone()
    }

    async fn day(&self, today: &str) {
        let clock = json!({ "today": today });
        let reply = self.0.tell(Method::PUT, "/clock", &clock).await;
        assert_eq!(reply.status, 200);
    }

    async fn state(&self, organisation: &str) -> Snapshot {
        let path = format!("/state?portal=hwb&organisation={organisation}");
        serde_json::from_value(self.0.ask(&path).await).unwrap()
    }
}

/// An organisation with users `h-000`, `h-001`, …; the first is its administrator.
fn snapshot(organisation: &str, users: usize) -> Snapshot {
    let accounts: Vec<SnapshotAccount> = (0..users)
        .map(|number| SnapshotAccount {
            id: format!("h-{number:03}"),
            login: format!("Person{number}of{organisation}"),
            name: format!("Person {number}"),
            email: Some(format!("p{number}@dyffryn.example")),
            expires: Some(date(2027, 8, 31)),
            active: true,
            locked: false,
            upstream: false,
            admin: number == 0,
            areas: Vec::new(),
            last_sign_in: None,
        })
        .collect();
    Snapshot {
        format: 1,
        driver: "hwb".to_owned(),
        organisation: organisation.to_owned(),
        name: Some(format!("Organisation {organisation}")),
        taken: date(2026, 9, 30),
        evidence: SnapshotEvidence {
            accounts: accounts.len() as u64,
            areas: 0,
            pages: 1,
        },
        areas: Vec::new(),
        accounts,
    }
}

fn new_user(term: &str) -> Value {
    json!({"name": "Sioned ap Wyn", "email": "Sioned.Wyn@dyffryn.example", "term": term})
}
