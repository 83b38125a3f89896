//! Reading the HFL portal: complete listings, in as few calls as it allows: one for the sub
//! accounts, one for what was bought, one for the ticks of each product. Nothing is concluded from
//! a part of an answer.

use std::collections::{BTreeMap, BTreeSet};

use super::Hfl;
use super::api::{OneSubAccount, Permissions, Products, SubAccount, SubAccounts};
use super::convert;
use crate::model::live::{CatalogueArea, Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{AreaName, PortalId, PortalOrganisation};
use crate::model::plan::AccountRef;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, once_more};

impl Hfl {
    /// Reads everything; once more if it moved meanwhile.
    pub(super) async fn read_list(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Live, CallFailure> {
        once_more(CallFailure::is_of_a_moved_list, |_| {
            self.list_once(organisation)
        })
        .await
    }

    async fn list_once(&self, organisation: &PortalOrganisation) -> Result<Live, CallFailure> {
        let school = organisation.as_str();
        let (accounts, products) =
            tokio::try_join!(self.api.sub_accounts(school), self.api.products(school))?;
        let SubAccounts {
            school: of_accounts,
            total: accounts_total,
            sub_accounts,
        } = accounts;
        let Products {
            school: of_products,
            total: products_total,
            products,
        } = products;
        let all_call = self.api.all_call("GET", school);
        let products_call = self.api.products_call(school);
        let in_accounts = |kind| CallFailure::new(&*all_call, kind);
        let in_products = |kind| CallFailure::new(&*products_call, kind);
        let areas = products
            .into_iter()
            .map(convert::area)
            .collect::<Result<Vec<CatalogueArea>, _>>()
            .map_err(in_products)?;
        let codes: Vec<String> = areas.iter().map(|area| area.name.to_string()).collect();
        let mut listing = Listing::begin(organisation.clone());
        listing
            .catalogue_page(&of_products, products_total, areas)
            .map_err(|incomplete| in_products(incomplete.into()))?;
        let ids = sub_accounts.iter().map(|account| account.id.clone());
        let mut ticks = self.ticks(organisation, &codes, &ids.collect()).await?;
        let rows = sub_accounts
            .into_iter()
            .map(|account| {
                let areas = ticks.remove(&account.id).unwrap_or_default();
                convert::account(account, areas)
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(in_accounts)?;
        listing
            .accounts_page(&of_accounts, accounts_total, rows)
            .map_err(|incomplete| in_accounts(incomplete.into()))?;
        listing.finish().map_err(|incomplete| {
            if incomplete.is_of_areas() {
                in_products(incomplete.into())
            } else {
                in_accounts(incomplete.into())
            }
        })
    }

    /// The products of each sub account, by its id. A tick for an account that is not among
    /// `known` means that the list of accounts is short, or that it has moved.
    async fn ticks(
        &self,
        organisation: &PortalOrganisation,
        products: &[String],
        known: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, BTreeSet<AreaName>>, CallFailure> {
        let school = organisation.as_str();
        let read = self.api.permissions_of(school, products).await?;
        let mut by_account: BTreeMap<String, BTreeSet<AreaName>> = BTreeMap::new();
        for (product, permissions) in products.iter().zip(read) {
            let area = AreaName::from(product.as_str());
            for id in self.expect_ticks(organisation, "GET", &area, permissions)? {
                if !known.contains(&id) {
                    let call = self.api.ticks_call("GET", school, product);
                    let disagree = Incomplete::ViewsDisagree(area);
                    return Err(CallFailure::new(call, disagree.into()));
                }
                by_account.entry(id).or_default().insert(area.clone());
            }
        }
        Ok(by_account)
    }

    /// The accounts that `wanted` may be: by id at most one each, by login id every one that bears
    /// it. The portal has no narrower answer that shows an account's products.
    pub(super) async fn find(
        &self,
        organisation: &PortalOrganisation,
        wanted: &[&AccountRef],
    ) -> Result<Vec<LiveAccount>, CallFailure> {
        let live = self.read_list(organisation).await?;
        let is_wanted = |account: &&LiveAccount| {
            wanted.iter().any(|wanted| match &wanted.id {
                Some(id) => *id == account.id,
                None => wanted.login == account.login,
            })
        };
        Ok(live
            .accounts()
            .values()
            .filter(is_wanted)
            .cloned()
            .collect())
    }

    /// Checks that an answer about one product's ticks is of this school and product, and whole.
    pub(super) fn expect_ticks(
        &self,
        organisation: &PortalOrganisation,
        method: &str,
        area: &AreaName,
        answer: Permissions,
    ) -> Result<BTreeSet<String>, CallFailure> {
        let Permissions {
            school,
            product,
            total,
            sub_accounts,
        } = answer;
        let call = self
            .api
            .ticks_call(method, organisation.as_str(), area.as_str());
        let failed = |kind| CallFailure::new(&*call, kind);
        if school != organisation.as_str() {
            return Err(failed(other_school(organisation, &school).into()));
        }
        if product != area.as_str() {
            let other = "the permissions of another product".to_owned();
            return Err(failed(PortalErrorKind::Malformed(other)));
        }
        let mut ids = BTreeSet::new();
        for id in sub_accounts {
            if let Some(twice) = ids.replace(id) {
                return Err(failed(Incomplete::Duplicate(twice).into()));
            }
        }
        let received = ids.len() as u64;
        if received != total {
            let short = Incomplete::Count {
                what: "permissions of a product",
                stated: total,
                received,
            };
            return Err(failed(short.into()));
        }
        Ok(ids)
    }

    /// Checks that an answer about one sub account is of this school and of this account.
    pub(super) fn expect_sub_account(
        &self,
        organisation: &PortalOrganisation,
        method: &str,
        answer: OneSubAccount,
        id: Option<&PortalId>,
    ) -> Result<SubAccount, CallFailure> {
        let OneSubAccount {
            school,
            sub_account,
        } = answer;
        let whose = organisation.as_str();
        let call = match id {
            Some(id) => self.api.one_call(method, whose, id.as_str()),
            None => self.api.all_call(method, whose),
        };
        let wrong = if school != whose {
            "another school's sub account came back"
        } else if id.is_some_and(|id| id.as_str() != sub_account.id) {
            "another sub account came back"
        } else {
            return Ok(sub_account);
        };
        Err(CallFailure::new(
            call,
            PortalErrorKind::Malformed(wrong.to_owned()),
        ))
    }
}

fn other_school(asked: &PortalOrganisation, found: &str) -> Incomplete {
    Incomplete::WrongOrganisation {
        asked: asked.clone(),
        found: found.chars().take(64).collect(),
    }
}
