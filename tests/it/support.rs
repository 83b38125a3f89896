//! What several tests share: a running sandbox, a copy of an example that points at it, and the
//! program.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The day on which the example is planned in tests.
pub(crate) const TODAY: &str = "2026-11-22";

pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program, in a folder, with nothing of this machine's environment that it would heed.
pub(crate) fn beadle(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beadle"));
    command.current_dir(folder);
    for variable in [
        "CI",
        "NO_COLOR",
        "OFS_PORTAL_TOKEN",
        "OFS_READ_TOKEN",
        "BEADLE_REDACTION_KEY",
        "BEADLE_AUTHORS",
        "BEADLE_TOKEN_ORIGINS",
    ] {
        command.env_remove(variable);
    }
    // What `--today` says is no rehearsal, whenever the tests run.
    command.env("BEADLE_TODAY", TODAY);
    command
}

/// Whether what needs programs of others is tested: where `BEADLE_ACCEPTANCE=require`, as `.ci/run`
/// sets it once they are installed. Elsewhere it is said aloud that it is not.
pub(crate) fn acceptance(what: &str) -> bool {
    let required = std::env::var("BEADLE_ACCEPTANCE").is_ok_and(|word| word == "require");
    if !required {
        let line = format!("\nNOT TESTED: {what}; BEADLE_ACCEPTANCE=require tests it\n");
        // Past the test runner's capture, so that it is seen.
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    required
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Every file below a folder, by its path there.
pub(crate) fn files_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    fn gather(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(root, &path, found);
            } else {
                let below = path.strip_prefix(root).unwrap().to_owned();
                found.insert(below, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    gather(folder, folder, &mut found);
    found
}

/// The same as texts, whatever bytes they hold.
pub(crate) fn texts_below(folder: &Path) -> BTreeMap<String, String> {
    let files = files_below(folder).into_iter();
    let texts = files.map(|(path, bytes)| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (path.display().to_string(), text)
    });
    texts.collect()
}

/// Copies a folder and all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// `beadle sandbox` in a process of its own; killed when dropped.
pub(crate) struct Sandbox {
    child: Child,
    /// The line that it printed when it was ready.
    pub(crate) ready: Value,
}

impl Sandbox {
    /// Starts it with the snapshots of a folder, and perhaps a database file.
    pub(crate) fn start(seed: &Path, database: Option<&Path>) -> Self {
        let mut command = beadle(&repository());
        command
            .args(["sandbox", "--today", TODAY, "--seed"])
            .arg(seed);
        if let Some(database) = database {
            command.arg("--db").arg(database);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("not a ready line: {line}"));
        Self { child, ready }
    }

    /// A text of the ready line, by JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> String {
        self.ready
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("{pointer}"))
            .to_owned()
    }

    /// A call to the control API; the answer as JSON (`null` for an empty one).
    pub(crate) fn control(&self, method: &str, path: &str, body: &str) -> Value {
        let url = format!("{}{path}", self.text("/control"));
        let (status, text) = http(method, &url, body).unwrap();
        assert!(status < 300, "{method} {url}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The writing calls that it got, oldest first.
    pub(crate) fn writes(&self) -> Vec<Value> {
        let calls = self.control("GET", "/calls", "");
        let calls = calls
            .as_array()
            .or_else(|| calls["calls"].as_array())
            .unwrap()
            .clone();
        calls
            .into_iter()
            .filter(|call| call["method"] != "GET")
            .collect()
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and says how it did.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> std::process::ExitStatus {
        let done = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(done.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One plain HTTP call to this machine: status and body. `None` where nobody listens.
pub(crate) fn http(method: &str, url: &str, body: &str) -> Option<(u16, String)> {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).ok()?;
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let chunked = head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked");
    Some((
        status,
        if chunked {
            unchunked(body)
        } else {
            body.to_owned()
        },
    ))
}

fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        whole.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
        if size == 0 {
            break;
        }
    }
    whole
}

/// A copy of `examples/university` whose portal is a running sandbox.
pub(crate) struct University {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) sandbox: Sandbox,
}

impl University {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples/university"), folder.path());
        let sandbox = Sandbox::start(
            &folder.path().join("live"),
            Some(&folder.path().join("portal.db")),
        );
        let university = Self { folder, sandbox };
        university.point_at_sandbox("https://portal.example/api");
        university
    }

    /// Replaces the portal's URL in the project file.
    fn point_at_sandbox(&self, before: &str) {
        let url = self.sandbox.text("/portals/ofs/url");
        self.edit(before, &url);
    }

    /// Replaces a text of the project file, which must be there.
    pub(crate) fn edit(&self, before: &str, after: &str) {
        let path = self.folder.path().join("beadle.yaml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(before), "the project file has no `{before}`");
        fs::write(&path, text.replace(before, after)).unwrap();
    }

    /// Ends the sandbox as a crash would and starts it again on the same database.
    pub(crate) fn crash_and_restart(self) -> Self {
        let Self { folder, sandbox } = self;
        let before = sandbox.text("/portals/ofs/url");
        sandbox.kill();
        let sandbox = Sandbox::start(
            &folder.path().join("live"),
            Some(&folder.path().join("portal.db")),
        );
        let university = Self { folder, sandbox };
        university.point_at_sandbox(&before);
        university
    }

    /// The program in the project's folder, with the sandbox's tokens.
    pub(crate) fn beadle(&self) -> Command {
        let mut command = beadle(self.folder.path());
        command.env("OFS_PORTAL_TOKEN", self.sandbox.text("/portals/ofs/token"));
        command.env(
            "OFS_READ_TOKEN",
            self.sandbox.text("/portals/ofs/read_token"),
        );
        command
    }

    /// Runs a command for the day of the tests.
    pub(crate) fn run(&self, command: &str, arguments: &[&str]) -> Output {
        self.beadle()
            .arg(command)
            .args(["--today", TODAY])
            .args(arguments)
            .output()
            .unwrap()
    }

    /// The plan as JSON.
    pub(crate) fn plan(&self) -> Value {
        let output = self.run("plan", &["--format", "json"]);
        assert!(output.status.success(), "{}", err(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}
