//! Everything that is held about one person: what the files say, what is live, what was done, and what
//! beadle keeps besides, each with where it is and how long it stays.

mod layout;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::access::AccessPerson;
use super::page::{Rows, Sheets};
use super::{Report, UnreadUnit, day_or_blank, place, yes};
use crate::model::source::SourceDocument;
use crate::report::Redaction;

/// Everything that is held about one person, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonReport {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that it is for.
    pub day: Date,
    /// The user's key in the YAML; for an account that no file names, its login id.
    pub person: String,
    /// The name; the key where none is known.
    pub name: String,
    /// Every login id and address that is known, present and former.
    pub logins: Vec<String>,
    /// What the portals hold, or snapshots of them, and what the pending plan makes of it.
    pub access: Vec<PersonAccess>,
    /// The lines of the YAML that name the person.
    pub mentions: Vec<Mention>,
    /// What was done, as the audit log has it, the oldest first.
    pub log: Vec<LogEntry>,
    /// What beadle keeps besides.
    pub held: Vec<HeldRecord>,
    /// How long each is kept.
    pub keeping: Vec<Keeping>,
    /// What else to know: what could not be told, and why.
    pub notes: Vec<String>,
    /// What could not be read.
    pub unread: Vec<UnreadUnit>,
}

/// The person's account in one organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonAccess {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The portal's name in prose.
    pub portal_title: String,
    /// The address that the portal shows, or else the YAML has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The first day, as the YAML has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The account.
    pub account: AccessPerson,
}

/// One line of the YAML that names the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mention {
    /// Where it is.
    pub source: SourceDocument,
    /// The line, without whoever else is named in it. Empty where names are kept out.
    pub text: String,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// When, in UTC.
    pub time: String,
    /// The run.
    pub run: String,
    /// What was run.
    pub command: String,
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The action, or the kind of step that was marked as done.
    pub action: String,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Why, in a word.
    pub reason: String,
    /// The place in the YAML that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What became of it.
    pub outcome: String,
}

/// One file or object that names the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldRecord {
    /// What it is.
    pub kind: String,
    /// Where it is.
    pub location: String,
    /// What it holds of the person.
    pub holds: String,
    /// Until when it is kept.
    pub until: String,
}

/// How long something is kept, and how it is ended sooner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// What.
    pub what: String,
    /// How long.
    pub how_long: String,
    /// How it is ended sooner.
    pub sooner: String,
}

impl Report for PersonReport {
    fn sheets(&self) -> Sheets {
        layout::sheets(self)
    }

    fn rows(&self) -> Rows {
        let mut rows = Vec::new();
        for one in &self.access {
            rows.push(one.csv());
            for grant in &one.account.areas {
                rows.push(vec![
                    "area".to_owned(),
                    String::new(),
                    one.organisation.clone(),
                    one.portal.clone(),
                    grant.title.clone(),
                    format!(
                        "now: {}, after the plan: {}",
                        yes(grant.access.now()),
                        yes(grant.access.after())
                    ),
                    grant
                        .until
                        .map_or(String::new(), |day| format!("until {day}")),
                    grant.source.as_ref().map(place).unwrap_or_default(),
                ]);
            }
        }
        let short = |about: &str, what: &str, detail: &str, source: String| {
            let texts = [about, "", "", "", what, detail, ""].map(str::to_owned);
            texts.into_iter().chain([source]).collect::<Vec<String>>()
        };
        for Mention { source, text } in &self.mentions {
            rows.push(short("named in a file", &self.person, text, place(source)));
        }
        rows.extend(self.log.iter().map(LogEntry::csv));
        for record in &self.held {
            let mut row = short(&record.kind, &record.holds, "", record.location.clone());
            if let Some(until) = row.get_mut(6) {
                until.clone_from(&record.until);
            }
            rows.push(row);
        }
        for keeping in &self.keeping {
            rows.push(short(
                "how long it is kept",
                &keeping.what,
                &keeping.how_long,
                keeping.sooner.clone(),
            ));
        }
        Rows {
            columns: vec![
                "about",
                "time",
                "organisation",
                "portal",
                "what",
                "detail",
                "until",
                "source",
            ],
            rows,
        }
    }

    fn redacted(&self, redaction: &Redaction) -> Self {
        let Self {
            format,
            beadle,
            day,
            person,
            name: _,
            logins: _,
            access,
            mentions,
            log,
            held,
            keeping,
            notes,
            unread,
        } = self;
        let pseudonym = redaction.person(person);
        Self {
            format: *format,
            beadle: beadle.clone(),
            day: *day,
            name: pseudonym.clone(),
            logins: vec![pseudonym.clone()],
            access: access.iter().map(|one| one.redacted(&pseudonym)).collect(),
            person: pseudonym,
            mentions: mentions.iter().map(Mention::redacted).collect(),
            log: log.clone(),
            held: held.clone(),
            keeping: keeping.clone(),
            notes: notes.clone(),
            unread: unread.clone(),
        }
    }
}

impl Mention {
    /// The place alone: a line may say anything of anybody.
    fn redacted(&self) -> Self {
        let Self { source, text: _ } = self;
        Self {
            source: source.clone(),
            text: String::new(),
        }
    }
}

impl PersonAccess {
    fn csv(&self) -> Vec<String> {
        let account = &self.account;
        let detail = format!(
            "name: {}, address: {}, access now: {}, after the plan: {}, administrator now: {}, after the plan: {}, from: {}, last sign-in: {}",
            account.name,
            self.email.as_deref().unwrap_or("none"),
            yes(account.access.now()),
            yes(account.access.after()),
            yes(account.admin.now()),
            yes(account.admin.after()),
            day_or_blank(self.from),
            day_or_blank(account.last_sign_in),
        );
        vec![
            "account".to_owned(),
            String::new(),
            self.organisation.clone(),
            self.portal.clone(),
            account.login.clone(),
            detail,
            day_or_blank(account.until),
            account.source.as_ref().map(place).unwrap_or_default(),
        ]
    }

    fn redacted(&self, pseudonym: &str) -> Self {
        let Self {
            organisation,
            organisation_name,
            portal,
            portal_title,
            email,
            from,
            account,
        } = self;
        Self {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portal: portal.clone(),
            portal_title: portal_title.clone(),
            email: email.as_ref().map(|_| pseudonym.to_owned()),
            from: *from,
            account: account.named(pseudonym),
        }
    }
}

impl LogEntry {
    fn csv(&self) -> Vec<String> {
        let Self {
            time,
            run,
            command,
            organisation,
            portal,
            action,
            area,
            reason,
            place,
            outcome,
        } = self;
        let what = match area {
            Some(area) => format!("{action} {area}"),
            None => action.clone(),
        };
        vec![
            "done".to_owned(),
            time.clone(),
            organisation.clone(),
            portal.clone(),
            what,
            format!("{reason}: {outcome}, by {command}, run {run}"),
            String::new(),
            place.clone().unwrap_or_default(),
        ]
    }
}
