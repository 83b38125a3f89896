//! Starts a server of others by its script, on a free port, with its packages kept below the
//! target folder so that the next run is quick; kills it when dropped.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use crate::support::acceptance;

/// A server of others.
pub(super) struct Server {
    pid: String,
    port: u16,
    pub(super) url: String,
    pub(super) token: String,
    pub(super) folder: PathBuf,
    /// Where its packages are.
    pub(super) packages: PathBuf,
}

/// Packages are installed by one test at a time.
static INSTALLING: Mutex<()> = Mutex::new(());

impl Server {
    /// Starts `tests/servers/<kind>.sh` in a folder named `name`. None where that is not asked for;
    /// it is said aloud.
    pub(super) fn start(kind: &str, name: &str, environment: &[(&str, &str)]) -> Option<Self> {
        if !acceptance(&format!("{name} against {kind}")) {
            return None;
        }
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("acceptance");
        match Self::try_start(&root, kind, name, environment) {
            Ok(server) => Some(server),
            Err(why) => panic!("{kind} cannot be had: {why}"),
        }
    }

    fn try_start(
        root: &Path,
        kind: &str,
        name: &str,
        environment: &[(&str, &str)],
    ) -> Result<Self, String> {
        let folder = root.join(name);
        let packages = root.join(format!("{kind}-packages"));
        let _one_at_a_time = INSTALLING.lock().unwrap_or_else(|it| it.into_inner());
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let port = free_port();
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/servers")
            .join(format!("{kind}.sh"));
        let output = Command::new("bash")
            .arg(script)
            .arg(&folder)
            .arg(port.to_string())
            .envs(environment.iter().copied())
            .env("VENV", &packages)
            .env_remove("TOKEN")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let value = |key: &str| {
            let mut lines = said.lines().filter_map(|line| line.split_once('='));
            let found = lines.find(|(name, _)| *name == key);
            found
                .map(|(_, value)| value.to_owned())
                .ok_or_else(|| format!("the script did not say `{key}`"))
        };
        Ok(Self {
            pid: value("PID")?,
            port,
            url: value("BASE_URL")?,
            token: value("TOKEN")?,
            folder,
            packages,
        })
    }

    /// Makes a call that is no part of what is tested, and answers with its body.
    pub(super) async fn call(&self, method: &str, path: &str, body: &str) -> serde_json::Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only(Vec::new())
            .build()
            .unwrap();
        let answer = client
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("content-type", "application/scim+json")
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Makes groups without members.
    pub(super) async fn groups(&self, names: &[&str]) {
        for name in names {
            let body = serde_json::json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name,
            });
            self.call("POST", "/Groups", &body.to_string()).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(&self.pid).status();
        for _ in 0..250 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_err() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
