//! Sensitive areas, and the doors through which they are given.

use crate::policy::{AREA, School, day, live, said, user};

use super::Wants::{Error, Says, Silent};
use super::rows;

/// Somebody who is granted a sensitive area for so many days, with a reason.
fn sensitive(days: usize) -> School {
    let mut school = School::of(1, 0);
    let until = day(days.try_into().unwrap());
    school.users += &user(
        1,
        &format!(
            ", areas: [schools-intranet, property, {{ area: personnel-manual, until: {until}, reason: appraisals }}]"
        ),
    );
    school.live += &live(1, false);
    school
}

#[test]
fn sensitive_areas() {
    let policy = "sensitive_areas: { hants: { personnel-manual: { max_days: 100 } } }";
    rows(
        "sensitive_areas",
        sensitive,
        &[
            ("", "", 3000, Silent("! sensitive")),
            (
                "sensitive_areas: { hants: [personnel-manual] }",
                "",
                3000,
                Says("! sensitive"),
            ),
            (policy, "", 99, Says("! sensitive")),
            (policy, "", 100, Says("! sensitive")),
            (
                policy,
                "",
                101,
                Error("lasts 101 days, more than the 100 of `policy.sensitive_areas`"),
            ),
            (
                policy,
                "sensitive_areas: { hants: { personnel-manual: { max_days: 50 } } }",
                50,
                Says("! sensitive"),
            ),
            (
                policy,
                "sensitive_areas: { hants: { personnel-manual: { max_days: 50 } } }",
                51,
                Error("more than the 50"),
            ),
            (
                policy,
                "sensitive_areas: { hants: { personnel-manual: { max_days: 101 } } }",
                1,
                Error(
                    "`sensitive_areas.hants.personnel-manual: max_days: 101` is looser than for all organisations: `max_days: 100`",
                ),
            ),
            // What is said without a limit keeps the one for all.
            (
                policy,
                "sensitive_areas: { hants: [personnel-manual] }",
                101,
                Error("more than the 100"),
            ),
            (
                "",
                "sensitive_areas: { hants: [personnel-manual] }",
                5,
                Says("! sensitive"),
            ),
            (
                policy,
                "sensitive_areas: { hants: [property] }",
                5,
                Error(
                    "`property` is a sensitive area: the grant to `p1@oakfield.example` needs `until` and `reason`",
                ),
            ),
            (
                "sensitive_areas: { hants: [personel-manual] }",
                "",
                5,
                Says("did you mean `personnel-manual`, which is granted?"),
            ),
        ],
    );
    let mut school = sensitive(30);
    school.policy = format!("  {policy}\n");
    let text = said(&school.plan(&[]));
    let (first, last) = (
        text.find("personnel-manual").unwrap(),
        text.find("property").unwrap(),
    );
    assert!(first < last, "sensitive before ordinary: {text}");
}

/// A sensitive area through each door: 0 a bundle, 1 a bundle beside a reason, 2 that and an end,
/// 3 an assignment, 4 an assigned bundle, 5 that with reason and end, 6 the view from the area,
/// 7 a reason of spaces.
fn through_a_door(number: usize) -> School {
    let mut school = School::of(1, 0);
    let until = day(30);
    let mine = |more: &str| user(1, &format!(", areas: [schools-intranet{more}]"));
    let reason = format!(", {{ area: personnel-manual, until: {until}, reason: appraisals }}");
    let assigned = |what: &str| {
        format!(
            "assignments:\n  - {{ users: [p1@oakfield.example], organisations: [\"*\"], {what} }}\n"
        )
    };
    school.live += &live(1, false);
    school.project = "bundles: { personnel: { hants: [personnel-manual] } }\n".to_owned();
    let bundled = ", bundles: [personnel]";
    let (user, more) = match number {
        0 => (user(1, &format!("{AREA}{bundled}")), String::new()),
        1 => (
            user(1, &format!(", areas: [schools-intranet{reason}]{bundled}")),
            String::new(),
        ),
        2 => (
            user(
                1,
                &format!(", areas: [schools-intranet{reason}]{bundled}, until: {until}"),
            ),
            String::new(),
        ),
        3 => (mine(""), assigned("areas: { hants: [personnel-manual] }")),
        4 => (
            mine(""),
            assigned(&format!("bundles: [personnel], until: {until}")),
        ),
        5 => (
            mine(""),
            assigned(&format!(
                "bundles: [personnel], until: {until}, reason: appraisals"
            )),
        ),
        6 => {
            school.school = "areas: { personnel-manual: [p1@oakfield.example] }\n".to_owned();
            (mine(""), String::new())
        }
        _ => (mine(&reason.replace("appraisals", "\"  \"")), String::new()),
    };
    school.users += &user;
    school.project += &more;
    school
}

#[test]
fn sensitive_areas_through_every_door() {
    let policy = "sensitive_areas: { hants: [personnel-manual] }";
    let needs = |what: &str| format!("the grant to `p1@oakfield.example` needs {what}");
    let both: &str = &needs("`until` and `reason`");
    let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let (both, until, reason) = (
        leaked(both.to_owned()),
        leaked(needs("`until`")),
        leaked(needs("`reason`")),
    );
    rows(
        "sensitive_areas",
        through_a_door,
        &[
            (policy, "", 0, Error(both)),
            (policy, "", 0, Error("the bundle `personnel` gives it")),
            (policy, "", 1, Error(until)),
            (policy, "", 2, Says("! sensitive")),
            (policy, "", 3, Error(both)),
            (
                policy,
                "",
                3,
                Error("write `until` and `reason` in the assignment"),
            ),
            (policy, "", 4, Error(reason)),
            (policy, "", 5, Says("! sensitive")),
            (
                policy,
                "",
                6,
                Error("write `{ user: p1@oakfield.example, until: YEAR-MONTH-DAY, reason: WHY }`"),
            ),
            (policy, "", 7, Error(reason)),
        ],
    );
}
