//! The Services Portal of the sandbox over real HTTP: its API, its pages, its document, and the
//! driver that was written apart from it.

mod api;
mod document;
mod driver;
mod pages;

use beadle::model::snapshot::{Snapshot, SnapshotAccount};
use beadle::sandbox::PortalOptions;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Bench, Reply, send};

/// The organisation of the small invented school, and its users.
const SCHOOL: &str = "9990001";
const USERS: &str = "/organisations/9990001/users";

/// A sandbox with one Services Portal.
struct Portal {
    bench: Bench,
}

impl Portal {
    /// With the small invented school.
    async fn new() -> Self {
        Self::seeded(Vec::new()).await
    }

    async fn seeded(snapshots: Vec<Snapshot>) -> Self {
        let portal = PortalOptions {
            name: "hampshire".to_owned(),
            driver: "hampshire".to_owned(),
            snapshots,
        };
        let mut bench = Bench::with(vec![portal], None).await.unwrap();
        bench.token = "sandbox-hampshire".to_owned();
        Self { bench }
    }

    fn call(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let base = &self.bench.running.ready().portals["hampshire"].url;
        self.bench
            .client
            .request(method, format!("{base}{path}"))
            .bearer_auth(&self.bench.token)
    }

    async fn get(&self, path: &str) -> Reply {
        send(self.call(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.call(Method::POST, path).json(body)).await
    }

    async fn delete(&self, path: &str) -> Reply {
        send(self.call(Method::DELETE, path)).await
    }

    /// Saves a user's roles, whatever they were.
    async fn save(&self, user: &str, roles: &[&str]) -> Reply {
        let path = format!("{USERS}/{user}/roles");
        send(
            self.call(Method::PUT, &path)
                .json(&json!({ "roles": roles })),
        )
        .await
    }

    /// To whom mails went, oldest first.
    async fn mailed(&self) -> Vec<String> {
        let mails = self.bench.ask("/outbox").await;
        let mails = mails.as_array().unwrap().iter();
        mails
            .map(|mail| mail["to"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn state(&self, organisation: &str) -> Snapshot {
        let path = format!("/state?portal=hampshire&organisation={organisation}");
        serde_json::from_value(self.bench.ask(&path).await).unwrap()
    }

    /// One user of the small invented school.
    async fn user(&self, id: &str) -> SnapshotAccount {
        let state = self.state(SCHOOL).await;
        let mut users = state.accounts.into_iter();
        users.find(|user| user.id == id).unwrap()
    }

    /// The calls that wrote, as method and path.
    async fn writes(&self) -> Vec<String> {
        let calls = self.bench.ask("/calls").await;
        let calls = calls.as_array().unwrap().iter();
        calls
            .filter(|call| call["method"] != "GET")
            .map(|call| format!("{} {}", call["method"], call["path"]).replace('"', ""))
            .collect()
    }

    /// Takes the numbers of both administrators away.
    async fn without_numbers(&self) {
        for user in ["BOKONKW2", "AHASSAN"] {
            let gone = self.delete(&format!("{USERS}/{user}/otp")).await;
            assert_eq!(gone.status, 204, "{}", gone.text);
        }
    }
}

/// An organisation that registers its users itself: no account comes from another system.
fn trust() -> Snapshot {
    serde_json::from_value(json!({
        "format": 1, "driver": "hampshire", "organisation": "9990003",
        "taken": "2026-09-30", "evidence": {"accounts": 2, "areas": 1},
        "areas": [{"code": "trailblazer", "title": "Trailblazer"}],
        "accounts": [
            {"id": "r-0001", "login": "lea@meonwater.example", "name": "Lea Park", "admin": true},
            {"id": "x-9", "login": "Sam@meonwater.example", "name": "Sam Poe", "areas": ["trailblazer"]},
        ],
    }))
    .unwrap()
}

/// A school of so many users, `USER000`, `USER001`, … of whom the first administers.
fn school(users: usize) -> Snapshot {
    let accounts: Vec<Value> = (0..users)
        .map(|number| {
            let id = format!("USER{number:03}");
            json!({
                "id": id, "login": id, "name": format!("Person {number}"), "upstream": true,
                "email": format!("p{number}@willowford.example"), "admin": number == 0,
                "areas": ["music"],
            })
        })
        .collect();
    serde_json::from_value(json!({
        "format": 1, "driver": "hampshire", "organisation": "9990002",
        "taken": "2026-09-30", "evidence": {"accounts": users, "areas": 1},
        "areas": [{"code": "music", "title": "Music Service"}], "accounts": accounts,
    }))
    .unwrap()
}
