//! One run over a plan: begins each save when it may, takes its outcome in, and goes on until
//! nothing is left that can begin. One task; the calls in flight are polled side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;

use crate::model::call_keys::CallKeys;
use crate::model::name::{LoginId, PortalId, PortalName};
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{Plan, SaveIndex, UnitPlan, Write};
use crate::portal::PortalWrite;

use super::attempt::{Attempt, Settled};
use super::failed::{given_up, not_tried};
use super::graph::{Fallen, Graph, Number};
use super::key::idempotency_key;
use super::read_back::{Known, term_end};
use super::shared::Shared;
use super::stop::{Stop, StopLevel};
use super::{Observer, Settings};

/// A run under way.
pub(super) struct Run<'a> {
    plan: &'a Plan,
    portals: &'a BTreeMap<PortalName, Arc<dyn PortalWrite>>,
    settings: &'a Settings,
    stop: &'a Stop,
    observer: &'a dyn Observer,
    shared: &'a Shared,
    graph: Graph<'a>,
    lanes: BTreeMap<&'a PortalName, Lane>,
    in_flight: FuturesUnordered<BoxFuture<'a, Settled>>,
    /// The saves behind those futures.
    flying: BTreeSet<Number>,
    /// Portal ids of the accounts that this run made, by unit and login id.
    created: BTreeMap<(u32, LoginId), PortalId>,
    /// A record could not be written: nothing further begins.
    unrecorded: bool,
}

/// One portal's share of the run.
struct Lane {
    /// Saves that may begin, in the plan's order.
    ready: BTreeSet<Number>,
    /// Under way, those included that wait for their record or their turn.
    in_flight: usize,
    most: usize,
    /// Room for calls.
    room: Arc<Semaphore>,
}

impl<'a> Run<'a> {
    pub(super) fn begin(
        plan: &'a Plan,
        portals: &'a BTreeMap<PortalName, Arc<dyn PortalWrite>>,
        settings: &'a Settings,
        stop: &'a Stop,
        observer: &'a dyn Observer,
        shared: &'a Shared,
    ) -> Self {
        let lane = |unit: &'a UnitPlan| {
            let most = settings.concurrency.get(&unit.portal).copied();
            let most = most.unwrap_or(1).max(1);
            let lane = Lane {
                ready: BTreeSet::new(),
                in_flight: 0,
                most: most.saturating_add(settings.ahead),
                room: Arc::new(Semaphore::new(most)),
            };
            (&unit.portal, lane)
        };
        let mut run = Self {
            plan,
            portals,
            settings,
            stop,
            observer,
            shared,
            graph: Graph::of(plan),
            lanes: plan.units.iter().map(lane).collect(),
            in_flight: FuturesUnordered::new(),
            flying: BTreeSet::new(),
            created: BTreeMap::new(),
            unrecorded: false,
        };
        let free = run.graph.free();
        run.make_ready(free);
        run
    }

    /// Goes on until every save has its outcome.
    pub(super) async fn walk(&mut self) {
        let stop = self.stop.clone();
        let give_up = stop.reached(StopLevel::Now);
        tokio::pin!(give_up);
        loop {
            self.begin_ready();
            tokio::select! {
                biased;
                () = &mut give_up => {
                    self.give_up_in_flight();
                    break;
                }
                settled = self.in_flight.next() => match settled {
                    Some(settled) => self.take_in(settled),
                    None => break,
                }
            }
        }
        self.settle_the_rest();
    }

    /// The outcome of every save, in the plan's order.
    pub(super) fn report(self) -> ApplyReport {
        let nodes = self.graph.into_nodes().into_iter();
        let entries = nodes.flat_map(|node| {
            let parts = node.actions().into_iter();
            parts.map(move |(actions, outcome)| (node.index, actions, outcome))
        });
        ApplyReport {
            saves: entries.collect(),
        }
    }

    fn stopping(&self) -> bool {
        self.unrecorded || self.stop.level() > StopLevel::Go
    }

    fn make_ready(&mut self, numbers: Vec<Number>) {
        for number in numbers {
            let portal = self.graph.node(number).map(|node| &node.unit.portal);
            if let Some(lane) = portal.and_then(|portal| self.lanes.get_mut(portal)) {
                lane.ready.insert(number);
            }
        }
    }

    fn begin_ready(&mut self) {
        while !self.stopping() {
            let Some(number) = self.next_ready() else {
                return;
            };
            self.begin_save(number);
        }
    }

    /// The first save in the plan's order whose portal has room for it.
    fn next_ready(&mut self) -> Option<Number> {
        let with_room = self.lanes.values_mut();
        let lane = with_room
            .filter(|lane| lane.in_flight < lane.most)
            .min_by_key(|lane| lane.ready.first().copied().unwrap_or(Number::MAX))?;
        lane.ready.pop_first()
    }

    fn begin_save(&mut self, number: Number) {
        let Some(node) = self.graph.node(number) else {
            return;
        };
        let (index, unit, save) = (node.index, node.unit, node.save);
        if !save.elsewhere.is_empty() {
            return self.settle(number, Outcome::Waits(save.elsewhere.clone()));
        }
        if let Some(error) = self.shared.lost(&unit.portal) {
            let why = format!("the portal was lost: {}", error.kind);
            return self.settle(number, not_tried(unit, &why, true));
        }
        let parts = (
            self.portals.get(&unit.portal),
            self.shared.unit(index.unit),
            self.key(index, unit),
        );
        let (Some(portal), Some(unit_shared), Some(key)) = parts else {
            let why = "the portal was not opened for writing";
            return self.settle(number, not_tried(unit, why, false));
        };
        let write = self.with_known_ids(index, node.write());
        let attempt = Attempt {
            index,
            unit,
            write,
            key,
            portal: portal.as_ref(),
            known: Known {
                administration: &unit_shared.administration,
                complete: false,
                term_end: term_end(self.plan, unit, save),
            },
            shared: self.shared,
            unit_shared,
            settings: self.settings,
            stop: self.stop,
        };
        let Some(lane) = self.lanes.get_mut(&unit.portal) else {
            return;
        };
        lane.in_flight += 1;
        let (observer, room) = (self.observer, Arc::clone(&lane.room));
        self.flying.insert(number);
        let attempt = async move { attempt.recorded(observer, &room).await };
        self.in_flight.push(attempt.boxed());
    }

    fn key(&self, index: SaveIndex, unit: &UnitPlan) -> Option<String> {
        let whose = (unit.organisation.clone(), unit.portal.clone());
        let none = CallKeys::default();
        let keys = self.settings.keys.get(&whose).unwrap_or(&none);
        idempotency_key(self.plan, index, keys)
    }

    fn with_known_ids(&self, index: SaveIndex, mut write: Write) -> Write {
        for account in write.accounts_mut() {
            if account.id.is_none() {
                let key = (index.unit, account.login.clone());
                account.id = self.created.get(&key).cloned();
            }
        }
        write
    }

    fn take_in(&mut self, settled: Settled) {
        let Settled {
            index,
            outcome,
            created,
            unrecorded,
        } = settled;
        self.unrecorded |= unrecorded;
        let Some(number) = self.graph.number(index) else {
            return;
        };
        self.flying.remove(&number);
        let Some(node) = self.graph.node(number) else {
            return;
        };
        if let Some(lane) = self.lanes.get_mut(&node.unit.portal) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
        }
        if let (Write::Create { account, .. }, Some(id)) = (&node.save.write, created) {
            self.created.insert((index.unit, account.login.clone()), id);
        }
        self.settle(number, outcome);
    }

    /// Records an outcome and what follows from it: those that waited may begin, or are skipped.
    fn settle(&mut self, number: Number, outcome: Outcome) {
        let done = outcome.is_done();
        let waits = match &outcome {
            Outcome::Waits(_) => Some(outcome.clone()),
            _ => None,
        };
        self.conclude(number, outcome);
        if done {
            let freed = self.graph.release(number);
            self.make_ready(freed);
            return;
        }
        let Some(because) = self.graph.node(number).map(|node| node.index) else {
            return;
        };
        let instead = waits.unwrap_or(Outcome::Skipped { because });
        let Fallen { skipped, freed } = self.graph.fall(number, &instead);
        for dependent in skipped {
            self.conclude(dependent, instead.clone());
        }
        self.make_ready(freed);
    }

    /// Records an outcome, and no more.
    fn conclude(&mut self, number: Number, outcome: Outcome) {
        if let Some(node) = self.graph.node(number) {
            self.observer.after(node.index, &outcome);
        }
        self.graph.record(number, outcome);
    }

    /// Drops the calls in flight. Each may or may not have been carried out.
    fn give_up_in_flight(&mut self) {
        self.in_flight.clear();
        for number in std::mem::take(&mut self.flying) {
            if let Some(node) = self.graph.node(number) {
                let outcome = given_up(node.unit);
                self.conclude(number, outcome);
            }
        }
    }

    fn settle_the_rest(&mut self) {
        let stopping = self.stopping();
        for number in self.graph.unsettled() {
            let Some(node) = self.graph.node(number) else {
                continue;
            };
            let outcome = if stopping {
                Outcome::Interrupted
            } else {
                let why = "the plan is not sound: what it waits for never ends";
                not_tried(node.unit, why, false)
            };
            self.conclude(number, outcome);
        }
    }
}
