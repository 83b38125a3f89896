//! The page of commands, made from the help that the program prints for each of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::support::{beadle, out, repository};

const TOP: &str = "\
# Commands

Made from `beadle help`. `beadle COMMAND --help` says the same, and `beadle COMMAND -h` less. Most
commands take the project's folder last; `grant`, `revoke` and `undo` take `--project FOLDER`;
`worklist done` and `plan merge` are run in it, or with `-C FOLDER`.
";

const PLANNING: &str = "\
Commands that plan, or ask portals, take these; each of them says so below.
";

/// What `beadle help` says of a command, without what all of them take.
struct Help {
    about: String,
    /// The first is that of the usage, without a title; nor has one what is said at the end.
    sections: Vec<Section>,
}

struct Section {
    title: String,
    items: Vec<String>,
}

impl Help {
    /// At a width of its own: the program takes that of the terminal.
    fn of(path: &[String]) -> Self {
        let mut command = beadle(&repository());
        let done = command.env("COLUMNS", "100").arg("help").args(path);
        let text = out(&done.output().unwrap());
        let (about, rest) = text.split_once("\n\nUsage: ").unwrap();
        let mut sections = vec![Section::titled("")];
        for line in format!("Usage: {rest}").lines() {
            let within = sections.last().is_some_and(|it| !it.title.is_empty());
            if line.ends_with(':') && !line.starts_with(' ') {
                sections.push(Section::titled(line));
                continue;
            }
            if within && !line.is_empty() && !line.starts_with(' ') {
                sections.push(Section::titled(""));
            }
            sections.last_mut().unwrap().line(line);
        }
        let about = about.trim_end().to_owned();
        Self { about, sections }
    }

    fn section(&self, title: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.title == title)
    }

    /// The commands below it.
    fn below(&self) -> Vec<String> {
        let items = self
            .section("Commands:")
            .map(|section| section.items.iter());
        let names = items
            .into_iter()
            .flatten()
            .filter_map(|item| item.split_whitespace().next());
        names
            .filter(|name| *name != "help")
            .map(str::to_owned)
            .collect()
    }
}

impl Section {
    fn titled(title: &str) -> Self {
        let (title, items) = (title.to_owned(), Vec::new());
        Self { title, items }
    }

    /// An option or a command stands 2 or 6 places to the right; what is said of it, further, and text
    /// at the margin.
    fn line(&mut self, line: &str) {
        let places = line.len() - line.trim_start().len();
        match self.items.last_mut() {
            Some(item) if line.is_empty() || places == 0 || places > 6 => {
                item.push_str(line.trim_end());
                item.push('\n');
            }
            _ => self.items.push(format!("{}\n", line.trim_end())),
        }
    }

    /// As it is printed, without what is told elsewhere.
    fn text(&self, told: &BTreeSet<String>) -> String {
        let items = self.items.iter();
        let items = items.filter(|item| !told.contains(&same(item)) && !is_of_all(item));
        let text: String = items.map(String::as_str).collect();
        match text.trim_end() {
            "" => String::new(),
            text if self.title.is_empty() => format!("\n{text}\n"),
            text => format!("\n{}\n{text}\n", self.title),
        }
    }

    fn words(&self) -> BTreeSet<String> {
        self.items.iter().map(|item| same(item)).collect()
    }
}

/// An item whatever its layout.
fn same(item: &str) -> String {
    item.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `--help`, `--version` and, among commands, `help`.
fn is_of_all(item: &str) -> bool {
    let all = ["-h, --help", "-V, --version", "help "];
    all.iter().any(|it| item.trim_start().starts_with(it))
}

fn fenced(text: &str, page: &mut String) {
    let text = text.trim_start_matches('\n').trim_end();
    let _ = write!(page, "\n```text\n{text}\n```\n");
}

fn write(path: &[String], told: &BTreeSet<String>, planning: &Section, page: &mut String) {
    let help = Help::of(path);
    let _ = write!(page, "\n## beadle {}\n\n{}\n", path.join(" "), help.about);
    let text: String = help.sections.iter().map(|it| it.text(told)).collect();
    fenced(&text, page);
    let plans = help.section("Planning:").map(Section::words);
    if plans.is_some_and(|words| planning.words().is_subset(&words)) {
        page.push_str("\nAnd the [options for planning](#options-for-planning).\n");
    }
    for name in help.below() {
        write(&[path, &[name]].concat(), told, planning, page);
    }
}

pub(super) fn page() -> String {
    let root = Help::of(&[]);
    let global = root.section("Global options:").unwrap();
    let snapshot = Help::of(&["snapshot".to_owned()]);
    let planning = snapshot.section("Planning:").unwrap();
    let mut page = TOP.to_owned();
    fenced(
        &root.section("Commands:").unwrap().items.concat(),
        &mut page,
    );
    page.push_str("\n## Options of every command\n");
    fenced(&global.items.concat(), &mut page);
    let _ = write!(page, "\n## Options for planning\n\n{PLANNING}");
    fenced(&planning.items.concat(), &mut page);
    let told = &global.words() | &planning.words();
    for name in root.below() {
        write(&[name], &told, planning, &mut page);
    }
    page
}
