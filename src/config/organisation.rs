//! One organisation as it is kept once its file is closed: small, without the tree, ready to say
//! what is desired on any day.

mod build;

use std::sync::Arc;

use jiff::civil::Date;

use super::grants;
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::policy::Policy;

pub(super) use build::build;

/// One organisation.
pub(super) struct Organisation {
    pub(super) id: OrganisationId,
    pub(super) id_span: Span,
    pub(super) name: Arc<str>,
    pub(super) tags: Vec<Box<str>>,
    pub(super) approved_by: Option<Arc<str>>,
    pub(super) owners: Vec<Box<str>>,
    pub(super) policy: Arc<Policy>,
    /// In order of the portal's name.
    pub(super) units: Vec<Unit>,
}

/// One organisation at one portal.
pub(super) struct Unit {
    pub(super) portal: PortalName,
    pub(super) portal_organisation: PortalOrganisation,
    pub(super) span: Span,
    pub(super) manages_accounts: bool,
    /// The organisation's own way in which accounts come to be, where it names one.
    pub(super) provisioning: Option<Arc<str>>,
    pub(super) accounts: Vec<Account>,
    /// The names that [`GrantLine::area`] counts.
    pub(super) areas: Vec<AreaName>,
    /// In order of account and area; the views of one grant stand together.
    pub(super) grants: Vec<GrantLine>,
    /// Where the `admins` key stands, if it rules this portal.
    pub(super) admins_key: Option<Span>,
    pub(super) admins: Vec<AdminLine>,
    pub(super) delete: Vec<(LoginId, Span)>,
    /// The project's required administrators, by their login ids here.
    pub(super) require_admins: Vec<LoginId>,
    /// Those of them who are in the admin set neither by the `admins` key nor by assignment, as
    /// the policy writes them, where there is such a key.
    pub(super) missing_admins: Vec<LoginId>,
}

/// One account.
pub(super) struct Account {
    pub(super) person: Arc<str>,
    pub(super) login: LoginId,
    pub(super) name: Arc<str>,
    pub(super) email: Option<Arc<str>>,
    pub(super) was: Vec<(LoginId, Span)>,
    pub(super) windows: Windows,
    pub(super) shared: Option<Box<SharedAccount>>,
    pub(super) key_span: Span,
    /// Whether it has an entry of its own under `users`.
    pub(super) own: bool,
    /// The places of the assignments that ask for it.
    pub(super) assigned: Vec<Span>,
}

/// The days of an account: those of its own entry, or of one assignment, and further ones.
#[derive(Clone)]
pub(super) struct Windows {
    pub(super) first: Window,
    pub(super) more: Vec<Window>,
}

impl Windows {
    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Window> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    /// The widest unbroken window that matters on a day.
    pub(super) fn on(&self, day: Date) -> Window {
        grants::widest(self.iter(), day)
    }
}

/// What a shared account says of its people.
pub(super) struct SharedAccount {
    pub(super) custodian: Arc<str>,
    pub(super) members: Vec<(Arc<str>, Option<Date>)>,
    pub(super) password_changed: Option<Date>,
}

/// Through which door a grant came; bundles by their place in the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    User,
    AreaView,
    Bundle(u32),
    Assignment,
    AssignedBundle(u32),
}

/// One view of one grant.
pub(super) struct GrantLine {
    pub(super) account: u32,
    pub(super) area: u32,
    pub(super) window: Window,
    pub(super) reason: Option<Arc<str>>,
    pub(super) door: Door,
    pub(super) span: Span,
}

/// One view of one administrator.
pub(super) struct AdminLine {
    pub(super) account: u32,
    pub(super) window: Window,
    pub(super) assigned: bool,
    pub(super) span: Span,
}
