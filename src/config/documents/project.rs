//! The project file, as typed documents.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::directory::{CapabilitiesDocument, ClientCredentialsDocument};
use super::organisation::{Areas, OrganisationDocument};
use super::policy::PolicyDocument;
use super::token::TokenDocument;
use crate::config::spanned::{Day, Entries, Identifier, ListOr, Spanned};

/// The project file, `beadle.yaml`: portals, policy, job roles, people and organisations.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Project")]
pub(in crate::config) struct ProjectDocument<'t> {
    /// The version of this format. Always 1.
    #[schemars(extend("const" = 1))]
    #[expect(dead_code, reason = "the schema allows one value only")]
    pub(in crate::config) version: u32,
    /// Where days begin and end: a name of the time-zone database. Without it, Europe/London.
    #[serde(borrow)]
    #[schemars(example = &"Europe/London")]
    pub(in crate::config) timezone: Option<Spanned<&'t str>>,
    /// Who owns this file, and everything that no organisation's file says otherwise of:
    /// `beadle init --codeowners` writes it down for GitHub and GitLab.
    #[serde(borrow)]
    #[schemars(length(min = 1), example = ["@saltmarsh/access"])]
    pub(in crate::config) owners: Option<Vec<Spanned<&'t str>>>,
    /// The portals, each under a name of your choice, which organisations then use.
    #[serde(borrow)]
    pub(in crate::config) portals: Entries<'t, PortalDocument<'t>>,
    /// Job roles, defined once: what each gives on each portal.
    #[serde(borrow)]
    pub(in crate::config) bundles: Option<Entries<'t, Areas<'t>>>,
    /// Anyone who appears in more than one organisation, by work email address. Being listed here
    /// gives no access.
    #[serde(borrow)]
    pub(in crate::config) people: Option<Entries<'t, PersonDocument<'t>>>,
    /// What people get in many organisations at once, one line each.
    #[serde(borrow)]
    pub(in crate::config) assignments: Option<Vec<Spanned<AssignmentDocument<'t>>>>,
    /// Limits that every plan must keep.
    #[serde(borrow)]
    pub(in crate::config) policy: Option<PolicyDocument<'t>>,
    /// Where the run lock and the audit log are kept. Without it, in the folder `.beadle` beside
    /// this file.
    #[serde(borrow)]
    pub(in crate::config) records: Option<RecordsDocument<'t>>,
    /// The organisations: here, each under its id, or a list of files and patterns of files.
    #[serde(borrow)]
    pub(in crate::config) organisations: Organisations<'t>,
}

/// Records of what was done: who may apply now, and what was applied.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Records")]
pub(in crate::config) struct RecordsDocument<'t> {
    /// A folder, or a bucket: `s3://bucket/folder`, `az://container/folder`, `gs://bucket/folder`.
    /// Credentials come from the environment, never from here.
    #[serde(borrow)]
    #[schemars(example = &"s3://trust-records/beadle")]
    pub(in crate::config) url: Option<Spanned<&'t str>>,
    /// Runs that ended longer ago than so many days are taken out of the audit log. Without it,
    /// never.
    #[schemars(range(min = 1))]
    pub(in crate::config) keep_days: Option<u32>,
}

/// Patterns of files, or organisations by id.
pub(in crate::config) type Organisations<'t> =
    ListOr<Spanned<&'t str>, Entries<'t, OrganisationDocument<'t>>>;

/// One portal: which driver speaks to it, and how it is reached.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Portal")]
pub(in crate::config) struct PortalDocument<'t> {
    /// Which portal it is, such as `ofs` or `hampshire`.
    #[serde(borrow)]
    pub(in crate::config) driver: Spanned<&'t str>,
    /// How it is reached: `api` (the default), or `worklist`, where beadle reads snapshots and
    /// writes numbered steps for a person.
    pub(in crate::config) via: Option<RouteWord>,
    /// The address of its API: https, without a user name and without a question mark.
    #[serde(borrow)]
    #[schemars(example = &"https://portal.example/api")]
    pub(in crate::config) url: Option<Spanned<&'t str>>,
    /// Where the token is kept that `apply` uses. Never the token itself.
    #[serde(borrow)]
    pub(in crate::config) token: Option<Spanned<TokenDocument<'t>>>,
    /// Where a read-only token is kept; everything but `apply` uses it.
    #[serde(borrow)]
    pub(in crate::config) plan_token: Option<Spanned<TokenDocument<'t>>>,
    /// Most requests a second. Without it, no limit of ours.
    #[schemars(range(min = 1))]
    pub(in crate::config) requests_per_second: Option<u32>,
    /// Most requests at the same time. Without it, 8.
    #[schemars(range(min = 1, max = 256))]
    pub(in crate::config) concurrency: Option<u32>,
    /// Certificates to trust instead of the system's: a PEM file.
    #[serde(borrow)]
    pub(in crate::config) ca_file: Option<&'t str>,
    /// Folder of snapshots, for a portal reached by worklist.
    #[serde(borrow)]
    #[schemars(example = &"live/hfl")]
    pub(in crate::config) snapshots: Option<Spanned<&'t str>>,
    /// Who has accepted the portal's terms for new accounts, where it asks for that.
    #[serde(borrow)]
    pub(in crate::config) terms_accepted_by: Option<&'t str>,
    /// Whether the portal mails the login to the holder of a new account, where that is a choice.
    pub(in crate::config) notify: Option<bool>,
    /// By what other system accounts come to be, where the portal knows several ways.
    #[serde(borrow)]
    #[schemars(example = &"sims")]
    pub(in crate::config) provisioning: Option<Spanned<&'t str>>,
    /// How a token is asked for, in place of `token`.
    #[serde(borrow)]
    pub(in crate::config) client_credentials: Option<Spanned<ClientCredentialsDocument<'t>>>,
    /// For a directory (SCIM): areas, each with the display name of the group that stands for it.
    #[serde(borrow)]
    pub(in crate::config) groups: Option<Entries<'t, Spanned<&'t str>>>,
    /// The area of `groups` whose group holds the administrators.
    #[serde(borrow)]
    pub(in crate::config) admin_group: Option<Spanned<&'t str>>,
    /// For a directory (SCIM): what it can do, where what it says of itself is not to be believed.
    pub(in crate::config) capabilities: Option<CapabilitiesDocument>,
    /// The login id that beadle itself uses there: never demoted, expired or deleted.
    #[serde(borrow)]
    pub(in crate::config) identity: Option<Spanned<Identifier<'t>>>,
}

/// How a portal is reached.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(in crate::config) enum RouteWord {
    /// By its API.
    Api,
    /// Without one.
    Worklist,
}

/// A person who appears in more than one organisation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Person")]
pub(in crate::config) struct PersonDocument<'t> {
    /// The person's name.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) name: Spanned<&'t str>,
    /// Login ids where they are not the email address, by portal.
    #[serde(borrow)]
    pub(in crate::config) accounts: Option<Entries<'t, Spanned<Identifier<'t>>>>,
    /// Login ids the person had before: a rename, not a leaver and a joiner.
    #[serde(borrow)]
    pub(in crate::config) was: Option<Vec<Spanned<Identifier<'t>>>>,
}

/// What some people get in many organisations. Without areas, bundles and admin, an account on
/// each portal; otherwise accounts on the portals that those touch.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Assignment")]
pub(in crate::config) struct AssignmentDocument<'t> {
    /// Email addresses, listed under `people` or under the organisation's users.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) users: Vec<Spanned<Identifier<'t>>>,
    /// Which organisations: ids, patterns such as `*` or `north-*`, or `tag:primary`.
    #[serde(borrow)]
    #[schemars(length(min = 1))]
    pub(in crate::config) organisations: Vec<Spanned<Identifier<'t>>>,
    /// Names of bundles.
    #[serde(borrow)]
    pub(in crate::config) bundles: Option<Vec<Spanned<&'t str>>>,
    /// Areas: a map by portal, or a list where the project has one portal.
    #[serde(borrow)]
    pub(in crate::config) areas: Option<Spanned<Areas<'t>>>,
    /// Portals on which they are administrators, or `true` for all that have administrators.
    #[serde(borrow)]
    pub(in crate::config) admin: Option<Spanned<AdminChoice<'t>>>,
    /// First day.
    pub(in crate::config) from: Option<Spanned<Day>>,
    /// Last day.
    pub(in crate::config) until: Option<Spanned<Day>>,
    /// Why they need it, where sensitive areas are among it.
    #[serde(borrow)]
    #[schemars(example = &"census season")]
    pub(in crate::config) reason: Option<&'t str>,
    /// Only these portals.
    #[serde(borrow)]
    pub(in crate::config) portals: Option<Vec<Spanned<&'t str>>>,
}

/// `admin` of an assignment.
#[derive(Debug)]
pub(in crate::config) enum AdminChoice<'t> {
    /// On every portal that has administrators, or on none.
    Every(bool),
    /// On these portals.
    Portals(Vec<Spanned<&'t str>>),
}

impl<'de: 't, 't> Deserialize<'de> for AdminChoice<'t> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<'t>(std::marker::PhantomData<&'t str>);

        impl<'de: 't, 't> serde::de::Visitor<'de> for Either<'t> {
            type Value = AdminChoice<'t>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("`true` or a list of portals")
            }

            fn visit_bool<E>(self, every: bool) -> Result<Self::Value, E> {
                Ok(AdminChoice::Every(every))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                items: A,
            ) -> Result<Self::Value, A::Error> {
                let items = serde::de::value::SeqAccessDeserializer::new(items);
                Vec::deserialize(items).map(AdminChoice::Portals)
            }
        }

        deserializer.deserialize_any(Either(std::marker::PhantomData))
    }
}

impl JsonSchema for AdminChoice<'_> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "AdminChoice".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "boolean" },
                { "type": "array", "items": { "type": "string" } }
            ]
        })
    }
}
