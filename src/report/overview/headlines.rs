//! A plan in sentences that anybody understands, most serious first. They name nobody.

use super::Counts;
use crate::report::words::counted;

/// How much a headline matters. The order is the order in which it must be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gravity {
    /// Nothing of the plan is applied.
    Stop,
    /// To be looked at before all else: what is lost for good, who rules, escalations.
    Alarm,
    /// Access is taken away.
    Take,
    /// Access to what is sensitive is given.
    Heed,
    /// Access is given, or changes.
    Give,
    /// Worth knowing.
    Note,
}

/// One sentence about a plan, without its full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// How much it matters.
    pub gravity: Gravity,
    /// The sentence.
    pub text: String,
}

/// The headlines of a plan.
pub(super) fn headlines(counts: &Counts) -> Vec<Headline> {
    let mut found = Vec::new();
    let mut say = |gravity, count: u64, text: String| {
        if count > 0 {
            found.push(Headline { gravity, text });
        }
    };
    stops(counts, &mut say);
    alarms(counts, &mut say);
    takes(counts, &mut say);
    gives(counts, &mut say);
    notes(counts, &mut say);
    found
}

fn stops(counts: &Counts, say: &mut impl FnMut(Gravity, u64, String)) {
    let refusals = counted(counts.refusals, "limit refuses it", "limits refuse it");
    say(
        Gravity::Stop,
        counts.refusals,
        format!("{refusals}: nothing of this is applied"),
    );
    let faults = counted(counts.faults, "fault", "faults");
    say(
        Gravity::Stop,
        counts.faults,
        format!("{faults} in the files: nothing of this is applied until mended"),
    );
}

fn alarms(counts: &Counts, say: &mut impl FnMut(Gravity, u64, String)) {
    let lost = counted(counts.irreversible, "change", "changes");
    let deleted = counted(
        counts.deleted,
        "account is deleted for good",
        "accounts are deleted for good",
    );
    let deleted = if counts.deleted > 0 {
        format!(" ({deleted})")
    } else {
        String::new()
    };
    say(
        Gravity::Alarm,
        counts.irreversible,
        format!("{lost} cannot be undone{deleted}"),
    );
    say(
        Gravity::Alarm,
        counts.promoted,
        people(
            counts.promoted,
            "becomes an administrator",
            "become administrators",
        ),
    );
    let by_hand = people(
        counts.promoted_by_hand,
        "becomes an administrator",
        "become administrators",
    );
    say(
        Gravity::Alarm,
        counts.promoted_by_hand,
        format!("{by_hand} once a person has done a step"),
    );
    say(
        Gravity::Alarm,
        counts.demoted,
        people(
            counts.demoted,
            "stops being an administrator",
            "stop being administrators",
        ),
    );
    let escalations = counted(counts.escalations, "escalation", "escalations");
    say(
        Gravity::Alarm,
        counts.escalations,
        format!("{escalations}: somebody changes, or approves, their own rights"),
    );
}

fn takes(counts: &Counts, say: &mut impl FnMut(Gravity, u64, String)) {
    let leaving = people(counts.leaving, "loses access", "lose access");
    say(Gravity::Take, counts.leaving, leaving);
    let losing_areas = people(
        counts.losing_areas,
        "loses areas and keeps the account",
        "lose areas and keep their accounts",
    );
    say(Gravity::Take, counts.losing_areas, losing_areas);
    let earlier = counted(
        counts.ending_earlier,
        "person’s access ends earlier",
        "people’s access ends earlier",
    );
    say(Gravity::Take, counts.ending_earlier, earlier);
    let sensitive = people(
        counts.sensitive,
        "is given a sensitive area",
        "are given sensitive areas",
    );
    say(Gravity::Heed, counts.sensitive, sensitive);
}

fn gives(counts: &Counts, say: &mut impl FnMut(Gravity, u64, String)) {
    let joining = people(counts.joining, "gets an account", "get an account");
    say(Gravity::Give, counts.joining, joining);
    let reopened = people(
        counts.reopened,
        "has a closed account opened again",
        "have closed accounts opened again",
    );
    say(Gravity::Give, counts.reopened, reopened);
    let given = people(counts.given, "is given areas", "are given areas");
    say(Gravity::Give, counts.given, given);
    let prolonged = people(
        counts.prolonged,
        "keeps access for longer",
        "keep access for longer",
    );
    say(Gravity::Give, counts.prolonged, prolonged);
    let changed = people(
        counts.changed,
        "gets another name or address",
        "get another name or address",
    );
    say(Gravity::Give, counts.changed, changed);
}

fn notes(counts: &Counts, say: &mut impl FnMut(Gravity, u64, String)) {
    let dated = counted(
        counts.dated,
        "account gets a last day",
        "accounts get a last day",
    );
    say(Gravity::Note, counts.dated, dated);
    let mailed = people(counts.mailed, "is mailed", "are mailed");
    let mails = if counts.mails == counts.mailed {
        String::new()
    } else {
        format!(" ({})", counted(counts.mails, "mail", "mails"))
    };
    say(
        Gravity::Note,
        counts.mailed,
        format!("{mailed} by the portals{mails}"),
    );
    let steps = counted(
        counts.manual,
        "step waits for a person: no program can do it",
        "steps wait for a person: no program can do them",
    );
    say(Gravity::Note, counts.manual, steps);
    let held = counted(
        counts.held_back,
        "change is held back",
        "changes are held back",
    );
    say(Gravity::Note, counts.held_back, held);
}

fn people(count: u64, one: &str, many: &str) -> String {
    let (one, many) = (format!("person {one}"), format!("people {many}"));
    counted(count, &one, &many)
}
