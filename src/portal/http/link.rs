//! Pages that name the next one in a `Link` field (RFC 8288). Of that link only its cursor is taken,
//! and only where it leads to the same list: no address that a server sends is ever called.
//! Following the cursors is `cursor.rs`'s.

use reqwest::Url;

use super::failure::FailureKind;

/// The parameter of the query that says where a page begins.
const CURSOR: &str = "cursor";

/// A page, with the cursor of the one that its `Link` field names as the next.
pub(crate) struct Linked<P> {
    /// The page.
    pub(crate) page: P,
    /// The cursor; none on the last page.
    pub(crate) next: Option<String>,
}

/// The cursor of the next page, from the `Link` fields of the answer to `asked`.
pub(super) fn next_cursor(asked: &Url, fields: &[String]) -> Result<Option<String>, FailureKind> {
    let mut found = None;
    for field in fields {
        for (target, parameters) in links(field)? {
            if !is_next(parameters) {
                continue;
            }
            let cursor = cursor(asked, target)?;
            if found.replace(cursor).is_some() {
                return Err(malformed("two links to a next page"));
            }
        }
    }
    Ok(found)
}

/// The cursor in a link to the next page of the list that was asked for.
fn cursor(asked: &Url, target: &str) -> Result<String, FailureKind> {
    let next = asked
        .join(target)
        .map_err(|_| malformed("the link to the next page is no address"))?;
    let same_place = next.scheme() == asked.scheme()
        && next.host_str() == asked.host_str()
        && next.port_or_known_default() == asked.port_or_known_default()
        && next.path() == asked.path()
        && next.username().is_empty()
        && next.password().is_none();
    if !same_place {
        return Err(malformed("the link to the next page leads elsewhere"));
    }
    let mut cursors = next.query_pairs().filter(|(name, _)| name == CURSOR);
    match (cursors.next(), cursors.next()) {
        (Some((_, cursor)), None) => Ok(cursor.into_owned()),
        _ => Err(malformed("the link to the next page holds no `cursor`")),
    }
}

/// The links of one field: what stands between `<` and `>`, and the parameters that follow.
fn links(field: &str) -> Result<Vec<(&str, &str)>, FailureKind> {
    let broken = || malformed("a `Link` field that cannot be read");
    let mut found = Vec::new();
    let mut rest = field.trim_start_matches(separates);
    while !rest.is_empty() {
        let inside = rest.strip_prefix('<').ok_or_else(broken)?;
        let (target, after) = inside.split_once('>').ok_or_else(broken)?;
        let (parameters, following) = after.split_at(end_of_link(after));
        found.push((target, parameters));
        rest = following.trim_start_matches(separates);
    }
    Ok(found)
}

fn separates(letter: char) -> bool {
    letter == ',' || letter.is_ascii_whitespace()
}

/// Where the parameters of a link end: at a comma outside quotes.
fn end_of_link(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether the first `rel` among a link's parameters names a next page.
fn is_next(parameters: &str) -> bool {
    let pairs = parameters
        .split(';')
        .filter_map(|part| part.split_once('='));
    let mut rels = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
    rels.next().is_some_and(|(_, value)| {
        let value = value.trim().trim_matches('"');
        value
            .split_ascii_whitespace()
            .any(|rel| rel.eq_ignore_ascii_case("next"))
    })
}

fn malformed(what: &str) -> FailureKind {
    FailureKind::Malformed(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(fields: &[&str]) -> String {
        let asked = "https://portal.example/api/schools/6709999/users?per_page=500";
        let asked = Url::parse(asked).unwrap();
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        match next_cursor(&asked, &fields) {
            Ok(cursor) => cursor.unwrap_or_else(|| "-".to_owned()),
            Err(kind) => kind.to_string(),
        }
    }

    #[test]
    fn the_cursor_of_the_next_page_is_found_however_the_link_is_written() {
        assert_eq!(next(&[]), "-");
        assert_eq!(next(&["<?cursor=1>; rel=\"prev\"", ""]), "-");
        assert_eq!(next(&["<?cursor=a%2Fb&per_page=9>; rel=\"next\""]), "a/b");
        let whole = "<https://portal.example:443/api/schools/6709999/users?cursor=x>;rel=next";
        assert_eq!(next(&[whole]), "x");
        let several = "<?cursor=1>; rel=first; title=\"a, <b>; rel=next\", <users?cursor=2>; rel=\"last Next\"";
        assert_eq!(next(&[several]), "2");
        assert_eq!(
            next(&["<?cursor=1>; rel=last", "<?cursor=2>; REL = NEXT"]),
            "2"
        );
    }

    #[test]
    fn a_link_that_leads_elsewhere_or_nowhere_is_refused() {
        for elsewhere in [
            "<https://other.example/api/schools/6709999/users?cursor=1>; rel=next",
            "<//other.example/api/schools/6709999/users?cursor=1>; rel=next",
            "<http://portal.example/api/schools/6709999/users?cursor=1>; rel=next",
            "<https://portal.example:8443/api/schools/6709999/users?cursor=1>; rel=next",
            "<https://a:b@portal.example/api/schools/6709999/users?cursor=1>; rel=next",
            "</api/schools/6708888/users?cursor=1>; rel=next",
            "<../6708888/users?cursor=1>; rel=next",
            "<file:///etc/passwd?cursor=1>; rel=next",
        ] {
            assert_eq!(
                next(&[elsewhere]),
                "the answer does not have the form that was agreed (the link to the next page leads elsewhere)",
                "{elsewhere}"
            );
        }
        for nowhere in ["<?page=2>; rel=next", "<?cursor=1&cursor=2>; rel=next"] {
            assert!(next(&[nowhere]).contains("no `cursor`"), "{nowhere}");
        }
        assert!(next(&["?cursor=1; rel=next"]).contains("cannot be read"));
        assert!(next(&["<?cursor=1; rel=next"]).contains("cannot be read"));
        let two = "<?cursor=1>; rel=next, <?cursor=2>; rel=next";
        assert!(next(&[two]).contains("two links"));
    }

    proptest::proptest! {
        #[test]
        fn no_field_makes_it_panic(field in ".{0,60}|(<|>|\"|,|;|rel=next|\\?cursor=|é|\\\\){0,12}") {
            let _ = next(&[&field]);
        }
    }
}
