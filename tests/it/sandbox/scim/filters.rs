//! Lists: filters, order, pages, and searches in a body.

use super::{Directory, ENTERPRISE, USER, ids, refused};
use serde_json::{Value, json};

#[tokio::test]
async fn every_operator_finds_what_it_says() {
    let directory = Directory::new().await;
    let made = json!({"schemas": [USER, ENTERPRISE], "userName": "Zed", "externalId": "X1",
        "emails": [{"value": "zed@home.example", "type": "home"}, {"value": "zed@westmoor.example", "type": "work"}],
        ENTERPRISE: {"department": "Registry"}});
    directory.post("/Users", &made).await;
    for (filter, wanted) in [
        ("userName eq \"ZED\"", "u-0001"),
        ("USERNAME Eq \"zed\"", "u-0001"),
        ("userName eq \"N.SØRENSEN@WESTMOOR.EXAMPLE\"", "u-0107"),
        ("userName eq \"nobody\"", ""),
        ("externalId eq \"x1\"", ""),
        ("externalId eq \"X1\"", "u-0001"),
        ("id eq \"u-0104\"", "u-0104"),
        ("displayName co \"tt\"", "u-0109"),
        ("displayName sw \"p\"", "u-0103"),
        ("displayName ew \"DOYLE\"", "u-0106"),
        ("active eq false", "u-0106"),
        ("active ne true", "u-0106"),
        ("not (emails pr)", "u-0108"),
        ("emails eq null", "u-0108"),
        ("externalId pr", "u-0001"),
        ("externalId ne null", "u-0001"),
        ("userName gt \"w.\"", "u-0001 u-0106"),
        (
            "userName le \"b.ferreira@westmoor.example\"",
            "u-0105 u-0108",
        ),
        ("emails.type eq \"home\"", "u-0001"),
        ("emails eq \"zed@home.example\"", "u-0001"),
        ("emails[type eq \"home\" and value co \"westmoor\"]", ""),
        (
            "emails.type eq \"home\" and emails.value co \"westmoor\"",
            "u-0001",
        ),
        (
            "groups.value eq \"g-finance\" and groups.value eq \"g-library\"",
            "u-0103",
        ),
        (
            "groups[display eq \"directory administrators\"]",
            "u-0101 u-0102",
        ),
        (
            "userName sw \"h\" or userName sw \"b\" and active eq false",
            "u-0104",
        ),
        (
            "(userName sw \"h\" or userName sw \"b\") and active eq true",
            "u-0104 u-0105",
        ),
        ("name.formatted eq \"haruka ito\"", "u-0104"),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"zed\"",
            "u-0001",
        ),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"registry\"",
            "u-0001",
        ),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr",
            "u-0001",
        ),
        ("meta.created ge \"2026-10-01T01:00:00+01:00\"", "u-0001"),
        ("meta.created gt \"2026-10-01T00:00:00Z\"", ""),
        (
            "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
            "u-0001",
        ),
    ] {
        assert_eq!(directory.found(filter).await, wanted, "{filter}");
    }
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_refused() {
    let directory = Directory::new().await;
    let deep = format!("{}id pr{}", "(".repeat(1500), ")".repeat(1500));
    for filter in [
        "",
        "userName",
        "userName eq",
        "userName eq zed",
        "userName is \"zed\"",
        "nothing eq \"x\"",
        "name eq \"x\"",
        "name.nothing pr",
        "active eq \"true\"",
        "active gt true",
        "userName eq 1",
        "userName gt null",
        "meta.created gt \"yesterday\"",
        "emails[colour eq \"red\"]",
        "userName[value eq \"x\"]",
        "userName eq \"x\" and",
        "userName eq \"x",
        "userName eq \"x\")",
        "not userName pr",
        "urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq \"x\"",
        "\u{0}\u{1F600} eq 1",
        &deep,
    ] {
        assert_eq!(
            directory.found(filter).await,
            "400 invalidFilter",
            "{filter}"
        );
    }
}

#[tokio::test]
async fn pages_begin_at_one_and_say_how_many_there_are() {
    let directory = Directory::new().await;
    let page = async |parameters: &[(&str, &str)]| {
        let reply = directory.list("/Users", parameters).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let list = reply.json();
        let (start, count) = (&list["startIndex"], &list["itemsPerPage"]);
        format!("{start}+{count}/{}: {}", list["totalResults"], ids(&list))
    };
    for (parameters, wanted) in [
        (vec![("count", "2")], "1+2/9: u-0101 u-0102"),
        (
            vec![("count", "2"), ("startIndex", "3")],
            "3+2/9: u-0103 u-0104",
        ),
        (vec![("count", "2"), ("startIndex", "9")], "9+1/9: u-0109"),
        (vec![("startIndex", "10")], "10+0/9: "),
        (
            vec![("startIndex", "9223372036854775807")],
            "9223372036854775807+0/9: ",
        ),
        (vec![("count", "0")], "1+0/9: "),
        (vec![("count", "-5")], "1+0/9: "),
        (vec![("count", "1"), ("startIndex", "-5")], "1+1/9: u-0101"),
        (vec![("COUNT", "1"), ("startindex", "2")], "2+1/9: u-0102"),
        (
            vec![
                ("filter", "active eq true"),
                ("count", "2"),
                ("startIndex", "6"),
            ],
            "6+2/8: u-0107 u-0108",
        ),
        (
            vec![("sortBy", "displayName"), ("count", "2")],
            "1+2/9: u-0108 u-0105",
        ),
        (
            vec![
                ("sortBy", "name.formatted"),
                ("sortOrder", "descending"),
                ("count", "1"),
            ],
            "1+1/9: u-0106",
        ),
        // Who has no address comes last.
        (
            vec![("sortBy", "emails"), ("startIndex", "9")],
            "9+1/9: u-0108",
        ),
    ] {
        assert_eq!(page(&parameters).await, wanted);
    }
    for wrong in [
        ("count", "many"),
        ("startIndex", "1.5"),
        ("sortBy", "nothing"),
        ("sortOrder", "up"),
    ] {
        let reply = directory.list("/Users", &[wrong]).await;
        assert_eq!(refused(&reply), "400 invalidValue", "{wrong:?}");
    }
}

#[tokio::test]
async fn a_page_has_at_most_two_hundred() {
    let mut seed = Directory::new().await.state().await;
    let model = seed.accounts.remove(0);
    seed.accounts = (0..450)
        .map(|number| {
            let mut account = model.clone();
            account.id = format!("p-{number:03}");
            account.login = format!("p{number}@westmoor.example");
            account
        })
        .collect();
    seed.evidence.accounts = 450;
    let directory = Directory::of(vec![seed], "westmoor").await;
    for filter in ["", "active eq true"] {
        let mut all = String::new();
        let mut start = 1;
        loop {
            let from = start.to_string();
            let mut parameters = vec![("count", "1000"), ("startIndex", from.as_str())];
            if !filter.is_empty() {
                parameters.push(("filter", filter));
            }
            let page = directory.list("/Users", &parameters).await.json();
            assert_eq!(page["totalResults"], 450);
            let count = page["itemsPerPage"].as_u64().unwrap();
            assert!(count <= 200, "{count}");
            if count == 0 {
                break;
            }
            start += count;
            all.push_str(&format!("{} ", ids(&page)));
        }
        assert_eq!(all.split_whitespace().count(), 450);
        assert!(all.trim_end().ends_with("p-449"));
    }
}

#[tokio::test]
async fn a_search_asks_in_its_body() {
    let mut directory = Directory::new().await;
    // It writes nothing.
    directory.token = "sandbox-scim-read".to_owned();
    let search = |more: Value| {
        let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let both = search(
        json!({"filter": "displayName co \"ni\"", "sortBy": "displayName", "attributes": ["displayName"]}),
    );
    let found = directory.post("/.search", &both).await.json();
    // Users and groups alike, by name.
    assert_eq!(ids(&found), "g-admins u-0107 u-0106");
    assert_eq!(found["Resources"][0].as_object().unwrap().len(), 3);
    let one = search(
        json!({"filter": "members.value eq \"u-0105\" or userName sw \"b\"", "count": null}),
    );
    assert_eq!(
        ids(&directory.post("/.search", &one).await.json()),
        "u-0105 g-timetable"
    );
    let page = search(json!({"startIndex": 2, "count": 1}));
    assert_eq!(
        ids(&directory.post("/Users/.search", &page).await.json()),
        "u-0102"
    );
    let groups = directory.post("/Groups/.search", &page).await.json();
    assert_eq!(
        (ids(&groups).as_str(), &groups["totalResults"]),
        ("g-finance", &json!(4))
    );
    let whole = directory.post("/.search", &search(json!({}))).await.json();
    assert_eq!(whole["totalResults"], 13);
    for (wrong, wanted) in [
        (json!({"filter": "members pr"}), "400 invalidSyntax"),
        (search(json!({"filter": 1})), "400 invalidValue"),
        (search(json!({"filter": "nothing pr"})), "400 invalidFilter"),
        (search(json!({"count": "1"})), "400 invalidValue"),
        (search(json!({"colour": 1})), "400 invalidSyntax"),
    ] {
        assert_eq!(
            refused(&directory.post("/.search", &wrong).await),
            wanted,
            "{wrong}"
        );
    }
}
