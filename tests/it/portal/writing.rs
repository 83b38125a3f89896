//! Writing: one call for one write, never over what somebody else has changed.

use beadle::model::plan::{Change, Write};
use beadle::portal::{PortalError, PortalErrorKind};
use jiff::civil::date;
use serde_json::{Value, json};

use super::server::{Reply, Seen, Server};
use super::{account, one_user, provider, user, writer};

const USER: &str = "/providers/10009999/users/u-0001";

async fn write(server: &Server, write: &Write) -> Result<Option<String>, PortalError> {
    let written = writer(&server.url())
        .write(&provider(), write, "key-1")
        .await?;
    Ok(written.id.map(|id| id.as_str().to_owned()))
}

/// Calls and bodies, in the order they came.
fn script(server: &Server) -> String {
    let mut lines = Vec::new();
    for seen in server.seen() {
        let tag = seen.header("if-match").unwrap_or("-");
        let line = format!("{} if-match {tag} {}", seen.line(), seen.body);
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

fn rename() -> Write {
    Write::Edit {
        account: account("user1@northshire.example", Some("u-0001")),
        changes: vec![
            Change::Name {
                before: Some("User 1".into()),
                after: "User One".into(),
            },
            Change::Expires {
                before: Some(date(2027, 7, 31)),
                after: None,
            },
        ],
    }
}

fn named(name: &str, expires: Value) -> Value {
    let mut user = user(1, &[]);
    user["name"] = json!(name);
    user["expires"] = expires;
    user
}

#[tokio::test]
async fn a_creation_is_one_call_with_its_key() {
    let server = Server::start(|_| {
        let body = json!({"provider": "10009999", "user": user(1, &[])});
        Reply::json(201, &body).header("ETag", "\"1\"")
    })
    .await;
    let create = Write::Create {
        account: account("user1@northshire.example", None),
        email: None,
        expires: Some(date(2027, 7, 31)),
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    };
    let id = write(&server, &create).await.unwrap();
    assert_eq!(id.as_deref(), Some("u-0001"));
    insta::assert_snapshot!(script(&server), @r#"POST /providers/10009999/users if-match - {"email":"user1@northshire.example","name":"Aisha Khan","expires":"2027-07-31"}"#);
    assert_eq!(server.seen()[0].header("idempotency-key"), Some("key-1"));
}

#[tokio::test]
async fn a_creation_that_answers_with_somebody_else_is_not_believed() {
    let server = Server::start(|_| {
        let body = json!({"provider": "10009999", "user": user(2, &[])});
        Reply::json(201, &body)
    })
    .await;
    let create = Write::Create {
        account: account("user1@northshire.example", None),
        email: None,
        expires: None,
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    };
    let error = write(&server, &create).await.unwrap_err();
    assert!(error.outcome_unknown());
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, POST /providers/10009999/users: the answer does not have the form that was agreed (another user came back)");
}

#[tokio::test]
async fn an_edit_starts_from_what_is_live_and_carries_its_tag() {
    let server = Server::start(|seen: &Seen| match seen.method.as_str() {
        "GET" => one_user(&user(1, &[]), "\"7\""),
        _ => one_user(&named("User One", Value::Null), "\"8\""),
    })
    .await;
    assert_eq!(write(&server, &rename()).await.unwrap(), None);
    insta::assert_snapshot!(script(&server), @r#"
    GET /providers/10009999/users/u-0001 if-match -
    PATCH /providers/10009999/users/u-0001 if-match "7" {"name":"User One","expires":null}
    "#);
}

#[tokio::test]
async fn what_is_as_wanted_already_is_not_written_again() {
    let server = Server::start(|_| one_user(&named("User One", Value::Null), "\"7\"")).await;
    assert_eq!(write(&server, &rename()).await.unwrap(), None);
    assert_eq!(server.calls(), [format!("GET {USER}")]);
}

#[tokio::test]
async fn what_somebody_else_changed_is_reported_and_not_overwritten() {
    let server =
        Server::start(|_| one_user(&named("Use R. One", json!("2027-07-31")), "\"7\"")).await;
    let error = write(&server, &rename()).await.unwrap_err();
    assert_eq!(error.kind, PortalErrorKind::Changed { field: "name" });
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, PATCH /providers/10009999/users/u-0001: `name` has been changed on the portal since the plan was made; plan again");
    assert_eq!(server.count("PATCH"), 0);
}

/// A user who is read as `first`, refused once with 412, then read as `then`.
async fn moved(first: Value, then: Value) -> (Result<Option<String>, PortalError>, String) {
    let server = Server::start(move |seen: &Seen| match seen.number {
        0 => one_user(&first, "\"7\""),
        1 => Reply::problem(412, "version-changed"),
        2 => one_user(&then, "\"8\""),
        _ => one_user(&named("User One", Value::Null), "\"9\""),
    })
    .await;
    (write(&server, &rename()).await, script(&server))
}

#[tokio::test]
async fn a_moved_tag_is_read_again_and_the_edit_goes_on_if_its_fields_did_not_move() {
    let mut then = user(1, &["finance"]);
    then["email"] = json!("new@northshire.example");
    let (result, script) = moved(user(1, &[]), then).await;
    assert_eq!(result.unwrap(), None);
    insta::assert_snapshot!(script, @r#"
    GET /providers/10009999/users/u-0001 if-match -
    PATCH /providers/10009999/users/u-0001 if-match "7" {"name":"User One","expires":null}
    GET /providers/10009999/users/u-0001 if-match -
    PATCH /providers/10009999/users/u-0001 if-match "8" {"name":"User One","expires":null}
    "#);
}

#[tokio::test]
async fn a_moved_tag_stops_the_edit_of_a_field_that_moved() {
    let (result, _) = moved(user(1, &[]), named("User 1", json!("2026-12-31"))).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind, PortalErrorKind::Changed { field: "expires" });
}

#[tokio::test]
async fn a_moved_tag_of_our_own_lost_edit_is_success() {
    let (result, script) = moved(user(1, &[]), named("User One", Value::Null)).await;
    assert_eq!(result.unwrap(), None);
    assert_eq!(script.matches("PATCH").count(), 1);
}

#[tokio::test]
async fn a_tag_that_keeps_moving_is_given_up() {
    let server = Server::start(|seen: &Seen| match seen.method.as_str() {
        "GET" => one_user(&user(1, &[]), "\"7\""),
        _ => Reply::problem(412, "version-changed"),
    })
    .await;
    let error = write(&server, &rename()).await.unwrap_err();
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, PATCH /providers/10009999/users/u-0001: it conflicts with what is live (412, `version-changed`)");
    assert_eq!(server.count("PATCH"), 2);
}

#[tokio::test]
async fn nothing_is_edited_without_a_tag() {
    let server =
        Server::start(|_| Reply::json(200, &json!({"provider": "10009999", "user": user(1, &[])})))
            .await;
    let error = write(&server, &rename()).await.unwrap_err();
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users/u-0001: the answer does not have the form that was agreed (no `ETag`)");
    assert_eq!(server.count("PATCH"), 0);
}

#[tokio::test]
async fn the_user_of_another_provider_is_not_edited() {
    for (field, value) in [("provider", json!("10008888")), ("user", user(2, &[]))] {
        let server = Server::start(move |_| {
            let mut body = json!({"provider": "10009999", "user": user(1, &[])});
            body[field] = value.clone();
            Reply::json(200, &body).header("ETag", "\"7\"")
        })
        .await;
        assert!(write(&server, &rename()).await.is_err());
        assert_eq!(server.count("PATCH"), 0);
    }
}

fn grant(give: bool) -> Write {
    Write::Grant {
        account: account("user1@northshire.example", Some("u/0001")),
        area: "finance 2026".into(),
        give,
    }
}

#[tokio::test]
async fn a_grant_is_one_call_whatever_its_names_hold() {
    let server = Server::start(|_| Reply::empty(204)).await;
    assert_eq!(write(&server, &grant(true)).await.unwrap(), None);
    assert_eq!(write(&server, &grant(false)).await.unwrap(), None);
    insta::assert_snapshot!(script(&server), @r"
    PUT /providers/10009999/users/u%2F0001/areas/finance%202026 if-match -
    DELETE /providers/10009999/users/u%2F0001/areas/finance%202026 if-match -
    ");
}

/// What becomes of giving, or taking, when the portal answers so.
async fn granted(give: bool, status: u16, code: &'static str) -> String {
    let server = Server::start(move |_| Reply::problem(status, code)).await;
    match write(&server, &grant(give)).await {
        Ok(_) => "done".to_owned(),
        Err(error) => error.kind.to_string(),
    }
}

#[tokio::test]
async fn taking_what_is_not_there_is_done_and_nothing_else_is() {
    let mut table = String::new();
    for (give, status, code) in [
        (false, 404, "not-granted"),
        (false, 404, "unknown-user"),
        (false, 404, "unknown-area"),
        (true, 404, "not-granted"),
        (true, 403, "access-key-required"),
        (true, 403, "read-only-token"),
    ] {
        let verb = if give { "give" } else { "take" };
        table += &format!(
            "{verb} {status} {code}: {}\n",
            granted(give, status, code).await
        );
    }
    insta::assert_snapshot!(table, @r"
    take 404 not-granted: done
    take 404 unknown-user: the portal does not know it (404)
    take 404 unknown-area: the portal does not know it (404)
    give 404 not-granted: the portal does not know it (404)
    give 403 access-key-required: the portal forbids it (403, `access-key-required`)
    give 403 read-only-token: the portal forbids it (403, `read-only-token`)
    ");
}

#[tokio::test]
async fn what_the_portal_has_no_call_for_sends_nothing() {
    let server = Server::start(|_| Reply::empty(204)).await;
    let whose = || account("user1@northshire.example", Some("u-0001"));
    let unknown = || account("user1@northshire.example", None);
    let mut table = String::new();
    for no_call in [
        Write::Delete { account: whose() },
        Write::Admin {
            account: whose(),
            promote: true,
        },
        Write::Active {
            account: whose(),
            active: false,
        },
        Write::AccountSet {
            account: whose(),
            give: Vec::new(),
            take: Vec::new(),
            admin: None,
        },
        Write::AreaSet {
            area: "finance".into(),
            give: Vec::new(),
            take: Vec::new(),
        },
        Write::Create {
            account: unknown(),
            email: None,
            expires: None,
            term: None,
            notify: Some(true),
            terms_accepted_by: None,
            assigned: false,
        },
        Write::Grant {
            account: unknown(),
            area: "finance".into(),
            give: true,
        },
        Write::Grant {
            account: account("user1@northshire.example", Some("..")),
            area: "finance".into(),
            give: true,
        },
    ] {
        let error = write(&server, &no_call).await.unwrap_err();
        table += &format!("{error}\n");
    }
    insta::assert_snapshot!(table, @r"
    portal `ofs`, organisation `10009999`, write: this portal has no such call: accounts are never deleted
    portal `ofs`, organisation `10009999`, write: this portal has no such call: promotion and demotion by an act of their own
    portal `ofs`, organisation `10009999`, write: this portal has no such call: activation
    portal `ofs`, organisation `10009999`, write: this portal has no such call: an account's whole set
    portal `ofs`, organisation `10009999`, write: this portal has no such call: an area's whole set
    portal `ofs`, organisation `10009999`, write: this portal has no such call: a term, or a choice of notice, at creation
    portal `ofs`, organisation `10009999`, PUT /providers/10009999/users: the account is not on the portal
    portal `ofs`, organisation `10009999`, PUT /: this portal has no such call: an id that cannot stand in an address
    ");
    assert!(server.seen().is_empty());
}
