//! Every bad answer ends in a clear message that names portal, organisation and call, and holds
//! nothing of what the portal sent but its code.

use std::time::Duration;

use beadle::model::plan::Write;
use beadle::portal::{OpenError, PortalErrorKind, driver};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::{Reply, Server};
use super::{access, account, opened, provider, reader, users_page, with_users, writer};

/// What a listing says when the list of users is answered so.
async fn told(reply: Reply) -> String {
    let server = Server::start(with_users(move |_| reply.clone())).await;
    let result = reader(&server.url()).list(&provider()).await;
    result.unwrap_err().to_string()
}

#[tokio::test]
async fn every_status_is_told_in_words() {
    let mut table = String::new();
    for (status, code) in [
        (401, "unauthenticated"),
        (403, "other-provider"),
        (404, "unknown-provider"),
        (405, "accounts-are-never-deleted"),
        (409, "email-taken"),
        (412, "version-changed"),
        (422, "invalid-email"),
        (429, "too-many-requests"),
        (500, "broken"),
        (503, "resting"),
    ] {
        table += &format!("{}\n", told(Reply::problem(status, code)).await);
    }
    assert!(!table.contains("secret detail"));
    let table = table.replace(
        "portal `ofs`, organisation `10009999`, GET /providers/10009999",
        "…",
    );
    insta::assert_snapshot!(table, @r"
    …/users: the portal does not accept the token (401); is it right, and still valid?
    …/users: the portal forbids it (403, `other-provider`)
    …/users: the portal does not know it (404)
    …/users: the portal refuses it (405, `accounts-are-never-deleted`)
    …/users: it conflicts with what is live (409, `email-taken`)
    …/users: it conflicts with what is live (412, `version-changed`)
    …/users: the portal refuses it (422, `invalid-email`)
    …/users: the portal asks for fewer requests (429)
    …/users: the portal failed (500)
    …/users: the portal failed (503)
    ");
}

#[tokio::test]
async fn a_message_names_portal_organisation_and_call() {
    insta::assert_snapshot!(told(Reply::problem(403, "other-provider")).await, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the portal forbids it (403, `other-provider`)");
}

#[tokio::test]
async fn a_code_that_is_more_than_a_code_is_dropped() {
    let told = told(Reply::problem(403, "ask+a.khan@northshire.example")).await;
    assert!(told.ends_with("the portal forbids it (403)"), "{told}");
}

#[tokio::test]
async fn a_page_for_people_is_not_an_answer() {
    let page = "<html><form>secret detail</form></html>";
    insta::assert_snapshot!(told(Reply::text(200, "text/html; charset=utf-8", page)).await, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the answer is not JSON but text/html; is `url` the API's address, and not a page for people?");
    insta::assert_snapshot!(told(Reply::bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")).await, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the answer is not JSON but of an unknown type; is `url` the API's address, and not a page for people?");
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let elsewhere = Server::start(|_| Reply::empty(204)).await;
    let location = format!("{}/steal", elsewhere.url());
    let server = Server::start(with_users(move |_| {
        Reply::empty(302).header("Location", &location)
    }))
    .await;
    let error = reader(&server.url()).list(&provider()).await.unwrap_err();
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the portal answers with a redirect (302), which is never followed; is `url` right?");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let claimed =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{";
    insta::assert_snapshot!(told(Reply::bytes(claimed)).await, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the answer is larger than 16777216 bytes");

    let mut long = users_page(1, 200, 0, &[]);
    long["padding"] = "x".repeat(4_000).into();
    let body = long.to_string();
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let server = Server::start(with_users(move |_| Reply::bytes(&chunked))).await;
    let mut access = access(&server.url());
    access.max_body = 2_000;
    let error = opened(access).list(&provider()).await.unwrap_err();
    assert_eq!(error.kind, PortalErrorKind::TooLarge(2_000));
}

#[tokio::test]
async fn half_a_body_is_a_lost_connection() {
    let half = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"provider\":";
    insta::assert_snapshot!(told(Reply::bytes(half)).await, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the connection was lost before the answer was complete");
    let short = Reply::text(200, "application/json", "{\"provider\":");
    insta::assert_snapshot!(told(short).await, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the answer does not have the form that was agreed (JSON that ends too early)");
}

#[tokio::test]
async fn what_is_not_http_is_a_lost_connection() {
    assert!(
        told(Reply::bytes(""))
            .await
            .ends_with("before the answer was complete")
    );
    assert!(
        told(Reply::bytes("\0\0\0"))
            .await
            .ends_with("before the answer was complete")
    );
}

#[tokio::test]
async fn a_login_page_does_not_pass_for_a_grant() {
    let server = Server::start(|_| Reply::text(200, "text/html", "<html>")).await;
    let write = Write::Grant {
        account: account("a.khan@northshire.example", Some("u-0001")),
        area: "finance".into(),
        give: true,
    };
    let result = writer(&server.url())
        .write(&provider(), &write, "key")
        .await;
    let error = result.unwrap_err();
    assert!(matches!(error.kind, PortalErrorKind::NotJson(_)));
    assert!(error.outcome_unknown());
}

#[tokio::test]
async fn no_answer_ends_in_time() {
    let server = Server::start(with_users(|_| Reply::Silence)).await;
    let mut access = access(&server.url());
    access.total_timeout = Duration::from_millis(30);
    let error = opened(access).list(&provider()).await.unwrap_err();
    assert_eq!(
        error.kind,
        PortalErrorKind::TimedOut(Duration::from_millis(30))
    );
    assert!(error.outcome_unknown());
}

#[tokio::test]
async fn a_portal_that_is_not_there_is_said_to_be_so() {
    let server = Server::start(|_| Reply::Silence).await;
    let url = server.url();
    drop(server);
    tokio::task::yield_now().await;
    let error = reader(&url).list(&provider()).await.unwrap_err();
    let told = error.to_string().replace("/areas", "/users");
    insta::assert_snapshot!(told, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the portal cannot be reached (connection refused)");
    assert!(error.portal_is_lost() && !error.outcome_unknown());
}

/// An invented authority, to be trusted by these tests only.
const AUTHORITY: &str = "\
-----BEGIN CERTIFICATE-----
MIIBkjCCATigAwIBAgIUbKisVJvZEOPVjqp4Ug3LHmyc3/YwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKY2EuZXhhbXBsZTAgFw0yNjExMjIwMzU2MzZaGA8yMTI2MTAy
OTAzNTYzNlowFTETMBEGA1UEAwwKY2EuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABOftl4Nb0yPgTlvCmEWRRXuUniX35MRKOecRP1UdyYNFVzJF+/O6
bGMoHK/a1XxznKmiLryVKWkFOYHcRxxWLCejZDBiMB0GA1UdDgQWBBT4o4uOitaR
U1xtq39DTYeqQX3dKTAfBgNVHSMEGDAWgBT4o4uOitaRU1xtq39DTYeqQX3dKTAP
BgNVHRMBAf8EBTADAQH/MA8GA1UdEQQIMAaHBH8AAAEwCgYIKoZIzj0EAwIDSAAw
RQIgFW4/4dV3a1H+24Xfw3KzB6N6IgJHImbLnxHo5H1QXPkCIQD+WW3zrYTBbMvv
DQP1AJSMJy3wDcYAXvegrAWs/AnZZg==
-----END CERTIFICATE-----
";

#[tokio::test]
async fn a_host_that_does_not_speak_tls_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let plain = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 No\r\n\r\n").await;
            let _ = stream.read(&mut [0; 4096]).await;
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let mut access = access(&url);
    let pem = folder.path().join("ca.pem");
    std::fs::write(&pem, AUTHORITY).unwrap();
    access.ca_file = Some(pem);
    let error = opened(access).list(&provider()).await.unwrap_err();
    plain.abort();
    let reason = PortalErrorKind::Unreachable("TLS could not be agreed".to_owned());
    assert_eq!(error.kind, reason);
}

#[test]
fn a_file_of_certificates_must_hold_some() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, text: Option<&str>| {
        let path = folder.path().join(name);
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        let mut access = access("https://portal.example");
        access.ca_file = Some(path);
        let error = driver("ofs").unwrap().open_read(access).err().unwrap();
        let folder = format!("{}/", folder.path().display());
        error.to_string().replace(&folder, "")
    };
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    insta::assert_snapshot!(told("empty.pem", Some("")), @"portal `ofs`: `ca_file` empty.pem holds no certificate in PEM form");
    insta::assert_snapshot!(told("text.pem", Some("not a certificate")), @"portal `ofs`: `ca_file` text.pem holds no certificate in PEM form");
    insta::assert_snapshot!(told("broken.pem", Some(broken)), @"portal `ofs`: `ca_file` broken.pem holds a certificate that cannot be used");
    assert!(told("none.pem", None).contains("`ca_file` none.pem cannot be read"));
}

#[test]
fn a_system_without_certificates_is_told_of_ca_file() {
    let result = driver("ofs")
        .unwrap()
        .open_write(access("https://portal.example"));
    match result.err() {
        None => {}
        Some(OpenError::NoCertificates { portal }) => {
            let told = OpenError::NoCertificates { portal }.to_string();
            assert!(told.contains("`ca_file`"), "{told}");
        }
        Some(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn only_an_address_that_a_token_may_be_sent_to_is_opened() {
    let mut table = String::new();
    for url in [
        "http://portal.example/api",
        "http://192.168.0.1/api",
        "ftp://portal.example",
        "portal.example",
        "https://me:hunter2@portal.example",
        "https://portal.example/api?key=hunter2",
    ] {
        let error = driver("ofs").unwrap().open_read(access(url)).err().unwrap();
        table += &format!("{error}\n");
    }
    assert!(!table.contains("hunter2"));
    insta::assert_snapshot!(table, @r"
    portal `ofs`: `url` must begin with `https://`: plain `http` is for this machine only (127.0.0.1, ::1, localhost)
    portal `ofs`: `url` must begin with `https://`: plain `http` is for this machine only (127.0.0.1, ::1, localhost)
    portal `ofs`: `url` must begin with `https://`
    portal `ofs`: `url` is not a URL with a host, such as `https://portal.example/api`
    portal `ofs`: `url` holds a user name or password; the token belongs under `token`
    portal `ofs`: `url` holds a `?` or `#`; give the address before it
    ");
}
