//! How plans and outcomes read, without colour; that colour adds nothing but colour.

use beadle::model::outcome::{ApplyReport, Outcome};
use beadle::model::plan::{Finding, Plan, SaveIndex, UnitPlan};
use beadle::model::review::Review;
use beadle::report::text::{TextOptions, apply_text, plan_text};

use super::PLAIN;
use super::sample;

pub(super) fn plain(plan: &Plan) -> String {
    shown(plan, &PLAIN)
}

fn shown(plan: &Plan, options: &TextOptions) -> String {
    let mut out = Vec::new();
    plan_text(plan, &Review::default(), options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn applied(plan: &Plan, report: &ApplyReport) -> String {
    let mut out = Vec::new();
    apply_text(plan, report, &PLAIN, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_plan_with_something_of_every_kind() {
    insta::assert_snapshot!(plain(&sample::everything()), @r"
    University of Northshire on ofs  northshire · 10009999 · 24 accounts, 61 grants, 1 administrator

      1 fault of the YAML: nothing is applied until mended
        error[unknown-area]: `hesa-studnet` is not in the catalogue; khan@northshire.example asks for it  beadle.yaml:13
          help: did you mean `hesa-student`?

      Look here first: administrators, and what cannot be undone
      Edith Brannigan  brannigan@northshire.example
        ✗ delete   named under `delete` · beadle.yaml:99  ! cannot be undone
      Joy Oduya  oduya@northshire.example
        ▲ promote  listed for this user · beadle.yaml:30
      Martin Fenwick  fenwick@northshire.example
        ▼ demote   not listed any more · beadle.yaml:29

      Petra Novák  novak@northshire.example
        × expire   last day: no end → 2026-07-31     the last day was 2026-07-31 · beadle.yaml:90
        − revoke   prevent-monitoring                the account's access has ended · beadle.yaml:90
      Yuki Tanaka  tanaka@northshire.example  gets 1 mail from the portal
        + create   until 2031-07-31                  listed for this user · beadle.yaml:70
        + grant    reportable-events                 listed for this user · beadle.yaml:71  ! sensitive
      Hugo Baptiste  baptiste@northshire.example
        ↻ renew    last day: 2025-07-31 → no end     listed for this user · beadle.yaml:80
      Sunita Patel  patel@northshire.example
        ~ update   name: Sunita Shah → Sunita Patel  renamed, was shah@northshire.example · beadle.yaml:60
                   email: shah@northshire.example → patel@northshire.example
      Aisha Khan  khan@northshire.example
        + grant    hesa-student                      listed for this user · beadle.yaml:12

      1 step for a person: the portal lets no program do it
        1. Aisha Khan activates the access key for area `Recurrent grant tables`
           Aisha Khan  khan@northshire.example  recurrent-grant-tables  listed for this user · beadle.yaml:14
           1) Aisha Khan signs in to the OfS portal as khan@northshire.example
           2) My account
           3) Activate an access key

      Held back: 2
        + grant    Aisha Khan  khan@northshire.example  quality-investigations  it waits for a step that only a person can do · beadle.yaml:15
        × expire   Martin Fenwick  fenwick@northshire.example  the portal has 2 accounts with this login id (u-4, u-5)

      Worth knowing
        live and not in the YAML, left alone: 1
          Jon Harker  harker@northshire.example
        a former login id is live as well, left alone: 1
          Sunita Patel  patel@northshire.example  was s.shah@northshire.example
        locked after wrong passwords, left alone: 1
          Kim Ellis  ellis@northshire.example
        deactivated by the portal for want of a sign-in, left alone: 1
          Usman Rahman  rahman@northshire.example
        one login used by several people: 1
          Registry office  office
        ends soon: 1
          Aisha Khan  khan@northshire.example  tef-submission  2026-12-01
        begins later: 1
          Bo Sørensen  sorensen@northshire.example  2032-09-01

    Assumed, and not tried on the portal yet
      ofs: that the portal mails nobody

    Plan for 2026-11-22: + 1 to create, ~ 1 to update, ↻ 1 to renew, + 2 to grant, ▲ 1 to promote, ▼ 1 to demote, − 1 to revoke, × 1 to expire, ✗ 1 to delete
      10 API calls · 1 person mailed · 1 step for a person
      1 held back: it waits for a step that only a person can do
      1 held back: the portal has 2 accounts with this login id (u-4, u-5)

    Not to be applied: 1 fault of the YAML, shown above.

    Refused by min_admins (northshire on ofs): 1 administrator would be left (Aisha Khan), and at least 2 must stay
      If it is not meant, list more under admins.
      If it is meant, add this to policy.waivers and have it reviewed:
        - organisation: northshire
          portal: ofs
          guardrail: min_admins
          limit: 1
          reason: say why
          until: 2026-12-06
    ");
}

#[test]
fn an_empty_plan_is_one_clear_line_and_what_is_worth_knowing() {
    let mut unit = sample::unit();
    insta::assert_snapshot!(plain(&sample::plan(vec![unit.clone()])), @r"Nothing to do. What is live is what the YAML asks for on 2026-11-22 (University of Northshire on ofs).");
    unit.findings = vec![Finding::Locked(sample::account("a@b.example", "Ann"))];
    insta::assert_snapshot!(plain(&sample::plan(vec![unit.clone(), unit])), @r"
    Nothing to do. What is live is what the YAML asks for on 2026-11-22 (1 organisation).
    Worth knowing: locked after wrong passwords, left alone: 2.
    ");
}

#[test]
fn the_digest_is_printed_where_it_is_given() {
    let options = TextOptions {
        plain: true,
        digest: Some("3f9a".to_owned()),
        ..PLAIN
    };
    assert!(shown(&sample::everything(), &options).contains("\n  digest 3f9a\n"));
}

/// H18
#[test]
fn somebody_who_looks_like_one_that_is_deleted_is_named_first() {
    let mut unit = sample::everything().units.remove(0);
    unit.findings.push(Finding::LookAlike {
        account: sample::account("brannigan@northshire.example", "Edith Brannigan"),
        other: sample::account("branigan@northshire.example", "Edie Branigan"),
    });
    let text = plain(&sample::plan(vec![unit]));
    assert!(
        text.contains(
            "  Look here first: administrators, and what cannot be undone\n  \
             Look twice: Edith Brannigan  brannigan@northshire.example is deleted for good, and \
             Edie Branigan  branigan@northshire.example is not\n"
        ),
        "{text}"
    );
    assert!(!text.contains("looks nearly like it"), "said once: {text}");
}

#[test]
fn saves_at_a_portal_without_an_api_wait_for_people_and_are_no_calls() {
    let mut by_api = sample::everything().units.remove(0);
    by_api.saves.truncate(1);
    let by_hand = UnitPlan {
        portal: "paper".into(),
        ..sample::everything().units.remove(0)
    };
    let options = TextOptions {
        by_hand: ["paper".into()].into(),
        ..PLAIN
    };
    let mixed = shown(&sample::plan(vec![by_api, by_hand.clone()]), &options);
    assert!(
        mixed.contains("\n  1 API call · 10 saves wait for a person · "),
        "{mixed}"
    );
    let alone = shown(&sample::plan(vec![by_hand]), &options);
    assert!(
        alone.contains("\n  10 saves wait for a person · 1 person mailed · "),
        "{alone}"
    );
}

#[test]
fn colour_adds_styles_and_nothing_else() {
    let options = TextOptions {
        plain: false,
        ..PLAIN
    };
    let coloured = shown(&sample::everything(), &options);
    assert!(coloured.contains("\u{1b}[1m\u{1b}[35m▲"));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, plain(&sample::everything()));
}

#[test]
fn long_lists_of_findings_are_counted() {
    let mut unit = sample::unit();
    unit.findings = (0..30)
        .map(|number| Finding::Unmanaged(sample::account(&format!("u{number}"), "")))
        .collect();
    unit.manual = sample::everything().units[0].manual.clone();
    let text = plain(&sample::plan(vec![unit]));
    assert!(text.contains("left alone: 30\n"));
    assert!(text.contains("and 18 more; --format json lists all"));
}

#[test]
fn an_apply_says_what_was_done_what_failed_and_what_waited_for_it() {
    insta::assert_snapshot!(applied(&sample::everything(), &sample::report()), @r"
    University of Northshire on ofs
      done       ▲ promote  Joy Oduya  oduya@northshire.example
      done       ▼ demote   Martin Fenwick  fenwick@northshire.example
                 the answer was lost; reading showed that it is done
      done       ↻ renew    Hugo Baptiste  baptiste@northshire.example
      not seen   ✗ delete   Edith Brannigan  brannigan@northshire.example
                 the portal said yes, but the list read afterwards does not show it
      failed     × expire   Petra Novák  novak@northshire.example
                 portal `ofs`, organisation `10009999`, PATCH /providers/10009999/users/7: the portal refuses it (422); khan@northshire.example exists
      skipped    − revoke   Petra Novák  novak@northshire.example  prevent-monitoring
                 `expire` for `novak@northshire.example` failed
      not tried  + grant    Yuki Tanaka  tanaka@northshire.example  reportable-events
                 the run was interrupted before it

    Applied in part: 3 of 7 actions done, 1 failed, 1 skipped because of that, 1 not tried, 1 reported done but not seen.
    Running the same command again goes on from here.
    ");
}

#[test]
fn a_whole_apply_ends_in_one_good_line() {
    let mut report = sample::report();
    report.saves.truncate(1);
    report.saves[0].2 = Outcome::Done;
    assert!(applied(&sample::everything(), &report).ends_with("Applied: 1 of 1 action done.\n"));
}

#[test]
fn an_action_of_several_saves_is_listed_once_and_done_only_with_all_of_them() {
    let mut report = sample::report();
    report.saves.truncate(2);
    report.saves[0].2 = Outcome::Done;
    report.saves[1].1 = report.saves[0].1.clone();
    let text = applied(&sample::everything(), &report);
    assert_eq!(text.matches("✗ delete").count(), 1, "{text}");
    assert!(text.ends_with("Applied: 1 of 1 action done.\n"), "{text}");
    report.saves[1].2 = Outcome::NotSeen;
    let text = applied(&sample::everything(), &report);
    assert_eq!(text.matches("✗ delete").count(), 1, "{text}");
    assert!(text.contains("not seen   ✗ delete"), "{text}");
    assert!(text.contains("Not applied: 0 of 1 action done, 1 reported done but not seen."));
}

#[test]
fn a_report_about_another_plan_does_no_harm() {
    let mut report = sample::report();
    report.saves[4].2 = Outcome::Skipped {
        because: SaveIndex { unit: 9, save: 9 },
    };
    let text = applied(&sample::everything(), &report);
    assert!(text.contains("something that it waits for failed"));
    assert!(applied(&sample::plan(Vec::new()), &report).contains("Applied in part"));
}
