//! Every command on the examples, as a user runs it.

use super::Project;
use crate::support::{err, out};

const QUILL: &str = "z.quill@alderbrook.example";

#[test]
fn a_grant_and_its_revoke_leave_every_byte_as_it_was() {
    let trust = Project::example("trust");
    let before = trust.bytes();
    insta::assert_snapshot!(trust.edits(&format!("grant {QUILL} hants:property --org alderbrook")), @r"
    +++ b/schools/alderbrook.yaml
    +    areas: { hants: [property] }
    wrote schools/alderbrook.yaml
    ");
    insta::assert_snapshot!(trust.edits(&format!("grant {QUILL} hants:property hfl:dms-portal --until 2027-07-31")), @r"
    +++ b/schools/alderbrook.yaml
    -    areas: { hants: [property] }
    +    areas: { hants: [{ area: property, until: 2027-07-31 }], hfl: [{ area: dms-portal, until: 2027-07-31 }] }
    wrote schools/alderbrook.yaml
    ");
    insta::assert_snapshot!(trust.edits(&format!("revoke {QUILL} property dms-portal")), @r"
    +++ b/schools/alderbrook.yaml
    -    areas: { hants: [{ area: property, until: 2027-07-31 }], hfl: [{ area: dms-portal, until: 2027-07-31 }] }
    wrote schools/alderbrook.yaml
    ");
    assert!(trust.bytes() == before);
}

#[test]
fn what_is_so_already_is_nothing_to_change() {
    let trust = Project::example("trust");
    let before = trust.bytes();
    insta::assert_snapshot!(trust.edits(&format!("grant {QUILL} hants:outdoor-learning")), @r"
    nothing to change
    note: `z.quill@alderbrook.example` has `outdoor-learning` at `hants` already, by the bundle `teaching` (schools/alderbrook.yaml:39)
    ");
    insta::assert_snapshot!(trust.edits(&format!("revoke {QUILL} property")), @r"
    nothing to change
    note: `z.quill@alderbrook.example` does not have `property` at `alderbrook`
    ");
    insta::assert_snapshot!(trust.edits("user leave c.drury@fernhaven.example"), @r"
    nothing to change
    note: `c.drury@fernhaven.example` leaves `fernhaven` on 2026-10-31 already (schools/fernhaven.yaml:51)
    ");
    insta::assert_snapshot!(trust.edits(&format!("user extend {QUILL} --until 2030-01-01")), @r"
    nothing to change
    note: `z.quill@alderbrook.example` at `alderbrook` has no end
    ");
    let add = [
        "user",
        "add",
        "k.lark@fernhaven.example",
        "--org",
        "fernhaven",
        "--name",
        "Kezia Lark",
        "--bundle",
        "teaching",
        "--login",
        "hants=KLARK2",
    ];
    insta::assert_snapshot!(out(&trust.run_all(&add)), @"nothing to change");
    assert!(trust.bytes() == before);
}

#[test]
fn what_a_bundle_or_an_assignment_gives_is_not_taken_from_one_person() {
    let trust = Project::example("trust");
    insta::assert_snapshot!(trust.refuses(&format!("revoke {QUILL} outdoor-learning")), @r"
    error[given-elsewhere]: `z.quill@alderbrook.example` has `outdoor-learning` by the bundle `teaching`
      --> schools/alderbrook.yaml:39:15
       |
    38 |     accounts: { hants: ZQUILL2 }
    39 |     bundles: [teaching]
       |               ^^^^^^^^ this line gives it
       |
       = help: take the bundle `teaching` from this user and grant the other areas of it one by one, or take the area out of the bundle for everybody
    note: nothing was written
    ");
    insta::assert_snapshot!(trust.refuses("revoke m.jones@saltmarsh.example finance-toolkit --org alderbrook"), @r#"
    error[given-elsewhere]: `m.jones@saltmarsh.example` has `finance-toolkit` by the bundle `business` of an assignment
      --> beadle.yaml:59:15
       |
    58 |   # The business manager: every school, and an administrator of each at Hampshire.
    59 |   - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^ this line gives it
    60 |   # School improvement in the primaries, inclusion in all others, the clerk in the north.
       |
       = help: change the assignment, or take the area out of the bundle `business` for everybody
    note: nothing was written
    "#);
}

#[test]
fn a_joiner_gets_an_entry_like_those_around_it() {
    let trust = Project::example("trust");
    let arguments = [
        "user",
        "add",
        "p.new@chalkdown.example",
        "--org",
        "chalkdown",
        "--name",
        "Null",
        "--bundle",
        "teaching",
        "--area",
        "hfl:finance-toolkit",
        "--login",
        "hants=PNEW1",
        "--from",
        "2027-01-04",
        "--until",
        "2027-07-31",
        "--admin",
        "hants",
    ];
    let output = trust.run_all(&arguments);
    assert!(output.status.success(), "{}", err(&output));
    insta::assert_snapshot!(out(&output), @r#"
    --- a/schools/chalkdown.yaml
    +++ b/schools/chalkdown.yaml
    @@ -42,10 +42,17 @@
         portals: [hants]
         accounts: { hants: CBYERS }
         bundles: [premises]
    +  p.new@chalkdown.example:
    +    name: "Null"
    +    accounts: { hants: PNEW1 }
    +    from: 2027-01-04
    +    until: 2027-07-31
    +    bundles: [teaching]
    +    areas: { hfl: [finance-toolkit] }
     
     # With the trust's business manager, who is one in every school, these are all the administrators.
     admins:
    -  hants: [s.trevis@chalkdown.example, g.ladd@chalkdown.example]
    +  hants: [s.trevis@chalkdown.example, g.ladd@chalkdown.example, p.new@chalkdown.example]
     
     # Left two years ago and has nothing any more. Nothing but a name here deletes an account, and
     # nothing brings it back.
    "#);
    let again = trust.run_all(&arguments);
    insta::assert_snapshot!(format!("{}{}", out(&again), err(&again)), @r"
    nothing to change
    note: `p.new@chalkdown.example` is a user of `chalkdown` already (schools/chalkdown.yaml:45)
    ");
}

#[test]
fn a_leaver_gets_a_last_day_and_what_is_left_to_decide_is_said() {
    let trust = Project::example("trust");
    insta::assert_snapshot!(trust.edits("user leave w.acton@alderbrook.example --on 2026-12-18"), @r"
    +++ b/schools/alderbrook.yaml
    +    until: 2026-12-18
    -  hants: [e.hart@alderbrook.example, w.acton@alderbrook.example]
    +  hants: [e.hart@alderbrook.example]
    note: `w.acton@alderbrook.example` is no administrator of `alderbrook` any more, from the next apply on
    note: `w.acton@alderbrook.example` is the custodian of the shared account `8502001admin`: name somebody else
    note: `w.acton@alderbrook.example` knows the password of the shared account `8502001admin`: have it changed, and write the day there
    wrote schools/alderbrook.yaml
    ");
    insta::assert_snapshot!(trust.refuses("user leave w.acton@alderbrook.example --remove"), @r"
    error[still-named]: `w.acton@alderbrook.example` is the custodian of the shared account `8502001admin`: name somebody else
      --> schools/alderbrook.yaml:63:18
       |
    62 |     shared:
    63 |       custodian: w.acton@alderbrook.example
       |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^
    64 |       members: [w.acton@alderbrook.example, p.dunmore@alderbrook.example]
       |
       = help: change this first
    note: nothing was written
    ");
    insta::assert_snapshot!(trust.edits("user leave z.quill@alderbrook.example --remove"), @r"
    +++ b/schools/alderbrook.yaml
    -  z.quill@alderbrook.example:
    -    name: Zara Quill
    -    accounts: { hants: ZQUILL2 }
    -    bundles: [teaching]
    -      - z.quill@alderbrook.example
    note: the account of `z.quill@alderbrook.example` at `alderbrook` is one that the YAML does not name from now on: `policy.unmanaged` says what becomes of it
    wrote schools/alderbrook.yaml
    ");
    insta::assert_snapshot!(trust.refuses("user leave c.voss@saltmarsh.example"), @r#"
    error[assigned]: `c.voss@saltmarsh.example` is nowhere a user but through assignments
      --> beadle.yaml:65:13
       |
    64 |     areas: { hants: [inspection-advisory] }
    65 |   - users: [c.voss@saltmarsh.example]
       |             ^^^^^^^^^^^^^^^^^^^^^^^^ named here
    66 |     organisations: ["tag:north"]
       |
       = help: end or change the assignment; it is for all of its organisations
    note: nothing was written
    "#);
}

#[test]
fn a_move_is_two_memberships_without_a_gap() {
    let trust = Project::example("trust");
    let moving = "user move t.ashby@alderbrook.example --from alderbrook --to chalkdown --on 2027-01-04 --overlap 5";
    insta::assert_snapshot!(trust.edits(&format!("{moving} --keep-areas --dry-run")), @r"
    +++ b/schools/alderbrook.yaml
    -  t.ashby@alderbrook.example: { name: Tom Ashby, accounts: { hants: TASHBY5 }, bundles: [teaching] }
    +  t.ashby@alderbrook.example: { name: Tom Ashby, accounts: { hants: TASHBY5 }, until: 2027-01-08, bundles: [teaching] }
    +++ b/schools/chalkdown.yaml
    +  t.ashby@alderbrook.example:
    +    name: Tom Ashby
    +    accounts: { hants: TASHBY5 }
    +    from: 2027-01-04
    +    bundles: [teaching]
    +    areas: { hfl: [phonics-toolkit] }
    note: own areas that come along: 1
    nothing was written: this is what would change
    ");
    insta::assert_snapshot!(trust.edits(moving), @r"
    +++ b/schools/alderbrook.yaml
    -  t.ashby@alderbrook.example: { name: Tom Ashby, accounts: { hants: TASHBY5 }, bundles: [teaching] }
    +  t.ashby@alderbrook.example: { name: Tom Ashby, accounts: { hants: TASHBY5 }, until: 2027-01-08, bundles: [teaching] }
    +++ b/schools/chalkdown.yaml
    +  t.ashby@alderbrook.example:
    +    name: Tom Ashby
    +    accounts: { hants: TASHBY5 }
    +    from: 2027-01-04
    +    bundles: [teaching]
    note: left behind at `alderbrook`: `phonics-toolkit` at `hfl`
    wrote schools/alderbrook.yaml, schools/chalkdown.yaml
    ");
    insta::assert_snapshot!(trust.edits(moving), @r"
    nothing to change
    note: `t.ashby@alderbrook.example` leaves `alderbrook` on 2027-01-08 already (schools/alderbrook.yaml:35)
    note: `t.ashby@alderbrook.example` is a user of `chalkdown` already (schools/chalkdown.yaml:45)
    ");
}

#[test]
fn an_end_is_put_off_for_a_membership_or_for_an_area() {
    let university = Project::example("university");
    insta::assert_snapshot!(university.edits("user extend l.okafor@northshire.example --until 2033-07-31"), @r"
    +++ b/beadle.yaml
    -        until: 2032-07-31 # her contract ends two years earlier than was thought
    +        until: 2033-07-31 # her contract ends two years earlier than was thought
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(university.edits("user extend i.jones@northshire.example --area capital-funding-bids --until 2033-12-31"), @r"
    +++ b/beadle.yaml
    -        - { user: i.jones@northshire.example, until: 2032-12-31, reason: science park bid }
    +        - { user: i.jones@northshire.example, until: 2033-12-31, reason: science park bid }
    wrote beadle.yaml
    ");
    insta::assert_snapshot!(university.refuses("user extend l.okafor@northshire.example --until 2033-01-31"), @r"
    error[dates]: `l.okafor@northshire.example` at `northshire` ends on 2033-07-31, which is later than 2033-01-31
      --> beadle.yaml:72:16
       |
    71 |         name: Lucy Okafor
    72 |         until: 2033-07-31 # her contract ends two years earlier than was thought
       |                ^^^^^^^^^^
    73 |         areas: [hesa-student, student-outcomes]
       |
       = help: `beadle user leave --on DATE` brings an end forward; a grant's by `beadle grant --until DATE`
    note: nothing was written
    ");
}

#[test]
fn copied_areas_are_written_out_and_sensitive_ones_are_left_out_or_dated() {
    let trust = Project::example("trust");
    let copy = [
        "copy-areas",
        "k.boahen@gorsewick.example",
        "m.upton@gorsewick.example",
    ];
    let output = trust.run_all(&[&copy[..], &["--portal", "hants", "--dry-run"]].concat());
    insta::assert_snapshot!(format!("{}{}", out(&output), err(&output)), @r"
    --- a/schools/gorsewick.yaml
    +++ b/schools/gorsewick.yaml
    @@ -21,6 +21,7 @@
         name: Mabel Upton
         accounts: { hants: MUPTON }
         bundles: [school-office]
    +    areas: { hants: [inspection-advisory] }
       # The manual of personnel practice is sensitive: each grant of it says why, and until when.
       k.boahen@gorsewick.example:
         name: Kwame Boahen
    note: left out: `personnel-manual` at `hants`, which is sensitive: it needs `--until` and `--reason`
    note: `m.upton@gorsewick.example` has `schools-intranet` at `hants` already
    nothing was written: this is what would change
    ");
    let dated = [
        "--until",
        "2027-03-31",
        "--reason",
        "cover: the staffing review",
    ];
    let output = trust.run_all(&[&copy[..], &dated[..]].concat());
    insta::assert_snapshot!(format!("{}{}", out(&output), err(&output)), @r#"
    --- a/schools/gorsewick.yaml
    +++ b/schools/gorsewick.yaml
    @@ -21,6 +21,12 @@
         name: Mabel Upton
         accounts: { hants: MUPTON }
         bundles: [school-office]
    +    areas:
    +      hants:
    +        - { area: inspection-advisory, until: 2027-03-31, reason: "cover: the staffing review" }
    +        - { area: personnel-manual, until: 2027-03-31, reason: "cover: the staffing review" }
    +      hfl:
    +        - { area: assessment-tracker, until: 2027-03-31, reason: "cover: the staffing review" }
       # The manual of personnel practice is sensitive: each grant of it says why, and until when.
       k.boahen@gorsewick.example:
         name: Kwame Boahen
    note: `m.upton@gorsewick.example` has `schools-intranet` at `hants` already
    note: `m.upton@gorsewick.example` has `dms-portal` at `hfl` already
    wrote schools/gorsewick.yaml
    "#);
    let again = trust.run_all(&[&copy[..], &dated[..]].concat());
    assert!(
        out(&again).ends_with("nothing to change\n"),
        "{}",
        out(&again)
    );
}

#[test]
fn a_copy_names_what_came_by_assignment_too() {
    let trust = Project::example("trust");
    insta::assert_snapshot!(trust.edits("copy-areas m.jones@saltmarsh.example g.ladd@chalkdown.example --org chalkdown"), @r"
    +++ b/schools/chalkdown.yaml
    +    areas: { hants: [property], hfl: [finance-toolkit] }
    note: `g.ladd@chalkdown.example` has `education-financial-services` at `hants` already
    note: `g.ladd@chalkdown.example` has `schools-intranet` at `hants` already
    note: `g.ladd@chalkdown.example` has `dms-portal` at `hfl` already
    wrote schools/chalkdown.yaml
    ");
}

#[test]
fn many_files_need_a_yes_and_one_that_is_named_does_not() {
    let trust = Project::example("trust");
    let before = trust.bytes();
    let add = "user add d.orrell@saltmarsh.example --org tag:primary --bundle improvement";
    let asked = trust.run(add);
    assert_eq!(asked.status.code(), Some(1));
    insta::assert_snapshot!(err(&asked), @"error: 5 files would change, and there is no terminal to ask on: add `--yes`, or name the organisations; nothing was written");
    assert!(trust.bytes() == before);
    insta::assert_snapshot!(trust.edits(&format!("{add} --yes")), @r"
    +++ b/schools/alderbrook.yaml
    +  d.orrell@saltmarsh.example:
    +    bundles: [improvement]
    +++ b/schools/birchmoor.yaml
    +  d.orrell@saltmarsh.example:
    +    bundles: [improvement]
    +++ b/schools/chalkdown.yaml
    +  d.orrell@saltmarsh.example:
    +    bundles: [improvement]
    +++ b/schools/dunmarsh.yaml
    +  d.orrell@saltmarsh.example:
    +    bundles: [improvement]
    +++ b/schools/elmscombe.yaml
    +  d.orrell@saltmarsh.example:
    +    bundles: [improvement]
    wrote schools/alderbrook.yaml, schools/birchmoor.yaml, schools/chalkdown.yaml, schools/dunmarsh.yaml, schools/elmscombe.yaml
    ");
    let grant = "grant d.orrell@saltmarsh.example hants:property --all --yes";
    insta::assert_snapshot!(trust.edits(grant), @r"
    +++ b/schools/alderbrook.yaml
    +    areas: { hants: [property] }
    +++ b/schools/birchmoor.yaml
    +    areas: { hants: [property] }
    +++ b/schools/chalkdown.yaml
    +    areas: { hants: [property] }
    +++ b/schools/dunmarsh.yaml
    +    areas: { hants: [property] }
    +++ b/schools/elmscombe.yaml
    +    areas: { hants: [property] }
    left alone: 3 organisations where the user is not
    wrote schools/alderbrook.yaml, schools/birchmoor.yaml, schools/chalkdown.yaml, schools/dunmarsh.yaml, schools/elmscombe.yaml
    ");
    insta::assert_snapshot!(trust.edits("revoke d.orrell@saltmarsh.example property --all --yes"), @r"
    +++ b/schools/alderbrook.yaml
    -    areas: { hants: [property] }
    +++ b/schools/birchmoor.yaml
    -    areas: { hants: [property] }
    +++ b/schools/chalkdown.yaml
    -    areas: { hants: [property] }
    +++ b/schools/dunmarsh.yaml
    -    areas: { hants: [property] }
    +++ b/schools/elmscombe.yaml
    -    areas: { hants: [property] }
    left alone: 3 organisations where the user is not
    wrote schools/alderbrook.yaml, schools/birchmoor.yaml, schools/chalkdown.yaml, schools/dunmarsh.yaml, schools/elmscombe.yaml
    ");
}

#[test]
fn redacted_output_counts_lines_and_names_nobody() {
    let trust = Project::example("trust");
    let output = trust.run("user leave w.acton@alderbrook.example --redact");
    let said = format!("{}{}", out(&output), err(&output));
    insta::assert_snapshot!(said, @r"
    schools/alderbrook.yaml: +2 -1 lines
    note: 3 notes left out: `--redact=never` shows what names people
    wrote schools/alderbrook.yaml
    ");
    let refused = trust.run(&format!("revoke {QUILL} outdoor-learning --redact"));
    assert!(!err(&refused).contains("quill"), "{}", err(&refused));
    assert_eq!(refused.status.code(), Some(3));
}

#[test]
fn names_that_are_not_there_are_answered_with_the_nearest() {
    let trust = Project::example("trust");
    insta::assert_snapshot!(trust.stops("grant z.quil@alderbrook.example hants:property", 1), @r"
    error[unknown-user]: `z.quil@alderbrook.example` is no user of any organisation
     |
     = help: did you mean `z.quill@alderbrook.example`?
    note: nothing was written
    ");
    insta::assert_snapshot!(trust.stops(&format!("grant {QUILL} hants:property --org alderbrok"), 1), @r"
    error[unknown-organisation]: there is no organisation `alderbrok` in this project
     |
     = help: did you mean `alderbrook`?
    note: nothing was written
    ");
    insta::assert_snapshot!(trust.refuses(&format!("grant {QUILL} property")), @r"
    error[needs-portal]: `property` could be at `hants` or `hfl`: say at which
      --> schools/alderbrook.yaml:36:3
       |
    35 |   t.ashby@alderbrook.example: { name: Tom Ashby, accounts: { hants: TASHBY5 }, bundles: [teaching] }
    36 |   z.quill@alderbrook.example:
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^
    37 |     name: Zara Quill
       |
       = help: write `hants:property`
    note: nothing was written
    ");
    insta::assert_snapshot!(trust.refuses(&format!("grant {QUILL} property --org birchmoor")), @r"
    error[unknown-user]: `z.quill@alderbrook.example` is no user of `birchmoor`
     --> schools/birchmoor.yaml:4:15
      |
    3 | # A new headteacher, and a teacher who moves to Chalkdown without a day between.
    4 | organisation: birchmoor
      |               ^^^^^^^^^
    5 | name: Birchmoor Primary School
      |
      = help: `beadle user add z.quill@alderbrook.example --org birchmoor` adds the person
    note: nothing was written
    ");
    insta::assert_snapshot!(trust.refuses("grant r.holloway@alderbrook.example hfl:dms-portal"), @r"
    error[no-account]: `r.holloway@alderbrook.example` has no account at `hfl`
      --> schools/alderbrook.yaml:42:3
       |
    41 |   # Premises
    42 |   r.holloway@alderbrook.example:
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    43 |     name: Reg Holloway
       |
       = help: portals of this user: `hants`
    note: nothing was written
    ");
    insta::assert_snapshot!(trust.refuses("user add a@b.example --org chalkdown --name A"), @r"
    error[email-domain]: the domain `b.example` is not in `policy.email_domains`
      --> schools/chalkdown.yaml:45:3
       |
    44 |     bundles: [premises]
    45 |   a@b.example:
       |   ^^^^^^^^^^^
    46 |     name: A
       |

    error[login-form]: `a@b.example` is no login id at `hants`, which wants a user id such as `JSMITH12`
      --> schools/chalkdown.yaml:45:3
       |
    44 |     bundles: [premises]
    45 |   a@b.example:
       |   ^^^^^^^^^^^
    46 |     name: A
       |
       = help: name it beside the user: `accounts: { hants: JSMITH12 }`; an email address only where the account was registered under one
    note: with this change the project would not be in order (the lines above are as they would be); nothing was written
    ");
}
