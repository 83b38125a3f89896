//! Which accounts a plan may write to, found by another road than the planner's.

use std::collections::BTreeMap;

use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::policy::Unmanaged;

/// By portal id: whoever the YAML names under a present or a former login id, or under `delete`,
/// and strangers where policy ends them.
pub(super) fn managed(desired: &Desired, live: &Live) -> BTreeMap<String, bool> {
    let mut managed = BTreeMap::new();
    for account in live.accounts().values() {
        let twins = live
            .accounts()
            .values()
            .filter(|other| other.login == account.login)
            .count();
        let by_login = desired.accounts.contains_key(&account.login);
        let by_former = desired.accounts.values().any(|user| {
            let present = live
                .accounts()
                .values()
                .any(|other| other.login == user.login);
            !present && user.was.iter().any(|(was, _)| *was == account.login)
        });
        let former = desired
            .accounts
            .values()
            .any(|user| user.was.iter().any(|(was, _)| *was == account.login));
        let ignored = desired.policy.ignore.iter().any(|pattern| {
            let start = pattern.to_lowercase().replace('*', "");
            account.login.canonical().starts_with(&start)
        });
        let stranger = desired.manages_accounts
            && desired.policy.unmanaged == Unmanaged::Expire
            && !ignored
            && !former
            && !account.upstream;
        let named = by_login || by_former || desired.delete.contains_key(&account.login);
        let own = desired.identity.as_ref() == Some(&account.login);
        let may = twins == 1 && (named || stranger && !own);
        managed.insert(account.id.to_string(), may);
    }
    managed
}
