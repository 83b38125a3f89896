//! The wire of the HFL portal: its types and its calls, as they are agreed. Knows nothing of what
//! beadle makes of them. Unknown fields are ignored; missing ones are an error.

use std::sync::Arc;

use crate::portal::http::{CallFailure, Client, Request, Tag};
use futures_util::future::try_join_all;
use serde::{Deserialize, Deserializer, Serialize};

/// One sub account. The main account is not among them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct SubAccount {
    pub(super) id: String,
    pub(super) username: String,
    pub(super) name: String,
    /// Blank or `null` where there is none. It must be there: an answer without it would read as
    /// an account without an address.
    #[serde(deserialize_with = "present")]
    pub(super) email: Option<String>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// One product that the school has bought.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Product {
    pub(super) id: String,
    pub(super) title: String,
}

/// Every sub account of a school.
#[derive(Debug, Deserialize)]
pub(super) struct SubAccounts {
    pub(super) school: String,
    pub(super) total: u64,
    pub(super) sub_accounts: Vec<SubAccount>,
}

/// Everything that a school has bought.
#[derive(Debug, Deserialize)]
pub(super) struct Products {
    pub(super) school: String,
    pub(super) total: u64,
    pub(super) products: Vec<Product>,
}

/// The ids of the sub accounts that are ticked for one product.
#[derive(Debug, Deserialize)]
pub(super) struct Permissions {
    pub(super) school: String,
    pub(super) product: String,
    pub(super) total: u64,
    pub(super) sub_accounts: Vec<String>,
}

/// One sub account, with whose it is.
#[derive(Debug, Deserialize)]
pub(super) struct OneSubAccount {
    pub(super) school: String,
    pub(super) sub_account: SubAccount,
}

/// A new sub account.
#[derive(Debug, Serialize)]
pub(super) struct NewSubAccount {
    pub(super) username: String,
    pub(super) name: String,
    pub(super) email: Option<String>,
    /// Whether the portal mails the login details to the new user.
    pub(super) notify: bool,
    /// Only true makes an account.
    pub(super) accept_terms: bool,
}

/// What changes of a sub account: what is absent stays.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Patch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
}

/// The whole set of ticks of one product.
#[derive(Debug, Serialize)]
pub(super) struct Ticks {
    pub(super) sub_accounts: Vec<String>,
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

    /// Every sub account.
    pub(super) async fn sub_accounts(&self, school: &str) -> Result<SubAccounts, CallFailure> {
        self.client.json(&Request::get(&all(school))).await
    }

    /// Everything bought.
    pub(super) async fn products(&self, school: &str) -> Result<Products, CallFailure> {
        let request = Request::get(&["schools", school, "products"]);
        self.client.json(&request).await
    }

    /// The ticks of one product with their version tag.
    pub(super) async fn permissions(
        &self,
        school: &str,
        product: &str,
    ) -> Result<(Permissions, Tag), CallFailure> {
        let request = Request::get(&ticks(school, product));
        self.client.tagged(&request).await
    }

    /// The ticks of several products, read at the same time, in the order asked for.
    pub(super) async fn permissions_of(
        &self,
        school: &str,
        products: &[String],
    ) -> Result<Vec<Permissions>, CallFailure> {
        let reading = products.iter().map(|product| async move {
            let (permissions, _) = self.permissions(school, product).await?;
            Ok(permissions)
        });
        try_join_all(reading).await
    }

    /// Saves one product's whole set of ticks over the one that carries `tag`.
    pub(super) async fn save_permissions(
        &self,
        school: &str,
        product: &str,
        tag: Tag,
        sub_accounts: Vec<String>,
    ) -> Result<Permissions, CallFailure> {
        let request = Request::put_set(&ticks(school, product), tag, &Ticks { sub_accounts });
        let request = request
            .map_err(|kind| CallFailure::new(self.ticks_call("PUT", school, product), kind))?;
        self.client.json(&request).await
    }

    /// One sub account with its version tag.
    pub(super) async fn sub_account(
        &self,
        school: &str,
        id: &str,
    ) -> Result<(OneSubAccount, Tag), CallFailure> {
        self.client.tagged(&Request::get(&one(school, id))).await
    }

    /// Makes a sub account, once for each key.
    pub(super) async fn create(
        &self,
        school: &str,
        new: &NewSubAccount,
        key: &str,
    ) -> Result<OneSubAccount, CallFailure> {
        let request = Request::post(&all(school), key, new)
            .map_err(|kind| CallFailure::new(self.all_call("POST", school), kind))?;
        self.client.json(&request).await
    }

    /// Changes the sub account that still carries `tag`.
    pub(super) async fn change(
        &self,
        school: &str,
        id: &str,
        tag: Tag,
        patch: &Patch,
    ) -> Result<OneSubAccount, CallFailure> {
        let request = Request::patch(&one(school, id), tag, patch)
            .map_err(|kind| CallFailure::new(self.one_call("PATCH", school, id), kind))?;
        self.client.json(&request).await
    }

    /// Deletes a sub account, for good.
    pub(super) async fn delete(&self, school: &str, id: &str) -> Result<(), CallFailure> {
        self.client
            .nothing(&Request::delete(&one(school, id)))
            .await
    }

    /// How a call on all sub accounts is named in messages.
    pub(super) fn all_call(&self, method: &str, school: &str) -> String {
        self.named(method, &all(school))
    }

    /// How a call on one sub account is named in messages.
    pub(super) fn one_call(&self, method: &str, school: &str, id: &str) -> String {
        self.named(method, &one(school, id))
    }

    /// How the call for what was bought is named in messages.
    pub(super) fn products_call(&self, school: &str) -> String {
        self.named("GET", &["schools", school, "products"])
    }

    /// How a call on one product's ticks is named in messages.
    pub(super) fn ticks_call(&self, method: &str, school: &str, product: &str) -> String {
        self.named(method, &ticks(school, product))
    }

    fn named(&self, method: &str, path: &[&str]) -> String {
        format!("{method} {}", self.client.shown(path))
    }
}

fn all(school: &str) -> [&str; 3] {
    ["schools", school, "sub-accounts"]
}

fn one<'a>(school: &'a str, id: &'a str) -> [&'a str; 4] {
    ["schools", school, "sub-accounts", id]
}

fn ticks<'a>(school: &'a str, product: &'a str) -> [&'a str; 5] {
    ["schools", school, "products", product, "permissions"]
}
