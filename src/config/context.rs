//! The project file as every organisation needs it: portals with their rules, bundles, people,
//! assignments and policy, each under the name by which it is asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use globset::GlobMatcher;

use super::documents::{
    Areas, AssignmentDocument, PersonDocument, PortalDocument, ProjectDocument,
};
use super::fold::{Hashes, fold};
use super::policy::Policies;
use super::spanned::{ListOr, Spanned};
use crate::model::day::Window;
use crate::model::name::AreaName;
use crate::model::pattern::glob;
use crate::model::rules::Rules;

/// Rules tables by driver.
pub(super) type RulesByDriver = BTreeMap<&'static str, &'static Rules>;

/// One portal of the project.
pub(super) struct PortalView<'p> {
    pub(super) key: &'p Spanned<&'p str>,
    pub(super) document: &'p PortalDocument<'p>,
    /// None where the driver is unknown, which is found elsewhere.
    pub(super) rules: Option<&'static Rules>,
}

/// One bundle of the project.
pub(super) struct BundleView<'p> {
    pub(super) name: Arc<str>,
    /// What it gives, by portal.
    pub(super) areas: BTreeMap<&'p str, Vec<AreaName>>,
}

/// One assignment of the project.
pub(super) struct AssignmentView<'p> {
    pub(super) document: &'p AssignmentDocument<'p>,
    selectors: Vec<Selector<'p>>,
    pub(super) window: Window,
}

enum Selector<'p> {
    Tag(&'p str),
    Glob(GlobMatcher),
}

/// One person of the project.
pub(super) struct PersonView<'p> {
    pub(super) key: &'p Spanned<&'p str>,
    pub(super) document: &'p PersonDocument<'p>,
}

/// All of it.
pub(super) struct Context<'p> {
    pub(super) document: &'p ProjectDocument<'p>,
    pub(super) drivers: &'p RulesByDriver,
    pub(super) portals: BTreeMap<&'p str, PortalView<'p>>,
    pub(super) bundles: Vec<BundleView<'p>>,
    bundle_index: HashMap<&'p str, usize, Hashes>,
    pub(super) people: HashMap<Cow<'p, str>, PersonView<'p>, Hashes>,
    pub(super) assignments: Vec<AssignmentView<'p>>,
    pub(super) policies: Policies,
}

impl<'p> Context<'p> {
    pub(super) fn new(document: &'p ProjectDocument<'p>, drivers: &'p RulesByDriver) -> Self {
        let portals: BTreeMap<_, _> = document
            .portals
            .iter()
            .map(|(key, portal)| {
                let rules = drivers.get(portal.driver.value).copied();
                let view = PortalView {
                    key,
                    document: portal,
                    rules,
                };
                (key.value, view)
            })
            .collect();
        let all: Vec<&str> = portals.keys().copied().collect();
        let bundles: Vec<_> = document
            .bundles
            .iter()
            .flat_map(super::spanned::Entries::iter)
            .map(|(name, document)| bundle(name.value, document, &all))
            .collect();
        let bundle_index = document
            .bundles
            .iter()
            .flat_map(super::spanned::Entries::iter)
            .enumerate()
            .map(|(index, (name, _))| (name.value, index))
            .collect();
        let people = document
            .people
            .iter()
            .flat_map(super::spanned::Entries::iter)
            .map(|(key, document)| (fold(key.value), PersonView { key, document }))
            .collect();
        let assignments = document
            .assignments
            .iter()
            .flatten()
            .map(|assignment| view_of(&assignment.value))
            .collect();
        Self {
            document,
            drivers,
            portals,
            bundles,
            bundle_index,
            people,
            assignments,
            policies: Policies::new(document.policy.as_ref()),
        }
    }

    /// The bundle of that name, and its place among them.
    pub(super) fn bundle(&self, name: &str) -> Option<(usize, &BundleView<'p>)> {
        let index = *self.bundle_index.get(name)?;
        self.bundles.get(index).map(|bundle| (index, bundle))
    }

    /// The names of all portals.
    pub(super) fn portal_names(&self) -> impl Iterator<Item = &'p str> + Clone {
        self.portals.keys().copied()
    }

    /// The names of all bundles.
    pub(super) fn bundle_names(&self) -> impl Iterator<Item = &'p str> + Clone {
        self.document
            .bundles
            .iter()
            .flat_map(super::spanned::Entries::keys)
    }

    /// The rules of a portal.
    pub(super) fn rules(&self, portal: &str) -> Option<&'static Rules> {
        self.portals.get(portal).and_then(|portal| portal.rules)
    }
}

fn bundle<'p>(name: &str, document: &'p Areas<'p>, portals: &[&'p str]) -> BundleView<'p> {
    let mut areas: BTreeMap<&str, Vec<AreaName>> = BTreeMap::new();
    for (portal, entries) in super::grants::by_portal(document, portals) {
        let names = entries
            .iter()
            .map(|entry| AreaName::new(entry.value.area()));
        areas.entry(portal).or_default().extend(names);
    }
    BundleView {
        name: name.into(),
        areas,
    }
}

fn view_of<'p>(document: &'p AssignmentDocument<'p>) -> AssignmentView<'p> {
    let selectors = document
        .organisations
        .iter()
        .filter_map(|selector| {
            let text = selector.value.0;
            match text.strip_prefix("tag:") {
                Some(tag) => Some(Selector::Tag(tag)),
                None => glob(text, false).ok().map(Selector::Glob),
            }
        })
        .collect();
    AssignmentView {
        document,
        selectors,
        window: super::grants::window(document.from.as_ref(), document.until.as_ref()),
    }
}

impl AssignmentView<'_> {
    /// Whether it selects an organisation.
    pub(super) fn selects(&self, id: &str, tags: &[&str]) -> bool {
        self.selectors.iter().any(|selector| match selector {
            Selector::Tag(tag) => tags.contains(tag),
            Selector::Glob(glob) => glob.is_match(id),
        })
    }

    /// The portals that it touches, of those that an organisation has: those that it names, else
    /// those of its areas, bundles and admin, else all.
    pub(super) fn touches(
        &self,
        context: &Context<'_>,
        portal: &str,
        rules: Option<&Rules>,
    ) -> bool {
        let document = self.document;
        if let Some(portals) = &document.portals {
            return portals.iter().any(|named| named.value == portal);
        }
        let admin = self.administers(portal, rules);
        let all: Vec<&str> = context.portal_names().collect();
        let by_area = document
            .areas
            .as_ref()
            .is_some_and(|areas| match &areas.value {
                ListOr::List(_) => all.len() == 1,
                ListOr::Map(map) => map.get(portal).is_some(),
            });
        let by_bundle = document.bundles.iter().flatten().any(|name| {
            context
                .bundle(name.value)
                .is_some_and(|(_, bundle)| bundle.areas.contains_key(portal))
        });
        let nothing_named =
            document.areas.is_none() && document.bundles.is_none() && document.admin.is_none();
        admin || by_area || by_bundle || nothing_named
    }

    /// Whether it makes administrators on a portal.
    pub(super) fn administers(&self, portal: &str, rules: Option<&Rules>) -> bool {
        use super::documents::AdminChoice;
        use crate::model::rules::AdminSet;
        match self.document.admin.as_ref().map(|admin| &admin.value) {
            Some(AdminChoice::Every(every)) => {
                *every && rules.is_some_and(|rules| rules.admin.value != AdminSet::None)
            }
            Some(AdminChoice::Portals(portals)) => {
                portals.iter().any(|named| named.value == portal)
            }
            None => false,
        }
    }
}
