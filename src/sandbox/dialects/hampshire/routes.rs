//! What the Services Portal serves, and how each call is read and answered. What is allowed stands
//! in the rules.

use axum::http::{StatusCode, header};

use super::cursor;
use super::rules::{self, Numbers, Seen};
use super::wire::{self, OneUser, Services, User, UserPage, UserRoles};
use crate::sandbox::call::{Answer, Call, Operation, Route};
use crate::sandbox::paging::stated_total;
use crate::sandbox::problem::Problem;
use crate::sandbox::store::{Account, OrganisationRows, Stretch};

const USERS: &str = "/organisations/{dfe}/users";
const USER: &str = "/organisations/{dfe}/users/{user_id}";
const OTP: &str = "/organisations/{dfe}/users/{user_id}/otp";
const ROLES: &str = "/organisations/{dfe}/users/{user_id}/roles";
const SERVICES: &str = "/organisations/{dfe}/services";

/// Every address and method.
pub(super) const ROUTES: &[Route] = &[
    route("GET", USERS, list_users),
    route("POST", USERS, register_user),
    route("DELETE", USER, delete_user),
    route("DELETE", OTP, delete_number),
    route("GET", ROLES, show_roles),
    route("PUT", ROLES, save_roles),
    route("GET", SERVICES, list_services),
];

const fn route(method: &'static str, path: &'static str, operation: Operation) -> Route {
    Route {
        method,
        path,
        operation,
    }
}

/// The organisation and who acts for it, once it is clear that this administrator may (S6).
fn admit<'a>(call: &'a Call<'_>) -> Result<(&'a OrganisationRows<'a>, Option<Seen>), Problem> {
    let organisation = call.organisation()?;
    let caller = rules::caller(organisation)?;
    rules::check_number(caller.as_ref())?;
    Ok((organisation, caller))
}

fn list_users(call: &Call<'_>) -> Result<Answer, Problem> {
    let (organisation, _) = admit(call)?;
    let search = call.query("search").unwrap_or_default();
    let page = cursor::page(call, organisation, search)?;
    let accounts = organisation.accounts(search, &page.stretch)?;
    let counted = organisation.accounts_count(search, &page.stretch.hidden)?;
    let numbers = Numbers::of(organisation)?;
    let users = accounts.into_iter();
    Answer::json(
        StatusCode::OK,
        &UserPage {
            organisation: call.stated_organisation(&organisation.id),
            total: stated_total(call, counted),
            next: page.next(organisation, search, counted),
            users: users
                .map(|account| User::of(numbers.see(account)))
                .collect(),
        },
    )
}

fn register_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let (organisation, _) = admit(call)?;
    let user = wire::new_user(call.object()?)?;
    let account = rules::register(organisation, user, call.today)?;
    let (tag, id) = (tag(&account), account.id.clone());
    let body = OneUser {
        organisation: call.stated_organisation(&organisation.id),
        user: User::of(Numbers::of(organisation)?.see(account)),
    };
    let answer = Answer::json(StatusCode::CREATED, &body)?.with(header::ETAG, tag);
    Ok(Answer {
        created: Some(id),
        ..answer
    })
}

fn delete_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let (organisation, caller) = admit(call)?;
    rules::delete(organisation, caller.as_ref(), call.parameter("user_id"))?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn delete_number(call: &Call<'_>) -> Result<Answer, Problem> {
    let (organisation, _) = admit(call)?;
    rules::delete_number(organisation, call.parameter("user_id"))?;
    Ok(Answer::new(StatusCode::NO_CONTENT))
}

fn show_roles(call: &Call<'_>) -> Result<Answer, Problem> {
    let (organisation, _) = admit(call)?;
    let account = rules::find_user(organisation, call.parameter("user_id"))?;
    roles(call, organisation, &account)
}

fn save_roles(call: &Call<'_>) -> Result<Answer, Problem> {
    let (organisation, _) = admit(call)?;
    let account = rules::find_user(organisation, call.parameter("user_id"))?;
    call.check_if_match(&tag(&account))?;
    let wanted = wire::new_roles(call.object()?)?;
    let account = rules::save_roles(organisation, &account, &wanted, call.today)?;
    roles(call, organisation, &account)
}

fn list_services(call: &Call<'_>) -> Result<Answer, Problem> {
    let (organisation, _) = admit(call)?;
    let services = organisation.areas(&Stretch::all())?;
    Answer::json(
        StatusCode::OK,
        &Services {
            organisation: call.stated_organisation(&organisation.id),
            total: stated_total(call, organisation.areas_count()?),
            services: services.into_iter().map(Into::into).collect(),
        },
    )
}

fn roles(
    call: &Call<'_>,
    organisation: &OrganisationRows<'_>,
    account: &Account,
) -> Result<Answer, Problem> {
    let body = UserRoles {
        organisation: call.stated_organisation(&organisation.id),
        user_id: &account.id,
        roles: wire::roles(account),
    };
    Ok(Answer::json(StatusCode::OK, &body)?.with(header::ETAG, tag(account)))
}

/// The version tag of a user's roles: its number goes up with every change of the user.
fn tag(account: &Account) -> String {
    format!("\"{}\"", account.version)
}
