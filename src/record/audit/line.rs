//! The lines of the log, which is a lasting format: what stands in a line, and how it is sealed.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::plan_document::hexadecimal;
use crate::model::worklist::WorkKind;

/// What stands between a line's text and its digest.
const SEAL: &str = ",\"digest\":\"";

/// One line of the audit log. Its `digest` is the SHA-256 of the line's own bytes before
/// `,"digest":`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "A line of beadle's audit log")]
pub struct SealedLine {
    /// What it says.
    #[serde(flatten)]
    pub line: Line,
    /// SHA-256 of the line's bytes before `,"digest":`, in lower-case hexadecimal.
    pub digest: String,
}

/// One line, before it is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The version of this format. Always 1.
    pub format: u32,
    /// Which line of its segment, from 1.
    pub sequence: u64,
    /// When it was written, by the clock of the machine.
    #[schemars(with = "String")]
    pub time: Timestamp,
    /// The run: 32 hexadecimal digits.
    pub run: String,
    /// What happened.
    #[serde(flatten)]
    pub entry: Entry,
    /// The digest of the line before; none in the first line of a segment.
    pub previous: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Entry {
    /// A run begins: its first line.
    Start(Start),
    /// A call is about to be made.
    Call(CallEntry),
    /// What became of a call.
    Outcome(OutcomeEntry),
    /// A person says that a step of a worklist is done. It was done at the portal before, so that
    /// it has no second line.
    Mark(MarkEntry),
    /// The run is over: its last line.
    End(End),
}

/// How a run begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Start {
    /// The version of beadle.
    pub beadle: String,
    /// Who runs it: a CI job's address, or a user at a machine.
    pub actor: String,
    /// The number of its process.
    pub process: u32,
    /// What it runs: `beadle apply`, `beadle account unlock`, `beadle worklist done` and so on.
    pub command: String,
    /// What it locks: `project`, or `shard-2-of-8`.
    pub scope: String,
    /// The commit of the project's files, where they are in git.
    pub commit: Option<String>,
    /// The day that it plans for.
    #[schemars(with = "String")]
    pub day: Date,
    /// The digest of the plan; empty where there is none.
    pub plan: String,
    /// The digest of the plan that was reviewed, where the run was held to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<String>,
    /// The digest of the project's files.
    pub configuration: String,
    /// How many calls the plan has.
    pub calls: u64,
    /// The ends of the segments that were there and that no earlier run had closed.
    pub after: Vec<Pin>,
    /// Every segment up to this number is pinned, as closed, by this line or by an earlier one.
    pub settled: u64,
    /// Segments that this run takes away because they are old, each as it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<Pin>,
}

/// The end of another segment, as it was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Pin {
    /// Which.
    pub segment: String,
    /// How many lines it had.
    pub records: u64,
    /// The digest of the last of them; empty for none.
    pub digest: String,
    /// Whether its run was over.
    pub closed: bool,
}

/// A call, before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallEntry {
    /// Which call of this run, from 1.
    pub call: u64,
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The organisation's id at the portal.
    pub portal_organisation: String,
    /// What is saved: `create`, `edit`, `grant`, `account-set`, `area-set`, `admin`, `active`,
    /// `keep` or `delete`; or a help-desk act: `unlock`, `reset-password` or `reset-otp`.
    pub save: String,
    /// Whom it touches, behind pseudonyms.
    pub people: Vec<String>,
    /// The actions of the plan that it carries out.
    pub actions: Vec<ActionEntry>,
}

/// One action of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionEntry {
    /// `grant`, `revoke` and so on.
    pub action: String,
    /// To whom, behind a pseudonym.
    pub person: String,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Why, in a word: `listed`, `not-listed`, `ended` and so on; `asked` for a help-desk act.
    pub reason: String,
    /// The file and the line that ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The last day that the YAML named, where it is there because that day has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeEntry {
    /// Which call.
    pub call: u64,
    /// `done`, `found-done`, `failed`, `skipped`, `waits`, `interrupted`, `accepted`, or, after live was
    /// read again, `not-seen`.
    pub outcome: String,
    /// Why it failed, behind pseudonyms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A step of a worklist that a person says is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MarkEntry {
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The organisation's id at the portal.
    pub portal_organisation: String,
    /// What the step does. Its id is not kept: it is made of the login id, and whoever tries login
    /// ids out could tell whose step it was.
    pub kind: WorkKind,
    /// Whom it touches, behind a pseudonym.
    pub person: String,
    /// Which area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// The file and the line that ask for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Who says so, behind a pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The day that the mark bears.
    #[schemars(with = "String")]
    pub on: Date,
}

/// How a run ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// Actions that are done.
    pub done: u64,
    /// Actions that are not.
    pub left: u64,
    /// Why it stopped early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

impl Line {
    /// The line as it is written, without its end of line, and its digest.
    pub(super) fn seal(&self) -> Result<(String, String), String> {
        let mut text = serde_json::to_string(self).map_err(|error| error.to_string())?;
        // The closing brace.
        text.pop();
        let digest = hexadecimal(&Sha256::digest(text.as_bytes()));
        text.push_str(SEAL);
        text.push_str(&digest);
        text.push_str("\"}");
        Ok((text, digest))
    }
}

/// Reads one line without its end of line, and holds it to its digest.
///
/// # Errors
/// What is wrong with it.
pub fn parse_line(bytes: &[u8]) -> Result<SealedLine, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
    let (said, seal) = text.rsplit_once(SEAL).ok_or("it has no digest")?;
    let digest = seal.strip_suffix("\"}").ok_or("it has no digest")?;
    if hexadecimal(&Sha256::digest(said.as_bytes())) != digest {
        return Err("its digest is not that of its text".to_owned());
    }
    let line: SealedLine = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if line.line.format != 1 {
        let format = line.line.format;
        return Err(format!("it has format {format}, and 1 is known"));
    }
    Ok(line)
}
