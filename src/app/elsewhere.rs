//! A run that plans some of the organisations looks at others before it takes access away from
//! somebody: who moves to a school of another run keeps the old access until the new one is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::planning::{LiveReader, plan_unit};
use super::project::Opened;
use crate::config::UnitOnDay;
use crate::model::name::PortalName;
use crate::model::plan::UnitPlan;
use crate::planner::{self, Elsewhere};

/// Who, of those from whom `units` take something, still gains something in an organisation that
/// was not asked for. Only organisations that name one of them are read; where one cannot be read,
/// they may gain something there.
pub(super) async fn look<'u>(
    opened: &Opened,
    reader: &LiveReader<'_>,
    units: impl Iterator<Item = &'u UnitPlan>,
) -> Elsewhere {
    let mut losing: BTreeMap<PortalName, BTreeSet<Arc<str>>> = BTreeMap::new();
    for unit in units.filter(|unit| !reader.portals.is_by_hand(&unit.portal)) {
        let persons = planner::losing(unit);
        if !persons.is_empty() {
            losing
                .entry(unit.portal.clone())
                .or_default()
                .extend(persons);
        }
    }
    let mut elsewhere = Elsewhere::default();
    if losing.is_empty() {
        return elsewhere;
    }
    let related = opened.other_organisations().filter_map(|unit| {
        let there = named(&unit, losing.get(unit.portal())?);
        (!there.is_empty()).then_some((unit, there))
    });
    let reads = related.map(|(unit, persons)| async move {
        let desired = opened.desired(&unit);
        let answer = reader.read(&desired).await;
        (desired, persons, answer)
    });
    let mut answers = stream::iter(reads).buffer_unordered(reader.in_flight());
    while let Some((desired, persons, answer)) = answers.next().await {
        let live = answer.ok();
        let plan = live.and_then(|live| plan_unit(&desired, &live, reader.portals, opened));
        if let Some((plan, _)) = plan {
            elsewhere.add(&plan, &persons);
            continue;
        }
        for person in &persons {
            elsewhere.insert(&desired.portal, person, &desired.organisation);
        }
    }
    elsewhere
}

/// Those who have an account there by the YAML.
fn named(unit: &UnitOnDay<'_>, persons: &BTreeSet<Arc<str>>) -> BTreeSet<Arc<str>> {
    let there = unit.persons().filter_map(|person| persons.get(person));
    there.cloned().collect()
}
