//! Checks of areas wherever they are written: bundles, users, and the view from the area.

use super::forms;
use super::people::unknown_portal;
use crate::config::context::Context;
use crate::config::documents::{AreaUser, AreaView, Areas};
use crate::config::findings::{Finding, Findings};
use crate::config::grants;
use crate::config::scope::{Scope, bit};
use crate::config::spanned::{Entries, ListOr, Spanned};
use crate::config::suggest::{self, listed};
use crate::model::diagnostic::Span;
use crate::model::nearest::nearest;
use crate::model::rules::Rules;

/// Areas at a portal that has none.
fn without_areas(portal: &str, rules: Option<&Rules>, at: &Span) -> Option<Finding> {
    let rules = rules.filter(|rules| !rules.has_areas.value)?;
    let message = format!("the portal `{portal}` ({}) has no areas", rules.title);
    Some(Finding::error("no-areas", at, message))
}

/// A plain list where only a map by portal can say what is meant.
fn needs_map(key: &str, portals: &[&str], at: &Span) -> Finding {
    let message = format!("`{key}` is a list, and there are several portals");
    let example = portals.first().copied().unwrap_or("PORTAL");
    Finding::error("needs-portal", at, message)
        .label("for which portal?")
        .help(format!(
            "write a map by portal: `{key}: {{ {example}: […] }}`; portals: {}",
            listed(portals, "and")
        ))
}

/// The checks of areas of the project file: of a bundle or an assignment.
pub(super) fn of_project(
    context: &Context<'_>,
    key: &str,
    areas: &Areas<'_>,
    at: &Span,
    findings: &mut Findings,
) {
    let all: Vec<&str> = context.portal_names().collect();
    match areas {
        ListOr::List(list) => match all.as_slice() {
            [only] => {
                if let Some(finding) = without_areas(only, context.rules(only), at) {
                    findings.push(finding);
                }
                entry_dates(list, findings);
            }
            _ => findings.push(needs_map(key, &all, at)),
        },
        ListOr::Map(map) => {
            for (portal, list) in map.iter() {
                if context.portals.contains_key(portal.value) {
                    let rules = context.rules(portal.value);
                    if let Some(finding) = without_areas(portal.value, rules, &portal.span) {
                        findings.push(finding);
                    }
                } else {
                    findings.push(unknown_portal(
                        portal.value,
                        &portal.span,
                        all.iter().copied(),
                    ));
                }
                entry_dates(&list.value, findings);
            }
        }
    }
}

pub(super) fn bundles(context: &Context<'_>, findings: &mut Findings) {
    for (name, areas) in context.document.bundles.iter().flat_map(Entries::iter) {
        of_project(context, name.value, areas, &name.span, findings);
        let terms = match areas {
            ListOr::List(list) => list.iter().collect::<Vec<_>>(),
            ListOr::Map(map) => map.iter().flat_map(|(_, list)| &list.value).collect(),
        };
        for entry in terms {
            let terms = entry.value.terms();
            if terms.from.is_some() || terms.until.is_some() || terms.reason.is_some() {
                let message = format!("`{}` has dates or a reason in a bundle", entry.value.area());
                findings.push(Finding::error("bundle", &entry.span, message).help(
                    "a bundle lists areas; write dates and reasons beside a user or an assignment",
                ));
            }
        }
    }
}

fn entry_dates(entries: &[Spanned<grants::AreaEntry<'_>>], findings: &mut Findings) {
    for entry in entries {
        let terms = entry.value.terms();
        if let Some(finding) = forms::dates(terms.from, terms.until) {
            findings.push(finding);
        }
    }
}

pub(super) fn of_users(scope: &Scope<'_>, findings: &mut Findings) {
    for member in &scope.members {
        let Some(areas) = member.user.and_then(|user| user.areas.as_ref()) else {
            continue;
        };
        let own = scope.names_in(member.own_portals);
        match &areas.value {
            ListOr::List(list) => {
                entry_dates(list, findings);
                match own.as_slice() {
                    [only] => {
                        let rules = scope.context.rules(only);
                        findings.extend(without_areas(only, rules, &areas.span));
                    }
                    [] => {}
                    _ => findings.push(needs_map("areas", &own, &areas.span)),
                }
            }
            ListOr::Map(map) => {
                for (portal, list) in map.iter() {
                    entry_dates(&list.value, findings);
                    let rules = scope.context.rules(portal.value);
                    if own.contains(&portal.value) {
                        findings.extend(without_areas(portal.value, rules, &portal.span));
                    } else {
                        findings.push(not_on(scope, member.key, portal));
                    }
                }
            }
        }
    }
}

/// A user's portal that the user, the organisation or the whole project does not have.
pub(super) fn not_on(scope: &Scope<'_>, user: &str, portal: &Spanned<&str>) -> Finding {
    let name = portal.value;
    if scope.portal_index(name).is_some() {
        let message = format!("`{user}` has no account at `{name}`");
        return Finding::error("no-account", &portal.span, message)
            .help("add the portal to the user's `portals`");
    }
    if scope.context.portals.contains_key(name) {
        let message = format!("`{}` is not on the portal `{name}`", scope.id);
        return Finding::error("unknown-portal", &portal.span, message).maybe_help(suggest::help(
            name,
            scope.portal_names(),
            "its portals",
        ));
    }
    unknown_portal(name, &portal.span, scope.portal_names())
}

pub(super) fn view(scope: &Scope<'_>, findings: &mut Findings) {
    let Some(areas) = &scope.document.areas else {
        return;
    };
    let all: Vec<&str> = scope.portal_names().collect();
    for (key, view) in areas.value.iter() {
        match (view, all.as_slice()) {
            (AreaView::List(users), [only]) => {
                let rules = scope.context.rules(only);
                findings.extend(without_areas(only, rules, &key.span));
                area_users(scope, only, (key, users), findings);
            }
            (AreaView::List(_), []) => {}
            (AreaView::List(_), _) => findings.push(needs_map("areas", &all, &key.span)),
            (AreaView::Map(map), _) => {
                if scope.portal_index(key.value).is_none() {
                    findings.push(not_on(scope, "", key));
                    continue;
                }
                let rules = scope.context.rules(key.value);
                findings.extend(without_areas(key.value, rules, &key.span));
                for (area, users) in map.iter() {
                    area_users(scope, key.value, (area, &users.value), findings);
                }
            }
        }
    }
}

fn area_users(
    scope: &Scope<'_>,
    portal: &str,
    (area, users): (&Spanned<&str>, &[Spanned<AreaUser<'_>>]),
    findings: &mut Findings,
) {
    if users.is_empty() && scope.document.allow_empty != Some(true) {
        findings.push(super::organisations::is_empty(area.value, &area.span));
    }
    for entry in users {
        let key = grants::user_of(&entry.value);
        let terms = grants::user_terms(&entry.value);
        findings.extend(forms::dates(terms.from, terms.until));
        match scope.member(key) {
            None => findings.push(unknown_user(scope, key, &entry.span)),
            Some((_, member)) if !has_account(scope, member.portals, portal) => {
                findings.push(no_account(key, portal, &entry.span));
            }
            Some(_) => {}
        }
    }
}

/// Whether a set of portals holds a portal of the organisation.
pub(super) fn has_account(scope: &Scope<'_>, set: u64, portal: &str) -> bool {
    scope
        .portal_index(portal)
        .is_some_and(|index| set & bit(index) != 0)
}

/// The finding for somebody who is named where only users can be.
pub(super) fn unknown_user(scope: &Scope<'_>, key: &str, at: &Span) -> Finding {
    let nearest = nearest(key, scope.keys());
    let help = match nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("add `{key}` under `users` first"),
    };
    Finding::error(
        "unknown-user",
        at,
        format!("`{key}` is no user of `{}`", scope.id),
    )
    .help(help)
}

/// The finding for a user without an account where one is needed.
pub(super) fn no_account(key: &str, portal: &str, at: &Span) -> Finding {
    Finding::error(
        "no-account",
        at,
        format!("`{key}` has no account at `{portal}`"),
    )
    .help("add the portal to the user's `portals`")
}
