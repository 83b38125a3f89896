//! Who has what, as a picture: people by areas, each cell with a shape and a sign of its own for what
//! is kept, given and taken. The words stand in the cells; the style sheet draws the signs.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Context, counted, short_day, who};
use super::{folded, put};
use crate::model::access::{AccessArea, AccountAccess, Held, UnitAccess};
use crate::model::name::AreaName;
use crate::model::plan::{ActionKind, UnitPlan};
use crate::report::escape::html;

/// A column: an area that somebody there has, or will have.
struct Column<'p> {
    area: &'p AreaName,
    title: &'p str,
    sensitive: bool,
    before: u64,
    after: u64,
}

/// Most rows that are shown without a scroll bar of their own.
const FEW: usize = 60;

/// Which columns there are beside the areas: only those in which something stands.
#[derive(Clone, Copy)]
struct Beside {
    admin: bool,
    last_day: bool,
}

/// What the signs mean, once for all matrices.
pub(super) fn legend(out: &mut String) {
    put!(
        out,
        "<p class=legend><span>In the pictures of who has what:</span> \
         <span><i class=cell>has</i> keeps</span> \
         <span><i class=\"cell g\">gains</i> gains</span> \
         <span><i class=\"cell l\">loses</i> loses</span> \
         <span><i class=\"cell u\">until</i> keeps, until a day of its own</span> \
         <span><i class=\"cell s\"></i> sensitive area</span></p>\n"
    );
}

/// The matrix of one unit, folded; nothing where nobody is to be seen.
pub(super) fn matrix(
    context: &Context<'_>,
    unit: &UnitPlan,
    access: &UnitAccess,
    out: &mut String,
) {
    let (rows, without): (Vec<&AccountAccess>, Vec<&AccountAccess>) =
        access.accounts.iter().partition(|account| is_seen(account));
    if rows.is_empty() {
        return;
    }
    let columns = columns(access, &rows);
    let beside = Beside {
        admin: rows.iter().any(|account| account.admin != Held::No),
        last_day: rows.iter().any(|account| account.until.is_some()),
    };
    let people = counted(rows.len() as u64, "person", "people");
    let areas = counted(columns.len() as u64, "area", "areas");
    let unfolds = context.is_short && !unit.actions.is_empty();
    let open = if unfolds { " open" } else { "" };
    put!(
        out,
        "<details class=matrix{open}><summary>Who has what: {people} × {areas}</summary>\n\
         <div class={} role=group tabindex=0 aria-label=\"Who has what at {} on {}\">",
        if rows.len() > FEW {
            "\"scroll tall\""
        } else {
            "scroll"
        },
        html(&access.organisation_name),
        html(access.portal.as_str())
    );
    folded(true, out, |out| {
        put!(out, "<table>");
        head(beside, &columns, out);
        put!(out, "<tbody>");
        for account in &rows {
            row((context, unit), account, beside, &columns, out);
        }
        totals(unit, &rows, beside, &columns, out);
        put!(out, "</table>");
    });
    put!(out, "</div>\n");
    if !without.is_empty() {
        put!(
            out,
            "<p class=at>{} in the files or at the portal without access: not shown.</p>\n",
            counted(without.len() as u64, "more account is", "more accounts are")
        );
    }
    put!(out, "</details>\n");
}

/// Whether there is anything to see of an account.
fn is_seen(account: &AccountAccess) -> bool {
    account.access != Held::No || !account.areas.is_empty() || !account.actions.is_empty()
}

fn columns<'p>(access: &'p UnitAccess, rows: &[&'p AccountAccess]) -> Vec<Column<'p>> {
    let mut counts: BTreeMap<&AreaName, (u64, u64)> = BTreeMap::new();
    for (area, grant) in rows.iter().flat_map(|account| &account.areas) {
        let count = counts.entry(area).or_default();
        count.0 += u64::from(grant.held.before());
        count.1 += u64::from(grant.held.after());
    }
    let column = |(area, (before, after)): (&'p AreaName, (u64, u64))| {
        let known = access.areas.get(area);
        let (title, sensitive) = known.map_or((area.as_str(), false), |known| {
            let AccessArea { title, sensitive } = known;
            (&**title, *sensitive)
        });
        Column {
            area,
            title,
            sensitive,
            before,
            after,
        }
    };
    let mut columns: Vec<Column<'p>> = counts.into_iter().map(column).collect();
    columns.sort_by(|one, other| (one.title, one.area).cmp(&(other.title, other.area)));
    columns
}

fn head(beside: Beside, columns: &[Column<'_>], out: &mut String) {
    put!(
        out,
        "<thead><tr><th scope=col class=first>Person<th scope=col class=v><span>Account</span>"
    );
    if beside.admin {
        put!(out, "<th scope=col class=v><span>Administrator</span>");
    }
    if beside.last_day {
        put!(out, "<th scope=col>Last day");
    }
    for column in columns {
        let class = if column.sensitive { "v s" } else { "v" };
        let mark = if column.sensitive { " (sensitive)" } else { "" };
        put!(
            out,
            "<th scope=col class=\"{class}\" title=\"{}\"><span>{}{mark}</span>",
            html(column.area.as_str()),
            html(column.title)
        );
    }
    put!(out, "</thead>");
}

fn row(
    (context, unit): (&Context<'_>, &UnitPlan),
    account: &AccountAccess,
    beside: Beside,
    columns: &[Column<'_>],
    out: &mut String,
) {
    let actions = account.actions.iter();
    let kinds: BTreeSet<_> = actions
        .filter_map(|index| unit.actions.get(index.0 as usize))
        .map(|action| action.kind)
        .collect();
    if kinds.is_empty() {
        put!(out, "<tr data-p={}>", context.person(&account.account));
    } else {
        let kinds: Vec<&str> = kinds.into_iter().map(|kind| kind.as_str()).collect();
        put!(
            out,
            "<tr data-p={} data-k=\"{}\">",
            context.person(&account.account),
            kinds.join(" ")
        );
    }
    put!(out, "<th scope=row>{}", who(&account.account));
    if account.shared {
        put!(out, " <span class=tag>shared</span>");
    }
    if account.source.is_none() {
        put!(out, " <span class=tag>not in the files</span>");
    }
    let plain = || (None, false);
    let ends = match account.access {
        Held::Kept => "stays, without access",
        _ => "ends",
    };
    cell(access(unit, account), ["has", "new", ends], plain(), out);
    if beside.admin {
        cell(account.admin, ["is", "becomes", "stops"], plain(), out);
    }
    if beside.last_day {
        let day = account.until.map(short_day).unwrap_or_default();
        put!(out, "<td class=d>{day}");
    }
    for column in columns {
        let grant = account.areas.get(column.area);
        let held = grant.map(|grant| grant.held).unwrap_or_default();
        // What ends with the account says nothing of its own.
        let until = grant.and_then(|grant| grant.until);
        let until = until.filter(|day| account.until.is_none_or(|last| *day < last));
        let until = until.filter(|_| held.after()).map(short_day);
        let beside = (until, column.sensitive);
        cell(held, ["has", "gains", "loses"], beside, out);
    }
}

/// One cell, in words: kept, given, taken. The end tag may be left out, and is: there are many.
fn cell(
    held: Held,
    [kept, given, taken]: [&str; 3],
    (until, sensitive): (Option<String>, bool),
    out: &mut String,
) {
    let (class, word) = match held {
        Held::No => ("", ""),
        Held::Kept => ("", kept),
        Held::Given => ("g", given),
        Held::Taken => ("l", taken),
    };
    let classes = [
        class,
        if until.is_some() { "u" } else { "" },
        if sensitive { "s" } else { "" },
    ];
    let classes: Vec<&str> = classes
        .into_iter()
        .filter(|class| !class.is_empty())
        .collect();
    match classes.as_slice() {
        [] => out.push_str("<td>"),
        [one] => put!(out, "<td class={one}>"),
        several => put!(out, "<td class=\"{}\">", several.join(" ")),
    }
    out.push_str(word);
    if let Some(until) = until {
        put!(out, " until {until}");
    }
}

/// Whether an account gives access: one that is emptied and stays gives none.
fn access(unit: &UnitPlan, account: &AccountAccess) -> Held {
    let mut actions = account.actions.iter();
    let is_emptied = actions.any(|index| {
        let action = unit.actions.get(index.0 as usize);
        action.is_some_and(|action| action.kind == ActionKind::Expire)
    });
    match account.access {
        Held::Kept if is_emptied => Held::Taken,
        access => access,
    }
}

/// How many people have each, before and after.
fn totals(
    unit: &UnitPlan,
    rows: &[&AccountAccess],
    beside: Beside,
    columns: &[Column<'_>],
    out: &mut String,
) {
    let count = |held: &dyn Fn(&AccountAccess) -> Held| {
        let states = rows.iter().map(|account| held(account));
        states.fold((0, 0), |(before, after), held| {
            let more = |truth| u64::from(truth);
            (before + more(held.before()), after + more(held.after()))
        })
    };
    put!(out, "<tfoot><tr><th scope=row>People, before and after");
    total(count(&|account| access(unit, account)), out);
    if beside.admin {
        total(count(&|account| account.admin), out);
    }
    if beside.last_day {
        put!(out, "<td class=d>");
    }
    for column in columns {
        total((column.before, column.after), out);
    }
}

fn total((before, after): (u64, u64), out: &mut String) {
    if before == after {
        put!(out, "<td class=n>{after}");
    } else {
        put!(out, "<td class=n>{before}<wbr>→{after}");
    }
}
