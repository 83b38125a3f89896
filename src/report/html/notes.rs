//! What a reviewer must know beside the changes: faults, steps for people, what was held back, what
//! is worth knowing; and of the whole plan, waivers, what it was compared with, what is assumed.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::why;
use super::context::{Context, counted, place, prose, short_day, who};
use super::put;
use crate::model::plan::{Finding, HeldBack, ManualStep, Problem, UnitPlan};
use crate::model::review::{Compared, Revision, WaiverNote, WaiverState};
use crate::model::source::SourceDocument;
use crate::report::escape::html;
use crate::report::words::symbol;

/// Digits of a commit that are shown.
const COMMIT: usize = 10;

/// Faults of the files that only live shows.
pub(super) fn problems(unit: &UnitPlan, out: &mut String) {
    if unit.problems.is_empty() {
        return;
    }
    put!(
        out,
        "<p class=because><b>{} in the files: nothing is applied until mended</b></p>\n<ul class=notes>\n",
        counted(unit.problems.len() as u64, "fault", "faults")
    );
    for problem in &unit.problems {
        let Problem {
            code,
            message,
            source,
            help,
        } = problem;
        let at = source.as_ref().map(place).unwrap_or_default();
        put!(
            out,
            "<li><code>{}</code> {} {at}",
            html(code),
            prose(message)
        );
        if let Some(help) = help {
            put!(out, "<br>{}", prose(help));
        }
        put!(out, "\n");
    }
    put!(out, "</ul>\n");
}

/// Steps for people, what was held back, and what is worth knowing.
pub(super) fn beside(context: &Context<'_>, unit: &UnitPlan, out: &mut String) {
    manual(context, unit, out);
    held_back(context, unit, out);
    findings(context, unit, out);
}

fn manual(context: &Context<'_>, unit: &UnitPlan, out: &mut String) {
    if unit.manual.is_empty() {
        return;
    }
    put!(
        out,
        "<div class=aside><h5>{}: the portal lets no program do it</h5>\n<ul class=people>\n",
        counted(
            unit.manual.len() as u64,
            "step for a person",
            "steps for people"
        )
    );
    for step in &unit.manual {
        let ManualStep {
            kind: _,
            account,
            area,
            title,
            clicks,
            change: _,
            reason,
        } = step;
        let area = area.as_ref().map(|area| html(context.title(unit, area)));
        let area = area.map_or_else(String::new, |area| format!(" <b>{area}</b>"));
        put!(
            out,
            "<li class=person data-p={}><p class=who>{}</p><ul><li class=\"act k-by-hand\" \
             data-k=by-hand data-n=1><span class=kind><span class=sign aria-hidden=true>✎</span> by \
             hand</span> <span class=what>{}{area}",
            context.person(account),
            who(account),
            prose(title)
        );
        put!(out, " <span class=why>{}</span>", why(reason));
        if !clicks.is_empty() {
            put!(out, "<details><summary>Where to click</summary><ol>");
            for click in clicks {
                put!(out, "<li>{}", prose(click));
            }
            put!(out, "</ol></details>");
        }
        put!(out, "</span></ul>\n");
    }
    put!(out, "</ul></div>\n");
}

fn held_back(context: &Context<'_>, unit: &UnitPlan, out: &mut String) {
    if unit.held_back.is_empty() {
        return;
    }
    put!(
        out,
        "<div class=aside><h5>{}</h5>\n<ul class=people>\n",
        counted(
            unit.held_back.len() as u64,
            "change is held back",
            "changes are held back"
        )
    );
    for held in &unit.held_back {
        let HeldBack {
            kind,
            account,
            area,
            because,
            source,
        } = held;
        let area = area.as_ref().map(|area| html(context.title(unit, area)));
        let area = area.map_or_else(String::new, |area| format!(" <b>{area}</b>"));
        let source = source.as_ref().map(place);
        let source = source.map_or_else(String::new, |source| format!(" · {source}"));
        put!(
            out,
            "<li class=person data-p={}><p class=who>{}</p><ul><li class=\"act k-held-back\" \
             data-k=held-back data-n=1><span class=kind><span class=sign aria-hidden=true>‖</span> held \
             back</span> <span class=what>{} {}{area} <span class=why>{}{source}</span></span></ul>\n",
            context.person(account),
            who(account),
            symbol(*kind),
            kind.as_str(),
            prose(&because.sentence())
        );
    }
    put!(out, "</ul></div>\n");
}

/// Whose accounts a heading stands over, and its lines.
type Found<'p> = (BTreeSet<&'p str>, Vec<String>);

fn findings(context: &Context<'_>, unit: &UnitPlan, out: &mut String) {
    let mut sorted: BTreeMap<(u8, &str), Found<'_>> = BTreeMap::new();
    for finding in &unit.findings {
        if let Some((heading, line)) = finding_line(context, unit, finding) {
            let (accounts, lines) = sorted.entry(heading).or_default();
            let (_, account, ..) = finding.parts();
            accounts.extend(account.map(|account| account.login.canonical()));
            lines.push(line);
        }
    }
    if sorted.is_empty() {
        return;
    }
    let accounts = sorted.values().flat_map(|(accounts, _)| accounts);
    let count = accounts.collect::<BTreeSet<_>>().len();
    put!(
        out,
        "<details class=\"aside known\"><summary>Worth knowing: {}</summary>\n",
        counted(count as u64, "account", "accounts")
    );
    for ((_, heading), (accounts, lines)) in sorted {
        put!(
            out,
            "<h5>{heading}: {}</h5>\n<ul class=notes>\n",
            accounts.len()
        );
        for line in lines {
            put!(out, "<li>{line}\n");
        }
        put!(out, "</ul>\n");
    }
    put!(out, "</details>\n");
}

/// Under which heading, and what; none for what is about the portal as such.
fn finding_line(
    context: &Context<'_>,
    unit: &UnitPlan,
    finding: &Finding,
) -> Option<((u8, &'static str), String)> {
    let (rank, heading) = match finding {
        Finding::LookAlike {
            account: _,
            other: _,
        } => (0, "Deleted, and another looks nearly like it"),
        Finding::Unmanaged(_) => (1, "Live and not in the files, left alone"),
        Finding::FormerLoginStillLive { account: _, was: _ } => {
            (2, "A former login is live as well, left alone")
        }
        Finding::Locked(_) => (3, "Locked after wrong passwords, left alone"),
        Finding::Dormant(_) => (
            4,
            "Deactivated by the portal for want of a sign-in, left alone",
        ),
        Finding::SharedAccount(_) => (5, "One login used by several people"),
        Finding::Ending {
            account: _,
            area: _,
            until: _,
        } => (6, "Ends soon"),
        Finding::Upcoming {
            account: _,
            area: _,
            from: _,
        } => (7, "Begins later"),
        Finding::Unverified(_) => return None,
    };
    let (_, account, area, day) = finding.parts();
    let mut line = account.map(who).unwrap_or_default();
    if let Some(area) = area {
        line.push_str(&format!(" {}", html(context.title(unit, area))));
    }
    if let Some(day) = day {
        line.push_str(&format!(" <b>{}</b>", short_day(day)));
    }
    match finding {
        Finding::FormerLoginStillLive { account: _, was } => {
            line.push_str(&format!(" was {}", html(was.as_str())));
        }
        Finding::LookAlike { account: _, other } => line.push_str(&format!(" like {}", who(other))),
        _ => {}
    }
    Some(((rank, heading), line))
}

/// Waivers, what the plan was compared with, and what is assumed of portals.
pub(super) fn of_the_whole(context: &Context<'_>, out: &mut String) {
    let review = context.overview.review;
    let assumed: BTreeSet<(&str, &str)> = context
        .plan
        .units
        .iter()
        .flat_map(|unit| unit.findings.iter().map(move |finding| (unit, finding)))
        .filter_map(|(unit, finding)| match finding {
            Finding::Unverified(assumption) => Some((unit.portal.as_str(), *assumption)),
            _ => None,
        })
        .collect();
    if assumed.is_empty() && review.waivers.is_empty() && review.compared.is_none() {
        return;
    }
    put!(
        out,
        "<section class=wide aria-labelledby=beside-title>\n<h2 id=beside-title>Beside the plan</h2>\n"
    );
    if let Some(compared) = &review.compared {
        write_compared(compared, out);
    }
    if !review.waivers.is_empty() {
        put!(out, "<h3>Waivers</h3>\n<ul class=notes>\n");
        for note in &review.waivers {
            waiver(note, out);
        }
        put!(out, "</ul>\n");
    }
    if !assumed.is_empty() {
        put!(
            out,
            "<details class=\"aside known\"><summary>Assumed of the portals, and not tried yet: {}</summary>\n<ul class=notes>\n",
            assumed.len()
        );
        for (portal, assumption) in assumed {
            put!(out, "<li>{}: {}\n", html(portal), prose(assumption));
        }
        put!(out, "</ul></details>\n");
    }
    put!(out, "</section>\n");
}

fn write_compared(compared: &Compared, out: &mut String) {
    let Compared {
        with,
        applied,
        applied_assumed: _,
        no_longer_planned,
        last_listed,
    } = compared;
    let shown = |revision: &Revision| {
        let Revision { name, commit } = revision;
        let short = commit.get(..COMMIT).unwrap_or(commit);
        format!("<code>{}</code> ({})", html(name), html(short))
    };
    put!(out, "<p>Compared with {}", shown(with));
    if let Some(applied) = applied {
        put!(out, "; drift is what {} asked for already", shown(applied));
    }
    if *no_longer_planned > 0 {
        put!(
            out,
            "; {} no longer planned",
            counted(*no_longer_planned, "action is", "actions are")
        );
    }
    if let Some(day) = last_listed {
        put!(
            out,
            "; what has drifted was changed since {}, or was left then",
            short_day(*day)
        );
    }
    put!(out, ".</p>\n");
}

fn waiver(note: &WaiverNote, out: &mut String) {
    let WaiverNote {
        what,
        guardrail,
        organisation,
        portal,
        until,
        source,
    } = note;
    let portal = html(portal);
    let whose = match organisation {
        Some(organisation) => format!("{} at {portal}", html(organisation)),
        None => format!("all of {portal}"),
    };
    let said = match what {
        WaiverState::EndsSoon => format!("ends soon: {} is its last day", short_day(*until)),
        WaiverState::NotNeeded => {
            "is not needed by this plan: remove it once what it was for is done".to_owned()
        }
    };
    let SourceDocument { file, line } = source;
    put!(
        out,
        "<li><code>{}</code> for {whose} {said} · <code>{}:{line}</code>\n",
        html(guardrail.as_str()),
        html(file)
    );
}
