//! Moves and rehearsals through the program: one line near the top, its parts marked, nobody named
//! where names are kept out, and no rehearsal applied for real.

mod rehearsal;

use std::fs;

use serde_json::Value;

use crate::support::{TODAY, beadle, copy, err, out, repository};

/// The trust's plan, of a day.
fn plan(day: &str, arguments: &[&str]) -> String {
    let mut command = beadle(&repository());
    command.args(["plan", "examples/trust", "--sandbox", "--today", day]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    out(&output)
}

/// The paragraph on moves, which stands above the units.
fn moves(text: &str) -> String {
    let from = text
        .lines()
        .skip_while(|line| !line.contains("moves between"));
    let lines: Vec<&str> = from.take_while(|line| !line.is_empty()).collect();
    lines.join("\n")
}

#[test]
fn a_move_is_one_line_and_its_parts_are_marked() {
    let text = plan(TODAY, &[]);
    insta::assert_snapshot!(moves(&text), @"
    1 person moves between organisations
      move  Leila Haddow  Birchmoor Primary School → Chalkdown Primary School  hants, hfl: has both from 2026-11-16 to 2026-11-21
    ");
    let marked = |what: &str| text.lines().filter(|line| line.contains(what)).count();
    assert_eq!(marked("  moves to Chalkdown Primary School"), 2, "{text}");
    assert_eq!(marked("  comes from Birchmoor Primary School"), 2, "{text}");
}

#[test]
fn the_json_names_the_actions_that_a_move_consists_of() {
    let plan: Value = serde_json::from_str(&plan(TODAY, &["--format", "json"])).unwrap();
    let moves = plan["moves"].as_array().unwrap();
    assert_eq!(moves.len(), 1);
    let kinds = |side: &str| -> Vec<String> {
        let halves = moves[0][side].as_array().unwrap().iter();
        let at = halves.flat_map(|half| {
            let actions = half["actions"].as_array().unwrap().iter();
            actions.map(move |index| (half, index.as_u64().unwrap() as usize))
        });
        let action = |(half, index): (&Value, usize)| {
            let same = |unit: &&Value| {
                ["organisation", "portal"]
                    .iter()
                    .all(|key| unit[*key] == half[*key])
            };
            let unit = plan["units"].as_array().unwrap().iter().find(same).unwrap();
            let action = &unit["actions"][index];
            assert_eq!(action["name"], "Leila Haddow");
            let (place, portal) = (&unit["organisation"], &unit["portal"]);
            format!("{place} {portal} {}", action["kind"]).replace('"', "")
        };
        at.map(action).collect()
    };
    assert_eq!(
        kinds("leaves"),
        ["birchmoor hants expire", "birchmoor hfl expire"]
    );
    assert_eq!(
        kinds("joins"),
        [
            "chalkdown hants grant",
            "chalkdown hants grant",
            "chalkdown hfl create",
            "chalkdown hfl grant"
        ]
    );
    assert_eq!(moves[0]["days"]["kind"], "overlap");
    assert_eq!(
        moves[0]["joins"][0]["source"]["file"],
        "schools/chalkdown.yaml"
    );
}

#[test]
fn who_moves_is_a_pseudonym_where_names_are_kept_out() {
    for format in ["text", "json"] {
        let text = plan(TODAY, &["--redact", "--format", format]);
        for name in ["Leila", "Haddow", "haddow", "LHADDOW"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
        assert!(text.contains("Chalkdown Primary School") || format == "json");
    }
}

/// Ends on Friday, begins on Monday: both lines are named.
#[test]
fn days_without_access_are_a_warning_with_both_places() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    for (file, before, after) in [
        ("birchmoor", "until: 2026-11-21", "until: 2026-11-27"),
        ("chalkdown", "from: 2026-11-16", "from: 2026-11-30"),
    ] {
        let path = folder.path().join(format!("schools/{file}.yaml"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(before));
        fs::write(&path, text.replace(before, after)).unwrap();
    }
    let mut command = beadle(folder.path());
    let output = command
        .args(["plan", "--sandbox", "--today", TODAY])
        .output()
        .unwrap();
    let text = out(&output);
    insta::assert_snapshot!(moves(&text), @"
    1 person moves between organisations
      move  Leila Haddow  Birchmoor Primary School → Chalkdown Primary School  hants, hfl: ! 2 days without access, 2026-11-28 to 2026-11-29; the old is taken after 2026-11-27; the new is given on 2026-11-30
            ends after 2026-11-27 · schools/birchmoor.yaml:33; begins on 2026-11-30 · schools/chalkdown.yaml:35
    ");
}
