//! The wire of the Hampshire Services Portal: its types and its calls, as they are agreed. Knows
//! nothing of what beadle makes of them. Unknown fields are ignored; missing ones are an error.
//! Phone numbers stand on the wire and are not among the fields here: they are never read.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};

use crate::portal::http::{CallFailure, Client, Cursored, Request, SOMEBODY, Tag, every_cursor};

/// Most users of a page.
const MOST_OF_A_PAGE: usize = 100;

/// One user.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct User {
    pub(super) user_id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) email: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) origin: String,
}

/// One service that can be ticked.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Service {
    pub(super) id: String,
    pub(super) title: String,
}

/// One page of users.
#[derive(Debug, Deserialize)]
pub(super) struct UsersPage {
    pub(super) organisation: String,
    pub(super) total: u64,
    /// The cursor of the next page; `null` on the last. It must be there: an answer without it
    /// would read as the last.
    #[serde(deserialize_with = "present")]
    next: Option<String>,
    pub(super) users: Vec<User>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

impl Cursored for UsersPage {
    fn rows(&self) -> usize {
        self.users.len()
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

/// The services of one organisation, all at once.
#[derive(Debug, Deserialize)]
pub(super) struct Services {
    pub(super) organisation: String,
    pub(super) total: u64,
    pub(super) services: Vec<Service>,
}

/// One user's whole set of roles.
#[derive(Debug, Deserialize)]
pub(super) struct Roles {
    pub(super) organisation: String,
    pub(super) user_id: String,
    pub(super) roles: BTreeSet<String>,
}

/// One user, with whose it is.
#[derive(Debug, Deserialize)]
pub(super) struct OneUser {
    pub(super) organisation: String,
    pub(super) user: User,
}

/// A new user of an organisation that registers its own.
#[derive(Debug, Serialize)]
pub(super) struct NewUser {
    pub(super) name: String,
    pub(super) email: String,
}

#[derive(Debug, Serialize)]
struct NewRoles<'a> {
    roles: &'a BTreeSet<String>,
}

/// The calls.
pub(super) struct Api {
    client: Client,
}

impl Api {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Every page of users; with `search`, of those that the portal takes for a match.
    pub(super) async fn users(
        &self,
        dfe: &str,
        search: Option<&str>,
    ) -> Result<Vec<UsersPage>, CallFailure> {
        let call = self.users_call("GET", dfe);
        every_cursor(&call, MOST_OF_A_PAGE, |cursor| async move {
            let mut request = Request::get(&["organisations", dfe, "users"]);
            if let Some(text) = search {
                request = request.with_query("search", text);
            }
            if let Some(cursor) = cursor {
                request = request.with_query("cursor", cursor);
            }
            self.client.json(&request).await
        })
        .await
    }

    /// The services that can be ticked.
    pub(super) async fn services(&self, dfe: &str) -> Result<Services, CallFailure> {
        let request = Request::get(&["organisations", dfe, "services"]);
        self.client.json(&request).await
    }

    /// One user's roles with their version tag.
    pub(super) async fn roles(&self, dfe: &str, id: &str) -> Result<(Roles, Tag), CallFailure> {
        let path = ["organisations", dfe, "users", id, "roles"];
        let request = Request::get(&path).of_login(id);
        self.client.tagged(&request).await
    }

    /// Writes the roles of the user whose set still carries `tag`. The portal mails the user each
    /// time (S13), so it is not repeated where it may have been carried out.
    pub(super) async fn save_roles(
        &self,
        dfe: &str,
        id: &str,
        tag: Tag,
        roles: &BTreeSet<String>,
    ) -> Result<Roles, CallFailure> {
        let path = ["organisations", dfe, "users", id, "roles"];
        let request = Request::put_set(&path, tag, &NewRoles { roles })
            .map_err(|kind| CallFailure::new(self.roles_call("PUT", dfe), kind))?
            .of_login(id)
            .mailing_each_time();
        self.client.json(&request).await
    }

    /// Registers a user, once for each key.
    pub(super) async fn register(
        &self,
        dfe: &str,
        user: &NewUser,
        key: &str,
    ) -> Result<OneUser, CallFailure> {
        let request = Request::post(&["organisations", dfe, "users"], key, user)
            .map_err(|kind| CallFailure::new(self.users_call("POST", dfe), kind))?;
        self.client.json(&request).await
    }

    /// Deletes a user.
    pub(super) async fn delete(&self, dfe: &str, id: &str) -> Result<(), CallFailure> {
        let request = Request::delete(&["organisations", dfe, "users", id]).of_login(id);
        self.client.nothing(&request).await
    }

    /// Deletes the number that a user's sign-in codes are sent to.
    pub(super) async fn delete_otp(&self, dfe: &str, id: &str) -> Result<(), CallFailure> {
        let path = ["organisations", dfe, "users", id, "otp"];
        let request = Request::delete(&path).of_login(id);
        self.client.nothing(&request).await
    }

    /// How a call on all users is named in messages.
    pub(super) fn users_call(&self, method: &str, dfe: &str) -> String {
        self.named(method, &["organisations", dfe, "users"])
    }

    /// How a call on one user's roles is named in messages.
    pub(super) fn roles_call(&self, method: &str, dfe: &str) -> String {
        self.named(method, &["organisations", dfe, "users", SOMEBODY, "roles"])
    }

    /// How the call for the services is named in messages.
    pub(super) fn services_call(&self, dfe: &str) -> String {
        self.named("GET", &["organisations", dfe, "services"])
    }

    fn named(&self, method: &str, path: &[&str]) -> String {
        format!("{method} {}", self.client.shown(path))
    }
}
