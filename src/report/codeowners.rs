//! CODEOWNERS: whom a code hosting service asks before a file changes. Writes beadle's lines between
//! two of its own comments and keeps everything else as it is; the last rule that matches a file is
//! the one that counts.

use std::collections::BTreeMap;

/// How beadle's own lines begin and end.
const BEGIN: &str = "# beadle: begin";
const END: &str = "# beadle: end";
/// What stands beside the first of them.
const SAYS: &str = " (written by `beadle init --codeowners`; edit outside of these lines)";

/// What is wrong with the lines of a file that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Beadle's lines begin and do not end, or begin twice.
    #[error("line {0}: `{BEGIN}` without an end of its own")]
    Begin(usize),
    /// They end without having begun.
    #[error("line {0}: `{END}` without a beginning")]
    End(usize),
}

/// One rule: a file or folder, and who owns it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As CODEOWNERS wants it: [`pattern`], or `*`.
    pub pattern: String,
    /// At least one.
    pub owners: Vec<String>,
}

/// What becomes of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineChange {
    /// It is new.
    Added,
    /// It has other owners.
    Changed,
    /// It goes.
    Removed,
}

/// A path from the repository's root, with `/` between folders and after one, as a pattern that
/// matches it alone.
///
/// # Errors
/// The character that no service takes for itself, or not every one.
pub fn pattern(path: &str) -> Result<String, char> {
    // GitHub knows no way to write these: `\#`, `!` and `[ ]` do not work there.
    let wrong = |letter: &char| "#[]*?!\\".contains(*letter) || letter.is_control();
    if let Some(letter) = path.chars().find(wrong) {
        return Err(letter);
    }
    if let Some(letter) = path
        .chars()
        .find(|letter| letter.is_whitespace() && *letter != ' ')
    {
        return Err(letter);
    }
    Ok(format!("/{}", path.replace(' ', "\\ ")))
}

/// A file as it is, in three parts: before, between and after beadle's lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codeowners {
    before: String,
    own: Option<Vec<String>>,
    after: String,
    line_end: &'static str,
}

impl Codeowners {
    /// Takes the text of a file; an empty one where there is none.
    ///
    /// # Errors
    /// When it cannot be told which lines are beadle's.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let (mut before, mut after) = (String::new(), String::new());
        let mut own: Option<Vec<String>> = None;
        let mut open = None;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let bare = line.trim_end();
            if bare.starts_with(BEGIN) {
                if own.is_some() {
                    return Err(Malformed::Begin(open.unwrap_or(number)));
                }
                own = Some(Vec::new());
                open = Some(number);
            } else if bare.starts_with(END) {
                if open.take().is_none() {
                    return Err(Malformed::End(number));
                }
            } else if let (Some(_), Some(own)) = (open, &mut own) {
                own.push(bare.to_owned());
            } else if own.is_some() {
                after.push_str(line);
            } else {
                before.push_str(line);
            }
        }
        if let Some(number) = open {
            return Err(Malformed::Begin(number));
        }
        if own.is_none() {
            (before, after) = place(text);
        }
        Ok(Self {
            before,
            own,
            after,
            line_end,
        })
    }

    /// Whether rules that are not beadle's come first. Beadle's count more than these.
    #[must_use]
    pub fn has_rules_before(&self) -> bool {
        rules(&self.before) > 0
    }

    /// How many rules that are not beadle's come after, and count more than beadle's. Those of
    /// sections, which GitLab knows, are asked for beside them.
    #[must_use]
    pub fn rules_after(&self) -> usize {
        let unsectioned = self.after.lines().take_while(|line| !is_section(line));
        unsectioned.filter(|line| is_rule(line)).count()
    }

    /// The text with these rules, the general ones first.
    #[must_use]
    pub fn with(&self, rules: &[Rule]) -> String {
        let end = self.line_end;
        let mut text = self.before.clone();
        if self.own.is_none() && !text.is_empty() {
            if !text.ends_with('\n') {
                text.push_str(end);
            }
            text.push_str(end);
        }
        text.push_str(&format!("{BEGIN}{SAYS}{end}"));
        for rule in rules {
            text.push_str(&format!("{}{end}", line(rule)));
        }
        text.push_str(&format!("{END}{end}"));
        if self.own.is_none() && !self.after.is_empty() {
            text.push_str(end);
        }
        text.push_str(&self.after);
        text
    }

    /// What these rules change, by pattern; nothing where they stand there already.
    #[must_use]
    pub fn changes(&self, rules: &[Rule]) -> Vec<(String, LineChange)> {
        let split = |line: &String| {
            let (pattern, owners) = split(line);
            (pattern.to_owned(), owners.to_owned())
        };
        let is_rule = |line: &&String| is_rule(line);
        let before = self.own.iter().flatten().filter(is_rule).map(split);
        let mut before: BTreeMap<String, String> = before.collect();
        let mut changes = Vec::new();
        for rule in rules {
            match before.remove(&rule.pattern) {
                None => changes.push((rule.pattern.clone(), LineChange::Added)),
                Some(owners) if owners.trim() != rule.owners.join(" ") => {
                    changes.push((rule.pattern.clone(), LineChange::Changed));
                }
                Some(_) => {}
            }
        }
        changes.extend(before.into_keys().map(|gone| (gone, LineChange::Removed)));
        changes
    }
}

/// Where new lines go: to the end, where they count most; before the sections that GitLab knows,
/// so as not to become part of one.
fn place(text: &str) -> (String, String) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_section(line) {
            let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
            return (before.to_owned(), after.to_owned());
        }
        at += line.len();
    }
    (text.to_owned(), String::new())
}

fn is_section(line: &str) -> bool {
    let line = line.trim_start();
    line.strip_prefix('^').unwrap_or(line).starts_with('[')
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with('#') || is_section(line))
}

fn rules(text: &str) -> usize {
    text.lines().filter(|line| is_rule(line)).count()
}

fn line(rule: &Rule) -> String {
    let Rule { pattern, owners } = rule;
    format!("{pattern} {}", owners.join(" "))
}

/// The pattern of a line, up to the first space that is not escaped, and the rest.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, letter) in line.char_indices() {
        if letter.is_whitespace() && !escaped {
            return line.split_at_checked(at).unwrap_or((line, ""));
        }
        escaped = letter == '\\' && !escaped;
    }
    (line, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(pattern: &str) -> Rule {
        Rule {
            pattern: pattern.to_owned(),
            owners: vec!["@trust/access".to_owned()],
        }
    }

    #[test]
    fn paths_are_escaped_or_refused() {
        assert_eq!(
            pattern("schools/oak.yaml").unwrap_or_default(),
            "/schools/oak.yaml"
        );
        assert_eq!(
            pattern("st mary/é.yaml").unwrap_or_default(),
            "/st\\ mary/é.yaml"
        );
        for wrong in [
            "a#b", "[a]", "a]", "a*", "a?", "!a", "a\\b", "a\tb", "a\nb", "a\u{a0}b",
        ] {
            assert!(pattern(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_stands_around_is_kept_to_the_byte() {
        for (before, after) in [
            ("", ""),
            ("# ours\n* @all\n", "/docs/ @writers\n"),
            ("* @all\r\n", "\r\n/docs/ @writers"),
            ("\n\n", "\n\n"),
        ] {
            let found = Codeowners::parse(&format!("{before}{BEGIN}\nold @x\n{END}\n{after}"));
            let Ok(found) = found else { panic!("{before}") };
            let text = found.with(&[rule("*"), rule("/a\\ b.yaml")]);
            assert!(text.starts_with(before) && text.ends_with(after), "{text}");
            assert_eq!(
                Codeowners::parse(&text).map(|again| again.with(&[rule("*"), rule("/a\\ b.yaml")])),
                Ok(text)
            );
        }
    }

    #[test]
    fn lines_that_begin_and_do_not_end_are_nobody_s() {
        assert_eq!(
            Codeowners::parse("a @b\n# beadle: begin\n"),
            Err(Malformed::Begin(2))
        );
        assert_eq!(Codeowners::parse("# beadle: end\n"), Err(Malformed::End(1)));
        let twice = format!("{BEGIN}\n{END}\n{BEGIN}\n{END}\n");
        assert_eq!(Codeowners::parse(&twice), Err(Malformed::Begin(3)));
        let nested = format!("{BEGIN}\n{BEGIN}\n{END}\n");
        assert_eq!(Codeowners::parse(&nested), Err(Malformed::Begin(1)));
    }

    #[test]
    fn new_lines_stand_before_sections_and_after_all_else() {
        let text = "* @all\n\n^[Docs] @writers\n/docs/\n";
        let Ok(found) = Codeowners::parse(text) else {
            panic!("{text}")
        };
        assert!(found.has_rules_before());
        assert_eq!(found.rules_after(), 0);
        let with = found.with(&[rule("/beadle.yaml")]);
        let at = |what: &str| with.find(what).unwrap_or(usize::MAX);
        assert!(
            at("* @all") < at("/beadle.yaml") && at("/beadle.yaml") < at("[Docs]"),
            "{with}"
        );
    }
}
