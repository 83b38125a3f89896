//! What one run lock covers, and which may be held side by side.

use std::fmt;

/// What is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Every organisation of the project.
    Project,
    /// One of the parts into which the organisations are cut.
    Shard {
        /// Which, from 1.
        number: u32,
        /// Of how many.
        of: u32,
    },
}

impl Scope {
    /// Whether two runs over these may touch the same organisation. Only two parts of the same cut
    /// have none in common for certain.
    #[must_use]
    pub fn conflicts(self, other: Self) -> bool {
        match (self, other) {
            (
                Self::Shard { number, of },
                Self::Shard {
                    number: other,
                    of: others,
                },
            ) => of != others || number == other,
            (Self::Project, _) | (_, Self::Project) => true,
        }
    }

    /// The scope of that name; none for another.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "project" {
            return Some(Self::Project);
        }
        let (number, of) = text.strip_prefix("shard-")?.split_once("-of-")?;
        Some(Self::Shard {
            number: number.parse().ok()?,
            of: of.parse().ok()?,
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project => formatter.write_str("project"),
            Self::Shard { number, of } => write!(formatter, "shard-{number}-of-{of}"),
        }
    }
}

/// Where the chain of a scope lies.
pub(super) fn folder(scope: Scope) -> String {
    format!("lock/{scope}/")
}

/// One object of it.
pub(super) fn key(scope: Scope, number: u64) -> String {
    format!("{}{number:08}.json", folder(scope))
}

/// The scope and the number of an object; none for another.
pub(super) fn of_key(key: &str) -> Option<(Scope, u64)> {
    let (scope, file) = key.strip_prefix("lock/")?.split_once('/')?;
    let number = file.strip_suffix(".json")?.parse().ok()?;
    Some((Scope::parse(scope)?, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parts_of_the_same_cut_go_side_by_side() {
        let shard = |number, of| Scope::Shard { number, of };
        assert!(Scope::Project.conflicts(Scope::Project));
        assert!(Scope::Project.conflicts(shard(1, 8)));
        assert!(shard(1, 8).conflicts(Scope::Project));
        assert!(shard(1, 8).conflicts(shard(1, 8)));
        assert!(shard(1, 8).conflicts(shard(2, 4)));
        assert!(!shard(1, 8).conflicts(shard(2, 8)));
    }

    #[test]
    fn a_key_says_what_it_is() {
        for scope in [Scope::Project, Scope::Shard { number: 2, of: 8 }] {
            assert_eq!(of_key(&key(scope, 12)), Some((scope, 12)));
        }
        for other in ["lock/x/00000001.json", "lock/project/1.txt", "audit/1.json"] {
            assert_eq!(of_key(other), None, "{other}");
        }
    }
}
