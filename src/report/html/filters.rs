//! The filters: by organisation, person and kind. They are shown by the page's script, which is what
//! makes them work; the kinds stand there with their signs and counts.

use std::collections::BTreeSet;

use super::context::{Context, grouped};
use super::put;
use crate::model::plan::ActionKind;
use crate::report::escape::html;
use crate::report::words::symbol;

/// The bar of filters, hidden until the script runs, and what says how much is shown.
pub(super) fn filters(context: &Context<'_>, out: &mut String) {
    let units = context.plan.units.iter();
    let changing = units.filter(|unit| {
        !unit.actions.is_empty() || !unit.manual.is_empty() || !unit.held_back.is_empty()
    });
    let organisations: BTreeSet<_> = changing.map(|unit| &unit.organisation).collect();
    put!(
        out,
        "<form id=filters class=filters hidden role=search autocomplete=off data-changes={} \
         data-people={} data-organisations={} aria-label=\"Show a part of this plan\">\n\
         <div class=wide>\n",
        context.changes,
        context.changing,
        organisations.len()
    );
    put!(
        out,
        "<p class=field><label for=by-organisation>Organisation</label>\
         <select id=by-organisation name=organisation><option value=\"\">All</option>"
    );
    let mut organisations = context.organisations();
    organisations.sort_by_key(|organisation| organisation.name.to_lowercase());
    for organisation in organisations {
        put!(
            out,
            "<option value=\"{}\">{}</option>",
            html(organisation.id.as_str()),
            html(organisation.name)
        );
    }
    put!(out, "</select></p>\n");
    put!(
        out,
        "<p class=field><label for=by-person>Person</label>\
         <input id=by-person name=person type=search autocomplete=off spellcheck=false \
         placeholder=\"name or login\"></p>\n"
    );
    put!(
        out,
        "<p class=field><label class=chip><input type=checkbox name=changing value=1> \
         Only people who change</label> <button type=reset>Show all</button></p>\n"
    );
    kinds(context, out);
    put!(out, "<p id=shown role=status aria-live=polite></p>\n");
    put!(out, "</div>\n</form>\n");
    put!(
        out,
        "<noscript><p class=\"wide without\">Without scripts this page is whole, but cannot be \
         filtered.</p></noscript>\n"
    );
}

fn kinds(context: &Context<'_>, out: &mut String) {
    let counts = &context.overview.counts;
    let mut chips: Vec<(&str, &str, u64)> = ActionKind::ALL
        .iter()
        .map(|kind| {
            let count = counts.actions.get(kind).copied().unwrap_or_default();
            (kind.as_str(), symbol(*kind), count)
        })
        .collect();
    chips.push(("by-hand", "✎", counts.manual));
    chips.push(("held-back", "‖", counts.held_back));
    chips.retain(|(_, _, count)| *count > 0);
    if chips.is_empty() {
        return;
    }
    put!(out, "<fieldset><legend>Kind</legend>");
    for (kind, sign, count) in chips {
        let word = kind.replace('-', " ");
        put!(
            out,
            "<label class=\"chip k-{kind}\"><input type=checkbox name=kind value={kind}> \
             <span class=sign aria-hidden=true>{sign}</span> {word} <span class=count>{}</span></label> ",
            grouped(count)
        );
    }
    put!(out, "</fieldset>\n");
}
