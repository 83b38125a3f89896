//! One tenant: where its resources stand, what its server can do, and what was learned of it while
//! it was written to. And how a base URL names tenants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use super::api::{Api, Place};
use super::calls::Form;
use super::profile::Profile;
use crate::model::name::{AreaName, PortalOrganisation};
use crate::model::settings::Capabilities;
use crate::portal::access::BadUrl;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::CallFailure;

/// What stands for an organisation's id in a base URL.
const PLACEHOLDER: &str = "{organisation}";

/// A base URL, taken apart at the placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The address up to it.
    pub(super) base: String,
    /// The segments after it; none where the URL is one tenant's.
    below: Option<Vec<String>>,
}

impl Layout {
    pub(super) fn parse(url: &str) -> Result<Self, BadUrl> {
        let url = url.trim();
        let Some((before, after)) = url.split_once(PLACEHOLDER) else {
            let stray = url.contains(['{', '}']);
            return if stray {
                Err(BadUrl::Placeholder)
            } else {
                Ok(Self {
                    base: url.to_owned(),
                    below: None,
                })
            };
        };
        let in_path = before
            .split_once("://")
            .is_some_and(|(_, rest)| rest.contains('/') && rest.ends_with('/'));
        let whole = in_path && (after.is_empty() || after.starts_with('/'));
        if after.contains(['?', '#']) || before.contains(['?', '#']) {
            return Err(BadUrl::Query);
        }
        if !whole || before.contains(['{', '}']) || after.contains(['{', '}']) {
            return Err(BadUrl::Placeholder);
        }
        let below = after.split('/').filter(|segment| !segment.is_empty());
        Ok(Self {
            base: before.to_owned(),
            below: Some(below.map(str::to_owned).collect()),
        })
    }

    /// Where one tenant's resources stand below the base.
    fn place(&self, organisation: &PortalOrganisation) -> Result<Place, PortalErrorKind> {
        let Some(below) = &self.below else {
            return Ok(Arc::new([]));
        };
        let id = organisation.as_str();
        if id.trim().is_empty() || id.contains(['/', '\\']) || id.contains("..") {
            return Err(PortalErrorKind::Unsupported(
                "an organisation's id that cannot stand in an address",
            ));
        }
        let segments = std::iter::once(id.to_owned()).chain(below.iter().cloned());
        Ok(segments.collect())
    }
}

/// One tenant.
pub(super) struct Tenant {
    pub(super) place: Place,
    profile: OnceCell<Profile>,
    learned: Mutex<Learned>,
}

/// What was learned of a server by writing to it, so that no refusal is met twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Learned {
    /// The id of the group that stands for each area, as last read.
    pub(super) groups: BTreeMap<AreaName, String>,
    /// Groups list user names as members, not ids.
    pub(super) lists_logins: bool,
    /// The form in which users were changed last.
    pub(super) change: usize,
    /// The form in which members were removed last.
    pub(super) removal: Option<Form>,
    /// Every PATCH of a group was refused, and PUT was not.
    pub(super) no_patch: bool,
    /// Members written in one call, where fewer than asked for had to be.
    pub(super) per_call: Option<usize>,
    /// Whether a wrong version tag is refused; none where that was not tried.
    pub(super) guarded: Option<bool>,
}

impl Tenant {
    /// What its server can do: asked once.
    pub(super) async fn profile(
        &self,
        api: &Api,
        capabilities: &Capabilities,
    ) -> Result<&Profile, CallFailure> {
        self.profile
            .get_or_try_init(|| Profile::discover(api, &self.place, capabilities))
            .await
    }

    pub(super) fn learned(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every tenant that was spoken to.
pub(super) struct Tenants {
    layout: Layout,
    known: Mutex<BTreeMap<PortalOrganisation, Arc<Tenant>>>,
}

impl Tenants {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            known: Mutex::default(),
        }
    }

    pub(super) fn get(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Arc<Tenant>, CallFailure> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tenant) = known.get(organisation) {
            return Ok(Arc::clone(tenant));
        }
        let place = self
            .layout
            .place(organisation)
            .map_err(|kind| CallFailure::new("GET /", kind))?;
        let tenant = Arc::new(Tenant {
            place,
            profile: OnceCell::new(),
            learned: Mutex::default(),
        });
        known.insert(organisation.clone(), Arc::clone(&tenant));
        Ok(tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str, id: &str) -> Option<Vec<String>> {
        let place = Layout::parse(url).unwrap().place(&id.into()).ok()?;
        Some(place.to_vec())
    }

    #[test]
    fn the_placeholder_is_one_whole_segment_of_the_path() {
        let url = "https://x.example/t/{organisation}/scim/v2/";
        assert_eq!(Layout::parse(url).unwrap().base, "https://x.example/t/");
        assert_eq!(place(url, "8501234").unwrap(), ["8501234", "scim", "v2"]);
        assert_eq!(place("https://x.example/v2", "any thing").unwrap(), [""; 0]);
        for bad in [
            "https://x.example/a{organisation}",
            "https://x.example/{organisation}b",
            "https://{organisation}.x.example/v2",
            "https://{organisation}/v2",
            "https://x.example/{organisation}/{organisation}",
            "https://x.example/{tenant}",
        ] {
            assert_eq!(Layout::parse(bad), Err(BadUrl::Placeholder), "{bad}");
        }
        let query = Layout::parse("https://x.example/?t={organisation}");
        assert_eq!(query, Err(BadUrl::Query));
    }

    #[test]
    fn an_id_that_would_leave_its_segment_is_refused() {
        for id in ["", " ", "a/b", "..", "a..b", "a\\b"] {
            assert_eq!(
                place("https://x.example/{organisation}", id),
                None,
                "{id:?}"
            );
        }
    }
}
