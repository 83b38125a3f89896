//! HFL's driver against a portal that answers whatever a test tells it to: complete or not at all,
//! one save for one product, never over what somebody else has saved.

mod listing;
mod saving;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use beadle::model::name::{PortalId, PortalOrganisation};
use beadle::model::plan::{AccountRef, Write};
use beadle::portal::{Access, PortalErrorKind, PortalWrite, driver};
use serde_json::{Value, json};

use super::TOKEN;
use super::server::{Reply, Seen, Server};

const ALL: &str = "/schools/9999001/sub-accounts";
const PRODUCTS: &str = "/schools/9999001/products";
const DMS: &str = "/schools/9999001/products/dms/permissions";
const CARDS: &str = "/schools/9999001/products/cards/permissions";

fn school() -> PortalOrganisation {
    "9999001".into()
}

fn portal(server: &Server) -> Arc<dyn PortalWrite> {
    let mut access = Access::new("hfl".into(), server.url(), TOKEN.into());
    access.first_pause = Duration::from_millis(1);
    driver("hfl").unwrap().open_write(access).unwrap()
}

fn row(number: usize) -> Value {
    json!({
        "id": format!("s-{number}"), "username": format!("p{number}@oakfield.example"),
        "name": format!("Person {number}"), "email": "", "created": "2026-09-01", "new": [1],
    })
}

fn ticks(product: &str, ids: &[&str]) -> Value {
    json!({
        "school": "9999001", "product": product, "total": ids.len(), "sub_accounts": ids,
    })
}

/// A school of three with two products, of which `p1` has the one and `p2` both.
fn answers() -> BTreeMap<&'static str, Value> {
    let rows = [row(1), row(2), row(3)];
    let products = [
        json!({"id": "dms", "title": "DMS portal"}),
        json!({"id": "cards", "title": "Phonics cards"}),
    ];
    BTreeMap::from([
        (
            ALL,
            json!({"school": "9999001", "total": 3, "sub_accounts": rows}),
        ),
        (
            PRODUCTS,
            json!({"school": "9999001", "total": 2, "products": products}),
        ),
        (DMS, ticks("dms", &["s-1", "s-2"])),
        (CARDS, ticks("cards", &["s-2"])),
    ])
}

/// A portal that answers so, whatever is asked.
async fn serve(answers: BTreeMap<&'static str, Value>) -> Server {
    Server::start(move |seen: &Seen| match answers.get(seen.path()) {
        Some(body) => Reply::json(200, body).header("ETag", "\"7\""),
        None => Reply::problem(404, "not-found"),
    })
    .await
}

fn account(number: usize) -> AccountRef {
    AccountRef {
        login: format!("p{number}@oakfield.example").as_str().into(),
        name: format!("Person {number}").into(),
        id: Some(PortalId::from(format!("s-{number}"))),
        person: None,
    }
}

async fn write(server: &Server, write: &Write) -> Result<(), PortalErrorKind> {
    let written = portal(server).write(&school(), write, "key-1").await;
    written.map(|_| ()).map_err(|error| error.kind)
}

/// H4, H19: nothing that the portal does not have is asked of it.
#[tokio::test]
async fn what_the_portal_has_no_call_for_sends_nothing() {
    let server = serve(answers()).await;
    let whose = || account(1);
    let mut told = String::new();
    for no_call in [
        Write::Grant {
            account: whose(),
            area: "dms".into(),
            give: true,
        },
        Write::AccountSet {
            account: whose(),
            give: Vec::new(),
            take: Vec::new(),
            admin: None,
        },
        Write::Admin {
            account: whose(),
            promote: true,
        },
        Write::Active {
            account: whose(),
            active: false,
        },
        Write::Create {
            account: whose(),
            email: None,
            expires: Some(jiff::civil::date(2027, 7, 31)),
            term: None,
            notify: Some(false),
            terms_accepted_by: Some("m.jones".into()),
            assigned: false,
        },
    ] {
        let error = write(&server, &no_call).await.unwrap_err();
        told += &format!("{error}\n");
    }
    insta::assert_snapshot!(told, @r"
    this portal has no such call: a grant apart from its product's whole set
    this portal has no such call: an account's whole set
    this portal has no such call: administrators beside the main account
    this portal has no such call: activation
    this portal has no such call: an end, a term, or a username that the portal makes
    ");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_creation_that_answers_with_somebody_else_is_not_believed() {
    let mut wrong = Vec::new();
    for (school, row) in [("9999002", row(1)), ("9999001", row(2))] {
        let body = json!({"school": school, "sub_account": row});
        let server = Server::start(move |_| Reply::json(201, &body)).await;
        let create = Write::Create {
            account: account(1),
            email: None,
            expires: None,
            term: None,
            notify: Some(true),
            terms_accepted_by: Some("m.jones".into()),
            assigned: false,
        };
        wrong.push(write(&server, &create).await.unwrap_err().to_string());
        assert_eq!(server.seen()[0].header("idempotency-key"), Some("key-1"));
        insta::allow_duplicates! {
            insta::assert_snapshot!(server.seen()[0].body, @r#"{"username":"p1@oakfield.example","name":"Person 1","email":null,"notify":true,"accept_terms":true}"#);
        }
    }
    insta::assert_snapshot!(wrong.join("\n"), @r"
    the answer does not have the form that was agreed (another school's sub account came back)
    the answer does not have the form that was agreed (another sub account came back)
    ");
}
