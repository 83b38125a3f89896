//! The redacted copy of who has which access.

use std::sync::Arc;

use super::Redaction;
use crate::model::access::{AccountAccess, GrantAccess, UnitAccess};

impl Redaction {
    /// A redacted copy of who has which access: pseudonyms in place of people, sorted by those, and
    /// nothing of what was written freely.
    #[must_use]
    pub fn access(&self, access: &UnitAccess) -> UnitAccess {
        let UnitAccess {
            organisation,
            organisation_name,
            portal,
            portal_organisation,
            approved_by,
            areas,
            accounts,
        } = access;
        let accounts = accounts.iter().map(|account| self.account_access(account));
        let mut accounts: Vec<AccountAccess> = accounts.collect();
        // The order of the names would tell of them.
        accounts.sort_by(|one, other| one.account.login.cmp(&other.account.login));
        UnitAccess {
            organisation: organisation.clone(),
            organisation_name: Arc::clone(organisation_name),
            portal: portal.clone(),
            portal_organisation: portal_organisation.clone(),
            approved_by: approved_by.as_deref().map(|who| self.person(who).into()),
            areas: areas.clone(),
            accounts,
        }
    }

    fn account_access(&self, account: &AccountAccess) -> AccountAccess {
        let AccountAccess {
            account,
            email,
            access,
            admin,
            until,
            shared,
            last_sign_in,
            source,
            areas,
            actions,
        } = account;
        let areas = areas.iter().map(|(area, grant)| {
            let GrantAccess {
                held,
                until,
                // Free text.
                reason: _,
                source,
            } = grant;
            let grant = GrantAccess {
                held: *held,
                until: *until,
                reason: None,
                source: source.clone(),
            };
            (area.clone(), grant)
        });
        AccountAccess {
            account: self.account(account),
            email: email.as_ref().map(|email| self.person(email).into()),
            access: *access,
            admin: *admin,
            until: *until,
            shared: *shared,
            last_sign_in: *last_sign_in,
            source: source.clone(),
            areas: areas.collect(),
            actions: actions.clone(),
        }
    }
}
