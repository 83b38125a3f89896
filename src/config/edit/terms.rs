//! An area on the command line, and what an item of a list says beside its name.

use jiff::civil::Date;

use super::change::{Change, ITEM_KEYS, Order};
use super::draft::below;
use super::layout::{Body, Path};
use super::school::{Owned, School, User, item_path};
use super::written::Value;
use crate::config::findings::Finding;
use crate::config::project::Project;
use crate::config::suggest::listed;

/// An area as it is asked for: with the portal where a user has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaAt {
    /// The portal's name in the project.
    pub portal: Option<String>,
    /// The area's name there.
    pub area: String,
}

/// What is said beside an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Why.
    pub reason: Option<String>,
}

impl AreaAt {
    /// As it was typed: [`super::prepare`] takes `PORTAL:AREA` apart.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self {
            portal: None,
            area: text.to_owned(),
        }
    }

    /// Takes `PORTAL:AREA` apart where what stands before the colon is a portal of the project.
    pub(super) fn split(&mut self, project: &Project) {
        if self.portal.is_none()
            && let Some((portal, area)) = self.area.split_once(':')
            && project.portals().contains_key(portal)
        {
            self.portal = Some(portal.to_owned());
            self.area = area.to_owned();
        }
    }
}

impl Terms {
    /// An item of a list of areas.
    pub(super) fn item(&self, area: &str) -> Value {
        if *self == Self::default() {
            return Value::text(area);
        }
        Value::Map(self.entries("area", area))
    }

    fn entries(&self, names: &str, name: &str) -> Vec<(String, Value)> {
        let Self {
            from,
            until,
            reason,
        } = self;
        let mut entries = vec![(names.to_owned(), Value::text(name))];
        entries.extend(from.map(|day| ("from".to_owned(), Value::text(day))));
        entries.extend(until.map(|day| ("until".to_owned(), Value::text(day))));
        entries.extend(
            reason
                .as_ref()
                .map(|why| ("reason".to_owned(), Value::text(why))),
        );
        entries
    }

    /// What brings an item that is there to these terms; nothing where it has them.
    pub(super) fn changes(&self, school: &School<'_>, owned: &Owned<'_>) -> Vec<Change> {
        let path = item_path(owned);
        if let Some(name) = owned.element.text() {
            if *self == Self::default() {
                return Vec::new();
            }
            let value = Value::Map(self.entries(owned.names, name));
            return vec![Change::Replace { at: path, value }];
        }
        let day = |day: Date| day.to_string();
        let wanted = [
            ("from", self.from.map(day)),
            ("until", self.until.map(day)),
            ("reason", self.reason.clone()),
        ];
        let wanted = wanted
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?)));
        wanted
            .filter_map(|(key, value)| {
                let there = school.get(owned.element, key);
                if there.and_then(|there| there.text()) == Some(&value) {
                    return None;
                }
                Some(set(&path, key, &value, there.is_some(), ITEM_KEYS))
            })
            .collect()
    }
}

/// A key of a mapping set to some text.
pub(super) fn set(
    map: &Path,
    key: &str,
    text: &str,
    is_there: bool,
    order: &'static [&'static str],
) -> Change {
    let value = Value::text(text);
    if is_there {
        return Change::Replace {
            at: below(map, key),
            value,
        };
    }
    Change::Insert {
        map: map.clone(),
        key: key.to_owned(),
        value,
        order: Order::Keys(order),
    }
}

/// The portal at which a user is to get an area.
pub(super) fn portal_of<'a>(
    school: &School<'a>,
    user: &User<'a>,
    wanted: &AreaAt,
) -> Result<&'a str, Finding> {
    let at = school.draft.span(user.key);
    let key = user.key.text().unwrap_or_default();
    if let Some(portal) = &wanted.portal {
        let mut own = user.portals.iter();
        return own
            .find(|own| **own == portal.as_str())
            .copied()
            .ok_or_else(|| {
                let message = format!("`{key}` has no account at `{portal}`");
                Finding::error("no-account", &at, message).help(format!(
                    "portals of this user: {}",
                    listed(&user.portals, "and")
                ))
            });
    }
    let with_areas = user.portals.iter().copied();
    let with_areas: Vec<&str> = with_areas
        .filter(|portal| school.has_areas(portal))
        .collect();
    match with_areas.as_slice() {
        [only] => Ok(*only),
        [] => {
            let message = format!("`{key}` has no account at a portal that has areas");
            Err(Finding::error("no-areas", &at, message))
        }
        [first, ..] => Err(several(&wanted.area, first, &with_areas, &at)),
    }
}

/// The finding where it is not said which of several portals is meant.
pub(super) fn several(
    area: &str,
    first: &str,
    portals: &[&str],
    at: &crate::model::diagnostic::Span,
) -> Finding {
    let message = format!(
        "`{area}` could be at {}: say at which",
        listed(portals, "or")
    );
    Finding::error("needs-portal", at, message).help(format!("write `{first}:{area}`"))
}

/// Puts items into a user's own areas, in the form that they have.
pub(super) fn give(
    school: &School<'_>,
    user: &User<'_>,
    items: Vec<(&str, Vec<Value>)>,
) -> Vec<Change> {
    let items: Vec<(&str, Vec<Value>)> = items
        .into_iter()
        .filter(|(_, items)| !items.is_empty())
        .collect();
    let areas = below(&user.path, "areas");
    let mut changes = Vec::new();
    let mut absent = Vec::new();
    for (portal, items) in items {
        match school.own_list(user, portal) {
            Some((list, _)) => changes.extend(items.into_iter().map(|value| Change::Add {
                list: list.clone(),
                value,
            })),
            None => absent.push((portal.to_owned(), Value::List(items))),
        }
    }
    if absent.is_empty() {
        return changes;
    }
    let has_map = school
        .get(user.entry, "areas")
        .is_some_and(|areas| matches!(areas.body, Body::Map { .. }));
    if has_map {
        changes.extend(absent.into_iter().map(|(key, value)| Change::Insert {
            map: areas.clone(),
            key,
            value,
            order: Order::Names,
        }));
        return changes;
    }
    changes.push(Change::Insert {
        map: user.path.clone(),
        key: "areas".to_owned(),
        value: areas_of(user.portals.len() == 1, absent),
        order: Order::Keys(super::change::USER_KEYS),
    });
    changes
}

/// A user's areas: a list where there is one portal, else by portal.
pub(super) fn areas_of(one_portal: bool, by_portal: Vec<(String, Value)>) -> Value {
    match by_portal.as_slice() {
        [(_, only)] if one_portal => only.clone(),
        _ => Value::Map(by_portal),
    }
}
