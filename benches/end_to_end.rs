//! Whole commands on the workloads, each as a process of its own beside a portal of this one, and
//! the floor in the same run: a Markdown table of goals and figures.
//!
//! ```text
//! cargo bench --bench end_to_end -- S M L     what is measured by size (also XL)
//! cargo bench --bench end_to_end -- apply     apply at M on N1 and N2
//! cargo bench --bench end_to_end -- apply-L   apply at L on N1
//! cargo bench --bench end_to_end -- trust     a trust of 110 schools
//! cargo bench --bench end_to_end -- L --binary target/dist/beadle
//! cargo bench --bench end_to_end -- serve L FOLDER    a project and its portal, to profile by hand
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "it is a program of its own, and says what is wrong by panicking"
)]

mod whole;
mod workload;

use std::fs;
use std::path::{Path, PathBuf};

use whole::measure::{self, Cost};
use workload::portal::{N0, N1, N2, N3, Portal, Profile};
use workload::{Shape, portal};

/// Requests in flight that the projects allow.
const IN_FLIGHT: u32 = 16;
/// The argument that makes this bench the floor.
const FLOOR: &str = "--floor";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((flag, rest)) if flag == measure::FLAG => return measure::inner(rest),
        Some((flag, rest)) if flag == FLOOR => {
            return whole::floor::run(Path::new(&rest[0]), &rest[1], &workload::DAY.to_string());
        }
        _ => {}
    }
    if let [word, size, folder] = arguments.as_slice()
        && word == "serve"
    {
        return serve(size, Path::new(folder));
    }
    let mut binary = PathBuf::from(env!("CARGO_BIN_EXE_beadle"));
    let mut chosen = Vec::new();
    let mut words = arguments.into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--binary" => binary = fs::canonicalize(words.next().unwrap()).unwrap(),
            flag if flag.starts_with("--") => {}
            _ => chosen.push(word),
        }
    }
    if chosen.is_empty() {
        chosen = ["S", "M", "L", "trust", "apply"].map(str::to_owned).into();
    }
    let folder = tempfile::Builder::new().prefix("beadle-bench-").tempdir();
    let bench = Bench {
        binary,
        folder: folder.unwrap(),
    };
    println!("| what | goal | measured | met | CPU s | wall s | peak MiB | requests | ÷ floor |");
    println!("|---|---|---|---|---|---|---|---|---|");
    bench.version();
    for what in chosen {
        match what.as_str() {
            "trust" => bench.trust(),
            "apply" => {
                bench.apply("M", 10_000, "N1", N1);
                bench.apply("M", 10_000, "N2", N2);
            }
            "apply-L" => bench.apply("L", 100_000, "N1", N1),
            "apply-S-N3" => bench.apply("S", 100, "N3", N3),
            size => match workload::SIZES.into_iter().find(|(name, _)| *name == size) {
                Some((name, users)) => bench.size(name, users),
                None => eprintln!("there is no `{size}`: S, M, L, XL, trust, apply, apply-L"),
            },
        }
    }
}

/// Writes a project and serves its portal until stdin ends.
fn serve(size: &str, folder: &Path) {
    let known = workload::SIZES.into_iter().find(|(name, _)| *name == size);
    let (_, users) = known.unwrap();
    let shape = Shape::of(users);
    workload::write_shape(folder, shape);
    let portal = Portal::start(shape, N0);
    point(folder, &portal, None);
    println!("{} in {}", portal.url(), folder.display());
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
}

/// One row of the table.
struct Row<'a> {
    what: String,
    goal: String,
    measured: String,
    met: Option<bool>,
    cost: &'a Cost,
    counts: portal::Counts,
    floor: Option<f64>,
}

impl Row<'_> {
    fn print(&self) {
        let Self {
            what,
            goal,
            measured,
            met,
            cost,
            counts,
            floor,
        } = self;
        let met = match met {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        let floor = floor.map_or(String::new(), |floor| format!("{:.2}", cost.cpu / floor));
        println!(
            "| {what} | {goal} | {measured} | {met} | {:.3} | {:.3} | {:.1} | {} | {floor} |",
            cost.cpu, cost.wall, cost.memory, counts.requests
        );
    }
}

struct Bench {
    binary: PathBuf,
    folder: tempfile::TempDir,
}

impl Bench {
    fn beadle(&self, arguments: &[&str], folder: &Path) -> Cost {
        let mut all = vec![self.binary.to_str().unwrap()];
        all.extend(arguments);
        let cost = measure::run(&all, folder, &self.folder.path().join("printed"));
        assert!(
            matches!(cost.exit, 0 | 2),
            "`beadle {}` ended with {}: {}",
            arguments.join(" "),
            cost.exit,
            self.printed()
        );
        cost
    }

    fn printed(&self) -> String {
        fs::read_to_string(self.folder.path().join("printed")).unwrap()
    }

    /// A workload's project, in a folder of its own.
    fn project(&self, name: &str, shape: Shape) -> PathBuf {
        let folder = self.folder.path().join(name);
        workload::write_shape(&folder, shape);
        folder
    }

    fn version(&self) {
        let cost = measure::best(10, || self.beadle(&["--version"], self.folder.path()));
        let ms = cost.cpu * 1e3;
        row(
            "`--version`",
            "≤ 5 ms CPU",
            format!("{ms:.1} ms"),
            ms <= 5.0,
            &cost,
        );
    }

    /// `validate`, and `plan` without and with latency, beside the floor.
    fn size(&self, name: &str, users: u32) {
        let shape = Shape::of(users);
        let folder = self.project(name, shape);
        let portal = Portal::start(shape, N0);
        point(&folder, &portal, None);
        let times = if users > 100_000 { 1 } else { 5 };
        let validate = measure::best(times, || self.beadle(&["validate", "-q"], &folder));
        let (goal, met) = match name {
            "S" => ("≤ 10 ms wall", Some(validate.wall <= 0.010)),
            "L" => ("≤ 0.25 s wall", Some(validate.wall <= 0.25)),
            _ => ("", None),
        };
        Row {
            what: format!("`validate` {name}"),
            goal: goal.to_owned(),
            measured: format!("{:.3} s", validate.wall),
            met,
            cost: &validate,
            counts: portal::Counts::default(),
            floor: None,
        }
        .print();
        self.plan_beside_floor(name, users, &folder, &portal);
        if name == "L" {
            self.plan_with_latency(name, shape, &folder);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    fn plan_beside_floor(&self, name: &str, users: u32, folder: &Path, portal: &Portal) {
        let times = if users > 100_000 { 1 } else { 5 };
        let floor = measure::best(times, || {
            let this = std::env::current_exe().unwrap();
            let address = portal.address.to_string();
            let words = [
                this.to_str().unwrap(),
                FLOOR,
                folder.to_str().unwrap(),
                &address,
            ];
            measure::run(&words, folder, &self.folder.path().join("floor"))
        });
        assert_eq!(floor.exit, 0);
        let counts = portal.take_counts();
        Row {
            what: format!("floor {name}"),
            goal: String::new(),
            measured: format!("{:.1} MB of listings", portal.bytes() as f64 / 1e6),
            met: None,
            cost: &floor,
            counts: counts.of(times),
            floor: Some(floor.cpu),
        }
        .print();
        let plan = measure::best(times, || self.beadle(&PLAN, folder));
        let counts = portal.take_counts().of(times);
        let ratio = plan.cpu / floor.cpu;
        Row {
            what: format!("`plan` {name}, N0"),
            goal: if name == "L" { "≤ 1.5 × floor" } else { "" }.to_owned(),
            measured: format!("{ratio:.2} × floor"),
            met: (name == "L").then_some(ratio <= 1.5),
            cost: &plan,
            counts,
            floor: Some(floor.cpu),
        }
        .print();
        let allowed = 20.0 + 300.0 * f64::from(users) / 1_048_576.0;
        row(
            &format!("`plan` {name}, memory"),
            &format!("≤ {allowed:.0} MiB"),
            format!("{:.1} MiB", plan.memory),
            plan.memory <= allowed,
            &plan,
        );
    }

    fn plan_with_latency(&self, name: &str, shape: Shape, folder: &Path) {
        let portal = Portal::start(shape, N1);
        point(folder, &portal, None);
        let cost = self.beadle(&PLAN, folder);
        let counts = portal.take_counts();
        let ideal = ideal(counts.requests, N1);
        Row {
            what: format!("`plan` {name}, N1"),
            goal: "≤ 1.1 × calls × 20 ms ÷ 16".to_owned(),
            measured: format!("{:.3} ×", cost.wall / ideal),
            met: Some(cost.wall <= 1.1 * ideal),
            cost: &cost,
            counts,
            floor: None,
        }
        .print();
    }

    /// `apply` of the one in a hundred, and again.
    fn apply(&self, name: &str, users: u32, profile_name: &str, profile: Profile) {
        let shape = Shape::of(users);
        let folder = self.project(&format!("apply-{name}"), shape);
        let portal = Portal::start(shape, profile);
        point(&folder, &portal, profile.rate);
        let cost = self.beadle(&APPLY, &folder);
        let counts = portal.take_counts();
        let efficiency = ideal(counts.requests, profile) / cost.wall;
        let wanted = if profile.rate.is_some() { 0.97 } else { 0.95 };
        Row {
            what: format!("`apply` {name}, {profile_name}"),
            goal: format!("≥ {wanted} of the ideal"),
            measured: format!("{efficiency:.3}"),
            met: Some(efficiency >= wanted),
            cost: &cost,
            counts,
            floor: None,
        }
        .print();
        let share = counts.throttled as f64 / counts.requests as f64;
        Row {
            what: format!("`apply` {name}, {profile_name}: answered 429"),
            goal: "< 1 %".to_owned(),
            measured: format!("{} of {}", counts.throttled, counts.requests),
            met: Some(share < 0.01),
            cost: &cost,
            counts,
            floor: None,
        }
        .print();
        assert!(counts.writes > 0, "nothing was applied: {}", self.printed());
        let again = self.beadle(&APPLY, &folder);
        let counts = portal.take_counts();
        Row {
            what: format!("second `apply` {name}, {profile_name}: writing calls"),
            goal: "0".to_owned(),
            measured: counts.writes.to_string(),
            met: Some(counts.writes == 0),
            cost: &again,
            counts,
            floor: None,
        }
        .print();
        fs::remove_dir_all(folder).unwrap();
    }

    /// 110 schools, some 12,000 users, some 120,000 grants: `validate`, and `plan` against saved
    /// live state.
    fn trust(&self) {
        let shape = Shape::trust();
        let folder = self.project("trust", shape);
        let portal = Portal::start(shape, N0);
        point(&folder, &portal, None);
        self.beadle(&["snapshot", "-q"], &folder);
        let validate = measure::best(5, || self.beadle(&["validate", "-q"], &folder));
        let mut words = PLAN.to_vec();
        words.extend(["--live", "live"]);
        let offline = measure::best(5, || self.beadle(&words, &folder));
        portal.take_counts();
        let online = measure::best(5, || self.beadle(&PLAN, &folder));
        let counts = portal.take_counts().of(5);
        let none = portal::Counts::default();
        for (what, cost, counts) in [
            ("trust: `validate`", validate, none),
            ("trust: `plan --live`, validation included", offline, none),
            ("trust: `plan` N0, validation included", online, counts),
        ] {
            Row {
                what: what.to_owned(),
                goal: "≤ 0.15 s, ≤ 40 MiB".to_owned(),
                measured: format!("{:.3} s, {:.1} MiB", cost.wall, cost.memory),
                met: Some(cost.wall <= 0.15 && cost.memory <= 40.0),
                cost: &cost,
                counts,
                floor: None,
            }
            .print();
        }
        fs::remove_dir_all(folder).unwrap();
    }
}

const PLAN: [&str; 4] = ["plan", "--today", "2026-11-22", "--redact=never"];
const APPLY: [&str; 5] = ["apply", "--yes", "--today", "2026-11-22", "--redact=never"];

/// Points a project at a portal.
fn point(folder: &Path, portal: &Portal, rate: Option<u32>) {
    let text = workload::project_file_at(&portal.url(), IN_FLIGHT, rate);
    fs::write(folder.join("beadle.yaml"), text).unwrap();
}

/// The seconds that so many requests take at best.
fn ideal(requests: u64, profile: Profile) -> f64 {
    let requests = requests as f64;
    let by_latency = requests * profile.latency.as_secs_f64() / f64::from(IN_FLIGHT);
    let by_rate = profile.rate.map_or(0.0, |rate| requests / f64::from(rate));
    by_latency.max(by_rate)
}

fn row(what: &str, goal: &str, measured: String, met: bool, cost: &Cost) {
    Row {
        what: what.to_owned(),
        goal: goal.to_owned(),
        measured,
        met: Some(met),
        cost,
        counts: portal::Counts::default(),
        floor: None,
    }
    .print();
}
