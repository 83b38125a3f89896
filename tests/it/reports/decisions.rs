//! The review pack's way back: what is decided in its CSV stands in the files afterwards, and what
//! does not fit is refused row by row, with nothing written.

use std::fs;

use super::Trust;
use crate::support::{TODAY, err, out};

/// The pack of some schools, with decisions: the beginning of a person's key, or the login id of an
/// account that no file names, the column, the text.
fn decided(trust: &Trust, orgs: &str, decisions: &[(&str, &str, &str)]) -> String {
    let text = trust.report(&format!("review {orgs} --format csv"));
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&columns).unwrap();
    let mut done = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        for (person, column, text) in decisions {
            let at = |name: &str| columns.iter().position(|known| known == name).unwrap();
            if cells[at("person")].starts_with(person) || cells[at("account")].ends_with(person) {
                cells[at(column)] = (*text).to_owned();
                done += 1;
            }
        }
        writer.write_record(&cells).unwrap();
    }
    assert!(done >= decisions.len(), "somebody is not in the pack");
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn apply(trust: &Trust, text: &str, more: &[&str]) -> std::process::Output {
    fs::write(trust.path().join("decisions.csv"), text).unwrap();
    let mut words = vec!["review", "apply", "decisions.csv", "--today", TODAY];
    words.extend(more);
    trust.run(&words)
}

/// The lines of the diff that differ, and what was said.
fn told(output: &std::process::Output) -> String {
    let text = out(output);
    let changed = text
        .lines()
        .filter(|line| line.starts_with(['+', '-']) && !line.starts_with("---"));
    let said = err(output);
    let lines: Vec<&str> = changed.chain(said.lines()).collect();
    lines.join("\n")
}

#[test]
fn what_was_decided_stands_in_the_files_and_the_plan_does_just_that() {
    let trust = Trust::new();
    let plan = |trust: &Trust| {
        let output = trust.run(&[
            "plan",
            "--live",
            "live",
            "--today",
            TODAY,
            "--org",
            "alderbrook",
            "--format",
            "json",
        ]);
        let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut actions = Vec::new();
        for unit in plan["units"].as_array().unwrap() {
            for action in unit["actions"].as_array().unwrap() {
                actions.push(format!(
                    "{} {} {} {}",
                    unit["portal"].as_str().unwrap(),
                    action["kind"].as_str().unwrap(),
                    action["account"].as_str().unwrap(),
                    action["area"].as_str().unwrap_or("")
                ));
            }
        }
        actions
    };
    let before = plan(&trust);
    let text = decided(
        &trust,
        "--org alderbrook",
        &[
            ("t.ashby", "decision", "Remove"),
            ("n.sayed", "decision", "shorten"),
            ("n.sayed", "last_day", "31/07/2027"),
            ("z.quill", "take_areas", "hfl:phonics-toolkit"),
            ("e.hart", "decision", "keep"),
        ],
    );
    let output = apply(&trust, &text, &[]);
    assert!(output.status.success(), "{}", err(&output));
    insta::assert_snapshot!(told(&output), @r"
    +++ b/schools/alderbrook.yaml
    +    until: 2027-07-31
    -  t.ashby@alderbrook.example: { name: Tom Ashby, accounts: { hants: TASHBY5 }, bundles: [teaching] }
    +  t.ashby@alderbrook.example: { name: Tom Ashby, accounts: { hants: TASHBY5 }, until: 2026-11-21, bundles: [teaching] }
    -      - z.quill@alderbrook.example
    decided: 2 to keep, 1 to remove, 1 to shorten, 1 area to take alone
    note: 6 rows have no decision, and stay as now: `8502001admin`, `i.calder@alderbrook.example`, `m.frayne@alderbrook.example`, `r.holloway@alderbrook.example`, `w.acton@alderbrook.example`, `hfl:reading.volunteer@alderbrook.example`
    note: nobody signed the review of `alderbrook`
    wrote schools/alderbrook.yaml
    ");
    let after = plan(&trust);
    let changed: Vec<String> = before
        .iter()
        .filter(|action| !after.contains(action))
        .map(|action| format!("- {action}"))
        .chain(
            after
                .iter()
                .filter(|action| !before.contains(action))
                .map(|action| format!("+ {action}")),
        )
        .collect();
    insta::assert_snapshot!(changed.join("\n"), @r"
    - hfl grant t.ashby@alderbrook.example phonics-toolkit
    - hfl grant z.quill@alderbrook.example phonics-toolkit
    + hants expire TASHBY5 
    + hfl expire t.ashby@alderbrook.example
    ");

    // A second time the files are not those of the review any more.
    let again = apply(&trust, &text, &[]);
    assert_eq!(again.status.code(), Some(3));
}

#[test]
fn every_row_that_does_not_fit_is_named_and_nothing_is_written() {
    let trust = Trust::new();
    let text = decided(
        &trust,
        "--org alderbrook --org dunmarsh",
        &[
            ("e.hart", "decision", "maybe"),
            ("i.calder", "decision", "shorten"),
            ("m.frayne", "decision", "shorten"),
            ("m.frayne", "last_day", "2026-11-01"),
            ("n.sayed", "take_areas", "hfl:dms-portal"),
            ("t.ashby", "take_areas", "hfl:nothing"),
            ("z.quill", "decision", "keep"),
            ("z.quill", "last_day", "2027-01-01"),
            ("w.acton", "last_day", "soon"),
            ("j.lind", "decision", "shorten"),
            ("j.lind", "last_day", "2028-01-01"),
            ("m.jones", "decision", "remove"),
            ("r.holloway", "check", "abc"),
        ],
    );
    // Somebody changed since, somebody who is gone, a school of another project.
    let path = trust.path().join("schools/dunmarsh.yaml");
    let school = fs::read_to_string(&path).unwrap();
    let school = school.replace(
        "p.vaughan@dunmarsh.example:\n    name: Petra Vaughan",
        "p.vaughan@dunmarsh.example:\n    until: 2030-01-01\n    name: Petra Vaughan",
    );
    fs::write(&path, school).unwrap();
    let text = text
        .replace(
            "\ndunmarsh,Dunmarsh Primary School,y.cole@",
            "\nelsewhere,Dunmarsh Primary School,y.cole@",
        )
        .replace(",h.pritchard@", ",h.somebody@");
    let before = trust.schools();
    let output = apply(&trust, &text, &["--yes"]);
    assert_eq!(output.status.code(), Some(3), "{}", out(&output));
    assert_eq!(out(&output), "");
    assert!(trust.schools() == before);
    insta::assert_snapshot!(err(&output), @r"
    error[decision]: `decisions.csv`, row 5: the decision `maybe` is none of `keep`, `remove` and `shorten`
     |
     = help: write one of them, or leave the cell blank

    error[decision]: `decisions.csv`, row 6: it says `shorten`, and no last day
     |
     = help: write the last day of access in `last_day`

    error[decision]: `decisions.csv`, row 7: its last day 2026-11-01 has passed
     |
     = help: write `remove` to end access now

    error[decision]: `decisions.csv`, row 8: `m.jones@saltmarsh.example` is at `alderbrook` through an assignment alone (beadle.yaml:59)
     |
     = help: change the assignment, or give the person an entry: `beadle user add m.jones@saltmarsh.example --org alderbrook`

    error[decision]: `decisions.csv`, row 9: `n.sayed@alderbrook.example` has `dms-portal` by the bundle `leadership` (schools/alderbrook.yaml:19)
     |
     = help: take the bundle `leadership` from this user and grant the other areas of it one by one, or take the area out of the bundle for everybody

    error[decision]: `decisions.csv`, row 10: the column `check` is not as it was made
     |
     = help: leave it as it is; a review that names nobody (`--redact`) has none

    error[decision]: `decisions.csv`, row 11: there is no area `hfl:nothing` to be taken
     |
     = help: write areas as the column `own_areas` has them, with `;` between them

    error[decision]: `decisions.csv`, row 12: `soon` is no day; write it as 2027-08-31 or 31/08/2027: day, month, year of four digits

    error[decision]: `decisions.csv`, row 13: it says `keep`, and 2027-01-01 as the last day
     |
     = help: write `shorten` for a last day, or leave the day blank

    error[decision]: `decisions.csv`, row 18: `h.somebody@dunmarsh.example` is no user of `dunmarsh` any more
     |
     = help: make the review again: `beadle report review`

    error[decision]: `decisions.csv`, row 19: its last day 2028-01-01 is later than 2027-07-23, which is the last day now
     |
     = help: a review gives nobody more: `beadle user extend` does

    error[decision]: `decisions.csv`, row 20: `m.jones@saltmarsh.example` is at `dunmarsh` through an assignment alone (beadle.yaml:59)
     |
     = help: change the assignment, or give the person an entry: `beadle user add m.jones@saltmarsh.example --org dunmarsh`

    error[decision]: `decisions.csv`, row 22: what the files say of `p.vaughan@dunmarsh.example` at `dunmarsh` has changed since the review was made
     |
     = help: make the review again: `beadle report review`

    error[decision]: `decisions.csv`, row 24: there is no organisation `elsewhere` in this project
     |
     = help: is it a review of another project?
    note: nothing was written
    ");
}

#[test]
fn a_row_may_not_stand_twice_and_another_project_s_is_told_apart() {
    let trust = Trust::new();
    let text = decided(
        &trust,
        "--org gorsewick",
        &[("k.boahen", "decision", "keep")],
    );
    let row = text.lines().find(|line| line.contains("k.boahen")).unwrap();
    let twice = apply(&trust, &format!("{text}{row}\n"), &[]);
    assert_eq!(twice.status.code(), Some(3));
    assert!(
        err(&twice).contains("is there already, in row "),
        "{}",
        err(&twice)
    );

    let path = trust.path().join("schools/gorsewick.yaml");
    let school = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        school.replace("hfl: \"8504002\"", "hfl: \"8504003\""),
    )
    .unwrap();
    let other = apply(&trust, &text, &[]);
    assert_eq!(other.status.code(), Some(3));
    assert!(
        err(&other).contains("it was made for another project than this `gorsewick`"),
        "{}",
        err(&other)
    );
}

#[test]
fn several_decisions_in_one_list_are_made_one_on_top_of_the_other() {
    let trust = Trust::new();
    // All six of the area go, one by one, and the list with them.
    let all = [
        "e.hart", "n.sayed", "m.frayne", "i.calder", "t.ashby", "z.quill",
    ];
    let taken = all.map(|person| (person, "take_areas", "hfl:phonics-toolkit"));
    let text = decided(&trust, "--org alderbrook", &taken);
    let output = apply(&trust, &text, &["-q"]);
    assert!(output.status.success(), "{}", err(&output));
    let school = fs::read_to_string(trust.path().join("schools/alderbrook.yaml")).unwrap();
    assert!(!school.contains("phonics-toolkit"), "{school}");
    let valid = trust.run(&["validate"]);
    assert!(valid.status.success(), "{}", err(&valid));

    // The last administrator stays: the second of two is refused, and so is the first.
    let trust = Trust::new();
    let text = decided(
        &trust,
        "--org alderbrook",
        &[
            ("e.hart", "decision", "remove"),
            ("w.acton", "decision", "remove"),
        ],
    );
    let before = trust.schools();
    let output = apply(&trust, &text, &[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        err(&output).contains(
            "`w.acton@alderbrook.example` is the only administrator of `alderbrook` at `hants`"
        ),
        "{}",
        err(&output)
    );
    assert!(trust.schools() == before);
}

#[test]
fn several_files_are_written_when_somebody_says_so() {
    let trust = Trust::new();
    let text = decided(
        &trust,
        "--org alderbrook --org dunmarsh",
        &[
            ("t.ashby", "decision", "remove"),
            ("j.lind", "decision", "remove"),
        ],
    );
    let before = trust.schools();
    let asked = apply(&trust, &text, &[]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(err(&asked).contains("add `--yes`"), "{}", err(&asked));
    let dry = apply(&trust, &text, &["--dry-run"]);
    assert!(dry.status.success() && out(&dry).contains("+++ b/schools/dunmarsh.yaml"));
    assert!(trust.schools() == before);
    let done = apply(&trust, &text, &["--yes"]);
    assert!(done.status.success(), "{}", err(&done));
    assert!(trust.schools() != before);
}

#[test]
fn what_is_no_file_of_decisions_is_refused_with_the_way_to_one() {
    let trust = Trust::new();
    let workbook = apply(&trust, "PK\u{3}\u{4}x", &[]);
    assert_eq!(workbook.status.code(), Some(1));
    assert!(
        err(&workbook).contains("save it as CSV"),
        "{}",
        err(&workbook)
    );
    let other = apply(&trust, "a,b\n1,2\n", &[]);
    assert_eq!(other.status.code(), Some(3));
    insta::assert_snapshot!(err(&other), @r"
    error[decision]: `decisions.csv`: it has no columns `school`, `person`, `decision`, `check`, so that it is not a file of decisions
     |
     = help: `beadle report review --format csv --out review.csv` makes one to be filled in
    note: nothing was written
    ");
    let hidden = trust.report("review --org alderbrook --format csv --redact");
    let nobody = apply(&trust, &hidden, &[]);
    assert_eq!(nobody.status.code(), Some(3));
    assert!(
        err(&nobody).contains("a review that names nobody"),
        "{}",
        err(&nobody)
    );
}

#[test]
fn of_whom_access_ends_anyway_nothing_is_asked_and_nothing_can_be_kept() {
    let trust = Trust::new();
    let pack = trust.json("review --org birchmoor");
    let people = pack["schools"][0]["people"].as_array().unwrap();
    let ends = people.iter().filter(|person| person["ends"] == true);
    let ends: Vec<&str> = ends.map(|one| one["person"].as_str().unwrap()).collect();
    assert_eq!(ends, ["l.haddow@saltmarsh.example"]);
    let page = trust.report("review --org birchmoor --format html");
    let (before, after) = page.split_once("Ends anyway: nothing to decide").unwrap();
    assert!(!before.contains("Leila Haddow") && after.contains("Leila Haddow"));
    assert!(!page.contains("data-person=\"l.haddow"));

    for (decision, code) in [("keep", 3), ("shorten", 3), ("remove", 0), ("", 0)] {
        let mut cells = vec![("l.haddow", "decision", decision)];
        if decision == "shorten" {
            cells.push(("l.haddow", "last_day", "2027-01-01"));
        }
        let text = decided(&trust, "--org birchmoor", &cells);
        let output = apply(&trust, &text, &[]);
        assert_eq!(output.status.code(), Some(code), "{}", err(&output));
        if code == 3 {
            insta::allow_duplicates! {
                insta::assert_snapshot!(err(&output), @r"
                error[decision]: `decisions.csv`, row 7: their last day was 2026-11-21, and what is left ends with the next plan
                 |
                 = help: to keep them: `beadle user extend`
                note: nothing was written
                ");
            }
        } else {
            assert_eq!(out(&output), "nothing to change\n");
            assert!(!err(&output).contains("l.haddow"), "{}", err(&output));
        }
    }
}

#[test]
fn what_is_said_of_accounts_that_no_file_names_is_told_with_who_must_do_it() {
    let trust = Trust::new();
    let account = "reading.volunteer@alderbrook.example";
    let said = |cells: &[(&str, &str)]| {
        let cells: Vec<_> = cells
            .iter()
            .map(|(at, text)| (account, *at, *text))
            .collect();
        let text = decided(&trust, "--org alderbrook", &cells);
        apply(&trust, &text, &[])
    };
    let output = said(&[("decision", "remove"), ("note", "left in 2024")]);
    assert!(output.status.success(), "{}", err(&output));
    insta::assert_snapshot!(told(&output), @r"
    decided: 0 to keep, 0 to remove, 0 to shorten, 0 areas to take alone
    accounts that no file names, of which nothing was written:
      `hfl:reading.volunteer@alderbrook.example` of `alderbrook`: remove (left in 2024)
    to remove one: end it at the portal; `policy.unmanaged: expire` ends all that no file names
    note: 9 rows have no decision, and stay as now: `8502001admin`, `e.hart@alderbrook.example`, `i.calder@alderbrook.example`, `m.frayne@alderbrook.example`, `n.sayed@alderbrook.example`, `r.holloway@alderbrook.example`, `t.ashby@alderbrook.example`, `w.acton@alderbrook.example`, `z.quill@alderbrook.example`
    note: nobody signed the review of `alderbrook`
    ");
    let output = said(&[("decision", "keep")]);
    assert!(err(&output).contains("to keep one: give its user an entry"));
    for wrong in [
        [("decision", "shorten"), ("last_day", "2027-01-01")],
        [("decision", "keep"), ("take_areas", "hfl:phonics-toolkit")],
        [("decision", "keep"), ("check", "abcdef-abcdefabcdef")],
        [
            ("decision", "keep"),
            ("account", "hfl:somebody@else.example"),
        ],
        [("decision", "keep"), ("account", "nowhere:x")],
    ] {
        let output = said(&wrong);
        assert_eq!(output.status.code(), Some(3), "{wrong:?}: {}", err(&output));
    }
    // Without names nothing is said of whom.
    let text = decided(
        &trust,
        "--org alderbrook",
        &[(account, "decision", "remove")],
    );
    let hidden = apply(&trust, &text, &["--redact"]);
    assert!(hidden.status.success(), "{}", err(&hidden));
    assert!(!err(&hidden).contains("volunteer"), "{}", err(&hidden));
}

#[test]
fn a_review_is_complete_once_everybody_is_decided_and_somebody_signed() {
    let trust = Trust::new();
    let complete = |cells: &[(&str, &str, &str)]| {
        let text = decided(&trust, "--org gorsewick", cells);
        apply(&trust, &text, &["--complete", "--dry-run"])
    };
    let open = complete(&[("k.boahen", "decision", "keep")]);
    assert_eq!(open.status.code(), Some(3));
    insta::assert_snapshot!(err(&open), @r"
    error[decision]: `decisions.csv`: 9 rows have no decision, and stay as now: `d.szabo@gorsewick.example`, `e.drake@gorsewick.example`, `f.cato@gorsewick.example`, `i.fontaine@gorsewick.example`, `l.ember@gorsewick.example`, `m.upton@gorsewick.example`, `n.rowlands@gorsewick.example`, `q.abbot@gorsewick.example`, `v.holt@gorsewick.example`
     |
     = help: decide of each; without `--complete` whoever is left stays as now

    error[decision]: `decisions.csv`: nobody signed the review of `gorsewick`
     |
     = help: write who decided in `reviewer`, and the day in `reviewed_on`, of one row of each school
    note: nothing was written
    ");
    // Everybody of the school, with a day that cannot be read, and with one that can.
    let signed = |day| {
        let all = ("", "decision", "keep");
        // Her last day has passed: there is nothing to decide of her.
        let over = ("t.albright", "decision", "");
        let by = ("k.boahen", "reviewer", "Kay Reed, headteacher");
        complete(&[all, over, by, ("k.boahen", "reviewed_on", day)])
    };
    let unread = signed("soon");
    assert!(
        err(&unread).contains("`soon` is no day"),
        "{}",
        err(&unread)
    );
    let output = signed("22/11/2026");
    assert!(output.status.success(), "{}", err(&output));
    let told = "`gorsewick` was reviewed by Kay Reed, headteacher, on 2026-11-22";
    assert!(err(&output).contains(told), "{}", err(&output));
    assert!(!err(&output).contains("no decision"), "{}", err(&output));
}

#[test]
fn the_table_says_in_words_what_is_new_and_what_ends() {
    let trust = Trust::new();
    let text = trust.report("review --org birchmoor --format csv");
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let what = |name: &str| {
        let row = rows.iter().find(|row| &row[4] == name).unwrap();
        row[5].to_owned()
    };
    insta::assert_snapshot!(what("Graham Pell"), @"Hampshire Services Portal: administrator (ends), Inspectorate and Advisory Service (ends), Outdoor Learning (new), Schools Intranet / HFL Education: Assessment tracker, DMS portal (ends)");
    insta::assert_snapshot!(what("Amara Nwosu"), @"Hampshire Services Portal: administrator (new), Inspectorate and Advisory Service, Schools Intranet / HFL Education: Assessment tracker, DMS portal");
}
