//! One organisation, as typed documents.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::spanned::{Day, Entries, Identifier, ListOr, Spanned, WordOr};

/// One organisation: a school, provider or authority. What is left out is not managed; what is
/// empty needs `allow_empty`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Organisation")]
pub(in crate::config) struct OrganisationDocument<'t> {
    /// The organisation's id in this project, such as `oakfield`.
    #[serde(borrow)]
    pub(in crate::config) organisation: Option<Spanned<Identifier<'t>>>,
    /// Its name in prose.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) name: &'t str,
    /// Words by which assignments can select it, as `tag:primary`.
    #[serde(borrow)]
    pub(in crate::config) tags: Option<Vec<&'t str>>,
    /// This organisation's id on each portal that it uses.
    #[serde(borrow)]
    pub(in crate::config) portals: Entries<'t, Spanned<Identifier<'t>>>,
    /// By what other system accounts come to be here, by portal, where the portal knows several
    /// ways.
    #[serde(borrow)]
    pub(in crate::config) provisioning: Option<Entries<'t, Spanned<&'t str>>>,
    /// Who approved this list, and in which role.
    #[serde(borrow)]
    #[schemars(example = &"Kit Osei, headteacher")]
    pub(in crate::config) approved_by: Option<&'t str>,
    /// Who is asked before this file changes: `@user`, `@organisation/team` or an email address.
    /// `beadle init --codeowners` writes it down for GitHub and GitLab.
    #[serde(borrow)]
    #[schemars(length(min = 1), example = ["@saltmarsh/oakfield"])]
    pub(in crate::config) owners: Option<Vec<Spanned<&'t str>>>,
    /// Who has an account, by work email address; a shared account by an id of its own. Without
    /// this key, accounts are not managed.
    #[serde(borrow)]
    pub(in crate::config) users: Option<Spanned<Entries<'t, UserDocument<'t>>>>,
    /// Grants seen from the area: each area with its users; with several portals, by portal. Adds
    /// to what the users say themselves.
    #[serde(borrow)]
    pub(in crate::config) areas: Option<Spanned<Entries<'t, AreaView<'t>>>>,
    /// The administrators, all of them; with several portals, by portal. Without this key, the
    /// admin set is not managed.
    #[serde(borrow)]
    pub(in crate::config) admins: Option<Spanned<PortalLists<'t>>>,
    /// Login ids of accounts to be deleted for good; with several portals, by portal.
    #[serde(borrow)]
    pub(in crate::config) delete: Option<PortalLists<'t>>,
    /// Says that an empty list or mapping here is meant.
    pub(in crate::config) allow_empty: Option<bool>,
}

/// A list of names, or such lists by portal.
pub(in crate::config) type PortalLists<'t> =
    ListOr<Spanned<Identifier<'t>>, Entries<'t, Spanned<Vec<Spanned<Identifier<'t>>>>>>;

/// Under an area or a portal: users, or areas with their users.
pub(in crate::config) type AreaView<'t> =
    ListOr<Spanned<AreaUser<'t>>, Entries<'t, Spanned<Vec<Spanned<AreaUser<'t>>>>>>;

/// A user's key, or the key with dates and a reason.
pub(in crate::config) type AreaUser<'t> = WordOr<'t, AreaUserDetails<'t>>;

/// An area, or the area with dates and a reason.
pub(in crate::config) type AreaEntry<'t> = WordOr<'t, AreaDetails<'t>>;

/// A list of areas, or such lists by portal.
pub(in crate::config) type Areas<'t> =
    ListOr<Spanned<AreaEntry<'t>>, Entries<'t, Spanned<Vec<Spanned<AreaEntry<'t>>>>>>;

/// One person's account or accounts in this organisation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "User")]
pub(in crate::config) struct UserDocument<'t> {
    /// The person's name. Not needed for someone listed under `people`.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) name: Option<Spanned<&'t str>>,
    /// The email address, where the key is not one.
    #[serde(borrow)]
    pub(in crate::config) email: Option<Spanned<&'t str>>,
    /// Login ids the person had before: a rename, not a leaver and a joiner.
    #[serde(borrow)]
    pub(in crate::config) was: Option<Vec<Spanned<Identifier<'t>>>>,
    /// Only these portals. Without it, all of the organisation's.
    #[serde(borrow)]
    pub(in crate::config) portals: Option<Vec<Spanned<&'t str>>>,
    /// First day of access.
    pub(in crate::config) from: Option<Spanned<Day>>,
    /// Last day of access.
    pub(in crate::config) until: Option<Spanned<Day>>,
    /// What the person may use: a list of areas; with several portals, by portal.
    #[serde(borrow)]
    pub(in crate::config) areas: Option<Spanned<Areas<'t>>>,
    /// Job roles: names of bundles in the project file.
    #[serde(borrow)]
    pub(in crate::config) bundles: Option<Spanned<Vec<Spanned<&'t str>>>>,
    /// Login ids where they are not the key, by portal.
    #[serde(borrow)]
    pub(in crate::config) accounts: Option<Entries<'t, Spanned<Identifier<'t>>>>,
    /// For an account that several people use.
    #[serde(borrow)]
    pub(in crate::config) shared: Option<Spanned<SharedDocument<'t>>>,
    /// Says that an empty list or mapping here is meant.
    pub(in crate::config) allow_empty: Option<bool>,
}

/// One area of one user, with dates and a reason.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Grant")]
pub(in crate::config) struct AreaDetails<'t> {
    /// The area, as the portal calls it.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) area: &'t str,
    /// First day.
    pub(in crate::config) from: Option<Spanned<Day>>,
    /// Last day.
    pub(in crate::config) until: Option<Spanned<Day>>,
    /// Why the person needs it.
    #[serde(borrow)]
    #[schemars(example = &"sign-off season")]
    pub(in crate::config) reason: Option<&'t str>,
}

/// One user of one area, with dates and a reason.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AreaUser")]
pub(in crate::config) struct AreaUserDetails<'t> {
    /// The user's key.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) user: &'t str,
    /// First day.
    pub(in crate::config) from: Option<Spanned<Day>>,
    /// Last day.
    pub(in crate::config) until: Option<Spanned<Day>>,
    /// Why the person needs it.
    #[serde(borrow)]
    pub(in crate::config) reason: Option<&'t str>,
}

/// An account that several people use.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Shared")]
pub(in crate::config) struct SharedDocument<'t> {
    /// The user who answers for it.
    #[serde(borrow)]
    pub(in crate::config) custodian: Spanned<Identifier<'t>>,
    /// The users who know its password.
    #[serde(borrow)]
    pub(in crate::config) members: Vec<Spanned<Identifier<'t>>>,
    /// The day on which its password was last changed.
    pub(in crate::config) password_changed: Option<Day>,
}
