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
