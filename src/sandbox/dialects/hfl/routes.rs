//! What the HFL portal serves, and how each call is read and answered. What is allowed stands in
//! the rules.

use axum::http::{StatusCode, header};
use sha2::{Digest, Sha256};

use super::rules;
use super::wire::{
    self, MainAccount, OneSubAccount, Permissions, Products, SubAccount, SubAccounts,
};
use crate::model::plan_document::hexadecimal;
use crate::sandbox::call::{Answer, Call, Operation, Route};
use crate::sandbox::paging::stated_total;
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, Area, OrganisationRows, Stretch};

const SUB_ACCOUNTS: &str = "/schools/{dfe}/sub-accounts";
const SUB_ACCOUNT: &str = "/schools/{dfe}/sub-accounts/{id}";
const PERMISSIONS: &str = "/schools/{dfe}/products/{id}/permissions";

/// Every address and method.
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/schools/{dfe}/account", show_main_account),
    route("GET", SUB_ACCOUNTS, list_sub_accounts),
    route("POST", SUB_ACCOUNTS, create_sub_account),
    route("GET", SUB_ACCOUNT, show_sub_account),
    route("PATCH", SUB_ACCOUNT, edit_sub_account),
    route("DELETE", SUB_ACCOUNT, delete_sub_account),
    route("GET", "/schools/{dfe}/products", list_products),
    route("GET", PERMISSIONS, show_permissions),
    route("PUT", PERMISSIONS, save_permissions),
];

const fn route(method: &'static str, path: &'static str, operation: Operation) -> Route {
    Route {
        method,
        path,
        operation,
    }
}

fn show_main_account(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    Answer::json(
        StatusCode::OK,
        &MainAccount {
            school: call.stated_organisation(&school.id),
            username: rules::main_username(school),
            name: &school.name,
            subscribed: school.areas_count()? > 0,
        },
    )
}

fn list_sub_accounts(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let stretch = shown(call);
    let accounts = school.accounts("", &stretch)?;
    let counted = school.accounts_count("", &stretch.hidden)?;
    let sub_accounts = accounts.into_iter().map(|account| {
        let created = school.creation(&account.id)?;
        Ok(SubAccount::of(account, created))
    });
    Answer::json(
        StatusCode::OK,
        &SubAccounts {
            school: call.stated_organisation(&school.id),
            total: stated_total(call, counted),
            sub_accounts: sub_accounts.collect::<Result<_, Problem>>()?,
        },
    )
}

fn create_sub_account(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let new = wire::new_sub_account(call.object()?)?;
    let account = rules::create(school, new, call.today)?;
    let id = account.id.clone();
    let base = format!("/portals/{}/schools/{}", school.portal, school.id);
    let answer = one(call, school, account, StatusCode::CREATED)?
        .with(header::LOCATION, format!("{base}/sub-accounts/{id}"));
    Ok(Answer {
        created: Some(id),
        ..answer
    })
}

fn show_sub_account(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let account = rules::find(school, call.parameter("id"))?;
    one(call, school, account, StatusCode::OK)
}

fn edit_sub_account(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let account = rules::find(school, call.parameter("id"))?;
    call.check_if_match(&tag(&account))?;
    let changes = wire::changes(call.object()?)?;
    let account = rules::edit(school, account, changes)?;
    one(call, school, account, StatusCode::OK)
}

fn delete_sub_account(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let account = rules::find(school, call.parameter("id"))?;
    call.check_if_match(&tag(&account))?;
    rules::delete(school, &account.id)?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn list_products(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let products = school.areas(&Stretch::all())?;
    Answer::json(
        StatusCode::OK,
        &Products {
            school: call.stated_organisation(&school.id),
            total: stated_total(call, school.areas_count()?),
            products: products.into_iter().map(Into::into).collect(),
        },
    )
}

fn show_permissions(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let product = rules::find_product(school, call.parameter("id"))?;
    let ids = school.members(&product, &shown(call))?;
    permissions(call, school, &product, ids)
}

fn save_permissions(call: &Call<'_>) -> Result<Answer, Problem> {
    let school = call.organisation()?;
    let product = rules::find_product(school, call.parameter("id"))?;
    call.check_if_match(&set_tag(&rules::members(school, &product)?))?;
    let ticked = wire::ticks(call.object()?)?;
    rules::save_permissions(school, &product, &ticked)?;
    let ids = rules::members(school, &product)?;
    permissions(call, school, &product, ids)
}

/// Everything at once, but for what a fault shows late.
fn shown(call: &Call<'_>) -> Stretch {
    Stretch {
        hidden: call.twists.hidden.clone(),
        ..Stretch::all()
    }
}

fn one(
    call: &Call<'_>,
    school: &OrganisationRows<'_>,
    account: Account,
    status: StatusCode,
) -> Result<Answer, Problem> {
    let tag = tag(&account);
    let created = school.creation(&account.id)?;
    let body = OneSubAccount {
        school: call.stated_organisation(&school.id),
        sub_account: SubAccount::of(account, created),
    };
    Ok(Answer::json(status, &body)?.with(header::ETAG, tag))
}

fn permissions(
    call: &Call<'_>,
    school: &OrganisationRows<'_>,
    product: &Area,
    ids: Vec<String>,
) -> Result<Answer, Problem> {
    let tag = set_tag(&ids);
    let counted = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let body = Permissions {
        school: call.stated_organisation(&school.id),
        product: &product.code,
        total: stated_total(call, counted),
        sub_accounts: ids,
    };
    Ok(Answer::json(StatusCode::OK, &body)?.with(header::ETAG, tag))
}

/// The version tag of a sub account: its number goes up with every change of it.
fn tag(account: &Account) -> String {
    format!("\"{}\"", account.version)
}

/// The version tag of a set of ticks: the same set, in order, has the same tag.
fn set_tag(ids: &[String]) -> String {
    let mut hash = Sha256::new();
    for id in ids {
        hash.update((id.len() as u64).to_le_bytes());
        hash.update(id.as_bytes());
    }
    let digest: String = hexadecimal(&hash.finalize()).chars().take(16).collect();
    format!("\"{}-{digest}\"", ids.len())
}
