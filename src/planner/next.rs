//! What changes by itself from one day to the next: what is desired on both days, compared; what
//! the portal's own terms do; and, where live is at hand, what becomes of the accounts there.
//! Plans nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::model::day::{Presence, shifted};
use crate::model::desired::{Desired, DesiredAccount};
use crate::model::live::Live;
use crate::model::name::{AreaName, LoginId, PortalName};
use crate::model::next::{Happening, HappeningKind, Who};
use crate::model::plan::{ActionKind, Reason};
use crate::model::policy::{Policy, Waiver};
use crate::model::rules::{AccountEnd, Rules, Terms};
use crate::model::source::Source;

use super::context::Context;
use super::draft::Drafts;
use super::{findings, matching, plan_unit, shared};

/// One organisation at one portal on two days, one after the other, and what is live there, if it
/// is known.
#[derive(Clone, Copy, Debug)]
pub struct Changes<'a> {
    /// What is desired on the day before.
    pub before: &'a Desired,
    /// What is desired on the day.
    pub after: &'a Desired,
    /// What is live, as far as anybody has looked.
    pub live: Option<&'a Live>,
    /// What the portal can do.
    pub rules: &'a Rules,
    /// The day.
    pub day: Date,
}

/// Everything that changes by itself on the day, in one organisation at one portal.
#[must_use]
pub fn of_unit(changes: &Changes<'_>) -> Vec<Happening> {
    let Changes {
        before,
        after,
        live,
        rules,
        day,
    } = *changes;
    let mut found = Vec::new();
    for (login, now) in &after.accounts {
        if let Some(then) = before.accounts.get(login) {
            account(changes, (then, now), &mut found);
        }
    }
    admins(before, after, &mut found);
    let of_unit = |waiver: &&Waiver| {
        waiver.organisation.as_ref() == Some(&after.organisation) && waiver.portal == after.portal
    };
    let over = waivers_over(&after.policy, day).filter(of_unit);
    found.extend(over.map(|waiver| waived(waiver, blank(after, HappeningKind::WaiverEnds))));
    match (live, rules.account_end.value) {
        (Some(live), _) => of_live(changes, live, &mut found),
        (None, AccountEnd::Terms(terms)) => academic_year(after, terms, day, &mut found),
        (None, AccountEnd::Date | AccountEnd::ByBeadle) => {}
    }
    found
}

/// What changes by itself on the day at whole portals: their waivers that have ended.
#[must_use]
pub fn of_portals(policy: &Policy, day: Date) -> Vec<(PortalName, Happening)> {
    let over = waivers_over(policy, day).filter(|waiver| waiver.organisation.is_none());
    let over = over.map(|waiver| {
        let whole = Happening {
            organisation: None,
            organisation_name: Arc::default(),
            kind: HappeningKind::WaiverEnds,
            who: None,
            area: None,
            last_day: None,
            accounts: None,
            guardrail: None,
            sensitive: false,
            source: None,
        };
        (waiver.portal.clone(), waived(waiver, whole))
    });
    over.collect()
}

/// The days, of those between `first` and `last`, on which a portal's own terms change something
/// for accounts of which nothing more is known: where renewals for the end of the academic year
/// begin, and the day after that end.
#[must_use]
pub fn term_days(rules: &Rules, first: Date, last: Date) -> BTreeSet<Date> {
    let AccountEnd::Terms(terms) = rules.account_end.value else {
        return BTreeSet::new();
    };
    // One year more: renewals for its end may begin in the last year.
    let years = first.year()..=last.year().saturating_add(1);
    let (month, end) = terms.academic_year_end;
    let ends = years.filter_map(|year| Date::new(year, month, end).ok());
    let days = ends.flat_map(|end| [renewals_begin(terms, end), end.tomorrow().ok()]);
    let days = days.flatten();
    days.filter(|day| first <= *day && *day <= last).collect()
}

/// The days on which what is live may change by itself: after the last day of each account there,
/// and, where accounts live for terms, each day on which a renewal may be due.
#[must_use]
pub fn live_days(live: &Live, rules: &Rules, first: Date, last: Date) -> BTreeSet<Date> {
    let ends = live.accounts().values().filter_map(|it| it.expires);
    let ends: BTreeSet<Date> = ends.collect();
    let mut days = BTreeSet::new();
    for end in ends {
        let near = match rules.account_end.value {
            AccountEnd::Terms(terms) => shifted(end, -terms.renew_within_days),
            AccountEnd::Date | AccountEnd::ByBeadle => end,
        };
        let after = shifted(end, 1);
        let from = near.max(first);
        let within = from
            .series(1.day())
            .take_while(|day| *day <= after.min(last));
        days.extend(within);
    }
    days
}

fn blank(unit: &Desired, kind: HappeningKind) -> Happening {
    Happening {
        organisation: Some(unit.organisation.clone()),
        organisation_name: Arc::clone(&unit.organisation_name),
        kind,
        who: None,
        area: None,
        last_day: None,
        accounts: None,
        guardrail: None,
        sensitive: false,
        source: None,
    }
}

fn about(unit: &Desired, kind: HappeningKind, account: &DesiredAccount) -> Happening {
    Happening {
        who: Some(Who {
            name: Arc::clone(&account.name),
            person: Arc::clone(&account.person),
        }),
        source: account.source().cloned(),
        ..blank(unit, kind)
    }
}

fn account(
    changes: &Changes<'_>,
    (then, now): (&DesiredAccount, &DesiredAccount),
    found: &mut Vec<Happening>,
) {
    let unit = changes.after;
    let present = |it: &DesiredAccount| it.presence == Presence::Present;
    match (present(then), present(now)) {
        (false, true) => found.push(about(unit, HappeningKind::AccessBegins, now)),
        (true, false) => found.push(Happening {
            last_day: then.window.until,
            ..about(unit, HappeningKind::AccessEnds, now)
        }),
        (true, true) => areas(changes, (then, now), found),
        (false, false) => {}
    }
    if !present(now) {
        return;
    }
    password(changes, (then, now), found);
    let announced = |it, policy, day| -> BTreeSet<(Option<AreaName>, Date)> {
        let ending = findings::ending(it, policy, day).into_iter();
        ending.map(|(area, until)| (area.cloned(), until)).collect()
    };
    let yesterday = changes.day.yesterday().unwrap_or(changes.day);
    let known = if present(then) {
        announced(then, &changes.before.policy, yesterday)
    } else {
        BTreeSet::new()
    };
    let now_announced = announced(now, &unit.policy, changes.day);
    for (area, until) in now_announced.difference(&known) {
        let grant = area.as_ref().and_then(|area| now.grants.get(area));
        let place = grant.and_then(|grant| grant.provenance.first());
        let it = about(unit, HappeningKind::EndAnnounced, now);
        found.push(Happening {
            area: area.clone(),
            last_day: Some(*until),
            sensitive: area.as_ref().is_some_and(|area| is_sensitive(unit, area)),
            source: place
                .map(|place| place.source.clone())
                .or(it.source.clone()),
            ..it
        });
    }
}

/// The areas of an account that is desired on both days.
fn areas(
    changes: &Changes<'_>,
    (then, now): (&DesiredAccount, &DesiredAccount),
    found: &mut Vec<Happening>,
) {
    let unit = changes.after;
    for (area, grant) in &now.grants {
        let Some(former) = then.grants.get(area) else {
            continue;
        };
        let had = former.presence == Presence::Present;
        let has = grant.presence == Presence::Present;
        if had == has {
            continue;
        }
        let (kind, last_day) = if has {
            (HappeningKind::AreaBegins, None)
        } else {
            (HappeningKind::AreaEnds, former.window.until)
        };
        let place = grant.provenance.first();
        found.push(Happening {
            area: Some(area.clone()),
            last_day,
            sensitive: is_sensitive(unit, area),
            source: place.map(|place| place.source.clone()),
            ..about(unit, kind, now)
        });
    }
}

fn is_sensitive(unit: &Desired, area: &AreaName) -> bool {
    let areas = unit.policy.sensitive_areas.get(&unit.portal);
    areas.is_some_and(|areas| areas.contains_key(area))
}

/// The step that a member's leaving makes necessary.
fn password(
    changes: &Changes<'_>,
    (then, now): (&DesiredAccount, &DesiredAccount),
    found: &mut Vec<Happening>,
) {
    let yesterday = changes.day.yesterday().unwrap_or(changes.day);
    let due = |it: &DesiredAccount, day| {
        let shared = it.shared.as_ref();
        shared.and_then(|shared| shared::last_leaver(shared, day))
    };
    let last_day = due(now, changes.day);
    if last_day.is_some() && last_day != due(then, yesterday) {
        found.push(Happening {
            last_day,
            ..about(changes.after, HappeningKind::PasswordStep, now)
        });
    }
}

fn admins(before: &Desired, after: &Desired, found: &mut Vec<Happening>) {
    let source = |unit: &Desired, login: &LoginId| -> Option<Source> {
        let places = unit.admins.members.get(login)?;
        places.first().map(|place| place.source.clone())
    };
    let logins: BTreeSet<&LoginId> = [before, after]
        .into_iter()
        .flat_map(|unit| unit.admins.members.keys())
        .collect();
    for login in logins {
        let Some(account) = after.accounts.get(login) else {
            continue;
        };
        let (had, has) = (source(before, login), source(after, login));
        let kind = match (&had, &has) {
            (None, Some(_)) => HappeningKind::AdminBegins,
            // Without an `admins` key nobody is demoted.
            (Some(_), None) if after.admins.exact => HappeningKind::AdminEnds,
            _ => continue,
        };
        found.push(Happening {
            source: has.or(had),
            ..about(after, kind, account)
        });
    }
}

fn waivers_over(policy: &Policy, day: Date) -> impl Iterator<Item = &Waiver> {
    let waivers = policy.waivers.iter();
    waivers.filter(move |waiver| waiver.until.tomorrow().is_ok_and(|after| after == day))
}

fn waived(waiver: &Waiver, happening: Happening) -> Happening {
    Happening {
        last_day: Some(waiver.until),
        guardrail: Some(waiver.guardrail),
        ..happening
    }
}

fn renewals_begin(terms: Terms, end: Date) -> Option<Date> {
    let day = shifted(end, -terms.renew_within_days);
    (day > Date::MIN).then_some(day)
}

/// Of accounts whose terms nobody has looked up: those that may end with the academic year.
fn academic_year(unit: &Desired, terms: Terms, day: Date, found: &mut Vec<Happening>) {
    let (month, last) = terms.academic_year_end;
    let near = [
        day.year().checked_sub(1),
        Some(day.year()),
        day.year().checked_add(1),
    ];
    for end in near.into_iter().flatten() {
        let Ok(end) = Date::new(end, month, last) else {
            continue;
        };
        let kind = if renewals_begin(terms, end) == Some(day) {
            HappeningKind::RenewalsBegin
        } else if end.tomorrow().is_ok_and(|after| after == day) {
            HappeningKind::AcademicYearEnds
        } else {
            continue;
        };
        let longer = |it: &&DesiredAccount| {
            let outlasts = it.window.until.is_none_or(|until| until > end);
            it.presence == Presence::Present && outlasts
        };
        let accounts = unit.accounts.values().filter(longer).count() as u64;
        if accounts > 0 {
            found.push(Happening {
                last_day: Some(end),
                accounts: Some(accounts),
                ..blank(unit, kind)
            });
        }
    }
}

/// What becomes of live accounts that the YAML wants on both days: the portal ends them, or a plan
/// renews them.
fn of_live(changes: &Changes<'_>, live: &Live, found: &mut Vec<Happening>) {
    let Changes {
        before,
        after,
        live: _,
        rules,
        day,
    } = *changes;
    let yesterday = day.yesterday().unwrap_or(day);
    let context = Context::new(after, live, rules, day);
    for subject in matching::subjects(&context, &mut Drafts::default()) {
        let (Some(wanted), Some(account)) = (subject.wanted, subject.live) else {
            continue;
        };
        let ends = account.usable(yesterday) && !account.usable(day);
        if ends && wanted.presence == Presence::Present {
            found.push(Happening {
                last_day: account.expires,
                ..about(after, HappeningKind::PortalEnds, wanted)
            });
        }
    }
    let known = renewals(before, live, rules, yesterday);
    for (login, on) in renewals(after, live, rules, day) {
        let wanted = after.accounts.values().find(|it| it.person == login);
        if let (false, Some(wanted)) = (known.contains_key(&login), wanted) {
            found.push(Happening {
                last_day: Some(on),
                ..about(after, HappeningKind::Renewal, wanted)
            });
        }
    }
}

/// The end of the present term of each account that a plan of the day would renew, by person.
fn renewals(desired: &Desired, live: &Live, rules: &Rules, day: Date) -> BTreeMap<Arc<str>, Date> {
    let actions = plan_unit(desired, live, rules, day).actions.into_iter();
    let renewed = actions.filter_map(|action| match (action.kind, action.reason) {
        (ActionKind::Renew, Reason::TermEnds { on, source: _ }) => {
            Some((action.account.person?, on))
        }
        _ => None,
    });
    renewed.collect()
}
