//! The sandbox over real HTTP: every rule and refusal of its portals, its faults, control and
//! pages. Looks at answers, records and state only, never inside.

#![cfg(feature = "sandbox")]

mod areas;
mod control;
mod document;
mod driver;
mod faults;
mod gate;
mod hampshire;
mod hfl;
mod hostile;
mod hwb;
mod pages;
mod scim;
mod users;

use std::path::PathBuf;

use beadle::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};
use beadle::sandbox::{Options, PortalOptions, Running, SandboxError, start};
use jiff::civil::date;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// One answer, read whole.
struct Reply {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    /// The status and the problem's code: `409 email-taken`.
    fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        let code = body["type"].as_str().unwrap();
        let code = code
            .strip_prefix("https://beadle.example/problems/")
            .unwrap();
        format!("{} {code}", self.status.as_u16())
    }
}

/// A running sandbox and somebody who calls it.
struct Bench {
    running: Running,
    client: reqwest::Client,
    token: String,
}

impl Bench {
    /// With the small invented organisation of every dialect.
    async fn new() -> Self {
        Self::with(Vec::new(), None).await.unwrap()
    }

    /// With one OfS portal that holds `snapshots`.
    async fn seeded(snapshots: Vec<Snapshot>) -> Self {
        Self::with(vec![portal(snapshots)], None).await.unwrap()
    }

    async fn with(
        portals: Vec<PortalOptions>,
        database: Option<PathBuf>,
    ) -> Result<Self, SandboxError> {
        let options = Options {
            listen: "127.0.0.1:0".parse().unwrap(),
            database,
            today: date(2026, 10, 1),
            portals,
        };
        let running = start(options).await?;
        Ok(Self {
            running,
            client: client(),
            token: "sandbox-ofs".to_owned(),
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.running.ready().url)
    }

    /// A call of the OfS portal, not sent yet.
    fn call(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let base = &self.running.ready().portals["ofs"].url;
        self.client
            .request(method, format!("{base}{path}"))
            .bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Reply {
        send(self.call(Method::GET, path)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.call(Method::POST, path).json(body)).await
    }

    async fn patch(&self, path: &str, body: &Value) -> Reply {
        send(self.call(Method::PATCH, path).json(body)).await
    }

    async fn put(&self, path: &str) -> Reply {
        send(self.call(Method::PUT, path)).await
    }

    async fn delete(&self, path: &str) -> Reply {
        send(self.call(Method::DELETE, path)).await
    }

    /// Asks the control.
    async fn ask(&self, path: &str) -> Value {
        let reply = send(self.client.get(self.url(&format!("/control{path}")))).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        reply.json()
    }

    /// Tells the control.
    async fn tell(&self, method: Method, path: &str, body: &Value) -> Reply {
        let url = self.url(&format!("/control{path}"));
        send(self.client.request(method, url).json(body)).await
    }

    async fn faults(&self, faults: Value) {
        let reply = self.tell(Method::PUT, "/faults", &faults).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    }

    async fn state(&self, organisation: &str) -> Snapshot {
        let path = format!("/state?portal=ofs&organisation={organisation}");
        serde_json::from_value(self.ask(&path).await).unwrap()
    }
}

fn client() -> reqwest::Client {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .unwrap()
}

async fn send(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    Reply {
        status: response.status(),
        headers: response.headers().clone(),
        text: response.text().await.unwrap(),
    }
}

fn portal(snapshots: Vec<Snapshot>) -> PortalOptions {
    PortalOptions {
        name: "ofs".to_owned(),
        driver: "ofs".to_owned(),
        snapshots,
    }
}

/// A provider with accounts `a-000`, `a-001`, … who all have area `returns`.
fn provider(organisation: &str, accounts: usize) -> Snapshot {
    let area = |code: &str, key, administration| SnapshotArea {
        code: code.to_owned(),
        title: code.to_owned(),
        access_key_required: key,
        administration,
    };
    let areas = vec![
        area("returns", false, false),
        area("vault", true, false),
        area("user-admin", true, true),
    ];
    let accounts: Vec<SnapshotAccount> = (0..accounts)
        .map(|number| SnapshotAccount {
            id: format!("a-{number:03}"),
            login: format!("p{number}@northshire.example"),
            name: format!("Person {number}"),
            email: None,
            expires: None,
            active: true,
            locked: false,
            upstream: false,
            admin: number == 0,
            areas: vec!["returns".to_owned()],
            last_sign_in: None,
        })
        .collect();
    Snapshot {
        format: 1,
        driver: "ofs".to_owned(),
        organisation: organisation.to_owned(),
        name: None,
        taken: date(2026, 9, 30),
        evidence: SnapshotEvidence {
            accounts: accounts.len() as u64,
            areas: 3,
            pages: 1,
        },
        areas,
        accounts,
    }
}
