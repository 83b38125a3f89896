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

#[cfg(test)]
mod tests {
    use super::DIALECT;
    use std::collections::BTreeSet;

    #[test]
    fn the_document_has_every_route_and_no_other() {
        let document: serde_json::Value = serde_json::from_str(DIALECT.openapi).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let documented: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods
                    .filter(|key| *key != "parameters")
                    .map(|method| (method.to_uppercase(), path.clone()))
            })
            .collect();
        let served: BTreeSet<(String, String)> = DIALECT
            .routes
            .iter()
            .map(|route| (route.method.to_owned(), route.path.to_owned()))
            .collect();
        assert_eq!(documented, served);
    }
}
