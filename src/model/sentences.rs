//! The plan's reasons in words: short clauses that name nobody, the same in every output.

use jiff::civil::Date;

use super::name::{AreaName, PortalId};
use super::plan::{AccountRef, Finding, HeldBackReason, Reason};
use super::source::Via;

impl Reason {
    /// Why, in a short clause that names no person.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Listed(places) => match places.first().map(|place| &place.via) {
                Some(Via::User) | None => "listed for this user".to_owned(),
                Some(Via::AreaView) => "listed under the area".to_owned(),
                Some(Via::AdminList) => "listed under admins".to_owned(),
                Some(Via::Bundle(bundle)) => format!("by bundle `{bundle}`"),
                Some(Via::Assignment(Some(bundle))) => {
                    format!("by an assignment of bundle `{bundle}`")
                }
                Some(Via::Assignment(None)) => "by an assignment".to_owned(),
                Some(Via::Undo(day)) => format!("taken on {day}"),
            },
            Self::NotListed(_) => "not listed any more".to_owned(),
            Self::Ended { until, source: _ } => format!("the last day was {until}"),
            Self::NotBegun { from, source: _ } => format!("the first day is {from}"),
            Self::Renamed { .. } => "renamed (`was`)".to_owned(),
            Self::Unmanaged => "not in the YAML (`policy.unmanaged: expire`)".to_owned(),
            Self::NamedForDeletion(_) => "named under `delete`".to_owned(),
            Self::AccessEnded(_) => "the account's access has ended".to_owned(),
            Self::TermEnds { on, source: _ } => format!("the term ends on {on}"),
        }
    }
}

impl HeldBackReason {
    /// Why, in a clause.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NoRemovals => {
                "removals are switched off (`removals: none` or `--no-removals`)".to_owned()
            }
            Self::OwnIdentity => "it is the account that beadle itself uses".to_owned(),
            Self::WaitsForManualStep(_) => {
                "it waits for a step that only a person can do".to_owned()
            }
            Self::LiveTwins(ids) => {
                let ids: Vec<&str> = ids.iter().map(PortalId::as_str).collect();
                format!(
                    "the portal has {} accounts with this login id ({})",
                    ids.len(),
                    ids.join(", ")
                )
            }
            Self::SameAddress(there) => format!(
                "the account `{0}` has this address: name `{0}` under `accounts` if it is this \
                 person's",
                there.login.as_str()
            ),
            Self::ManagedUpstream => "another system keeps this account".to_owned(),
            Self::Unsupported(why) => (*why).to_owned(),
            Self::TooFewAdmins { left, min } => {
                format!("it would leave {left} administrators, and at least {min} must stay")
            }
        }
    }
}

impl Finding {
    /// Code, account, area and day.
    #[must_use]
    pub fn parts(
        &self,
    ) -> (
        &'static str,
        Option<&AccountRef>,
        Option<&AreaName>,
        Option<Date>,
    ) {
        match self {
            Self::Unmanaged(account) => ("unmanaged", Some(account), None, None),
            Self::Locked(account) => ("locked", Some(account), None, None),
            Self::Dormant(account) => ("dormant", Some(account), None, None),
            Self::Upcoming {
                account,
                area,
                from,
            } => ("upcoming", Some(account), area.as_ref(), Some(*from)),
            Self::Ending {
                account,
                area,
                until,
            } => ("ending", Some(account), area.as_ref(), Some(*until)),
            Self::FormerLoginStillLive { account, was: _ } => {
                ("former-login-live", Some(account), None, None)
            }
            Self::LookAlike { account, other: _ } => ("look-alike", Some(account), None, None),
            Self::SharedAccount(account) => ("shared-account", Some(account), None, None),
            Self::Unverified(_) => ("unverified", None, None, None),
        }
    }

    /// In a sentence that names nobody.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Unmanaged(_) => "live, and not in the YAML: left alone".to_owned(),
            Self::Locked(_) => "locked after wrong passwords: not changed by a plan".to_owned(),
            Self::Dormant(_) => {
                "deactivated by the portal for want of a sign-in: left alone".to_owned()
            }
            Self::Upcoming {
                account: _,
                area: _,
                from,
            } => format!("begins on {from}"),
            Self::Ending {
                account: _,
                area: _,
                until,
            } => format!("ends after {until}"),
            Self::FormerLoginStillLive { .. } => {
                "a former login id under `was` is live as well: left alone".to_owned()
            }
            Self::LookAlike { .. } => {
                "deleted for good, and another live account looks nearly like it: look twice"
                    .to_owned()
            }
            Self::SharedAccount(_) => "used by several people".to_owned(),
            Self::Unverified(assumption) => format!("not tried on the portal yet: {assumption}"),
        }
    }
}
