//! How each portal is reached, out of its entry in the project file. What is wrong in it is skipped
//! here: the checks have reported it.

use std::path::PathBuf;

use super::context::PortalView;
use super::documents::{
    CapabilitiesDocument, ClientCredentialsDocument, PortalDocument, RouteWord, TokenDocument,
};
use super::spanned::Spanned;
use crate::model::diagnostic::Sources;
use crate::model::name::{AreaName, PortalName};
use crate::model::settings::{
    Capabilities, ClientCredentials, Directory, PortalSettings, Route, TokenSource,
};

/// Requests in flight where the project does not say how many.
const DEFAULT_CONCURRENCY: u32 = 8;

/// The settings of one portal; none where its token is named in no way.
pub(super) fn settings(
    name: &PortalName,
    view: &PortalView<'_>,
    sources: &Sources,
) -> Option<PortalSettings> {
    let document = view.document;
    let token =
        |written: &Option<Spanned<TokenDocument<'_>>>| token_source(&written.as_ref()?.value);
    let credentials = document.client_credentials.as_ref();
    Some(PortalSettings {
        name: name.clone(),
        driver: document.driver.value.to_owned(),
        via: match document.via {
            Some(RouteWord::Worklist) => Route::Worklist,
            Some(RouteWord::Api) | None => Route::Api,
        },
        url: document
            .url
            .as_ref()
            .map(|url| url.value.trim_end_matches('/').to_owned()),
        token: token(&document.token),
        plan_token: token(&document.plan_token),
        requests_per_second: document.requests_per_second,
        concurrency: document.concurrency.unwrap_or(DEFAULT_CONCURRENCY),
        ca_file: document.ca_file.map(PathBuf::from),
        snapshots: document
            .snapshots
            .as_ref()
            .map(|folder| PathBuf::from(folder.value)),
        client_credentials: match credentials {
            Some(written) => Some(client_credentials(&written.value)?),
            None => None,
        },
        directory: directory(document),
        source: sources.place(&view.key.span),
    })
}

fn token_source(written: &TokenDocument<'_>) -> Option<TokenSource> {
    let environment = written.env.as_ref().map(|name| name.value.to_owned());
    let file = written.file.as_ref().map(|path| PathBuf::from(path.value));
    environment
        .map(TokenSource::Environment)
        .or(file.map(TokenSource::File))
}

fn client_credentials(written: &ClientCredentialsDocument<'_>) -> Option<ClientCredentials> {
    let ClientCredentialsDocument {
        token_url,
        client_id,
        client_secret,
        scope,
    } = written;
    Some(ClientCredentials {
        token_url: token_url.value.to_owned(),
        client_id: client_id.value.to_owned(),
        client_secret: token_source(&client_secret.value)?,
        scope: scope.map(str::to_owned),
    })
}

fn directory(document: &PortalDocument<'_>) -> Directory {
    let groups = document.groups.iter().flat_map(|groups| groups.iter());
    let admin = document.admin_group.as_ref();
    Directory {
        groups: groups
            .map(|(area, group)| (AreaName::new(area.value), group.value.into()))
            .collect(),
        admin_group: admin.map(|area| AreaName::new(area.value)),
        capabilities: document
            .capabilities
            .as_ref()
            .map(capabilities)
            .unwrap_or_default(),
    }
}

fn capabilities(written: &CapabilitiesDocument) -> Capabilities {
    let CapabilitiesDocument {
        patch,
        filter,
        etag,
        page_size,
        members_per_call,
        replace_members,
        external_id,
    } = written;
    Capabilities {
        patch: *patch,
        filter: *filter,
        etag: *etag,
        page_size: *page_size,
        members_per_call: *members_per_call,
        replace_members: *replace_members,
        external_id: *external_id,
    }
}
