//! Mass removal stops: at each boundary, for every size of a school, through the real drivers. Over
//! the line nothing is written and the exit is 3; on it the plan is applied. What the planner says at
//! each boundary is also in `planner/guardrails`.

use beadle::model::rules::Rules;

use super::count::{is_full, showing};
use super::school::{Said, School, writes};
use crate::conformance::place::{Someone, address, someone};
use crate::conformance::scenarios::has_admins;

/// `gone` of `all` people have left, or have lost an area; the first one stays, and administers.
fn school(prefix: &str, rules: &Rules, all: usize, gone: usize, by_area: bool) -> Said {
    let key = |number: usize| format!("{prefix}{}.person", letters(number));
    let one = |number: usize| {
        let someone = someone(&key(number), &["finance"]);
        if number == 0 {
            someone.admin()
        } else {
            someone
        }
    };
    let live: Vec<Someone> = (0..all).map(one).collect();
    let users = (0..all).map(|number| {
        let stays = number < all - gone;
        let keeps: &[&'static str] = if stays || !by_area { &["finance"] } else { &[] };
        let mut user = someone(&key(number), keeps);
        user.until = (!stays && !by_area).then_some("2020-01-01");
        user
    });
    let more = if has_admins(rules) && all > 0 {
        format!("admins: [{}]\n", address(&key(0)))
    } else {
        String::new()
    };
    Said {
        live,
        users: users.collect(),
        more,
    }
}

/// A number in letters, as names have.
fn letters(mut number: usize) -> String {
    let mut text = String::new();
    loop {
        text.push(char::from(b'a' + (number % 26) as u8));
        number /= 26;
        if number == 0 {
            return text;
        }
    }
}

/// Plans and applies it; whether that was refused, as it must be where `over`.
fn held(rules: &'static Rules, policy: &[&str], said: &[Said], over: bool, what: &str) {
    let school = School::open(rules, policy, said);
    let removing = said.iter().any(|one| one.live.len() > 1);
    let called = school.calls().len();
    let ended = school.apply(None);
    let written = writes(&school.calls()[called..]);
    let what = format!("{} {what}: {}{}", rules.driver, ended.out, ended.warned);
    if over {
        assert_eq!((ended.code(), written), (3, 0), "{what}");
    } else {
        assert_eq!(ended.code(), 0, "{what}");
        let asked = ended.out.contains("nothing for beadle to do");
        assert!(
            written > 0 || asked || !removing,
            "nothing was done: {what}"
        );
    }
}

/// Each boundary of one limit, for schools of so many people.
fn boundaries(driver: &str, sizes: &[usize], mut shown: impl FnMut()) {
    let rules = beadle::portal::driver(driver).unwrap().rules;
    let open = "percent: 100, count: 1000";
    let of_school = format!("max_removals: {{ total: {{ {open} }} }}");
    let of_school = ["min_admins: 1", &of_school];
    let of_portal = format!("max_removals: {{ {open} }}");
    let of_portal = ["min_admins: 1", &of_portal];
    for &all in sizes {
        // Two, or a fifth of a school; ten, or a tenth of a portal, whichever is more.
        for count in around((all / 5).max(2), all) {
            let over = count > (all / 5).max(2);
            let said = [school("", rules, all, count, false)];
            held(
                rules,
                &of_school,
                &said,
                over,
                &format!("{count} of {all} leave"),
            );
            shown();
        }
        if rules.has_areas.value {
            for count in around((all / 5).max(2), all) {
                let over = count > (all / 5).max(2);
                let said = [school("", rules, all, count, true)];
                held(
                    rules,
                    &of_school,
                    &said,
                    over,
                    &format!("{count} of {all} lose an area"),
                );
                shown();
            }
        }
        for count in around((all / 10).max(10), all.saturating_sub(1)) {
            let over = count > (all / 10).max(10);
            // Two schools share what is removed.
            let (one, two) = (all - all / 2, all / 2);
            let gone = count.min(one.saturating_sub(1));
            let said = [
                school("x", rules, one, gone, false),
                school("y", rules, two, count - gone, false),
            ];
            held(
                rules,
                &of_portal,
                &said,
                over,
                &format!("{count} of {all} leave two schools"),
            );
            shown();
        }
    }
}

/// The numbers around a line that so many people allow: the first one always stays.
fn around(line: usize, all: usize) -> impl Iterator<Item = usize> {
    let most = all.saturating_sub(1);
    let mut numbers = vec![
        line.saturating_sub(1).min(most),
        line.min(most),
        (line + 1).min(most),
    ];
    numbers.dedup();
    numbers.into_iter()
}

fn each_boundary(driver: &str) {
    let showing = showing(5, driver, 3, 1_000);
    let sizes: Vec<usize> = if is_full() {
        (0..=200).collect()
    } else {
        vec![0, 13]
    };
    let mut times = 0;
    boundaries(driver, &sizes, || times += 1);
    showing.shown(
        times,
        "boundaries, each -1, 0 and +1, of schools and portals",
    );
}

#[test]
fn ofs() {
    each_boundary("ofs");
}

#[test]
fn hfl() {
    each_boundary("hfl");
}

#[test]
fn hampshire() {
    each_boundary("hampshire");
}

#[test]
fn hwb() {
    each_boundary("hwb");
}

#[test]
fn scim() {
    each_boundary("scim");
}
