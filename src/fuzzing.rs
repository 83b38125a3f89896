//! Doors to everything that reads bytes from outside, for tests that try what might come: one a
//! parser, each of which takes any bytes, ends, and says whether the input was understood. What is
//! behind a door stands on its own floor; here is only the list. The program uses none of it.

use crate::{app, cli, config, model, portal, record, report};

/// One door.
#[derive(Clone, Copy)]
pub struct Door {
    /// Its name: that of its fuzzing target and of the folder of its corpus.
    pub name: &'static str,
    way: Way,
}

#[derive(Clone, Copy)]
enum Way {
    /// What reads bytes and is done.
    Plain(fn(&[u8]) -> bool),
    /// What reads any portal's answer.
    Answer,
    /// The driver of the door's name.
    Driver,
}

/// Every door: one a driver, and these.
#[must_use]
pub fn doors() -> Vec<Door> {
    let mut doors = vec![
        plain("audit", record::fuzzing::is_sound),
        plain("decisions", app::fuzzing::are_decisions),
        plain("edit", |input| config::fuzzing::is_edited(&text(input))),
        plain("git", app::fuzzing::is_git_answer),
        plain("loader", is_project),
        plain("plan", app::fuzzing::are_plans),
        plain("report", app::fuzzing::are_reports),
        plain("snapshot", |input| {
            config::fuzzing::is_snapshot(&text(input))
        }),
        plain("tables", portal::fuzzing::tables),
        plain("words", |input| is_word(&text(input))),
        plain("worklist", app::fuzzing::is_marked),
        Door {
            name: "headers",
            way: Way::Answer,
        },
    ];
    #[cfg(feature = "sandbox")]
    doors.push(plain("filter", |input| {
        crate::sandbox::fuzzing::is_taken(&text(input))
    }));
    doors.extend(portal::drivers().iter().map(|driver| Door {
        name: driver.name,
        way: Way::Driver,
    }));
    doors
}

/// The door of a name.
#[must_use]
pub fn door(name: &str) -> Option<Door> {
    doors().into_iter().find(|door| door.name == name)
}

impl Door {
    /// Takes an input. Answers with whether it was understood.
    ///
    /// To be waited for on a clock that is not that of the wall: a driver pauses where a portal asks
    /// for it.
    pub async fn take(&self, input: &[u8]) -> bool {
        match self.way {
            Way::Plain(read) => read(input),
            Way::Answer => portal::fuzzing::answer(input).await,
            Way::Driver => portal::fuzzing::portal(self.name, input).await,
        }
    }
}

const fn plain(name: &'static str, read: fn(&[u8]) -> bool) -> Door {
    Door {
        name,
        way: Way::Plain(read),
    }
}

fn text(input: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// Loads a project, and shows what was found in it in every form.
fn is_project(input: &[u8]) -> bool {
    let rules = portal::rules_by_driver();
    let (diagnostics, sources, clean) = config::fuzzing::project(&text(input), &rules);
    let _ = cli::diagnostics::render(&diagnostics, &sources, true);
    let _ = report::diagnostics_json(&diagnostics, &sources, &mut std::io::sink());
    clean
}

/// Whether a text is any of the small things that are read by themselves: a pattern, a day, an
/// address, a name, a part of a project, the place of records, the file of code owners.
fn is_word(text: &str) -> bool {
    let (one, other) = text.split_once('\n').unwrap_or((text, text));
    let login = model::name::LoginId::new(other);
    let patterns = model::pattern::Patterns::new(&[one.to_owned()]);
    let known = [
        patterns.matches(&login),
        config::fuzzing::is_pattern(one),
        portal::fuzzing::is_cell(one),
        portal::fuzzing::is_address(one),
        record::fuzzing::is_scope(one),
        model::name::is_email(one),
        model::records::is_key(one),
        model::records::Place::parse(one, std::path::Path::new(".")).is_ok(),
        one.parse::<model::shard::Shard>().is_ok(),
        app::fuzzing::is_codeowners(text),
    ];
    let shown = report::escape::terminal_lines(text);
    let _ = (report::escape::terminal(&shown), report::escape::json(text));
    known.contains(&true)
}
