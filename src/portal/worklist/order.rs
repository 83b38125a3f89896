//! In which order pieces of work are done: each after what it waits for, what cannot be undone as
//! late as that allows, and each page as few times as that allows. Knows neither plans nor
//! portals.

use std::collections::{BTreeMap, BTreeSet};

/// What is done on one page in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// The page, by a name that no other page has.
    pub(super) page: String,
    /// What must be done before, as indices of chunks.
    pub(super) after: BTreeSet<usize>,
    /// Whether it cannot be undone.
    pub(super) late: bool,
}

/// Chunks that are done on one page, one after the other.
pub(super) type Visit = Vec<usize>;

struct Order<'a> {
    chunks: &'a [Chunk],
    waits: Vec<usize>,
    later: Vec<Vec<usize>>,
    done: Vec<bool>,
    /// Free chunks, those that can be undone and those that cannot, by page.
    ready: [BTreeSet<usize>; 2],
    /// Every chunk of each page.
    pages: BTreeMap<&'a str, Vec<usize>>,
}

/// The visits, in order. A chunk in a circle, which no plan has, comes at the end as it came.
pub(super) fn visits(chunks: &[Chunk]) -> Vec<Visit> {
    let mut order = Order::new(chunks);
    let mut visits: Vec<Visit> = Vec::new();
    let mut page: Option<&str> = None;
    while let Some(next) = order.next(page) {
        let here = chunks.get(next).map(|chunk| chunk.page.as_str());
        match visits.last_mut() {
            Some(visit) if page == here => visit.push(next),
            _ => visits.push(vec![next]),
        }
        page = here;
        order.finish(next);
    }
    visits
}

impl<'a> Order<'a> {
    fn new(chunks: &'a [Chunk]) -> Self {
        let mut later = vec![Vec::new(); chunks.len()];
        let mut waits = Vec::with_capacity(chunks.len());
        let mut pages: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, chunk) in chunks.iter().enumerate() {
            let early = chunk.after.iter().filter(|early| **early != index);
            let mut count = 0;
            for early in early {
                if let Some(list) = later.get_mut(*early) {
                    list.push(index);
                    count += 1;
                }
            }
            waits.push(count);
            pages.entry(&chunk.page).or_default().push(index);
        }
        let mut order = Self {
            chunks,
            waits,
            later,
            done: vec![false; chunks.len()],
            ready: [BTreeSet::new(), BTreeSet::new()],
            pages,
        };
        for index in 0..chunks.len() {
            order.free(index);
        }
        order
    }

    fn free(&mut self, index: usize) {
        let Some(chunk) = self.chunks.get(index) else {
            return;
        };
        if self.waits.get(index) == Some(&0) && self.done.get(index) == Some(&false) {
            let [common, late] = &mut self.ready;
            if chunk.late { late } else { common }.insert(index);
        }
    }

    /// What is done next, if the person is at `page`.
    fn next(&self, page: Option<&str>) -> Option<usize> {
        let [common, late] = &self.ready;
        let at = |index: &&usize| self.page(**index) == page && page.is_some();
        common
            .iter()
            .find(at)
            .or_else(|| common.iter().find(|index| self.closes(**index)))
            .or_else(|| common.first())
            .or_else(|| late.iter().find(at))
            .or_else(|| late.first())
            .copied()
            .or_else(|| self.done.iter().position(|done| !done))
    }

    fn page(&self, index: usize) -> Option<&'a str> {
        self.chunks.get(index).map(|chunk| chunk.page.as_str())
    }

    /// Whether all that is left to do on the chunk's page can be done in one go. What cannot be
    /// undone comes later in any case.
    fn closes(&self, index: usize) -> bool {
        let page = self.page(index);
        let on_page = page.and_then(|page| self.pages.get(page));
        let open = |index: &usize| self.done.get(*index) == Some(&false);
        let mut left = on_page.into_iter().flatten().filter(|index| open(index));
        left.all(|index| {
            let Some(chunk) = self.chunks.get(*index) else {
                return true;
            };
            let mut after = chunk.after.iter().filter(|early| open(early));
            chunk.late || after.all(|early| self.page(*early) == page)
        })
    }

    fn finish(&mut self, index: usize) {
        if let Some(done) = self.done.get_mut(index) {
            *done = true;
        }
        for ready in &mut self.ready {
            ready.remove(&index);
        }
        for next in self.later.get(index).cloned().unwrap_or_default() {
            if let Some(count) = self.waits.get_mut(next) {
                *count = count.saturating_sub(1);
            }
            self.free(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chunk(page: &str, after: &[usize], late: bool) -> Chunk {
        Chunk {
            page: page.to_owned(),
            after: after.iter().copied().collect(),
            late,
        }
    }

    #[test]
    fn a_page_waits_until_all_on_it_can_be_done_in_one_go() {
        let chunks = [
            chunk("product", &[], false),
            chunk("new user", &[], false),
            chunk("product", &[1], false),
        ];
        assert_eq!(visits(&chunks), [vec![1], vec![0, 2]]);
    }

    #[test]
    fn what_cannot_be_undone_is_last_unless_something_waits_for_it() {
        let chunks = [
            chunk("delete a", &[], true),
            chunk("user b", &[], false),
            chunk("user c", &[3], false),
            chunk("key d", &[], true),
        ];
        assert_eq!(visits(&chunks), [vec![1], vec![0], vec![3], vec![2]]);
    }

    #[test]
    fn a_circle_loses_nothing() {
        let chunks = [chunk("a", &[1], false), chunk("b", &[0], false)];
        assert_eq!(visits(&chunks).concat().len(), 2);
    }

    fn some() -> impl Strategy<Value = Vec<Chunk>> {
        let piece = (
            0..5_u8,
            prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        );
        let piece = (piece, prop::bool::weighted(0.2));
        prop::collection::vec(piece, 0..14).prop_map(|pieces| {
            let number = |(index, ((page, after), late)): (
                usize,
                ((u8, Vec<prop::sample::Index>), bool),
            )| {
                let after = after
                    .iter()
                    .filter(|_| index > 0)
                    .map(|early| early.index(index));
                Chunk {
                    page: page.to_string(),
                    after: after.collect(),
                    late,
                }
            };
            pieces.into_iter().enumerate().map(number).collect()
        })
    }

    proptest! {
        #[test]
        fn all_is_done_once_after_what_it_waits_for_and_no_page_twice_in_a_row(chunks in some()) {
            let visits = visits(&chunks);
            let order = visits.concat();
            prop_assert_eq!(order.iter().copied().collect::<BTreeSet<_>>().len(), chunks.len());
            prop_assert_eq!(order.len(), chunks.len());
            for (at, index) in order.iter().enumerate() {
                let before: BTreeSet<usize> = order[..at].iter().copied().collect();
                prop_assert!(chunks[*index].after.is_subset(&before));
            }
            let page = |visit: &Visit| chunks[visit[0]].page.clone();
            for visit in &visits {
                prop_assert!(visit.iter().all(|index| chunks[*index].page == page(visit)));
            }
            for pair in visits.windows(2) {
                prop_assert_ne!(page(&pair[0]), page(&pair[1]));
            }
        }

        #[test]
        fn where_no_two_pages_wait_for_each_other_each_is_opened_once(mut chunks in some()) {
            // Only what stands on an earlier page, or on the same, is waited for.
            let pages: Vec<String> = chunks.iter().map(|chunk| chunk.page.clone()).collect();
            for chunk in &mut chunks {
                let page = chunk.page.clone();
                chunk.after.retain(|early| pages[*early] <= page);
                chunk.late = false;
            }
            let different: BTreeSet<&String> = pages.iter().collect();
            prop_assert_eq!(visits(&chunks).len(), different.len());
        }

        #[test]
        fn what_cannot_be_undone_comes_when_nothing_else_can(chunks in some()) {
            let order = visits(&chunks).concat();
            for (at, index) in order.iter().enumerate().filter(|(_, index)| chunks[**index].late) {
                let before: BTreeSet<usize> = order[..at].iter().copied().collect();
                let could = order[at..].iter().find(|other| {
                    !chunks[**other].late && chunks[**other].after.is_subset(&before)
                });
                prop_assert_eq!(could, None, "before {}", index);
            }
        }
    }
}
