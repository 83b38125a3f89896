//! What stands beside the actions, folded: moves, steps for people, what was held back, what ends,
//! who is mailed, what is worth knowing.

use std::collections::{BTreeMap, BTreeSet};

use super::fit::{LeftOut, Level, Piece, Section};
use super::phrase::{self, person, place, unit_place};
use super::topics::folded;
use crate::model::movement::{Half, Move};
use crate::model::plan::{Finding, HeldBack};
use crate::model::source::SourceDocument;
use crate::report::overview::{Ending, Mailed, Overview, Waiting, identity};
use crate::report::words::{by_heading, counted, is_of_people, of_finding, waiver};

/// A folded list; none where it is empty.
fn list<'p>(title: &str, pieces: Vec<Piece<'p>>) -> Option<Section<'p>> {
    let left_out = |it: &LeftOut<'_>| match (it.things, it.more) {
        (1, "") => "- it does not fit here; `beadle plan` shows it\n".to_owned(),
        (things, "") => format!("- all {things} do not fit here; `beadle plan` shows them\n"),
        (things, _) => format!("- and {things} more; `beadle plan` shows them all\n"),
    };
    let (head, foot) = folded(title);
    let none = pieces.is_empty();
    (!none).then(|| Section::new(head, pieces, left_out, foot))
}

/// People whose access goes from one organisation to another.
pub(super) fn moves<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let moves = &overview.plan.moves;
    let pieces = moves.iter().map(|it| {
        let who = it.account().map(person).unwrap_or_default();
        let gap = if it.has_gap() { "❗ " } else { "" };
        let text = format!(
            "- {gap}{who}: {} → {} · {}\n",
            names(&it.leaves),
            names(&it.joins),
            phrase::sentence(&Move::sentence(it))
        );
        Piece::new(text, 1).or_nothing(Level::Beside)
    });
    let count = counted(moves.len() as u64, "person moves", "people move");
    list(
        &format!("🔁 {count} between organisations"),
        pieces.collect(),
    )
}

fn names(halves: &[Half]) -> String {
    let mut names: Vec<String> = halves
        .iter()
        .map(|half| phrase::text(&half.organisation_name))
        .collect();
    names.dedup();
    names.join(", ")
}

/// What waits for a person, with the clicks.
pub(super) fn steps<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let pieces = overview.waiting.iter().map(|one| {
        let Waiting {
            unit,
            step,
            meaning: _,
        } = one;
        let title = format!(
            "- [ ] {} · {} · {} · {}\n",
            phrase::sentence(&step.title),
            person(&step.account),
            place(overview.plan, *unit),
            phrase::why(&step.reason)
        );
        let clicks = (1_u32..).zip(&step.clicks);
        let clicks =
            clicks.map(|(number, click)| format!("  {number}. {}\n", phrase::sentence(click)));
        let whole = format!("{title}{}", clicks.collect::<String>());
        Piece::new(whole, 1)
            .or(Level::Clicks, title)
            .or_nothing(Level::Steps)
    });
    let count = counted(
        overview.waiting.len() as u64,
        "step waits for a person",
        "steps wait for a person",
    );
    list(&format!("✋ {count}"), pieces.collect())
}

/// What was left out, and why.
pub(super) fn held_back<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let units = overview.plan.units.iter();
    let held = units.flat_map(|unit| unit.held_back.iter().map(move |held| (unit, held)));
    let pieces = held.map(|(unit, held)| {
        let HeldBack {
            kind,
            account,
            area,
            because,
            source,
        } = held;
        let area = area.as_ref();
        let area = area.map(|area| format!(" {}", phrase::code(area.as_str())));
        let source = source.as_ref();
        let source = source.map(|source| format!(" · {}", phrase::file_line(source)));
        let text = format!(
            "- {}{} · {} · {} · {}{}\n",
            kind.as_str(),
            area.unwrap_or_default(),
            person(account),
            unit_place(unit),
            phrase::sentence(&because.sentence()),
            source.unwrap_or_default()
        );
        Piece::new(text, 1).or_nothing(Level::Beside)
    });
    let count = overview.counts.held_back;
    let why = reasons(overview);
    list(&format!("⏳ {count} held back: {why}"), pieces.collect())
}

/// Why how much was left out, in words of ours that name nobody.
fn reasons(overview: &Overview<'_>) -> String {
    use crate::model::plan::HeldBackReason as Reason;
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    for held in overview.plan.units.iter().flat_map(|unit| &unit.held_back) {
        let reason = match &held.because {
            Reason::NoRemovals => "removals are switched off",
            Reason::OwnIdentity => "beadle's own account",
            Reason::WaitsForManualStep(_) => "waiting for a step by a person",
            Reason::LiveTwins(_) => "several accounts with one login id",
            Reason::SameAddress(_) => "an account with the same address is there",
            Reason::ManagedUpstream => "kept by another system",
            Reason::Unsupported(_) => "not possible at the portal",
            Reason::TooFewAdmins { left: _, min: _ } => "too few administrators would be left",
        };
        *reasons.entry(reason).or_default() += 1;
    }
    let reasons = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"));
    reasons.collect::<Vec<_>>().join(", ")
}

/// What ends by date.
pub(super) fn endings<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let pieces = overview.endings.iter().map(|ending| {
        let Ending {
            on,
            unit,
            account,
            area,
            planned,
        } = ending;
        let area = area.map(|area| format!(" {}", phrase::code(area.as_str())));
        let text = format!(
            "- {on} · {}{} · {}{}\n",
            person(account),
            area.unwrap_or_default(),
            place(overview.plan, *unit),
            if *planned { " · set by this plan" } else { "" }
        );
        Piece::new(text, 1).or_nothing(Level::Beside)
    });
    let count = overview.endings.len();
    list(&format!("📅 Ends by date: {count}"), pieces.collect())
}

/// Whom the portals mail.
pub(super) fn mailed<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let pieces = overview.mailed.iter().map(|mailed| {
        let Mailed {
            unit,
            account,
            mails,
        } = mailed;
        let text = format!(
            "- {} · {} · {}\n",
            person(account),
            place(overview.plan, *unit),
            counted(*mails, "mail", "mails")
        );
        Piece::new(text, 1).or_nothing(Level::Beside)
    });
    let people = counted(overview.counts.mailed, "person", "people");
    let mails = counted(overview.counts.mails, "mail", "mails");
    list(
        &format!("📨 The portals mail {people} ({mails})"),
        pieces.collect(),
    )
}

/// What is worth knowing of people, by kind.
pub(super) fn findings<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let units = overview.plan.units.iter();
    let mut pieces = Vec::new();
    let mut kinds: BTreeMap<&str, (&Finding, BTreeSet<&str>)> = BTreeMap::new();
    for unit in units {
        let findings = unit.findings.iter();
        // What ends soon has a list of its own.
        let wanted = |one: &&Finding| {
            is_of_people(one)
                && !matches!(
                    one,
                    Finding::Ending {
                        account: _,
                        area: _,
                        until: _
                    }
                )
        };
        for (heading, found) in by_heading(findings.filter(wanted)) {
            for one in &found {
                let (_, people) = kinds.entry(heading).or_insert((*one, BTreeSet::new()));
                let (_, account, ..) = one.parts();
                people.extend(account.map(identity));
            }
            let people: Vec<String> = found.iter().map(|one| finding(one)).collect();
            let text = format!("- {}, {heading}: {}\n", unit_place(unit), people.join("; "));
            pieces.push(Piece::new(text, found.len() as u64).or_nothing(Level::Findings));
        }
    }
    let kinds = kinds.values();
    let kinds = kinds.map(|(one, people)| of_finding(one, people.len() as u64));
    let kinds: Vec<String> = kinds.collect();
    list(&format!("💬 Worth knowing: {}", kinds.join("; ")), pieces)
}

fn finding(finding: &Finding) -> String {
    let (_, account, area, day) = finding.parts();
    let mut said = account.map(person).unwrap_or_default();
    if let Some(area) = area {
        said.push_str(&format!(" {}", phrase::code(area.as_str())));
    }
    if let Some(day) = day {
        said.push_str(&format!(" {day}"));
    }
    match finding {
        Finding::FormerLoginStillLive { account: _, was } => {
            said.push_str(&format!(" was {}", phrase::code(was.as_str())));
        }
        Finding::LookAlike { account: _, other } => {
            said.push_str(&format!(" like {}", person(other)));
        }
        _ => {}
    }
    said
}

/// What the plan assumes of portals and nobody has tried.
pub(super) fn assumptions<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let units = overview.plan.units.iter();
    let findings = units.flat_map(|unit| unit.findings.iter().map(move |one| (unit, one)));
    let assumed = findings.filter_map(|(unit, finding)| match finding {
        Finding::Unverified(assumption) => Some((unit.portal.as_str(), *assumption)),
        _ => None,
    });
    let assumed: BTreeSet<(&str, &str)> = assumed.collect();
    let pieces = assumed.iter().map(|(portal, assumption)| {
        let text = format!(
            "- {}: {}\n",
            phrase::text(portal),
            phrase::sentence(assumption)
        );
        Piece::new(text, 1).or_nothing(Level::Findings)
    });
    list(
        &format!(
            "🧪 Assumed of the portals, and not tried: {}",
            assumed.len()
        ),
        pieces.collect(),
    )
}

/// Waivers that end soon, or that the plan does not need.
pub(super) fn waivers<'p>(overview: &Overview<'p>) -> Option<Section<'p>> {
    let notes = &overview.review.waivers;
    let pieces = notes.iter().map(|note| {
        let SourceDocument { file, line } = &note.source;
        let text = format!(
            "- {} · {}\n",
            phrase::text(&waiver(note)),
            phrase::code(&format!("{file}:{line}"))
        );
        Piece::new(text, 1).or_nothing(Level::Findings)
    });
    list(&format!("📎 Waivers: {}", notes.len()), pieces.collect())
}
