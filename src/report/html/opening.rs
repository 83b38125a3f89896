//! What must be seen first: whether the plan may be applied, what it means in sentences, and the
//! people whom a reviewer must look at, most serious first.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::escalation;
use super::context::{Context, capital, counted, grouped, long_day, place, prose};
use super::{folded, put};
use crate::model::movement::{Half, Move};
use crate::model::policy::Guardrail;
use crate::report::escape::html;
use crate::report::overview::{
    Entry, Escalated, Gravity, Headline, Meaning, Refused, Standing, Topic, identity,
};
use crate::report::words::{change, otherwise, symbol};

/// People of one topic that are named at the top; all of them stand among the changes.
const NAMED: usize = 6;
/// Organisations at portals whose refusals stand open.
const REFUSED: usize = 5;
/// Most of them that are elements from the beginning, folded or not.
const MANY: usize = 100;
/// Areas of one person that are named there.
const WHATS: usize = 3;

/// Everything above the filters.
pub(super) fn opening(context: &Context<'_>, out: &mut String) {
    put!(
        out,
        "<section id=first class=wide aria-labelledby=first-title>\n"
    );
    put!(
        out,
        "<h2 id=first-title class=unseen>Look here first</h2>\n"
    );
    standing(context, out);
    put!(out, "<div class=opening>\n");
    headlines(context, out);
    put!(out, "<div class=topics>\n");
    let topics = context.overview.topics.iter();
    let topics = topics.filter(|topic| topic.meaning.is_serious());
    let (power, rest): (Vec<_>, Vec<_>) =
        topics.partition(|topic| topic.meaning <= Meaning::CeasesToBeAdministrator);
    for topic in power {
        write_topic(context, topic, out);
    }
    escalations(context, out);
    for topic in rest {
        write_topic(context, topic, out);
    }
    moves(context, out);
    put!(out, "</div>\n</div>\n</section>\n");
}

fn standing(context: &Context<'_>, out: &mut String) {
    let day = long_day(context.plan.day);
    let (class, sign, text) = match context.overview.standing {
        Standing::Stopped => ("stop", "✗", "Nothing of this plan is applied".to_owned()),
        Standing::Ready if context.plan.is_empty() => {
            ("ready", "✓", "Nothing for beadle to do".to_owned())
        }
        Standing::Ready => (
            "ready",
            "✓",
            "Can be applied once it is approved".to_owned(),
        ),
        Standing::Nothing if context.plan.units.is_empty() => {
            ("still", "–", format!("No organisation is planned on {day}"))
        }
        Standing::Nothing => (
            "still",
            "✓",
            format!("Nothing to do: what is live is what the files ask for on {day}"),
        ),
    };
    put!(
        out,
        "<div class=\"standing {class}\"><p class=verdict><span class=sign aria-hidden=true>{sign}</span> {text}.</p>\n"
    );
    for (organisation, portal) in &context.options.unread {
        put!(
            out,
            "<p data-o=\"{}\"><b>Not read, and not planned:</b> {} at {}. What is there is not known.</p>\n",
            html(organisation.as_str()),
            html(organisation.as_str()),
            html(portal.as_str())
        );
    }
    if context.options.authors_unknown {
        put!(
            out,
            "<p><b>Who wrote the change is not known</b>: who changes their own rights cannot be told.</p>\n"
        );
    }
    refusals(context, out);
    put!(out, "</div>\n");
}

/// What refuses the plan: the first few, the others folded, what else there is to do, the waivers.
fn refusals(context: &Context<'_>, out: &mut String) {
    let found = &context.overview.refusals;
    if found.is_empty() {
        return;
    }
    put!(out, "<ul class=refusals>\n");
    listed(found.len(), REFUSED, found.iter().map(refused), out);
    let all = found.iter().flat_map(|it| &it.refusals);
    let guardrails: BTreeSet<Guardrail> = all.map(|refusal| refusal.guardrail).collect();
    let mut ways: Vec<&str> = Vec::new();
    for way in guardrails.into_iter().map(otherwise) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    for way in ways {
        put!(out, "<p>{}.</p>\n", prose(way));
    }
    put!(
        out,
        "<details><summary>If it is meant</summary><p>Add this to <code>policy.waivers</code> and \
         have it reviewed:</p><pre>"
    );
    for line in found.iter().flat_map(Refused::waivers).flat_map(str::lines) {
        put!(out, "{}\n", html(line));
    }
    put!(out, "</pre></details>\n");
}

fn refused(refused: &Refused<'_>) -> String {
    let Refused {
        organisation,
        name,
        portal,
        refusals,
    } = refused;
    let portal = html(portal.as_str());
    let said: Vec<String> = refusals
        .iter()
        .map(|refusal| prose(&refusal.message))
        .collect();
    let said = said.join("<br>");
    match organisation {
        Some(organisation) => format!(
            "<li data-o=\"{}\"><b>{}</b> <span class=at>{portal}:</span> {said}",
            html(organisation.as_str()),
            html(name)
        ),
        None => format!("<li><b>All of {portal}</b>: {said}"),
    }
}

fn headlines(context: &Context<'_>, out: &mut String) {
    let headlines = &context.overview.headlines;
    if headlines.is_empty() {
        return;
    }
    put!(out, "<ul class=headlines>\n");
    for Headline { gravity, text } in headlines {
        let (class, sign) = match gravity {
            Gravity::Stop => ("stop", "✗"),
            Gravity::Alarm | Gravity::Heed => ("alarm", "!"),
            Gravity::Take => ("take", "−"),
            Gravity::Give => ("give", "+"),
            Gravity::Note => ("note", "·"),
        };
        put!(
            out,
            "<li class={class}><span class=sign aria-hidden=true>{sign}</span> <span>{}</span>\n",
            html(text)
        );
    }
    put!(out, "</ul>\n");
}

/// Where a unit is: organisation and portal.
fn at(context: &Context<'_>, unit: u32) -> String {
    context.unit(unit).map_or_else(String::new, |unit| {
        format!(
            "{} · {}",
            html(&unit.organisation_name),
            html(unit.portal.as_str())
        )
    })
}

fn escalations(context: &Context<'_>, out: &mut String) {
    let found = &context.overview.escalations;
    if found.is_empty() {
        return;
    }
    put!(
        out,
        "<section class=\"topic alarm\"><h3><span class=sign aria-hidden=true>!</span> Changes of one’s own rights</h3>\n<ul>\n"
    );
    let line = |it: &Escalated<'_>| {
        let Escalated {
            unit,
            account,
            kinds,
            actions,
            steps,
        } = it;
        let at = at(context, *unit);
        let Some(unit) = context.unit(*unit) else {
            return String::new();
        };
        let mut whats: Vec<String> = actions
            .iter()
            .map(|action| {
                let area = action.area.as_ref();
                let area = area.map(|area| format!(" {}", html(context.title(unit, area))));
                format!(
                    "{} {}{}",
                    symbol(action.kind),
                    action.kind.as_str(),
                    area.unwrap_or_default()
                )
            })
            .collect();
        whats.extend(steps.iter().map(|step| prose(&step.title)));
        let kinds: Vec<String> = kinds.iter().map(|kind| html(&escalation(*kind))).collect();
        format!(
            "<li data-p={} data-o=\"{}\"><b>{}</b><span class=what><span class=at>{at}:</span> {}</span><span class=because>{}</span>",
            context.person(account),
            html(unit.organisation.as_str()),
            html(&account.name),
            whats.join(", "),
            kinds.join("; ")
        )
    };
    listed(found.len(), NAMED, found.iter().map(line), out);
    put!(out, "</section>\n");
}

/// The first of several lines, and the others folded.
fn listed(count: usize, first: usize, lines: impl Iterator<Item = String>, out: &mut String) {
    let mut lines = lines;
    for line in lines.by_ref().take(first) {
        put!(out, "{line}\n");
    }
    put!(out, "</ul>\n");
    if count > first {
        let more = grouped((count - first) as u64);
        put!(out, "<details class=more><summary>{more} more</summary>");
        folded(count > MANY, out, |out| {
            put!(out, "<ul>\n");
            for line in lines {
                put!(out, "{line}\n");
            }
            put!(out, "</ul>");
        });
        put!(out, "</details>\n");
    }
}

fn write_topic(context: &Context<'_>, topic: &Topic<'_>, out: &mut String) {
    let (class, sign) = match topic.meaning {
        Meaning::CannotBeUndone => ("alarm", "✗"),
        Meaning::BecomesAdministrator => ("power", "▲"),
        Meaning::CeasesToBeAdministrator => ("power", "▼"),
        Meaning::AccessEnds => ("take", "×"),
        Meaning::AreaTaken => ("take", "−"),
        Meaning::EndsEarlier => ("take", "−"),
        Meaning::SensitiveAreaGiven => ("alarm", "!"),
        Meaning::NewAccount | Meaning::Reopened | Meaning::AreaGiven => ("give", "+"),
        Meaning::Prolonged | Meaning::Changed => ("note", "~"),
    };
    let elsewhere = match context.overview.elsewhere(topic.meaning) {
        0 => String::new(),
        more => format!(", {} more above", grouped(more)),
    };
    put!(
        out,
        "<section class=\"topic {class}\"><h3><span class=sign aria-hidden=true>{sign}</span> {} \
         <span class=count>{}{elsewhere}</span></h3>\n<ul>\n",
        html(topic.meaning.title()),
        counted(topic.people(), "person", "people")
    );
    let people = by_person(topic);
    let lines = people.iter().map(|entries| line(context, entries));
    listed(people.len(), NAMED, lines, out);
    put!(out, "</section>\n");
}

/// Everybody in a topic once, with where and what, in the order in which the plan first names them.
fn by_person<'t, 'p>(topic: &'t Topic<'p>) -> Vec<Vec<(u32, &'t Entry<'p>)>> {
    let mut people: Vec<Vec<(u32, &Entry<'_>)>> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for place in &topic.places {
        for entry in &place.people {
            let next = people.len();
            let at = *known.entry(identity(entry.account)).or_insert(next);
            match people.get_mut(at) {
                Some(own) => own.push((place.unit, entry)),
                None => people.push(vec![(place.unit, entry)]),
            }
        }
    }
    people
}

fn line(context: &Context<'_>, entries: &[(u32, &Entry<'_>)]) -> String {
    let Some((_, first)) = entries.first() else {
        return String::new();
    };
    let name = html(&first.account.name);
    let places = entries.iter().filter_map(|(number, entry)| {
        let unit = context.unit(*number)?;
        let mut whats: Vec<String> = Vec::new();
        for item in &entry.items {
            if let Some(area) = &item.action.area {
                whats.push(html(context.title(unit, area)));
            }
            if !item.action.reversible || item.ends_admin {
                whats.push(item.action.kind.as_str().to_owned());
            }
        }
        let at = at(context, *number);
        Some(format!(
            "<span class=place data-o=\"{}\"><span class=at>{at}</span>{}</span>",
            html(unit.organisation.as_str()),
            in_short(&whats)
        ))
    });
    let places: String = places.collect();
    let person = context.person(first.account);
    format!("<li data-p={person}><b>{name}</b> {places}")
}

/// The first few of several things, and how many more there are.
fn in_short(whats: &[String]) -> String {
    let (shown, more) = match whats.len() {
        0 => return String::new(),
        few if few <= WHATS + 1 => (whats, 0),
        many => (whats.get(..WHATS).unwrap_or_default(), many - WHATS),
    };
    let more = match more {
        0 => String::new(),
        more => format!(" and {} more", grouped(more as u64)),
    };
    format!(": {}{more}", shown.join(", "))
}

fn moves(context: &Context<'_>, out: &mut String) {
    let moves = &context.plan.moves;
    if moves.is_empty() {
        return;
    }
    put!(
        out,
        "<section class=\"topic note\"><h3><span class=sign aria-hidden=true>→</span> Moves between \
         organisations <span class=count>{}</span></h3>\n<ul>\n",
        counted(moves.len() as u64, "person", "people")
    );
    let lines = moves.iter().map(|it| movement(context, it));
    listed(moves.len(), NAMED, lines, out);
    put!(out, "</section>\n");
}

fn movement(context: &Context<'_>, it: &Move) -> String {
    let names = |halves: &[Half]| {
        let names: BTreeSet<&str> = halves.iter().map(|half| &*half.organisation_name).collect();
        let names: Vec<String> = names.into_iter().map(html).collect();
        names.join(", ")
    };
    let who = it.account().map(|account| html(&account.name));
    let who = who.unwrap_or_default();
    let class = if it.has_gap() { "because" } else { "what" };
    let stand = if it.has_gap() {
        let places = it.halves().filter_map(|half| half.source.as_ref());
        let places: Vec<String> = places.map(place).collect();
        format!(" {}", places.join(" "))
    } else {
        String::new()
    };
    let person = it.account().map(|account| context.person(account));
    let places: BTreeSet<&str> = it.halves().map(|half| half.organisation.as_str()).collect();
    let spans: String = places
        .into_iter()
        .map(|place| format!("<span class=place data-o=\"{}\"></span>", html(place)))
        .collect();
    format!(
        "<li data-p={}>{spans}<b>{who}</b><span class=what><span class=at>{} → {}</span></span><span class={class}>{}{stand}</span>",
        person.unwrap_or_default(),
        names(&it.leaves),
        names(&it.joins),
        html(&capital(&it.sentence()))
    )
}

/// Field, before and after, escaped.
pub(super) fn changed(of: &crate::model::plan::Change) -> (String, Option<String>, String) {
    let (field, before, after) = change(of);
    (field.to_owned(), before.as_deref().map(html), html(&after))
}
