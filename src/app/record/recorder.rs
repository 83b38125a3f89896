//! Turns what the executor does into lines of the audit log. Nobody is named in them: people stand
//! behind pseudonyms, with a key of the log's own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use super::{Locked, Records};
use crate::app::{Failure, Screen, revision, world};
use crate::config::Project;
use crate::executor::Observer;
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{AccountRef, Action, Plan, Reason, SaveIndex, UnitPlan, Write};
use crate::model::plan_document::PlanDocument;
use crate::record::audit::{
    self, ActionEntry, Begun, CallEntry, End, Entry, Journal, KEY_BYTES, OutcomeEntry, People,
    Person, Run, Start,
};
use crate::record::lock::Head;
use crate::report::{Redaction, counted, escape};

/// Calls recorded ahead where a record takes a millisecond or two. After a kill their outcome is
/// unknown as well, so no more than help.
const AHEAD_ON_DISK: usize = 8;

/// Calls recorded ahead where a record takes as long as a call, or longer.
const AHEAD_IN_BUCKET: usize = 64;

/// How a run begins.
pub(super) struct Opening {
    /// Its first line; what concerns other runs is filled in.
    pub(super) start: Start,
    /// Runs that ended longer ago are taken out.
    pub(super) keep_days: Option<u32>,
}

/// Writes the first line of a run and whom it touches, and says what was found of runs before.
pub(super) async fn open(
    records: &Records,
    locked: &Locked,
    opening: Opening,
    people: impl FnOnce(&Redaction) -> Vec<Person>,
    screen: &mut dyn Screen,
) -> Result<(Begun, Redaction), Failure> {
    let store = records.store.as_ref();
    let key = People::key(store, &world::random::<KEY_BYTES>()?).await?;
    let redaction = Redaction::new(key.as_bytes());
    let Opening { start, keep_days } = opening;
    let run = Run {
        scope: locked.scope,
        run: locked.holder.nonce.clone(),
        start,
        keep_days,
    };
    let begun = audit::begin(&records.store, &records.clock, &run, &locked.head).await?;
    People::note(store, &begun.segment, &people(&redaction)).await?;
    for repaired in &begun.repaired {
        screen.warn(&format!(
            "the audit log ended within a line, as a crash leaves it; what there was of the \
             line in `{}` was set aside",
            escape::terminal(repaired)
        ));
    }
    for missed in &begun.missed {
        screen.warn(&format!(
            "the end of `{}` is missing from the audit log, and no run that the run lock knows of took \
             it out; `beadle audit verify` says more",
            escape::terminal(missed)
        ));
    }
    if let (Some(last), Some(days)) = (begun.forgotten.last(), keep_days) {
        let runs = counted(begun.forgotten.len() as u64, "old run", "old runs");
        screen.warn(&format!(
            "{runs} taken out of the audit log, up to `{}`: they ended more than {days} days ago; \
             this run says so, and the rest still verifies",
            escape::terminal(last)
        ));
    }
    Ok((begun, redaction))
}

/// The log of one run, begun.
pub(in crate::app) struct Recording<'p> {
    begun: Begun,
    plan: &'p Plan,
    redaction: Redaction,
    ahead: usize,
}

impl<'p> Recording<'p> {
    /// Writes the first line of a run, and whom it will touch; `approved` is the digest of the
    /// plan that was reviewed.
    pub(in crate::app) async fn begin(
        records: &Records,
        locked: &Locked,
        plan: &'p Plan,
        (project, approved): (&Project, Option<&str>),
        screen: &mut dyn Screen,
    ) -> Result<Self, Failure> {
        let opening = Opening {
            start: start(locked, plan, (project, approved)),
            keep_days: project.records().keep_days,
        };
        let people = |redaction: &Redaction| people(plan, redaction);
        let (begun, redaction) = open(records, locked, opening, people, screen).await?;
        Ok(Self {
            begun,
            plan,
            redaction,
            ahead: if records.store.appends() {
                AHEAD_ON_DISK
            } else {
                AHEAD_IN_BUCKET
            },
        })
    }

    /// How many calls are recorded ahead of their turn: as many as hide the time that a record
    /// takes here.
    pub(in crate::app) fn ahead(&self) -> usize {
        self.ahead
    }

    /// What watches the executor.
    pub(in crate::app) fn recorder(&self) -> Recorder<'p> {
        let mut first = 1_u64;
        let firsts = self.plan.units.iter().map(|unit| {
            let here = first;
            first = first.saturating_add(unit.saves.len() as u64);
            here
        });
        Recorder {
            firsts: firsts.collect(),
            plan: self.plan,
            redaction: self.redaction.clone(),
            journal: self.begun.journal.clone(),
            begun: Mutex::default(),
        }
    }

    /// Writes what live does not show after all, and the last line.
    ///
    /// # Errors
    /// When it is not certain that every outcome is recorded.
    pub(in crate::app) async fn end(
        self,
        recorder: Recorder<'_>,
        seen: &ApplyReport,
        stopped: Option<String>,
    ) -> Result<Head, String> {
        for (save, _, outcome) in &seen.saves {
            // Those left out of a set are never so: they were not called for.
            if *outcome == Outcome::NotSeen {
                recorder.after(*save, outcome);
            }
        }
        drop(recorder);
        let end = End {
            done: seen.actions_done() as u64,
            left: seen.actions_left() as u64,
            stopped,
        };
        self.begun.end(end).await
    }
}

/// Records what an executor does.
pub(in crate::app) struct Recorder<'p> {
    plan: &'p Plan,
    /// The number of the first call of each unit.
    firsts: Vec<u64>,
    redaction: Redaction,
    journal: Journal,
    begun: Mutex<BTreeSet<u64>>,
}

impl Recorder<'_> {
    fn number(&self, save: SaveIndex) -> u64 {
        let first = self.firsts.get(save.unit as usize).copied();
        first.unwrap_or(0).saturating_add(u64::from(save.save))
    }

    fn call(&self, save: SaveIndex, write: &Write) -> Option<CallEntry> {
        let unit = self.plan.units.get(save.unit as usize)?;
        let planned = unit.saves.get(save.save as usize)?;
        let accounts = write.accounts();
        // A set may be saved without somebody.
        let saved: BTreeSet<_> = accounts.iter().map(|account| &account.login).collect();
        let actions = planned.actions.iter();
        let actions = actions.filter_map(|index| unit.actions.get(index.0 as usize));
        let actions = actions.filter(|action| saved.contains(&action.account.login));
        let people: BTreeSet<String> = accounts
            .into_iter()
            .map(|account| self.redaction.person(key_of(account)))
            .collect();
        Some(CallEntry {
            call: self.number(save),
            organisation: unit.organisation.to_string(),
            portal: unit.portal.to_string(),
            portal_organisation: unit.portal_organisation.to_string(),
            save: save_word(write).to_owned(),
            people: people.into_iter().collect(),
            actions: actions.map(|action| self.action(action)).collect(),
        })
    }

    fn action(&self, action: &Action) -> ActionEntry {
        ActionEntry {
            action: action.kind.as_str().to_owned(),
            person: self.redaction.person(key_of(&action.account)),
            area: action.area.as_ref().map(ToString::to_string),
            reason: reason_word(&action.reason).to_owned(),
            place: action
                .reason
                .source()
                .map(|source| format!("{}:{}", source.file, source.line)),
            until: match action.reason {
                Reason::Ended { until, source: _ } => Some(until),
                _ => None,
            },
        }
    }

    /// The same failure without names: those of its own save are the ones that it may hold.
    fn without_names(&self, save: SaveIndex, outcome: &Outcome) -> Option<String> {
        if !matches!(outcome, Outcome::Failed(_)) {
            return None;
        }
        let unit = self.plan.units.get(save.unit as usize)?;
        let planned = unit.saves.get(save.save as usize)?;
        let actions = planned.actions.iter();
        let actions = actions.filter_map(|index| unit.actions.get(index.0 as usize));
        let small = Plan {
            day: self.plan.day,
            configuration_digest: String::new(),
            shard: None,
            portals: Vec::new(),
            moves: Vec::new(),
            removals: Vec::new(),
            units: vec![UnitPlan {
                organisation: unit.organisation.clone(),
                organisation_name: unit.organisation_name.clone(),
                approved_by: None,
                portal: unit.portal.clone(),
                portal_organisation: unit.portal_organisation.clone(),
                listing_digest: String::new(),
                live: unit.live,
                actions: actions.cloned().collect(),
                saves: vec![planned.clone()],
                stays: Vec::new(),
                aliases: Vec::new(),
                manual: Vec::new(),
                held_back: Vec::new(),
                findings: Vec::new(),
                problems: Vec::new(),
            }],
            refusals: Vec::new(),
        };
        let report = ApplyReport {
            saves: vec![(save, Vec::new(), outcome.clone())],
        };
        let told = self.redaction.report(&small, &report);
        told.saves.into_iter().find_map(|(_, _, outcome)| {
            if let Outcome::Failed(failure) = outcome {
                Some(failure.message)
            } else {
                None
            }
        })
    }
}

#[async_trait]
impl Observer for Recorder<'_> {
    async fn before(&self, save: SaveIndex, write: &Write) -> Result<(), String> {
        let call = self.call(save, write).ok_or("the plan has no such save")?;
        let number = call.call;
        self.journal.record(Entry::Call(call)).await?;
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        begun.insert(number);
        Ok(())
    }

    fn after(&self, save: SaveIndex, outcome: &Outcome) {
        let number = self.number(save);
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.contains(&number) {
            self.journal.note(Entry::Outcome(OutcomeEntry {
                call: number,
                outcome: outcome_word(outcome).to_owned(),
                message: self.without_names(save, outcome),
            }));
        }
    }
}

fn start(locked: &Locked, plan: &Plan, (project, approved): (&Project, Option<&str>)) -> Start {
    Start {
        beadle: env!("CARGO_PKG_VERSION").to_owned(),
        actor: locked.holder.name.clone(),
        process: locked.holder.process,
        command: locked.holder.command.clone(),
        scope: locked.scope.to_string(),
        commit: revision::current(project.root()).or_else(world::commit),
        day: plan.day,
        plan: PlanDocument::of(plan).digest,
        approved: approved.map(str::to_owned),
        configuration: plan.configuration_digest.clone(),
        calls: plan.summary().calls,
        after: Vec::new(),
        settled: 0,
        forgotten: Vec::new(),
    }
}

/// Everybody whom a plan touches.
fn people(plan: &Plan, redaction: &Redaction) -> Vec<Person> {
    let units = plan.units.iter();
    let accounts = units.flat_map(|unit| {
        let saved = unit.saves.iter().flat_map(|save| save.write.accounts());
        saved.chain(unit.actions.iter().map(|action| &action.account))
    });
    let mut found: BTreeMap<(String, String), Person> = BTreeMap::new();
    for account in accounts {
        let key = key_of(account);
        let person = Person {
            pseudonym: redaction.person(key),
            key: key.to_owned(),
            login: account.login.as_str().to_owned(),
            name: account.name.to_string(),
        };
        found.insert((person.key.clone(), person.login.clone()), person);
    }
    found.into_values().collect()
}

/// Whose pseudonym stands for an account.
pub(in crate::app) fn key_of(account: &AccountRef) -> &str {
    let login = account.login.canonical();
    account.person.as_deref().unwrap_or(login)
}

fn save_word(write: &Write) -> &'static str {
    match write {
        Write::Create { .. } => "create",
        Write::Edit { .. } => "edit",
        Write::Grant { .. } => "grant",
        Write::AccountSet { .. } => "account-set",
        Write::AreaSet { .. } => "area-set",
        Write::Admin { .. } => "admin",
        Write::Active { .. } => "active",
        Write::Keep { .. } => "keep",
        Write::Delete { .. } => "delete",
    }
}

fn reason_word(reason: &Reason) -> &'static str {
    match reason {
        Reason::Listed(_) => "listed",
        Reason::NotListed(_) => "not-listed",
        Reason::Ended { .. } => "ended",
        Reason::NotBegun { .. } => "not-begun",
        Reason::Renamed { .. } => "renamed",
        Reason::Unmanaged => "unmanaged",
        Reason::NamedForDeletion(_) => "named-for-deletion",
        Reason::AccessEnded(_) => "access-ended",
        Reason::TermEnds { .. } => "term-ends",
    }
}

fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::FoundDone => "found-done",
        Outcome::Failed(_) => "failed",
        Outcome::Skipped { .. } => "skipped",
        Outcome::Waits(_) => "waits",
        Outcome::Interrupted => "interrupted",
        Outcome::Accepted => "accepted",
        Outcome::NotSeen => "not-seen",
    }
}
