//! What one operation of PATCH does to the attribute that its path leads to (RFC 7644, 3.5.2.1 to
//! 3.5.2.3). Reads no paths.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::filter::Filter;
use super::matching::{Scope, meets};
use super::names::Place;
use super::reading::{one_primary, single, value_of};
use super::refusal::{invalid_path, invalid_value, mutability, no_target};
use super::resources::Resource;
use super::schema::{Attribute, Mutability};
use crate::sandbox::problem::Problem;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Replace,
    Remove,
}

/// Where one operation leads.
pub(super) struct Target {
    /// The attribute's place.
    pub(super) place: Place,
    /// The attribute.
    pub(super) attribute: &'static Attribute,
    /// Which of its values; none for all.
    pub(super) filter: Option<Filter>,
    /// Its sub-attribute.
    pub(super) part: Option<&'static Attribute>,
}

impl Target {
    /// Carries one operation out.
    pub(super) fn write(
        &self,
        resource: &mut Resource,
        verb: Verb,
        value: Option<Value>,
    ) -> Result<(), Problem> {
        let name = self.attribute.name;
        if verb == Verb::Remove && self.attribute.required && self.part.is_none() {
            return Err(mutability(name, "cannot be taken away"));
        }
        let holder = match self.place.extension {
            None => &mut *resource,
            Some(schema) => {
                let entry = resource.entry(schema.id);
                let holder = entry.or_insert_with(|| Value::Object(Map::new()));
                holder
                    .as_object_mut()
                    .ok_or_else(|| invalid_path(schema.id))?
            }
        };
        let before = holder.get(name).cloned();
        let after = if self.attribute.many {
            let list = match before {
                Some(Value::Array(list)) => list,
                _ => Vec::new(),
            };
            let after = self.list(list, verb, value)?;
            one_primary(self.attribute, &after)?;
            (!after.is_empty()).then_some(Value::Array(after))
        } else {
            self.one(before, verb, value)?
        };
        match after {
            Some(value) => {
                holder.insert(name.to_owned(), value);
            }
            // Not `remove`, which would move the last attribute to its place.
            None => {
                holder.shift_remove(name);
            }
        }
        let emptied = holder.is_empty();
        if let Some(schema) = self.place.extension
            && emptied
        {
            resource.shift_remove(schema.id);
        }
        Ok(())
    }

    /// An attribute with one value.
    fn one(
        &self,
        before: Option<Value>,
        verb: Verb,
        value: Option<Value>,
    ) -> Result<Option<Value>, Problem> {
        if let Some(part) = self.part {
            let mut parts = match before {
                Some(Value::Object(parts)) => parts,
                _ => Map::new(),
            };
            set_part(&mut parts, part, verb, value)?;
            return Ok((!parts.is_empty()).then_some(Value::Object(parts)));
        }
        if verb == Verb::Remove {
            return Ok(None);
        }
        let value = value_of(self.attribute, needed(self.attribute, value)?)?;
        match (before, value) {
            // Sub-attributes that are not named stay as they are.
            (Some(Value::Object(mut parts)), Some(Value::Object(given))) => {
                parts.extend(given);
                Ok(Some(Value::Object(parts)))
            }
            (_, value) => Ok(value),
        }
    }

    /// An attribute with several values.
    fn list(
        &self,
        before: Vec<Value>,
        verb: Verb,
        value: Option<Value>,
    ) -> Result<Vec<Value>, Problem> {
        if self.filter.is_none() && self.part.is_none() {
            return self.whole_list(before, verb, value);
        }
        let scope = Scope::Parts(self.attribute.parts());
        let chosen = |entry: &Value| match (&self.filter, entry) {
            (Some(filter), Value::Object(entry)) => meets(filter, scope, entry),
            _ => self.filter.is_none(),
        };
        if verb == Verb::Remove && self.part.is_none() {
            return Ok(before.into_iter().filter(|entry| !chosen(entry)).collect());
        }
        if verb != Verb::Remove && !before.iter().any(chosen) {
            let name = self.attribute.name;
            return Err(no_target(format!(
                "no value of `{name}` is meant by that path"
            )));
        }
        let fixed = |part: &Attribute| part.mutability == Mutability::Immutable;
        if self.attribute.parts().iter().any(fixed) {
            let reason = "has values that never change; remove and add them";
            return Err(mutability(self.attribute.name, reason));
        }
        let mut changed = Vec::new();
        let mut after = Vec::new();
        for entry in before {
            if !chosen(&entry) {
                after.push(entry);
                continue;
            }
            let entry = self.entry(entry, verb, value.clone())?;
            changed.extend(entry.clone());
            after.extend(entry);
        }
        Ok(only_new_primary(after, &changed))
    }

    /// One chosen value of several.
    fn entry(
        &self,
        entry: Value,
        verb: Verb,
        value: Option<Value>,
    ) -> Result<Option<Value>, Problem> {
        let Value::Object(mut parts) = entry else {
            return Ok(Some(entry));
        };
        match self.part {
            Some(part) => set_part(&mut parts, part, verb, value)?,
            None => {
                let given = single(self.attribute, needed(self.attribute, value)?)?;
                let Some(Value::Object(given)) = given else {
                    return Ok(None);
                };
                if verb == Verb::Replace {
                    parts.clear();
                }
                parts.extend(given);
            }
        }
        Ok((!parts.is_empty()).then_some(Value::Object(parts)))
    }

    fn whole_list(
        &self,
        mut before: Vec<Value>,
        verb: Verb,
        value: Option<Value>,
    ) -> Result<Vec<Value>, Problem> {
        if verb == Verb::Remove && value.is_none() {
            return Ok(Vec::new());
        }
        // One value may come without a list around it.
        let value = match needed(self.attribute, value)? {
            list @ Value::Array(_) => list,
            one => Value::Array(vec![one]),
        };
        let given = match value_of(self.attribute, value)? {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        match verb {
            Verb::Replace => Ok(given),
            Verb::Remove => {
                let meant = |entry: &Value| given.iter().any(|given| same(entry, given));
                before.retain(|entry| !meant(entry));
                Ok(before)
            }
            Verb::Add => {
                let known = before.iter().map(|value| self.identity(value));
                let known: BTreeSet<String> = known.collect();
                let new: Vec<Value> = given
                    .into_iter()
                    .filter(|given| !known.contains(&self.identity(given)))
                    .collect();
                before.extend(new.iter().cloned());
                Ok(only_new_primary(before, &new))
            }
        }
    }

    /// What tells two values apart: the id alone where it says everything.
    fn identity(&self, value: &Value) -> String {
        let fixed = |part: &Attribute| part.mutability == Mutability::Immutable;
        let by_id = self.attribute.parts().iter().any(fixed);
        match value.get("value") {
            Some(Value::String(id)) if by_id => id.clone(),
            _ => value.to_string(),
        }
    }
}

fn needed(attribute: &Attribute, value: Option<Value>) -> Result<Value, Problem> {
    value.ok_or_else(|| invalid_value(attribute.name, "needs a value"))
}

fn set_part(
    parts: &mut Map<String, Value>,
    part: &Attribute,
    verb: Verb,
    value: Option<Value>,
) -> Result<(), Problem> {
    let value = match verb {
        Verb::Remove => None,
        Verb::Add | Verb::Replace => value_of(part, needed(part, value)?)?,
    };
    match value {
        Some(value) => {
            parts.insert(part.name.to_owned(), value);
        }
        None => {
            parts.shift_remove(part.name);
        }
    }
    Ok(())
}

/// Whether `given` means that value: by its `value`, else by all that it says.
fn same(entry: &Value, given: &Value) -> bool {
    match (entry.get("value"), given.get("value")) {
        (Some(entry), Some(given)) => entry == given,
        _ => entry == given,
    }
}

/// A new primary value takes the place of the one before (RFC 7644, 3.5.2).
fn only_new_primary(list: Vec<Value>, new: &[Value]) -> Vec<Value> {
    let yes = Some(&Value::Bool(true));
    if !new.iter().any(|value| value.get("primary") == yes) {
        return list;
    }
    list.into_iter()
        .map(|mut value| {
            if !new.contains(&value)
                && let Some(primary) = value.get_mut("primary")
            {
                *primary = Value::Bool(false);
            }
            value
        })
        .collect()
}
