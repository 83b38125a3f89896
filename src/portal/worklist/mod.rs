//! A portal without an API: the saves and manual steps of a plan as steps for a person, in the
//! portal's own words, in an order that is safe if somebody stops half-way and that opens each
//! page as few times as possible. Pure; what becomes of the steps is for others.
//!
//! ```text
//! saves  → drafts (what, whose, words) ┐
//! manual → drafts                      ┴→ order: chunks → visits → pages: words filled in
//! ```

mod draft;
mod manual;
mod order;
mod pages;
mod saves;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::plan::{SaveIndex, UnitPlan};
use crate::model::rules::Rules;
use crate::model::worklist::Worklist;

use draft::{Draft, Link};

/// One organisation at a portal without an API, as it was planned.
#[derive(Clone, Copy, Debug)]
pub struct ByHand<'a> {
    /// Its number in the plan.
    pub number: u32,
    /// What is to be done.
    pub plan: &'a UnitPlan,
    /// What the portal can do, and its words.
    pub rules: &'a Rules,
    /// What the YAML says.
    pub desired: &'a Desired,
    /// What the snapshot says.
    pub live: &'a Live,
}

/// The worklists of a plan made on `day`, one for each of these organisations; without pages where
/// nothing is to be done. What stands in an organisation that is not among them is not waited for.
#[must_use]
pub fn worklists(units: &[ByHand<'_>], day: Date) -> Vec<Worklist> {
    let mut drafted: Vec<(Worklist, Vec<Draft>)> = Vec::with_capacity(units.len());
    let mut links: BTreeMap<SaveIndex, Vec<Link>> = BTreeMap::new();
    for unit in units {
        let empty = empty(unit, day);
        let mut drafts = manual::drafts(unit);
        drafts.extend(saves::drafts(unit, day));
        for draft in &mut drafts {
            draft.step.id = empty.id_of(&draft.step);
            if let Some(save) = draft.save {
                let index = SaveIndex {
                    unit: unit.number,
                    save,
                };
                links.entry(index).or_default().push(draft.link());
            }
        }
        drafted.push((empty, drafts));
    }
    let lists = units.iter().zip(drafted);
    lists
        .map(|(unit, (mut list, drafts))| {
            list.pages = pages::pages(unit, drafts, &links);
            list.number();
            list
        })
        .collect()
}

fn empty(unit: &ByHand<'_>, day: Date) -> Worklist {
    let UnitPlan {
        organisation,
        organisation_name,
        portal,
        portal_organisation,
        approved_by: _,
        listing_digest,
        live: _,
        actions: _,
        saves: _,
        manual: _,
        held_back: _,
        findings: _,
        problems: _,
        stays: _,
        aliases: _,
    } = unit.plan;
    Worklist {
        format: 1,
        beadle: env!("CARGO_PKG_VERSION").to_owned(),
        day,
        organisation: organisation.to_string(),
        organisation_name: organisation_name.to_string(),
        portal: portal.to_string(),
        portal_title: unit.rules.title.to_owned(),
        portal_organisation: portal_organisation.to_string(),
        listing: listing_digest.clone(),
        pages: Vec::new(),
    }
}
