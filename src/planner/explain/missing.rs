//! What is in the way of access, and what would have to be written: the "why not".

use super::seen::Seen;
use super::{Question, ways};
use crate::model::day::Presence;
use crate::model::explanation::{Answer, Remark, State};
use crate::model::live::CatalogueArea;
use crate::model::name::{AreaName, is_email};
use crate::model::nearest::nearest;
use crate::model::plan::ManualKind;
use crate::model::policy::Unmanaged;
use crate::model::rules::ManualText;

/// Why there is no account that the YAML wants, or one that it does not.
pub(super) fn account(
    question: &Question<'_>,
    seen: Option<&Seen<'_>>,
    state: State,
) -> Vec<Remark> {
    let mut found: Vec<Remark> = not_wanted(question, seen, state).into_iter().collect();
    let is_live = seen.is_some_and(|seen| seen.account.is_some());
    if question.wanted().is_none() && is_live {
        found.extend(unmanaged(question, seen));
        if question.area.is_none() && question.deletion().is_none() {
            found.push(ways::listing(question, seen));
        }
    }
    if question.wanted().is_none() && question.deletion().is_none() && !is_live {
        found.extend(domain(question));
        if question.area.is_none() {
            found.push(ways::listing(question, seen));
        }
    }
    found
}

/// Why somebody is no administrator, or is one that nobody lists.
pub(super) fn admin(question: &Question<'_>, seen: Option<&Seen<'_>>, state: State) -> Vec<Remark> {
    let mut found = Vec::new();
    let is_live = seen.is_some_and(|seen| seen.account.is_some_and(|live| live.admin));
    if state == State::NotManaged && is_live {
        found.push(Remark::new(
            "admins-not-managed",
            "the organisation has no `admins` for this portal: whoever administers there is left alone",
        ));
    }
    if state == State::NotListed && is_live {
        let place = question.desired.admins.source.as_ref();
        let remark = Remark::new("not-listed", "`admins` does not name this person");
        found.push(remark.at(place.map(|source| question.line(source))));
    }
    if let Some(required) = question.written.required.get(&*question.who.key) {
        let remark = Remark::new(
            "required",
            "`policy.require_admins` wants this person among the administrators: a plan without is refused",
        );
        found.push(remark.at(Some(question.line(required))));
    }
    found
}

/// What is in the way of one area.
pub(super) fn area(
    question: &Question<'_>,
    seen: Option<&Seen<'_>>,
    area: &AreaName,
    answer: &Answer,
) -> Vec<Remark> {
    if answer.implied || answer.live == Some(true) && answer.asked {
        return Vec::new();
    }
    let (mut found, possible) = catalogue(question, area, answer);
    if answer.asked || !possible {
        return found;
    }
    let asked = question.area.is_some();
    if asked {
        found.extend(not_wanted(question, seen, account_state(question)));
    }
    found.extend(not_granted(question, area, answer));
    if answer.live == Some(true) {
        if asked && question.wanted().is_none() {
            found.extend(unmanaged(question, seen));
        }
    } else if asked {
        found.extend(terms(question, area));
        if question.wanted().is_none() {
            found.extend(domain(question));
        }
        found.extend(ways::to(question, area, seen));
    }
    found
}

fn account_state(question: &Question<'_>) -> State {
    match question.wanted().map(|wanted| wanted.presence) {
        Some(presence) => super::state_of(presence),
        None if question.desired.manages_accounts => State::NotListed,
        None => State::NotManaged,
    }
}

/// Why the YAML wants no account on the day.
fn not_wanted(question: &Question<'_>, seen: Option<&Seen<'_>>, state: State) -> Option<Remark> {
    let (desired, written) = (question.desired, question.written);
    let (organisation, portal) = (&desired.organisation_name, &desired.portal);
    let (from, until) = super::dates::of_account(question, question.wanted());
    let user = written.users.get(&*question.who.key);
    let shell = seen.is_some_and(|seen| seen.is_empty_shell(question));
    match (state, question.wanted().map(|wanted| wanted.presence)) {
        (State::Listed, _) => None,
        (_, Some(Presence::Ended(day))) => {
            let remark = if shell {
                let message = format!("the last day was {day}; the empty account stays there");
                Remark::new("ended-empty", message)
            } else {
                Remark::new("ended", format!("the last day was {day}"))
            };
            Some(remark.at(until.and_then(|turn| turn.place)))
        }
        (_, Some(Presence::Upcoming(day))) => {
            let remark = Remark::new("not-begun", format!("the first day is {day}"));
            Some(remark.at(from.and_then(|turn| turn.place)))
        }
        (State::NotManaged, _) => Some(Remark::new(
            "not-managed",
            format!(
                "the YAML does not manage the accounts of {organisation} at `{portal}`: it has no `users` there, and no assignment"
            ),
        )),
        _ => Some(match (question.deletion(), user) {
            (Some((_, place)), _) => Remark::new("delete", "the account is named under `delete`")
                .at(Some(question.line(place))),
            (None, Some(user)) => {
                let place = user.portals.as_ref().map_or(&user.at, |(place, _)| place);
                let message = format!("the user's `portals` leaves `{portal}` out");
                Remark::new("not-at-portal", message).at(Some(question.line(place)))
            }
            (None, None) => Remark::new(
                "not-listed",
                format!(
                    "neither `{}` nor an assignment names this person for {organisation} at `{portal}`",
                    written.file
                ),
            ),
        }),
    }
}

/// Whether the portal has the area at all. Answers too whether writing a line can bring it.
fn catalogue(question: &Question<'_>, area: &AreaName, answer: &Answer) -> (Vec<Remark>, bool) {
    let portal = &question.desired.portal;
    if !question.rules.has_areas.value {
        let message = format!("`{portal}` has accounts and administrators, and no areas");
        return (vec![Remark::new("no-areas", message)], false);
    }
    let Some(live) = question.live else {
        return (Vec::new(), true);
    };
    let Some(entry) = live.catalogue().get(area) else {
        let organisation = &question.desired.organisation_name;
        let names = live
            .catalogue()
            .values()
            .filter(|entry| !entry.administration);
        let names: Vec<&str> = names.map(|entry| entry.name.as_str()).collect();
        let near = nearest(area.as_str(), names.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!(
            "`{portal}` shows no area `{area}` for {organisation}: it is not bought or subscribed there, or it has another name{near}"
        );
        return (vec![Remark::new("not-in-catalogue", message)], false);
    };
    if entry.administration && question.has_admins() {
        let message = "this is the area of the administrators: `admins` gives it, not a grant";
        return (vec![Remark::new("administration-area", message)], false);
    }
    let planned = answer.next.iter().any(|next| next.kind == "access-key");
    if entry.access_key_required && !planned && answer.live != Some(true) {
        return (vec![access_key(question, entry)], true);
    }
    (Vec::new(), true)
}

/// The clicks of a step that no plan has yet, because nobody asks for the area.
fn access_key(question: &Question<'_>, entry: &CatalogueArea) -> Remark {
    let mut texts = question.rules.manual.iter();
    let text = texts.find(|text| text.kind == ManualKind::AccessKey);
    let mut remark = Remark::new(
        "access-key",
        "only a posted access key opens it: once it is listed, the plan has a step for a person",
    );
    let fill = |text: &str| {
        text.replace("{area}", &entry.title)
            .replace("{organisation}", &question.desired.organisation_name)
            .replace("{name}", "the person")
            .replace("{login}", "the account")
    };
    remark.clicks = text.map_or_else(Vec::new, |ManualText { clicks, .. }| {
        clicks.iter().map(|click| fill(click)).collect()
    });
    remark
}

/// Why the YAML does not ask for the area on the day.
fn not_granted(question: &Question<'_>, area: &AreaName, answer: &Answer) -> Option<Remark> {
    let wanted = question.wanted()?;
    let Some(grant) = wanted.grants.get(area) else {
        let place = wanted.source().map(|source| question.line(source));
        let message = "no line gives it to this person: not the entry, a bundle, an assignment or the organisation's `areas`";
        return Some(Remark::new("not-granted", message).at(place));
    };
    // What ends or begins with its account is said once.
    if grant.presence == wanted.presence && question.area.is_some() {
        return None;
    }
    let place = |turn: &Option<crate::model::explanation::Turn>| {
        turn.as_ref().and_then(|turn| turn.place.clone())
    };
    match grant.presence {
        Presence::Present => None,
        Presence::Ended(day) => {
            let remark = Remark::new("grant-ended", format!("the last day was {day}"));
            Some(remark.at(place(&answer.until)))
        }
        Presence::Upcoming(day) => {
            let remark = Remark::new("grant-not-begun", format!("the first day is {day}"));
            Some(remark.at(place(&answer.from)))
        }
    }
}

/// What the policy does with a live account that the YAML does not name.
fn unmanaged(question: &Question<'_>, seen: Option<&Seen<'_>>) -> Option<Remark> {
    let live = seen?.account?;
    if question.deletion().is_some() || !question.desired.manages_accounts {
        return None;
    }
    let policy = &question.desired.policy;
    let patterns = crate::model::pattern::Patterns::new(&policy.ignore);
    if patterns.matches(&live.login) {
        let mut ignored = question.written.ignored.iter();
        let place = ignored.find(|(pattern, _)| {
            crate::model::pattern::Patterns::new(std::slice::from_ref(pattern)).matches(&live.login)
        });
        let remark = Remark::new(
            "ignored",
            "`policy.ignore` says to leave this login id alone, and not to speak of it",
        );
        return Some(remark.at(place.map(|(_, source)| question.line(source))));
    }
    Some(match policy.unmanaged {
        Unmanaged::Report => Remark::new(
            "unmanaged",
            "no file names this account: `policy.unmanaged: report` has it listed in each plan and left alone",
        ),
        Unmanaged::Expire => Remark::new(
            "unmanaged",
            "no file names this account: `policy.unmanaged: expire` ends its access",
        ),
    })
}

/// What policy wants to be written beside a grant.
fn terms(question: &Question<'_>, area: &AreaName) -> Vec<Remark> {
    let policy = &question.desired.policy;
    let sensitive = policy.sensitive_areas.get(&question.desired.portal);
    let mut found = Vec::new();
    if let Some(sensitive) = sensitive.and_then(|areas| areas.get(area)) {
        let most = sensitive
            .max_days
            .map_or_else(String::new, |days| format!(", at most {days} days away"));
        found.push(Remark::new(
            "sensitive",
            format!(
                "policy calls the area sensitive: a grant needs a `reason` and an `until`{most}"
            ),
        ));
    }
    if policy.expiry.required {
        let message = "`policy.expiry.required`: each account and grant needs an `until`";
        found.push(Remark::new("until-required", message));
    }
    if let Some(days) = policy.expiry.max_days {
        let message =
            format!("`policy.expiry.max_days`: an `until` may be at most {days} days away");
        found.push(Remark::new("max-days", message));
    }
    found
}

/// Whether the policy allows the person's address.
fn domain(question: &Question<'_>) -> Option<Remark> {
    let allowed = question.desired.policy.email_domains.as_ref()?;
    let address = question.address().filter(|address| is_email(address))?;
    let (_, domain) = address.rsplit_once('@')?;
    let fine = allowed
        .iter()
        .any(|known| known.eq_ignore_ascii_case(domain));
    (!fine).then(|| {
        Remark::new(
            "email-domain",
            format!("`policy.email_domains` does not allow `{domain}`"),
        )
    })
}
