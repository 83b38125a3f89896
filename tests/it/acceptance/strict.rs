//! Against scim2-server: strict and complete. Version tags are honoured, PATCH answers 204, and
//! members are removed by path only.

use serde_json::{Value, json};

use super::server::Server;
use super::wishes::{Person, life, open, person, reach};

/// People in one call of Bulk.
const AT_ONCE: usize = 1_000;

/// Makes users without the driver, by Bulk: 5,000 single calls would take longer than the test.
async fn seed(server: &Server, people: &[Person]) {
    for part in people.chunks(AT_ONCE) {
        let operations: Vec<Value> = part
            .iter()
            .enumerate()
            .map(|(place, person)| {
                json!({"method": "POST", "path": "/Users", "bulkId": format!("b{place}"), "data": {
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                    "userName": person.key, "displayName": person.name, "active": true,
                    "emails": [{"value": person.key, "primary": true}],
                }})
            })
            .collect();
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": operations,
        });
        server.call("POST", "/Bulk", &body.to_string()).await;
    }
}

/// Rules 1, 3, 5, 7, 8, 9, 11, 13, 14
#[tokio::test]
async fn the_strict_server_reaches_what_is_wished_and_a_second_plan_is_empty() {
    let Some(server) = Server::start("scim2-server", "strict-life", &[]) else {
        return;
    };
    server
        .groups(&["Finance", "Students", "Administrators"])
        .await;
    life(&open(&server, |_| {}), 8).await;
}

/// Rules 9, 10, 11, 13: giving in calls of 500, taking 400 by one replacement under a version tag
/// that was seen to be honoured.
#[tokio::test]
async fn the_strict_server_takes_a_group_of_five_thousand_members() {
    let Some(server) = Server::start("scim2-server", "strict-large", &[]) else {
        return;
    };
    server
        .groups(&["Finance", "Students", "Administrators"])
        .await;
    let mut people: Vec<Person> = (0..5_000)
        .map(|number| person(number, &["students"]))
        .collect();
    seed(&server, &people).await;
    let portal = open(&server, |access| {
        access.directory.capabilities.members_per_call = Some(500);
        access.directory.capabilities.page_size = Some(1_000);
    });
    assert_eq!(reach(&portal, &people, 8).await, "grant 5000");
    people[..400]
        .iter_mut()
        .for_each(|person| person.areas.clear());
    assert_eq!(reach(&portal, &people, 8).await, "revoke 400");
}
