//! The undo file of a run: what it is about to take from whom, with every value before, so that
//! `beadle undo` can give it back. Plain data with a digest of its own; who may use it, and what of
//! it still holds, is decided elsewhere.
//!
//! It names people, and lies where the records of the project lie.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::day::shifted;
use super::name::{AreaName, LoginId, OrganisationId, PortalId, PortalName, PortalOrganisation};
use super::plan_document::hexadecimal;

/// Days after the run on which what it took can be given back.
pub const VALID_DAYS: i64 = 7;

/// What one run takes, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// SHA-256 of this document with an empty `digest`, in lower-case hexadecimal.
    pub digest: String,
    /// The run, as the audit log names it.
    pub run: String,
    /// The run that this one undid, where it was an undo itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// The day of the run.
    pub day: Date,
    /// The last day on which it can be used.
    pub valid_until: Date,
    /// SHA-256 of the plan that the run carried out.
    pub plan: String,
    /// By organisation, then portal.
    pub units: Vec<UndoUnit>,
}

/// One organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoUnit {
    /// The organisation's id in the project.
    #[schemars(with = "String")]
    pub organisation: OrganisationId,
    /// The portal's name in the project.
    #[schemars(with = "String")]
    pub portal: PortalName,
    /// The organisation's id at that portal.
    #[schemars(with = "String")]
    pub portal_organisation: PortalOrganisation,
    /// The portal's driver.
    pub driver: String,
    /// Where the portal is; absent for one without an API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// From whom something is taken, by portal id.
    pub accounts: Vec<UndoAccount>,
}

/// One account, as it was before the run, and what the run takes from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoAccount {
    /// What the portal calls it for ever.
    #[schemars(with = "String")]
    pub id: PortalId,
    /// Its login id before.
    #[schemars(with = "String")]
    pub login: LoginId,
    /// The person's name before.
    pub name: String,
    /// Its email address before, where the portal showed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The user's key in the YAML; absent for an account that the YAML does not name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Whether it was active before.
    pub active: bool,
    /// Its last day of access before, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// What is taken.
    pub taken: Vec<Taken>,
}

/// One thing that a run takes.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(tag = "what", rename_all = "lowercase", deny_unknown_fields)]
pub enum Taken {
    /// Access to an area.
    Area {
        /// Which.
        #[schemars(with = "String")]
        area: AreaName,
        /// False where only a posted key gives it back.
        reversible: bool,
    },
    /// The place in the admin set.
    Admin {
        /// False where only a posted key gives it back.
        reversible: bool,
    },
    /// Days of access: the last day is set to an earlier one.
    Expires {
        /// The last day before; absent for no end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Date>,
        /// The last day as the run sets it.
        after: Date,
    },
    /// Being active.
    Active,
    /// The name.
    Name {
        /// Before.
        before: String,
        /// As the run sets it.
        after: String,
    },
    /// The email address, and with it the login id where the portal makes them one.
    Email {
        /// Before.
        before: String,
        /// As the run sets it.
        after: String,
    },
    /// The login id alone.
    Login {
        /// Before.
        #[schemars(with = "String")]
        before: LoginId,
        /// As the run sets it.
        #[schemars(with = "String")]
        after: LoginId,
    },
    /// The account itself, for good. Nothing gives it back.
    Account {
        /// The areas that it had.
        #[schemars(with = "Vec<String>")]
        areas: Vec<AreaName>,
        /// Whether it was in the admin set.
        admin: bool,
    },
}

/// What is taken in one organisation at one portal, before it is known which run takes it.
pub type TakenByUnit = BTreeMap<(OrganisationId, PortalName), Vec<UndoAccount>>;

impl UndoDocument {
    /// The document of a run, digest included.
    #[must_use]
    pub fn new(
        run: String,
        undoes: Option<String>,
        day: Date,
        plan: String,
        units: Vec<UndoUnit>,
    ) -> Self {
        Self {
            format: 1,
            beadle: env!("CARGO_PKG_VERSION").to_owned(),
            digest: String::new(),
            run,
            undoes,
            day,
            valid_until: shifted(day, VALID_DAYS),
            plan,
            units,
        }
        .sealed()
    }

    /// The same without everybody who is `gone`, under a new digest.
    #[must_use]
    pub fn without(mut self, gone: impl Fn(&UndoAccount) -> bool) -> Self {
        for unit in &mut self.units {
            unit.accounts.retain(|account| !gone(account));
        }
        self.units.retain(|unit| !unit.accounts.is_empty());
        self.sealed()
    }

    fn sealed(mut self) -> Self {
        self.digest = self.computed_digest();
        self
    }

    /// The digest that the document ought to carry.
    #[must_use]
    pub fn computed_digest(&self) -> String {
        let blank = Self {
            digest: String::new(),
            ..self.clone()
        };
        // Nothing in it can fail to be written; what could would be a digest of nothing.
        let text = serde_json::to_vec(&blank).unwrap_or_default();
        hexadecimal(&Sha256::digest(text))
    }

    /// As it is kept: one field a line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// How many things it holds.
    #[must_use]
    pub fn count(&self) -> u64 {
        let accounts = self.units.iter().flat_map(|unit| &unit.accounts);
        accounts.map(|account| account.taken.len() as u64).sum()
    }
}

impl UndoAccount {
    /// Whether the account could sign in on a day, as it was before the run.
    #[must_use]
    pub fn was_usable(&self, day: Date) -> bool {
        self.active && self.expires.is_none_or(|last| last >= day)
    }
}

impl Taken {
    /// Whether a later run can give it back.
    #[must_use]
    pub fn is_reversible(&self) -> bool {
        match self {
            Self::Area { reversible, .. } | Self::Admin { reversible } => *reversible,
            Self::Account { .. } => false,
            Self::Expires { .. }
            | Self::Active
            | Self::Name { .. }
            | Self::Email { .. }
            | Self::Login { .. } => true,
        }
    }
}
