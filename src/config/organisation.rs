//! One organisation as it is kept once its file is closed: small, without the tree, ready to say
//! what is desired on any day.

mod build;
mod texts;

use std::sync::Arc;

use jiff::civil::Date;

use super::grants;
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::name::{LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::policy::Policy;

pub(super) use build::build;
pub(super) use texts::{Text, Texts};

/// One organisation.
pub(super) struct Organisation {
    pub(super) id: OrganisationId,
    pub(super) id_span: Span,
    pub(super) name: Arc<str>,
    pub(super) tags: Vec<Box<str>>,
    pub(super) approved_by: Option<Arc<str>>,
    pub(super) owners: Vec<Box<str>>,
    pub(super) policy: Arc<Policy>,
    /// What every [`Text`] below stands in.
    pub(super) texts: Texts,
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
    pub(super) accounts: Box<[Account]>,
    /// The names that [`GrantLine::area`] counts.
    pub(super) areas: Box<[Text]>,
    /// What [`GrantLine::terms`] counts.
    pub(super) terms: Box<[ViewTerms]>,
    /// In order of account, area and door; the views of one grant stand together.
    pub(super) grants: Box<[GrantLine]>,
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

/// One account. There are as many as users, so what few of them have stands apart.
pub(super) struct Account {
    pub(super) person: Text,
    pub(super) login: Text,
    pub(super) name: Text,
    pub(super) email: Option<Text>,
    /// The days of its own entry, or of the first assignment.
    pub(super) window: Window,
    pub(super) key_span: Span,
    /// Whether it has an entry of its own under `users`.
    pub(super) own: bool,
    pub(super) rare: Option<Box<Rare>>,
}

/// What few accounts have.
#[derive(Default)]
pub(super) struct Rare {
    pub(super) was: Vec<(LoginId, Span)>,
    /// The days of further assignments.
    pub(super) windows: Vec<Window>,
    /// The places of the assignments that ask for it.
    pub(super) assigned: Vec<Span>,
    pub(super) shared: Option<SharedAccount>,
}

impl Rare {
    fn is_empty(&self) -> bool {
        let Self {
            was,
            windows,
            assigned,
            shared,
        } = self;
        was.is_empty() && windows.is_empty() && assigned.is_empty() && shared.is_none()
    }
}

impl Account {
    /// Its days, of its own entry and of all assignments.
    pub(super) fn windows(&self) -> impl Iterator<Item = Window> {
        let more = self.rare.iter().flat_map(|rare| &rare.windows);
        std::iter::once(self.window).chain(more.copied())
    }

    /// The widest unbroken window that matters on a day.
    pub(super) fn window_on(&self, day: Date) -> Window {
        grants::widest(self.windows(), day)
    }

    /// The places of the assignments that ask for it.
    pub(super) fn assigned(&self) -> &[Span] {
        self.rare.as_ref().map_or(&[], |rare| &rare.assigned)
    }

    /// Where it is asked for: its own entry, else the first assignment.
    pub(super) fn place(&self) -> &Span {
        let assigned = self.assigned().first().filter(|_| !self.own);
        assigned.unwrap_or(&self.key_span)
    }
}

/// What a shared account says of its people.
pub(super) struct SharedAccount {
    pub(super) custodian: Arc<str>,
    pub(super) members: Vec<(Arc<str>, Option<Date>)>,
    pub(super) password_changed: Option<Date>,
}

/// Through which door a grant came; bundles by their place in the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Door {
    User,
    AreaView,
    Bundle(u32),
    Assignment,
    AssignedBundle(u32),
}

/// What the views of many grants have in common.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ViewTerms {
    pub(super) window: Window,
    pub(super) reason: Option<Text>,
    pub(super) door: Door,
}

/// One view of one grant.
pub(super) struct GrantLine {
    pub(super) account: u32,
    pub(super) area: u32,
    pub(super) terms: u32,
    pub(super) span: Span,
}

impl Unit {
    /// The terms of a view.
    pub(super) fn terms(&self, line: &GrantLine) -> Option<&ViewTerms> {
        self.terms.get(line.terms as usize)
    }
}

/// One view of one administrator.
pub(super) struct AdminLine {
    pub(super) account: u32,
    pub(super) window: Window,
    pub(super) assigned: bool,
    pub(super) span: Span,
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
