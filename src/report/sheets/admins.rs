//! The governors' page: who administers which portal, who left and how fast access ended, what is
//! overdue, which logins several people share, and what somebody gains by their own hand.

mod layout;
mod rows;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expiring::Ending;
use super::page::{Rows, Sheets};
use super::{Report, Standing, UnreadUnit};
use crate::report::Redaction;

/// The governors' page, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminsReport {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that it is for.
    pub day: Date,
    /// Who has left since this day is told.
    pub since: Date,
    /// Who administers what, by organisation and portal.
    pub places: Vec<AdminPlace>,
    /// Portals at which there is no such right to manage, by name in prose.
    pub without: Vec<String>,
    /// Who left, who still has access first, then by last day, the latest first.
    pub leavers: Vec<Leaver>,
    /// What should have ended and is live.
    pub overdue: Vec<Ending>,
    /// Logins that several people use.
    pub shared: Vec<SharedLogin>,
    /// What changes somebody's own rights by their own hand.
    pub escalations: Vec<EscalationLine>,
    /// What else to know before reading it: what could not be told, and why.
    pub notes: Vec<String>,
    /// What could not be read.
    pub unread: Vec<UnreadUnit>,
}

/// One organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdminPlace {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The portal's name in prose.
    pub portal_title: String,
    /// Fewest administrators there may be.
    pub minimum: u32,
    /// Administrators now.
    pub now: u64,
    /// Administrators after the plan.
    pub after: u64,
    /// Everybody who is one, now or after the plan.
    pub administrators: Vec<Administrator>,
}

/// One administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Administrator {
    /// The person's name.
    pub name: String,
    /// The user's key in the YAML; none where no file names the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The login id.
    pub login: String,
    /// Now, and after the plan.
    pub admin: Standing,
    /// Last day of access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Day of the last sign-in, where the portal shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Date>,
}

/// What became of somebody's access after their last day.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LeaverState {
    /// They can still sign in, or still hold something.
    StillLive,
    /// The log says when it ended.
    Ended,
    /// It has ended, and no record says when: by the portal's own date, or by hand.
    NoRecord,
    /// The portal could not be read, and no record says that it ended.
    Unknown,
}

/// Somebody whose last day has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Leaver {
    /// What became of their access.
    pub state: LeaverState,
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The person's name.
    pub name: String,
    /// The user's key in the YAML.
    pub person: String,
    /// Whether they are still an administrator.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub admin: bool,
    /// The last day, as the YAML has it, or had when it was carried out.
    pub last_day: Date,
    /// The day of the record that their access was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<Date>,
    /// Days from the last day to that record: 1 is the first day without access. Of who still has
    /// access, days since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
}

/// One login that several people use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedLogin {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The account's name.
    pub name: String,
    /// The login id.
    pub login: String,
    /// Who answers for it.
    pub custodian: Sharer,
    /// Who uses it.
    pub members: Vec<Sharer>,
    /// When its password was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_changed: Option<Date>,
    /// The last day of whoever left and may still know the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_to_leaver_of: Option<Date>,
}

/// Somebody who uses a shared login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sharer {
    /// The name; the key where it is not known.
    pub name: String,
    /// The user's key in the YAML.
    pub person: String,
    /// Last day in the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Something that changes somebody's own rights by their own hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalationLine {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The person's name.
    pub name: String,
    /// The user's key in the YAML, or the login id of an account that it does not name.
    pub person: String,
    /// What, in a clause.
    pub what: String,
    /// Why it is one, in a clause.
    pub why: String,
}

impl AdminPlace {
    /// Whether there are fewer than there must be, now or after the plan.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.now < self.minimum.into() || self.after < self.minimum.into()
    }

    /// Whether the plan makes or ends an administrator.
    #[must_use]
    pub fn changes(&self) -> bool {
        let mut administrators = self.administrators.iter();
        administrators.any(|one| matches!(one.admin, Standing::Given | Standing::Taken))
    }

    /// Whether one who leaves would leave too few.
    #[must_use]
    pub fn is_tight(&self) -> bool {
        !self.is_short() && self.after == u64::from(self.minimum)
    }
}

impl Report for AdminsReport {
    fn sheets(&self) -> Sheets {
        layout::sheets(self)
    }

    fn rows(&self) -> Rows {
        rows::rows(self)
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            format,
            beadle,
            day,
            since,
            places,
            without,
            leavers,
            overdue,
            shared,
            escalations,
            notes,
            unread,
        } = self;
        Self {
            format: *format,
            beadle: beadle.clone(),
            day: *day,
            since: *since,
            places: places.iter().map(|one| one.redacted(redaction)).collect(),
            without: without.clone(),
            leavers: leavers.iter().map(|one| one.redacted(redaction)).collect(),
            overdue: overdue.iter().map(|one| one.redacted(redaction)).collect(),
            shared: shared.iter().map(|one| one.redacted(redaction)).collect(),
            escalations: escalations
                .iter()
                .map(|one| one.redacted(redaction))
                .collect(),
            notes: notes.clone(),
            unread: unread.clone(),
        }
    }
}

impl AdminPlace {
    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            organisation,
            organisation_name,
            portal,
            portal_title,
            minimum,
            now,
            after,
            administrators,
        } = self;
        let one = |one: &Administrator| {
            let Administrator {
                name: _,
                person,
                login,
                admin,
                until,
                last_sign_in,
            } = one;
            let pseudonym = redaction.person(person.as_ref().unwrap_or(login));
            Administrator {
                name: pseudonym.clone(),
                person: person.as_ref().map(|_| pseudonym.clone()),
                login: pseudonym,
                admin: *admin,
                until: *until,
                last_sign_in: *last_sign_in,
            }
        };
        let mut administrators: Vec<Administrator> = administrators.iter().map(one).collect();
        administrators.sort_by(|one, other| one.name.cmp(&other.name));
        Self {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portal: portal.clone(),
            portal_title: portal_title.clone(),
            minimum: *minimum,
            now: *now,
            after: *after,
            administrators,
        }
    }
}

impl Leaver {
    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            state,
            organisation,
            organisation_name,
            portal,
            name: _,
            person,
            admin,
            last_day,
            ended_on,
            days,
        } = self;
        let pseudonym = redaction.person(person);
        Self {
            state: *state,
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portal: portal.clone(),
            name: pseudonym.clone(),
            person: pseudonym,
            admin: *admin,
            last_day: *last_day,
            ended_on: *ended_on,
            days: *days,
        }
    }
}

impl SharedLogin {
    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            organisation,
            organisation_name,
            portal,
            name: _,
            login,
            custodian,
            members,
            password_changed,
            known_to_leaver_of,
        } = self;
        let pseudonym = redaction.person(login);
        Self {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portal: portal.clone(),
            name: pseudonym.clone(),
            login: pseudonym,
            custodian: custodian.redacted(redaction),
            members: members.iter().map(|one| one.redacted(redaction)).collect(),
            password_changed: *password_changed,
            known_to_leaver_of: *known_to_leaver_of,
        }
    }
}

impl Sharer {
    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            name: _,
            person,
            until,
        } = self;
        let pseudonym = redaction.person(person);
        Self {
            name: pseudonym.clone(),
            person: pseudonym,
            until: *until,
        }
    }
}

impl EscalationLine {
    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            organisation,
            organisation_name,
            portal,
            name: _,
            person,
            what,
            why,
        } = self;
        let pseudonym = redaction.person(person);
        Self {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portal: portal.clone(),
            name: pseudonym.clone(),
            person: pseudonym,
            what: what.clone(),
            why: why.clone(),
        }
    }
}
