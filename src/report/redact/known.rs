//! Everybody that a plan names, and how to find them in prose: titles, clicks, problems, refusals,
//! failures.
//!
//! It knows the plan's people only and does not guess at other names; addresses are found by their
//! form as well, whoever's they are.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Redaction;
use crate::model::name::LoginId;
use crate::model::plan::{AccountRef, Change, Finding, HeldBackReason, Plan, Reason, UnitPlan};

/// People's names, login ids and addresses, each with its pseudonym.
pub(super) struct Known<'a> {
    redaction: &'a Redaction,
    /// Folded text and pseudonym, by first character; the longest first.
    patterns: HashMap<char, Vec<(Vec<char>, String)>>,
    /// Pseudonym by canonical login id.
    logins: HashMap<String, String>,
}

impl<'a> Known<'a> {
    /// Gathers everybody that `plan` names.
    pub(super) fn of(plan: &Plan, redaction: &'a Redaction) -> Self {
        let mut known = Self {
            redaction,
            patterns: HashMap::new(),
            logins: HashMap::new(),
        };
        for unit in &plan.units {
            known.gather(unit);
        }
        for patterns in known.patterns.values_mut() {
            patterns.sort_by(|a, b| Reverse(a.0.len()).cmp(&Reverse(b.0.len())).then(a.cmp(b)));
            patterns.dedup_by(|later, first| later.0 == first.0);
        }
        known
    }

    /// The pseudonym of whoever has this login id: the person's, where the plan knows it.
    pub(super) fn login(&self, login: &LoginId) -> String {
        self.logins
            .get(login.canonical())
            .cloned()
            .unwrap_or_else(|| self.redaction.person(login.canonical()))
    }

    /// Prose with everybody replaced.
    pub(super) fn redact(&self, text: &str) -> String {
        self.addresses(&self.names(text))
    }

    fn gather(&mut self, unit: &UnitPlan) {
        for action in &unit.actions {
            self.account(&action.account);
            self.reason(&action.account, &action.reason);
            for change in &action.changes {
                self.change(&action.account, change);
            }
        }
        for account in unit.saves.iter().flat_map(|save| save.write.accounts()) {
            self.account(account);
        }
        for step in &unit.manual {
            self.account(&step.account);
            self.reason(&step.account, &step.reason);
            if let Some(change) = &step.change {
                self.change(&step.account, change);
            }
        }
        for held in &unit.held_back {
            self.account(&held.account);
            if let HeldBackReason::SameAddress(there) = &held.because {
                self.account(there);
            }
        }
        for finding in &unit.findings {
            if let (_, Some(account), _, _) = finding.parts() {
                self.account(account);
            }
            if let Finding::FormerLoginStillLive { account, was } = finding {
                self.text(account, was.as_str());
            }
            if let Finding::LookAlike { account: _, other } = finding {
                self.account(other);
            }
        }
    }

    fn account(&mut self, account: &AccountRef) {
        let AccountRef {
            login,
            name,
            id: _,
            person,
        } = account;
        let pseudonym = self.redaction.pseudonym_of(account);
        self.logins
            .entry(login.canonical().to_owned())
            .or_insert(pseudonym);
        self.text(account, login.as_str());
        self.text(account, login.canonical());
        self.text(account, name);
        if let Some(person) = person {
            self.text(account, person);
        }
    }

    fn reason(&mut self, account: &AccountRef, reason: &Reason) {
        if let Reason::Renamed { was, source: _ } = reason {
            self.text(account, was.as_str());
        }
    }

    fn change(&mut self, account: &AccountRef, change: &Change) {
        match change {
            Change::Name { before, after } | Change::Email { before, after } => {
                self.text(account, after);
                if let Some(before) = before {
                    self.text(account, before);
                }
            }
            Change::Login { before, after } => {
                self.text(account, after.as_str());
                if let Some(before) = before {
                    self.text(account, before.as_str());
                }
            }
            Change::Expires {
                before: _,
                after: _,
            }
            | Change::Term { after: _ }
            | Change::Active {
                before: _,
                after: _,
            } => {}
        }
    }

    fn text(&mut self, account: &AccountRef, text: &str) {
        let folded: Vec<char> = text.trim().chars().map(fold).collect();
        let Some(first) = folded.first() else {
            return;
        };
        let pseudonym = self.redaction.pseudonym_of(account);
        self.patterns
            .entry(*first)
            .or_default()
            .push((folded, pseudonym));
    }

    /// Replaces what the plan names, whole words only, whatever their case.
    fn names(&self, text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let folded: Vec<char> = characters.iter().copied().map(fold).collect();
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        let mut word_before = false;
        while let Some(character) = characters.get(at) {
            let rest = folded.get(at..).unwrap_or_default();
            if !word_before && let Some((length, pseudonym)) = self.found(rest) {
                shown.push_str(pseudonym);
                at += length;
                word_before = true;
            } else {
                shown.push(*character);
                at += 1;
                word_before = character.is_alphanumeric();
            }
        }
        shown
    }

    /// The longest known text with which `rest` begins, if a word ends there.
    fn found(&self, rest: &[char]) -> Option<(usize, &str)> {
        let patterns = self.patterns.get(rest.first()?)?;
        patterns.iter().find_map(|(pattern, pseudonym)| {
            let after = rest.strip_prefix(pattern.as_slice())?;
            let word_ends = !after.first().is_some_and(|next| next.is_alphanumeric());
            word_ends.then_some((pattern.len(), pseudonym.as_str()))
        })
    }

    /// Replaces whatever has the form of an address.
    fn addresses(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('@') {
            let local = trailing(before, |c| c.is_alphanumeric() || "._%+-'’".contains(c));
            let domain = leading(after, |c| c.is_alphanumeric() || ".-".contains(c));
            let domain = domain.trim_end_matches(['.', '-']);
            if local.is_empty() || domain.is_empty() {
                shown.push_str(before);
                shown.push('@');
                rest = after;
                continue;
            }
            shown.push_str(before.strip_suffix(local).unwrap_or(before));
            shown.push_str(&self.redaction.person(&format!("{local}@{domain}")));
            rest = after.strip_prefix(domain).unwrap_or(after);
        }
        shown.push_str(rest);
        shown
    }
}

fn fold(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

fn leading(text: &str, wanted: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !wanted(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn trailing(text: &str, wanted: impl Fn(char) -> bool) -> &str {
    let rest = text.trim_end_matches(wanted);
    text.get(rest.len()..).unwrap_or_default()
}
