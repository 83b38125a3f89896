//! A portal for the benches: the `ofs` dialect's listing pages from bytes made beforehand, writes
//! that show in the next listing, a latency and a rate limit. One thread a connection, so that a
//! latency is kept to a tenth of a millisecond, which the timers of an async runtime would not.
//! Checks nothing: that is the sandbox's job.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::listing::{self, Row};
use super::{Shape, ukprn};

/// How far away the portal is and how much it bears.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Profile {
    /// From the whole request to the first byte of the answer.
    pub(crate) latency: Duration,
    /// Requests a second; more are answered 429.
    pub(crate) rate: Option<u32>,
}

/// The profiles that are measured: no latency; 20 ms; 20 ms and 100 a second; 100 ms and 10.
pub(crate) const N0: Profile = profile(0, None);
pub(crate) const N1: Profile = profile(20, None);
pub(crate) const N2: Profile = profile(20, Some(100));
pub(crate) const N3: Profile = profile(100, Some(10));

const fn profile(milliseconds: u64, rate: Option<u32>) -> Profile {
    Profile {
        latency: Duration::from_millis(milliseconds),
        rate,
    }
}

/// What was asked of the portal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Requests of every kind, those answered 429 among them.
    pub(crate) requests: u64,
    /// Requests answered 429.
    pub(crate) throttled: u64,
    /// POST, PATCH, PUT and DELETE that were carried out.
    pub(crate) writes: u64,
}

impl Counts {
    /// Those of one run of several alike.
    #[must_use]
    pub(crate) fn of(self, runs: u32) -> Self {
        let runs = u64::from(runs.max(1));
        Self {
            requests: self.requests / runs,
            throttled: self.throttled / runs,
            writes: self.writes / runs,
        }
    }
}

/// One organisation: its page as bytes, and its users as soon as somebody has written.
struct Organisation {
    pages: Vec<Arc<[u8]>>,
    rows: Option<Vec<Row>>,
}

struct Shared {
    shape: Shape,
    organisations: Vec<Mutex<Organisation>>,
    areas: Vec<Arc<[u8]>>,
    profile: Profile,
    allowance: Mutex<(f64, Instant)>,
    requests: AtomicU64,
    throttled: AtomicU64,
    writes: AtomicU64,
}

/// A portal under way; it ends with the process.
pub(crate) struct Portal {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

impl Portal {
    /// Makes every page, and serves.
    pub(crate) fn start(shape: Shape, profile: Profile) -> Self {
        let organisations = (0..shape.organisations).map(|number| {
            let rows = listing::rows(shape, number);
            Mutex::new(Organisation {
                pages: pages(number, &rows),
                rows: None,
            })
        });
        let shared = Arc::new(Shared {
            shape,
            organisations: organisations.collect(),
            areas: (0..shape.organisations)
                .map(|number| listing::areas_page(number).into())
                .collect(),
            profile,
            allowance: Mutex::new((0.0, Instant::now())),
            requests: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            writes: AtomicU64::new(0),
        });
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                let thread = thread::Builder::new().stack_size(256 * 1024);
                // A connection that breaks is the client's to notice.
                thread
                    .spawn(move || drop(serve(&connection, &shared)))
                    .unwrap();
            }
        });
        Self { address, shared }
    }

    /// The base URL for a project file.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Bytes of all listings.
    pub(crate) fn bytes(&self) -> u64 {
        let users = self.shared.organisations.iter().map(|one| {
            let pages = &one.lock().unwrap().pages;
            pages.iter().map(|page| page.len() as u64).sum::<u64>()
        });
        let areas = self.shared.areas.iter().map(|page| page.len() as u64);
        users.chain(areas).sum()
    }

    /// What was asked since this was last asked.
    pub(crate) fn take_counts(&self) -> Counts {
        Counts {
            requests: self.shared.requests.swap(0, Ordering::Relaxed),
            throttled: self.shared.throttled.swap(0, Ordering::Relaxed),
            writes: self.shared.writes.swap(0, Ordering::Relaxed),
        }
    }
}

fn pages(number: u32, rows: &[Row]) -> Vec<Arc<[u8]>> {
    let count = rows.len().div_ceil(listing::PER_PAGE).max(1);
    (1..=count)
        .map(|page| listing::users_page(number, rows, page).into())
        .collect()
}

/// One request, as far as it matters here.
struct Request {
    method: String,
    path: String,
    query: String,
    body: Vec<u8>,
}

/// One answer.
struct Answer {
    status: &'static str,
    fields: String,
    body: Arc<[u8]>,
}

impl Answer {
    fn json(status: &'static str, body: Arc<[u8]>) -> Self {
        let fields = "Content-Type: application/json\r\n".to_owned();
        Self {
            status,
            fields,
            body,
        }
    }

    fn nothing() -> Self {
        Self {
            status: "204 No Content",
            fields: String::new(),
            body: Arc::new([]),
        }
    }
}

fn serve(connection: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    let mut writer = connection;
    let mut out = Vec::new();
    while let Some(request) = read(&mut reader)? {
        let arrived = Instant::now();
        shared.requests.fetch_add(1, Ordering::Relaxed);
        let answer = if shared.allows(arrived) {
            shared.answer(&request)
        } else {
            shared.throttled.fetch_add(1, Ordering::Relaxed);
            Answer {
                status: "429 Too Many Requests",
                fields: "Retry-After: 1\r\n".to_owned(),
                body: Arc::new([]),
            }
        };
        let left = shared.profile.latency.saturating_sub(arrived.elapsed());
        if !left.is_zero() {
            thread::sleep(left);
        }
        out.clear();
        let Answer {
            status,
            fields,
            body,
        } = answer;
        let length = match status {
            "204 No Content" => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        write!(out, "HTTP/1.1 {status}\r\n{fields}{length}\r\n")?;
        out.extend_from_slice(&body);
        writer.write_all(&out)?;
    }
    Ok(())
}

fn read(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_ascii_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request {
        method,
        path,
        query,
        body,
    }))
}

impl Shared {
    /// A bucket that holds a tenth of a second's requests: stricter than a window of a second.
    fn allows(&self, now: Instant) -> bool {
        let Some(rate) = self.profile.rate.map(f64::from) else {
            return true;
        };
        let mut allowance = self.allowance.lock().unwrap();
        let (left, since) = *allowance;
        let grown = left + rate * now.saturating_duration_since(since).as_secs_f64();
        let full = (rate / 10.0).max(1.0);
        let left = grown.min(full);
        let allowed = left >= 1.0;
        *allowance = (if allowed { left - 1.0 } else { left }, now);
        allowed
    }

    fn answer(&self, request: &Request) -> Answer {
        let parts: Vec<&str> = request.path.split('/').skip(1).collect();
        let (provider, rest) = match parts.as_slice() {
            ["providers", provider, rest @ ..] => (*provider, rest),
            _ => return not_found(),
        };
        let first: u32 = ukprn(0).parse().unwrap();
        let number = provider.parse::<u32>().ok();
        let Some(number) = number.and_then(|id| id.checked_sub(first)) else {
            return not_found();
        };
        let Some(organisation) = self.organisations.get(number as usize) else {
            return not_found();
        };
        if (request.method.as_str(), rest) == ("GET", &["areas"]) {
            let page = self.areas.get(number as usize).unwrap();
            return Answer::json("200 OK", Arc::clone(page));
        }
        let mut organisation = organisation.lock().unwrap();
        if (request.method.as_str(), rest) == ("GET", &["users"]) {
            let page = request.query.split('&').find_map(|pair| {
                let number = pair.strip_prefix("page=")?;
                number.parse::<usize>().ok()
            });
            let page = organisation.pages(number).get(page.unwrap_or(1) - 1);
            return page.map_or_else(not_found, |page| Answer::json("200 OK", Arc::clone(page)));
        }
        if let ("GET", ["areas", area, "users"]) = (request.method.as_str(), rest) {
            let page = organisation.members(self.shape, number, area);
            return Answer::json("200 OK", page.into());
        }
        let answer = organisation.write(self.shape, number, request, rest);
        if request.method != "GET" {
            self.writes.fetch_add(1, Ordering::Relaxed);
        }
        answer.unwrap_or_else(not_found)
    }
}

fn not_found() -> Answer {
    Answer {
        status: "404 Not Found",
        fields: String::new(),
        body: Arc::new([]),
    }
}

impl Organisation {
    fn pages(&mut self, number: u32) -> &[Arc<[u8]>] {
        if self.pages.is_empty()
            && let Some(rows) = &self.rows
        {
            self.pages = pages(number, rows);
        }
        &self.pages
    }

    /// The one page of an area's members.
    fn members(&mut self, shape: Shape, number: u32, area: &str) -> Vec<u8> {
        let rows = || listing::rows(shape, number);
        listing::members_page(number, self.rows.get_or_insert_with(rows), area)
    }

    /// A call on one user.
    fn write(
        &mut self,
        shape: Shape,
        number: u32,
        request: &Request,
        rest: &[&str],
    ) -> Option<Answer> {
        let rows = self
            .rows
            .get_or_insert_with(|| listing::rows(shape, number));
        if request.method != "GET" {
            self.pages.clear();
        }
        let sent: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = |name: &str| sent.get(name)?.as_str().map(str::to_owned);
        match (request.method.as_str(), rest) {
            ("POST", ["users"]) => {
                let row = Row {
                    id: format!("n-{number:05}-{}", rows.len()),
                    email: text("email")?,
                    name: text("name")?,
                    expires: text("expires"),
                    areas: std::collections::BTreeSet::new(),
                    version: 1,
                };
                rows.push(row);
                Some(one("201 Created", number, rows.last()?))
            }
            (method, ["users", id]) => {
                let row = rows.iter_mut().find(|row| row.id == *id)?;
                if method == "PATCH" {
                    row.email = text("email").unwrap_or_else(|| row.email.clone());
                    row.name = text("name").unwrap_or_else(|| row.name.clone());
                    if sent.get("expires").is_some() {
                        row.expires = text("expires");
                    }
                    row.version += 1;
                }
                Some(one("200 OK", number, row))
            }
            (method, ["users", id, "areas", area]) => {
                let row = rows.iter_mut().find(|row| row.id == *id)?;
                match method {
                    "PUT" => row.areas.insert((*area).to_owned()),
                    _ => row.areas.remove(*area),
                };
                row.version += 1;
                Some(Answer::nothing())
            }
            _ => None,
        }
    }
}

/// One user, with whose it is and its version tag.
fn one(status: &'static str, number: u32, row: &Row) -> Answer {
    let mut text = format!("{{\"provider\":\"{}\",\"user\":", ukprn(number));
    row.write(&mut text);
    text.push('}');
    let mut answer = Answer::json(status, text.into_bytes().into());
    answer.fields += &format!("ETag: \"{}\"\r\n", row.version);
    answer
}
