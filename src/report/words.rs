//! Words for counts, kinds and fields, the same in every output.
//!
//! No layout and no styles.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::redact::is_hidden_name;
use crate::model::plan::{Action, ActionKind, Change, Finding, LiveCounts};
use crate::model::policy::Guardrail;
use crate::model::review::{EscalationKind, WaiverNote, WaiverState};

/// `1 call`, `2 calls`: the number and the right form of the word.
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{number} {word}")
}

/// The mark of a kind, told apart without colour.
pub(super) fn symbol(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Create | ActionKind::Grant => "+",
        ActionKind::Update => "~",
        ActionKind::Renew => "↻",
        ActionKind::Promote => "▲",
        ActionKind::Demote => "▼",
        ActionKind::Revoke => "−",
        ActionKind::Expire => "×",
        ActionKind::Delete => "✗",
    }
}

/// Field, before (none where there was nothing) and after, in words.
pub(super) fn change(change: &Change) -> (&'static str, Option<String>, String) {
    match change {
        Change::Name { before, after } => (
            "name",
            before.as_deref().map(str::to_owned),
            after.to_string(),
        ),
        Change::Email { before, after } => (
            "email",
            before.as_deref().map(str::to_owned),
            after.to_string(),
        ),
        Change::Login { before, after } => (
            "login",
            before.as_ref().map(ToString::to_string),
            after.to_string(),
        ),
        Change::Expires { before, after } => {
            ("last day", Some(last_day(*before)), last_day(*after))
        }
        Change::Term { after } => ("term", None, after.to_string()),
        Change::Active { before, after } => ("active", Some(yes_or_no(*before)), yes_or_no(*after)),
    }
}

fn last_day(day: Option<Date>) -> String {
    day.map_or_else(|| "no end".to_owned(), |day| day.to_string())
}

fn yes_or_no(truth: bool) -> String {
    (if truth { "yes" } else { "no" }).to_owned()
}

/// What the action is about besides the person: the area, or each field before and after.
pub(super) fn subjects(action: &Action) -> Vec<String> {
    let area = action.area.iter().map(ToString::to_string);
    let changes = action.changes.iter().filter_map(|it| changed(action, it));
    area.chain(changes).collect()
}

/// `name: Priya Shah → Priya Nair`; nothing for what the person's own line says already.
pub(super) fn changed(action: &Action, of: &Change) -> Option<String> {
    let (field, before, after) = change(of);
    if action.kind == ActionKind::Create {
        let said = after == *action.account.login.as_str() || after == *action.account.name;
        let said = said || is_hidden_name(&after);
        let (field, endless) = (if field == "last day" { "until" } else { field }, "no end");
        return (!said && after != endless).then(|| format!("{field} {after}"));
    }
    Some(match before {
        Some(before) if is_hidden_name(&before) && is_hidden_name(&after) => {
            format!("another {field}")
        }
        Some(before) => format!("{field}: {before} → {after}"),
        None => format!("{field}: {after}"),
    })
}

/// In what way somebody changes their own rights.
pub(super) fn escalation(kind: EscalationKind) -> &'static str {
    match kind {
        EscalationKind::OwnAdmin => {
            "an author of the change becomes an administrator, or ceases to be one"
        }
        EscalationKind::SelfGrant => "an author of the change gains access",
        EscalationKind::TakesOver => {
            "an account that had another address gets that of an author of the change"
        }
        EscalationKind::ApprovesOwn => "approves their own access: `approved_by` names them",
        EscalationKind::OwnIdentity => "the login that beadle itself uses gains rights",
    }
}

/// Whose limit it is.
pub(super) fn whose(organisation: Option<&str>, portal: &str) -> String {
    match organisation {
        Some(organisation) => format!("{organisation} on {portal}"),
        None => format!("all of {portal}"),
    }
}

/// What is live somewhere, in numbers; what a portal does not have is left out.
pub(super) fn live_counts(live: &LiveCounts) -> Vec<String> {
    let more = [
        (live.grants, "grant", "grants"),
        (live.admins, "administrator", "administrators"),
    ];
    let more = more.into_iter().filter(|(count, _, _)| *count > 0);
    let more = more.map(|(count, one, many)| counted(count, one, many));
    let accounts = counted(live.accounts, "account", "accounts");
    [accounts].into_iter().chain(more).collect()
}

/// What else there is to do about a refusal than to waive it, without a full stop.
pub(super) fn otherwise(guardrail: Guardrail) -> &'static str {
    match guardrail {
        Guardrail::MaxRemovals | Guardrail::MaxRemovalsTotal => {
            "If it is not meant, look for what is missing in the files"
        }
        Guardrail::MinAdmins => "If it is not meant, list more under `admins`",
        Guardrail::RequireAdmins => "If it is not meant, list them under `admins`",
        Guardrail::Escalations => {
            "If it can be done without, let somebody else propose or approve it"
        }
        Guardrail::MaxShrink => {
            "If they are still at the portal, its answer was too short: plan again later"
        }
    }
}

/// What is worth knowing of a waiver.
pub(super) fn waiver(note: &WaiverNote) -> String {
    let WaiverNote {
        what,
        guardrail,
        organisation,
        portal,
        until,
        source: _,
    } = note;
    let whose = whose(organisation.as_deref(), portal);
    let said = match what {
        WaiverState::EndsSoon => format!("ends soon: {until} is its last day"),
        WaiverState::NotNeeded => {
            "is not needed by this plan: remove it once what it was for is done".to_owned()
        }
    };
    format!("{} for {whose} {said}", guardrail.as_str())
}

/// Whether a finding is about this organisation's people, and not about the portal as such.
pub(super) fn is_of_people(finding: &Finding) -> bool {
    !matches!(finding, Finding::Unverified(_))
}

/// Findings by kind, each kind with its heading, in a fixed order.
pub(super) fn by_heading<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Vec<(&'static str, Vec<&'a Finding>)> {
    let mut sorted: BTreeMap<(u8, &'static str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        sorted.entry(heading(finding)).or_default().push(finding);
    }
    let headings = sorted.into_iter();
    headings
        .map(|((_, heading), findings)| (heading, findings))
        .collect()
}

/// So many people or accounts with a finding of one kind, as a clause.
pub(super) fn of_finding(finding: &Finding, count: u64) -> String {
    let (one, many) = match finding {
        Finding::Unmanaged(_) => (
            "account is live and not in the files, left alone",
            "accounts are live and not in the files, left alone",
        ),
        Finding::FormerLoginStillLive { account: _, was: _ } => (
            "former login is live as well, left alone",
            "former logins are live as well, left alone",
        ),
        Finding::Locked(_) => (
            "account is locked after wrong passwords, left alone",
            "accounts are locked after wrong passwords, left alone",
        ),
        Finding::Dormant(_) => (
            "account is deactivated by the portal for want of a sign-in, left alone",
            "accounts are deactivated by the portal for want of a sign-in, left alone",
        ),
        Finding::SharedAccount(_) => (
            "login is used by several people",
            "logins are used by several people",
        ),
        Finding::Ending {
            account: _,
            area: _,
            until: _,
        } => ("person’s access ends soon", "people’s access ends soon"),
        Finding::Upcoming {
            account: _,
            area: _,
            from: _,
        } => ("person begins later", "people begin later"),
        Finding::LookAlike {
            account: _,
            other: _,
        } => (
            "deleted account has a near look-alike",
            "deleted accounts have near look-alikes",
        ),
        Finding::Unverified(_) => ("assumption", "assumptions"),
    };
    counted(count, one, many)
}

fn heading(finding: &Finding) -> (u8, &'static str) {
    match finding {
        Finding::Unmanaged(_) => (0, "live and not in the YAML, left alone"),
        Finding::FormerLoginStillLive { account: _, was: _ } => {
            (1, "a former login id is live as well, left alone")
        }
        Finding::Locked(_) => (2, "locked after wrong passwords, left alone"),
        Finding::Dormant(_) => (
            3,
            "deactivated by the portal for want of a sign-in, left alone",
        ),
        Finding::SharedAccount(_) => (4, "one login used by several people"),
        Finding::Ending {
            account: _,
            area: _,
            until: _,
        } => (5, "ends soon"),
        Finding::Upcoming {
            account: _,
            area: _,
            from: _,
        } => (6, "begins later"),
        Finding::LookAlike {
            account: _,
            other: _,
        } => (7, "deleted, and another looks nearly like it"),
        Finding::Unverified(_) => (8, "assumed of the portal"),
    }
}
