//! The directory administrator's page: a person looks, ticks and saves.

use super::Directory;
use crate::sandbox::{Reply, send};

const PAGE: &str = "/pages/scim/westmoor";

async fn look(directory: &Directory, path: &str) -> Reply {
    let url = directory.bench.url(path);
    send(directory.bench.client.get(url)).await
}

/// Sends a form, and follows where it leads.
async fn save(directory: &Directory, view: &str, fields: &[(&str, &str)]) -> Reply {
    let url = directory.bench.url(&format!("{PAGE}/{view}"));
    let form = reqwest::Url::parse_with_params("http://form.example/", fields).unwrap();
    let call = directory.bench.client.post(url);
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    let reply = send(call.body(form.query().unwrap().to_owned())).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let next = reply.header("location").to_owned();
    look(directory, &next).await
}

#[tokio::test]
async fn users_and_groups_are_found_and_shown() {
    let directory = Directory::new().await;
    let users = look(&directory, PAGE).await;
    for shown in [
        "9 users",
        "Nils Sørensen",
        "Directory administrators",
        "Inactive",
    ] {
        assert!(users.text.contains(shown), "{shown}");
    }
    let found = look(&directory, &format!("{PAGE}?search=PETRA")).await;
    assert!(found.text.contains("1 user<") && found.text.contains("Petra Varga"));
    let groups = look(&directory, &format!("{PAGE}/groups")).await;
    for shown in ["Timetabling", "g-finance", "Administrators"] {
        assert!(groups.text.contains(shown), "{shown}");
    }
    let group = look(&directory, &format!("{PAGE}/group?id=g-admins")).await;
    assert!(group.text.contains("Jide Oyelaran") && !group.text.contains("Lotte Brandt"));
    let search = look(
        &directory,
        &format!("{PAGE}/group?id=g-admins&search=lotte"),
    )
    .await;
    assert!(search.text.contains("Lotte Brandt"));
    let nobody = look(&directory, &format!("{PAGE}/user?id=u-0999")).await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test]
async fn what_is_ticked_on_a_user_is_saved() {
    let directory = Directory::new().await;
    let before = directory
        .get("/Users/u-0103")
        .await
        .header("etag")
        .to_owned();
    let page = save(
        &directory,
        "user",
        &[
            ("id", "u-0103"),
            ("shown:g-admins", "yes"),
            ("tick:g-admins", "yes"),
            ("shown:g-finance", "yes"),
            ("shown:g-library", "yes"),
            ("tick:g-library", "yes"),
        ],
    )
    .await;
    assert!(page.text.contains("Saved."));
    let account = directory.account("u-0103").await.unwrap();
    assert!(account.admin && !account.active);
    assert_eq!(account.areas, ["g-library"]);
    let user = directory.get("/Users/u-0103").await;
    assert_eq!(user.json()["active"], false);
    assert_ne!(user.header("etag"), before);
    // Nobody called the API but this test.
    assert_eq!(
        directory
            .bench
            .ask("/calls")
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn what_is_ticked_in_a_group_is_saved_and_the_rest_stays() {
    let directory = Directory::new().await;
    let fields = [
        ("id", "g-finance"),
        ("shown:u-0103", "yes"),
        ("shown:u-0105", "yes"),
        ("tick:u-0105", "yes"),
        ("tick:u-0101", "yes"),
    ];
    save(&directory, "group", &fields).await;
    let group = directory.get("/Groups/g-finance").await.json();
    let members = group["members"].as_array().unwrap().iter();
    let members: Vec<&str> = members.map(|one| one["value"].as_str().unwrap()).collect();
    // Not shown on the page: neither added nor taken away.
    assert_eq!(members, ["u-0104", "u-0105", "u-0109"]);
}
