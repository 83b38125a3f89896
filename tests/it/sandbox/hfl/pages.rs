//! The screens: a person looks and clicks, through the same rules as the API.

use super::super::{Reply, send};
use super::{Bench, bench, delete, mails, products_of, seeded, state};
use serde_json::json;

const PAGE: &str = "/pages/hfl/9999001";

async fn look(bench: &Bench, path: &str) -> Reply {
    send(bench.client.get(bench.url(path))).await
}

/// Sends a form as a browser does, and follows where it leads.
async fn click(bench: &Bench, view: &str, fields: &[(&str, &str)]) -> Reply {
    let form = reqwest::Url::parse_with_params("http://form.example/", fields).unwrap();
    let request = bench
        .client
        .post(bench.url(&format!("{PAGE}/{view}")))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.query().unwrap_or_default().to_owned());
    let reply = send(request).await;
    if reply.status == 303 {
        let next = reply.header("location").to_owned();
        look(bench, &next).await
    } else {
        reply
    }
}

/// H5, H9, H10, H13, H14: the words that the guide tells a person to look for.
#[tokio::test]
async fn every_click_of_the_guide_is_there() {
    let bench = bench().await;
    let words = [
        (
            "",
            vec!["My account", "Sub accounts", "Permissions", "DMS portal"],
        ),
        (
            "/sub-accounts",
            vec![
                "Add Sub Account",
                "<th>Name</th><th>Email</th><th>Created</th>",
                "Wen Tran",
                ">Edit</a>",
                ">Delete</a>",
            ],
        ),
        (
            "/add",
            vec![
                "Notify user of new account",
                "Accept terms and conditions",
                "Create new sub account",
                "id=\"username\"",
                "id=\"name\"",
                "id=\"email\"",
                "id=\"notify\"",
                "id=\"accept_terms\"",
            ],
        ),
        (
            "/permissions",
            vec![
                "<th>Title</th>",
                "Edit Permissions",
                "users?product=dms-portal",
            ],
        ),
        (
            "/users?product=dms-portal",
            vec![
                "<legend>Users</legend>",
                "name=\"tick-s-0001\" value=\"yes\" checked",
                "name=\"tick-s-0005\" value=\"yes\">",
                ">Save</button>",
            ],
        ),
        (
            "/delete?account=s-0001",
            vec!["cannot be undone", "h.marsh@"],
        ),
        ("/edit?account=s-0001", vec!["value=\"Hana Marsh\""]),
    ];
    for (path, words) in words {
        let page = look(&bench, &format!("{PAGE}{path}")).await;
        assert_eq!(page.status, 200, "{path}");
        for word in words {
            assert!(page.text.contains(word), "{path}: {word}");
        }
    }
    for missing in ["/x", "/edit?account=s-9999", "/users?product=x"] {
        let page = look(&bench, &format!("{PAGE}{missing}")).await;
        assert!(page.status.is_client_error(), "{missing}");
    }
}

/// H7, H8, H10, H11.
#[tokio::test]
async fn a_sub_account_is_created_and_edited_by_clicks() {
    let bench = bench().await;
    let form = [
        ("username", "n.osei"),
        ("name", "Nia Osei"),
        ("email", "n.osei@willowbrook.example"),
        ("notify", "yes"),
        ("accept_terms", "yes"),
    ];
    let refused = click(&bench, "add", &form[..4]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text
            .contains("terms and conditions are not accepted")
    );
    let made = click(&bench, "add", &form).await;
    assert!(made.text.contains("has been created"));
    assert!(made.text.contains("Nia Osei") && made.text.contains("01&#x2f;10&#x2f;2026"));
    assert_eq!(mails(&bench).await.len(), 1);
    let twice = click(&bench, "add", &form).await;
    assert_eq!(twice.status, 409);
    // The way back is one that every portal has.
    let text = twice.text.replace("&#x2f;", "/");
    assert!(text.contains(&format!("<a href=\"{PAGE}\">")), "{text}");
    assert!(!text.contains("/user?id="), "{text}");
    let edited = [("account", "s-0008"), ("name", "Nia Oseï"), ("email", "")];
    let edited = click(&bench, "edit", &edited).await;
    assert!(edited.text.contains("Nia Oseï") && !edited.text.contains("n.osei@"));
    assert_eq!(bench.ask("/calls").await, json!([]), "clicks are no calls");
}

/// H14, H15: the window is saved as it stands: what is not ticked in it is taken.
#[tokio::test]
async fn a_product_is_saved_by_its_ticks() {
    let bench = bench().await;
    let window = [
        ("product", "dms-portal"),
        ("tick-s-0001", "yes"),
        ("tick-s-0006", "yes"),
    ];
    let saved = click(&bench, "users", &window).await;
    assert!(saved.text.contains("permissions have been saved"));
    assert_eq!(
        products_of(&bench, "s-0006").await,
        ["assessment-toolkit", "dms-portal"]
    );
    assert!(products_of(&bench, "s-0002").await.is_empty());
    let other = click(&bench, "users", &[("product", "maths-plans")]).await;
    assert_eq!(other.status, 403);
}

/// H17, H18.
#[tokio::test]
async fn a_sub_account_is_deleted_by_clicks() {
    let bench = bench().await;
    let gone = click(&bench, "delete", &[("account", "s-0001")]).await;
    assert!(gone.text.contains("has been deleted") && !gone.text.contains("Hana Marsh"));
    assert_eq!(state(&bench).await.accounts.len(), 6);
    let twice = click(&bench, "delete", &[("account", "s-0001")]).await;
    assert_eq!(twice.status, 404);
    let by_call = delete(&bench, "/sub-accounts/s-0001").await;
    assert_eq!(by_call.problem(), "404 unknown-sub-account");
}

#[tokio::test]
async fn hostile_names_stay_text() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&{{ 7*7 }}";
    let mut seed = state(&bench().await).await;
    seed.name = Some(HOSTILE.to_owned());
    seed.accounts[0].name = HOSTILE.to_owned();
    seed.accounts[0].id = "a/1 &x=\"<b>".to_owned();
    seed.areas[1].title = HOSTILE.to_owned();
    let bench = seeded(vec![seed]).await;
    let account = "a%2F1%20%26x%3D%22%3Cb%3E";
    for path in [
        String::new(),
        "/sub-accounts".to_owned(),
        format!("/edit?account={account}"),
        format!("/delete?account={account}"),
        "/permissions".to_owned(),
        "/users?product=dms-portal".to_owned(),
    ] {
        let page = look(&bench, &format!("{PAGE}{path}")).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text.contains("<script>"), "{path}");
        assert!(page.text.contains("{{ 7*7 }}"), "{path}");
    }
    let tick = [("product", "dms-portal"), ("tick-a/1 &x=\"<b>", "yes")];
    click(&bench, "users", &tick).await;
    let ticked = state(&bench).await;
    let holders = ticked
        .accounts
        .iter()
        .filter(|it| it.areas.contains(&"dms-portal".into()));
    assert_eq!(holders.count(), 1);
}
