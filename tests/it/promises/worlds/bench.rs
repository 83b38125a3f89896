//! One embedded portal with two schools, its driver, and the eye that sees what is there after each
//! writing call.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use beadle::executor::Stop;
use beadle::model::live::{Live, LiveAccount};
use beadle::model::name::PortalOrganisation;
use beadle::model::plan::{AccountRef, Write};
use beadle::model::rules::Rules;
use beadle::model::snapshot::Snapshot;
use beadle::portal::{Access, Act, PortalError, PortalRead, PortalWrite, Written, driver};
use beadle::sandbox::{Options, PortalOptions, Running, start};
use jiff::civil::Date;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::fit;
use crate::planner::build::DAY;

/// The portal's name.
pub(crate) const PORTAL: &str = "portal";

/// An embedded portal of one driver.
pub(crate) struct Bench {
    pub(crate) rules: &'static Rules,
    _running: Running,
    project_url: String,
    token: String,
    eye: Eye,
}

/// Who looks into the portal by its control.
#[derive(Clone)]
struct Eye {
    client: reqwest::Client,
    control: String,
}

/// One writing call: whose organisation it was, and what the portal held after it.
pub(crate) struct Seen {
    pub(crate) organisation: PortalOrganisation,
    pub(crate) after: Snapshot,
}

impl Eye {
    async fn ask(&self, path: &str) -> Vec<u8> {
        let answer = self
            .client
            .get(format!("{}{path}", self.control))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.unwrap().to_vec()
    }

    async fn tell(&self, method: reqwest::Method, path: &str, body: Vec<u8>) {
        let call = self
            .client
            .request(method, format!("{}{path}", self.control))
            .body(body);
        let answer = call.send().await.unwrap();
        let status = answer.status();
        assert!(
            status.is_success(),
            "{path}: {status} {}",
            answer.text().await.unwrap()
        );
    }

    async fn state(&self, organisation: &str) -> Snapshot {
        let path = format!("/state?portal={PORTAL}&organisation={organisation}");
        serde_json::from_slice(&self.ask(&path).await).unwrap()
    }
}

impl Bench {
    /// A portal of this driver, with two schools in which nobody is yet.
    pub(crate) async fn start(rules: &'static Rules) -> Self {
        let portal = PortalOptions {
            name: PORTAL.to_owned(),
            driver: rules.driver.to_owned(),
            snapshots: vec![fit::empty(rules, 0), fit::empty(rules, 1)],
        };
        let running = start(Options {
            listen: ([127, 0, 0, 1], 0).into(),
            database: None,
            today: DAY,
            portals: vec![portal],
        });
        let running = running.await.unwrap();
        let ready = &running.ready().portals[PORTAL];
        let eye = Eye {
            client: client(),
            control: running.ready().control.clone(),
        };
        Self {
            rules,
            project_url: ready.project_url.clone(),
            token: ready.token.clone(),
            eye,
            _running: running,
        }
    }

    /// Forgets all that was, and begins with these.
    pub(crate) async fn begin(&self, schools: &[Snapshot]) {
        self.eye
            .tell(reqwest::Method::POST, "/reset", Vec::new())
            .await;
        for school in schools {
            self.put(school).await;
        }
    }

    /// Somebody's edits at the portal: the school is like this from now on.
    pub(crate) async fn put(&self, school: &Snapshot) {
        let path = format!(
            "/state?portal={PORTAL}&organisation={}",
            school.organisation
        );
        self.eye
            .tell(
                reqwest::Method::PUT,
                &path,
                serde_json::to_vec(school).unwrap(),
            )
            .await;
    }

    /// What a school holds.
    pub(crate) async fn state(&self, school: usize) -> Snapshot {
        self.eye.state(&fit::organisation(self.rules, school)).await
    }

    /// Lets it be another day there.
    pub(crate) async fn set_day(&self, day: Date) {
        let body = json!({ "today": day.to_string() }).to_string();
        self.eye
            .tell(reqwest::Method::PUT, "/clock", body.into_bytes())
            .await;
    }

    /// Arms these faults, in the place of those before.
    pub(crate) async fn set_faults(&self, faults: &Value) {
        self.eye
            .tell(
                reqwest::Method::PUT,
                "/faults",
                faults.to_string().into_bytes(),
            )
            .await;
    }

    /// The driver, opened anew.
    pub(crate) fn writer(&self) -> Arc<dyn PortalWrite> {
        driver(self.rules.driver)
            .unwrap()
            .open_write(self.access())
            .unwrap()
    }

    /// Its reading side, with the token that may write: what it must not do, it could.
    pub(crate) fn reader(&self) -> Arc<dyn PortalRead> {
        driver(self.rules.driver)
            .unwrap()
            .open_read(self.access())
            .unwrap()
    }

    /// The driver with an eye on each of its writing calls.
    pub(crate) fn watched(&self) -> Arc<Watched> {
        self.watched_until(None)
    }

    /// The same, interrupted at one of its calls.
    pub(crate) fn watched_until(&self, interruption: Option<Interruption>) -> Arc<Watched> {
        Arc::new(Watched {
            driver: self.writer(),
            eye: self.eye.clone(),
            turn: tokio::sync::Mutex::new(()),
            seen: Mutex::default(),
            interruption,
        })
    }

    fn access(&self) -> Access {
        let token: SecretString = self.token.as_str().into();
        let mut access = Access::new(PORTAL.into(), self.project_url.clone(), token);
        access.first_pause = Duration::from_millis(1);
        if self.rules.directory {
            for area in fit::areas(self.rules, false) {
                if area.administration {
                    access.directory.admin_group = Some(area.code.as_str().into());
                }
                if area.code != fit::UNRULED {
                    let title = area.title.as_str().into();
                    access
                        .directory
                        .groups
                        .insert(area.code.as_str().into(), title);
                }
            }
        }
        access
    }

    /// The calls that were made of the portal since it began, by method and path.
    pub(crate) async fn calls(&self) -> Vec<(String, String)> {
        let calls: Vec<Value> = serde_json::from_slice(&self.eye.ask("/calls").await).unwrap();
        let text = |call: &Value, field: &str| call[field].as_str().unwrap().to_owned();
        calls
            .iter()
            .map(|call| (text(call, "method"), text(call, "path")))
            .collect()
    }

    /// The mails of a school since it began: to whom each goes.
    pub(crate) async fn mails(&self, school: usize) -> Vec<String> {
        let organisation = fit::organisation(self.rules, school);
        let path = format!("/outbox?organisation={organisation}");
        let mails: Vec<Value> = serde_json::from_slice(&self.eye.ask(&path).await).unwrap();
        mails
            .iter()
            .map(|mail| mail["to"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A driver of which each write is followed by a look at the portal. Writes go one after the other,
/// so that no moment between two of them is missed.
pub(crate) struct Watched {
    driver: Arc<dyn PortalWrite>,
    eye: Eye,
    turn: tokio::sync::Mutex<()>,
    seen: Mutex<Vec<Seen>>,
    interruption: Option<Interruption>,
}

/// Ctrl-C while a plan is carried out.
pub(crate) struct Interruption {
    pub(crate) stop: Stop,
    /// At which writing call, from 0.
    pub(crate) at: usize,
    /// Twice, before that call is answered; otherwise once, after it.
    pub(crate) at_once: bool,
}

impl Interruption {
    /// Raises the flag when it is time.
    fn come(&self, calls: usize, is_answered: bool) {
        if calls == self.at && is_answered != self.at_once {
            if self.at_once {
                self.stop.now();
            } else {
                self.stop.finish();
            }
        }
    }
}

impl Watched {
    /// What was seen, oldest first; from now on anew.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

#[async_trait]
impl PortalRead for Watched {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        self.driver.list(organisation).await
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        self.driver.observe(organisation, write).await
    }
}

#[async_trait]
impl PortalWrite for Watched {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        idempotency_key: &str,
    ) -> Result<Written, PortalError> {
        let _turn = self.turn.lock().await;
        let calls = self.seen.lock().unwrap().len();
        let come = |is_answered| {
            let interruption = self.interruption.iter();
            interruption.for_each(|it| it.come(calls, is_answered));
        };
        come(false);
        let written = self
            .driver
            .write(organisation, write, idempotency_key)
            .await;
        let seen = Seen {
            organisation: organisation.clone(),
            after: self.eye.state(organisation.as_str()).await,
        };
        self.seen.lock().unwrap().push(seen);
        come(true);
        written
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        self.driver.act(organisation, account, act).await
    }
}

/// Somebody who calls the control over plain HTTP.
fn client() -> reqwest::Client {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    builder.build().unwrap()
}
