//! PATCH (RFC 7644, 3.5.2): operations carried out on a resource's attributes, one after the other.
//! Writes no rows; whoever calls writes the outcome, or nothing where an operation is refused.

use serde_json::{Map, Value};

use super::filter::{PatchPath, parse_path};
use super::matching::{Scope, check};
use super::names::{extension, find, resolve};
use super::reading::{expect_schema, unknown};
use super::refusal::{invalid_path, invalid_syntax, invalid_value, mutability, no_target};
use super::resources::Resource;
use super::schema::{Kind, Mutability};
use super::target::{Target, Verb};
use crate::sandbox::problem::Problem;

const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Carries out every operation of the message.
pub(super) fn apply(
    kind: &'static Kind,
    resource: &mut Resource,
    mut body: Map<String, Value>,
) -> Result<(), Problem> {
    expect_schema(&body, PATCH_OP)?;
    let Some(Value::Array(operations)) = body.remove("Operations") else {
        return Err(invalid_syntax("`Operations` is a list"));
    };
    if operations.is_empty() {
        return Err(invalid_syntax("`Operations` is empty"));
    }
    for operation in operations {
        operate(kind, resource, operation)?;
    }
    Ok(())
}

fn operate(kind: &'static Kind, resource: &mut Resource, operation: Value) -> Result<(), Problem> {
    let Value::Object(mut operation) = operation else {
        return Err(invalid_syntax("an operation is an object"));
    };
    let verb = match operation.remove("op") {
        Some(Value::String(verb)) if verb == "add" => Verb::Add,
        Some(Value::String(verb)) if verb == "replace" => Verb::Replace,
        Some(Value::String(verb)) if verb == "remove" => Verb::Remove,
        _ => return Err(invalid_syntax("`op` is `add`, `replace` or `remove`")),
    };
    let path = match operation.remove("path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path),
        Some(_) => return Err(invalid_syntax("`path` is a text")),
    };
    let value = operation.remove("value").filter(|value| !value.is_null());
    if let Some(name) = operation.keys().next() {
        return Err(unknown(name));
    }
    match (path, value) {
        (Some(path), value) => at_path(kind, resource, verb, &path, value),
        (None, _) if verb == Verb::Remove => Err(no_target("`remove` needs a `path`")),
        (None, Some(Value::Object(values))) => {
            for (name, value) in values {
                if !name.eq_ignore_ascii_case("schemas") {
                    at_path(kind, resource, verb, &name, Some(value))?;
                }
            }
            Ok(())
        }
        (None, _) => Err(invalid_value(
            "value",
            "is an object where no path is given",
        )),
    }
}

fn at_path(
    kind: &'static Kind,
    resource: &mut Resource,
    verb: Verb,
    path: &str,
    value: Option<Value>,
) -> Result<(), Problem> {
    let PatchPath {
        attribute,
        filter,
        part,
    } = parse_path(path).map_err(|problem| match path.contains('[') {
        true => problem,
        false => invalid_path(path),
    })?;
    let place = resolve(kind, &attribute).ok_or_else(|| invalid_path(path))?;
    let Some(attribute) = place.attribute else {
        return in_extension(kind, resource, verb, path, value);
    };
    let part = match (place.part, part) {
        (None, Some(name)) => {
            Some(find(attribute.parts(), &name).ok_or_else(|| invalid_path(path))?)
        }
        (part, None) => part,
        (Some(_), Some(_)) => return Err(invalid_path(path)),
    };
    for touched in [Some(attribute), part].into_iter().flatten() {
        if touched.mutability == Mutability::ReadOnly || touched.name == "schemas" {
            return Err(mutability(touched.name, "is written by the directory"));
        }
    }
    if part.is_some_and(|part| part.mutability == Mutability::Immutable) {
        return Err(mutability(
            path,
            "never changes; remove the value and add another",
        ));
    }
    if let Some(filter) = &filter {
        if !attribute.many || attribute.parts().is_empty() {
            return Err(invalid_path(path));
        }
        check(filter, &[Scope::Parts(attribute.parts())])?;
    }
    let target = Target {
        place,
        attribute,
        filter,
        part,
    };
    target.write(resource, verb, value)
}

/// An operation on a whole extension.
fn in_extension(
    kind: &'static Kind,
    resource: &mut Resource,
    verb: Verb,
    path: &str,
    value: Option<Value>,
) -> Result<(), Problem> {
    let schema = extension(kind, path).ok_or_else(|| invalid_path(path))?;
    match (verb, value) {
        (Verb::Remove, _) => {
            resource.shift_remove(schema.id);
            Ok(())
        }
        (_, Some(Value::Object(values))) => {
            for (name, value) in values {
                if !name.eq_ignore_ascii_case("schemas") {
                    let path = format!("{}:{name}", schema.id);
                    at_path(kind, resource, verb, &path, Some(value))?;
                }
            }
            Ok(())
        }
        _ => Err(invalid_value(path, "is an object")),
    }
}
