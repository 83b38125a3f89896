//! Tests of the tree: against another YAML reader, against arbitrary input, and of every place.

use proptest::prelude::*;
use serde_yaml::Value;

use super::*;
use crate::config::findings::Findings;

fn parsed(text: &str) -> (Option<Tree<'_>>, Vec<crate::model::diagnostic::Diagnostic>) {
    let mut findings = Findings::default();
    let tree = parse(text, FileIndex(0), &mut findings);
    (tree, findings.into_sorted())
}

/// The tree as the other reader would have it.
fn value(node: NodeRef<'_>) -> Value {
    match node.kind() {
        Kind::Null | Kind::Alias => Value::Null,
        Kind::Boolean => Value::Bool(node.characters().starts_with(['t', 'T'])),
        Kind::Integer => {
            integer(node.characters()).map_or(Value::Null, |n| Value::Number(n.into()))
        }
        Kind::Float => Value::Number(float(node.characters()).into()),
        Kind::Text => Value::String(node.characters().to_owned()),
        Kind::Sequence => Value::Sequence(node.items().map(value).collect()),
        Kind::Mapping => Value::Mapping(
            node.entries()
                .map(|(key, inner)| (Value::String(key.characters().to_owned()), value(inner)))
                .collect(),
        ),
    }
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|n| Value::Number(n.into())),
        (-1e9_f64..1e9).prop_map(|n| Value::Number(n.into())),
        // The other reader takes these for the ends of lines, as YAML 1.1 did.
        "\\PC{0,12}"
            .prop_map(|text| Value::String(text.replace(['\u{85}', '\u{2028}', '\u{2029}'], ""))),
        "[ -~\\n]{0,20}".prop_map(Value::String),
        prop::sample::select(vec![
            "no",
            "Null",
            "~",
            "0123",
            "8502001",
            "1_000",
            "+44 1234",
            "12:30",
            "2027-07-31",
            "0x1F",
            "1e3",
            ".5",
            "-",
            "- a",
            "a: b",
            "#x",
            "",
            " x ",
            "a\tb",
            "true",
            "*a",
            "&a",
            "!t",
            "<<",
            "=",
        ])
        .prop_map(|text| Value::String(text.to_owned())),
    ]
}

fn document() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Sequence),
            prop::collection::btree_map("[a-z@.]{1,8}", inner, 0..6).prop_map(|map| {
                Value::Mapping(
                    map.into_iter()
                        .map(|(k, v)| (Value::String(k), v))
                        .collect(),
                )
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_tree_reads_what_another_reader_wrote(document in document()) {
        let text = serde_yaml::to_string(&document).unwrap();
        let (tree, findings) = parsed(&text);
        // Keys that read as something else are ours to refuse: the writer quotes them.
        prop_assert!(findings.is_empty(), "{text}\n{findings:?}");
        let tree = tree.unwrap();
        let again: Value = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(value(tree.root()), again, "{}", text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}|[-:\\[\\]{}&*!|>'\"#%@,? \\na\\t]{0,60}") {
        let (tree, findings) = parsed(&text);
        prop_assert!(tree.is_some() || !findings.is_empty());
        if let Some(tree) = tree {
            let _ = value(tree.root());
        }
    }

    #[test]
    fn every_place_lies_within_the_text(document in document()) {
        fn walk(node: NodeRef<'_>, text: &str) {
            let span = node.span();
            assert!(text.get(span.start as usize..span.end as usize).is_some());
            node.items().for_each(|item| walk(item, text));
            for (key, inner) in node.entries() {
                walk(key, text);
                walk(inner, text);
            }
        }
        let text = serde_yaml::to_string(&document).unwrap();
        walk(parsed(&text).0.unwrap().root(), &text);
    }
}

#[test]
fn scalars_are_read_from_the_characters_as_written() {
    let read = |text: &str| parsed(text).0.map(|tree| tree.root().kind()).unwrap();
    for text in [
        "0123",
        "no",
        "yes",
        "1_000",
        "12:30",
        "2027-07-31",
        "08",
        "+44 1234",
        "\"1\"",
        "-x",
    ] {
        assert_eq!(read(text), Kind::Text, "{text}");
    }
    for text in ["8502001", "0", "-5", "+5", "0x1F", "0o17"] {
        assert_eq!(read(text), Kind::Integer, "{text}");
    }
    for text in ["1.5", "1e3", ".5", "-.inf", ".NaN", "1."] {
        assert_eq!(read(text), Kind::Float, "{text}");
    }
    for text in ["~", "null", "Null", ""] {
        assert_eq!(read(text), Kind::Null, "{text}");
    }
}

#[test]
fn a_node_has_the_bytes_that_people_see() {
    let text = "a:\n  b: \"x y\"\n  c: [1, 2]\n\nd: e\n";
    let (tree, _) = parsed(text);
    let tree = tree.unwrap();
    let seen = |node: NodeRef<'_>| {
        let span = node.span();
        text[span.start as usize..span.end as usize].to_owned()
    };
    let a = tree.root().get("a").unwrap();
    assert_eq!(seen(a), "b: \"x y\"\n  c: [1, 2]");
    assert_eq!(seen(a.get("b").unwrap()), "\"x y\"");
    assert_eq!(a.get("b").unwrap().characters(), "x y");
    assert_eq!(seen(a.get("c").unwrap()), "[1, 2]");
}

#[test]
fn an_alias_is_the_node_it_names_and_stands_where_it_is_written() {
    let (tree, findings) = parsed("a: &x { b: 1 }\nc: *x\n");
    assert_eq!(findings, []);
    let tree = tree.unwrap();
    let c = tree.root().get("c").unwrap();
    assert_eq!(c.get("b").unwrap().characters(), "1");
    assert_eq!((c.span().start, c.span().end), (18, 20));
}

#[test]
fn the_beginning_of_a_document_is_a_document() {
    let mut findings = Findings::default();
    let text = "a: [1, 2, 3]\nb: 4\n";
    let tree = parse(text, FileIndex(0), &mut findings).unwrap();
    let kept = |most: usize| {
        let beginning = tree.beginning(most);
        let root = beginning.root();
        let list = root.get("a").map(|list| (list.len(), list.is_cut()));
        (root.len(), root.is_cut(), list)
    };
    assert_eq!(kept(1), (0, true, None));
    assert_eq!(kept(2), (0, true, None));
    assert_eq!(kept(5), (1, true, Some((2, true))));
    assert_eq!(kept(6), (1, true, Some((3, false))));
    assert_eq!(kept(7), (1, true, Some((3, false))));
    assert_eq!(kept(8), (2, true, Some((3, false))));
}
