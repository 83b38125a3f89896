//! `beadle report`, through the program: what each report says, in every form, and what it keeps to
//! itself.

mod decisions;
mod history;
mod random;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{TODAY, beadle, copy, err, out, repository};

/// A copy of the trust, whose portals are its snapshots.
pub(super) struct Trust {
    pub(super) folder: tempfile::TempDir,
}

impl Trust {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples/trust"), folder.path());
        Self { folder }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn run(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = beadle(self.path());
        command
            .env("BEADLE_AUTHORS", "somebody@elsewhere.example")
            .args(arguments);
        command.output().unwrap()
    }

    /// A report of what is live in the snapshots.
    pub(super) fn report(&self, arguments: &str) -> String {
        let words = arguments.split_whitespace();
        let words: Vec<&str> = ["report"]
            .into_iter()
            .chain(words)
            .chain(["--live", "live", "--today", TODAY])
            .collect();
        let output = self.run(&words);
        assert!(output.status.success(), "{words:?}: {}", err(&output));
        out(&output)
    }

    pub(super) fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.report(&format!("{arguments} --format json"))).unwrap()
    }

    /// Every file of a school.
    pub(super) fn schools(&self) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = fs::read_dir(self.path().join("schools"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    }
}

/// Each report, as it is asked for on the trust.
pub(crate) const REPORTS: [(&str, &str); 5] = [
    ("access", "access"),
    ("admins", "admins"),
    ("expiring", "expiring"),
    ("person", "person m.jones@saltmarsh.example"),
    ("review", "review"),
];

#[test]
fn access_tells_who_has_what_and_what_the_plan_makes_of_it() {
    let text = Trust::new().report("access --org birchmoor --portal hants");
    insta::assert_snapshot!(text, @r"
    Report: Who has access
    On 2026-11-22, and after the pending plan
    10 people can sign in with 10 accounts; 3 of these are administrators.
    After the plan, by account: 1 loses access, 1 becomes administrator, 1 ceases to be administrator.
    “+” is what the plan gives, “−” what it takes.

    Birchmoor Primary School
    Approved by Amara Nwosu, headteacher.

      Hampshire Services Portal (8502002)
      Person                     Access           Until       Areas
      Amara Nwosu                access           no end      Inspectorate and Advisory Service, Schools Intranet
      ANWOSU6                    + administrator
      schools/birchmoor.yaml:12
      Carys Voss                 access           no end      Governor Services
      CVOSS1
      beadle.yaml:65
      Dana Orrell                access           no end      Inspectorate and Advisory Service
      DORRELL
      beadle.yaml:61
      Dev Mistral                access           no end      Property
      DMISTRA
      schools/birchmoor.yaml:36
      Graham Pell                access           no end      − Inspectorate and Advisory Service, + Outdoor Learning, Schools Intranet
      GPELL2                     − administrator
      schools/birchmoor.yaml:17
      Leila Haddow               − access         2026-11-21  − Outdoor Learning, − Schools Intranet
      LHADDOW3
      schools/birchmoor.yaml:33
      Lorna Peck                 access           no end      Education Financial Services, Schools Intranet
      LPECK3                     administrator
      schools/birchmoor.yaml:18
      Morgan Jones               access           no end      Education Financial Services, Property, Schools Intranet
      MJONES7                    administrator
      beadle.yaml:59
      Sid Arkwell                access           no end      Outdoor Learning, Schools Intranet
      SARKWEL
      schools/birchmoor.yaml:24
      Una Brandon                access           no end      Outdoor Learning, Schools Intranet
      UBRANDO2
      schools/birchmoor.yaml:28
    ");
}

#[test]
fn what_should_have_ended_stands_first_and_each_says_what_happens() {
    insta::assert_snapshot!(Trust::new().report("expiring --within 2027-07-31"), @r"
    Report: What ends
    From 2026-11-22 until 2027-07-31
    5 ends are overdue, 4 ends are coming.

    Overdue
      Last day     Who                           Where                      What ends                              What happens
      2026-10-16   Alderbrook office             Alderbrook Primary School  a shared password that a leaver knows  a person must change it, and write the day in the file
      37 days ago  8502001admin                  hfl                                                               schools/alderbrook.yaml:58
      2026-10-30   Tess Albright                 Gorsewick Academy          access                                 the next apply writes the step for a person
      23 days ago  t.albright@gorsewick.example  hfl                                                               schools/gorsewick.yaml:64
      2026-10-31   Colin Drury                   Fernhaven School           access                                 the next apply ends it
      22 days ago  c.drury@fernhaven.example     hants                                                             schools/fernhaven.yaml:51
      2026-11-21   Leila Haddow                  Birchmoor Primary School   access                                 the next apply ends it
      1 day ago    l.haddow@saltmarsh.example    hants                                                             schools/birchmoor.yaml:33
      2026-11-21   Leila Haddow                  Birchmoor Primary School   access                                 the next apply writes the step for a person
      1 day ago    l.haddow@saltmarsh.example    hfl                                                               schools/birchmoor.yaml:33

    Coming
      Last day     Who                         Where                     What ends         What happens
      2026-12-11   Alan Firth                  Elmscombe Primary School  access            the first apply after writes the step for a person
      in 19 days   a.firth@elmscombe.example   hfl                                         schools/elmscombe.yaml:42
      2027-02-28   Kwame Boahen                Gorsewick Academy         the area Manual of Personnel Practice sensitive  the first apply after takes it
      in 98 days   k.boahen@gorsewick.example  hants                                       schools/gorsewick.yaml:31
      2027-07-23   Jonas Lind                  Dunmarsh Primary School   access            the first apply after ends it
      in 243 days  j.lind@dunmarsh.example     hants                     since 2026-11-02  schools/dunmarsh.yaml:35
      2027-07-23   Jonas Lind                  Dunmarsh Primary School   access            the first apply after writes the step for a person
      in 243 days  j.lind@dunmarsh.example     hfl                       since 2026-11-02  schools/dunmarsh.yaml:35
    ");
}

#[test]
fn governors_see_who_left_and_who_administers() {
    let text = Trust::new().report("admins --org alderbrook --org fernhaven --since 2026-10-01");
    insta::assert_snapshot!(text, @r"
    Report for governors: Administrators and leavers
    On 2026-11-22, with who left since 2026-10-01
    An administrator of a portal decides who else may use it and what they see.

    What needs attention
    ! One account of somebody who has left is still open.
    ! By one pending change somebody changes, or approves, their own rights.
    ! One shared password is known to somebody who has left.
    Nothing is recorded in the folder `./.beadle` yet, so that no record says when access ended.

    Who administers what
      Where                      Administrators        How many
      Alderbrook Primary School  Ellis Hart EHART4     3
      Hampshire Services Portal  Morgan Jones MJONES7  at least 2
                                 Wendy Acton WACTON7
      Fernhaven School           Hugh Marlowe HMARLOW  3
      Hampshire Services Portal  Morgan Jones MJONES7  at least 2
                                 Tilda Garnet TGARNET
    Not told here: HFL Education, where one main account alone decides, and no list shows it.

    Who left, and how fast access ended
    Of 2 accounts of leavers, 0 ended with a record, 1 without one, 1 still open.
      Who                           Where                      Last day    Access
      Colin Drury                   Fernhaven School           2026-10-31  still has access, 22 days after the last day
      c.drury@fernhaven.example     hants
      Pat Dunmore                   Alderbrook Primary School  2026-10-16  has ended; no record says when
      p.dunmore@alderbrook.example  hants

    What is overdue
      Who                Where                      Last day    What                                   What ends it
      Alderbrook office  Alderbrook Primary School  2026-10-16  a shared password that a leaver knows  a person must change it, and write the day in the file
                         hfl
      Colin Drury        Fernhaven School           2026-10-31  access                                 the next apply ends it
                         hants

    Shared logins
    Of what is done with a login that several people use, nobody can tell who did it.
      Login              Where                      Answers for it  Used by  Password changed
      Alderbrook office  Alderbrook Primary School  Wendy Acton     Wendy Acton, Pat Dunmore (until 2026-10-16)  2026-09-03
      8502001admin       hfl                                                 to be changed: somebody left on 2026-10-16

    Changes of one’s own rights
      Who                        Where                      What                        Why it stands here
      Ellis Hart                 Alderbrook Primary School  is given `phonics-toolkit`  approves that list
      e.hart@alderbrook.example  hfl
    ");
}

#[test]
fn a_head_teacher_finds_everybody_and_a_place_to_sign() {
    insta::assert_snapshot!(Trust::new().report("review --org elmscombe"), @r"
    Access review: Elmscombe Primary School
    Who may use what on 2026-11-22, pending changes included
    10 people, 3 administrators among them.

    Look at these first
    Administrators: Judith Farrow, Kit Ransome, Morgan Jones.

    People of this school
    Tick one box in each row: keep, remove, or the last day of access. To take away a single area, tick “take away” beside it. What comes with a job role has no box of its own. Whoever is to stay, but not as administrator: say so to whoever runs beadle, who takes them out of the list of administrators.
      Who                          May use                              Decision
      Alan Firth                   HFL Education: Governor briefings (subscription)  [ ] keep [ ] remove
      a.firth@elmscombe.example                                         [ ] until ____-__-__
      Role: governance
      Until 2026-12-11
      Dom Pike                     Hampshire Services Portal: Outdoor Learning, Schools Intranet  [ ] keep [ ] remove
      d.pike@elmscombe.example     HFL Education: Assessment tracker    [ ] until ____-__-__
      Role: teaching
      Flora Ivory                  Hampshire Services Portal: Outdoor Learning, Schools Intranet  [ ] keep [ ] remove
      f.ivory@elmscombe.example    HFL Education: Assessment tracker    [ ] until ____-__-__
      Role: teaching
      Judith Farrow                Hampshire Services Portal: administrator Inspectorate and Advisory Service, Schools Intranet  [ ] keep [ ] remove
      j.farrow@elmscombe.example   HFL Education: Assessment tracker, DMS portal  [ ] until ____-__-__
      Role: leadership
      Kit Ransome                  Hampshire Services Portal: administrator Education Financial Services, Schools Intranet  [ ] keep [ ] remove
      k.ransome@elmscombe.example  HFL Education: DMS portal            [ ] until ____-__-__
      Role: school-office
      Oscar Tench                  Hampshire Services Portal: Inspectorate and Advisory Service, Schools Intranet  [ ] keep [ ] remove
      o.tench@elmscombe.example    HFL Education: Assessment tracker, DMS portal  [ ] until ____-__-__
      Role: leadership
      Ruth Penhale                 HFL Education: + new account + Governor briefings (subscription)  [ ] keep [ ] remove
      r.penhale@elmscombe.example                                       [ ] until ____-__-__
      Role: governance
      Until 2030-11-30
      Vic Shaw                     Hampshire Services Portal: Property  [ ] keep [ ] remove
      v.shaw@elmscombe.example                                          [ ] until ____-__-__
      Role: premises

    Given to several schools at once
    These people work for more than one school. If one of them should not have this access, say so to whoever decides for all schools.
      Who                         May use
      Dana Orrell                 Hampshire Services Portal: Inspectorate and Advisory Service
      d.orrell@saltmarsh.example
      Role: improvement
      Morgan Jones                Hampshire Services Portal: + administrator + Education Financial Services, + Property, + Schools Intranet
      m.jones@saltmarsh.example   HFL Education: + new account + DMS portal, + Finance toolkit (subscription)
      Role: business

    I have looked at every person above. Whoever I keep needs this access for their work.
    Name and role: Judith Farrow, headteacher   Signature: ____________   Date: ________
    ");
}

#[test]
fn of_a_person_everything_that_is_held_is_told() {
    insta::assert_snapshot!(Trust::new().report("person Beth"), @r"
    What is held about a person: Beth Ashdown
    b.ashdown@dunmarsh.example, on 2026-11-22
    1 account, 4 lines of the files, 0 entries of the log, 1 other record.
    Also known as b.carver@dunmarsh.example.

    Accounts
      Where                    Account                    Access  May use
      Dunmarsh Primary School  Beth Ashdown               access  Assessment tracker
      HFL Education            b.carver@dunmarsh.example
                               schools/dunmarsh.yaml:42

    In the files
      Where                     Line
      schools/dunmarsh.yaml:41  # Beth Carver until October. At HFL the name and the address are edited; the username stays.
      schools/dunmarsh.yaml:42  b.ashdown@dunmarsh.example:
      schools/dunmarsh.yaml:43  name: Beth Ashdown
      schools/dunmarsh.yaml:45  accounts: { hfl: b.carver@dunmarsh.example }

    What was done
    The audit log has nothing of this person.

    What else is kept
      Record                  What it holds  Kept until
      Snapshot                the account as it was on 2026-11-22: login id, name, address, days, 1 area  the next snapshot
      live/hfl/dunmarsh.yaml

    How long it is kept
      What                                     How long                             Sooner
      The files                                until somebody takes the lines out; git keeps what was there  `beadle user leave PERSON --remove`
      Accounts at the portals                  as each portal keeps them            ask the portal; `beadle apply` ends access
      The audit log                            without end: the project sets no `records.keep_days`  `beadle audit prune`
      Who is behind a pseudonym                as long as the runs of the log       `beadle audit forget PERSON`
      Undo files                               7 days after the run                 `beadle audit forget PERSON`
      Worklists and snapshots                  until the next one is written in its place  delete the file
      Saved plans, reports, logs of pipelines  beadle does not know where they are  look where you keep them
    ");
}

#[test]
fn a_person_of_whom_nothing_is_held_is_said_to_be_unknown() {
    let trust = Trust::new();
    let ask = |who: &str| {
        let output = trust.run(&["report", "person", who, "--live", "live", "--today", TODAY]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(out(&output), "");
        let text = err(&output);
        text.lines().last().unwrap().to_owned()
    };
    insta::assert_snapshot!(ask("b.ashdwn@dunmarsh.example"), @"error: nothing is held about `b.ashdwn@dunmarsh.example`: no file names them, no account that could be read is theirs, and no record has them; nearly the same: Beth Ashdown (b.ashdown@dunmarsh.example), Beth Carver (b.ashdown@dunmarsh.example)");
    insta::assert_snapshot!(ask("nobody at all"), @"error: nothing is held about `nobody at all`: no file names them, no account that could be read is theirs, and no record has them");
}

#[test]
fn how_far_to_look_is_days_weeks_or_a_day() {
    let trust = Trust::new();
    let until = |within: &str| trust.json(&format!("expiring --within {within}"))["until"].clone();
    assert_eq!(until("10d"), "2026-12-02");
    assert_eq!(until("10"), "2026-12-02");
    assert_eq!(until("2w"), "2026-12-06");
    assert_eq!(until("2026-12-24"), "2026-12-24");
    // The last day itself is looked at.
    let ends = |within: &str| {
        let report = trust.json(&format!("expiring --within {within} --org elmscombe"));
        report["ends"].as_array().unwrap().len()
    };
    assert_eq!((ends("2026-12-10"), ends("2026-12-11")), (0, 1));
    for wrong in ["0d", "soon", "2026-11-22", "9999999w"] {
        let output = trust.run(&[
            "report", "expiring", "--within", wrong, "--live", "live", "--today", TODAY,
        ]);
        assert!(!output.status.success(), "{wrong}");
    }
}

#[test]
fn json_is_as_its_schema_says_and_a_table_has_every_column_in_every_row() {
    let trust = Trust::new();
    for (name, asked) in REPORTS {
        let schema = out(&trust.run(&["schema", &format!("report-{name}")]));
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let report = trust.json(asked);
        let faults: Vec<String> = validator
            .iter_errors(&report)
            .map(|fault| fault.to_string())
            .collect();
        assert_eq!(faults, Vec::<String>::new(), "{name}");

        let text = trust.report(&format!("{asked} --format csv"));
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'));
        let mut table = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let columns = table.headers().unwrap().len();
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert!(!rows.is_empty(), "{name}");
        assert!(rows.iter().all(|row| row.len() == columns), "{name}");
    }
}

#[test]
fn the_name_of_the_file_says_the_form_and_only_its_owner_can_read_it() {
    let trust = Trust::new();
    for (file, begins) in [
        ("a.html", "<!DOCTYPE html>"),
        ("a.md", "# Report: Who has access"),
        ("a.csv", "\u{feff}\"organisation\","),
        ("a.json", "{\n  \"format\": 1,"),
        ("a.txt", "Report: Who has access"),
    ] {
        let said = trust.report(&format!("access --out {file}"));
        assert_eq!(said, "", "nothing but the file");
        let path = trust.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(begins), "{file}: {text:.60}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{file}");
        }
    }
}

#[test]
fn a_page_asks_nothing_of_any_network_and_runs_at_most_the_one_script() {
    let trust = Trust::new();
    for (name, asked) in REPORTS {
        let page = trust.report(&format!("{asked} --format html"));
        assert!(page.contains("content=\"default-src 'none';"), "{name}");
        for word in ["http:", "https:", "src=", "url(", "@import", "<link"] {
            assert!(!page.contains(word), "{name}: {word}");
        }
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, usize::from(name == "review"), "{name}");
        assert_eq!(page.contains("script-src 'sha256-"), name == "review");
        for table in page.split("<table").skip(1) {
            assert!(table.contains("<th scope=\"col\">") && table.contains("<caption>"));
        }
    }
}

/// Names, addresses and login ids of everybody.
fn everybody(trust: &Trust) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let report = trust.json("access");
    for unit in report["units"].as_array().unwrap() {
        for person in unit["people"].as_array().unwrap() {
            for key in ["name", "person", "login"] {
                found.extend(person[key].as_str().map(str::to_owned));
            }
        }
    }
    assert!(found.len() > 100);
    found
}

#[test]
fn without_names_nobody_is_named_in_any_form() {
    let trust = Trust::new();
    let people = everybody(&trust);
    for (name, asked) in REPORTS {
        for form in ["text", "markdown", "html", "csv", "json"] {
            let text = trust.report(&format!("{asked} --format {form} --redact"));
            let named = people.iter().find(|person| text.contains(person.as_str()));
            assert_eq!(named, None, "{name} as {form}");
            assert!(text.contains("person-"), "{name} as {form}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_told() {
    let trust = Trust::new();
    fs::remove_file(trust.path().join("live/hants/birchmoor.yaml")).unwrap();
    for (name, asked) in REPORTS {
        let mut words = vec!["report"];
        words.extend(asked.split_whitespace());
        words.extend(["--live", "live", "--today", TODAY]);
        let output = trust.run(&words);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(err(&output).contains("`birchmoor` at `hants`"), "{name}");
        let text = out(&output);
        assert!(
            text.contains("Not complete: these could not be read"),
            "{name}: {text}"
        );
        assert!(text.contains("birchmoor at hants"), "{name}");
    }
    // Nothing at all is no report.
    let nothing = trust.run(&[
        "report", "access", "--live", "nowhere", "--out", "a.html", "--today", TODAY,
    ]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(!trust.path().join("a.html").exists());
}

/// The commands of the documentation, tried in a clone in their order.
#[test]
fn every_command_of_the_documentation_works() {
    let text = fs::read_to_string(repository().join("docs/reports.md")).unwrap();
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| line.starts_with("beadle ")).collect();
    assert!(lines.len() >= 9, "{lines:?}");
    let folder = tempfile::tempdir().unwrap();
    copy(
        &repository().join("examples"),
        &folder.path().join("examples"),
    );
    for line in lines {
        let words = line.split_whitespace().skip(1);
        let output = beadle(folder.path()).args(words).output().unwrap();
        assert!(output.status.success(), "{line}: {}", err(&output));
    }
}

#[test]
fn governors_see_first_where_too_few_administer_and_then_what_changes() {
    let trust = Trust::new();
    let path = trust.path().join("beadle.yaml");
    let project = fs::read_to_string(&path).unwrap();
    let stricter = project.replacen("min_admins: 2", "min_admins: 3", 1);
    assert_ne!(stricter, project);
    fs::write(&path, stricter).unwrap();
    let report = trust.json("admins");
    let short = report["places"].as_array().unwrap().iter().filter(|place| {
        let few = |key: &str| place[key].as_u64() < place["minimum"].as_u64();
        few("now") || few("after")
    });
    let short: Vec<&str> = short
        .map(|place| place["organisation_name"].as_str().unwrap())
        .collect();
    let text = trust.report("admins");
    let told = text
        .lines()
        .find(|line| line.contains("than the rule asks for"));
    let told = told.unwrap();
    assert!(told.contains(short[0]), "{told}");
    let table = text.split("Who administers what").nth(1).unwrap();
    let places = table.lines().filter_map(|line| line.strip_prefix("  "));
    let places = places.filter(|line| {
        let name = |word: &str| {
            line.split_once("  ")
                .is_some_and(|(name, _)| name.ends_with(word))
        };
        name("School") || name("Academy") || name("College")
    });
    let places: Vec<&str> = places.take(short.len()).collect();
    for name in &short {
        assert!(
            places.iter().any(|place| place.starts_with(name)),
            "{name}: {places:?}"
        );
    }
}

#[test]
fn a_person_reads_the_lines_of_the_files_without_anybody_else() {
    let trust = Trust::new();
    let people = everybody(&trust);
    for who in ["m.jones@saltmarsh.example", "w.acton@alderbrook.example"] {
        let report = trust.json(&format!("person {who}"));
        let name = report["name"].as_str().unwrap();
        let own: Vec<&str> = report["logins"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .chain([who, name])
            .collect();
        let lines = report["mentions"].as_array().unwrap();
        let lines: Vec<&str> = lines
            .iter()
            .map(|it| it["text"].as_str().unwrap())
            .collect();
        assert!(lines.iter().any(|line| line.contains(who)), "{lines:?}");
        let others = people.iter().filter(|one| !own.contains(&one.as_str()));
        for other in others {
            assert!(
                !lines.iter().any(|line| line.contains(other.as_str())),
                "{other}: {lines:?}"
            );
        }
    }
    // Whoever is not to be named is not quoted either.
    let hidden = trust.json("person w.acton@alderbrook.example --redact");
    let mut lines = hidden["mentions"].as_array().unwrap().iter();
    assert!(lines.all(|line| line["text"] == ""));
    let table = trust.report("person w.acton@alderbrook.example --format csv");
    assert!(
        table.contains("administrator now: yes, after the plan: yes"),
        "{table}"
    );
}

#[test]
fn a_review_is_written_a_file_for_each_school() {
    let trust = Trust::new();
    let words = |more: &[&'static str]| {
        let words = ["report", "review", "--live", "live", "--today", TODAY];
        words
            .into_iter()
            .chain(more.iter().copied())
            .collect::<Vec<_>>()
    };
    let output = trust.run(&words(&["--out-dir", "packs"]));
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(out(&output), "");
    assert!(
        err(&output).contains("wrote 8 reviews into `packs`"),
        "{}",
        err(&output)
    );
    let page = |file: &str| fs::read_to_string(trust.path().join("packs").join(file)).unwrap();
    assert_eq!(fs::read_dir(trust.path().join("packs")).unwrap().count(), 8);
    let own = page("alderbrook.html");
    assert!(own.contains("Ellis Hart") && !own.contains("Leila Haddow"));
    assert!(own.contains("data-file=\"review-alderbrook-2026-11-22.csv\""));
    // In another form, of some schools, and without names.
    let more = [
        "--out-dir",
        "tables",
        "--format",
        "csv",
        "--org",
        "birchmoor",
        "--redact",
    ];
    let output = trust.run(&words(&more));
    assert!(output.status.success(), "{}", err(&output));
    let table = fs::read_to_string(trust.path().join("tables/birchmoor.csv")).unwrap();
    assert!(table.contains("person-") && !table.contains("Leila Haddow"));
    // One page of all schools is said to be one.
    let output = trust.run(&words(&["--out", "all.html"]));
    assert!(
        err(&output).contains("one page holds 8 schools: `--out-dir DIR`"),
        "{}",
        err(&output)
    );
    let both = trust.run(&words(&["--out", "a.html", "--out-dir", "packs"]));
    assert!(!both.status.success());
}
