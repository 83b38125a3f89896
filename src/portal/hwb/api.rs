//! The wire of Hwb user management: its types and its calls, as they are agreed. Knows nothing of
//! what beadle makes of them. Unknown fields are ignored; missing ones are an error.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize};

use crate::portal::http::{CallFailure, Client, Cursored, Linked, Request, every_cursor};

/// Most rows of a page that the portal allows.
const PER_PAGE: usize = 500;
/// Digits of a school's number.
const SCHOOL_DIGITS: usize = 7;

/// One user.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) username: String,
    /// `null` where none is known.
    #[serde(deserialize_with = "present")]
    pub(super) email: Option<String>,
    pub(super) name: String,
    /// `mis` or `non-mis`.
    pub(super) origin: String,
    pub(super) active: bool,
    pub(super) admin: bool,
    /// Last day of the term; `null` for no end. It must be there: an answer without it would read
    /// as access without end.
    #[serde(deserialize_with = "present")]
    pub(super) expires: Option<String>,
    #[serde(deserialize_with = "present")]
    pub(super) last_sign_in: Option<String>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// One page of users.
#[derive(Debug, Deserialize)]
pub(super) struct UsersPage {
    pub(super) organisation: String,
    pub(super) total: u64,
    pub(super) users: Vec<User>,
}

/// One user, with whose it is.
#[derive(Debug, Deserialize)]
pub(super) struct OneUser {
    pub(super) organisation: String,
    pub(super) user: User,
}

/// What will be in the list some time later, with whose it is.
#[derive(Debug, Deserialize)]
pub(super) struct Made {
    pub(super) organisation: String,
    pub(super) id: String,
    pub(super) username: String,
}

/// The schools of an authority.
#[derive(Debug, Deserialize)]
pub(super) struct Schools {
    pub(super) organisation: String,
    pub(super) total: u64,
    pub(super) schools: Vec<School>,
}

/// One school.
#[derive(Debug, Deserialize)]
pub(super) struct School {
    pub(super) id: String,
    pub(super) name: String,
}

/// A password that the portal made, where it made one.
#[derive(Debug, Deserialize)]
pub(super) struct NewPassword {
    pub(super) organisation: String,
    pub(super) id: String,
    #[serde(default, deserialize_with = "secret")]
    pub(super) password: Option<SecretString>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    Ok(text.map(Into::into))
}

/// A new user.
#[derive(Debug, Serialize)]
pub(super) struct NewUser {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) term: &'static str,
}

/// A further term.
#[derive(Debug, Serialize)]
struct Keep {
    term: &'static str,
}

/// An act that needs nothing but its name.
#[derive(Debug, Serialize)]
struct Nothing {}

/// The password that is wanted; without one, the portal makes it.
#[derive(Serialize)]
struct Password<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

/// An act on one user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserAct {
    /// A further term.
    Keep(&'static str),
    /// Active again, some time later.
    Activate,
    Deactivate,
    Promote,
    Demote,
}

impl UserAct {
    /// Its last segment.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Keep(_) => "keep",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Promote => "promote",
            Self::Demote => "demote",
        }
    }
}

/// Whether an organisation is a school: its id has exactly seven digits. Any other is an authority.
pub(super) fn is_school(organisation: &str) -> bool {
    organisation.len() == SCHOOL_DIGITS && organisation.bytes().all(|byte| byte.is_ascii_digit())
}

fn collection(organisation: &str) -> &'static str {
    if is_school(organisation) {
        "schools"
    } else {
        "authorities"
    }
}

impl Cursored for Linked<UsersPage> {
    fn rows(&self) -> usize {
        self.page.users.len()
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
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
        organisation: &str,
        search: Option<&str>,
    ) -> Result<Vec<UsersPage>, CallFailure> {
        let path = [collection(organisation), organisation, "users"];
        let call = self.users_call("GET", organisation);
        let pages = every_cursor(&call, PER_PAGE, |cursor| {
            let client = Arc::clone(&self.client);
            let mut request = Request::get(&path).with_query("per_page", PER_PAGE.to_string());
            if let Some(text) = search {
                request = request.with_query("search", text);
            }
            if let Some(cursor) = cursor {
                request = request.with_query("cursor", cursor);
            }
            async move { client.linked::<UsersPage>(&request).await }
        });
        let pages = pages.await?.into_iter();
        Ok(pages.map(|linked| linked.page).collect())
    }

    /// One user.
    pub(super) async fn user(&self, organisation: &str, id: &str) -> Result<OneUser, CallFailure> {
        let path = [collection(organisation), organisation, "users", id];
        self.client.json(&Request::get(&path)).await
    }

    /// The schools of an authority.
    pub(super) async fn schools(&self, authority: &str) -> Result<Schools, CallFailure> {
        let path = ["authorities", authority, "schools"];
        self.client.json(&Request::get(&path)).await
    }

    /// Asks for a user, once for each key. True where it shows later.
    pub(super) async fn create(
        &self,
        organisation: &str,
        user: &NewUser,
        key: &str,
    ) -> Result<(Made, bool), CallFailure> {
        let path = [collection(organisation), organisation, "users"];
        let request = Request::post(&path, key, user)
            .map_err(|kind| CallFailure::new(self.users_call("POST", organisation), kind))?;
        self.client.later(&request.or_later()).await
    }

    /// Acts on one user, once for each key. True where it shows later.
    pub(super) async fn act(
        &self,
        organisation: &str,
        id: &str,
        act: UserAct,
        key: &str,
    ) -> Result<(OneUser, bool), CallFailure> {
        let path = [
            collection(organisation),
            organisation,
            "users",
            id,
            act.as_str(),
        ];
        let request = match act {
            UserAct::Keep(term) => Request::post(&path, key, &Keep { term }),
            UserAct::Activate | UserAct::Deactivate | UserAct::Promote | UserAct::Demote => {
                Request::post(&path, key, &Nothing {})
            }
        };
        let request = request.map_err(|kind| {
            CallFailure::new(self.act_call(organisation, id, act.as_str()), kind)
        })?;
        self.client.later(&request.or_later()).await
    }

    /// Gives one user a new password. Never repeated: it carries no key under which the portal
    /// would have to keep the answer.
    pub(super) async fn password(
        &self,
        organisation: &str,
        id: &str,
        password: Option<&SecretString>,
    ) -> Result<NewPassword, CallFailure> {
        let path = [
            collection(organisation),
            organisation,
            "users",
            id,
            "password",
        ];
        let body = Password {
            password: password.map(ExposeSecret::expose_secret),
        };
        let request = Request::act(&path, &body)
            .map_err(|kind| CallFailure::new(self.act_call(organisation, id, "password"), kind))?;
        self.client.json(&request).await
    }

    /// How a call on all users is named in messages.
    pub(super) fn users_call(&self, method: &str, organisation: &str) -> String {
        self.named(method, &[collection(organisation), organisation, "users"])
    }

    /// How reading one user is named in messages.
    pub(super) fn user_call(&self, organisation: &str, id: &str) -> String {
        let path = [collection(organisation), organisation, "users", id];
        self.named("GET", &path)
    }

    /// How an act on one user is named in messages.
    pub(super) fn act_call(&self, organisation: &str, id: &str, act: &str) -> String {
        let path = [collection(organisation), organisation, "users", id, act];
        self.named("POST", &path)
    }

    /// How the call for an authority's schools is named in messages.
    pub(super) fn schools_call(&self, authority: &str) -> String {
        self.named("GET", &["authorities", authority, "schools"])
    }

    fn named(&self, method: &str, path: &[&str]) -> String {
        format!("{method} {}", self.client.shown(path))
    }
}
