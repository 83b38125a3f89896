//! A row for each organisation at each portal, the most serious first.

use super::MarkdownOptions;
use super::fit::{Level, Piece, Section, Weight};
use super::phrase;
use crate::model::name::PortalName;
use crate::report::overview::{Overview, Row};
use crate::report::words::counted;

/// Most rows that stand open.
const OPEN: usize = 25;

/// Above the rows.
const HEAD: &str = "| Organisation | Portal | Administrators | Lose access | Lose areas | Gain | Also |\n\
                    |---|---|---|--:|--:|--:|---|\n";

/// The table; none where there is no row.
pub(super) fn organisations(overview: &Overview<'_>, options: &MarkdownOptions) -> Option<Section> {
    let rows = &overview.rows;
    let pieces = rows.iter().map(|row| {
        let portal: PortalName = row.portal.into();
        let by_hand = options.by_hand.contains(&portal);
        let text = line(row, by_hand);
        Piece::new(text, row.gaining, row.actions).or_nothing(Level::Rows)
    });
    let pieces: Vec<Piece> = pieces.collect();
    let count = counted(rows.len() as u64, "row", "rows");
    let (head, foot) = if rows.len() <= OPEN {
        ("\n#### By organisation\n\n".to_owned(), String::new())
    } else {
        super::topics::folded(&format!("By organisation: {count}, the most serious first"))
    };
    let left_out = |weight: Weight| {
        let Weight {
            pieces,
            people: _,
            things,
        } = weight;
        format!(
            "\n**{} with {} do not fit here; what is more serious stands above.**\n",
            counted(pieces, "more row", "more rows"),
            counted(things, "change", "changes")
        )
    };
    let section = Section::new(format!("{head}{HEAD}"), pieces, left_out, foot);
    (!rows.is_empty()).then_some(section)
}

fn line(row: &Row<'_>, by_hand: bool) -> String {
    let Row {
        unit: _,
        organisation,
        name,
        portal,
        refusals,
        faults,
        escalations,
        irreversible,
        promoted,
        demoted,
        leaving,
        losing_areas,
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
        (
            *changed,
            "1 person renamed or redated",
            "people renamed or redated",
        ),
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
        phrase::text(portal),
        admins.collect::<Vec<_>>().join(", "),
        number(*leaving),
        number(*losing_areas),
        number(*gaining),
        also.join(", ")
    )
}
