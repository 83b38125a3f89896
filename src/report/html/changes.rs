//! What will be done in one organisation at one portal, person by person, in the plan's order.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, counted, place, places, prose, who};
use super::opening::changed;
use super::put;
use crate::model::movement::Half;
use crate::model::name::LoginId;
use crate::model::plan::{Action, ActionIndex, ActionKind, Change, Reason, UnitPlan};
use crate::model::review::{ActionAt, Cause, EscalationKind};
use crate::model::source::Source;
use crate::report::escape::html;
use crate::report::redact::is_hidden_name;
use crate::report::words::{self, symbol};

/// Actions of one person that are said in one line: of one kind, for one reason.
struct Line<'p> {
    first: &'p Action,
    cause: Option<Cause>,
    areas: Vec<&'p Action>,
    why: String,
    /// Where each of them stands, of those that stand anywhere: all in one file.
    places: Vec<&'p Source>,
}

/// Every action of a unit; nothing where there is none.
pub(super) fn changes(context: &Context<'_>, number: u32, unit: &UnitPlan, out: &mut String) {
    if unit.actions.is_empty() {
        return;
    }
    let mut order: Vec<&LoginId> = Vec::new();
    let mut of_person: BTreeMap<&LoginId, Vec<(ActionIndex, &Action)>> = BTreeMap::new();
    for (index, action) in (0_u32..).zip(&unit.actions) {
        let login = &action.account.login;
        let own = of_person.entry(login).or_insert_with(|| {
            order.push(login);
            Vec::new()
        });
        own.push((ActionIndex(index), action));
    }
    let marks = Marks::of(context, number, unit);
    put!(out, "<ul class=people>\n");
    for login in order {
        let Some(mut own) = of_person.remove(login) else {
            continue;
        };
        // The account first, then its areas.
        own.sort_by_key(|(_, action)| action.area.is_some());
        person(context, number, unit, (&own, &marks), out);
    }
    put!(out, "</ul>\n");
}

/// What is said of a person beside their actions, by login id.
struct Marks<'p> {
    mails: BTreeMap<&'p LoginId, u64>,
    moves: BTreeMap<&'p LoginId, String>,
    escalations: BTreeMap<&'p LoginId, BTreeSet<EscalationKind>>,
}

impl<'p> Marks<'p> {
    fn of(context: &'p Context<'_>, number: u32, unit: &'p UnitPlan) -> Self {
        let mut mails = BTreeMap::new();
        for login in unit.saves.iter().flat_map(|save| &save.mails) {
            *mails.entry(login).or_default() += 1;
        }
        let mut moves = BTreeMap::new();
        for it in &context.plan.moves {
            let sides = [
                (&it.leaves, "moves to", &it.joins),
                (&it.joins, "comes from", &it.leaves),
            ];
            for (own, word, others) in sides {
                let here = own.iter().filter(|half| {
                    half.organisation == unit.organisation && half.portal == unit.portal
                });
                for half in here {
                    moves.insert(&half.account.login, format!("{word} {}", names(others)));
                }
            }
        }
        let mut escalations: BTreeMap<&LoginId, BTreeSet<EscalationKind>> = BTreeMap::new();
        for it in context.overview.escalations.iter() {
            if it.unit == number {
                let kinds = escalations.entry(&it.account.login).or_default();
                kinds.extend(it.kinds.iter().copied());
            }
        }
        Self {
            mails,
            moves,
            escalations,
        }
    }
}

fn names(halves: &[Half]) -> String {
    let names: BTreeSet<&str> = halves.iter().map(|half| &*half.organisation_name).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn person(
    context: &Context<'_>,
    number: u32,
    unit: &UnitPlan,
    (own, marks): (&[(ActionIndex, &Action)], &Marks<'_>),
    out: &mut String,
) {
    let Some((_, first)) = own.first() else {
        return;
    };
    let account = &first.account;
    put!(
        out,
        "<li class=person data-p={}><p class=who>{}",
        context.person(account),
        who(account)
    );
    if let Some(text) = marks.moves.get(&account.login) {
        put!(out, " <span class=tag>→ {}</span>", html(text));
    }
    if let Some(count) = marks.mails.get(&account.login) {
        let mails = counted(*count, "mail", "mails");
        put!(
            out,
            " <span class=tag>✉ gets {mails} from the portal</span>"
        );
    }
    put!(out, "</p>");
    for kind in marks.escalations.get(&account.login).into_iter().flatten() {
        put!(
            out,
            "<p class=because><span class=sign aria-hidden=true>!</span> {}</p>",
            html(&escalation(*kind))
        );
    }
    put!(out, "<ul>\n");
    for line in lines(context, number, own) {
        write_line(context, unit, &line, out);
    }
    put!(out, "</ul>\n");
}

/// A person's actions, those of one kind and reason together.
fn lines<'p>(context: &Context<'_>, unit: u32, own: &[(ActionIndex, &'p Action)]) -> Vec<Line<'p>> {
    let mut lines: Vec<Line<'p>> = Vec::new();
    for (index, action) in own {
        let at = ActionAt {
            unit,
            action: *index,
        };
        let cause = context.overview.review.causes.get(&at).copied();
        let why = sentence(&action.reason);
        let source = action.reason.source();
        let file = source.map(|source| &source.file);
        let alike = |line: &&mut Line<'_>| {
            let first = line.first;
            first.area.is_some()
                && action.area.is_some()
                && first.kind == action.kind
                && line.why == why
                && line.places.first().map(|place| &place.file) == file
                && first.sensitive == action.sensitive
                && first.reversible == action.reversible
                && line.cause == cause
        };
        match lines.iter_mut().find(alike) {
            Some(line) => {
                line.areas.push(action);
                line.places.extend(source);
            }
            None => lines.push(Line {
                first: action,
                cause,
                areas: vec![action],
                why,
                places: source.into_iter().collect(),
            }),
        }
    }
    lines
}

fn write_line(context: &Context<'_>, unit: &UnitPlan, line: &Line<'_>, out: &mut String) {
    let Line {
        first,
        cause,
        areas,
        why,
        places: stand,
    } = line;
    let kind = first.kind.as_str();
    put!(
        out,
        "<li class=\"act k-{kind}\" data-k={kind} data-n={}><span class=kind><span class=sign \
         aria-hidden=true>{}</span> {kind}</span> <span class=what>",
        areas.len(),
        symbol(first.kind)
    );
    let titles = areas.iter().filter_map(|action| action.area.as_ref());
    let mut whats: Vec<String> = titles
        .map(|area| format!("<b>{}</b>", html(context.title(unit, area))))
        .collect();
    for action in areas {
        whats.extend(action.changes.iter().filter_map(|of| field(action, of)));
    }
    put!(out, "{}", whats.join(", "));
    if let Some(cause) = cause {
        let (class, word) = match cause {
            Cause::Change => ("tag", "by this change"),
            Cause::Pending => ("tag", "pending already"),
            Cause::Drift => ("tag alarm", "drift: changed outside the files"),
        };
        put!(out, " <span class=\"{class}\">{word}</span>");
    }
    if first.sensitive {
        put!(out, " <span class=\"tag alarm\">! sensitive</span>");
    }
    if !first.reversible {
        let text = match first.kind {
            ActionKind::Delete => "cannot be undone",
            _ => "only a posted key gives it back",
        };
        put!(out, " <span class=\"tag alarm\">✗ {text}</span>");
    }
    put!(out, " <span class=why>{why}");
    if !stand.is_empty() {
        put!(out, " · {}", places(stand));
    }
    put!(out, "</span></span>\n");
}

/// A field before and after; nothing for what the person's own line says already.
fn field(action: &Action, of: &Change) -> Option<String> {
    let (field, before, after) = changed(of);
    if action.kind == ActionKind::Create {
        let said =
            after == html(action.account.login.as_str()) || after == html(&action.account.name);
        let said = said || is_hidden_name(&after);
        return (!said && after != "no end").then(|| format!("{field} {after}"));
    }
    Some(match before {
        Some(before) if is_hidden_name(&before) && is_hidden_name(&after) => {
            format!("another <b>{field}</b>")
        }
        Some(before) => format!("{field}: <s>{before}</s> → <b>{after}</b>"),
        None => format!("{field}: <b>{after}</b>"),
    })
}

/// The reason in a clause, and the place in the YAML.
pub(super) fn why(reason: &Reason) -> String {
    let sentence = sentence(reason);
    match reason.source() {
        Some(source) => format!("{sentence} · {}", place(source)),
        None => sentence,
    }
}

fn sentence(reason: &Reason) -> String {
    match reason {
        Reason::Renamed { was, source: _ } => format!("renamed, was {}", html(was.as_str())),
        _ => prose(&reason.sentence()),
    }
}

/// In what way somebody changes their own rights.
pub(super) fn escalation(kind: EscalationKind) -> String {
    words::escalation(kind).replace('`', "")
}
