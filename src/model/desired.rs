//! What the YAML says for one organisation at one portal on one day. Built by the configuration,
//! read by the planner; it cannot be mistaken for [`crate::model::live::Live`].

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::day::{Presence, Window};
use super::name::{AreaName, LoginId, OrganisationId, PortalName, PortalOrganisation};
use super::policy::Policy;
use super::source::{Provenance, Source};

/// One organisation at one portal: the unit of planning.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The organisation's id in the project.
    pub organisation: OrganisationId,
    /// Its name in prose.
    pub organisation_name: Arc<str>,
    /// The portal's name in the project.
    pub portal: PortalName,
    /// The organisation's id there.
    pub portal_organisation: PortalOrganisation,
    /// Who approved the organisation's list, and in which role (`approved_by`).
    pub approved_by: Option<Arc<str>>,
    /// Where the YAML names that id.
    pub source: Source,
    /// Whether accounts are managed: false where there is neither a `users` key nor an
    /// assignment. Then nothing is said of live accounts that the YAML does not name.
    pub manages_accounts: bool,
    /// The accounts that the YAML names, present or not on the day, by login id.
    pub accounts: BTreeMap<LoginId, DesiredAccount>,
    /// The admin set.
    pub admins: DesiredAdmins,
    /// Accounts named under `delete`.
    pub delete: BTreeMap<LoginId, Source>,
    /// What accompanies a creation.
    pub creation: CreationSettings,
    /// The login id that beadle itself uses there, where the project names it (`identity`).
    pub identity: Option<LoginId>,
    /// What the plan is held to.
    pub policy: Arc<Policy>,
}

/// What accompanies a creation, from the portal's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreationSettings {
    /// Whether the portal mails the new account's holder, where that is a choice.
    pub notify: Option<bool>,
    /// Who accepts the terms, where that must be a named person.
    pub terms_accepted_by: Option<Arc<str>>,
    /// By what system the organisation's accounts come to be, where that is a choice: a name
    /// among the rules' `provisioning`.
    pub provisioning: Option<Arc<str>>,
}

/// One account as the YAML has it.
#[derive(Clone, Debug)]
pub struct DesiredAccount {
    /// The user's key in the YAML, canonical: the same person in every organisation and portal.
    pub person: Arc<str>,
    /// The login id at this portal.
    pub login: LoginId,
    /// The person's name.
    pub name: Arc<str>,
    /// The email address; none for a shared account whose key is not one.
    pub email: Option<Arc<str>>,
    /// Login ids it had before.
    pub was: Vec<(LoginId, Source)>,
    /// First and last day.
    pub window: Window,
    /// Where the day falls in that window.
    pub presence: Presence,
    /// Grants that the YAML names, whether or not they hold on the day.
    pub grants: BTreeMap<AreaName, DesiredGrant>,
    /// For a shared account.
    pub shared: Option<Shared>,
    /// Where it is declared, first the user's own entry, then assignments.
    pub provenance: Vec<Provenance>,
}

/// A login used by several people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The user key of who answers for it.
    pub custodian: Arc<str>,
    /// The user keys of who uses it, each with the last day of that membership of the organisation.
    pub members: Vec<(Arc<str>, Option<Date>)>,
    /// When its password was last changed.
    pub password_changed: Option<Date>,
}

/// One grant as the YAML has it, over all views.
#[derive(Clone, Debug)]
pub struct DesiredGrant {
    /// The days on which it holds: the widest of the views, within the account's own window.
    pub window: Window,
    /// Where the day falls in that window.
    pub presence: Presence,
    /// Why, as the YAML's `reason` has it.
    pub reason: Option<Arc<str>>,
    /// Every place that asks for it.
    pub provenance: Vec<Provenance>,
}

/// The admin set as the YAML has it.
#[derive(Clone, Debug, Default)]
pub struct DesiredAdmins {
    /// True where the organisation has an `admins` key: then nobody else stays. Without it,
    /// assignments may add administrators and nobody is demoted.
    pub exact: bool,
    /// Who is an administrator on the day.
    pub members: BTreeMap<LoginId, Vec<Provenance>>,
    /// Where the `admins` key stands.
    pub source: Option<Source>,
}

impl DesiredAccount {
    /// Whether the YAML names a login id other than the email address. Where the portal makes
    /// login ids, one that is not named is not known yet.
    #[must_use]
    pub fn names_login(&self) -> bool {
        let address = self.email.as_deref().map(LoginId::new);
        address.is_none_or(|address| address != self.login)
    }

    /// The place that an action on the account itself points at.
    #[must_use]
    pub fn source(&self) -> Option<&Source> {
        self.provenance.first().map(|first| &first.source)
    }
}
