//! A run that plans some of the organisations looks at others before it takes access away from
//! somebody: who moves to a school of another run keeps the old access until the new one is there.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::reading::LiveReader;
use super::unit::plan_unit;
use crate::app::project::Opened;
use crate::config::UnitOnDay;
use crate::model::name::canonical;
use crate::model::plan::UnitPlan;
use crate::planner::{self, Elsewhere};

/// Who, of those from whom `units` take something, still gains something in an organisation that
/// was not asked for. Only organisations that name one of them are read; where one cannot be read,
/// they may gain something there.
pub(in crate::app) async fn look<'u>(
    opened: &Opened,
    reader: &LiveReader<'_>,
    units: impl Iterator<Item = &'u UnitPlan> + Clone,
) -> Elsewhere {
    let by_api = units.filter(|unit| !reader.portals.is_by_hand(&unit.portal));
    let losing = planner::losing(by_api);
    let mut elsewhere = Elsewhere::default();
    if losing.is_empty() {
        return elsewhere;
    }
    let related = opened.other_organisations().filter_map(|unit| {
        let there = named(&unit, losing.get(unit.portal())?);
        (!there.is_empty()).then_some((unit, there))
    });
    let reads = related.map(|(unit, people)| async move {
        let desired = opened.desired(&unit);
        let answer = reader.read(&desired).await;
        (desired, people, answer)
    });
    let mut answers = stream::iter(reads).buffer_unordered(reader.in_flight());
    while let Some((desired, people, answer)) = answers.next().await {
        let live = answer.ok();
        let plan = live.and_then(|live| plan_unit(&desired, &live, reader.portals, opened));
        if let Some((plan, _)) = plan {
            elsewhere.add(&plan, &people);
            continue;
        }
        for (holder, _) in &people {
            elsewhere.insert(&desired.portal, holder, &desired.organisation);
        }
    }
    elsewhere
}

/// Those who have an account there by the YAML, each with the key that they have there: by key, or
/// by another name where no file names them here.
fn named(unit: &UnitOnDay<'_>, losing: &BTreeSet<Arc<str>>) -> BTreeSet<(Arc<str>, Arc<str>)> {
    let there = unit.people().flat_map(|(person, name)| {
        let name = canonical(name);
        let holders = [losing.get(person), losing.get(name.as_str())];
        let holders = holders.into_iter().flatten().map(Arc::clone);
        holders.map(move |holder| (holder, Arc::from(person)))
    });
    there.collect()
}
