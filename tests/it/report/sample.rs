//! A plan built by hand that holds something of every kind, and small pieces for other tests.

use beadle::model::name::{LoginId, OrganisationId, PortalId};
use beadle::model::outcome::{ApplyReport, Failure, Outcome, Verdict};
use beadle::model::plan::{
    AccountRef, Action, ActionIndex, ActionKind, Change, Finding, HeldBack, HeldBackReason,
    LiveCounts, ManualKind, ManualStep, Plan, Problem, Reason, Refusal, Save, SaveIndex, UnitPlan,
    Write,
};
use beadle::model::policy::Guardrail;
use beadle::model::source::{Provenance, Source, Via};
use jiff::civil::date;

pub(crate) fn at(line: u32) -> Source {
    Source {
        file: "beadle.yaml".into(),
        line,
        column: 7,
    }
}

pub(crate) fn listed(line: u32) -> Reason {
    Reason::Listed(vec![Provenance {
        via: Via::User,
        source: at(line),
    }])
}

pub(crate) fn account(login: &str, name: &str) -> AccountRef {
    AccountRef {
        login: LoginId::new(login),
        name: name.into(),
        id: Some(PortalId::new(format!("u-{}", login.len()))),
        person: Some(login.into()),
    }
}

pub(crate) fn action(kind: ActionKind, account: AccountRef, reason: Reason) -> Action {
    Action {
        kind,
        account,
        area: None,
        changes: Vec::new(),
        reason,
        reversible: kind != ActionKind::Delete,
        sensitive: false,
    }
}

pub(crate) fn unit() -> UnitPlan {
    UnitPlan {
        organisation: "northshire".into(),
        organisation_name: "University of Northshire".into(),
        portal: "ofs".into(),
        portal_organisation: "10009999".into(),
        approved_by: None,
        listing_digest: "ab".repeat(32),
        live: LiveCounts {
            accounts: 24,
            grants: 61,
            admins: 1,
            ..LiveCounts::default()
        },
        actions: Vec::new(),
        saves: Vec::new(),
        manual: Vec::new(),
        held_back: Vec::new(),
        findings: Vec::new(),
        problems: Vec::new(),
        stays: Vec::new(),
        aliases: Vec::new(),
    }
}

pub(crate) fn plan(units: Vec<UnitPlan>) -> Plan {
    Plan {
        day: date(2026, 11, 22),
        configuration_digest: "cd".repeat(32),
        shard: None,
        portals: Vec::new(),
        units,
        removals: Vec::new(),
        moves: Vec::new(),
        refusals: Vec::new(),
    }
}

fn person(key: &str) -> AccountRef {
    let name = match key {
        "khan" => "Aisha Khan",
        "oduya" => "Joy Oduya",
        "fenwick" => "Martin Fenwick",
        "tanaka" => "Yuki Tanaka",
        "patel" => "Sunita Patel",
        "novak" => "Petra Novák",
        "baptiste" => "Hugo Baptiste",
        _ => "Edith Brannigan",
    };
    account(&format!("{key}@northshire.example"), name)
}

fn actions() -> Vec<Action> {
    let with_area = |kind, key, area: &str, reason| Action {
        area: Some(area.into()),
        ..action(kind, person(key), reason)
    };
    let changing = |kind, key, changes, reason| Action {
        changes,
        ..action(kind, person(key), reason)
    };
    let day = |before, after| vec![Change::Expires { before, after }];
    let renamed = Reason::Renamed {
        was: "shah@northshire.example".into(),
        source: at(60),
    };
    let rename = vec![
        Change::Name {
            before: Some("Sunita Shah".into()),
            after: "Sunita Patel".into(),
        },
        Change::Email {
            before: Some("shah@northshire.example".into()),
            after: "patel@northshire.example".into(),
        },
    ];
    let creation = vec![
        Change::Name {
            before: None,
            after: "Yuki Tanaka".into(),
        },
        Change::Expires {
            before: None,
            after: Some(date(2031, 7, 31)),
        },
    ];
    let ended = Reason::Ended {
        until: date(2026, 7, 31),
        source: Some(at(90)),
    };
    let last = Some(date(2025, 7, 31));
    let sensitive = Action {
        sensitive: true,
        ..with_area(ActionKind::Grant, "tanaka", "reportable-events", listed(71))
    };
    let gone = Reason::AccessEnded(Some(at(90)));
    vec![
        action(
            ActionKind::Delete,
            person("brannigan"),
            Reason::NamedForDeletion(at(99)),
        ),
        action(ActionKind::Promote, person("oduya"), listed(30)),
        action(
            ActionKind::Demote,
            person("fenwick"),
            Reason::NotListed(Some(at(29))),
        ),
        changing(
            ActionKind::Expire,
            "novak",
            day(None, Some(date(2026, 7, 31))),
            ended,
        ),
        with_area(ActionKind::Revoke, "novak", "prevent-monitoring", gone),
        sensitive,
        changing(ActionKind::Renew, "baptiste", day(last, None), listed(80)),
        changing(ActionKind::Create, "tanaka", creation, listed(70)),
        changing(ActionKind::Update, "patel", rename, renamed),
        with_area(ActionKind::Grant, "khan", "hesa-student", listed(12)),
    ]
}

fn save(number: u32, mails: Vec<LoginId>) -> Save {
    let actions = actions();
    let account = actions[number as usize].account.clone();
    Save {
        write: Write::Delete { account },
        actions: vec![ActionIndex(number)],
        after: Vec::new(),
        elsewhere: Vec::new(),
        mails,
    }
}

/// A plan with every kind of action, step, finding, fault and refusal.
pub(crate) fn everything() -> Plan {
    let actions = actions();
    let saves = (0..actions.len() as u32).map(|number| {
        let mails = if number == 7 {
            vec![person("tanaka").login]
        } else {
            Vec::new()
        };
        save(number, mails)
    });
    let unit = UnitPlan {
        saves: saves.collect(),
        actions,
        manual: vec![ManualStep {
            kind: ManualKind::AccessKey,
            account: person("khan"),
            area: Some("recurrent-grant-tables".into()),
            title: "Aisha Khan activates the access key for area `Recurrent grant tables`".into(),
            clicks: vec![
                "Aisha Khan signs in to the OfS portal as khan@northshire.example".into(),
                "My account".into(),
                "Activate an access key".into(),
            ],
            change: None,
            reason: listed(14),
        }],
        held_back: held_back(),
        findings: findings(),
        problems: vec![Problem {
            code: "unknown-area",
            message: "`hesa-studnet` is not in the catalogue; khan@northshire.example asks for it"
                .into(),
            source: Some(at(13)),
            help: Some("did you mean `hesa-student`?".into()),
        }],
        ..unit()
    };
    Plan {
        refusals: vec![Refusal {
            guardrail: Guardrail::MinAdmins,
            organisation: Some(OrganisationId::new("northshire")),
            portal: "ofs".into(),
            message: "1 administrator would be left (Aisha Khan), and at least 2 must stay".into(),
            waiver: "- organisation: northshire\n  portal: ofs\n  guardrail: min_admins\n  \
                     limit: 1\n  reason: say why\n  until: 2026-12-06"
                .into(),
        }],
        ..plan(vec![unit])
    }
}

fn held_back() -> Vec<HeldBack> {
    vec![
        HeldBack {
            kind: ActionKind::Grant,
            account: person("khan"),
            area: Some("quality-investigations".into()),
            because: HeldBackReason::WaitsForManualStep(ManualKind::AccessKey),
            source: Some(at(15)),
        },
        HeldBack {
            kind: ActionKind::Expire,
            account: person("fenwick"),
            area: None,
            because: HeldBackReason::LiveTwins(vec!["u-4".into(), "u-5".into()]),
            source: None,
        },
    ]
}

fn findings() -> Vec<Finding> {
    vec![
        Finding::Unmanaged(account("harker@northshire.example", "Jon Harker")),
        Finding::Locked(account("ellis@northshire.example", "Kim Ellis")),
        Finding::Dormant(account("rahman@northshire.example", "Usman Rahman")),
        Finding::Upcoming {
            account: account("sorensen@northshire.example", "Bo Sørensen"),
            area: None,
            from: date(2032, 9, 1),
        },
        Finding::Ending {
            account: person("khan"),
            area: Some("tef-submission".into()),
            until: date(2026, 12, 1),
        },
        Finding::FormerLoginStillLive {
            account: person("patel"),
            was: "s.shah@northshire.example".into(),
        },
        Finding::SharedAccount(account("office", "Registry office")),
        Finding::Unverified("that the portal mails nobody"),
    ]
}

/// Something of every outcome, for [`everything`].
pub(crate) fn report() -> ApplyReport {
    let at = |save| SaveIndex { unit: 0, save };
    let failure = Failure {
        message: "portal `ofs`, organisation `10009999`, PATCH /providers/10009999/users/7: the \
                  portal refuses it (422); khan@northshire.example exists"
            .into(),
        unreachable: false,
        verdict: Verdict::Refused,
    };
    let outcomes = [
        Outcome::NotSeen,
        Outcome::Done,
        Outcome::FoundDone,
        Outcome::Failed(failure),
        Outcome::Skipped { because: at(3) },
        Outcome::Interrupted,
        Outcome::Done,
    ];
    let saves = outcomes.into_iter().zip(0..);
    ApplyReport {
        saves: saves
            .map(|(outcome, number)| (at(number), vec![ActionIndex(number)], outcome))
            .collect(),
    }
}
