//! The loader beside the bare parser on the same bytes: what validation, spans and types cost over
//! reading the YAML at all. `cargo bench --bench loader`.

#![allow(missing_docs, reason = "the macros of criterion make public items")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench says what is wrong by panicking"
)]

mod workload;

use std::hint::black_box;
use std::path::Path;

use beadle::config::steps::{self, Step};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Sizes that fit a run of minutes: XL is measured by whole commands.
const MEASURED: usize = 3;

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("schools")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

/// Every event of the parser, and nothing made of them: the least that reading YAML can cost.
fn events(text: &str) -> usize {
    granit_parser::Parser::new_from_str(text)
        .filter(Result::is_ok)
        .count()
}

fn loader(criterion: &mut Criterion) {
    for (size, users) in workload::SIZES.into_iter().take(MEASURED) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = workload::write_project(folder.path(), users);
        let texts = files(folder.path());
        let rules = beadle::portal::rules_by_driver();
        let mut group = criterion.benchmark_group(format!("loader/{size}"));
        group.throughput(Throughput::Bytes(bytes));
        group.sample_size(10);
        group.bench_function("bare parser: events", |bencher| {
            bencher.iter(|| texts.iter().map(|text| events(text)).sum::<usize>());
        });
        group.bench_function("serde_yaml: untyped", |bencher| {
            bencher.iter(|| {
                for text in &texts {
                    black_box(serde_yaml::from_str::<serde_yaml::Value>(text).unwrap());
                }
            });
        });
        group.bench_function("beadle: read, parse, validate, type, check", |bencher| {
            bencher.iter(|| {
                let loaded = beadle::config::load(folder.path(), &rules);
                assert!(loaded.diagnostics.is_empty());
                black_box(loaded.project)
            });
        });
        group.finish();
    }
}

/// The steps of the loader on one thread, each with those before it: what one costs is the
/// difference to the line above. Then the day's desired state of what was loaded.
fn each_step(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let (_, users) = workload::SIZES[1];
    let bytes = workload::write_project(folder.path(), users);
    let texts = files(folder.path());
    let rules = beadle::portal::rules_by_driver();
    let mut group = criterion.benchmark_group("loader/steps/M");
    group.throughput(Throughput::Bytes(bytes));
    group.sample_size(10);
    group.bench_function("bare parser: events", |bencher| {
        bencher.iter(|| texts.iter().map(|text| events(text)).sum::<usize>());
    });
    for (name, last) in [
        ("to the tree", Step::Tree),
        ("and its schema", Step::Schema),
        ("and types", Step::Types),
        ("and checks, kept", Step::Checks),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let passed = steps::run(workload::project_file(), &texts, &rules, last);
                assert_eq!(passed, texts.len());
            });
        });
    }
    let project = beadle::config::load(folder.path(), &rules).project.unwrap();
    group.bench_function("desired for the day", |bencher| {
        bencher.iter(|| {
            for unit in project.units(workload::DAY) {
                black_box(unit.desired());
            }
        });
    });
    group.finish();
}

criterion_group!(benches, loader, each_step);
criterion_main!(benches);
