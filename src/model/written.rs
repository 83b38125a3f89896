//! What the files say beyond what planning needs: which line sets an end, where a bundle lists an
//! area, which word of an assignment selects an organisation. For one organisation; data only.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::name::{AreaName, PortalName};
use super::source::Source;

/// One organisation's part of the files, with places.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The file that holds the organisation.
    pub file: Arc<str>,
    /// The keys above the organisation's own in that file.
    pub above: Vec<String>,
    /// How many portals the organisation has: with one, areas need no portal's name.
    pub portals: usize,
    /// Where its `areas` stands, the view from the area.
    pub area_view: Option<Source>,
    /// Its users, by canonical key.
    pub users: BTreeMap<String, WrittenUser>,
    /// What entries of lists of areas, or of users, say beside the name, by place.
    pub entries: BTreeMap<Source, Terms>,
    /// The project's bundles.
    pub bundles: BTreeMap<String, WrittenBundle>,
    /// The project's assignments, in order.
    pub assignments: Vec<WrittenAssignment>,
    /// `policy.require_admins`, by canonical key.
    pub required: BTreeMap<String, Source>,
    /// `policy.ignore`, as written.
    pub ignored: Vec<(String, Source)>,
}

/// Somebody whom `people` names.
#[derive(Clone, Debug)]
pub struct WrittenPerson {
    /// Canonical.
    pub key: String,
    /// The name.
    pub name: Arc<str>,
    /// Login ids, by portal or former.
    pub logins: Vec<String>,
}

/// A day, and where it is written.
pub type Dated = (Date, Source);

/// What stands beside a name.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// First day.
    pub from: Option<Dated>,
    /// Last day.
    pub until: Option<Dated>,
    /// The written reason.
    pub reason: Option<Arc<str>>,
}

/// One entry under `users`.
#[derive(Clone, Debug)]
pub struct WrittenUser {
    /// The key.
    pub at: Source,
    /// As written.
    pub key: String,
    /// Its days.
    pub terms: Terms,
    /// Where `portals` stands, and what it names.
    pub portals: Option<(Source, Vec<String>)>,
    /// Where `areas` stands.
    pub areas: Option<Source>,
    /// The bundles that it names.
    pub bundles: Vec<(String, Source)>,
}

/// One bundle.
#[derive(Clone, Debug)]
pub struct WrittenBundle {
    /// Its name.
    pub at: Source,
    /// What it lists, and where.
    pub areas: BTreeMap<(PortalName, AreaName), Source>,
}

/// One line under `assignments`.
#[derive(Clone, Debug)]
pub struct WrittenAssignment {
    /// Which, from 1.
    pub number: u32,
    /// Whom it names, by canonical key.
    pub users: BTreeMap<String, Source>,
    /// The word of its `organisations` that selects this organisation, if one does.
    pub selector: Option<(String, Source)>,
    /// Its bundles.
    pub bundles: Vec<(String, Source)>,
    /// Its own areas, and where each is listed.
    pub areas: BTreeMap<(PortalName, AreaName), Source>,
    /// Its days.
    pub terms: Terms,
}

impl WrittenAssignment {
    /// The bundle through which it brings an area, or none where it lists the area itself; and
    /// where it does either. Nothing where it does neither.
    #[must_use]
    pub fn brings<'w>(
        &'w self,
        what: &(PortalName, AreaName),
        bundles: &'w BTreeMap<String, WrittenBundle>,
    ) -> Option<(Option<&'w str>, &'w Source)> {
        let own = self.areas.get(what).map(|source| (None, source));
        own.or_else(|| {
            self.bundles.iter().find_map(|(name, _)| {
                let source = bundles.get(name)?.areas.get(what)?;
                Some((Some(name.as_str()), source))
            })
        })
    }
}

impl Written {
    /// Whether the files list an area of a portal anywhere that this organisation can see: in a
    /// bundle or in an assignment.
    #[must_use]
    pub fn names_area(&self, what: &(PortalName, AreaName)) -> bool {
        let in_bundles = self
            .bundles
            .values()
            .any(|bundle| bundle.areas.contains_key(what));
        in_bundles
            || self
                .assignments
                .iter()
                .any(|it| it.areas.contains_key(what))
    }

    /// The portals at which a bundle or an assignment lists an area.
    pub fn portals_with<'w>(
        &'w self,
        area: &'w AreaName,
    ) -> impl Iterator<Item = &'w PortalName> + 'w {
        let bundles = self.bundles.values().flat_map(|bundle| bundle.areas.keys());
        let assigned = self.assignments.iter().flat_map(|it| it.areas.keys());
        let all = bundles.chain(assigned);
        all.filter(move |(_, listed)| listed == area)
            .map(|(portal, _)| portal)
    }

    /// The assignment that a place in its `users` belongs to.
    #[must_use]
    pub fn assignment_at(&self, place: &Source) -> Option<&WrittenAssignment> {
        let mut all = self.assignments.iter();
        all.find(|assignment| assignment.users.values().any(|user| user == place))
    }
}
