//! Opens the project's portals: reads tokens, picks drivers, or swaps every portal for an embedded
//! one. Whoever plans gets readers only.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;

use super::project::{Opened, PlanningOptions};
use super::{Failure, world};
use crate::executor::Stop;
use crate::model::name::PortalName;
use crate::model::rules::Rules;
use crate::model::settings::{ClientCredentials, PortalSettings, Route};
use crate::portal::{self, Access, ClientLogin, Driver, PortalRead, PortalWrite};

/// How one portal is reached in this run.
pub(super) struct Reached {
    driver: &'static Driver,
    settings: PortalSettings,
    root: PathBuf,
    /// Set for an embedded portal: its URL and tokens (writing, reading).
    embedded: Option<(String, SecretString, SecretString)>,
}

/// The reading side of every portal, by its name in the project.
pub(super) type Readers = BTreeMap<PortalName, Arc<dyn PortalRead>>;

/// The writing side of every portal, by its name in the project.
pub(super) type Writers = BTreeMap<PortalName, Arc<dyn PortalWrite>>;

/// Every portal that the run needs.
pub(super) struct Portals {
    reached: BTreeMap<PortalName, Reached>,
    /// Whether what is read is to be carried out, so that a portal that shows access in two ways is
    /// asked for both.
    compares: bool,
    #[cfg(feature = "sandbox")]
    sandbox: Option<crate::sandbox::Running>,
}

impl Portals {
    /// The portals of a project, or embedded ones in their place.
    pub(super) async fn open(opened: &Opened, options: &PlanningOptions) -> Result<Self, Failure> {
        if options.sandbox {
            #[cfg(feature = "sandbox")]
            return Self::embedded(opened).await;
            #[cfg(not(feature = "sandbox"))]
            return Err(Failure::Usage(
                "this program was built without the sandbox".to_owned(),
            ));
        }
        Self::of_project(opened)
    }

    /// The portals that the project's units need, as it describes them.
    pub(super) fn of_project(opened: &Opened) -> Result<Self, Failure> {
        let needed: BTreeSet<&PortalName> = opened.units().map(|unit| unit.portal()).collect();
        let mut reached = BTreeMap::new();
        for (name, settings) in opened.project.portals() {
            if needed.contains(name) {
                reached.insert(name.clone(), Reached::new(settings, opened.project.root())?);
            }
        }
        Ok(Self {
            reached,
            compares: false,
            #[cfg(feature = "sandbox")]
            sandbox: None,
        })
    }

    /// The same, with every portal swapped for an embedded one that holds the project's snapshots.
    #[cfg(feature = "sandbox")]
    async fn embedded(opened: &Opened) -> Result<Self, Failure> {
        let mut portals = Self::of_project(opened)?;
        let running = super::sandbox::start_for(opened, &portals.drivers()).await?;
        for (name, reached) in &mut portals.reached {
            if let Some(ready) = running.ready().portals.get(name.as_str()) {
                let (token, read_token) = (
                    ready.token.as_str().into(),
                    ready.read_token.as_str().into(),
                );
                reached.embedded = Some((ready.project_url.clone(), token, read_token));
                reached.settings.via = Route::Api;
            }
        }
        portals.sandbox = Some(running);
        Ok(portals)
    }

    /// The same, for what is to be carried out later: a portal whose two views of access contradict
    /// each other is not read at all. That costs a page of each area, which a plan that is only looked
    /// at does without.
    pub(super) fn comparing(self, compares: bool) -> Self {
        Self { compares, ..self }
    }

    /// The rules of a portal.
    pub(super) fn rules(&self, name: &PortalName) -> Option<&'static Rules> {
        self.reached.get(name).map(|reached| reached.driver.rules)
    }

    /// The driver's name of each portal.
    #[cfg(feature = "sandbox")]
    pub(super) fn drivers(&self) -> BTreeMap<PortalName, &'static str> {
        self.reached
            .iter()
            .map(|(name, reached)| (name.clone(), reached.driver.name))
            .collect()
    }

    /// How a portal is reached.
    pub(super) fn route(&self, name: &PortalName) -> Option<(Route, Option<&Path>)> {
        let reached = self.reached.get(name)?;
        Some((reached.settings.via, reached.settings.snapshots.as_deref()))
    }

    /// Whether a portal has no API, so that what is planned for it is done by people.
    pub(super) fn is_by_hand(&self, name: &PortalName) -> bool {
        self.route(name)
            .is_some_and(|(route, _)| route == Route::Worklist)
    }

    /// The portals that have no API.
    pub(super) fn by_hand(&self) -> BTreeSet<PortalName> {
        let names = self.reached.keys();
        names
            .filter(|name| self.is_by_hand(name))
            .cloned()
            .collect()
    }

    /// Whether any portal has no API.
    pub(super) fn any_by_hand(&self) -> bool {
        self.reached.keys().any(|name| self.is_by_hand(name))
    }

    /// Opens the reading side of every portal that has an API.
    pub(super) fn readers(&self) -> Result<BTreeMap<PortalName, Arc<dyn PortalRead>>, Failure> {
        let mut readers = BTreeMap::new();
        for (name, reached) in &self.reached {
            if reached.settings.via == Route::Api {
                let access = self.reading(reached)?;
                readers.insert(name.clone(), reached.driver.open_read(access)?);
            }
        }
        Ok(readers)
    }

    /// The same, with what stands in the way of each that cannot be opened.
    pub(super) fn readers_or_failures(&self) -> (Readers, BTreeMap<PortalName, Failure>) {
        let (mut readers, mut failures) = (BTreeMap::new(), BTreeMap::new());
        for (name, reached) in &self.reached {
            if reached.settings.via != Route::Api {
                continue;
            }
            let access = self.reading(reached);
            let opened = access.and_then(|access| Ok(reached.driver.open_read(access)?));
            match opened {
                Ok(reader) => {
                    readers.insert(name.clone(), reader);
                }
                Err(failure) => {
                    failures.insert(name.clone(), failure);
                }
            }
        }
        (readers, failures)
    }

    fn reading(&self, reached: &Reached) -> Result<Access, Failure> {
        let mut access = reached.access(Purpose::Reading)?;
        access.cross_check = self.compares;
        Ok(access)
    }

    /// Opens the writing side of every portal that has an API, for whoever applies: what is read
    /// through it is compared in all of a portal's views. Once `stop` is raised no further writing
    /// request is sent, whatever it still waits for.
    pub(super) fn writers(&self, stop: &Stop) -> Result<Writers, Failure> {
        let mut writers = BTreeMap::new();
        for (name, reached) in &self.reached {
            if reached.settings.via == Route::Api {
                let mut access = reached.access(Purpose::Writing)?;
                access.cross_check = true;
                access.halt = Some(Arc::new(stop.clone()));
                writers.insert(name.clone(), reached.driver.open_write(access)?);
            }
        }
        Ok(writers)
    }

    /// Requests in flight allowed at each portal.
    pub(super) fn concurrency(&self) -> BTreeMap<PortalName, usize> {
        let of = |reached: &Reached| {
            usize::try_from(reached.settings.concurrency)
                .unwrap_or(1)
                .max(1)
        };
        self.reached
            .iter()
            .map(|(name, reached)| (name.clone(), of(reached)))
            .collect()
    }

    /// Ends the embedded portals, if there are any.
    pub(super) async fn close(self) -> Result<(), Failure> {
        #[cfg(feature = "sandbox")]
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Reading,
    Writing,
}

impl Reached {
    fn new(settings: &PortalSettings, root: &Path) -> Result<Self, Failure> {
        let driver = portal::driver(&settings.driver)
            .ok_or_else(|| Failure::Usage(format!("there is no driver `{}`", settings.driver)))?;
        Ok(Self {
            driver,
            settings: settings.clone(),
            root: root.to_owned(),
            embedded: None,
        })
    }

    fn access(&self, purpose: Purpose) -> Result<Access, Failure> {
        let name = &self.settings.name;
        let (url, token) = match &self.embedded {
            Some((url, token, read_token)) => {
                let token = if purpose == Purpose::Writing {
                    token
                } else {
                    read_token
                };
                (url.clone(), token.clone())
            }
            None => {
                let url = self.url()?;
                let token = self.token(purpose, &url)?;
                (url, token)
            }
        };
        let login = match &self.embedded {
            // An embedded portal gives its tokens away.
            Some(_) => None,
            None => self.client_login(&url)?,
        };
        let ca_file = self.settings.ca_file.as_ref();
        let ca_file = ca_file.map(|path| self.root.join(path));
        if let Some(path) = ca_file.as_ref().filter(|_| self.embedded.is_none()) {
            world::certificates(name.as_str(), path)?;
        }
        let mut access = Access::new(name.clone(), url, token);
        access.requests_per_second = self.settings.requests_per_second;
        access.concurrency = self.settings.concurrency;
        access.ca_file = ca_file;
        access.client_credentials = login;
        access.directory = self.settings.directory.clone();
        access.jitter_seed = world::jitter_seed();
        Ok(access)
    }

    /// How a token is asked for, the secret read. What it is exchanged for goes to `url`.
    fn client_login(&self, url: &str) -> Result<Option<ClientLogin>, Failure> {
        let Some(credentials) = &self.settings.client_credentials else {
            return Ok(None);
        };
        let ClientCredentials {
            token_url,
            client_id,
            client_secret,
            scope,
        } = credentials;
        let name = self.settings.name.as_str();
        Ok(Some(ClientLogin {
            token_url: token_url.clone(),
            client_id: client_id.clone(),
            client_secret: world::token(name, &self.root, client_secret, &[token_url, url])?,
            scope: scope.clone(),
        }))
    }

    fn url(&self) -> Result<String, Failure> {
        let missing = || Failure::Usage(format!("portal `{}` has no `url`", self.settings.name));
        self.settings.url.clone().ok_or_else(missing)
    }

    fn token(&self, purpose: Purpose, url: &str) -> Result<SecretString, Failure> {
        let PortalSettings {
            name,
            token,
            plan_token,
            ..
        } = &self.settings;
        let source = match purpose {
            Purpose::Reading => plan_token.as_ref().or(token.as_ref()),
            Purpose::Writing => token.as_ref(),
        };
        if self.settings.client_credentials.is_some() {
            // Asked for when it is needed.
            return Ok(SecretString::default());
        }
        let missing = || Failure::Token {
            portal: name.to_string(),
            message: "it has no `token`".to_owned(),
        };
        let source = source.ok_or_else(missing)?;
        world::token(name.as_str(), &self.root, source, &[url])
    }
}
