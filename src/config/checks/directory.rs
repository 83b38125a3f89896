//! Checks of what a directory is told: groups, the admin group, how a token is asked for; and of
//! the ways in which accounts come to be.

use std::collections::BTreeMap;

use super::Whole;
use super::portals::{one_token, unsafe_url};
use crate::config::context::Context;
use crate::config::findings::{Finding, Findings};
use crate::config::scope::Scope;
use crate::config::spanned::Spanned;
use crate::config::suggest;
use crate::model::diagnostic::Span;
use crate::model::rules::Rules;

/// Stands in a directory's URL for the organisation's id.
const TENANT: &str = "{organisation}";

pub(super) fn groups(context: &Context<'_>, findings: &mut Findings) {
    for view in context.portals.values() {
        let document = view.document;
        let groups = document.groups.iter().flat_map(|groups| groups.iter());
        let mut areas: BTreeMap<&str, &Spanned<&str>> = BTreeMap::new();
        for (area, group) in groups.clone() {
            if let Some(first) = areas.insert(group.value, area) {
                let message = format!("`{}` stands for two areas", group.value);
                let finding = Finding::error("group-once", &group.span, message)
                    .also(&first.span, "it is named here first");
                findings.push(finding);
            }
        }
        if let Some(admin) = &document.admin_group
            && !groups.clone().any(|(area, _)| area.value == admin.value)
        {
            let known = groups.map(|(area, _)| area.value);
            let message = format!("`admin_group` names no area of `groups`: `{}`", admin.value);
            findings.push(
                Finding::error("admin-group", &admin.span, message).maybe_help(suggest::help(
                    admin.value,
                    known,
                    "areas",
                )),
            );
        }
    }
}

/// A directory is told its groups; of any other portal they would be silently ignored.
pub(super) fn settings(context: &Context<'_>, findings: &mut Findings) {
    for (name, view) in &context.portals {
        let Some(rules) = view.rules else { continue };
        let document = view.document;
        let key = &view.key.span;
        if rules.directory {
            if document.groups.is_none() {
                let message =
                    format!("the portal `{name}` has no areas: no group is named for any");
                findings.push(
                    Finding::warning("groups", key, message)
                        .label("`groups` is missing")
                        .help("name each area and the display name of its group: `groups: { AREA: NAME }`"),
                );
            }
            continue;
        }
        let written = [
            ("groups", document.groups.is_some()),
            ("admin_group", document.admin_group.is_some()),
            ("capabilities", document.capabilities.is_some()),
        ];
        for (setting, _) in written.into_iter().filter(|(_, written)| *written) {
            let message = format!("`{setting}` is for a directory, and `{name}` is none");
            let span = match &document.admin_group {
                Some(group) if setting == "admin_group" => &group.span,
                _ => key,
            };
            findings.push(Finding::error("no-directory", span, message).help(format!(
                "leave it out: {} has areas of its own",
                rules.title
            )));
        }
    }
}

/// Two organisations at one address would be one tenant, and each would take the other's people
/// away.
pub(super) fn tenants(whole: &Whole<'_>, findings: &mut Findings) {
    let mut first: BTreeMap<&str, &Span> = BTreeMap::new();
    for unit in whole.organisations.iter().flat_map(|it| &it.units) {
        let portal = unit.portal.as_str();
        let Some(view) = whole.context.portals.get(portal) else {
            continue;
        };
        let one_tenant = view.rules.is_some_and(|rules| rules.directory)
            && (view.document.url.as_ref()).is_some_and(|url| !url.value.contains(TENANT));
        if !one_tenant {
            continue;
        }
        match first.get(portal) {
            None => {
                first.insert(portal, &unit.span);
            }
            Some(earlier) => {
                let message = format!("two organisations are one tenant of the portal `{portal}`");
                findings.push(
                    Finding::error("one-tenant", &unit.span, message)
                        .also(earlier, "the other one")
                        .help(format!(
                            "write `{TENANT}` into its `url` where the tenant's name stands, or name a portal for each"
                        )),
                );
            }
        }
    }
}

pub(super) fn client_credentials(context: &Context<'_>, findings: &mut Findings) {
    for view in context.portals.values() {
        let Some(written) = &view.document.client_credentials else {
            continue;
        };
        let credentials = &written.value;
        findings.extend(unsafe_url("token_url", &credentials.token_url));
        one_token("client_secret", &credentials.client_secret, findings);
        if view.document.token.is_some() {
            let message = "`client_credentials` and `token` are both there";
            findings.push(
                Finding::error("token", &written.span, message)
                    .help("keep one: a token that is asked for, or one that is kept"),
            );
        }
    }
}

/// The ways that portals name for all of their organisations.
pub(super) fn provisioning(context: &Context<'_>, findings: &mut Findings) {
    for (name, view) in &context.portals {
        if let (Some(way), Some(rules)) = (&view.document.provisioning, view.rules) {
            findings.extend(unknown_way(way, name, rules));
        }
    }
}

/// The ways that an organisation names for itself.
pub(super) fn own_provisioning(scope: &Scope<'_>, findings: &mut Findings) {
    let written = scope.document.provisioning.iter();
    for (portal, way) in written.flat_map(|ways| ways.iter()) {
        let used = scope.portals.iter().any(|known| known.name == portal.value);
        if !used {
            let known = scope.portals.iter().map(|known| known.name);
            let message = format!("`{}` is no portal of `{}`", portal.value, scope.id);
            findings.push(
                Finding::error("unknown-portal", &portal.span, message).maybe_help(suggest::help(
                    portal.value,
                    known,
                    "portals",
                )),
            );
            continue;
        }
        let view = scope.context.portals.get(portal.value);
        if let Some(rules) = view.and_then(|view| view.rules) {
            findings.extend(unknown_way(way, portal.value, rules));
        }
    }
}

fn unknown_way(way: &Spanned<&str>, portal: &str, rules: &Rules) -> Option<Finding> {
    if rules.provisioning.is_empty() {
        let message = format!("`{portal}` has one way only in which accounts come to be");
        let finding = Finding::error("provisioning", &way.span, message);
        return Some(finding.help("leave `provisioning` out"));
    }
    if rules.provisioned(Some(way.value)).is_some() {
        return None;
    }
    let message = format!("`{portal}` knows no way `{}`", way.value);
    let known: Vec<String> = rules
        .provisioning
        .iter()
        .map(|way| format!("`{}` ({})", way.name, way.title))
        .collect();
    let finding = Finding::error("provisioning", &way.span, message);
    Some(finding.help(format!("there are {}", known.join(", "))))
}
