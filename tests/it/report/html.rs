//! The page of a plan: it holds what the plan holds, runs nothing but its own script, names nobody
//! who is not to be named, and is the same for the same plan.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use beadle::model::access::{AccessArea, AccountAccess, GrantAccess, Held, UnitAccess};
use beadle::model::plan::{Action, ActionIndex, ActionKind, Plan, Refusal};
use beadle::model::review::Review;
use beadle::report::html::{page_script, page_style};
use beadle::report::redact::Redaction;
use beadle::report::{PageOptions, plan_html};
use jiff::civil::date;

use super::redaction::names_nobody;
use super::sample;
use crate::support::{TODAY, beadle, copy, err, out, repository};

/// Who has what, beside the plan with everything: its first account is given one area, keeps
/// another, and ends.
fn access(plan: &Plan) -> Vec<UnitAccess> {
    let unit = &plan.units[0];
    let area = |title: &str, sensitive| AccessArea {
        title: title.into(),
        sensitive,
    };
    let grant = |held, until| GrantAccess {
        held,
        until,
        reason: Some("Aisha Khan asked for it".into()),
        source: Some(sample::at(9)),
    };
    let account = AccountAccess {
        account: sample::account("khan@northshire.example", "Aisha Khan"),
        email: Some("khan@northshire.example".into()),
        access: Held::Kept,
        admin: Held::Given,
        until: Some(date(2027, 7, 31)),
        shared: true,
        last_sign_in: None,
        source: Some(sample::at(9)),
        areas: BTreeMap::from([
            ("finance".into(), grant(Held::Given, None)),
            ("prevent".into(), grant(Held::Kept, Some(date(2027, 2, 28)))),
            ("students".into(), grant(Held::Taken, None)),
        ]),
        actions: vec![ActionIndex(0)],
    };
    let stranger = AccountAccess {
        account: sample::account("harker@northshire.example", "Ellis Harker"),
        admin: Held::No,
        until: None,
        shared: false,
        source: None,
        areas: BTreeMap::from([("prevent".into(), grant(Held::Kept, None))]),
        actions: Vec::new(),
        ..account.clone()
    };
    vec![UnitAccess {
        organisation: unit.organisation.clone(),
        organisation_name: unit.organisation_name.clone(),
        portal: unit.portal.clone(),
        portal_organisation: unit.portal_organisation.clone(),
        approved_by: None,
        areas: BTreeMap::from([
            ("finance".into(), area("Annual financial return", false)),
            ("prevent".into(), area("Prevent monitoring", true)),
            ("students".into(), area("HESA: Student", false)),
            ("unused".into(), area("Nobody has it", false)),
        ]),
        accounts: vec![account, stranger],
    }]
}

fn page(plan: &Plan, access: &[UnitAccess]) -> String {
    plan_html(plan, &Review::default(), access, &PageOptions::default())
}

#[test]
fn everything_of_the_plan_is_on_its_page() {
    let plan = sample::everything();
    let page = page(&plan, &access(&plan));
    for unit in &plan.units {
        for action in &unit.actions {
            let kind = format!("data-k={} ", action.kind.as_str());
            assert!(page.contains(&kind), "{kind}");
            assert!(page.contains(&*action.account.name), "{:?}", action.account);
        }
        for title in unit.manual.iter().flat_map(|step| &step.clicks) {
            assert!(page.contains(title.as_str()), "{title}");
        }
    }
    for words in [
        "Nothing of this plan is applied",
        "<b>University of Northshire</b> <span class=at>ofs:</span> 1 administrator would be left",
        "If it is not meant, list more under <code>admins</code>.",
        "policy.waivers",
        "1 fault in the files",
        "<code>unknown-area</code> <code>hesa-studnet</code> is not in the catalogue",
        "Planned for</dt><dd>22 November 2026",
        "✗ cannot be undone",
        "held back",
        "Live and not in the files, left alone",
        "Assumed of the portals",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
}

#[test]
fn the_matrix_says_in_words_what_its_signs_show() {
    let plan = sample::everything();
    let page = page(&plan, &access(&plan));
    let table = page.split("<noscript><table>").nth(1).unwrap();
    let table = table.split("</table>").next().unwrap();
    let rows: Vec<&str> = table.split("<tr").skip(1).collect();
    // An area that nobody has is no column; a sensitive one is called so.
    let heads = rows[0].matches("<th").count();
    assert_eq!(heads, 7, "{}", rows[0]);
    assert!(rows[0].contains("Prevent monitoring (sensitive)"));
    let cells = |row: &str| -> Vec<String> {
        let row = row.replace("<wbr>", "");
        let cells = row.split("<td").skip(1);
        let text = |cell: &str| {
            cell.split_once('>')
                .unwrap()
                .1
                .split('<')
                .next()
                .unwrap()
                .to_owned()
        };
        cells.map(text).collect()
    };
    assert_eq!(
        cells(rows[1]),
        [
            "has",
            "becomes",
            "31 Jul 2027",
            "gains",
            "loses",
            "has until 28 Feb 2027"
        ]
    );
    assert_eq!(cells(rows[2]), ["has", "", "", "", "", "has"]);
    assert_eq!(cells(rows[3]), ["2", "0→1", "", "0→1", "1→0", "2"]);
    assert!(rows[1].contains(" data-k=\"") && rows[1].contains(">shared<"));
    assert!(!rows[2].contains("data-k") && rows[2].contains(">not in the files<"));
}

#[test]
fn an_account_that_is_emptied_and_stays_is_a_loss() {
    let plan = sample::everything();
    let mut known = access(&plan);
    let actions = (0..).zip(&plan.units[0].actions);
    let ends = |(number, action): (u32, &Action)| {
        (action.kind == ActionKind::Expire).then_some(ActionIndex(number))
    };
    known[0].accounts[0].actions = actions.filter_map(ends).collect();
    let page = page(&plan, &known);
    assert!(page.contains("<td class=l>stays, without access"), "{page}");
    let foot = page.split("<tfoot>").nth(1).unwrap();
    assert!(
        foot.contains("before and after<td class=n>2<wbr>→1<td"),
        "{foot}"
    );
}

#[test]
fn a_long_list_of_refusals_is_folded_and_names_each_waiver_once() {
    let mut plan = sample::everything();
    let refusal = plan.refusals.remove(0);
    for school in 0..8 {
        for message in ["one limit", "another limit"] {
            plan.refusals.push(Refusal {
                organisation: Some(format!("school-{school}").as_str().into()),
                message: message.to_owned(),
                waiver: format!("- organisation: school-{school}"),
                ..refusal.clone()
            });
        }
    }
    let page = page(&plan, &[]);
    let standing = page.split("<ul class=refusals>").nth(1).unwrap();
    let (first, rest) = standing
        .split_once("<details class=more><summary>3 more")
        .unwrap();
    assert_eq!(first.matches("one limit<br>another limit").count(), 5);
    assert_eq!(rest.matches("- organisation: school-").count(), 8);
}

#[test]
fn the_calendar_has_every_end_from_the_day_on() {
    let plan = sample::everything();
    let page = page(&plan, &access(&plan));
    let calendar = page.split("<section id=calendar").nth(1).unwrap();
    let months: Vec<&str> = calendar.split("<h3>").skip(1).collect();
    let names: Vec<&str> = months
        .iter()
        .map(|month| month.split('<').next().unwrap())
        .collect();
    assert_eq!(names[0], "November 2026");
    assert_eq!(names[12], "November 2027");
    let ends: Vec<(&str, usize)> = names
        .iter()
        .zip(&months)
        .map(|(name, month)| (*name, month.matches("<time").count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(ends, [("February 2027", 1), ("July 2027", 1)]);
    assert!(months[3].contains("<i data-d=28 data-n=1"), "{}", months[3]);
    assert!(calendar.contains("<b>Prevent monitoring</b>"));
}

#[test]
fn the_page_may_run_its_own_script_and_ask_for_nothing() {
    let plan = sample::everything();
    let page = page(&plan, &access(&plan));
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains(&format!("<script>{}</script>", page_script())));
    assert!(page.contains(&format!("<style>{}</style>", page_style())));
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-";
    assert!(page.contains(policy));
    for asks in [
        " src=",
        "url(",
        "@import",
        "http://",
        "https://",
        "fetch(",
        "XMLHttp",
        " style=\"",
        "unsafe",
    ] {
        assert!(!page.contains(asks), "{asks}");
    }
}

#[test]
fn the_same_plan_is_the_same_page_and_a_redacted_one_names_nobody() {
    let plan = sample::everything();
    let known = access(&plan);
    assert_eq!(page(&plan, &known), page(&plan, &known));
    let redaction = Redaction::new(b"a key of this test");
    let hidden: Vec<UnitAccess> = known.iter().map(|unit| redaction.access(unit)).collect();
    let redacted = page(&redaction.plan(&plan), &hidden);
    names_nobody(&redacted);
    // In the matrix they are the same as among the changes.
    let khan = redaction.person("khan@northshire.example");
    assert!(redacted.matches(&khan).count() > 2, "{khan}");
    assert!(!redacted.contains("asked for it"));
}

fn university(more: &[&str]) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/university"), folder.path());
    let mut command = beadle(folder.path());
    command.args(["plan", "--live", "live", "--format", "html"]);
    command.args(more);
    (folder, command)
}

#[test]
fn a_saved_plan_says_on_its_page_until_when_it_holds() {
    let (folder, mut command) = university(&["--out", "plan.json"]);
    let output = command.output().unwrap();
    let page = out(&output);
    let saved = fs::read_to_string(folder.path().join("plan.json")).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&saved).unwrap();
    let until: jiff::Timestamp = saved["saved"]["until"].as_str().unwrap().parse().unwrap();
    let until = until.strftime("%-d %B %Y, %H:%M UTC").to_string();
    assert!(
        page.contains(&format!("<dt>Can be applied until</dt><dd>{until}")),
        "{}",
        err(&output)
    );
    assert!(page.contains(saved["digest"].as_str().unwrap()));
}

#[test]
fn in_ci_a_page_names_nobody_unless_it_is_told_to() {
    let (_folder, mut command) = university(&["--today", TODAY]);
    let shown = out(&command.output().unwrap());
    let name = shown.split("<b class=name>").nth(1).unwrap();
    let name = name.split('<').next().unwrap();
    assert!(!name.starts_with("person-"), "{name}");
    let redacted = out(&command.env("CI", "true").output().unwrap());
    assert!(redacted.contains("shown as pseudonyms"));
    assert!(!redacted.contains(name), "{name}");
    let asked = command.arg("--redact=never");
    assert!(out(&asked.output().unwrap()).contains(name));
}

#[test]
fn what_could_not_be_read_is_said_first() {
    let (folder, mut command) = university(&[]);
    fs::remove_dir_all(folder.path().join("live")).unwrap();
    fs::create_dir(folder.path().join("live")).unwrap();
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let page = out(&output);
    assert!(page.contains("Not read, and not planned:</b> "), "{page}");
    assert!(!page.contains("Nothing to do"));
}
