//! A row for each organisation, the most serious first.

use super::MarkdownOptions;
use super::fit::{LeftOut, Level, Piece, Section};
use super::phrase;
use crate::model::name::PortalName;
use crate::report::overview::{Overview, Row};
use crate::report::words::counted;

/// Most rows that stand open.
const OPEN: usize = 25;

/// Above the rows.
const HEAD: &str = "| Organisation | Portals | Administrators | Lose access | Lose areas | Gain | Also |\n\
                    |---|---|---|--:|--:|--:|---|\n";

/// The table; none where there is no row.
pub(super) fn organisations<'p>(
    overview: &Overview<'p>,
    options: &MarkdownOptions,
) -> Option<Section<'p>> {
    let rows = &overview.rows;
    let pieces = rows.iter().map(|row| {
        let mut portals = row.portals.iter();
        let by_hand = portals.any(|portal| options.by_hand.contains(&PortalName::from(*portal)));
        let text = line(row, by_hand);
        Piece::new(text, row.actions).or_nothing(Level::Rows)
    });
    let pieces: Vec<Piece<'p>> = pieces.collect();
    let count = rows.len();
    let (head, foot) = if rows.len() <= OPEN {
        ("\n#### By organisation\n\n".to_owned(), String::new())
    } else {
        super::topics::folded(&format!("By organisation: {count}, the most serious first"))
    };
    let left_out = |it: &LeftOut<'_>| {
        let LeftOut {
            pieces,
            things,
            more,
            ..
        } = it;
        let (organisations, fit) = match pieces {
            1 => ("organisation", "does not fit"),
            _ => ("organisations", "do not fit"),
        };
        let changes = counted(*things, "change", "changes");
        let above = match *more {
            "" => "",
            _ => "; what is more serious stands above",
        };
        format!("\n**{pieces} {more}{organisations} with {changes} {fit} here{above}.**\n")
    };
    let section = Section::new(format!("{head}{HEAD}"), pieces, left_out, foot);
    (!rows.is_empty()).then_some(section)
}

fn line(row: &Row<'_>, by_hand: bool) -> String {
    let Row {
        organisation,
        name,
        portals,
        refusals,
        faults,
        escalations,
        irreversible,
        promoted,
        demoted,
        leaving,
        losing_areas,
        ending_earlier,
        gaining,
        changed,
        manual,
        held_back,
        mails,
        actions: _,
    } = row;
    let name = if name.trim().is_empty() {
        organisation
    } else {
        name
    };
    let admins = [("▲", promoted, "more"), ("▼", demoted, "fewer")];
    let admins = admins.iter().filter(|(_, count, _)| **count > 0);
    let admins = admins.map(|(sign, count, word)| format!("{sign} {count} {word}"));
    let also = [
        (*refusals, "⛔ refused", "⛔ refused"),
        (*faults, "⛔ 1 fault", "faults"),
        (*escalations, "❗ 1 escalation", "escalations"),
        (*irreversible, "❗ 1 cannot be undone", "cannot be undone"),
        (*ending_earlier, "1 ends earlier", "end earlier"),
        (*changed, "1 person renamed", "people renamed"),
        (*manual, "1 step for a person", "steps for people"),
        (*mails, "1 mail", "mails"),
        (*held_back, "1 held back", "held back"),
    ];
    let also = also.iter().filter(|(count, _, _)| *count > 0);
    let also = also.map(|(count, one, many)| match (count, one == many) {
        (1, _) | (_, true) => (*one).to_owned(),
        (_, false) if one.starts_with('⛔') => format!("⛔ {count} {many}"),
        (_, false) if one.starts_with('❗') => format!("❗ {count} {many}"),
        (_, false) => format!("{count} {many}"),
    });
    let mut also: Vec<String> = also.collect();
    if by_hand {
        also.push("by hand".to_owned());
    }
    let number = |count: u64| match count {
        0 => String::new(),
        count => count.to_string(),
    };
    format!(
        "| {} | {} | {} | {} | {} | {} | {} |\n",
        phrase::text(name),
        phrase::text(&portals.join(", ")),
        admins.collect::<Vec<_>>().join(", "),
        number(*leaving),
        number(*losing_areas),
        number(*gaining),
        also.join(", ")
    )
}
