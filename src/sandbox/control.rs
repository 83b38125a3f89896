//! The control of the sandbox itself: what happened, what is to go wrong, which day it is. It has
//! no token; it is no portal's API, and what it is asked is not in the log of calls.
//!
//! | | |
//! |---|---|
//! | `GET /calls?portal=&organisation=` | the calls that the portals got, oldest first |
//! | `GET /outbox?portal=&organisation=` | the mails that they would have sent, oldest first |
//! | `GET`, `PUT`, `DELETE /faults` | the faults: a list of `{match: {portal, method, path}, kind, rate, seed, times, …}` |
//! | `POST /reset` | back to the seeds, the first day, no calls, mails, faults, limits |
//! | `GET`, `PUT /clock` | `{"today": "2026-10-01"}` |
//! | `GET`, `PUT /state?portal=&organisation=` | one organisation as a snapshot; made equal to one, as by somebody's edits |
//! | `PUT /rate-limit` | `{"portal": "ofs", "per_second": 10}`, null for none; all portals without `portal` |
//! | `PUT /access-keys` | `{"portal", "organisation", "area", "key"}`: issues the key of an area |
//! | `PUT /tokens` | `{"portal", "token", "read_only", "organisations"}`: issues a token |

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::parse;
use super::calls;
use super::edit;
use super::faults::FaultDocument;
use super::outbox;
use super::pages::same_site;
use super::problem::{Problem, shortened};
use super::seed;
use super::server::{Portal, Sandbox};
use super::store::{KeyOpens, OrganisationRows, PortalRows};
use super::tokens::Token;
use crate::model::snapshot::Snapshot;

type Shared = State<Arc<Sandbox>>;

/// Everything below `/control`.
pub(crate) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/calls", get(list_calls))
        .route("/outbox", get(list_mails))
        .route(
            "/faults",
            get(list_faults).put(set_faults).delete(clear_faults),
        )
        .route("/reset", post(reset))
        .route("/clock", get(clock).put(set_clock))
        .route("/state", get(state).put(set_state))
        .route("/rate-limit", put(set_rate_limit))
        .route("/access-keys", put(issue_key))
        .route("/tokens", put(issue_token))
        .fallback(|request: Request| async move {
            Problem::not_found(request.uri().path()).into_response()
        })
        .layer(axum::middleware::from_fn(same_site))
        .with_state(sandbox)
}

/// Which records are wanted.
#[derive(Debug, Default, Deserialize)]
struct Filter {
    portal: Option<String>,
    organisation: Option<String>,
}

impl Filter {
    fn of(uri: &Uri) -> Self {
        Query::try_from_uri(uri).map_or_else(|_| Self::default(), |Query(filter)| filter)
    }
}

async fn list_calls(State(sandbox): Shared, uri: Uri) -> Result<Response, Problem> {
    let Filter {
        portal,
        organisation,
    } = Filter::of(&uri);
    let calls = sandbox.store.transaction(|connection| {
        calls::list(connection, organisation.as_deref(), portal.as_deref())
    })?;
    Ok(Json(calls).into_response())
}

async fn list_mails(State(sandbox): Shared, uri: Uri) -> Result<Response, Problem> {
    let Filter {
        portal,
        organisation,
    } = Filter::of(&uri);
    let mails = sandbox.store.transaction(|connection| {
        outbox::list(connection, organisation.as_deref(), portal.as_deref())
    })?;
    Ok(Json(mails).into_response())
}

async fn list_faults(State(sandbox): Shared) -> Json<Vec<Value>> {
    Json(sandbox.faults().state())
}

async fn set_faults(State(sandbox): Shared, body: Bytes) -> Result<Json<Vec<Value>>, Problem> {
    let documents: Vec<FaultDocument> = parse(&body)?;
    let armed = documents.into_iter().map(FaultDocument::arm);
    let armed = armed
        .collect::<Result<Vec<_>, _>>()
        .map_err(Problem::invalid_body)?;
    let mut faults = sandbox.faults();
    faults.set(armed);
    Ok(Json(faults.state()))
}

async fn clear_faults(State(sandbox): Shared) -> StatusCode {
    sandbox.faults().clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(sandbox): Shared) -> Result<StatusCode, Problem> {
    let portals = sandbox.portals.values().map(AsRef::as_ref);
    sandbox
        .store
        .transaction(|connection| seed::reset(connection, portals))
        .map_err(|error| {
            tracing::error!(%error, "the sandbox cannot go back to its seeds");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The sandbox failed",
                error.to_string(),
            )
        })?;
    sandbox.faults().clear();
    sandbox.limits.clear();
    sandbox.set_today(sandbox.first_day);
    Ok(StatusCode::NO_CONTENT)
}

/// The sandbox's day.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    today: Date,
}

async fn clock(State(sandbox): Shared) -> Json<Clock> {
    Json(Clock {
        today: sandbox.today(),
    })
}

async fn set_clock(State(sandbox): Shared, body: Bytes) -> Result<Json<Clock>, Problem> {
    let clock: Clock = parse(&body)?;
    sandbox.set_today(clock.today);
    Ok(Json(clock))
}

async fn state(State(sandbox): Shared, uri: Uri) -> Result<Response, Problem> {
    let Filter {
        portal,
        organisation,
    } = Filter::of(&uri);
    let portal = find_portal(&sandbox, portal.as_deref().unwrap_or_default())?;
    let id = organisation.unwrap_or_default();
    let snapshot = sandbox.store.transaction(|connection| {
        let organisation = find_organisation(portal_rows(connection, portal), &id)?;
        Ok::<_, Problem>(organisation.snapshot(portal.dialect.name, sandbox.today())?)
    })?;
    Ok(Json(snapshot).into_response())
}

async fn set_state(State(sandbox): Shared, uri: Uri, body: Bytes) -> Result<StatusCode, Problem> {
    let Filter {
        portal,
        organisation,
    } = Filter::of(&uri);
    let portal = find_portal(&sandbox, portal.as_deref().unwrap_or_default())?;
    let id = organisation.unwrap_or_default();
    let snapshot: Snapshot = parse(&body)?;
    if snapshot.organisation != id {
        let other = shortened(&snapshot.organisation);
        let detail = format!("it is of organisation `{other}`");
        return Err(Problem::invalid_body(detail));
    }
    let seeds = seed::accept(
        &portal.name,
        portal.dialect,
        vec![snapshot],
        sandbox.today(),
    )
    .map_err(|refusal| Problem::invalid_body(refusal.to_string()))?;
    sandbox.store.transaction(|connection| {
        let organisation = find_organisation(portal_rows(connection, portal), &id)?;
        for seed in seeds {
            edit::make_so(&organisation, seed)?;
        }
        Ok::<_, Problem>(())
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateLimit {
    portal: Option<String>,
    per_second: Option<u32>,
}

async fn set_rate_limit(State(sandbox): Shared, body: Bytes) -> Result<StatusCode, Problem> {
    let RateLimit { portal, per_second } = parse(&body)?;
    if per_second == Some(0) {
        return Err(Problem::invalid_body(
            "`per_second` is at least 1, or null for no limit",
        ));
    }
    match portal {
        Some(name) => sandbox
            .limits
            .set(&find_portal(&sandbox, &name)?.name, per_second),
        None => sandbox
            .portals
            .keys()
            .for_each(|name| sandbox.limits.set(name, per_second)),
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssueKey {
    portal: String,
    organisation: String,
    area: String,
    key: Option<String>,
}

async fn issue_key(State(sandbox): Shared, body: Bytes) -> Result<Json<Value>, Problem> {
    let IssueKey {
        portal,
        organisation,
        area,
        key,
    } = parse(&body)?;
    let portal = find_portal(&sandbox, &portal)?;
    let key = key.unwrap_or_else(|| format!("key-{organisation}-{area}"));
    sandbox.store.transaction(|connection| {
        let rows = portal_rows(connection, portal);
        let organisation = find_organisation(rows, &organisation)?;
        if organisation.area(&area)?.is_none() {
            return Err(unknown("area", &area));
        }
        let opens = KeyOpens {
            organisation: organisation.id,
            area: area.clone(),
        };
        Ok(rows.issue_key(&key, &opens)?)
    })?;
    Ok(Json(json!({ "key": key })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssueToken {
    portal: String,
    token: String,
    #[serde(default)]
    read_only: bool,
    organisations: Option<Vec<String>>,
}

async fn issue_token(State(sandbox): Shared, body: Bytes) -> Result<StatusCode, Problem> {
    let IssueToken {
        portal,
        token,
        read_only,
        organisations,
    } = parse(&body)?;
    let portal = find_portal(&sandbox, &portal)?;
    let token = Token {
        text: token,
        read_only,
        organisations,
    };
    sandbox
        .store
        .transaction(|connection| portal_rows(connection, portal).issue_token(&token))?;
    Ok(StatusCode::NO_CONTENT)
}

fn portal_rows<'a>(connection: &'a rusqlite::Connection, portal: &'a Portal) -> PortalRows<'a> {
    PortalRows {
        connection,
        portal: &portal.name,
    }
}

fn find_portal<'a>(sandbox: &'a Sandbox, name: &str) -> Result<&'a Portal, Problem> {
    sandbox
        .portals
        .get(name)
        .map(AsRef::as_ref)
        .ok_or_else(|| unknown("portal", name))
}

fn find_organisation<'a>(rows: PortalRows<'a>, id: &str) -> Result<OrganisationRows<'a>, Problem> {
    rows.organisation(id)?
        .ok_or_else(|| unknown("organisation", id))
}

fn unknown(what: &str, name: &str) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown",
        "The sandbox has no such thing",
        format!("there is no {what} `{}`", shortened(name)),
    )
}
