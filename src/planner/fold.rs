//! Actions folded into the portal's own saves: one grant, one account's whole set, one area's
//! whole set, one edit. What a save must wait for is decided in `order`.

use std::collections::BTreeMap;

use crate::model::name::{AreaName, LoginId};
use crate::model::plan::{
    AccountRef, Action, ActionIndex, ActionKind, Change, SaveIndex, Term, Write,
};
use crate::model::rules::{AdminSet, Create, End, LoginForm, Mail, SaveUnit};

use super::account;
use super::admins;
use super::context::Context;
use super::draft::Draft;
use super::mails;
use super::subject::Subject;

/// When a save of one account comes, against its others. Dependencies only ever lead from a later
/// phase to an earlier one, so that there can be no cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// The account comes to be.
    Create,
    /// Names, addresses, dates.
    Edit,
    /// Active again.
    Activate,
    /// A further term.
    Term,
    /// Areas given.
    Give,
    /// Into the admin set.
    Promote,
    /// Out of the admin set.
    Demote,
    /// The last day is set, before areas are taken.
    EndDate,
    /// Areas taken.
    Take,
    /// Deactivated.
    Deactivate,
    /// Gone.
    Delete,
}

/// One save, and what its order is made from.
pub(super) struct Part {
    /// When.
    pub(super) phase: Phase,
    /// What.
    pub(super) write: Write,
    /// The actions that it carries out.
    pub(super) actions: Vec<ActionIndex>,
    /// Whose accounts it touches, as indices of subjects.
    pub(super) subjects: Vec<usize>,
    /// Somebody becomes an administrator by it.
    pub(super) gains: bool,
    /// An administrator is lost by it.
    pub(super) loses: bool,
    /// Whom the portal mails.
    pub(super) mails: Vec<LoginId>,
}

/// What makes two pieces belong to one save.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Account(usize, Slot),
    Grant(usize, &'a AreaName),
    Area(&'a AreaName, bool),
}

/// The saves of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Create,
    Edit,
    Activate,
    Term,
    Set,
    Admin,
    Deactivate,
    Delete,
}

struct Folding<'a> {
    context: &'a Context<'a>,
    parts: BTreeMap<Key<'a>, Part>,
}

/// One action about to be folded.
struct Piece<'a> {
    index: ActionIndex,
    seat: usize,
    subject: &'a Subject<'a>,
    action: &'a Action,
}

/// Folds ordered actions into saves, in the order of their phases.
pub(super) fn fold<'a>(
    context: &'a Context<'a>,
    subjects: &'a [Subject<'a>],
    drafts: &'a [Draft],
) -> Vec<Part> {
    let mut folding = Folding {
        context,
        parts: BTreeMap::new(),
    };
    for (index, draft) in drafts.iter().enumerate() {
        if let (Ok(index), Some(subject)) = (u32::try_from(index), subjects.get(draft.subject)) {
            folding.add(&Piece {
                index: ActionIndex(index),
                seat: draft.subject,
                subject,
                action: &draft.action,
            });
        }
    }
    let mut parts: Vec<Part> = folding.parts.into_values().collect();
    for part in &mut parts {
        mails::finish(context, part);
    }
    parts.sort_by_key(|part| part.phase);
    parts
}

/// Index of a save in a unit that does not know its place in a plan yet.
pub(super) fn save_index(save: usize) -> SaveIndex {
    SaveIndex {
        unit: 0,
        save: u32::try_from(save).unwrap_or(u32::MAX),
    }
}

impl<'a> Folding<'a> {
    fn add(&mut self, piece: &Piece<'a>) {
        match piece.action.kind {
            ActionKind::Create => self.create(piece),
            ActionKind::Update => self.edit(piece, Phase::Edit),
            ActionKind::Renew => self.renew(piece),
            ActionKind::Grant | ActionKind::Revoke => {
                if let Some(area) = &piece.action.area {
                    self.area(piece, area, piece.action.kind == ActionKind::Grant);
                }
            }
            ActionKind::Promote => self.admin(piece, true),
            ActionKind::Demote => self.admin(piece, false),
            ActionKind::Expire => self.expire(piece),
            ActionKind::Delete => {
                let account = piece.action.account.clone();
                let write = Write::Delete { account };
                self.account(piece, Slot::Delete, Phase::Delete, write);
            }
        }
    }

    /// The part of a key, made if it is not there, with the piece's action in it.
    fn part(
        &mut self,
        key: Key<'a>,
        piece: &Piece<'_>,
        phase: Phase,
        write: impl FnOnce() -> Write,
    ) -> &mut Part {
        let part = self.parts.entry(key).or_insert_with(|| Part {
            phase,
            write: write(),
            actions: Vec::new(),
            subjects: Vec::new(),
            gains: false,
            loses: false,
            mails: Vec::new(),
        });
        if part.actions.last() != Some(&piece.index) {
            part.actions.push(piece.index);
        }
        if !part.subjects.contains(&piece.seat) {
            part.subjects.push(piece.seat);
        }
        let kind = piece.action.kind;
        let ends = matches!(kind, ActionKind::Expire | ActionKind::Delete);
        part.gains |= kind == ActionKind::Promote;
        part.gains |= kind == ActionKind::Renew && piece.subject.gains;
        part.loses |= kind == ActionKind::Demote || ends && piece.subject.loses;
        part
    }

    fn account(&mut self, piece: &Piece<'_>, slot: Slot, phase: Phase, write: Write) {
        self.part(Key::Account(piece.seat, slot), piece, phase, || write);
    }

    fn create(&mut self, piece: &Piece<'_>) {
        let Some(wanted) = piece.subject.wanted else {
            return;
        };
        let context = self.context;
        let expires = piece.action.changes.iter().find_map(|change| match change {
            Change::Expires { before: _, after } => *after,
            _ => None,
        });
        let chosen = context.desired.creation.notify;
        let terms = context.desired.creation.terms_accepted_by.clone();
        let terms = terms.filter(|_| context.create == Create::WithTerms);
        let write = Write::Create {
            account: piece.action.account.clone(),
            email: account::address(context, wanted),
            expires,
            term: account::term(context, wanted),
            notify: chosen.filter(|_| context.rules.mail.value == Mail::AtCreation),
            terms_accepted_by: terms,
            assigned: context.rules.login.value == LoginForm::Assigned,
        };
        self.account(piece, Slot::Create, Phase::Create, write);
    }

    fn edit(&mut self, piece: &Piece<'_>, phase: Phase) {
        let key = Key::Account(piece.seat, Slot::Edit);
        let part = self.part(key, piece, phase, || Write::Edit {
            account: piece.action.account.clone(),
            changes: Vec::new(),
        });
        if let Write::Edit { changes, .. } = &mut part.write {
            let fields = piece.action.changes.iter().filter(|change| match change {
                Change::Name { .. }
                | Change::Email { .. }
                | Change::Login { .. }
                | Change::Expires { .. } => true,
                Change::Term { .. } | Change::Active { .. } => false,
            });
            changes.extend(fields.cloned());
        }
    }

    /// A return may be an edit of the date, an activation and a further term: each is a save of
    /// its own, and the term is last, so that a run cut short is seen as unfinished.
    fn renew(&mut self, piece: &Piece<'_>) {
        for change in &piece.action.changes {
            match change {
                Change::Expires { .. } => self.edit(piece, Phase::Edit),
                Change::Active { after, .. } => {
                    let write = active(&piece.action.account, *after);
                    self.account(piece, Slot::Activate, Phase::Activate, write);
                }
                Change::Term { after } => {
                    let write = term(&piece.action.account, *after);
                    self.account(piece, Slot::Term, Phase::Term, write);
                }
                Change::Name { .. } | Change::Email { .. } | Change::Login { .. } => {}
            }
        }
    }

    fn area(&mut self, piece: &Piece<'_>, area: &'a AreaName, give: bool) {
        let phase = match (give, piece.action.kind) {
            (_, ActionKind::Promote) => Phase::Promote,
            (_, ActionKind::Demote) => Phase::Demote,
            (true, _) => Phase::Give,
            (false, _) => Phase::Take,
        };
        let account = &piece.action.account;
        match self.context.rules.save.value {
            SaveUnit::Grant => {
                let key = Key::Grant(piece.seat, area);
                self.part(key, piece, phase, || Write::Grant {
                    account: account.clone(),
                    area: area.clone(),
                    give,
                });
            }
            SaveUnit::AreaSet => {
                let part = self.part(Key::Area(area, give), piece, phase, || Write::AreaSet {
                    area: area.clone(),
                    give: Vec::new(),
                    take: Vec::new(),
                });
                if let Write::AreaSet {
                    area: _,
                    give: given,
                    take,
                } = &mut part.write
                {
                    let side = if give { given } else { take };
                    side.push(account.clone());
                }
            }
            SaveUnit::AccountSet => {
                let part = self.set(piece, phase);
                if let Write::AccountSet {
                    give: given, take, ..
                } = &mut part.write
                {
                    let side = if give { given } else { take };
                    side.push(area.clone());
                }
            }
        }
    }

    /// The one save of an account's whole set. It comes when its weightiest part must.
    fn set(&mut self, piece: &Piece<'_>, phase: Phase) -> &mut Part {
        let key = Key::Account(piece.seat, Slot::Set);
        let part = self.part(key, piece, phase, || Write::AccountSet {
            account: piece.action.account.clone(),
            give: Vec::new(),
            take: Vec::new(),
            admin: None,
        });
        let admin = |phase| matches!(phase, Phase::Promote | Phase::Demote);
        if admin(phase) || !admin(part.phase) && phase > part.phase {
            part.phase = phase;
        }
        part
    }

    fn tick(&mut self, piece: &Piece<'_>, promote: bool) {
        let phase = if promote {
            Phase::Promote
        } else {
            Phase::Demote
        };
        let part = self.set(piece, phase);
        if let Write::AccountSet { admin, .. } = &mut part.write {
            *admin = Some(promote);
        }
    }

    fn admin(&mut self, piece: &Piece<'_>, promote: bool) {
        match (self.context.rules.admin.value, self.context.admin_area) {
            (AdminSet::Area, Some(area)) => self.area(piece, &area.name, promote),
            (AdminSet::Tick, _) => self.tick(piece, promote),
            (AdminSet::Act, _) => {
                let phase = if promote {
                    Phase::Promote
                } else {
                    Phase::Demote
                };
                let write = Write::Admin {
                    account: piece.action.account.clone(),
                    promote,
                };
                self.account(piece, Slot::Admin, phase, write);
            }
            (AdminSet::None, _) | (AdminSet::Area, None) => {}
        }
    }

    fn expire(&mut self, piece: &Piece<'a>) {
        match self.context.rules.end.value {
            End::DateThenAreas => self.edit(piece, Phase::EndDate),
            End::Deactivate => {
                let write = active(&piece.action.account, false);
                self.account(piece, Slot::Deactivate, Phase::Deactivate, write);
            }
            End::NoAreas => {
                let Some(live) = piece.subject.live else {
                    return;
                };
                for area in &live.areas {
                    self.area(piece, area, false);
                }
                if live.admin && admins::is_folded(self.context) {
                    self.tick(piece, false);
                }
            }
        }
    }
}

fn active(account: &AccountRef, active: bool) -> Write {
    let account = account.clone();
    Write::Active { account, active }
}

fn term(account: &AccountRef, term: Term) -> Write {
    let account = account.clone();
    Write::Keep { account, term }
}
