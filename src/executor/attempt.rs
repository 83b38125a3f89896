//! One save, from its first call to its outcome:
//!
//! ```text
//! call ── yes ─────────────────────────────────────────────→ Done
//!  │ no, for certain ──────────────────────────────────────→ Failed
//!  │ not sent, as the run was stopped ─────────────────────→ Interrupted
//!  │ unclear, or no connection
//!  └→ pause → read ── shows it ────────────────────────────→ FoundDone
//!              │ cannot be read ───────────────────────────→ Failed (and the portal may be lost)
//!              └ does not show it → call again, a few times → … Failed
//! ```
//!
//! What a portal has accepted and shows later is read until it shows, or is said to be accepted.
//! It never guesses, and never makes an account where reading shows one with the login id wanted.

use std::time::Duration;

use tokio::sync::Semaphore;

use crate::model::live::LiveAccount;
use crate::model::name::PortalId;
use crate::model::outcome::Outcome;
use crate::model::plan::{SaveIndex, UnitPlan, Write};
use crate::portal::{PortalError, PortalErrorKind, PortalWrite, Written};

use super::failed::{as_read, failed, not_tried, unread};
use super::read_back::{Known, Shown, is_done};
use super::shared::{Shared, UnitShared};
use super::stop::{Stop, StopLevel};
use super::{Observer, Settings};

/// One save under way.
pub(super) struct Attempt<'a> {
    pub(super) index: SaveIndex,
    pub(super) unit: &'a UnitPlan,
    /// With every portal id known by now.
    pub(super) write: Write,
    pub(super) key: String,
    pub(super) portal: &'a dyn PortalWrite,
    pub(super) known: Known<'a>,
    pub(super) shared: &'a Shared,
    pub(super) unit_shared: &'a UnitShared,
    pub(super) settings: &'a Settings,
    pub(super) stop: &'a Stop,
}

/// What became of it.
pub(super) struct Settled {
    pub(super) index: SaveIndex,
    pub(super) outcome: Outcome,
    /// The portal id of an account that it made.
    pub(super) created: Option<PortalId>,
    /// No record of it could be written, so it was not called.
    pub(super) unrecorded: bool,
}

/// What a call without a clear success leads to.
enum Next {
    /// Nothing more: this is what became of it.
    Over(Outcome, Option<PortalId>),
    /// Reading shows that it was not carried out: call again.
    Again(PortalError),
}

impl Attempt<'_> {
    /// Has the save recorded, waits for its turn, and sees it through to its outcome.
    pub(super) async fn recorded(self, observer: &dyn Observer, room: &Semaphore) -> Settled {
        if let Err(message) = observer.before(self.index, &self.write).await {
            let why = format!("no record of it could be written: {message}");
            return Settled {
                unrecorded: true,
                ..self.not_called(not_tried(self.unit, &why, false))
            };
        }
        // It is never closed.
        let _turn = room.acquire().await;
        if let Some(error) = self.shared.lost(&self.unit.portal) {
            let why = format!("the portal was lost: {}", error.kind);
            return self.not_called(not_tried(self.unit, &why, true));
        }
        if self.stop.level() > StopLevel::Go {
            return self.not_called(Outcome::Interrupted);
        }
        self.carry_out().await
    }

    fn not_called(&self, outcome: Outcome) -> Settled {
        Settled {
            index: self.index,
            outcome,
            created: None,
            unrecorded: false,
        }
    }

    /// Sees the save through to its outcome.
    async fn carry_out(self) -> Settled {
        let mut calls: u32 = 0;
        let (outcome, created) = loop {
            calls = calls.saturating_add(1);
            let organisation = &self.unit.portal_organisation;
            let answer = self.portal.write(organisation, &self.write, &self.key);
            let error = match answer.await {
                Ok(Written { id, later }) => {
                    self.unit_shared.earn();
                    break match later {
                        false => (Outcome::Done, id),
                        true => self.appearance(id).await,
                    };
                }
                Err(error) => error,
            };
            match self.after(error, calls).await {
                Next::Over(outcome, created) => break (outcome, created),
                Next::Again(error) => {
                    let enough = calls >= self.settings.attempts
                        || self.stop.level() > StopLevel::Go
                        || self.shared.lost(&self.unit.portal).is_some();
                    if enough {
                        break (failed(&error), None);
                    }
                }
            }
        };
        Settled {
            index: self.index,
            outcome,
            created,
            unrecorded: false,
        }
    }

    async fn after(&self, error: PortalError, calls: u32) -> Next {
        if matches!(error.kind, PortalErrorKind::Stopped) {
            return Next::Over(Outcome::Interrupted, None);
        }
        let unknown = error.outcome_unknown();
        // A deletion or revocation repeated by the client finds nothing left to take.
        let perhaps_gone = matches!(error.kind, PortalErrorKind::NotFound);
        if !unknown && !perhaps_gone && !error.portal_is_lost() {
            return Next::Over(failed(&error), None);
        }
        if self.shared.lost(&self.unit.portal).is_some() {
            let (why, unreachable) = ("the portal was lost meanwhile", error.portal_is_lost());
            return Next::Over(unread(&error, why, unreachable), None);
        }
        if !self.unit_shared.spend() {
            let why = "too many answers of this organisation were unclear";
            return Next::Over(unread(&error, why, error.portal_is_lost()), None);
        }
        self.pause(calls).await;
        let organisation = &self.unit.portal_organisation;
        match self.portal.observe(organisation, &self.write).await {
            Ok(accounts) => self.having_read(error, &accounts),
            Err(reading) => self.not_having_read(&error, reading),
        }
    }

    /// Reads until what the portal accepted shows. One save that took too long speaks for all of
    /// its organisation: the others are read once.
    async fn appearance(&self, id: Option<PortalId>) -> (Outcome, Option<PortalId>) {
        let organisation = &self.unit.portal_organisation;
        for pause in &self.settings.appearance {
            // An answer that could not be had shows nothing, also not that something is gone.
            if let Ok(accounts) = self.portal.observe(organisation, &self.write).await {
                let shown = Shown::of(&accounts, self.unit_shared.assigned);
                if is_done(&self.write, &shown, self.known) {
                    return (Outcome::Done, self.created(&shown).or(id));
                }
            }
            if self.unit_shared.is_slow() || self.stop.level() > StopLevel::Go {
                break;
            }
            self.wait(*pause).await;
        }
        self.unit_shared.slow();
        (Outcome::Accepted, id)
    }

    /// Waits longer after each call, and no longer once the run is to be stopped.
    async fn pause(&self, calls: u32) {
        self.wait(self.settings.pause.saturating_mul(calls)).await;
    }

    async fn wait(&self, pause: Duration) {
        if pause.is_zero() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.stop.reached(StopLevel::Finish) => {}
        }
    }

    fn having_read(&self, error: PortalError, accounts: &[LiveAccount]) -> Next {
        let shown = Shown::of(accounts, self.unit_shared.assigned);
        let created = self.created(&shown);
        if is_done(&self.write, &shown, self.known) {
            return Next::Over(Outcome::FoundDone, created);
        }
        if created.is_some() {
            let message =
                format!("{error}; an account with that login id is there, but not as planned");
            return Next::Over(as_read(message, &error), None);
        }
        match error.kind {
            // The portal can be read: it was a "no" to this call alone.
            PortalErrorKind::Unauthorised | PortalErrorKind::NotFound => {
                Next::Over(failed(&error), None)
            }
            _ => Next::Again(error),
        }
    }

    /// For a creation, the portal id of the account that is there.
    fn created(&self, shown: &Shown<'_>) -> Option<PortalId> {
        match &self.write {
            Write::Create { account, .. } => shown.account(account).map(|live| live.id.clone()),
            Write::Edit { .. }
            | Write::Grant { .. }
            | Write::AccountSet { .. }
            | Write::AreaSet { .. }
            | Write::Admin { .. }
            | Write::Active { .. }
            | Write::Keep { .. }
            | Write::Delete { .. } => None,
        }
    }

    fn not_having_read(&self, error: &PortalError, reading: PortalError) -> Next {
        let why = format!("reading failed too: {}", reading.kind);
        let unreachable = reading.portal_is_lost();
        if unreachable {
            self.shared.lose(&self.unit.portal, reading);
        }
        Next::Over(unread(error, &why, unreachable), None)
    }
}
