//! One world from its seeds to the second plan, which must be empty.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use beadle::executor::{Observer, Settings, Stop, execute};
use beadle::model::call_keys::CallKeys;
use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::name::{LoginId, OrganisationId, PortalName, canonical};
use beadle::model::outcome::{ApplyReport, Outcome as Became};
use beadle::model::plan::{Plan, Save, SaveIndex, Write};
use beadle::model::policy::Policy;
use beadle::model::rules::{Mail, Rules};
use beadle::model::snapshot::Snapshot;
use beadle::planner::{Part, assemble, lint, plan_unit};
use beadle::portal::{PortalRead, PortalWrite};
use jiff::civil::Date;
use proptest::test_runner::TestCaseError;

use super::World;
use super::bench::{Bench, PORTAL, Seen};
use super::fit;
use super::look::{Outcome, School, giving_comes_first, holders, require};
use crate::planner::build::DAY;

/// What happened in one world.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// Writing calls.
    pub(crate) calls: u64,
    /// People who lost something in one school and gained something in the other.
    pub(crate) moves: u64,
    /// Mails that went out.
    pub(crate) mails: u64,
}

/// A plan of both schools, and what it was made from.
pub(crate) struct Planned {
    pub(crate) lives: [Live; 2],
    pub(crate) plan: Plan,
}

/// Reads both schools and plans them as one.
pub(crate) async fn planned(
    rules: &Rules,
    portal: &dyn PortalRead,
    desired: &[Desired; 2],
    (day, digest): (Date, &str),
) -> Planned {
    let [first, second] = desired;
    let lives = [
        portal.list(&first.portal_organisation).await.unwrap(),
        portal.list(&second.portal_organisation).await.unwrap(),
    ];
    let units = desired.iter().zip(&lives).map(|(desired, live)| {
        (
            plan_unit(desired, live, rules, day),
            Arc::clone(&desired.policy),
        )
    });
    let part = Part::default();
    let plan = assemble(
        units.collect(),
        &desired[0].policy,
        digest.to_owned(),
        day,
        &part,
    );
    assert_eq!(lint(&plan), Vec::<String>::new());
    Planned { lives, plan }
}

/// Nobody keeps a record, nobody watches.
struct Nobody;

#[async_trait::async_trait]
impl Observer for Nobody {
    async fn before(&self, _: SaveIndex, _: &Write) -> Result<(), String> {
        Ok(())
    }

    fn after(&self, _: SaveIndex, _: &Became) {}
}

/// What keys depend on, as earlier runs left it.
pub(crate) type Keys = BTreeMap<(OrganisationId, PortalName), CallKeys>;

/// Carries a plan out, without a pause between what is tried again.
pub(crate) async fn carried_out(
    plan: &Plan,
    portal: Arc<dyn PortalWrite>,
    (concurrency, keys): (usize, &Keys),
    stop: &Stop,
) -> ApplyReport {
    let name = PortalName::new(PORTAL);
    let settings = Settings {
        concurrency: BTreeMap::from([(name.clone(), concurrency)]),
        appearance: vec![Duration::ZERO; 6],
        pause: Duration::ZERO,
        keys: keys.clone(),
        ..Settings::default()
    };
    execute(
        plan,
        &BTreeMap::from([(name, portal)]),
        &settings,
        stop,
        &Nobody,
    )
    .await
}

/// What the YAML says of both schools and what is live there.
pub(crate) fn begun(rules: &Rules, world: &World) -> ([Desired; 2], [Snapshot; 2]) {
    let school = |school: usize| {
        let scenario = &world.schools[school];
        let live = fit::live(rules, scenario, school, world.registered);
        let mut desired = fit::desired(rules, scenario, (school, 0), world.registered);
        if let Some(caller) = fit::caller(rules, &live) {
            desired.identity = Some(caller);
        }
        (desired, live)
    };
    let ((first, here), (second, there)) = (school(0), school(1));
    ([first, second], [here, there])
}

/// A file without the line that the guardrail asks about.
fn without_min_admins(desired: &mut [Desired; 2]) {
    for it in desired {
        let policy = Policy {
            min_admins: 0,
            ..(*it.policy).clone()
        };
        it.policy = Arc::new(policy);
    }
}

/// The state of both schools after each call, the first before all.
fn moments(before: &[Snapshot; 2], seen: &[Seen]) -> Vec<[Snapshot; 2]> {
    let mut moments = vec![before.clone()];
    let mut now = before.clone();
    for Seen {
        organisation,
        after,
    } in seen
    {
        let school = usize::from(now[1].organisation == organisation.as_str());
        now[school] = after.clone();
        moments.push(now.clone());
    }
    moments
}

/// Row 16: plans one world and answers with how many calls that took. None of them writes.
pub(crate) async fn only_planned(bench: &Bench, world: &World) -> Result<u64, TestCaseError> {
    let (desired, seeds) = begun(bench.rules, world);
    bench.begin(&seeds).await;
    let before = [bench.state(0).await, bench.state(1).await];
    planned(bench.rules, &*bench.reader(), &desired, (DAY, "digest")).await;
    let calls = bench.calls().await;
    let writing: Vec<_> = calls.iter().filter(|(method, _)| method != "GET").collect();
    require(writing.is_empty(), || format!("row 16: {writing:?}"))?;
    let after = [bench.state(0).await, bench.state(1).await];
    require(before == after, || "row 16: something changed".to_owned())?;
    require(calls.len() >= 2, || {
        format!("row 16: nothing was read: {calls:?}")
    })?;
    Ok(calls.len() as u64)
}

/// Row 7: applies one world whose files name nobody under `delete`. Nobody is deleted.
pub(crate) async fn nobody_named(bench: &Bench, world: &World) -> Result<u64, TestCaseError> {
    let (mut desired, seeds) = begun(bench.rules, world);
    for it in &mut desired {
        it.delete.clear();
    }
    let tally = applied(bench, &mut desired, &seeds, world.concurrency).await?;
    for (school, seed) in seeds.iter().enumerate() {
        let now = bench.state(school).await;
        for before in &seed.accounts {
            let there = now.accounts.iter().any(|account| account.id == before.id);
            require(there, || format!("row 7: `{}` was deleted", before.login))?;
        }
    }
    Ok(tally.calls)
}

/// Rows 1, 2, 3, 4 and 15 in one world.
pub(crate) async fn run(bench: &Bench, world: &World) -> Result<Tally, TestCaseError> {
    let (mut desired, seeds) = begun(bench.rules, world);
    applied(bench, &mut desired, &seeds, world.concurrency).await
}

/// Plans and applies, with a look after each call, and plans again.
pub(crate) async fn applied(
    bench: &Bench,
    desired: &mut [Desired; 2],
    seeds: &[Snapshot; 2],
    concurrency: usize,
) -> Result<Tally, TestCaseError> {
    let rules = bench.rules;
    bench.begin(seeds).await;
    let before = [bench.state(0).await, bench.state(1).await];
    let portal = bench.watched();
    let digest = (DAY, "digest");
    let mut first = planned(rules, &*portal, desired, digest).await;
    let problems: Vec<_> = first.plan.problems().collect();
    require(problems.is_empty(), || format!("{problems:?}"))?;
    if !first.plan.refusals.is_empty() {
        without_min_admins(desired);
        first = planned(rules, &*portal, desired, digest).await;
    }
    let Planned { lives, plan } = &first;
    require(plan.refusals.is_empty(), || format!("{:?}", plan.refusals))?;
    let watched: Arc<dyn PortalWrite> = portal.clone();
    let report = carried_out(plan, watched, (concurrency, &Keys::new()), &Stop::new()).await;
    require(report.actions_left() == 0, || format!("row 1: {report:#?}"))?;

    let seen = portal.take();
    let moments = moments(&before, &seen);
    for (at, desired) in desired.iter().enumerate() {
        let school = School::of(rules, desired, &lives[at], &before[at], DAY);
        for moment in &moments {
            school.admins_are_safe(&moment[at])?;
            school.unmanaged_is_untouched(&moment[at])?;
            school.nobody_is_there_twice(&moment[at])?;
        }
    }
    let moves = giving_comes_first(rules, &moments, &holders(desired), DAY)?;
    calls_are_as_forecast(bench, plan, &seen).await?;
    let mails = mails_are_as_forecast(bench, &first, desired).await?;
    let again = planned(rules, &*portal, desired, digest).await;
    require(again.plan.is_empty(), || {
        format!("row 1: {:#?}", again.plan.units)
    })?;
    Ok(Tally {
        calls: seen.len() as u64,
        moves,
        mails,
    })
}

/// Each write was one writing call, so that a look after each write is one after each call.
async fn calls_are_as_forecast(bench: &Bench, plan: &Plan, seen: &[Seen]) -> Outcome {
    let calls = bench.calls().await;
    let writing: Vec<_> = calls.iter().filter(|(method, _)| method != "GET").collect();
    let forecast = plan.summary().calls;
    require(
        writing.len() == seen.len() && seen.len() as u64 == forecast,
        || {
            format!(
                "{} writes, {forecast} forecast, calls: {writing:?}",
                seen.len()
            )
        },
    )
}

fn saves_of<'a>(planned: &'a Planned, desired: &Desired) -> impl Iterator<Item = &'a Save> {
    let organisation = desired.organisation.clone();
    let units = planned.plan.units.iter();
    let unit = units.filter(move |unit| unit.organisation == organisation);
    unit.flat_map(|unit| &unit.saves)
}

fn mails_each_save(rules: &Rules) -> bool {
    rules.mail.value == Mail::EachSave
}

/// Row 15: nobody is mailed twice by a school, and the outbox holds what the plan said.
async fn mails_are_as_forecast(
    bench: &Bench,
    planned: &Planned,
    desired: &[Desired; 2],
) -> Result<u64, TestCaseError> {
    let mut count = 0;
    for (at, desired) in desired.iter().enumerate() {
        let live = planned.lives[at].accounts().values();
        let addresses: BTreeMap<&LoginId, &str> = live
            .map(|it| (&it.login, it.email.as_deref().unwrap_or(it.login.as_str())))
            .collect();
        let address = |login: &LoginId| {
            let user = || desired.accounts.get(login)?.email.as_deref();
            canonical(
                addresses
                    .get(login)
                    .copied()
                    .or_else(user)
                    .unwrap_or(login.as_str()),
            )
        };
        let saves = saves_of(planned, desired);
        let mut forecast: Vec<String> = saves.flat_map(|save| &save.mails).map(address).collect();
        let sent = bench.mails(at).await;
        let mut sent: Vec<String> = sent.iter().map(|to| canonical(to)).collect();
        forecast.sort();
        sent.sort();
        require(forecast == sent, || {
            format!("row 15: forecast {forecast:?}, sent {sent:?}")
        })?;
        // Registering is a save of its own where each save mails; ticking is the other.
        let registered: Vec<String> = saves_of(planned, desired)
            .filter(|save| matches!(save.write, Write::Create { .. }))
            .flat_map(|save| &save.mails)
            .map(address)
            .collect();
        for to in &sent {
            let most = 1 + usize::from(registered.contains(to) && mails_each_save(bench.rules));
            let count = sent.iter().filter(|other| *other == to).count();
            require(count <= most, || {
                format!("row 15: `{to}` got {count} mails")
            })?;
        }
        count += sent.len() as u64;
    }
    Ok(count)
}
