//! Checks of grants once all their views are brought together, because one view may say what
//! another leaves out.

use crate::config::dated;
use crate::config::findings::{Finding, Findings};
use crate::config::organisation::{Account, Door, GrantLine, Organisation, Unit};
use crate::config::scope::Scope;
use crate::model::diagnostic::Span;

/// Where an account is asked for.
fn place(account: &Account) -> &Span {
    let assigned = account.assigned.first().filter(|_| !account.own);
    assigned.unwrap_or(&account.key_span)
}

pub(super) fn expiry(_: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    if !organisation.policy.expiry.required {
        return;
    }
    // An account's end is the end of its grants, so that accounts are all that can lack one.
    for account in organisation.units.iter().flat_map(|unit| &unit.accounts) {
        if account.windows.iter().any(|window| window.until.is_none()) {
            let message = format!("the account of `{}` has no end", account.person);
            findings.push(
                Finding::error("no-end", place(account), message)
                    .label("`until` is missing")
                    .help("`policy.expiry.required` wants one: `until: YEAR-MONTH-DAY`"),
            );
        }
    }
}

/// Every required administrator is in the admin set. Where a waiver names the place, the day
/// decides: [`crate::config::dated`].
pub(super) fn required_admins(_: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    let policy = &organisation.policy;
    for unit in &organisation.units {
        if dated::required_waivers(policy, &organisation.id, &unit.portal)
            .next()
            .is_none()
        {
            findings.extend(dated::missing_admins(&organisation.id, unit));
        }
    }
}

/// Calls `each` with all views of one grant, for every grant.
fn each_grant<'u>(unit: &'u Unit, mut each: impl FnMut(&'u str, &'u [GrantLine])) {
    let same =
        |one: &GrantLine, other: &GrantLine| (one.account, one.area) == (other.account, other.area);
    for views in unit.grants.chunk_by(same) {
        let first = views.first();
        if let Some(area) = first.and_then(|view| unit.areas.get(view.area as usize)) {
            each(area.as_str(), views);
        }
    }
}

pub(super) fn never_begins(_: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    let never = |view: &GrantLine| {
        let window = view.window;
        window
            .from
            .zip(window.until)
            .is_some_and(|(from, until)| until < from)
    };
    for unit in &organisation.units {
        each_grant(unit, |area, views| {
            let Some(first) = views.first().filter(|_| views.iter().all(never)) else {
                return;
            };
            let Some(account) = unit.accounts.get(first.account as usize) else {
                return;
            };
            let message = format!(
                "the grant of `{area}` to `{}` has no day within the account's",
                account.person
            );
            findings.push(
                Finding::error("never-begins", &first.span, message)
                    .also(place(account), "the account")
                    .help("compare `from` and `until` of both"),
            );
        });
    }
}

pub(super) fn sensitive(scope: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    for unit in &organisation.units {
        let Some(areas) = organisation.policy.sensitive_areas.get(&unit.portal) else {
            continue;
        };
        each_grant(unit, |area, views| {
            if areas.contains_key(area) {
                findings.extend(lacking(scope, unit, area, views));
            }
        });
    }
}

fn lacking(scope: &Scope<'_>, unit: &Unit, area: &str, views: &[GrantLine]) -> Option<Finding> {
    let first = views.first()?;
    let account = unit.accounts.get(first.account as usize)?;
    let endless = views.iter().find(|view| view.window.until.is_none());
    let reasonless = views.iter().all(|view| view.reason.is_none());
    let (lacks, at) = match (endless, reasonless) {
        (Some(view), true) => ("`until` and `reason`", view),
        (Some(view), false) => ("`until`", view),
        (None, true) => ("`reason`", first),
        (None, false) => return None,
    };
    let message = format!(
        "`{area}` is a sensitive area: the grant to `{}` needs {lacks}",
        account.person
    );
    let bundle = |index: u32| scope.context.bundles.get(index as usize);
    let help = match at.door {
        Door::User => format!("write `{{ area: {area}, until: YEAR-MONTH-DAY, reason: WHY }}`"),
        Door::AreaView => format!(
            "write `{{ user: {}, until: YEAR-MONTH-DAY, reason: WHY }}`",
            account.person
        ),
        Door::Bundle(index) => format!(
            "the bundle `{}` gives it, for as long as the account lasts: take it out of the \
             bundle and write `{{ area: {area}, until: YEAR-MONTH-DAY, reason: WHY }}` under \
             `areas`, or keep it there, and give the account an `until` and the `reason` under \
             `areas`",
            bundle(index).map_or("", |bundle| &*bundle.name)
        ),
        Door::Assignment | Door::AssignedBundle(_) => {
            "write `until` and `reason` in the assignment".to_owned()
        }
    };
    Some(Finding::error("sensitive-area", &at.span, message).help(help))
}
