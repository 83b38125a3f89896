//! Checks of owners, which CODEOWNERS names.

use crate::config::context::Context;
use crate::config::findings::{Finding, Findings};
use crate::config::scope::Scope;
use crate::config::spanned::Spanned;
use crate::model::diagnostic::FileIndex;
use crate::model::owner::is_owner;

fn forms(owners: Option<&[Spanned<&str>]>, findings: &mut Findings) {
    for owner in owners.into_iter().flatten() {
        if !is_owner(owner.value) {
            let message = format!("`{}` is no owner of a file", owner.value);
            findings.push(
                Finding::error("owner", &owner.span, message)
                    .help("write `\"@user\"`, `\"@organisation/team\"` or an email address"),
            );
        }
    }
}

pub(super) fn project(context: &Context<'_>, findings: &mut Findings) {
    forms(context.document.owners.as_deref(), findings);
}

pub(super) fn organisation(scope: &Scope<'_>, findings: &mut Findings) {
    let owners = scope.document.owners.as_deref();
    forms(owners, findings);
    let first = owners.and_then(<[_]>::first);
    if let Some(first) = first.filter(|_| scope.id_span.file == FileIndex(0)) {
        let message = format!("`{}` has no file of its own for them to own", scope.id);
        findings.push(
            Finding::warning("owner", &first.span, message)
                .help("whoever owns the project file owns it; remove `owners` here"),
        );
    }
}
