//! Changing one user: in the form that the RFC asks for, in the other forms where servers do not
//! understand it, and each time until reading shows it.

use serde_json::{Map, Value, json};

use super::Scim;
use super::api::{Kind, Operation, Target};
use super::convert::{self, Field, parts};
use super::profile::Profile;
use super::resource::Resource;
use super::tenant::Tenant;
use super::write::{moved, not_understood, unclear};
use crate::model::name::PortalId;
use crate::model::plan::Change;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::CallFailure;

/// Most times that one form is sent after answers that leave it open whether it was carried out,
/// or whose version tag somebody else had moved.
const UNCLEAR: u32 = 4;

/// The forms of a change, in the order in which they are tried. PUT comes only where every PATCH
/// was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// One operation for each attribute, with its path.
    Paths,
    /// The same, but a name only by its parts: some servers make the whole of them.
    NameParts,
    /// One operation without a path, with all attributes in its value.
    Object,
    /// PUT of the whole live copy.
    Whole,
}

const FORMS: [Form; 4] = [Form::Paths, Form::NameParts, Form::Object, Form::Whole];

/// How far a change has come.
struct Course {
    /// At least one call was answered with a yes.
    accepted: bool,
    /// At least one call was sent that may have changed something.
    sent: bool,
    /// A form failed for good, so that PATCH was not merely refused.
    failed: bool,
    failure: Option<CallFailure>,
}

impl Scim {
    /// Writes what of `changes` is not live yet, and reads it back.
    pub(super) async fn change(
        &self,
        tenant: &Tenant,
        id: &PortalId,
        changes: &[Change],
    ) -> Result<(), CallFailure> {
        let profile = self.profile(tenant).await?;
        let first = tenant.learned().change;
        let mut course = Course {
            accepted: false,
            sent: false,
            failed: false,
            failure: None,
        };
        for place in order(profile, first) {
            let Some(form) = FORMS.get(place).copied() else {
                continue;
            };
            if form == Form::Whole && (course.accepted || course.failed) {
                continue;
            }
            if self.in_form(tenant, id, changes, form, &mut course).await? {
                if course.failure.is_some() || place != first {
                    tenant.learned().change = place;
                }
                return Ok(());
            }
        }
        let (user, _) = self.user(tenant, id).await?;
        let left = self.left(tenant, id, changes, &user, false)?;
        if left.is_empty() {
            return Ok(());
        }
        match course.failure {
            Some(failure) if !course.accepted => Err(failure),
            _ => {
                let what: Vec<&str> = left.iter().map(Field::title).collect();
                let what = format!("not as written: {}", what.join(", "));
                let call = self.user_call("PATCH", tenant, id);
                Err(CallFailure::new(call, PortalErrorKind::NotShown(what)))
            }
        }
    }

    /// Tries one form; true when reading shows everything.
    async fn in_form(
        &self,
        tenant: &Tenant,
        id: &PortalId,
        changes: &[Change],
        form: Form,
        course: &mut Course,
    ) -> Result<bool, CallFailure> {
        let profile = self.profile(tenant).await?;
        let mut unclear_answers = 0;
        let mut tagged = profile.etag;
        let mut yes = false;
        loop {
            let (user, tag) = self.user(tenant, id).await?;
            let left = self.left(tenant, id, changes, &user, !course.sent)?;
            if left.is_empty() {
                return Ok(true);
            }
            if yes {
                return Ok(false);
            }
            let target = Target {
                place: &tenant.place,
                kind: Kind::Users,
                id: id.as_str(),
                tag: tag.filter(|_| tagged),
            };
            let answer = match form {
                Form::Whole => self.api.put(target, &whole(&user, &left)).await,
                _ => match operations(form, &left, &user, profile) {
                    Some(operations) => self.api.patch(target, true, &operations).await,
                    None => return Ok(false),
                },
            };
            // A tag that somebody has moved says for certain that nothing was written by this call:
            // what they wrote is not to be written over.
            let refused = matches!(&answer, Err(failure) if moved(&failure.kind));
            course.sent |= !refused;
            match answer {
                Ok(()) => {
                    yes = true;
                    course.accepted = true;
                }
                Err(failure) => {
                    let most = if course.failed { 0 } else { UNCLEAR };
                    let (kind, again) = (failure.kind.clone(), unclear_answers < most);
                    tagged |= moved(&kind);
                    if (moved(&kind) || unclear(&kind)) && again {
                        unclear_answers += 1;
                        self.pause(unclear_answers).await;
                    } else if not_understood(&kind) || unclear(&kind) {
                        course.failed |= unclear(&kind);
                        course.failure = Some(failure);
                        return Ok(false);
                    } else {
                        return Err(failure);
                    }
                }
            }
        }
    }

    async fn user(
        &self,
        tenant: &Tenant,
        id: &PortalId,
    ) -> Result<(Resource, Option<crate::portal::http::Tag>), CallFailure> {
        self.api.one(&tenant.place, Kind::Users, id.as_str()).await
    }

    fn left(
        &self,
        tenant: &Tenant,
        id: &PortalId,
        changes: &[Change],
        user: &Resource,
        untouched: bool,
    ) -> Result<Vec<Field>, CallFailure> {
        convert::left(changes, user, untouched)
            .map_err(|kind| CallFailure::new(self.user_call("PATCH", tenant, id), kind))
    }

    fn user_call(&self, method: &str, tenant: &Tenant, id: &PortalId) -> String {
        let id = Some(id.as_str());
        self.api.call(method, &tenant.place, Kind::Users, id)
    }
}

/// The places of the forms, the one that worked last time first, PUT last; where the server has no
/// PATCH, PUT first.
fn order(profile: &Profile, first: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..FORMS.len()).collect();
    if !profile.patch {
        places.rotate_right(1);
    } else if let Some(at) = places.iter().position(|place| *place == first) {
        places.remove(at);
        places.insert(0, first);
    }
    places
}

/// The operations of a form; none where it differs in nothing from an earlier one.
fn operations(
    form: Form,
    left: &[Field],
    user: &Resource,
    profile: &Profile,
) -> Option<Vec<Operation>> {
    let mut values: Vec<(&'static str, Value)> = Vec::new();
    let mut named = false;
    for field in left {
        match field {
            Field::Name(name) => {
                named = true;
                values.extend(names(name, user, profile, form == Form::NameParts));
            }
            Field::Email(address) => values.push(("emails", user.emails_with(address))),
            Field::Login(login) => values.push(("userName", Value::from(&**login))),
            Field::Active(active) => values.push(("active", Value::from(*active))),
        }
    }
    match form {
        Form::Paths => {}
        Form::NameParts if named => {}
        Form::Object => {
            return Some(vec![Operation {
                op: "replace",
                path: None,
                value: Some(object(values)),
            }]);
        }
        Form::NameParts | Form::Whole => return None,
    }
    let operation = |(path, value): (&'static str, Value)| Operation {
        op: "replace",
        path: Some(path.to_owned()),
        value: Some(value),
    };
    Some(values.into_iter().map(operation).collect())
}

/// The attributes that hold a name: those that the user has, and those that the server says it
/// has; where that is none, what it is displayed by.
fn names(
    name: &str,
    user: &Resource,
    profile: &Profile,
    parts_only: bool,
) -> Vec<(&'static str, Value)> {
    let (given, family) = parts(name);
    let held = |path: &'static str| match path.split_once('.') {
        Some((outer, part)) => user.text_in(outer, part).is_some(),
        None => user.text(path).is_some(),
    };
    let all = [
        ("displayName", Some(name)),
        ("name.formatted", Some(name)),
        // A single word leaves nothing for the other part.
        ("name.givenName", Some(given.unwrap_or_default())),
        ("name.familyName", Some(family)),
    ];
    let part = |path: &str| matches!(path, "name.givenName" | "name.familyName");
    let known = all.into_iter().filter(|(path, _)| match parts_only {
        true => part(path),
        false => held(path) || profile.states(path),
    });
    let known: Vec<_> = known
        .filter_map(|(path, text)| Some((path, Value::from(text?))))
        .collect();
    if known.is_empty() {
        return vec![("displayName", name.into())];
    }
    known
}

/// Attributes and sub-attributes as one object.
fn object(values: Vec<(&'static str, Value)>) -> Value {
    let mut whole = Map::new();
    for (path, value) in values {
        match path.split_once('.') {
            None => {
                whole.insert(path.to_owned(), value);
            }
            Some((outer, part)) => {
                let inner = whole.entry(outer).or_insert_with(|| json!({}));
                if let Some(inner) = inner.as_object_mut() {
                    inner.insert(part.to_owned(), value);
                }
            }
        }
    }
    Value::Object(whole)
}

/// The live copy with the changes made: what beadle does not know of stays.
fn whole(user: &Resource, left: &[Field]) -> Resource {
    let mut whole = user.clone();
    for field in left {
        match field {
            Field::Name(name) => {
                let (given, family) = parts(name);
                if user.get("displayName").is_some() || user.get("name").is_none() {
                    whole.set("displayName", Value::from(&**name));
                }
                if let Some(inner) = user.get("name").and_then(Value::as_object) {
                    let mut inner = Resource(inner.clone());
                    if inner.get("formatted").is_some() {
                        inner.set("formatted", Value::from(&**name));
                    }
                    inner.set("givenName", given.unwrap_or_default().into());
                    inner.set("familyName", family.into());
                    whole.set("name", Value::Object(inner.0));
                }
            }
            Field::Email(address) => whole.set("emails", user.emails_with(address)),
            Field::Login(login) => whole.set("userName", Value::from(&**login)),
            Field::Active(active) => whole.set("active", Value::from(*active)),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::settings::Capabilities;

    fn user() -> Resource {
        let user = json!({
            "id": "1", "userName": "ada", "x:custom": {"kept": true}, "displayName": "Ada Byron",
            "name": {"formatted": "Ada Byron", "honorificPrefix": "Dr"},
        });
        Resource(user.as_object().unwrap().clone())
    }

    fn told(form: Form, left: &[Field]) -> String {
        let profile = Profile::conservative(&Capabilities::default());
        let operations = operations(form, left, &user(), &profile);
        serde_json::to_string(&operations).unwrap()
    }

    #[test]
    fn each_form_says_the_same_in_its_own_way() {
        let left = [Field::Name("Ada King".into()), Field::Active(false)];
        insta::assert_snapshot!(told(Form::Paths, &left), @r#"[{"op":"replace","path":"displayName","value":"Ada King"},{"op":"replace","path":"name.formatted","value":"Ada King"},{"op":"replace","path":"active","value":false}]"#);
        insta::assert_snapshot!(told(Form::NameParts, &left), @r#"[{"op":"replace","path":"name.givenName","value":"Ada"},{"op":"replace","path":"name.familyName","value":"King"},{"op":"replace","path":"active","value":false}]"#);
        insta::assert_snapshot!(told(Form::NameParts, &[Field::Active(false)]), @"null");
        insta::assert_snapshot!(told(Form::Object, &left), @r#"[{"op":"replace","value":{"displayName":"Ada King","name":{"formatted":"Ada King"},"active":false}}]"#);
    }

    #[test]
    fn a_put_keeps_what_beadle_does_not_know() {
        let left = [Field::Name("Ada King".into()), Field::Login("ada2".into())];
        let whole = whole(&user(), &left);
        insta::assert_snapshot!(Value::Object(whole.0).to_string(), @r#"{"id":"1","userName":"ada2","x:custom":{"kept":true},"displayName":"Ada King","name":{"formatted":"Ada King","honorificPrefix":"Dr","givenName":"Ada","familyName":"King"}}"#);
    }

    #[test]
    fn put_is_first_only_where_there_is_no_patch() {
        let with = Profile::conservative(&Capabilities::default());
        let without = Profile::conservative(&Capabilities {
            patch: Some(false),
            ..Capabilities::default()
        });
        assert_eq!(order(&with, 0), [0, 1, 2, 3]);
        assert_eq!(order(&with, 1), [1, 0, 2, 3]);
        assert_eq!(order(&without, 0), [3, 0, 1, 2]);
    }
}
