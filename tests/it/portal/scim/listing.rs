//! Reading: what comes back is counted, compared and doubted.

use serde_json::json;

use super::directory::{Directory, Quirks};
use super::{access, bench, list, open, tenant};
use crate::portal::server::{Reply, Server};

fn quirks(change: impl FnOnce(&mut Quirks)) -> Quirks {
    let mut quirks = Quirks::default();
    change(&mut quirks);
    quirks
}

async fn count(quirks: Quirks) -> String {
    let directory = Directory::with_users(250, quirks);
    match list(&directory).await {
        Ok(live) => live.accounts().len().to_string(),
        Err(error) => error.kind.to_string(),
    }
}

/// Rule 3: smaller pages than asked, `count` ignored, a page size refused, a total that is capped.
#[tokio::test]
async fn a_list_is_read_to_its_empty_page_however_the_server_pages() {
    assert_eq!(count(Quirks::default()).await, "250");
    assert_eq!(count(quirks(|it| it.ignores_count = true)).await, "250");
    assert_eq!(count(quirks(|it| it.largest_page = Some(60))).await, "250");
    assert_eq!(count(quirks(|it| it.largest_page = Some(0))).await, "250");
    assert_eq!(count(quirks(|it| it.states = Some(100))).await, "250");
}

/// Rules 3, 4: the same page again, whether `startIndex` or the end is ignored.
#[tokio::test]
async fn a_page_of_known_rows_ends_the_list_with_an_error() {
    insta::assert_snapshot!(count(quirks(|it| it.ignores_start = true)).await, @"the list cannot be trusted: after 100 accounts the portal sends the same ones again instead of the next or of none");
    insta::assert_snapshot!(count(quirks(|it| it.repeats_last_page = true)).await, @"the list cannot be trusted: after 250 accounts the portal sends the same ones again instead of the next or of none");
}

/// Rule 4
#[tokio::test]
async fn a_list_that_is_short_of_its_own_total_is_no_list() {
    insta::assert_snapshot!(count(quirks(|it| it.states = Some(251))).await, @"the list cannot be trusted: the portal says there are 251 accounts, but sent 250");
}

/// Rule 1
#[tokio::test]
async fn without_discovery_documents_everything_is_read_all_the_same() {
    assert_eq!(count(quirks(|it| it.no_discovery = true)).await, "250");
}

/// Rule 17
#[tokio::test]
async fn a_pause_that_is_asked_for_is_kept() {
    assert_eq!(count(quirks(|it| it.throttles = 4)).await, "250");
}

/// Rules 5, 7: what an account is made of, and who holds what.
#[tokio::test]
async fn accounts_areas_and_administrators_are_read_from_users_and_groups() {
    let mut told = Vec::new();
    for hides in [false, true] {
        let directory = Directory::with_users(2, quirks(|it| it.list_hides_members = hides));
        directory.add_user(json!({"id": "x", "userName": "Kit", "active": false, "name": {"givenName": "Kit", "familyName": "Osei"}}));
        directory.seed([1]);
        let live = list(&directory).await.unwrap();
        let accounts: Vec<String> = live
            .accounts()
            .values()
            .map(|it| {
                let areas: Vec<&str> = it.areas.iter().map(|area| area.as_str()).collect();
                let email = it.email.as_deref().unwrap_or("-");
                format!("{} {} {email} {} {areas:?}", it.login, it.name, it.active)
            })
            .collect();
        told.push(accounts.join("\n"));
        let titles: Vec<String> = live
            .catalogue()
            .values()
            .map(|area| format!("{} {} {}", area.name, area.title, area.administration))
            .collect();
        assert_eq!(
            titles,
            ["admins Administrators true", "finance Finance false"]
        );
    }
    assert_eq!(told[0], told[1]);
    insta::assert_snapshot!(told[0], @r#"
    m0@north.example Member 0 m0@north.example true []
    m1@north.example Member 1 m1@north.example true ["finance"]
    Kit Kit Osei - false []
    "#);
}

/// Rule 9: members that are user names are the accounts that bear them.
#[tokio::test]
async fn members_may_be_listed_by_user_name() {
    let directory = Directory::with_users(3, quirks(|it| it.members_are_logins = true));
    directory.seed([2]);
    let live = list(&directory).await.unwrap();
    let holders = live.accounts().values().filter(|it| !it.areas.is_empty());
    let holders: Vec<&str> = holders.map(|it| it.id.as_str()).collect();
    assert_eq!(holders, ["u2"]);
}

/// Rule 12
#[tokio::test]
async fn memberships_that_cannot_be_read_are_an_error_and_never_in_sync() {
    let unreadable = quirks(|it| {
        it.never_shows_members = true;
        it.users_show_groups = true;
    });
    let directory = Directory::with_users(3, unreadable);
    directory.seed([2]);
    insta::assert_snapshot!(list(&directory).await.unwrap_err(), @"portal `directory`, organisation `north`, GET /Groups/g1: the members of the group of area `finance` cannot be read, though users say that they are in it: it may be write-only");
}

#[tokio::test]
async fn a_group_that_is_not_there_or_there_twice_is_an_error() {
    let directory = Directory::with_users(1, Quirks::default());
    directory.add_group("g3", "FINANCE ");
    insta::assert_snapshot!(list(&directory).await.unwrap_err().kind, @"area `finance`: the portal has 2 groups `Finance` (ids `g1`, `g3`), and only one can be meant");
    let (server, _) = bench(&directory).await;
    let mut other = access(&server.url());
    other.directory.groups = [("prevent".into(), "Prevent".into())].into();
    let missing = open(other).list(&tenant()).await.unwrap_err();
    insta::assert_snapshot!(missing.kind, @"area `prevent`: there is no group `Prevent` at the portal");
}

/// Rule 5: both twins are in the listing, so that the planner can hold them back and name them.
#[tokio::test]
async fn two_users_of_one_folded_name_are_both_told() {
    let directory = Directory::with_users(1, Quirks::default());
    directory.add_user(json!({"id": "twin", "userName": "M0@North.example"}));
    let live = list(&directory).await.unwrap();
    let mut logins = live.accounts().values().map(|it| &it.login);
    assert_eq!(logins.next(), logins.next());
}

/// Rule 18: an answer that is a page for people, an empty object, a row without an id.
#[tokio::test]
async fn what_is_no_list_is_refused_and_told_in_few_words() {
    let pages = [
        Reply::text(200, "text/html", "<html>sign in</html>"),
        Reply::json(200, &json!({})),
        Reply::json(200, &json!([1])),
        Reply::json(200, &json!({"totalResults": 1, "Resources": [7]})),
        Reply::text(
            403,
            "text/html",
            "<html>\r\n<b>No\u{1b}[31m</b> canary-token-5f3a9c</html>",
        ),
        Reply::text(403, "text/html", "<html>\r\n<b>No\u{1b}[31m</b></html>"),
        Reply::text(404, "text/plain", ""),
    ];
    let mut told = Vec::new();
    for page in pages {
        let server = Server::start(move |_| page.clone()).await;
        let error = open(access(&server.url()))
            .list(&tenant())
            .await
            .unwrap_err();
        told.push(error.kind.to_string());
    }
    insta::assert_snapshot!(told.join("\n"), @r"
    the answer is not JSON but text/html; is `url` the API's address, and not a page for people?
    the list cannot be trusted: the portal did not say how many accounts there are
    the answer does not have the form that was agreed (a list that is no object)
    the answer does not have the form that was agreed (a row without `id`)
    the portal forbids it (403)
    the portal answers with 403: <html> <b>No [31m</b></html>
    the portal does not know it (404)
    ");
}

/// Rule 16: the organisation is one segment of the address, whatever it holds.
#[tokio::test]
async fn an_organisation_is_one_segment_of_the_address() {
    let directory = Directory::with_users(1, Quirks::default());
    let answering = directory.clone();
    let server = Server::start(move |seen| {
        let target = seen.target.replacen("/t/no%20rth%3Fx/v2", "", 1);
        assert_ne!(target, seen.target);
        let mut seen = seen.clone();
        seen.target = target;
        answering.answer(&seen)
    })
    .await;
    let portal = open(access(&format!("{}/t/{{organisation}}/v2", server.url())));
    let live = portal.list(&"no rth?x".into()).await.unwrap();
    assert_eq!(live.accounts().len(), 1);
    let climbing = portal.list(&"../v1".into()).await.unwrap_err();
    insta::assert_snapshot!(climbing.kind, @"this portal has no such call: an organisation's id that cannot stand in an address");
}
