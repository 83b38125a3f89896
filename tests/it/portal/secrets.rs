//! The token reaches the portal and nothing else; people stay out of messages and logs.

use std::sync::{Arc, Mutex};

use beadle::model::plan::Write;
use beadle::portal::driver;
use tracing_subscriber::fmt::MakeWriter;

use super::server::{Reply, Seen, Server};
use super::{TOKEN, access, account, provider, reader, user, users_page, with_users, writer};

#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn a_call_is_logged_without_token_query_or_body() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // With a single subscriber in the process, `tracing` lets whichever test comes first at a line
    // switch that line off for all; with two it asks both.
    let _second = tracing::Dispatch::new(
        tracing_subscriber::fmt()
            .with_writer(std::io::sink)
            .finish(),
    );
    let server = Server::start(with_users(|seen| match seen.method.as_str() {
        "GET" => Reply::json(200, &users_page(1, 200, 1, &[user(1, &[])])),
        _ => Reply::problem(409, "email-taken"),
    }))
    .await;
    let portal = writer(&server.url());
    let create = Write::Create {
        account: account("user1@northshire.example", None),
        email: None,
        expires: None,
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    };
    portal.observe(&provider(), &create).await.unwrap();
    let error = portal.write(&provider(), &create, "key").await.unwrap_err();
    let text = log.text();
    assert!(
        text.contains("method=GET path=\"/providers/10009999/users\" status=200"),
        "{text}"
    );
    assert!(
        text.contains("method=POST path=\"/providers/10009999/users\" status=409"),
        "{text}"
    );
    for secret in [TOKEN, "user1", "User 1", "search", "Aisha", "secret detail"] {
        assert!(!text.contains(secret), "`{secret}` is in the log");
        assert!(
            !format!("{error} {error:?}").contains(secret),
            "`{secret}` is in the error"
        );
    }
}

#[tokio::test]
async fn the_token_goes_in_its_header_and_the_program_says_who_it_is() {
    let server = Server::start(|_: &Seen| Reply::problem(401, "unauthenticated")).await;
    let error = reader(&server.url()).list(&provider()).await.unwrap_err();
    assert!(error.portal_is_lost());
    let seen = server.seen();
    let first = seen.first().unwrap();
    assert_eq!(
        first.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    assert_eq!(
        first.header("user-agent"),
        Some(concat!("beadle/", env!("CARGO_PKG_VERSION")))
    );
    assert!(!first.target.contains(TOKEN));
    assert!(!format!("{error} {error:?}").contains(TOKEN));
}

#[tokio::test]
async fn a_portal_that_sends_the_token_back_does_not_get_it_printed() {
    for reply in [
        Reply::problem(403, TOKEN),
        Reply::text(200, "application/json", &format!("{{\"{TOKEN}\": 1}}")),
        Reply::text(200, "application/json", &format!("\"{TOKEN}\"")),
        Reply::text(200, &format!("{TOKEN}; x"), "{}"),
        Reply::empty(302).header("Location", &format!("https://portal.example/{TOKEN}")),
        Reply::bytes(&format!("HTTP/1.1 {TOKEN}\r\n\r\n")),
    ] {
        let server = Server::start(with_users(move |_| reply.clone())).await;
        let error = reader(&server.url()).list(&provider()).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(TOKEN), "{shown}");
    }
}

#[test]
fn a_token_that_is_none_is_refused_and_not_shown() {
    for token in ["", "  ", "two words", "line\nend", "t\u{f6}ken"] {
        let mut access = access("https://portal.example");
        access.token = token.into();
        let error = driver("ofs").unwrap().open_read(access).err().unwrap();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"portal `ofs`: the token is empty or has characters that no token has, such as a space or a line end");
        }
    }
}

#[tokio::test]
async fn the_line_end_of_a_token_file_does_no_harm() {
    let server = Server::start(|_: &Seen| Reply::problem(401, "unauthenticated")).await;
    let mut access = access(&server.url());
    access.token = format!("{TOKEN}\n").into();
    let portal = driver("ofs").unwrap().open_read(access).unwrap();
    assert!(portal.list(&provider()).await.is_err());
    let seen = server.seen();
    assert_eq!(
        seen[0].header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
}
