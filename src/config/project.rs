//! A project that holds together: what remains of the files once all of them are read and found
//! in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::context::Context;
use super::dated;
use super::organisation::Organisation;
use super::settings::settings;
use crate::model::desired::CreationSettings;
use crate::model::diagnostic::{Diagnostic, Sources, Span};
use crate::model::name::{LoginId, OrganisationId, PortalName};
use crate::model::policy::{Policy, Waiver};
use crate::model::records::{DEFAULT_FOLDER, Place, RecordSettings};
use crate::model::settings::PortalSettings;
use crate::model::source::Source;

/// The time zone of a project that names none.
pub(super) const DEFAULT_ZONE: &str = "Europe/London";
/// What came of loading a project.
#[derive(Debug)]
pub struct Loaded {
    /// The text of every file that was read, with literal secrets masked.
    pub sources: Sources,
    /// Everything that is wrong or worth a look, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The project; none if any of the diagnostics is an error.
    pub project: Option<Project>,
}

/// A project without errors.
pub struct Project {
    root: PathBuf,
    time_zone: TimeZone,
    portals: BTreeMap<PortalName, PortalSettings>,
    policy: Arc<Policy>,
    /// With the place of its last day.
    pub(super) waivers: Vec<(Waiver, Span)>,
    records: RecordSettings,
    digest: String,
    pub(super) owners: Vec<Box<str>>,
    pub(super) creation: BTreeMap<PortalName, CreationSettings>,
    pub(super) identities: BTreeMap<PortalName, LoginId>,
    pub(super) bundles: Vec<Arc<str>>,
    /// In order of id.
    pub(super) organisations: Vec<Organisation>,
    pub(super) sources: Sources,
}

impl std::fmt::Debug for Project {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Project")
            .field("root", &self.root)
            .field("digest", &self.digest)
            .field("organisations", &self.organisations.len())
            .finish_non_exhaustive()
    }
}

/// None where the place is none: the checks have reported it.
fn records(context: &Context<'_>, root: &Path) -> Option<RecordSettings> {
    let written = context.document.records.as_ref();
    let url = written.and_then(|written| written.url.as_ref());
    let url = url.map_or(DEFAULT_FOLDER, |url| url.value);
    Some(RecordSettings {
        place: Place::parse(url, root).ok()?,
        keep_days: written.and_then(|written| written.keep_days),
    })
}

impl Project {
    pub(super) fn new(
        root: PathBuf,
        context: &Context<'_>,
        mut organisations: Vec<Organisation>,
        sources: &Sources,
        digest: String,
    ) -> Option<Self> {
        organisations.sort_by(|one, other| one.id.cmp(&other.id));
        let zone = context.document.timezone.as_ref();
        let time_zone = TimeZone::get(zone.map_or(DEFAULT_ZONE, |zone| zone.value)).ok()?;
        let mut portals = BTreeMap::new();
        let mut creation = BTreeMap::new();
        let mut identities = BTreeMap::new();
        for (name, view) in &context.portals {
            let name = PortalName::new(*name);
            portals.insert(name.clone(), settings(&name, view, sources)?);
            let document = view.document;
            let accompanies = CreationSettings {
                notify: document.notify,
                terms_accepted_by: document.terms_accepted_by.map(Into::into),
                provisioning: document.provisioning.as_ref().map(|way| way.value.into()),
            };
            if let Some(identity) = &document.identity {
                identities.insert(name.clone(), LoginId::new(identity.value.0));
            }
            creation.insert(name, accompanies);
        }
        let records = records(context, &root)?;
        Some(Self {
            root,
            time_zone,
            records,
            portals,
            policy: Arc::clone(&context.policies.all),
            waivers: dated::waivers(context.document.policy.as_ref()),
            digest,
            owners: context
                .document
                .owners
                .iter()
                .flatten()
                .map(|owner| owner.value.into())
                .collect(),
            creation,
            identities,
            bundles: context
                .bundles
                .iter()
                .map(|bundle| Arc::clone(&bundle.name))
                .collect(),
            organisations,
            sources: sources.clone(),
        })
    }

    /// The project's folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the run lock and the audit log are kept.
    #[must_use]
    pub fn records(&self) -> &RecordSettings {
        &self.records
    }

    /// Where days begin and end.
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// How each portal is reached.
    #[must_use]
    pub fn portals(&self) -> &BTreeMap<PortalName, PortalSettings> {
        &self.portals
    }

    /// The policy for all organisations; each [`crate::model::desired::Desired`] has its own.
    #[must_use]
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// The ids of all organisations, in order.
    pub fn organisations(&self) -> impl Iterator<Item = &OrganisationId> {
        self.organisations
            .iter()
            .map(|organisation| &organisation.id)
    }

    /// Who approved an organisation's list, as `approved_by` has it.
    #[must_use]
    pub fn approved_by(&self, organisation: &OrganisationId) -> Option<&str> {
        let at = self
            .organisations
            .binary_search_by(|known| known.id.cmp(organisation))
            .ok()?;
        self.organisations.get(at)?.approved_by.as_deref()
    }

    /// Where something stands in the files.
    #[must_use]
    pub fn place(&self, span: &Span) -> Source {
        self.sources.place(span)
    }

    /// SHA-256 over the names and bytes of all files, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}
