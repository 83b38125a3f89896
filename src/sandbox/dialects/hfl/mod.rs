//! The HFL portal: sub accounts of a school's main account, products that it has bought, and who
//! is ticked for each. Sources: HFL's guide (H1 to H20 in `docs/portals.md`), and the contract in
//! `schema/portals/hfl.openapi.json`.

mod example;
mod fields;
mod page;
mod routes;
mod rules;
mod wire;

use super::Dialect;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: "hfl",
    title: "HFL Education",
    routes: routes::ROUTES,
    organisation_parameters: &["dfe"],
    unknown_organisation: "unknown-school",
    other_organisation: "other-school",
    openapi: include_str!("../../../../schema/portals/hfl.openapi.json"),
    templates: page::TEMPLATES,
    page: page::page,
    example: example::example,
    accept: example::accept,
};
