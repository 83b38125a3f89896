//! Worklist files that were edited, cut short, moved or made up: each is a clear error, changes
//! nothing, and is not written over.

use std::fs;

use serde_json::Value;

use super::{ByHand, JSON, SNAPSHOT, err, ok, write_large};

/// Neither marking nor applying goes on, and no file is touched.
fn is_refused(it: &ByHand, words: &str) {
    let bytes = fs::read(it.path(JSON)).unwrap();
    let snapshot = it.text(SNAPSHOT);
    for output in [it.run(&["worklist"]), it.done(&["--all"]), it.apply()] {
        assert_eq!(output.status.code(), Some(1), "{}", err(&output));
        let said = err(&output);
        assert!(
            said.contains("northshire.json") && said.contains(words),
            "{said}"
        );
        assert!(said.contains("mend it, or remove it"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    assert_eq!(fs::read(it.path(JSON)).unwrap(), bytes);
    assert_eq!(it.text(SNAPSHOT), snapshot);
}

fn with_list(change: impl Fn(&mut Value)) -> ByHand {
    let it = ByHand::new();
    ok(&it.apply());
    let mut list = it.list();
    change(&mut list);
    it.put(JSON, &serde_json::to_string(&list).unwrap());
    it
}

#[test]
fn half_a_file() {
    let it = ByHand::new();
    ok(&it.apply());
    let text = it.text(JSON);
    it.put(JSON, &text[..text.len() / 2]);
    is_refused(&it, "it is not a worklist");
}

#[test]
fn deep_nesting_and_other_documents() {
    let it = ByHand::new();
    ok(&it.apply());
    for text in [
        "[".repeat(100_000),
        "null".to_owned(),
        "{\"format\": 1}".to_owned(),
        "\0\0\0".to_owned(),
        String::new(),
    ] {
        it.put(JSON, &text);
        is_refused(&it, "it is not a worklist");
    }
    let bytes = [0xff, 0xfe, 0x00];
    fs::write(it.path(JSON), bytes).unwrap();
    is_refused(&it, "it is not a worklist");
}

#[test]
fn a_giant() {
    let it = ByHand::new();
    ok(&it.apply());
    write_large(&it.path(JSON));
    is_refused(&it, "larger than 8 MiB");
}

#[test]
fn a_step_that_does_something_else() {
    let it = with_list(|list| {
        let change = list["pages"][1]["steps"][0]["change"]
            .as_object_mut()
            .unwrap();
        assert!(change.contains_key("login"), "{change:?}");
        change.insert("login".to_owned(), "intruder@northshire.example".into());
    });
    is_refused(&it, "its id does not agree");
}

#[test]
fn unknown_fields_other_formats_and_numbers() {
    is_refused(&with_list(|list| list["extra"] = 1.into()), "unknown field");
    is_refused(&with_list(|list| list["format"] = 2.into()), "format is 2");
    is_refused(
        &with_list(|list| list["pages"][0]["steps"][0]["number"] = 7.into()),
        "not numbered",
    );
}

#[test]
fn somebody_elses() {
    let it = with_list(|list| list["organisation"] = "southshire".into());
    is_refused(&it, "it is of `southshire`");
}

#[test]
fn one_step_twice() {
    let it = with_list(|list| {
        let pages = list["pages"].as_array_mut().unwrap();
        let mut copy = pages[0].clone();
        copy["steps"][0]["number"] = 2.into();
        pages.truncate(1);
        pages.push(copy);
    });
    is_refused(&it, "two of its steps");
}

#[test]
fn a_folder_in_its_place() {
    let it = ByHand::new();
    fs::create_dir_all(it.path(JSON)).unwrap();
    let refused = it.apply();
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("it is no file"), "{}", err(&refused));
}
