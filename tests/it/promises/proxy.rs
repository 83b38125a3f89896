//! A network that does what a test tells it to: it stands between a client and a portal, and cuts,
//! slices, delays, resets and lies. One request a connection, each on a thread of its own, on a port
//! of its own. It knows no portal and decides nothing: a [`Rig`] does.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Which one it is, from 0, in the order in which they were read.
    pub(crate) number: usize,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    /// The path, without query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether it could change anything.
    pub(crate) fn writes(&self) -> bool {
        self.method != "GET" && self.method != "HEAD"
    }

    /// As it is sent on: the same, on a connection for it alone.
    fn wire(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            if !name.eq_ignore_ascii_case("connection") {
                head += &format!("{name}: {value}\r\n");
            }
        }
        head += "Connection: close\r\n\r\n";
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// The portal's answer, byte for byte.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line, header fields and body.
    pub(crate) bytes: Vec<u8>,
}

/// What becomes of the bytes that are sent back. `Vec<u8>`s hold a whole answer; see [`answer`].
pub(crate) enum Back {
    /// All of them.
    All,
    /// The connection is closed without one.
    Nothing,
    /// Closed after so many.
    Cut(usize),
    /// A reset after so many.
    Reset(usize),
    /// So many, and then nothing, until the client goes.
    Stall(usize),
    /// All of them, so many at a time, with a pause after each.
    Slices(usize, Duration),
    /// All of them, after a while.
    Late(Duration),
    /// Others: it lies.
    Instead(Vec<u8>),
}

/// What becomes of a call.
pub(crate) enum Fate {
    /// The portal gets it, and this is what its answer comes to.
    Forwarded(Back),
    /// The portal never gets it. Of the answer that is given here, this comes back; of
    /// [`Back::All`] and the like nothing is left.
    Kept(Back),
}

impl Fate {
    /// As if nobody stood between.
    pub(crate) const FORWARD: Self = Self::Forwarded(Back::All);
}

/// What decides. Calls on several connections come at the same time.
pub(crate) trait Rig: Send + Sync + 'static {
    /// What is to become of a call. Nothing of it has been forwarded yet.
    fn fate(&self, call: &Call) -> Fate;

    /// The portal has answered, so the call has been carried out or refused; the client has
    /// nothing yet.
    fn answered(&self, _call: &Call, _answer: &Answer) {}

    /// Whatever the client gets, it has been sent.
    fn sent(&self, _call: &Call) {}

    /// A connection was taken; nothing of it has been read yet.
    fn opened(&self) {}

    /// It is over, whether a call came by it or not.
    fn closed(&self) {}
}

impl<F: Fn(&Call) -> Fate + Send + Sync + 'static> Rig for F {
    fn fate(&self, call: &Call) -> Fate {
        self(call)
    }
}

/// An answer in full, for [`Back::Instead`].
pub(crate) fn answer(status: u16, fields: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Told\r\nConnection: close\r\n");
    for (name, value) in fields {
        text += &format!("{name}: {value}\r\n");
    }
    if status != 204 {
        text += &format!("Content-Length: {}\r\n", body.len());
    }
    (text + "\r\n" + body).into_bytes()
}

/// The network. Takes no more connections once dropped; calls under way end by themselves. What a
/// rig found wrong, by panicking, is found wrong then.
pub(crate) struct Proxy {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    failed: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Stands before the portal at this address, which may have a path and is on this machine.
    pub(crate) fn before(portal: &str, rig: impl Rig) -> Self {
        let (host, _) = split(portal);
        let portal: SocketAddr = host.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (ended, failed) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (over, fault) = (Arc::clone(&ended), Arc::clone(&failed));
        let (rig, count) = (Arc::new(rig), Arc::<AtomicUsize>::default());
        let listening = thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (rig, count) = (Arc::clone(&rig), Arc::clone(&count));
                let fault = Arc::clone(&fault);
                rig.opened();
                thread::spawn(move || {
                    let serving = || serve(stream, portal, &*rig, &count);
                    // The client may go at any time, which is no fault of a test.
                    let served = catch_unwind(AssertUnwindSafe(serving));
                    fault.fetch_or(served.is_err(), Ordering::SeqCst);
                    rig.closed();
                });
            }
        });
        Self {
            address,
            ended,
            failed,
            listening: Some(listening),
        }
    }

    /// Waits until every connection that was made before has been taken.
    pub(crate) fn catch_up(&self) {
        let mut knock = TcpStream::connect(self.address).unwrap();
        knock.shutdown(Shutdown::Write).unwrap();
        let _ = knock.read_to_end(&mut Vec::new());
    }

    /// The address under which the portal at `address` is reached through this network.
    pub(crate) fn url(&self, address: &str) -> String {
        let (_, path) = split(address);
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes it, so that it sees that.
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
        let failed = self.failed.load(Ordering::SeqCst);
        assert!(!failed || thread::panicking(), "what the rig says above");
    }
}

/// Host with port, and path.
fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

fn serve(
    mut client: TcpStream,
    portal: SocketAddr,
    rig: &dyn Rig,
    count: &AtomicUsize,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let Some(call) = request(&mut client, count)? else {
        return Ok(());
    };
    let (bytes, back) = match rig.fate(&call) {
        Fate::Kept(back) => (Vec::new(), back),
        Fate::Forwarded(back) => {
            let answer = forward(&call, portal)?;
            rig.answered(&call, &answer);
            (answer.bytes, back)
        }
    };
    let result = give(&mut client, &bytes, &back);
    rig.sent(&call);
    result
}

/// Sends what is left of an answer, and ends the connection.
fn give(client: &mut TcpStream, bytes: &[u8], back: &Back) -> io::Result<()> {
    let part = |most: usize| &bytes[..most.min(bytes.len())];
    match back {
        Back::All => client.write_all(bytes)?,
        Back::Nothing => {}
        Back::Cut(most) => client.write_all(part(*most))?,
        Back::Instead(others) => client.write_all(others)?,
        Back::Late(pause) => {
            thread::sleep(*pause);
            client.write_all(bytes)?;
        }
        Back::Slices(size, pause) => {
            for slice in bytes.chunks((*size).max(1)) {
                client.write_all(slice)?;
                thread::sleep(*pause);
            }
        }
        Back::Stall(most) => {
            client.write_all(part(*most))?;
            while client.read(&mut [0; 64])? > 0 {}
        }
        Back::Reset(most) => {
            client.write_all(part(*most))?;
            return linger_no_longer(client);
        }
    }
    client.shutdown(Shutdown::Write)
}

/// From now on, closing the connection resets it. The standard library cannot say so, tokio can.
fn linger_no_longer(client: &TcpStream) -> io::Result<()> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let build = || Builder::new_current_thread().enable_io().build().unwrap();
    let _inside = RUNTIME.get_or_init(build).enter();
    let same = client.try_clone()?;
    same.set_nonblocking(true)?;
    tokio::net::TcpStream::from_std(same)?.set_zero_linger()
}

/// Asks the portal.
fn forward(call: &Call, portal: SocketAddr) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(portal)?;
    stream.set_nodelay(true)?;
    stream.write_all(&call.wire())?;
    let mut bytes = Vec::new();
    // What came before a portal's own reset is sent on as well.
    let _ = stream.read_to_end(&mut bytes);
    let line = String::from_utf8_lossy(&bytes[..bytes.len().min(16)]).into_owned();
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    Ok(Answer {
        status: status.unwrap_or(0),
        bytes,
    })
}

/// Reads one request; none where the client went before the end of it.
fn request(stream: &mut TcpStream, count: &AtomicUsize) -> io::Result<Option<Call>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    let mut call: Option<(Call, usize)> = None;
    loop {
        if call.is_none() {
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
            call = end.map(|end| (parse(&bytes[..end]), end + 4));
        }
        if let Some((head, start)) = &call {
            let length = head.header("content-length").unwrap_or("0");
            let length: usize = length.parse().unwrap();
            if bytes.len() >= start + length {
                let body = bytes[*start..start + length].to_vec();
                let number = count.fetch_add(1, Ordering::SeqCst);
                return Ok(Some(Call {
                    number,
                    body,
                    ..head.clone()
                }));
            }
        }
        match stream.read(&mut chunk)? {
            0 => return Ok(None),
            some => bytes.extend_from_slice(&chunk[..some]),
        }
    }
}

fn parse(head: &[u8]) -> Call {
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let headers = lines.filter_map(|line| line.split_once(": "));
    Call {
        number: 0,
        method: first.next().unwrap().to_owned(),
        target: first.next().unwrap().to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Mutex;

    /// A portal that answers everything with the method and the body that it got.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let call = request(&mut stream, &AtomicUsize::new(0)).unwrap().unwrap();
                let body = String::from_utf8(call.body).unwrap();
                let told = answer(
                    200,
                    &[],
                    &format!("{} {}: {body}", call.method, call.target),
                );
                stream.write_all(&told).unwrap();
            }
        });
        address
    }

    /// What a client gets: all bytes until the end, or the error and what came before it.
    fn ask(proxy: &Proxy) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut stream = TcpStream::connect(proxy.address).unwrap();
        let call = b"PUT /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
        stream.write_all(call).unwrap();
        let mut got = Vec::new();
        let error = stream.read_to_end(&mut got).err();
        (got, error.map(|error| error.kind()))
    }

    #[test]
    fn what_comes_back_is_what_the_fate_says() {
        let portal = format!("http://{}/path", echo());
        let whole = answer(200, &[], "PUT /a?b=c: body");
        let tick = Duration::from_millis(1);
        for (fate, got, error) in [
            (Fate::FORWARD, &whole[..], None),
            (Fate::Forwarded(Back::Nothing), &[][..], None),
            (Fate::Forwarded(Back::Cut(40)), &whole[..40], None),
            (
                Fate::Forwarded(Back::Reset(0)),
                &[],
                Some(io::ErrorKind::ConnectionReset),
            ),
            (Fate::Forwarded(Back::Slices(7, tick)), &whole[..], None),
            (Fate::Forwarded(Back::Late(tick)), &whole[..], None),
            (
                Fate::Forwarded(Back::Instead(b"lies".to_vec())),
                b"lies",
                None,
            ),
            (Fate::Kept(Back::Nothing), &[], None),
            (
                Fate::Kept(Back::Reset(0)),
                &[],
                Some(io::ErrorKind::ConnectionReset),
            ),
            (Fate::Kept(Back::Instead(b"lies".to_vec())), b"lies", None),
        ] {
            let fate = Mutex::new(Some(fate));
            let rig = move |_: &Call| fate.lock().unwrap().take().unwrap();
            let proxy = Proxy::before(&portal, rig);
            assert_eq!(ask(&proxy), (got.to_vec(), error));
        }
    }

    /// Writes down what happened, in order.
    #[derive(Clone, Default)]
    struct Diary(Arc<Mutex<Vec<String>>>);

    impl Rig for Diary {
        fn fate(&self, call: &Call) -> Fate {
            let line = format!("{} {} {}", call.number, call.method, call.path());
            self.0.lock().unwrap().push(line);
            Fate::Forwarded(Back::Stall(12))
        }

        fn answered(&self, _call: &Call, answer: &Answer) {
            self.0.lock().unwrap().push(answer.status.to_string());
        }

        fn sent(&self, _call: &Call) {
            self.0.lock().unwrap().push("sent".to_owned());
        }
    }

    #[test]
    fn a_stalled_answer_ends_when_the_client_goes_and_each_step_is_told() {
        let diary = Diary::default();
        let portal = format!("http://{}", echo());
        let proxy = Proxy::before(&portal, diary.clone());
        assert_eq!(proxy.url(&portal), format!("http://{}", proxy.address));
        let mut stream = TcpStream::connect(proxy.address).unwrap();
        stream.write_all(b"GET /a?b=c HTTP/1.1\r\n\r\n").unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        assert_eq!(*diary.0.lock().unwrap(), ["0 GET /a", "200"]);
        drop(stream);
        while diary.0.lock().unwrap().len() < 3 {
            thread::yield_now();
        }
        assert_eq!(diary.0.lock().unwrap()[2], "sent");
    }
}
