//! What the next plan does about one person: its actions, its steps for people, what it holds back.
//! Picks and words; decides nothing.

use super::Question;
use super::seen::Seen;
use crate::model::explanation::{Answer, How, Next};
use crate::model::name::AreaName;
use crate::model::plan::{Action, ActionKind, Change, HeldBack, ManualKind, ManualStep};

/// What the plan does about the account itself.
pub(super) fn of_account(question: &Question<'_>, seen: &Seen<'_>) -> Vec<Next> {
    let is_admin = |kind| matches!(kind, ActionKind::Promote | ActionKind::Demote);
    pick(
        question,
        seen,
        |kind, area| area.is_none() && !is_admin(kind),
        |kind, area| area.is_none() && kind != ManualKind::AdminKey,
    )
}

/// What the plan does about the right to administer.
pub(super) fn of_admin(question: &Question<'_>, seen: &Seen<'_>) -> Vec<Next> {
    let is_admin = |kind| matches!(kind, ActionKind::Promote | ActionKind::Demote);
    pick(
        question,
        seen,
        |kind, _| is_admin(kind),
        |kind, _| kind == ManualKind::AdminKey,
    )
}

/// What the plan does about one area. What ends or deletes the account takes its areas along.
pub(super) fn of_area(
    question: &Question<'_>,
    seen: &Seen<'_>,
    area: &AreaName,
    answer: &Answer,
) -> Vec<Next> {
    let own = pick(
        question,
        seen,
        |_, of| of == Some(area),
        |kind, of| of == Some(area) && kind != ManualKind::AdminKey,
    );
    if !own.is_empty() || answer.asked || answer.live != Some(true) {
        return own;
    }
    let ends = |kind| matches!(kind, ActionKind::Expire | ActionKind::Delete);
    pick(
        question,
        seen,
        |kind, of| of.is_none() && ends(kind),
        |_, _| false,
    )
}

fn pick(
    question: &Question<'_>,
    seen: &Seen<'_>,
    acts: impl Fn(ActionKind, Option<&AreaName>) -> bool,
    steps: impl Fn(ManualKind, Option<&AreaName>) -> bool,
) -> Vec<Next> {
    let plan = &seen.plan;
    let actions = plan
        .actions
        .iter()
        .filter(|it| seen.is_mine(question, &it.account) && acts(it.kind, it.area.as_ref()));
    let manual = plan
        .manual
        .iter()
        .filter(|it| seen.is_mine(question, &it.account) && steps(it.kind, it.area.as_ref()));
    let held = plan
        .held_back
        .iter()
        .filter(|it| seen.is_mine(question, &it.account) && acts(it.kind, it.area.as_ref()));
    actions
        .map(|action| planned(question, action))
        .chain(manual.map(|step| by_hand(question, step)))
        .chain(held.map(|held| held_back(question, held)))
        .collect()
}

fn planned(question: &Question<'_>, action: &Action) -> Next {
    let mut what = verb(action.kind).to_owned();
    let fields: Vec<String> = action
        .changes
        .iter()
        .filter(|_| action.kind != ActionKind::Create)
        .map(changed)
        .collect();
    if !fields.is_empty() {
        what = format!("{what}: {}", fields.join(", "));
    }
    if !action.reversible {
        what.push_str(", which cannot be undone");
    }
    Next {
        how: How::Planned,
        kind: action.kind.as_str().to_owned(),
        what,
        because: action.reason.sentence(),
        place: action.reason.source().map(|source| question.line(source)),
        clicks: Vec::new(),
    }
}

fn by_hand(question: &Question<'_>, step: &ManualStep) -> Next {
    Next {
        how: How::ByHand,
        kind: kind_of(step.kind).to_owned(),
        what: step.title.clone(),
        because: step.reason.sentence(),
        place: step.reason.source().map(|source| question.line(source)),
        clicks: step.clicks.clone(),
    }
}

fn held_back(question: &Question<'_>, held: &HeldBack) -> Next {
    Next {
        how: How::HeldBack,
        kind: held.kind.as_str().to_owned(),
        what: verb(held.kind).to_owned(),
        because: held.because.sentence(),
        place: held.source.as_ref().map(|source| question.line(source)),
        clicks: Vec::new(),
    }
}

fn verb(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Create => "creates the account",
        ActionKind::Update => "changes the account",
        ActionKind::Renew => "prolongs the account, or opens it again",
        ActionKind::Grant => "gives it",
        ActionKind::Promote => "makes the person an administrator",
        ActionKind::Demote => "takes the right to administer away",
        ActionKind::Revoke => "takes it away",
        ActionKind::Expire => "ends the account's access",
        ActionKind::Delete => "deletes the account",
    }
}

fn changed(change: &Change) -> String {
    let (field, before, after) = change.as_json();
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => "none".to_owned(),
        other => other.to_string(),
    };
    match before {
        Some(before) => format!("{field} {} → {}", text(&before), text(&after)),
        None => format!("{field} {}", text(&after)),
    }
}

fn kind_of(kind: ManualKind) -> &'static str {
    match kind {
        ManualKind::AccessKey => "access-key",
        ManualKind::AdminKey => "admin-key",
        ManualKind::CreateUpstream => "create-upstream",
        ManualKind::Rename => "rename",
        ManualKind::HandOver => "hand-over",
        ManualKind::ChangePassword => "change-password",
        ManualKind::SecondFactor => "second-factor",
        ManualKind::EndUpstream => "end-upstream",
    }
}
