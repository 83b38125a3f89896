//! Whether names and addresses are shown: more people read a CI log than may read staff data.

use super::world;
use crate::config::Project;
use crate::model::plan::Plan;
use crate::report::Redaction;

/// `--redact`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redact {
    /// In CI, and nowhere else.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The variable that holds the key of pseudonyms. Without it the configuration's digest is the
/// key, which whoever reads the log and not the repository does not have.
const KEY: &str = "BEADLE_REDACTION_KEY";

impl Redact {
    /// The plan as it may be shown.
    pub(super) fn shown(self, plan: &Plan, project: &Project) -> Plan {
        match self.redaction(project) {
            Some(redaction) => redaction.plan(plan),
            None => plan.clone(),
        }
    }

    /// How to redact, where it is asked for.
    pub(super) fn redaction(self, project: &Project) -> Option<Redaction> {
        let wanted = match self {
            Self::Auto => world::in_ci(),
            Self::Always => true,
            Self::Never => false,
        };
        let key = || world::variable(KEY).unwrap_or_else(|| project.digest().to_owned());
        wanted.then(|| Redaction::new(key().as_bytes()))
    }
}
