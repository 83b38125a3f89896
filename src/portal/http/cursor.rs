//! Lists that come with a cursor: each page names the next one, and the last names none. A list
//! that turns in a circle, or that goes on without rows, is refused; whether it is complete is the
//! listing's to decide.

use std::collections::BTreeSet;

use super::failure::{CallFailure, FailureKind};
use super::paging::MOST_PAGES;

/// Longest cursor, in bytes: it goes into an address.
const LONGEST_CURSOR: usize = 1_000;

/// A page that names the next one.
pub(crate) trait Cursored {
    /// Rows that came.
    fn rows(&self) -> usize;
    /// The cursor of the next page; none on the last.
    fn next(&self) -> Option<&str>;
}

/// Reads every page of a list, in order. `call` names it in failures; `most` is how many rows a
/// page may have; `fetch` is given the cursor of a page, none for the first.
pub(crate) async fn every_cursor<P, F, Fut>(
    call: &str,
    most: usize,
    fetch: F,
) -> Result<Vec<P>, CallFailure>
where
    P: Cursored,
    F: Fn(Option<String>) -> Fut,
    Fut: Future<Output = Result<P, CallFailure>>,
{
    let failed = |kind| CallFailure::new(call, kind);
    let mut seen = BTreeSet::new();
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let page = fetch(cursor).await?;
        let next = follow(&page, most, &mut seen).map_err(failed)?;
        pages.push(page);
        match next {
            None => return Ok(pages),
            Some(_) if pages.len() as u64 >= MOST_PAGES => {
                return Err(failed(FailureKind::TooManyPages(MOST_PAGES)));
            }
            next => cursor = next,
        }
    }
}

/// The cursor that leads on from a page, if the page is one that can be.
fn follow(
    page: &impl Cursored,
    most: usize,
    seen: &mut BTreeSet<String>,
) -> Result<Option<String>, FailureKind> {
    let malformed = |what: String| Err(FailureKind::Malformed(what));
    let rows = page.rows();
    if rows > most {
        return malformed(format!("{rows} rows on a page of at most {most}"));
    }
    let Some(next) = page.next() else {
        return Ok(None);
    };
    if next.is_empty() || next.len() > LONGEST_CURSOR {
        return malformed(format!(
            "a cursor that is empty or longer than {LONGEST_CURSOR} bytes"
        ));
    }
    if rows == 0 {
        return malformed("a page without rows that is not the last".to_owned());
    }
    if !seen.insert(next.to_owned()) {
        return malformed("a cursor that was there before: the list turns in a circle".to_owned());
    }
    Ok(Some(next.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Page(usize, Option<&'static str>);

    impl Cursored for Page {
        fn rows(&self) -> usize {
            self.0
        }

        fn next(&self) -> Option<&str> {
            self.1
        }
    }

    /// What each cursor leads to.
    async fn read(pages: fn(Option<&str>) -> Page) -> Result<usize, String> {
        every_cursor(
            "GET /x",
            3,
            |cursor| async move { Ok(pages(cursor.as_deref())) },
        )
        .await
        .map(|pages| pages.iter().map(Cursored::rows).sum())
        .map_err(|failure| failure.kind.to_string())
    }

    #[tokio::test]
    async fn pages_are_followed_to_the_last() {
        let rows = read(|cursor| match cursor {
            None => Page(3, Some("b")),
            Some("b") => Page(3, Some("c")),
            _ => Page(1, None),
        });
        assert_eq!(rows.await, Ok(7));
        assert_eq!(read(|_| Page(0, None)).await, Ok(0));
    }

    #[tokio::test]
    async fn a_list_that_leads_nowhere_is_refused() {
        let circle = read(|cursor| match cursor {
            None => Page(3, Some("b")),
            Some("b") => Page(3, Some("c")),
            _ => Page(3, Some("b")),
        });
        insta::assert_snapshot!(circle.await.unwrap_err(), @"the answer does not have the form that was agreed (a cursor that was there before: the list turns in a circle)");
        insta::assert_snapshot!(read(|_| Page(0, Some("b"))).await.unwrap_err(), @"the answer does not have the form that was agreed (a page without rows that is not the last)");
        insta::assert_snapshot!(read(|_| Page(1, Some(""))).await.unwrap_err(), @"the answer does not have the form that was agreed (a cursor that is empty or longer than 1000 bytes)");
        insta::assert_snapshot!(read(|_| Page(4, None)).await.unwrap_err(), @"the answer does not have the form that was agreed (4 rows on a page of at most 3)");
    }
}
