//! What happens to whom: escalations, what is taken away and who rules in the open, what is given
//! folded.

use super::fit::{Level, Piece, Section, Weight};
use super::icon;
use super::phrase::{self, brief, long, names, numbers, person, place, short_person};
use crate::model::plan::Plan;
use crate::report::overview::{Escalated, Gravity, Meaning, Overview, Place, Topic, Waiting};
use crate::report::words::{counted, escalation, symbol};

/// Longest list that stands open, in lines.
const OPEN: u64 = 16;

/// Whose rights change by their own hand.
pub(super) fn escalations(overview: &Overview<'_>) -> Option<Section> {
    let found = &overview.escalations;
    let count = counted(found.len() as u64, "person", "people");
    let head = format!("\n#### ⚠️ Escalations: rights by one's own hand ({count})\n\n");
    let pieces = found.iter().map(|one| {
        let named = format!(
            "- {}, {}\n",
            person(one.account),
            place(overview.plan, one.unit)
        );
        Piece::new(escalated(overview.plan, one), 1, 1)
            .or(Level::SeriousLong, named)
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
    if let Some(it) = plan.units.get(*unit as usize) {
        for kind in kinds {
            let said = phrase::sentence(&escalation(*kind, it));
            out.push_str(&format!("  - **{said}**\n"));
        }
    }
    for action in actions {
        let area = action.area.as_ref();
        let area = area.map_or(String::new(), |area| {
            format!(" {}", phrase::code(area.as_str()))
        });
        out.push_str(&format!(
            "  - {} {}{area} · {}\n",
            symbol(action.kind),
            action.kind.as_str(),
            phrase::why(&action.reason)
        ));
    }
    for step in steps {
        out.push_str(&format!(
            "  - a step for a person: {}\n",
            phrase::sentence(&step.title)
        ));
    }
    out
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
    let lines = people + places.len() as u64 + waiting.len() as u64;
    let (icon, title) = (icon(gravity(meaning)), meaning.title());
    let (head, foot) = match (meaning.is_serious(), lines <= OPEN) {
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
    let names = names(&at.people);
    let mut whole = format!("- {where_}\n");
    let (mut named, mut bare) = (Vec::new(), Vec::new());
    let mut things = 0;
    for entry in &at.people {
        whole.push_str(&format!(
            "  - {} · {}\n",
            person(entry.account),
            long(entry)
        ));
        let name = short_person(entry.account, &names);
        let what = brief(entry);
        named.push(match what.is_empty() {
            true => name.clone(),
            false => format!("{name} ({what})"),
        });
        bare.push(name);
        things += entry.items.len() as u64;
    }
    let people = at.people.len() as u64;
    let line = |said: &[String]| format!("- {where_}: {}\n", said.join(", "));
    let counts = format!("- {where_}: {}\n", numbers(people, things));
    let piece = Piece::new(whole, people, things);
    let names_of = match meaning {
        Meaning::CannotBeUndone
        | Meaning::BecomesAdministrator
        | Meaning::CeasesToBeAdministrator => Level::NamesOfPower,
        Meaning::AccessEnds => Level::NamesOfEnds,
        Meaning::AreaTaken => Level::NamesOfAreas,
        _ => {
            return piece
                .or(Level::GivenLong, line(&named))
                .or(Level::GivenNamed, line(&bare))
                .or_nothing(Level::Given);
        }
    };
    piece
        .or(Level::SeriousLong, line(&named))
        .or(Level::TakenAreas, line(&bare))
        .or(names_of, counts)
        .or_nothing(Level::Counts)
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
        "- {where_}\n  - {who} · once a person has done a step: {} · {}\n",
        phrase::sentence(&step.title),
        phrase::why(&step.reason)
    );
    let names_of = match meaning {
        Meaning::AccessEnds => Level::NamesOfEnds,
        _ => Level::NamesOfPower,
    };
    Piece::new(whole, 1, 1)
        .or(Level::SeriousLong, format!("- {where_}: {who} (by hand)\n"))
        .or_nothing(names_of)
}
