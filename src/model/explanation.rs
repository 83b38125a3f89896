//! Why somebody has or lacks access, as data: what `beadle explain` answers. Words for people are
//! short clauses that name nobody but the person who was asked for; how they are laid out is the
//! report's.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// The answer for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// Version of this format: 1.
    pub format: u32,
    /// The version of beadle that made it.
    pub beadle: String,
    /// The day that it is for.
    pub day: Date,
    /// Who was asked for.
    pub person: PersonShown,
    /// The area that was asked for; none for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// By organisation, then portal.
    pub units: Vec<UnitExplanation>,
    /// What concerns no organisation: that nothing names the person, or no portal has the area.
    pub remarks: Vec<Remark>,
}

/// Who was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonShown {
    /// The user's key in the YAML, canonical; for an account that no file names, its login id.
    pub key: String,
    /// The name; the key where there is none.
    pub name: String,
    /// Whether any file names the person.
    pub listed: bool,
}

/// The answer for one organisation at one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitExplanation {
    /// The organisation's id in the project.
    pub organisation: String,
    /// Its name.
    pub organisation_name: String,
    /// The portal's name in the project.
    pub portal: String,
    /// The login id there: as live where it is live, else as the YAML has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// What is known of live.
    pub live: LiveKnown,
    /// Why live is not known, where reading failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// The account itself.
    pub account: Answer,
    /// The right to administer the others; none where the portal has no such right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin: Option<Answer>,
    /// Each area that the YAML or live gives, or that was asked for, by name.
    pub areas: Vec<AreaAnswer>,
    /// What else a reader should know.
    pub remarks: Vec<Remark>,
}

/// What is known of live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LiveKnown {
    /// The portal, or a snapshot, has answered.
    Read,
    /// It could not be read.
    Unread,
    /// It was not to be read (`--offline`).
    NotAsked,
}

/// The answer for one area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaAnswer {
    /// The area's name.
    pub area: String,
    /// Its title in the portal's catalogue, where that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether policy calls it sensitive.
    pub sensitive: bool,
    /// The answer.
    pub answer: Answer,
}

/// Whether, why, until when, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether the YAML asks for it on the day.
    pub asked: bool,
    /// Whether it is live; none where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// What the YAML says of it.
    pub state: State,
    /// Whether it comes with the right to administer, without being given.
    pub implied: bool,
    /// Where it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Turn>,
    /// Where it ends: the last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Turn>,
    /// Every place that asks for it, whether or not it holds on the day.
    pub why: Vec<Why>,
    /// What the next plan does about it.
    pub next: Vec<Next>,
    /// What is in the way, and what to write where nobody asks for it.
    pub missing: Vec<Remark>,
}

/// What the YAML says of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Asked for on the day.
    Listed,
    /// Asked for from a later day on.
    Upcoming,
    /// Asked for until an earlier day.
    Ended,
    /// Not asked for.
    NotListed,
    /// The YAML leaves it to others.
    NotManaged,
}

/// A day on which access begins or ends, and the line that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// First or last day.
    pub day: Date,
    /// The line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Line>,
}

/// One line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The file, from the project's folder.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// What stands there; none in a redacted copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One place that asks for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// Through which door it comes.
    pub door: WhyDoor,
    /// The bundle, where one brings it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle: Option<String>,
    /// Which of the assignments, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<u32>,
    /// The word of the assignment that selects this organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selected_by: Option<String>,
    /// Whether it holds on the day.
    pub holds: bool,
    /// First day that this place gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day that this place gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The `reason` that is written there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The line that names the person, or the bundle.
    pub place: Line,
    /// The line that lists the area in the bundle or the assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lists: Option<Line>,
    /// The line that selects the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selects: Option<Line>,
}

/// The doors of the YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhyDoor {
    /// The user's own entry.
    User,
    /// The organisation's `areas`.
    AreaView,
    /// The organisation's `admins`.
    AdminList,
    /// A bundle that the user's entry names.
    Bundle,
    /// A line under `assignments`.
    Assignment,
}

/// What the next plan does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// By whom, if at all.
    pub how: How,
    /// The action, or the kind of step.
    pub kind: String,
    /// What, in a clause.
    pub what: String,
    /// Why, in a clause.
    pub because: String,
    /// The line that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Line>,
    /// Where a person clicks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clicks: Vec<String>,
}

/// By whom something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// `apply` does it.
    Planned,
    /// A person must.
    ByHand,
    /// It is left out.
    HeldBack,
}

/// One thing to know, with a stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// Stable code, such as `not-in-catalogue`.
    pub code: &'static str,
    /// In a sentence.
    pub message: String,
    /// The line that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Line>,
    /// People whom it must name: who uses a shared account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// What to write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<Fragment>,
    /// Where a person clicks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clicks: Vec<String>,
}

/// YAML that is ready to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fragment {
    /// The file, from the project's folder.
    pub file: String,
    /// The YAML, from the file's first level down: keys that stand there already are not written
    /// again.
    pub yaml: String,
}

impl Remark {
    /// A remark of a code and a sentence alone.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            place: None,
            people: Vec::new(),
            write: None,
            clicks: Vec::new(),
        }
    }

    /// The same, with the line that it is about.
    #[must_use]
    pub fn at(mut self, place: Option<Line>) -> Self {
        self.place = place;
        self
    }
}

impl Answer {
    /// Whether what is asked for and what is live differ, as far as is known.
    #[must_use]
    pub fn differs(&self) -> bool {
        !self.implied && self.live.is_some_and(|live| live != self.asked)
    }
}

impl Explanation {
    /// Whether something could not be read that was to be.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.units.iter().any(|unit| unit.live == LiveKnown::Unread)
    }
}
