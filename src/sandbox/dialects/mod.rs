//! The dialects: one portal's HTTP each. A new one is a folder and a line in [`REGISTRY`].

mod hampshire;
mod hfl;
mod hwb;
mod ofs;
mod scim;

/// For fuzzing: what the directory reads is a language of its own.
pub(super) use scim::fuzzing;

use std::sync::LazyLock;

use axum::http::StatusCode;
use jiff::civil::Date;

use crate::model::snapshot::Snapshot;

use super::call::{Answer, Route};
use super::pages::{Page, Visit};
use super::problem::{Problem, shortened};

/// Every dialect.
pub(crate) static REGISTRY: &[&Dialect] = &[
    &hampshire::DIALECT,
    &hfl::DIALECT,
    &hwb::DIALECT,
    &ofs::DIALECT,
    &scim::DIALECT,
];

/// Their names, in the registry's order.
pub(crate) static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| REGISTRY.iter().map(|dialect| dialect.name).collect());

/// One portal's HTTP and rules.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// The driver that speaks to it.
    pub(crate) name: &'static str,
    /// The portal's name in prose.
    pub(crate) title: &'static str,
    /// What is served, below the portal's address.
    pub(crate) routes: &'static [Route],
    /// The varying segments that name an organisation.
    pub(crate) organisation_parameters: &'static [&'static str],
    /// The code of the refusal of an organisation that is not there.
    pub(crate) unknown_organisation: &'static str,
    /// The code of the refusal of one that the token does not open.
    pub(crate) other_organisation: &'static str,
    /// The OpenAPI document, as JSON.
    pub(crate) openapi: &'static str,
    /// The templates of its pages, by name.
    pub(crate) templates: &'static [(&'static str, &'static str)],
    /// Its pages for one organisation.
    pub(crate) page: fn(&Visit<'_>) -> Result<Page, Problem>,
    /// What it holds when nobody seeds it; the day is the sandbox's first.
    pub(crate) example: fn(Date) -> Snapshot,
    /// Refuses, in a sentence, a seed that this portal could not hold; else answers with it as
    /// this portal holds it.
    pub(crate) accept: fn(Snapshot) -> Result<Snapshot, String>,
}

impl Dialect {
    /// The dialect of that driver.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        REGISTRY
            .iter()
            .copied()
            .find(|dialect| dialect.name == name)
    }

    /// A refusal in this portal's words: problem+json, unless its own standard has others.
    pub(crate) fn refuse(&self, problem: &Problem) -> Answer {
        if self.name == scim::DIALECT.name {
            scim::refusal(problem)
        } else {
            problem.answer()
        }
    }

    /// What a project file says after the portal's address, where the driver has no routes of its
    /// own for organisations: there they have an address each.
    pub(crate) fn below(&self) -> &'static str {
        if self.name == scim::DIALECT.name {
            scim::BELOW
        } else {
            ""
        }
    }

    /// Whether callers without a token are heard there: where tokens are given.
    pub(crate) fn is_open(&self, route: &Route) -> bool {
        self.name == scim::DIALECT.name && scim::OPEN.contains(&route.path)
    }

    /// Whether a POST there writes nothing, so that a token that only reads will do.
    pub(crate) fn only_reads(&self, route: &Route) -> bool {
        self.name == scim::DIALECT.name && scim::READS.contains(&route.path)
    }

    /// The refusal of an organisation that the token does not open.
    pub(crate) fn refuse_organisation(&self, id: &str) -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            self.other_organisation,
            "This token opens another organisation",
            format!("it does not open `{}`", shortened(id)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::REGISTRY;
    use std::collections::BTreeSet;

    #[test]
    fn each_document_has_every_route_and_no_other() {
        for dialect in REGISTRY {
            let document: serde_json::Value = serde_json::from_str(dialect.openapi).unwrap();
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
            let served: BTreeSet<(String, String)> = dialect
                .routes
                .iter()
                .map(|route| (route.method.to_owned(), route.path.to_owned()))
                .collect();
            assert_eq!(documented, served, "{}", dialect.name);
        }
    }
}
