//! The pages: a person looks and clicks, through the same rules as the API.

use super::{Bench, Reply, provider, send};
use reqwest::Method;
use serde_json::json;

const PAGE: &str = "/pages/ofs/10000001";

pub(super) async fn look(bench: &Bench, path: &str) -> Reply {
    send(bench.client.get(bench.url(path))).await
}

/// A form as a browser sends it.
pub(super) fn form(
    request: reqwest::RequestBuilder,
    fields: &[(&str, &str)],
) -> reqwest::RequestBuilder {
    let url = reqwest::Url::parse_with_params("http://form.example/", fields).unwrap();
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(url.query().unwrap_or_default().to_owned())
}

/// Sends a form, and follows where it leads.
async fn click(bench: &Bench, view: &str, fields: &[(&str, &str)]) -> Reply {
    let url = bench.url(&format!("{PAGE}/{view}"));
    let reply = send(form(bench.client.post(url), fields)).await;
    if reply.status == 303 {
        let next = reply.header("location").to_owned();
        look(bench, &next).await
    } else {
        reply
    }
}

#[tokio::test]
async fn everything_is_found_from_the_first_page() {
    let bench = Bench::new().await;
    let home = look(&bench, "/").await;
    assert!(home.text.contains("/pages/ofs"));
    let portal = look(&bench, "/pages/ofs").await;
    assert!(portal.text.contains(PAGE));
    let users = look(&bench, PAGE).await;
    assert_eq!(users.header("content-type"), "text/html; charset=utf-8");
    assert!(
        users
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
    for shown in [
        "University of Eastmere",
        "User administration",
        "Mona Farouk",
        "m.farouk@eastmere.example",
        "6 users",
        "Expired",
        "Locked",
        "User administrator",
        "Create user",
    ] {
        assert!(users.text.contains(shown), "{shown}");
    }
    let found = look(&bench, &format!("{PAGE}?search=MONA")).await;
    assert!(found.text.contains("1 user<"));
    assert!(found.text.contains("u-0003") && !found.text.contains("u-0004"));
    for missing in [
        "/pages/x",
        "/pages/x/y",
        "/pages/ofs/1",
        "/pages/ofs/10000001/x",
    ] {
        assert_eq!(look(&bench, missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn an_account_cannot_sign_in_from_the_day_after_its_last() {
    let bench = Bench::new().await;
    let set = json!({"expires": "2026-10-01"});
    bench.patch("/providers/10000001/users/u-0006", &set).await;
    let user = format!("{PAGE}/user?id=u-0006");
    assert!(look(&bench, &user).await.text.contains("Can sign in"));
    bench
        .tell(Method::PUT, "/clock", &json!({"today": "2026-10-02"}))
        .await;
    let later = look(&bench, &user).await.text;
    assert!(later.contains("Expired") && !later.contains("Can sign in"));
}

#[tokio::test]
async fn a_user_is_created_edited_unlocked_and_given_areas_by_clicks() {
    let bench = Bench::new().await;
    let created = click(
        &bench,
        "new",
        &[
            ("name", "Ada Byron"),
            ("email", "ada@eastmere.example"),
            ("expires", ""),
        ],
    )
    .await;
    assert!(created.text.contains("The user has been created."));
    assert!(created.text.contains("u-0007"));

    let saved = click(
        &bench,
        "user",
        &[
            ("id", "u-0004"),
            ("name", "Tomasz Nowak-Hill"),
            ("email", "t.nowak@eastmere.example"),
            ("expires", "2027-07-31"),
            ("unlock", "yes"),
        ],
    )
    .await;
    assert!(saved.text.contains("The user has been saved."));
    let grant = [("id", "u-0007"), ("code", "hesa-student")];
    let added = click(&bench, "add", &grant).await;
    assert!(added.text.contains("added to the area"));
    let from_area = [
        ("id", "u-0007"),
        ("code", "annual-financial-return"),
        ("then", "area"),
    ];
    let added = click(&bench, "add", &from_area).await;
    assert!(added.text.contains("Ada Byron"));
    let removed = click(&bench, "remove", &grant).await;
    assert!(removed.text.contains("has been removed"));
    let copied = click(&bench, "copy", &[("id", "u-0003"), ("to", "u-0006")]).await;
    assert!(copied.text.contains("have been copied"));

    let state = bench.state("10000001").await;
    let nowak = &state.accounts[3];
    assert_eq!(nowak.name, "Tomasz Nowak-Hill");
    assert_eq!(nowak.expires, Some(jiff::civil::date(2027, 7, 31)));
    assert!(!nowak.locked);
    assert_eq!(state.accounts[6].areas, ["annual-financial-return"]);
    assert_eq!(state.accounts[5].areas.len(), 4);
    assert_eq!(bench.ask("/calls").await, json!([]), "clicks are no calls");
}

#[tokio::test]
async fn what_the_api_refuses_the_page_refuses() {
    let bench = Bench::new().await;
    let before = bench.state("10000001").await;
    let key = [("id", "u-0006"), ("code", "prevent-monitoring")];
    let refused = click(&bench, "add", &key).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("joined with an access key only"));
    let taken = [("name", "X"), ("email", "M.Farouk@eastmere.example")];
    assert_eq!(click(&bench, "new", &taken).await.status, 409);
    let odd = [("name", "X"), ("email", "x"), ("expires", "soon")];
    assert_eq!(click(&bench, "new", &odd).await.status, 422);
    assert_eq!(click(&bench, "remove", &key).await.status, 404);
    assert_eq!(click(&bench, "delete", &key).await.status, 404);
    let crossing = bench
        .client
        .post(bench.url(&format!("{PAGE}/new")))
        .header("sec-fetch-site", "cross-site");
    let fields = [("name", "X"), ("email", "x@eastmere.example")];
    assert_eq!(send(form(crossing, &fields)).await.status, 403);
    assert_eq!(bench.state("10000001").await, before);
}

#[tokio::test]
async fn hostile_names_codes_and_addresses_stay_text() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&{{ 7*7 }}";
    let mut seed = provider("1000/99?9", 3);
    seed.name = Some(HOSTILE.to_owned());
    seed.accounts[1].name = HOSTILE.to_owned();
    seed.accounts[1].id = "a/1 &x=\"<b>".to_owned();
    seed.areas[0].code = "re turns/&<i>".to_owned();
    seed.areas[0].title = HOSTILE.to_owned();
    for account in &mut seed.accounts {
        account.areas = vec!["re turns/&<i>".to_owned()];
    }
    let bench = Bench::seeded(vec![seed]).await;
    let base = "/pages/ofs/1000%2F99%3F9";
    let id = "a%2F1%20%26x%3D%22%3Cb%3E";
    for path in [
        "/pages/ofs".to_owned(),
        base.to_owned(),
        format!("{base}?search=%3Cscript%3E"),
        format!("{base}/user?id={id}"),
        format!("{base}/add?id={id}"),
        format!("{base}/copy?id={id}"),
        format!("{base}/areas"),
        format!("{base}/area?code=re%20turns%2F%26%3Ci%3E&search=Person"),
        format!("{base}/user?id=%3Cscript%3E"),
    ] {
        let page = look(&bench, &path).await;
        assert!(page.status == 200 || path.ends_with("script%3E"), "{path}");
        for live in ["<script", "<b>", "<i>", "49"] {
            assert!(!page.text.contains(live), "{live} in {path}");
        }
    }
}

#[tokio::test]
async fn long_lists_have_further_pages() {
    let bench = Bench::seeded(vec![provider("10009999", 120)]).await;
    let first = look(&bench, "/pages/ofs/10009999").await.text;
    assert!(first.contains("page=2") && !first.contains("a-050"));
    let last = look(&bench, "/pages/ofs/10009999?page=3").await.text;
    assert!(last.contains("a-119") && last.contains("page=2") && !last.contains("page=4"));
    let far = look(&bench, "/pages/ofs/10009999?page=99999999999999").await;
    assert_eq!(far.status, 200);
}
