//! Who has what, now and after the plan.

use super::reading::Reading;
use crate::report::sheets::access::{AccessReport, AccessUnit};
use crate::report::sheets::made_by;

pub(super) fn report(reading: &Reading<'_>) -> AccessReport {
    let units = reading.places().into_iter().map(|place| AccessUnit {
        organisation: place.access.organisation.to_string(),
        organisation_name: place.access.organisation_name.to_string(),
        portal: place.access.portal.to_string(),
        portal_title: reading.title(&place.access.portal),
        portal_organisation: place.access.portal_organisation.to_string(),
        approved_by: place.access.approved_by.as_deref().map(str::to_owned),
        people: place
            .access
            .accounts
            .iter()
            .map(|account| place.person(account))
            .collect(),
    });
    AccessReport {
        format: 1,
        beadle: made_by(),
        day: reading.opened.day,
        units: units.collect(),
        unread: reading.unread(),
    }
}
