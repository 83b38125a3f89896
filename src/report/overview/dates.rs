//! What ends by date: the days that a plan sets, and those that are near.

use super::Ending;
use crate::model::plan::{Change, Finding, Plan};

/// Everything that ends by date, the soonest first.
pub(super) fn endings(plan: &Plan) -> Vec<Ending<'_>> {
    let mut endings = Vec::new();
    for (unit, it) in (0_u32..).zip(&plan.units) {
        for action in it.actions.iter().filter(|action| !action.kind.is_removal()) {
            endings.extend(action.changes.iter().filter_map(|change| match change {
                Change::Expires {
                    before: _,
                    after: Some(on),
                } => Some(Ending {
                    on: *on,
                    unit,
                    account: &action.account,
                    area: action.area.as_ref(),
                    planned: true,
                }),
                _ => None,
            }));
        }
        endings.extend(it.findings.iter().filter_map(|finding| match finding {
            Finding::Ending {
                account,
                area,
                until,
            } => Some(Ending {
                on: *until,
                unit,
                account,
                area: area.as_ref(),
                planned: false,
            }),
            _ => None,
        }));
    }
    endings.sort();
    endings
}
