//! A saved plan of which a bit was flipped, a byte left out, put in or swapped with its neighbour is
//! no plan: no request is made.

use std::fs;

use beadle::app::Failure;

use super::super::count::{is_full, showing};
use super::{model, planned};

#[test]
fn every_bit_of_a_saved_plan() {
    let school = planned(model("ofs"));
    let sound = fs::read(school.folder.path().join("plan.json")).unwrap();
    let bits = sound.len() as u64 * 8;
    // A stride that meets every bit of a byte in turn.
    let stride = if is_full() { 1 } else { 401 };
    let showing = showing(8, "a saved plan", bits / 401, bits);
    let called = school.calls().len();
    let other = school.folder.path().join("other.json");
    let (mut shown, mut bytes) = (0, sound.clone());
    let mut refused = |bytes: &[u8], what: &str, place: usize| {
        if bytes == sound {
            return;
        }
        fs::write(&other, bytes).unwrap();
        let ended = school.apply(Some("other.json"));
        let by_reading = matches!(ended.exit, Err(Failure::SavedPlan { .. }));
        assert!(
            by_reading,
            "{what} at {place}: {:?} {}",
            ended.exit, ended.warned
        );
        shown += 1;
    };
    for bit in (0..sound.len() * 8).step_by(stride) {
        bytes[bit / 8] ^= 1 << (bit % 8);
        refused(&bytes, "flipped", bit / 8);
        bytes[bit / 8] = sound[bit / 8];
    }
    for place in (0..sound.len()).step_by(stride * 2) {
        let mut less = sound.clone();
        less.remove(place);
        refused(&less, "left out", place);
        let mut more = sound.clone();
        more.insert(place, b' ');
        refused(&more, "put in", place);
        let mut swapped = sound.clone();
        swapped.swap(place, (place + 1) % sound.len());
        refused(&swapped, "swapped", place);
    }
    assert_eq!(school.calls().len(), called, "a request was made");
    let applied = school.apply(Some("plan.json"));
    assert_eq!(
        applied.code(),
        0,
        "as it was it is applied: {}",
        applied.warned
    );
    showing.shown(
        shown,
        format!("changes of the {} bytes of a saved plan", sound.len()),
    );
}
