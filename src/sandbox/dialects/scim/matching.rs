//! Whether a resource meets a filter, and which of two comes first. A filter that compares what
//! cannot be compared is refused before any resource is looked at.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::filter::{Filter, Operator};
use super::names::{Place, find, resolve};
use super::refusal::invalid_filter;
use super::schema::{Attribute, Data, Kind};
use crate::model::name::canonical;
use crate::sandbox::problem::{Problem, shortened};

/// Whose attributes a filter names.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    /// Those of resources of a kind.
    Resource(&'static Kind),
    /// The sub-attributes of one attribute.
    Parts(&'static [Attribute]),
}

impl Scope {
    fn place(self, name: &str) -> Option<Place> {
        match self {
            Self::Resource(kind) => resolve(kind, name),
            Self::Parts(parts) => find(parts, name).map(|attribute| Place {
                extension: None,
                attribute: Some(attribute),
                part: None,
            }),
        }
    }

    /// What is compared when `name` is: a complex attribute is compared by its `value`.
    fn compared(self, name: &str) -> Option<(Place, &'static Attribute)> {
        let mut place = self.place(name)?;
        let attribute = place.attribute?;
        if place.part.is_none() {
            place.part = match attribute.data {
                Data::Complex(parts) => Some(find(parts, "value")?),
                _ => None,
            };
        }
        Some((place, place.part.unwrap_or(attribute)))
    }
}

/// Refuses a filter that names what none of the scopes has, or compares what cannot be compared.
pub(super) fn check(filter: &Filter, scopes: &[Scope]) -> Result<(), Problem> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => {
            parts.iter().try_for_each(|part| check(part, scopes))
        }
        Filter::Not(inner) => check(inner, scopes),
        Filter::Present(name) => {
            let known = scopes.iter().any(|scope| scope.place(name).is_some());
            if known { Ok(()) } else { Err(unknown(name)) }
        }
        Filter::Compare(name, operator, value) => {
            let mut found = scopes.iter().filter_map(|scope| scope.compared(name));
            let (_, attribute) = found.next().ok_or_else(|| unknown(name))?;
            comparable(attribute, *operator, value)
        }
        Filter::One(name, inner) => {
            let inside: Vec<Scope> = scopes
                .iter()
                .filter_map(|scope| scope.place(name)?.attribute)
                .filter(|attribute| attribute.many && !attribute.parts().is_empty())
                .map(|attribute| Scope::Parts(attribute.parts()))
                .collect();
            if inside.is_empty() {
                return Err(unknown(name));
            }
            check(inner, &inside)
        }
    }
}

fn unknown(name: &str) -> Problem {
    let name = shortened(name);
    invalid_filter(format!("`{name}` is not an attribute to be looked for"))
}

fn comparable(attribute: &Attribute, operator: Operator, value: &Value) -> Result<(), Problem> {
    use Operator::{Contains, EndsWith, Equal, NotEqual, StartsWith};
    let equality = matches!(operator, Equal | NotEqual);
    let fits = match (attribute.data, value) {
        (_, Value::Null) | (Data::Boolean, Value::Bool(_)) => equality,
        (Data::Text | Data::Reference(_), Value::String(_)) => true,
        (Data::Moment, Value::String(text)) => {
            !matches!(operator, Contains | StartsWith | EndsWith)
                && text.parse::<Timestamp>().is_ok()
        }
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        let value = shortened(&value.to_string());
        let name = attribute.name;
        let detail = format!("`{name}` cannot be compared with {value} in that way");
        Err(invalid_filter(detail))
    }
}

/// Whether the resource, or the value of an attribute, meets the filter.
pub(super) fn meets(filter: &Filter, scope: Scope, object: &Map<String, Value>) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| meets(part, scope, object)),
        Filter::Any(parts) => parts.iter().any(|part| meets(part, scope, object)),
        Filter::Not(inner) => !meets(inner, scope, object),
        Filter::Present(name) => scope
            .place(name)
            .is_some_and(|place| match place.attribute {
                Some(_) => !values(&place, object).is_empty(),
                None => place
                    .extension
                    .is_some_and(|extension| object.contains_key(extension.id)),
            }),
        Filter::Compare(name, operator, wanted) => {
            let Some((place, attribute)) = scope.compared(name) else {
                return false;
            };
            let found = values(&place, object);
            let equal = |wanted| {
                let mut found = found.iter();
                found.any(|value| holds(attribute, Operator::Equal, value, wanted))
            };
            match (operator, wanted) {
                (Operator::Equal, Value::Null) => found.is_empty(),
                (Operator::NotEqual, Value::Null) => !found.is_empty(),
                (Operator::NotEqual, wanted) => !equal(wanted),
                (operator, wanted) => {
                    let mut found = found.iter();
                    found.any(|value| holds(attribute, *operator, value, wanted))
                }
            }
        }
        Filter::One(name, inner) => {
            let place = scope.place(name);
            let Some((place, attribute)) = place.and_then(|place| Some((place, place.attribute?)))
            else {
                return false;
            };
            let inside = Scope::Parts(attribute.parts());
            let list = place.value(object).and_then(Value::as_array);
            let mut list = list.into_iter().flatten().filter_map(Value::as_object);
            list.any(|value| meets(inner, inside, value))
        }
    }
}

/// The values that a name leads to, lists taken apart.
fn values<'a>(place: &Place, object: &'a Map<String, Value>) -> Vec<&'a Value> {
    let whole = match place.value(object) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(list)) => list.iter().collect(),
        Some(single) => vec![single],
    };
    match place.part {
        None => whole,
        Some(part) => whole
            .into_iter()
            .filter_map(|value| value.get(part.name))
            .collect(),
    }
}

fn holds(attribute: &Attribute, operator: Operator, value: &Value, wanted: &Value) -> bool {
    let (Value::String(value), Value::String(wanted)) = (value, wanted) else {
        return operator == Operator::Equal && value == wanted;
    };
    if attribute.data == Data::Moment {
        let both = (value.parse::<Timestamp>(), wanted.parse::<Timestamp>());
        let (Ok(value), Ok(wanted)) = both else {
            return false;
        };
        return ordered(operator, value.cmp(&wanted));
    }
    let (value, wanted) = (folded(attribute, value), folded(attribute, wanted));
    match operator {
        Operator::Contains => value.contains(&wanted),
        Operator::StartsWith => value.starts_with(&wanted),
        Operator::EndsWith => value.ends_with(&wanted),
        operator => ordered(operator, value.cmp(&wanted)),
    }
}

fn ordered(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::NotEqual | Operator::Contains | Operator::StartsWith | Operator::EndsWith => {
            false
        }
    }
}

fn folded(attribute: &Attribute, text: &str) -> String {
    if attribute.case_exact {
        text.to_owned()
    } else {
        canonical(text)
    }
}

/// What a resource is sorted by: its primary or first value; those without one come last.
pub(super) fn sort_key(
    kind: &'static Kind,
    name: &str,
    resource: &Map<String, Value>,
) -> (bool, String) {
    let Some((place, attribute)) = Scope::Resource(kind).compared(name) else {
        return (true, String::new());
    };
    let mut resource = resource.clone();
    if let Some(list) = attribute_list(&place, &mut resource) {
        // The primary value speaks for all.
        list.sort_by_key(|value| value.get("primary") != Some(&Value::Bool(true)));
    }
    match values(&place, &resource).first() {
        Some(Value::String(text)) => (false, folded(attribute, text)),
        Some(other) => (false, other.to_string()),
        None => (true, String::new()),
    }
}

fn attribute_list<'a>(
    place: &Place,
    resource: &'a mut Map<String, Value>,
) -> Option<&'a mut Vec<Value>> {
    resource.get_mut(place.attribute?.name)?.as_array_mut()
}

/// Whether resources of any of these kinds can be sorted by that attribute.
pub(super) fn can_sort(kinds: &[&'static Kind], name: &str) -> bool {
    let mut kinds = kinds.iter();
    kinds.any(|kind| Scope::Resource(kind).compared(name).is_some())
}
