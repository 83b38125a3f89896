//! The doors through which fuzzing tries what reads saved plans, reports, worklists and what git
//! answers. Nothing else uses them, and no file is read or written.

use std::io;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{decisions, merge, revision, saved_plan, worklist};
use crate::config;
use crate::model::plan_document::PlanDocument;
use crate::model::worklist::Worklist;
use crate::report::codeowners::{self, Codeowners};
use crate::report::{
    ApplyDocument, TextOptions, merged_apply_text, merged_plan_text, worklists_html,
    worklists_json, worklists_markdown, worklists_text,
};

/// The day on which saved plans must be good.
const DAY: Date = Date::constant(2026, 11, 22);

/// The instant at which they must hold: the first of that day.
const NOW: Timestamp = Timestamp::constant(1_795_305_600, 0);

/// When those that are made right end: they hold for a second.
const LATER: Timestamp = Timestamp::constant(1_795_305_601, 0);

/// Between two plans, two reports, or a worklist and its snapshot.
const BETWEEN: &str = "\n%%\n";

/// Reads saved plans with lines `%%` between them and puts them together. The digest, which hardly
/// any input would have right, is made right after it was held to. Whether they are the parts of
/// one plan.
#[must_use]
pub fn are_plans(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let mut parts = Vec::new();
    for (number, part) in text.split(BETWEEN).enumerate() {
        let read = saved_plan::parse(part.as_bytes(), DAY, NOW);
        let Ok(mut plan) = serde_json::from_str::<PlanDocument>(part) else {
            continue;
        };
        plan.digest = plan.computed_digest();
        let accounts = plan.saved.take().map(|saved| saved.accounts);
        let again = plan.saved(NOW, LATER, accounts.unwrap_or_default());
        let again = again.to_saved().unwrap_or_default();
        let again = saved_plan::parse(again.as_bytes(), DAY, NOW);
        if let Ok(plan) = read.or(again) {
            parts.push((number.to_string(), plan));
        }
    }
    let count = parts.len();
    let whole = PlanDocument::merge(parts, |_| Vec::new());
    whole.is_ok_and(|whole| {
        let options = TextOptions::default();
        merged_plan_text(&whole, count, &options, &mut io::sink()).is_ok()
    })
}

/// Reads a file of decisions as a spreadsheet may have written it. Whether it is one.
#[must_use]
pub fn are_decisions(input: &[u8]) -> bool {
    decisions::is_readable(input)
}

/// Reads reports of applies with lines `%%` between them and puts them together. Whether they are
/// the parts of one apply.
#[must_use]
pub fn are_reports(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let mut parts = Vec::new();
    for (number, part) in text.split(BETWEEN).enumerate() {
        match merge::parse_report(part.as_bytes()) {
            Ok(report) => parts.push((number.to_string(), report)),
            Err(_) => return false,
        }
    }
    let whole = ApplyDocument::merge(parts);
    whole.is_ok_and(|whole| {
        let options = TextOptions::default();
        let _ = whole.counts.left();
        merged_apply_text(&whole, &options, &mut io::sink()).is_ok()
    })
}

/// Reads steps as they are named on the command line, the worklist that they are of, and its
/// snapshot, with lines `%%` between them; and marks the steps. The ids of steps, which hardly any
/// input would have right, are made right. Whether a step could be marked.
#[must_use]
pub fn is_marked(input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let mut parts = text.splitn(3, BETWEEN);
    let (named, json) = (parts.next(), parts.next().unwrap_or_default());
    let _ = Worklist::read(json.as_bytes(), "portal", "northshire");
    let Ok(mut list) = serde_json::from_str::<Worklist>(json) else {
        return false;
    };
    list.number();
    let ids: Vec<String> = list.steps().map(|step| list.id_of(step)).collect();
    for (step, id) in list.steps_mut().zip(ids) {
        step.id = id;
    }
    let again = serde_json::to_vec(&list).unwrap_or_default();
    let Ok(list) = Worklist::read(&again, &list.portal, &list.organisation) else {
        return false;
    };
    let lists = [&list];
    let _ = (worklists_markdown(&lists), worklists_html(&lists));
    let _ = worklists_text(&lists, &mut io::sink());
    let _ = worklists_json(&lists, &mut io::sink());
    let _ = list.clone().merged(Some(list.clone()));
    let Some(snapshot) = parts.next().and_then(config::fuzzing::snapshot) else {
        return false;
    };
    worklist::is_marked(&list, snapshot, named.unwrap_or_default())
}

/// Reads what git might answer. Whether it is in any form that is asked for.
#[must_use]
pub fn is_git_answer(input: &[u8]) -> bool {
    revision::is_answer(input)
}

/// Reads the file of code owners. Whether it is one that can be kept up to date.
#[must_use]
pub fn is_codeowners(text: &str) -> bool {
    let _ = codeowners::pattern(text);
    Codeowners::parse(text).is_ok_and(|owners| {
        let _ = owners.with(&[]);
        let _ = (owners.changes(&[]), owners.has_rules_before());
        owners.rules_after() > 0
    })
}
