//! What is held about one person: looked for in every file, every listing, every record and every file
//! that beadle keeps beside the project.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::history::{Done, History};
use super::kept;
use super::others::Others;
use super::reading::{Place, Reading};
use crate::app::{Failure, Redact};
use crate::model::access::AccountAccess;
use crate::model::name::{LoginId, canonical};
use crate::model::source::SourceDocument;
use crate::planner::{Found, Search, Who};
use crate::report::counted;
use crate::report::escape::terminal;
use crate::report::sheets::made_by;
use crate::report::sheets::person::{LogEntry, Mention, PersonAccess, PersonReport};

/// Most people that are listed where several are meant.
const CANDIDATES: usize = 12;

/// Makes the report; with it, whether everything that was to be looked at could be.
///
/// # Errors
/// When nobody or several people are meant.
pub(super) async fn report(
    reading: &Reading<'_>,
    asked: &str,
    redact: Redact,
) -> Result<(PersonReport, bool), Failure> {
    if asked.trim().is_empty() {
        let message = "name somebody: a user's key, an address, a login id or a part of a name";
        return Err(Failure::Usage(message.to_owned()));
    }
    let mut notes = Vec::new();
    let history = if reading.planning.sandbox {
        notes.push("With `--sandbox` there is no record of what was done.".to_owned());
        None
    } else {
        match History::read(&reading.opened.project).await {
            Ok(history) => Some(history),
            Err(failure) => {
                notes.push(format!(
                    "Not complete: the records could not be read: {failure}."
                ));
                None
            }
        }
    };
    let whole = history.is_some() || reading.planning.sandbox;
    if !reading.opened.is_whole() {
        notes.push("Not complete: only some organisations or portals were asked for.".to_owned());
    }
    if let Some(unsound @ 1..) = history.as_ref().map(|history| history.unsound) {
        notes.push(format!(
            "{} of the audit log cannot be read; `beadle audit verify` says which.",
            counted(unsound, "line", "lines")
        ));
    }
    let places = reading.places();
    let key = find(reading, &places, history.as_ref(), asked, redact)?;
    let (who, names) = names_of(reading, &places, history.as_ref(), key);
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    let done = history.as_ref().map(|history| history.of(&texts));
    let mut held = kept::records(history.as_ref(), &names);
    held.extend(kept::files(reading, &names)?);
    let report = PersonReport {
        format: 1,
        beadle: made_by(),
        day: reading.opened.day,
        person: who.key.to_string(),
        name: who.name.to_string(),
        logins: who.logins.iter().map(ToString::to_string).collect(),
        access: access(reading, &places, &names),
        mentions: mentions(
            reading,
            &who,
            &names,
            &Others::of(reading, &places, history.as_ref(), (&who, &names)),
        ),
        log: done.into_iter().flatten().map(entry).collect(),
        held,
        keeping: kept::keeping(reading),
        notes,
        unread: reading.unread(),
    };
    Ok((report, whole))
}

/// The key of whoever is meant. Somebody whom only the records know is found as well.
fn find(
    reading: &Reading<'_>,
    places: &[Place<'_>],
    history: Option<&History>,
    asked: &str,
    redact: Redact,
) -> Result<Arc<str>, Failure> {
    let project = &reading.opened.project;
    let mut search = Search::new(asked, None);
    search.look_at_people(&project.people());
    for unit in project.units(reading.opened.day) {
        search.look_at_desired(&unit.desired());
    }
    for place in places {
        search.look_at_live(&place.desired, place.live);
    }
    let people = history.iter().flat_map(|history| history.people.all());
    for person in people {
        let (key, name) = (person.key.as_str().into(), person.name.as_str().into());
        search.look(&key, &name, [person.login.as_str()].into_iter());
    }
    let hides = redact.is_wanted();
    match search.finish() {
        Found::One(key) => Ok(key),
        Found::Several(found) if hides => Err(Failure::Usage(format!(
            "{} people are meant, and names are kept out: give the user's key, or a login id",
            found.len()
        ))),
        Found::Several(found) => {
            let mut list: Vec<String> = found
                .iter()
                .take(CANDIDATES)
                .map(|(key, name)| format!("{} (`{}`)", terminal(name), terminal(key)))
                .collect();
            if found.len() > list.len() {
                list.push(format!("and {} more", found.len() - list.len()));
            }
            let (asked, count) = (terminal(asked), found.len());
            Err(Failure::Usage(format!(
                "`{asked}` may be {count} people: {}",
                list.join(", ")
            )))
        }
        Found::Nobody(near) => Err(nobody(reading, asked, &near, hides)),
    }
}

fn nobody(reading: &Reading<'_>, asked: &str, near: &[String], hides: bool) -> Failure {
    let mut message = if hides {
        "nothing is held about this person".to_owned()
    } else {
        format!("nothing is held about `{}`", terminal(asked))
    };
    message.push_str(
        ": no file names them, no account that could be read is theirs, and no record has them",
    );
    if !reading.prepared.unread.is_empty() {
        message.push_str("; but not every portal could be read");
    }
    if !near.is_empty() && !hides {
        let near: Vec<String> = near.iter().map(|it| terminal(it).into_owned()).collect();
        message.push_str(&format!("; nearly the same: {}", near.join(", ")));
    }
    Failure::Usage(message)
}

/// The person, and every key, login id and address of theirs, canonical.
fn names_of(
    reading: &Reading<'_>,
    places: &[Place<'_>],
    history: Option<&History>,
    key: Arc<str>,
) -> (Who, BTreeSet<String>) {
    let project = &reading.opened.project;
    let mut who = Who::new(key);
    for person in &project.people() {
        who.add_person(person);
    }
    let mut emails = BTreeSet::new();
    for unit in project.units(reading.opened.day) {
        let desired = unit.desired();
        who.add_desired(&desired);
        let own = desired.accounts.values().filter(|it| it.person == who.key);
        emails.extend(own.filter_map(|it| it.email.as_deref().map(canonical)));
    }
    for place in places {
        who.add_live(place.live);
    }
    for person in history.iter().flat_map(|history| history.people.all()) {
        if canonical(&person.key) == *who.key {
            who.logins.insert(LoginId::new(person.login.as_str()));
            if who.name == who.key {
                who.name = person.name.as_str().into();
            }
        }
    }
    let mut names: BTreeSet<String> = emails;
    names.insert(canonical(&who.key));
    names.extend(who.logins.iter().map(|login| login.canonical().to_owned()));
    (who, names)
}

/// Whether an account is theirs.
fn is_theirs(account: &AccountAccess, names: &BTreeSet<String>) -> bool {
    let has = |name: &str| names.contains(&canonical(name));
    let key = account.account.person.as_deref();
    match key {
        // A file says whose it is.
        Some(key) => has(key),
        None => has(account.account.login.as_str()) || account.email.as_deref().is_some_and(has),
    }
}

fn access(
    reading: &Reading<'_>,
    places: &[Place<'_>],
    names: &BTreeSet<String>,
) -> Vec<PersonAccess> {
    let mut found = Vec::new();
    for place in places {
        let accounts = place.access.accounts.iter();
        for account in accounts.filter(|account| is_theirs(account, names)) {
            let wanted = place.desired.accounts.get(&account.account.login);
            found.push(PersonAccess {
                organisation: place.access.organisation.to_string(),
                organisation_name: place.access.organisation_name.to_string(),
                portal: place.access.portal.to_string(),
                portal_title: reading.title(&place.access.portal),
                email: account.email.as_deref().map(str::to_owned),
                from: wanted.and_then(|wanted| wanted.window.from),
                account: place.person(account),
            });
        }
    }
    found
}

/// The lines of the files that name the person, comments among them, each without anybody else.
fn mentions(
    reading: &Reading<'_>,
    who: &Who,
    names: &BTreeSet<String>,
    others: &Others,
) -> Vec<Mention> {
    let mut wanted: BTreeSet<String> = names.clone();
    let whole = who.names.iter().filter(|name| name.contains(' '));
    wanted.extend(whole.map(|name| canonical(name)));
    wanted.retain(|name| name.chars().count() > 2);
    let mut found = Vec::new();
    for file in reading.opened.sources.files() {
        for (number, line) in (1..).zip(file.text().unwrap_or_default().lines()) {
            let folded = canonical(line);
            if wanted.iter().any(|name| has_word(&folded, name)) {
                let source = SourceDocument {
                    file: file.name.to_string(),
                    line: number,
                };
                let text = others.left_out_of(line.trim());
                found.push(Mention { source, text });
            }
        }
    }
    found
}

/// Whether a line names somebody, and not somebody whose name only ends or begins like theirs.
fn has_word(line: &str, name: &str) -> bool {
    let inner = |letter: char| letter.is_alphanumeric() || "._-+@".contains(letter);
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + name.len()..).unwrap_or_default();
        // A full stop or a dash that no letter follows ends a sentence.
        let mut after = after.chars();
        let next = after.next();
        let goes_on = match next {
            Some('.' | '-') => after.next().is_some_and(char::is_alphanumeric),
            Some(letter) => inner(letter),
            None => false,
        };
        !before.is_some_and(inner) && !goes_on
    })
}

fn entry(done: &Done) -> LogEntry {
    LogEntry {
        time: done.time.strftime("%F %T").to_string(),
        run: done.run.clone(),
        command: done.command.clone(),
        organisation: done.organisation.clone(),
        portal: done.portal.clone(),
        action: done.what.clone(),
        area: done.area.clone(),
        reason: done.reason.clone(),
        place: done.place.clone(),
        outcome: done.outcome.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn a_line_names_whom_it_names_and_nobody_else() {
        let name = "e.hart@alderbrook.example";
        for line in [
            "  e.hart@alderbrook.example:",
            "[a@b.example, e.hart@alderbrook.example]",
            "# asked e.hart@alderbrook.example.",
        ] {
            assert!(has_word(line, name), "{line}");
        }
        for line in [
            "the.hart@alderbrook.example:",
            "j-e.hart@alderbrook.example",
            "e.hart@alderbrook.example.com",
        ] {
            assert!(!has_word(line, name), "{line}");
        }
    }
}
