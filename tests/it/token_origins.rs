//! A token stays at its portal: where `BEADLE_TOKEN_ORIGINS` says where each may go, no change of the
//! files sends it elsewhere, and not one byte reaches another host.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread::spawn;

use crate::support::{TODAY, University, beadle, err, out};

/// A host that somebody would like the token to come to.
struct Elsewhere(TcpListener);

impl Elsewhere {
    fn listening() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    fn has_heard_nothing(&self) {
        let heard = self.0.accept().map(|(_, who)| who);
        assert_eq!(heard.unwrap_err().kind(), ErrorKind::WouldBlock);
    }

    /// Answers whoever comes first that the token is no good, so that nobody waits, and tells of it.
    fn refuse_somebody(self) -> Receiver<()> {
        let (tell, heard) = channel();
        self.0.set_nonblocking(false).unwrap();
        spawn(move || {
            let (mut stream, _) = self.0.accept().unwrap();
            tell.send(()).unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        });
        heard
    }
}

/// Where the tokens of the university may go.
fn origins(university: &University) -> String {
    let url = university.sandbox.text("/url");
    format!("OFS_PORTAL_TOKEN={url} OFS_READ_TOKEN={url}")
}

/// Every command that asks a portal.
const COMMANDS: [&[&str]; 7] = [
    &["plan"],
    &["apply", "--yes"],
    &["snapshot", "--out", "saved"],
    &["import", "."],
    &["explain", "a.khan@northshire.example"],
    &["next", "--ask"],
    &[
        "account",
        "unlock",
        "a.khan@northshire.example",
        "--portal",
        "ofs",
        "--org",
        "northshire",
        "--yes",
    ],
];

fn with(university: &University, origins: &str, arguments: &[&str]) -> Command {
    let mut command = university.beadle();
    command.args(arguments).env("BEADLE_TOKEN_ORIGINS", origins);
    command
}

#[test]
fn no_byte_reaches_another_host_whatever_the_files_say() {
    let university = University::start();
    let origins = origins(&university);
    let url = university.sandbox.text("/portals/ofs/url");
    let planned = with(&university, &origins, &["plan", "--today", TODAY])
        .output()
        .unwrap();
    assert!(planned.status.success(), "{}", err(&planned));
    let elsewhere = Elsewhere::listening();
    university.edit(&url, &elsewhere.url());
    for arguments in COMMANDS {
        let output = with(&university, &origins, arguments).output().unwrap();
        let told = out(&output) + &err(&output);
        assert!(told.contains("nothing was sent"), "{arguments:?}: {told}");
        elsewhere.has_heard_nothing();
    }
    // The listener would have heard of it.
    let heard = elsewhere.refuse_somebody();
    let lured = university.run("plan", &[]);
    assert!(!lured.status.success());
    assert_eq!(heard.try_recv(), Ok(()), "{}", err(&lured));
}

#[test]
fn another_variable_a_file_or_another_ca_is_as_little_use() {
    let university = University::start();
    let origins = origins(&university);
    std::fs::write(university.folder.path().join("some.pem"), "no certificate").unwrap();
    let token = "plan_token: { env: OFS_READ_TOKEN }";
    let mut before = token.to_owned();
    for (instead, why) in [
        (
            "plan_token: { env: SOME_SECRET }",
            "the variable `SOME_SECRET`, which",
        ),
        (
            "plan_token: { file: beadle.yaml }",
            "does not name: it is not read",
        ),
        (
            "plan_token: { env: OFS_READ_TOKEN }\n    ca_file: some.pem",
            "would name it): nothing was sent",
        ),
    ] {
        university.edit(&before, instead);
        instead.clone_into(&mut before);
        let mut command = with(&university, &origins, &["plan", "--today", TODAY]);
        let output = command
            .env("SOME_SECRET", "canary-5f3a9c")
            .output()
            .unwrap();
        let told = out(&output) + &err(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(why), "{instead}: {told}");
        assert!(!told.contains("canary"), "{told}");
    }
}

/// A CI setting that is not there leaves the variable empty.
#[test]
fn a_setting_that_is_missing_or_broken_lets_no_token_go() {
    let university = University::start();
    for text in ["", " ", "OFS_READ_TOKEN", "OFS_READ_TOKEN=portal.example"] {
        let output = with(&university, text, &["plan", "--today", TODAY])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(
            err(&output).contains("`BEADLE_TOKEN_ORIGINS` is set, and "),
            "{}",
            err(&output)
        );
    }
    let reads = university.sandbox.control("GET", "/calls", "");
    assert!(!reads.to_string().contains("\"GET\""), "{reads}");
    // Embedded portals have no token to lose.
    let mut rehearsal = beadle(university.folder.path());
    rehearsal.args(["plan", "--sandbox", "--today", TODAY]);
    let rehearsed = rehearsal.env("BEADLE_TOKEN_ORIGINS", "").output().unwrap();
    assert!(rehearsed.status.success(), "{}", err(&rehearsed));
}
