//! What changes by itself as text: by day, then by organisation, a line each.

use std::io::{self, Write};

use jiff::civil::Weekday;

use super::canvas::{Canvas, Tone};
use super::{TextOptions, place};
use crate::model::next::{Happening, HappeningKind, Next};

/// Writes each day on which something changes, and what; or that nothing does.
///
/// # Errors
/// Those of `out`.
pub fn next_text(next: &Next, options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut canvas = Canvas::new(options, out);
    let Next {
        today,
        until,
        live,
        days,
    } = next;
    if days.is_empty() {
        let line = format!("Nothing changes by itself after {today}, until {until}.");
        return canvas.line(Tone::Plain, &line);
    }
    for (day, changes) in days {
        let weekday = weekday(day.weekday());
        canvas.line(Tone::Heading, &format!("{day} {weekday}"))?;
        let mut organisation = None;
        for (it, portals) in changes {
            if organisation != Some(&it.organisation) {
                organisation = Some(&it.organisation);
                let name = match it.organisation {
                    Some(_) => &*it.organisation_name,
                    None => "every organisation",
                };
                canvas.raw("  ")?;
                canvas.line(Tone::Plain, name)?;
            }
            let portals: Vec<&str> = portals.iter().map(AsRef::as_ref).collect();
            line(it, &portals.join(", "), &mut canvas)?;
        }
        canvas.end_line()?;
    }
    let looked = if *live {
        "the files, and what was live"
    } else {
        "the files alone"
    };
    let line = format!("After {today}, until {until}, from {looked}.");
    canvas.line(Tone::Faint, &line)
}

fn line(it: &Happening, portals: &str, canvas: &mut Canvas<'_>) -> io::Result<()> {
    canvas.raw("    ")?;
    if let Some(who) = &it.who {
        canvas.put(Tone::Heading, &who.name)?;
        canvas.raw(": ")?;
    }
    canvas.put(tone(it.kind), &it.clause())?;
    canvas.put(Tone::Plain, &format!("  {portals}"))?;
    if let Some(source) = &it.source {
        canvas.put(Tone::Faint, &format!("  {}", place(source)))?;
    }
    if it.sensitive {
        canvas.put(Tone::Change, "  ! sensitive")?;
    }
    canvas.end_line()
}

fn tone(kind: HappeningKind) -> Tone {
    match kind {
        HappeningKind::AdminBegins | HappeningKind::AdminEnds => Tone::Power,
        HappeningKind::AccessBegins | HappeningKind::AreaBegins => Tone::Give,
        HappeningKind::AccessEnds
        | HappeningKind::AreaEnds
        | HappeningKind::PortalEnds
        | HappeningKind::AcademicYearEnds => Tone::Take,
        HappeningKind::PasswordStep
        | HappeningKind::Renewal
        | HappeningKind::RenewalsBegin
        | HappeningKind::WaiverEnds => Tone::Change,
        HappeningKind::EndAnnounced => Tone::Faint,
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}
