//! How a portal is reached: what the project file says, before any token is read.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::name::{AreaName, PortalName};
use super::source::Source;

/// One entry of `portals` in the project file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalSettings {
    /// Its name in the project.
    pub name: PortalName,
    /// Which driver speaks to it.
    pub driver: String,
    /// By API, or by worklist.
    pub via: Route,
    /// The base URL, without a slash at the end; none for a worklist.
    pub url: Option<String>,
    /// Where the token that `apply` uses is kept.
    pub token: Option<TokenSource>,
    /// Where a read-only token is kept, used by everything but `apply`.
    pub plan_token: Option<TokenSource>,
    /// Most requests a second; none for no limit of ours.
    pub requests_per_second: Option<u32>,
    /// Most requests in flight.
    pub concurrency: u32,
    /// Certificates to trust instead of the system's, as a PEM file.
    pub ca_file: Option<PathBuf>,
    /// Folder of snapshots, from the project's folder, for a worklist portal.
    pub snapshots: Option<PathBuf>,
    /// How a token is asked for, in place of a token that is kept.
    pub client_credentials: Option<ClientCredentials>,
    /// For a directory: which of its groups are areas.
    pub directory: Directory,
    /// Where the entry stands.
    pub source: Source,
}

/// OAuth 2 client credentials (RFC 6749, 4.4): beadle asks for a token and asks again when it has
/// expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCredentials {
    /// Where tokens are given.
    pub token_url: String,
    /// Who asks.
    pub client_id: String,
    /// Where the secret is kept.
    pub client_secret: TokenSource,
    /// What is asked for.
    pub scope: Option<String>,
}

/// What a portal that is a directory of users and groups (SCIM) must be told. Empty for others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Areas, each with the display name of the group that stands for it.
    pub groups: BTreeMap<AreaName, Arc<str>>,
    /// The area among them whose group holds the administrators.
    pub admin_group: Option<AreaName>,
    /// What the service can do, where what it says of itself is not to be believed.
    pub capabilities: Capabilities,
}

/// What a SCIM service can do. None where that is to be found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// PATCH, rather than PUT of the whole.
    pub patch: Option<bool>,
    /// Filters, as far as they are checked against the rows that come back.
    pub filter: Option<bool>,
    /// Version tags with `If-Match`.
    pub etag: Option<bool>,
    /// Rows asked for a page.
    pub page_size: Option<u32>,
    /// Members written in one call.
    pub members_per_call: Option<u32>,
    /// Whether a large group may be replaced whole where no version tag guards it.
    pub replace_members: Option<bool>,
    /// Whether the service keeps `externalId`.
    pub external_id: Option<bool>,
}

/// How a portal is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Its API.
    Api,
    /// No API: snapshots in, steps for people out.
    Worklist,
}

/// Where a token is kept. Never the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// An environment variable.
    Environment(String),
    /// A file.
    File(PathBuf),
}
