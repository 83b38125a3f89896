//! The scenarios, each played at every driver, by API and by worklist.

use beadle::model::rules::{AdminSet, Create, Delete, End, LoginForm, Mail, Rules, SaveUnit};
use serde_json::json;

use super::place::{Place, Someone, Way, address, login, someone};

/// The ways that are tried.
static WAYS: &[Way] = &[Way::Api, Way::Worklist];

/// Every driver, every way.
pub(super) fn everywhere(play: impl Fn(&'static Rules, Way)) {
    for driver in beadle::portal::drivers() {
        for way in WAYS {
            play(driver.rules, *way);
        }
    }
}

pub(crate) fn has_admins(rules: &Rules) -> bool {
    rules.admin.value != AdminSet::None
}

/// An administrator who stays, so that there always is one.
pub(super) fn head() -> Someone {
    someone("pat.head", &[]).admin()
}

/// The organisation's `admins` key, where its portal has an admin set.
pub(super) fn admins(rules: &Rules, keys: &[&str]) -> String {
    if !has_admins(rules) {
        return String::new();
    }
    let addresses: Vec<String> = keys.iter().map(|key| address(key)).collect();
    format!("admins: [{}]", addresses.join(", "))
}

/// As many areas as the portal has.
pub(super) fn held(rules: &Rules, areas: &[&str]) -> Vec<String> {
    if rules.has_areas.value {
        areas.iter().map(|area| (*area).to_owned()).collect()
    } else {
        Vec::new()
    }
}

fn many(rules: &Rules, number: u64) -> u64 {
    if rules.has_areas.value { number } else { 0 }
}

#[test]
fn what_is_live_and_listed_is_left_alone() {
    everywhere(|rules, way| {
        let all = [head(), someone("ada.cole", &["finance", "library"])];
        let mut place = Place::with(rules, way, &all);
        place.say(&all, &admins(rules, &["pat.head"]));
        let plan = place.settle();
        assert_eq!(plan.actions(), Vec::<String>::new(), "{}", place.what());
        assert!(place.writes().is_empty(), "{}", place.what());
    });
}

#[test]
fn somebody_joins() {
    everywhere(|rules, way| {
        let mut place = Place::with(rules, way, &[head()]);
        let ada = someone("ada.cole", &["finance", "library"]).not_live();
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        if rules.create.value == Create::Upstream {
            // Somebody else makes it, and its grants wait for that.
            let plan = place.plan();
            assert_eq!(plan.actions(), Vec::<String>::new(), "{}", place.what());
            let manual = plan.manual();
            assert!(
                manual.contains(&"create-upstream".to_owned()),
                "{}",
                place.what()
            );
            return;
        }
        let plan = place.settle();
        assert_eq!(plan.count("create"), 1, "{}", place.what());
        assert_eq!(
            place.areas("ada.cole"),
            held(rules, &["finance", "library"])
        );
    });
}

/// S2: the grants of an account that another system makes wait for it.
#[test]
fn an_account_made_elsewhere_gets_its_areas_once_it_is_there() {
    everywhere(|rules, way| {
        if rules.create.value != Create::Upstream {
            return;
        }
        let ada = someone("ada.cole", &["finance"]);
        let mut place = match way {
            Way::Api => Place::with(rules, way, &[head(), someone("ada.cole", &[])]),
            Way::Worklist => Place::with(rules, way, &[head()]),
        };
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        if way == Way::Worklist {
            assert_eq!(place.plan().count("grant"), 0, "{}", place.what());
            place.apply();
            assert!(place.account("ada.cole").is_some(), "{}", place.what());
        }
        let plan = place.settle();
        assert_eq!(plan.count("grant"), 1, "{}", place.what());
        assert_eq!(place.areas("ada.cole"), ["finance"]);
    });
}

#[test]
fn somebody_leaves() {
    everywhere(|rules, way| {
        let live = [head(), someone("ada.cole", &["finance", "library"])];
        let mut place = Place::with(rules, way, &live);
        let ada = someone("ada.cole", &["finance", "library"]).until("2026-10-31");
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let plan = place.settle();
        assert_eq!(plan.count("expire"), 1, "{}", place.what());
        assert_eq!(plan.count("delete"), 0, "{}", place.what());
        let account = place.account("ada.cole").unwrap();
        match rules.end.value {
            End::DateThenAreas => {
                assert!(account["expires"].as_str() < Some(crate::support::TODAY));
                assert_eq!(place.areas("ada.cole"), Vec::<String>::new());
            }
            End::NoAreas => assert_eq!(place.areas("ada.cole"), Vec::<String>::new()),
            End::Deactivate => assert_eq!(account["active"], false, "{}", place.what()),
        }
    });
}

#[test]
fn somebody_comes_back() {
    everywhere(|rules, way| {
        let gone = match rules.end.value {
            End::DateThenAreas => someone("ada.cole", &[]).until("2026-01-31"),
            End::NoAreas => someone("ada.cole", &[]),
            End::Deactivate => someone("ada.cole", &["finance"]).inactive(),
        };
        let mut place = Place::with(rules, way, &[head(), gone]);
        let ada = someone("ada.cole", &["finance"]);
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let plan = place.settle();
        assert_eq!(plan.count("create"), 0, "{}", place.what());
        let account = place.account("ada.cole").unwrap();
        assert_ne!(account["active"], false, "{}", place.what());
        assert_eq!(place.areas("ada.cole"), held(rules, &["finance"]));
    });
}

#[test]
fn somebody_gets_other_areas_and_strangers_keep_theirs() {
    everywhere(|rules, way| {
        let stranger = someone("sol.stranger", &["finance", "library"]);
        let live = [
            head(),
            someone("ada.cole", &["finance", "library"]),
            stranger,
        ];
        let mut place = Place::with(rules, way, &live);
        let ada = someone("ada.cole", &["library", "records"]);
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let before = place.areas("sol.stranger");
        let plan = place.settle();
        assert_eq!(plan.count("grant"), many(rules, 1), "{}", place.what());
        assert_eq!(plan.count("revoke"), many(rules, 1), "{}", place.what());
        assert_eq!(
            place.areas("ada.cole"),
            held(rules, &["library", "records"])
        );
        assert_eq!(place.areas("sol.stranger"), before, "{}", place.what());
    });
}

#[test]
fn administrators_change() {
    everywhere(|rules, way| {
        // The token is of an administrator who stays.
        let keeper = someone("al.keeper", &[]).admin();
        let live = [keeper, head(), someone("ada.cole", &["library"])];
        let mut place = Place::with(rules, way, &live);
        let says = format!(
            "admins: [{}, {}]",
            address("al.keeper"),
            address("ada.cole")
        );
        place.say(&live, &says);
        if !has_admins(rules) {
            assert!(place.problems().contains("admin"), "{}", place.what());
            return;
        }
        let plan = place.settle();
        assert_eq!(
            (plan.count("promote"), plan.count("demote")),
            (1, 1),
            "{}",
            place.what()
        );
        let admin = |key: &str| place.account(key).unwrap()["admin"] == true;
        assert!(admin("ada.cole") && !admin("pat.head"), "{}", place.what());
    });
}

#[test]
fn a_name_changes() {
    everywhere(|rules, way| {
        let live = [head(), someone("ada.cole", &["library"])];
        let mut place = Place::with(rules, way, &live);
        let ada = someone("ada.cole", &["library"]).named("Ada Coleman");
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let plan = place.settle();
        if rules.edit.value.name {
            assert_eq!(plan.count("update"), 1, "{}", place.what());
            assert_eq!(place.account("ada.cole").unwrap()["name"], "Ada Coleman");
        } else {
            assert_eq!(plan.actions(), Vec::<String>::new(), "{}", place.what());
            assert_eq!(plan.manual(), ["rename"], "{}", place.what());
        }
        assert_eq!(place.areas("ada.cole"), held(rules, &["library"]));
    });
}

#[test]
fn a_login_id_changes_and_it_stays_one_account() {
    everywhere(|rules, way| {
        let live = [head(), someone("ada.cole", &["library"])];
        let mut place = Place::with(rules, way, &live);
        let ada = someone("ada.boyd", &["library"])
            .named("ada cole")
            .was("ada.cole");
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let before = place.live()["accounts"].as_array().unwrap().len();
        let plan = place.settle();
        for kind in ["create", "expire", "delete"] {
            assert_eq!(plan.count(kind), 0, "{}: {kind}", place.what());
        }
        assert_eq!(place.live()["accounts"].as_array().unwrap().len(), before);
        let follows = rules.login.value == LoginForm::Email && rules.edit.value.email;
        if follows || rules.edit.value.login {
            assert_eq!(plan.count("update"), 1, "{}", place.what());
            let account = place.account("ada.boyd").unwrap();
            assert_eq!(
                account["login"],
                login(rules, "ada.boyd"),
                "{}",
                place.what()
            );
        } else {
            assert!(
                plan.manual().contains(&"rename".to_owned()),
                "{}",
                place.what()
            );
        }
    });
}

#[test]
fn an_account_is_deleted_by_name_only_where_it_can_be() {
    everywhere(|rules, way| {
        let live = [head(), someone("ada.cole", &["library"])];
        let mut place = Place::with(rules, way, &live);
        let says = format!(
            "delete: [{}]\n{}",
            login(rules, "ada.cole"),
            admins(rules, &["pat.head"])
        );
        place.say(&[head()], &says);
        if rules.delete.value == Delete::Never {
            assert!(place.problems().contains("delete"), "{}", place.what());
            return;
        }
        let plan = place.settle();
        assert_eq!(plan.count("delete"), 1, "{}", place.what());
        assert!(place.account("ada.cole").is_none(), "{}", place.what());
    });
}

/// H14, H15: a product with thirty new people is one save.
#[test]
fn thirty_people_get_one_area_in_as_few_calls_as_the_portal_allows() {
    everywhere(|rules, way| {
        if !rules.has_areas.value {
            return;
        }
        let keys: Vec<String> = (0..30)
            .map(|number| format!("staff.n{number:02}"))
            .collect();
        let mut live = vec![head(), someone("sol.stranger", &["records"])];
        live.extend(keys.iter().map(|key| someone(key, &[])));
        let mut place = Place::with(rules, way, &live);
        let mut users = vec![head()];
        users.extend(keys.iter().map(|key| someone(key, &["records"])));
        place.say(&users, &admins(rules, &["pat.head"]));
        let plan = place.settle();
        assert_eq!(plan.count("grant"), 30, "{}", place.what());
        let calls = match rules.save.value {
            SaveUnit::Grant | SaveUnit::AccountSet => 30,
            SaveUnit::AreaSet => 1,
        };
        assert_eq!(plan.number("calls"), calls, "{}", place.what());
        assert_eq!(place.areas("sol.stranger"), ["records"], "{}", place.what());
    });
}

/// S10, S13: five changes of one account are one save, and one mail, where the portal saves
/// accounts.
#[test]
fn five_changes_of_one_account() {
    everywhere(|rules, way| {
        if !rules.has_areas.value || !has_admins(rules) {
            return;
        }
        let live = [head(), someone("ada.cole", &["finance", "library"])];
        let mut place = Place::with(rules, way, &live);
        let ada = someone("ada.cole", &["records"]);
        place.say(&[head(), ada], &admins(rules, &["pat.head", "ada.cole"]));
        let plan = place.settle();
        let mails = match (rules.mail.value, rules.save.value) {
            (Mail::EachSave, SaveUnit::AccountSet) => 1,
            (Mail::EachSave, SaveUnit::Grant | SaveUnit::AreaSet) => plan.number("calls"),
            (Mail::None | Mail::AtCreation, _) => 0,
        };
        assert_eq!(plan.number("mails"), mails, "{}", place.what());
        if rules.save.value == SaveUnit::AccountSet {
            assert_eq!(plan.number("calls"), 1, "{}", place.what());
        }
    });
}

#[test]
fn nothing_is_taken_where_removals_are_off() {
    everywhere(|rules, way| {
        let live = [head(), someone("ada.cole", &["finance", "library"])];
        let mut place = Place::with(rules, way, &live);
        let ada = someone("ada.cole", &["records"]).until("2026-10-31");
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let before = place.live();
        let output = place.run(&[
            "apply",
            "--today",
            crate::support::TODAY,
            "--yes",
            "--no-removals",
        ]);
        assert!(output.status.success(), "{}", place.what());
        assert_eq!(
            place.live()["accounts"],
            before["accounts"],
            "{}",
            place.what()
        );
    });
}

#[test]
fn an_import_says_what_is_live() {
    everywhere(|rules, way| {
        if way == Way::Worklist {
            return;
        }
        let live = [
            head(),
            someone("ada.cole", &["finance", "library"]),
            someone("bo.lee", &[]),
        ];
        let mut place = Place::with(rules, way, &live);
        place.say(&live, "");
        // The snapshot that is kept, as a project of its own.
        let fresh = tempfile::tempdir().unwrap();
        let kept = place.folder.path().join("live/portal/place.yaml");
        let mut import = crate::support::beadle(fresh.path());
        import.args(["import", ".", "--snapshot"]).arg(&kept);
        import.args([
            "--org",
            "place",
            "--portal",
            "portal",
            "--today",
            crate::support::TODAY,
        ]);
        let imported = import.output().unwrap();
        assert!(
            imported.status.success(),
            "{}: {}",
            place.what(),
            crate::support::err(&imported)
        );
        let mut plan = crate::support::beadle(fresh.path());
        plan.args([
            "plan",
            "--detailed-exitcode",
            "--today",
            crate::support::TODAY,
        ]);
        let planned = plan.output().unwrap();
        assert_eq!(
            planned.status.code(),
            Some(0),
            "{}: {}{}",
            place.what(),
            crate::support::out(&planned),
            crate::support::err(&planned)
        );
    });
}

/// Answers are lost after the call was carried out: nothing is done twice, nobody is mailed twice.
#[test]
fn answers_are_lost() {
    everywhere(|rules, way| {
        if way == Way::Worklist {
            return;
        }
        let live = [head(), someone("bo.lee", &["finance"])];
        let mut place = Place::with(rules, way, &live);
        let ada = someone("ada.cole", &["finance", "library"]).not_live();
        let bo = someone("bo.lee", &["records"]);
        place.say(&[head(), ada, bo], &admins(rules, &["pat.head"]));
        let plan = place.plan();
        let faults: Vec<_> = ["POST", "PUT", "PATCH", "DELETE"]
            .iter()
            .map(|method| json!({"match": {"method": method}, "kind": "reset-after-commit", "times": 1}))
            .collect();
        place.control("PUT", "/faults", &json!(faults));
        let first = place.run(&["apply", "--today", crate::support::TODAY, "--yes"]);
        let code = first.status.code();
        assert!(
            matches!(code, Some(0 | 4 | 1)),
            "{}: {code:?}",
            place.what()
        );
        place.control("PUT", "/faults", &json!([]));
        place.apply();
        assert_eq!(
            place.plan().actions(),
            Vec::<String>::new(),
            "{}",
            place.what()
        );
        assert_eq!(
            place.mails().len() as u64,
            plan.number("mails"),
            "{}",
            place.what()
        );
        let accounts = place.live()["accounts"].as_array().unwrap().len();
        let made = plan.count("create");
        assert_eq!(accounts as u64, 2 + made, "{}", place.what());
    });
}

/// The portal is busy, and fails now and then: it is done in the end.
#[test]
fn the_portal_is_busy_and_fails_now_and_then() {
    everywhere(|rules, way| {
        if way == Way::Worklist {
            return;
        }
        let live = [
            head(),
            someone("ada.cole", &["finance"]),
            someone("bo.lee", &["library"]),
        ];
        let mut place = Place::with(rules, way, &live);
        let users = [
            head(),
            someone("ada.cole", &["library", "records"]),
            someone("bo.lee", &[]).until("2026-10-31"),
        ];
        place.say(&users, &admins(rules, &["pat.head", "ada.cole"]));
        let faults = json!([
            {"kind": "too-many-requests", "rate": 0.2, "seed": 7, "retry_after": 0},
            {"kind": "error", "rate": 0.1, "seed": 11},
        ]);
        place.control("PUT", "/faults", &faults);
        for _ in 0..6 {
            let run = place.run(&["apply", "--today", crate::support::TODAY, "--yes"]);
            if run.status.success() {
                break;
            }
        }
        place.control("PUT", "/faults", &json!([]));
        assert_eq!(
            place.plan().actions(),
            Vec::<String>::new(),
            "{}",
            place.what()
        );
    });
}
