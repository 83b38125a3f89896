//! Lists of several pages, read until two readings agree. While pages are read one after the other,
//! somebody may leave and somebody else may come: every page and the total are as they should be,
//! and whoever moved to a page that had been read is missing. Only a second reading shows that. A
//! list on one page is one answer, and is read once.

use std::sync::Arc;

use async_trait::async_trait;

use super::error::PortalError;
use super::{PortalRead, PortalWrite};
use crate::model::live::{Incomplete, Live, LiveAccount};
use crate::model::name::{PortalName, PortalOrganisation};
use crate::model::plan::Write;

/// Pages of a listing whose accounts and areas are one page each.
const SINGLE_PAGES: u64 = 2;

/// How often a list is read, at most.
const READINGS: usize = 4;

/// The reading side of a portal that is about to be written to: what it lists has been seen twice
/// where it takes several pages.
#[must_use]
pub fn steady(portal: &PortalName, writer: &Arc<dyn PortalWrite>) -> Arc<dyn PortalRead> {
    Arc::new(Steady {
        portal: portal.clone(),
        reader: Arc::<dyn PortalWrite>::clone(writer),
    })
}

struct Steady {
    portal: PortalName,
    reader: Arc<dyn PortalWrite>,
}

#[async_trait]
impl PortalRead for Steady {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        let mut before: Option<String> = None;
        for _ in 0..READINGS {
            let live = self.reader.list(organisation).await?;
            if live.evidence().pages <= SINGLE_PAGES {
                return Ok(live);
            }
            let digest = live.digest();
            if before.as_ref() == Some(&digest) {
                return Ok(live);
            }
            before = Some(digest);
        }
        Err(PortalError {
            portal: self.portal.clone(),
            organisation: organisation.clone(),
            call: format!("GET every page, {READINGS} times"),
            kind: Incomplete::Unsteady.into(),
        })
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        self.reader.observe(organisation, write).await
    }

    async fn below(
        &self,
        organisation: &PortalOrganisation,
    ) -> Result<Vec<(PortalOrganisation, String)>, PortalError> {
        self.reader.below(organisation).await
    }
}
