//! Somebody who does what a worklist says: reads each line and looks for its words on the page.
//! It knows how lines are written (links, buttons, boxes, fields, rows) and no portal, so words
//! that are not on the page fail the test.

use serde_json::{Value, json};

use super::driver::{Browser, Element};

/// How lines begin that ask to look, not to click; and to sign in, which somebody at the sandbox's
/// pages has done.
const TO_LOOK: [&str; 4] = ["Compare ", "Leave ", "Look for ", "Sign in with "];

/// What is written for a field that stays empty.
const EMPTY: &str = "(leave empty)";

/// Somebody at a browser.
pub(super) struct Player<'b> {
    pub(super) browser: &'b Browser,
    /// The portal's first page after signing in.
    pub(super) first: String,
}

/// What a line asks for on the page that is shown.
enum Deed {
    Click(Element),
    Box(Element, bool),
    Field(Element, String),
}

impl Player<'_> {
    /// Works a whole list through, page by page. Answers with the kinds of the steps that are
    /// not for this portal's pages.
    pub(super) fn play(&self, list: &Value) -> Vec<String> {
        let mut elsewhere = Vec::new();
        for page in list["pages"].as_array().unwrap() {
            let steps = page["steps"].as_array().unwrap();
            let open = lines(&page["open"]);
            if open.is_empty() {
                elsewhere.extend(
                    steps
                        .iter()
                        .map(|step| step["kind"].as_str().unwrap().to_owned()),
                );
                continue;
            }
            self.browser.open(&self.first);
            self.follow_all(&open, &page["title"]);
            for step in steps {
                self.follow_all(&lines(&step["clicks"]), &step["title"]);
            }
            self.follow_all(&lines(&page["save"]), &page["title"]);
        }
        elsewhere
    }

    fn follow_all(&self, lines: &[String], of: &Value) {
        for line in lines {
            if let Err(wrong) = self.browser.wait_for(|| self.follow(line)) {
                panic!(
                    "{of}: `{line}`: {wrong}\nat {}\n{}",
                    self.browser.url(),
                    self.browser.source()
                );
            }
            assert_eq!(
                self.browser.status(),
                200,
                "{of}: `{line}`\n{}",
                self.browser.source()
            );
        }
    }

    /// Does what one line says, from wherever the browser is.
    pub(super) fn go(&self, line: &str) {
        self.follow_all(&[line.to_owned()], &json!("on the way"));
    }

    /// The cells of a table's rows without its headings, as somebody would copy them.
    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let script = "return [...document.querySelectorAll('table tr:has(td)')].map(row =>\
            [...row.cells].map(cell => cell.innerText.trim()))";
        serde_json::from_value(self.browser.run(script, &json!([]))).unwrap()
    }

    fn follow(&self, line: &str) -> Result<(), String> {
        if TO_LOOK.iter().any(|look| line.starts_with(look)) {
            return Ok(());
        }
        if let Some(text) = line.strip_prefix("Search for ") {
            let field = self.one("field", "Search", "", "")?;
            self.browser
                .fill(&field.ok_or("there is no field `Search`")?, text);
            let button = self.one("click", "Search", "", "")?;
            return self
                .browser
                .click(&button.ok_or("there is no button `Search`")?);
        }
        match self
            .read(line)?
            .ok_or("nothing of these words is on the page")?
        {
            Deed::Click(element) => self.browser.click(&element)?,
            Deed::Box(element, ticked) => {
                if self.browser.is_ticked(&element) != ticked {
                    self.browser.click(&element)?;
                }
            }
            Deed::Field(element, text) => self.fill(&element, &text),
        }
        Ok(())
    }

    /// Which keys fill in a day depends on the machine's language, so a day is set as a calendar
    /// would set it; an entry of a list is chosen by its words.
    fn fill(&self, element: &Element, text: &str) {
        let script = "const [field, text] = arguments;\
            if (field.type === 'date') { field.value = text; return field.value === text; }\
            if (field.tagName !== 'SELECT') return null;\
            const options = [...field.options].filter(one => one.text.trim().toLowerCase() === text.toLowerCase());\
            options.forEach(one => one.selected = true); return options.length === 1;";
        match self
            .browser
            .run(script, &json!([self.browser.handle(element), text]))
        {
            Value::Null => self.browser.fill(element, text),
            chosen => assert_eq!(chosen, true, "`{text}` cannot be chosen"),
        }
    }

    /// What a line means on this page: `Tick X`, `Choose X`, `Field: text`, `Box: tick`,
    /// `Row: button`, `Group: tick X`, `List: entry`, or the words of a link or button.
    fn read(&self, line: &str) -> Result<Option<Deed>, String> {
        if let Some((ticked, label)) = tick(line) {
            return self.read_box(label, "", ticked);
        }
        let line = line.strip_prefix("Choose ").unwrap_or(line);
        for (at, _) in line.match_indices(": ") {
            let (before, after) = (&line[..at], &line[at + 2..]);
            if let Some(deed) = self.read_pair(before, after)? {
                return Ok(Some(deed));
            }
        }
        for (words, beside) in bracketed(line) {
            if let Some(element) = self.one("click", words, "", beside)? {
                return Ok(Some(Deed::Click(element)));
            }
        }
        Ok(None)
    }

    fn read_box(&self, label: &str, group: &str, ticked: bool) -> Result<Option<Deed>, String> {
        for (words, beside) in bracketed(label) {
            if let Some(element) = self.one("box", words, group, beside)? {
                return Ok(Some(Deed::Box(element, ticked)));
            }
        }
        Ok(None)
    }

    fn read_pair(&self, before: &str, after: &str) -> Result<Option<Deed>, String> {
        if let Some(field) = self.one("field", before, "", "")? {
            let text = if after == EMPTY { "" } else { after };
            return Ok(Some(Deed::Field(field, text.to_owned())));
        }
        let words = bracketed(after).last().map_or(after, |(words, _)| *words);
        match words {
            "tick" => return self.read_box(before, "", true),
            "leave without a tick" => return self.read_box(before, "", false),
            _ => {}
        }
        if let Some((ticked, label)) = tick(after) {
            return self.read_box(label, before, ticked);
        }
        for (place, beside) in bracketed(before) {
            if let Some(element) = self.one("click", words, place, beside)? {
                return Ok(Some(Deed::Click(element)));
            }
        }
        self.read_list(before, words)
    }

    /// An entry of a list that opens.
    fn read_list(&self, list: &str, entry: &str) -> Result<Option<Deed>, String> {
        let Some(opens) = self.one("click", list, "", "")? else {
            return Ok(None);
        };
        let script =
            "return arguments[0].tagName === 'SUMMARY' && !arguments[0].parentElement.open";
        if self
            .browser
            .run(script, &json!([self.browser.handle(&opens)]))
            != true
        {
            return Ok(None);
        }
        self.browser.click(&opens)?;
        let element = self.one("click", entry, list, "")?;
        Ok(element.map(Deed::Click))
    }

    /// The one thing of a kind that bears these words; in this row or group, if any; where several
    /// do, the one beside which these others stand.
    fn one(
        &self,
        kind: &str,
        words: &str,
        place: &str,
        beside: &str,
    ) -> Result<Option<Element>, String> {
        const FIND: &str = include_str!("find.js");
        let arguments = json!([kind, words, place, beside]);
        let mut found = self.browser.elements(FIND, &arguments);
        match found.len() {
            0 | 1 => Ok(found.pop()),
            several => Err(format!("{several} of them are on the page")),
        }
    }
}

/// `Tick X` or `untick X`.
fn tick(line: &str) -> Option<(bool, &str)> {
    let (verb, label) = line.split_once(' ')?;
    match verb {
        "Tick" | "tick" => Some((true, label)),
        "Untick" | "untick" => Some((false, label)),
        _ => None,
    }
}

/// The words as they are, and without what stands behind them in brackets: a remark, or what tells
/// two of a name apart.
fn bracketed(line: &str) -> Vec<(&str, &str)> {
    let split = line
        .strip_suffix(')')
        .and_then(|line| line.rsplit_once(" ("));
    [Some((line, "")), split].into_iter().flatten().collect()
}

fn lines(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|line| line.as_str().unwrap().to_owned()).collect()
}
