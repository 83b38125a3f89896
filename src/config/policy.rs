//! The policy's documents as the model's policy: for all, and for each organisation that has
//! limits of its own. Whether those only tighten is a check's business.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::documents::{
    ExpiryDocument, OrganisationPolicyDocument, PolicyDocument, RemovalsWord, SensitiveAreas,
    SharedAccountsWord, UnmanagedWord, WaiverDocument,
};
use super::spanned::{Entries, Identifier, ListOr, Spanned};
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName};
use crate::model::policy::{
    ExpiryPolicy, Policy, RemovalLimit, Removals, SensitiveArea, SharedAccounts, Unmanaged, Waiver,
};

/// The policy for all, and those for single organisations.
pub(super) struct Policies {
    pub(super) all: Arc<Policy>,
    single: BTreeMap<String, Arc<Policy>>,
}

impl Policies {
    pub(super) fn new(document: Option<&PolicyDocument<'_>>) -> Self {
        let Some(document) = document else {
            return Self {
                all: Arc::default(),
                single: BTreeMap::new(),
            };
        };
        let all = project(document);
        let single = document
            .organisations
            .iter()
            .flat_map(Entries::iter)
            .map(|(id, document)| (id.value.to_owned(), Arc::new(tightened(&all, document))))
            .collect();
        Self {
            all: Arc::new(all),
            single,
        }
    }

    /// What an organisation is held to.
    pub(super) fn of(&self, organisation: &str) -> &Arc<Policy> {
        self.single.get(organisation).unwrap_or(&self.all)
    }
}

fn project(document: &PolicyDocument<'_>) -> Policy {
    let PolicyDocument {
        min_admins,
        require_admins,
        max_removals,
        removals,
        unmanaged,
        ignore,
        expiry,
        email_domains,
        sensitive_areas,
        shared_accounts,
        waivers,
        organisations: _,
    } = document;
    let default = Policy::default();
    let limit = max_removals.clone().unwrap_or_default();
    let total = limit.total.unwrap_or_default();
    let mut policy = Policy {
        min_admins: min_admins.as_ref().map_or(default.min_admins, |n| n.value),
        require_admins: logins(require_admins.as_deref()),
        max_removals: RemovalLimit {
            percent: limit.percent.unwrap_or(default.max_removals.percent),
            count: limit.count.unwrap_or(default.max_removals.count),
        },
        max_removals_total: RemovalLimit {
            percent: total.percent.unwrap_or(default.max_removals_total.percent),
            count: total.count.unwrap_or(default.max_removals_total.count),
        },
        removals: removals
            .as_ref()
            .map_or(default.removals, |w| removals_of(w.value)),
        unmanaged: unmanaged
            .as_ref()
            .map_or(default.unmanaged, |w| unmanaged_of(w.value)),
        ignore: texts(ignore.as_deref()),
        expiry: expiry
            .as_ref()
            .map_or(default.expiry, |e| expiry_of(default.expiry, e)),
        email_domains: email_domains.as_deref().map(domains),
        sensitive_areas: BTreeMap::new(),
        shared_accounts: shared_accounts
            .as_ref()
            .map_or(default.shared_accounts, |word| shared_of(word.value)),
        waivers: waivers.iter().flatten().map(waiver).collect(),
    };
    add_sensitive(&mut policy, sensitive_areas.as_ref());
    policy
}

fn tightened(all: &Policy, document: &OrganisationPolicyDocument<'_>) -> Policy {
    let OrganisationPolicyDocument {
        min_admins,
        require_admins,
        max_removals,
        removals,
        unmanaged,
        ignore,
        expiry,
        email_domains,
        sensitive_areas,
        shared_accounts,
    } = document;
    let mut policy = all.clone();
    if let Some(number) = min_admins {
        policy.min_admins = number.value;
    }
    policy
        .require_admins
        .extend(logins(require_admins.as_deref()));
    if let Some(limit) = max_removals {
        let RemovalLimit { percent, count } = policy.max_removals;
        policy.max_removals = RemovalLimit {
            percent: limit.percent.as_ref().map_or(percent, |n| n.value),
            count: limit.count.as_ref().map_or(count, |n| n.value),
        };
    }
    if let Some(word) = removals {
        policy.removals = removals_of(word.value);
    }
    if let Some(word) = unmanaged {
        policy.unmanaged = unmanaged_of(word.value);
    }
    if ignore.is_some() {
        policy.ignore = texts(ignore.as_deref());
    }
    if let Some(expiry) = expiry {
        policy.expiry = expiry_of(policy.expiry, expiry);
    }
    if let Some(allowed) = email_domains {
        policy.email_domains = Some(domains(allowed));
    }
    add_sensitive(&mut policy, sensitive_areas.as_ref());
    if let Some(word) = shared_accounts {
        policy.shared_accounts = shared_of(word.value);
    }
    policy
}

fn logins(written: Option<&[Spanned<Identifier<'_>>]>) -> Vec<LoginId> {
    let written = written.unwrap_or_default().iter();
    written.map(|login| LoginId::new(login.value.0)).collect()
}

fn texts(written: Option<&[Spanned<Identifier<'_>>]>) -> Vec<String> {
    let written = written.unwrap_or_default().iter();
    written.map(|text| text.value.0.to_owned()).collect()
}

/// Domains in lower case, without the `@` that people put before them.
fn domains(written: &[Spanned<&str>]) -> Vec<String> {
    let one = |domain: &Spanned<&str>| domain.value.trim_start_matches('@').to_ascii_lowercase();
    written.iter().map(one).collect()
}

fn expiry_of(base: ExpiryPolicy, document: &ExpiryDocument) -> ExpiryPolicy {
    let ExpiryDocument {
        required,
        max_days,
        warn_days,
    } = document;
    ExpiryPolicy {
        required: required.as_ref().map_or(base.required, |word| word.value),
        max_days: max_days.as_ref().map(|days| days.value).or(base.max_days),
        warn_days: warn_days.unwrap_or(base.warn_days),
    }
}

fn add_sensitive(policy: &mut Policy, written: Option<&Entries<'_, SensitiveAreas<'_>>>) {
    for (portal, areas) in written.into_iter().flat_map(Entries::iter) {
        let known = policy
            .sensitive_areas
            .entry(PortalName::new(portal.value))
            .or_default();
        match areas {
            ListOr::List(list) => {
                for area in list {
                    known.entry(AreaName::new(area.value)).or_default();
                }
            }
            ListOr::Map(map) => {
                for (area, limit) in map.iter() {
                    let max_days = limit.value.max_days;
                    let entry = known.entry(AreaName::new(area.value)).or_default();
                    *entry = SensitiveArea {
                        max_days: max_days.or(entry.max_days),
                    };
                }
            }
        }
    }
}

fn waiver(document: &WaiverDocument<'_>) -> Waiver {
    let WaiverDocument {
        organisation,
        portal,
        guardrail,
        limit,
        reason,
        until,
    } = document;
    Waiver {
        organisation: organisation
            .as_ref()
            .map(|id| OrganisationId::new(id.value.0)),
        portal: PortalName::new(portal.value),
        guardrail: *guardrail,
        limit: *limit,
        reason: (*reason).to_owned(),
        until: until.value.0,
    }
}

fn removals_of(word: RemovalsWord) -> Removals {
    match word {
        RemovalsWord::Allow => Removals::Allow,
        RemovalsWord::None => Removals::None,
    }
}

fn unmanaged_of(word: UnmanagedWord) -> Unmanaged {
    match word {
        UnmanagedWord::Report => Unmanaged::Report,
        UnmanagedWord::Expire => Unmanaged::Expire,
    }
}

fn shared_of(word: SharedAccountsWord) -> SharedAccounts {
    match word {
        SharedAccountsWord::Allow => SharedAccounts::Allow,
        SharedAccountsWord::Warn => SharedAccounts::Warn,
        SharedAccountsWord::Forbid => SharedAccounts::Forbid,
    }
}
