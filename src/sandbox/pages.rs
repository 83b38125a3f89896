//! Pages for people: the shell around each dialect's own screens. A click goes through the same
//! rules as a call, and is in no log of calls: it is somebody's edit at the portal.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::{FormRejection, RawPathParamsRejection};
use axum::extract::{Form, Query, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use jiff::civil::Date;
use minijinja::{Environment, Value, context};

use super::dialects::REGISTRY;
use super::problem::Problem;
use super::server::{Portal, Sandbox};
use super::store::{OrganisationRows, PortalRows};

/// Somebody at one of an organisation's pages.
pub(crate) struct Visit<'a> {
    /// Whose page it is.
    pub(crate) organisation: OrganisationRows<'a>,
    /// The sandbox's day.
    pub(crate) today: Date,
    /// The last segment of the address; empty for the first page.
    pub(crate) view: &'a str,
    /// Whether a form was sent, rather than a page asked for.
    pub(crate) sent: bool,
    fields: &'a [(String, String)],
}

impl Visit<'_> {
    /// A field of the form or of the address; empty where there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }
}

/// What is shown next.
pub(crate) enum Page {
    /// A page made from a template.
    Show {
        /// Its name among the dialect's templates.
        template: &'static str,
        /// What it is made from.
        context: Value,
    },
    /// Another page of the same organisation, so that reloading it sends nothing twice.
    Go {
        /// The last segment of its address.
        view: &'static str,
        /// The fields of its address.
        fields: BTreeMap<&'static str, String>,
    },
}

/// Every template, parsed.
pub(crate) fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    let shared = [
        ("base.html", include_str!("pages/base.html")),
        ("portals.html", include_str!("pages/portals.html")),
        (
            "organisations.html",
            include_str!("pages/organisations.html"),
        ),
        ("problem.html", include_str!("pages/problem.html")),
    ];
    let own = REGISTRY.iter().flat_map(|dialect| dialect.templates);
    for (name, text) in shared.iter().chain(own) {
        environment.add_template(name, text)?;
    }
    Ok(environment)
}

/// Everything that people look at.
pub(crate) fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/", get(portals))
        .route("/pages/{portal}", get(organisations))
        .route("/pages/{portal}/{organisation}", get(visit).post(visit))
        .route(
            "/pages/{portal}/{organisation}/{view}",
            get(visit).post(visit),
        )
        .layer(from_fn(same_site))
        .with_state(sandbox)
}

/// Refuses what another site's page sends from somebody's browser, and tells the browser to load
/// nothing from anywhere.
pub(crate) async fn same_site(request: Request, next: Next) -> Response {
    let crossing = request
        .headers()
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site");
    if crossing && request.method() != Method::GET {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "cross-site",
            "Another site cannot do that here",
            "the request came from another site's page",
        )
        .into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

type Shared = State<Arc<Sandbox>>;
type Parameters = Result<RawPathParams, RawPathParamsRejection>;

async fn portals(State(sandbox): Shared) -> Response {
    let portals: Vec<Value> = sandbox
        .portals
        .values()
        .map(|portal| context! { name => portal.name.as_str(), title => portal.dialect.title })
        .collect();
    show(
        &sandbox,
        "portals.html",
        context! { portals, today => sandbox.today().to_string() },
        StatusCode::OK,
    )
}

async fn organisations(State(sandbox): Shared, parameters: Parameters) -> Response {
    let Some(portal) = find(&sandbox, &parameters) else {
        return lost(&sandbox);
    };
    let list = sandbox.store.transaction(|connection| {
        let rows = rows(connection, portal);
        let ids = rows.organisations()?;
        let found = ids.iter().map(|id| rows.organisation(id));
        let found = found.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok::<_, Problem>(
            found
                .into_iter()
                .flatten()
                .map(|organisation| context! { id => organisation.id, name => organisation.name })
                .collect::<Vec<_>>(),
        )
    });
    match list {
        Ok(organisations) => show(
            &sandbox,
            "organisations.html",
            context! {
                organisations, portal => portal.name.as_str(), title => portal.dialect.title,
                today => sandbox.today().to_string(),
            },
            StatusCode::OK,
        ),
        Err(problem) => problem.into_response(),
    }
}

/// One of an organisation's pages, asked for or sent to.
async fn visit(
    State(sandbox): Shared,
    parameters: Parameters,
    method: Method,
    uri: Uri,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let sent = method == Method::POST;
    let fields = match form {
        Ok(Form(fields)) if sent => fields,
        Err(rejection) if sent => return rejection.into_response(),
        _ => Query::try_from_uri(&uri).map_or_else(|_| Vec::new(), |Query(fields)| fields),
    };
    let Some(portal) = find(&sandbox, &parameters) else {
        return lost(&sandbox);
    };
    let id = parameter(&parameters, "organisation").to_owned();
    let view = parameter(&parameters, "view").to_owned();
    let page = sandbox.store.transaction(|connection| {
        let Some(organisation) = rows(connection, portal).organisation(&id)? else {
            return Err(Problem::not_found(uri.path()));
        };
        let name = organisation.name.clone();
        let visit = Visit {
            organisation,
            today: sandbox.today(),
            view: &view,
            sent,
            fields: &fields,
        };
        let page = (portal.dialect.page)(&visit)?;
        Ok((name, page))
    });
    let whose = |name: &str| {
        context! {
            portal => portal.name.as_str(), title => portal.dialect.title, organisation => id.as_str(),
            name, base => address(&sandbox, portal, &id, "", &BTreeMap::new()),
            today => sandbox.today().to_string(),
        }
    };
    match page {
        Ok((name, Page::Show { template, context })) => {
            let context = context! { ..whose(&name), ..context };
            show(&sandbox, template, context, StatusCode::OK)
        }
        Ok((_, Page::Go { view, fields })) => {
            let address = address(&sandbox, portal, &id, view, &fields);
            go(&address)
        }
        Err(problem) => {
            let context = context! {
                problem => problem.title, detail => problem.detail, ..whose(&id)
            };
            show(&sandbox, "problem.html", context, problem.status)
        }
    }
}

fn rows<'a>(connection: &'a rusqlite::Connection, portal: &'a Portal) -> PortalRows<'a> {
    PortalRows {
        connection,
        portal: &portal.name,
    }
}

fn parameter<'a>(parameters: &'a Parameters, wanted: &str) -> &'a str {
    let parameters = parameters.iter().flatten();
    let mut values = parameters.filter(|(name, _)| *name == wanted);
    values.next().map_or("", |(_, value)| value)
}

fn find<'a>(sandbox: &'a Sandbox, parameters: &Parameters) -> Option<&'a Portal> {
    let name = parameter(parameters, "portal");
    sandbox.portals.get(name).map(AsRef::as_ref)
}

fn show(sandbox: &Sandbox, template: &str, context: Value, status: StatusCode) -> Response {
    let text = sandbox
        .templates
        .get_template(template)
        .and_then(|template| template.render(context));
    match text {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, template, "a page cannot be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn lost(sandbox: &Sandbox) -> Response {
    let context = context! {
        problem => "There is no such page",
        detail => "The sandbox has no portal or organisation of that name.",
    };
    show(sandbox, "problem.html", context, StatusCode::NOT_FOUND)
}

/// The address of an organisation's page, with everything encoded that must be.
fn address(
    sandbox: &Sandbox,
    portal: &Portal,
    organisation: &str,
    view: &str,
    fields: &BTreeMap<&'static str, String>,
) -> String {
    const FORM: &str = "/pages/{{ portal|urlencode }}/{{ organisation|urlencode }}\
        {% if view %}/{{ view|urlencode }}{% endif %}{% if fields %}?{{ fields|urlencode }}{% endif %}";
    let context = context! { portal => portal.name.as_str(), organisation, view, fields };
    sandbox
        .templates
        .render_str(FORM, context)
        .unwrap_or_else(|_| "/".to_owned())
}

fn go(address: &str) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(address) {
        headers.insert(header::LOCATION, value);
    }
    (StatusCode::SEE_OTHER, headers).into_response()
}
