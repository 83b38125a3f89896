//! What happens to whom: escalations, what is taken away and who rules in the open, what is given
//! folded.

use super::fit::{LeftOut, Level, Piece, Section};
use super::icon;
use super::phrase::{
    self, LONGEST, SHORT, Said, brief, grouped, long, names, numbers, person, place, pseudonyms,
    said, short_person,
};
use crate::model::plan::{ActionKind, Plan};
use crate::report::overview::{
    Escalated, Gravity, Meaning, Overview, Place, Topic, Waiting, identity,
};
use crate::report::words::{counted, escalation};

/// Longest list that stands open, in lines. Who rules and what is lost for good is never folded.
const OPEN: usize = 16;

/// Whose rights change by their own hand.
fn escalations<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let found = &overview.escalations;
    let count = counted(found.len() as u64, "person", "people");
    let head = format!("\n#### ❗ Escalations: changes of one's own rights ({count})\n\n");
    let pieces = found.iter().map(|one| {
        let named = format!(
            "- {}, {}\n",
            person(one.account),
            place(overview.plan, one.unit)
        );
        Piece::new(escalated(overview.plan, one), 1)
            .or(Level::LongOfPower, named)
            .or_nothing(Level::NamesOfPower)
    });
    let left_out = |it: &LeftOut<'_>| {
        let LeftOut { pieces, more, .. } = it;
        let people = if *pieces == 1 { "person" } else { "people" };
        format!("- {pieces} {more}{people} whose names do not fit here\n")
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

/// What cannot be undone, who rules and whose own hand changes it, what is taken away, what is
/// sensitive; with the steps by which that comes about.
pub(super) fn serious<'p>(overview: &Overview<'p>) -> Vec<Section<'p>> {
    let serious = Meaning::ALL.into_iter().filter(|one| one.is_serious());
    let (power, rest): (Vec<Meaning>, Vec<Meaning>) =
        serious.partition(|one| gravity(*one) == Gravity::Alarm);
    let mut sections = sections(overview, &power);
    sections.extend(escalations(overview));
    sections.extend(self::sections(overview, &rest));
    sections
}

fn sections<'p>(overview: &Overview<'p>, meanings: &[Meaning]) -> Vec<Section<'p>> {
    let sections = meanings.iter().filter_map(|meaning| {
        let meaning = *meaning;
        let waiting = overview.waiting.iter();
        let waiting: Vec<&Waiting<'_>> =
            waiting.filter(|one| one.meaning == Some(meaning)).collect();
        let topic = overview.topic(meaning);
        (topic.is_some() || !waiting.is_empty())
            .then(|| section(overview, meaning, topic, &waiting))
    });
    sections.collect()
}

/// What is given, or only changes.
pub(super) fn given<'p>(overview: &Overview<'p>) -> Vec<Section<'p>> {
    let topics = overview.topics.iter();
    let topics = topics.filter(|topic| !topic.meaning.is_serious());
    let sections = topics.map(|topic| section(overview, topic.meaning, Some(topic), &[]));
    sections.collect()
}

fn section<'p>(
    overview: &Overview<'p>,
    meaning: Meaning,
    topic: Option<&Topic<'p>>,
    waiting: &[&Waiting<'p>],
) -> Section<'p> {
    let plan = overview.plan;
    let places = topic.map_or(&[][..], |topic| &topic.places);
    let mut pieces: Vec<Piece<'p>> = places
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
    match overview.elsewhere(meaning) {
        more if more > 0 && people > 0 => count.push_str(&format!("; {more} more above")),
        _ => {}
    }
    let lines = places.iter().map(|place| match place.people.len() {
        1 => 1,
        people => people + 1,
    });
    let lines = lines.sum::<usize>() + waiting.len();
    let open = gravity(meaning) == Gravity::Alarm || lines <= OPEN;
    let (icon, title) = (icon(gravity(meaning)), meaning.title());
    let (head, foot) = match (meaning.is_serious(), open) {
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

fn left_out(left_out: &LeftOut<'_>) -> String {
    let LeftOut {
        pieces: _,
        things,
        places,
        people,
        more,
    } = left_out;
    let (and, count) = (if more.is_empty() { "" } else { "and " }, places.len());
    let organisations = if count == 1 {
        "organisation"
    } else {
        "organisations"
    };
    format!(
        "- **{and}at {count} {more}{organisations}: {}, who do not fit here; `beadle plan` names \
         them all**\n",
        numbers(people.len() as u64, *things)
    )
}

fn gravity(meaning: Meaning) -> Gravity {
    match meaning {
        Meaning::CannotBeUndone
        | Meaning::BecomesAdministrator
        | Meaning::CeasesToBeAdministrator => Gravity::Alarm,
        Meaning::AccessEnds | Meaning::AreaTaken | Meaning::EndsEarlier => Gravity::Take,
        Meaning::SensitiveAreaGiven => Gravity::Heed,
        Meaning::NewAccount
        | Meaning::Reopened
        | Meaning::AreaGiven
        | Meaning::Prolonged
        | Meaning::Changed => Gravity::Give,
    }
}

/// One organisation within a topic, in all its lengths.
fn piece<'p>(plan: &'p Plan, meaning: Meaning, at: &Place<'p>) -> Piece<'p> {
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
    let who = at.people.iter().map(|entry| identity(entry.account));
    let piece = Piece::new(whole, things).about(organisation(plan, at.unit), who.collect());
    if meaning == Meaning::SensitiveAreaGiven {
        return piece
            .or(Level::LongOfSensitive, line(&named))
            .or_nothing(Level::NamesOfSensitive);
    }
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

fn organisation(plan: &Plan, unit: u32) -> &str {
    let unit = plan.units.get(unit as usize);
    unit.map_or("", |unit| unit.organisation.as_str())
}

/// When reasons go, and when names do; none for what is not serious.
fn levels(meaning: Meaning) -> Option<(Level, Level)> {
    match meaning {
        Meaning::CannotBeUndone
        | Meaning::BecomesAdministrator
        | Meaning::CeasesToBeAdministrator => Some((Level::LongOfPower, Level::NamesOfPower)),
        Meaning::AccessEnds => Some((Level::LongOfEnds, Level::NamesOfEnds)),
        Meaning::AreaTaken | Meaning::EndsEarlier => {
            Some((Level::LongOfAreas, Level::NamesOfAreas))
        }
        Meaning::SensitiveAreaGiven
        | Meaning::NewAccount
        | Meaning::Reopened
        | Meaning::AreaGiven
        | Meaning::Prolonged
        | Meaning::Changed => None,
    }
}

/// A step by which somebody comes to rule, or loses access.
fn by_hand<'p>(plan: &'p Plan, meaning: Meaning, one: &Waiting<'p>) -> Piece<'p> {
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
    Piece::new(whole, 1)
        .about(organisation(plan, *unit), vec![identity(&step.account)])
        .or(reasons, format!("- {where_}: {who} (by hand)\n"))
        .or_nothing(names)
}
