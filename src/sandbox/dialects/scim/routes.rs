//! What the directory serves, and how each call is read and answered. What is allowed stands in the
//! rules.

use axum::http::{StatusCode, header};
use serde_json::{Map, Value};

use super::listing::{Question, Wanted, answer};
use super::refusal::{MEDIA_TYPE, changed_since, invalid_syntax, media_type, not_offered};
use super::resources::{Resource, View, base, tag, user_attributes};
use super::schema::{GROUPS, KINDS, Kind, USERS};
use super::{discovery, oauth, patch, reading, rules};
use crate::sandbox::call::{Answer, Call, Operation, Route, parse};
use crate::sandbox::problem::{Problem, shortened};
use crate::sandbox::store::{Account, Area};

/// Where tokens are given, to callers who have none yet.
pub(super) const TOKEN: &str = "/{tenant}/oauth2/token";
/// Searches: they are posted, and write nothing.
pub(super) const SEARCHES: [&str; 3] = [
    "/{tenant}/v2/.search",
    "/{tenant}/v2/Users/.search",
    "/{tenant}/v2/Groups/.search",
];
const LIST_USERS: &str = "/{tenant}/v2/Users";
const USER: &str = "/{tenant}/v2/Users/{id}";
const LIST_GROUPS: &str = "/{tenant}/v2/Groups";
const GROUP: &str = "/{tenant}/v2/Groups/{id}";

/// Every address and method.
pub(super) const ROUTES: &[Route] = &[
    route("POST", TOKEN, oauth::token),
    route("GET", "/{tenant}/v2/ServiceProviderConfig", show_config),
    route("GET", "/{tenant}/v2/Schemas", list_schemas),
    route("GET", "/{tenant}/v2/Schemas/{id}", show_schema),
    route("GET", "/{tenant}/v2/ResourceTypes", list_resource_types),
    route("GET", "/{tenant}/v2/ResourceTypes/{id}", show_resource_type),
    route("GET", LIST_USERS, |call| list(call, &[&USERS])),
    route("POST", LIST_USERS, create_user),
    route("GET", USER, show_user),
    route("PUT", USER, replace_user),
    route("PATCH", USER, patch_user),
    route("DELETE", USER, delete_user),
    route("GET", LIST_GROUPS, |call| list(call, &[&GROUPS])),
    route("POST", LIST_GROUPS, create_group),
    route("GET", GROUP, show_group),
    route("PUT", GROUP, replace_group),
    route("PATCH", GROUP, patch_group),
    route("DELETE", GROUP, delete_group),
    route("POST", "/{tenant}/v2/.search", |call| search(call, KINDS)),
    route("POST", "/{tenant}/v2/Users/.search", |call| {
        search(call, &[&USERS])
    }),
    route("POST", "/{tenant}/v2/Groups/.search", |call| {
        search(call, &[&GROUPS])
    }),
    route("POST", "/{tenant}/v2/Bulk", |_| {
        Err(not_offered("`/Bulk` is not served"))
    }),
    route("GET", "/{tenant}/v2/Me", |_| {
        Err(not_offered("a token is nobody's: there is no `/Me`"))
    }),
];

const fn route(method: &'static str, path: &'static str, operation: Operation) -> Route {
    Route {
        method,
        path,
        operation,
    }
}

/// The tenant's directory as this caller sees it.
fn view<'a>(call: &'a Call<'_>) -> Result<View<'a>, Problem> {
    let tenant = call.organisation()?;
    View::new(tenant, address(call)?, &call.twists.hidden)
}

fn address(call: &Call<'_>) -> Result<String, Problem> {
    let tenant = call.organisation()?;
    let stated = call.stated_organisation(&tenant.id);
    Ok(base(call.headers, tenant.portal, stated))
}

fn sent(status: StatusCode, value: &Value) -> Answer {
    Answer::new(status)
        .with(header::CONTENT_TYPE, MEDIA_TYPE)
        .with_body(value.to_string())
}

/// The body as a JSON object of a media type that SCIM knows.
fn object(call: &Call<'_>) -> Result<Map<String, Value>, Problem> {
    if let Some(value) = call.headers.get(header::CONTENT_TYPE) {
        let value = value.to_str().unwrap_or_default();
        let kind = value.split(';').next().unwrap_or_default().trim();
        let known = [MEDIA_TYPE, "application/json"];
        if !known.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Err(media_type(&shortened(kind)));
        }
    }
    match parse(call.body)? {
        Value::Object(object) => Ok(object),
        _ => Err(invalid_syntax("a JSON object is wanted")),
    }
}

/// Refuses a write over a version that the caller has not seen. Tags are weak here, and compared so.
fn check_version(call: &Call<'_>, whole: &Resource) -> Result<(), Problem> {
    let current = tag(whole);
    if names_tag(call, &header::IF_MATCH, current).unwrap_or(true) {
        Ok(())
    } else {
        Err(changed_since(current))
    }
}

/// Whether the header field names that tag; none where there is no such field.
fn names_tag(call: &Call<'_>, field: &header::HeaderName, current: &str) -> Option<bool> {
    let mut fields = call.headers.get_all(field).iter().peekable();
    fields.peek()?;
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    Some(
        fields
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|tag| tag.trim() == "*" || bare(tag) == bare(current)),
    )
}

fn one(
    call: &Call<'_>,
    view: &View<'_>,
    kind: &'static Kind,
    whole: Resource,
    status: StatusCode,
) -> Result<Answer, Problem> {
    let version = tag(&whole).to_owned();
    let unchanged = names_tag(call, &header::IF_NONE_MATCH, &version) == Some(true);
    if status == StatusCode::OK && call.body.is_empty() && unchanged {
        return Ok(Answer::new(StatusCode::NOT_MODIFIED).with(header::ETAG, version));
    }
    let id = whole.get("id").and_then(Value::as_str).unwrap_or_default();
    let location = view.location(kind, id);
    let shown = Wanted::of_query(call)?.of(kind, whole);
    let mut answer = sent(status, &Value::Object(shown)).with(header::ETAG, version);
    if status == StatusCode::CREATED {
        answer = answer.with(header::LOCATION, location);
    }
    Ok(answer)
}

fn list(call: &Call<'_>, kinds: &[&'static Kind]) -> Result<Answer, Problem> {
    let found = answer(call, &view(call)?, kinds, &Question::of_query(call)?)?;
    Ok(sent(StatusCode::OK, &found))
}

fn search(call: &Call<'_>, kinds: &[&'static Kind]) -> Result<Answer, Problem> {
    let question = Question::of_body(object(call)?)?;
    let found = answer(call, &view(call)?, kinds, &question)?;
    Ok(sent(StatusCode::OK, &found))
}

fn show_config(call: &Call<'_>) -> Result<Answer, Problem> {
    Ok(sent(StatusCode::OK, &discovery::config(&address(call)?)))
}

fn list_schemas(call: &Call<'_>) -> Result<Answer, Problem> {
    discovered(call, discovery::schemas(&address(call)?, None)?)
}

fn show_schema(call: &Call<'_>) -> Result<Answer, Problem> {
    let id = call.parameter("id");
    discovered(call, discovery::schemas(&address(call)?, Some(id))?)
}

fn list_resource_types(call: &Call<'_>) -> Result<Answer, Problem> {
    discovered(call, discovery::resource_types(&address(call)?, None)?)
}

fn show_resource_type(call: &Call<'_>) -> Result<Answer, Problem> {
    let id = call.parameter("id");
    discovered(call, discovery::resource_types(&address(call)?, Some(id))?)
}

fn discovered(call: &Call<'_>, value: Value) -> Result<Answer, Problem> {
    match call.query("filter") {
        Some(_) => Err(discovery::no_filter()),
        None => Ok(sent(StatusCode::OK, &value)),
    }
}

fn create_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let tenant = call.organisation()?;
    let own = reading::resource(&USERS, object(call)?)?;
    let account = rules::create_user(tenant, own, call.today)?;
    let view = view(call)?;
    let answer = one(
        call,
        &view,
        &USERS,
        view.user(&account)?,
        StatusCode::CREATED,
    )?;
    Ok(Answer {
        created: Some(account.id),
        ..answer
    })
}

fn show_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, _, whole) = user(call)?;
    one(call, &view, &USERS, whole, StatusCode::OK)
}

fn replace_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, account, whole) = user(call)?;
    check_version(call, &whole)?;
    let mut own = reading::resource(&USERS, object(call)?)?;
    // Left out, it says nothing: nobody comes back by it (RFC 7644, 3.5.1).
    own.entry("active").or_insert(account.active.into());
    let account = rules::save_user(view.rows, account, own, call.today)?;
    one(call, &view, &USERS, view.user(&account)?, StatusCode::OK)
}

fn patch_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, account, whole) = user(call)?;
    check_version(call, &whole)?;
    let document = view.rows.document(USERS.name, &account.id)?;
    let mut own = user_attributes(&account, document.as_ref());
    patch::apply(&USERS, &mut own, object(call)?)?;
    let account = rules::save_user(view.rows, account, own, call.today)?;
    one(call, &view, &USERS, view.user(&account)?, StatusCode::OK)
}

fn delete_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, account, whole) = user(call)?;
    check_version(call, &whole)?;
    rules::delete_user(view.rows, &account.id)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn user<'a>(call: &'a Call<'_>) -> Result<(View<'a>, Account, Resource), Problem> {
    let view = view(call)?;
    let account = rules::find_user(view.rows, call.parameter("id"))?;
    let whole = view.user(&account)?;
    Ok((view, account, whole))
}

fn create_group(call: &Call<'_>) -> Result<Answer, Problem> {
    let own = reading::resource(&GROUPS, object(call)?)?;
    let view = view(call)?;
    let area = rules::create_group(&view, &own, call.today)?;
    one(
        call,
        &view,
        &GROUPS,
        view.group(&area)?,
        StatusCode::CREATED,
    )
}

fn show_group(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, _, whole) = group(call)?;
    one(call, &view, &GROUPS, whole, StatusCode::OK)
}

fn replace_group(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, area, whole) = group(call)?;
    check_version(call, &whole)?;
    let own = reading::resource(&GROUPS, object(call)?)?;
    let area = rules::save_group(&view, &area, &own, call.today)?;
    one(call, &view, &GROUPS, view.group(&area)?, StatusCode::OK)
}

fn patch_group(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, area, whole) = group(call)?;
    check_version(call, &whole)?;
    let document = view.rows.document(GROUPS.name, &area.code)?;
    let mut own = view.group_attributes(&area, document.as_ref())?;
    patch::apply(&GROUPS, &mut own, object(call)?)?;
    let area = rules::save_group(&view, &area, &own, call.today)?;
    one(call, &view, &GROUPS, view.group(&area)?, StatusCode::OK)
}

fn delete_group(call: &Call<'_>) -> Result<Answer, Problem> {
    let (view, area, whole) = group(call)?;
    check_version(call, &whole)?;
    rules::delete_group(view.rows, &area)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn group<'a>(call: &'a Call<'_>) -> Result<(View<'a>, Area, Resource), Problem> {
    let view = view(call)?;
    let area = rules::find_group(view.rows, call.parameter("id"))?;
    let whole = view.group(&area)?;
    Ok((view, area, whole))
}
