//! Checks of where records are kept: a folder or a bucket, and no secret in its address.

use std::path::Path;

use crate::config::context::Context;
use crate::config::findings::{Finding, Findings};
use crate::model::records::{Place, PlaceError};

pub(super) fn place(context: &Context<'_>, findings: &mut Findings) {
    let url = context
        .document
        .records
        .as_ref()
        .and_then(|records| records.url.as_ref());
    let Some(url) = url else {
        return;
    };
    let Err(error) = Place::parse(url.value, Path::new("")) else {
        return;
    };
    let (code, help) = match error {
        PlaceError::Secret => (
            "literal-secret",
            "keep it out of the file: `apply` reads the provider's usual variables, such as \
             `AWS_ACCESS_KEY_ID`",
        ),
        PlaceError::Empty | PlaceError::Scheme(_) | PlaceError::Missing(_) => (
            "records",
            "write a folder, or `s3://bucket/folder`, `az://container/folder`, \
             `gs://bucket/folder`",
        ),
    };
    findings
        .push(Finding::error(code, &url.span, format!("`url` of `records`: {error}")).help(help));
}
