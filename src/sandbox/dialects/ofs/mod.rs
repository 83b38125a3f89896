//! The OfS portal: users of a provider, portal areas, access keys. Sources: the user
//! administrator's guide, and the contract in `schema/portals/ofs.openapi.json`.

mod example;
mod fields;
mod page;
mod routes;
mod rules;
mod wire;

use super::Dialect;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: "ofs",
    title: "OfS portal",
    routes: routes::ROUTES,
    organisation_parameters: &["ukprn"],
    unknown_organisation: "unknown-provider",
    other_organisation: "other-provider",
    openapi: include_str!("../../../../schema/portals/ofs.openapi.json"),
    templates: page::TEMPLATES,
    page: page::page,
    example: example::example,
    accept: example::accept,
};
