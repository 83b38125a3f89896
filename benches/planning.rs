//! Planning in memory: desired and live in, plan out, without files or network.
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
use beadle::model::policy::Policy;
use beadle::planner;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Sizes that fit a run of minutes.
const MEASURED: usize = 3;

fn desired(project: &Project) -> Vec<Desired> {
    project
        .units(workload::DAY)
        .map(|unit| unit.desired())
        .collect()
}

fn planning(criterion: &mut Criterion) {
    let rules = beadle::portal::rules_by_driver();
    let ofs = rules.get("ofs").expect("the driver is there");
    for (size, users) in workload::SIZES.into_iter().take(MEASURED) {
        let folder = tempfile::tempdir().unwrap();
        workload::write_project(folder.path(), users);
        let project = beadle::config::load(folder.path(), &rules)
            .project
            .expect("the workload is valid");
        let wanted = desired(&project);
        let lives: Vec<_> = (0..workload::organisations(users))
            .map(workload::live)
            .collect();
        let mut group = criterion.benchmark_group(format!("planning/{size}"));
        group.throughput(Throughput::Elements(u64::from(users)));
        group.sample_size(10);
        group.bench_function("desired for the day", |bencher| {
            bencher.iter(|| black_box(desired(&project)));
        });
        group.bench_function("plan", |bencher| {
            bencher.iter(|| {
                let units = wanted.iter().zip(&lives).map(|(unit, live)| {
                    (
                        planner::plan_unit(unit, live, ofs, workload::DAY),
                        Arc::clone(&unit.policy),
                    )
                });
                let plan = planner::assemble(
                    units.collect(),
                    &Policy::default(),
                    String::new(),
                    workload::DAY,
                    &planner::Part::default(),
                );
                black_box(plan.summary())
            });
        });
        group.finish();
    }
}

criterion_group!(benches, planning);
criterion_main!(benches);
