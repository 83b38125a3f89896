//! How a portal is reached: what the project file says, before any token is read.

use std::path::PathBuf;

use super::name::PortalName;
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
    /// Where the entry stands.
    pub source: Source,
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
