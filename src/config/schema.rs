//! Holds a tree against the JSON schema of its kind of file. The one module that knows
//! `jsonschema`; nothing else may name it.

mod representation;
mod sentences;

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::documents::{self, FileKind};
use super::findings::{Finding, Findings};
use super::tree::Tree;
use representation::TreeJson;
use sentences::Sentences;

/// Most nodes of a file of which every error is listed: half a megabyte of YAML.
const LISTED: usize = 50_000;

/// A schema and what was built from it, once.
struct Prepared {
    schema: Value,
    validator: Result<Validator<TreeJson>, String>,
}

static PROJECT: LazyLock<Prepared> = LazyLock::new(|| Prepared::new(FileKind::Project));
static ORGANISATION: LazyLock<Prepared> = LazyLock::new(|| Prepared::new(FileKind::Organisation));

impl Prepared {
    fn new(kind: FileKind) -> Self {
        let schema = documents::schema(kind);
        let validator = jsonschema::options_for::<TreeJson>()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| error.to_string());
        Self { schema, validator }
    }

    fn of(kind: FileKind) -> &'static Self {
        match kind {
            FileKind::Project => &PROJECT,
            FileKind::Organisation => &ORGANISATION,
        }
    }
}

/// Adds a finding for everything in the tree that its schema does not allow.
pub(super) fn validate(tree: &Tree<'_>, kind: FileKind, findings: &mut Findings) {
    let prepared = Prepared::of(kind);
    let validator = match &prepared.validator {
        Ok(validator) => validator,
        Err(error) => {
            let message = format!("the schema of beadle itself is broken: {error}");
            findings.push(Finding::without_place("schema", message));
            return;
        }
    };
    let root = tree.root();
    if validator.is_valid(root) {
        return;
    }
    // The library has made every error before it hands out the first, some hundred bytes each.
    let beginning;
    let root = if tree.size() > LISTED {
        let message = "the file does not follow its schema, and is so large that only its first part was looked at closely";
        findings.push(
            Finding::without_place("more", message)
                .help("split it: one file for each organisation"),
        );
        beginning = tree.beginning(LISTED);
        beginning.root()
    } else {
        root
    };
    let sentences = Sentences::new(root, kind, &prepared.schema);
    // To find the place of one takes longer the further on it stands.
    let mut errors = validator.iter_errors(root);
    while !findings.is_full()
        && let Some(error) = errors.next()
    {
        sentences.explain(&error, findings);
    }
    findings.leave_out(errors.count());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_schemas_build_a_validator() {
        for kind in [FileKind::Project, FileKind::Organisation] {
            assert!(Prepared::of(kind).validator.is_ok());
        }
    }
}
