//! Which accounts a plan may write to, found by another road than the planner's.

use std::collections::BTreeMap;

use beadle::model::desired::Desired;
use beadle::model::live::{Live, LiveAccount};
use beadle::model::name::LoginId;
use beadle::model::policy::Unmanaged;
use beadle::model::rules::{LoginForm, Rules};

/// By portal id: whoever the YAML names under a present or a former login id, or under `delete`,
/// and strangers where policy ends them. Where the portal makes login ids, an email address names
/// its account too.
pub(crate) fn managed(desired: &Desired, live: &Live, rules: &Rules) -> BTreeMap<String, bool> {
    let assigned = rules.login.value == LoginForm::Assigned;
    let bears = |account: &LiveAccount, login: &LoginId| {
        let address = account.email.as_deref().map(LoginId::new);
        account.login == *login || (assigned && address.as_ref() == Some(login))
    };
    let bearers = |login: &LoginId| {
        let accounts = live.accounts().values();
        accounts.filter(|account| bears(account, login)).count()
    };
    let mut managed = BTreeMap::new();
    for account in live.accounts().values() {
        let mut users = desired.accounts.values();
        let by_login = users.any(|user| bears(account, &user.login) && bearers(&user.login) == 1);
        let mut users = desired.accounts.values();
        let by_former = users.any(|user| {
            let mut was = user.was.iter();
            bearers(&user.login) == 0
                && was.any(|(was, _)| bears(account, was) && bearers(was) == 1)
        });
        let mut users = desired.accounts.values();
        let mentioned = users.any(|user| {
            let mut was = user.was.iter();
            bears(account, &user.login) || was.any(|(was, _)| bears(account, was))
        });
        let ignored = desired.policy.ignore.iter().any(|pattern| {
            let start = pattern.to_lowercase().replace('*', "");
            account.login.canonical().starts_with(&start)
        });
        let alone = bearers(&account.login) == 1;
        let stranger = desired.manages_accounts
            && desired.policy.unmanaged == Unmanaged::Expire
            && !ignored
            && !mentioned
            && !account.upstream;
        let named = by_login || by_former || desired.delete.contains_key(&account.login);
        let own = desired.identity.as_ref() == Some(&account.login);
        let may = alone && (named || stranger && !own);
        managed.insert(account.id.to_string(), may);
    }
    managed
}
