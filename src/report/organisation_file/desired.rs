//! The picture that the YAML asks for, on the day, in the layout of the live one: what carrying
//! out the whole plan, manual steps included, would leave behind.
//!
//! It decides nothing: it shows the desired beside the live, by the same rules as the planner.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Listed, OrganisationFile};
use crate::model::day::Presence;
use crate::model::desired::{Desired, DesiredAccount};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{AreaName, LoginId, canonical};
use crate::model::policy::Unmanaged;
use crate::model::rules::{AccountEnd, Rules};

impl OrganisationFile {
    /// What is desired on `day`: users that the YAML names as it has them, unmanaged live accounts
    /// as they are, ended and deleted ones gone, renamed ones under their new key.
    #[must_use]
    pub fn from_desired(desired: &Desired, live: &Live, rules: &Rules, day: Date) -> Self {
        let mut file = Self {
            organisation: desired.organisation.clone(),
            name: Arc::clone(&desired.organisation_name),
            portal: desired.portal.clone(),
            portal_organisation: desired.portal_organisation.clone(),
            users: BTreeMap::new(),
            admins: BTreeSet::new(),
            admins_left_out: 0,
            ended: 0,
            twins: 0,
        };
        let by_login = by_login(live);
        let mut spoken_for: BTreeSet<&LoginId> = desired.delete.keys().collect();
        for account in desired.accounts.values() {
            let found = matching(account, &by_login);
            spoken_for.insert(&account.login);
            spoken_for.extend(found.map(|found| &found.login));
            if account.presence == Presence::Present {
                let found = found.filter(|found| found.usable(day));
                file.add_desired(account, found, desired, rules);
            }
        }
        let lasting = super::lasting(live, day);
        // As on the live side, so that the two can be compared.
        file.admins_left_out = lasting.admins_left_out;
        for account in lasting.accounts {
            if !spoken_for.contains(&account.login) && stays(desired, account) {
                file.add_unmanaged(account, desired);
            }
        }
        file
    }

    fn add_desired(
        &mut self,
        account: &DesiredAccount,
        found: Option<&LiveAccount>,
        desired: &Desired,
        rules: &Rules,
    ) {
        let listed = desired.admins.members.contains_key(&account.login);
        let admin = listed || found.is_some_and(|found| stays_admin(desired, found));
        // A portal that shows no addresses is compared by login id.
        let email = account.email.as_ref();
        let email = email.filter(|_| found.is_none_or(|found| found.email.is_some()));
        self.add(Listed {
            name: &account.name,
            login: &account.login,
            email,
            until: match rules.account_end.value {
                AccountEnd::Date => account.window.until,
                // No date is kept there, or the portal's own.
                AccountEnd::ByBeadle | AccountEnd::Terms(_) => found.and_then(|it| it.expires),
            },
            areas: areas(account, found, admin && sees_all(rules, found)),
            admin,
        });
    }

    fn add_unmanaged(&mut self, account: &LiveAccount, desired: &Desired) {
        let mut as_live = account.clone();
        as_live.admin =
            stays_admin(desired, account) || desired.admins.members.contains_key(&account.login);
        self.add_live(&as_live);
    }
}

/// Whether somebody is an administrator already who sees every area without a grant.
fn sees_all(rules: &Rules, found: Option<&LiveAccount>) -> bool {
    rules.admin_sees_all.value && found.is_some_and(|found| found.admin)
}

/// The live account that is meant: by login id, else by a former one.
fn matching<'a>(
    account: &DesiredAccount,
    by_login: &BTreeMap<&LoginId, &'a LiveAccount>,
) -> Option<&'a LiveAccount> {
    let former = account.was.iter().map(|(was, _)| was);
    let mut logins = std::iter::once(&account.login).chain(former);
    logins.find_map(|login| by_login.get(login).copied())
}

fn by_login(live: &Live) -> BTreeMap<&LoginId, &LiveAccount> {
    let accounts = live.accounts().values().rev();
    accounts.map(|account| (&account.login, account)).collect()
}

/// Whether an account that the YAML does not name is left as it is.
fn stays(desired: &Desired, account: &LiveAccount) -> bool {
    !desired.manages_accounts
        || desired.policy.unmanaged == Unmanaged::Report
        || ignored(desired, account)
}

/// Whether a live administrator who is not listed stays one.
fn stays_admin(desired: &Desired, account: &LiveAccount) -> bool {
    let own = desired.identity.as_ref() == Some(&account.login);
    account.admin && (!desired.admins.exact || own || ignored(desired, account))
}

fn ignored(desired: &Desired, account: &LiveAccount) -> bool {
    let patterns = &desired.policy.ignore;
    patterns
        .iter()
        .any(|pattern| fits(&canonical(pattern), account.login.canonical()))
}

/// Areas on the day. Who sees every area anyway keeps what is live: nothing is planned for them.
fn areas(
    account: &DesiredAccount,
    found: Option<&LiveAccount>,
    sees_all: bool,
) -> BTreeSet<AreaName> {
    if sees_all {
        return found.map(|found| found.areas.clone()).unwrap_or_default();
    }
    let present = account
        .grants
        .iter()
        .filter(|(_, grant)| grant.presence == Presence::Present);
    present.map(|(area, _)| area.clone()).collect()
}

/// Whether a pattern with `*` (any text) and `?` (one character) describes the whole text.
fn fits(pattern: &str, text: &str) -> bool {
    // The row of a table: whether the pattern so far describes the first `n` characters.
    let characters: Vec<char> = text.chars().collect();
    let mut row: Vec<bool> = std::iter::once(true)
        .chain(characters.iter().map(|_| false))
        .collect();
    for wanted in pattern.chars() {
        let mut next = Vec::with_capacity(row.len());
        let mut before = false;
        let earlier = std::iter::once(None).chain(characters.iter().map(Some));
        let mut diagonal = false;
        for (character, described) in earlier.zip(&row) {
            let here = match (wanted, character) {
                ('*', _) => *described || before,
                ('?', Some(_)) => diagonal,
                (wanted, Some(character)) => diagonal && wanted == *character,
                (_, None) => false,
            };
            diagonal = *described;
            before = here;
            next.push(here);
        }
        row = next;
    }
    row.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_describe_whole_login_ids() {
        assert!(fits(
            "svc-*@northshire.example",
            "svc-hesa@northshire.example"
        ));
        assert!(fits("*", ""));
        assert!(fits("a?c*", "abc"));
        assert!(fits("*a*b", "xxaxxb"));
        assert!(!fits("a?c", "ac"));
        assert!(!fits("svc-*", "a-svc-x"));
        assert!(!fits("", "a"));
    }
}
