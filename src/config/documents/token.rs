//! Where a secret is kept, as a typed document. Never the secret itself.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::spanned::Spanned;

/// Where a token is kept: an environment variable or a file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Token")]
pub(in crate::config) struct TokenDocument<'t> {
    /// The name of an environment variable.
    #[serde(borrow)]
    #[schemars(example = &"OFS_PORTAL_TOKEN")]
    pub(in crate::config) env: Option<Spanned<&'t str>>,
    /// The path of a file.
    #[serde(borrow)]
    #[schemars(example = &"/run/secrets/ofs")]
    pub(in crate::config) file: Option<Spanned<&'t str>>,
}
