//! Live against desired, line by line.

use std::collections::BTreeMap;
use std::sync::Arc;

use beadle::model::day::{Presence, Window};
use beadle::model::desired::{Desired, DesiredAccount, DesiredAdmins, DesiredGrant};
use beadle::model::live::{Live, LiveAccount};
use beadle::model::name::LoginId;
use beadle::model::policy::Policy;
use beadle::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, OrganisationIdForm, Rule,
    Rules, SaveUnit,
};
use beadle::report::diff::{DiffPair, plan_diff};
use beadle::report::organisation_file::OrganisationFile;
use beadle::report::redact::Redaction;
use beadle::report::text::TextOptions;
use jiff::civil::{Date, date};

use super::files::{account, file, live};
use super::sample::at;

const DAY: Date = date(2026, 11, 22);

static RULES: Rules = Rules {
    driver: "ofs",
    title: "OfS portal",
    organisation_id: Rule::stated(
        OrganisationIdForm {
            name: "UKPRN",
            digits: Some(8),
        },
        "",
    ),
    login: Rule::stated(LoginForm::Email, ""),
    create: Rule::stated(Create::Direct, ""),
    edit: Rule::stated(
        Edit {
            name: true,
            email: true,
            login: false,
        },
        "",
    ),
    end: Rule::stated(End::DateThenAreas, ""),
    delete: Rule::stated(Delete::Never, ""),
    account_end: Rule::stated(AccountEnd::Date, ""),
    has_areas: Rule::stated(true, ""),
    directory: false,
    save: Rule::stated(SaveUnit::Grant, ""),
    admin: Rule::stated(AdminSet::Area, ""),
    admin_sees_all: Rule::stated(true, ""),
    mail: Rule::stated(Mail::None, ""),
    manual: &[],
    provisioning: &[],
    steps: &[],
    acts: &[],
    assumptions: &[],
};

fn wanted(login: &str, name: &str, areas: &[&str]) -> DesiredAccount {
    let grant = |area: &&str| {
        let grant = DesiredGrant {
            window: Window::default(),
            presence: Presence::Present,
            reason: None,
            provenance: Vec::new(),
        };
        ((*area).into(), grant)
    };
    DesiredAccount {
        person: login.into(),
        login: LoginId::new(login),
        name: name.into(),
        email: Some(login.into()),
        was: Vec::new(),
        window: Window::default(),
        presence: Presence::Present,
        grants: areas.iter().map(grant).collect(),
        shared: None,
        provenance: Vec::new(),
    }
}

fn desired(accounts: Vec<DesiredAccount>, admins: &[&str]) -> Desired {
    let by_login = accounts
        .into_iter()
        .map(|account| (account.login.clone(), account));
    let members = admins
        .iter()
        .map(|admin| (LoginId::new(*admin), Vec::new()));
    Desired {
        organisation: "northshire".into(),
        organisation_name: "Northshire".into(),
        portal: "ofs".into(),
        portal_organisation: "10009999".into(),
        approved_by: None,
        source: at(1),
        manages_accounts: true,
        accounts: by_login.collect(),
        admins: DesiredAdmins {
            exact: true,
            members: members.collect(),
            source: None,
        },
        delete: BTreeMap::new(),
        creation: Default::default(),
        identity: None,
        policy: Arc::new(Policy::default()),
    }
}

fn pair(desired: &Desired, live: &Live) -> DiffPair {
    DiffPair {
        live: file(live),
        desired: OrganisationFile::from_desired(desired, live, &RULES, DAY),
    }
}

fn shown(pairs: &[DiffPair], colour: bool) -> String {
    let mut out = Vec::new();
    let options = TextOptions {
        plain: !colour,
        ..TextOptions::default()
    };
    plan_diff(pairs, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn with_areas(login: &str, name: &str, areas: &[&str]) -> LiveAccount {
    LiveAccount {
        areas: areas.iter().map(|area| (*area).into()).collect(),
        ..account(login, name)
    }
}

fn live_side() -> Live {
    live(vec![
        LiveAccount {
            admin: true,
            ..account("khan@x.example", "Aisha Khan")
        },
        LiveAccount {
            admin: true,
            ..with_areas("fenwick@x.example", "Martin Fenwick", &["hesa"])
        },
        with_areas("shah@x.example", "Sunita Shah", &["hesa", "tef"]),
        with_areas("novak@x.example", "Petra Novák", &["hesa"]),
        with_areas("harker@x.example", "Jon Harker", &["prevent"]),
        LiveAccount {
            expires: Some(date(2025, 7, 31)),
            ..account("baptiste@x.example", "Hugo Baptiste")
        },
    ])
}

fn desired_side() -> Desired {
    let mut patel = wanted("patel@x.example", "Sunita Patel", &["hesa", "tef"]);
    patel.was = vec![("shah@x.example".into(), at(9))];
    let mut novak = wanted("novak@x.example", "Petra Novák", &["hesa"]);
    novak.window.until = Some(date(2026, 7, 31));
    novak.presence = Presence::Ended(date(2026, 7, 31));
    let mut sorensen = wanted("sorensen@x.example", "Bo Sørensen", &[]);
    sorensen.presence = Presence::Upcoming(date(2032, 9, 1));
    let accounts = vec![
        // An administrator sees every area: the one listed is neither granted nor a difference.
        wanted("khan@x.example", "Aisha Khan", &["hesa"]),
        wanted("fenwick@x.example", "Martin Fenwick", &["hesa", "tef"]),
        patel,
        novak,
        sorensen,
        wanted("baptiste@x.example", "Hugo Baptiste", &[]),
    ];
    desired(accounts, &["khan@x.example"])
}

#[test]
fn a_diff_shows_what_a_plan_would_change_and_nothing_else() {
    let text = shown(&[pair(&desired_side(), &live_side())], false);
    insta::assert_snapshot!(text, @r#"
    --- live/ofs/northshire.yaml
    +++ desired/ofs/northshire.yaml
    @@ -2,25 +2,23 @@
     name: Northshire
     portals: { ofs: "10009999" }
     users:
    +  baptiste@x.example:
    +    name: Hugo Baptiste
       fenwick@x.example:
         name: Martin Fenwick
         areas:
           - hesa
    +      - tef
       harker@x.example:
         name: Jon Harker
         areas:
           - prevent
       khan@x.example:
         name: Aisha Khan
    -  novak@x.example:
    -    name: Petra Novák
    -    areas:
    -      - hesa
    -  shah@x.example:
    -    name: Sunita Shah
    +  patel@x.example:
    +    name: Sunita Patel
         areas:
           - hesa
           - tef
     admins:
    -  - fenwick@x.example
       - khan@x.example
    "#);
}

#[test]
fn no_difference_is_no_output() {
    let live = live(vec![with_areas("khan@x.example", "Aisha Khan", &["hesa"])]);
    let desired = desired(vec![wanted("khan@x.example", "Aisha Khan", &["hesa"])], &[]);
    assert_eq!(shown(&[pair(&desired, &live)], true), "");
}

#[test]
fn colours_are_those_of_git() {
    let text = shown(&[pair(&desired_side(), &live_side())], true);
    assert!(text.contains("\u{1b}[31m-  shah@x.example:\u{1b}[0m"));
    assert!(text.contains("\u{1b}[32m+  patel@x.example:\u{1b}[0m"));
    let stripped = anstream::adapter::strip_str(&text).to_string();
    assert_eq!(
        stripped,
        shown(&[pair(&desired_side(), &live_side())], false)
    );
}

#[test]
fn a_redacted_diff_names_nobody() {
    let redaction = Redaction::new(b"key");
    let DiffPair { live, desired } = pair(&desired_side(), &live_side());
    let pair = DiffPair {
        live: redaction.organisation_file(&live),
        desired: redaction.organisation_file(&desired),
    };
    let text = shown(&[pair], false);
    for canary in [
        "Khan", "khan", "Patel", "patel", "shah", "novak", "Novák", "@x",
    ] {
        assert!(!text.contains(canary), "{canary} is in\n{text}");
    }
    assert!(text.contains("- hesa"));
}
