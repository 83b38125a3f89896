//! Whether anything of a payload is live where it is shown: one judge for each kind of document. A
//! new kind of output needs a judge here and a line in the list of sinks.

use beadle::report::escape::is_hidden;
use beadle::report::html::page_script;
use html5gum::{Token, Tokenizer};

/// What a document is, which decides what would be obeyed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A terminal, and a CI job's log.
    Terminal,
    /// Commands to the runner of a workflow: of our own, one a line.
    Workflow,
    Json,
    /// A file that beadle reads back byte for byte: JSON, which nothing shows.
    Data,
    Yaml,
    Html,
    /// The page of a plan: as [`Kind::Html`], but for the program's own script.
    Plan,
    /// A page of an embedded portal: as [`Kind::Html`], but that a name there is as the portal has
    /// it, with characters that nobody sees.
    Page,
    Markdown,
    Csv,
    /// `CODEOWNERS`: one rule a line.
    Owners,
}

impl Kind {
    /// By a file's name.
    pub(super) fn of_file(name: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or("");
        let end = name.rsplit('.').next().unwrap_or("");
        match end {
            _ if name == "plan.json" => Self::Data,
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "html" => Self::Html,
            "md" => Self::Markdown,
            "csv" => Self::Csv,
            _ if name == "CODEOWNERS" => Self::Owners,
            _ => Self::Terminal,
        }
    }

    /// What is live in a text; none where nothing is.
    pub(super) fn live(self, text: &str) -> Option<String> {
        match self {
            Self::Terminal => log(text),
            Self::Workflow => workflow(text),
            Self::Json => json(text).or_else(|| log(text)),
            Self::Data => json(text),
            Self::Yaml => yaml(text),
            Self::Html => html(text).or_else(|| hidden(text)),
            Self::Plan => plan(text),
            Self::Page => html(text),
            Self::Markdown => markdown(text),
            Self::Csv => csv_cells(text),
            Self::Owners => owners(text),
        }
    }
}

fn hidden(text: &str) -> Option<String> {
    let found = text.chars().find(|one| *one != '\n' && is_hidden(*one))?;
    Some(format!("{found:?} is there"))
}

/// What a terminal and a CI service obey.
fn log(text: &str) -> Option<String> {
    hidden(text).or_else(|| {
        let obeyed = |line: &&str| {
            line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")
        };
        text.lines()
            .find(obeyed)
            .map(|line| format!("{line:?} is obeyed"))
    })
}

fn workflow(text: &str) -> Option<String> {
    let other = text.lines().find(|line| {
        let command = line
            .strip_prefix("::error ")
            .or(line.strip_prefix("::warning "));
        let parts = command.and_then(|command| command.split_once("::"));
        !parts.is_some_and(|(properties, data)| {
            let known = |property: &str| {
                let name = property.split('=').next().unwrap_or_default();
                ["file", "line", "endLine", "col", "endColumn", "title"].contains(&name)
            };
            properties.split(',').all(known) && !data.contains("##[") && !data.contains("##vso[")
        })
    });
    other
        .map(|line| format!("{line:?} is obeyed"))
        .or_else(|| hidden(text))
}

fn json(text: &str) -> Option<String> {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    for document in documents {
        match document {
            Err(error) => return Some(format!("it is not JSON: {error}")),
            Ok(value) if value.get("x-live").is_some() => {
                return Some("a field came in".to_owned());
            }
            Ok(_) => {}
        }
    }
    None
}

fn yaml(text: &str) -> Option<String> {
    match serde_yaml::from_str::<serde_yaml::Value>(text) {
        Err(error) => Some(format!("it is not YAML: {error}")),
        Ok(value) if value.get("x-live").is_some() => Some("a field came in".to_owned()),
        Ok(_) => hidden(text),
    }
}

/// Scripts of our own, which a page may run as long as nothing else stands in them.
const OWN_SCRIPTS: [&str; 1] = [include_str!("../../../src/report/sheets/answers.js")];

fn html(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for script in OWN_SCRIPTS {
        text = text.replace(&format!("<script>{script}</script>"), "");
    }
    for token in Tokenizer::new(text.as_str()) {
        let Ok(token) = token;
        let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match token {
            Token::StartTag(tag) => {
                let element = name(&tag.name);
                if ["script", "img", "x-live", "svg", "iframe"].contains(&element.as_str()) {
                    return Some(format!("<{element}> is there"));
                }
                for (attribute, value) in &tag.attributes {
                    let attribute = name(attribute);
                    let value = name(value).trim().to_ascii_lowercase();
                    if attribute.starts_with("x-live")
                        || attribute.starts_with("on")
                        || (value.starts_with("javascript:") && !is_mere_text(&attribute))
                    {
                        return Some(format!("{attribute}={value:?} is there"));
                    }
                }
            }
            Token::EndTag(tag) if name(&tag.name) == "x-live" => {
                return Some("</x-live> is there".to_owned());
            }
            _ => {}
        }
    }
    None
}

/// Whether what an attribute holds is never an address: only a script could make one of it, and
/// [`scripts_take_no_address_from_the_page`].
fn is_mere_text(attribute: &str) -> bool {
    attribute.starts_with("data-")
}

/// Whether the script is the program's own, to the byte, is what a browser asks as well. What it
/// takes apart later, in `noscript`, is judged as if it were there.
fn plan(text: &str) -> Option<String> {
    let own = format!("<script>{}</script>", page_script());
    let rest = text.replacen(&own, "", 1);
    html(&rest).or_else(|| hidden(&rest))
}

/// The text without its code spans and without what a backslash takes the meaning from.
fn plain_markdown(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        if character == '\\' {
            let mut skipped = rest.chars();
            skipped.next();
            skipped.next();
            rest = skipped.as_str();
            plain.push(' ');
            continue;
        }
        if character == '`' {
            let fence = rest.len() - rest.trim_start_matches('`').len();
            let (opening, after) = rest.split_at(fence);
            let mut from = 0;
            let mut end = None;
            while let Some(at) = after[from..].find(opening) {
                let start = from + at;
                let run = after[start..].len() - after[start..].trim_start_matches('`').len();
                if run == fence {
                    end = Some(start + fence);
                    break;
                }
                from = start + run;
            }
            if let Some(end) = end {
                plain.push(' ');
                rest = &after[end..];
                continue;
            }
        }
        plain.push(character);
        rest = &rest[character.len_utf8()..];
    }
    plain
}

/// Behind a letter or a digit it is a part of an address, and calls nobody.
fn is_mentioned(plain: &str) -> bool {
    let mut before = plain
        .match_indices("@live-team")
        .map(|(at, _)| &plain[..at]);
    before.any(|before| !before.ends_with(char::is_alphanumeric))
}

/// Lines of our own that are HTML: nothing of a payload stands in one.
fn is_layout(line: &str) -> bool {
    let words = |text: &str| !text.contains(['<', '>', '@', '`', '[']);
    let summary = |line: &str| {
        let inner = line.strip_prefix("<summary>")?.strip_suffix("</summary>")?;
        Some(words(inner))
    };
    let marker = |line: &str| {
        let inner = line
            .strip_prefix("<!-- beadle:plan ")?
            .strip_suffix(" -->")?;
        Some(
            inner
                .chars()
                .all(|one| one.is_ascii_alphanumeric() || "=- /".contains(one)),
        )
    };
    line == "<details>"
        || line == "</details>"
        || summary(line).unwrap_or(false)
        || marker(line).unwrap_or(false)
}

fn markdown(text: &str) -> Option<String> {
    let (mut depth, mut fence) = (0_i32, None::<String>);
    for line in text.lines() {
        let ticks: String = line.chars().take_while(|one| *one == '`').collect();
        match &fence {
            Some(open) if *open == line => fence = None,
            Some(_) => {}
            None if ticks.len() > 2 && !line[ticks.len()..].contains('`') => fence = Some(ticks),
            None if is_layout(line) => {
                depth += i32::from(line == "<details>") - i32::from(line == "</details>");
                if depth < 0 {
                    return Some("something is closed that is not open".to_owned());
                }
            }
            None => {
                let plain = plain_markdown(line)
                    .replace("<!-- -->", "\u{1}")
                    .replace("<br>", "");
                let obeyed = is_mentioned(&plain)
                    || plain.contains("](javascript:")
                    || plain.contains('<')
                    || plain.contains("https://live.example");
                if obeyed {
                    return Some(format!("{line:?} is obeyed"));
                }
            }
        }
    }
    if depth > 0 || fence.is_some() {
        return Some("something is left open".to_owned());
    }
    log(text)
}

fn csv_cells(text: &str) -> Option<String> {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    for row in rows.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => return Some(format!("it is no table: {error}")),
        };
        // Also as a spreadsheet of another country cuts it.
        for cell in row.iter().flat_map(|cell| cell.split([';', '\t'])) {
            let first = cell.trim_start().chars().next();
            if first.is_some_and(|first| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(first)) {
                return Some(format!("{cell:?} is a formula"));
            }
        }
    }
    // A file for a spreadsheet begins with a mark, and its lines end as such files do.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    hidden(&text.replace("\r\n", "\n"))
}

fn owners(text: &str) -> Option<String> {
    let rule = |line: &&str| line.trim_start().starts_with("@live-team");
    let found = text.lines().find(rule);
    found
        .map(|line| format!("{line:?} is a rule"))
        .or_else(|| hidden(text))
}

/// A fragment leads nowhere, and what is offered for saving is made by the script itself.
#[test]
fn scripts_take_no_address_from_the_page() {
    let leads = ["href", "src", "action", "location", "open("];
    let harmless = [
        "URL.createObjectURL",
        "URL.revokeObjectURL",
        "location.hash",
    ];
    let page = page_script();
    let lines = OWN_SCRIPTS
        .iter()
        .chain([&page])
        .flat_map(|script| script.lines());
    for line in lines {
        let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
        assert!(!has(&leads) || has(&harmless), "{line}");
    }
}

#[test]
fn a_file_is_judged_by_its_name_in_whatever_folder() {
    assert_eq!(Kind::of_file(".github/CODEOWNERS"), Kind::Owners);
    assert_eq!(Kind::of_file("worklists/hants/a.html"), Kind::Html);
    assert_eq!(Kind::of_file("plan.json"), Kind::Data);
}

#[test]
fn the_judges_know_what_is_live() {
    for (kind, text) in [
        (Kind::Terminal, "a\u{1b}[31m"),
        (Kind::Terminal, "a\n  ::error::x"),
        (Kind::Terminal, "a ##[error]x"),
        (Kind::Terminal, "a\u{202e}b"),
        (Kind::Workflow, "::error file=a,x=b::c"),
        (Kind::Workflow, "::add-mask::x"),
        (Kind::Workflow, "::error title=a::b\nc"),
        (Kind::Json, "{\"x-live\":\"x\"}"),
        (Kind::Json, "{\"a\":\"x\"} \""),
        (Kind::Yaml, "a: b\nx-live: x"),
        (Kind::Html, "<p><script>live()</script>"),
        (Kind::Html, "<p title=\"a\" x-live=\"1\">"),
        (Kind::Html, "<a href=' javascript:live()'>"),
        (Kind::Html, "<form action=' javascript:live()'>"),
        (Kind::Html, "<p></x-live>"),
        (Kind::Plan, "<noscript><p><img src=x></noscript>"),
        (Kind::Plan, "<p><script>live()</script>"),
        (Kind::Markdown, "a </details> b"),
        (Kind::Markdown, "`a` @live-team `b`"),
        (Kind::Markdown, "\\`@live-team\\`"),
        (Kind::Markdown, "<details>\n<summary>a</summary>\n"),
        (Kind::Markdown, "</details>\n<details>\n"),
        (Kind::Markdown, "<summary>@live-team</summary>"),
        (Kind::Markdown, "<!-- beadle:plan --> <b>"),
        (Kind::Markdown, "```yaml\na\n``` \n"),
        (Kind::Csv, "\"a\",\"=cmd()\"\n"),
        (Kind::Csv, "\"a\",\"b;=cmd()\"\n"),
        (Kind::Csv, "\"a\"\n\"b\",\"c\"\n"),
        (Kind::Owners, "@live-team x"),
    ] {
        assert!(kind.live(text).is_some(), "{kind:?}: {text:?}");
    }
    for (kind, text) in [
        (Kind::Terminal, "a\n:\\u{3a}error\n"),
        (Kind::Workflow, "::error file=a%3A,line=1::b ::c%0Ad\n"),
        (Kind::Json, "{\"a\":\"\\u001b\"}\n{}\n"),
        (Kind::Html, "<p title=\"&quot; x-live=\">&lt;script&gt;</p>"),
        (
            Kind::Html,
            "<p data-name=\"javascript:live()\">javascript:live()</p>",
        ),
        (
            Kind::Markdown,
            "\\</details\\> @<!-- -->live-team `` </x-live>` ``",
        ),
        (
            Kind::Markdown,
            "<!-- beadle:plan day=2026-11-22 -->\n<details>\n<summary>1 step</summary>\n\n```yaml\n</details>\n```\n</details>",
        ),
        (Kind::Csv, "\"a\",\"'=cmd()\"\n"),
    ] {
        assert_eq!(kind.live(text), None, "{kind:?}: {text:?}");
    }
}
