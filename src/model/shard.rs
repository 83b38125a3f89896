//! One of several parts into which the organisations of a project are divided, so that as many
//! machines may plan and apply it side by side.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::name::OrganisationId;

/// Most parts: beyond that each is smaller than what it costs to start one.
const MOST: u32 = 10_000;

/// The part `index` of `count`, written `3/8`. To which part an organisation belongs depends on
/// its id and on the count alone, not on the other organisations; and where the count grows by
/// one, organisations move into the new part only.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Shard {
    index: u32,
    count: u32,
}

/// Why a text is no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a shard is `K/N`, such as `3/8`: the part K, from 1, of N parts (at most {MOST})")]
pub struct NoShard;

impl Shard {
    /// Which part, from 1.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many parts there are.
    #[must_use]
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether an organisation belongs to it.
    #[must_use]
    pub fn has(self, organisation: &OrganisationId) -> bool {
        let digest = Sha256::digest(organisation.as_str().as_bytes());
        let key = digest
            .iter()
            .take(8)
            .fold(0, |key, byte| (key << 8) | u64::from(*byte));
        jump(key, self.count) + 1 == self.index
    }
}

/// Why several parts are not the whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// Something of all organisations among the parts.
    #[error("`{0}` is of no shard: it was made without `--shard`")]
    NoPart(String),
    /// Parts of different divisions.
    #[error("`{0}` is of shard {1}, and `{2}` of {3}: parts of different divisions")]
    OtherCount(String, Shard, String, Shard),
    /// One part twice.
    #[error("`{0}` and `{1}` are both of shard {2}")]
    Twice(String, String, Shard),
    /// Parts that are missing.
    #[error("{} missing: {}", if .0.len() == 1 { "a part is" } else { "parts are" }, listed(.0))]
    Missing(Vec<Shard>),
}

fn listed(shards: &[Shard]) -> String {
    const SHOWN: usize = 10;
    let mut names: Vec<String> = shards.iter().take(SHOWN).map(ToString::to_string).collect();
    if shards.len() > SHOWN {
        names.push(format!("and {} more", shards.len() - SHOWN));
    }
    names.join(", ")
}

/// Whether the named parts are all of one division, each once.
///
/// # Errors
/// When they are not: what is wrong first.
pub fn whole(parts: &[(&str, Option<Shard>)]) -> Result<(), Incomplete> {
    let mut seen: BTreeMap<u32, &str> = BTreeMap::new();
    let mut first: Option<(&str, Shard)> = None;
    for (name, shard) in parts {
        let shard = shard.ok_or_else(|| Incomplete::NoPart((*name).to_owned()))?;
        let (known, division) = *first.get_or_insert((name, shard));
        if division.count != shard.count {
            let (known, name) = (known.to_owned(), (*name).to_owned());
            return Err(Incomplete::OtherCount(known, division, name, shard));
        }
        if let Some(other) = seen.insert(shard.index, name) {
            return Err(Incomplete::Twice(
                other.to_owned(),
                (*name).to_owned(),
                shard,
            ));
        }
    }
    let count = first.map_or(0, |(_, shard)| shard.count);
    let missing = (1..=count).filter(|index| !seen.contains_key(index));
    let missing: Vec<Shard> = missing.map(|index| Shard { index, count }).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Incomplete::Missing(missing))
    }
}

/// Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014): a number below
/// `count`, the same for as many keys as can be when `count` changes.
fn jump(mut key: u64, count: u32) -> u32 {
    let (mut found, mut next) = (0_u32, 0_u64);
    while next < u64::from(count) {
        // It is below `count`, which is a `u32`.
        found = u32::try_from(next).unwrap_or(u32::MAX);
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        // (found + 1) · 2³¹ ÷ ((key >> 33) + 1), in whole numbers: the same on every machine.
        next = (u64::from(found) + 1).saturating_mul(1 << 31) / ((key >> 33) + 1);
    }
    found
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (index, count) = text.split_once('/').ok_or(NoShard)?;
        let number = |digits: &str| {
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| plain).ok_or(NoShard)
        };
        let (index, count): (u32, u32) = (number(index)?, number(count)?);
        let is_part = (1..=count).contains(&index) && count <= MOST;
        is_part.then_some(Self { index, count }).ok_or(NoShard)
    }
}

impl TryFrom<String> for Shard {
    type Error = NoShard;

    fn try_from(text: String) -> Result<Self, NoShard> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, count } = self;
        write!(formatter, "{index}/{count}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(organisation: &str, count: u32) -> u32 {
        let id = OrganisationId::new(organisation);
        let parts: Vec<u32> = (1..=count)
            .filter(|index| {
                Shard {
                    index: *index,
                    count,
                }
                .has(&id)
            })
            .collect();
        assert_eq!(parts.len(), 1, "{organisation} is in one part of {count}");
        parts[0]
    }

    #[test]
    fn each_organisation_is_in_one_part_and_moves_only_into_a_new_one() {
        let mut moved = 0;
        for number in 0..2000 {
            let school = format!("school-{number}");
            let (eight, nine) = (part(&school, 8), part(&school, 9));
            assert!(
                nine == eight || nine == 9,
                "{school}: {eight} became {nine}"
            );
            moved += u32::from(nine != eight);
        }
        assert!(
            (150..300).contains(&moved),
            "about a ninth of 2000: {moved}"
        );
    }

    #[test]
    fn parts_are_about_as_large_as_each_other() {
        let mut sizes = [0; 8];
        for number in 0..8000 {
            sizes[part(&format!("school-{number}"), 8) as usize - 1] += 1;
        }
        assert!(
            sizes.iter().all(|size| (900..1100).contains(size)),
            "{sizes:?}"
        );
    }

    /// What one version of beadle divides, another must divide alike.
    #[test]
    fn the_division_is_the_same_for_ever() {
        let parts = ["oakfield", "elmscombe", "8502001", "northshire"].map(|id| part(id, 8));
        assert_eq!(parts, [5, 3, 2, 1]);
    }

    #[test]
    fn a_whole_is_every_part_of_one_division_once() {
        let shard = |text: &str| Some(text.parse::<Shard>().unwrap());
        let says = |parts: &[(&str, Option<Shard>)]| whole(parts).unwrap_err().to_string();
        assert_eq!(whole(&[("b", shard("2/2")), ("a", shard("1/2"))]), Ok(()));
        assert_eq!(
            says(&[("a", shard("1/4")), ("b", shard("3/4"))]),
            "parts are missing: 2/4, 4/4"
        );
        assert_eq!(says(&[("a", shard("2/2"))]), "a part is missing: 1/2");
        assert_eq!(
            says(&[("a", shard("1/2")), ("b", shard("1/2"))]),
            "`a` and `b` are both of shard 1/2"
        );
        assert_eq!(
            says(&[("a", shard("1/2")), ("b", shard("2/3"))]),
            "`a` is of shard 1/2, and `b` of 2/3: parts of different divisions"
        );
        assert_eq!(
            says(&[("a", None)]),
            "`a` is of no shard: it was made without `--shard`"
        );
    }

    #[test]
    fn only_a_part_of_a_whole_is_a_shard() {
        for text in ["1/1", "3/8", "8/8"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "3",
            "0/8",
            "9/8",
            "3/0",
            "+3/8",
            "3/ 8",
            "-1/8",
            "1/10001",
            "1/99999999999",
        ] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard), "{text}");
        }
    }
}
