//! Escaping for documents with markup: Markdown and HTML. What hides or turns text around is made
//! visible first, as for a terminal.

use std::fmt::Write as _;

use super::terminal;

/// Text inside a paragraph of Markdown: no markup, no HTML, no link, no mention of `@somebody`
/// and no line break in it survives.
#[must_use]
pub fn markdown(text: &str) -> String {
    let shown = terminal(text);
    let mut escaped = String::with_capacity(shown.len() + 8);
    let mut before = ' ';
    let mut characters = shown.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // `https:`, `mailto:`: a colon before a space begins no link.
            ':' if characters.peek().is_none_or(|next| next.is_whitespace()) => escaped.push(':'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '!' | '#' | '$'
            | ':' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(character);
            }
            // An address stays readable; a mention is cut in two by a comment that nobody sees.
            '@' if !before.is_alphanumeric() => escaped.push_str("@<!-- -->"),
            // No link begins by itself.
            '.' if escaped.to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            plain => escaped.push(plain),
        }
        before = character;
    }
    escaped
}

/// Text as code in Markdown, shown as it is: nothing in it is markup.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let shown = terminal(text);
    let (mut longest, mut run) = (0_usize, 0_usize);
    for character in shown.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let edge = |character: char| character == '`' || character == ' ';
    let pad = if shown.is_empty() || shown.starts_with(edge) || shown.ends_with(edge) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// Text in HTML, between tags or in a quoted attribute.
#[must_use]
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            hidden if super::is_hidden(hidden) => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_words_in_markdown() {
        let cases = [
            ("a|b", r"a\|b"),
            ("`x`", r"\`x\`"),
            ("</details>", r"\</details\>"),
            ("@team", "@<!-- -->team"),
            ("[x](javascript:1)", r"\[x\](javascript\:1)"),
            ("https://evil.example", r"https\://evil.example"),
            ("mailto:x@evil.example", r"mailto\:x@evil.example"),
            ("after: no end:", "after: no end:"),
            ("www.evil.example", r"www\.evil.example"),
            ("WWW.evil.example", r"WWW\.evil.example"),
            ("&lt;b&gt;", r"\&lt;b\&gt;"),
            ("a\n# b", r"a\\n\# b"),
            ("![i](x)", r"\!\[i\](x)"),
            ("a.khan@northshire.example", "a.khan@northshire.example"),
            ("Zoë O’Neill-García", "Zoë O’Neill-García"),
        ];
        for (payload, shown) in cases {
            assert_eq!(markdown(payload), shown);
        }
    }

    #[test]
    fn code_is_fenced_by_more_backticks_than_it_holds() {
        assert_eq!(markdown_code("a b"), "`a b`");
        assert_eq!(markdown_code("a``b"), "```a``b```");
        assert_eq!(markdown_code("`a"), "`` `a ``");
        assert_eq!(markdown_code(""), "`  `");
        assert_eq!(markdown_code("a\nb"), r"`a\nb`");
    }

    #[test]
    fn payloads_are_words_in_html() {
        assert_eq!(
            html("<script>\"'&\u{202e}"),
            r"&lt;script&gt;&quot;&#39;&amp;\u{202e}"
        );
    }
}
