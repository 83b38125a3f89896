//! What changes somebody's own rights by their own hand: an author of the change who gains or
//! becomes an administrator, somebody who approves their own access, beadle's own login. A pure
//! look at a finished plan; whether it refuses anything is a guardrail's business.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::name::{LoginId, PortalName, canonical};
use crate::model::plan::{
    AccountRef, Action, ActionIndex, ActionKind, Change, ManualKind, ManualStep, Plan, UnitPlan,
};
use crate::model::review::{Authors, Escalation, EscalationKind};

/// How an account's holder fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Gains access, or keeps it for longer.
    Gains,
    /// Becomes an administrator.
    Rules,
    /// Ceases to be one.
    RulesNoMore,
    /// Gets an account that had another address.
    TakesOver,
}

/// Every escalation of a plan, in its order. `identities` are the logins that beadle itself uses.
#[must_use]
pub fn escalations(
    plan: &Plan,
    authors: &Authors,
    identities: &BTreeMap<PortalName, LoginId>,
) -> Vec<Escalation> {
    let mut found = Vec::new();
    for (index, unit) in (0..).zip(&plan.units) {
        let own = identities.get(&unit.portal);
        for (number, action) in (0..).zip(&unit.actions) {
            if let Some(effect) = of_action(action, authors) {
                let kinds = kinds(unit, &action.account, effect, authors, own);
                found.extend(kinds.into_iter().map(|kind| Escalation {
                    unit: index,
                    action: Some(ActionIndex(number)),
                    manual: None,
                    kind,
                }));
            }
        }
        for (number, step) in (0..).zip(&unit.manual) {
            if let Some(effect) = of_step(step, authors) {
                let kinds = kinds(unit, &step.account, effect, authors, own);
                found.extend(kinds.into_iter().map(|kind| Escalation {
                    unit: index,
                    action: None,
                    manual: Some(number),
                    kind,
                }));
            }
        }
    }
    found
}

fn of_action(action: &Action, authors: &Authors) -> Option<Effect> {
    match action.kind {
        ActionKind::Create | ActionKind::Renew | ActionKind::Grant => Some(Effect::Gains),
        ActionKind::Promote => Some(Effect::Rules),
        ActionKind::Demote => Some(Effect::RulesNoMore),
        ActionKind::Update => action
            .changes
            .iter()
            .find_map(|change| of_change(change, authors)),
        ActionKind::Revoke | ActionKind::Expire | ActionKind::Delete => None,
    }
}

fn of_step(step: &ManualStep, authors: &Authors) -> Option<Effect> {
    match step.kind {
        ManualKind::AccessKey | ManualKind::CreateUpstream => Some(Effect::Gains),
        ManualKind::AdminKey => Some(Effect::Rules),
        ManualKind::Rename => step
            .change
            .as_ref()
            .and_then(|change| of_change(change, authors)),
        // What comes after a creation or a promotion, or takes something away.
        ManualKind::HandOver
        | ManualKind::ChangePassword
        | ManualKind::SecondFactor
        | ManualKind::EndUpstream => None,
    }
}

/// A later end; or an account that gets another address, and had not been its author's before:
/// whoever signs in there has all its rights.
fn of_change(change: &Change, authors: &Authors) -> Option<Effect> {
    let was = match change {
        Change::Email {
            before: Some(before),
            after: _,
        } => canonical(before),
        Change::Login {
            before: Some(before),
            after: _,
        } => before.canonical().to_owned(),
        Change::Expires { before, after } => {
            let later = match (before, after) {
                (Some(before), Some(after)) => after > before,
                (Some(_), None) => true,
                (None, _) => false,
            };
            return later.then_some(Effect::Gains);
        }
        Change::Active { before, after } => return (!before && *after).then_some(Effect::Gains),
        Change::Email { .. } | Change::Login { .. } | Change::Name { .. } | Change::Term { .. } => {
            return None;
        }
    };
    (!authors.addresses.contains(&was)).then_some(Effect::TakesOver)
}

fn kinds(
    unit: &UnitPlan,
    account: &AccountRef,
    effect: Effect,
    authors: &Authors,
    own: Option<&LoginId>,
) -> BTreeSet<EscalationKind> {
    let mut kinds = BTreeSet::new();
    if is_author(account, authors) {
        kinds.insert(match effect {
            Effect::Gains => EscalationKind::SelfGrant,
            Effect::Rules | Effect::RulesNoMore => EscalationKind::OwnAdmin,
            Effect::TakesOver => EscalationKind::TakesOver,
        });
    }
    if !matches!(effect, Effect::Gains | Effect::Rules) {
        return kinds;
    }
    let approved_by = unit.approved_by.as_deref();
    if approved_by.is_some_and(|text| is_named(text, account)) {
        kinds.insert(EscalationKind::ApprovesOwn);
    }
    if own == Some(&account.login) {
        kinds.insert(EscalationKind::OwnIdentity);
    }
    kinds
}

/// By the user's key, which every name of a person leads to; an account that the YAML does not
/// name has its login id alone.
fn is_author(account: &AccountRef, authors: &Authors) -> bool {
    match &account.person {
        Some(person) => authors.persons.contains(person),
        None => authors.addresses.contains(account.login.canonical()),
    }
}

/// Whether prose such as `Kit Osei, headteacher` names an account's holder, by address, login id or
/// name. A name may have further ones between; one of a single word must stand alone.
fn is_named(text: &str, account: &AccountRef) -> bool {
    let text = canonical(text);
    let name = words(&canonical(&account.name));
    let separators = |letter: char| ",;()<>/&|\n".contains(letter);
    text.split(separators)
        .flat_map(|part| part.split(" and "))
        .map(words)
        .any(|part| {
            let is_login = |word: &String| {
                let person = account.person.as_deref();
                *word == *account.login.canonical() || person == Some(word.as_str())
            };
            part.iter().any(is_login)
                || match name.as_slice() {
                    [] => false,
                    [_] => part == name,
                    _ => is_within(&name, &part),
                }
        })
}

fn words(text: &str) -> Vec<String> {
    let bare = |word: &str| {
        word.trim_matches(|letter| ".:\"'".contains(letter))
            .to_owned()
    };
    let words = text.split_whitespace().map(bare);
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether all words of `name` are in `part`, in their order.
fn is_within(name: &[String], part: &[String]) -> bool {
    let mut rest = part.iter();
    name.iter().all(|word| rest.any(|other| other == word))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn named(text: &str, name: &str) -> bool {
        let account = AccountRef {
            login: "KOSEI2".into(),
            name: name.into(),
            id: None,
            person: Some(Arc::from("k.osei@oakfield.example")),
        };
        is_named(text, &account)
    }

    #[test]
    fn prose_names_a_person_by_name_address_or_login_id() {
        for text in [
            "Kit Osei, headteacher",
            "headteacher: KIT OSEI",
            "Dr Kit J. Osei",
            "Ann Lee and Kit Osei",
            "the chair <k.osei@oakfield.example>",
            "K.Osei@Oakfield.example",
            "Kosei2",
            "Kit Osei.",
        ] {
            assert!(named(text, "Kit Osei"), "{text}");
        }
        for text in [
            "",
            "Kitty Oseiah, headteacher",
            "Kit Lee and Ann Osei",
            "Osei Kit",
            "kit, osei",
            "xk.osei@oakfield.example",
        ] {
            assert!(!named(text, "Kit Osei"), "{text}");
        }
        assert!(!named("the office", "Office"));
        assert!(named("Office, by phone", "Office"));
        assert!(!named("Kit Osei", ""));
    }
}
