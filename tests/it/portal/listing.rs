//! Reading: complete or not at all.

use beadle::model::live::Live;
use beadle::model::plan::Write;
use beadle::portal::{PortalError, PortalErrorKind};
use serde_json::{Value, json};

use super::server::{Reply, Seen, Server};
use super::{
    access, account, areas, one_user, opened, provider, reader, user, users_page, with_users,
};

async fn list(server: &Server) -> Result<Live, PortalError> {
    reader(&server.url()).list(&provider()).await
}

/// A list of `total` users in pages of `size`, whatever size is asked for.
fn paged(total: usize, size: usize) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    with_users(move |seen| {
        let page: usize = seen.query("page").unwrap().parse().unwrap();
        let from = (page - 1) * size;
        let users: Vec<Value> = (from..total.min(from + size))
            .map(|number| user(number, &["finance"]))
            .collect();
        let page = users_page(page as u64, size as u64, total as u64, &users);
        Reply::json(200, &page)
    })
}

#[tokio::test]
async fn a_listing_takes_the_fewest_pages_and_says_who_is_who() {
    let server = Server::start(with_users(|_| {
        let mut admin = user(1, &["user-admin", "finance"]);
        admin["a_new_field"] = json!({"of": ["no", "matter"]});
        admin["last_sign_in"] = json!("2026-10-02");
        let mut leaver = user(2, &[]);
        leaver["expires"] = Value::Null;
        leaver["locked"] = json!(true);
        Reply::json(200, &users_page(1, 200, 2, &[admin, leaver]))
    }))
    .await;
    let live = list(&server).await.unwrap();
    insta::assert_snapshot!(server.calls().join("\n"), @r"
    GET /providers/10009999/areas?page=1&per_page=200
    GET /providers/10009999/users?page=1&per_page=200
    ");
    let shown: Vec<String> = live
        .accounts()
        .values()
        .map(|account| {
            format!(
                "{} {} admin={} locked={} until={:?} areas={:?} seen={:?}",
                account.id,
                account.login,
                account.admin,
                account.locked,
                account.expires,
                account.areas,
                account.last_sign_in,
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    u-0001 user1@northshire.example admin=true locked=false until=Some(2027-07-31) areas={"finance"} seen=Some(2026-10-02)
    u-0002 user2@northshire.example admin=false locked=true until=None areas={} seen=None
    "#);
    assert_eq!(live.catalogue().len(), 2);
    assert_eq!(live.evidence().accounts_total, 2);
}

#[tokio::test]
async fn a_portal_that_gives_smaller_pages_than_asked_is_read_whole() {
    let server = Server::start(paged(25, 10)).await;
    let live = list(&server).await.unwrap();
    assert_eq!(live.accounts().len(), 25);
    insta::assert_snapshot!(server.calls().join("\n"), @r"
    GET /providers/10009999/areas?page=1&per_page=200
    GET /providers/10009999/users?page=1&per_page=200
    GET /providers/10009999/users?page=2&per_page=10
    GET /providers/10009999/users?page=3&per_page=10
    ");
}

#[tokio::test]
async fn an_empty_provider_is_an_answer_too() {
    let server = Server::start(paged(0, 200)).await;
    assert!(list(&server).await.unwrap().accounts().is_empty());
}

/// What becomes of a list of users whose pages are these.
async fn refusal(pages: Vec<Value>) -> String {
    let server = Server::start(with_users(move |seen| {
        let page: usize = seen.query("page").unwrap().parse().unwrap();
        Reply::json(200, pages.get(page - 1).unwrap_or(&json!({})))
    }))
    .await;
    list(&server).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_list_that_contradicts_itself_is_never_live() {
    let few = |numbers: &[usize]| -> Vec<Value> {
        numbers.iter().map(|number| user(*number, &[])).collect()
    };
    let mut wrong_school = users_page(1, 2, 2, &few(&[1, 2]));
    wrong_school["provider"] = json!("10008888");
    let mut second_wrong = users_page(2, 2, 3, &few(&[3]));
    second_wrong["provider"] = json!("10008888");
    let mut no_total = users_page(1, 2, 2, &few(&[1, 2]));
    no_total.as_object_mut().unwrap().remove("total");
    let mut no_expiry = few(&[1]);
    no_expiry[0].as_object_mut().unwrap().remove("expires");
    let first = || users_page(1, 2, 3, &few(&[1, 2]));
    let cases: Vec<(&str, Vec<Value>)> = vec![
        ("wrong provider", vec![wrong_school]),
        ("wrong provider on page 2", vec![first(), second_wrong]),
        (
            "one fewer than stated",
            vec![users_page(1, 200, 3, &few(&[1, 2]))],
        ),
        (
            "one more than stated",
            vec![users_page(1, 200, 1, &few(&[1, 2]))],
        ),
        ("short page", vec![first(), users_page(2, 2, 3, &[])]),
        (
            "total moves",
            vec![first(), users_page(2, 2, 4, &few(&[3, 4]))],
        ),
        (
            "twice on two pages",
            vec![first(), users_page(2, 2, 3, &few(&[2]))],
        ),
        (
            "twice on one page",
            vec![users_page(1, 200, 2, &few(&[1, 1]))],
        ),
        ("page 1 again", vec![first(), first()]),
        (
            "page size moves",
            vec![first(), users_page(2, 1, 3, &few(&[3]))],
        ),
        (
            "endless",
            vec![users_page(1, 2, 1_000_000_000, &few(&[1, 2]))],
        ),
        ("no total", vec![no_total]),
        ("no expiry", vec![users_page(1, 200, 1, &no_expiry)]),
        (
            "unknown area",
            vec![users_page(1, 200, 1, &[user(1, &["nonsense"])])],
        ),
        ("not a list", vec![json!({"error": "secret detail"})]),
    ];
    let mut told = String::new();
    for (case, pages) in cases {
        told += &format!("{case}: {}\n", refusal(pages).await);
    }
    let told = told.replace(
        "portal `ofs`, organisation `10009999`, GET /providers/10009999",
        "…",
    );
    insta::assert_snapshot!(told, @r"
    wrong provider: …/users: the list cannot be trusted: the answer is for organisation `10008888`, not `10009999`
    wrong provider on page 2: …/users: the list cannot be trusted: the answer is for organisation `10008888`, not `10009999`
    one fewer than stated: …/users: the list cannot be trusted: the portal says there are 3 accounts, but sent 2
    one more than stated: …/users: the list cannot be trusted: the portal says there are 1 accounts, but sent 2
    short page: …/users: the list cannot be trusted: the portal says there are 3 accounts, but sent 2
    total moves: …/users: the list cannot be trusted: the number of accounts changed from 3 to 4 while the list was read
    twice on two pages: …/users: the list cannot be trusted: `u-0002` is in the list twice
    twice on one page: …/users: the list cannot be trusted: `u-0001` is in the list twice
    page 1 again: …/users: the answer does not have the form that was agreed (page 1 where page 2 was asked for)
    page size moves: …/users: the answer does not have the form that was agreed (pages of 1 rows after pages of 2)
    endless: …/users: the list has no end: it has more than 5000 pages
    no total: …/users: the answer does not have the form that was agreed (field `total` is missing)
    no expiry: …/users: the answer does not have the form that was agreed (field `expires` is missing)
    unknown area: …/users: the list cannot be trusted: an account holds area `nonsense`, which is not in the catalogue
    not a list: …/users: the answer does not have the form that was agreed (field `provider` is missing)
    ");
}

#[tokio::test]
async fn a_list_that_moved_is_read_once_more() {
    let server = Server::start(with_users(|seen| {
        let total = if seen.number < 2 { 5 } else { 1 };
        Reply::json(200, &users_page(1, 200, total, &[user(1, &[])]))
    }))
    .await;
    assert_eq!(list(&server).await.unwrap().accounts().len(), 1);
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn an_area_that_appears_between_two_calls_is_in_the_second_reading() {
    let server = Server::start(|seen| match seen.path() {
        "/providers/10009999/areas" => {
            let mut page = areas();
            if seen.number < 2 {
                page["total"] = json!(1);
                page["areas"].as_array_mut().unwrap().remove(0);
            }
            Reply::json(200, &page)
        }
        _ => Reply::json(200, &users_page(1, 200, 1, &[user(1, &["finance"])])),
    })
    .await;
    let live = list(&server).await.unwrap();
    assert!(live.catalogue().contains_key("finance"));
    assert_eq!(server.seen().len(), 4);
}

/// A provider of two users, whose area view says that these are the members of `finance`.
async fn cross_checked(
    members: impl Fn(&Seen) -> &'static [&'static str] + Send + Sync + 'static,
) -> Result<Live, PortalError> {
    let server = Server::start(with_users(move |seen| {
        let members = match seen.path() {
            "/providers/10009999/areas/finance/users" => members(seen),
            "/providers/10009999/areas/user-admin/users" => &["u-0002"],
            _ => {
                let users = [user(1, &["finance"]), user(2, &["user-admin"])];
                return Reply::json(200, &users_page(1, 200, 2, &users));
            }
        };
        let area = seen.path().split('/').nth(4).unwrap();
        let mut page = users_page(1, 200, members.len() as u64, &[]);
        page["area"] = json!(area);
        page["users"] = json!(members);
        Reply::json(200, &page)
    }))
    .await;
    let mut access = access(&server.url());
    access.cross_check = true;
    opened(access).list(&provider()).await
}

#[tokio::test]
async fn the_user_view_and_the_area_view_must_agree() {
    assert!(cross_checked(|_| &["u-0001"]).await.is_ok());
    for members in [&["u-0001", "u-0002"] as &[&str], &["u-0002"], &[]] {
        let error = cross_checked(move |_| members).await.unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/areas/finance/users: the list cannot be trusted: the user view and the area view disagree about area `finance`");
        }
    }
}

#[tokio::test]
async fn views_between_which_somebody_was_granted_an_area_agree_in_the_second_reading() {
    let first_reading = 3;
    let members = move |seen: &Seen| match seen.number < first_reading {
        true => &["u-0001", "u-0002"] as &[&str],
        false => &["u-0001"],
    };
    assert!(cross_checked(members).await.is_ok());
}

#[tokio::test]
async fn an_account_is_observed_by_its_id_once_that_is_known() {
    let server = Server::start(with_users(|seen| match seen.path() {
        "/providers/10009999/users/u-0001" => one_user(&user(1, &["user-admin"]), "\"1\""),
        _ => Reply::problem(404, "unknown-user"),
    }))
    .await;
    let portal = reader(&server.url());
    let grant = |id| Write::Grant {
        account: account("user1@northshire.example", Some(id)),
        area: "finance".into(),
        give: true,
    };
    let found = portal.observe(&provider(), &grant("u-0001")).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].admin);
    let gone = portal.observe(&provider(), &grant("u-0404")).await.unwrap();
    assert!(gone.is_empty());
}

#[tokio::test]
async fn a_404_without_the_agreed_code_is_not_taken_for_an_absent_account() {
    let server = Server::start(with_users(|_| {
        Reply::text(404, "text/html", "no such page")
    }))
    .await;
    let write = Write::Delete {
        account: account("user1@northshire.example", Some("u-0001")),
    };
    let error = reader(&server.url()).observe(&provider(), &write).await;
    assert_eq!(error.unwrap_err().kind, PortalErrorKind::NotFound);
}

#[tokio::test]
async fn the_filter_of_the_portal_is_not_trusted() {
    let server = Server::start(with_users(|_| {
        let mut other = user(11, &[]);
        other["email"] = json!("xuser1@northshire.example");
        let mut same = user(1, &[]);
        same["email"] = json!("User1@Northshire.example");
        Reply::json(200, &users_page(1, 200, 3, &[user(2, &[]), other, same]))
    }))
    .await;
    let write = Write::Edit {
        account: account("user1@northshire.example", None),
        changes: Vec::new(),
    };
    let found = reader(&server.url())
        .observe(&provider(), &write)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id.as_str(), "u-0001");
    insta::assert_snapshot!(server.calls().join("\n"), @r"
    GET /providers/10009999/areas?page=1&per_page=200
    GET /providers/10009999/users?page=1&per_page=200&search=user1%40northshire.example
    ");
}

#[tokio::test]
async fn nobody_is_taken_for_absent_on_half_an_answer() {
    let server = Server::start(with_users(|_| {
        Reply::json(200, &users_page(1, 200, 1, &[]))
    }))
    .await;
    let write = Write::Edit {
        account: account("user1@northshire.example", None),
        changes: Vec::new(),
    };
    let error = reader(&server.url())
        .observe(&provider(), &write)
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/users: the list cannot be trusted: the portal says there are 1 accounts, but sent 0");
}

#[tokio::test]
async fn the_catalogue_of_another_provider_is_refused() {
    let server = Server::start(|seen: &Seen| match seen.path() {
        "/providers/10009999/areas" => {
            let mut areas = areas();
            areas["provider"] = json!("10008888");
            Reply::json(200, &areas)
        }
        _ => Reply::json(200, &users_page(1, 200, 0, &[])),
    })
    .await;
    let error = list(&server).await.unwrap_err();
    insta::assert_snapshot!(error, @"portal `ofs`, organisation `10009999`, GET /providers/10009999/areas: the list cannot be trusted: the answer is for organisation `10008888`, not `10009999`");
}
