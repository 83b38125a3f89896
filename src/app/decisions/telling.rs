//! What is said of a review as a whole: what was decided, by whom, and what was left open.

use super::Fault;
use super::rows::{Counts, Said};
use crate::app::Screen;
use crate::report::{counted, escape};

/// Most people that one message names.
const LISTED: usize = 12;

/// Says what was decided, who signed, and who is left.
pub(super) fn tell(counts: &Counts, schools: &[&str], hides: bool, screen: &mut dyn Screen) {
    let Counts {
        kept,
        removed,
        shortened,
        areas,
        open: _,
        accounts,
        signed,
    } = counts;
    let areas = counted(*areas, "area", "areas");
    screen.say(&format!(
        "decided: {kept} to keep, {removed} to remove, {shortened} to shorten, {areas} to take alone"
    ));
    for (school, reviewer, on) in signed {
        let by = if hides {
            String::new()
        } else {
            format!(" by {}", escape::terminal(reviewer))
        };
        screen.say(&format!("`{school}` was reviewed{by}, on {on}"));
    }
    tell_accounts(accounts, hides, screen);
    let gaps = [open(counts, hides), unsigned(counts, schools)];
    for gap in gaps.into_iter().flatten() {
        screen.warn(&gap);
    }
}

/// What keeps a review from being complete.
pub(super) fn gaps(counts: &Counts, schools: &[&str], hides: bool) -> Vec<Fault> {
    let gap = |message: Option<String>, help: &str| {
        message.map(|message| Fault {
            row: None,
            message,
            help: help.to_owned(),
        })
    };
    let gaps = [
        gap(
            open(counts, hides),
            "decide of each; without `--complete` whoever is left stays as now",
        ),
        gap(
            unsigned(counts, schools),
            "write who decided in `reviewer`, and the day in `reviewed_on`, of one row of each school",
        ),
    ];
    gaps.into_iter().flatten().collect()
}

/// Who has no decision.
fn open(counts: &Counts, hides: bool) -> Option<String> {
    let open = &counts.open;
    if open.is_empty() {
        return None;
    }
    let have = counted(open.len() as u64, "row has", "rows have");
    let stay = if open.len() == 1 { "stays" } else { "stay" };
    let mut text = format!("{have} no decision, and {stay} as now");
    if !hides {
        let named = open.iter().take(LISTED);
        let mut named: Vec<String> = named
            .map(|one| format!("`{}`", escape::terminal(one)))
            .collect();
        if open.len() > named.len() {
            named.push(format!("and {} more", open.len() - named.len()));
        }
        text.push_str(": ");
        text.push_str(&named.join(", "));
    }
    Some(text)
}

/// The schools that nobody signed for.
fn unsigned(counts: &Counts, schools: &[&str]) -> Option<String> {
    let is_signed = |school: &str| counts.signed.iter().any(|(signed, ..)| signed == school);
    let open = schools.iter().filter(|school| !is_signed(school));
    let open: Vec<String> = open.map(|school| format!("`{school}`")).collect();
    (!open.is_empty()).then(|| format!("nobody signed the review of {}", open.join(", ")))
}

/// What was said of accounts that no file names, and who must do it.
fn tell_accounts(accounts: &[Said], hides: bool, screen: &mut dyn Screen) {
    if accounts.is_empty() {
        return;
    }
    screen.say("accounts that no file names, of which nothing was written:");
    for said in accounts {
        let Said {
            school,
            account,
            stays,
            note,
        } = said;
        let what = if *stays { "keep" } else { "remove" };
        if hides {
            screen.say(&format!("  one of `{school}`: {what}"));
            continue;
        }
        let note = if note.is_empty() {
            String::new()
        } else {
            format!(" ({})", escape::terminal(note))
        };
        let account = escape::terminal(account);
        screen.say(&format!("  `{account}` of `{school}`: {what}{note}"));
    }
    if accounts.iter().any(|said| said.stays) {
        screen.say(
            "to keep one: give its user an entry with this login id (`beadle user add`), or write \
             the login id under `policy.ignore`",
        );
    }
    if accounts.iter().any(|said| !said.stays) {
        screen.say(
            "to remove one: end it at the portal; `policy.unmanaged: expire` ends all that no file \
             names",
        );
    }
}
