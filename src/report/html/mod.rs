//! A plan as one page for whoever answers for it: what must be seen first, every change, who has
//! what before and after, and what ends when. One file that asks no network for anything.
//!
//! Layout only: what is said of a plan is [`super::overview`]'s, who has what is the planner's. All
//! of the page is in its HTML. What is large and folded is a text there (`folded`).

mod calendar;
mod changes;
mod context;
mod filters;
mod frame;
mod matrix;
mod notes;
mod opening;
mod organisations;
mod policy;

use std::collections::BTreeSet;

use jiff::Timestamp;

use self::context::Context;
use crate::model::access::UnitAccess;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::Plan;
use crate::model::review::Review;

pub use self::policy::{page_script, page_style};

/// Writing to a string cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {{
        let _ = std::fmt::Write::write_fmt($out, format_args!($($text)*));
    }};
}
use put;

/// Writes what can be folded. What is large and folded is a `<noscript>`: a browser with scripts reads
/// that as one text and takes it apart when somebody unfolds the `<details>` around it; without scripts
/// it is there from the beginning. None may stand within another.
fn folded(is_large: bool, out: &mut String, write: impl FnOnce(&mut String)) {
    let (begin, end) = match is_large {
        true => ("<noscript>", "</noscript>"),
        false => ("", ""),
    };
    out.push_str(begin);
    write(out);
    out.push_str(end);
}

/// What a page shows beside the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// The digest of the plan as it was made; a redacted copy has another.
    pub digest: Option<String>,
    /// Until when it can be applied, where it was saved.
    pub until: Option<Timestamp>,
    /// Portals without an API: people make the saves that are planned there.
    pub by_hand: BTreeSet<PortalName>,
    /// Organisations that could not be read, so that nothing is planned there.
    pub unread: Vec<(OrganisationId, PortalName)>,
    /// Whether nobody knows who wrote the change, so that escalations may be missing.
    pub authors_unknown: bool,
    /// Whether pseudonyms stand for people.
    pub redacted: bool,
}

/// The page of a plan. `access` is who has what in its units, in any order; of a unit that is not
/// there, the page has no matrix.
#[must_use]
pub fn plan_html(
    plan: &Plan,
    review: &Review,
    access: &[UnitAccess],
    options: &PageOptions,
) -> String {
    let context = Context::new(plan, review, access, options);
    let mut out = String::new();
    frame::head(&context, &mut out);
    opening::opening(&context, &mut out);
    filters::filters(&context, &mut out);
    organisations::organisations(&context, &mut out);
    calendar::calendar(&context, &mut out);
    notes::of_the_whole(&context, &mut out);
    frame::foot(&context, &mut out);
    out
}
