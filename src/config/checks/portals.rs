//! Checks of the project's portals: who speaks to them and how they are reached.

use std::path::{Component, Path};

use jiff::tz::TimeZone;
use url::{Host, Url};

use super::forms;
use crate::config::context::{Context, PortalView};
use crate::config::documents::{RouteWord, TokenDocument};
use crate::config::findings::{Finding, Findings};
use crate::config::secrets::is_variable;
use crate::config::spanned::Spanned;
use crate::config::suggest;
use crate::model::nearest::nearest;
use crate::model::rules::Create;

pub(super) fn time_zone(context: &Context<'_>, findings: &mut Findings) {
    let Some(zone) = &context.document.timezone else {
        return;
    };
    if TimeZone::get(zone.value).is_err() {
        let message = format!("there is no time zone `{}`", zone.value);
        let known: Vec<String> = jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .collect();
        let help = nearest(zone.value, known.iter().map(String::as_str))
            .map(|name| format!("did you mean `{name}`?"));
        findings.push(
            Finding::error("time-zone", &zone.span, message)
                .help("write a name such as `Europe/London`")
                .maybe_help(help),
        );
    }
}

pub(super) fn driver(context: &Context<'_>, findings: &mut Findings) {
    for view in context.portals.values().filter(|view| view.rules.is_none()) {
        let driver = &view.document.driver;
        let known = context.drivers.keys().copied();
        findings.push(
            Finding::error(
                "unknown-driver",
                &driver.span,
                format!("there is no driver `{}`", driver.value),
            )
            .maybe_help(suggest::help(driver.value, known, "drivers")),
        );
    }
}

pub(super) fn reach(context: &Context<'_>, findings: &mut Findings) {
    for view in context.portals.values() {
        let document = view.document;
        if let Some(url) = &document.url
            && let Some(finding) = unsafe_url("url", url)
        {
            findings.push(finding);
        }
        if document.via == Some(RouteWord::Worklist) {
            continue;
        }
        let missing = [
            ("url", document.url.is_none()),
            (
                "token",
                document.token.is_none() && document.client_credentials.is_none(),
            ),
        ];
        for (key, _) in missing.into_iter().filter(|(_, missing)| *missing) {
            findings.push(missing_key(view, key));
        }
    }
}

/// Snapshots are written as well as read: a path that climbs would have them written anywhere.
pub(super) fn snapshots(context: &Context<'_>, findings: &mut Findings) {
    let folders = context.portals.values();
    for folder in folders.filter_map(|view| view.document.snapshots.as_ref()) {
        let is_step = |step| matches!(step, Component::Normal(_) | Component::CurDir);
        let stays = Path::new(folder.value).components().all(is_step);
        if !stays || folder.value.contains('\\') {
            let message = format!("`{}` leaves the project's folder", folder.value);
            findings.push(
                Finding::error("outside-project", &folder.span, message)
                    .help("name a folder below that of the project file, such as `live/hfl`"),
            );
        }
    }
}

fn missing_key(view: &PortalView<'_>, key: &str) -> Finding {
    let name = view.key.value;
    let example = match key {
        "url" => "url: https://portal.example/api",
        _ => "token: { env: NAME_OF_A_VARIABLE }",
    };
    let message = format!("the portal `{name}` needs the key `{key}`");
    Finding::error("missing-key", &view.key.span, message)
        .label(format!("`{key}` is missing"))
        .help(format!(
            "write `{example}`, or `via: worklist` for a portal without an API"
        ))
}

pub(super) fn unsafe_url(key: &str, url: &Spanned<&str>) -> Option<Finding> {
    let wrong = |what: &str, help: &str| {
        let message = format!("`{key}` {what}");
        Some(Finding::error("url", &url.span, message).help(help))
    };
    let Ok(parsed) = Url::parse(url.value) else {
        return wrong(
            "is no address",
            "write it whole: `https://portal.example/api`",
        );
    };
    if !parsed.username().is_empty() || parsed.password().is_some() {
        let finding = Finding::error(
            "literal-secret",
            &url.span,
            format!("`{key}` holds a user name or a password"),
        )
        .help("keep it out of the address: name it as `token: { env: NAME }`");
        return Some(finding);
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return wrong(
            "goes on after a `?` or a `#`",
            "end it before that; secrets do not belong into an address",
        );
    }
    let loopback = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match parsed.scheme() {
        "https" => None,
        "http" if loopback => None,
        _ => wrong(
            "must begin with `https://`",
            "a token must not travel in the clear; plain `http` is allowed to this machine only",
        ),
    }
}

pub(super) fn token(context: &Context<'_>, findings: &mut Findings) {
    for view in context.portals.values() {
        let written = [
            ("token", &view.document.token),
            ("plan_token", &view.document.plan_token),
        ];
        for (key, token) in written {
            if let Some(token) = token {
                one_token(key, token, findings);
            }
        }
    }
}

pub(super) fn one_token(key: &str, token: &Spanned<TokenDocument<'_>>, findings: &mut Findings) {
    let TokenDocument { env, file } = &token.value;
    if env.is_some() == file.is_some() {
        let message = format!("`{key}` must name either `env` or `file`");
        findings.push(
            Finding::error("token", &token.span, message)
                .help(format!("write `{key}: {{ env: NAME }}`")),
        );
    }
    if let Some(name) = env
        && !is_variable(name.value)
    {
        findings.push(
            Finding::error(
                "token",
                &name.span,
                "`env` is no name of an environment variable",
            )
            .help("write the variable's name, never the token: letters, digits and `_`"),
        );
    }
}

pub(super) fn terms(context: &Context<'_>, findings: &mut Findings) {
    for view in context.portals.values() {
        let Some(rules) = view.rules else { continue };
        let named = view.document.terms_accepted_by.is_some();
        if rules.create.value == Create::WithTerms && !named {
            let message = format!(
                "the portal `{}` creates accounts only once its terms are accepted",
                view.key.value
            );
            findings.push(
                // What creates an account is refused by the plan; all else goes on without.
                Finding::warning("terms", &view.key.span, message)
                    .label("`terms_accepted_by` is missing")
                    .help("name the person who has accepted them: `terms_accepted_by: NAME`"),
            );
        }
    }
}

pub(super) fn identity(context: &Context<'_>, findings: &mut Findings) {
    for (name, view) in &context.portals {
        let (Some(identity), Some(rules)) = (&view.document.identity, view.rules) else {
            continue;
        };
        let written = forms::Written {
            text: identity.value.0,
            span: &identity.span,
            named: true,
        };
        if let Some(finding) = forms::login(&written, name, rules) {
            findings.push(finding);
        }
    }
}
