//! Every organisation: what is planned there, portal by portal, and who has what.

use super::context::{Context, Organisation, counted};
use super::{changes, folded, matrix, notes, put};
use crate::model::plan::UnitPlan;
use crate::report::escape::html;
use crate::report::overview::Row;
use crate::report::words::live_counts;

/// All of them, the most serious first.
pub(super) fn organisations(context: &Context<'_>, out: &mut String) {
    put!(
        out,
        "<section id=changes class=wide aria-labelledby=changes-title>\n"
    );
    put!(out, "<h2 id=changes-title>Changes and who has what</h2>\n");
    matrix::legend(out);
    let all = context.organisations();
    let quiet = all.iter().filter(|it| it.row.is_none()).count();
    let mut said = false;
    for (number, organisation) in all.iter().enumerate() {
        if organisation.row.is_none() && !said && quiet < all.len() {
            said = true;
            put!(
                out,
                "<h3 class=quiet>{} as the files ask for</h3>\n",
                counted(quiet as u64, "organisation is", "organisations are")
            );
        }
        one(context, number, organisation, out);
    }
    put!(
        out,
        "<p id=none hidden>Nothing here fits.</p>\n</section>\n"
    );
}

fn one(context: &Context<'_>, number: usize, organisation: &Organisation<'_>, out: &mut String) {
    let open = if context.unfolds_changes && organisation.row.is_some() {
        " open"
    } else {
        ""
    };
    put!(
        out,
        "<details class=org id=o{number} data-o=\"{}\"{open}>\n<summary><h3>{}</h3> {}</summary>\n",
        html(organisation.id.as_str()),
        html(organisation.name),
        chips(organisation.row)
    );
    for unit in &organisation.units {
        if let Some(plan) = context.unit(*unit) {
            write_unit(context, *unit, plan, out);
        }
    }
    put!(out, "</details>\n");
}

fn write_unit(context: &Context<'_>, number: u32, unit: &UnitPlan, out: &mut String) {
    put!(
        out,
        "<section class=unit>\n<h4>{}",
        html(unit.portal.as_str())
    );
    if context.options.by_hand.contains(&unit.portal) {
        put!(out, " <span class=tag>no API: people carry it out</span>");
    }
    put!(
        out,
        " <span class=at>{} · {}{}</span></h4>\n",
        html(unit.portal_organisation.as_str()),
        live_counts(&unit.live).join(", "),
        unit.approved_by
            .as_deref()
            .map_or_else(String::new, |who| format!(
                " · list approved by {}",
                html(who)
            ))
    );
    put!(out, "<div class=said>\n");
    folded(!context.unfolds_changes, out, |out| {
        said(context, number, unit, out);
    });
    put!(out, "</div>\n");
    if let Some(access) = context.access(unit) {
        matrix::matrix(context, unit, access, out);
    }
    put!(out, "</section>\n");
}

/// What is planned there, and what a reviewer must know beside it.
fn said(context: &Context<'_>, number: u32, unit: &UnitPlan, out: &mut String) {
    notes::problems(unit, out);
    changes::changes(context, number, unit, out);
    if unit.actions.is_empty() && unit.manual.is_empty() && unit.held_back.is_empty() {
        put!(out, "<p class=at>Nothing to do here.</p>\n");
    }
    notes::beside(context, unit, out);
}

/// What is planned for an organisation at all its portals together, in a few words each.
fn chips(row: Option<&Row<'_>>) -> String {
    let Some(row) = row else {
        return "<span class=at>nothing to do</span>".to_owned();
    };
    let all: [(&str, &str, u64, &str, &str); 12] = [
        ("alarm", "✗", row.refusals, "refusal", "refusals"),
        ("alarm", "✗", row.faults, "fault", "faults"),
        (
            "alarm",
            "✗",
            row.irreversible,
            "cannot be undone",
            "cannot be undone",
        ),
        (
            "power",
            "▲",
            row.promoted,
            "new administrator",
            "new administrators",
        ),
        (
            "power",
            "▼",
            row.demoted,
            "administrator fewer",
            "administrators fewer",
        ),
        ("alarm", "!", row.escalations, "escalation", "escalations"),
        ("take", "×", row.leaving, "loses access", "lose access"),
        ("take", "−", row.losing_areas, "loses areas", "lose areas"),
        (
            "take",
            "−",
            row.ending_earlier,
            "ends earlier",
            "end earlier",
        ),
        ("give", "+", row.gaining, "gains", "gain"),
        ("note", "~", row.changed, "changes", "change"),
        ("note", "✎", row.manual, "step by hand", "steps by hand"),
    ];
    let shown = all.iter().filter(|(.., count, _, _)| *count > 0);
    let chips: Vec<String> = shown
        .map(|(class, sign, count, one, many)| {
            let text = counted(*count, one, many);
            format!("<span class=\"tag {class}\"><span class=sign aria-hidden=true>{sign}</span> {text}</span>")
        })
        .collect();
    chips.join(" ")
}
