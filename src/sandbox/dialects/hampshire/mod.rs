//! The Hampshire Services Portal: users of an organisation, the services that each may open, and
//! the tick that makes an administrator. Sources: the guide for Organisation Administrators, and
//! the contract in `schema/portals/hampshire.openapi.json`.

mod cursor;
mod example;
mod fields;
mod page;
mod routes;
mod rules;
mod wire;

use super::Dialect;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: "hampshire",
    title: "Hampshire Services Portal",
    routes: routes::ROUTES,
    organisation_parameters: &["dfe"],
    unknown_organisation: "unknown-organisation",
    other_organisation: "other-organisation",
    openapi: include_str!("../../../../schema/portals/hampshire.openapi.json"),
    templates: page::TEMPLATES,
    page: page::page,
    example: example::example,
    accept: example::accept,
};
