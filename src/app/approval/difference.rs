//! What is different between the plan that was reviewed and the plan as it is now: the subset rule.
//! Every action must be one that was reviewed, with the same values; and every account that it
//! touches must be as it was, but for what the plan itself has changed since. Compares, and changes
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::account::{Other, others};
use crate::app::planning::Prepared;
use crate::model::live::LiveAccount;
use crate::model::name::canonical;
use crate::model::plan::{Action, ActionKind, Plan, UnitPlan};
use crate::model::plan_document::{ActionDocument, PlanDocument, SeenDocument, UnitDocument};
use crate::model::snapshot::SnapshotAccount;
use crate::report::Redaction;
use crate::report::difference::{
    AccountDifference, ActionDifference, Difference, Fields, UnitName, Values,
};

/// Organisation and portal, by their names in the project.
type Unit<'a> = (&'a str, &'a str);

/// Whose account an action is about, the same before and after it was created or renamed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// What the portal called it when the plan was made.
    Id(String),
    /// The login id, of an account that was not there then.
    Login(String),
}

/// What an action is about, whatever its values.
type About<'a> = (Unit<'a>, ActionKind, Whose, Option<&'a str>);

/// What was reviewed, found quickly.
struct Reviewed<'a> {
    /// Every action, with the organisation's id at its portal.
    actions: BTreeMap<About<'a>, (&'a str, &'a ActionDocument)>,
    /// What each account's actions are about.
    by_account: BTreeMap<(Unit<'a>, Whose), Vec<About<'a>>>,
    /// The login ids of new accounts, by their address: there are portals that choose the login id
    /// themselves.
    created: BTreeMap<(Unit<'a>, String), String>,
    /// Live accounts of the review, by unit and portal id.
    seen: BTreeMap<(Unit<'a>, &'a str), &'a SnapshotAccount>,
}

/// Both plans, ready to be compared.
pub(super) struct Both<'a> {
    prepared: &'a Prepared,
    document: &'a PlanDocument,
    reviewed: Reviewed<'a>,
    fresh: PlanDocument,
    shown: PlanDocument,
    redaction: Option<&'a Redaction>,
}

impl<'a> Reviewed<'a> {
    fn of(document: &'a PlanDocument) -> Self {
        let accounts = document.saved.iter().flat_map(|saved| &saved.accounts);
        let seen: BTreeMap<_, _> = accounts
            .map(|seen| {
                let SeenDocument {
                    organisation,
                    portal,
                    account,
                } = seen;
                let unit = (organisation.as_str(), portal.as_str());
                ((unit, account.id.as_str()), account)
            })
            .collect();
        let by_login: BTreeMap<(Unit<'_>, String), &str> = seen
            .iter()
            .map(|((unit, id), account)| ((*unit, canonical(&account.login)), *id))
            .collect();
        let mut reviewed = Self {
            actions: BTreeMap::new(),
            by_account: BTreeMap::new(),
            created: BTreeMap::new(),
            seen,
        };
        for unit in &document.units {
            for action in &unit.actions {
                let login = canonical(&action.account);
                if action.kind == ActionKind::Create {
                    let address = action.after.as_ref().and_then(|after| after.get("email"));
                    let address = address.and_then(Value::as_str).map(canonical);
                    let address = address.map(|address| ((unit_of(unit), address), login.clone()));
                    reviewed.created.extend(address);
                }
                let id = by_login.get(&(unit_of(unit), login.clone()));
                let whose = id.map_or(Whose::Login(login), |id| Whose::Id((*id).to_owned()));
                let about = (unit_of(unit), action.kind, whose, action.area.as_deref());
                let of_account = (about.0, about.2.clone());
                reviewed
                    .by_account
                    .entry(of_account)
                    .or_default()
                    .push(about.clone());
                reviewed
                    .actions
                    .insert(about, (&unit.portal_organisation, action));
            }
        }
        reviewed
    }

    /// Under which login id a live account that was not there would have been made.
    fn login_of_new(&self, unit: Unit<'_>, live: &LiveAccount) -> String {
        let address = live.email.as_deref().map(canonical);
        let created = address.and_then(|address| self.created.get(&(unit, address)));
        created.map_or_else(|| live.login.canonical().to_owned(), Clone::clone)
    }
}

impl<'a> Both<'a> {
    /// `shown` is the plan as it may be shown; `redaction` hides what else is to be hidden.
    pub(super) fn new(
        prepared: &'a Prepared,
        document: &'a PlanDocument,
        shown: &Plan,
        redaction: Option<&'a Redaction>,
    ) -> Self {
        Self {
            prepared,
            document,
            reviewed: Reviewed::of(document),
            fresh: PlanDocument::of(&prepared.plan),
            shown: PlanDocument::of(shown),
            redaction,
        }
    }

    /// Everything in which the two differ. `done` says of an action, by its place in the plan,
    /// whether it has been done once under this review. Accounts are held to what they were where
    /// the review has kept that.
    pub(super) fn difference(
        &self,
        done: &BTreeSet<(usize, usize)>,
        by_account: bool,
    ) -> Difference {
        let reviewed = &self.reviewed.actions;
        let mut pending: BTreeSet<About<'_>> = BTreeSet::new();
        let (mut new, mut changed, mut again) = (Vec::new(), Vec::new(), Vec::new());
        let units = self.prepared.plan.units.iter();
        let units = units.zip(&self.fresh.units).zip(&self.shown.units);
        for (number, ((plan, unit), shown_unit)) in units.enumerate() {
            let actions = plan.actions.iter().zip(&unit.actions);
            let actions = actions.zip(&shown_unit.actions);
            for (index, ((planned, action), shown)) in actions.enumerate() {
                let whose = self.whose_now(plan, planned);
                let about = (unit_of(unit), action.kind, whose, action.area.as_deref());
                let known = reviewed.get(&about).copied();
                let entry = |reviewed| entry(unit, shown, Some(values(shown)), reviewed);
                match known {
                    None => new.push(entry(None)),
                    Some((place, other))
                        if !same(action, other) || place != unit.portal_organisation =>
                    {
                        changed.push(entry(Some(self.hidden_values(other))));
                    }
                    Some(_) if done.contains(&(number, index)) => again.push(entry(None)),
                    Some(_) => {}
                }
                pending.insert(about);
            }
        }
        let gone = reviewed
            .iter()
            .filter(|(about, _)| !pending.contains(*about));
        let gone = gone.filter(|((unit, ..), _)| self.is_planned(*unit));
        let gone: Vec<_> = gone
            .map(|(about, (_, action))| self.gone(about, action))
            .collect();
        Difference {
            configuration: self.fresh.configuration != self.document.configuration,
            accounts: if by_account {
                self.accounts(&pending)
            } else {
                Vec::new()
            },
            listings: self.listings(),
            found: Some(self.fresh.digest.clone()),
            reviewed: self.document.digest.clone(),
            new,
            changed,
            again,
            gone,
            ..Difference::default()
        }
        .counted()
    }

    /// Whose account an action of the plan is about: the one of the review, where there was one.
    fn whose_now(&self, unit: &UnitPlan, action: &Action) -> Whose {
        let place = (unit.organisation.as_str(), unit.portal.as_str());
        let login = || Whose::Login(action.account.login.canonical().to_owned());
        let Some(id) = &action.account.id else {
            return login();
        };
        if self.reviewed.seen.contains_key(&(place, id.as_str())) {
            return Whose::Id(id.as_str().to_owned());
        }
        let unit = (unit.organisation.clone(), unit.portal.clone());
        let live = self.prepared.seen.get(&unit).and_then(|seen| seen.get(id));
        live.map_or_else(login, |live| {
            Whose::Login(self.reviewed.login_of_new(place, live))
        })
    }

    /// Whether this run plans a unit at all: of the others nothing can be said to be gone.
    fn is_planned(&self, unit: Unit<'_>) -> bool {
        self.fresh.units.iter().any(|one| unit_of(one) == unit)
    }

    fn listings(&self) -> Vec<UnitName> {
        let reviewed: BTreeMap<Unit<'_>, &str> = self
            .document
            .units
            .iter()
            .map(|unit| (unit_of(unit), unit.listing.as_str()))
            .collect();
        let others = self.fresh.units.iter().filter(|unit| {
            let listing = reviewed.get(&unit_of(unit));
            listing.is_some_and(|listing| *listing != unit.listing)
        });
        others.map(|unit| name(unit_of(unit))).collect()
    }

    /// Accounts that the plan touches and that somebody else has changed since the review.
    fn accounts(&self, pending: &BTreeSet<About<'_>>) -> Vec<AccountDifference> {
        let mut found = Vec::new();
        for ((organisation, portal), accounts) in &self.prepared.seen {
            let unit = (organisation.as_str(), portal.as_str());
            for (id, live) in accounts {
                let now = SnapshotAccount::of(live);
                let Some(before) = self.reviewed.seen.get(&(unit, id.as_str())) else {
                    if !self.is_ours(unit, live, pending) {
                        found.push(self.account(unit, &now, &[]));
                    }
                    continue;
                };
                let carried_out = self.carried_out(unit, id.as_str(), pending);
                let others = others(before, &now, &carried_out);
                if !others.is_empty() {
                    found.push(self.account(unit, &now, &others));
                }
            }
        }
        found
    }

    /// What was reviewed of an account and is not to be done any more.
    fn carried_out(
        &self,
        unit: Unit<'a>,
        id: &str,
        pending: &BTreeSet<About<'_>>,
    ) -> Vec<&ActionDocument> {
        let whose = Whose::Id(id.to_owned());
        let reviewed = self.reviewed.by_account.get(&(unit, whose));
        let done = reviewed
            .into_iter()
            .flatten()
            .filter(|about| !pending.contains(*about));
        let actions = done.filter_map(|about| self.reviewed.actions.get(about));
        actions.map(|(_, action)| *action).collect()
    }

    /// Whether an account that was not there is one that the plan has made.
    fn is_ours(&self, unit: Unit<'_>, live: &LiveAccount, pending: &BTreeSet<About<'_>>) -> bool {
        let whose = Whose::Login(self.reviewed.login_of_new(unit, live));
        let about = (unit, ActionKind::Create, whose, None);
        self.reviewed.actions.contains_key(&about) && !pending.contains(&about)
    }

    fn account(
        &self,
        unit: Unit<'_>,
        now: &SnapshotAccount,
        others: &[Other],
    ) -> AccountDifference {
        let hidden = |pick: fn(&Other) -> &Value| -> Fields {
            let fields = others.iter();
            fields
                .map(|one| (one.field.to_owned(), self.hidden(one.field, pick(one))))
                .collect()
        };
        AccountDifference {
            unit: name(unit),
            account: self.hidden_login(&now.login),
            reviewed: hidden(|one| &one.was),
            now: hidden(|one| &one.is),
        }
    }

    fn gone(&self, about: &About<'_>, action: &ActionDocument) -> ActionDifference {
        let (unit, kind, _, area) = about;
        ActionDifference {
            unit: name(*unit),
            kind: *kind,
            account: self.hidden_login(&action.account),
            area: area.map(str::to_owned),
            now: None,
            reviewed: Some(self.hidden_values(action)),
        }
    }

    fn hidden_values(&self, action: &ActionDocument) -> Values {
        let Values { before, after } = values(action);
        let hide = |fields: Fields| -> Fields {
            let fields = fields.into_iter();
            fields
                .map(|(field, value)| (field.clone(), self.hidden(&field, &value)))
                .collect()
        };
        Values {
            before: hide(before),
            after: hide(after),
        }
    }

    fn hidden(&self, field: &str, value: &Value) -> Value {
        match self.redaction {
            Some(redaction) => redaction.value(field, value),
            None => value.clone(),
        }
    }

    fn hidden_login(&self, login: &str) -> String {
        match self.redaction {
            Some(redaction) => redaction.person(login),
            None => login.to_owned(),
        }
    }
}

/// Whether two actions about the same do the same.
fn same(one: &ActionDocument, other: &ActionDocument) -> bool {
    let parts = |action: &ActionDocument| {
        let ActionDocument {
            kind: _,
            account: _,
            name: _,
            area: _,
            reason: _,
            source: _,
            reversible,
            sensitive: _,
            before,
            after,
        } = action;
        (*reversible, before.clone(), after.clone())
    };
    parts(one) == parts(other)
}

fn unit_of(unit: &UnitDocument) -> Unit<'_> {
    (&unit.organisation, &unit.portal)
}

fn name((organisation, portal): Unit<'_>) -> UnitName {
    UnitName {
        organisation: organisation.to_owned(),
        portal: portal.to_owned(),
    }
}

fn values(action: &ActionDocument) -> Values {
    Values {
        before: action.before.clone().unwrap_or_default(),
        after: action.after.clone().unwrap_or_default(),
    }
}

fn entry(
    unit: &UnitDocument,
    shown: &ActionDocument,
    now: Option<Values>,
    reviewed: Option<Values>,
) -> ActionDifference {
    ActionDifference {
        unit: name(unit_of(unit)),
        kind: shown.kind,
        account: shown.account.clone(),
        area: shown.area.clone(),
        now,
        reviewed,
    }
}
