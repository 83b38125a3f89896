//! What changes by itself without names: people are pseudonyms; organisations, areas, days and
//! places stay.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::Redaction;
use crate::model::name::PortalName;
use crate::model::next::{Happening, Next, Who};

type OfDay = BTreeMap<Happening, BTreeSet<PortalName>>;

impl Redaction {
    /// A redacted copy of what changes by itself.
    #[must_use]
    pub fn next(&self, next: &Next) -> Next {
        let Next {
            today,
            until,
            live,
            days,
        } = next;
        Next {
            today: *today,
            until: *until,
            live: *live,
            days: days.iter().map(|day| self.of_day(day)).collect(),
        }
    }

    fn of_day(&self, (day, changes): (&Date, &OfDay)) -> (Date, OfDay) {
        let changes = changes
            .iter()
            .map(|(it, portals)| (self.happening(it), portals.clone()));
        (*day, changes.collect())
    }

    fn happening(&self, it: &Happening) -> Happening {
        let Happening {
            organisation,
            organisation_name,
            kind,
            who,
            area,
            last_day,
            accounts,
            guardrail,
            sensitive,
            source,
        } = it;
        Happening {
            organisation: organisation.clone(),
            organisation_name: Arc::clone(organisation_name),
            kind: *kind,
            who: who.as_ref().map(|Who { name: _, person }| {
                let pseudonym: Arc<str> = self.person(person).into();
                Who {
                    name: Arc::clone(&pseudonym),
                    person: pseudonym,
                }
            }),
            area: area.clone(),
            last_day: *last_day,
            accounts: *accounts,
            guardrail: *guardrail,
            sensitive: *sensitive,
            source: source.clone(),
        }
    }
}
