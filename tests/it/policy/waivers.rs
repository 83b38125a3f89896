//! Waivers: a refusal prints one that works as it is pasted, until its last day; what is wrong with
//! one is said, and so is that one has ended, ends soon or is not needed.

use super::{AREA, School, day, live, said, user};
use crate::support::{TODAY, out};

/// A school whose plan is refused.
type Refusing = fn() -> School;

/// The waivers that a refused plan prints, as they would be pasted under `policy.waivers`.
fn printed(text: &str) -> String {
    let mut blocks = text.split("add this to policy.waivers and have it reviewed:\n");
    blocks.next();
    blocks
        .flat_map(|block| block.lines().take_while(|line| line.starts_with("    ")))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn leavers() -> School {
    School::of(5, 3)
}

fn leavers_of_the_portal() -> School {
    let mut school = School::of(5, 2);
    school.policy = "  max_removals: { total: { percent: 0, count: 1 } }\n".to_owned();
    school
}

fn administrators(policy: &str) -> School {
    let mut school = School::of(3, 0);
    school.policy = policy.to_owned();
    school.live = (0..3).map(|number| live(number, true)).collect();
    school
}

fn too_few() -> School {
    let mut school = administrators("  min_admins: 2\n");
    school.school = "admins: [p0@oakfield.example]\n".to_owned();
    school
}

/// Who must stay an administrator has left.
fn required() -> School {
    let mut school = administrators("  min_admins: 1\n  require_admins: [p2@oakfield.example]\n");
    school.users =
        user(0, AREA) + &user(1, AREA) + &user(2, &format!("{AREA}, until: {}", day(-1)));
    school.school =
        "admins: [p0@oakfield.example, p1@oakfield.example, p2@oakfield.example]\n".to_owned();
    school
}

fn approving() -> School {
    let mut school = School::of(1, 0);
    school.policy = "  escalations: refuse\n".to_owned();
    school.users = user(0, ", areas: [schools-intranet, property]");
    school.school = "approved_by: Person N0, headteacher\n".to_owned();
    school
}

#[test]
fn what_a_refusal_prints_works_as_pasted_until_its_last_day() {
    let refusing: [(&str, Refusing); 5] = [
        ("max_removals", leavers),
        ("max_removals_total", leavers_of_the_portal),
        ("min_admins", too_few),
        ("require_admins", required),
        ("escalations", approving),
    ];
    for (guardrail, school) in refusing {
        let mut school = school();
        let refused = school.plan(&[]);
        let text = said(&refused);
        assert_eq!(refused.status.code(), Some(3), "{text}");
        assert!(text.contains(&format!("Refused by {guardrail}")), "{text}");
        let waiver = printed(&out(&refused));
        assert!(
            waiver.contains(&format!("guardrail: {guardrail}\n")),
            "{text}"
        );
        school.policy += &format!("  waivers:\n{waiver}");

        let on = |days: i64| school.run(&["plan", "--today", &day(days)]);
        for days in [0, 6, 7] {
            let allowed = on(days);
            let text = said(&allowed);
            assert_eq!(
                allowed.status.code(),
                Some(0),
                "{guardrail}, {days}: {text}"
            );
            assert!(
                text.contains(&format!("ends soon: {} is its last day", day(7))),
                "{text}"
            );
            assert!(!text.contains("is not needed"), "{text}");
            assert!(
                text.contains("the waiver does not say why it is right"),
                "{text}"
            );
        }
        let ended = on(8);
        assert_eq!(
            ended.status.code(),
            Some(3),
            "{guardrail}: {}",
            said(&ended)
        );
        assert!(
            said(&ended).contains(&format!("ended on {}", day(7))),
            "{}",
            said(&ended)
        );
    }
}

fn waived(waiver: &str) -> School {
    let mut school = School::of(5, 0);
    school.policy = format!("  waivers:\n    - {waiver}\n");
    school
}

fn of(limit: u32, until: &str) -> School {
    waived(&format!(
        "{{ organisation: oakfield, portal: hants, guardrail: max_removals, limit: {limit}, reason: leavers, until: {until} }}"
    ))
}

#[test]
fn one_that_has_ended_is_a_warning_that_names_it_and_its_day() {
    let ended = of(5, &day(-1)).run(&["validate", "--today", TODAY]);
    assert_eq!(ended.status.code(), Some(0));
    insta::assert_snapshot!(said(&ended), @r"
    2 files checked: 1 organisation, 5 accounts, no errors
    warning[waiver-ended]: the waiver of `max_removals` for `oakfield` at `hants` ended on 2026-11-21
     --> beadle.yaml:7:107
      |
    6 |   waivers:
    7 |     - { organisation: oakfield, portal: hants, guardrail: max_removals, limit: 5, reason: leavers, until: 2026-11-21 }
      |                                                                                                           ^^^^^^^^^^
      |
      = help: remove it; if the exception is right again, a refusal prints the one to write
    ");
    let today = of(5, TODAY).run(&["validate", "--today", TODAY]);
    assert!(!said(&today).contains("warning"), "{}", said(&today));
}

#[test]
fn one_that_ends_soon_and_one_that_nothing_needs_are_worth_a_note() {
    for (days, soon) in [(0, true), (29, true), (30, true), (31, false)] {
        let text = said(&of(5, &day(days)).plan(&[]));
        assert_eq!(text.contains("ends soon"), soon, "{days}: {text}");
        assert!(
            text.contains("max_removals for oakfield on hants is not needed by this plan"),
            "{text}"
        );
    }
    insta::assert_snapshot!(said(&of(5, &day(3)).plan(&[])), @r"
    Nothing to do. What is live is what the YAML asks for on 2026-11-22 (Oakfield Primary School on hants).
    Waivers
      max_removals for oakfield on hants ends soon: 2026-11-25 is its last day · beadle.yaml:7
      max_removals for oakfield on hants is not needed by this plan: remove it once what it was for is done · beadle.yaml:7
    ");
    // Of a part of the project, nothing is said of the limit on the whole.
    let total = waived(&format!(
        "{{ portal: hants, guardrail: max_removals_total, limit: 5, reason: leavers, until: {} }}",
        day(60)
    ));
    let note = "max_removals_total for all of hants is not needed";
    assert!(said(&total.plan(&[])).contains(note));
    assert!(!said(&total.plan(&["--org", "oakfield"])).contains(note));
    // As JSON.
    let json = out(&of(5, &day(3)).plan(&["--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["review"]["waivers"][0]["what"], "ends-soon");
    assert_eq!(json["review"]["waivers"][1]["what"], "not-needed");
    assert_eq!(json["review"]["waivers"][1]["until"], day(3));
}

#[test]
fn one_is_needed_for_who_is_missing_from_the_admins() {
    let mut school = administrators("");
    school.school = "admins: [p0@oakfield.example, p1@oakfield.example]\n".to_owned();
    let waiver = format!(
        "  waivers:\n    - {{ organisation: oakfield, portal: hants, guardrail: require_admins, limit: 1, reason: on leave, until: {} }}\n",
        day(0)
    );
    let required = "  require_admins: [p2@oakfield.example]\n";
    school.policy = format!("{required}{waiver}");
    let allowed = school.plan(&[]);
    assert_eq!(allowed.status.code(), Some(0), "{}", said(&allowed));
    assert!(!said(&allowed).contains("not needed"), "{}", said(&allowed));
    let ended = school.run(&["plan", "--today", &day(1)]);
    assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
    assert!(said(&ended).contains("`p2@oakfield.example` is missing from the admins"));
    school.policy = format!("{required}{}", waiver.replace("limit: 1", "limit: 0"));
    assert_eq!(school.plan(&[]).status.code(), Some(1));
}

#[test]
fn what_is_wrong_with_one_is_said() {
    let until = day(5);
    for (waiver, wrong) in [
        (
            "portal: hants, guardrail: max_removals, limit: 5, reason: leavers",
            "`max_removals` is a limit on one organisation, and the waiver names none",
        ),
        (
            "organisation: oakfield, portal: hants, guardrail: max_removals_total, limit: 5, reason: leavers",
            "`max_removals_total` is a limit on a whole portal, and the waiver names an organisation",
        ),
        (
            "organisation: oakfeld, portal: hants, guardrail: max_removals, limit: 5, reason: leavers",
            "there is no organisation `oakfeld`",
        ),
        (
            "organisation: oakfield, portal: hant, guardrail: max_removals, limit: 5, reason: leavers",
            "there is no portal `hant`",
        ),
        (
            "organisation: oakfield, portal: hants, guardrail: max_removals, limit: 5, reason: \" \"",
            "`reason` is empty",
        ),
        (
            "organisation: oakfield, portal: hants, guardrail: max_removals, limit: 5",
            "`reason`",
        ),
    ] {
        let output =
            waived(&format!("{{ {waiver}, until: {until} }}")).run(&["validate", "--today", TODAY]);
        assert_eq!(output.status.code(), Some(1), "{waiver}: {}", said(&output));
        assert!(said(&output).contains(wrong), "{waiver}: {}", said(&output));
    }
    let mut elsewhere = of(5, &until);
    elsewhere.policy = elsewhere.policy.replace("portal: hants", "portal: hfl");
    elsewhere.portal =
        " }\n  hfl: { driver: hfl, via: worklist, terms_accepted_by: Morgan Jones".to_owned();
    let output = elsewhere.run(&["validate", "--today", TODAY]);
    assert!(
        said(&output).contains("`oakfield` is not on the portal `hfl`"),
        "{}",
        said(&output)
    );
}

#[test]
fn only_the_project_file_may_hold_one() {
    let mut own = of(5, &day(5));
    own.own = "waivers: []".to_owned();
    let mut school = School::of(5, 0);
    school.school = "policy: { waivers: [] }\n".to_owned();
    for (school, code) in [(own, "unknown-key"), (school, "misplaced-key")] {
        let output = school.run(&["validate", "--today", TODAY]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said(&output).contains(&format!("error[{code}]")),
            "{}",
            said(&output)
        );
    }
}
