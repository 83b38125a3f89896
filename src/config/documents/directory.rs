//! What a portal that is a directory of users and groups must be told, as typed documents.

use schemars::JsonSchema;
use serde::Deserialize;

use super::token::TokenDocument;
use crate::config::spanned::Spanned;

/// OAuth 2 client credentials: beadle asks for a token, and again when it has expired.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ClientCredentials")]
pub(in crate::config) struct ClientCredentialsDocument<'t> {
    /// The address at which tokens are given: https.
    #[serde(borrow)]
    #[schemars(example = &"https://login.example/oauth2/token")]
    pub(in crate::config) token_url: Spanned<&'t str>,
    /// Who asks.
    #[serde(borrow)]
    pub(in crate::config) client_id: Spanned<&'t str>,
    /// Where the secret is kept. Never the secret itself.
    #[serde(borrow)]
    pub(in crate::config) client_secret: Spanned<TokenDocument<'t>>,
    /// What is asked for, where the service wants it said.
    #[serde(borrow)]
    pub(in crate::config) scope: Option<&'t str>,
}

/// What a SCIM service can do. Each key left out is found out by trying and looking.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Capabilities")]
pub(in crate::config) struct CapabilitiesDocument {
    /// Whether it changes parts by PATCH. Without, the whole is written by PUT.
    pub(in crate::config) patch: Option<bool>,
    /// Whether it filters lists.
    pub(in crate::config) filter: Option<bool>,
    /// Whether its version tags guard what is written.
    pub(in crate::config) etag: Option<bool>,
    /// Rows asked for a page.
    #[schemars(range(min = 1, max = 10_000))]
    pub(in crate::config) page_size: Option<u32>,
    /// Most members written in one call. Without it, 100.
    #[schemars(range(min = 1, max = 10_000))]
    pub(in crate::config) members_per_call: Option<u32>,
    /// Whether a large group may be replaced whole where no version tag guards it.
    pub(in crate::config) replace_members: Option<bool>,
    /// Whether it keeps `externalId`.
    pub(in crate::config) external_id: Option<bool>,
}
