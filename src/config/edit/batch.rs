//! Many edits at once, each of one organisation: all are made or none is, and of those that cannot
//! be made every one is told.

use std::path::Path;

use jiff::civil::Date;

use super::{Asked, Of, Prepared, Refused, check, desk};
use crate::config::context::RulesByDriver;
use crate::config::findings::Findings;
use crate::config::project::Project;
use crate::model::diagnostic::Diagnostic;

/// Why edits are not made.
#[derive(Debug, Default)]
pub struct Rejected {
    /// Which of them cannot be made, by number from 0, and why.
    pub edits: Vec<(usize, Diagnostic)>,
    /// Why all of them together cannot.
    pub together: Option<Refused>,
}

/// Tries edits of a project that is in order, one on top of the other, and checks what all of them
/// would make of it. Only edits of one organisation can be asked for: no moves.
///
/// # Errors
/// [`Rejected`] where one of them cannot be made, or the project would not be in order afterwards.
/// Nothing is written either way.
pub fn prepare_all(
    path: &Path,
    project: &Project,
    rules: &RulesByDriver,
    (asked, day): (&[Asked], Date),
) -> Result<Prepared, Rejected> {
    let mut asked = asked.to_vec();
    for one in &mut asked {
        one.edit.split(project);
    }
    let told = |finding| {
        let mut findings = Findings::default();
        findings.push(finding);
        findings.into_sorted()
    };
    let together = |diagnostics| Rejected {
        edits: Vec::new(),
        together: Some(Refused {
            diagnostics,
            sources: project.sources.clone(),
            afterwards: false,
        }),
    };
    let (prepared, wrong) = desk::edits(path, project, rules, (&asked, day))
        .map_err(|finding| together(told(finding)))?;
    if !wrong.is_empty() {
        let edits = wrong
            .into_iter()
            .flat_map(|(number, finding)| told(finding).into_iter().map(move |one| (number, one)));
        return Err(Rejected {
            edits: edits.collect(),
            together: None,
        });
    }
    let edits: Vec<Of<'_>> = asked
        .iter()
        .map(|one| (Some(one.organisation.as_str()), &one.edit))
        .collect();
    check(path, project, rules, (&edits, day, &prepared.files)).map_err(|refused| Rejected {
        edits: Vec::new(),
        together: Some(refused),
    })?;
    Ok(prepared)
}
