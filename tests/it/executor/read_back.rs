//! The read-back predicate: each kind of write, as wanted and not.

use beadle::executor::{Known, Shown, is_done};
use beadle::model::live::LiveAccount;
use beadle::model::plan::{Change, Term, Write};
use jiff::civil::{Date, date};

use super::fake::blank;
use super::plans::*;

fn live(change: impl FnOnce(&mut LiveAccount)) -> LiveAccount {
    let login = beadle::model::name::LoginId::new(address("a"));
    let mut account = blank("seed-a".into(), login, "a");
    change(&mut account);
    account
}

fn done(write: &Write, accounts: &[LiveAccount]) -> bool {
    done_of(write, accounts, false)
}

fn done_of(write: &Write, accounts: &[LiveAccount], complete: bool) -> bool {
    let shown: Shown<'_> = accounts.iter().collect();
    let administration = [ADMINISTRATION.into()].into();
    let known = Known {
        administration: &administration,
        complete,
        term_end: DAY,
    };
    is_done(write, &shown, known)
}

/// Asserts that the write is done on the first account, and on none of the others.
fn assert_told_apart(write: &Write, wanted: LiveAccount, unwanted: &[LiveAccount]) {
    assert!(done(write, &[wanted]), "{write:?}");
    for account in unwanted {
        let account = std::slice::from_ref(account);
        assert!(!done(write, account), "{write:?} {account:?}");
    }
}

const END: Date = date(2027, 8, 31);

#[test]
fn a_creation_is_done_when_the_account_is_there_as_planned() {
    assert!(!done(&create("a"), &[]));
    let unlike = [
        live(|account| account.name = "b".into()),
        live(|account| account.email = Some("b@northshire.example".into())),
        live(|account| account.expires = Some(END)),
        live(|account| account.active = false),
        live(|account| account.upstream = true),
        live(|account| account.login = "b".into()),
    ];
    assert_told_apart(&create("a"), live(|_| {}), &unlike);
    let folded = live(|account| account.email = Some("A@Northshire.Example".into()));
    assert!(done(&create("a"), &[folded]));
    assert!(done(&create("a"), &[live(|account| account.email = None)]));
}

#[test]
fn a_creation_for_a_term_is_done_when_it_ends_later() {
    let write = Write::Create {
        account: newcomer("a"),
        email: None,
        expires: None,
        term: Some(Term::AcademicYear),
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    };
    let past = live(|account| account.expires = Some(DAY));
    let wanted = live(|account| account.expires = Some(END));
    assert_told_apart(&write, wanted, &[past, live(|_| {})]);
}

#[test]
fn an_edit_is_done_when_every_field_is_as_wanted() {
    let write = Write::Edit {
        account: seeded("a"),
        changes: vec![
            Change::Name {
                before: Some("a".into()),
                after: "b".into(),
            },
            Change::Email {
                before: Some(address("a").into()),
                after: address("b").into(),
            },
            Change::Login {
                before: None,
                after: "b".into(),
            },
            Change::Expires {
                before: None,
                after: Some(END),
            },
            Change::Active {
                before: false,
                after: true,
            },
        ],
    };
    let wanted = live(|account| {
        account.name = "b".into();
        account.email = Some(address("B").into());
        account.login = "b".into();
        account.expires = Some(END);
    });
    let but = |change: fn(&mut LiveAccount)| {
        let mut account = wanted.clone();
        change(&mut account);
        account
    };
    let unlike = [
        live(|_| {}),
        but(|account| account.name = "a".into()),
        but(|account| account.email = None),
        but(|account| account.login = "a".into()),
        but(|account| account.expires = None),
        but(|account| account.active = false),
        but(|account| account.id = "another".into()),
    ];
    assert_told_apart(&write, wanted.clone(), &unlike);
    assert!(!done(&write, &[]));
}

#[test]
fn a_change_of_case_alone_is_seen_exactly() {
    let write = Write::Edit {
        account: seeded("a"),
        changes: vec![Change::Email {
            before: Some(address("a").into()),
            after: address("A").into(),
        }],
    };
    let wanted = live(|account| account.email = Some(address("A").into()));
    assert_told_apart(&write, wanted, &[live(|_| {})]);
}

#[test]
fn grants_are_areas_and_the_administration_area_is_the_admin_set() {
    let holding = || live(|account| account.areas = ["returns".into()].into());
    let given = grant(seeded("a"), "returns", true);
    let taken = grant(seeded("a"), "returns", false);
    let admin = || live(|account| account.admin = true);
    assert_told_apart(&given, holding(), &[live(|_| {}), admin()]);
    assert_told_apart(&taken, live(|_| {}), &[holding()]);
    let promoted = grant(seeded("a"), ADMINISTRATION, true);
    let demoted = grant(seeded("a"), ADMINISTRATION, false);
    assert_told_apart(&promoted, admin(), &[live(|_| {}), holding()]);
    assert_told_apart(&demoted, holding(), &[admin()]);
}

#[test]
fn whole_sets_are_done_when_every_named_tick_is_as_wanted() {
    let ticks = |areas: &[&str], admin| {
        live(|account| {
            account.areas = areas.iter().map(|area| (*area).into()).collect();
            account.admin = admin;
        })
    };
    let write = Write::AccountSet {
        account: seeded("a"),
        give: vec!["in".into()],
        take: vec!["out".into()],
        admin: Some(true),
    };
    let unlike = [
        ticks(&[], true),
        ticks(&["in", "out"], true),
        ticks(&["in"], false),
    ];
    assert_told_apart(&write, ticks(&["in", "unknown"], true), &unlike);
    let write = Write::AreaSet {
        area: "in".into(),
        give: vec![newcomer("a")],
        take: vec![seeded("b")],
    };
    let other = |areas: &[&str]| LiveAccount {
        id: "seed-b".into(),
        login: "b".into(),
        ..ticks(areas, false)
    };
    let both = |own: &[&str], others: &[&str]| [ticks(own, false), other(others)];
    assert!(done(&write, &both(&["in"], &[])));
    assert!(!done(&write, &both(&[], &[])));
    assert!(!done(&write, &both(&["in"], &["in"])));
}

#[test]
fn acts_on_one_account_are_done_when_it_shows() {
    let account = || seeded("a");
    let promote = |promote| Write::Admin {
        account: account(),
        promote,
    };
    let admin = || live(|account| account.admin = true);
    assert_told_apart(&promote(true), admin(), &[live(|_| {})]);
    assert_told_apart(&promote(false), live(|_| {}), &[admin()]);
    let activate = |active| Write::Active {
        account: account(),
        active,
    };
    let asleep = || live(|account| account.active = false);
    assert_told_apart(&activate(true), live(|_| {}), &[asleep()]);
    assert_told_apart(&activate(false), asleep(), &[live(|_| {})]);
    let keep = Write::Keep {
        account: account(),
        term: Term::Months(3),
    };
    let kept = live(|account| account.expires = Some(END));
    let ending = live(|account| account.expires = Some(DAY));
    assert_told_apart(&keep, kept, &[ending, live(|_| {})]);
    let delete = Write::Delete { account: account() };
    assert!(done(&delete, &[]) && !done(&delete, &[live(|_| {})]));
}

#[test]
fn from_an_accounts_absence_something_follows_only_in_a_complete_listing() {
    let takings = [
        grant(seeded("a"), "returns", false),
        grant(seeded("a"), ADMINISTRATION, false),
        Write::Admin {
            account: seeded("a"),
            promote: false,
        },
        Write::AccountSet {
            account: seeded("a"),
            give: vec![],
            take: vec!["returns".into()],
            admin: Some(false),
        },
        Write::AreaSet {
            area: "returns".into(),
            give: vec![],
            take: vec![seeded("a")],
        },
    ];
    for write in &takings {
        assert!(!done_of(write, &[], false), "{write:?}");
        assert!(done_of(write, &[], true), "{write:?}");
    }
    for write in [
        grant(seeded("a"), "returns", true),
        create("a"),
        rename("a", "b"),
    ] {
        assert!(!done_of(&write, &[], true), "{write:?}");
    }
}
