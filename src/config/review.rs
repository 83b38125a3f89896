//! What a review asks of the project: who of its people has some addresses (by user key, login id,
//! the address of an account, and what these were before), and what an organisation is held to.
//! Judges nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::organisation::{Account, Organisation, SharedAccount, Texts};
use super::project::Project;
use crate::model::name::{LoginId, OrganisationId, PortalName, canonical};
use crate::model::policy::Policy;
use crate::model::review::Authors;

impl Project {
    /// The people of some addresses, which are folded here. A shared account is its custodian's
    /// and its members'.
    #[must_use]
    pub fn authors(&self, addresses: &BTreeSet<String>) -> Authors {
        let addresses: BTreeSet<String> = addresses.iter().map(|one| canonical(one)).collect();
        let mut persons: BTreeSet<Arc<str>> = BTreeSet::new();
        if addresses.is_empty() {
            return Authors { addresses, persons };
        }
        let mailboxes: BTreeSet<String> = addresses.iter().map(|one| mailbox(one)).collect();
        let has = |account: &Listed<'_>| account.has_one(&mailboxes);
        persons.extend(self.accounts().filter(has).map(|account| account.person()));
        let theirs = |account: &Listed<'_>| {
            account.shared().is_some_and(|shared| {
                let mut members = shared.members.iter().map(|(member, _)| member);
                persons.contains(&shared.custodian)
                    || members.any(|member| persons.contains(member))
            })
        };
        let shared = self.accounts().filter(theirs);
        let shared: Vec<Arc<str>> = shared.map(|account| account.person()).collect();
        persons.extend(shared);
        Authors { addresses, persons }
    }

    /// The login that beadle itself uses, by portal.
    #[must_use]
    pub fn identities(&self) -> &std::collections::BTreeMap<PortalName, LoginId> {
        &self.identities
    }

    /// What an organisation at one of its portals is held to.
    #[must_use]
    pub fn policy_of(
        &self,
        organisation: &OrganisationId,
        portal: &PortalName,
    ) -> Option<Arc<Policy>> {
        let known = |one: &Organisation| one.id.cmp(organisation);
        let at = self.organisations.binary_search_by(known).ok()?;
        let organisation = self.organisations.get(at)?;
        let mut units = organisation.units.iter();
        let unit = units.find(|unit| unit.portal == *portal)?;
        let mut policy = Arc::clone(&organisation.policy);
        if policy.require_admins != unit.require_admins {
            let own = Arc::make_mut(&mut policy);
            own.require_admins.clone_from(&unit.require_admins);
        }
        Some(policy)
    }

    fn accounts(&self) -> impl Iterator<Item = Listed<'_>> {
        self.organisations.iter().flat_map(|organisation| {
            let accounts = organisation.units.iter().flat_map(|unit| &unit.accounts);
            accounts.map(|account| Listed {
                texts: &organisation.texts,
                account,
            })
        })
    }
}

/// An account of the files, and the texts that it points at.
struct Listed<'o> {
    texts: &'o Texts,
    account: &'o Account,
}

impl<'o> Listed<'o> {
    fn person(&self) -> Arc<str> {
        self.texts.get(self.account.person).into()
    }

    fn shared(&self) -> Option<&'o SharedAccount> {
        self.account.rare.as_ref()?.shared.as_ref()
    }

    fn has_one(&self, mailboxes: &BTreeSet<String>) -> bool {
        let Account {
            person,
            login,
            email,
            rare,
            ..
        } = self.account;
        let has = |address: &str| mailboxes.contains(&mailbox(address));
        let mut was = rare.iter().flat_map(|rare| &rare.was);
        has(self.texts.get(*person))
            || has(&canonical(self.texts.get(*login)))
            || was.any(|(was, _)| has(was.canonical()))
            || email.is_some_and(|email| has(&canonical(self.texts.get(email))))
    }
}

/// The mailbox of a canonical address, without what follows a `+` before the `@`: whoever reads the
/// one reads the other (RFC 5233). A login id that is no address is itself.
fn mailbox(address: &str) -> String {
    let parts = address
        .split_once('@')
        .and_then(|(local, domain)| Some((local.split_once('+')?.0, domain)));
    match parts {
        Some((name, domain)) if !name.is_empty() => format!("{name}@{domain}"),
        _ => address.to_owned(),
    }
}
