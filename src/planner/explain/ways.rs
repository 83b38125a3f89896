//! Which line would give it: YAML that is ready to be written, and the bundles and assignments that
//! bring the area already.

use jiff::ToSpan;

use super::Question;
use super::seen::Seen;
use crate::model::explanation::{Fragment, Remark};
use crate::model::name::AreaName;
use crate::model::rules::LoginForm;
use crate::model::written::WrittenUser;

/// Every way to give the person an area: a line of their own, bundles, assignments.
pub(super) fn to(question: &Question<'_>, area: &AreaName, seen: Option<&Seen<'_>>) -> Vec<Remark> {
    let mut found = vec![own_line(question, area, seen)];
    found.extend(bundles(question, area, seen));
    found.extend(assignments(question, area));
    found
}

/// The line that names a live person whom no file names.
pub(super) fn listing(question: &Question<'_>, seen: Option<&Seen<'_>>) -> Remark {
    let mut remark = Remark::new("write", "this names the person, without any area");
    remark.write = Some(fragment(question, seen, &[]));
    remark
}

fn own_line(question: &Question<'_>, area: &AreaName, seen: Option<&Seen<'_>>) -> Remark {
    let user = question.written.users.get(&*question.who.key);
    let portal = question.desired.portal.as_str();
    let item = item(question, area);
    let areas = if question.written.portals == 1 {
        vec![format!("areas: [{item}]")]
    } else {
        vec!["areas:".to_owned(), format!("  {}: [{item}]", word(portal))]
    };
    let there = user.and_then(|user| user.areas.as_ref());
    let message = match there {
        Some(_) => "a line of the user's own gives it: add to the `areas` that are there",
        None => "a line of the user's own gives it",
    };
    let mut remark = Remark::new("write", message).at(there.map(|place| question.line(place)));
    remark.write = Some(fragment(question, seen, &areas));
    remark
}

fn bundles(question: &Question<'_>, area: &AreaName, seen: Option<&Seen<'_>>) -> Vec<Remark> {
    let what = (question.desired.portal.clone(), area.clone());
    let user = question.written.users.get(&*question.who.key);
    let named = |name: &str| {
        let named = user.into_iter().flat_map(|user| &user.bundles);
        named.into_iter().any(|(bundle, _)| bundle == name)
    };
    let all = question.written.bundles.iter();
    let with = all.filter_map(|(name, bundle)| Some((name, bundle.areas.get(&what)?)));
    with.filter(|(name, _)| !named(name))
        .map(|(name, place)| {
            let mut others: Vec<&str> = user
                .into_iter()
                .flat_map(|user| &user.bundles)
                .map(|(bundle, _)| bundle.as_str())
                .collect();
            others.push(name);
            let others: Vec<String> = others.into_iter().map(word).collect();
            let lines = [format!("bundles: [{}]", others.join(", "))];
            let message = format!("bundle `{name}` has it; this user does not name that bundle");
            let mut remark = Remark::new("bundle", message).at(Some(question.line(place)));
            remark.write = Some(fragment(question, seen, &lines));
            remark
        })
        .collect()
}

fn assignments(question: &Question<'_>, area: &AreaName) -> Vec<Remark> {
    let written = question.written;
    let what = (question.desired.portal.clone(), area.clone());
    let organisation = &question.desired.organisation;
    written
        .assignments
        .iter()
        .filter_map(|assignment| {
            let (bundle, place) = assignment.brings(&what, &written.bundles)?;
            let through = bundle.map_or_else(String::new, |it| format!(", by bundle `{it}`"));
            let number = assignment.number;
            let named = assignment.users.get(&*question.who.key);
            let (message, place) = match (named, &assignment.selector) {
                (Some(user), None) => (
                    format!("assignment {number} names this person and gives it{through}, and does not select `{organisation}`"),
                    user,
                ),
                (None, Some((word, _))) => (
                    format!("assignment {number} gives it{through} in `{organisation}` (selected by `{word}`), and does not name this person"),
                    assignment.users.values().next().unwrap_or(place),
                ),
                _ => return None,
            };
            Some(Remark::new("assignment", message).at(Some(question.line(place))))
        })
        .collect()
}

/// The area as an entry of a list, with what policy wants beside it.
fn item(question: &Question<'_>, area: &AreaName) -> String {
    let policy = &question.desired.policy;
    let sensitive = policy.sensitive_areas.get(&question.desired.portal);
    let sensitive = sensitive.and_then(|areas| areas.get(area));
    if sensitive.is_none() && !policy.expiry.required {
        return word(area.as_str());
    }
    let most = sensitive.and_then(|sensitive| sensitive.max_days);
    let days = most
        .into_iter()
        .chain(policy.expiry.max_days)
        .min()
        .unwrap_or(365);
    let days = i64::from(days.min(36_500));
    let last = question
        .day
        .checked_add(days.days())
        .unwrap_or(question.day);
    let reason = if sensitive.is_some() {
        ", reason: \"say why\""
    } else {
        ""
    };
    format!("{{ area: {}, until: {last}{reason} }}", word(area.as_str()))
}

/// Lines of a user's entry, under all the keys above it.
fn fragment(question: &Question<'_>, seen: Option<&Seen<'_>>, lines: &[String]) -> Fragment {
    let written = question.written;
    let user = written.users.get(&*question.who.key);
    let mut yaml = String::new();
    let mut depth = 0;
    let mut put = |depth: usize, line: &str| {
        yaml.push_str(&"  ".repeat(depth));
        yaml.push_str(line);
        yaml.push('\n');
    };
    let key = user.map_or(&*question.who.key, |user| user.key.as_str());
    let above = written.above.iter().map(String::as_str);
    for key in above.chain(["users", key]) {
        put(depth, &format!("{}:", word(key)));
        depth += 1;
    }
    for line in head(question, user, seen).iter().chain(lines) {
        put(depth, line);
    }
    Fragment {
        file: written.file.to_string(),
        yaml,
    }
}

/// What the entry must say beside its areas: all of it for a new one, and that it is at this portal.
fn head(
    question: &Question<'_>,
    user: Option<&WrittenUser>,
    seen: Option<&Seen<'_>>,
) -> Vec<String> {
    let portal = question.desired.portal.as_str();
    if let Some(user) = user {
        let Some((_, named)) = &user.portals else {
            return Vec::new();
        };
        if named.iter().any(|name| name == portal) {
            return Vec::new();
        }
        let all = named.iter().map(String::as_str).chain([portal]);
        let all: Vec<String> = all.map(word).collect();
        return vec![format!("portals: [{}]", all.join(", "))];
    }
    let mut lines = Vec::new();
    if !question.who.in_people {
        lines.push(format!("name: {}", word(&question.who.name)));
    }
    let live = seen.and_then(|seen| seen.account);
    let login = live.map(|live| live.login.as_str());
    let form = question.rules.login.value;
    let is_key =
        login.is_some_and(|login| crate::model::name::canonical(login) == *question.who.key);
    let portals = question.written.portals;
    if portals > 1 {
        lines.push(format!("portals: [{}]", word(portal)));
    }
    match login {
        _ if question.who.in_people => {}
        Some(login) if !is_key || !question.who.key.contains('@') => {
            lines.push(format!("accounts: {{ {}: {} }}", word(portal), word(login)));
        }
        None if form == LoginForm::UserId && question.wanted().is_none() => {
            lines.push(format!(
                "accounts: {{ {}: USERID }} # the login id there",
                word(portal)
            ));
        }
        Some(_) | None => {}
    }
    if question.desired.policy.expiry.required {
        let days = question.desired.policy.expiry.max_days.unwrap_or(365);
        let last = question.day.checked_add(i64::from(days.min(36_500)).days());
        lines.push(format!("until: {}", last.unwrap_or(question.day)));
    }
    lines
}

/// A word of YAML: plain where it cannot be mistaken, else quoted.
fn word(text: &str) -> String {
    let mut letters = text.chars();
    let starts = letters.next().is_some_and(char::is_alphabetic);
    let plain = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '.' | '@' | '-' | '_' | ' ' | '\'')
    };
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let mistaken = reserved.contains(&text.to_lowercase().as_str());
    if starts && letters.all(plain) && !text.ends_with(' ') && !mistaken {
        return text.to_owned();
    }
    serde_json::to_string(text).unwrap_or_default()
}
