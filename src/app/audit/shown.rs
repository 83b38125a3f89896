//! What is to be shown of the log, and who is who: which lines, and under which names.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::Which;
use crate::record::audit::{Entry, Line, People};

/// What is to be shown, and who is who.
pub(super) struct Shown<'w> {
    pub(super) which: &'w Which,
    /// The pseudonyms of the person asked for.
    wanted: BTreeSet<String>,
    /// Whether the notes have that person.
    pub(super) known: bool,
    /// Names by pseudonym; empty where nobody is to be named.
    names: BTreeMap<String, String>,
    /// Keep the name of whoever ran it out.
    pub(super) covered: bool,
}

impl<'w> Shown<'w> {
    pub(super) fn of(which: &'w Which, people: People, named: bool, covered: bool) -> Self {
        let (mut wanted, mut known) = (BTreeSet::new(), false);
        if let Some(person) = &which.person {
            let pseudonyms = people.pseudonyms(person);
            known = !pseudonyms.is_empty();
            wanted.insert(person.trim().to_owned());
            wanted.extend(pseudonyms.into_iter().map(str::to_owned));
        }
        let all = people.all().filter(|_| named);
        let names = all.map(|person| {
            let name = if person.name == person.key {
                person.name.clone()
            } else {
                format!("{} <{}>", person.name, person.key)
            };
            (person.pseudonym.clone(), name)
        });
        Self {
            which,
            wanted,
            known,
            names: names.collect(),
            covered,
        }
    }

    /// Whether a line is of the days that were asked for.
    pub(super) fn has(&self, line: &Line) -> bool {
        let day = line.time.to_zoned(TimeZone::UTC).date();
        let Which {
            person: _,
            since,
            until,
            run: _,
            organisations: _,
            portals: _,
        } = self.which;
        since.is_none_or(|since| day >= since) && until.is_none_or(|until| day <= until)
    }

    /// Whether a run is of the name that was asked for.
    pub(super) fn has_run(&self, run: &str) -> bool {
        let asked = self.which.run.as_deref();
        asked.is_none_or(|asked| run.starts_with(asked.trim()))
    }

    /// Whether only what concerns somebody or something is asked for.
    fn is_narrowed(&self) -> bool {
        let Which {
            person,
            since: _,
            until: _,
            run: _,
            organisations,
            portals,
        } = self.which;
        person.is_some() || !organisations.is_empty() || !portals.is_empty()
    }

    fn concerns(&self, people: &[&str], organisation: &str, portal: &str) -> bool {
        let person = self.which.person.is_none();
        let touched = || people.iter().any(|one| self.wanted.contains(*one));
        let among = |names: &[String], name: &str| {
            names.is_empty() || names.iter().any(|one| one.trim() == name)
        };
        (person || touched())
            && among(&self.which.organisations, organisation)
            && among(&self.which.portals, portal)
    }

    /// Whether a line is about what was asked for; `open` holds the calls that are.
    pub(super) fn touches(&self, line: &Line, open: &mut BTreeSet<u64>) -> bool {
        match &line.entry {
            Entry::Call(call) => {
                let people = call.people.iter().map(String::as_str);
                let people = people.chain(call.actions.iter().map(|one| one.person.as_str()));
                let people: Vec<&str> = people.collect();
                let about = self.concerns(&people, &call.organisation, &call.portal);
                if about {
                    open.insert(call.call);
                }
                about
            }
            Entry::Outcome(outcome) => open.contains(&outcome.call),
            Entry::Mark(mark) => {
                let people: Vec<&str> = mark
                    .by
                    .iter()
                    .chain([&mark.person])
                    .map(|one| &**one)
                    .collect();
                self.concerns(&people, &mark.organisation, &mark.portal)
            }
            Entry::Start(_) | Entry::End(_) => !self.is_narrowed(),
        }
    }

    /// Somebody's name, where it is known and may be shown; else the pseudonym.
    pub(super) fn name<'n>(&'n self, pseudonym: &'n str) -> &'n str {
        self.names.get(pseudonym).map_or(pseudonym, String::as_str)
    }

    /// Who ran it. A CI job's address names nobody.
    pub(super) fn actor(&self, actor: &str) -> String {
        match actor.rsplit_once('@') {
            _ if !self.covered || actor.contains("://") => actor.to_owned(),
            Some((_, machine)) => format!("somebody@{machine}"),
            None => "somebody".to_owned(),
        }
    }
}
