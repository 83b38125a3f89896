//! Steps that only a person can do, in the portal's own clicks, filled in. A step for which the
//! portal's rules have no words is not dropped: what it was for is held back and listed.

use crate::model::live::CatalogueArea;
use crate::model::plan::{ActionKind, Change, HeldBackReason, ManualKind, ManualStep, Reason};
use crate::model::rules::{LoginForm, ManualText};

use super::context::Context;
use super::draft::Drafts;
use super::subject::Subject;

/// One step to be asked for.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    /// Which.
    pub(super) kind: ManualKind,
    /// What is held back if the rules have no words for it.
    pub(super) stands_for: ActionKind,
    /// The area, where it is about one.
    pub(super) area: Option<&'a CatalogueArea>,
    /// What is live, for a rename.
    pub(super) before: &'a str,
    /// What is wanted, for a rename.
    pub(super) after: &'a str,
    /// What live shows after a rename.
    pub(super) change: Option<&'a Change>,
}

impl Step<'_> {
    /// A step about an account alone.
    pub(super) fn of(kind: ManualKind, stands_for: ActionKind) -> Self {
        Self {
            kind,
            stands_for,
            area: None,
            before: "",
            after: "",
            change: None,
        }
    }
}

/// Asks for a step without which the wish is not fulfilled.
pub(super) fn require(
    context: &Context<'_>,
    step: Step<'_>,
    subject: &Subject<'_>,
    reason: Reason,
    drafts: &mut Drafts,
) {
    let Some(account) = subject.account() else {
        return;
    };
    let area = step.area.map(|area| area.name.clone());
    match text(context, step.kind) {
        Some(text) => {
            let values = Values::of(context, subject, &step);
            drafts.manual.push(ManualStep {
                kind: step.kind,
                account,
                area,
                title: values.fill(text.title),
                clicks: text.clicks.iter().map(|click| values.fill(click)).collect(),
                change: step.change.cloned(),
                reason,
            });
        }
        None => {
            let because = HeldBackReason::Unsupported(
                "the portal does not do it for beadle, and no step for a person is known",
            );
            let source = reason.source().cloned();
            drafts.hold(step.stands_for, account, area, because, source);
        }
    }
}

/// Asks for a step only where the portal's rules have words for it: nothing depends on it.
pub(super) fn offer(
    context: &Context<'_>,
    kind: ManualKind,
    subject: &Subject<'_>,
    reason: Reason,
    drafts: &mut Drafts,
) {
    if has_text(context, kind) {
        let step = Step::of(kind, ActionKind::Update);
        require(context, step, subject, reason, drafts);
    }
}

/// Whether the portal's rules have words for a step.
pub(super) fn has_text(context: &Context<'_>, kind: ManualKind) -> bool {
    text(context, kind).is_some()
}

fn text<'a>(context: &Context<'a>, kind: ManualKind) -> Option<&'a ManualText> {
    let own = context.provisioning.map_or(&[][..], |way| way.manual);
    let all = own.iter().chain(context.rules.manual);
    all.into_iter().find(|text| text.kind == kind)
}

/// Stands for a login id that the portal has not made yet.
const NOT_KNOWN: &str = "the user name that the portal gives";

/// What the placeholders stand for.
struct Values<'a> {
    name: &'a str,
    login: &'a str,
    area: &'a str,
    organisation: &'a str,
    before: &'a str,
    after: &'a str,
}

impl<'a> Values<'a> {
    fn of(context: &Context<'a>, subject: &Subject<'a>, step: &Step<'a>) -> Self {
        let wanted = subject.wanted.map(|wanted| &*wanted.name);
        let live = subject.live.map(|live| &*live.name);
        let assigned = context.rules.login.value == LoginForm::Assigned;
        Self {
            name: wanted.or(live).unwrap_or_default(),
            login: match subject.login() {
                // What the YAML has is an address until the portal has made a login id.
                Some(_) if assigned && subject.live.is_none() => NOT_KNOWN,
                Some(login) => login.as_str(),
                None => "",
            },
            area: step.area.map_or("", |area| &area.title),
            organisation: &context.desired.organisation_name,
            before: step.before,
            after: step.after,
        }
    }

    /// One pass from left to right, so that braces in a person's name stay what they are.
    fn fill(&self, template: &str) -> String {
        let Self {
            name,
            login,
            area,
            organisation,
            before,
            after,
        } = self;
        let places = [
            ("{name}", name),
            ("{login}", login),
            ("{area}", area),
            ("{organisation}", organisation),
            ("{before}", before),
            ("{after}", after),
        ];
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            let (text, tail) = rest.split_at(at);
            filled.push_str(text);
            let known = places
                .iter()
                .find_map(|(place, value)| Some((value, tail.strip_prefix(place)?)));
            rest = match known {
                Some((value, after)) => {
                    filled.push_str(value);
                    after
                }
                None => {
                    filled.push('{');
                    tail.strip_prefix('{').unwrap_or_default()
                }
            };
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once_and_unknown_braces_stay() {
        let values = Values {
            name: "{login} O'Hara",
            login: "o.hara@northshire.example",
            area: "HESA student",
            organisation: "University of Northshire",
            before: "a",
            after: "b",
        };
        assert_eq!(
            values.fill("{name} <{login}>: {area}, {before}→{after} {other} {"),
            "{login} O'Hara <o.hara@northshire.example>: HESA student, a→b {other} {"
        );
    }
}
