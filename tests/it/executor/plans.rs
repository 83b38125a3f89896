//! Plans built by hand, and what a test asks of a report.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use beadle::executor::{Observer, Settings, Stop, execute};
use beadle::model::name::{AreaName, LoginId, PortalName};
use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::{
    AccountRef, Action, ActionIndex, ActionKind, Change, LiveCounts, Plan, Reason, Save, SaveIndex,
    UnitPlan, Write,
};
use beadle::portal::PortalWrite;
use jiff::civil::{Date, date};

use super::fake::Fake;

/// The area whose members are the administrators.
pub(super) const ADMINISTRATION: &str = "administration";

pub(super) const DAY: Date = date(2026, 9, 1);

pub(super) fn empty_plan() -> Plan {
    Plan {
        day: DAY,
        configuration_digest: "c0ffee".into(),
        shard: None,
        portals: Vec::new(),
        units: Vec::new(),
        removals: Vec::new(),
        moves: Vec::new(),
        refusals: Vec::new(),
    }
}

/// Adds a unit and says its number.
pub(super) fn unit(plan: &mut Plan, organisation: &str, portal: &str) -> u32 {
    plan.units.push(UnitPlan {
        organisation: organisation.into(),
        organisation_name: organisation.into(),
        portal: portal.into(),
        portal_organisation: organisation.into(),
        approved_by: None,
        listing_digest: format!("listing of {organisation} at {portal}"),
        live: LiveCounts::default(),
        actions: Vec::new(),
        saves: Vec::new(),
        manual: Vec::new(),
        held_back: Vec::new(),
        findings: Vec::new(),
        problems: Vec::new(),
        stays: Vec::new(),
        aliases: Vec::new(),
    });
    u32::try_from(plan.units.len() - 1).unwrap()
}

/// Adds a save with one action and says its index.
pub(super) fn save(plan: &mut Plan, unit: u32, write: Write, after: &[SaveIndex]) -> SaveIndex {
    let unit_plan = &mut plan.units[unit as usize];
    let account = write.accounts()[0].clone();
    unit_plan.actions.push(Action {
        kind: kind(&write),
        account,
        area: None,
        changes: Vec::new(),
        reason: Reason::Unmanaged,
        reversible: true,
        sensitive: false,
    });
    let action = ActionIndex(u32::try_from(unit_plan.actions.len() - 1).unwrap());
    unit_plan.saves.push(Save {
        write,
        actions: vec![action],
        after: after.to_vec(),
        elsewhere: Vec::new(),
        mails: Vec::new(),
    });
    SaveIndex {
        unit,
        save: u32::try_from(unit_plan.saves.len() - 1).unwrap(),
    }
}

fn kind(write: &Write) -> ActionKind {
    let by_gift = |give: bool, given, taken| if give { given } else { taken };
    match write {
        Write::Create { .. } => ActionKind::Create,
        Write::Edit { .. } => ActionKind::Update,
        Write::Grant { area, give, .. } if area.as_str() == ADMINISTRATION => {
            by_gift(*give, ActionKind::Promote, ActionKind::Demote)
        }
        Write::Grant { give, .. } => by_gift(*give, ActionKind::Grant, ActionKind::Revoke),
        Write::AccountSet { .. } | Write::AreaSet { .. } => ActionKind::Grant,
        Write::Admin { promote, .. } => by_gift(*promote, ActionKind::Promote, ActionKind::Demote),
        Write::Active { active, .. } => by_gift(*active, ActionKind::Renew, ActionKind::Expire),
        Write::Keep { .. } => ActionKind::Renew,
        Write::Delete { .. } => ActionKind::Delete,
    }
}

/// A new account's reference: its portal id is not known yet.
pub(super) fn newcomer(login: &str) -> AccountRef {
    AccountRef {
        login: LoginId::new(address(login)),
        name: login.into(),
        id: None,
        person: Some(login.into()),
    }
}

/// The reference of an account that [`Fake::seed`] has put there.
pub(super) fn seeded(login: &str) -> AccountRef {
    AccountRef {
        id: Some(format!("seed-{login}").into()),
        ..newcomer(login)
    }
}

pub(super) fn address(login: &str) -> String {
    format!("{login}@northshire.example")
}

pub(super) fn create(login: &str) -> Write {
    Write::Create {
        account: newcomer(login),
        email: Some(address(login).into()),
        expires: None,
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    }
}

pub(super) fn rename(login: &str, to: &str) -> Write {
    Write::Edit {
        account: seeded(login),
        changes: vec![Change::Name {
            before: Some(login.into()),
            after: to.into(),
        }],
    }
}

pub(super) fn grant(account: AccountRef, area: &str, give: bool) -> Write {
    Write::Grant {
        account,
        area: AreaName::new(area),
        give,
    }
}

/// No waiting, and so many in flight at each portal of the plan.
pub(super) fn settings(plan: &Plan, concurrency: usize) -> Settings {
    let portals = plan.units.iter().map(|unit| unit.portal.clone());
    Settings {
        concurrency: portals.map(|portal| (portal, concurrency)).collect(),
        pause: Duration::ZERO,
        ..Settings::default()
    }
}

pub(super) fn portals(fakes: &[&Arc<Fake>]) -> BTreeMap<PortalName, Arc<dyn PortalWrite>> {
    let entry = |fake: &&Arc<Fake>| {
        let portal: Arc<dyn PortalWrite> = Arc::<Fake>::clone(fake);
        (fake.name.clone(), portal)
    };
    fakes.iter().map(entry).collect()
}

/// Runs a plan against one portal with nobody interrupting.
pub(super) async fn run(plan: &Plan, fake: &Arc<Fake>, concurrency: usize) -> ApplyReport {
    let settings = settings(plan, concurrency);
    let diary = Diary::default();
    let report = execute(plan, &portals(&[fake]), &settings, &Stop::new(), &diary).await;
    diary.assert_complete(plan);
    report
}

pub(super) fn outcome(report: &ApplyReport, index: SaveIndex) -> &Outcome {
    let entry = report.saves.iter().find(|(save, _, _)| *save == index);
    &entry.unwrap().2
}

pub(super) fn message(report: &ApplyReport, index: SaveIndex) -> String {
    match outcome(report, index) {
        Outcome::Failed(failure) => failure.message.clone(),
        other => panic!("{other:?}"),
    }
}

/// Writes down what it is told, and can be told to fail.
#[derive(Default)]
pub(super) struct Diary {
    pub(super) begun: Mutex<Vec<(SaveIndex, Write)>>,
    pub(super) ended: Mutex<Vec<(SaveIndex, Outcome)>>,
    /// Fails before the save of this number, counted from 0.
    pub(super) fail_at: Option<usize>,
}

#[async_trait::async_trait]
impl Observer for Diary {
    async fn before(&self, save: SaveIndex, write: &Write) -> Result<(), String> {
        let mut begun = self.begun.lock().unwrap();
        if self.fail_at == Some(begun.len()) {
            return Err("the disk is full".into());
        }
        begun.push((save, write.clone()));
        Ok(())
    }

    fn after(&self, save: SaveIndex, outcome: &Outcome) {
        self.ended.lock().unwrap().push((save, outcome.clone()));
    }
}

impl Diary {
    /// Every save ended exactly once.
    pub(super) fn assert_complete(&self, plan: &Plan) {
        let ended = self.ended.lock().unwrap();
        let distinct: std::collections::BTreeSet<SaveIndex> =
            ended.iter().map(|(save, _)| *save).collect();
        let saves: usize = plan.units.iter().map(|unit| unit.saves.len()).sum();
        assert_eq!((ended.len(), distinct.len()), (saves, saves));
    }
}
