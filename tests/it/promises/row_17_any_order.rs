//! The same wishes, with users, areas, administrators and files written in any order, and the same
//! accounts answered in any order, make the same plan to the byte, and so the same digest. Lines
//! are part of a plan: lists stand on one line here, so that their order moves nothing to another.
//! So is the digest of the files' bytes, which shuffling changes: here it is held still, and shown
//! to be the same when the same files come to the disk in another order.

use std::sync::Arc;

use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::plan_document::PlanDocument;
use beadle::model::rules::Rules;
use beadle::model::snapshot::Snapshot;
use beadle::planner::{Part, assemble, plan_unit};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::count::showing;
use super::worlds::look::require;
use super::worlds::run::begun;
use super::worlds::yaml::{Order, files, load, write};
use super::worlds::{World, fit, world};
use crate::planner::build::DAY;

/// Shuffles of one model in an ordinary run, and in a full one.
const SHUFFLES: (u64, u64) = (5, 1_000);

/// The bytes of the plan, and its digest.
fn planned(rules: &Rules, desired: &[Desired], lives: &[Live]) -> (String, String) {
    let find = |it: &Desired| {
        let mut lives = lives.iter();
        lives
            .find(|live| *live.organisation() == it.portal_organisation)
            .unwrap()
    };
    let units = desired
        .iter()
        .map(|it| (plan_unit(it, find(it), rules, DAY), Arc::clone(&it.policy)));
    let digest = "the same files".to_owned();
    let plan = assemble(
        units.collect(),
        &desired[0].policy,
        digest,
        DAY,
        &Part::default(),
    );
    let document = PlanDocument::of(&plan);
    (serde_json::to_string(&document).unwrap(), document.digest)
}

/// What the portal answers, with accounts in some order and without what beadle does not ask for.
fn answered(seed: &Snapshot, order: &mut Order) -> Live {
    let mut seed = seed.clone();
    seed.areas = order.of(seed.areas);
    seed.areas.retain(|area| area.code != fit::UNRULED);
    for account in &mut seed.accounts {
        account.areas.retain(|area| area != fit::UNRULED);
    }
    seed.accounts = order.of(seed.accounts);
    seed.evidence.areas = seed.areas.len() as u64;
    seed.into_live().unwrap()
}

fn is_the_same_in_any_order(
    rules: &Rules,
    world: &World,
    deal: u64,
) -> Result<usize, TestCaseError> {
    let (desired, seeds) = begun(rules, world);
    let mut plans = Vec::new();
    for mut order in [Order::as_they_come(), Order::dealt(deal)] {
        let folder = tempfile::tempdir().unwrap();
        let mut texts = files(rules, &desired, &mut order);
        write(folder.path(), &texts);
        let project = load(folder.path());
        let units: Vec<Desired> = project.units(DAY).map(|unit| unit.desired()).collect();
        require(units.len() == 2, || "not two schools".to_owned())?;
        let lives = seeds.each_ref().map(|seed| answered(seed, &mut order));
        plans.push(planned(rules, &units, &lives));
        // The same bytes, in the other order on the disk.
        let again = tempfile::tempdir().unwrap();
        texts.reverse();
        write(again.path(), &texts);
        let digest = project.digest().to_owned();
        require(load(again.path()).digest() == digest, || {
            "row 17: digests of the files".to_owned()
        })?;
    }
    require(plans[0] == plans[1], || {
        format!("row 17: {}\n{}", plans[0].0, plans[1].0)
    })?;
    Ok(plans[0].0.len())
}

fn in_any_order(driver: &str) {
    let rules = beadle::portal::driver(driver).unwrap().rules;
    let (share, full) = SHUFFLES;
    let showing = showing(17, driver, share, full);
    let bytes = std::cell::Cell::new(0);
    let done = showing
        .runner()
        .run(&(world(), any::<u64>()), |(world, deal)| {
            bytes.set(bytes.get() + is_the_same_in_any_order(rules, &world, deal)?);
            Ok(())
        });
    if let Err(failure) = done {
        panic!("{driver}: {failure}");
    }
    let times = showing.times;
    showing.shown(times, format!("shuffles, plans of {} bytes", bytes.get()));
}

#[test]
fn ofs() {
    in_any_order("ofs");
}

#[test]
fn hfl() {
    in_any_order("hfl");
}

#[test]
fn hampshire() {
    in_any_order("hampshire");
}

#[test]
fn hwb() {
    in_any_order("hwb");
}

#[test]
fn scim() {
    in_any_order("scim");
}
