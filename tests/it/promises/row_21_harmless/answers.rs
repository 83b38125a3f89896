//! A portal whose every answer holds a payload, in each part of an answer.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A portal that answers everything with the same bytes.
pub(super) fn portal(answer: Vec<u8>) -> (String, Arc<Mutex<bool>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let ended = Arc::new(Mutex::new(false));
    let end = Arc::clone(&ended);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if *end.lock().unwrap() {
                return;
            }
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 16 * 1024];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(&answer);
        }
    });
    (url, ended)
}

/// Everything that an answer can hold a payload in.
pub(super) fn answers(payload: &str) -> Vec<Vec<u8>> {
    let line = payload.replace(['\r', '\n'], " ");
    let json = serde_json::to_string(payload).unwrap();
    let with = |head: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .into_bytes()
    };
    let problem = format!(
        "{{\"type\":{json},\"title\":{json},\"code\":{json},\"detail\":{json},\"error\":{json},\"errors\":[{json}],\"scimType\":{json},\"status\":\"403\",\"message\":{json}}}"
    );
    let page = format!(
        "{{\"page\":1,\"total\":{json},\"items\":[{{\"id\":{json},\"name\":{json}}}],\"users\":[{{{json}:{json}}}],\"organisation\":{json}}}"
    );
    let kind = "Content-Type: application/json";
    vec![
        with(
            &format!("403 {line}\r\nContent-Type: application/problem+json"),
            &problem,
        ),
        with(&format!("409 No\r\n{kind}"), &problem),
        with(
            &format!("422 No\r\n{kind}\r\nX-Request-Id: {line}"),
            &problem,
        ),
        with(
            &format!("401 No\r\nWWW-Authenticate: {line}\r\n{kind}"),
            &problem,
        ),
        with(
            &format!("302 Found\r\nLocation: https://live.example/{line}"),
            "",
        ),
        with(&format!("200 OK\r\nContent-Type: {line}"), payload),
        with(
            "200 OK\r\nContent-Type: text/html",
            &format!("<html>{payload}</html>"),
        ),
        with(&format!("200 OK\r\n{kind}"), &json),
        with(&format!("200 OK\r\n{kind}"), &page),
        with(&format!("200 OK\r\n{kind}"), payload),
        format!("HTTP/1.1 {line}\r\n\r\n").into_bytes(),
    ]
}
