//! What is served where: the portals, their documents and pages, the control. Holds what all of
//! them share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{ConnectInfo, Query, RawPathParams, Request};
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, get};
use jiff::civil::Date;
use minijinja::Environment;

use crate::model::snapshot::Snapshot;

use super::call::{Answer, Route};
use super::connection::Switch;
use super::dialects::Dialect;
use super::exchange::{Arrival, Target, exchange};
use super::faults::Faults;
use super::idempotency::InFlight;
use super::limits::{RateLimits, read_body};
use super::problem::Problem;
use super::store::Store;
use super::{control, pages};

/// One portal of the sandbox.
#[derive(Debug)]
pub(crate) struct Portal {
    /// Its name, which its address holds.
    pub(crate) name: String,
    /// Whose rules it keeps.
    pub(crate) dialect: &'static Dialect,
    /// What it begins with, and goes back to.
    pub(crate) seeds: Vec<Snapshot>,
}

/// What the whole sandbox shares.
#[derive(Debug)]
pub(crate) struct Sandbox {
    /// The rows.
    pub(crate) store: Store,
    /// By name.
    pub(crate) portals: BTreeMap<String, Arc<Portal>>,
    /// Requests a second.
    pub(crate) limits: RateLimits,
    /// Idempotency keys that have no answer yet.
    pub(crate) in_flight: InFlight,
    /// The pages' templates.
    pub(crate) templates: Environment<'static>,
    /// The day on which the sandbox began.
    pub(crate) first_day: Date,
    faults: Mutex<Faults>,
    today: Mutex<Date>,
}

impl Sandbox {
    pub(crate) fn new(
        store: Store,
        portals: BTreeMap<String, Arc<Portal>>,
        templates: Environment<'static>,
        today: Date,
    ) -> Self {
        Self {
            store,
            portals,
            limits: RateLimits::default(),
            in_flight: InFlight::default(),
            templates,
            first_day: today,
            faults: Mutex::default(),
            today: Mutex::new(today),
        }
    }

    /// The faults. Whoever holds them never asks for the store.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sandbox's day.
    pub(crate) fn today(&self) -> Date {
        *self.today.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the sandbox's day.
    pub(crate) fn set_today(&self, today: Date) {
        *self.today.lock().unwrap_or_else(PoisonError::into_inner) = today;
    }
}

/// Everything that is served.
pub(crate) fn router(sandbox: &Arc<Sandbox>) -> Router {
    let mut router = Router::new()
        .merge(pages::router(Arc::clone(sandbox)))
        .nest("/control", control::router(Arc::clone(sandbox)));
    for portal in sandbox.portals.values() {
        let below = portal_router(sandbox, portal);
        router = router.nest(&format!("/portals/{}", portal.name), below);
    }
    router.fallback(|request: Request| async move {
        Problem::not_found(request.uri().path()).into_response()
    })
}

/// One portal's API.
fn portal_router(sandbox: &Arc<Sandbox>, portal: &Arc<Portal>) -> Router {
    let document = portal.dialect.openapi;
    let mut router = Router::new().route(
        "/openapi.json",
        get(move || async move { ([(header::CONTENT_TYPE, "application/json")], document) }),
    );
    let mut by_path: BTreeMap<&'static str, Vec<&'static Route>> = BTreeMap::new();
    for route in portal.dialect.routes {
        by_path.entry(route.path).or_default().push(route);
    }
    for (path, routes) in by_path {
        let methods: Vec<&str> = routes.iter().map(|route| route.method).collect();
        let wrong = Target::WrongMethod(methods.join(", "));
        let mut served = MethodRouter::new().fallback(endpoint(sandbox, portal, wrong));
        for route in routes {
            if let Some(filter) = filter(route.method) {
                served = served.on(filter, endpoint(sandbox, portal, Target::Route(route)));
            }
        }
        router = router.route(path, served);
    }
    router.fallback(endpoint(sandbox, portal, Target::Nothing))
}

fn filter(method: &str) -> Option<MethodFilter> {
    MethodFilter::try_from(Method::from_bytes(method.as_bytes()).ok()?).ok()
}

type Parameters = Result<RawPathParams, RawPathParamsRejection>;
type EndpointFuture = std::pin::Pin<Box<dyn Future<Output = Response> + Send>>;

/// What axum calls for one target.
fn endpoint(
    sandbox: &Arc<Sandbox>,
    portal: &Arc<Portal>,
    target: Target,
) -> impl FnOnce(ConnectInfo<Switch>, Parameters, Request) -> EndpointFuture
+ Clone
+ Send
+ Sync
+ 'static {
    let (sandbox, portal) = (Arc::clone(sandbox), Arc::clone(portal));
    move |ConnectInfo(switch), parameters, request| {
        Box::pin(async move {
            let arrival = arrive(target, parameters, request).await;
            exchange(&sandbox, &portal, arrival, &switch).await
        })
    }
}

/// Takes a request apart.
async fn arrive(target: Target, parameters: Parameters, request: Request) -> Arrival {
    let (parts, body) = request.into_parts();
    let query = Query::try_from_uri(&parts.uri).map_or_else(|_| Vec::new(), |Query(query)| query);
    // An address whose segments are not UTF-8 is not one of ours.
    let (target, parameters) = match parameters {
        Ok(parameters) => {
            let parameters = parameters.iter();
            let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
            (target, parameters.collect())
        }
        Err(_) => (Target::Nothing, BTreeMap::new()),
    };
    Arrival {
        target,
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query,
        headers: parts.headers,
        parameters,
        body: read_body(body).await,
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        Self::into_response(self, None)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.answer().into_response(None)
    }
}
