//! A portal that says what a test tells it to, on a port of its own. One request a connection; it
//! keeps what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One request as it came.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Which one it is, from 0.
    pub(super) number: usize,
    pub(super) method: String,
    pub(super) target: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    /// The path, without query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// A parameter of the query, as it is on the wire.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let query = self.target.split_once('?')?.1;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .next()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Method and target.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

/// What is sent back, and then the connection is closed.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// An answer.
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// These bytes.
    Bytes(Vec<u8>),
    /// No answer, ever.
    Silence,
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    pub(super) fn problem(status: u16, code: &str) -> Self {
        let body = json!({
            "type": format!("https://portal.example/problems/{code}"),
            "title": "No", "status": status, "detail": "secret detail about a.khan@northshire.example",
        });
        Self::text(status, "application/problem+json", &body.to_string())
    }

    pub(super) fn text(status: u16, kind: &str, body: &str) -> Self {
        Self::Answer {
            status,
            headers: vec![("Content-Type".to_owned(), kind.to_owned())],
            body: body.to_owned(),
        }
    }

    pub(super) fn empty(status: u16) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(super) fn bytes(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    fn wire(&self) -> Option<Vec<u8>> {
        match self {
            Self::Silence => None,
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Answer {
                status,
                headers,
                body,
            } => {
                let mut text = format!("HTTP/1.1 {status} Told\r\nConnection: close\r\n");
                for (name, value) in headers {
                    text += &format!("{name}: {value}\r\n");
                }
                if *status != 204 {
                    text += &format!("Content-Length: {}\r\n", body.len());
                }
                Some((text + "\r\n" + body).into_bytes())
            }
        }
    }
}

/// The portal. Ends when dropped.
pub(super) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let kept = Arc::clone(&seen);
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&kept), Arc::clone(&answer)));
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that was asked, in the order it came.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method and target of everything that was asked, sorted.
    pub(super) fn calls(&self) -> Vec<String> {
        let mut calls: Vec<String> = self.seen().iter().map(Seen::line).collect();
        calls.sort();
        calls
    }

    /// How many requests had this method.
    pub(super) fn count(&self, method: &str) -> usize {
        self.seen()
            .iter()
            .filter(|seen| seen.method == method)
            .count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve<A: Fn(&Seen) -> Reply>(
    mut stream: TcpStream,
    kept: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<A>,
) {
    let Some(mut seen) = request(&mut stream).await else {
        return;
    };
    let reply = {
        let mut kept = kept.lock().unwrap();
        seen.number = kept.len();
        kept.push(seen.clone());
        answer(&seen)
    };
    match reply.wire() {
        // The other side may have gone already, which is no fault of a test.
        Some(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        None => std::future::pending().await,
    }
}

async fn request(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let seen = parse(head, body);
            let length = seen
                .header("content-length")
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if body.len() >= length {
                return Some(seen);
            }
        }
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => return None,
        }
    }
}

fn parse(head: &str, body: &str) -> Seen {
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let headers = lines.filter_map(|line| line.split_once(": "));
    Seen {
        number: 0,
        method: first.next().unwrap().to_owned(),
        target: first.next().unwrap().to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}
