//! The registry: one line a driver. No driver's name stands anywhere else in shared code.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::access::{Access, OpenError};
use super::hampshire::Hampshire;
use super::hfl::Hfl;
use super::hwb::Hwb;
use super::ofs::Ofs;
use super::opened::{self, Calls};
use super::scim::Scim;
use super::{PortalRead, PortalWrite};
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
    Driver::of::<Hampshire>(),
    Driver::of::<Hfl>(),
    Driver::of::<Hwb>(),
    Driver::of::<Ofs>(),
    Driver::of::<Scim>(),
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
    const fn of<D: Calls>() -> Self {
        Self {
            name: D::RULES.driver,
            rules: D::RULES,
            open_read: opened::read::<D>,
            open_write: opened::write::<D>,
        }
    }

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
