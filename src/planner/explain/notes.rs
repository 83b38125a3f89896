//! What else a reader should know of the person in one organisation: who shares the login, what
//! other accounts look like theirs, what stands against the whole plan.

use std::sync::Arc;

use super::Question;
use super::seen::Seen;
use crate::model::explanation::{How, Remark};
use crate::model::plan::Finding;
use crate::planner::{Part, assemble};

/// Remarks on the person in this organisation, what is graver first.
pub(super) fn of_unit(question: &Question<'_>, seen: Option<&Seen<'_>>) -> Vec<Remark> {
    let mut found = Vec::new();
    if let Some(seen) = seen {
        found.extend(refused(question, seen));
        found.extend(problems(question, seen));
        found.extend(others(question, seen));
        found.extend(findings(question, seen));
        found.extend(state(question, seen));
    }
    found.extend(shared(question));
    found
}

/// Guardrails that refuse the plan of this organisation, where it would do something here.
fn refused(question: &Question<'_>, seen: &Seen<'_>) -> Vec<Remark> {
    let account = super::next::of_account(question, seen).into_iter();
    let admin = super::next::of_admin(question, seen).into_iter();
    let mut own = account.chain(admin);
    let areas = !seen.planned_areas(question).is_empty();
    if !areas && !own.any(|next| next.how == How::Planned) {
        return Vec::new();
    }
    let policy = Arc::clone(&question.desired.policy);
    let unit = (seen.plan.clone(), Arc::clone(&policy));
    let plan = assemble(
        vec![unit],
        &policy,
        String::new(),
        question.day,
        &Part::default(),
    );
    // Of a whole portal nothing can be said from one organisation.
    let here = plan.refusals.into_iter();
    let here = here.filter(|refusal| refusal.organisation.is_some());
    here.map(|refusal| {
        let message = format!("the plan is refused as it is: {}", refusal.message);
        Remark::new("refused", message)
    })
    .collect()
}

/// Faults of the YAML at one of the person's own places.
fn problems(question: &Question<'_>, seen: &Seen<'_>) -> Vec<Remark> {
    let wanted = question.wanted();
    let own = wanted.into_iter().flat_map(|wanted| {
        let grants = wanted.grants.values().flat_map(|grant| &grant.provenance);
        wanted.provenance.iter().chain(grants)
    });
    let own: Vec<_> = own.map(|place| &place.source).collect();
    let deletion = question.deletion().map(|(_, source)| source);
    let problems = seen.plan.problems.iter();
    problems
        .filter_map(|problem| {
            let source = problem.source.as_ref()?;
            let is_own = own.contains(&source) || deletion == Some(source);
            let help = problem
                .help
                .as_deref()
                .map_or_else(String::new, |help| format!("; {help}"));
            is_own.then(|| {
                Remark::new(problem.code, format!("{}{help}", problem.message))
                    .at(Some(question.line(source)))
            })
        })
        .collect()
}

/// Further live accounts that look like the person's.
fn others(question: &Question<'_>, seen: &Seen<'_>) -> Vec<Remark> {
    let portal = &question.desired.portal;
    let of = |live: &&crate::model::live::LiveAccount| {
        let areas: Vec<String> = live.areas.iter().map(|area| format!("`{area}`")).collect();
        let areas = if areas.is_empty() {
            "no area".to_owned()
        } else {
            areas.join(", ")
        };
        let message =
            format!("`{portal}` has another account that looks like this person's, with {areas}");
        let mut remark = Remark::new("another-account", message);
        remark.people.push(live.login.to_string());
        remark
    };
    seen.others.iter().map(of).collect()
}

/// What the plan says of the person beside its actions. Dates are told with what they end.
fn findings(question: &Question<'_>, seen: &Seen<'_>) -> Vec<Remark> {
    let findings = seen.plan.findings.iter().filter(|finding| {
        let (_, account, _, _) = finding.parts();
        account.is_some_and(|account| seen.is_mine(question, account))
    });
    findings
        .filter(|finding| {
            !matches!(
                finding,
                Finding::Upcoming { .. }
                    | Finding::Ending { .. }
                    | Finding::Unmanaged(_)
                    | Finding::SharedAccount(_)
            )
        })
        .map(|finding| {
            let (code, _, _, _) = finding.parts();
            Remark::new(code, finding.sentence())
        })
        .collect()
}

/// What the account itself shows.
fn state(question: &Question<'_>, seen: &Seen<'_>) -> Vec<Remark> {
    let mut found = Vec::new();
    let Some(live) = seen.account else {
        return found;
    };
    if let Some(day) = live.expires.filter(|day| *day < question.day) {
        let message = format!("the account's last day at the portal was {day}");
        found.push(Remark::new("live-ended", message));
    } else if !live.active {
        found.push(Remark::new(
            "not-active",
            "the account is not active at the portal",
        ));
    }
    let own = question.desired.identity.as_ref();
    if own.is_some_and(|own| *own == live.login) {
        found.push(Remark::new(
            "own-identity",
            "beadle itself uses this account (`identity`): it is never demoted, ended or deleted",
        ));
    }
    if seen.stays_admin && question.rules.admin_sees_all.value {
        found.push(Remark::new(
            "sees-all",
            "administrators see every area of this portal without a grant",
        ));
    }
    if let Some(day) = live.last_sign_in {
        let message = format!("last signed in on {day}");
        found.push(Remark::new("last-sign-in", message));
    }
    found
}

/// Who answers for a shared account, and who uses it.
fn shared(question: &Question<'_>) -> Vec<Remark> {
    let wanted = question.wanted();
    let Some(shared) = wanted.and_then(|wanted| wanted.shared.as_ref()) else {
        return Vec::new();
    };
    let mut custodian = Remark::new(
        "shared-account",
        "several people use this login; it is answered for by",
    );
    custodian.people.push(shared.custodian.to_string());
    let mut members = Remark::new("shared-members", "its password is known to");
    members.people = shared
        .members
        .iter()
        .map(|(member, _)| member.to_string())
        .collect();
    vec![custodian, members]
}
