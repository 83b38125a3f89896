//! The words of a step: a portal's own, filled in, or plain ones of ours where the portal's table
//! has none. Nothing is dropped for want of words.

use crate::model::rules::Rules;
use crate::model::steps::{StepKind, StepText};

/// What a click on a field that stays empty says.
const EMPTY: &str = "(leave empty)";

/// What the places in a text stand for. None where there is nothing to say.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    pub(super) name: String,
    pub(super) login: String,
    pub(super) email: Option<String>,
    pub(super) area: String,
    pub(super) code: String,
    pub(super) organisation: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) term: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) terms_accepted_by: Option<String>,
    pub(super) notify: Option<bool>,
}

/// Where a text is shown, which decides what stands for nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Sentence,
    Click,
}

impl Values {
    /// A title, a page, or what must be seen.
    pub(super) fn sentence(&self, template: &str) -> String {
        self.fill(template, Role::Sentence).unwrap_or_default()
    }

    /// Clicks. One about something that this portal does not ask for here is left out.
    pub(super) fn clicks(&self, templates: &[&str]) -> Vec<String> {
        let filled = templates.iter().map(|text| self.fill(text, Role::Click));
        filled.flatten().collect()
    }

    /// One pass from left to right, so that braces in a person's name stay what they are.
    fn fill(&self, template: &str, role: Role) -> Option<String> {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            let (text, tail) = rest.split_at(at);
            filled.push_str(text);
            let place = tail.find('}').and_then(|end| tail.get(1..end));
            match place.and_then(|place| Some((place, self.value(place, role)?))) {
                Some((place, value)) => {
                    filled.push_str(&value?);
                    rest = tail.get(place.len() + 2..).unwrap_or_default();
                }
                None => {
                    filled.push('{');
                    rest = tail.get(1..).unwrap_or_default();
                }
            }
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// None for a place that is none; `Some(None)` where the click is not to be made.
    #[allow(
        clippy::option_option,
        reason = "two answers: no such place, no such click"
    )]
    fn value(&self, place: &str, role: Role) -> Option<Option<String>> {
        let or = |value: &Option<String>, nothing: &str| {
            let nothing = if role == Role::Click { EMPTY } else { nothing };
            Some(value.clone().unwrap_or_else(|| nothing.to_owned()))
        };
        let given = |value: &Option<String>| match role {
            Role::Click => value.clone(),
            Role::Sentence => Some(value.clone().unwrap_or_default()),
        };
        Some(match place {
            "name" => Some(self.name.clone()),
            "login" => Some(self.login.clone()),
            "email" => or(&self.email, "no address"),
            "known_by" => Some(self.email.as_ref().unwrap_or(&self.login).clone()),
            "area" => Some(self.area.clone()),
            "code" => Some(self.code.clone()),
            "organisation" => Some(self.organisation.clone()),
            "before" => Some(self.before.clone()),
            "after" => Some(self.after.clone()),
            "expires" => or(&self.expires, "no end"),
            "until" => given(&self.expires),
            "term" => given(&self.term),
            "terms_accepted_by" => given(&self.terms_accepted_by),
            "notify" => given(&self.notify.map(yes_or_no)),
            _ => return None,
        })
    }
}

/// A tick box of a form.
fn yes_or_no(wanted: bool) -> String {
    (if wanted {
        "tick"
    } else {
        "leave without a tick"
    })
    .to_owned()
}

/// The words for a kind of step at a portal; `of_area` where one save writes an area's whole set.
pub(super) fn of(rules: &Rules, kind: StepKind, of_area: bool) -> StepText {
    match rules.step(kind) {
        Some(text) => *text,
        None if of_area => StepText {
            page: "Area {area}",
            open: &["Sign in as administrator", "Find the area {area}"],
            ..plain(kind)
        },
        None => plain(kind),
    }
}

/// Plain words, where the portal's table has none.
fn plain(kind: StepKind) -> StepText {
    const ACCOUNT: &str = "Account {login}";
    const OPEN: &[&str] = &["Sign in as administrator", "Find the account {login}"];
    let (title, clicks, seen): (_, &'static [&'static str], _) = match kind {
        StepKind::Create => (
            "Create an account for {name}",
            &[
                "Name: {name}",
                "Login: {login}",
                "Email: {email}",
                "Last day of access: {until}",
                "Term: {term}",
            ],
            "{login} is in the list of accounts",
        ),
        StepKind::EditName => (
            "Change the name {before} to {after}",
            &["Name: {after}"],
            "The account bears the name {after}",
        ),
        StepKind::EditEmail => (
            "Change the email address of {name} to {after}",
            &["Email: {after}"],
            "The account shows the address {after}",
        ),
        StepKind::EditLogin => (
            "Change the login {before} to {after}",
            &["Login: {after}"],
            "{after} is in the list of accounts",
        ),
        StepKind::EditExpires => (
            "Let the account of {name} end after: {expires}",
            &["Last day of access: {expires}"],
            "The account shows this last day: {expires}",
        ),
        StepKind::Give => (
            "Give {name} the area {area}",
            &["Tick {area} for {login}"],
            "{login} has {area}",
        ),
        StepKind::Take => (
            "Take the area {area} from {name}",
            &["Untick {area} for {login}"],
            "{login} no longer has {area}",
        ),
        StepKind::Promote => (
            "Make {name} an administrator",
            &["Make {login} an administrator"],
            "{login} is among the administrators",
        ),
        StepKind::Demote => (
            "Let {name} be an administrator no longer",
            &["Take {login} out of the administrators"],
            "{login} is no longer among the administrators",
        ),
        StepKind::Activate => (
            "Activate the account of {name}",
            &["Activate {login}"],
            "The account is active",
        ),
        StepKind::Deactivate => (
            "Deactivate the account of {name}",
            &["Deactivate {login}"],
            "The account is inactive",
        ),
        StepKind::Keep => (
            "Keep the account of {name} for a further term: {term}",
            &["Keep {login}: {term}"],
            "The account shows its new end",
        ),
        StepKind::Delete => (
            "Delete the account of {name}",
            &["Delete {login}"],
            "{login} is no longer in the list of accounts",
        ),
    };
    StepText {
        kind,
        title,
        page: if kind == StepKind::Create {
            "New account {login}"
        } else {
            ACCOUNT
        },
        open: if kind == StepKind::Create {
            &["Sign in as administrator"]
        } else {
            OPEN
        },
        clicks,
        save: &["Save"],
        seen,
        irreversible: (kind == StepKind::Delete).then_some("a deleted account does not come back"),
        source: "plain words: the portal's own clicks are not known",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            name: "{login} O'Hara".to_owned(),
            login: "o.hara@northshire.example".to_owned(),
            ..Values::default()
        }
    }

    #[test]
    fn places_are_filled_once_and_unknown_braces_stay() {
        let filled = values().sentence("{name} <{login}> {other} {} { {expires}");
        assert_eq!(
            filled,
            "{login} O'Hara <o.hara@northshire.example> {other} {} { no end"
        );
    }

    #[test]
    fn a_field_without_a_value_stays_empty_and_a_question_not_asked_is_left_out() {
        let mut values = values();
        let clicks = [
            "Email: {email}",
            "Until: {expires}",
            "Term: {term}",
            "By {terms_accepted_by}",
        ];
        assert_eq!(
            values.clicks(&clicks),
            ["Email: (leave empty)", "Until: (leave empty)"]
        );
        values.term = Some("3 months".to_owned());
        values.notify = Some(false);
        assert_eq!(
            values.clicks(&["Term: {term}", "Notify user: {notify}"]),
            ["Term: 3 months", "Notify user: leave without a tick"]
        );
    }

    #[test]
    fn every_kind_has_plain_words() {
        for kind in [
            StepKind::Create,
            StepKind::EditName,
            StepKind::EditEmail,
            StepKind::EditLogin,
            StepKind::EditExpires,
            StepKind::Give,
            StepKind::Take,
            StepKind::Promote,
            StepKind::Demote,
            StepKind::Activate,
            StepKind::Deactivate,
            StepKind::Keep,
            StepKind::Delete,
        ] {
            let text = plain(kind);
            assert_eq!(text.kind, kind);
            assert!(!text.clicks.is_empty() && !text.seen.is_empty() && !text.open.is_empty());
        }
    }
}
