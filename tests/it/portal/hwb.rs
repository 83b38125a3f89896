//! The Hwb driver against a portal that answers whatever a test tells it to.

use std::sync::Arc;
use std::time::Duration;

use beadle::model::name::PortalOrganisation;
use beadle::model::plan::{AccountRef, Term, Write};
use beadle::portal::{Access, Act, PortalError, PortalWrite, Written, driver};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::TOKEN;
use super::server::{Reply, Seen, Server};

const USERS: &str = "/schools/6909001/users";

fn school() -> PortalOrganisation {
    "6909001".into()
}

fn portal(server: &Server) -> Arc<dyn PortalWrite> {
    let mut access = Access::new("hwb".into(), server.url(), TOKEN.into());
    access.first_pause = Duration::from_millis(1);
    driver("hwb").unwrap().open_write(access).unwrap()
}

fn user(number: usize) -> Value {
    json!({
        "id": format!("h-{number}"), "username": format!("Person{number}"),
        "email": format!("p{number}@dyffryn.example"), "name": format!("Person {number}"),
        "origin": "non-mis", "active": true, "admin": false, "expires": "2027-08-31",
        "last_sign_in": null,
    })
}

fn page(total: usize, users: &[usize]) -> Value {
    let users: Vec<Value> = users.iter().map(|number| user(*number)).collect();
    json!({"organisation": "6909001", "total": total, "users": users})
}

fn account(id: Option<&str>) -> AccountRef {
    AccountRef {
        login: "p1@dyffryn.example".into(),
        name: "Person 1".into(),
        id: id.map(Into::into),
        person: None,
    }
}

fn create() -> Write {
    Write::Create {
        account: account(None),
        email: Some("P1@dyffryn.example".into()),
        expires: None,
        term: Some(Term::Months(6)),
        notify: None,
        terms_accepted_by: None,
        assigned: true,
    }
}

/// Lists a school whose every page has this link, or none.
async fn linked(
    total: usize,
    link: impl Fn(&Seen) -> Option<String> + Send + Sync + 'static,
) -> (String, Vec<String>) {
    let server = Server::start(move |seen| {
        let reply = Reply::json(200, &page(total, &[seen.number]));
        match link(seen) {
            Some(link) => reply.header("Link", &link),
            None => reply,
        }
    })
    .await;
    let told = match portal(&server).list(&school()).await {
        Ok(live) => format!("{} accounts", live.accounts().len()),
        Err(error) => error.kind.to_string(),
    };
    (told, server.calls())
}

#[tokio::test]
async fn pages_are_followed_by_their_links_and_only_the_cursor_is_taken() {
    let link = |seen: &Seen| {
        let next = format!(
            "<?cursor=c%2F{}&per_page=1&extra=yes>; rel=\"next\"",
            seen.number + 1
        );
        (seen.number < 2).then_some(next)
    };
    let (told, calls) = linked(3, link).await;
    assert_eq!(told, "3 accounts");
    insta::assert_snapshot!(calls.join("\n"), @r"
    GET /schools/6909001/users?per_page=500
    GET /schools/6909001/users?per_page=500&cursor=c%2F1
    GET /schools/6909001/users?per_page=500&cursor=c%2F2
    ");
}

#[tokio::test]
async fn a_link_that_goes_round_or_leads_elsewhere_ends_the_listing() {
    let mut table = String::new();
    for link in [
        "<?cursor=1>; rel=next",
        "<http://127.0.0.1:1/schools/6909001/users?cursor=1>; rel=next",
        "<https://other.example/schools/6909001/users?cursor=1>; rel=next",
        "</schools/6909002/users?cursor=1>; rel=next",
        "<?page=2>; rel=next",
        "next",
    ] {
        let (told, calls) = linked(9, move |_| Some(link.to_owned())).await;
        table += &format!("{link}: {told} ({} calls)\n", calls.len());
    }
    insta::assert_snapshot!(table, @r"
    <?cursor=1>; rel=next: the answer does not have the form that was agreed (a cursor that was there before: the list turns in a circle) (2 calls)
    <http://127.0.0.1:1/schools/6909001/users?cursor=1>; rel=next: the answer does not have the form that was agreed (the link to the next page leads elsewhere) (1 calls)
    <https://other.example/schools/6909001/users?cursor=1>; rel=next: the answer does not have the form that was agreed (the link to the next page leads elsewhere) (1 calls)
    </schools/6909002/users?cursor=1>; rel=next: the answer does not have the form that was agreed (the link to the next page leads elsewhere) (1 calls)
    <?page=2>; rel=next: the answer does not have the form that was agreed (the link to the next page holds no `cursor`) (1 calls)
    next: the answer does not have the form that was agreed (a `Link` field that cannot be read) (1 calls)
    ");
}

#[tokio::test]
async fn a_list_that_is_short_of_its_total_is_refused() {
    let (told, calls) = linked(2, |_| None).await;
    insta::assert_snapshot!(told, @"the list cannot be trusted: the portal says there are 2 accounts, but sent 1");
    assert_eq!(
        calls.len(),
        2,
        "it is read once more, since it may have moved"
    );
    let mut lacking = page(1, &[1]);
    lacking.as_object_mut().unwrap().remove("total");
    let server = Server::start(move |_| Reply::json(200, &lacking)).await;
    let error = portal(&server).list(&school()).await.unwrap_err();
    insta::assert_snapshot!(error, @"portal `hwb`, organisation `6909001`, GET /schools/6909001/users: the answer does not have the form that was agreed (field `total` is missing)");
    let server = Server::start(|_| {
        let mut other = page(1, &[1]);
        other["organisation"] = json!("6909002");
        Reply::json(200, &other)
    })
    .await;
    let error = portal(&server).list(&school()).await.unwrap_err();
    insta::assert_snapshot!(error.kind, @"the list cannot be trusted: the answer is for organisation `6909002`, not `6909001`");
}

/// W11: seven digits are a school, anything else is an authority.
#[tokio::test]
async fn an_organisation_of_exactly_seven_digits_is_a_school() {
    for (id, path) in [
        ("6909001", "/schools/6909001/users"),
        ("690", "/authorities/690/users"),
        ("69090011", "/authorities/69090011/users"),
        ("690900a", "/authorities/690900a/users"),
        (
            "٦٩٠٩٠٠١",
            "/authorities/%D9%A6%D9%A9%D9%A0%D9%A9%D9%A0%D9%A0%D9%A1/users",
        ),
    ] {
        let body = json!({"organisation": id, "total": 0, "users": []});
        let server = Server::start(move |_| Reply::json(200, &body)).await;
        portal(&server).list(&id.into()).await.unwrap();
        assert_eq!(server.seen()[0].path(), path);
    }
}

/// W2
#[tokio::test]
async fn a_creation_is_one_call_with_its_key_and_is_looked_for_by_address() {
    let server = Server::start(|seen| match seen.method.as_str() {
        "POST" => {
            let made = json!({"organisation": "6909001", "id": "h-1", "username": "Person1"});
            Reply::json(202, &made)
        }
        _ => {
            let mut other = user(2);
            other["email"] = json!("xp1@dyffryn.example");
            let mut list = page(2, &[1]);
            list["users"].as_array_mut().unwrap().push(other);
            Reply::json(200, &list)
        }
    })
    .await;
    let portal = portal(&server);
    let written = portal.write(&school(), &create(), "key-1").await.unwrap();
    assert_eq!(written, Written::later(Some("h-1".into())));
    let seen = server.seen();
    assert_eq!(seen[0].header("idempotency-key"), Some("key-1"));
    assert_eq!(
        seen[0].body,
        r#"{"name":"Person 1","email":"P1@dyffryn.example","term":"6-months"}"#
    );
    let found = portal.observe(&school(), &create()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].login, "person1".into());
    let search = server.seen()[1].query("search").unwrap().to_owned();
    assert_eq!(search, "P1%40dyffryn.example");
}

async fn refused(write: Write, reply: Reply) -> PortalError {
    let server = Server::start(move |_| reply.clone()).await;
    let error = portal(&server).write(&school(), &write, "key-1").await;
    assert_eq!(server.count("POST"), 1);
    error.unwrap_err()
}

#[tokio::test]
async fn an_answer_about_somebody_else_is_not_believed() {
    let promote = || Write::Admin {
        account: account(Some("h-1")),
        promote: true,
    };
    let one = |whose: &str, number| json!({"organisation": whose, "user": user(number)});
    for (write, status, body) in [
        (promote(), 200, one("6909001", 2)),
        (promote(), 200, one("6909002", 1)),
        (
            create(),
            202,
            json!({"organisation": "6909002", "id": "h-1", "username": "x"}),
        ),
        (
            create(),
            202,
            json!({"organisation": "6909001", "id": " ", "username": "x"}),
        ),
    ] {
        let error = refused(write, Reply::json(status, &body)).await;
        assert!(error.outcome_unknown(), "{error}");
    }
    let strange = refused(promote(), Reply::json(206, &one("6909001", 1))).await;
    insta::assert_snapshot!(strange, @"portal `hwb`, organisation `6909001`, POST /schools/6909001/users/h-1/promote: the answer does not have the form that was agreed (status 206 was not agreed)");
}

#[tokio::test]
async fn an_absent_user_is_one_that_the_portal_says_it_does_not_know() {
    let promote = Write::Admin {
        account: account(Some("h-1")),
        promote: true,
    };
    let absent = Server::start(|_| Reply::problem(404, "unknown-user")).await;
    assert_eq!(
        portal(&absent).observe(&school(), &promote).await,
        Ok(vec![])
    );
    let other = Server::start(|_| Reply::problem(404, "unknown-organisation")).await;
    assert!(portal(&other).observe(&school(), &promote).await.is_err());
}

/// W11
#[tokio::test]
async fn a_list_of_schools_that_cannot_be_is_refused() {
    let school = |id: &str| json!({"id": id, "name": "Ysgol"});
    let mut table = String::new();
    for (organisation, total, schools) in [
        ("690", 1, vec![school("6909001")]),
        ("690", 2, vec![school("6909001")]),
        ("690", 2, vec![school("6909001"), school("6909001")]),
        ("690", 1, vec![school("690")]),
        ("691", 1, vec![school("6919001")]),
    ] {
        let body = json!({"organisation": organisation, "total": total, "schools": schools});
        let server = Server::start(move |_| Reply::json(200, &body)).await;
        let told = match portal(&server).below(&"690".into()).await {
            Ok(below) => format!("{} school", below.len()),
            Err(error) => error.kind.to_string(),
        };
        table += &format!("{told}\n");
    }
    insta::assert_snapshot!(table, @r"
    1 school
    the list cannot be trusted: the portal says there are 2 schools, but sent 1
    the list cannot be trusted: `6909001` is in the list twice
    the answer does not have the form that was agreed (a school whose `id` is not 7 digits)
    the answer does not have the form that was agreed (the answer is for organisation `691`, not `690`)
    ");
}

/// W8: neither a chosen nor a made password is in an error, and no key makes the portal keep one.
#[tokio::test]
async fn passwords_are_sent_once_without_a_key_and_repeated_nowhere() {
    const SECRET: &str = "Canary7password";
    let act = async |reply: Reply, chosen: Option<&str>| {
        let server = Server::start(move |_| reply.clone()).await;
        let act = Act::ResetPassword(chosen.map(Into::into));
        let done = portal(&server)
            .act(&school(), &account(Some("h-1")), &act)
            .await;
        (done, server.seen())
    };
    let made = |password: Value| {
        let body = json!({"organisation": "6909001", "id": "h-1", "password": password});
        Reply::json(200, &body)
    };
    let (done, seen) = act(made(json!(SECRET)), None).await;
    assert_eq!(done.unwrap().unwrap().expose_secret(), SECRET);
    assert_eq!(seen[0].line(), format!("POST {USERS}/h-1/password"));
    assert_eq!(
        (&*seen[0].body, seen[0].header("idempotency-key")),
        ("{}", None)
    );
    let (done, seen) = act(made(Value::Null), Some(SECRET)).await;
    assert!(done.unwrap().is_none());
    assert_eq!(seen[0].body, json!({ "password": SECRET }).to_string());
    let other = json!({"organisation": "6909001", "id": "h-2", "password": SECRET});
    for (reply, chosen) in [
        (made(Value::Null), None),
        (made(json!("")), None),
        (made(json!({ "text": SECRET })), None),
        (Reply::json(200, &other), None),
        (Reply::problem(422, "password-policy"), Some(SECRET)),
        (Reply::problem(503, "x"), Some(SECRET)),
        (Reply::text(200, "text/html", SECRET), Some(SECRET)),
    ] {
        let (done, seen) = act(reply, chosen).await;
        let error = done.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(SECRET));
        assert_eq!(seen.len(), 1, "never sent twice");
    }
    let (done, seen) = act(made(Value::Null), Some("canary7password")).await;
    let told = done.unwrap_err().to_string();
    assert!(told.contains("at least 8 characters") && !told.contains("canary7"));
    assert!(seen.is_empty());
}

/// W8
#[tokio::test]
async fn a_password_reaches_the_portal_and_no_log() {
    const SECRET: &str = "Canary7password";
    let log = super::secrets::Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // As in `secrets.rs`: with a single subscriber another test may switch a line off for all.
    let _second = tracing::Dispatch::new(
        tracing_subscriber::fmt()
            .with_writer(std::io::sink)
            .finish(),
    );
    let body = json!({"organisation": "6909001", "id": "h-1", "password": SECRET});
    let server = Server::start(move |_| Reply::json(200, &body)).await;
    for chosen in [None, Some(SECRET.into())] {
        let act = Act::ResetPassword(chosen);
        let reset = portal(&server)
            .act(&school(), &account(Some("h-1")), &act)
            .await;
        assert!(reset.is_ok());
    }
    let text = log.text();
    assert!(text.contains("/users/h-1/password"), "{text}");
    assert!(!text.contains(SECRET));
}
