//! Faults on demand: which calls they meet, and when they are played. The same list, seeds and
//! calls give the same faults. How each looks on the wire is in [`play`].

mod document;
pub(crate) mod play;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::http::Method;
use globset::GlobMatcher;

pub(crate) use document::FaultDocument;

use super::paging::is_later_page;

/// What a fault does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// The call waits before anything else.
    Latency(Duration),
    /// An answer of that status; nothing is carried out.
    Error(u16),
    /// 429 with that `Retry-After`; nothing is carried out.
    TooManyRequests(String),
    /// The connection is cut; nothing is carried out.
    ResetBeforeCommit,
    /// The call is carried out, then the connection is cut.
    ResetAfterCommit,
    /// The call is carried out; half of its answer's body comes, then the connection is cut.
    HalfBody,
    /// The call is carried out; its answer's body comes in pieces with pauses between them.
    SlowBody {
        /// Bytes in a piece.
        bytes: usize,
        /// Before each piece.
        pause: Duration,
    },
    /// A page in HTML with status 200, as when a session has ended.
    LoginPage,
    /// A redirect to that address.
    Redirect(String),
    /// Every page after the first begins that many rows later (or earlier), as when accounts went
    /// or came while the list was read.
    ShiftingPages(i64),
    /// Lists say that there are so many more rows than there are.
    WrongTotal(i64),
    /// Answers say that they are that organisation's.
    WrongOrganisation(String),
    /// Every page after the first holds the first page's rows.
    DuplicatePage,
    /// What the call makes is not in lists until so many reads of the organisation, and so much
    /// time, have passed.
    LateAppearance {
        /// Reads of the organisation.
        reads: u32,
        /// Time.
        time: Duration,
    },
    /// An answer of that many bytes.
    HugeBody(u64),
}

impl Effect {
    /// Its name in the list and in the log of calls.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::Error(_) => "error",
            Self::TooManyRequests(_) => "too-many-requests",
            Self::ResetBeforeCommit => "reset-before-commit",
            Self::ResetAfterCommit => "reset-after-commit",
            Self::HalfBody => "half-body",
            Self::SlowBody { .. } => "slow-body",
            Self::LoginPage => "login-page",
            Self::Redirect(_) => "redirect",
            Self::ShiftingPages(_) => "shifting-pages",
            Self::WrongTotal(_) => "wrong-total",
            Self::WrongOrganisation(_) => "wrong-organisation",
            Self::DuplicatePage => "duplicate-page",
            Self::LateAppearance { .. } => "late-appearance",
            Self::HugeBody(_) => "huge-body",
        }
    }

    /// Whether it could show in a call of that kind: one that could not is not used up by it.
    fn applies(&self, method: &Method, query: &[(String, String)]) -> bool {
        match self {
            Self::ShiftingPages(_) | Self::DuplicatePage => {
                method == Method::GET && is_later_page(query)
            }
            Self::WrongTotal(_) => method == Method::GET,
            Self::LateAppearance { .. } => method == Method::POST,
            Self::Latency(_)
            | Self::Error(_)
            | Self::TooManyRequests(_)
            | Self::ResetBeforeCommit
            | Self::ResetAfterCommit
            | Self::HalfBody
            | Self::SlowBody { .. }
            | Self::LoginPage
            | Self::Redirect(_)
            | Self::WrongOrganisation(_)
            | Self::HugeBody(_) => true,
        }
    }
}

/// One fault of the list, with what it has met so far.
#[derive(Debug)]
pub(crate) struct Armed {
    document: FaultDocument,
    effect: Effect,
    path: PathMatch,
    met: u64,
    played: u64,
}

#[derive(Debug)]
enum PathMatch {
    Any,
    Part(String),
    Glob(GlobMatcher),
}

impl PathMatch {
    fn matches(&self, path: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Part(part) => path.contains(part),
            Self::Glob(glob) => glob.is_match(path),
        }
    }
}

impl Armed {
    fn meets(&self, portal: &str, method: &Method, path: &str) -> bool {
        let wanted = &self.document.matching;
        wanted.portal.as_deref().is_none_or(|name| name == portal)
            && wanted
                .method
                .as_deref()
                .is_none_or(|name| name.eq_ignore_ascii_case(method.as_str()))
            && self.path.matches(path)
    }

    /// Whether it is played this time; counts the meeting.
    fn draw(&mut self) -> bool {
        if self.document.times.is_some_and(|most| self.played >= most) {
            return false;
        }
        let drawn = fraction(self.document.seed, self.met) < self.document.rate;
        self.met += 1;
        self.played += u64::from(drawn);
        drawn
    }

    /// How often it was met and played, with the list's own entry.
    pub(crate) fn state(&self) -> serde_json::Value {
        serde_json::json!({ "fault": self.document, "met": self.met, "played": self.played })
    }
}

/// The list of faults, and what is not to be seen yet because of one.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
    late: BTreeMap<Account, Late>,
}

/// Portal, organisation, account id.
type Account = (String, String, String);

#[derive(Debug)]
struct Late {
    reads: u32,
    until: Instant,
}

/// What is played in one call.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Play {
    /// Wait this long first.
    pub(crate) latency: Duration,
    /// Then this.
    pub(crate) effect: Option<Effect>,
}

impl Play {
    /// The fault's name in the log of calls.
    pub(crate) fn kind(&self) -> Option<&'static str> {
        match &self.effect {
            Some(effect) => Some(effect.kind()),
            None if !self.latency.is_zero() => Some("latency"),
            None => None,
        }
    }
}

/// What faults do to the lists of one call.
#[derive(Clone, Debug)]
pub(crate) struct Twists {
    /// Rows by which pages after the first are moved.
    pub(crate) shift: i64,
    /// Rows that the total has too many.
    pub(crate) total: i64,
    /// Whether pages after the first hold the first page's rows.
    pub(crate) duplicate: bool,
    /// The organisation that answers are said to be of.
    pub(crate) organisation: Option<String>,
    /// A JSON list of the account ids that lists do not show yet.
    pub(crate) hidden: String,
}

impl Twists {
    /// What `effect` does to lists that leave `hidden` out.
    pub(crate) fn of(effect: Option<&Effect>, hidden: &[String]) -> Self {
        let mut twists = Self {
            shift: 0,
            total: 0,
            duplicate: false,
            organisation: None,
            hidden: serde_json::Value::from(hidden).to_string(),
        };
        match effect {
            Some(Effect::ShiftingPages(by)) => twists.shift = *by,
            Some(Effect::WrongTotal(by)) => twists.total = *by,
            Some(Effect::DuplicatePage) => twists.duplicate = true,
            Some(Effect::WrongOrganisation(id)) => twists.organisation = Some(id.clone()),
            _ => {}
        }
        twists
    }
}

impl Faults {
    /// Puts this list in place of the one before. What is late stays late.
    pub(crate) fn set(&mut self, armed: Vec<Armed>) {
        self.armed = armed;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The list, with what each fault has met.
    pub(crate) fn state(&self) -> Vec<serde_json::Value> {
        self.armed.iter().map(Armed::state).collect()
    }

    /// What is played in one call: every latency that meets it, and the first other fault.
    pub(crate) fn choose(
        &mut self,
        portal: &str,
        method: &Method,
        path: &str,
        query: &[(String, String)],
    ) -> Play {
        let mut play = Play::default();
        for fault in &mut self.armed {
            let taken = play.effect.is_some() && !matches!(fault.effect, Effect::Latency(_));
            if taken
                || !fault.meets(portal, method, path)
                || !fault.effect.applies(method, query)
                || !fault.draw()
            {
                continue;
            }
            match &fault.effect {
                Effect::Latency(time) => play.latency = play.latency.saturating_add(*time),
                other => play.effect = Some(other.clone()),
            }
        }
        play
    }

    /// From now on the account is not in lists, for as long as the fault says.
    pub(crate) fn delay(&mut self, portal: &str, organisation: &str, id: &str, effect: &Effect) {
        let Effect::LateAppearance { reads, time } = effect else {
            return;
        };
        let until = Instant::now();
        let late = Late {
            reads: *reads,
            until: until.checked_add(*time).unwrap_or(until),
        };
        let account = (portal.to_owned(), organisation.to_owned(), id.to_owned());
        self.late.insert(account, late);
    }

    /// The accounts that a read of that organisation does not show; the read is counted.
    pub(crate) fn hidden(&mut self, portal: &str, organisation: &str) -> Vec<String> {
        let now = Instant::now();
        self.late
            .retain(|_, late| late.reads > 0 || now < late.until);
        let mut hidden = Vec::new();
        for ((of_portal, of_organisation, id), late) in &mut self.late {
            if of_portal == portal && of_organisation == organisation {
                late.reads = late.reads.saturating_sub(1);
                hidden.push(id.clone());
            }
        }
        hidden
    }
}

/// A number from 0 up to, not including, 1: always the same for the same seed and count
/// (SplitMix64).
fn fraction(seed: u64, count: u64) -> f64 {
    let mut mixed = seed.wrapping_add(count.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    // 53 bits: all that a double holds exactly.
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn armed(json: &str) -> Armed {
        serde_json::from_str::<FaultDocument>(json)
            .unwrap()
            .arm()
            .unwrap()
    }

    fn played(faults: &mut Faults, count: usize) -> Vec<bool> {
        let mut one = || faults.choose("ofs", &Method::GET, "/providers/1/users", &[]);
        (0..count).map(|_| one().effect.is_some()).collect()
    }

    #[test]
    fn the_same_seed_plays_at_the_same_calls_and_about_as_often_as_its_rate() {
        let fault = r#"{"kind": "error", "rate": 0.3, "seed": 7}"#;
        let mut first = Faults::default();
        first.set(vec![armed(fault)]);
        let mut second = Faults::default();
        second.set(vec![armed(fault)]);
        let calls = played(&mut first, 1000);
        assert_eq!(calls, played(&mut second, 1000));
        let share = calls.iter().filter(|played| **played).count();
        assert!((250..350).contains(&share), "{share} of 1000");
        let mut other = Faults::default();
        other.set(vec![armed(r#"{"kind": "error", "rate": 0.3, "seed": 8}"#)]);
        assert_ne!(calls, played(&mut other, 1000));
    }

    #[test]
    fn a_fault_is_played_no_more_than_its_times() {
        let mut faults = Faults::default();
        faults.set(vec![armed(r#"{"kind": "error", "times": 2}"#)]);
        assert_eq!(played(&mut faults, 4), [true, true, false, false]);
    }

    #[test]
    fn latency_adds_to_another_fault_and_paths_match_by_part_or_by_glob() {
        let mut faults = Faults::default();
        faults.set(vec![
            armed(r#"{"kind": "latency", "ms": 5, "match": {"path": "/users"}}"#),
            armed(r#"{"kind": "latency", "ms": 7, "match": {"portal": "ofs", "method": "get"}}"#),
            armed(r#"{"kind": "login-page", "match": {"path": "/providers/*/users"}}"#),
            armed(r#"{"kind": "error"}"#),
        ]);
        let users = faults.choose("ofs", &Method::GET, "/providers/1/users", &[]);
        assert_eq!(users.latency, Duration::from_millis(12));
        assert_eq!(users.effect, Some(Effect::LoginPage));
        let areas = faults.choose("hfl", &Method::GET, "/providers/1/areas", &[]);
        assert_eq!(areas.latency, Duration::ZERO);
        assert_eq!(areas.effect, Some(Effect::Error(503)));
    }
}
