//! A snapshot: live state kept in a file, to plan offline, to seed the sandbox, to stand for a
//! portal without an API. Plain data, the same for every portal.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::live::{CatalogueArea, Incomplete, Listing, Live, LiveAccount};
use super::name::LoginId;

/// Live state of one organisation at one portal, with the evidence that it is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Version of this format: 1.
    pub format: u32,
    /// The driver of the portal that it was read from, such as `ofs`.
    pub driver: String,
    /// The organisation's id at that portal, in quotes.
    pub organisation: String,
    /// The organisation's name in prose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The day on which it was read.
    pub taken: Date,
    /// How many accounts and areas the portal said there are.
    pub evidence: SnapshotEvidence,
    /// Every area that can be granted.
    #[serde(default)]
    pub areas: Vec<SnapshotArea>,
    /// Every account.
    #[serde(default)]
    pub accounts: Vec<SnapshotAccount>,
}

/// Why a snapshot may be trusted to be complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnapshotEvidence {
    /// Accounts that the portal said there are.
    pub accounts: u64,
    /// Areas that the portal said there are.
    pub areas: u64,
    /// Pages read.
    #[serde(default)]
    pub pages: u64,
}

/// One area of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnapshotArea {
    /// What grants name.
    pub code: String,
    /// Title in prose.
    pub title: String,
    /// Joined with a posted key only.
    #[serde(default, skip_serializing_if = "is_false")]
    pub access_key_required: bool,
    /// The area whose members are the administrators.
    #[serde(default, skip_serializing_if = "is_false")]
    pub administration: bool,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnapshotAccount {
    /// What the portal calls it for ever.
    pub id: String,
    /// Its login id.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Its email address, where the portal shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Last day of access, where the portal has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// False where it has been deactivated.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub active: bool,
    /// Locked after wrong passwords.
    #[serde(default, skip_serializing_if = "is_false")]
    pub locked: bool,
    /// Kept by another system.
    #[serde(default, skip_serializing_if = "is_false")]
    pub upstream: bool,
    /// In the admin set.
    #[serde(default, skip_serializing_if = "is_false")]
    pub admin: bool,
    /// Areas it was granted, the administration area left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<String>,
    /// Day of the last sign-in, where the portal shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Date>,
}

fn yes() -> bool {
    true
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_true(value: &bool) -> bool {
    *value
}

impl Snapshot {
    /// Keeps `live` as a snapshot.
    #[must_use]
    pub fn of(live: &Live, driver: &str, name: Option<&str>, taken: Date) -> Self {
        let evidence = live.evidence();
        Self {
            format: 1,
            driver: driver.to_owned(),
            organisation: live.organisation().as_str().to_owned(),
            name: name.map(str::to_owned),
            taken,
            evidence: SnapshotEvidence {
                accounts: evidence.accounts_total,
                areas: evidence.areas_total,
                pages: evidence.pages,
            },
            areas: live.catalogue().values().map(SnapshotArea::of).collect(),
            accounts: live.accounts().values().map(SnapshotAccount::of).collect(),
        }
    }

    /// Reads the snapshot as if the portal had answered it, with the same checks of completeness.
    ///
    /// # Errors
    /// [`Incomplete`] when its evidence does not agree with what is in it.
    pub fn into_live(self) -> Result<Live, Incomplete> {
        let mut listing = Listing::begin(self.organisation.as_str().into());
        let administration: BTreeSet<String> = self
            .areas
            .iter()
            .filter(|area| area.administration)
            .map(|area| area.code.clone())
            .collect();
        let areas = self
            .areas
            .into_iter()
            .map(SnapshotArea::into_live)
            .collect();
        let accounts = self
            .accounts
            .into_iter()
            .map(|account| account.into_live(&administration))
            .collect();
        listing.accounts_page(&self.organisation, self.evidence.accounts, accounts)?;
        listing.catalogue_page(&self.organisation, self.evidence.areas, areas)?;
        listing.finish()
    }
}

impl SnapshotArea {
    fn of(area: &CatalogueArea) -> Self {
        let CatalogueArea {
            name,
            title,
            access_key_required,
            administration,
        } = area;
        Self {
            code: name.as_str().to_owned(),
            title: title.to_string(),
            access_key_required: *access_key_required,
            administration: *administration,
        }
    }

    fn into_live(self) -> CatalogueArea {
        let Self {
            code,
            title,
            access_key_required,
            administration,
        } = self;
        CatalogueArea {
            name: code.into(),
            title: title.into(),
            access_key_required,
            administration,
        }
    }
}

impl SnapshotAccount {
    /// One live account, in a snapshot or beside a saved plan.
    #[must_use]
    pub fn of(account: &LiveAccount) -> Self {
        let LiveAccount {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            areas,
            last_sign_in,
        } = account;
        Self {
            id: id.as_str().to_owned(),
            login: login.as_str().to_owned(),
            name: name.to_string(),
            email: email.as_deref().map(str::to_owned),
            expires: *expires,
            active: *active,
            locked: *locked,
            upstream: *upstream,
            admin: *admin,
            areas: areas.iter().map(|area| area.as_str().to_owned()).collect(),
            last_sign_in: *last_sign_in,
        }
    }

    /// Whoever has the administration area is an administrator, also where the file says so only
    /// there: taken for a common grant, it would be revoked with no thought of `min_admins`.
    fn into_live(self, administration: &BTreeSet<String>) -> LiveAccount {
        let Self {
            id,
            login,
            name,
            email,
            expires,
            active,
            locked,
            upstream,
            admin,
            areas,
            last_sign_in,
        } = self;
        LiveAccount {
            id: id.into(),
            login: LoginId::new(login),
            name: name.into(),
            email: email.map(Into::into),
            expires,
            active,
            locked,
            upstream,
            admin: admin || areas.iter().any(|area| administration.contains(area)),
            areas: areas
                .into_iter()
                .filter(|area| !administration.contains(area))
                .map(Into::into)
                .collect(),
            last_sign_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_administration_area_among_the_areas_makes_an_administrator() {
        let snapshot: Snapshot = serde_json::from_str(
            r#"{"format": 1, "driver": "ofs", "organisation": "10009999", "taken": "2026-11-22",
                "evidence": {"accounts": 1, "areas": 2, "pages": 1},
                "areas": [{"code": "tef", "title": "TEF"},
                          {"code": "users", "title": "Users", "administration": true}],
                "accounts": [{"id": "u-1", "login": "a@northshire.example", "name": "A",
                              "areas": ["tef", "users"]}]}"#,
        )
        .unwrap();
        let live = snapshot.into_live().unwrap();
        let account = live.accounts().values().next().unwrap();
        assert!(account.admin);
        assert_eq!(account.areas, BTreeSet::from(["tef".into()]));
    }
}
