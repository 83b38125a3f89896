//! A directory that speaks SCIM 2.0 (RFC 7643 and 7644), as the RFCs have it: one tenant below each
//! `/{tenant}/v2`. Sources: the RFCs, public conformance testers as judges, and the contract in
//! `schema/portals/scim.openapi.json`.

mod discovery;
mod example;
mod filter;
pub(in crate::sandbox) mod fuzzing;
mod listing;
mod matching;
mod names;
mod oauth;
mod page;
mod patch;
mod reading;
mod refusal;
mod resources;
mod routes;
mod rules;
mod schema;
mod target;

pub(in crate::sandbox) use refusal::refusal;

use super::Dialect;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: "scim",
    title: "SCIM directory",
    routes: routes::ROUTES,
    organisation_parameters: &["tenant"],
    unknown_organisation: "unknown-tenant",
    other_organisation: "other-tenant",
    openapi: include_str!("../../../../schema/portals/scim.openapi.json"),
    templates: page::TEMPLATES,
    page: page::page,
    example: example::example,
    accept: example::accept,
};

/// Where a tenant stands below the portal's address, as a project file writes it.
pub(super) const BELOW: &str = "/{organisation}/v2";
/// Where callers without a token are heard.
pub(super) const OPEN: &[&str] = &[routes::TOKEN];
/// What is posted and writes nothing.
pub(super) const READS: &[&str] = &routes::SEARCHES;
