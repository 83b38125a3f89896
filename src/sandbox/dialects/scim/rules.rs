//! What the directory allows, and does: the same for its API and its page. Every change is written
//! through to accounts, areas and grants, so that the tenant's state shows it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::refusal::{group_stays, invalid_value, no_resource, taken};
use super::resources::{Columns, Resource, View, member_ids, user_attributes};
use super::schema::{GROUPS, USERS};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area, Document, OrganisationRows, Stretch};

/// The user of that id.
pub(super) fn find_user(tenant: &OrganisationRows<'_>, id: &str) -> Result<Account, Problem> {
    tenant
        .account(id)?
        .ok_or_else(|| no_resource(USERS.name, id))
}

/// The group of that id.
pub(super) fn find_group(tenant: &OrganisationRows<'_>, id: &str) -> Result<Area, Problem> {
    tenant.area(id)?.ok_or_else(|| no_resource(GROUPS.name, id))
}

/// Creates a user. One whose `active` nobody sets is active.
pub(super) fn create_user(
    tenant: &OrganisationRows<'_>,
    mut own: Resource,
    today: Date,
) -> Result<Account, Problem> {
    own.entry("active").or_insert(Value::Bool(true));
    let columns = check_user(tenant, &mut own, None)?;
    let id = loop {
        let id = format!("u-{:04}", tenant.next_number()?);
        if tenant.account(&id)?.is_none() {
            break id;
        }
    };
    let account = with_columns(
        Account {
            id: id.clone(),
            login: String::new(),
            name: String::new(),
            email: None,
            expires: None,
            active: true,
            locked: false,
            upstream: false,
            admin: false,
            last_sign_in: None,
            areas: BTreeSet::new(),
            version: 1,
        },
        columns,
    );
    tenant.add_account(&account)?;
    keep(tenant, USERS.name, &id, &own, Some(today), today)?;
    Ok(account)
}

/// Gives a user these attributes in place of those before.
pub(super) fn save_user(
    tenant: &OrganisationRows<'_>,
    account: Account,
    mut own: Resource,
    today: Date,
) -> Result<Account, Problem> {
    let id = account.id.clone();
    let document = tenant.document(USERS.name, &id)?;
    let before = user_attributes(&account, document.as_ref());
    let columns = check_user(tenant, &mut own, Some(&id))?;
    if own != before {
        let created = document.and_then(|document| document.created);
        tenant.update_account(&with_columns(account, columns))?;
        keep_since(tenant, USERS.name, &id, &own, created, today)?;
    }
    find_user(tenant, &id)
}

/// Deletes a user for good, with its memberships.
pub(super) fn delete_user(tenant: &OrganisationRows<'_>, id: &str) -> Result<(), Problem> {
    tenant.delete_account(id)?;
    tenant.forget_document(USERS.name, id)?;
    Ok(())
}

/// Creates a group with its members.
pub(super) fn create_group(view: &View<'_>, own: &Resource, today: Date) -> Result<Area, Problem> {
    let tenant = view.rows;
    let code = loop {
        let code = format!("g-{:04}", tenant.next_number()?);
        if tenant.area(&code)?.is_none() {
            break code;
        }
    };
    let area = Area {
        code,
        title: title(own)?,
        access_key_required: false,
        administration: false,
    };
    tenant.add_area(&area)?;
    let kept = set_members(tenant, &area, own)?;
    keep(tenant, GROUPS.name, &area.code, &kept, Some(today), today)?;
    Ok(area)
}

/// Gives a group this name and these members in place of those before.
pub(super) fn save_group(
    view: &View<'_>,
    area: &Area,
    own: &Resource,
    today: Date,
) -> Result<Area, Problem> {
    let tenant = view.rows;
    let document = tenant.document(GROUPS.name, &area.code)?;
    let before = view.group_attributes(area, document.as_ref())?;
    let title = title(own)?;
    if title != area.title {
        tenant.retitle_area(&area.code, &title)?;
    }
    let kept = set_members(tenant, area, own)?;
    let after = find_group(tenant, &area.code)?;
    let created = document
        .as_ref()
        .and_then(|document| document.created.clone());
    let probe = Document {
        created: created.clone(),
        modified: None,
        body: Value::Object(kept.clone()).to_string(),
    };
    if view.group_attributes(&after, Some(&probe))? != before {
        keep_since(tenant, GROUPS.name, &area.code, &kept, created, today)?;
    }
    Ok(after)
}

/// Deletes a group; nobody is a member of it any more.
pub(super) fn delete_group(tenant: &OrganisationRows<'_>, area: &Area) -> Result<(), Problem> {
    if area.administration {
        return Err(group_stays());
    }
    tenant.erase_area(&area.code)?;
    tenant.forget_document(GROUPS.name, &area.code)?;
    Ok(())
}

/// Puts a user into a group or takes it out.
pub(super) fn set_member(
    tenant: &OrganisationRows<'_>,
    area: &Area,
    id: &str,
    member: bool,
) -> Result<(), Problem> {
    if area.administration {
        tenant.set_admin(id, member)?;
    } else if member {
        tenant.grant(id, &area.code)?;
    } else {
        tenant.revoke(id, &area.code)?;
    }
    Ok(())
}

/// Makes the members those that `own` lists; answers with what the group's document keeps. An id
/// that is no user's is kept there: the directory takes it, as many do, and it opens nothing.
fn set_members(
    tenant: &OrganisationRows<'_>,
    area: &Area,
    own: &Resource,
) -> Result<Resource, Problem> {
    let wanted: BTreeSet<String> = member_ids(own).into_iter().collect();
    let before = tenant.members(area, &Stretch::all())?;
    let before: BTreeSet<String> = before.into_iter().collect();
    let mut unknown = Vec::new();
    for id in wanted.difference(&before) {
        if tenant.account(id)?.is_some() {
            set_member(tenant, area, id, true)?;
        } else {
            unknown.push(json!({"value": id}));
        }
    }
    for id in before.difference(&wanted) {
        set_member(tenant, area, id, false)?;
    }
    let mut kept = own.clone();
    kept.shift_remove("displayName");
    kept.shift_remove("members");
    if !unknown.is_empty() {
        kept.insert("members".to_owned(), Value::Array(unknown));
    }
    Ok(kept)
}

fn title(own: &Resource) -> Result<String, Problem> {
    let title = own.get("displayName").and_then(Value::as_str);
    title
        .filter(|title| !title.trim().is_empty())
        .map(str::to_owned)
        .ok_or_else(|| invalid_value("displayName", "is missing or empty"))
}

/// A user has a login id, and nobody else has it, whatever its case.
fn check_user(
    tenant: &OrganisationRows<'_>,
    own: &mut Resource,
    id: Option<&str>,
) -> Result<Columns, Problem> {
    let missing = || invalid_value("userName", "is missing or empty");
    let columns = Columns::of(own).ok_or_else(missing)?;
    own.insert("userName".to_owned(), columns.login.clone().into());
    let holder = tenant.account_by_login(&columns.login)?;
    if holder.is_some_and(|holder| Some(holder.id.as_str()) != id) {
        return Err(taken(&columns.login));
    }
    Ok(columns)
}

fn with_columns(account: Account, columns: Columns) -> Account {
    let Columns {
        login,
        name,
        email,
        active,
    } = columns;
    Account {
        login,
        name,
        email,
        active,
        ..account
    }
}

fn keep(
    tenant: &OrganisationRows<'_>,
    kind: &str,
    id: &str,
    own: &Map<String, Value>,
    created: Option<Date>,
    today: Date,
) -> Result<(), Problem> {
    let created = created.map(|day| day.to_string());
    keep_since(tenant, kind, id, own, created, today)
}

fn keep_since(
    tenant: &OrganisationRows<'_>,
    kind: &str,
    id: &str,
    own: &Map<String, Value>,
    created: Option<String>,
    today: Date,
) -> Result<(), Problem> {
    let document = Document {
        created,
        modified: Some(today.to_string()),
        body: Value::Object(own.clone()).to_string(),
    };
    tenant.keep_document(kind, id, &document)?;
    Ok(())
}
