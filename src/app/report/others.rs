//! Everybody but one person: so that a line of a file, which may name several, is shown to that
//! person without the others.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::history::History;
use super::reading::{Place, Reading};
use crate::model::name::canonical;
use crate::planner::Who;

/// What stands in the place of somebody else.
const SOMEBODY: &str = "[somebody else]";

/// Shortest part of a name that is looked for by itself.
const PART: usize = 3;

/// Names, keys, login ids and addresses of everybody else.
pub(super) struct Others {
    /// Folded letter by letter, by the first of them; the longest first.
    whole: HashMap<char, Vec<Vec<char>>>,
    /// Parts of names, as they are written: looked for in comments alone, where people are called by
    /// them, and where no value is lost.
    parts: HashSet<String>,
    /// The person's own names, canonical.
    own: BTreeSet<String>,
}

impl Others {
    /// Gathers everybody whom the files, the portals or the records know.
    pub(super) fn of(
        reading: &Reading<'_>,
        places: &[Place<'_>],
        history: Option<&History>,
        (who, names): (&Who, &BTreeSet<String>),
    ) -> Self {
        let mut own: BTreeSet<String> = names.clone();
        own.extend(who.names.iter().map(|name| canonical(name)));
        let mut others = Self {
            whole: HashMap::new(),
            parts: HashSet::new(),
            own,
        };
        let project = &reading.opened.project;
        for person in &project.people() {
            others.add(&person.key);
            others.add_name(&person.name);
            person.logins.iter().for_each(|login| others.add(login));
        }
        for unit in project.units(reading.opened.day) {
            for account in unit.desired().accounts.values() {
                others.add(&account.person);
                others.add(account.login.as_str());
                if account.shared.is_some() {
                    others.add(&account.name);
                } else {
                    others.add_name(&account.name);
                }
                account.email.iter().for_each(|email| others.add(email));
            }
        }
        for account in places
            .iter()
            .flat_map(|place| place.live.accounts().values())
        {
            // Accounts that no file names are often no people: words of theirs stay.
            others.add(account.login.as_str());
            others.add(&account.name);
            account.email.iter().for_each(|email| others.add(email));
        }
        for person in history.iter().flat_map(|history| history.people.all()) {
            others.add(&person.key);
            others.add(&person.login);
            others.add_name(&person.name);
        }
        for patterns in others.whole.values_mut() {
            patterns.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
            patterns.dedup();
        }
        others.parts.retain(|part| {
            let own = others.own.iter();
            let mut words = own.flat_map(|name| name.split_whitespace());
            !words.any(|word| word == canonical(part))
        });
        others
    }

    fn add(&mut self, text: &str) {
        if self.own.contains(&canonical(text)) {
            return;
        }
        let folded: Vec<char> = text.trim().chars().map(fold).collect();
        if let Some(first) = folded.first() {
            self.whole.entry(*first).or_default().push(folded);
        }
    }

    fn add_name(&mut self, name: &str) {
        if self.own.contains(&canonical(name)) {
            return;
        }
        self.add(name);
        let parts = name.split_whitespace();
        let is_long = |part: &&str| part.chars().count() >= PART;
        let is_capital = |part: &&str| part.starts_with(char::is_uppercase);
        let parts = parts.filter(|part| is_long(part) && is_capital(part));
        self.parts.extend(parts.map(str::to_owned));
    }

    /// A line, with a mark in the place of everybody else.
    pub(super) fn left_out_of(&self, line: &str) -> String {
        let letters: Vec<char> = line.chars().collect();
        let folded: Vec<char> = letters.iter().copied().map(fold).collect();
        let comment = comment_of(&letters);
        let mut shown = String::with_capacity(line.len());
        let mut at = 0;
        while let Some(letter) = letters.get(at) {
            let begins = at
                .checked_sub(1)
                .and_then(|before| letters.get(before))
                .is_none_or(|before| !is_inner(*before));
            let length = if begins {
                self.length_at(&letters, &folded, at, at >= comment)
            } else {
                0
            };
            if length == 0 {
                shown.push(*letter);
                at += 1;
            } else {
                shown.push_str(SOMEBODY);
                at += length;
            }
        }
        shown
    }

    /// How many letters from here on are somebody else; 0 for none.
    fn length_at(&self, letters: &[char], folded: &[char], at: usize, in_comment: bool) -> usize {
        let rest = folded.get(at..).unwrap_or_default();
        let patterns = rest.first().and_then(|first| self.whole.get(first));
        let fits = |pattern: &&Vec<char>| {
            rest.starts_with(pattern) && is_end(rest.get(pattern.len()..).unwrap_or_default())
        };
        let whole = patterns.and_then(|patterns| patterns.iter().find(fits));
        if let Some(pattern) = whole {
            return pattern.len();
        }
        let rest = letters.get(at..).unwrap_or_default();
        let word = rest.iter().take_while(|letter| is_inner(**letter));
        let word: String = word.collect();
        let word = word.trim_end_matches(['.', '-', '+', '_']);
        let is_address = word
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'));
        if is_address && !self.own.contains(&canonical(word)) {
            return word.chars().count();
        }
        let is_part = |letter: &&char| letter.is_alphanumeric() || **letter == '-';
        let part: String = rest.iter().take_while(is_part).collect();
        if in_comment && self.parts.contains(part.as_str()) {
            return part.chars().count();
        }
        0
    }
}

/// Where the comment of a line begins; its end where it has none.
fn comment_of(letters: &[char]) -> usize {
    let mut before = ' ';
    for (at, letter) in letters.iter().enumerate() {
        if *letter == '#' && before.is_whitespace() {
            return at;
        }
        before = *letter;
    }
    letters.len()
}

/// Letter by letter, so that a place in the folded text is one in the text.
fn fold(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Whether a name has ended before these letters. A full stop or a dash that no letter follows ends
/// a sentence.
fn is_end(rest: &[char]) -> bool {
    match rest {
        ['.' | '-', next, ..] => !next.is_alphanumeric(),
        ['.' | '-'] | [] => true,
        [next, ..] => !is_inner(*next),
    }
}

/// Whether a letter may stand within a login id or an address.
fn is_inner(letter: char) -> bool {
    letter.is_alphanumeric() || "._-+@".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_one_person_alone() {
        let mut others = Others {
            whole: HashMap::new(),
            parts: HashSet::new(),
            own: ["b.ash@x.example".to_owned(), "beth ash".to_owned()].into(),
        };
        for name in ["Beth Ash", "Tom Ward", "Ann-Marie Yu"] {
            others.add_name(name);
        }
        others.add("b.ash@x.example");
        others.add("TWARD");
        // The beginning of the person's own address, and of a word, is nobody else.
        others.add("b");
        for (line, shown) in [
            ("b.ash@x.example: { name: Beth Ash }", None),
            (
                "admins: [b.ash@x.example, tward, t.ward@y.example]",
                Some("admins: [b.ash@x.example, [somebody else], [somebody else]]"),
            ),
            (
                "# Beth Ash, for TOM WARD; asked Ann-Marie, and Ward.",
                Some(
                    "# Beth Ash, for [somebody else]; asked [somebody else], and [somebody else].",
                ),
            ),
            ("bundles: [Ward, TWARDEN] # Beth Ash", None),
            ("owners: [\"@x/Ward\"]", None),
        ] {
            assert_eq!(others.left_out_of(line), shown.unwrap_or(line));
        }
    }
}
