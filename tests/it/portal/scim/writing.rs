//! Writing users: made once, changed in the form that is understood, seen to be done.

use beadle::model::plan::{AccountRef, Change, Write};
use beadle::portal::PortalErrorKind;
use serde_json::json;

use super::directory::{Directory, Quirks};
use super::{access, bench, last_body, member, open, write, writes};

fn quirks(change: impl FnOnce(&mut Quirks)) -> Quirks {
    let mut quirks = Quirks::default();
    change(&mut quirks);
    quirks
}

fn create(login: &str, email: &str) -> Write {
    Write::Create {
        account: AccountRef {
            login: login.into(),
            name: "Ada Byron".into(),
            id: None,
            person: Some(login.into()),
        },
        email: Some(email.into()),
        expires: None,
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    }
}

fn ada() -> Write {
    create("ada@north.example", "ada@north.example")
}

fn active(active: bool) -> Write {
    Write::Active {
        account: member(0),
        active,
    }
}

fn rename() -> Write {
    Write::Edit {
        account: member(0),
        changes: vec![
            Change::Name {
                before: Some("Member 0".into()),
                after: "Ada King".into(),
            },
            Change::Login {
                before: Some("m0@north.example".into()),
                after: "ada@north.example".into(),
            },
            Change::Email {
                before: Some("m0@north.example".into()),
                after: "ada@north.example".into(),
            },
        ],
    }
}

#[tokio::test]
async fn a_new_user_is_one_call() {
    let directory = Directory::with_users(1, Quirks::default());
    let (server, portal) = bench(&directory).await;
    let written = write(&portal, &ada()).await.unwrap();
    assert_eq!(written.id.unwrap().as_str(), "u1");
    insta::assert_snapshot!(last_body(&server), @r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@north.example","displayName":"Ada Byron","name":{"formatted":"Ada Byron","givenName":"Ada","familyName":"Byron"},"emails":[{"value":"ada@north.example","primary":true}],"active":true}"#);
    let call = server
        .seen()
        .into_iter()
        .find(|seen| seen.method == "POST")
        .unwrap();
    assert_eq!(call.header("content-type"), Some("application/scim+json"));
    insta::assert_snapshot!(call.header("accept").unwrap(), @"application/scim+json, application/json;q=0.9");
    assert_eq!(call.header("idempotency-key"), None);
}

/// Rules 6, 17: after a 500 the user is looked for; it is not made twice.
#[tokio::test]
async fn a_creation_that_failed_is_looked_for_before_it_is_sent_again() {
    for (before, after, ignores_filter, posts) in [
        (1, 0, false, 2),
        (0, 1, false, 1),
        (0, 1, true, 1),
        (9, 0, true, 3),
    ] {
        let directory = Directory::with_users(
            3,
            quirks(|it| {
                it.fails_before = before;
                it.fails_after = after;
                it.ignores_filter = ignores_filter;
            }),
        );
        let (server, portal) = bench(&directory).await;
        let written = write(&portal, &ada()).await;
        assert_eq!(server.count("POST"), posts);
        match written {
            Ok(written) => assert_eq!(written.id.unwrap().as_str(), "u3"),
            Err(error) => {
                insta::assert_snapshot!(error, @"portal `directory`, organisation `north`, POST /Users: the portal answers with 500: database is locked");
                assert!(error.outcome_unknown());
            }
        }
    }
}

/// Rules 2, 5, 6: a conflict is looked into; nothing loops.
#[tokio::test]
async fn a_conflict_is_resolved_by_looking_and_told() {
    let directory = Directory::with_users(3, quirks(|it| it.ignores_filter = true));
    directory
        .change(|it| it.hidden = vec!["ada@north.example".into(), "kit".into(), "twin".into()]);
    directory.add_user(
        json!({"id": "a", "userName": "x1", "emails": [{"value": "same@north.example"}]}),
    );
    directory.add_user(
        json!({"id": "b", "userName": "x2", "emails": [{"value": "Same@north.example"}]}),
    );
    directory.add_user(json!({"id": "s", "userName": "sam", "displayName": "Ada Byron"}));
    directory.add_user(json!({"id": "o", "userName": "other", "displayName": "Somebody"}));
    let (server, portal) = bench(&directory).await;
    let mut told = Vec::new();
    for (login, email) in [
        ("ada@north.example", "ada@north.example"),
        ("kit", "m1@north.example"),
        ("twin", "same@north.example"),
        ("SAM", "sam@north.example"),
        ("other", "o@north.example"),
    ] {
        told.push(match write(&portal, &create(login, email)).await {
            Ok(written) => format!("{:?}", written.id),
            Err(error) => error.kind.to_string(),
        });
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    user name `ada@north.example` or its address is held by an account that this API does not show; only the service's own administrators can release it
    the address of `kit` belongs to another user of the portal, `m1@north.example` (id `u1`); plan again with its user name, or with `was`
    `twin` may be any of several users of the portal (ids `a`, `b`); one of them must go first
    Some("s")
    the portal answers with 409: taken
    "#);
    assert_eq!(server.count("POST"), 5);
}

/// Rules 8, 11, 13
#[tokio::test]
async fn a_deactivation_is_sent_once_and_read_back() {
    let directory = Directory::with_users(1, Quirks::default());
    let (server, portal) = bench(&directory).await;
    write(&portal, &active(false)).await.unwrap();
    write(&portal, &active(false)).await.unwrap();
    assert_eq!(writes(&server), ["PATCH /Users/u0"]);
    insta::assert_snapshot!(last_body(&server), @r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}"#);
    write(&portal, &active(true)).await.unwrap();
    assert_eq!(directory.user("u0")["active"], true);
}

/// Rule 11
#[tokio::test]
async fn a_yes_that_reading_does_not_bear_out_is_told() {
    let directory = Directory::with_users(1, quirks(|it| it.active_by_object = true));
    let (server, portal) = bench(&directory).await;
    write(&portal, &active(false)).await.unwrap();
    assert_eq!(writes(&server).len(), 2);
    directory.change(|it| it.active_is_hollow = true);
    let error = write(&portal, &active(true)).await.unwrap_err();
    insta::assert_snapshot!(error, @"portal `directory`, organisation `north`, PATCH /Users/u0: the portal said yes, and reading shows otherwise (not as written: active)");
    assert!(!error.outcome_unknown());
    assert_eq!(server.count("PUT"), 0);
}

/// Rule 8: PUT from the full live copy; what beadle does not know of stays.
#[tokio::test]
async fn put_of_the_live_copy_where_patch_is_refused() {
    let directory = Directory::with_users(1, quirks(|it| it.patch_refused = true));
    let (server, portal) = bench(&directory).await;
    write(&portal, &rename()).await.unwrap();
    assert_eq!(server.count("PUT"), 1);
    insta::assert_snapshot!(directory.user("u0"), @r#"{"id":"u0","userName":"ada@north.example","displayName":"Ada King","active":true,"x:note":"kept","emails":[{"value":"ada@north.example","primary":true}]}"#);
    let none = Directory::with_users(
        1,
        quirks(|it| {
            it.patch_refused = true;
            it.put_refused = true;
        }),
    );
    let (_server, portal) = bench(&none).await;
    insta::assert_snapshot!(write(&portal, &rename()).await.unwrap_err().kind, @"the portal answers with 405: no PUT");
}

#[tokio::test]
async fn a_rename_changes_what_it_names_and_nothing_else() {
    let directory = Directory::with_users(1, Quirks::default());
    let (server, portal) = bench(&directory).await;
    write(&portal, &rename()).await.unwrap();
    insta::assert_snapshot!(last_body(&server), @r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"displayName","value":"Ada King"},{"op":"replace","path":"userName","value":"ada@north.example"},{"op":"replace","path":"emails","value":[{"value":"ada@north.example","primary":true}]}]}"#);
    write(&portal, &rename()).await.unwrap();
    assert_eq!(writes(&server).len(), 1);
}

/// What somebody else changed since the plan is not overwritten.
#[tokio::test]
async fn a_field_that_moved_is_reported() {
    let directory = Directory::with_users(0, Quirks::default());
    directory.add_user(json!({"id": "u0", "userName": "m0@north.example", "displayName": "Other"}));
    let (server, portal) = bench(&directory).await;
    let error = write(&portal, &rename()).await.unwrap_err();
    assert_eq!(error.kind, PortalErrorKind::Changed { field: "name" });
    assert!(writes(&server).is_empty());
}

/// Rule 10: a tag that moved between reading and writing (412) is read again.
#[tokio::test]
async fn a_moved_tag_is_read_again() {
    use crate::portal::server::Server;
    let directory = Directory::with_users(1, quirks(|it| it.tags = true));
    let answering = directory.clone();
    let server = Server::start(move |seen| {
        let first = seen.method == "PATCH" && seen.header("if-match") == Some("W/\"1\"");
        if first {
            // Somebody else was quicker: the same change once, then ours meets another tag.
            let mut other = seen.clone();
            other.body =
                json!({"Operations": [{"op": "replace", "path": "x:note", "value": "new"}]})
                    .to_string();
            let _ = answering.answer(&other);
        }
        answering.answer(seen)
    })
    .await;
    let portal = open(access(&server.url()));
    write(&portal, &active(false)).await.unwrap();
    assert_eq!(directory.user("u0")["active"], false);
    assert_eq!(directory.user("u0")["x:note"], "new");
    assert_eq!(server.count("PATCH"), 2);
}

#[tokio::test]
async fn what_scim_has_no_call_for_sends_nothing() {
    let directory = Directory::with_users(1, Quirks::default());
    let (server, portal) = bench(&directory).await;
    let unknown = AccountRef {
        id: None,
        ..member(0)
    };
    for refused in [
        Write::Delete { account: member(0) },
        Write::Admin {
            account: member(0),
            promote: true,
        },
        Write::Active {
            account: unknown,
            active: false,
        },
    ] {
        let error = write(&portal, &refused).await.unwrap_err();
        assert!(!error.outcome_unknown());
    }
    let help = beadle::portal::Act::Unlock;
    assert!(
        portal
            .act(&super::tenant(), &member(0), &help)
            .await
            .is_err()
    );
    assert!(writes(&server).is_empty());
}
