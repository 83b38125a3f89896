//! What Hwb serves, and how each call is read and answered. What is allowed stands in the rules.

use axum::http::{StatusCode, header};
use url::Url;
use url::form_urlencoded::Serializer;

use super::rules::{self, Activity};
use super::wire::{self, Made, NewPassword, OneUser, School, Schools, User, UserPage};
use crate::sandbox::call::{Answer, Call, Operation, Route};
use crate::sandbox::paging::stated_total;
use crate::sandbox::problem::{Problem, shortened};
use crate::sandbox::store::{Account, OrganisationRows, Stretch};

const PER_PAGE: i64 = 100;
const MOST_PER_PAGE: i64 = 500;

/// Every address and method: the same below an authority and below a school.
pub(super) const ROUTES: &[Route] = &[
    route("GET", "/authorities/{authority}/schools", list_schools),
    route("GET", "/authorities/{authority}/users", list_users),
    route("POST", "/authorities/{authority}/users", create_user),
    route("GET", "/authorities/{authority}/users/{id}", show_user),
    route("POST", "/authorities/{authority}/users/{id}/keep", keep),
    route(
        "POST",
        "/authorities/{authority}/users/{id}/activate",
        activate,
    ),
    route(
        "POST",
        "/authorities/{authority}/users/{id}/deactivate",
        deactivate,
    ),
    route(
        "POST",
        "/authorities/{authority}/users/{id}/password",
        password,
    ),
    route(
        "POST",
        "/authorities/{authority}/users/{id}/promote",
        promote,
    ),
    route("POST", "/authorities/{authority}/users/{id}/demote", demote),
    route("GET", "/schools/{school}/users", list_users),
    route("POST", "/schools/{school}/users", create_user),
    route("GET", "/schools/{school}/users/{id}", show_user),
    route("POST", "/schools/{school}/users/{id}/keep", keep),
    route("POST", "/schools/{school}/users/{id}/activate", activate),
    route(
        "POST",
        "/schools/{school}/users/{id}/deactivate",
        deactivate,
    ),
    route("POST", "/schools/{school}/users/{id}/password", password),
    route("POST", "/schools/{school}/users/{id}/promote", promote),
    route("POST", "/schools/{school}/users/{id}/demote", demote),
];

const fn route(method: &'static str, path: &'static str, operation: Operation) -> Route {
    Route {
        method,
        path,
        operation,
    }
}

/// The organisation of the address, if it is of the kind that the address says.
fn organisation<'a, 'b>(call: &'b Call<'a>) -> Result<&'b OrganisationRows<'a>, Problem> {
    let organisation = call.organisation()?;
    let asked_as_school = !call.parameter("school").is_empty();
    if rules::is_school(&organisation.id) == asked_as_school {
        Ok(organisation)
    } else {
        Err(Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-organisation",
            "There is no such organisation at this portal",
            "a school has a number of 7 digits, and an authority has not",
        ))
    }
}

fn list_schools(call: &Call<'_>) -> Result<Answer, Problem> {
    let authority = organisation(call)?;
    let schools = rules::schools(call.rows)?;
    let opened = schools.into_iter();
    let schools: Vec<School> = opened
        .filter(|school| call.token.opens(&school.id))
        .map(|school| School {
            id: school.id,
            name: school.name,
        })
        .collect();
    Answer::json(
        StatusCode::OK,
        &Schools {
            organisation: call.stated_organisation(&authority.id),
            total: schools.len(),
            schools,
        },
    )
}

fn list_users(call: &Call<'_>) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let per_page = per_page(call)?;
    let asked = offset(call)?;
    let offset = match call.twists {
        twists if asked > 0 && twists.duplicate => 0,
        twists if asked > 0 => asked.saturating_add(twists.shift).max(0),
        _ => asked,
    };
    let search = call.query("search").unwrap_or_default();
    let hidden = rules::hidden(organisation, asked == 0, &call.twists.hidden)?;
    let stretch = Stretch {
        offset,
        limit: per_page,
        hidden,
    };
    let accounts = organisation.accounts(search, &stretch)?;
    let counted = organisation.accounts_count(search, &stretch.hidden)?;
    let activity = Activity::of(organisation, call.today)?;
    let users = accounts.into_iter();
    let answer = Answer::json(
        StatusCode::OK,
        &UserPage {
            organisation: call.stated_organisation(&organisation.id),
            total: stated_total(call, counted),
            users: users.map(|account| User::of(account, &activity)).collect(),
        },
    )?;
    let next = asked.saturating_add(per_page);
    if next >= counted {
        return Ok(answer);
    }
    let link = format!("<{}>; rel=\"next\"", next_page(call, per_page, next));
    Ok(answer.with(header::LINK, link))
}

/// The address of the next page: whole where the caller says by what host it calls, else only its
/// query.
fn next_page(call: &Call<'_>, per_page: i64, next: i64) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("per_page", &per_page.to_string());
    if let Some(search) = call.query("search") {
        query.append_pair("search", search);
    }
    query.append_pair("cursor", &format!("after-{next}"));
    let query = query.finish();
    let (collection, id) = match (call.parameter("authority"), call.parameter("school")) {
        ("", school) => ("schools", school),
        (authority, _) => ("authorities", authority),
    };
    let host = call.headers.get(header::HOST);
    let mut whole = host
        .and_then(|host| host.to_str().ok())
        .and_then(|host| Url::parse(&format!("http://{host}/")).ok());
    if let Some(Ok(mut path)) = whole.as_mut().map(Url::path_segments_mut) {
        let segments = ["portals", call.rows.portal, collection, id, "users"];
        path.clear().extend(segments);
    }
    whole.map_or_else(|| format!("?{query}"), |whole| format!("{whole}?{query}"))
}

fn per_page(call: &Call<'_>) -> Result<i64, Problem> {
    let Some(text) = call.query("per_page") else {
        return Ok(PER_PAGE);
    };
    match text.parse() {
        Ok(number) if (1..=MOST_PER_PAGE).contains(&number) => Ok(number),
        _ => Err(invalid_paging(format!(
            "`per_page` is a number from 1 to {MOST_PER_PAGE}, not `{}`",
            shortened(text)
        ))),
    }
}

/// How many rows come before the page that the cursor stands for.
fn offset(call: &Call<'_>) -> Result<i64, Problem> {
    let Some(cursor) = call.query("cursor") else {
        return Ok(0);
    };
    let number = cursor
        .strip_prefix("after-")
        .and_then(|rest| rest.parse::<u32>().ok());
    number
        .map(i64::from)
        .ok_or_else(|| invalid_paging(format!("`{}` is no cursor of this list", shortened(cursor))))
}

fn invalid_paging(detail: String) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid-paging",
        "There is no such page",
        detail,
    )
}

fn create_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let user = wire::new_user(call.object()?)?;
    let account = rules::create(organisation, user, call.today)?;
    let answer = Answer::json(
        StatusCode::ACCEPTED,
        &Made {
            organisation: call.stated_organisation(&organisation.id),
            id: &account.id,
            username: &account.login,
        },
    )?;
    Ok(Answer {
        created: Some(account.id),
        ..answer
    })
}

fn show_user(call: &Call<'_>) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let id = call.parameter("id");
    organisation.count_read(Some(id))?;
    let account = rules::find_user(organisation, id)?;
    one_user(call, organisation, account, StatusCode::OK)
}

/// The user that is acted on, if it is still as the caller read it.
fn acted_on(call: &Call<'_>, organisation: &OrganisationRows<'_>) -> Result<Account, Problem> {
    let account = rules::find_user(organisation, call.parameter("id"))?;
    call.check_if_match(&tag(&account))?;
    Ok(account)
}

fn keep(call: &Call<'_>) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let account = acted_on(call, organisation)?;
    let term = wire::term(call.object()?)?;
    let account = rules::keep(organisation, account, term, call.today)?;
    one_user(call, organisation, account, StatusCode::OK)
}

fn activate(call: &Call<'_>) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let account = acted_on(call, organisation)?;
    wire::nothing_else(&call.object()?)?;
    let account = rules::activate(organisation, account, call.today)?;
    one_user(call, organisation, account, StatusCode::ACCEPTED)
}

fn deactivate(call: &Call<'_>) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let account = acted_on(call, organisation)?;
    wire::nothing_else(&call.object()?)?;
    let account = rules::deactivate(organisation, account)?;
    one_user(call, organisation, account, StatusCode::OK)
}

fn promote(call: &Call<'_>) -> Result<Answer, Problem> {
    set_admin(call, true)
}

fn demote(call: &Call<'_>) -> Result<Answer, Problem> {
    set_admin(call, false)
}

fn set_admin(call: &Call<'_>, admin: bool) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let account = acted_on(call, organisation)?;
    wire::nothing_else(&call.object()?)?;
    let own = rules::own_account(organisation, |id| call.token.opens(id))?;
    let account = rules::set_admin(organisation, &account, admin, own.as_deref())?;
    one_user(call, organisation, account, StatusCode::OK)
}

fn password(call: &Call<'_>) -> Result<Answer, Problem> {
    let organisation = organisation(call)?;
    let account = acted_on(call, organisation)?;
    let chosen = wire::password(call.object()?)?;
    let password = rules::reset_password(organisation, &account, chosen.as_deref())?;
    Answer::json(
        StatusCode::OK,
        &NewPassword {
            organisation: call.stated_organisation(&organisation.id),
            id: &account.id,
            password,
        },
    )
}

fn one_user(
    call: &Call<'_>,
    organisation: &OrganisationRows<'_>,
    account: Account,
    status: StatusCode,
) -> Result<Answer, Problem> {
    let tag = tag(&account);
    let activity = Activity::of(organisation, call.today)?;
    let body = OneUser {
        organisation: call.stated_organisation(&organisation.id),
        user: User::of(account, &activity),
    };
    Ok(Answer::json(status, &body)?.with(header::ETAG, tag))
}

/// The version tag of a user: its number goes up with every act on the user.
fn tag(account: &Account) -> String {
    format!("\"{}\"", account.version)
}
