//! Who asks a run to end: a person with Ctrl-C, or whatever runs it, with SIGTERM. Hears it from the
//! moment that it listens, so that nothing is lost between two who listen; decides nothing.

use std::io;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Ctrl-C, SIGINT.
    Interrupt,
    /// SIGTERM. Some send it right after a SIGINT, so it asks for no more haste than the first.
    #[cfg(unix)]
    Terminate,
}

impl Asked {
    /// The exit code of a program that it ends.
    pub(super) fn code(self) -> i32 {
        match self {
            Self::Interrupt => 130,
            #[cfg(unix)]
            Self::Terminate => 143,
        }
    }
}

/// Hears both.
pub(super) struct Interrupts {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Interrupts {
    /// Begins to listen. From here on neither ends the program by itself.
    ///
    /// # Errors
    /// When the system does not let anybody listen.
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::Interrupt,
            _ = self.terminate.recv() => Asked::Terminate,
        }
    }

    /// Begins to listen, where there is Ctrl-C alone.
    ///
    /// # Errors
    /// None.
    #[cfg(not(unix))]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) -> Asked {
        if tokio::signal::ctrl_c().await.is_err() {
            // Nobody can ask.
            std::future::pending::<()>().await;
        }
        Asked::Interrupt
    }
}
