//! What was sent, read by the table of attributes: names as they are written back, values of the
//! right shape, what only the directory writes left out. Knows no rows.

use serde_json::{Map, Value};

use super::names::{extension, find};
use super::refusal::{invalid_syntax, invalid_value};
use super::schema::{Attribute, COMMON, Data, Kind, Mutability};
use crate::sandbox::problem::{Problem, shortened};

/// Longest text that an attribute holds, in characters.
const LONGEST: usize = 1000;

/// A resource as it was sent, for creation or replacement.
pub(super) fn resource(
    kind: &'static Kind,
    body: Map<String, Value>,
) -> Result<Map<String, Value>, Problem> {
    expect_schema(&body, kind.schema.id)?;
    let mut read = Map::new();
    for (name, value) in body {
        if let Some(schema) = extension(kind, &name) {
            let parts = match value {
                Value::Null => continue,
                value => object(schema.id, value, schema.attributes)?,
            };
            if !parts.is_empty() {
                put(&mut read, schema.id, Value::Object(parts))?;
            }
            continue;
        }
        let attribute = find(kind.schema.attributes, &name)
            .or_else(|| find(COMMON, &name))
            .ok_or_else(|| unknown(&name))?;
        let kept = attribute.name != "schemas" && attribute.mutability != Mutability::ReadOnly;
        if kept && let Some(value) = value_of(attribute, value)? {
            put(&mut read, attribute.name, value)?;
        }
    }
    Ok(read)
}

/// Refuses a message that does not say that it is of that schema.
pub(super) fn expect_schema(body: &Map<String, Value>, urn: &str) -> Result<(), Problem> {
    let schemas = body
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("schemas"));
    let listed = schemas.and_then(|(_, value)| value.as_array());
    let mut listed = listed.into_iter().flatten().filter_map(Value::as_str);
    if listed.any(|id| id.eq_ignore_ascii_case(urn)) {
        Ok(())
    } else {
        Err(invalid_syntax(format!("`schemas` does not list `{urn}`")))
    }
}

/// The refusal of an attribute that the schema does not have.
pub(super) fn unknown(name: &str) -> Problem {
    let name = shortened(name);
    invalid_syntax(format!("`{name}` is not an attribute of this resource"))
}

/// The value of an attribute; none where it is null or empty, which is as if it were not there
/// (RFC 7643, 2.5).
pub(super) fn value_of(attribute: &Attribute, value: Value) -> Result<Option<Value>, Problem> {
    match (attribute.many, value) {
        (_, Value::Null) => Ok(None),
        (false, value) => single(attribute, value),
        (true, Value::Array(list)) => {
            let mut read = Vec::new();
            for value in list {
                let value = single(attribute, value)?;
                read.extend(value.filter(|value| !read.contains(value)));
            }
            one_primary(attribute, &read)?;
            Ok((!read.is_empty()).then_some(Value::Array(read)))
        }
        (true, _) => Err(invalid_value(attribute.name, "is a list")),
    }
}

/// One value of an attribute.
pub(super) fn single(attribute: &Attribute, value: Value) -> Result<Option<Value>, Problem> {
    let wrong = |reason| Err(invalid_value(attribute.name, reason));
    match (attribute.data, value) {
        (_, Value::Null) => Ok(None),
        (Data::Text | Data::Reference(_) | Data::Moment, Value::String(text)) => {
            text_of(attribute.name, text).map(Some)
        }
        (Data::Text | Data::Reference(_) | Data::Moment, _) => wrong("is a text"),
        (Data::Boolean, Value::Bool(value)) => Ok(Some(Value::Bool(value))),
        (Data::Boolean, _) => wrong("is true or false, without quotes"),
        (Data::Complex(parts), value) => {
            let parts = object(attribute.name, value, parts)?;
            if attribute.name == "members" && !parts.contains_key("value") {
                return wrong("has a `value`, the user's id, in each of its entries");
            }
            if attribute.name == "emails" {
                check_address(&parts)?;
            }
            Ok((!parts.is_empty()).then_some(Value::Object(parts)))
        }
    }
}

fn object(
    name: &str,
    value: Value,
    parts: &'static [Attribute],
) -> Result<Map<String, Value>, Problem> {
    let Value::Object(sent) = value else {
        return Err(invalid_value(name, "is an object"));
    };
    let mut read = Map::new();
    for (name, value) in sent {
        // Servers and clients write it along; the schema of members does not have it.
        if name == "display" && find(parts, "$ref").is_some() {
            continue;
        }
        let part = find(parts, &name).ok_or_else(|| unknown(&name))?;
        if part.mutability == Mutability::ReadOnly {
            continue;
        }
        if let Some(value) = value_of(part, value)? {
            put(&mut read, part.name, value)?;
        }
    }
    Ok(read)
}

fn put(read: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), Problem> {
    match read.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(invalid_syntax(format!("`{name}` is there twice"))),
    }
}

fn text_of(name: &str, text: String) -> Result<Value, Problem> {
    if text.chars().count() > LONGEST {
        let reason = format!("has at most {LONGEST} characters");
        return Err(invalid_value(name, &reason));
    }
    if text.contains(char::is_control) {
        let reason = "holds a character that cannot be seen";
        return Err(invalid_value(name, reason));
    }
    Ok(Value::String(text))
}

fn check_address(email: &Map<String, Value>) -> Result<(), Problem> {
    let Some(address) = email.get("value").and_then(Value::as_str) else {
        return Ok(());
    };
    let whole = address
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if whole && !address.contains(char::is_whitespace) {
        Ok(())
    } else {
        Err(invalid_value("emails.value", "is an email address"))
    }
}

/// Refuses a list in which two values are the primary one (RFC 7643, 2.4).
pub(super) fn one_primary(attribute: &Attribute, list: &[Value]) -> Result<(), Problem> {
    let primary = |value: &&Value| value.get("primary") == Some(&Value::Bool(true));
    if list.iter().filter(primary).count() > 1 {
        Err(invalid_value(attribute.name, "has two primary values"))
    } else {
        Ok(())
    }
}
