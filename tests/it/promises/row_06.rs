//! Promise 6: a short read is not "everyone left". Each answer of each model's listing is told as
//! something that it is not, in every way that comes to mind; whatever it is, `apply --yes` changes
//! nothing and says which portal, organisation and call it was.

mod lies;
mod school;
mod told;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use beadle::model::rules::Rules;
use beadle::portal::{Driver, driver};

use self::lies::{Ground, Lie, lies, shortened};
use self::told::Told;
use super::count::{seed, showing};
use super::proxy::{Back, Call, Fate, Proxy, Rig};
use crate::support::{Sandbox, copy, err, out};

/// Answers told wrongly, of each model.
const FULL: u64 = 200;
const SHARE: u64 = 16;
/// Programs at the same time, most of which wait for a retry.
const WORKERS: usize = 8;
/// What is among the share of every model.
const ALWAYS: [&str; 6] = [
    "half of it, of that length",
    "a login page with status 200",
    "one more than there are",
    "somebody is left out",
    "another organisation's",
    "the first page again",
];

/// One answer of a listing: its path, and which page of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    path: String,
    at: String,
}

impl Position {
    fn of(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let at = pairs.filter(|(name, _)| ["page", "cursor", "startIndex"].contains(name));
        Self {
            path: path.to_owned(),
            at: at.map(|(_, value)| value).collect(),
        }
    }

    fn is_first(&self) -> bool {
        ["", "1"].contains(&self.at.as_str())
    }
}

/// What is told wrongly.
#[derive(Clone)]
enum Wrong {
    /// One answer.
    One(Position, &'static str, Lie, usize),
    /// The list of accounts, shorter by so many hundredths, which agrees with itself.
    Shortened(String, usize),
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(Position { path, at }, what, _, random) => {
                write!(formatter, "{path} {at}: {what} ({random})")
            }
            Self::Shortened(list, percent) => write!(formatter, "{list}: {percent} % shorter"),
        }
    }
}

/// Stands between, and lies where it is told to.
#[derive(Clone)]
struct Liar {
    portal: String,
    organisations: [&'static str; 2],
    wrong: Arc<Mutex<Option<Wrong>>>,
    /// What was asked for, once each, in order.
    seen: Arc<Mutex<Vec<Position>>>,
    /// Honest answers, until something is written.
    honest: Arc<Mutex<BTreeMap<String, Told>>>,
    writes: Arc<AtomicUsize>,
    /// How often it lied.
    lied: Arc<AtomicUsize>,
}

impl Liar {
    fn before(sandbox: &Sandbox, rules: &Rules) -> Self {
        let url = sandbox.text("/url");
        Self {
            portal: url.strip_prefix("http://").unwrap().to_owned(),
            organisations: school::organisations(rules.driver),
            wrong: Arc::default(),
            seen: Arc::default(),
            honest: Arc::default(),
            writes: Arc::default(),
            lied: Arc::default(),
        }
    }

    /// The honest answer, in pages of fifty rows where a portal has pages of any size.
    fn honest(&self, target: &str, call: &Call) -> Told {
        let mut honest = self.honest.lock().unwrap();
        if self.writes.load(Ordering::SeqCst) > 0 {
            honest.clear();
        }
        let target = smaller_pages(target);
        let asked = || Told::ask(&self.portal, &target, call);
        honest.entry(target.clone()).or_insert_with(asked).clone()
    }

    /// What is sent in place of an answer, none where there is nothing to lie about; none at all
    /// where the answer itself is sent.
    fn lie(&self, call: &Call, position: &Position) -> Option<Option<Vec<u8>>> {
        let wrong = self.wrong.lock().unwrap().clone()?;
        let path = call.path();
        let (at, lie, random) = match wrong {
            Wrong::Shortened(list, percent) => {
                let first = (path == list).then(|| self.honest(&first_page(call), call))?;
                return Some(Some(shortened(&first, position.is_first(), percent)));
            }
            Wrong::One(at, _, lie, random) => (at, lie, random),
        };
        if at != *position {
            return None;
        }
        let [own, other] = self.organisations;
        // Where cursors are of one organisation's making, another's first page is all there is.
        let there = if call.target.contains("cursor=") {
            path
        } else {
            &call.target
        };
        let honest = self.honest(&call.target, call);
        let first = self.honest(&first_page(call), call);
        let other = self.honest(&there.replace(own, other), call);
        let seen = self.seen.lock().unwrap();
        let pages = seen.iter().filter(|one| one.path == position.path);
        Some(lie(&Ground {
            honest: &honest,
            first: &first,
            other: &other,
            paged: pages.count() > 1,
            is_first: position.is_first(),
            lenient: path.ends_with("/Users") || path.ends_with("/Groups"),
            random,
        }))
    }
}

impl Rig for Liar {
    fn fate(&self, call: &Call) -> Fate {
        if call.writes() {
            self.writes.fetch_add(1, Ordering::SeqCst);
            return Fate::FORWARD;
        }
        let position = Position::of(&call.target);
        let mut seen = self.seen.lock().unwrap();
        if !seen.contains(&position) {
            seen.push(position.clone());
        }
        drop(seen);
        let told = match self.lie(call, &position) {
            Some(Some(lie)) => {
                self.lied.fetch_add(1, Ordering::SeqCst);
                lie
            }
            // There is nothing to lie about here, and nothing is to change.
            Some(None) => Told::text(404, "text/plain", "").wire(),
            None => self.honest(&call.target, call).wire(),
        };
        Fate::Kept(Back::Instead(told))
    }
}

fn first_page(call: &Call) -> String {
    let pairs = call.target.split_once('?').map_or("", |(_, query)| query);
    let kept = pairs
        .split('&')
        .filter_map(|pair| match pair.split_once('=') {
            Some(("cursor", _)) | None => None,
            Some((name @ ("page" | "startIndex"), _)) => Some(format!("{name}=1")),
            Some(_) => Some(pair.to_owned()),
        });
    let kept: Vec<String> = kept.collect();
    format!("{}?{}", call.path(), kept.join("&"))
}

fn smaller_pages(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name @ ("per_page" | "count"), _)) => format!("{name}=50"),
        _ => pair.to_owned(),
    });
    let pairs: Vec<String> = pairs.collect();
    format!("{path}?{}", pairs.join("&"))
}

/// A project of its own before the same portal, whose last apply was an honest one.
struct Desk {
    folder: tempfile::TempDir,
    liar: Liar,
    _proxy: Proxy,
}

impl Desk {
    fn new(sandbox: &Sandbox, rules: &Rules, applied: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if let Some(applied) = applied {
            copy(applied, folder.path());
        }
        let liar = Liar::before(sandbox, rules);
        let proxy = Proxy::before(&sandbox.text("/url"), liar.clone());
        let url = proxy.url(&sandbox.text("/portals/portal/url"));
        fs::write(
            folder.path().join("token"),
            sandbox.text("/portals/portal/token"),
        )
        .unwrap();
        school::project(folder.path(), rules, &url, applied.is_some());
        Self {
            folder,
            liar,
            _proxy: proxy,
        }
    }

    fn apply(&self, wrong: Option<Wrong>) -> Output {
        *self.liar.wrong.lock().unwrap() = wrong;
        school::apply(self.folder.path())
    }

    /// Applies while one thing is told wrongly; false where there was nothing to lie about.
    fn is_refused(&self, wrong: &Wrong) -> bool {
        self.liar.lied.store(0, Ordering::SeqCst);
        let output = self.apply(Some(wrong.clone()));
        if self.liar.lied.load(Ordering::SeqCst) == 0 {
            return false;
        }
        let organisation = self.liar.organisations[0];
        let (what, exit, words) = match wrong {
            Wrong::One(at, ..) => {
                let path = at.path.split_once("/portal").unwrap().1;
                let path = path.strip_prefix(&format!("/{organisation}/v2"));
                let call = path.map_or_else(|| at.path.clone(), str::to_owned);
                (
                    wrong.to_string(),
                    1,
                    vec![
                        format!("portal `portal`, organisation `{organisation}`, GET "),
                        call.rsplit('/').next().unwrap().to_owned(),
                    ],
                )
            }
            // Where a second view, or the files, show at once who is missing, nothing is planned.
            Wrong::Shortened(list, _)
                if list.ends_with("/sub-accounts") || list.contains("/providers/") =>
            {
                (wrong.to_string(), 1, vec!["disagree about area".to_owned()])
            }
            Wrong::Shortened(_, 100) if err(&output).contains("unknown-login") => {
                (wrong.to_string(), 1, vec!["has no account".to_owned()])
            }
            Wrong::Shortened(..) => {
                let expected = format!("and {} are expected since the apply of", school::ACCOUNTS);
                let refused = vec!["(place on portal): the list has ".to_owned(), expected];
                (wrong.to_string(), 3, refused)
            }
        };
        let told = err(&output) + &out(&output);
        let writes = self.liar.writes.load(Ordering::SeqCst);
        assert_eq!(writes, 0, "{what}\n{told}");
        assert_eq!(output.status.code(), Some(exit), "{what}\n{told}");
        // Somebody of a list that is short may be missed first where their areas are.
        let missed = told.contains("the user view and the area view disagree");
        for word in words {
            let found = told.contains(&word) || missed && word == "sub-accounts";
            assert!(found, "{what}: no `{word}`\n{told}");
        }
        true
    }
}

/// Everything that can be told wrongly, as often as it is to be.
fn wrongs(positions: &[Position], times: u64) -> Vec<Wrong> {
    let accounts = |position: &&Position| {
        let list = position.path.rsplit('/').next().unwrap();
        ["users", "sub-accounts", "Users"].contains(&list)
    };
    let list = positions.iter().find(accounts).unwrap().path.clone();
    let mut found: Vec<Wrong> = [100, 50, 22]
        .map(|percent| Wrong::Shortened(list.clone(), percent))
        .into();
    let mut random = usize::try_from(seed() % 1_000_003).unwrap();
    let all = lies();
    let each = positions.len() * all.len();
    let wanted = usize::try_from(times).unwrap();
    // Whatever is shown, these are; on the second page, where there is one.
    let pages = positions.iter().filter(|one| one.path == list);
    let second = pages.take(2).last().unwrap();
    for (name, lie) in all.iter().filter(|(name, _)| ALWAYS.contains(name)) {
        random = (random * 7919 + 104_729) % 1_000_003;
        found.push(Wrong::One(second.clone(), name, *lie, random));
    }
    // What is far apart first; all of it, and all of it once more with other numbers, where the times
    // reach so far.
    let step = (each / wanted.min(each)).max(1);
    for pair in (0..2 * step).flat_map(|round| (round % step..each).step_by(step)) {
        random = (random * 7919 + 104_729) % 1_000_003;
        let lie = pair / positions.len();
        let at = positions[(pair + lie) % positions.len()].clone();
        let (name, lie) = all[lie];
        found.push(Wrong::One(at, name, lie, random));
    }
    found
}

fn shows(model: &str) {
    let Driver { rules, .. } = driver(model).unwrap();
    let showing = showing(6, model, SHARE, FULL);
    let home = tempfile::tempdir().unwrap();
    school::seed(home.path(), rules);
    let sandbox = Sandbox::start(home.path(), None);
    let first = Desk::new(&sandbox, rules, None);
    let adopted = first.apply(None);
    assert!(adopted.status.success(), "{}", err(&adopted));
    let positions: Vec<Position> = first.liar.seen.lock().unwrap().clone();
    let mut asked: Vec<Position> = positions
        .into_iter()
        .filter(|one| !one.path.ends_with("Config") && !one.path.ends_with("Schemas"))
        .collect();
    asked.sort();
    let before = first.liar.writes.load(Ordering::SeqCst);
    assert_eq!(before, 0, "{}", out(&adopted));

    let queue = Mutex::new(wrongs(&asked, showing.times).into_iter());
    let shown = AtomicUsize::new(0);
    let wanted = usize::try_from(showing.times).unwrap();
    thread::scope(|scope| {
        for _ in 0..WORKERS.min(wanted / 4) {
            scope.spawn(|| {
                let desk = Desk::new(&sandbox, rules, Some(first.folder.path()));
                *desk.liar.seen.lock().unwrap() = asked.clone();
                while shown.load(Ordering::SeqCst) < wanted {
                    let Some(wrong) = queue.lock().unwrap().next() else {
                        return;
                    };
                    if desk.is_refused(&wrong) {
                        shown.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    // Were any of it believed, there would have been something to do.
    let desk = Desk::new(&sandbox, rules, Some(first.folder.path()));
    let honest = desk.apply(None);
    assert!(honest.status.success(), "{}{}", out(&honest), err(&honest));
    assert!(desk.liar.writes.load(Ordering::SeqCst) > 0);
    let shown = shown.into_inner() as u64;
    assert!(shown >= showing.times, "{shown} of {}", showing.times);
    showing.shown(shown, "answers told wrongly, nothing changed");
}

#[test]
fn ofs() {
    shows("ofs");
}

#[test]
fn hfl() {
    shows("hfl");
}

#[test]
fn hampshire() {
    shows("hampshire");
}

#[test]
fn hwb() {
    shows("hwb");
}

#[test]
fn scim() {
    shows("scim");
}
