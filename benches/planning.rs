//! The hot steps of planning, each alone: what is desired on a day, one unit's plan, the digests,
//! the whole, its document and text; and one listing as it is read over HTTP.
//! `cargo bench --bench planning`.

#![allow(missing_docs, reason = "the macros of criterion make public items")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench says what is wrong by panicking"
)]

mod workload;

use std::hint::black_box;
use std::sync::Arc;

use beadle::config::Project;
use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::plan::{Plan, UnitPlan};
use beadle::model::plan_document::PlanDocument;
use beadle::model::policy::Policy;
use beadle::model::review::Review;
use beadle::planner;
use beadle::portal::Access;
use beadle::report::{TextOptions, plan_text};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// Sizes that fit a run of minutes.
const MEASURED: usize = 3;

fn desired(project: &Project) -> Vec<Desired> {
    project
        .units(workload::DAY)
        .map(|unit| unit.desired())
        .collect()
}

/// The plan of a size, with all that it is made from.
struct Made {
    project: Project,
    wanted: Vec<Desired>,
    lives: Vec<Live>,
}

impl Made {
    fn of(users: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        workload::write_project(folder.path(), users);
        let project = beadle::config::load(folder.path(), &beadle::portal::rules_by_driver())
            .project
            .expect("the workload is valid");
        let wanted = desired(&project);
        let lives = (0..workload::organisations(users)).map(workload::live);
        Self {
            wanted,
            lives: lives.collect(),
            project,
        }
    }

    fn units(&self) -> Vec<(UnitPlan, Arc<Policy>)> {
        let rules = beadle::portal::rules_by_driver();
        let ofs = rules.get("ofs").expect("the driver is there");
        let both = self.wanted.iter().zip(&self.lives);
        let planned = both.map(|(unit, live)| {
            let plan = planner::plan_unit(unit, live, ofs, workload::DAY);
            (plan, Arc::clone(&unit.policy))
        });
        planned.collect()
    }

    fn plan(&self) -> Plan {
        assemble(self.units())
    }
}

fn assemble(units: Vec<(UnitPlan, Arc<Policy>)>) -> Plan {
    planner::assemble(
        units,
        &Policy::default(),
        String::new(),
        workload::DAY,
        &planner::Part::default(),
    )
}

fn planning(criterion: &mut Criterion) {
    for (size, users) in workload::SIZES.into_iter().take(MEASURED) {
        let made = Made::of(users);
        let mut group = criterion.benchmark_group(format!("planning/{size}"));
        group.throughput(Throughput::Elements(u64::from(users)));
        group.sample_size(10);
        group.bench_function("desired for the day", |bencher| {
            bencher.iter(|| black_box(desired(&made.project)));
        });
        group.bench_function("plan_unit", |bencher| {
            bencher.iter(|| black_box(made.units()));
        });
        group.bench_function("digest of every listing", |bencher| {
            bencher.iter(|| {
                let digests = made.lives.iter().map(Live::digest);
                black_box(digests.map(|digest| digest.len()).sum::<usize>())
            });
        });
        group.bench_function("assemble", |bencher| {
            let units = made.units();
            bencher.iter_batched(|| units.clone(), assemble, BatchSize::LargeInput);
        });
        let plan = made.plan();
        group.bench_function("document, with its digest", |bencher| {
            bencher.iter(|| black_box(PlanDocument::of(&plan)));
        });
        group.bench_function("text", |bencher| {
            bencher.iter(|| {
                let mut out = Vec::new();
                let (review, options) = (Review::default(), TextOptions::default());
                plan_text(&plan, &review, &options, &mut out).unwrap();
                black_box(out.len())
            });
        });
        group.finish();
    }
}

/// One organisation's two pages: asked for, transferred, decoded, checked to be complete.
fn listing(criterion: &mut Criterion) {
    let shape = workload::Shape::of(100);
    let portal = workload::portal::Portal::start(shape, workload::portal::N0);
    let access = Access::new("ofs".into(), portal.url(), "bench".into());
    let driver = beadle::portal::driver("ofs").expect("the driver is there");
    let reader = driver.open_read(access).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut group = criterion.benchmark_group("listing");
    group.throughput(Throughput::Bytes(portal.bytes()));
    group.bench_function("one organisation over HTTP", |bencher| {
        bencher.iter(|| {
            let live = runtime.block_on(reader.list(&workload::ukprn(0).into()));
            assert_eq!(live.unwrap().accounts().len(), 100);
        });
    });
    group.finish();
}

criterion_group!(benches, planning, listing);
criterion_main!(benches);
