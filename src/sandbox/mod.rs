//! The embedded portals: axum on SQLite, with every rule of the portals enforced, so that plans can
//! be tried, tested and shown without a portal. Its wire types are its own, never the drivers': a
//! mistake in one is seen by the other.
//!
//! `{url}/portals/{name}/…` is a portal's API, `{url}/pages/{name}/{organisation}` its page,
//! `{url}/control/…` the control of the sandbox itself, whose table stands in `control.rs`. All data
//! in it are invented or seeded, its tokens stand in [`Ready`], and the control has no token: it is
//! meant for the machine that it runs on.

mod call;
mod caller;
mod calls;
mod connection;
mod control;
mod dialects;
mod edit;
mod exchange;
mod faults;
#[doc(hidden)]
pub mod fuzzing;
mod idempotency;
mod limits;
mod outbox;
mod pages;
mod paging;
mod problem;
mod seed;
mod server;
mod store;
mod text;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::model::snapshot::Snapshot;

use connection::{CuttableListener, OpenConnections, Switch};
use dialects::Dialect;
use server::{Portal, Sandbox};
use store::{OpenError, PortalRows, Store};
use tokens::Token;

/// How long calls in flight may take when the sandbox stops, before their connections are cut.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// What is to be served, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on; port 0 for any free one.
    pub listen: SocketAddr,
    /// The database file, which outlives the sandbox; none for memory.
    pub database: Option<PathBuf>,
    /// The sandbox's day. It stays that day until the control sets another.
    pub today: Date,
    /// The portals. Empty: one of every dialect, under its own name, with a small invented
    /// organisation.
    pub portals: Vec<PortalOptions>,
}

/// One portal to serve.
#[derive(Clone, Debug)]
pub struct PortalOptions {
    /// Its name, which its address holds: letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// The driver whose portal it is: one of [`dialects`].
    pub driver: String,
    /// What it begins with, one for each organisation. Empty: a small invented organisation.
    /// A database file that has organisations of this portal already keeps them.
    pub snapshots: Vec<Snapshot>,
}

/// Where everything is, for whoever uses the sandbox. Written as one line of JSON when it is ready.
#[derive(Clone, Debug, Serialize)]
pub struct Ready {
    /// Where the sandbox listens, without a slash at the end.
    pub url: String,
    /// The portals, by name.
    pub portals: BTreeMap<String, PortalReady>,
    /// The address below which it is controlled.
    pub control: String,
}

/// Where one portal is.
#[derive(Clone, Debug, Serialize)]
pub struct PortalReady {
    /// The address of its API, without a slash at the end.
    pub url: String,
    /// What a project file names as its `url`. The same, except where each organisation has an
    /// address of its own, for whose id `{organisation}` stands.
    pub project_url: String,
    /// A token that may do everything.
    pub token: String,
    /// A token that may only read.
    pub read_token: String,
    /// The ids of its organisations, in order.
    pub organisations: Vec<String>,
    /// The driver that speaks to it.
    pub driver: String,
    /// The address of its page for people.
    pub page: String,
}

/// Why the sandbox could not start, or did not stop well.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// A portal of a driver that has no dialect.
    #[error("there is no sandbox for driver `{driver}`; there is one for: {}", dialects().join(", "))]
    UnknownDriver {
        /// The driver.
        driver: String,
    },
    /// A name that an address cannot hold.
    #[error(
        "`{0}` cannot be a portal's name in the sandbox: use letters, digits, `.`, `_` and `-`"
    )]
    PortalName(String),
    /// Two portals of one name.
    #[error("portal `{0}` is named twice")]
    DuplicatePortal(String),
    /// A seed that the portal cannot hold.
    #[error("portal `{portal}` cannot be seeded with organisation `{organisation}`: {reason}")]
    Seed {
        /// The portal.
        portal: String,
        /// The organisation of the snapshot.
        organisation: String,
        /// Why not.
        reason: String,
    },
    /// The database file cannot be used.
    #[error("the database `{file}` cannot be used")]
    Database {
        /// The file, or `memory`.
        file: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database failed.
    #[error("the sandbox's database failed")]
    Store(#[from] rusqlite::Error),
    /// A page's template cannot be read.
    #[error("a page of the sandbox cannot be read")]
    Template(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The address cannot be listened on.
    #[error("`{address}` cannot be listened on")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The server ended with an error.
    #[error("the sandbox's server failed")]
    Serve(#[source] std::io::Error),
}

/// The drivers for which there is a sandbox.
#[must_use]
pub fn dialects() -> &'static [&'static str] {
    &dialects::NAMES
}

/// A sandbox that serves. Dropped without [`Running::stop`], it stops taking connections and
/// finishes the calls in flight.
#[derive(Debug)]
pub struct Running {
    ready: Ready,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
    open: OpenConnections,
}

/// Starts a sandbox on the current tokio runtime.
///
/// # Errors
/// [`SandboxError`] when a portal, a seed, the database or the address cannot be used.
pub async fn start(options: Options) -> Result<Running, SandboxError> {
    let Options {
        listen,
        database,
        today,
        portals,
    } = options;
    let portals = take_portals(portals, today)?;
    let store = Store::open(database.as_deref()).map_err(|error| SandboxError::Database {
        file: database.map_or_else(|| "memory".to_owned(), |path| path.display().to_string()),
        source: match error {
            OpenError::Sqlite(sqlite) => Box::new(sqlite),
            version @ OpenError::Version(_) => Box::new(version),
        },
    })?;
    for portal in portals.values() {
        seed::begin(&store, portal)?;
    }
    let templates = pages::templates().map_err(|error| SandboxError::Template(Box::new(error)))?;
    let sandbox = Arc::new(Sandbox::new(store, portals, templates, today));

    let cannot = |source| SandboxError::Listen {
        address: listen,
        source,
    };
    let listener = TcpListener::bind(listen).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let ready = ready(&sandbox, address)?;
    let open = OpenConnections::default();
    let listener = CuttableListener::new(listener, open.clone());
    let service = server::router(&sandbox).into_make_service_with_connect_info::<Switch>();
    let (stop, stopped) = oneshot::channel();
    let server = axum::serve(listener, service).with_graceful_shutdown(async {
        // An error means that `Running` is gone, which ends the serving too.
        let _ = stopped.await;
    });
    let served = tokio::spawn(server.into_future());
    Ok(Running {
        ready,
        stop,
        served,
        open,
    })
}

impl Running {
    /// Where everything is.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// Stops: no new connections, calls in flight are finished, and what is not finished within
    /// two seconds is cut.
    ///
    /// # Errors
    /// [`SandboxError::Serve`] when the server had failed.
    pub async fn stop(self) -> Result<(), SandboxError> {
        let Self {
            ready: _,
            stop,
            mut served,
            open,
        } = self;
        // Nobody listens any more where the server has failed; its error comes below.
        let _ = stop.send(());
        let ended = match tokio::time::timeout(STOP_WITHIN, &mut served).await {
            Ok(ended) => ended,
            Err(_) => {
                open.cut();
                served.await
            }
        };
        match ended {
            Ok(result) => result.map_err(SandboxError::Serve),
            Err(join) => Err(SandboxError::Serve(std::io::Error::other(join))),
        }
    }
}

/// Checks the portals that were asked for.
fn take_portals(
    asked: Vec<PortalOptions>,
    today: Date,
) -> Result<BTreeMap<String, Arc<Portal>>, SandboxError> {
    let asked = if asked.is_empty() {
        let every = dialects::REGISTRY.iter();
        let one = |dialect: &&Dialect| PortalOptions {
            name: dialect.name.to_owned(),
            driver: dialect.name.to_owned(),
            snapshots: Vec::new(),
        };
        every.map(one).collect()
    } else {
        asked
    };
    let mut names = BTreeSet::new();
    let mut portals = BTreeMap::new();
    for PortalOptions {
        name,
        driver,
        snapshots,
    } in asked
    {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        if name.is_empty() || !name.chars().all(allowed) || name.starts_with('.') {
            return Err(SandboxError::PortalName(name));
        }
        if !names.insert(name.clone()) {
            return Err(SandboxError::DuplicatePortal(name));
        }
        let Some(dialect) = Dialect::named(&driver) else {
            return Err(SandboxError::UnknownDriver { driver });
        };
        let seeds = seed::accept(&name, dialect, snapshots, today)?;
        let portal = Portal {
            name: name.clone(),
            dialect,
            seeds,
        };
        portals.insert(name, Arc::new(portal));
    }
    Ok(portals)
}

fn ready(sandbox: &Sandbox, address: SocketAddr) -> Result<Ready, SandboxError> {
    // An unspecified address is one to listen on, not one to call.
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let url = format!("http://{}", SocketAddr::new(host, address.port()));
    let mut portals = BTreeMap::new();
    for portal in sandbox.portals.values() {
        let Portal {
            name,
            dialect,
            seeds: _,
        } = &**portal;
        let organisations = sandbox.store.transaction(|connection| {
            let portal = name.as_str();
            PortalRows { connection, portal }.organisations()
        })?;
        let ready = PortalReady {
            url: format!("{url}/portals/{name}"),
            project_url: format!("{url}/portals/{name}{}", dialect.below()),
            token: Token::standard(name, false).text,
            read_token: Token::standard(name, true).text,
            organisations,
            driver: dialect.name.to_owned(),
            page: format!("{url}/pages/{name}"),
        };
        portals.insert(name.clone(), ready);
    }
    let control = format!("{url}/control");
    Ok(Ready {
        url,
        portals,
        control,
    })
}
