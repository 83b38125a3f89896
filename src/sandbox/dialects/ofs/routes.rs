//! What the OfS portal serves, and how each call is read and answered. What is allowed stands in
//! the rules.

use axum::http::{StatusCode, header};

use super::rules;
use super::wire::{self, Activated, AreaPage, AreaUserPage, Copied, OneUser, User, UserPage};
use crate::sandbox::call::{Answer, Call, Route};
use crate::sandbox::dialects::ofs::DIALECT;
use crate::sandbox::paging::{numbered, stated_total};
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, OrganisationRows};

const PER_PAGE: i64 = 50;
const MOST_PER_PAGE: i64 = 200;

const USERS: &str = "/providers/{ukprn}/users";
const USER: &str = "/providers/{ukprn}/users/{id}";
const USER_AREA: &str = "/providers/{ukprn}/users/{id}/areas/{code}";

/// Every address and method.
pub(super) const ROUTES: &[Route] = &[
    route("GET", USERS, list_users),
    route("POST", USERS, create_user),
    route("GET", USER, show_user),
    route("PATCH", USER, edit_user),
    route("DELETE", USER, |_| Err(rules::never_deleted())),
    route("PUT", USER_AREA, add_area),
    route("DELETE", USER_AREA, remove_area),
    route(
        "POST",
        "/providers/{ukprn}/users/{id}/copy-areas",
        copy_areas,
    ),
    route("GET", "/providers/{ukprn}/areas", list_areas),
    route(
        "GET",
        "/providers/{ukprn}/areas/{code}/users",
        list_area_users,
    ),
    route("POST", "/me/access-keys", activate_key),
];

const fn route(
    method: &'static str,
    path: &'static str,
    operation: crate::sandbox::call::Operation,
) -> Route {
    Route {
        method,
        path,
        operation,
    }
}

fn list_users(call: &Call<'_>) -> Result<Answer, Problem> {
    let provider = call.organisation()?;
    let page = numbered(call, PER_PAGE, MOST_PER_PAGE)?;
    let search = call.query("search").unwrap_or_default();
    let accounts = provider.accounts(search, &page.stretch)?;
    let counted = provider.accounts_count(search, &page.stretch.hidden)?;
    let administration = provider.administration_area()?;
    let users = accounts.into_iter();
    Answer::json(
        StatusCode::OK,
        &UserPage {
            provider: call.stated_organisation(&provider.id),
            page: page.page,
            per_page: page.per_page,
            total: stated_total(call, counted),
            users: users
                .map(|account| User::of(account, administration.as_deref()))
                .collect(),
        },
    )
}

fn create_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let provider = call.organisation()?;
    let user = wire::new_user(call.object()?)?;
    let account = rules::create(provider, user)?;
    let id = account.id.clone();
    let answer = one_user(call, provider, account, StatusCode::CREATED)?;
    Ok(Answer {
        created: Some(id),
        ..answer
    })
}

fn show_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let provider = call.organisation()?;
    let account = rules::find_user(provider, call.parameter("id"))?;
    one_user(call, provider, account, StatusCode::OK)
}

fn edit_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let provider = call.organisation()?;
    let account = rules::find_user(provider, call.parameter("id"))?;
    call.check_if_match(&tag(&account))?;
    let changes = wire::changes(call.object()?)?;
    let account = rules::edit(provider, account, changes)?;
    one_user(call, provider, account, StatusCode::OK)
}

fn add_area(call: &Call<'_>) -> Result<Answer, Problem> {
    rules::grant(
        call.organisation()?,
        call.parameter("id"),
        call.parameter("code"),
    )?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn remove_area(call: &Call<'_>) -> Result<Answer, Problem> {
    rules::revoke(
        call.organisation()?,
        call.parameter("id"),
        call.parameter("code"),
    )?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn copy_areas(call: &Call<'_>) -> Result<Answer, Problem> {
    let provider = call.organisation()?;
    let to = wire::copy_targets(call.object()?)?;
    let copied = rules::copy_areas(provider, call.parameter("id"), &to)?;
    let administration = provider.administration_area()?;
    Answer::json(
        StatusCode::OK,
        &Copied {
            provider: call.stated_organisation(&provider.id),
            users: copied
                .into_iter()
                .map(|account| User::of(account, administration.as_deref()))
                .collect(),
        },
    )
}

fn list_areas(call: &Call<'_>) -> Result<Answer, Problem> {
    let provider = call.organisation()?;
    let page = numbered(call, PER_PAGE, MOST_PER_PAGE)?;
    let areas = provider.areas(&page.stretch)?;
    Answer::json(
        StatusCode::OK,
        &AreaPage {
            provider: call.stated_organisation(&provider.id),
            page: page.page,
            per_page: page.per_page,
            total: stated_total(call, provider.areas_count()?),
            areas: areas.into_iter().map(Into::into).collect(),
        },
    )
}

fn list_area_users(call: &Call<'_>) -> Result<Answer, Problem> {
    let provider = call.organisation()?;
    let page = numbered(call, PER_PAGE, MOST_PER_PAGE)?;
    let area = rules::find_area(provider, call.parameter("code"))?;
    let counted = provider.members_count(&area, &page.stretch.hidden)?;
    Answer::json(
        StatusCode::OK,
        &AreaUserPage {
            provider: call.stated_organisation(&provider.id),
            area: &area.code,
            page: page.page,
            per_page: page.per_page,
            total: stated_total(call, counted),
            users: provider.members(&area, &page.stretch)?,
        },
    )
}

fn activate_key(call: &Call<'_>) -> Result<Answer, Problem> {
    let (key, email) = wire::key_activation(call.object()?)?;
    let activation = rules::activate_key(call.rows, &key, &email, call.today)?;
    let rules::Activation {
        provider,
        area,
        user,
    } = activation;
    if !call.token.opens(&provider.id) {
        // The address names no provider, so nobody has asked before.
        return Err(DIALECT.refuse_organisation(&provider.id));
    }
    let administration = provider.administration_area()?;
    let answer = Answer::json(
        StatusCode::OK,
        &Activated {
            provider: call.stated_organisation(&provider.id),
            area: &area.code,
            user: User::of(user, administration.as_deref()),
        },
    )?;
    Ok(Answer {
        organisation: Some(provider.id),
        ..answer
    })
}

fn one_user(
    call: &Call<'_>,
    provider: &OrganisationRows<'_>,
    account: Account,
    status: StatusCode,
) -> Result<Answer, Problem> {
    let tag = tag(&account);
    let id = account.id.clone();
    let administration = provider.administration_area()?;
    let body = OneUser {
        provider: call.stated_organisation(&provider.id),
        user: User::of(account, administration.as_deref()),
    };
    let answer = Answer::json(status, &body)?.with(header::ETAG, tag);
    Ok(if status == StatusCode::CREATED {
        let base = format!("/portals/{}/providers/{}", provider.portal, provider.id);
        answer.with(header::LOCATION, format!("{base}/users/{id}"))
    } else {
        answer
    })
}

/// The version tag of a user: its number goes up with every change of the user or of its areas.
fn tag(account: &Account) -> String {
    format!("\"{}\"", account.version)
}
