//! One sentence of ours for each keyword of JSON schema, placed where it helps: on the key that is
//! unknown, on the value that is wrong, on the mapping that lacks something.

use std::collections::BTreeSet;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use crate::config::documents::{self, FileKind};
use crate::config::findings::{Finding, Findings};
use crate::config::secrets;
use crate::config::suggest::{self, listed};
use crate::config::tree::{Kind, NodeRef, quoted, reads_as};
use crate::model::diagnostic::Span;
use crate::model::nearest::nearest;

/// What is needed to write the sentences of one file.
pub(super) struct Sentences<'t> {
    root: NodeRef<'t>,
    kind: FileKind,
    schema: &'static Value,
}

/// A node and the key under which it stands, if it stands under one.
struct Place<'t> {
    key: Option<NodeRef<'t>>,
    node: NodeRef<'t>,
}

impl Place<'_> {
    /// The key in backticks, or `this value`.
    fn name(&self) -> String {
        match self.key {
            Some(key) => format!("`{}`", key.characters()),
            None => "this value".to_owned(),
        }
    }

    /// The value, or its key when the value shows nothing.
    fn span(&self) -> Span {
        match self.key {
            Some(key) if self.node.kind() == Kind::Null && self.node.characters().is_empty() => {
                key.span()
            }
            _ => self.node.span(),
        }
    }

    /// The key of a mapping: underlining all of what is in it would show nothing.
    fn head(&self) -> Span {
        self.key.map_or_else(
            || {
                let mut span = self.node.span();
                span.end = span.end.min(span.start + 1);
                span
            },
            NodeRef::span,
        )
    }
}

impl<'t> Sentences<'t> {
    pub(super) fn new(root: NodeRef<'t>, kind: FileKind, schema: &'static Value) -> Self {
        Self { root, kind, schema }
    }

    /// Adds what one violation means.
    pub(super) fn explain(&self, error: &ValidationError<'_>, findings: &mut Findings) {
        let place = self.place(error.instance_path().as_str());
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for (at, key) in unexpected.iter().enumerate() {
                    if findings.is_full() {
                        findings.leave_out(unexpected.len() - at);
                        break;
                    }
                    self.unknown_key(&place, key, error.schema_path().as_str(), findings);
                }
            }
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => {
                self.alternatives(&place, error, context, findings);
            }
            ValidationErrorKind::Type { .. } if self.is_empty_file(&place) => {
                findings.push(Finding::error(
                    "empty-value",
                    &place.span(),
                    "the file holds nothing",
                ));
            }
            ValidationErrorKind::Type { kind } => findings.push(wrong_type(&place, &types(kind))),
            // What is missing may stand in the part of a large file that is not looked at.
            ValidationErrorKind::Required { .. }
            | ValidationErrorKind::MinItems { .. }
            | ValidationErrorKind::MinProperties { .. }
                if place.node.is_cut() => {}
            kind => findings.push(other(&place, kind)),
        }
    }

    fn is_empty_file(&self, place: &Place<'_>) -> bool {
        place.node.identity() == self.root.identity() && place.node.kind() == Kind::Null
    }

    fn place(&self, pointer: &str) -> Place<'t> {
        let mut place = Place {
            key: None,
            node: self.root,
        };
        for segment in pointer.split('/').skip(1) {
            let name = segment.replace("~1", "/").replace("~0", "~");
            let next = match place.node.kind() {
                Kind::Sequence => name
                    .parse()
                    .ok()
                    .and_then(|index| place.node.items().nth(index))
                    .map(|node| Place { key: None, node }),
                _ => place.node.entry(&name).map(|(key, node)| Place {
                    key: Some(key),
                    node,
                }),
            };
            match next {
                Some(next) => place = next,
                None => break,
            }
        }
        place
    }

    fn unknown_key(&self, place: &Place<'t>, key: &str, schema: &str, findings: &mut Findings) {
        let span = place
            .node
            .entry(key)
            .map_or_else(|| place.head(), |(key, _)| key.span());
        let refused = place.node.entry(key).is_some_and(|(key, _)| {
            key.characters() == "<<" || !matches!(key.kind(), Kind::Text | Kind::Integer)
        });
        if refused {
            // Said already, when the key was read.
            return;
        }
        let at_root = place.node.identity() == self.root.identity();
        if at_root && self.kind == FileKind::Organisation && documents::is_project_key(key) {
            let finding = Finding::error(
                "misplaced-key",
                &span,
                format!("`{key}` is not allowed in an organisation's file"),
            )
            .help(format!(
                "it belongs in the project file, `beadle.yaml`: whoever may edit one \
                 organisation can then change that organisation and nothing else{}",
                if key == "organisations" {
                    "; here, write `organisation: ID`"
                } else {
                    ""
                },
            ));
            findings.push(finding);
            return;
        }
        let known = self.known_keys(schema);
        let names = || known.iter().map(String::as_str);
        let mut finding = Finding::error("unknown-key", &span, format!("unknown key `{key}`"));
        if at_root && self.kind == FileKind::Project && documents::is_organisation_key(key) {
            finding = finding.help(format!(
                "it belongs to one organisation: under `organisations.ID.{key}`, or in an \
                 organisation's file"
            ));
        } else if secrets::names_a_secret(key) {
            finding = finding.help("no password and no other secret belongs in these files");
        } else {
            finding = finding.maybe_help(suggest::help(key, names(), "known here"));
        }
        findings.push(finding);
    }

    /// The keys that the schema knows beside the `additionalProperties` at `pointer`.
    fn known_keys(&self, pointer: &str) -> Vec<String> {
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let properties = self
            .schema
            .pointer(parent)
            .and_then(|schema| schema.get("properties"))
            .and_then(Value::as_object);
        properties.map_or_else(Vec::new, |known| known.keys().cloned().collect())
    }

    /// Of several allowed shapes, the one that was meant is the one that has the value's type.
    fn alternatives(
        &self,
        place: &Place<'t>,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
        findings: &mut Findings,
    ) {
        let here = error.instance_path().as_str();
        let is_type_here = |inner: &ValidationError<'static>| {
            matches!(inner.kind(), ValidationErrorKind::Type { .. })
                && inner.instance_path().as_str() == here
        };
        let meant: Vec<_> = context
            .iter()
            .filter(|branch| !branch.iter().any(is_type_here))
            .collect();
        if let [branch] = meant.as_slice() {
            for (at, inner) in branch.iter().enumerate() {
                if findings.is_full() {
                    findings.leave_out(branch.len() - at);
                    break;
                }
                self.explain(inner, findings);
            }
            return;
        }
        let words: Vec<&str> = context
            .iter()
            .flatten()
            .filter_map(|inner| match inner.kind() {
                ValidationErrorKind::Constant { expected_value } => expected_value.as_str(),
                _ => None,
            })
            .collect();
        if !words.is_empty() {
            findings.push(unknown_word(place, &words));
            return;
        }
        let mut wanted = BTreeSet::new();
        for inner in context.iter().flatten().filter(|inner| is_type_here(inner)) {
            if let ValidationErrorKind::Type { kind } = inner.kind() {
                wanted.extend(types(kind));
            }
        }
        findings.push(wrong_type(place, &wanted));
    }
}

fn types(kind: &TypeKind) -> BTreeSet<&'static str> {
    let name = |one: JsonType| match one {
        JsonType::Null => "nothing",
        JsonType::Boolean => "`true` or `false`",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "text",
        JsonType::Array => "a list",
        JsonType::Object => "a mapping",
    };
    match kind {
        TypeKind::Single(one) => BTreeSet::from([name(*one)]),
        TypeKind::Multiple(several) => several.iter().map(name).collect(),
    }
}

fn wrong_type(place: &Place<'_>, wanted: &BTreeSet<&'static str>) -> Finding {
    let node = place.node;
    let characters = node.characters();
    let secret = place
        .key
        .filter(|key| secrets::names_a_secret(key.characters()));
    if let Some(key) = secret {
        return literal_secret(place, key.characters());
    }
    let names: Vec<&str> = wanted.iter().copied().collect();
    let wants = names.join(" or ");
    let name = place.name();
    if node.kind() == Kind::Null && characters.is_empty() {
        let help = match place.key {
            Some(key) => format!("write a value, or leave `{}` out", key.characters()),
            None => "write a value".to_owned(),
        };
        return Finding::error("empty-value", &place.span(), format!("{name} has no value"))
            .label(format!("{wants} is wanted"))
            .help(help);
    }
    let scalar = matches!(
        node.kind(),
        Kind::Null | Kind::Boolean | Kind::Integer | Kind::Float
    );
    let reads = reads_as(node.kind());
    if scalar && wanted.contains("text") {
        return Finding::error(
            "unquoted-text",
            &place.span(),
            format!("{name} wants text, but `{characters}` reads as {reads}"),
        )
        .help(format!("quote it: `{}`", quoted(characters)));
    }
    let what = match shown(characters) {
        Some(shown) => format!("{name} is {reads}, `{shown}`"),
        None => format!("{name} is {reads}"),
    };
    let span = match node.kind() {
        Kind::Sequence | Kind::Mapping => place.head(),
        _ => place.span(),
    };
    let mut finding = Finding::error("wrong-type", &span, what).label(format!("{wants} is wanted"));
    if wanted.contains("a list") && node.kind() == Kind::Text {
        finding = finding.help(format!("write a list: `[{characters}]`"));
    } else if node.kind() == Kind::Text && (wanted.contains("a whole number")) {
        finding = finding.help("write the number without quotes");
    }
    finding
}

/// A value as it is repeated in a sentence: a file that is no YAML is one long text. None for none.
fn shown(characters: &str) -> Option<String> {
    const LONGEST: usize = 60;
    if characters.is_empty() {
        return None;
    }
    let mut shown: String = characters.chars().take(LONGEST).collect();
    if shown.len() < characters.len() {
        shown.push('…');
    }
    Some(shown)
}

/// What stands under a key that names a secret. The value itself is not repeated.
fn literal_secret(place: &Place<'_>, key: &str) -> Finding {
    let message = format!("`{key}` must say where the secret is kept, never the secret itself");
    Finding::error("literal-secret", &place.head(), message)
        .label("a secret does not belong here")
        .help(format!(
            "write `{key}: {{ env: NAME_OF_A_VARIABLE }}` or `{key}: {{ file: PATH }}`; a secret \
             that was ever committed must be replaced"
        ))
}

/// A word that is none of those allowed.
fn unknown_word(place: &Place<'_>, words: &[&str]) -> Finding {
    let characters = place.node.characters();
    let message = if characters.is_empty() {
        format!("{} is {}", place.name(), reads_as(place.node.kind()))
    } else {
        format!("{} cannot be `{characters}`", place.name())
    };
    let help =
        nearest(characters, words.iter().copied()).map(|word| format!("did you mean `{word}`?"));
    Finding::error("unknown-value", &place.span(), message)
        .label(format!("{} is wanted", listed(words, "or")))
        .maybe_help(help)
}

fn other(place: &Place<'_>, kind: &ValidationErrorKind) -> Finding {
    let name = place.name();
    let characters = place.node.characters();
    let at = place.span();
    match kind {
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or("?");
            let message = format!("{name} needs the key `{key}`");
            let message = message.replace("this value needs", "this mapping needs");
            Finding::error("missing-key", &place.head(), message)
                .label(format!("`{key}` is missing"))
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<&str> = options
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            unknown_word(place, &options)
        }
        ValidationErrorKind::Constant { expected_value } => Finding::error(
            "unknown-value",
            &at,
            format!("{name} cannot be `{characters}`"),
        )
        .label(format!("`{expected_value}` is wanted")),
        ValidationErrorKind::Format { format } if format == "date" => Finding::error(
            "date",
            &at,
            format!("{name} is no calendar day: `{characters}`"),
        )
        .help("write year, month and day: `2027-07-31`"),
        ValidationErrorKind::Minimum { limit } => Finding::error(
            "out-of-range",
            &at,
            format!("{name} must be at least {limit}"),
        ),
        ValidationErrorKind::Maximum { limit } => Finding::error(
            "out-of-range",
            &at,
            format!("{name} must be at most {limit}"),
        ),
        ValidationErrorKind::MinLength { .. } => {
            Finding::error("empty-value", &at, format!("{name} is empty"))
        }
        ValidationErrorKind::MinItems { .. } | ValidationErrorKind::MinProperties { .. } => {
            Finding::error("empty-value", &place.head(), format!("{name} is empty"))
                .label("at least one entry is wanted")
        }
        ValidationErrorKind::UniqueItems => Finding::error(
            "repeated-item",
            &at,
            format!("{name} names the same thing twice"),
        ),
        kind => Finding::error(
            "schema",
            &at,
            format!(
                "{name} is not what `{}` in the schema allows",
                kind.keyword()
            ),
        ),
    }
}
