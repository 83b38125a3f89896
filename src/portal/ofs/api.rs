//! The wire of the OfS portal: its types and its calls, as they are agreed. Knows nothing of what
//! beadle makes of them. Unknown fields are ignored; missing ones are an error.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use crate::portal::error::PortalErrorKind;
use crate::portal::http::{
    Answer, CallFailure, Client, Numbered, PageSays, Request, Tag, every_page,
};
use crate::portal::text::Text;

/// Makes something of the rows of one page.
type Make<R> = fn(&[UserRow<'_>]) -> Result<Vec<R>, PortalErrorKind>;

/// Most rows of a page that the portal allows.
const PER_PAGE: u64 = 200;

/// One user.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) name: String,
    /// Last day of access; `null` for no end. It must be there: an answer without it would read
    /// as access without end.
    #[serde(deserialize_with = "present")]
    pub(super) expires: Option<String>,
    #[serde(default)]
    pub(super) locked: bool,
    pub(super) areas: Vec<String>,
    #[serde(default)]
    pub(super) last_sign_in: Option<String>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// One row of a list of users, as it stands in the answer.
#[derive(Debug, Deserialize)]
pub(super) struct UserRow<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
    #[serde(borrow)]
    pub(super) email: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    /// As of [`User`].
    #[serde(borrow, deserialize_with = "present_text")]
    pub(super) expires: Option<Text<'a>>,
    #[serde(default)]
    pub(super) locked: bool,
    #[serde(borrow)]
    pub(super) areas: Vec<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) last_sign_in: Option<Text<'a>>,
}

fn present_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Text<'de>>, D::Error> {
    Option::deserialize(deserializer)
}

/// One page of a listing, as it stands in the answer.
#[derive(Debug, Deserialize)]
struct RowsPage<'a> {
    #[serde(borrow)]
    provider: Text<'a>,
    page: u64,
    per_page: u64,
    total: u64,
    #[serde(borrow)]
    users: Vec<UserRow<'a>>,
}

/// One page of users, each of them what somebody else has made of its row.
#[derive(Debug)]
pub(super) struct Made<R> {
    pub(super) provider: String,
    page: u64,
    per_page: u64,
    pub(super) total: u64,
    pub(super) rows: Vec<R>,
}

impl<R> Numbered for Made<R> {
    fn says(&self) -> PageSays {
        says(self.page, self.per_page, self.total, self.rows.len())
    }
}

/// One area.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Area {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) access_key_required: bool,
    pub(super) administration: bool,
}

/// One page of users.
#[derive(Debug, Deserialize)]
pub(super) struct UsersPage {
    pub(super) provider: String,
    page: u64,
    per_page: u64,
    pub(super) total: u64,
    pub(super) users: Vec<User>,
}

/// One page of areas.
#[derive(Debug, Deserialize)]
pub(super) struct AreasPage {
    pub(super) provider: String,
    page: u64,
    per_page: u64,
    pub(super) total: u64,
    pub(super) areas: Vec<Area>,
}

/// One page of the ids of an area's members.
#[derive(Debug, Deserialize)]
pub(super) struct MembersPage {
    pub(super) provider: String,
    pub(super) area: String,
    page: u64,
    per_page: u64,
    pub(super) total: u64,
    pub(super) users: Vec<String>,
}

/// One user, with whose it is.
#[derive(Debug, Deserialize)]
pub(super) struct OneUser {
    pub(super) provider: String,
    pub(super) user: User,
}

/// A new user.
#[derive(Debug, Serialize)]
pub(super) struct NewUser {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) expires: Option<String>,
}

/// What changes of a user: what is absent stays. `locked` is never written but to unlock.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Patch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// `Some(None)` writes `null`: no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires: Option<Option<String>>,
    /// `Some(false)` unlocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) locked: Option<bool>,
}

impl Numbered for UsersPage {
    fn says(&self) -> PageSays {
        says(self.page, self.per_page, self.total, self.users.len())
    }
}

impl Numbered for AreasPage {
    fn says(&self) -> PageSays {
        says(self.page, self.per_page, self.total, self.areas.len())
    }
}

impl Numbered for MembersPage {
    fn says(&self) -> PageSays {
        says(self.page, self.per_page, self.total, self.users.len())
    }
}

fn says(page: u64, per_page: u64, total: u64, rows: usize) -> PageSays {
    PageSays {
        page,
        per_page,
        total,
        rows,
    }
}

/// The calls.
#[derive(Clone)]
pub(super) struct Api {
    client: Arc<Client>,
}

impl Api {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client: Arc::new(client),
        }
    }

    /// Every page of users; with `search`, of those that the portal takes for a match.
    pub(super) async fn users(
        &self,
        provider: &str,
        search: Option<&str>,
    ) -> Result<Vec<UsersPage>, CallFailure> {
        let path = ["providers", provider, "users"];
        self.pages(&path, search).await
    }

    /// Every page of users, what `make` makes of them: their rows are not kept.
    pub(super) async fn every_user<R: Send + 'static>(
        &self,
        provider: &str,
        make: Make<R>,
    ) -> Result<Vec<Made<R>>, CallFailure> {
        let path = ["providers", provider, "users"];
        let call = self.named("GET", &path);
        every_page(&call, PER_PAGE, |page, per_page| {
            let client = Arc::clone(&self.client);
            let request = Request::get(&path)
                .with_query("page", page.to_string())
                .with_query("per_page", per_page.to_string());
            async move {
                let read = |answer: &Answer| {
                    let page: RowsPage<'_> = answer.json_here()?;
                    Ok(Made {
                        provider: (*page.provider).to_owned(),
                        page: page.page,
                        per_page: page.per_page,
                        total: page.total,
                        rows: make(&page.users)?,
                    })
                };
                client.read(&request, read).await
            }
        })
        .await
    }

    /// Every page of areas.
    pub(super) async fn areas(&self, provider: &str) -> Result<Vec<AreasPage>, CallFailure> {
        self.pages(&["providers", provider, "areas"], None).await
    }

    /// Every page of one area's members.
    pub(super) async fn members(
        &self,
        provider: &str,
        area: &str,
    ) -> Result<Vec<MembersPage>, CallFailure> {
        let path = ["providers", provider, "areas", area, "users"];
        self.pages(&path, None).await
    }

    /// One user with its version tag.
    pub(super) async fn user(
        &self,
        provider: &str,
        id: &str,
    ) -> Result<(OneUser, Tag), CallFailure> {
        let request = Request::get(&["providers", provider, "users", id]);
        self.client.tagged(&request).await
    }

    /// Makes a user, once for each key.
    pub(super) async fn create(
        &self,
        provider: &str,
        user: &NewUser,
        key: &str,
    ) -> Result<OneUser, CallFailure> {
        let path = ["providers", provider, "users"];
        let request = Request::post(&path, key, user)
            .map_err(|kind| CallFailure::new(self.users_call("POST", provider), kind))?;
        self.client.json(&request).await
    }

    /// Changes the user that still carries `tag`.
    pub(super) async fn change(
        &self,
        provider: &str,
        id: &str,
        tag: Tag,
        patch: &Patch,
    ) -> Result<OneUser, CallFailure> {
        let path = ["providers", provider, "users", id];
        let request = Request::patch(&path, tag, patch)
            .map_err(|kind| CallFailure::new(self.user_call("PATCH", provider, id), kind))?;
        self.client.json(&request).await
    }

    /// Gives one area to one user, or takes it.
    pub(super) async fn grant(
        &self,
        provider: &str,
        id: &str,
        area: &str,
        give: bool,
    ) -> Result<(), CallFailure> {
        let path = ["providers", provider, "users", id, "areas", area];
        let request = if give {
            Request::put(&path)
        } else {
            Request::delete(&path)
        };
        self.client.nothing(&request).await
    }

    /// How a call on all users is named in messages.
    pub(super) fn users_call(&self, method: &str, provider: &str) -> String {
        self.named(method, &["providers", provider, "users"])
    }

    /// How a call on one user is named in messages.
    pub(super) fn user_call(&self, method: &str, provider: &str, id: &str) -> String {
        self.named(method, &["providers", provider, "users", id])
    }

    /// How the call for the catalogue is named in messages.
    pub(super) fn areas_call(&self, provider: &str) -> String {
        self.named("GET", &["providers", provider, "areas"])
    }

    /// How the call for one area's members is named in messages.
    pub(super) fn members_call(&self, provider: &str, area: &str) -> String {
        self.named("GET", &["providers", provider, "areas", area, "users"])
    }

    fn named(&self, method: &str, path: &[&str]) -> String {
        format!("{method} {}", self.client.shown(path))
    }

    async fn pages<P>(&self, path: &[&str], search: Option<&str>) -> Result<Vec<P>, CallFailure>
    where
        P: Numbered + serde::de::DeserializeOwned + Send + 'static,
    {
        let call = self.named("GET", path);
        every_page(&call, PER_PAGE, |page, per_page| {
            let client = Arc::clone(&self.client);
            let mut request = Request::get(path)
                .with_query("page", page.to_string())
                .with_query("per_page", per_page.to_string());
            if let Some(text) = search {
                request = request.with_query("search", text);
            }
            async move { client.json(&request).await }
        })
        .await
    }
}
