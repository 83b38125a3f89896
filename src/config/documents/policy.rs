//! The policy, as typed documents.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::spanned::{Day, Entries, Identifier, ListOr, Spanned};
use crate::model::policy::Guardrail;

/// Limits that every plan must keep.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Policy")]
pub(in crate::config) struct PolicyDocument<'t> {
    /// Fewest administrators an organisation may be left with. Without it, 2.
    pub(in crate::config) min_admins: Option<Spanned<u32>>,
    /// User keys or login ids that are always in the admin set.
    #[serde(borrow)]
    pub(in crate::config) require_admins: Option<Vec<Spanned<Identifier<'t>>>>,
    /// Most expires, revokes, demotes and deletes of one kind, for each organisation and portal.
    /// A plan is refused when over both numbers.
    pub(in crate::config) max_removals: Option<LimitDocument>,
    /// Most accounts that may be missing from a portal's list since the last apply. A plan is refused
    /// when over both numbers, or when nobody is left in the list.
    pub(in crate::config) max_shrink: Option<ShrinkDocument>,
    /// Whether anything is taken away: with `none` it is held back and listed.
    pub(in crate::config) removals: Option<Spanned<RemovalsWord>>,
    /// What becomes of a live account that no file names.
    pub(in crate::config) unmanaged: Option<Spanned<UnmanagedWord>>,
    /// Login-id patterns (`*` and `?`) that are never touched and never reported.
    #[serde(borrow)]
    pub(in crate::config) ignore: Option<Vec<Spanned<Identifier<'t>>>>,
    /// Limits on end dates of accounts and grants.
    pub(in crate::config) expiry: Option<ExpiryDocument>,
    /// Allowed domains of people's email addresses.
    #[serde(borrow)]
    pub(in crate::config) email_domains: Option<Vec<Spanned<&'t str>>>,
    /// By portal: areas whose grants need a reason and an end.
    #[serde(borrow)]
    pub(in crate::config) sensitive_areas: Option<Entries<'t, SensitiveAreas<'t>>>,
    /// Whether accounts that several people use are allowed.
    pub(in crate::config) shared_accounts: Option<Spanned<SharedAccountsWord>>,
    /// What becomes of a plan by which an author of the change, or who approves it, gains rights:
    /// such actions stand first; with `refuse` the plan is refused as well.
    pub(in crate::config) escalations: Option<Spanned<EscalationsWord>>,
    /// Dated exceptions, reviewed like all else.
    #[serde(borrow)]
    pub(in crate::config) waivers: Option<Vec<WaiverDocument<'t>>>,
    /// Stricter limits for single organisations, by id.
    #[serde(borrow)]
    pub(in crate::config) organisations: Option<Entries<'t, OrganisationPolicyDocument<'t>>>,
}

/// Stricter limits for one organisation. What is left out is as for all.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OrganisationPolicy")]
pub(in crate::config) struct OrganisationPolicyDocument<'t> {
    /// Fewest administrators: not lower than for all.
    pub(in crate::config) min_admins: Option<Spanned<u32>>,
    /// Further user keys or login ids that are always in the admin set.
    #[serde(borrow)]
    pub(in crate::config) require_admins: Option<Vec<Spanned<Identifier<'t>>>>,
    /// Most removals of one kind: not more than for all.
    pub(in crate::config) max_removals: Option<OrganisationLimitDocument>,
    /// Most missing accounts: not more than for all.
    pub(in crate::config) max_shrink: Option<ShrinkDocument>,
    /// `none` where all others allow removals.
    pub(in crate::config) removals: Option<Spanned<RemovalsWord>>,
    /// `expire` where unmanaged accounts are otherwise reported.
    pub(in crate::config) unmanaged: Option<Spanned<UnmanagedWord>>,
    /// Fewer of the patterns that are ignored for all.
    #[serde(borrow)]
    pub(in crate::config) ignore: Option<Vec<Spanned<Identifier<'t>>>>,
    /// Stricter limits on end dates.
    pub(in crate::config) expiry: Option<ExpiryDocument>,
    /// Fewer of the domains that are allowed for all.
    #[serde(borrow)]
    pub(in crate::config) email_domains: Option<Vec<Spanned<&'t str>>>,
    /// Further sensitive areas, or shorter limits.
    #[serde(borrow)]
    pub(in crate::config) sensitive_areas: Option<Entries<'t, SensitiveAreas<'t>>>,
    /// A stricter word on shared accounts.
    pub(in crate::config) shared_accounts: Option<Spanned<SharedAccountsWord>>,
    /// `refuse` where escalations are otherwise reported.
    pub(in crate::config) escalations: Option<Spanned<EscalationsWord>>,
}

/// The areas of one portal that are sensitive: a list, or each with its limit.
pub(in crate::config) type SensitiveAreas<'t> =
    ListOr<Spanned<&'t str>, Entries<'t, Spanned<SensitiveAreaDocument>>>;

/// Most removals, and most for a whole portal.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Removals")]
pub(in crate::config) struct LimitDocument {
    /// Percent of what is live of that kind. Without it, 20.
    #[schemars(range(max = 100))]
    pub(in crate::config) percent: Option<Spanned<u32>>,
    /// Number of removals. Without it, 2.
    pub(in crate::config) count: Option<Spanned<u32>>,
    /// The same pair for a whole portal. Without it, 10 percent and 10.
    pub(in crate::config) total: Option<TotalDocument>,
}

/// Most removals for a whole portal.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TotalRemovals")]
pub(in crate::config) struct TotalDocument {
    /// Percent of what is live of that kind. Without it, 10.
    #[schemars(range(max = 100))]
    pub(in crate::config) percent: Option<Spanned<u32>>,
    /// Number of removals. Without it, 10.
    pub(in crate::config) count: Option<Spanned<u32>>,
}

/// Most accounts that may be missing from a list since the last apply.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Shrink")]
pub(in crate::config) struct ShrinkDocument {
    /// Percent of the accounts that were there. Without it, 20. With 100, nothing is refused.
    #[schemars(range(max = 100))]
    pub(in crate::config) percent: Option<Spanned<u32>>,
    /// Number of missing accounts. Without it, 5.
    pub(in crate::config) count: Option<Spanned<u32>>,
}

/// Most removals in one organisation.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OrganisationRemovals")]
pub(in crate::config) struct OrganisationLimitDocument {
    /// Percent of what is live of that kind.
    #[schemars(range(max = 100))]
    pub(in crate::config) percent: Option<Spanned<u32>>,
    /// Number of removals.
    pub(in crate::config) count: Option<Spanned<u32>>,
}

/// Limits on end dates.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Expiry")]
pub(in crate::config) struct ExpiryDocument {
    /// Whether every account and grant needs an `until`.
    pub(in crate::config) required: Option<Spanned<bool>>,
    /// Longest time from `from`, or today, to `until`, in days.
    #[schemars(range(min = 1))]
    pub(in crate::config) max_days: Option<Spanned<u32>>,
    /// What ends within this many days is announced. Without it, 30.
    pub(in crate::config) warn_days: Option<Spanned<u32>>,
}

/// One sensitive area.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SensitiveArea")]
pub(in crate::config) struct SensitiveAreaDocument {
    /// Longest grant in days. Without it, any, so long as it ends.
    #[schemars(range(min = 1))]
    pub(in crate::config) max_days: Option<u32>,
}

/// A reviewed, dated exception to one guardrail.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Waiver")]
pub(in crate::config) struct WaiverDocument<'t> {
    /// The organisation's id. Leave it out for the limit on the whole portal.
    #[serde(borrow)]
    pub(in crate::config) organisation: Option<Spanned<Identifier<'t>>>,
    /// The portal.
    #[serde(borrow)]
    pub(in crate::config) portal: Spanned<&'t str>,
    /// Which limit.
    pub(in crate::config) guardrail: Spanned<Guardrail>,
    /// The number allowed instead.
    pub(in crate::config) limit: u32,
    /// Why, in a sentence.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) reason: Spanned<&'t str>,
    /// Last day on which it holds.
    pub(in crate::config) until: Spanned<Day>,
}

/// `policy.removals`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(in crate::config) enum RemovalsWord {
    Allow,
    None,
}

/// `policy.unmanaged`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(in crate::config) enum UnmanagedWord {
    Report,
    Expire,
}

/// `policy.shared_accounts`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(in crate::config) enum SharedAccountsWord {
    Allow,
    Warn,
    Forbid,
}

/// `policy.escalations`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(in crate::config) enum EscalationsWord {
    Report,
    Refuse,
}
