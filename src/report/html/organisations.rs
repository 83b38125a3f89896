//! Every organisation: what is planned there, portal by portal, and who has what.

use super::context::{Context, Organisation, counted};
use super::{changes, folded, matrix, notes, put};
use crate::model::plan::UnitPlan;
use crate::report::escape::html;
use crate::report::overview::Row;

/// All of them, the most serious first.
pub(super) fn organisations(context: &Context<'_>, out: &mut String) {
    put!(
        out,
        "<section id=changes class=wide aria-labelledby=changes-title>\n"
    );
    put!(out, "<h2 id=changes-title>Changes and who has what</h2>\n");
    matrix::legend(out);
    let all = context.organisations();
    let quiet = all.iter().filter(|it| it.rows.is_empty()).count();
    let mut said = false;
    for (number, organisation) in all.iter().enumerate() {
        if organisation.rows.is_empty() && !said && quiet < all.len() {
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
    let open = if context.unfolds_changes && !organisation.rows.is_empty() {
        " open"
    } else {
        ""
    };
    put!(
        out,
        "<details class=org id=o{number} data-o=\"{}\"{open}>\n<summary><h3>{}</h3> {}</summary>\n",
        html(organisation.id.as_str()),
        html(organisation.name),
        chips(&organisation.rows)
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
        " <span class=at>{} · {}, {}, {}{}</span></h4>\n",
        html(unit.portal_organisation.as_str()),
        counted(unit.live.accounts, "account", "accounts"),
        counted(unit.live.grants, "grant", "grants"),
        counted(unit.live.admins, "administrator", "administrators"),
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
fn chips(rows: &[&Row<'_>]) -> String {
    if rows.is_empty() {
        return "<span class=at>nothing to do</span>".to_owned();
    }
    let sum = |of: fn(&Row<'_>) -> u64| rows.iter().map(|row| of(row)).sum::<u64>();
    let all: [(&str, &str, u64, &str, &str); 11] = [
        ("alarm", "✗", sum(|row| row.refusals), "refusal", "refusals"),
        ("alarm", "✗", sum(|row| row.faults), "fault", "faults"),
        (
            "alarm",
            "!",
            sum(|row| row.escalations),
            "escalation",
            "escalations",
        ),
        (
            "alarm",
            "✗",
            sum(|row| row.irreversible),
            "cannot be undone",
            "cannot be undone",
        ),
        (
            "power",
            "▲",
            sum(|row| row.promoted),
            "new administrator",
            "new administrators",
        ),
        (
            "power",
            "▼",
            sum(|row| row.demoted),
            "administrator less",
            "administrators less",
        ),
        (
            "take",
            "×",
            sum(|row| row.leaving),
            "loses access",
            "lose access",
        ),
        (
            "take",
            "−",
            sum(|row| row.losing_areas),
            "loses areas",
            "lose areas",
        ),
        ("give", "+", sum(|row| row.gaining), "gains", "gain"),
        ("note", "~", sum(|row| row.changed), "changes", "change"),
        (
            "note",
            "✎",
            sum(|row| row.manual),
            "step by hand",
            "steps by hand",
        ),
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
