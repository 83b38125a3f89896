//! How a run ends: what is live is compared with what was reported, the outcome is shown, and what is
//! left decides the exit.

use super::Planned;
use super::means::{Format, Means};
use crate::app::planning::Prepared;
use crate::app::planning::telling::text_options;
use crate::app::record::Records;
use crate::app::undo::telling::files_still_say;
use crate::app::worklist::writing;
use crate::app::{Exit, Failure, Screen};
use crate::executor;
use crate::model::outcome::ApplyReport;
use crate::model::plan::Plan;
use crate::model::plan_document::PlanDocument;
use crate::model::review::Review;
use crate::record::lock::Head;
use crate::report::{TextOptions, apply_json, apply_text, counted, escape, plan_text};

/// Compares what is live afterwards with what was reported, and shows the outcome and what is left.
pub(super) fn finish(
    planned: &Planned<'_>,
    done: ApplyReport,
    again: Option<&Prepared>,
    means: &Means<'_>,
    screen: &mut dyn Screen,
) -> Result<(Exit, ApplyReport), Failure> {
    let Planned {
        prepared,
        by_api: plan,
        by_hand,
    } = planned;
    let Means {
        opened,
        portals,
        redact,
        format,
        ..
    } = means;
    let done = match again {
        Some(again) => executor::verify(plan, done, &again.lives),
        None => done,
    };
    let shown = redact.shown(plan, &opened.project);
    let told = match redact.redaction(&opened.project) {
        Some(redaction) => redaction.report(plan, &done),
        None => done.clone(),
    };
    match format {
        Format::Text => {
            let text = text_options(prepared.digest(), portals);
            apply_text(&shown, &told, &text, screen.out())?;
        }
        Format::Json => apply_json(&shown, prepared.digest(), &told, screen.out())?,
    }
    let Some(again) = again else {
        screen.warn("interrupted: what is live was not read again");
        by_hand.tell(*format == Format::Text, screen)?;
        return Ok((exit(&done, false, &means.command(), screen), done));
    };
    for unread in &again.unread {
        let (organisation, portal) = (&unread.organisation, &unread.portal);
        screen.warn(&format!(
            "`{organisation}` at `{portal}` could not be read again: {}",
            unread.failure
        ));
    }
    let whole = done.actions_left() == 0 && again.unread.is_empty() && prepared.unread.is_empty();
    let left = writing::by_api(&again.plan, portals);
    if whole && *format == Format::Text {
        let for_people = left.summary().manual + by_hand.open_count();
        let text = text_options(&PlanDocument::of(&left).digest, portals);
        second_plan(&left, for_people, (means, &text), screen)?;
    }
    by_hand.tell(*format == Format::Text, screen)?;
    if let Some(undoing) = means.undoing {
        files_still_say(&again.lives, means, undoing, screen)?;
    }
    let exit = exit(&done, whole && left.is_empty(), &means.command(), screen);
    Ok((exit, done))
}

/// The proof: planning again finds nothing to do, for beadle at least.
fn second_plan(
    again: &Plan,
    for_people: u64,
    (means, text): (&Means<'_>, &TextOptions),
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    if again.is_empty() && for_people == 0 {
        writeln!(screen.out(), "Planned again: nothing to do.")?;
    } else if again.is_empty() {
        let wait = if for_people == 1 { "waits" } else { "wait" };
        let steps = counted(for_people, "step", "steps");
        writeln!(
            screen.out(),
            "Planned again: nothing left for beadle to do; {steps} {wait} for a person."
        )?;
    } else {
        writeln!(screen.out(), "Planned again: this is left to do.")?;
        plan_text(
            &means.redact.shown(again, &means.opened.project),
            &Review::default(),
            text,
            screen.out(),
        )?;
    }
    Ok(())
}

fn exit(done: &ApplyReport, all: bool, command: &str, screen: &mut dyn Screen) -> Exit {
    if all {
        return Exit::Done;
    }
    screen.warn(&format!(
        "not everything is done; run `{command}` again, it goes on from here"
    ));
    left_open(done)
}

/// The exit of a run that is not to its end: that nothing was changed is said only where it is so.
fn left_open(done: &ApplyReport) -> Exit {
    if done.may_have_changed_something() {
        Exit::Partial
    } else {
        Exit::Failed
    }
}

/// What a run ends with that could not be shown. Once something may have been done that is no
/// failure of the whole.
pub(super) fn unshown(
    failure: Failure,
    done: &ApplyReport,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let exit = left_open(done);
    if exit == Exit::Failed {
        return Err(failure);
    }
    let why = escape::terminal(&failure.to_string()).into_owned();
    screen.warn(&format!(
        "what became of the calls is recorded, and could not be shown whole: {why}; `beadle audit show` says it"
    ));
    Ok(exit)
}

/// Says where the record of it ends, and what went wrong with records or lock.
pub(super) fn tell_records(
    exit: Exit,
    lost: Option<String>,
    ended: Result<Head, String>,
    records: &Records,
    screen: &mut dyn Screen,
) -> Exit {
    let mut exit = exit;
    if let Some(why) = lost {
        screen.warn(&format!("stopped: {}", escape::terminal(&why)));
        exit = Exit::Partial;
    }
    match ended {
        Ok(head) if !records.store.is_fleeting() => {
            screen.say(&format!(
                "Audit log: {} ends with {}",
                head.segment, head.digest
            ));
        }
        Ok(_) => {}
        Err(why) => {
            let why = escape::terminal(&why);
            screen.warn(&format!("not every outcome could be recorded: {why}"));
            exit = match exit {
                Exit::Done | Exit::Partial => Exit::Partial,
                Exit::Failed | Exit::Changes | Exit::Refused => Exit::Failed,
            };
        }
    }
    exit
}
