//! Saving a product at HFL: its whole set at once, from what is live, over nobody else's save.

use std::sync::{Arc, Mutex};

use beadle::model::plan::Write;
use beadle::portal::PortalErrorKind;
use serde_json::{Value, json};

use super::super::server::{Reply, Seen, Server};
use super::{DMS, account, answers, ticks, write};

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
