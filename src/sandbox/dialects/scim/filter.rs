//! Filters as they are written (RFC 7644, 3.4.2.2), read into a tree of bounded depth, and the paths
//! of PATCH, which hold them. Which attributes there are is not known here.

use serde_json::Value;

use super::refusal::invalid_filter;
use crate::sandbox::problem::{Problem, shortened};

/// Longest filter, in bytes.
const LONGEST: usize = 8 << 10;
/// Deepest nesting of brackets and parentheses.
const DEEPEST: usize = 24;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// All of them.
    All(Vec<Filter>),
    /// At least one of them.
    Any(Vec<Filter>),
    /// Not that.
    Not(Box<Filter>),
    /// The attribute has a value.
    Present(String),
    /// The attribute compares so with the value.
    Compare(String, Operator, Value),
    /// One value of the attribute meets all of that.
    One(String, Box<Filter>),
}

/// Where an operation of PATCH leads: `attribute[filter].part`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PatchPath {
    /// The attribute, with `.part` where no filter stands between them.
    pub(super) attribute: String,
    /// Which of its values.
    pub(super) filter: Option<Filter>,
    /// The sub-attribute behind the filter.
    pub(super) part: Option<String>,
}

/// Reads a filter.
pub(super) fn parse(text: &str) -> Result<Filter, Problem> {
    let mut reader = Reader::new(text)?;
    let filter = reader.any(0)?;
    match reader.peek() {
        None => Ok(filter),
        Some(token) => Err(unexpected(token)),
    }
}

/// Reads the path of an operation.
pub(super) fn parse_path(text: &str) -> Result<PatchPath, Problem> {
    let mut reader = Reader::new(text)?;
    let Some(Token::Word(attribute)) = reader.next() else {
        return Err(invalid_filter("a path begins with an attribute"));
    };
    let mut path = PatchPath {
        attribute,
        filter: None,
        part: None,
    };
    if reader.peek() == Some(&Token::Mark('[')) {
        reader.next();
        path.filter = Some(reader.any(1)?);
        reader.expect(']')?;
        if let Some(Token::Word(word)) = reader.peek() {
            path.part = word.strip_prefix('.').map(str::to_owned);
            if path.part.is_some() {
                reader.next();
            }
        }
    }
    match reader.peek() {
        None => Ok(path),
        Some(token) => Err(unexpected(token)),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// One of `()[]`.
    Mark(char),
    /// An attribute, an operator or a bare value.
    Word(String),
    /// A text in quotes.
    Text(String),
}

fn unexpected(token: &Token) -> Problem {
    let shown = match token {
        Token::Mark(mark) => mark.to_string(),
        Token::Word(word) | Token::Text(word) => shortened(word),
    };
    invalid_filter(format!("`{shown}` is not expected where it stands"))
}

fn tokens(text: &str) -> Result<Vec<Token>, Problem> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(' ');
        let Some(first) = rest.chars().next() else {
            return Ok(found);
        };
        if "()[]".contains(first) {
            found.push(Token::Mark(first));
            rest = rest.get(1..).unwrap_or_default();
        } else if first == '"' {
            // The text is JSON's, escapes included.
            let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let Some(Ok(quoted)) = stream.next() else {
                return Err(invalid_filter("a text in quotes does not end"));
            };
            let length = stream.byte_offset();
            found.push(Token::Text(quoted));
            rest = rest.get(length..).unwrap_or_default();
        } else {
            let length = rest
                .find(|letter: char| letter == ' ' || "()[]\"".contains(letter))
                .unwrap_or(rest.len());
            let (word, left) = rest.split_at(length);
            found.push(Token::Word(word.to_owned()));
            rest = left;
        }
    }
}

struct Reader {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl Reader {
    fn new(text: &str) -> Result<Self, Problem> {
        if text.len() > LONGEST {
            let detail = format!("it is longer than {LONGEST} bytes");
            return Err(invalid_filter(detail));
        }
        Ok(Self {
            tokens: tokens(text)?.into_iter().peekable(),
        })
    }

    fn peek(&mut self) -> Option<&Token> {
        self.tokens.peek()
    }

    fn next(&mut self) -> Option<Token> {
        self.tokens.next()
    }

    fn expect(&mut self, mark: char) -> Result<(), Problem> {
        match self.next() {
            Some(Token::Mark(found)) if found == mark => Ok(()),
            Some(token) => Err(unexpected(&token)),
            None => Err(invalid_filter(format!("`{mark}` is missing at its end"))),
        }
    }

    /// Takes the word where it is next.
    fn take(&mut self, wanted: &str) -> bool {
        let there =
            matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if there {
            self.next();
        }
        there
    }

    fn any(&mut self, depth: usize) -> Result<Filter, Problem> {
        let mut parts = vec![self.all(depth)?];
        while self.take("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Filter::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Filter, Problem> {
        let mut parts = vec![self.single(depth)?];
        while self.take("and") {
            parts.push(self.single(depth)?);
        }
        Ok(one_or(parts, Filter::All))
    }

    fn single(&mut self, depth: usize) -> Result<Filter, Problem> {
        if depth > DEEPEST {
            let detail = format!("it is nested deeper than {DEEPEST} times");
            return Err(invalid_filter(detail));
        }
        let word = match self.next() {
            Some(Token::Mark('(')) => {
                let inner = self.any(depth + 1)?;
                self.expect(')')?;
                return Ok(inner);
            }
            Some(Token::Word(word)) => word,
            Some(token) => return Err(unexpected(&token)),
            None => return Err(invalid_filter("something is missing at its end")),
        };
        match self.peek() {
            Some(Token::Mark('(')) if word.eq_ignore_ascii_case("not") => {
                self.next();
                let inner = self.any(depth + 1)?;
                self.expect(')')?;
                Ok(Filter::Not(Box::new(inner)))
            }
            Some(Token::Mark('[')) => {
                self.next();
                let inner = self.any(depth + 1)?;
                self.expect(']')?;
                Ok(Filter::One(word, Box::new(inner)))
            }
            _ => self.comparison(word),
        }
    }

    fn comparison(&mut self, attribute: String) -> Result<Filter, Problem> {
        if self.take("pr") {
            return Ok(Filter::Present(attribute));
        }
        let Some(Token::Word(word)) = self.next() else {
            let detail = format!("an operator is missing after `{}`", shortened(&attribute));
            return Err(invalid_filter(detail));
        };
        let operator = match word.to_ascii_lowercase().as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "co" => Operator::Contains,
            "sw" => Operator::StartsWith,
            "ew" => Operator::EndsWith,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            _ => {
                let detail = format!("`{}` is not an operator", shortened(&word));
                return Err(invalid_filter(detail));
            }
        };
        let value = match self.next() {
            Some(Token::Text(text)) => Value::String(text),
            Some(Token::Word(word)) => bare(&word)?,
            _ => {
                let detail = format!("a value is missing after `{}`", shortened(&word));
                return Err(invalid_filter(detail));
            }
        };
        Ok(Filter::Compare(attribute, operator, value))
    }
}

/// A value without quotes: a number, `true`, `false` or `null`.
fn bare(word: &str) -> Result<Value, Problem> {
    serde_json::from_str(word).map_err(|_| {
        let detail = format!("`{}` is not a value; a text has quotes", shortened(word));
        invalid_filter(detail)
    })
}

fn one_or(mut parts: Vec<Filter>, several: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            several(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn equal(attribute: &str, value: &str) -> Filter {
        Filter::Compare(attribute.to_owned(), Operator::Equal, json!(value))
    }

    #[test]
    fn not_binds_tighter_than_and_and_and_than_or() {
        let read = parse(r#"a eq "1" or b EQ "2" and not (c pr)"#).unwrap();
        let both = Filter::All(vec![
            equal("b", "2"),
            Filter::Not(Box::new(Filter::Present("c".to_owned()))),
        ]);
        assert_eq!(read, Filter::Any(vec![equal("a", "1"), both]));
    }

    #[test]
    fn a_path_has_a_filter_and_a_part() {
        let read = parse_path(r#"emails[type eq "wo\"r]k"].value"#).unwrap();
        assert_eq!(read.attribute, "emails");
        assert_eq!(read.filter, Some(equal("type", "wo\"r]k")));
        assert_eq!(read.part.as_deref(), Some("value"));
        for wrong in [
            "",
            "[",
            "emails[",
            "emails[]",
            "emails[type eq 1].a b",
            "a b",
        ] {
            assert!(parse_path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let deep = format!("{}a pr{}", "(".repeat(2000), ")".repeat(2000));
        let long = format!("a eq \"{}\"", "x".repeat(LONGEST));
        for wrong in [
            "",
            " ",
            "a",
            "a eq",
            "a eq b",
            "a xx \"b\"",
            "(a pr",
            "a pr)",
            "a pr b pr",
            "not a pr",
            "a[b pr",
            "a eq \"",
            "a eq \"\\x\"",
            "and",
            "\u{0}",
            &deep,
            &long,
        ] {
            assert_eq!(parse(wrong).unwrap_err().code, "invalidFilter", "{wrong}");
        }
    }
}
