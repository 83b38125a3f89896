//! One answer of a portal, taken apart so that a lie can change it and put it together again.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Map, Value};

use crate::promises::proxy::Call;

/// What a portal answered.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) status: u16,
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Told {
    /// Asks the portal itself, under the name by which the client knows it.
    pub(super) fn ask(portal: &str, target: &str, client: &Call) -> Self {
        let mut stream = TcpStream::connect(portal).unwrap();
        let field = |name| client.header(name).unwrap_or_default();
        let (host, authorization) = (field("host"), field("authorization"));
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, body) = bytes.split_at(end.unwrap() + 4);
        let head = String::from_utf8(head.to_vec()).unwrap();
        let mut lines = head.trim_end().lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let fields = lines.filter_map(|line| line.split_once(": "));
        let kept = |name: &str| {
            let own = ["content-length", "connection", "date", "transfer-encoding"];
            !own.contains(&name.to_ascii_lowercase().as_str())
        };
        assert!(!head.to_ascii_lowercase().contains("chunked"), "{head}");
        Self {
            status: status.parse().unwrap(),
            fields: fields
                .filter(|(name, _)| kept(name))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: body.to_vec(),
        }
    }

    pub(super) fn text(status: u16, kind: &str, body: &str) -> Self {
        Self {
            status,
            fields: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.as_bytes().to_vec(),
        }
    }

    /// The body, which is an object.
    pub(super) fn object(&self) -> Map<String, Value> {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The same with another body.
    pub(super) fn saying(&self, body: impl Into<Vec<u8>>) -> Self {
        Self {
            body: body.into(),
            ..self.clone()
        }
    }

    pub(super) fn with_object(&self, map: &Map<String, Value>) -> Self {
        self.saying(serde_json::to_vec(map).unwrap())
    }

    /// The same with this field in place of those of its name; without any for an empty value.
    pub(super) fn with_field(&self, name: &str, value: &str) -> Self {
        let mut told = self.clone();
        told.fields
            .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        if !value.is_empty() {
            told.fields.push((name.to_owned(), value.to_owned()));
        }
        told
    }

    /// What is sent, with a stated length.
    pub(super) fn wire(&self) -> Vec<u8> {
        self.wire_of_length(self.body.len() as u64)
    }

    /// What is sent, with this stated length, whatever the body's own.
    pub(super) fn wire_of_length(&self, length: u64) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Told\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.fields {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {length}\r\n\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// What is sent in chunks, the last of which may never come.
    pub(super) fn wire_in_chunks(&self, ends: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Told\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.fields {
            head += &format!("{name}: {value}\r\n");
        }
        head += "Transfer-Encoding: chunked\r\n\r\n";
        let mut bytes = head.into_bytes();
        for chunk in self.body.chunks(4096) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        if ends {
            bytes.extend_from_slice(b"0\r\n\r\n");
        }
        bytes
    }
}
