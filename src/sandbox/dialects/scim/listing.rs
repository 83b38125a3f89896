//! Lists of resources (RFC 7644, 3.4.2): filter, order, page, and which attributes are sent. Reads
//! rows and writes none.

use serde_json::{Map, Value, json};

use super::filter::{Filter, parse};
use super::matching::{Scope, can_sort, check, meets, sort_key};
use super::names::{Place, resolve};
use super::reading::{expect_schema, unknown};
use super::refusal::{invalid_syntax, invalid_value};
use super::resources::{Resource, View};
use super::schema::{GROUPS, Kind, USERS};
use crate::sandbox::call::Call;
use crate::sandbox::paging::stated_total;
use crate::sandbox::problem::Problem;
use crate::sandbox::store::Stretch;

/// Most resources in a page.
pub(super) const MOST: i64 = 200;
/// Resources in a page when nobody asks for a number.
const USUAL: i64 = 100;

const SEARCH_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// Which attributes are sent.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    only: Vec<String>,
    without: Vec<String>,
}

/// What a list is asked for.
#[derive(Debug)]
pub(super) struct Question {
    filter: Option<Filter>,
    start: i64,
    count: i64,
    sort_by: Option<String>,
    descending: bool,
    wanted: Wanted,
}

impl Wanted {
    /// As the address says.
    pub(super) fn of_query(call: &Call<'_>) -> Result<Self, Problem> {
        let names = |parameter: &str| {
            let text = find(call, parameter).unwrap_or_default();
            let names = text.split(',').map(str::trim);
            names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        Self {
            only: names("attributes"),
            without: names("excludedAttributes"),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, Problem> {
        if self.only.is_empty() || self.without.is_empty() {
            Ok(self)
        } else {
            let detail = "`attributes` and `excludedAttributes` do not go together";
            Err(invalid_syntax(detail))
        }
    }

    /// The resource with those attributes alone. Names that lead nowhere are passed over.
    pub(super) fn of(&self, kind: &'static Kind, resource: Resource) -> Resource {
        let places = |names: &[String]| -> Vec<Place> {
            let names = names.iter();
            names.filter_map(|name| resolve(kind, name)).collect()
        };
        if !self.only.is_empty() {
            let mut chosen = Map::new();
            for name in ["schemas", "id"] {
                chosen.extend(
                    resource
                        .get(name)
                        .map(|value| (name.to_owned(), value.clone())),
                );
            }
            for place in places(&self.only) {
                include(&place, &resource, &mut chosen);
            }
            return chosen;
        }
        let mut rest = resource;
        for place in places(&self.without) {
            leave_out(&place, &mut rest);
        }
        rest
    }
}

fn include(place: &Place, resource: &Resource, chosen: &mut Resource) {
    let Some(attribute) = place.attribute else {
        if let Some((schema, value)) = place
            .extension
            .and_then(|schema| Some((schema, resource.get(schema.id)?)))
        {
            chosen.insert(schema.id.to_owned(), value.clone());
        }
        return;
    };
    let Some(value) = place.value(resource) else {
        return;
    };
    let holder = match place.extension {
        None => chosen,
        Some(schema) => {
            let entry = chosen.entry(schema.id);
            let entry = entry.or_insert_with(|| Value::Object(Map::new()));
            let Some(holder) = entry.as_object_mut() else {
                return;
            };
            holder
        }
    };
    let Some(part) = place.part else {
        holder.insert(attribute.name.to_owned(), value.clone());
        return;
    };
    let known = holder.shift_remove(attribute.name);
    let one = |value: &Value, known: Option<&Value>| {
        let mut parts = known
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        parts.extend(
            value
                .get(part.name)
                .map(|value| (part.name.to_owned(), value.clone())),
        );
        Value::Object(parts)
    };
    let kept = match value {
        Value::Array(list) => {
            let known = known.as_ref().and_then(Value::as_array);
            let known = |index| known.and_then(|list: &Vec<Value>| list.get(index));
            let list = list.iter().enumerate();
            list.map(|(index, value)| one(value, known(index)))
                .collect()
        }
        value => one(value, known.as_ref()),
    };
    holder.insert(attribute.name.to_owned(), kept);
}

fn leave_out(place: &Place, rest: &mut Resource) {
    let Some(attribute) = place.attribute else {
        if let Some(schema) = place.extension {
            rest.shift_remove(schema.id);
        }
        return;
    };
    if attribute.always {
        return;
    }
    let holder = match place.extension {
        None => Some(rest),
        Some(schema) => rest.get_mut(schema.id).and_then(Value::as_object_mut),
    };
    let Some(holder) = holder else {
        return;
    };
    let Some(part) = place.part else {
        holder.shift_remove(attribute.name);
        return;
    };
    let values: Vec<&mut Value> = match holder.get_mut(attribute.name) {
        Some(Value::Array(list)) => list.iter_mut().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    for parts in values.into_iter().filter_map(Value::as_object_mut) {
        parts.shift_remove(part.name);
    }
}

/// A query parameter, whatever the case of its name.
fn find<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a str> {
    let mut query = call.query.iter();
    let found = query.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

impl Question {
    /// As the address asks.
    pub(super) fn of_query(call: &Call<'_>) -> Result<Self, Problem> {
        let number = |name: &str, usual| match find(call, name) {
            None => Ok(usual),
            Some(text) => text.parse().map_err(|_| invalid_value(name, "is a number")),
        };
        Ok(Self {
            filter: find(call, "filter").map(parse).transpose()?,
            start: number("startIndex", 1)?,
            count: number("count", USUAL)?,
            sort_by: find(call, "sortBy").map(str::to_owned),
            descending: descending(find(call, "sortOrder").unwrap_or("ascending"))?,
            wanted: Wanted::of_query(call)?,
        })
    }

    /// As the body of a search asks (RFC 7644, 3.4.3).
    pub(super) fn of_body(body: Map<String, Value>) -> Result<Self, Problem> {
        expect_schema(&body, SEARCH_REQUEST)?;
        let mut question = Self {
            filter: None,
            start: 1,
            count: USUAL,
            sort_by: None,
            descending: false,
            wanted: Wanted::default(),
        };
        for (name, value) in body {
            if value.is_null() {
                continue;
            }
            let text = || {
                let text = value.as_str().map(str::to_owned);
                text.ok_or_else(|| invalid_value(&name, "is a text"))
            };
            let number = || {
                let number = value.as_i64();
                number.ok_or_else(|| invalid_value(&name, "is a whole number"))
            };
            let names = || {
                let list = value.as_array().into_iter().flatten();
                let list = list.filter_map(Value::as_str).map(str::to_owned);
                list.collect::<Vec<String>>()
            };
            match name.to_ascii_lowercase().as_str() {
                "schemas" => {}
                "filter" => question.filter = Some(parse(&text()?)?),
                "startindex" => question.start = number()?,
                "count" => question.count = number()?,
                "sortby" => question.sort_by = Some(text()?),
                "sortorder" => question.descending = descending(&text()?)?,
                "attributes" => question.wanted.only = names(),
                "excludedattributes" => question.wanted.without = names(),
                _ => return Err(unknown(&name)),
            }
        }
        question.wanted = question.wanted.checked()?;
        Ok(question)
    }
}

fn descending(order: &str) -> Result<bool, Problem> {
    if order.eq_ignore_ascii_case("descending") {
        Ok(true)
    } else if order.eq_ignore_ascii_case("ascending") {
        Ok(false)
    } else {
        let reason = "is `ascending` or `descending`";
        Err(invalid_value("sortOrder", reason))
    }
}

/// The page of resources of these kinds that was asked for.
pub(super) fn answer(
    call: &Call<'_>,
    view: &View<'_>,
    kinds: &[&'static Kind],
    question: &Question,
) -> Result<Value, Problem> {
    let scopes: Vec<Scope> = kinds.iter().map(|kind| Scope::Resource(kind)).collect();
    if let Some(filter) = &question.filter {
        check(filter, &scopes)?;
    }
    if let Some(name) = &question.sort_by
        && !can_sort(kinds, name)
    {
        return Err(invalid_value("sortBy", "is no attribute to sort by"));
    }
    let start = question.start.max(1);
    let count = question.count.clamp(0, MOST);
    let offset = match call.twists {
        twists if start > 1 && twists.duplicate => 0,
        twists if start > 1 => (start - 1).saturating_add(twists.shift).max(0),
        _ => 0,
    };
    let stretch = Stretch {
        offset,
        limit: count,
        hidden: view.hidden.clone(),
    };
    let whole = question.filter.is_none() && question.sort_by.is_none();
    let (total, found) = match kinds {
        [kind] if whole => stretch_of(view, kind, &stretch)?,
        kinds => chosen(view, kinds, question, &stretch)?,
    };
    let resources: Vec<Value> = found
        .into_iter()
        .map(|(kind, resource)| Value::Object(question.wanted.of(kind, resource)))
        .collect();
    Ok(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": stated_total(call, total),
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    }))
}

/// How many there are, and the page of them.
type Found = (i64, Vec<(&'static Kind, Resource)>);

/// A page of one kind as it stands.
fn stretch_of(view: &View<'_>, kind: &'static Kind, stretch: &Stretch) -> Result<Found, Problem> {
    let rows = view.rows;
    if kind.name == USERS.name {
        let users = rows.accounts("", stretch)?;
        let users = users.iter().map(|account| Ok((kind, view.user(account)?)));
        let total = rows.accounts_count("", &stretch.hidden)?;
        Ok((total, users.collect::<Result<_, Problem>>()?))
    } else {
        let groups = rows.areas(stretch)?;
        let groups = groups.iter().map(|area| Ok((kind, view.group(area)?)));
        let total = rows.areas_count()?;
        Ok((total, groups.collect::<Result<_, Problem>>()?))
    }
}

/// A page of those that meet the filter, in order.
fn chosen(
    view: &View<'_>,
    kinds: &[&'static Kind],
    question: &Question,
    stretch: &Stretch,
) -> Result<Found, Problem> {
    let every = Stretch {
        hidden: stretch.hidden.clone(),
        ..Stretch::all()
    };
    let mut found = Vec::new();
    for kind in [&USERS, &GROUPS] {
        if kinds.iter().any(|wanted| wanted.name == kind.name) {
            found.extend(stretch_of(view, kind, &every)?.1);
        }
    }
    if let Some(filter) = &question.filter {
        found.retain(|(kind, resource)| meets(filter, Scope::Resource(kind), resource));
    }
    if let Some(name) = &question.sort_by {
        found.sort_by_cached_key(|(kind, resource)| sort_key(kind, name, resource));
        if question.descending {
            found.reverse();
        }
    }
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let page = found
        .into_iter()
        .skip(usize::try_from(stretch.offset).unwrap_or(usize::MAX))
        .take(usize::try_from(stretch.limit).unwrap_or_default());
    Ok((total, page.collect()))
}
