//! Which live account is which desired one: by canonical login id, else by its email address where
//! the portal makes login ids, else by a former login id (`was`).
//! Twins, two live accounts under one login id, are held back whole. Decides nothing else.

use std::collections::BTreeMap;

use crate::model::day::Presence;
use crate::model::desired::DesiredAccount;
use crate::model::live::LiveAccount;
use crate::model::name::{LoginId, PortalId};
use crate::model::pattern::Patterns;
use crate::model::plan::{AccountRef, ActionKind, Finding, HeldBack, HeldBackReason};
use crate::model::policy::Unmanaged;
use crate::model::rules::LoginForm;
use crate::model::source::Source;

use super::context::Context;
use super::draft::Drafts;

use super::subject::Subject;

/// One live account and whether a desired one has taken it.
struct Seat<'a> {
    live: &'a LiveAccount,
    taken: bool,
}

/// Every account that the YAML names or the portal answered, twins left out: those of the YAML
/// first, by login id, then the others.
pub(super) fn subjects<'a>(context: &Context<'a>, drafts: &mut Drafts) -> Vec<Subject<'a>> {
    let mut seats = seats(context);
    let mut subjects = Vec::with_capacity(seats.len());
    let mut unmatched = Vec::new();
    let mut start = 0;
    for wanted in context.desired.accounts.values() {
        start += skip(&seats, start, |login| *login < wanted.login);
        let end = start + skip(&seats, start, |login| *login == wanted.login);
        let Some(same) = seats.get_mut(start..end) else {
            continue;
        };
        match same {
            [] => {
                unmatched.push(subjects.len());
                subjects.push(Subject::new(Some(wanted), None, None));
            }
            [seat] => {
                seat.taken = true;
                subjects.push(Subject::new(Some(wanted), Some(seat.live), None));
            }
            twins => hold_twins(wanted, twins, drafts),
        }
    }
    // Whoever is to be deleted has not become somebody else.
    let delete = &context.desired.delete;
    unmatched.retain(|index| {
        let wanted = subjects.get(*index).and_then(|subject| subject.wanted);
        wanted.is_some_and(|wanted| !delete.contains_key(&wanted.login))
    });
    let addresses = Addresses::of(context, &seats);
    unmatched.retain(|index| {
        let by_address = (&mut *seats, &addresses);
        !follow_address(*index, &mut subjects, by_address, drafts)
    });
    let by_address = (&mut *seats, &addresses);
    follow_renames(&mut subjects, &unmatched, by_address, drafts);
    hold_beside_address(context, &unmatched, (&mut subjects, &mut seats), drafts);
    subjects.retain(|subject| subject.wanted.is_some());
    unnamed(context, &seats, &mut subjects, drafts);
    let identity = context.desired.identity.as_ref();
    for subject in &mut subjects {
        let wanted = subject.wanted.map(|wanted| &wanted.login);
        let live = subject.live.map(|live| &live.login);
        subject.own = identity.is_some() && (identity == wanted || identity == live);
    }
    subjects
}

/// Live accounts by login id, then portal id.
fn seats<'a>(context: &Context<'a>) -> Vec<Seat<'a>> {
    let accounts = context.live.accounts().values();
    let mut seats: Vec<Seat<'a>> = accounts.map(|live| Seat { live, taken: false }).collect();
    // They come by portal id, and a stable sort keeps that order among twins.
    seats.sort_by(|left, right| left.live.login.cmp(&right.live.login));
    seats
}

/// How many seats from `start` on fulfil a condition on their login id.
fn skip(seats: &[Seat<'_>], start: usize, condition: impl Fn(&LoginId) -> bool) -> usize {
    let rest = seats.iter().skip(start);
    rest.take_while(|seat| condition(&seat.live.login)).count()
}

fn range<'s, 'a>(seats: &'s mut [Seat<'a>], login: &LoginId) -> &'s mut [Seat<'a>] {
    let start = seats.partition_point(|seat| seat.live.login < *login);
    let end = start + skip(seats, start, |other| other == login);
    seats.get_mut(start..end).unwrap_or_default()
}

/// Live accounts by email address, where the portal makes login ids: an account whose login id the
/// YAML does not name is found by its address. Empty elsewhere.
struct Addresses(BTreeMap<LoginId, Vec<usize>>);

impl Addresses {
    fn of(context: &Context<'_>, seats: &[Seat<'_>]) -> Self {
        let mut found: BTreeMap<LoginId, Vec<usize>> = BTreeMap::new();
        if context.rules.login.value == LoginForm::Assigned {
            for (index, seat) in seats.iter().enumerate() {
                if let Some(email) = seat.live.email.as_deref() {
                    found.entry(LoginId::new(email)).or_default().push(index);
                }
            }
        }
        Self(found)
    }

    /// The seats of an address that nobody has taken.
    fn free(&self, address: &LoginId, seats: &[Seat<'_>]) -> Vec<usize> {
        let found = self.0.get(address).into_iter().flatten().copied();
        found
            .filter(|index| seats.get(*index).is_some_and(|seat| !seat.taken))
            .collect()
    }
}

/// Matches by email address. Answers whether the account was found.
fn follow_address<'a>(
    index: usize,
    subjects: &mut [Subject<'a>],
    (seats, addresses): (&mut [Seat<'a>], &Addresses),
    drafts: &mut Drafts,
) -> bool {
    let Some(subject) = subjects.get_mut(index) else {
        return false;
    };
    let Some(wanted) = subject.wanted.filter(|wanted| !wanted.names_login()) else {
        return false;
    };
    let mut ids = Vec::new();
    for free in addresses.free(&wanted.login, seats) {
        if let Some(seat) = seats.get_mut(free) {
            seat.taken = true;
            subject.live = Some(seat.live);
            ids.push(seat.live.id.clone());
        }
    }
    if ids.len() > 1 {
        drafts.held_back.push(held_twins(wanted, ids));
        // Held back whole: nothing is planned from here on.
        subject.wanted = None;
        return true;
    }
    !ids.is_empty()
}

/// Second pass, once every present login id has found its account: former login ids.
fn follow_renames<'a>(
    subjects: &mut [Subject<'a>],
    unmatched: &[usize],
    (seats, addresses): (&mut [Seat<'a>], &Addresses),
    drafts: &mut Drafts,
) {
    for index in unmatched {
        let Some(subject) = subjects.get_mut(*index) else {
            continue;
        };
        let Some(wanted) = subject.wanted else {
            continue;
        };
        for entry in &wanted.was {
            let same = range(seats, &entry.0);
            if same.iter().any(|seat| seat.taken) {
                continue;
            }
            match same {
                [] => {
                    // Of an address that two bear, nobody knows whose the change is.
                    if let [free] = *addresses.free(&entry.0, seats)
                        && let Some(seat) = seats.get_mut(free)
                    {
                        seat.taken = true;
                        subject.live = Some(seat.live);
                        subject.renamed = Some(entry);
                    } else {
                        continue;
                    }
                }
                [seat] => {
                    seat.taken = true;
                    subject.live = Some(seat.live);
                    subject.renamed = Some(entry);
                }
                twins => {
                    hold_twins(wanted, twins, drafts);
                    // Held back whole: nothing is planned from here on.
                    subject.wanted = None;
                }
            }
            break;
        }
    }
    for subject in subjects {
        leave_former(subject, (&mut *seats, addresses), drafts);
    }
}

/// Nobody is given an account beside one that has their address and that no file names, unless the
/// YAML asks for another login id by name: mostly it is theirs. That account is left alone, too.
fn hold_beside_address<'a>(
    context: &Context<'a>,
    unmatched: &[usize],
    (subjects, seats): (&mut [Subject<'a>], &mut [Seat<'a>]),
    drafts: &mut Drafts,
) {
    let mut missing: BTreeMap<LoginId, usize> = BTreeMap::new();
    for index in unmatched {
        let subject = subjects.get(*index).filter(|it| it.live.is_none());
        let wanted = subject.and_then(|subject| subject.wanted);
        let wanted = wanted.filter(|it| it.presence == Presence::Present && !it.names_login());
        if let Some(wanted) = wanted {
            missing.insert(wanted.login.clone(), *index);
        }
    }
    if missing.is_empty() {
        return;
    }
    let ignored = Patterns::new(&context.desired.policy.ignore);
    let free = seats.iter_mut().filter(|seat| {
        let login = &seat.live.login;
        let spoken_for = context.desired.delete.contains_key(login) || ignored.matches(login);
        !(seat.taken || spoken_for)
    });
    for seat in free {
        let address = seat.live.email.clone().map(LoginId::new);
        let index = address.and_then(|address| missing.get(&address));
        let Some(subject) = index.and_then(|index| subjects.get_mut(*index)) else {
            continue;
        };
        seat.taken = true;
        if let (Some(account), Some(wanted)) = (subject.account(), subject.wanted.take()) {
            let there = Subject::new(None, Some(seat.live), None).account();
            let because = there.map(HeldBackReason::SameAddress);
            let source = wanted.source().cloned();
            if let Some(because) = because {
                drafts.hold(ActionKind::Create, account, None, because, source);
            }
        }
    }
}

/// A former login id that is live beside the present one is left alone, and said.
fn leave_former(
    subject: &Subject<'_>,
    (seats, addresses): (&mut [Seat<'_>], &Addresses),
    drafts: &mut Drafts,
) {
    let Some(wanted) = subject.wanted else {
        return;
    };
    for (was, _) in &wanted.was {
        let mut found = false;
        for seat in range(seats, was).iter_mut().filter(|seat| !seat.taken) {
            seat.taken = true;
            found = true;
            drafts.formers.insert(was.clone());
        }
        for free in addresses.free(was, seats) {
            if let Some(seat) = seats.get_mut(free) {
                seat.taken = true;
                found = true;
                drafts.formers.insert(seat.live.login.clone());
            }
        }
        if let (true, Some(account)) = (found, subject.account()) {
            let was = was.clone();
            let finding = Finding::FormerLoginStillLive { account, was };
            drafts.findings.push(finding);
        }
    }
}

/// Live accounts that the YAML does not name, twins left out unless they are only reported.
fn unnamed<'a>(
    context: &Context<'a>,
    seats: &[Seat<'a>],
    subjects: &mut Vec<Subject<'a>>,
    drafts: &mut Drafts,
) {
    let ignored = Patterns::new(&context.desired.policy.ignore);
    for same in seats.chunk_by(|left, right| left.live.login == right.live.login) {
        let Some(first) = same.first().map(|seat| seat.live) else {
            continue;
        };
        let former = drafts.formers.contains(&first.login);
        if same.iter().any(|seat| seat.taken) && !former {
            continue;
        }
        let deletion = context.desired.delete.get(&first.login);
        if deletion.is_none() && !former && ignored.matches(&first.login) {
            continue;
        }
        if same.len() > 1 {
            unnamed_twins(context, same, deletion, former, drafts);
            continue;
        }
        let mut subject = Subject::new(None, Some(first), None);
        subject.former = former;
        subjects.push(subject);
    }
}

fn unnamed_twins(
    context: &Context<'_>,
    same: &[Seat<'_>],
    deletion: Option<&Source>,
    former: bool,
    drafts: &mut Drafts,
) {
    let desired = context.desired;
    let Some(first) = same.first().map(|seat| seat.live) else {
        return;
    };
    let expire = desired.manages_accounts && desired.policy.unmanaged == Unmanaged::Expire;
    let is_admin = same.iter().any(|seat| seat.live.admin);
    let demote =
        desired.admins.exact && is_admin && !desired.admins.members.contains_key(&first.login);
    let kind = if deletion.is_some() {
        Some(ActionKind::Delete)
    } else if former {
        None
    } else if expire {
        Some(ActionKind::Expire)
    } else {
        demote.then_some(ActionKind::Demote)
    };
    if let Some(kind) = kind {
        let account = AccountRef {
            login: first.login.clone(),
            name: first.name.clone(),
            id: None,
            person: None,
        };
        drafts.hold(kind, account, None, twins(same), deletion.cloned());
    } else if desired.manages_accounts && !former {
        for seat in same {
            let subject = Subject::new(None, Some(seat.live), None);
            super::findings::unnamed(context, &subject, true, drafts);
        }
    }
}

fn hold_twins(wanted: &DesiredAccount, same: &mut [Seat<'_>], drafts: &mut Drafts) {
    for seat in same.iter_mut() {
        seat.taken = true;
    }
    let ids = same.iter().map(|seat| seat.live.id.clone()).collect();
    drafts.held_back.push(held_twins(wanted, ids));
}

fn held_twins(wanted: &DesiredAccount, ids: Vec<PortalId>) -> HeldBack {
    let kind = match wanted.presence {
        Presence::Present => ActionKind::Update,
        Presence::Upcoming(_) | Presence::Ended(_) => ActionKind::Expire,
    };
    HeldBack {
        kind,
        account: AccountRef {
            login: wanted.login.clone(),
            name: wanted.name.clone(),
            id: None,
            person: Some(wanted.person.clone()),
        },
        area: None,
        because: HeldBackReason::LiveTwins(ids),
        source: wanted.source().cloned(),
    }
}

fn twins(same: &[Seat<'_>]) -> HeldBackReason {
    let ids: Vec<PortalId> = same.iter().map(|seat| seat.live.id.clone()).collect();
    HeldBackReason::LiveTwins(ids)
}
