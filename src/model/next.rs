//! What will change by itself: the days on which the same files ask for something else than on the
//! day before, and what that is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::name::{AreaName, OrganisationId, PortalName};
use super::policy::Guardrail;
use super::source::Source;

/// Everything that will change by itself in some days to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The day that is today: what is due on it is the plan's matter, and not here.
    pub today: Date,
    /// The last day that was looked at.
    pub until: Date,
    /// Whether portals, or snapshots of them, were looked at beside the files.
    pub live: bool,
    /// What changes, by day. Days on which nothing does are not there.
    pub days: BTreeMap<Date, BTreeMap<Happening, BTreeSet<PortalName>>>,
}

/// One thing that changes on a day, at one portal or at several alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happening {
    /// The organisation's id in the project; none for what holds for a whole portal.
    pub organisation: Option<OrganisationId>,
    /// Its name in prose.
    pub organisation_name: Arc<str>,
    /// What.
    pub kind: HappeningKind,
    /// Whom it is about; none for what is about nobody.
    pub who: Option<Who>,
    /// Which area.
    pub area: Option<AreaName>,
    /// The last day of what ends.
    pub last_day: Option<Date>,
    /// How many accounts, where they are counted and not named.
    pub accounts: Option<u64>,
    /// Of which guardrail a waiver ends.
    pub guardrail: Option<Guardrail>,
    /// Whether policy calls the area sensitive.
    pub sensitive: bool,
    /// The place in the YAML.
    pub source: Option<Source>,
}

/// A person, or the login that several use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Who {
    /// The name in prose.
    pub name: Arc<str>,
    /// The user's key in the YAML, canonical.
    pub person: Arc<str>,
}

/// What can change by itself. The order is that in which a reader meets them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum HappeningKind {
    /// Somebody becomes an administrator.
    AdminBegins,
    /// Somebody ceases to be an administrator.
    AdminEnds,
    /// An account is desired from this day on.
    AccessBegins,
    /// An account's last day was the day before.
    AccessEnds,
    /// An area is desired from this day on.
    AreaBegins,
    /// An area's last day was the day before.
    AreaEnds,
    /// A shared account's password is to be changed: a member's last day was the day before.
    PasswordStep,
    /// The portal ends an account that the YAML still wants, unless it is renewed before.
    PortalEnds,
    /// A plan renews an account, the end of whose term is near.
    Renewal,
    /// Plans renew the accounts that the portal would end with the academic year.
    RenewalsBegin,
    /// The portal ends the accounts that were kept to the end of the academic year.
    AcademicYearEnds,
    /// A waiver's last day was the day before.
    WaiverEnds,
    /// Plans announce from this day on that something ends.
    EndAnnounced,
}

impl Happening {
    /// What changes, in a clause about whom or what it is said of.
    #[must_use]
    pub fn clause(&self) -> String {
        let last = self.last_day.map(|day| day.to_string()).unwrap_or_default();
        let area = self.area.as_ref().map(|area| format!("`{area}`"));
        let area = area.unwrap_or_default();
        let accounts = self.accounts.unwrap_or_default();
        match self.kind {
            HappeningKind::AdminBegins => "becomes an administrator".to_owned(),
            HappeningKind::AdminEnds => "ceases to be an administrator".to_owned(),
            HappeningKind::AccessBegins => "access begins".to_owned(),
            HappeningKind::AccessEnds if last.is_empty() => "access ends".to_owned(),
            HappeningKind::AccessEnds => format!("access ends, last day {last}"),
            HappeningKind::AreaBegins => format!("{area} begins"),
            HappeningKind::AreaEnds if last.is_empty() => format!("{area} ends"),
            HappeningKind::AreaEnds => format!("{area} ends, last day {last}"),
            HappeningKind::PasswordStep => {
                "password to be changed: somebody who knows it has left".to_owned()
            }
            HappeningKind::PortalEnds => {
                format!("the portal ends the account unless it is renewed, last day {last}")
            }
            HappeningKind::Renewal => format!("the account is renewed, its term ends on {last}"),
            HappeningKind::RenewalsBegin => format!(
                "accounts that end with the academic year on {last} are renewed from here on, of {accounts} in the YAML that last longer"
            ),
            HappeningKind::AcademicYearEnds => format!(
                "accounts that ended with the academic year on {last} are gone unless renewed, of {accounts} in the YAML that last longer"
            ),
            HappeningKind::WaiverEnds => {
                let name = self.guardrail.map_or("", Guardrail::as_str);
                format!("the waiver of `{name}` ends, last day {last}")
            }
            HappeningKind::EndAnnounced if area.is_empty() => {
                format!("announced from here on: access ends, last day {last}")
            }
            HappeningKind::EndAnnounced => {
                format!("announced from here on: {area} ends, last day {last}")
            }
        }
    }
}
