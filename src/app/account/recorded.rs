//! A help-desk act in the audit log: one line before the call, one with its outcome. Never a
//! password.

use crate::app::record::{AtDesk, Desk, Records, Touched};
use crate::app::{Exit, Failure, Screen};
use crate::model::desired::Desired;
use crate::model::live::LiveAccount;
use crate::model::steps::ActKind;
use crate::portal::{PortalError, PortalErrorKind};
use crate::record::audit::{ActionEntry, CallEntry, End, Entry, OutcomeEntry};

/// Where acts are recorded.
pub(super) struct Book {
    pub(super) desk: Desk,
    pub(super) records: Records,
}

/// An act whose first line is on the disk.
pub(super) struct Recorded(AtDesk);

impl Book {
    /// Takes the run lock and records that the act is about to be done. `None` where somebody else
    /// holds the lock, which is said.
    ///
    /// # Errors
    /// When it cannot be recorded: then it may not be done.
    pub(super) async fn begin(
        &self,
        act: ActKind,
        unit: &Desired,
        account: &LiveAccount,
        screen: &mut dyn Screen,
    ) -> Result<Option<Recorded>, Failure> {
        let mut named = unit.accounts.values();
        let named = named.find(|desired| desired.login == account.login);
        let key = named.map_or(account.login.canonical(), |desired| &desired.person);
        let touched = Touched {
            key,
            login: account.login.as_str(),
            name: &account.name,
        };
        let touched = [touched];
        let begun = self.desk.begin(&self.records, 1, &touched, screen);
        let Some(at_desk) = begun.await? else {
            return Ok(None);
        };
        let person = at_desk.pseudonym(key);
        let call = CallEntry {
            call: 1,
            organisation: unit.organisation.to_string(),
            portal: unit.portal.to_string(),
            portal_organisation: unit.portal_organisation.to_string(),
            save: act.as_str().to_owned(),
            people: vec![person.clone()],
            actions: vec![ActionEntry {
                action: act.as_str().to_owned(),
                person,
                area: None,
                reason: "asked".to_owned(),
                place: None,
                until: None,
            }],
        };
        match at_desk.record(Entry::Call(call)).await {
            Ok(()) => Ok(Some(Recorded(at_desk))),
            Err(failure) => {
                at_desk.end(End::default(), Exit::Failed, screen).await;
                Err(failure)
            }
        }
    }
}

impl Recorded {
    /// Records what became of it.
    pub(super) fn answered(&self, error: Option<&PortalError>) {
        let outcome = match error {
            None => "done",
            Some(error) if error.outcome_unknown() => "unknown",
            Some(_) => "failed",
        };
        self.0.note(Entry::Outcome(OutcomeEntry {
            call: 1,
            outcome: outcome.to_owned(),
            message: error.and_then(|error| without_names(&error.kind)),
        }));
    }

    /// Writes the last line and gives the lock back.
    pub(super) async fn end(self, done: bool, screen: &mut dyn Screen) -> Exit {
        let end = End {
            done: u64::from(done),
            left: u64::from(!done),
            stopped: None,
        };
        let exit = if done { Exit::Done } else { Exit::Failed };
        self.0.end(end, exit, screen).await
    }
}

/// Why it failed, where the words are ours: the portal's own may name somebody.
fn without_names(kind: &PortalErrorKind) -> Option<String> {
    match kind {
        PortalErrorKind::Answered { status, .. } => {
            Some(format!("the portal answers with {status}"))
        }
        PortalErrorKind::TimedOut(_)
        | PortalErrorKind::ConnectionLost
        | PortalErrorKind::Unauthorised
        | PortalErrorKind::Forbidden(_)
        | PortalErrorKind::Barred { .. }
        | PortalErrorKind::NotFound
        | PortalErrorKind::Conflict { .. }
        | PortalErrorKind::Refused { .. }
        | PortalErrorKind::Throttled(_)
        | PortalErrorKind::Failed(_)
        | PortalErrorKind::PasswordPolicy(_) => Some(kind.to_string()),
        _ => None,
    }
}
