//! HFL's driver against a portal that answers whatever a test tells it to: complete or not at all,
//! one save for one product, never over what somebody else has saved.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use beadle::model::live::Live;
use beadle::model::name::{PortalId, PortalOrganisation};
use beadle::model::plan::{AccountRef, Write};
use beadle::portal::{Access, PortalError, PortalErrorKind, PortalWrite, driver};
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

async fn list(server: &Server) -> Result<Live, PortalError> {
    portal(server).list(&school()).await
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

/// H5, H13, H14: two calls and one for each product.
#[tokio::test]
async fn a_listing_joins_accounts_and_products_in_the_fewest_calls() {
    let server = serve(answers()).await;
    let live = list(&server).await.unwrap();
    insta::assert_snapshot!(server.calls().join("\n"), @r"
    GET /schools/9999001/products
    GET /schools/9999001/products/cards/permissions
    GET /schools/9999001/products/dms/permissions
    GET /schools/9999001/sub-accounts
    ");
    let shown: Vec<String> = live
        .accounts()
        .values()
        .map(|it| format!("{} {} {:?} {:?}", it.id, it.login, it.email, it.areas))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    s-1 p1@oakfield.example None {"dms"}
    s-2 p2@oakfield.example None {"cards", "dms"}
    s-3 p3@oakfield.example None {}
    "#);
    assert_eq!(live.catalogue().len(), 2);
    assert_eq!(live.evidence().accounts_total, 3);
}

/// What becomes of a listing in which one answer is another.
async fn refusal(path: &'static str, change: fn(&mut Value)) -> String {
    let mut answers = answers();
    change(answers.get_mut(path).unwrap());
    let server = serve(answers).await;
    let error = list(&server).await.unwrap_err().to_string();
    error.replace(
        "portal `hfl`, organisation `9999001`, GET /schools/9999001",
        "…",
    )
}

fn remove(value: &mut Value, field: &str) {
    value.as_object_mut().unwrap().remove(field).unwrap();
}

#[tokio::test]
async fn a_listing_that_contradicts_itself_is_never_live() {
    let cases: Vec<(&'static str, fn(&mut Value))> = vec![
        (ALL, |it| it["school"] = json!("9999002")),
        (PRODUCTS, |it| it["school"] = json!("9999002")),
        (DMS, |it| it["school"] = json!("9999002")),
        (DMS, |it| it["product"] = json!("cards")),
        (ALL, |it| it["total"] = json!(4)),
        (PRODUCTS, |it| it["total"] = json!(1)),
        (DMS, |it| it["total"] = json!(3)),
        (ALL, |it| it["sub_accounts"][1]["id"] = json!("s-1")),
        (PRODUCTS, |it| it["products"][1]["id"] = json!("dms")),
        (DMS, |it| it["sub_accounts"][1] = json!("s-1")),
        (DMS, |it| it["sub_accounts"][1] = json!("s-9")),
        (ALL, |it| it["sub_accounts"][1]["username"] = json!(" ")),
        (ALL, |it| remove(it, "total")),
        (PRODUCTS, |it| remove(it, "total")),
        (DMS, |it| remove(it, "total")),
        (ALL, |it| remove(&mut it["sub_accounts"][0], "email")),
        (ALL, |it| *it = json!({"error": "secret detail"})),
    ];
    let mut told = String::new();
    for (path, change) in cases {
        told += &format!("{}\n", refusal(path, change).await);
    }
    insta::assert_snapshot!(told, @r"
    …/sub-accounts: the list cannot be trusted: the answer is for organisation `9999002`, not `9999001`
    …/products: the list cannot be trusted: the answer is for organisation `9999002`, not `9999001`
    …/products/dms/permissions: the list cannot be trusted: the answer is for organisation `9999002`, not `9999001`
    …/products/dms/permissions: the answer does not have the form that was agreed (the permissions of another product)
    …/sub-accounts: the list cannot be trusted: the portal says there are 4 accounts, but sent 3
    …/sub-accounts: the list cannot be trusted: the portal says there are 1 areas, but sent 2
    …/products/dms/permissions: the list cannot be trusted: the portal says there are 3 permissions of a product, but sent 2
    …/products/dms/permissions: the list cannot be trusted: the user view and the area view disagree about area `dms`
    …/products: the list cannot be trusted: `dms` is in the list twice
    …/products/dms/permissions: the list cannot be trusted: `s-1` is in the list twice
    …/products/dms/permissions: the list cannot be trusted: the user view and the area view disagree about area `dms`
    …/sub-accounts: the answer does not have the form that was agreed (a sub account without `username`)
    …/sub-accounts: the answer does not have the form that was agreed (field `total` is missing)
    …/products: the answer does not have the form that was agreed (field `total` is missing)
    …/products/dms/permissions: the answer does not have the form that was agreed (field `total` is missing)
    …/sub-accounts: the answer does not have the form that was agreed (field `email` is missing)
    …/sub-accounts: the answer does not have the form that was agreed (field `school` is missing)
    ");
}

/// An account that was made and ticked between two calls is no contradiction a moment later.
#[tokio::test]
async fn a_listing_that_moved_is_read_once_more() {
    let server = Server::start(|seen: &Seen| {
        let mut answers = answers();
        if seen.number < 4 {
            let list = answers.get_mut(ALL).unwrap();
            list["total"] = json!(2);
            list["sub_accounts"].as_array_mut().unwrap().remove(1);
        }
        Reply::json(200, &answers[seen.path()]).header("ETag", "\"7\"")
    })
    .await;
    assert_eq!(list(&server).await.unwrap().accounts().len(), 3);
    assert_eq!(server.seen().len(), 8);
}

fn account(number: usize) -> AccountRef {
    AccountRef {
        login: format!("p{number}@oakfield.example").as_str().into(),
        name: format!("Person {number}").into(),
        id: Some(PortalId::from(format!("s-{number}"))),
        person: None,
    }
}

fn save(give: &[usize], take: &[usize]) -> Write {
    let accounts = |numbers: &[usize]| numbers.iter().map(|number| account(*number)).collect();
    Write::AreaSet {
        area: "dms".into(),
        give: accounts(give),
        take: accounts(take),
    }
}

/// Saves of one product as a test has them: the sets that are read one after the other, and what
/// each PUT is answered with; a PUT that is not refused is answered with what it holds.
struct Product {
    reads: Vec<Vec<&'static str>>,
    refuse: usize,
}

impl Product {
    async fn serve(self) -> Server {
        let counts = Arc::new(Mutex::new((0, 0)));
        Server::start(move |seen: &Seen| {
            let mut counts = counts.lock().unwrap();
            if seen.method == "PUT" {
                counts.1 += 1;
                if counts.1 <= self.refuse {
                    return Reply::problem(412, "version-changed");
                }
                let sent: Value = serde_json::from_str(&seen.body).unwrap();
                let mut body = ticks("dms", &[]);
                body["total"] = json!(sent["sub_accounts"].as_array().unwrap().len());
                body["sub_accounts"] = sent["sub_accounts"].clone();
                return Reply::json(200, &body).header("ETag", "\"9\"");
            }
            if seen.path() != DMS {
                return Reply::json(200, &answers()[seen.path()]).header("ETag", "\"0\"");
            }
            let read = self.reads.get(counts.0).or(self.reads.last()).unwrap();
            counts.0 += 1;
            let tag = format!("\"{}\"", counts.0);
            Reply::json(200, &ticks("dms", read)).header("ETag", &tag)
        })
        .await
    }
}

/// The saves: tag and body.
fn saves(server: &Server) -> String {
    let seen = server.seen();
    let puts = seen.iter().filter(|seen| seen.method == "PUT");
    let lines = puts.map(|seen| {
        let tag = seen.header("if-match").unwrap_or("-");
        format!("{tag} {}", seen.body)
    });
    lines.collect::<Vec<_>>().join("\n")
}

async fn write(server: &Server, write: &Write) -> Result<(), PortalErrorKind> {
    let written = portal(server).write(&school(), write, "key-1").await;
    written.map(|_| ()).map_err(|error| error.kind)
}

/// H14, H15.
#[tokio::test]
async fn a_product_is_saved_as_a_whole_set_and_unknown_ticks_stay() {
    let reads = vec![vec!["s-1", "s-2", "x-unknown"]];
    let server = Product { reads, refuse: 0 }.serve().await;
    write(&server, &save(&[3], &[1])).await.unwrap();
    insta::assert_snapshot!(saves(&server), @r#""1" {"sub_accounts":["s-2","s-3","x-unknown"]}"#);
    assert_eq!(server.seen().len(), 2, "one read, one save");
}

#[tokio::test]
async fn a_conflict_reads_again_and_starts_from_what_is_live_then() {
    let reads = vec![vec!["s-1", "s-2"], vec!["s-1", "x-new"], vec!["s-1"]];
    let server = Product { reads, refuse: 1 }.serve().await;
    write(&server, &save(&[3], &[1])).await.unwrap();
    insta::assert_snapshot!(saves(&server), @r#"
    "1" {"sub_accounts":["s-2","s-3"]}
    "2" {"sub_accounts":["s-3","x-new"]}
    "#);
}

#[tokio::test]
async fn a_conflict_that_keeps_coming_is_given_up() {
    let reads = vec![vec!["s-1", "s-2"]];
    let server = Product { reads, refuse: 9 }.serve().await;
    let kind = write(&server, &save(&[3], &[])).await.unwrap_err();
    insta::assert_snapshot!(kind, @"it conflicts with what is live (412, `version-changed`)");
    assert_eq!(server.count("PUT"), 2);
}

#[tokio::test]
async fn what_is_as_wanted_already_is_not_saved_again() {
    // As the plan found it; as our own lost save left it; as somebody else left it.
    for (reads, refuse) in [
        (vec![vec!["s-2", "s-3"]], 0),
        (vec![vec!["s-1", "s-2"], vec!["s-2", "s-3"]], 1),
    ] {
        let server = Product { reads, refuse }.serve().await;
        write(&server, &save(&[3], &[1])).await.unwrap();
        assert_eq!(server.count("PUT"), refuse);
    }
}

/// H18: after a surprise every account that is named must still be there, under its username.
#[tokio::test]
async fn a_surprise_makes_sure_that_the_accounts_are_still_the_same() {
    let gone = Product {
        reads: vec![vec!["s-2"]],
        refuse: 0,
    };
    let server = gone.serve().await;
    let kind = write(&server, &save(&[3], &[9])).await.unwrap_err();
    assert_eq!(kind, PortalErrorKind::NoAccount);
    assert_eq!(server.count("PUT"), 0);
    let renamed = Product {
        reads: vec![vec!["s-2"]],
        refuse: 0,
    };
    let server = renamed.serve().await;
    let mut other = save(&[3], &[1]);
    for account in other.accounts_mut() {
        account.login = "somebody-else".into();
    }
    let kind = write(&server, &other).await.unwrap_err();
    assert_eq!(kind, PortalErrorKind::Changed { field: "username" });
    assert_eq!(server.count("PUT"), 0);
}

/// What becomes of a save whose read, or whose answer, is this.
async fn saved_over(method: &'static str, reply: Reply) -> (String, usize) {
    let server = Server::start(move |seen: &Seen| {
        if seen.method == method {
            reply.clone()
        } else {
            Reply::json(200, &ticks("dms", &["s-1"])).header("ETag", "\"7\"")
        }
    })
    .await;
    let kind = write(&server, &save(&[3], &[])).await.unwrap_err();
    (kind.to_string(), server.count("PUT"))
}

#[tokio::test]
async fn nothing_is_saved_over_a_set_that_cannot_be_trusted() {
    let tagged = |body: &Value| Reply::json(200, body).header("ETag", "\"7\"");
    let mut other_school = ticks("dms", &["s-1"]);
    other_school["school"] = json!("9999002");
    let mut short = ticks("dms", &["s-1"]);
    short["total"] = json!(2);
    let mut told = String::new();
    for reply in [
        tagged(&other_school),
        tagged(&ticks("cards", &["s-1"])),
        tagged(&short),
        Reply::json(200, &ticks("dms", &["s-1"])),
        Reply::problem(403, "not-purchased"),
    ] {
        let (error, puts) = saved_over("GET", reply).await;
        assert_eq!(puts, 0);
        told += &format!("{error}\n");
    }
    insta::assert_snapshot!(told, @r"
    the list cannot be trusted: the answer is for organisation `9999002`, not `9999001`
    the answer does not have the form that was agreed (the permissions of another product)
    the list cannot be trusted: the portal says there are 2 permissions of a product, but sent 1
    the answer does not have the form that was agreed (no `ETag`)
    the portal forbids it (403, `not-purchased`)
    ");
}

#[tokio::test]
async fn the_answer_to_a_save_is_compared_with_what_was_saved() {
    let mut told = String::new();
    for reply in [
        Reply::json(200, &ticks("dms", &["s-1"])),
        Reply::problem(422, "unknown-sub-account"),
        Reply::problem(403, "read-only-token"),
        Reply::empty(204),
    ] {
        let (error, _) = saved_over("PUT", reply).await;
        told += &format!("{error}\n");
    }
    insta::assert_snapshot!(told, @r"
    the answer does not have the form that was agreed (other permissions came back than were saved)
    the account is not on the portal
    the portal forbids it (403, `read-only-token`)
    the answer does not have the form that was agreed (no body)
    ");
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
