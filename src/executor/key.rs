//! Idempotency keys: the same save of the same plan always has the same key, in this run and in
//! the next, so that a portal that honours keys creates nothing twice. Nobody can be read from one.

use sha2::{Digest, Sha256};

use crate::model::plan::{Plan, SaveIndex};
use crate::model::plan_document::hexadecimal;

/// The key of one save: SHA-256, in lower-case hexadecimal, over what the plan was made from (day,
/// configuration, listing), whose it is, and which of its saves. None where the plan has no such
/// save.
///
/// The login ids are in it too: a plan of the same files and listing may be narrower (without
/// removals, say), and then its saves are numbered otherwise.
#[must_use]
pub fn idempotency_key(plan: &Plan, index: SaveIndex) -> Option<String> {
    let unit = plan.units.get(index.unit as usize)?;
    let save = unit.saves.get(index.save as usize)?;
    let mut hash = Sha256::new();
    field(&mut hash, &plan.day.to_string());
    field(&mut hash, &plan.configuration_digest);
    field(&mut hash, &unit.listing_digest);
    field(&mut hash, unit.organisation.as_str());
    field(&mut hash, unit.portal.as_str());
    field(&mut hash, unit.portal_organisation.as_str());
    hash.update(index.save.to_le_bytes());
    for account in save.write.accounts() {
        field(&mut hash, account.login.canonical());
    }
    Some(hexadecimal(&hash.finalize()))
}

/// Length first, so that no two sequences of fields hash alike.
fn field(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}
