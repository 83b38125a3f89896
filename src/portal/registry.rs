//! The registry: one line a driver. No driver's name stands anywhere else in shared code.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::access::{Access, OpenError};
use super::{PortalRead, PortalWrite, hampshire, hfl, hwb, ofs, scim};
use crate::model::rules::Rules;

/// One driver: its name in YAML, its rules, and how it is opened.
pub struct Driver {
    /// The name under `driver:` in the project file.
    pub name: &'static str,
    /// What its portal can and cannot do.
    pub rules: &'static Rules,
    open_read: fn(Access) -> Result<Arc<dyn PortalRead>, OpenError>,
    open_write: fn(Access) -> Result<Arc<dyn PortalWrite>, OpenError>,
}

static DRIVERS: &[Driver] = &[
    Driver {
        name: "hampshire",
        rules: &hampshire::RULES,
        open_read: hampshire::open_read,
        open_write: hampshire::open_write,
    },
    Driver {
        name: "hfl",
        rules: &hfl::RULES,
        open_read: hfl::open_read,
        open_write: hfl::open_write,
    },
    Driver {
        name: "hwb",
        rules: &hwb::RULES,
        open_read: hwb::open_read,
        open_write: hwb::open_write,
    },
    Driver {
        name: "ofs",
        rules: &ofs::RULES,
        open_read: ofs::open_read,
        open_write: ofs::open_write,
    },
    Driver {
        name: "scim",
        rules: &scim::RULES,
        open_read: scim::open_read,
        open_write: scim::open_write,
    },
];

/// Every driver, by name.
#[must_use]
pub fn drivers() -> &'static [Driver] {
    DRIVERS
}

/// The driver of a name.
#[must_use]
pub fn driver(name: &str) -> Option<&'static Driver> {
    DRIVERS.iter().find(|driver| driver.name == name)
}

/// Every driver's rules, by its name.
#[must_use]
pub fn rules_by_driver() -> BTreeMap<&'static str, &'static Rules> {
    DRIVERS
        .iter()
        .map(|driver| (driver.name, driver.rules))
        .collect()
}

impl Driver {
    /// Opens the reading side. Nothing is sent.
    ///
    /// # Errors
    /// [`OpenError`] when the address, the token or the certificates cannot be used.
    pub fn open_read(&self, access: Access) -> Result<Arc<dyn PortalRead>, OpenError> {
        (self.open_read)(access)
    }

    /// Opens the writing side, which reads as well. Nothing is sent.
    ///
    /// # Errors
    /// As for [`Driver::open_read`].
    pub fn open_write(&self, access: Access) -> Result<Arc<dyn PortalWrite>, OpenError> {
        (self.open_write)(access)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_driver_is_found_by_the_name_that_its_rules_bear() {
        for known in drivers() {
            assert_eq!(known.name, known.rules.driver);
            assert!(driver(known.name).is_some_and(|found| found.name == known.name));
            assert!(rules_by_driver().contains_key(known.name));
        }
        assert!(driver("OFS").is_none());
    }
}
