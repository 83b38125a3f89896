//! A bucket: against a double that speaks S3 as far as it is asked, with conditional writes, and
//! one that ignores the condition.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use beadle::model::records::Provider;
use beadle::record::lock::{LockError, Scope, Taken, take};
use beadle::record::{Clock, Cloud, CloudOptions, Created, Store};

use super::rig::{Hand, holder};

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// Serves one bucket from memory; answers with its address.
fn serve(conditional: bool) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let objects = Objects::default();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let objects = Arc::clone(&objects);
            std::thread::spawn(move || while answer(&stream, &objects, conditional).is_some() {});
        }
    });
    address
}

fn answer(stream: &TcpStream, objects: &Objects, conditional: bool) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let header = |name: &str| {
        let lines = head.iter().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.to_owned())
    };
    let length = header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    assert!(
        header("authorization")
            .unwrap()
            .starts_with("AWS4-HMAC-SHA256")
    );
    let mut words = head[0].split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let key = path
        .strip_prefix("/records")
        .unwrap()
        .trim_start_matches('/')
        .to_owned();
    let mut objects = objects.lock().unwrap();
    let (status, text) = match (method, query) {
        ("PUT", _) => {
            let held = header("if-none-match").as_deref() == Some("*");
            if conditional && held && objects.contains_key(&key) {
                (412, xml("<Error><Code>PreconditionFailed</Code></Error>"))
            } else {
                objects.insert(key, body);
                (200, Vec::new())
            }
        }
        ("GET", "") => match objects.get(&key) {
            Some(bytes) => (200, bytes.clone()),
            None => (404, xml("<Error><Code>NoSuchKey</Code></Error>")),
        },
        ("GET", query) => {
            let prefix = query.split('&').find_map(|one| one.strip_prefix("prefix="));
            let prefix = prefix.unwrap_or_default().replace("%2F", "/");
            let below = objects.iter().filter(|(key, _)| key.starts_with(&prefix));
            let rows: String = below
                .map(|(key, bytes)| {
                    format!(
                        "<Contents><Key>{key}</Key><Size>{}</Size><ETag>1</ETag>\
                         <LastModified>2026-11-22T09:00:00.000Z</LastModified></Contents>",
                        bytes.len()
                    )
                })
                .collect();
            (
                200,
                xml(&format!(
                    "<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
                )),
            )
        }
        ("POST", "delete") => {
            let text = String::from_utf8(body).unwrap();
            let keys = text.split("<Key>").skip(1);
            let keys = keys.map(|part| part.split("</Key>").next().unwrap());
            let deleted: String = keys
                .map(|key| {
                    objects.remove(key);
                    format!("<Deleted><Key>{key}</Key></Deleted>")
                })
                .collect();
            (200, xml(&format!("<DeleteResult>{deleted}</DeleteResult>")))
        }
        _ => panic!("{}", head[0]),
    };
    drop(objects);
    let mut stream = stream;
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nETag: \"1\"\r\n\
         Last-Modified: Sun, 22 Nov 2026 09:00:00 GMT\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&text).ok()
}

fn xml(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn bucket(address: &str) -> Result<Cloud, beadle::record::StoreError> {
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Cloud::open(&CloudOptions {
        provider: Provider::S3,
        bucket: "records".to_owned(),
        prefix: "trust/north".to_owned(),
        variables: vec![
            variable("AWS_ENDPOINT_URL", address),
            variable("AWS_REGION", "eu-west-2"),
            variable("AWS_ACCESS_KEY_ID", "invented"),
            variable("AWS_SECRET_ACCESS_KEY", "invented"),
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_keeps_the_contract_of_a_folder() {
    let store: Arc<dyn Store> = Arc::new(bucket(&serve(true)).unwrap());
    super::places::keeps_the_contract(store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_machines_exactly_one_takes_the_lock_of_a_bucket() {
    let address = serve(true);
    let clock: Arc<dyn Clock> = Hand::new();
    let both = ["anna", "bert"].map(|name| {
        let store: Arc<dyn Store> = Arc::new(bucket(&address).unwrap());
        let clock = Arc::clone(&clock);
        tokio::spawn(async move { take(&store, &clock, Scope::Project, holder(name)).await })
    });
    let mut held = 0;
    for one in both {
        held += usize::from(matches!(one.await.unwrap().unwrap(), Taken::Lock(_)));
    }
    assert_eq!(held, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_ignores_the_condition_is_refused() {
    let store: Arc<dyn Store> = Arc::new(bucket(&serve(false)).unwrap());
    assert_eq!(store.create("a.json", b"1").await, Ok(Created::Yes));
    let clock: Arc<dyn Clock> = Hand::new();
    let taken = take(&store, &clock, Scope::Project, holder("anna")).await;
    assert!(
        matches!(taken, Err(LockError::Unconditional(_))),
        "{taken:?}"
    );
}

#[test]
fn an_endpoint_without_tls_is_refused_unless_it_is_this_machine() {
    let refused = bucket("http://storage.example").unwrap_err().to_string();
    assert!(refused.contains("must begin with `https://`"), "{refused}");
    assert!(!refused.contains("invented"));
}
