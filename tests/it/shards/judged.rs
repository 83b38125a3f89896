//! A limit for a whole portal is judged over the merged plan; a part of it that would be refused
//! alone is applied then, but by the policy that the whole was judged by only.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::{TODAY, beadle, err, out};

const POLICY: &str = "policy: { min_admins: 0, max_removals: { percent: 100, count: 100, \
                      total: { percent: 10, count: 1 } } }";

/// Six schools of ten people each. The first takes an area from two of them: a third of a tenth of
/// the portal, and a fifth of its own shard, where it is alone.
fn project(folder: &Path) {
    let project = format!(
        "version: 1\nportals:\n  ofs: {{ driver: ofs, url: \"https://portal.example/api\", \
         token: {{ env: OFS_PORTAL_TOKEN }} }}\n{POLICY}\norganisations: [schools/*.yaml]\n"
    );
    fs::write(folder.join("beadle.yaml"), project).unwrap();
    fs::create_dir_all(folder.join("schools")).unwrap();
    fs::create_dir_all(folder.join("live/ofs")).unwrap();
    for school in 0..6 {
        let (id, ukprn) = (format!("school-{school}"), 10_000_000 + school);
        let mut users = format!(
            "organisation: {id}\nname: School {school}\nportals: {{ ofs: \"{ukprn}\" }}\nusers:\n"
        );
        let mut live = format!(
            "format: 1\ndriver: ofs\norganisation: \"{ukprn}\"\nname: School {school}\n\
             taken: {TODAY}\nevidence: {{ accounts: 10, areas: 2, pages: 1 }}\n\
             areas:\n  - {{ code: returns, title: Returns }}\n  - {{ code: funding, title: Funding }}\naccounts:\n"
        );
        for user in 0..10 {
            let more = if school == 0 && user < 2 {
                ", funding"
            } else {
                ""
            };
            let login = format!("u{user}.s{school}@school.example");
            writeln!(users, "  {login}: {{ name: Ada Ng, areas: [returns] }}").unwrap();
            writeln!(
                live,
                "  - {{ id: \"{school}{user}\", login: {login}, name: Ada Ng, email: {login}, \
                 areas: [returns{more}] }}"
            )
            .unwrap();
        }
        fs::write(folder.join(format!("schools/{id}.yaml")), users).unwrap();
        fs::write(folder.join(format!("live/ofs/{id}.yaml")), live).unwrap();
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = beadle(folder);
    command.args(arguments).args(["--today", TODAY]);
    command.output().unwrap()
}

#[test]
fn a_part_of_a_whole_that_was_judged_is_applied_under_the_policy_that_judged_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    project(folder);
    let alone = run(folder, &["apply", "--sandbox", "--yes", "--shard", "2/3"]);
    assert_eq!(
        alone.status.code(),
        Some(3),
        "{}{}",
        out(&alone),
        err(&alone)
    );
    for part in 1..=3 {
        let (shard, file) = (format!("{part}/3"), format!("{part}.json"));
        let plan = run(
            folder,
            &["plan", "--sandbox", "--shard", &shard, "--out", &file],
        );
        assert!(
            plan.status.code().is_some_and(|code| code != 1),
            "{}",
            err(&plan)
        );
    }
    let merged = run(
        folder,
        &[
            "plan", "merge", "1.json", "2.json", "3.json", "--out", "all.json",
        ],
    );
    assert_eq!(merged.status.code(), Some(0), "{}", err(&merged));

    let apply = ["apply", "all.json", "--sandbox", "--yes", "--shard", "2/3"];
    let part = run(folder, &apply);
    assert_eq!(part.status.code(), Some(0), "{}{}", out(&part), err(&part));

    let path = folder.join("beadle.yaml");
    let stricter = fs::read_to_string(&path).unwrap();
    let stricter = stricter.replace("percent: 10, count: 1 }", "percent: 1, count: 0 }");
    fs::write(&path, stricter).unwrap();
    let part = run(folder, &apply);
    assert_eq!(part.status.code(), Some(3), "{}{}", out(&part), err(&part));
}
