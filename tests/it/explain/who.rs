//! Who is meant: every way to name somebody, and what is said where that fails.

use insta::assert_snapshot;
use serde_json::Value;

use super::{explain, explain_in, json};
use crate::support::{err, out, repository};

fn key(asked: &str) -> Value {
    json("trust", &[asked])["person"]["key"].clone()
}

#[test]
fn a_person_is_found_by_key_address_login_id_name_and_a_part_of_it() {
    for asked in [
        "k.boahen@gorsewick.example",
        "K.Boahen@Gorsewick.EXAMPLE",
        " KBOAHEN ",
        "Kwame Boahen",
        "kwame",
        "boah",
        "boahen kwa",
    ] {
        assert_eq!(key(asked), "k.boahen@gorsewick.example", "{asked}");
    }
    assert_eq!(
        key("b.carver@dunmarsh.example"),
        "b.ashdown@dunmarsh.example",
        "by login id"
    );
    assert_eq!(
        key("old.clerk@chalkdown.example"),
        "old.clerk@chalkdown.example",
        "named for deletion"
    );
    assert_eq!(
        key("reading.volunteer"),
        "reading.volunteer@alderbrook.example",
        "live alone"
    );
    assert_eq!(
        key("training-hazelcroft"),
        "training-hazelcroft",
        "ignored by the policy"
    );
}

#[test]
fn several_are_listed_and_nobody_is_answered_with_who_is_near() {
    let several = explain("trust", &["ar", "--offline"]);
    assert_eq!(several.status.code(), Some(1));
    assert!(out(&several).is_empty());
    let text = err(&several);
    assert!(
        text.contains("error: `ar` may be") && text.contains("more"),
        "{text}"
    );
    let two = explain("authority", &["ma", "--offline"]);
    assert_eq!(two.status.code(), Some(1));
    assert_snapshot!(err(&two), @"error: `ma` may be 4 people: Alun Gwilym (`a.gwilym@uwchradd-dyffryn.example`), Elin Madog (`e.madog@glan-morlas.example`), Mair Lewys (`m.lewys@bryn-eirlys.example`), Mabon Tegid (`m.tegid@uwchradd-dyffryn.example`)");
    let nobody = explain("university", &["Imogen Clark", "--live", "live"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert_snapshot!(err(&nobody), @"error: no file names `Imogen Clark`, and nobody of that name has a live account");
    let near = explain("university", &["Wei Zhong", "--live", "live"]);
    assert_snapshot!(err(&near), @"error: no file names `Wei Zhong`, and nobody of that name has a live account; nearly the same: Wei Zhang (w.zhang@northshire.example)");
}

#[test]
fn hostile_names_are_answered_and_do_nothing() {
    let long = "x".repeat(60_000);
    let asked = [
        "",
        " \t ",
        "\u{1b}[2J",
        "::add-mask::x",
        "*",
        "a\u{202e}b",
        "../../etc",
        "''; --",
        "%s%n",
        &long,
    ];
    for user in asked {
        let output = explain("scim", &[user, "--live", "live"]);
        let text = format!("{}{}", out(&output), err(&output));
        assert_eq!(output.status.code(), Some(1), "{user:?}: {text}");
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text:?}"
        );
        assert!(!text.contains("::add-mask"), "{text:?}");
    }
}

#[test]
fn under_redact_nobody_is_named() {
    for arguments in [
        &["Nia Rowlands"][..],
        &["Beth Ashdown"],
        &["Alderbrook office"],
        &["Rita Aldous"],
        &["Edna Marlow"],
        &["Ivo Marsh", "property"],
        &["Leila Haddow", "property", "--org", "dunmarsh"],
    ] {
        for format in ["text", "json"] {
            let more = ["--redact", "--live", "live", "--format", format];
            let output = explain("trust", &[arguments, &more].concat());
            assert_eq!(output.status.code(), Some(0), "{}", err(&output));
            let text = out(&output);
            assert!(text.contains("person-"), "{text}");
            for word in [
                "@", "Rowlands", "Nia", "Prosser", "NPROSSE", "Beth", "Carver", "Ashdown",
                "Dunmore", "Acton", "Rita", "Aldous", "Edna", "Marlow ", "clerk", "Ivo", "IMARSH",
                "Haddow", "LHADDOW",
            ] {
                assert!(!text.contains(word), "{word} in {text}");
            }
        }
    }
    let several = explain("trust", &["ar", "--offline", "--redact"]);
    assert_eq!(several.status.code(), Some(1));
    assert!(err(&several).contains("names are kept out") && !err(&several).contains("Carys"));
    let nobody = explain("university", &["Wei Zhong", "--live", "live", "--redact"]);
    assert!(!err(&nobody).contains("Zhang"), "{}", err(&nobody));
}

#[test]
fn a_project_in_the_place_of_an_area_is_the_project() {
    let arguments = ["Reg Holloway", "examples/trust", "--offline"];
    let by_folder = explain_in(&repository(), &arguments);
    let by_file = explain_in(
        &repository(),
        &["Reg Holloway", "examples/trust/beadle.yaml", "--offline"],
    );
    let within = explain("trust", &["Reg Holloway", "--offline"]);
    assert_eq!(within.status.code(), Some(0), "{}", err(&within));
    assert_eq!(out(&by_folder), out(&within));
    assert_eq!(out(&by_file), out(&within));
    let both = explain_in(
        &repository(),
        &["Reg Holloway", "property", "examples/trust", "--offline"],
    );
    assert!(
        out(&both).contains("  property: yes in the YAML"),
        "{}",
        out(&both)
    );
}
