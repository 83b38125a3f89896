//! The manual steps of a plan as steps of the worklist, and what each makes of the snapshot: a
//! key gives its area, another system its account, a rename its name. A password that was changed
//! shows in no snapshot.

use crate::model::desired::DesiredAccount;
use crate::model::live::LiveAccount;
use crate::model::name::canonical;
use crate::model::plan::{ActionKind, Change, HeldBack, HeldBackReason, ManualKind, ManualStep};
use crate::model::rules::LoginForm;
use crate::model::snapshot_changes::SnapshotChange;

use super::ByHand;
use super::draft::{Draft, Words, place};

/// Every manual step of a unit.
pub(super) fn drafts(unit: &ByHand<'_>) -> Vec<Draft> {
    unit.plan
        .manual
        .iter()
        .map(|step| draft(unit, step))
        .collect()
}

fn draft(unit: &ByHand<'_>, manual: &ManualStep) -> Draft {
    let ManualStep {
        kind,
        account,
        area,
        title,
        clicks,
        change: _,
        reason,
    } = manual;
    let words = Words::Manual {
        first: is_first(*kind) && account.id.is_some() || *kind == ManualKind::CreateUpstream,
    };
    let change = change(unit, manual);
    let mut draft = Draft::new(unit, (*kind).into(), account, words, change);
    if let Some(area) = area {
        draft = draft.on(unit, area);
    }
    draft.step.title.clone_from(title);
    draft.step.clicks.clone_from(clicks);
    draft.step.why = reason.sentence();
    draft.step.source = reason.source().map(place);
    draft.step.notes = notes(unit, manual);
    draft
}

/// What takes others' time is to be set going before all else.
fn is_first(kind: ManualKind) -> bool {
    match kind {
        ManualKind::AccessKey
        | ManualKind::AdminKey
        | ManualKind::CreateUpstream
        | ManualKind::ChangePassword => true,
        ManualKind::Rename
        | ManualKind::HandOver
        | ManualKind::SecondFactor
        | ManualKind::EndUpstream => false,
    }
}

fn change(unit: &ByHand<'_>, manual: &ManualStep) -> Option<SnapshotChange> {
    let wanted = wanted(unit, manual);
    let live = manual.account.id.as_ref();
    let live = live.and_then(|id| unit.live.accounts().get(id));
    match manual.kind {
        ManualKind::AccessKey => manual.area.as_ref().map(|area| SnapshotChange::Area {
            area: area.as_str().to_owned(),
            given: true,
        }),
        ManualKind::AdminKey => Some(SnapshotChange::Admin { given: true }),
        ManualKind::CreateUpstream => Some(SnapshotChange::Account {
            login: manual.account.login.as_str().to_owned(),
            name: manual.account.name.to_string(),
            email: wanted.and_then(|wanted| wanted.email.as_deref().map(str::to_owned)),
            expires: None,
            upstream: true,
        }),
        ManualKind::Rename => renamed(unit, manual.change.as_ref()?, live?),
        ManualKind::EndUpstream => Some(SnapshotChange::Active { given: false }),
        ManualKind::HandOver | ManualKind::ChangePassword | ManualKind::SecondFactor => None,
    }
}

fn wanted<'a>(unit: &ByHand<'a>, manual: &ManualStep) -> Option<&'a DesiredAccount> {
    let person = manual.account.person.as_deref()?;
    let accounts = &unit.desired.accounts;
    let mut accounts = accounts.values();
    accounts.find(|wanted| *wanted.person == *person)
}

/// A login id, a name or an address, whichever the plan asks for.
fn renamed(unit: &ByHand<'_>, change: &Change, live: &LiveAccount) -> Option<SnapshotChange> {
    match change {
        Change::Name { before: _, after } => Some(SnapshotChange::Name {
            before: live.name.to_string(),
            after: after.to_string(),
        }),
        Change::Login { before: _, after } => Some(SnapshotChange::Login {
            before: live.login.as_str().to_owned(),
            after: after.as_str().to_owned(),
        }),
        Change::Email { before, after } => {
            let address = before.as_deref().map(canonical);
            let is_login = unit.rules.login.value == LoginForm::Email
                || address.as_deref() == Some(live.login.canonical());
            let before = if is_login {
                Some(live.login.as_str().to_owned())
            } else {
                before.as_deref().map(str::to_owned)
            };
            Some(SnapshotChange::Email {
                before,
                after: after.to_string(),
                login: is_login,
            })
        }
        Change::Expires { .. } | Change::Term { .. } | Change::Active { .. } => None,
    }
}

/// What waits for the step, and what to write into the YAML once it is done.
fn notes(unit: &ByHand<'_>, manual: &ManualStep) -> Vec<String> {
    let mut notes = Vec::new();
    let waits = |held: &&HeldBack| {
        let because = HeldBackReason::WaitsForManualStep(manual.kind);
        held.because == because && held.account.login == manual.account.login
    };
    let waiting = unit.plan.held_back.iter().filter(waits);
    let areas = waiting
        .clone()
        .filter(|held| held.kind == ActionKind::Grant)
        .count();
    let others = waiting.count() - areas;
    let mut what = Vec::new();
    if areas > 0 {
        what.push(format!(
            "{areas} {}",
            if areas == 1 { "area" } else { "areas" }
        ));
    }
    if others > 0 {
        what.push("the place among the administrators".to_owned());
    }
    if !what.is_empty() {
        let what = what.join(" and ");
        notes.push(format!(
            "what waits for it: {what}; once it is marked, `beadle apply` lists the rest"
        ));
    }
    if manual.kind == ManualKind::ChangePassword {
        notes.push("write the day into the YAML as `password_changed`".to_owned());
    }
    notes
}
