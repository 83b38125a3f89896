//! Hwb user management: the users of an authority and of the schools in its area. Sources: the
//! user management guide, the portal's support pages, and the contract in
//! `schema/portals/hwb.openapi.json`.

mod example;
mod fields;
mod page;
mod routes;
mod rules;
mod wire;

use super::Dialect;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: "hwb",
    title: "Hwb user management",
    routes: routes::ROUTES,
    organisation_parameters: &["authority", "school"],
    unknown_organisation: "unknown-organisation",
    other_organisation: "other-organisation",
    openapi: include_str!("../../../../schema/portals/hwb.openapi.json"),
    templates: page::TEMPLATES,
    page: page::page,
    example: example::example,
    accept: example::accept,
};
