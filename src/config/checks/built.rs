//! Checks of grants once all their views are brought together, because one view may say what
//! another leaves out.

use crate::config::dated;
use crate::config::findings::{Finding, Findings};
use crate::config::organisation::{Account, Door, GrantLine, Organisation, Unit};
use crate::config::scope::Scope;

pub(super) fn expiry(_: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    if !organisation.policy.expiry.required {
        return;
    }
    // An account's end is the end of its grants, so that accounts are all that can lack one.
    for account in organisation.units.iter().flat_map(|unit| &unit.accounts) {
        if account.windows().any(|window| window.until.is_none()) {
            let person = organisation.texts.get(account.person);
            let message = format!("the account of `{person}` has no end");
            findings.push(
                Finding::error("no-end", account.place(), message)
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

/// One grant with all of its views.
struct Grant<'o> {
    unit: &'o Unit,
    area: &'o str,
    account: &'o Account,
    person: &'o str,
    views: &'o [GrantLine],
}

/// Every grant at one of an organisation's portals.
fn grants<'o>(organisation: &'o Organisation, unit: &'o Unit) -> impl Iterator<Item = Grant<'o>> {
    let same =
        |one: &GrantLine, other: &GrantLine| (one.account, one.area) == (other.account, other.area);
    unit.grants.chunk_by(same).filter_map(move |views| {
        let first = views.first()?;
        let account = unit.accounts.get(first.account as usize)?;
        Some(Grant {
            unit,
            area: organisation
                .texts
                .get(*unit.areas.get(first.area as usize)?),
            account,
            person: organisation.texts.get(account.person),
            views,
        })
    })
}

pub(super) fn never_begins(_: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    for unit in &organisation.units {
        let never = |view: &GrantLine| {
            let window = unit.terms(view).map(|terms| terms.window);
            window
                .and_then(|window| window.from.zip(window.until))
                .is_some_and(|(from, until)| until < from)
        };
        for grant in grants(organisation, unit) {
            let Some(first) = grant
                .views
                .first()
                .filter(|_| grant.views.iter().all(never))
            else {
                continue;
            };
            let message = format!(
                "the grant of `{}` to `{}` has no day within the account's",
                grant.area, grant.person
            );
            findings.push(
                Finding::error("never-begins", &first.span, message)
                    .also(grant.account.place(), "the account")
                    .help("compare `from` and `until` of both"),
            );
        }
    }
}

pub(super) fn sensitive(scope: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    for unit in &organisation.units {
        let Some(areas) = organisation.policy.sensitive_areas.get(&unit.portal) else {
            continue;
        };
        let sensitive = |grant: &Grant<'_>| areas.contains_key(grant.area);
        let grants = grants(organisation, unit).filter(sensitive);
        findings.extend(grants.filter_map(|grant| lacking(scope, &grant)));
    }
}

fn lacking(scope: &Scope<'_>, grant: &Grant<'_>) -> Option<Finding> {
    let views = || {
        let views = grant.views.iter();
        views.filter_map(|view| Some((view, grant.unit.terms(view)?)))
    };
    let first = views().next()?;
    let endless = views().find(|(_, terms)| terms.window.until.is_none());
    let reasonless = views().all(|(_, terms)| terms.reason.is_none());
    let (lacks, (at, terms)) = match (endless, reasonless) {
        (Some(view), true) => ("`until` and `reason`", view),
        (Some(view), false) => ("`until`", view),
        (None, true) => ("`reason`", first),
        (None, false) => return None,
    };
    let Grant { area, person, .. } = grant;
    let message = format!("`{area}` is a sensitive area: the grant to `{person}` needs {lacks}");
    let bundle = |index: u32| scope.context.bundles.get(index as usize);
    let help = match terms.door {
        Door::User => format!("write `{{ area: {area}, until: YEAR-MONTH-DAY, reason: WHY }}`"),
        Door::AreaView => {
            format!("write `{{ user: {person}, until: YEAR-MONTH-DAY, reason: WHY }}`")
        }
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
