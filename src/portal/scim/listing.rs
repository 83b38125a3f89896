//! Complete lists, from servers that page as they please: by what came back, never by what they
//! say would come, until an empty page. A list that may be short is an error; nothing may be
//! concluded from it.

use std::collections::BTreeSet;

use super::api::{Api, Kind, Page, Place};
use super::profile::Profile;
use super::resource::Resource;
use crate::model::live::Incomplete;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::CallFailure;

/// Most pages of one list.
const MOST_PAGES: u64 = 5_000;
/// The size that is tried where the first one is refused; after it, none is asked for.
const SMALL_PAGE: u32 = 50;

/// Reads a whole list.
pub(super) async fn every(
    api: &Api,
    place: &Place,
    profile: &Profile,
    kind: Kind,
    filter: Option<&str>,
) -> Result<Vec<Resource>, CallFailure> {
    let call = api.call("GET", place, kind, None);
    let failed = |kind: PortalErrorKind| CallFailure::new(&*call, kind);
    let mut count = Some(profile.page_size);
    let mut list = Gathered::begin(kind, place);
    for _ in 0..MOST_PAGES {
        let start = list.rows.len() as u64 + 1;
        let page = loop {
            match api.page(place, kind, start, count, filter).await {
                Ok(page) => break page,
                Err(failure) if count.is_some() && too_many_rows(&failure.kind) => {
                    count = smaller(count);
                }
                Err(failure) => return Err(failure),
            }
        };
        if list.take(page).map_err(failed)? {
            return list.finish().map_err(failed);
        }
    }
    Err(failed(PortalErrorKind::TooManyPages(MOST_PAGES)))
}

/// Whether a smaller page may be answered.
fn too_many_rows(kind: &PortalErrorKind) -> bool {
    match kind {
        PortalErrorKind::Refused { status, code: _ } => *status == 400,
        PortalErrorKind::Failed(_) | PortalErrorKind::TooLarge(_) => true,
        _ => false,
    }
}

fn smaller(count: Option<u32>) -> Option<u32> {
    count
        .filter(|count| *count > SMALL_PAGE)
        .map(|_| SMALL_PAGE)
}

/// The rows so far, and what was said of their number.
struct Gathered {
    what: &'static str,
    rows: Vec<Resource>,
    ids: BTreeSet<String>,
    total: Option<u64>,
    whose: Whose,
}

/// Whose the rows say they are, by their addresses (`meta.location`): a page holds no tenant's name,
/// and another tenant's page would read as if everybody had gone. Not every server gives addresses,
/// and what stands before them may be any proxy's, so that hosts are not compared.
struct Whose {
    collection: &'static str,
    /// The tenant, where it has a segment of the address to itself.
    tenant: Option<String>,
    /// What stood before the collection's name in the first address.
    before: Option<String>,
}

impl Whose {
    fn of(kind: Kind, place: &Place) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let tenant = place.first();
        Self {
            collection: match kind {
                Kind::Users => "/Users/",
                Kind::Groups => "/Groups/",
            },
            tenant: tenant.filter(|id| id.bytes().all(plain)).cloned(),
            before: None,
        }
    }

    fn check(&mut self, row: &Resource) -> Result<(), PortalErrorKind> {
        let wrong = |what: &str| {
            let what = format!("the list cannot be trusted: {what}, as its `meta.location` says");
            Err(PortalErrorKind::Directory(what))
        };
        let Some(location) = row.text_in("meta", "location") else {
            return Ok(());
        };
        let path = match location.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)),
            None => Some(location).filter(|path| path.starts_with('/')),
        };
        let Some((before, _)) = path.and_then(|path| path.rsplit_once(self.collection)) else {
            return Ok(());
        };
        if let Some(tenant) = &self.tenant
            && !before.split('/').any(|segment| segment == tenant)
        {
            return wrong(&format!("a row is not of tenant `{tenant}`"));
        }
        match &self.before {
            Some(first) if first != before => wrong("a row is of another tenant than the first"),
            Some(_) => Ok(()),
            None => {
                self.before = Some(before.to_owned());
                Ok(())
            }
        }
    }
}

impl Gathered {
    fn begin(kind: Kind, place: &Place) -> Self {
        Self {
            whose: Whose::of(kind, place),
            what: match kind {
                Kind::Users => "accounts",
                Kind::Groups => "groups",
            },
            rows: Vec::new(),
            ids: BTreeSet::new(),
            total: None,
        }
    }

    /// Takes a page in; true when it was empty, and so the last.
    fn take(&mut self, page: Page) -> Result<bool, PortalErrorKind> {
        let Page { total, rows } = page;
        let what = self.what;
        // Past the end some servers say that there is nothing.
        let past_the_end = rows.is_empty() && total == Some(0);
        match (self.total, total) {
            (Some(first), Some(later)) if first != later && !past_the_end => {
                return Err(Incomplete::Shifted { what, first, later }.into());
            }
            (None, Some(total)) => self.total = Some(total),
            _ => {}
        }
        if rows.is_empty() {
            return Ok(true);
        }
        let mut new = Vec::with_capacity(rows.len());
        let mut known = None;
        for row in rows {
            self.whose.check(&row)?;
            let id = row
                .id()
                .ok_or_else(|| PortalErrorKind::Malformed("a row without `id`".to_owned()))?;
            if self.ids.insert(id.clone()) {
                new.push(row);
            } else {
                known = Some(id);
            }
        }
        if let Some(id) = known {
            return Err(if new.is_empty() {
                let rows = self.rows.len();
                PortalErrorKind::Directory(format!(
                    "the list cannot be trusted: after {rows} {what} the portal sends the same ones again instead of the next or of none"
                ))
            } else {
                Incomplete::Duplicate(id).into()
            });
        }
        self.rows.append(&mut new);
        Ok(false)
    }

    /// More rows than were counted are no harm: the list was read to its end. Fewer are.
    fn finish(self) -> Result<Vec<Resource>, PortalErrorKind> {
        let received = self.rows.len() as u64;
        match self.total {
            Some(stated) if stated > received => Err(Incomplete::Count {
                what: self.what,
                stated,
                received,
            }
            .into()),
            // Neither a number nor a row: it may be any answer at all.
            None if received == 0 => Err(Incomplete::NoTotal(self.what).into()),
            _ => Ok(self.rows),
        }
    }
}
