//! The review pack: for each school, everybody who may use something there, with a place to decide
//! and a place to sign. Its CSV, filled in, is what `beadle review apply` reads.

mod layout;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::page::{Rows, Sheets};
use super::{Report, Standing, UnreadUnit, day_or_blank, place};
use crate::model::source::SourceDocument;
use crate::report::Redaction;

/// What the columns of decisions are called.
pub mod column {
    /// The organisation's id.
    pub const SCHOOL: &str = "school";
    /// The user's key; blank in the row of an account that no file names.
    pub const PERSON: &str = "person";
    /// The account, as `portal:login id`, in the row of one that no file names.
    pub const ACCOUNT: &str = "account";
    /// `keep`, `remove` or `shorten`.
    pub const DECISION: &str = "decision";
    /// The last day of who is to leave.
    pub const LAST_DAY: &str = "last_day";
    /// Areas to be taken alone.
    pub const TAKE_AREAS: &str = "take_areas";
    /// What is said of an account that no file names: whose it is.
    pub const NOTE: &str = "note";
    /// Who decided: name and role.
    pub const REVIEWER: &str = "reviewer";
    /// The day on which they did.
    pub const REVIEWED_ON: &str = "reviewed_on";
    /// What the row was made from.
    pub const CHECK: &str = "check";
}

/// What stands between areas in one cell.
pub const BETWEEN_AREAS: &str = "; ";

/// The review pack, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewReport {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that it is for.
    pub day: Date,
    /// One for each organisation.
    pub schools: Vec<ReviewSchool>,
    /// What could not be read.
    pub unread: Vec<UnreadUnit>,
}

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewSchool {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// Who approves its list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Everybody who may use something there, now or after the plan: by name.
    pub people: Vec<ReviewPerson>,
    /// Live accounts that no file names.
    pub unnamed: Vec<ReviewAccount>,
}

/// One person in one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewPerson {
    /// The name.
    pub name: String,
    /// The user's key in the YAML.
    pub person: String,
    /// Whether the organisation's own file names the person, so that it is for the organisation to
    /// decide; the others are given by an assignment.
    pub own: bool,
    /// Used by several people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// The last day in the organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Whether that day has passed, so that what is left ends whatever is decided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends: bool,
    /// The job roles that bring areas.
    pub roles: Vec<String>,
    /// By portal.
    pub accounts: Vec<ReviewAccount>,
    /// Where the YAML declares the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// Made from what the files say of the person: a decision is refused once they say something
    /// else. Empty where names are kept out.
    pub check: String,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewAccount {
    /// The portal's name in the project.
    pub portal: String,
    /// The portal's name in prose.
    pub portal_title: String,
    /// The name that the account has.
    pub name: String,
    /// The login id.
    pub login: String,
    /// Whether the portal has the account now, open or closed.
    pub exists: bool,
    /// Whether its holder can sign in.
    pub access: Standing,
    /// Whether its holder is an administrator.
    pub admin: Standing,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Day of the last sign-in, where the portal shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Date>,
    /// What it may use.
    pub areas: Vec<ReviewArea>,
    /// Of an account that no file names, what a decision of it is held to. Empty for everybody
    /// else's, and where names are kept out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub check: String,
}

/// One area of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewArea {
    /// The area's name.
    pub area: String,
    /// Its title.
    pub title: String,
    /// Now, and after the plan.
    pub access: Standing,
    /// Whether policy calls it sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// The last day, where it ends before the account does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Whether it is the person's alone, and can be taken from them alone; the others come with a
    /// job role or an assignment.
    pub own: bool,
}

impl ReviewReport {
    /// The same for each school by itself, with its id.
    pub fn by_school(&self) -> impl Iterator<Item = (&str, Self)> {
        self.schools.iter().map(|school| {
            let unread = self.unread.iter();
            let unread = unread.filter(|one| one.organisation == school.organisation);
            let report = Self {
                format: self.format,
                beadle: self.beadle.clone(),
                day: self.day,
                schools: vec![school.clone()],
                unread: unread.cloned().collect(),
            };
            (school.organisation.as_str(), report)
        })
    }
}

impl Report for ReviewReport {
    fn sheets(&self) -> Sheets {
        layout::sheets(self)
    }

    fn rows(&self) -> Rows {
        let mut rows = Vec::new();
        for school in &self.schools {
            rows.extend(school.people.iter().map(|person| person.cells(school)));
            rows.extend(school.unnamed.iter().map(|account| account.cells(school)));
        }
        Rows {
            columns: vec![
                column::SCHOOL,
                "school_name",
                column::PERSON,
                column::ACCOUNT,
                "name",
                "what",
                "until",
                "own_areas",
                column::DECISION,
                column::LAST_DAY,
                column::TAKE_AREAS,
                column::NOTE,
                column::REVIEWER,
                column::REVIEWED_ON,
                column::CHECK,
            ],
            rows,
        }
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            format,
            beadle,
            day,
            schools,
            unread,
        } = self;
        Self {
            format: *format,
            beadle: beadle.clone(),
            day: *day,
            schools: schools.iter().map(|one| one.redacted(redaction)).collect(),
            unread: unread.clone(),
        }
    }
}

impl ReviewSchool {
    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            organisation,
            organisation_name,
            approved_by,
            people,
            unnamed,
        } = self;
        let mut people: Vec<ReviewPerson> =
            people.iter().map(|one| one.redacted(redaction)).collect();
        people.sort_by(|one, other| one.name.cmp(&other.name));
        let unnamed = unnamed.iter();
        Self {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            approved_by: approved_by.as_ref().map(|who| redaction.person(who)),
            people,
            unnamed: unnamed
                .map(|one| one.redacted(&redaction.person(&one.login)))
                .collect(),
        }
    }
}

impl ReviewPerson {
    /// The row of the file that is filled in.
    fn cells(&self, school: &ReviewSchool) -> Vec<String> {
        let what: Vec<String> = self.accounts.iter().map(ReviewAccount::told).collect();
        let own = self.accounts.iter().flat_map(|account| {
            let areas = account.areas.iter();
            let own = areas.filter(|area| area.own && area.access.after());
            own.map(|area| area_name(account, area))
        });
        let own: Vec<String> = own.collect();
        let note = match (self.own, &self.source) {
            _ if self.ends => "ends anyway: nothing to decide".to_owned(),
            (true, _) => String::new(),
            (false, Some(source)) => {
                format!("given to several schools at once: {}", place(source))
            }
            (false, None) => "given to several schools at once".to_owned(),
        };
        vec![
            school.organisation.clone(),
            school.organisation_name.clone(),
            self.person.clone(),
            String::new(),
            self.name.clone(),
            what.join(" / "),
            day_or_blank(self.until),
            own.join(BETWEEN_AREAS),
            String::new(),
            String::new(),
            String::new(),
            note,
            String::new(),
            String::new(),
            self.check.clone(),
        ]
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            name: _,
            person,
            own,
            shared,
            until,
            ends,
            roles,
            accounts,
            source,
            check: _,
        } = self;
        let pseudonym = redaction.person(person);
        Self {
            name: pseudonym.clone(),
            own: *own,
            shared: *shared,
            until: *until,
            ends: *ends,
            roles: roles.clone(),
            accounts: accounts
                .iter()
                .map(|one| one.redacted(&pseudonym))
                .collect(),
            source: source.clone(),
            // Of a row that names nobody nothing can be decided.
            check: String::new(),
            person: pseudonym,
        }
    }
}

/// An area as a cell of decisions names it.
fn area_name(account: &ReviewAccount, area: &ReviewArea) -> String {
    format!("{}:{}", account.portal, area.area)
}

impl ReviewAccount {
    /// The row of an account that no file names.
    fn cells(&self, school: &ReviewSchool) -> Vec<String> {
        let known = [
            school.organisation.clone(),
            school.organisation_name.clone(),
            String::new(),
            self.address(),
            self.name.clone(),
            self.told(),
            day_or_blank(self.until),
        ];
        // From `own_areas` to `reviewed_on`: to be filled in.
        let blank = std::iter::repeat_n(String::new(), 7);
        let known = known.into_iter().chain(blank);
        known.chain([self.check.clone()]).collect()
    }

    /// How a row names an account that no file names.
    fn address(&self) -> String {
        format!("{}:{}", self.portal, self.login)
    }

    /// What it is and may use, for a cell: in words, because a spreadsheet would take a sign before
    /// a name for a formula.
    fn told(&self) -> String {
        let marked = |what: &str, standing: Standing| match standing {
            Standing::Given => format!("{what} (new)"),
            Standing::Taken => format!("{what} (ends)"),
            Standing::Kept | Standing::None => what.to_owned(),
        };
        let access = match self.access {
            Standing::Given if self.exists => Some("access again".to_owned()),
            Standing::Given => Some("new account".to_owned()),
            Standing::Taken => Some("access (ends)".to_owned()),
            Standing::Kept | Standing::None => None,
        };
        let admin = (self.admin != Standing::None).then(|| marked("administrator", self.admin));
        let areas = self.areas.iter();
        let areas = areas.map(|area| marked(&area.words(), area.access));
        let told: Vec<String> = access.into_iter().chain(admin).chain(areas).collect();
        let signed_in = self.last_sign_in;
        let signed_in = signed_in.map_or(String::new(), |day| format!("; last sign-in {day}"));
        if told.is_empty() {
            return format!("{}: an account, and no area{signed_in}", self.portal_title);
        }
        format!("{}: {}{signed_in}", self.portal_title, told.join(", "))
    }

    fn redacted(&self, pseudonym: &str) -> Self {
        let Self {
            portal,
            portal_title,
            name: _,
            login: _,
            exists,
            access,
            admin,
            until,
            last_sign_in,
            areas,
            check: _,
        } = self;
        Self {
            portal: portal.clone(),
            portal_title: portal_title.clone(),
            name: pseudonym.to_owned(),
            login: pseudonym.to_owned(),
            exists: *exists,
            access: *access,
            admin: *admin,
            until: *until,
            last_sign_in: *last_sign_in,
            areas: areas.clone(),
            check: String::new(),
        }
    }
}
