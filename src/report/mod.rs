//! What beadle shows: plans, outcomes, organisation files, snapshots and schemas, as text, JSON,
//! YAML or a diff, to any writer.
//!
//! Nothing here decides, reads a file, a clock or the environment, or writes to stdout. Styles are
//! written when asked for; whoever owns the terminal strips them where they do not belong.

pub mod annotations;
pub mod codeowners;
pub mod diagnostics;
pub mod diff;
pub mod difference;
pub mod escape;
pub mod explain;
pub mod html;
pub mod json;
pub mod markdown;
pub mod next;
pub mod organisation_file;
pub mod overview;
mod paper;
mod places;
pub mod project_file;
pub mod redact;
pub mod sarif;
pub mod schema;
pub mod sheets;
pub mod snapshot_file;
pub mod text;
mod words;
pub mod worklist;
mod yaml;

pub use annotations::github_annotations;
pub use diagnostics::{diagnostics_json, diagnostics_schema};
pub use diff::{DiffPair, changed_lines, file_diff, plan_diff};
pub use difference::{Difference, difference_text};
pub use explain::explanation_json;
pub use html::{PageOptions, plan_html};
pub use json::{ApplyDocument, MergeError, apply_json, plan_json, refused_json};
pub use markdown::{MarkdownOptions, plan_markdown};
pub use next::{NextDocument, next_days, next_json, next_schema};
pub use organisation_file::{OrganisationFile, Place};
pub use overview::Overview;
pub use project_file::{Organisations, project_file, project_file_with, schema_line, yaml_text};
pub use redact::Redaction;
pub use sarif::sarif;
pub use schema::{
    apply_schema, explanation_schema, plan_schema, snapshot_schema, undo_schema, worklist_schema,
};
pub use sheets::{Form, Report, report_schema, write_report};
pub use snapshot_file::snapshot_yaml;
pub use text::{
    TextOptions, apply_text, explanation_text, merged_apply_text, merged_plan_text, next_text,
    plan_text,
};
pub use words::counted;
pub use worklist::{
    worklist_json, worklists_html, worklists_json, worklists_markdown, worklists_text,
};
