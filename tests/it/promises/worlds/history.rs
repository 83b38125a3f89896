//! One school over days: somebody edits the YAML, somebody edits the portal, beadle is run well or
//! badly, time goes by. In any order, and after each step the same must hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use beadle::executor::{Stop, StopLevel, keys_after, verify};
use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::name::{LoginId, canonical};
use beadle::model::outcome::ApplyReport;
use beadle::model::plan::{Plan, Write};
use beadle::model::rules::{AccountEnd, AdminSet, Delete, End, Mail, Rules};
use beadle::model::snapshot::{Snapshot, SnapshotAccount};
use beadle::planner::{Part, assemble, lint, plan_unit};
use beadle::portal::{PortalRead, PortalWrite};
use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use super::bench::{Bench, Interruption};
use super::look::{Outcome, School, require};
use super::run::{Keys, carried_out};
use super::yaml::{Order, files, load, write};
use super::{World, fit, world};
use crate::planner::build::DAY;
use crate::planner::scenario::{Someone, someone};

/// What happens next.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Somebody edits one person's entry in the YAML.
    File(usize, Someone),
    /// Somebody edits one account at the portal.
    Portal(usize, Act),
    /// Days go by.
    Days(i32),
    /// Beadle is run.
    Apply(Trouble),
}

/// What somebody does at the portal.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Area(usize),
    Admin,
    Active,
    Ends(i32),
    Name,
    Gone,
    Comes(Someone),
}

/// What goes wrong in a run.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    Nothing,
    /// Faults of the portal, from before it is read, or from before the first save.
    Faults {
        faults: Value,
        early: bool,
    },
    /// An interruption at one of its calls.
    Interrupted {
        at: usize,
        at_once: bool,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..6_usize).prop_map(Act::Area),
        2 => Just(Act::Admin),
        1 => Just(Act::Active),
        1 => (-30..200_i32).prop_map(Act::Ends),
        1 => Just(Act::Name),
        1 => Just(Act::Gone),
        1 => someone().prop_map(Act::Comes),
    ]
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let kind = prop_oneof![
        Just(json!({"kind": "reset-after-commit"})),
        Just(json!({"kind": "reset-before-commit"})),
        Just(json!({"kind": "error", "status": 502})),
        Just(json!({"kind": "half-body"})),
        Just(json!({"kind": "login-page"})),
    ];
    let faults = (kind, 0.1..1.0_f64, any::<u32>(), 1..6_u64, any::<bool>()).prop_map(
        |(mut fault, rate, seed, times, early)| {
            fault["rate"] = json!(rate);
            fault["seed"] = json!(seed);
            fault["times"] = json!(times);
            Trouble::Faults {
                faults: json!([fault]),
                early,
            }
        },
    );
    let interrupted =
        (0..8_usize, any::<bool>()).prop_map(|(at, at_once)| Trouble::Interrupted { at, at_once });
    prop_oneof![2 => Just(Trouble::Nothing), 2 => faults, 2 => interrupted]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (any::<usize>(), someone()).prop_map(|(at, entry)| Step::File(at, entry)),
        3 => (any::<usize>(), act()).prop_map(|(at, act)| Step::Portal(at, act)),
        1 => (1..40_i32).prop_map(Step::Days),
        4 => trouble().prop_map(Step::Apply),
    ]
}

/// A school to begin with, and what happens.
pub(crate) fn history() -> impl Strategy<Value = (World, Vec<Step>)> {
    (world(), vec(step(), 1..12))
}

/// How much happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) steps: u64,
    pub(crate) applies: u64,
    pub(crate) calls: u64,
    pub(crate) mails: u64,
}

/// One school as it goes on.
struct Going<'a> {
    bench: &'a Bench,
    rules: &'static Rules,
    world: World,
    day: Date,
    /// Whose token it is, where the portal spares its own account.
    caller: Option<LoginId>,
    /// The project's folder.
    folder: tempfile::TempDir,
    /// What the last run left for the keys of the next.
    keys: Keys,
    tally: Tally,
}

/// Plays a history, and ends it with an undisturbed run after which nothing is left to do.
pub(crate) async fn play(
    bench: &Bench,
    world: &World,
    steps: &[Step],
) -> Result<Tally, TestCaseError> {
    let rules = bench.rules;
    let seed = fit::live(rules, &world.schools[0], 0, world.registered);
    bench.begin(std::slice::from_ref(&seed)).await;
    let mut going = Going {
        bench,
        rules,
        world: world.clone(),
        day: DAY,
        caller: fit::caller(rules, &seed),
        folder: tempfile::tempdir().unwrap(),
        keys: Keys::new(),
        tally: Tally::default(),
    };
    for step in steps {
        going.go(step).await?;
        going.tally.steps += 1;
    }
    // Nobody is kept from it any more, and whoever waits for administrators has given up.
    going.world.schools[0].without_min_admins();
    going.apply(&Trouble::Nothing).await?;
    Ok(going.tally)
}

impl Going<'_> {
    async fn go(&mut self, step: &Step) -> Outcome {
        match step {
            Step::File(at, entry) => {
                let school = &mut self.world.schools[0];
                let at = at.checked_rem(school.people()).unwrap_or_default();
                school.edit(at, entry);
            }
            Step::Portal(at, act) => {
                let mut school = self.bench.state(0).await;
                self.act(&mut school, *at, act);
                school.evidence.accounts = school.accounts.len() as u64;
                self.bench.put(&school).await;
            }
            Step::Days(days) => {
                self.day = self.day.checked_add(days.days()).unwrap();
                self.bench.set_day(self.day).await;
            }
            Step::Apply(trouble) => self.apply(trouble).await?,
        }
        Ok(())
    }

    /// Somebody's edit at the portal, where it has such a thing. Nobody saws off the branch that
    /// beadle sits on.
    fn act(&self, school: &mut Snapshot, at: usize, act: &Act) {
        let rules = self.rules;
        if let Act::Comes(there) = act {
            self.comes(school, at, there);
            return;
        }
        let codes: Vec<String> = school.areas.iter().map(|area| area.code.clone()).collect();
        let administration = school.areas.iter().find(|area| area.administration);
        let administration = administration.map(|area| area.code.clone());
        let count = school.accounts.len();
        let Some(account) = at
            .checked_rem(count)
            .and_then(|at| school.accounts.get_mut(at))
        else {
            return;
        };
        if self.caller.as_ref() == Some(&LoginId::new(account.login.as_str())) {
            return;
        }
        match act {
            Act::Area(area) => {
                let code = area.checked_rem(codes.len()).and_then(|at| codes.get(at));
                let code = code.filter(|code| Some(*code) != administration.as_ref());
                if let Some(code) = code {
                    let held = account.areas.len();
                    account.areas.retain(|area| area != code);
                    if account.areas.len() == held {
                        account.areas.push(code.clone());
                    }
                }
            }
            Act::Admin if self.may_promote(account) => account.admin = !account.admin,
            Act::Active if rules.end.value == End::Deactivate && !account.upstream => {
                account.active = !account.active;
            }
            Act::Ends(days)
                if rules.account_end.value != AccountEnd::ByBeadle && !account.upstream =>
            {
                account.expires = Some(self.day.checked_add(days.days()).unwrap());
            }
            Act::Name => account.name = format!("{} again", account.name),
            Act::Gone if rules.delete.value == Delete::Irreversible || rules.directory => {
                let id = account.id.clone();
                school.accounts.retain(|account| account.id != id);
            }
            Act::Admin | Act::Active | Act::Ends(_) | Act::Gone | Act::Comes(_) => {}
        }
    }

    /// Whose token it is was the first administrator: nobody comes before that one.
    fn may_promote(&self, account: &SnapshotAccount) -> bool {
        let first = self
            .caller
            .as_ref()
            .is_none_or(|caller| LoginId::new(account.login.as_str()) > *caller);
        let spares = fit::spares_its_own(self.rules);
        self.rules.admin.value != AdminSet::None && first && (self.caller.is_some() || !spares)
    }

    /// Somebody is given an account at the portal, or is sent there by another system.
    fn comes(&self, school: &mut Snapshot, at: usize, there: &Someone) {
        let scenario = &self.world.schools[0];
        let at = at.checked_rem(scenario.people()).unwrap_or_default();
        let alone = scenario.with_only(at, there);
        let new = fit::live(self.rules, &alone, 0, self.world.registered);
        for mut account in new.accounts {
            account.admin &= self.may_promote(&account);
            let taken = school.accounts.iter().any(|other| {
                let same = |left: &str, right: &str| canonical(left) == canonical(right);
                let emails = other.email.as_deref().zip(account.email.as_deref());
                other.id == account.id
                    || same(&other.login, &account.login)
                    || emails.is_some_and(|(left, right)| same(left, right))
            });
            if !taken {
                school.accounts.push(account);
            }
        }
    }

    /// What the files say on the day, read as beadle reads them; and their digest.
    fn desired(&self) -> (Desired, String) {
        let scenario = &self.world.schools[0];
        let mut desired = fit::desired(self.rules, scenario, (0, 0), self.world.registered);
        if fit::spares_its_own(self.rules) {
            desired.identity.clone_from(&self.caller);
        }
        let texts = files(self.rules, &[desired], &mut Order::as_they_come());
        write(self.folder.path(), &texts);
        let project = load(self.folder.path());
        let unit = project.units(self.day).next().unwrap();
        (unit.desired(), project.digest().to_owned())
    }

    fn plan(&self, desired: &Desired, live: &Live, digest: &str) -> Plan {
        let unit = plan_unit(desired, live, self.rules, self.day);
        let units = vec![(unit, Arc::clone(&desired.policy))];
        let part = Part::default();
        let plan = assemble(units, &desired.policy, digest.to_owned(), self.day, &part);
        assert_eq!(lint(&plan), Vec::<String>::new());
        plan
    }

    /// Plans and applies. Undisturbed it leaves nothing to do.
    async fn apply(&mut self, trouble: &Trouble) -> Outcome {
        let (desired, digest) = self.desired();
        let whose = &desired.portal_organisation;
        let stop = Stop::new();
        let interruption = match trouble {
            Trouble::Interrupted { at, at_once } => Some(Interruption {
                stop: stop.clone(),
                at: *at,
                at_once: *at_once,
            }),
            Trouble::Nothing | Trouble::Faults { .. } => None,
        };
        let portal = self.bench.watched_until(interruption);
        // Somebody reads the plan before they say yes.
        portal.list(whose).await.unwrap();
        self.arm(trouble, true).await;
        let Ok(live) = portal.list(whose).await else {
            self.disarm(trouble).await;
            return require(matches!(trouble, Trouble::Faults { .. }), || {
                "not read".to_owned()
            });
        };
        let plan = self.plan(&desired, &live, &digest);
        let problems: Vec<_> = plan.problems().collect();
        require(problems.is_empty(), || format!("{problems:?}"))?;
        if !plan.refusals.is_empty() {
            self.disarm(trouble).await;
            return Ok(());
        }
        let (before, mailed) = (self.bench.state(0).await, self.bench.mails(0).await);
        self.arm(trouble, false).await;
        let watched: Arc<dyn PortalWrite> = portal.clone();
        let with = (self.world.concurrency, &self.keys);
        let mut report = carried_out(&plan, watched, with, &stop).await;
        self.disarm(trouble).await;
        if stop.level() < StopLevel::Now {
            let live = self.bench.reader().list(whose).await.unwrap();
            let unit = (desired.organisation.clone(), desired.portal.clone());
            report = verify(&plan, report, &BTreeMap::from([(unit, live)]));
        }
        self.keep_keys(&plan, &report);
        let mut moments = vec![before.clone()];
        moments.extend(portal.take().into_iter().map(|seen| seen.after));
        moments.push(self.settled().await);
        self.tally.applies += 1;
        self.tally.calls += moments.len() as u64 - 2;
        let school = School::of(self.rules, &desired, &live, &before, self.day);
        for moment in &moments {
            school.admins_are_safe(moment)?;
            school.unmanaged_is_untouched(moment)?;
            school.nobody_is_there_twice(moment)?;
        }
        let sent = self.bench.mails(0).await.split_off(mailed.len());
        self.tally.mails += sent.len() as u64;
        self.mails_have_a_cause(&moments, &sent, &plan)?;
        if matches!(trouble, Trouble::Nothing) {
            require(report.actions_left() == 0, || format!("row 1: {report:#?}"))?;
            let live = portal.list(whose).await.unwrap();
            let again = self.plan(&desired, &live, &digest);
            require(again.is_empty(), || format!("row 1: {:#?}", again.units))?;
            let forecast = plan.summary().mails;
            require(sent.len() as u64 == forecast, || {
                format!("row 15: {forecast} mails forecast, sent {sent:?}")
            })?;
        }
        Ok(())
    }

    /// As `apply` keeps them for the next run.
    fn keep_keys(&mut self, plan: &Plan, report: &ApplyReport) {
        let run = format!("run {}", self.tally.applies);
        for (index, unit) in (0..).zip(&plan.units) {
            let whose = (unit.organisation.clone(), unit.portal.clone());
            let keys = self.keys.entry(whose).or_default();
            *keys = keys_after(keys, (plan, index), report, &run);
        }
    }

    async fn arm(&self, trouble: &Trouble, before_reading: bool) {
        if let Trouble::Faults { faults, early } = trouble
            && *early == before_reading
        {
            self.bench.set_faults(faults).await;
        }
    }

    async fn disarm(&self, trouble: &Trouble) {
        if matches!(trouble, Trouble::Faults { .. }) {
            self.bench.set_faults(&json!([])).await;
        }
    }

    /// What is there once calls that were given up have come to their end.
    async fn settled(&self) -> Snapshot {
        let mut now = self.bench.state(0).await;
        loop {
            tokio::task::yield_now().await;
            let then = std::mem::replace(&mut now, self.bench.state(0).await);
            if then == now {
                return now;
            }
        }
    }

    /// Row 15: each mail is of a change of its holder's account, and of one of its own; a run mails
    /// nobody twice, but whoever it registers where each save mails.
    fn mails_have_a_cause(&self, moments: &[Snapshot], sent: &[String], plan: &Plan) -> Outcome {
        let mail = self.rules.mail.value;
        let mut causes: BTreeMap<String, usize> = BTreeMap::new();
        for two in moments.windows(2) {
            for account in &two[1].accounts {
                let before = two[0]
                    .accounts
                    .iter()
                    .find(|before| before.id == account.id);
                let mails = match mail {
                    Mail::None => false,
                    Mail::AtCreation => before.is_none(),
                    Mail::EachSave => before != Some(account),
                };
                let to = account.email.as_deref().unwrap_or(&account.login);
                *causes.entry(canonical(to)).or_default() += usize::from(mails);
            }
        }
        let saves = plan.units.iter().flat_map(|unit| &unit.saves);
        let creations = saves.filter_map(|save| match &save.write {
            Write::Create { account, email, .. } => Some(canonical(
                email.as_deref().unwrap_or(account.login.as_str()),
            )),
            _ => None,
        });
        let registered: Vec<String> = creations.filter(|_| mail == Mail::EachSave).collect();
        let mut got: BTreeMap<String, usize> = BTreeMap::new();
        for to in sent {
            *got.entry(canonical(to)).or_default() += 1;
        }
        for (to, count) in got {
            let causes = causes.get(&to).copied().unwrap_or_default();
            require(count <= causes, || {
                format!("row 15: `{to}`: {count} mails, {causes} changes")
            })?;
            let most = 1 + usize::from(registered.contains(&to));
            require(count <= most, || {
                format!("row 15: `{to}` got {count} mails in one run")
            })?;
        }
        Ok(())
    }
}
