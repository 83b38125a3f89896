//! A plan as a comment on a pull request: a summary in plain words, the serious first, a row for
//! each organisation, detail folded; short enough for whoever keeps comments, however large the
//! plan is.
//!
//! Layout only. What matters more than what, [`super::overview`] has decided; what goes first when
//! there is no room, `fit` and the levels named beside each piece. Every text that came from YAML
//! or a portal goes through `phrase`, which escapes it.

mod beside;
mod fit;
mod links;
mod phrase;
mod stops;
mod table;
mod topics;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use self::fit::{LeftOut, Level, Piece, Section};
use super::overview::{Gravity, Headline, Overview, Standing};
use super::words::counted;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::Plan;
use crate::model::review::{Cause, Compared, Review};

/// Longest comment that is written, in UTF-16 code units: services take some 65,000 characters, and
/// whoever posts it may want to add a line.
pub const LONGEST: usize = 59_900;

/// With what the first line of every comment begins: by it an earlier comment is found again, to be
/// edited in place. What follows it in that line changes with the plan.
pub const MARKER: &str = "<!-- beadle:plan ";

/// How a comment is written, and what it says beside the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkdownOptions {
    /// The digest of the plan as it was made; a redacted copy has another.
    pub digest: String,
    /// Whether people stand under pseudonyms.
    pub redacted: bool,
    /// Portals without an API: people make the saves that are planned there.
    pub by_hand: BTreeSet<PortalName>,
    /// What could not be read, so that nothing is planned there.
    pub unread: BTreeSet<(OrganisationId, PortalName)>,
    /// What else whoever reads it must know, in sentences of our own without a full stop.
    pub notes: Vec<String>,
}

/// The comment. The same input is the same text.
#[must_use]
pub fn plan_markdown(plan: &Plan, review: &Review, options: &MarkdownOptions) -> String {
    let overview = Overview::of(plan, review);
    let marker = marker(plan, options);
    if overview.standing == Standing::Nothing && options.unread.is_empty() {
        return format!("{marker}\n{}\n", nothing(&overview, options));
    }
    let mut sections = vec![Section::fixed(format!(
        "{marker}\n{}",
        head(&overview, options)
    ))];
    sections.extend(stops::unread(options));
    sections.extend(stops::refusals(&overview));
    sections.extend(stops::problems(&overview));
    sections.push(Section::fixed(headlines(&overview, options)));
    sections.extend(topics::serious(&overview));
    sections.extend(table::organisations(&overview, options));
    sections.extend(topics::given(&overview));
    sections.extend(beside::moves(&overview));
    sections.extend(beside::steps(&overview));
    sections.extend(beside::held_back(&overview));
    sections.extend(beside::endings(&overview));
    sections.extend(beside::mailed(&overview));
    sections.extend(beside::findings(&overview));
    sections.extend(beside::assumptions(&overview));
    sections.extend(beside::waivers(&overview));
    sections.extend(foot(&overview, options));
    fit::fit(sections, LONGEST).unwrap_or_else(|| {
        // Not even the counts of each organisation fit: what stands here is bounded.
        let head = head(&overview, options);
        let headlines = headlines(&overview, options);
        let digest = digest(&overview, options);
        format!("{marker}\n{head}{headlines}\n---\n\n{digest}")
    })
}

/// The first line. HTML that nobody sees, of characters that end no comment.
fn marker(plan: &Plan, options: &MarkdownOptions) -> String {
    let shard = plan.shard.map(|shard| format!("shard={shard} "));
    let shard = shard.unwrap_or_default();
    let digest = options.digest.chars().filter(char::is_ascii_hexdigit);
    let digest: String = digest.collect();
    format!("{MARKER}{shard}day={} digest={digest} -->", plan.day)
}

fn nothing(overview: &Overview<'_>, options: &MarkdownOptions) -> String {
    let plan = overview.plan;
    let notes = options.notes.iter().map(|note| format!(" {note}."));
    let notes: String = notes.collect();
    if plan.units.is_empty() {
        let day = plan.day;
        return format!("Nothing to do: no organisation is planned on {day}.{notes}");
    }
    let places = counted(overview.quiet, "organisation", "organisations");
    format!(
        "✅ Nothing to do: what is live is what the files ask for on {} ({places}).{notes}",
        plan.day
    )
}

fn head(overview: &Overview<'_>, options: &MarkdownOptions) -> String {
    let (day, changing) = (overview.plan.day, overview.organisations());
    let shard = overview.plan.shard;
    let shard = shard.map_or(String::new(), |shard| format!(", part {shard}"));
    let organisations = counted(changing, "organisation", "organisations");
    let what = match overview.standing {
        Standing::Stopped => "refused, nothing of it is applied".to_owned(),
        Standing::Nothing => "not everything could be read".to_owned(),
        Standing::Ready if options.unread.is_empty() => format!("changes at {organisations}"),
        Standing::Ready => format!("changes at {organisations}, and not everything could be read"),
    };
    let icon = match overview.standing {
        Standing::Stopped => "⛔ ",
        Standing::Nothing | Standing::Ready if !options.unread.is_empty() => "❗ ",
        Standing::Nothing | Standing::Ready => "",
    };
    format!("### {icon}Plan for {day}{shard}: {what}\n")
}

/// The sign of a gravity, which goes with words that say the same.
fn icon(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Stop => "⛔",
        Gravity::Alarm | Gravity::Heed => "❗",
        Gravity::Take => "➖",
        Gravity::Give => "➕",
        Gravity::Note => "💬",
    }
}

fn headlines(overview: &Overview<'_>, options: &MarkdownOptions) -> String {
    let mut out = String::from("\n");
    for Headline { gravity, text } in &overview.headlines {
        let icon = icon(*gravity);
        // Writing to a string cannot fail.
        let _ = match gravity {
            Gravity::Stop => continue,
            Gravity::Alarm | Gravity::Take | Gravity::Heed => writeln!(out, "- {icon} **{text}**"),
            Gravity::Give | Gravity::Note => writeln!(out, "- {icon} {text}"),
        };
    }
    let notes = by_hand(overview, options).into_iter();
    let notes = notes.chain(causes(overview.review));
    for note in notes.chain(options.notes.iter().cloned()) {
        let _ = writeln!(out, "- {} {note}", icon(Gravity::Note));
    }
    if overview.quiet > 0 {
        let quiet = counted(
            overview.quiet,
            "other organisation stays as it is",
            "other organisations stay as they are",
        );
        let _ = writeln!(out, "- ✅ {quiet}");
    }
    out
}

/// The saves that people make at portals without an API.
fn by_hand(overview: &Overview<'_>, options: &MarkdownOptions) -> Option<String> {
    let units = overview.plan.units.iter();
    let units = units.filter(|unit| options.by_hand.contains(&unit.portal));
    let saves: u64 = units.map(|unit| unit.saves.len() as u64).sum();
    let waits = counted(
        saves,
        "save waits for a person at a portal without an API",
        "saves wait for people at portals without an API",
    );
    (saves > 0).then(|| format!("{waits} (`beadle worklist`)"))
}

/// Whence the actions come, where that was asked for.
fn causes(review: &Review) -> Option<String> {
    let Compared {
        no_longer_planned, ..
    } = review.compared.as_ref()?;
    let count = |wanted| {
        let causes = review.causes.values();
        causes.filter(|cause| **cause == wanted).count()
    };
    let all = counted(review.causes.len() as u64, "action", "actions");
    let (change, pending, drift) = (
        count(Cause::Change),
        count(Cause::Pending),
        count(Cause::Drift),
    );
    let gone = match no_longer_planned {
        0 => String::new(),
        count => format!(", and {count} planned before are no longer"),
    };
    Some(format!(
        "{all}: {change} by this change, {pending} pending already, {drift} drift (changed \
         outside the files){gone}"
    ))
}

/// What a reader must know of the names, as long as it is true, and how this plan is applied.
fn foot<'p>(overview: &Overview<'p>, options: &MarkdownOptions) -> Vec<Section<'p>> {
    let mut sections = vec![Section::fixed("\n---\n\n".to_owned())];
    if options.redacted {
        let said = |places: &str| {
            format!(
                "Names are kept out, because more people read this than may read staff data. \
                 **Who is who:** {places}`beadle explain person-…` says it to those who may read \
                 the files, run on these files (and with the same `BEADLE_REDACTION_KEY`, where \
                 one is set).\n\n"
            )
        };
        let names = Piece::new(said("the file and line beside each says it, and "), 0)
            .or(Level::LongOfPower, said(""));
        let none = |_: &LeftOut<'_>| String::new();
        sections.push(Section::new(
            String::new(),
            vec![names],
            none,
            String::new(),
        ));
    }
    sections.push(Section::fixed(digest(overview, options)));
    sections
}

fn digest(overview: &Overview<'_>, options: &MarkdownOptions) -> String {
    let digest = &options.digest;
    if overview.standing == Standing::Ready && !overview.plan.is_empty() {
        format!(
            "Digest `{digest}`: with `beadle apply --approved` and this digest, what is applied is \
             this plan and nothing else. `beadle plan` shows all of it.\n"
        )
    } else {
        format!("Digest `{digest}`. `beadle plan` shows all of it.\n")
    }
}
