//! The loader's steps one after the other, for whoever measures them. Decides nothing and finds
//! nothing that [`super::load`] does not.

use super::context::{Context, RulesByDriver};
use super::documents::{FileKind, OrganisationDocument, ProjectDocument};
use super::findings::Findings;
use super::load::one_organisation;
use super::{schema, tree, typed};
use crate::model::diagnostic::FileIndex;

/// How far an organisation's file is taken; each step includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Its tree, with the place of every node.
    Tree,
    /// The tree held against its JSON schema.
    Schema,
    /// Typed documents.
    Types,
    /// Every check, and what is kept of the organisation.
    Checks,
}

/// Takes each text, one organisation's file, through the steps up to `last`, on this thread; says
/// how many came through without a finding. None do when the project's own text has one.
#[must_use]
pub fn run(project: &str, texts: &[String], rules: &RulesByDriver, last: Step) -> usize {
    let mut findings = Findings::default();
    let tree = tree::parse(project, FileIndex(0), &mut findings);
    let document = tree
        .as_ref()
        .and_then(|tree| typed::read::<ProjectDocument<'_>>(tree, &mut findings));
    let Some(document) = document.filter(|_| findings.is_empty()) else {
        return 0;
    };
    let context = Context::new(&document, rules);
    let passes = |text: &&String| passes(&context, text, last);
    texts.iter().filter(passes).count()
}

fn passes(context: &Context<'_>, text: &str, last: Step) -> bool {
    let mut findings = Findings::default();
    let Some(tree) = tree::parse(text, FileIndex(1), &mut findings) else {
        return false;
    };
    if last >= Step::Schema {
        schema::validate(&tree, FileKind::Organisation, &mut findings);
    }
    if last >= Step::Types {
        let document = typed::read::<OrganisationDocument<'_>>(&tree, &mut findings);
        let id = document.as_ref().and_then(|it| it.organisation.as_ref());
        if let Some((document, id)) = document.as_ref().zip(id).filter(|_| last >= Step::Checks) {
            one_organisation(context, document, id.value.0, &id.span, &mut findings);
        }
    }
    findings.is_empty()
}
