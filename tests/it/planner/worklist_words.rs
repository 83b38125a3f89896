//! Worklists of portals whose save writes a whole set, with words of their own: what a person
//! reads, what is kept from one worklist to the next, and what waits for another system.

use beadle::model::desired::{Desired, Shared};
use beadle::model::live::Live;
use beadle::model::plan::Plan;
use beadle::model::rules::Rules;
use beadle::model::snapshot::Snapshot;
use beadle::model::snapshot_changes::{DoesNotFit, SnapshotChange, Whose};
use beadle::model::steps::{StepKind, StepText};
use beadle::model::worklist::{Mark, Merged, Step, WorkKind, Worklist};
use beadle::portal::worklist::{ByHand, worklists};
use beadle::report::{worklists_html, worklists_markdown, worklists_text};

use super::build::{
    DAY, account, admin, admins, after, desired, holding, live, login, plan, source, user, with,
};
use super::models;

const fn text(
    kind: StepKind,
    title: &'static str,
    page: &'static str,
    clicks: &'static [&'static str],
    save: &'static [&'static str],
) -> StepText {
    StepText {
        kind,
        title,
        page,
        open: &["Home"],
        clicks,
        save,
        seen: "{login} is there",
        irreversible: None,
        source: "the guide",
    }
}

/// A portal that saves a product's whole set.
static PRODUCTS: Rules = Rules {
    steps: &[
        text(
            StepKind::Create,
            "Add {name}",
            "Add sub account",
            &["Username: {login}", "Terms accepted by {terms_accepted_by}"],
            &[],
        ),
        text(
            StepKind::Give,
            "Tick {name}",
            "Edit permissions: {area}",
            &["Tick {login}"],
            &["Save"],
        ),
        text(
            StepKind::Take,
            "Untick {name}",
            "Edit permissions: {area}",
            &["Untick {login}"],
            &["Save"],
        ),
    ],
    ..models::HFL
};

/// A portal that saves a user's whole set.
static SERVICES: Rules = Rules {
    steps: &[
        text(
            StepKind::Give,
            "Tick {area}",
            "User {login}",
            &["Tick {area}"],
            &["Save changes"],
        ),
        text(
            StepKind::Take,
            "Untick {area}",
            "User {login}",
            &["Untick {area}"],
            &["Save changes"],
        ),
        text(
            StepKind::Promote,
            "Tick the administrator",
            "User {login}",
            &["Tick Organisation Admin"],
            &["Save changes"],
        ),
    ],
    ..models::HAMPSHIRE
};

fn list(plan: &Plan, desired: &Desired, live: &Live, rules: &'static Rules) -> Worklist {
    let unit = ByHand {
        number: 0,
        plan: &plan.units[0],
        rules,
        desired,
        live,
    };
    worklists(&[unit], DAY).remove(0)
}

fn planned(desired: &Desired, live: &Live, rules: &'static Rules) -> Worklist {
    list(&plan(desired, live, rules), desired, live, rules)
}

/// A line a page: its title and what is done on it.
fn pages(list: &Worklist) -> Vec<String> {
    let page = |page: &beadle::model::worklist::Page| {
        let steps: Vec<String> = page
            .steps
            .iter()
            .map(|step| format!("{} {}", step.title, key(&step.login)))
            .collect();
        format!("{}: {}", page.title, steps.join(", "))
    };
    list.pages.iter().map(page).collect()
}

fn key(login: &str) -> &str {
    login.split('@').next().unwrap_or_default()
}

fn mark(list: &mut Worklist, which: impl Fn(&Step) -> bool) {
    for step in list.steps_mut().filter(|step| which(step)) {
        step.done = Some(Mark {
            on: DAY,
            by: Some("Kit Osei".to_owned()),
        });
    }
}

/// Marks steps and makes of the snapshot what they do.
fn carry_out(list: &mut Worklist, live: &Live, which: impl Fn(&Step) -> bool) -> Live {
    let mut snapshot = Snapshot::of(live, "x", None, DAY);
    for step in list.steps().filter(|step| which(step)) {
        if let Some(change) = &step.change {
            let whose = Whose {
                id: step.account.as_deref(),
                login: &step.login,
            };
            snapshot.change(whose, change).unwrap();
        }
    }
    mark(list, which);
    snapshot.into_live().unwrap()
}

#[test]
fn a_products_page_is_opened_and_saved_once_whoever_is_ticked_on_it() {
    let it = desired([
        with(user("a"), &["finance", "prevent"]),
        with(user("b"), &["finance"]),
        with(user("c"), &["prevent"]),
        with(user("d"), &[]),
    ]);
    let there = live(vec![account("a"), holding(account("d"), &["finance"])]);
    let list = planned(&it, &there, &PRODUCTS);
    assert_eq!(
        pages(&list),
        [
            "Add sub account: Add b b, Add c c",
            "Edit permissions: The finance area: Tick a a, Tick b b, Untick d d",
            "Edit permissions: The prevent area: Tick a a, Tick c c",
        ]
    );
    let finance = &list.pages[1];
    assert!(finance.others_stay);
    assert_eq!(finance.save, ["Save"]);
    assert_eq!(finance.open, ["Home"]);
    assert_eq!(finance.steps[1].area.as_deref(), Some("finance"));
    let create = &list.pages[0].steps[0];
    assert_eq!(create.clicks[1], "Terms accepted by m.jones@trust.example");
    // Each tick waits for its own account, not for every account.
    assert_eq!(finance.steps[1].after.len(), 1);
    assert_eq!(finance.steps[1].after[0].id, create.id);
    // Whether to mail is a choice that these words do not show.
    assert!(create.notes[0].contains("is mailed"), "{:?}", create.notes);
    let said = worklists_markdown(&[&list]);
    assert!(said.contains("All other ticks on this page stay as they are."));
    assert!(said.contains("Then save, once: `Save`"), "{said}");
}

#[test]
fn what_another_system_must_make_is_first_and_what_waits_for_it_is_in_the_next_list() {
    let it = desired([
        with(user("new"), &["finance", "prevent"]),
        with(user("b"), &["finance"]),
    ]);
    let there = live(vec![account("b")]);
    let mut first = planned(&it, &there, &SERVICES);
    let provide = first.steps().next().unwrap().clone();
    assert_eq!(provide.kind, WorkKind::CreateUpstream);
    assert_eq!(
        provide.notes,
        ["what waits for it: 2 areas; once it is marked, `beadle apply` lists the rest"]
    );
    let now = carry_out(&mut first, &there, |step| {
        step.kind == WorkKind::CreateUpstream
    });
    let made = now.accounts().values().find(|it| it.login == login("new"));
    assert!(made.unwrap().upstream);
    let second = planned(&it, &now, &SERVICES);
    let mut shown = pages(&second);
    shown.sort();
    assert_eq!(
        shown,
        [
            "User b@northshire.example: Tick The finance area b",
            "User new@northshire.example: Tick The finance area new, Tick The prevent area new",
        ]
    );
}

#[test]
fn one_users_set_is_one_page_in_which_giving_comes_before_taking() {
    let mut it = desired([with(user("a"), &["prevent"]), user("boss"), user("other")]);
    it.admins = admins(&["a", "boss", "other"]);
    let there = live(vec![
        holding(account("a"), &["finance"]),
        admin(account("boss")),
        admin(account("other")),
    ]);
    let list = planned(&it, &there, &SERVICES);
    assert_eq!(
        pages(&list),
        [
            "User a@northshire.example: Tick The prevent area a, Tick the administrator a, Untick The finance area a"
        ]
    );
    assert_eq!(list.pages[0].save, ["Save changes"]);
}

#[test]
fn a_password_that_was_changed_is_not_asked_for_again_until_somebody_else_leaves() {
    let mut office = user("office");
    let members = |until| Shared {
        custodian: "a".into(),
        members: vec![("a".into(), Some(until))],
        password_changed: None,
    };
    office.shared = Some(members(after(-3)));
    let it = desired([office.clone()]);
    let there = live(vec![account("office")]);
    let mut first = planned(&it, &there, &PRODUCTS);
    assert_eq!(first.open_count(), 1);
    mark(&mut first, |_| true);
    let again = planned(&it, &there, &PRODUCTS);
    assert_eq!(
        again.merged(Some(first.clone())),
        Merged::AsBefore(first.clone())
    );
    office.shared = Some(members(after(-1)));
    let it = desired([office]);
    let Merged::New(next) = planned(&it, &there, &PRODUCTS).merged(Some(first)) else {
        panic!("another leaver is another step");
    };
    assert_eq!(next.open_count(), 1);
}

#[test]
fn a_login_that_was_not_handed_over_yet_is_not_forgotten() {
    let mut it = desired([with(user("b"), &["finance"])]);
    it.creation.notify = Some(false);
    let there = live(Vec::new());
    let mut first = planned(&it, &there, &PRODUCTS);
    assert_eq!(first.steps().last().unwrap().kind, WorkKind::HandOver);
    let now = carry_out(&mut first, &there, |step| step.kind != WorkKind::HandOver);
    let fresh = planned(&it, &now, &PRODUCTS);
    assert!(fresh.pages.is_empty(), "the plan asks for it once only");
    assert_eq!(fresh.merged(Some(first.clone())), Merged::AsBefore(first));
}

#[test]
fn what_is_not_wanted_any_more_is_not_left_for_somebody_to_follow() {
    let it = desired([with(user("a"), &["finance"]), with(user("b"), &["prevent"])]);
    let there = live(vec![account("a"), account("b")]);
    let untouched = planned(&it, &there, &PRODUCTS);
    let mut first = untouched.clone();
    let now = carry_out(&mut first, &there, |step| {
        step.area.as_deref() == Some("finance")
    });
    let wanted = desired([with(user("a"), &["finance"]), user("b")]);
    let Merged::New(kept) = planned(&wanted, &now, &PRODUCTS).merged(Some(first)) else {
        panic!("a list with marks is kept as a record");
    };
    assert_eq!(kept.open_count(), 0);
    assert_eq!(kept.steps().count(), 1);
    // One without marks is no record of anything.
    let nothing = planned(&desired([user("a"), user("b")]), &there, &PRODUCTS);
    assert_eq!(nothing.merged(Some(untouched)), Merged::Nothing);
}

#[test]
fn who_has_been_renamed_is_looked_for_under_the_new_login_on_the_same_page() {
    let mut renamed = with(user("s.patel"), &["finance"]);
    renamed.was = vec![(login("s.shah"), source(3))];
    let it = desired([renamed]);
    let there = live(vec![account("s.shah")]);
    let list = planned(&it, &there, &models::OFS);
    assert_eq!(list.pages.len(), 1);
    let logins: Vec<&str> = list.steps().map(|step| key(&step.login)).collect();
    assert_eq!(logins.first(), Some(&"s.shah"));
    assert_eq!(logins.last(), Some(&"s.patel"));
    assert!(list.pages[0].title.contains("s.shah"));
}

#[test]
fn a_rename_by_hand_shows_in_the_snapshot() {
    let mut renamed = user("s.patel");
    renamed.was = vec![(login("s.shah"), source(3))];
    renamed.name = "S Patel".into();
    let it = desired([renamed]);
    let there = live(vec![account("s.shah")]);
    let mut list = planned(&it, &there, &SERVICES);
    assert_eq!(list.open_count(), 2);
    let now = carry_out(&mut list, &there, |_| true);
    let account = now.accounts().values().next().unwrap();
    assert_eq!(
        (account.login.as_str(), &*account.name),
        ("s.patel@northshire.example", "S Patel")
    );
    assert!(planned(&it, &now, &SERVICES).pages.is_empty());
}

#[test]
fn a_delete_is_last_and_says_that_it_cannot_be_undone() {
    let mut it = desired([with(user("z"), &["finance"])]);
    it.delete.insert(login("a"), source(9));
    let there = live(vec![account("a"), account("z")]);
    let list = planned(&it, &there, &PRODUCTS);
    let last = list.steps().last().unwrap();
    assert_eq!(last.kind, WorkKind::Delete);
    assert!(last.irreversible.is_some());
    let mut text = Vec::new();
    worklists_text(&[&list], &mut text).unwrap();
    for shown in [
        String::from_utf8(text).unwrap(),
        worklists_markdown(&[&list]),
        worklists_html(&[&list]),
    ] {
        assert!(shown.contains("CANNOT BE UNDONE"), "{shown}");
    }
}

#[test]
fn a_change_that_does_not_fit_leaves_the_snapshot_as_it_was() {
    let there = live(vec![account("a"), account("b")]);
    let mut snapshot = Snapshot::of(&there, "x", None, DAY);
    let before = snapshot.clone();
    let logins = [login("a"), login("b"), login("gone")];
    let whose = |index: usize| Whose {
        id: None,
        login: logins[index].as_str(),
    };
    let area = |area: &str| SnapshotChange::Area {
        area: area.to_owned(),
        given: true,
    };
    let name = SnapshotChange::Name {
        before: "somebody".to_owned(),
        after: "else".to_owned(),
    };
    let email = SnapshotChange::Email {
        before: Some(logins[0].as_str().to_owned()),
        after: logins[1].as_str().to_uppercase(),
        login: true,
    };
    let mut refused =
        |index, change: &SnapshotChange| snapshot.change(whose(index), change).unwrap_err();
    assert!(matches!(
        refused(2, &area("finance")),
        DoesNotFit::NoAccount(_)
    ));
    assert!(matches!(
        refused(0, &area("nowhere")),
        DoesNotFit::NoArea(_)
    ));
    assert!(matches!(refused(0, &name), DoesNotFit::Different { .. }));
    assert!(matches!(refused(0, &email), DoesNotFit::LoginTaken(_)));
    assert_eq!(snapshot, before);
}

#[test]
fn a_step_that_waits_for_another_school_says_so() {
    let mut old = desired([user("a")]);
    let there_old = live(vec![holding(account("a"), &["finance"])]);
    let mut new = desired([with(user("a"), &["prevent"])]);
    new.organisation = "oakfield".into();
    new.organisation_name = "Oakfield".into();
    old.organisation_name = "Elmfield".into();
    let there_new = live(vec![account("a")]);
    let unit = |it: &Desired, there: &Live| {
        let unit = beadle::planner::plan_unit(it, there, &SERVICES, DAY);
        (unit, std::sync::Arc::clone(&it.policy))
    };
    let units = vec![unit(&old, &there_old), unit(&new, &there_new)];
    let plan = super::build::finish(units, &old.policy);
    let by_hand = |number: u32, desired, live| ByHand {
        number,
        plan: &plan.units[number as usize],
        rules: &SERVICES,
        desired,
        live,
    };
    let lists = worklists(
        &[by_hand(0, &old, &there_old), by_hand(1, &new, &there_new)],
        DAY,
    );
    let giving = lists[1].steps().next().unwrap();
    let taking = lists[0].steps().next().unwrap();
    assert_eq!(taking.after[0].id, giving.id);
    let said = worklists_markdown(&[&lists[0]]);
    let wait = "not before this is done at Oakfield: Tick The prevent area";
    assert!(said.contains(wait), "{said}");
}
