//! Why a plan is not the one that was reviewed: what is new, what is otherwise, what is gone. As
//! data for programs and as lines for people.
//!
//! What it is given is shown: whoever makes it has put pseudonyms where they are wanted.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::escape;
use super::words::counted;
use crate::model::plan::ActionKind;

/// Most entries of a list that are kept; how many there are in all stands beside it.
const ENTRIES: usize = 100;

/// Most entries of a list that are shown to people.
const LINES: usize = 20;

/// Longest value that is shown to people, in characters.
const VALUE: usize = 60;

/// Why a plan is not the one that was reviewed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// In a sentence.
    pub message: String,
    /// The digest of the plan that was reviewed.
    pub reviewed: String,
    /// The digest of the plan as it is now; absent where none was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Whether the project's files are others than those of the review.
    pub configuration: bool,
    /// How many there are of what is listed below; the lists hold the first 100.
    pub counts: DifferenceCounts,
    /// Actions that were not reviewed.
    pub new: Vec<ActionDifference>,
    /// Actions that were reviewed with other values.
    pub changed: Vec<ActionDifference>,
    /// Accounts that the plan touches, and that somebody else has changed since.
    pub accounts: Vec<AccountDifference>,
    /// Actions that were done once under this review, and undone since by somebody.
    pub again: Vec<ActionDifference>,
    /// Actions that were reviewed and are not needed any more. They alone refuse nothing.
    pub gone: Vec<ActionDifference>,
    /// Where the portal's answer is another than for the review. That alone refuses nothing.
    pub listings: Vec<UnitName>,
}

/// How many entries each list of a [`Difference`] would have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DifferenceCounts {
    /// Of `new`.
    pub new: u64,
    /// Of `changed`.
    pub changed: u64,
    /// Of `accounts`.
    pub accounts: u64,
    /// Of `again`.
    pub again: u64,
    /// Of `gone`.
    pub gone: u64,
    /// Of `listings`.
    pub listings: u64,
}

/// An organisation at a portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitName {
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
}

/// Fields by name.
pub type Fields = BTreeMap<String, Value>;

/// An action, as it is and as it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionDifference {
    /// Where.
    #[serde(flatten)]
    pub unit: UnitName,
    /// What.
    pub kind: ActionKind,
    /// The account's login id.
    pub account: String,
    /// Which area, for grants and revokes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// As it is; none where it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Values>,
    /// As it was reviewed; none where it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Values>,
}

/// What an action changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// Fields as they are live.
    pub before: Fields,
    /// Fields as they will be.
    pub after: Fields,
}

/// An account that somebody has changed since the review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountDifference {
    /// Where.
    #[serde(flatten)]
    pub unit: UnitName,
    /// Its login id.
    pub account: String,
    /// The fields that are others: as they were reviewed. Empty for an account that was not there.
    pub reviewed: Fields,
    /// The same fields as they are.
    pub now: Fields,
}

impl Difference {
    /// Whether anything is there that was not reviewed.
    #[must_use]
    pub fn refuses(&self) -> bool {
        let DifferenceCounts {
            new,
            changed,
            accounts,
            again,
            gone: _,
            listings: _,
        } = self.counts;
        [new, changed, accounts, again]
            .iter()
            .any(|count| *count > 0)
    }

    /// The same, with its entries counted and no more than the first of each list.
    #[must_use]
    pub fn counted(mut self) -> Self {
        self.counts = DifferenceCounts {
            new: self.new.len() as u64,
            changed: self.changed.len() as u64,
            accounts: self.accounts.len() as u64,
            again: self.again.len() as u64,
            gone: self.gone.len() as u64,
            listings: self.listings.len() as u64,
        };
        self.new.truncate(ENTRIES);
        self.changed.truncate(ENTRIES);
        self.accounts.truncate(ENTRIES);
        self.again.truncate(ENTRIES);
        self.gone.truncate(ENTRIES);
        self.listings.truncate(ENTRIES);
        self
    }
}

/// The difference for people: a sentence, then a few lines a list. Nothing in it could steer a
/// terminal.
#[must_use]
pub fn difference_text(difference: &Difference) -> String {
    let Difference {
        message,
        reviewed: _,
        found: _,
        configuration,
        counts,
        new,
        changed,
        accounts,
        again,
        gone,
        listings,
    } = difference;
    let mut text = escape::terminal(message).into_owned();
    let actions = |count, is, are| match count {
        1 => format!("1 action {is}"),
        _ => format!("{} {are}", counted(count, "action", "actions")),
    };
    let head = actions(counts.new, "is new", "are new");
    list(&mut text, &head, counts.new, new.iter().map(action));
    let head = actions(
        counts.changed,
        "is not as it was reviewed",
        "are not as they were reviewed",
    );
    list(&mut text, &head, counts.changed, changed.iter().map(action));
    let head = match counts.accounts {
        1 => "1 account that the plan touches was changed by somebody since".to_owned(),
        many => format!("{many} accounts that the plan touches were changed by somebody since"),
    };
    list(
        &mut text,
        &head,
        counts.accounts,
        accounts.iter().map(account),
    );
    let head = actions(
        counts.again,
        "was done under this review, and undone since",
        "were done under this review, and undone since",
    );
    list(&mut text, &head, counts.again, again.iter().map(action));
    let head = actions(
        counts.gone,
        "is not needed any more",
        "are not needed any more",
    );
    list(&mut text, &head, counts.gone, gone.iter().map(action));
    let head = "the portal answers otherwise than for the review";
    list(&mut text, head, counts.listings, listings.iter().map(place));
    if *configuration {
        text.push_str("\n  the project's files are others than those of the review");
    }
    text
}

fn list(text: &mut String, head: &str, count: u64, lines: impl Iterator<Item = String>) {
    if count == 0 {
        return;
    }
    text.push_str(&format!("\n  {head}:"));
    let mut shown = 0;
    for line in lines.take(LINES) {
        text.push_str("\n    ");
        text.push_str(&escape::terminal(&line));
        shown += 1;
    }
    if let more @ 1.. = count.saturating_sub(shown) {
        text.push_str(&format!("\n    and {more} more"));
    }
}

fn place(unit: &UnitName) -> String {
    format!("{}/{}", unit.organisation, unit.portal)
}

fn action(action: &ActionDifference) -> String {
    let ActionDifference {
        unit,
        kind,
        account,
        area,
        now,
        reviewed,
    } = action;
    let mut line = format!("{}: {} {account}", place(unit), kind.as_str());
    if let Some(area) = area {
        line.push_str(&format!(" {area}"));
    }
    match (now, reviewed) {
        (Some(now), Some(reviewed)) => {
            let (now, reviewed) = (values(now), values(reviewed));
            line.push_str(&format!(": {now}; reviewed as {reviewed}"));
        }
        (Some(one), None) | (None, Some(one)) if *one != Values::default() => {
            line.push_str(&format!(": {}", values(one)));
        }
        (_, _) => {}
    }
    line
}

fn account(account: &AccountDifference) -> String {
    let AccountDifference {
        unit,
        account,
        reviewed,
        now,
    } = account;
    let line = format!("{}: {account}", place(unit));
    if reviewed.is_empty() {
        return format!("{line}: it was not there");
    }
    let fields = now.iter().map(|(field, value)| {
        let was = reviewed.get(field).map_or_else(|| "none".to_owned(), shown);
        format!("{field} is {}, was {was}", shown(value))
    });
    format!("{line}: {}", fields.collect::<Vec<_>>().join(", "))
}

fn values(values: &Values) -> String {
    let Values { before, after } = values;
    let lost = before.keys().filter(|field| !after.contains_key(*field));
    let fields = after.keys().chain(lost).map(|field| {
        let part = |fields: &Fields| fields.get(field).map_or_else(|| "none".to_owned(), shown);
        match before.get(field) {
            Some(_) => format!("{field} {} → {}", part(before), part(after)),
            None => format!("{field} {}", part(after)),
        }
    });
    let fields: Vec<String> = fields.collect();
    if fields.is_empty() {
        "without values".to_owned()
    } else {
        fields.join(", ")
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => return "none".to_owned(),
        Value::Bool(true) => return "yes".to_owned(),
        Value::Bool(false) => return "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let parts = parts.iter().map(|part| part.as_str().unwrap_or("?"));
            parts.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}
