//! Writing: from the freshest set, one call for one save, never over what somebody else has
//! changed, and never twice for one mail.

use beadle::model::plan::{Change, Write};
use beadle::portal::{Act, PortalError, PortalErrorKind};
use serde_json::json;

use super::super::server::{Reply, Seen, Server};
use super::{account, opened, page, roles, school, set, user, with_users};

const ROLES: &str = "/organisations/9990001/users/AKHAN12/roles";

async fn write(server: &Server, write: &Write) -> Result<(), PortalError> {
    let portal = opened(&server.url());
    portal.write(&school(), write, "key-1").await.map(|_| ())
}

/// Calls and bodies, in the order they came.
fn script(server: &Server) -> String {
    let line = |seen: &Seen| {
        let tag = seen.header("if-match").unwrap_or("-");
        let line = format!("{} {tag} {}", seen.line(), seen.body);
        line.trim_end().replace("/organisations/9990001", "…")
    };
    let seen = server.seen();
    seen.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// S10, S12: what nobody named stays, known or not.
#[tokio::test]
async fn a_save_starts_from_what_is_live_and_carries_its_tag() {
    let after = ["Organisation Admin", "music", "old page"];
    let server = Server::start(move |seen: &Seen| match seen.method.as_str() {
        "GET" => roles(&["property", "old page", "Organisation Admin"], "\"7\""),
        _ => roles(&after, "\"8\""),
    })
    .await;
    write(&server, &set(&["music"], &["property"], None))
        .await
        .unwrap();
    insta::assert_snapshot!(script(&server), @r#"
        GET …/users/AKHAN12/roles -
        PUT …/users/AKHAN12/roles "7" {"roles":["Organisation Admin","music","old page"]}
        "#);
}

/// S13.
#[tokio::test]
async fn what_is_as_wanted_already_is_not_saved_and_nobody_is_mailed() {
    let server = Server::start(|_| roles(&["music"], "\"7\"")).await;
    for done in [
        set(&["music"], &["property"], Some(false)),
        set(&[], &[], None),
    ] {
        write(&server, &done).await.unwrap();
    }
    assert_eq!(server.count("PUT"), 0);
}

#[tokio::test]
async fn a_moved_tag_is_read_again_once_and_the_save_starts_anew() {
    let server = Server::start(|seen: &Seen| match seen.number {
        0 => roles(&["property"], "\"7\""),
        1 => Reply::problem(412, "version-changed"),
        2 => roles(&["property", "Organisation Admin"], "\"8\""),
        _ => roles(&["music", "property", "Organisation Admin"], "\"9\""),
    })
    .await;
    write(&server, &set(&["music"], &[], None)).await.unwrap();
    insta::assert_snapshot!(script(&server), @r#"
        GET …/users/AKHAN12/roles -
        PUT …/users/AKHAN12/roles "7" {"roles":["music","property"]}
        GET …/users/AKHAN12/roles -
        PUT …/users/AKHAN12/roles "8" {"roles":["Organisation Admin","music","property"]}
        "#);
    let restless = Server::start(|seen: &Seen| match seen.method.as_str() {
        "GET" => roles(&[], "\"7\""),
        _ => Reply::problem(412, "version-changed"),
    })
    .await;
    let error = write(&restless, &set(&["music"], &[], None)).await;
    insta::assert_snapshot!(error.unwrap_err(), @"portal `services`, organisation `9990001`, PUT /organisations/9990001/users/*/roles: it conflicts with what is live (412, `version-changed`)");
    assert_eq!(restless.count("PUT"), 2);
}

/// S13: a repeat would mail again, so only what surely was not carried out is repeated.
#[tokio::test]
async fn a_save_is_repeated_only_where_it_was_not_carried_out() {
    let mut table = String::new();
    for (name, reply) in [
        ("lost", Reply::bytes("")),
        ("500", Reply::problem(500, "broken")),
        ("502", Reply::empty(502)),
        ("503", Reply::problem(503, "resting")),
        ("504", Reply::empty(504)),
        (
            "half",
            Reply::bytes(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
            ),
        ),
        (
            "429",
            Reply::problem(429, "too-many-requests").header("Retry-After", "0"),
        ),
        ("422", Reply::problem(422, "unknown-role")),
    ] {
        let server = Server::start(move |seen: &Seen| match seen.method.as_str() {
            "GET" => roles(&[], "\"7\""),
            _ => reply.clone(),
        })
        .await;
        let error = write(&server, &set(&["music"], &[], None))
            .await
            .unwrap_err();
        let puts = server.count("PUT");
        table += &format!("{name}: {puts}, unknown {}\n", error.outcome_unknown());
    }
    insta::assert_snapshot!(table, @r"
        lost: 1, unknown true
        500: 1, unknown true
        502: 1, unknown true
        503: 1, unknown true
        504: 1, unknown true
        half: 1, unknown true
        429: 5, unknown false
        422: 1, unknown false
        ");
}

#[tokio::test]
async fn nothing_is_saved_without_a_tag_or_over_somebody_else() {
    let body = |organisation: &str, user: &str| json!({"organisation": organisation, "user_id": user, "roles": []});
    let mut told = String::new();
    for reply in [
        Reply::json(200, &body("9990001", "AKHAN12")),
        Reply::json(200, &body("9990001", "BKHAN7")).header("ETag", "\"7\""),
        Reply::json(200, &body("9990002", "AKHAN12")).header("ETag", "\"7\""),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let error = write(&server, &set(&["music"], &[], None)).await;
        told += &format!("{}\n", error.unwrap_err().kind);
        assert_eq!(server.calls(), [format!("GET {ROLES}")]);
    }
    insta::assert_snapshot!(told, @r"
        the answer does not have the form that was agreed (no `ETag`)
        the answer does not have the form that was agreed (another user came back)
        the answer does not have the form that was agreed (another organisation's user came back)
        ");
}

#[tokio::test]
async fn an_answer_with_other_roles_than_were_saved_is_not_believed() {
    let server = Server::start(|seen: &Seen| match seen.method.as_str() {
        "GET" => roles(&[], "\"7\""),
        _ => roles(&["property"], "\"8\""),
    })
    .await;
    let error = write(&server, &set(&["music"], &[], None))
        .await
        .unwrap_err();
    assert!(error.outcome_unknown());
    assert_eq!(server.count("PUT"), 1);
}

/// S2, S6, S8.
#[tokio::test]
async fn known_refusals_say_what_to_do_and_unknown_ones_only_their_code() {
    let mut told = String::new();
    for (status, code) in [
        (403, "managed-upstream"),
        (403, "secure-number-required"),
        (409, "own-account"),
        (403, "read-only-token"),
        (404, "unknown-user"),
        (500, "own-account"),
    ] {
        let server = Server::start(move |_| Reply::problem(status, code)).await;
        let gone = Write::Delete {
            account: account(Some("AKHAN12")),
        };
        let error = write(&server, &gone).await.unwrap_err();
        told += &format!("{}, unknown {}\n", error.kind, error.outcome_unknown());
    }
    insta::assert_snapshot!(told, @r"
        the portal refuses it (403, `managed-upstream`): this organisation's staff come from SIMS or EAMW and cannot be registered here; set the account up there, or give the organisation `provisioning: registered` only if it registers its users itself, unknown false
        the portal refuses it (403, `secure-number-required`): the administrator to whom the token belongs has no mobile number registered; that person signs in to the Services Portal, opens `Organisation Admin`, registers a number with the code that is sent to it, and then beadle can run again, unknown false
        the portal refuses it (409, `own-account`): the token belongs to this account, and nobody can delete their own; another Organisation Administrator deletes it, unknown false
        the portal forbids it (403, `read-only-token`), unknown false
        the portal does not know it (404), unknown false
        the portal failed (500), unknown true
        ");
}

/// S8: whoever is to be gone is looked for among all before being said to be.
#[tokio::test]
async fn an_account_that_the_search_does_not_find_is_looked_for_among_all() {
    let gone = Write::Delete {
        account: account(Some("USER03")),
    };
    let server = Server::start(with_users(|seen| match seen.query("search") {
        Some(_) => Reply::json(200, &page(1, None, &[user(1, &[])])),
        None => Reply::json(200, &page(2, None, &[user(1, &[]), user(3, &["music"])])),
    }))
    .await;
    let portal = opened(&server.url());
    let seen = portal.observe(&school(), &gone).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].id.as_str(), "USER03");
    let short = Server::start(with_users(|_| Reply::json(200, &page(2, None, &[])))).await;
    assert!(
        opened(&short.url())
            .observe(&school(), &gone)
            .await
            .is_err()
    );
}

/// S4, S5.
#[tokio::test]
async fn a_registration_that_answers_with_somebody_else_is_not_believed() {
    let create = |login: &str, email: Option<&str>| {
        let mut account = account(None);
        account.login = login.into();
        Write::Create {
            account,
            email: email.map(Into::into),
            expires: None,
            term: None,
            notify: None,
            terms_accepted_by: None,
            assigned: false,
        }
    };
    let registered = |edit: fn(&mut serde_json::Value)| {
        let mut made = user(1, &[]);
        made["origin"] = json!("registered");
        edit(&mut made);
        json!({"organisation": "9990001", "user": made})
    };
    let good = registered(|_| {});
    let server = Server::start(move |_| Reply::json(201, &good)).await;
    let own = create("user1@willowford.example", None);
    write(&server, &own).await.unwrap();
    insta::assert_snapshot!(script(&server), @r#"POST …/users - {"name":"Aisha Khan","email":"user1@willowford.example"}"#);
    assert_eq!(server.seen()[0].header("idempotency-key"), Some("key-1"));
    for wrong in [
        registered(|made| made["email"] = json!("user2@willowford.example")),
        registered(|made| made["origin"] = json!("education-account")),
        json!({"organisation": "9990002", "user": registered(|_| {})["user"]}),
    ] {
        let server = Server::start(move |_| Reply::json(201, &wrong)).await;
        assert!(write(&server, &own).await.unwrap_err().outcome_unknown());
    }
    let server = Server::start(|_| Reply::empty(204)).await;
    let mut told = String::new();
    for no_call in [
        create("AKHAN12", None),
        create("a@willowford.example", Some("b@willowford.example")),
    ] {
        told += &format!("{}\n", write(&server, &no_call).await.unwrap_err().kind);
    }
    insta::assert_snapshot!(told, @r"
        this portal has no such call: user ids come from SIMS or EAMW; only somebody who signs in with an email address is registered here
        this portal has no such call: a registered user's login id is the email address; the two cannot differ
        ");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn what_the_portal_has_no_call_for_sends_nothing() {
    let server = Server::start(|_| roles(&[], "\"7\"")).await;
    let whose = || account(Some("AKHAN12"));
    let mut told = String::new();
    for no_call in [
        Write::Edit {
            account: whose(),
            changes: vec![Change::Name {
                before: None,
                after: "A".into(),
            }],
        },
        Write::Grant {
            account: whose(),
            area: "music".into(),
            give: true,
        },
        Write::AreaSet {
            area: "music".into(),
            give: vec![whose()],
            take: Vec::new(),
        },
        Write::Admin {
            account: whose(),
            promote: true,
        },
        Write::Active {
            account: whose(),
            active: false,
        },
        Write::Delete {
            account: account(None),
        },
        set(&["Organisation Admin"], &[], None),
    ] {
        told += &format!("{}\n", write(&server, &no_call).await.unwrap_err().kind);
    }
    insta::assert_snapshot!(told, @r"
        this portal has no such call: names and addresses are not edited here
        this portal has no such call: one grant alone; a save is a user's whole set
        this portal has no such call: an area's whole set
        this portal has no such call: promotion and demotion by an act of their own
        this portal has no such call: activation
        the account is not on the portal
        this portal has no such call: the admin tick as an area; it is changed by promoting and demoting
        ");
    assert_eq!(
        server.count("PUT") + server.count("POST") + server.count("DELETE"),
        0
    );
}

/// S6, S7, S19.
#[tokio::test]
async fn only_the_sign_in_number_is_reset() {
    let server = Server::start(|_| Reply::empty(204)).await;
    let portal = opened(&server.url());
    let khan = account(Some("AKHAN12"));
    let done = portal.act(&school(), &khan, &Act::ResetOtp).await;
    assert!(done.unwrap().is_none());
    assert_eq!(
        server.calls(),
        ["DELETE /organisations/9990001/users/AKHAN12/otp"]
    );
    for act in [Act::Unlock, Act::ResetPassword(None)] {
        let refused = portal.act(&school(), &khan, &act).await.unwrap_err();
        assert!(matches!(refused.kind, PortalErrorKind::Unsupported(_)));
    }
    assert_eq!(server.seen().len(), 1);
    let none = Server::start(|_| Reply::problem(404, "no-otp-number")).await;
    let done = opened(&none.url())
        .act(&school(), &khan, &Act::ResetOtp)
        .await;
    assert!(done.is_ok());
}
