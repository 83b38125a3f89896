//! A browser without a window, told what to do over WebDriver: plain HTTP to a driver on this
//! machine. Knows pages and elements, and nothing of portals.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::acceptance;

/// What the W3C calls the one key of an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long something may take to be on a page.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long the driver may take for one thing.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

/// One browser at a time: this machine may be small.
static ONE: Mutex<()> = Mutex::new(());

/// An element of the page that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element(String);

/// A browser, closed when dropped.
pub(super) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts one. None where that is not asked for; it is said aloud.
    pub(super) fn start(what: &str) -> Option<Self> {
        if !acceptance(what) {
            return None;
        }
        let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
        let browser = names.iter().find_map(|name| installed(name));
        let browser = browser.unwrap_or_else(|| panic!("{what}: there is no chromium here"));
        let driver = installed("chromedriver");
        let driver = driver.unwrap_or_else(|| panic!("{what}: there is no chromedriver here"));
        let alone = ONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new(driver)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = port(&mut driver);
        let mut started = Self {
            driver,
            port,
            session: "/session".to_owned(),
            _profile: profile,
            _alone: alone,
        };
        let session = started.ask("POST", "", &started.wishes(&browser));
        let id = session["sessionId"].as_str().unwrap();
        started.session = format!("{}/{id}", started.session);
        Some(started)
    }

    /// Nothing is loaded from anywhere but this machine.
    fn wishes(&self, browser: &std::path::Path) -> Value {
        let profile = format!("--user-data-dir={}", self._profile.path().display());
        let logs = json!({"browser": "ALL", "performance": "ALL"});
        json!({"capabilities": {"alwaysMatch": {"goog:loggingPrefs": logs, "goog:chromeOptions": {
            "binary": browser,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
                "--disable-component-update", "--disable-default-apps", "--lang=en-GB",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--window-size=1100,900", profile,
            ],
        }}}})
    }

    pub(super) fn try_ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let path = format!("{}{path}", self.session);
        let call = call(self.port, method, &path, &body);
        let (status, text) = call.map_err(|error| format!("{method} {path}: {error}"))?;
        let answer: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        if status == 200 {
            Ok(answer["value"].clone())
        } else {
            Err(format!("{method} {path}: {}", answer["value"]["message"]))
        }
    }

    pub(super) fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_ask(method, path, body)
            .unwrap_or_else(|wrong| panic!("{wrong}"))
    }

    /// Opens a page by its address, and checks that it is there.
    pub(super) fn open(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
        assert_eq!(self.status(), 200, "{url}");
    }

    pub(super) fn url(&self) -> String {
        self.ask("GET", "/url", &Value::Null)
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// With which status the page was answered.
    pub(super) fn status(&self) -> u64 {
        let script = "return performance.getEntriesByType('navigation')[0].responseStatus";
        self.run(script, &json!([])).as_u64().unwrap()
    }

    /// The page as somebody would save it.
    pub(super) fn source(&self) -> String {
        self.ask("GET", "/source", &Value::Null)
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// What a script of the test, not of the page, finds on the page.
    pub(super) fn run(&self, script: &str, arguments: &Value) -> Value {
        self.try_run(script, arguments)
            .unwrap_or_else(|wrong| panic!("{wrong}"))
    }

    fn try_run(&self, script: &str, arguments: &Value) -> Result<Value, String> {
        let body = json!({ "script": script, "args": arguments });
        self.try_ask("POST", "/execute/sync", &body)
    }

    /// The elements that a script finds.
    pub(super) fn elements(&self, script: &str, arguments: &Value) -> Vec<Element> {
        let found = self.run(script, arguments);
        let found = found.as_array().unwrap().iter();
        found
            .map(|one| Element(one[ELEMENT].as_str().unwrap().to_owned()))
            .collect()
    }

    /// Tries until it has succeeded, or for as long as anybody would wait; the browser itself lets
    /// the time pass.
    pub(super) fn wait_for<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, String>,
    ) -> Result<T, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match attempt() {
                Err(wrong) if Instant::now() > deadline => return Err(wrong),
                Err(_) => {
                    let script = "setTimeout(arguments[0], 50)";
                    let body = json!({ "script": script, "args": [] });
                    // The page may go while it waits, which is what it waits for.
                    let _ = self.try_ask("POST", "/execute/async", &body);
                }
                done => return done,
            }
        }
    }

    fn of(&self, method: &str, element: &Element, what: &str, body: &Value) -> Value {
        self.ask(method, &format!("/element/{}/{what}", element.0), body)
    }

    /// Clicks, and waits until the page to which a link or button leads is there.
    pub(super) fn click(&self, element: &Element) -> Result<(), String> {
        const LEADS: &str = "window.left = ['A', 'BUTTON'].includes(arguments[0].tagName);\
            return window.left";
        const THERE: &str = "return !window.left && document.readyState === 'complete'";
        let leads = self.try_run(LEADS, &json!([self.handle(element)]))?;
        let path = format!("/element/{}/click", element.0);
        self.try_ask("POST", &path, &json!({}))?;
        if leads == true {
            self.wait_for(|| match self.try_run(THERE, &json!([]))? {
                Value::Bool(true) => Ok(()),
                _ => Err("the click leads to no page".to_owned()),
            })
            .unwrap_or_else(|wrong| panic!("{wrong}\nat {}\n{}", self.url(), self.source()));
        }
        Ok(())
    }

    pub(super) fn is_ticked(&self, element: &Element) -> bool {
        self.of("GET", element, "selected", &Value::Null) == true
    }

    /// Puts a text into a field, in place of what is there.
    pub(super) fn fill(&self, element: &Element, text: &str) {
        self.of("POST", element, "clear", &json!({}));
        self.of("POST", element, "value", &json!({ "text": text }));
    }

    /// The name by which a control is known to whoever does not see it.
    pub(super) fn label(&self, element: &Element) -> String {
        let label = self.of("GET", element, "computedlabel", &Value::Null);
        label.as_str().unwrap_or_default().to_owned()
    }

    /// Presses Tab, and answers with what has the keyboard then.
    pub(super) fn tab(&self) -> Element {
        let tab = "\u{e004}";
        let keys = json!([{"type": "keyDown", "value": tab}, {"type": "keyUp", "value": tab}]);
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": keys}]});
        self.ask("POST", "/actions", &actions);
        let active = self.ask("GET", "/element/active", &Value::Null);
        Element(active[ELEMENT].as_str().unwrap().to_owned())
    }

    /// As JSON, to hand it to a script.
    pub(super) fn handle(&self, element: &Element) -> Value {
        json!({ ELEMENT: element.0 })
    }

    /// The page as a picture, PNG.
    pub(super) fn picture(&self) -> Vec<u8> {
        from_base64(
            self.ask("GET", "/screenshot", &Value::Null)
                .as_str()
                .unwrap(),
        )
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.try_ask("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Where a program is, if it is.
fn installed(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(name));
    paths.find(|path| path.is_file())
}

/// The port on which the driver says that it listens.
fn port(driver: &mut Child) -> u16 {
    let mut said = String::new();
    for line in BufReader::new(driver.stdout.take().unwrap()).lines() {
        said.push_str(&line.unwrap());
        let port = said
            .rsplit_once("successfully on port ")
            .map(|(_, port)| port);
        if let Some(port) = port.and_then(|port| port.trim_end_matches('.').parse().ok()) {
            return port;
        }
    }
    panic!("chromedriver has not started: {said}")
}

/// One call to the driver, which keeps its connections open, so an answer ends where it says.
fn call(port: u16, method: &str, path: &str, body: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(ANSWERS_WITHIN))?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = BufReader::new(stream);
    let (mut status, mut length) = (0, 0);
    loop {
        let mut line = String::new();
        answer.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = line.strip_prefix("http/1.1 ") {
            status = rest
                .get(..3)
                .and_then(|code| code.parse().ok())
                .unwrap_or(0);
        } else if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().unwrap_or(0);
        } else if line.is_empty() {
            break;
        }
    }
    let mut text = vec![0; length];
    answer.read_exact(&mut text)?;
    Ok((status, String::from_utf8_lossy(&text).into_owned()))
}

pub(super) fn from_base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let text: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').collect();
    let mut bytes = Vec::with_capacity(text.len());
    for group in text.chunks(4) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, byte| bits << 6 | u32::from(value(*byte)));
        let bits = bits << (6 * (4 - group.len()));
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    bytes
}
