//! A worklist: the numbered steps that a person makes at a portal without an API, the same data
//! for paper, for the terminal and for the file in which marks are kept. What a step makes of the
//! snapshot stands in it; how it is rendered, and where the file is, is for others.

mod check;
mod merge;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::plan::ManualKind;
use super::plan_document::hexadecimal;
use super::snapshot_changes::{SnapshotChange, provisional_id};
use super::steps::StepKind;

pub use check::NotAWorklist;
pub use merge::Merged;

/// Largest worklist file that is read or written, in bytes.
pub const WORKLIST_BYTES: u64 = 8 * 1024 * 1024;

/// The steps of one organisation at one portal, and which of them are done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Worklist {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day for which it was planned.
    pub day: Date,
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The portal's name in prose.
    pub portal_title: String,
    /// The organisation's id at that portal.
    pub portal_organisation: String,
    /// SHA-256 of the live state that it fits: that of the snapshot when it was made, and after
    /// each mark.
    pub listing: String,
    /// What is done, page by page, in order.
    pub pages: Vec<Page>,
}

/// One page of the portal, opened once and saved once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// What it shows.
    pub title: String,
    /// The clicks that lead to it.
    pub open: Vec<String>,
    /// Whether it holds ticks of others, which stay as they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub others_stay: bool,
    /// What is done on it, in order.
    pub steps: Vec<Step>,
    /// The clicks that save it, once all steps on it are done; none where each step saves itself.
    pub save: Vec<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its number in this worklist, from 1.
    pub number: u32,
    /// Its name for ever: made from what it does, and so the same in a later worklist.
    pub id: String,
    /// Which kind.
    pub kind: WorkKind,
    /// What is to be done, in one line.
    pub title: String,
    /// The person's name.
    pub name: String,
    /// The account's login id.
    pub login: String,
    /// The portal's id of the account; none while it is still to be created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Which area, as the YAML names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// What is clicked and typed, one entry a click.
    pub clicks: Vec<String>,
    /// What must be seen afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// Why it cannot be undone; none where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub irreversible: Option<String>,
    /// What else to know before or after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why it is to be done.
    pub why: String,
    /// The place in the YAML that asks for it, as `file:line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Steps that must be done first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Earlier>,
    /// What it makes of the snapshot; none where nothing in it shows that it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<SnapshotChange>,
    /// The mark that it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Mark>,
}

/// A step that must be done before another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Its id.
    pub id: String,
    /// The organisation in whose worklist it stands, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// What it is, where it stands in another worklist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// That a step is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// On which day it was marked.
    pub on: Date,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// The kinds of steps: those that stand for a save of the portal, and those that only a person
/// could ever do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WorkKind {
    /// A new account.
    Create,
    /// Another name.
    EditName,
    /// Another email address.
    EditEmail,
    /// Another login id.
    EditLogin,
    /// Another last day of access, or none.
    EditExpires,
    /// Access to one area.
    Give,
    /// One area's access taken away.
    Take,
    /// Into the admin set.
    Promote,
    /// Out of the admin set.
    Demote,
    /// Active again.
    Activate,
    /// Deactivated.
    Deactivate,
    /// A further term.
    Keep,
    /// Gone for good.
    Delete,
    /// An area that needs a posted access key.
    AccessKey,
    /// The admin set, joined by posted key.
    AdminKey,
    /// An account that another system must make first.
    CreateUpstream,
    /// A name, address or login id that the portal lets nobody edit.
    Rename,
    /// Handing over a login that the portal did not mail.
    HandOver,
    /// A shared account's password, after somebody left.
    ChangePassword,
    /// The set-up of a second factor.
    SecondFactor,
    /// An account that another system must end.
    EndUpstream,
}

impl From<StepKind> for WorkKind {
    fn from(kind: StepKind) -> Self {
        match kind {
            StepKind::Create => Self::Create,
            StepKind::EditName => Self::EditName,
            StepKind::EditEmail => Self::EditEmail,
            StepKind::EditLogin => Self::EditLogin,
            StepKind::EditExpires => Self::EditExpires,
            StepKind::Give => Self::Give,
            StepKind::Take => Self::Take,
            StepKind::Promote => Self::Promote,
            StepKind::Demote => Self::Demote,
            StepKind::Activate => Self::Activate,
            StepKind::Deactivate => Self::Deactivate,
            StepKind::Keep => Self::Keep,
            StepKind::Delete => Self::Delete,
        }
    }
}

impl From<ManualKind> for WorkKind {
    fn from(kind: ManualKind) -> Self {
        match kind {
            ManualKind::AccessKey => Self::AccessKey,
            ManualKind::AdminKey => Self::AdminKey,
            ManualKind::CreateUpstream => Self::CreateUpstream,
            ManualKind::Rename => Self::Rename,
            ManualKind::HandOver => Self::HandOver,
            ManualKind::ChangePassword => Self::ChangePassword,
            ManualKind::SecondFactor => Self::SecondFactor,
            ManualKind::EndUpstream => Self::EndUpstream,
        }
    }
}

impl Worklist {
    /// Every step, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.pages.iter().flat_map(|page| &page.steps)
    }

    /// The same, to mark them.
    pub fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.pages.iter_mut().flat_map(|page| &mut page.steps)
    }

    /// The steps that are not done.
    pub fn open(&self) -> impl Iterator<Item = &Step> {
        self.steps().filter(|step| step.done.is_none())
    }

    /// How many steps are not done.
    #[must_use]
    pub fn open_count(&self) -> u64 {
        self.open().count() as u64
    }

    /// The number of a step in this worklist.
    #[must_use]
    pub fn number_of(&self, id: &str) -> Option<u32> {
        let step = self.steps().find(|step| step.id == id)?;
        Some(step.number)
    }

    /// Numbers the steps from 1, in order.
    pub fn number(&mut self) {
        for (number, step) in (1..).zip(self.steps_mut()) {
            step.number = number;
        }
    }

    /// The id that a step ought to have here: 12 hexadecimal digits of a SHA-256 over what it
    /// does, after an `s`. Its words and its number do not count. A step that changes nothing in
    /// the snapshot counts with its reason, so that the next reason makes another step.
    #[must_use]
    pub fn id_of(&self, step: &Step) -> String {
        let account = step.account.clone();
        let account = account.unwrap_or_else(|| provisional_id(&step.login));
        let reason = step.change.is_none().then_some(&step.why);
        let content = serde_json::json!([
            self.portal,
            self.portal_organisation,
            step.kind,
            account,
            step.area,
            step.change,
            reason,
        ]);
        let digest = hexadecimal(&Sha256::digest(content.to_string()));
        format!("s{}", digest.get(..12).unwrap_or_default())
    }
}
