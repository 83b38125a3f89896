//! Checks of an organisation itself, and of all of them together.

use std::collections::HashMap;

use super::Whole;
use super::forms;
use super::people::{declared_twice, unknown_portal};
use crate::config::findings::{Finding, Findings};
use crate::config::fold::{Hashes, fold};
use crate::config::scope::{MOST_PORTALS, Scope};
use crate::config::spanned::ListOr;
use crate::model::diagnostic::Span;

pub(super) fn portals(scope: &Scope<'_>, findings: &mut Findings) {
    let written = &scope.document.portals;
    if written.is_empty() {
        let message = format!("`{}` is on no portal", scope.id);
        findings.push(
            Finding::error("empty-value", scope.id_span, message)
                .help("name at least one: `portals: { PORTAL: ID }`"),
        );
    }
    if written.0.len() > MOST_PORTALS {
        let message = format!("`{}` is on more than {MOST_PORTALS} portals", scope.id);
        findings.push(Finding::error("too-many-portals", scope.id_span, message));
    }
    for (key, id) in written.iter() {
        let Some(view) = scope.context.portals.get(key.value) else {
            let known = scope.context.portal_names();
            findings.push(unknown_portal(key.value, &key.span, known));
            continue;
        };
        let finding = view
            .rules
            .and_then(|rules| forms::organisation_id(id.value.0, &id.span, rules));
        findings.extend(finding);
    }
}

/// The finding for an empty list or mapping that may be a slip.
pub(super) fn is_empty(key: &str, at: &Span) -> Finding {
    Finding::error("empty", at, format!("`{key}` is empty"))
        .help("leave the key out where nothing is managed; if nobody is meant, write `allow_empty: true` beside it")
}

pub(super) fn empty(scope: &Scope<'_>, findings: &mut Findings) {
    let document = scope.document;
    if document.allow_empty != Some(true) {
        if let Some(users) = document
            .users
            .as_ref()
            .filter(|users| users.value.is_empty())
        {
            findings.push(is_empty("users", &users.span));
        }
        if let Some(areas) = document
            .areas
            .as_ref()
            .filter(|areas| areas.value.is_empty())
        {
            findings.push(is_empty("areas", &areas.span));
        }
        if let Some(admins) = &document.admins {
            match &admins.value {
                ListOr::List(list) if list.is_empty() => {
                    findings.push(is_empty("admins", &admins.span))
                }
                ListOr::Map(map) if map.is_empty() => {
                    findings.push(is_empty("admins", &admins.span))
                }
                ListOr::Map(map) => {
                    for (portal, _) in map.iter().filter(|(_, list)| list.value.is_empty()) {
                        findings.push(is_empty(&format!("admins.{}", portal.value), &portal.span));
                    }
                }
                ListOr::List(_) => {}
            }
        }
    }
    for member in &scope.members {
        let Some(user) = member.user.filter(|user| user.allow_empty != Some(true)) else {
            continue;
        };
        if let Some(bundles) = user
            .bundles
            .as_ref()
            .filter(|bundles| bundles.value.is_empty())
        {
            findings.push(is_empty("bundles", &bundles.span));
        }
        let Some(areas) = &user.areas else { continue };
        match &areas.value {
            ListOr::List(list) if list.is_empty() => findings.push(is_empty("areas", &areas.span)),
            ListOr::Map(map) if map.is_empty() => findings.push(is_empty("areas", &areas.span)),
            ListOr::Map(map) => {
                for (portal, _) in map.iter().filter(|(_, list)| list.value.is_empty()) {
                    findings.push(is_empty(&format!("areas.{}", portal.value), &portal.span));
                }
            }
            ListOr::List(_) => {}
        }
    }
}

pub(super) fn once(whole: &Whole<'_>, findings: &mut Findings) {
    let mut ids = HashMap::<_, _, Hashes>::default();
    let mut at_portals = HashMap::<_, _, Hashes>::default();
    for organisation in whole.organisations {
        let id = organisation.id.as_str();
        let first = ids.entry(fold(id)).or_insert(&organisation.id_span);
        if *first != &organisation.id_span {
            findings.push(declared_twice(id, &organisation.id_span, first));
        }
        for unit in &organisation.units {
            let place = (unit.portal.as_str(), unit.portal_organisation.as_str());
            let first = at_portals.entry(place).or_insert(&unit.span);
            if *first != &unit.span {
                let message = format!(
                    "two organisations are `{}` at the portal `{}`",
                    place.1, place.0
                );
                findings.push(
                    Finding::error("declared-twice", &unit.span, message)
                        .label("again here")
                        .also(first, "first here"),
                );
            }
        }
    }
}
