//! Promise 11: a bad network loses nothing. Three of ten calls meet a refusal for pace, a failure, a
//! time-out, a reset, a cut or a slow body, on their way to the portal or on the way back. At most
//! three runs later nothing is left to do (in a case of its own kind, with a call that the client must
//! give up, four), nobody has two accounts or two mails, and no call was
//! made more often than the client may.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use beadle::model::live::{Live, LiveAccount};
use beadle::model::name::PortalOrganisation;
use beadle::model::plan::{AccountRef, Write};
use beadle::portal::{Act, PortalError, PortalRead, PortalWrite, Written};
use secrecy::SecretString;

use super::cases::{drawn, until_counted};
use super::count::showing;
use super::network::World;
use super::network::people::{address, joining};
use super::proxy::{Answer, Back, Call, Fate, Proxy, Rig, answer};

const PEOPLE: usize = 10;
/// Longest wait for an answer.
const WAIT: Duration = Duration::from_millis(500);
/// Most runs until everything is done.
const RUNS: usize = 3;
/// Of so many cases, one has a call that fails so often that it takes a run of its own.
const STUBBORN_EVERY: u64 = 4;
/// Of a hundred calls, so many meet a fault.
const HIT: u64 = 30;
/// Most times that the client makes one call.
const ATTEMPTS: usize = 5;
/// Most times that the executor makes one save.
const SAVES: usize = 3;
/// How often the stubborn call fails.
const STUBBORN: u64 = 6;

/// What the network does, and what it saw.
#[derive(Default)]
struct Weather {
    seen: BTreeMap<String, u64>,
    calls: u64,
    hit: u64,
    /// One call that fails so often that the client must give it up.
    stubborn: Option<String>,
    /// The call before, and how often it was made without an answer, since the driver was asked.
    last: String,
    /// How long an answer may be and still come through whole: then the same once more is another
    /// call.
    whole: usize,
    in_a_row: usize,
    most: usize,
    /// How often each save was made in this run, by its key.
    saves: BTreeMap<String, usize>,
}

#[derive(Clone, Default)]
struct Bad {
    case: u64,
    weather: Arc<Mutex<Weather>>,
}

/// Everything about a call but when it was made.
fn named(call: &Call) -> String {
    let key = call.header("idempotency-key").unwrap_or_default();
    let tag = call.header("if-match").unwrap_or_default();
    let body = String::from_utf8_lossy(&call.body);
    format!("{} {} {key} {tag} {body}", call.method, call.target)
}

/// A fault by its number, before the portal has the call or after it has carried it out.
fn fault(drawn: u64) -> Fate {
    let refusal = |status, fields: &[(&str, &str)]| Back::Instead(answer(status, fields, ""));
    let bytes = usize::try_from(drawn / 1_000 % 300).unwrap();
    let lost = match drawn % 18 {
        // Nothing of these is carried out.
        0 | 1 => return Fate::Kept(refusal(429, &[])),
        2 => return Fate::Kept(refusal(429, &[("Retry-After", "0")])),
        3 => return Fate::Kept(refusal(503, &[("Retry-After", "0")])),
        4 => refusal(500, &[]),
        5 | 6 => refusal(502, &[]),
        7 => refusal(503, &[]),
        8 => refusal(504, &[]),
        9 | 10 => Back::Reset(0),
        11 => Back::Reset(bytes),
        12 | 13 => Back::Nothing,
        14 => Back::Cut(bytes),
        15 => return Fate::Forwarded(Back::Slices(7, Duration::ZERO)),
        16 => Back::Cut(bytes / 2),
        _ => Back::Stall(bytes),
    };
    match drawn / 100 % 2 {
        0 => Fate::Kept(lost),
        _ => Fate::Forwarded(lost),
    }
}

impl Bad {
    /// Whether one call shows that the client gives up.
    fn is_stubborn(&self) -> bool {
        self.case.is_multiple_of(STUBBORN_EVERY)
    }
}

impl Rig for Bad {
    fn fate(&self, call: &Call) -> Fate {
        let name = named(call);
        let mut weather = self.weather.lock().unwrap();
        weather.calls += 1;
        let nth = {
            let nth = weather.seen.entry(name.clone()).or_default();
            *nth += 1;
            *nth
        };
        let chance = drawn(&[
            &self.case.to_le_bytes(),
            name.as_bytes(),
            &nth.to_le_bytes(),
        ]);
        if weather.last == name {
            weather.in_a_row += 1;
        } else {
            weather.in_a_row = 1;
            weather.last.clone_from(&name);
        }
        weather.most = weather.most.max(weather.in_a_row);
        let may_be = self.is_stubborn() && weather.stubborn.is_none();
        if may_be && (chance / 1_000).is_multiple_of(12) {
            weather.stubborn = Some(name.clone());
        }
        if weather.stubborn.as_ref() == Some(&name) && nth <= STUBBORN {
            weather.hit += 1;
            return Fate::Kept(Back::Instead(answer(502, &[], "")));
        }
        if chance % 100 >= HIT {
            weather.whole = usize::MAX;
            return Fate::FORWARD;
        }
        weather.hit += 1;
        let fate = fault(chance / 100);
        weather.whole = match &fate {
            Fate::Forwarded(Back::Slices(..)) => usize::MAX,
            Fate::Forwarded(Back::Cut(bytes) | Back::Reset(bytes) | Back::Stall(bytes)) => *bytes,
            _ => 0,
        };
        fate
    }

    fn answered(&self, _: &Call, answer: &Answer) {
        let mut weather = self.weather.lock().unwrap();
        if answer.bytes.len() <= weather.whole {
            weather.last.clear();
        }
    }
}

/// The portal, watched: which calls belong to one thing that the driver was asked for.
struct Watched {
    portal: Arc<dyn PortalWrite>,
    weather: Arc<Mutex<Weather>>,
}

impl Watched {
    fn asked(&self) {
        self.weather.lock().unwrap().last.clear();
    }
}

#[async_trait]
impl PortalRead for Watched {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        self.asked();
        self.portal.list(organisation).await
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        self.asked();
        self.portal.observe(organisation, write).await
    }
}

#[async_trait]
impl PortalWrite for Watched {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        key: &str,
    ) -> Result<Written, PortalError> {
        self.asked();
        let made = {
            let mut weather = self.weather.lock().unwrap();
            let made = weather.saves.entry(key.to_owned()).or_default();
            *made += 1;
            *made
        };
        assert!(made <= SAVES, "saved {made} times: {write:?}");
        self.portal.write(organisation, write, key).await
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        self.portal.act(organisation, account, act).await
    }
}

/// One organisation, from its beginning until nothing is left to do.
fn case(model: &str, number: u64, totals: &(AtomicU64, AtomicU64)) -> u64 {
    let world = World::of(model, PEOPLE);
    let rig = Bad {
        case: number,
        ..Bad::default()
    };
    let weather = Arc::clone(&rig.weather);
    let is_stubborn = rig.is_stubborn();
    let proxy = Proxy::before(&world.url(), rig);
    let forecast = world.left().summary().mails;
    let mut runs = 0;
    while !world.left().is_empty() {
        runs += 1;
        let most = RUNS + usize::from(is_stubborn);
        assert!(runs <= most, "{:#?}", world.left().units[0].actions);
        let mut access = world.access(&proxy.url(&world.url()));
        access.total_timeout = WAIT;
        let portal: Arc<dyn PortalWrite> = Arc::new(Watched {
            portal: world.open(access),
            weather: Arc::clone(&weather),
        });
        weather.lock().unwrap().saves.clear();
        world.run(&portal, 1);
    }
    drop(proxy);
    let weather = weather.lock().unwrap();
    assert!(weather.most <= ATTEMPTS, "{} times", weather.most);
    totals.0.fetch_add(weather.calls, Ordering::SeqCst);
    totals.1.fetch_add(weather.hit, Ordering::SeqCst);
    world.assert_nobody_is_twice();
    assert_eq!(world.creations(), joining(world.rules, PEOPLE), "creations");
    let mails = world.mails();
    for number in 0..PEOPLE {
        let sent = mails.get(&address(number)).copied().unwrap_or_default();
        assert!(sent <= 1, "{sent} mails to {}", address(number));
    }
    assert_eq!(mails.values().sum::<usize>() as u64, forecast, "mails");
    1
}

fn show(model: &str) {
    let showing = showing(11, model, 2, 1_000);
    let totals = (AtomicU64::new(0), AtomicU64::new(0));
    let done = until_counted(showing.times, |number| case(model, number, &totals));
    let (calls, hit) = (totals.0.into_inner(), totals.1.into_inner());
    assert!(hit * 100 >= calls * (HIT - 10), "{hit} of {calls} are hit");
    showing.shown(done, "seeds with three of ten calls hit");
}

#[test]
fn ofs() {
    show("ofs");
}

#[test]
fn hfl() {
    show("hfl");
}

#[test]
fn hampshire() {
    show("hampshire");
}

#[test]
fn hwb() {
    show("hwb");
}

#[test]
fn scim() {
    show("scim");
}
