//! Lists that come in numbered pages: the first page says how many there are, the rest is read at
//! once, and no list has more pages than can be. Compares pages only by what they say of
//! themselves; whether the list is complete is the listing's to decide.

use tokio::task::JoinSet;

use super::failure::{CallFailure, FailureKind};

/// Most pages of one list.
pub(crate) const MOST_PAGES: u64 = 5_000;

/// What a page says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageSays {
    /// Its number, from 1.
    pub(crate) page: u64,
    /// Rows on a full page.
    pub(crate) per_page: u64,
    /// Rows in all.
    pub(crate) total: u64,
    /// Rows that came.
    pub(crate) rows: usize,
}

/// A page with a number.
pub(crate) trait Numbered {
    /// What it says of itself.
    fn says(&self) -> PageSays;
}

/// Reads every page of a list, in order. `call` names it in failures; `fetch` is given a page's
/// number and its size. The portal may answer with smaller pages than asked: that size is then
/// asked for.
pub(crate) async fn every_page<P, F, Fut>(
    call: &str,
    per_page: u64,
    fetch: F,
) -> Result<Vec<P>, CallFailure>
where
    P: Numbered + Send + 'static,
    F: Fn(u64, u64) -> Fut,
    Fut: Future<Output = Result<P, CallFailure>> + Send + 'static,
{
    let failed = |kind| CallFailure::new(call, kind);
    let first = fetch(1, per_page).await?;
    let size = first.says().per_page;
    let count = pages(first.says()).map_err(failed)?;
    let mut reading = JoinSet::new();
    for number in 2..=count {
        let page = fetch(number, size);
        reading.spawn(async move { (number, page.await) });
    }
    let mut pages = vec![(1, first)];
    while let Some(done) = reading.join_next().await {
        // A task of ours is cut off only when the whole program ends.
        let (number, page) = done.map_err(|_| failed(FailureKind::ConnectionLost))?;
        let page = page?;
        check(number, size, page.says()).map_err(failed)?;
        pages.push((number, page));
    }
    pages.sort_by_key(|(number, _)| *number);
    Ok(pages.into_iter().map(|(_, page)| page).collect())
}

/// How many pages there are, from what the first one says.
fn pages(first: PageSays) -> Result<u64, FailureKind> {
    check(1, first.per_page, first)?;
    let count = first.total.div_ceil(first.per_page).max(1);
    if count > MOST_PAGES {
        return Err(FailureKind::TooManyPages(MOST_PAGES));
    }
    Ok(count)
}

/// Whether it is the page that was asked for.
fn check(number: u64, size: u64, says: PageSays) -> Result<(), FailureKind> {
    let PageSays {
        page,
        per_page,
        total: _,
        rows,
    } = says;
    let wrong = if page != number {
        format!("page {page} where page {number} was asked for")
    } else if per_page == 0 {
        "pages of no rows".to_owned()
    } else if per_page != size {
        format!("pages of {per_page} rows after pages of {size}")
    } else if rows as u64 > per_page {
        format!("{rows} rows on a page of {per_page}")
    } else {
        return Ok(());
    };
    Err(FailureKind::Malformed(wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(page: u64, per_page: u64, total: u64, rows: usize) -> PageSays {
        PageSays {
            page,
            per_page,
            total,
            rows,
        }
    }

    #[test]
    fn the_first_page_says_how_many_there_are() {
        assert_eq!(pages(says(1, 200, 0, 0)), Ok(1));
        assert_eq!(pages(says(1, 200, 200, 200)), Ok(1));
        assert_eq!(pages(says(1, 200, 201, 200)), Ok(2));
        assert_eq!(pages(says(1, 1, MOST_PAGES, 1)), Ok(MOST_PAGES));
    }

    #[test]
    fn a_list_without_end_is_refused_before_it_is_read() {
        let endless = Err(FailureKind::TooManyPages(MOST_PAGES));
        assert_eq!(pages(says(1, 1, MOST_PAGES + 1, 1)), endless);
        assert_eq!(pages(says(1, 200, u64::MAX, 200)), endless);
    }

    #[test]
    fn a_page_that_is_not_the_one_asked_for_is_refused() {
        let told = |number, says| check(number, 200, says).unwrap_err().to_string();
        insta::assert_snapshot!(told(2, says(1, 200, 300, 200)), @"the answer does not have the form that was agreed (page 1 where page 2 was asked for)");
        insta::assert_snapshot!(told(2, says(2, 100, 300, 100)), @"the answer does not have the form that was agreed (pages of 100 rows after pages of 200)");
        insta::assert_snapshot!(told(2, says(2, 200, 300, 201)), @"the answer does not have the form that was agreed (201 rows on a page of 200)");
        insta::assert_snapshot!(pages(says(1, 0, 3, 3)).unwrap_err(), @"the answer does not have the form that was agreed (pages of no rows)");
    }
}
