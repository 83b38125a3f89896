//! One organisation while it is edited: where it stands in its file, who is in it, and through
//! which doors somebody has an area.

use jiff::civil::Date;

use super::draft::{Draft, below, item};
use super::layout::{Body, Element, Layout, Path};
use crate::config::context::RulesByDriver;
use crate::config::findings::Finding;
use crate::config::fold::fold;
use crate::config::organisation::{Account, Door, GrantLine, Organisation, Text, Unit, ViewTerms};
use crate::config::project::Project;
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::name::canonical;
use crate::model::rules::{AdminSet, Rules};

/// One door through which somebody has an area.
pub(super) struct View<'a> {
    pub(super) window: Window,
    pub(super) door: Door,
    pub(super) span: &'a Span,
}

/// One organisation and its file.
#[derive(Clone, Copy)]
pub(super) struct School<'a> {
    pub(super) project: &'a Project,
    pub(super) organisation: &'a Organisation,
    pub(super) draft: &'a Draft,
    /// The project file.
    pub(super) top: &'a Layout,
    pub(super) rules: &'a RulesByDriver,
}

/// A user's own entry.
pub(super) struct User<'a> {
    pub(super) key: &'a Element,
    pub(super) entry: &'a Element,
    pub(super) path: Path,
    /// The key, canonical.
    pub(super) person: String,
    /// Its portals, in order of name.
    pub(super) portals: Vec<&'a str>,
}

/// An item that gives somebody an area, in the user's own list or in the organisation's `areas`.
pub(super) struct Owned<'a> {
    pub(super) list: Path,
    pub(super) at: usize,
    pub(super) element: &'a Element,
    /// The key under which the item names the area, or the user.
    pub(super) names: &'static str,
}

impl<'a> School<'a> {
    pub(super) fn id(&self) -> &'a str {
        self.organisation.id.as_str()
    }

    /// Where the organisation begins in its file.
    pub(super) fn base(&self) -> Path {
        // Inline, the file is the project's own.
        if self.draft.index.0 == 0 {
            below(&below(&[], "organisations"), self.id())
        } else {
            Path::new()
        }
    }

    /// What stands under a key of the organisation.
    pub(super) fn value(&self, key: &str) -> Option<&'a Element> {
        let layout = &self.draft.before;
        let found = layout.at(&below(&self.base(), key))?;
        Some(layout.resolve(found))
    }

    /// What stands under a key of a mapping.
    pub(super) fn get(&self, map: &'a Element, key: &str) -> Option<&'a Element> {
        let layout = &self.draft.before;
        layout
            .resolve(map)
            .get(key)
            .map(|found| layout.resolve(found))
    }

    /// The name of somebody who is listed under `people` in the project file.
    pub(super) fn person_name(&self, key: &str) -> Option<&'a str> {
        let people = self.top.resolve(self.top.root.get("people")?);
        let (_, person) = people.folded(key)?;
        let name = self.top.resolve(person).get("name")?;
        self.top.resolve(name).text()
    }

    /// The names of the organisation's portals.
    pub(super) fn portals(&self) -> Vec<&'a str> {
        let units = &self.organisation.units;
        units.iter().map(|unit| unit.portal.as_str()).collect()
    }

    pub(super) fn unit(&self, portal: &str) -> Option<&'a Unit> {
        let mut units = self.organisation.units.iter();
        units.find(|unit| unit.portal.as_str() == portal)
    }

    pub(super) fn rules(&self, portal: &str) -> Option<&'static Rules> {
        let settings = self.project.portals().get(portal)?;
        self.rules.get(settings.driver.as_str()).copied()
    }

    pub(super) fn has_areas(&self, portal: &str) -> bool {
        self.rules(portal).is_none_or(|rules| rules.has_areas.value)
    }

    pub(super) fn has_admins(&self, portal: &str) -> bool {
        self.rules(portal)
            .is_none_or(|rules| rules.admin.value != AdminSet::None)
    }

    /// A user's own entry, by a key that is the same person.
    pub(super) fn user(&self, key: &str) -> Option<User<'a>> {
        let (name, entry) = self.value("users")?.folded(key)?;
        let path = below(&below(&self.base(), "users"), name.text()?);
        let all = self.portals();
        let portals = match self.get(entry, "portals") {
            None => all,
            Some(named) => {
                let named: Vec<&str> = named.items().iter().filter_map(Element::text).collect();
                all.into_iter()
                    .filter(|portal| named.contains(portal))
                    .collect()
            }
        };
        Some(User {
            key: name,
            entry,
            path,
            person: fold(key).into_owned(),
            portals,
        })
    }

    fn text(&self, text: Text) -> &'a str {
        self.organisation.texts.get(text)
    }

    /// Somebody's account at a portal, from whatever door.
    pub(super) fn account(&self, unit: &'a Unit, person: &str) -> Option<(u32, &'a Account)> {
        (0..)
            .zip(&unit.accounts)
            .find(|(_, account)| self.text(account.person) == person)
    }

    /// Whether somebody has an account at any portal.
    pub(super) fn has(&self, person: &str) -> bool {
        let mut units = self.organisation.units.iter();
        units.any(|unit| self.account(unit, person).is_some())
    }

    /// The places of the assignments that name somebody, without repetitions.
    pub(super) fn assigned(&self, person: &str) -> Vec<Span> {
        let units = self.organisation.units.iter();
        let accounts = units.filter_map(|unit| self.account(unit, person));
        let mut spans: Vec<Span> = accounts
            .flat_map(|(_, account)| account.assigned().iter().cloned())
            .collect();
        spans.sort();
        spans.dedup();
        spans
    }

    /// Every door through which somebody has an area at a portal.
    pub(super) fn lines(&self, unit: &'a Unit, person: &str, area: &str) -> Vec<View<'a>> {
        let Some((account, _)) = self.account(unit, person) else {
            return Vec::new();
        };
        let named = |line: &&GrantLine| {
            let name = unit.areas.get(line.area as usize);
            line.account == account && name.is_some_and(|name| self.text(*name) == area)
        };
        let lines = unit.grants.iter().filter(named);
        let views = lines.filter_map(|line| {
            let ViewTerms {
                window,
                reason: _,
                door,
            } = unit.terms(line)?;
            Some(View {
                window: *window,
                door: *door,
                span: &line.span,
            })
        });
        views.collect()
    }

    /// The areas that somebody has at a portal, in order of name.
    pub(super) fn areas(&self, unit: &'a Unit, person: &str) -> Vec<&'a str> {
        let Some((account, _)) = self.account(unit, person) else {
            return Vec::new();
        };
        let lines = unit.grants.iter().filter(|line| line.account == account);
        let mut areas: Vec<&str> = lines
            .filter_map(|line| unit.areas.get(line.area as usize))
            .map(|name| self.text(*name))
            .collect();
        areas.sort_unstable();
        areas.dedup();
        areas
    }

    /// The list of a user's areas at a portal, where there is one.
    pub(super) fn own_list(&self, user: &User<'a>, portal: &str) -> Option<(Path, &'a Element)> {
        let path = below(&user.path, "areas");
        let areas = self.get(user.entry, "areas")?;
        match &areas.body {
            Body::List { .. } => (user.portals == [portal]).then_some((path, areas)),
            _ => Some((below(&path, portal), self.get(areas, portal)?)),
        }
    }

    /// The items that give somebody an area at a portal, which can be edited here.
    pub(super) fn owned(&self, person: &str, portal: &str, area: &str) -> Vec<Owned<'a>> {
        let mut found = Vec::new();
        if let Some(user) = self.user(person)
            && let Some((list, element)) = self.own_list(&user, portal)
        {
            self.find(list, element, "area", &|text| text == area, &mut found);
        }
        let is_person = |text: &str| *fold(text) == *person;
        if let Some((list, element)) = self.view_list(portal, area) {
            self.find(list, element, "user", &is_person, &mut found);
        }
        found
    }

    /// The users of an area at a portal, in the organisation's `areas`.
    fn view_list(&self, portal: &str, area: &str) -> Option<(Path, &'a Element)> {
        let path = below(&self.base(), "areas");
        let areas = self.value("areas")?;
        let by_area = self.get(areas, area);
        if let Some(list) = by_area.filter(|list| matches!(list.body, Body::List { .. })) {
            return (self.portals() == [portal]).then(|| (below(&path, area), list));
        }
        let list = self.get(self.get(areas, portal)?, area)?;
        Some((below(&below(&path, portal), area), list))
    }

    fn find(
        &self,
        list: Path,
        element: &'a Element,
        names: &'static str,
        wanted: &dyn Fn(&str) -> bool,
        found: &mut Vec<Owned<'a>>,
    ) {
        for (at, item) in element.items().iter().enumerate() {
            let item = self.draft.before.resolve(item);
            let name = item.text().or_else(|| self.get(item, names)?.text());
            if name.is_some_and(wanted) {
                found.push(Owned {
                    list: list.clone(),
                    at,
                    element: item,
                    names,
                });
            }
        }
    }

    /// The lists of administrators, by portal.
    pub(super) fn admins(&self) -> Vec<(&'a str, Path, &'a Element)> {
        let path = below(&self.base(), "admins");
        let Some(admins) = self.value("admins") else {
            return Vec::new();
        };
        if let Body::List { .. } = admins.body {
            let with = self.portals();
            let mut with = with.into_iter().filter(|portal| self.has_admins(portal));
            return with
                .next()
                .map(|portal| (portal, path, admins))
                .into_iter()
                .collect();
        }
        let entries = admins.entries().iter();
        entries
            .filter_map(|(portal, list)| {
                let portal = portal.text()?;
                let list = self.draft.before.resolve(list);
                Some((portal, below(&path, portal), list))
            })
            .collect()
    }

    /// The places in the lists of administrators that name somebody, by key or by login id.
    pub(super) fn admin_items(&self, person: &str) -> Vec<(&'a str, Path, usize, usize)> {
        let mut found = Vec::new();
        for (portal, path, list) in self.admins() {
            let account = self
                .unit(portal)
                .and_then(|unit| self.account(unit, person));
            let login = account.map(|(_, account)| canonical(self.text(account.login)));
            for (at, named) in list.items().iter().enumerate() {
                let named = self.draft.before.resolve(named).text().unwrap_or_default();
                let named = fold(named);
                if *named == *person || Some(&*named) == login.as_deref() {
                    found.push((portal, path.clone(), at, list.items().len()));
                }
            }
        }
        found
    }

    /// A day that an entry or item names.
    pub(super) fn day(&self, map: &'a Element, key: &str) -> Option<Date> {
        self.get(map, key)?.text()?.parse().ok()
    }

    /// Where something stands, as people say it.
    pub(super) fn place(&self, span: &Span) -> String {
        self.project.sources.place(span).to_string()
    }

    /// Where a node of this file stands, as people say it.
    pub(super) fn place_of(&self, element: &Element) -> String {
        let line = self.draft.before.line(element.start);
        format!("{}:{line}", self.draft.name)
    }

    /// The finding for somebody who has no entry of their own here.
    pub(super) fn no_entry(&self, address: &str) -> Finding {
        let person = fold(address);
        let id = self.id();
        if let Some(span) = self.assigned(&person).first() {
            let message = format!("`{address}` is at `{id}` through an assignment alone");
            return Finding::error("assigned", span, message).help(format!(
                "change the assignment, or give the person an entry: `beadle user add {address} --org {id}`"
            ));
        }
        let known = self.value("users").map_or(&[][..], Element::entries);
        let known = known.iter().filter_map(|(key, _)| key.text());
        let nearest = crate::model::nearest::nearest(address, known);
        let help = match nearest {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("`beadle user add {address} --org {id}` adds the person"),
        };
        let message = format!("`{address}` is no user of `{id}`");
        Finding::error("unknown-user", &self.organisation.id_span, message).help(help)
    }
}

/// The way to an item.
pub(super) fn item_path(owned: &Owned<'_>) -> Path {
    item(&owned.list, owned.at)
}
