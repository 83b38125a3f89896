//! What happens to whom: escalations, what is taken away and who rules in the open, what is given
//! folded.

use super::fit::{Level, Piece, Section, Weight};
use super::icon;
use super::phrase::{
    self, LONGEST, SHORT, Said, brief, grouped, long, names, numbers, person, place, pseudonyms,
    said, short_person,
};
use crate::model::plan::{ActionKind, Plan};
use crate::report::overview::{Escalated, Gravity, Meaning, Overview, Place, Topic, Waiting};
use crate::report::words::{counted, escalation};

/// Longest list that stands open, in lines: of who rules and of what is lost for good, and of
/// whoever else loses something.
const OPEN: (usize, usize) = (40, 16);

/// Whose rights change by their own hand.
pub(super) fn escalations(overview: &Overview<'_>) -> Option<Section> {
    let found = &overview.escalations;
    let count = counted(found.len() as u64, "person", "people");
    let head = format!("\n#### ❗ Escalations: changes of one's own rights ({count})\n\n");
    let pieces = found.iter().map(|one| {
        let named = format!(
            "- {}, {}\n",
            person(one.account),
            place(overview.plan, one.unit)
        );
        Piece::new(escalated(overview.plan, one), 1, 1)
            .or(Level::LongOfPower, named)
            .or_nothing(Level::NamesOfPower)
    });
    let left_out = |weight: Weight| {
        format!(
            "- and {} that do not fit here\n",
            counted(weight.people, "more escalation", "more escalations")
        )
    };
    let section = Section::new(head, pieces.collect(), left_out, String::new());
    (!found.is_empty()).then_some(section)
}

fn escalated(plan: &Plan, one: &Escalated<'_>) -> String {
    let Escalated {
        unit,
        account,
        kinds,
        actions,
        steps,
    } = one;
    let mut out = format!("- {}, {}\n", person(account), place(plan, *unit));
    for kind in kinds {
        let said = phrase::sentence(escalation(*kind));
        out.push_str(&format!("  - **{said}**\n"));
    }
    let actions: Vec<Said<'_>> = actions
        .iter()
        .map(|action| Said {
            action,
            ends_admin: false,
            cause: None,
        })
        .collect();
    for group in grouped(&actions) {
        if let Some(first) = group.first() {
            let verb = verb(first.action.kind);
            out.push_str(&format!("  - {verb} {}\n", long(&group)));
        }
    }
    for step in steps {
        out.push_str(&format!(
            "  - a step for a person: {}\n",
            phrase::sentence(&step.title)
        ));
    }
    out
}

/// What an action does, where no heading says it.
fn verb(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Create => "gets an account ·",
        ActionKind::Update => "changes:",
        ActionKind::Renew => "keeps access, or gets it back:",
        ActionKind::Grant => "is given",
        ActionKind::Promote => "becomes an administrator ·",
        ActionKind::Demote => "stops being an administrator ·",
        ActionKind::Revoke => "loses",
        ActionKind::Expire => "loses access ·",
        ActionKind::Delete => "is deleted ·",
    }
}

/// What is taken away, and who rules, with the steps by which that comes about.
pub(super) fn serious(overview: &Overview<'_>) -> Vec<Section> {
    let meanings = Meaning::ALL.into_iter().filter(|one| one.is_serious());
    let sections = meanings.filter_map(|meaning| {
        let waiting = overview.waiting.iter();
        let waiting: Vec<&Waiting<'_>> =
            waiting.filter(|one| one.meaning == Some(meaning)).collect();
        let topic = overview.topic(meaning);
        (topic.is_some() || !waiting.is_empty())
            .then(|| section(overview.plan, meaning, topic, &waiting))
    });
    sections.collect()
}

/// What is given, or only changes.
pub(super) fn given(overview: &Overview<'_>) -> Vec<Section> {
    let topics = overview.topics.iter();
    let topics = topics.filter(|topic| !topic.meaning.is_serious());
    let sections = topics.map(|topic| section(overview.plan, topic.meaning, Some(topic), &[]));
    sections.collect()
}

fn section(
    plan: &Plan,
    meaning: Meaning,
    topic: Option<&Topic<'_>>,
    waiting: &[&Waiting<'_>],
) -> Section {
    let places = topic.map_or(&[][..], |topic| &topic.places);
    let mut pieces: Vec<Piece> = places
        .iter()
        .map(|place| piece(plan, meaning, place))
        .collect();
    pieces.extend(waiting.iter().map(|one| by_hand(plan, meaning, one)));
    let (people, actions) = topic.map_or((0, 0), |topic| (topic.people(), topic.actions()));
    let mut count = numbers(people, actions);
    if !waiting.is_empty() {
        let steps = counted(waiting.len() as u64, "step by hand", "steps by hand");
        count = if people > 0 {
            format!("{count}, {steps}")
        } else {
            steps
        };
    }
    let lines = places.iter().map(|place| match place.people.len() {
        1 => 1,
        people => people + 1,
    });
    let lines = lines.sum::<usize>() + waiting.len();
    let open = match gravity(meaning) {
        Gravity::Alarm => OPEN.0,
        _ => OPEN.1,
    };
    let (icon, title) = (icon(gravity(meaning)), meaning.title());
    let (head, foot) = match (meaning.is_serious(), lines <= open) {
        (true, true) => (
            format!("\n#### {icon} {title} ({count})\n\n"),
            String::new(),
        ),
        (true, false) => (
            format!("\n#### {icon} {title} ({count})\n\n<details>\n<summary>Who</summary>\n\n"),
            "\n</details>\n".to_owned(),
        ),
        (false, _) => folded(&format!("{icon} {title}: {count}")),
    };
    Section::new(head, pieces, left_out, foot)
}

/// Head and foot of what is folded, under a line of our own words.
pub(super) fn folded(summary: &str) -> (String, String) {
    (
        format!("\n<details>\n<summary>{summary}</summary>\n\n"),
        "\n</details>\n".to_owned(),
    )
}

fn left_out(weight: Weight) -> String {
    let Weight {
        pieces,
        people,
        things,
    } = weight;
    let places = counted(pieces, "more organisation", "more organisations");
    format!(
        "- **and at {places}: {}, who do not fit here; `beadle plan` names them all**\n",
        numbers(people, things)
    )
}

fn gravity(meaning: Meaning) -> Gravity {
    match meaning {
        Meaning::CannotBeUndone
        | Meaning::BecomesAdministrator
        | Meaning::CeasesToBeAdministrator => Gravity::Alarm,
        Meaning::AccessEnds | Meaning::AreaTaken => Gravity::Take,
        Meaning::SensitiveAreaGiven
        | Meaning::NewAccount
        | Meaning::AreaGiven
        | Meaning::Prolonged
        | Meaning::Changed => Gravity::Give,
    }
}

/// One organisation within a topic, in all its lengths.
fn piece(plan: &Plan, meaning: Meaning, at: &Place<'_>) -> Piece {
    let where_ = place(plan, at.unit);
    let whole_names = names(&at.people, LONGEST);
    let cut_names = names(&at.people, SHORT);
    let alone = at.people.len() == 1;
    let mut whole = format!("- {where_}{}", if alone { ": " } else { "\n" });
    let (mut named, mut bare, mut cut) = (Vec::new(), Vec::new(), Vec::new());
    let mut things = 0;
    for entry in &at.people {
        let said = said(entry);
        let line = format!("{} · {}\n", person(entry.account), long(&said));
        whole.push_str(&if alone { line } else { format!("  - {line}") });
        let name = short_person(entry.account, &whole_names, LONGEST);
        let what = brief(&said);
        named.push(match what.is_empty() {
            true => name.clone(),
            false => format!("{name} ({what})"),
        });
        bare.push(name);
        cut.push(short_person(entry.account, &cut_names, SHORT));
        things += entry.items.len() as u64;
    }
    let people = at.people.len() as u64;
    let line = |said: &[String]| format!("- {where_}: {}\n", said.join(", "));
    let counts = format!("- {where_}: {}\n", numbers(people, things));
    let short = pseudonyms(&at.people).map_or_else(|| line(&cut), |all| line(&[all]));
    let piece = Piece::new(whole, people, things);
    let Some((reasons, names)) = levels(meaning) else {
        return piece
            .or(Level::GivenLong, line(&named))
            .or(Level::GivenNamed, line(&bare))
            .or_nothing(Level::Given);
    };
    piece
        .or(reasons, line(&named))
        .or(Level::TakenAreas, line(&bare))
        .or(Level::ShortNames, short)
        .or(names, counts)
        .or_nothing(Level::Counts)
}

/// When reasons go, and when names do; none for what is not serious.
fn levels(meaning: Meaning) -> Option<(Level, Level)> {
    match meaning {
        Meaning::CannotBeUndone
        | Meaning::BecomesAdministrator
        | Meaning::CeasesToBeAdministrator => Some((Level::LongOfPower, Level::NamesOfPower)),
        Meaning::AccessEnds => Some((Level::LongOfEnds, Level::NamesOfEnds)),
        Meaning::AreaTaken => Some((Level::LongOfAreas, Level::NamesOfAreas)),
        Meaning::SensitiveAreaGiven
        | Meaning::NewAccount
        | Meaning::AreaGiven
        | Meaning::Prolonged
        | Meaning::Changed => None,
    }
}

/// A step by which somebody comes to rule, or loses access.
fn by_hand(plan: &Plan, meaning: Meaning, one: &Waiting<'_>) -> Piece {
    let Waiting {
        unit,
        step,
        meaning: _,
    } = one;
    let (where_, who) = (place(plan, *unit), person(&step.account));
    let whole = format!(
        "- {where_}: {who} · once a person has done a step: {} · {}\n",
        phrase::sentence(&step.title),
        phrase::why(&step.reason)
    );
    let (reasons, names) = levels(meaning).unwrap_or((Level::GivenLong, Level::Given));
    Piece::new(whole, 1, 1)
        .or(reasons, format!("- {where_}: {who} (by hand)\n"))
        .or_nothing(names)
}
