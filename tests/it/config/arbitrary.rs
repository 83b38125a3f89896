//! Whatever stands in the files, loading them ends, without a panic, in a project or an error.

use proptest::prelude::*;

use super::{Folder, shown_of, trust, university};

/// Something of a real file, cut and glued: gets further than noise does.
fn cut_up() -> impl Strategy<Value = Vec<u8>> {
    let whole = university(
        "
users:
  a.khan@northshire.example: { name: Aisha Khan, until: 2027-07-31, areas: [returns, { area: x, until: 2026-12-31 }] }
  office: { name: Office, shared: { custodian: a.khan@northshire.example, members: [] } }
areas: { returns: [a.khan@northshire.example] }
admins: [a.khan@northshire.example]
",
    );
    let pieces: Vec<String> = whole
        .split_inclusive([' ', '\n', ',', ':', '{', '}', '[', ']'])
        .map(str::to_owned)
        .collect();
    let edits = prop::collection::vec(
        (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        0..6,
    );
    edits.prop_map(move |edits| {
        let mut pieces = pieces.clone();
        for (one, other) in edits {
            let (one, other) = (one.index(pieces.len()), other.index(pieces.len()));
            pieces[one] = pieces[other].clone();
        }
        pieces.concat().into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_as_a_project(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let shown = shown_of(&Folder::new().with("beadle.yaml", bytes));
        prop_assert!(shown.contains("error["));
    }

    #[test]
    fn any_piece_of_yaml_as_a_project(bytes in cut_up()) {
        let folder = Folder::new().with("beadle.yaml", bytes);
        let _ = shown_of(&folder);
    }

    #[test]
    fn any_piece_of_yaml_as_a_school(text in "(users|admins|areas|delete|tags|name|portals): [\\PC\\n -]{0,60}") {
        let _ = shown_of(&trust("", &text));
    }
}
