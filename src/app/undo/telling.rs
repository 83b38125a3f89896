//! What an undo says beside its plan: what is left alone and why, what nothing gives back, and that
//! the files still say otherwise.

use super::leaving;
use super::undoing::Undoing;
use crate::app::applying::means::{Format, Means};
use crate::app::planning::{self, Lives, Prepared};
use crate::app::{Failure, Screen};
use crate::model::name::PortalId;
use crate::model::plan::{Action, ActionKind, UnitPlan};
use crate::model::undo::{Taken, UndoAccount};
use crate::planner::LeftAlone;
use crate::report::escape;

/// Says that an undo has nothing to do, where that is so. It says nothing of the files, which ask for
/// what the run did.
pub(in crate::app) fn nothing(
    prepared: &Prepared,
    undoing: &Undoing,
    screen: &mut dyn Screen,
) -> Result<bool, Failure> {
    let plan = &prepared.plan;
    let is_quiet = |unit: &UnitPlan| {
        unit.manual.is_empty() && unit.held_back.is_empty() && unit.problems.is_empty()
    };
    let nothing = plan.is_empty()
        && plan.refusals.is_empty()
        && plan.units.iter().all(is_quiet)
        && prepared.unread.is_empty();
    if nothing {
        let run = escape::terminal(leaving::short(undoing.run()));
        writeln!(
            screen.out(),
            "Nothing to give back. What run {run} took is live again, or no longer as that run left it."
        )?;
    }
    Ok(nothing)
}

/// Says what is not given back, before anybody is asked.
pub(super) fn not_given_back(
    prepared: &Prepared,
    means: &Means<'_>,
    undoing: &Undoing,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let opened = means.opened;
    let (mut left, mut lost) = (Vec::new(), Vec::new());
    for unit in opened.units() {
        let key = (unit.organisation().clone(), unit.portal().clone());
        let live = prepared.lives.get(&key);
        let Some((live, rules)) = live.zip(means.portals.rules(unit.portal())) else {
            continue;
        };
        let back = undoing.given_back(&opened.desired(&unit), live, rules, opened.day);
        let place = format!("{} at {}", key.0, key.1);
        left.extend(back.left.iter().map(|it| line(it, &place, means)));
        lost.extend(back.lost.iter().map(|it| line(it, &place, means)));
    }
    tell(
        "Left alone, because it is not as that run left it:",
        &left,
        means,
        screen,
    )?;
    tell(
        "Gone for good; only a person can make it anew:",
        &lost,
        means,
        screen,
    )
}

fn line(of: &LeftAlone, place: &str, means: &Means<'_>) -> String {
    let LeftAlone { login, person, why } = of;
    let who = match means.redact.redaction(&means.opened.project) {
        Some(redaction) => redaction.person(person),
        None => login.as_str().to_owned(),
    };
    format!("{who}, {place}: {why}")
}

fn tell(
    title: &str,
    lines: &[String],
    means: &Means<'_>,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    if lines.is_empty() {
        return Ok(());
    }
    let shown = lines
        .iter()
        .map(|line| format!("  {}", escape::terminal(line)));
    let shown: Vec<String> = shown.collect();
    let text = format!("{title}\n{}", shown.join("\n"));
    if means.format == Format::Text {
        writeln!(screen.out(), "{text}")?;
    } else {
        screen.warn(&text);
    }
    Ok(())
}

/// Says what the next apply would take again, and which lines of the files ask for it.
pub(in crate::app) fn files_still_say(
    lives: &Lives,
    means: &Means<'_>,
    undoing: &Undoing,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for unit in means.opened.units() {
        let key = (unit.organisation().clone(), unit.portal().clone());
        let Some(live) = lives.get(&key) else {
            continue;
        };
        let desired = means.opened.desired(&unit);
        let Some((plan, _)) = planning::plan_unit(&desired, live, means.portals, means.opened)
        else {
            continue;
        };
        let given = undoing.accounts(&key.0, &key.1);
        for action in &plan.actions {
            let mut accounts = given.iter().map(|(account, _)| *account);
            if accounts.any(|account| takes_again(action, account)) {
                lines.push(again(action, &format!("{} at {}", key.0, key.1), means));
            }
        }
    }
    tell(
        "The files still say otherwise: change them, or the next apply takes it again.",
        &lines,
        means,
        screen,
    )
}

fn takes_again(action: &Action, account: &UndoAccount) -> bool {
    let is = |id: &PortalId| *id == account.id;
    action.account.id.as_ref().is_some_and(is) && account.taken.iter().any(|taken| {
        match (action.kind, taken) {
            (ActionKind::Revoke, Taken::Area { area, .. }) => action.area.as_ref() == Some(area),
            (ActionKind::Demote, Taken::Admin { .. }) => true,
            (
                ActionKind::Update,
                Taken::Name { .. } | Taken::Email { .. } | Taken::Login { .. },
            )
            | (ActionKind::Update | ActionKind::Expire, Taken::Expires { .. })
            | (ActionKind::Expire, Taken::Active | Taken::Area { .. } | Taken::Admin { .. }) => {
                true
            }
            (_, _) => false,
        }
    })
}

fn again(action: &Action, place: &str, means: &Means<'_>) -> String {
    let account = &action.account;
    let who = match means.redact.redaction(&means.opened.project) {
        Some(redaction) => {
            let login = account.login.canonical();
            redaction.person(account.person.as_deref().unwrap_or(login))
        }
        None => account.login.as_str().to_owned(),
    };
    let area = action.area.iter().map(|area| format!(" {area}"));
    let area: String = area.collect();
    let reason = action.reason.sentence();
    let source = action.reason.source();
    let source = source
        .map(|source| format!(" · {source}"))
        .unwrap_or_default();
    let kind = action.kind.as_str();
    format!("{who}, {place}: {kind}{area} ({reason}{source})")
}
