//! Rows of `docs/portals.md` that only a whole project shows.

use std::fs;

use super::place::{Place, Way, login, someone};
use super::scenarios::{admins, head};
use crate::support::{TODAY, beadle, err};

/// S1: administrators who came to be without anybody's asking lose nothing before somebody has
/// said who administers, and an import says it of those who are live.
#[test]
fn administrators_whom_nobody_declared_are_kept_and_imported() {
    let rules = beadle::portal::driver("hampshire").unwrap().rules;
    let live = [head(), someone("al.keeper", &["library"]).admin()];
    let mut place = Place::with(rules, Way::Api, &live);
    place.say(&live, "");
    assert_eq!(place.plan().actions(), Vec::<String>::new());

    let fresh = tempfile::tempdir().unwrap();
    let imported = beadle(fresh.path())
        .args(["import", "--org", "place", "--portal", "portal"])
        .args(["--today", TODAY, "--snapshot"])
        .arg(place.folder.path().join("live/portal/place.yaml"))
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", err(&imported));
    let text = fs::read_to_string(fresh.path().join("beadle.yaml")).unwrap();
    let (_, declared) = text.split_once("admins:").unwrap();
    for key in ["pat.head", "al.keeper"] {
        let (id, address) = (login(rules, key), super::place::address(key));
        assert!(
            declared.contains(&id) || declared.contains(&address),
            "{key}: {text}"
        );
    }
}

/// S16: a service that is called otherwise on another day is the same service.
#[test]
fn a_service_is_known_by_its_id_whatever_its_title() {
    let rules = beadle::portal::driver("hampshire").unwrap().rules;
    let live = [head(), someone("ada.cole", &["library"])];
    let mut place = Place::with(rules, Way::Worklist, &live);
    place.say(&live, &admins(rules, &["pat.head"]));
    let path = place.folder.path().join("live/portal/place.yaml");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("The Library"), "{text}");
    fs::write(&path, text.replace("The Library", "Libraries’ Trailblazer")).unwrap();
    assert_eq!(place.plan().actions(), Vec::<String>::new());
    // It is given and taken by that id as before.
    place.say(
        &[head(), someone("ada.cole", &[])],
        &admins(rules, &["pat.head"]),
    );
    assert_eq!(place.plan().count("revoke"), 1);
}

/// W10, W15: who is promoted, and who is new, sets up a second factor where the portal wants one.
#[test]
fn who_is_promoted_or_new_sets_up_a_second_factor() {
    let rules = beadle::portal::driver("hwb").unwrap().rules;
    let live = [head(), someone("ada.cole", &[])];
    let mut place = Place::with(rules, Way::Api, &live);
    let second_factors = |place: &Place| {
        let steps = place.plan().manual();
        steps.iter().filter(|kind| *kind == "second-factor").count()
    };
    place.say(&live, &admins(rules, &["pat.head"]));
    assert_eq!(second_factors(&place), 0);
    place.say(&live, &admins(rules, &["pat.head", "ada.cole"]));
    assert_eq!(second_factors(&place), 1);
    let new = someone("bo.lee", &[]).not_live();
    let [pat, ada] = live;
    place.say(&[pat, ada, new], &admins(rules, &["pat.head"]));
    assert_eq!(second_factors(&place), 1);
}

/// O18: an area that is given until a day is taken after it, and the account stays as it was.
#[test]
fn a_grant_with_an_end_of_its_own_is_taken_after_it() {
    for driver in beadle::portal::drivers() {
        let rules = driver.rules;
        if !rules.has_areas.value {
            continue;
        }
        let live = [head(), someone("ada.cole", &["finance"])];
        let mut place = Place::with(rules, Way::Api, &live);
        place.say(&live, &admins(rules, &["pat.head"]));
        place.edit("[finance]", "[{ area: finance, until: 2026-10-31 }]");
        let plan = place.settle();
        let counts = (
            plan.count("revoke"),
            plan.count("expire"),
            plan.count("update"),
        );
        assert_eq!(counts, (1, 0, 0), "{}", place.what());
        assert_eq!(place.areas("ada.cole"), Vec::<String>::new());
    }
}

/// O15: what would give areas that nobody listed has no call in any driver.
#[test]
fn no_driver_copies_areas() {
    let mut folders = vec![crate::support::repository().join("src/portal")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let code = fs::read_to_string(&path).unwrap();
            assert!(!code.contains("copy-areas"), "{}", path.display());
        }
    }
    assert!(files > 50, "{files}");
}
