//! Findings in the files as SARIF 2.1.0: what code hosts, editors and dashboards read.
//!
//! Data in, JSON out. What a code means stands in [`crate::model::finding_codes`].

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::escape;
use super::places::{Stretch, path, uri};
use crate::model::diagnostic::{Diagnostic, Severity, Sources, Span};
use crate::model::finding_codes::{FindingCode, finding_code};
use crate::model::plan_document::hexadecimal;

/// Where the schema of such files is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to: the root of the repository, wherever it lies.
const BASE: &str = "%SRCROOT%";

/// Writes every finding as one SARIF file; `below` is the project's folder, from the root of the
/// repository, with `/` between folders.
///
/// # Errors
/// Those of `out`.
pub fn sarif(
    found: &[Diagnostic],
    sources: &Sources,
    below: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    // The gravest that each code has here: `Severity` begins with what is worst.
    let mut codes: BTreeMap<&str, Severity> = BTreeMap::new();
    for one in found {
        let known = codes.entry(one.code).or_insert(one.severity);
        *known = (*known).min(one.severity);
    }
    let rules: Vec<Value> = codes
        .iter()
        .map(|(code, gravest)| rule(code, *gravest))
        .collect();
    let results = found.iter().map(|one| {
        let rule = codes.keys().take_while(|code| **code < one.code).count();
        result(one, rule, sources, below)
    });
    let results: Vec<Value> = results.collect();
    let version = env!("CARGO_PKG_VERSION");
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "beadle",
                "version": version,
                "semanticVersion": version,
                "rules": rules,
            } },
            "automationDetails": { "id": "beadle/validate/" },
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": { BASE: {
                "description": { "text": "The root of the repository." },
            } },
            "results": results,
        }],
    });
    let text = serde_json::to_string_pretty(&document)?;
    writeln!(out, "{}", escape::json(&text))
}

fn rule(code: &str, gravest: Severity) -> Value {
    let known = finding_code(code);
    let (means, way_out) = known.map_or(("A finding in the files", "See its message"), |known| {
        let FindingCode {
            code: _,
            means,
            way_out,
        } = known;
        (*means, *way_out)
    });
    json!({
        "id": code,
        "shortDescription": { "text": format!("{}.", plain(means)) },
        "fullDescription": { "text": format!("{}.", plain(means)) },
        "help": {
            "text": format!("{}. {}.", plain(means), plain(way_out)),
            "markdown": format!("{means}. {way_out}."),
        },
        "defaultConfiguration": { "level": level(gravest) },
        "properties": { "tags": ["beadle", "configuration"] },
    })
}

/// A sentence of ours without backticks.
fn plain(text: &str) -> String {
    text.replace('`', "\"")
}

fn result(one: &Diagnostic, rule: usize, sources: &Sources, below: &str) -> Value {
    let Diagnostic {
        code,
        severity,
        message,
        span,
        label,
        related,
        help,
    } = one;
    let mut said = message.clone();
    if !label.is_empty() {
        said.push_str(&format!(" ({label})"));
    }
    if let Some(help) = help {
        said.push_str(&format!(". Help: {help}"));
    }
    let mut result = Map::new();
    result.insert("ruleId".to_owned(), (*code).into());
    result.insert("ruleIndex".to_owned(), rule.into());
    result.insert("level".to_owned(), level(*severity).into());
    result.insert("message".to_owned(), json!({ "text": said }));
    let place = span
        .as_ref()
        .and_then(|span| location(span, sources, below));
    let place = place.unwrap_or_else(|| project_file(sources, below));
    result.insert("locations".to_owned(), json!([place]));
    let places = related.iter().filter_map(|(span, said)| {
        let mut place = location(span, sources, below)?;
        place.insert("message".to_owned(), json!({ "text": said }));
        Some(place)
    });
    let places = places.zip(1_u32..).map(|(mut place, id)| {
        place.insert("id".to_owned(), id.into());
        Value::Object(place)
    });
    let places: Vec<Value> = places.collect();
    if !places.is_empty() {
        result.insert("relatedLocations".to_owned(), places.into());
    }
    let print = json!({ "beadle/v1": fingerprint(one, sources) });
    result.insert("partialFingerprints".to_owned(), print);
    Value::Object(result)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Where a finding without a place is shown: code hosts take none that has no file.
fn project_file(sources: &Sources, below: &str) -> Map<String, Value> {
    let name = sources.files().first().map(|file| &*file.name);
    let uri = uri(&path(name.unwrap_or("beadle.yaml"), below));
    let mut place = Map::new();
    let file = json!({ "artifactLocation": { "uri": uri, "uriBaseId": BASE } });
    place.insert("physicalLocation".to_owned(), file);
    place
}

/// What stays the same while lines above it come and go.
fn fingerprint(one: &Diagnostic, sources: &Sources) -> String {
    let file = one.span.as_ref().and_then(|span| sources.get(span.file));
    let file = file.map_or("", |file| &*file.name);
    let text = format!("{}\n{file}\n{}", one.code, one.message);
    let digest = hexadecimal(&Sha256::digest(text.as_bytes()));
    digest.get(..16).unwrap_or_default().to_owned()
}

fn location(span: &Span, sources: &Sources, below: &str) -> Option<Map<String, Value>> {
    let Stretch {
        path,
        line,
        end_line,
        columns,
    } = Stretch::of(span, sources, below)?;
    let mut region = json!({ "startLine": line, "endLine": end_line });
    if let (Some((first, end)), Some(region)) = (columns, region.as_object_mut()) {
        region.insert("startColumn".to_owned(), first.into());
        region.insert("endColumn".to_owned(), end.into());
    }
    let place = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&path), "uriBaseId": BASE },
        "region": region,
    } });
    place.as_object().cloned()
}
