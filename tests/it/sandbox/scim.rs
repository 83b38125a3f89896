//! The SCIM directory over real HTTP: what RFC 7643 and 7644 ask for, what it refuses, and that what
//! was done through SCIM is what the tenant's state shows.

mod document;
mod filters;
mod gate;
mod groups;
mod hostile;
mod oauth;
mod pages;
mod patch;
mod users;

use super::{Bench, Reply, send};
use beadle::model::snapshot::{Snapshot, SnapshotAccount};
use beadle::sandbox::PortalOptions;
use reqwest::Method;
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A directory and somebody who calls it.
struct Directory {
    bench: Bench,
    tenant: String,
    token: String,
}

impl Directory {
    /// The small invented university.
    async fn new() -> Self {
        Self::of(Vec::new(), "westmoor").await
    }

    async fn of(snapshots: Vec<Snapshot>, tenant: &str) -> Self {
        let bench = Bench::with(vec![portal(snapshots)], None).await.unwrap();
        Self {
            bench,
            tenant: tenant.to_owned(),
            token: "sandbox-scim".to_owned(),
        }
    }

    /// The address of the tenant's API.
    fn url(&self, path: &str) -> String {
        let base = &self.bench.running.ready().portals["scim"].url;
        format!("{base}/{}/v2{path}", self.tenant)
    }

    fn call(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let client = &self.bench.client;
        client
            .request(method, self.url(path))
            .bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Reply {
        send(self.call(Method::GET, path)).await
    }

    /// A list, with parameters encoded as they must be.
    async fn list(&self, path: &str, parameters: &[(&str, &str)]) -> Reply {
        let url = reqwest::Url::parse_with_params(&self.url(path), parameters).unwrap();
        send(self.bench.client.get(url).bearer_auth(&self.token)).await
    }

    /// The ids of the users that meet a filter, or the refusal.
    async fn found(&self, filter: &str) -> String {
        let reply = self.list("/Users", &[("filter", filter)]).await;
        if reply.status != 200 {
            return refused(&reply);
        }
        ids(&reply.json())
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Reply {
        send(self.call(method, path).json(body)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, body).await
    }

    async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, body).await
    }

    /// A PATCH of these operations.
    async fn patch(&self, path: &str, operations: Value) -> Reply {
        let body = json!({"schemas": [PATCH_OP], "Operations": operations});
        self.send(Method::PATCH, path, &body).await
    }

    async fn delete(&self, path: &str) -> Reply {
        send(self.call(Method::DELETE, path)).await
    }

    /// What the tenant holds, as the rest of beadle sees it.
    async fn state(&self) -> Snapshot {
        let path = format!("/state?portal=scim&organisation={}", self.tenant);
        serde_json::from_value(self.bench.ask(&path).await).unwrap()
    }

    /// One account of that state.
    async fn account(&self, id: &str) -> Option<SnapshotAccount> {
        let accounts = self.state().await.accounts;
        accounts.into_iter().find(|account| account.id == id)
    }
}

fn portal(snapshots: Vec<Snapshot>) -> PortalOptions {
    PortalOptions {
        name: "scim".to_owned(),
        driver: "scim".to_owned(),
        snapshots,
    }
}

fn ids(list: &Value) -> String {
    let list = list["Resources"].as_array().unwrap();
    let ids: Vec<&str> = list.iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.join(" ")
}

/// The status and the `scimType` of a SCIM error: `400 invalidFilter`.
fn refused(reply: &Reply) -> String {
    assert_eq!(reply.header("content-type"), "application/scim+json");
    let body = reply.json();
    let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
    assert_eq!(body["schemas"], json!([schema]));
    assert_eq!(body["status"], reply.status.as_str());
    assert!(!body["detail"].as_str().unwrap().is_empty());
    let kind = body["scimType"].as_str().unwrap_or("-");
    format!("{} {kind}", reply.status.as_u16())
}

fn new_user(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}
