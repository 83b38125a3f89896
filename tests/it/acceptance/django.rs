//! Against django-scim2, what many applications ship, and the strict server's opposite: members
//! are removed by a list of values only, a display name cannot be written, unsupported filters
//! find nothing, and PUT leaves members as they were.

use std::process::Command;

use super::server::Server;
use super::wishes::{Person, life, open, person, reach};

/// Makes users without the driver, by the application's own means.
const SEED: &str = "
import os, sys, json
os.environ['DJANGO_SETTINGS_MODULE'] = 'site_settings'
import django
django.setup()
from portal.models import Account
people = json.load(sys.stdin)
Account.objects.bulk_create([
    Account(username=key, scim_username=key, email=key, scim_id=str(number),
            id=number, first_name=name.split(' ')[0], last_name=name.split(' ')[1])
    for number, (key, name) in enumerate(people, 100)], batch_size=500)
";

fn seed(server: &Server, people: &[Person]) {
    let rows: Vec<_> = people
        .iter()
        .map(|person| (&person.key, &person.name))
        .collect();
    let file = server.folder.join("people.json");
    std::fs::write(&file, serde_json::to_string(&rows).unwrap()).unwrap();
    let status = Command::new(server.packages.join("bin/python"))
        .args(["-c", SEED])
        .current_dir(&server.folder)
        .env("PYTHONPATH", &server.folder)
        .env("PORT", "0")
        .stdin(std::fs::File::open(file).unwrap())
        .status()
        .unwrap();
    assert!(status.success());
}

/// Rules 1, 2, 3, 7, 8, 9, 11, 13, 14
#[tokio::test]
async fn the_application_reaches_what_is_wished_and_a_second_plan_is_empty() {
    let Some(server) = Server::start("django-scim2", "django-life", &[]) else {
        return;
    };
    server
        .groups(&["Finance", "Students", "Administrators"])
        .await;
    life(&open(&server, |_| {}), 8).await;
}

/// Rules 6, 11, 17: every write may meet a 500 that passes.
#[tokio::test]
async fn the_application_whose_database_is_locked_now_and_then_gets_there_too() {
    let Some(server) = Server::start("django-scim2", "django-locky", &[("LOCKY", "1")]) else {
        return;
    };
    server
        .groups(&["Finance", "Students", "Administrators"])
        .await;
    let portal = open(&server, |_| {});
    life(&portal, 8).await;
    let people: Vec<Person> = (100..160)
        .map(|number| person(number, &["students"]))
        .collect();
    let made = reach(&portal, &people, 8).await;
    assert!(made.starts_with("create 60, grant 60"), "{made}");
}

/// Rules 3, 9, 10, 11, 13
#[tokio::test]
async fn the_application_takes_a_group_of_five_thousand_members() {
    let Some(server) = Server::start("django-scim2", "django-large", &[]) else {
        return;
    };
    server
        .groups(&["Finance", "Students", "Administrators"])
        .await;
    let mut people: Vec<Person> = (0..5_000)
        .map(|number| person(number, &["students"]))
        .collect();
    seed(&server, &people);
    let portal = open(&server, |_| {});
    assert_eq!(reach(&portal, &people, 8).await, "grant 5000");
    people[..400]
        .iter_mut()
        .for_each(|person| person.areas.clear());
    assert_eq!(reach(&portal, &people, 8).await, "revoke 400");
}
