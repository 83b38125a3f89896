//! The floor: the least that the same work can cost. The same files through the fastest general
//! typed YAML parser among our dependencies (`yaml_serde`; `serde-saphyr` is slower), the listings
//! transferred and decoded by `serde_json` into borrowed structs, a hash join, the changes
//! printed. Two threads; nothing validated, no place of anything known, no reason given.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread;

use serde::Deserialize;

const THREADS: usize = 2;

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not used")]
struct File {
    organisation: String,
    name: String,
    portals: BTreeMap<String, u64>,
    users: HashMap<String, User>,
}

#[derive(Deserialize)]
struct User {
    name: String,
    until: String,
    areas: Vec<String>,
}

#[derive(Deserialize)]
struct UsersPage<'a> {
    total: usize,
    #[serde(borrow)]
    users: Vec<Row<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not used")]
struct Row<'a> {
    id: &'a str,
    email: &'a str,
    #[serde(borrow)]
    name: Cow<'a, str>,
    expires: Option<&'a str>,
    locked: bool,
    areas: Vec<&'a str>,
    last_sign_in: Option<&'a str>,
}

#[derive(Deserialize)]
struct AreasPage<'a> {
    #[serde(borrow)]
    areas: Vec<Area<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "decoded, not used")]
struct Area<'a> {
    code: &'a str,
    title: Cow<'a, str>,
    access_key_required: bool,
    administration: bool,
}

/// Does all of it for the project in `folder` and the portal at `address`; prints to stdout.
pub(crate) fn run(folder: &Path, address: &str, day: &str) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder.join("schools"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let share = files.len().div_ceil(THREADS).max(1);
    let printed: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = files
            .chunks(share)
            .map(|files| scope.spawn(move || of_files(files, address, day)))
            .collect();
        let done = threads.into_iter().map(|thread| thread.join().unwrap());
        done.collect()
    });
    let mut out = std::io::stdout().lock();
    for text in printed {
        out.write_all(text.as_bytes()).unwrap();
    }
}

fn of_files(files: &[PathBuf], address: &str, day: &str) -> String {
    let connection = TcpStream::connect(address).unwrap();
    connection.set_nodelay(true).unwrap();
    let mut reader = BufReader::with_capacity(64 * 1024, &connection);
    let mut printed = String::new();
    let mut body = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path).unwrap();
        let file: File = serde_yaml::from_str(&text).unwrap();
        let provider = file.portals.get("ofs").unwrap();
        get(
            &connection,
            &mut reader,
            &format!("/providers/{provider}/areas"),
            &mut body,
        );
        let areas: AreasPage<'_> = serde_json::from_slice(&body).unwrap();
        let known = areas.areas.len();
        assert!(known > 0, "no catalogue");
        get(
            &connection,
            &mut reader,
            &format!("/providers/{provider}/users?page=1&per_page=200"),
            &mut body,
        );
        let page: UsersPage<'_> = serde_json::from_slice(&body).unwrap();
        assert_eq!(page.total, page.users.len());
        join(&file, &page, day, &mut printed);
    }
    printed
}

fn get(connection: &TcpStream, reader: &mut BufReader<&TcpStream>, path: &str, body: &mut Vec<u8>) {
    let mut writer = connection;
    let request = format!("GET {path} HTTP/1.1\r\nHost: portal\r\n\r\n");
    writer.write_all(request.as_bytes()).unwrap();
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.trim().parse().unwrap();
        }
    }
    body.resize(length, 0);
    reader.read_exact(body).unwrap();
}

fn join(file: &File, page: &UsersPage<'_>, day: &str, printed: &mut String) {
    use std::fmt::Write as _;
    let live: HashMap<&str, &Row<'_>> = page.users.iter().map(|row| (row.email, row)).collect();
    let mut users: Vec<_> = file.users.iter().collect();
    users.sort_unstable_by_key(|(login, _)| *login);
    for (login, user) in users {
        let wanted = user.until.as_str() >= day;
        let Some(row) = live.get(login.as_str()) else {
            if wanted {
                writeln!(printed, "+ {login} {}", user.areas.join(" ")).unwrap();
            }
            continue;
        };
        if !wanted {
            writeln!(printed, "- {login}").unwrap();
            continue;
        }
        if user.name != row.name {
            writeln!(printed, "~ {login} {} -> {}", row.name, user.name).unwrap();
        }
        let has: HashSet<&str> = row.areas.iter().copied().collect();
        let listed: HashSet<&str> = user.areas.iter().map(String::as_str).collect();
        for area in listed.difference(&has) {
            writeln!(printed, "+ {login} {area}").unwrap();
        }
        for area in has.difference(&listed) {
            writeln!(printed, "- {login} {area}").unwrap();
        }
    }
}
