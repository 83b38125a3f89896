//! The plan as JSON: what `--format json` prints, `--out` saves and `schema/plan.schema.json`
//! describes. Its bytes are a pure function of the plan, and so is its digest.

mod convert;
mod merge;
mod saved;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::movement::MoveDocument;
use super::plan::{ActionKind, ManualKind, Plan, PlannedPortal, RemovalCount};
use super::policy::Guardrail;
use super::review::{Review, ReviewDocument};
use super::shard::Shard;
use super::source::SourceDocument;

/// A plan, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "beadle plan")]
pub struct PlanDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day it was made for.
    pub day: Date,
    /// SHA-256 of this document with an empty `digest` and without `review` and `saved`, in
    /// lower-case hexadecimal. What was reviewed is named by it.
    pub digest: String,
    /// SHA-256 of the configuration that it was made from.
    pub configuration: String,
    /// Which part of the organisations it is about, such as `3/8`; absent for all that were asked
    /// for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Guardrails that refuse it.
    pub refusals: Vec<RefusalDocument>,
    /// What it amounts to.
    pub summary: SummaryDocument,
    /// Persons whose access goes from one organisation to another. Their actions stand in the
    /// units, and are counted there.
    pub moves: Vec<MoveDocument>,
    /// The portals that it is about, by name.
    pub portals: Vec<PlannedPortal>,
    /// By organisation, then portal.
    pub units: Vec<UnitDocument>,
    /// How much of what is live is taken away at each portal, as the limits for a whole portal
    /// measure it.
    pub removals: Vec<RemovalCount>,
    /// What a reviewer should look at first. No part of the digest, and not in a saved plan: it
    /// depends on who asks and with what the plan is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewDocument>,
    /// Until when it can be applied, in a file that `--out` saved. No part of the digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved: Option<SavedDocument>,
}

/// What a plan amounts to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SummaryDocument {
    /// Actions by kind; every kind is there.
    pub actions: ActionCounts,
    /// Steps that only a person can do.
    pub manual: u64,
    /// What was left out.
    pub held_back: u64,
    /// Writing calls to portals.
    pub calls: u64,
    /// Mails that the portals will send.
    pub mails: u64,
}

/// Number of actions of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionCounts {
    /// New accounts.
    pub create: u64,
    /// Accounts whose name, address or (earlier) end changes.
    pub update: u64,
    /// Accounts whose access is prolonged, or returns.
    pub renew: u64,
    /// Areas given.
    pub grant: u64,
    /// Accounts put into the admin set.
    pub promote: u64,
    /// Accounts taken out of the admin set.
    pub demote: u64,
    /// Areas taken away.
    pub revoke: u64,
    /// Accounts whose access is ended.
    pub expire: u64,
    /// Accounts deleted for good.
    pub delete: u64,
}

/// One organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitDocument {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The organisation's id at that portal.
    pub portal_organisation: String,
    /// Who approved the organisation's list, as the YAML says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// SHA-256 of the listing that it was made from.
    pub listing: String,
    /// What will be done, the most serious first.
    pub actions: Vec<ActionDocument>,
    /// Steps that only a person can do.
    pub manual: Vec<ManualDocument>,
    /// What was left out.
    pub held_back: Vec<HeldBackDocument>,
    /// What else a reader should know.
    pub findings: Vec<FindingDocument>,
    /// Faults of the YAML that the live answer shows; a plan with any is not applied.
    pub problems: Vec<ProblemDocument>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionDocument {
    /// What.
    pub kind: ActionKind,
    /// The account's login id.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Which area, for grants and revokes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// Whether a later run can undo it.
    pub reversible: bool,
    /// Whether policy calls the area sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Fields as they are live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<BTreeMap<String, serde_json::Value>>,
    /// Fields as they will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<BTreeMap<String, serde_json::Value>>,
}

/// A step for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualDocument {
    /// Which kind.
    pub kind: ManualKind,
    /// The account's login id.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// What is to be done.
    pub title: String,
    /// Where to click.
    pub clicks: Vec<String>,
    /// Why.
    pub reason: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
}

/// Something left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldBackDocument {
    /// What would have been done.
    pub kind: ActionKind,
    /// The account's login id.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Why it was left out.
    pub because: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
}

/// Something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingDocument {
    /// Stable code, such as `unmanaged`.
    pub code: String,
    /// The account's login id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The person's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// The day that matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// The login id of another account that it is about: one that looks nearly like this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// In a sentence that names nobody.
    pub message: String,
}

/// A fault of the YAML that live shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProblemDocument {
    /// Stable code.
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// The place in the YAML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDocument>,
    /// The way out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A guardrail's "no".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalDocument {
    /// Which guardrail.
    pub guardrail: Guardrail,
    /// The organisation; none for a whole portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The portal.
    pub portal: String,
    /// The value found, the limit, the counts.
    pub message: String,
    /// The waiver to paste under `policy.waivers`.
    pub waiver: String,
}

pub use merge::MergeError;
pub use saved::{SavedDocument, SavedError, SeenDocument};

impl PlanDocument {
    /// The document of a plan, digest included.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let Plan {
            day,
            configuration_digest,
            shard,
            portals,
            units,
            removals,
            moves,
            refusals,
        } = plan;
        let mut document = Self {
            format: 1,
            beadle: env!("CARGO_PKG_VERSION").to_owned(),
            day: *day,
            digest: String::new(),
            configuration: configuration_digest.clone(),
            shard: *shard,
            refusals: refusals.iter().map(RefusalDocument::of).collect(),
            summary: SummaryDocument::of(plan),
            moves: moves.iter().map(MoveDocument::of).collect(),
            portals: portals.clone(),
            units: units.iter().map(UnitDocument::of).collect(),
            removals: removals.clone(),
            review: None,
            saved: None,
        };
        document.digest = document.computed_digest();
        document
    }

    /// The same, with what a reviewer should look at first.
    #[must_use]
    pub fn with_review(self, review: &Review) -> Self {
        Self {
            review: ReviewDocument::of(review),
            ..self
        }
    }

    /// The digest that the document ought to carry.
    #[must_use]
    pub fn computed_digest(&self) -> String {
        if self.digest.is_empty() && self.review.is_none() && self.saved.is_none() {
            return digest_of(self);
        }
        let mut blank = self.clone();
        blank.digest.clear();
        blank.review = None;
        blank.saved = None;
        digest_of(&blank)
    }
}

/// SHA-256 of a document's JSON, hashed as it is written.
fn digest_of(document: &PlanDocument) -> String {
    /// Where JSON is written to be hashed and forgotten.
    struct Hashing(Sha256);

    impl std::io::Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut out = std::io::BufWriter::new(Hashing(Sha256::new()));
    // Neither the document nor the hash can fail; what could would be a digest of nothing.
    let written = serde_json::to_writer(&mut out, document);
    match (written, out.into_inner()) {
        (Ok(()), Ok(Hashing(hash))) => hexadecimal(&hash.finalize()),
        _ => hexadecimal(&Sha256::digest([])),
    }
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
