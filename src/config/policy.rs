//! The policy's documents as the model's policy: for all, and for each organisation that has
//! limits of its own. Whether those only tighten is a check's business.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::documents::{
    EscalationsWord, ExpiryDocument, OrganisationPolicyDocument, PolicyDocument, RemovalsWord,
    SensitiveAreas, SharedAccountsWord, UnmanagedWord, WaiverDocument,
};
use super::spanned::{Entries, Identifier, ListOr, Spanned};
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName};
use crate::model::policy::{
    Escalations, ExpiryPolicy, Policy, RemovalLimit, Removals, SensitiveArea, SharedAccounts,
    Unmanaged, Waiver,
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
        max_shrink,
        removals,
        unmanaged,
        ignore,
        expiry,
        email_domains,
        sensitive_areas,
        shared_accounts,
        escalations,
        waivers,
        organisations: _,
    } = document;
    let default = Policy::default();
    let limit = max_removals.clone().unwrap_or_default();
    let total = limit.total.unwrap_or_default();
    let shrink = max_shrink.clone().unwrap_or_default();
    let mut policy = Policy {
        min_admins: min_admins.as_ref().map_or(default.min_admins, |n| n.value),
        require_admins: logins(require_admins.as_deref()),
        max_removals: limit_of(
            default.max_removals,
            limit.percent.as_ref(),
            limit.count.as_ref(),
        ),
        max_removals_total: limit_of(
            default.max_removals_total,
            total.percent.as_ref(),
            total.count.as_ref(),
        ),
        max_shrink: limit_of(
            default.max_shrink,
            shrink.percent.as_ref(),
            shrink.count.as_ref(),
        ),
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
        escalations: escalations
            .as_ref()
            .map_or(default.escalations, |word| escalations_of(word.value)),
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
        max_shrink,
        removals,
        unmanaged,
        ignore,
        expiry,
        email_domains,
        sensitive_areas,
        shared_accounts,
        escalations,
    } = document;
    let mut policy = all.clone();
    if let Some(number) = min_admins {
        policy.min_admins = number.value;
    }
    for login in logins(require_admins.as_deref()) {
        if !policy.require_admins.contains(&login) {
            policy.require_admins.push(login);
        }
    }
    if let Some(limit) = max_removals {
        let (percent, count) = (limit.percent.as_ref(), limit.count.as_ref());
        policy.max_removals = limit_of(policy.max_removals, percent, count);
    }
    if let Some(limit) = max_shrink {
        let (percent, count) = (limit.percent.as_ref(), limit.count.as_ref());
        policy.max_shrink = limit_of(policy.max_shrink, percent, count);
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
    if let Some(word) = escalations {
        policy.escalations = escalations_of(word.value);
    }
    policy
}

/// A limit with the numbers that are written, and those of `base` for the others.
fn limit_of(
    base: RemovalLimit,
    percent: Option<&Spanned<u32>>,
    count: Option<&Spanned<u32>>,
) -> RemovalLimit {
    RemovalLimit {
        percent: percent.map_or(base.percent, |number| number.value),
        count: count.map_or(base.count, |number| number.value),
    }
}

fn logins(written: Option<&[Spanned<Identifier<'_>>]>) -> Vec<LoginId> {
    let written = written.unwrap_or_default().iter();
    written.map(|login| LoginId::new(login.value.0)).collect()
}

fn texts(written: Option<&[Spanned<Identifier<'_>>]>) -> Vec<String> {
    let written = written.unwrap_or_default().iter();
    written.map(|text| text.value.0.to_owned()).collect()
}

fn domains(written: &[Spanned<&str>]) -> Vec<String> {
    written.iter().map(|one| domain(one.value)).collect()
}

/// A domain in lower case, without the `@` that people put before it.
pub(super) fn domain(written: &str) -> String {
    let bare = written.strip_prefix('@').unwrap_or(written);
    bare.to_ascii_lowercase()
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
        warn_days: warn_days.as_ref().map_or(base.warn_days, |days| days.value),
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

pub(super) fn waiver(document: &WaiverDocument<'_>) -> Waiver {
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
        guardrail: guardrail.value,
        limit: *limit,
        reason: reason.value.to_owned(),
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

fn escalations_of(word: EscalationsWord) -> Escalations {
    match word {
        EscalationsWord::Report => Escalations::Report,
        EscalationsWord::Refuse => Escalations::Refuse,
    }
}
