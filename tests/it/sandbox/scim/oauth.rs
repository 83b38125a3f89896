//! Client credentials: a token is got without a token, reads or writes as the client may, and opens
//! one tenant.

use super::Directory;
use crate::sandbox::{Reply, send};
use reqwest::Method;
use serde_json::json;

async fn ask(directory: &Directory, basic: Option<(&str, &str)>, form: &[(&str, &str)]) -> Reply {
    let base = &directory.bench.running.ready().portals["scim"].url;
    let url = format!("{base}/{}/oauth2/token", directory.tenant);
    let encoded = reqwest::Url::parse_with_params("http://form.example/", form).unwrap();
    let mut call = directory.bench.client.post(url);
    if let Some((id, secret)) = basic {
        call = call.basic_auth(id, Some(secret));
    }
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    send(call.body(encoded.query().unwrap_or_default().to_owned())).await
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn a_client_gets_a_token_by_form_or_header() {
    let mut directory = Directory::new().await;
    let form = [
        GRANT,
        ("client_id", "beadle"),
        ("client_secret", "sandbox-scim"),
        ("scope", "x"),
    ];
    let by_form = ask(&directory, None, &form).await;
    assert_eq!(by_form.status, 200, "{}", by_form.text);
    assert_eq!(by_form.header("cache-control"), "no-store");
    let answer = by_form.json();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3600);
    let token = answer["access_token"].as_str().unwrap().to_owned();
    assert!(!by_form.text.contains("sandbox-scim"));
    let by_header = ask(&directory, Some(("beadle", "sandbox-scim")), &[GRANT])
        .await
        .json();
    assert_ne!(by_header["access_token"], token.as_str());
    directory.token = token;
    let off = json!([{"op": "replace", "path": "active", "value": false}]);
    assert_eq!(directory.patch("/Users/u-0103", off).await.status, 200);
    // The log shows that nobody's token was sent there, and no secret.
    let calls = directory.bench.ask("/calls").await;
    assert_eq!(calls[0]["path"], "/westmoor/oauth2/token");
    assert_eq!(calls[0]["token"], json!(null));
    assert!(!calls.to_string().contains("sandbox-scim"));
}

#[tokio::test]
async fn the_reading_client_only_reads_and_a_token_opens_one_tenant() {
    let seed = Directory::new().await.state().await;
    let mut other = seed.clone();
    other.organisation = "eastmoor".to_owned();
    let mut directory = Directory::of(vec![seed, other], "westmoor").await;
    let basic = Some(("beadle-read", "sandbox-scim-read"));
    let answer = ask(&directory, basic, &[GRANT]).await.json();
    directory.token = answer["access_token"].as_str().unwrap().to_owned();
    assert_eq!(directory.get("/Users").await.status, 200);
    assert_eq!(directory.delete("/Users/u-0103").await.status, 403);
    directory.tenant = "eastmoor".to_owned();
    assert_eq!(directory.get("/Users").await.status, 403);
}

#[tokio::test]
async fn whoever_does_not_say_who_it_is_gets_none() {
    let directory = Directory::new().await;
    let client = |id, secret| [GRANT, ("client_id", id), ("client_secret", secret)];
    for (basic, form, wanted) in [
        (None, vec![], "400 invalid_request"),
        (
            None,
            vec![("grant_type", "password")],
            "400 unsupported_grant_type",
        ),
        (None, vec![GRANT], "401 invalid_client"),
        (
            None,
            client("beadle", "wrong").to_vec(),
            "401 invalid_client",
        ),
        (
            None,
            client("beadle", "sandbox-scim-read").to_vec(),
            "401 invalid_client",
        ),
        (
            None,
            client("beadle-read", "sandbox-scim").to_vec(),
            "401 invalid_client",
        ),
        (
            None,
            client("other", "sandbox-scim").to_vec(),
            "401 invalid_client",
        ),
        (
            Some(("beadle", "wrong")),
            client("beadle", "sandbox-scim").to_vec(),
            "401 invalid_client",
        ),
    ] {
        let reply = ask(&directory, basic, &form).await;
        let error = reply.json()["error"].as_str().unwrap().to_owned();
        assert_eq!(
            format!("{} {error}", reply.status.as_u16()),
            wanted,
            "{basic:?} {form:?}"
        );
    }
    let url = directory.url("/../oauth2/token").replace("/v2/..", "");
    let get = send(directory.bench.client.request(Method::GET, url)).await;
    assert_eq!(get.status, 401);
}
