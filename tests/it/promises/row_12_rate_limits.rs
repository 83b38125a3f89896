//! Promise 12: rate limits are kept. On a clock that the test turns, a portal asks again and again
//! for a pause, in every form in which that is asked: no request comes before it has ended. A pause
//! of a billion seconds ends a run at once, with a message.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use beadle::model::plan::{AccountRef, Write};
use beadle::portal::{Access, ClientLogin, PortalErrorKind, PortalWrite, driver};
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::cases::{drawn, until_counted};
use super::count::showing;
use super::network::World;
use super::proxy::{Back, Call, Fate, Proxy, answer};
use crate::support::{err, out};

/// When the portal's clock begins, in seconds since 1970.
const EPOCH: i64 = 1_795_341_600;
/// Turns of the scheduler without a sign of anybody, after which all wait for the clock.
const QUIET: u32 = 300;

/// What the portal has asked for, and seen.
struct Portal {
    case: u64,
    began: Instant,
    asked: Mutex<Asked>,
    /// Something came, went or ended.
    signs: AtomicU64,
    /// Connections that are not over.
    open: AtomicU64,
}

struct Asked {
    /// When it was asked for last, and until when.
    at: Instant,
    until: Instant,
    requests: u64,
    throttled: u64,
}

impl Portal {
    fn sign(&self) {
        self.signs.fetch_add(1, Ordering::SeqCst);
    }

    /// Answers one request; refuses it for pace as often as not.
    fn answer(&self) -> Vec<u8> {
        let now = Instant::now();
        let mut asked = self.asked.lock().unwrap();
        let Asked { at, until, .. } = *asked;
        // What was on its way when the pause was asked for arrives at the same instant.
        let early = now < until && now > at;
        assert!(!early, "request {} is early", asked.requests);
        asked.requests += 1;
        let chance = drawn(&[&self.case.to_le_bytes(), &asked.requests.to_le_bytes()]);
        if chance.is_multiple_of(3) {
            return answer(200, &[("Content-Type", "application/json")], GRANTED);
        }
        let seconds = chance / 3 % 4;
        asked.throttled += 1;
        let pause = now + Duration::from_secs(seconds);
        asked.until = until.max(pause);
        asked.at = now;
        let status = if (chance / 12).is_multiple_of(4) {
            503
        } else {
            429
        };
        let (name, value) = self.form(chance / 48, seconds, now);
        let date = self.date(now, 0);
        answer(status, &[("Date", &*date), (name, &*value)], "")
    }

    /// The same pause in one of the forms in use.
    fn form(&self, which: u64, seconds: u64, now: Instant) -> (&'static str, String) {
        match which % 5 {
            0 | 1 => ("Retry-After", seconds.to_string()),
            2 => ("Retry-After", self.date(now, seconds)),
            3 => ("RateLimit", format!("\"default\";r=0;t={seconds}")),
            _ => ("RateLimit-Reset", seconds.to_string()),
        }
    }

    /// The portal's clock, so many seconds later.
    fn date(&self, now: Instant, later: u64) -> String {
        let passed = (now - self.began).as_secs() + later;
        let begin = Timestamp::from_second(EPOCH).unwrap();
        let then = begin + SignedDuration::from_secs(passed.try_into().unwrap());
        then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

const GRANTED: &str = "{}";

async fn serve(portal: Arc<Portal>, mut stream: TcpStream) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(some) if some > 0 => bytes.extend_from_slice(&chunk[..some]),
            _ => break,
        }
        portal.sign();
    }
    let told = portal.answer();
    let _ = stream.write_all(&told).await;
    let _ = stream.shutdown().await;
    portal.sign();
    // The client has it once it has gone.
    while matches!(stream.read(&mut chunk).await, Ok(some) if some > 0) {}
    portal.open.fetch_sub(1, Ordering::SeqCst);
    portal.sign();
}

/// Turns the clock on, a little, whenever nobody does anything but wait for it.
async fn turn(portal: Arc<Portal>) {
    let mut step = 0_u64;
    loop {
        let (mut quiet, mut seen) = (0, portal.signs.load(Ordering::SeqCst));
        while quiet < QUIET {
            tokio::task::yield_now().await;
            let now = portal.signs.load(Ordering::SeqCst);
            let busy = now != seen || portal.open.load(Ordering::SeqCst) > 0;
            quiet = if busy { 0 } else { quiet + 1 };
            seen = now;
        }
        step += 1;
        let length = 1 + drawn(&[b"step", &step.to_le_bytes()]) % 200;
        tokio::time::advance(Duration::from_millis(length)).await;
    }
}

fn grant(number: u64) -> Write {
    Write::Grant {
        account: AccountRef {
            login: "p1@place.example".into(),
            name: "Person".into(),
            id: Some(format!("id-{number}").as_str().into()),
            person: None,
        },
        area: "finance".into(),
        give: true,
    }
}

/// Requests of one client, so many side by side, until the portal has refused so many for pace.
async fn throttled(case: u64, wanted: u64, side_by_side: u64) -> u64 {
    tokio::time::pause();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let began = Instant::now();
    let portal = Arc::new(Portal {
        case,
        began,
        asked: Mutex::new(Asked {
            at: began,
            until: began,
            requests: 0,
            throttled: 0,
        }),
        signs: AtomicU64::new(0),
        open: AtomicU64::new(0),
    });
    let clock = tokio::spawn(turn(Arc::clone(&portal)));
    let accepting = Arc::clone(&portal);
    let accepting = tokio::spawn(async move {
        let mut serving = tokio::task::JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    accepting.open.fetch_add(1, Ordering::SeqCst);
                    accepting.sign();
                    serving.spawn(serve(Arc::clone(&accepting), accepted.unwrap().0));
                }
                Some(served) = serving.join_next() => served.unwrap(),
            }
        }
    });
    let mut access = Access::new("portal".into(), &url, "token".into());
    access.concurrency = u32::try_from(side_by_side).unwrap();
    access.jitter_seed = case;
    let client = driver("ofs").unwrap().open_write(access).unwrap();
    let work = |number| {
        let (client, portal) = (Arc::clone(&client), Arc::clone(&portal));
        async move {
            loop {
                let answered = client
                    .write(&"10009999".into(), &grant(number), "key")
                    .await;
                portal.sign();
                if let Err(error) = answered {
                    let kinds = ["Throttled", "Failed(503)"];
                    let kind = format!("{:?}", error.kind);
                    assert!(kinds.iter().any(|known| kind.starts_with(known)), "{error}");
                }
                if portal.asked.lock().unwrap().throttled >= wanted {
                    return;
                }
            }
        }
    };
    let all = futures_util::future::join_all((0..side_by_side).map(work));
    tokio::select! {
        _ = all => {}
        ended = accepting => ended.unwrap(),
    }
    clock.abort();
    let asked = portal.asked.lock().unwrap();
    asked.throttled
}

/// A runtime of its own for each case: they share no clock.
fn on_a_clock_of_its_own<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap().block_on(work)
}

#[test]
fn no_request_is_early() {
    let showing = showing(12, "every form of pause", 64, 10_000);
    let of_each = showing.times / 8;
    let count = until_counted(showing.times, |case| {
        on_a_clock_of_its_own(throttled(case, of_each, 1 + case % 8))
    });
    showing.shown(count, "throttled exchanges without an early request");
}

/// Who gives tokens may ask for a pause as well.
#[test]
fn nor_is_one_for_a_token() {
    let counted = on_a_clock_of_its_own(async {
        tokio::time::pause();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // The client is alone, so the clock may run on while it waits.
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        let serving = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                seen.lock().unwrap().push(Instant::now());
                let mut chunk = [0; 4096];
                let _ = stream.read(&mut chunk).await;
                let told = answer(429, &[("Retry-After", "7")], "");
                let _ = stream.write_all(&told).await;
                let _ = stream.shutdown().await;
            }
        });
        let mut access = Access::new("portal".into(), &url, "".into());
        access.total_timeout = Duration::from_secs(1_000_000);
        access.connect_timeout = Duration::from_secs(1_000_000);
        access.client_credentials = Some(ClientLogin {
            token_url: url.clone(),
            client_id: "beadle".into(),
            client_secret: "secret".into(),
            scope: None,
        });
        let client = driver("ofs").unwrap().open_write(access).unwrap();
        let error = client.list(&"10009999".into()).await.unwrap_err();
        assert!(matches!(error.kind, PortalErrorKind::NoToken(_)), "{error}");
        serving.abort();
        asked.lock().unwrap().clone()
    });
    assert!(counted.len() > 1, "asked again");
    for pair in counted.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_secs(7), "{pair:?}");
    }
}

/// What a pause that nobody can wait for comes to: the message, after so many requests.
fn unreasonable(model: &str, fields: &'static [(&str, &str)]) -> (String, u64) {
    let world = World::of(model, 3);
    let requests: Arc<AtomicU64> = Arc::default();
    let seen = Arc::clone(&requests);
    let proxy = Proxy::before(&world.url(), move |_: &Call| {
        seen.fetch_add(1, Ordering::SeqCst);
        Fate::Kept(Back::Instead(answer(429, fields, "")))
    });
    let portal: Arc<dyn PortalWrite> = world.open(world.access(&proxy.url(&world.url())));
    let listed = async { portal.list(&world.organisation()).await };
    let error = world.runtime.block_on(listed).unwrap_err();
    (error.kind.to_string(), requests.load(Ordering::SeqCst))
}

#[test]
fn a_pause_that_nobody_can_wait_for_ends_at_once_with_a_message() {
    const NOW: (&str, &str) = ("Date", "Sun, 22 Nov 2026 10:00:00 GMT");
    for model in ["ofs", "hfl", "hampshire", "hwb", "scim"] {
        let mut table = String::new();
        for fields in [
            &[("Retry-After", "1000000000")][..],
            &[("Retry-After", "99999999999999999999999999")],
            &[("Retry-After", "61")],
            &[NOW, ("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")],
            &[("RateLimit", "\"default\";r=0;t=1000000000")],
        ] {
            let (message, requests) = unreasonable(model, fields);
            // Some read two documents side by side.
            assert!(requests <= 2, "{model}: {requests} requests, {fields:?}");
            table += &format!("{message}\n");
        }
        insta::allow_duplicates! {
            insta::assert_snapshot!(table, @r"
            the portal asks for fewer requests (429) and for a pause of 1000000000 seconds
            the portal asks for fewer requests (429) and for a pause of 18446744073709551615 seconds
            the portal asks for fewer requests (429) and for a pause of 61 seconds
            the portal asks for fewer requests (429) and for a pause of 251606959199 seconds
            the portal asks for fewer requests (429) and for a pause of 1000000000 seconds
            ");
        }
    }
}

#[test]
fn the_program_ends_at_once_as_well() {
    let world = World::of("ofs", 3);
    let proxy = Proxy::before(&world.url(), |_: &Call| {
        let fields = [("Retry-After", "1000000000")];
        Fate::Kept(Back::Instead(answer(429, &fields, "")))
    });
    let folder = tempfile::tempdir().unwrap();
    let yaml = world.yaml(&proxy.url(&world.url()));
    std::fs::write(folder.path().join("beadle.yaml"), yaml).unwrap();
    for command in ["plan", "apply"] {
        let output = world.beadle(folder.path(), &[command]);
        assert_eq!(output.status.code(), Some(1), "{}", out(&output));
        let told = err(&output);
        assert!(told.contains("a pause of 1000000000 seconds"), "{told}");
    }
}
