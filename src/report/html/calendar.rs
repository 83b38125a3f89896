//! What ends when: accounts and areas that end by date once the plan has been carried out, month by
//! month from the plan's day.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use super::context::{Context, counted, grouped, month, short_day, who};
use super::{folded, put};
use crate::model::access::UnitAccess;
use crate::model::name::AreaName;
use crate::model::plan::AccountRef;
use crate::report::escape::html;

/// Months that are shown whether anything ends in them or not: this one and the next twelve.
const MONTHS: i64 = 13;
/// Most dates that are unfolded from the beginning.
const FEW: usize = 60;

/// What ends of one account on one day.
struct End<'p> {
    unit: &'p UnitAccess,
    account: &'p AccountRef,
    /// None for the whole account.
    what: Vec<Option<&'p AreaName>>,
}

/// What ends on each day of a month.
type Days<'p> = BTreeMap<Date, Vec<End<'p>>>;

/// The calendar; only that nothing ends by date, where nothing does.
pub(super) fn calendar(context: &Context<'_>, out: &mut String) {
    let first = context.plan.day;
    let mut months: BTreeMap<(i16, i8), Days<'_>> = BTreeMap::new();
    for ahead in 0..MONTHS {
        let span = jiff::Span::new().try_months(ahead);
        if let Ok(day) = span.and_then(|span| first.first_of_month().checked_add(span)) {
            months.insert((day.year(), day.month()), Days::new());
        }
    }
    let mut count = 0;
    for unit in &context.plan.units {
        let Some(unit) = context.access(unit) else {
            continue;
        };
        for (day, end) in ends(unit).into_iter().filter(|(day, _)| *day >= first) {
            count += end.what.len();
            let days = months.entry((day.year(), day.month())).or_default();
            days.entry(day).or_default().push(end);
        }
    }
    put!(
        out,
        "<section id=calendar class=wide aria-labelledby=calendar-title>\n<h2 id=calendar-title>What ends \
         when</h2>\n<p class=at>Last days of accounts and areas, once this plan has been carried out. {}</p>\n",
        if count == 0 {
            "Nothing ends by date."
        } else {
            "Access lasts through the day itself."
        }
    );
    if count > 0 {
        put!(out, "<ol class=months>\n");
        for ((year, number), days) in &months {
            write_month(context, (*year, *number), days, count <= FEW, out);
        }
        put!(out, "</ol>\n");
    }
    put!(out, "</section>\n");
}

/// Everything of one unit that ends by date.
fn ends(unit: &UnitAccess) -> Vec<(Date, End<'_>)> {
    let mut found = Vec::new();
    for account in unit
        .accounts
        .iter()
        .filter(|account| account.access.after())
    {
        let mut of_day: BTreeMap<Date, Vec<Option<&AreaName>>> = BTreeMap::new();
        if let Some(day) = account.until {
            of_day.entry(day).or_default().push(None);
        }
        for (area, grant) in &account.areas {
            let own = grant.until.filter(|_| grant.held.after());
            let own = own.filter(|day| account.until.is_none_or(|last| *day < last));
            if let Some(day) = own {
                of_day.entry(day).or_default().push(Some(area));
            }
        }
        let end = |what| End {
            unit,
            account: &account.account,
            what,
        };
        found.extend(of_day.into_iter().map(|(day, what)| (day, end(what))));
    }
    found
}

/// How many there are, each area as one.
fn endings(ends: &[End<'_>]) -> usize {
    ends.iter().map(|end| end.what.len()).sum()
}

fn write_month(
    context: &Context<'_>,
    (year, number): (i16, i8),
    days: &Days<'_>,
    open: bool,
    out: &mut String,
) {
    let count: usize = days.values().map(|ends| endings(ends)).sum();
    let class = if count == 0 { "month empty" } else { "month" };
    put!(
        out,
        "<li class=\"{class}\"><h3>{} {year}</h3>",
        month(number)
    );
    grid((year, number), days, context.plan.day, out);
    if count == 0 {
        put!(out, "<p class=at>nothing ends</p>\n");
        return;
    }
    let open = if open { " open" } else { "" };
    put!(
        out,
        "<details class=ends{open}><summary>{}</summary>",
        counted(count as u64, "ending", "endings")
    );
    folded(true, out, |out| {
        put!(out, "<ul>");
        for (day, ends) in days {
            for end in ends {
                write_end(*day, end, out);
            }
        }
        put!(out, "</ul>");
    });
    put!(out, "</details>\n");
}

fn write_end(day: Date, end: &End<'_>, out: &mut String) {
    let End {
        unit,
        account,
        what,
    } = end;
    let whats: Vec<String> = what
        .iter()
        .map(|area| match area {
            None => "<b>account</b>".to_owned(),
            Some(area) => {
                let known = unit.areas.get(*area);
                let title = known.map_or(area.as_str(), |known| &*known.title);
                format!("<b>{}</b>", html(title))
            }
        })
        .collect();
    put!(
        out,
        "<li data-o=\"{}\" data-d={} data-n={}><time datetime={day}>{}</time> {} {} <span class=at>{} · {}</span>",
        html(unit.organisation.as_str()),
        day.day(),
        what.len(),
        short_day(day),
        who(account),
        whats.join(", "),
        html(&unit.organisation_name),
        html(unit.portal.as_str())
    );
}

/// The days of a month, weeks from Monday, with how many dates there are on each. Whoever does not
/// see it has the list below it.
fn grid((year, number): (i16, i8), days: &Days<'_>, today: Date, out: &mut String) {
    let Ok(first) = Date::new(year, number, 1) else {
        return;
    };
    put!(out, "<div class=grid aria-hidden=true>");
    for weekday in ["M", "T", "W", "T", "F", "S", "S"] {
        put!(out, "<b>{weekday}</b>");
    }
    for _ in 0..first.weekday().since(Weekday::Monday) {
        put!(out, "<i></i>");
    }
    for day in 1..=first.days_in_month() {
        let date = Date::new(year, number, day).unwrap_or(first);
        let class = if date == today { " class=today" } else { "" };
        match days.get(&date).map_or(0, |ends| endings(ends)) {
            0 => put!(out, "<i{class}>{day}</i>"),
            count => put!(
                out,
                "<i data-d={day} data-n={count}{class} title=\"{}\">{day}</i>",
                grouped(count as u64)
            ),
        }
    }
    put!(out, "</div>");
}
