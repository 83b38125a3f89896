//! The governors' page as people read it: what needs attention first, then who administers what,
//! who left, and the rest, in plain words.

use super::{AdminPlace, Administrator, AdminsReport, Leaver, LeaverState, SharedLogin, Sharer};
use crate::report::counted;
use crate::report::sheets::Standing;
use crate::report::sheets::expiring::Ending;
use crate::report::sheets::page::{Block, Cell, Piece, Row, Sheet, Sheets, Table, named};
use crate::report::sheets::unread_notice;

/// Most organisations that a sentence names.
const NAMED: usize = 5;

pub(super) fn sheets(report: &AdminsReport) -> Sheets {
    let mut blocks: Vec<Block> = unread_notice(&report.unread)
        .map(Block::Notice)
        .into_iter()
        .collect();
    attention(report, &mut blocks);
    administrators(report, &mut blocks);
    leavers(report, &mut blocks);
    overdue(report, &mut blocks);
    shared(report, &mut blocks);
    own_hand(report, &mut blocks);
    Sheets {
        title: format!("Administrators and leavers, {}", report.day),
        sheets: vec![Sheet {
            kind: "Report for governors".to_owned(),
            title: "Administrators and leavers".to_owned(),
            subtitle: format!("On {}, with who left since {}", report.day, report.since),
            running: String::new(),
            lead: vec![
                "An administrator of a portal decides who else may use it and what they see."
                    .to_owned(),
            ],
            blocks,
        }],
        answers: None,
    }
}

/// What a governor should ask about, the most serious first.
fn attention(report: &AdminsReport, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "What needs attention".to_owned()));
    let before = blocks.len();
    let mut say = |count: usize, one: &str, many: &str| {
        if count > 0 {
            let text = if count == 1 { one } else { many };
            let text = text.replacen("{}", &count.to_string(), 1);
            blocks.push(Block::Notice(text));
        }
    };
    let live = |leaver: &&Leaver| leaver.state == LeaverState::StillLive;
    let still = || report.leavers.iter().filter(live);
    say(
        still().filter(|leaver| leaver.admin).count(),
        "One administrator has left and can still sign in.",
        "{} administrators have left and can still sign in.",
    );
    say(
        still().count(),
        "One account of somebody who has left is still open.",
        "{} accounts of people who have left are still open.",
    );
    let short = report.places.iter().filter(|place| place.is_short());
    let short: Vec<&str> = short.map(|one| one.organisation_name.as_str()).collect();
    let named = listed(&short);
    say(
        short.len(),
        &format!("One organisation has fewer administrators than the rule asks for: {named}."),
        &format!("{{}} organisations have fewer administrators than the rule asks for: {named}."),
    );
    say(
        report.escalations.len(),
        "By one pending change somebody changes, or approves, their own rights.",
        "By {} pending changes somebody changes, or approves, their own rights.",
    );
    let known = report.shared.iter();
    say(
        known.filter(|one| one.known_to_leaver_of.is_some()).count(),
        "One shared password is known to somebody who has left.",
        "{} shared passwords are known to people who have left.",
    );
    let ended = |ending: &&Ending| {
        ending.kind != super::super::expiring::EndingKind::Account
            && ending.kind != super::super::expiring::EndingKind::Password
    };
    say(
        report.overdue.iter().filter(ended).count(),
        "One area or right should have ended and is still there.",
        "{} areas or rights should have ended and are still there.",
    );
    if blocks.len() == before {
        blocks.push(if report.unread.is_empty() {
            Block::Good("Nothing.".to_owned())
        } else {
            Block::Text("Nothing, as far as could be read.".to_owned())
        });
    }
    blocks.extend(report.notes.iter().cloned().map(Block::Text));
}

fn administrators(report: &AdminsReport, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Who administers what".to_owned()));
    let mut places: Vec<&AdminPlace> = report.places.iter().collect();
    // What needs attention first, then what changes; each in the order of the files.
    places.sort_by_key(|place| (!place.is_short(), !place.changes()));
    let rows = places.into_iter().map(|place| {
        Row::of(vec![
            Cell::line(vec![Piece::Strong(place.organisation_name.clone())])
                .and(vec![Piece::Faint(place.portal_title.clone())]),
            people(&place.administrators),
            how_many(place),
        ])
    });
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        blocks.push(Block::Text(
            "No portal here has administrators that could be told.".to_owned(),
        ));
    } else {
        blocks.push(Block::Table(Table {
            caption: "Administrators of each organisation at each portal".to_owned(),
            columns: vec!["Where", "Administrators", "How many"],
            rows,
        }));
    }
    if !report.without.is_empty() {
        blocks.push(Block::Text(format!(
            "Not told here: {}, where one main account alone decides, and no list shows it.",
            report.without.join(", ")
        )));
    }
}

/// Names in a sentence: the first few, and how many more there are.
fn listed(names: &[&str]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).copied().collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn people(administrators: &[Administrator]) -> Cell {
    administrators.iter().fold(Cell::blank(), |cell, one| {
        let name = match one.name.trim() {
            "" => one.login.clone(),
            name => name.to_owned(),
        };
        let mut pieces = vec![match one.admin {
            Standing::Given => Piece::Given(name),
            Standing::Taken => Piece::Taken(name),
            Standing::Kept | Standing::None => Piece::Plain(name),
        }];
        pieces.push(Piece::Code(one.login.clone()));
        if one.person.is_none() {
            pieces.push(Piece::Tag("in no file".to_owned()));
        }
        pieces.extend(
            one.until
                .map(|until| Piece::Faint(format!("until {until}"))),
        );
        cell.and(pieces)
    })
}

fn how_many(place: &AdminPlace) -> Cell {
    let count = if place.now == place.after {
        place.now.to_string()
    } else {
        format!("{} now, {} after the plan", place.now, place.after)
    };
    let note = if place.is_short() {
        Piece::Alarm(format!("fewer than {}", place.minimum))
    } else if place.is_tight() {
        Piece::Faint(format!("none to spare: at least {}", place.minimum))
    } else {
        Piece::Faint(format!("at least {}", place.minimum))
    };
    Cell::plain(count).and(vec![note])
}

fn leavers(report: &AdminsReport, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(
        2,
        "Who left, and how fast access ended".to_owned(),
    ));
    if report.leavers.is_empty() {
        blocks.push(Block::Text(format!(
            "Nobody whose last day was since {} is known.",
            report.since
        )));
        return;
    }
    blocks.push(Block::Text(speed(&report.leavers)));
    let rows = report.leavers.iter().map(|leaver| {
        let words = leaver.words();
        let mut pieces = vec![match leaver.state {
            LeaverState::StillLive => Piece::Alarm(words),
            LeaverState::Ended => Piece::Plain(words),
            LeaverState::NoRecord | LeaverState::Unknown => Piece::Faint(words),
        }];
        if leaver.admin {
            pieces.push(Piece::Tag("administrator".to_owned()));
        }
        let on = leaver.ended_on.map(|day| Piece::Faint(format!("on {day}")));
        Row::of(vec![
            named(&leaver.name, &leaver.person),
            Cell::plain(leaver.organisation_name.clone())
                .and(vec![Piece::Faint(leaver.portal.clone())]),
            Cell::plain(leaver.last_day.to_string()),
            Cell::line(pieces).and(on.into_iter().collect()),
        ])
    });
    blocks.push(Block::Table(Table {
        caption: "Who left, and when access ended".to_owned(),
        columns: vec!["Who", "Where", "Last day", "Access"],
        rows: rows.collect(),
    }));
}

/// How fast, in one sentence.
fn speed(leavers: &[Leaver]) -> String {
    let of = |state: LeaverState| leavers.iter().filter(move |one| one.state == state);
    let mut days: Vec<i64> = of(LeaverState::Ended).filter_map(|one| one.days).collect();
    days.sort_unstable();
    let all = counted(leavers.len() as u64, "account", "accounts");
    let mut text = format!("Of {all} of leavers, {} ended with a record", days.len());
    if let (Some(middle), Some(longest)) = (days.get(days.len() / 2), days.last()) {
        let at_once = days.iter().filter(|days| **days <= 1).count();
        text.push_str(&format!(
            " ({at_once} at once; half within {}, the slowest after {})",
            super::rows::days_of((*middle).max(1)),
            super::rows::days_of((*longest).max(1))
        ));
    }
    let others = [
        (of(LeaverState::NoRecord).count(), "without one"),
        (of(LeaverState::Unknown).count(), "not known"),
        (of(LeaverState::StillLive).count(), "still open"),
    ];
    for (count, what) in others.iter().filter(|(count, _)| *count > 0) {
        text.push_str(&format!(", {count} {what}"));
    }
    text.push('.');
    text
}

fn overdue(report: &AdminsReport, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "What is overdue".to_owned()));
    if report.overdue.is_empty() {
        blocks.push(if report.unread.is_empty() {
            Block::Good("Nothing that should have ended is live.".to_owned())
        } else {
            Block::Text("Nothing, as far as could be read.".to_owned())
        });
        return;
    }
    let rows = report.overdue.iter().map(|one| {
        let last = one.last_day.map_or("–".to_owned(), |day| day.to_string());
        Row::of(vec![
            Cell::line(vec![Piece::Strong(one.name.clone().unwrap_or_default())]),
            Cell::plain(one.organisation_name.clone())
                .and(vec![Piece::Faint(one.portals.join(", "))]),
            Cell::plain(last),
            Cell::plain(one.what.clone()),
            Cell::plain(one.happens.clone()),
        ])
    });
    blocks.push(Block::Table(Table {
        caption: "What should have ended and is live".to_owned(),
        columns: vec!["Who", "Where", "Last day", "What", "What ends it"],
        rows: rows.collect(),
    }));
}

fn shared(report: &AdminsReport, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Shared logins".to_owned()));
    if report.shared.is_empty() {
        blocks.push(Block::Good("No login is shared.".to_owned()));
        return;
    }
    blocks.push(Block::Text(
        "Of what is done with a login that several people use, nobody can tell who did it."
            .to_owned(),
    ));
    let rows = report.shared.iter().map(|one: &SharedLogin| {
        let members: Vec<String> = one.members.iter().map(Sharer::words).collect();
        let changed = one
            .password_changed
            .map_or("no day is written".to_owned(), |day| day.to_string());
        let late = one
            .known_to_leaver_of
            .map(|day| Piece::Alarm(format!("to be changed: somebody left on {day}")));
        Row::of(vec![
            named(&one.name, &one.login),
            Cell::plain(one.organisation_name.clone()).and(vec![Piece::Faint(one.portal.clone())]),
            Cell::plain(one.custodian.name.clone()),
            Cell::plain(members.join(", ")),
            Cell::plain(changed).and(late.into_iter().collect()),
        ])
    });
    blocks.push(Block::Table(Table {
        caption: "Logins that several people use".to_owned(),
        columns: vec![
            "Login",
            "Where",
            "Answers for it",
            "Used by",
            "Password changed",
        ],
        rows: rows.collect(),
    }));
}

fn own_hand(report: &AdminsReport, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(2, "Changes of one’s own rights".to_owned()));
    if report.escalations.is_empty() {
        blocks.push(Block::Good(
            "No pending change gives rights to whoever wrote it.".to_owned(),
        ));
        return;
    }
    let rows = report.escalations.iter().map(|one| {
        Row::of(vec![
            named(&one.name, &one.person),
            Cell::plain(one.organisation_name.clone()).and(vec![Piece::Faint(one.portal.clone())]),
            Cell::plain(one.what.clone()),
            Cell::plain(one.why.clone()),
        ])
    });
    blocks.push(Block::Table(Table {
        caption: "Pending changes of somebody’s own rights".to_owned(),
        columns: vec!["Who", "Where", "What", "Why it stands here"],
        rows: rows.collect(),
    }));
}
