//! Checks of the project's assignments.

use super::Whole;
use super::areas;
use super::forms;
use super::people::unknown_portal;
use crate::config::context::{AssignmentView, Context};
use crate::config::documents::AdminChoice;
use crate::config::findings::{Finding, Findings};
use crate::config::fold::fold;
use crate::config::organisation::Organisation;
use crate::config::scope::Scope;
use crate::config::spanned::{Identifier, Spanned};
use crate::config::suggest;
use crate::model::nearest::nearest;
use crate::model::pattern::glob;
use crate::model::rules::AdminSet;

pub(super) fn names(context: &Context<'_>, findings: &mut Findings) {
    for assignment in &context.assignments {
        let document = assignment.document;
        for bundle in document.bundles.iter().flatten() {
            findings.extend(unknown_bundle(context, bundle));
        }
        for portal in document.portals.iter().flatten() {
            if !context.portals.contains_key(portal.value) {
                findings.push(unknown_portal(
                    portal.value,
                    &portal.span,
                    context.portal_names(),
                ));
            }
        }
        if let Some(written) = &document.areas {
            areas::of_project(context, "areas", &written.value, &written.span, findings);
        }
        admin(context, assignment, findings);
    }
}

/// The finding for a bundle that the project does not have.
pub(super) fn unknown_bundle(context: &Context<'_>, name: &Spanned<&str>) -> Option<Finding> {
    if context.bundle(name.value).is_some() {
        return None;
    }
    let message = format!("there is no bundle `{}`", name.value);
    let help = suggest::help(name.value, context.bundle_names(), "bundles");
    Some(
        Finding::error("unknown-bundle", &name.span, message)
            .help("define it under `bundles` in the project file")
            .maybe_help(help),
    )
}

fn admin(context: &Context<'_>, assignment: &AssignmentView<'_>, findings: &mut Findings) {
    let Some(admin) = &assignment.document.admin else {
        return;
    };
    let AdminChoice::Portals(portals) = &admin.value else {
        return;
    };
    for portal in portals {
        match context.portals.get(portal.value) {
            None => findings.push(unknown_portal(
                portal.value,
                &portal.span,
                context.portal_names(),
            )),
            Some(view) => {
                if let Some(rules) = view
                    .rules
                    .filter(|rules| rules.admin.value == AdminSet::None)
                {
                    findings.push(super::roles::no_admin_set(
                        portal.value,
                        rules,
                        &portal.span,
                    ));
                }
            }
        }
    }
}

pub(super) fn dates(context: &Context<'_>, findings: &mut Findings) {
    for assignment in &context.assignments {
        let document = assignment.document;
        findings.extend(forms::dates(
            document.from.as_ref(),
            document.until.as_ref(),
        ));
    }
}

pub(super) fn users(scope: &Scope<'_>, findings: &mut Findings) {
    for index in &scope.assignments {
        let Some(assignment) = scope.assignment(*index) else {
            continue;
        };
        for named in &assignment.document.users {
            let key = named.value.0;
            if scope.context.people.contains_key(&fold(key)) || scope.member(key).is_some() {
                continue;
            }
            let known = scope.context.people.values().map(|person| person.key.value);
            let help = nearest(key, known).map(|name| format!("did you mean `{name}`?"));
            findings.push(
                Finding::error(
                    "unknown-user",
                    &named.span,
                    format!("`{key}` is not under `people`"),
                )
                .help("add the person under `people`, with a name")
                .maybe_help(help),
            );
        }
    }
}

pub(super) fn selects(whole: &Whole<'_>, findings: &mut Findings) {
    if !whole.complete {
        return;
    }
    let (context, organisations) = (whole.context, whole.organisations);
    for assignment in &context.assignments {
        for selector in &assignment.document.organisations {
            let text = selector.value.0;
            let finding = match text.strip_prefix("tag:") {
                Some(tag) => unknown_tag(tag, selector, organisations),
                None => no_organisation(text, selector, organisations),
            };
            findings.extend(finding);
        }
    }
}

fn unknown_tag(
    tag: &str,
    selector: &Spanned<Identifier<'_>>,
    organisations: &[Organisation],
) -> Option<Finding> {
    let tags = organisations
        .iter()
        .flat_map(|organisation| &organisation.tags)
        .map(AsRef::as_ref);
    if tags.clone().any(|known: &str| known == tag) {
        return None;
    }
    let known: std::collections::BTreeSet<&str> = tags.collect();
    let message = format!("no organisation has the tag `{tag}`");
    Some(
        Finding::error("unknown-tag", &selector.span, message)
            .label("selects nothing")
            .maybe_help(suggest::help(tag, known.iter().copied(), "tags")),
    )
}

fn no_organisation(
    text: &str,
    selector: &Spanned<Identifier<'_>>,
    organisations: &[Organisation],
) -> Option<Finding> {
    let Ok(glob) = glob(text, false) else {
        let message = format!("`{text}` is no pattern of organisation ids");
        return Some(Finding::error("pattern", &selector.span, message));
    };
    if organisations
        .iter()
        .any(|organisation| glob.is_match(organisation.id.as_str()))
    {
        return None;
    }
    let known = organisations
        .iter()
        .map(|organisation| organisation.id.as_str());
    let message = format!("`{text}` is the id of no organisation");
    Some(
        Finding::error("selects-nothing", &selector.span, message)
            .label("selects nothing")
            .maybe_help(suggest::help(text, known, "organisations")),
    )
}
