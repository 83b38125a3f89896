//! The redacted copy of each part of a plan that names a person in a field of its own.
//!
//! No prose: that is [`super::known`]'s.

use std::sync::Arc;

use serde_json::Value;

use super::Redaction;
use crate::model::name::LoginId;
use crate::model::plan::{
    AccountRef, Action, Change, Finding, HeldBack, HeldBackReason, Reason, Save, Write,
};

impl Redaction {
    /// A field of an account, or of what an action changes, as it stands in a document.
    #[must_use]
    pub fn value(&self, field: &str, value: &Value) -> Value {
        match (field, value) {
            ("name", Value::String(text)) => self.pseudonym("name", text).into(),
            ("email" | "login", Value::String(text)) => self.person(text).into(),
            (_, value) => value.clone(),
        }
    }

    pub(super) fn change(&self, change: &Change) -> Change {
        let address = |text: &Arc<str>| Arc::from(self.person(text));
        let name = |text: &Arc<str>| Arc::from(self.pseudonym("name", text));
        match change {
            Change::Name { before, after } => Change::Name {
                before: before.as_ref().map(name),
                after: name(after),
            },
            Change::Email { before, after } => Change::Email {
                before: before.as_ref().map(address),
                after: address(after),
            },
            Change::Login { before, after } => Change::Login {
                before: before.as_ref().map(|login| self.login_value(login)),
                after: self.login_value(after),
            },
            Change::Expires { before, after } => Change::Expires {
                before: *before,
                after: *after,
            },
            Change::Term { after } => Change::Term { after: *after },
            Change::Active { before, after } => Change::Active {
                before: *before,
                after: *after,
            },
        }
    }

    pub(super) fn reason(&self, reason: &Reason) -> Reason {
        match reason {
            Reason::Renamed { was, source } => Reason::Renamed {
                was: self.login_value(was),
                source: source.clone(),
            },
            Reason::Listed(_)
            | Reason::NotListed(_)
            | Reason::Ended {
                until: _,
                source: _,
            }
            | Reason::NotBegun { from: _, source: _ }
            | Reason::Unmanaged
            | Reason::NamedForDeletion(_)
            | Reason::AccessEnded(_)
            | Reason::TermEnds { on: _, source: _ } => reason.clone(),
        }
    }

    pub(super) fn action(&self, action: &Action) -> Action {
        let Action {
            kind,
            account,
            area,
            changes,
            reason,
            reversible,
            sensitive,
        } = action;
        Action {
            kind: *kind,
            account: self.account(account),
            area: area.clone(),
            changes: changes.iter().map(|change| self.change(change)).collect(),
            reason: self.reason(reason),
            reversible: *reversible,
            sensitive: *sensitive,
        }
    }

    pub(super) fn save(&self, save: &Save, mail: impl Fn(&LoginId) -> LoginId) -> Save {
        let Save {
            write,
            actions,
            after,
            elsewhere,
            mails,
        } = save;
        Save {
            write: self.write(write),
            actions: actions.clone(),
            after: after.clone(),
            elsewhere: elsewhere.clone(),
            mails: mails.iter().map(mail).collect(),
        }
    }

    pub(super) fn accounts(&self, accounts: &[AccountRef]) -> Vec<AccountRef> {
        accounts
            .iter()
            .map(|account| self.account(account))
            .collect()
    }

    pub(super) fn write(&self, write: &Write) -> Write {
        match write {
            Write::Create {
                account,
                email,
                expires,
                term,
                notify,
                terms_accepted_by,
                assigned,
            } => Write::Create {
                account: self.account(account),
                email: email.as_ref().map(|email| self.person(email).into()),
                expires: *expires,
                term: *term,
                notify: *notify,
                terms_accepted_by: terms_accepted_by
                    .as_ref()
                    .map(|person| self.person(person).into()),
                assigned: *assigned,
            },
            Write::Edit { account, changes } => Write::Edit {
                account: self.account(account),
                changes: changes.iter().map(|change| self.change(change)).collect(),
            },
            Write::Grant {
                account,
                area,
                give,
            } => Write::Grant {
                account: self.account(account),
                area: area.clone(),
                give: *give,
            },
            Write::AccountSet {
                account,
                give,
                take,
                admin,
            } => Write::AccountSet {
                account: self.account(account),
                give: give.clone(),
                take: take.clone(),
                admin: *admin,
            },
            Write::AreaSet { area, give, take } => Write::AreaSet {
                area: area.clone(),
                give: self.accounts(give),
                take: self.accounts(take),
            },
            Write::Admin { account, promote } => Write::Admin {
                account: self.account(account),
                promote: *promote,
            },
            Write::Active { account, active } => Write::Active {
                account: self.account(account),
                active: *active,
            },
            Write::Keep { account, term } => Write::Keep {
                account: self.account(account),
                term: *term,
            },
            Write::Delete { account } => Write::Delete {
                account: self.account(account),
            },
        }
    }

    pub(super) fn held_back_reason(&self, because: &HeldBackReason) -> HeldBackReason {
        match because {
            HeldBackReason::LiveTwins(ids) => {
                HeldBackReason::LiveTwins(ids.iter().map(|id| self.portal_id(id)).collect())
            }
            HeldBackReason::SameAddress(there) => HeldBackReason::SameAddress(self.account(there)),
            HeldBackReason::NoRemovals
            | HeldBackReason::OwnIdentity
            | HeldBackReason::WaitsForManualStep(_)
            | HeldBackReason::ManagedUpstream
            | HeldBackReason::Unsupported(_)
            | HeldBackReason::TooFewAdmins { left: _, min: _ } => because.clone(),
        }
    }

    pub(super) fn held_back(&self, held: &HeldBack) -> HeldBack {
        let HeldBack {
            kind,
            account,
            area,
            because,
            source,
        } = held;
        HeldBack {
            kind: *kind,
            account: self.account(account),
            area: area.clone(),
            because: self.held_back_reason(because),
            source: source.clone(),
        }
    }

    pub(super) fn finding(&self, finding: &Finding) -> Finding {
        match finding {
            Finding::Unmanaged(account) => Finding::Unmanaged(self.account(account)),
            Finding::Locked(account) => Finding::Locked(self.account(account)),
            Finding::Dormant(account) => Finding::Dormant(self.account(account)),
            Finding::Upcoming {
                account,
                area,
                from,
            } => Finding::Upcoming {
                account: self.account(account),
                area: area.clone(),
                from: *from,
            },
            Finding::Ending {
                account,
                area,
                until,
            } => Finding::Ending {
                account: self.account(account),
                area: area.clone(),
                until: *until,
            },
            Finding::FormerLoginStillLive { account, was } => Finding::FormerLoginStillLive {
                account: self.account(account),
                was: self.login_value(was),
            },
            Finding::LookAlike { account, other } => Finding::LookAlike {
                account: self.account(account),
                other: self.account(other),
            },
            Finding::SharedAccount(account) => Finding::SharedAccount(self.account(account)),
            Finding::Unverified(assumption) => Finding::Unverified(assumption),
        }
    }
}
