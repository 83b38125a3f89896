//! OAuth 2 client credentials: a token is asked for, kept, and asked for again once it is refused.

use std::sync::{Arc, Mutex};

use beadle::portal::{Access, ClientLogin, PortalError};
use serde_json::json;

use super::directory::{Directory, Quirks};
use super::{access, open, tenant};
use crate::portal::server::{Reply, Seen, Server};

const SECRET: &str = "client-secret-9d2e";

/// A directory that refuses after so many calls, until another token is asked for.
async fn server(expires: serde_json::Value, good_for: usize) -> Server {
    let directory = Directory::with_users(3, Quirks::default());
    let given = Arc::new(Mutex::new((0, 0)));
    Server::start(move |seen: &Seen| {
        let mut given = given.lock().unwrap();
        if seen.path() == "/oauth/token" {
            *given = (given.0 + 1, 0);
            let token = format!("given-token-{}", given.0);
            return Reply::json(
                200,
                &json!({"access_token": token, "token_type": "Bearer", "expires_in": expires}),
            );
        }
        given.1 += 1;
        let said = seen.header("authorization").unwrap();
        if !said.starts_with("Bearer given-token-") || given.1 > good_for {
            let echo = format!("{{\"detail\": \"{said} has expired\"}}");
            return Reply::text(401, "application/scim+json", &echo);
        }
        directory.answer(seen)
    })
    .await
}

fn with_login(url: &str, change: impl FnOnce(&mut ClientLogin)) -> Access {
    let mut access = access(url);
    access.token = "".into();
    let mut login = ClientLogin {
        token_url: format!("{url}/oauth/token"),
        client_id: "beadle:north".to_owned(),
        client_secret: SECRET.into(),
        scope: Some("users groups".to_owned()),
    };
    change(&mut login);
    access.client_credentials = Some(login);
    access
}

fn asked(server: &Server) -> usize {
    server.count("POST")
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_kept() {
    let server = server(json!(3600), 99).await;
    let portal = open(with_login(&server.url(), |_| {}));
    for _ in 0..3 {
        assert_eq!(portal.list(&tenant()).await.unwrap().accounts().len(), 3);
    }
    assert_eq!(asked(&server), 1);
    let call = server
        .seen()
        .into_iter()
        .find(|seen| seen.method == "POST")
        .unwrap();
    insta::assert_snapshot!(call.body, @"grant_type=client_credentials&scope=users+groups");
    insta::assert_snapshot!(call.header("authorization").unwrap(), @"Basic YmVhZGxlJTNBbm9ydGg6Y2xpZW50LXNlY3JldC05ZDJl");
    let others = server.seen();
    assert!(
        others.iter().all(|seen| seen.method == "POST"
            || !seen.header("authorization").unwrap().contains("Basic"))
    );
}

/// Rule 18
#[tokio::test]
async fn a_token_that_is_refused_is_asked_for_again_once() {
    let short = server(json!("3600"), 4).await;
    let portal = open(with_login(&short.url(), |_| {}));
    assert_eq!(portal.list(&tenant()).await.unwrap().accounts().len(), 3);
    assert!(asked(&short) > 1);
    let never = server(json!(null), 0).await;
    let error = open(with_login(&never.url(), |_| {}))
        .list(&tenant())
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"portal `directory`, organisation `north`, GET /Users: the portal does not accept the token (401); is it right, and still valid?");
    assert!(error.portal_is_lost());
}

#[tokio::test]
async fn a_token_whose_time_is_over_is_not_used() {
    let server = server(json!(0), 99).await;
    let portal = open(with_login(&server.url(), |_| {}));
    portal.list(&tenant()).await.unwrap();
    assert_eq!(asked(&server), 8);
    assert_eq!(server.seen().len(), 16);
}

async fn refused(reply: Reply) -> PortalError {
    let server = Server::start(move |_| reply.clone()).await;
    open(with_login(&server.url(), |_| {}))
        .list(&tenant())
        .await
        .unwrap_err()
}

#[tokio::test]
async fn no_token_is_told_without_secret_or_token() {
    let replies = [
        Reply::json(
            401,
            &json!({"error": "invalid_client", "error_description": SECRET}),
        ),
        Reply::json(400, &json!({"error": SECRET})),
        Reply::text(200, "text/html", "<html>"),
        Reply::json(200, &json!({"access_token": "bad token"})),
        Reply::json(200, &json!({"access_token": "t", "token_type": "mac"})),
        Reply::empty(302).header("Location", "https://elsewhere.example/"),
        Reply::text(503, "text/html", SECRET),
    ];
    let mut told = Vec::new();
    for reply in replies {
        let error = refused(reply).await;
        assert!(error.portal_is_lost() && !error.outcome_unknown());
        told.push(error.kind.to_string());
    }
    let told = told.join("\n");
    assert!(!told.contains(SECRET));
    insta::assert_snapshot!(told, @r"
    no token could be had from `token_url` (it was answered with 401, `invalid_client`)
    no token could be had from `token_url` (it was answered with 400)
    no token could be had from `token_url` (the answer holds no token)
    no token could be had from `token_url` (the token has characters that no token has)
    no token could be had from `token_url` (the token is not of the kind `bearer`)
    no token could be had from `token_url` (it was answered with 302)
    no token could be had from `token_url` (it was answered with 503)
    ");
}

#[test]
fn a_login_that_would_show_its_secret_cannot_be_opened() {
    let driver = beadle::portal::driver("scim").unwrap();
    let told = |change: fn(&mut ClientLogin)| {
        let access = with_login("http://127.0.0.1:9", change);
        driver.open_read(access).err().unwrap().to_string()
    };
    insta::assert_snapshot!(told(|it| it.token_url = "http://portal.example/token".into()), @"portal `directory`: `token_url` must begin with `https://`: plain `http` is for this machine only (127.0.0.1, ::1, localhost)");
    insta::assert_snapshot!(told(|it| it.client_secret = " ".into()), @"portal `directory`: `client_id` or `client_secret` is empty");
    insta::assert_snapshot!(told(|it| it.client_id = String::new()), @"portal `directory`: `client_id` or `client_secret` is empty");
}
