//! What the project says for one day, in the model's words: one `Desired` for each organisation
//! at each portal, and what the policy has to say about that day.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::findings::{Finding, Findings};
use super::grants::widest;
use super::organisation::{
    Account, Door, GrantLine, Organisation, Rare, SharedAccount, Text, Unit, ViewTerms,
};
use super::project::Project;
use crate::model::day::{Presence, Window, days_between};
use crate::model::desired::{
    CreationSettings, Desired, DesiredAccount, DesiredAdmins, DesiredGrant, Shared,
};
use crate::model::diagnostic::{Diagnostic, Span};
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::policy::Policy;
use crate::model::source::{Provenance, Source, Via};

/// One organisation at one portal on a day. What is desired there is worked out when it is asked
/// for, so that a project of thousands never holds more of it than is being planned.
#[derive(Clone, Copy)]
pub struct UnitOnDay<'p> {
    builder: Builder<'p>,
    unit: &'p Unit,
}

impl Project {
    /// Every organisation at every portal of its own on a day, in that order.
    pub fn units(&self, day: Date) -> impl Iterator<Item = UnitOnDay<'_>> {
        self.builders(day).flat_map(|builder| {
            let units = builder.organisation.units.iter();
            units.map(move |unit| UnitOnDay { builder, unit })
        })
    }

    /// One organisation at one of its portals, on a day; none where the project has none.
    #[must_use]
    pub fn unit(
        &self,
        organisation: &OrganisationId,
        portal: &PortalName,
        day: Date,
    ) -> Option<UnitOnDay<'_>> {
        let at = self
            .organisations
            .binary_search_by(|known| known.id.cmp(organisation))
            .ok()?;
        let builder = Builder {
            project: self,
            organisation: self.organisations.get(at)?,
            day,
        };
        let units = &builder.organisation.units;
        let unit = units.iter().find(|unit| unit.portal == *portal)?;
        Some(UnitOnDay { builder, unit })
    }

    /// Ends that are further away from a day than the policy allows, by file and place.
    #[must_use]
    pub fn too_long(&self, day: Date) -> Vec<Diagnostic> {
        let limited = self
            .builders(day)
            .filter(|builder| builder.organisation.policy.limits_lengths());
        let limited: Vec<Builder<'_>> = limited.collect();
        let found: Vec<Findings> = limited.par_iter().map(Builder::too_long).collect();
        let mut findings = Findings::default();
        for more in found {
            findings.append(more);
        }
        findings.into_sorted()
    }

    fn builders(&self, day: Date) -> impl Iterator<Item = Builder<'_>> {
        self.organisations.iter().map(move |organisation| Builder {
            project: self,
            organisation,
            day,
        })
    }
}

impl<'p> UnitOnDay<'p> {
    /// The organisation's id in the project.
    #[must_use]
    pub fn organisation(&self) -> &'p OrganisationId {
        &self.builder.organisation.id
    }

    /// The portal's name in the project.
    #[must_use]
    pub fn portal(&self) -> &'p PortalName {
        &self.unit.portal
    }

    /// The organisation's id there.
    #[must_use]
    pub fn portal_organisation(&self) -> &'p PortalOrganisation {
        &self.unit.portal_organisation
    }

    /// Everybody who has an account there by the YAML, on whatever day: the user's key beside each
    /// name that leads to the account, which are the login id, former ones and the address.
    pub fn people(&self) -> impl Iterator<Item = (&'p str, &'p str)> {
        let texts = &self.builder.organisation.texts;
        self.unit.accounts.iter().flat_map(|account| {
            let was = account.rare.iter().flat_map(|rare| &rare.was);
            let was = was.map(|(login, _)| login.as_str());
            let present = [Some(account.login), account.email].into_iter().flatten();
            let names = present.map(|text| texts.get(text)).chain(was);
            names.map(|name| (texts.get(account.person), name))
        })
    }

    /// How many accounts the YAML names there.
    #[must_use]
    pub fn accounts(&self) -> usize {
        self.unit.accounts.len()
    }

    /// The same organisation and portal on another day.
    pub(super) fn at(&self, day: Date) -> Self {
        let builder = Builder {
            day,
            ..self.builder
        };
        let unit = self.unit;
        Self { builder, unit }
    }

    /// Whose, and what the files say of it.
    pub(super) fn parts(&self) -> (&'p Organisation, &'p Unit) {
        (self.builder.organisation, self.unit)
    }

    /// What is desired there.
    #[must_use]
    pub fn desired(&self) -> Desired {
        self.builder.unit(self.unit, &mut Findings::default())
    }
}

/// What many grants of a unit share, made once for all of them.
struct Names {
    areas: Vec<AreaName>,
    /// By the number of their terms.
    reasons: Vec<Option<Arc<str>>>,
}

impl Names {
    fn of(organisation: &Organisation, unit: &Unit) -> Self {
        let texts = &organisation.texts;
        let reason = |terms: &ViewTerms| terms.reason.map(|reason| texts.get(reason).into());
        Self {
            areas: unit
                .areas
                .iter()
                .map(|area| texts.get(*area).into())
                .collect(),
            reasons: unit.terms.iter().map(reason).collect(),
        }
    }
}

fn shared(account: &SharedAccount) -> Shared {
    let SharedAccount {
        custodian,
        members,
        password_changed,
    } = account;
    Shared {
        custodian: Arc::clone(custodian),
        members: members.clone(),
        password_changed: *password_changed,
    }
}

#[derive(Clone, Copy)]
struct Builder<'p> {
    project: &'p Project,
    organisation: &'p Organisation,
    day: Date,
}

impl Builder<'_> {
    fn source(&self, span: &Span) -> Source {
        self.project.sources.place(span)
    }

    fn text(&self, text: Text) -> &str {
        self.organisation.texts.get(text)
    }

    /// Ends that are further away than the policy allows.
    fn too_long(&self) -> Findings {
        let mut findings = Findings::default();
        for unit in &self.organisation.units {
            self.unit(unit, &mut findings);
        }
        findings
    }

    fn unit(&self, unit: &Unit, findings: &mut Findings) -> Desired {
        let mut lines = &*unit.grants;
        let mut accounts = BTreeMap::new();
        let names = Names::of(self.organisation, unit);
        for (index, account) in (0_u32..).zip(&unit.accounts) {
            let own = lines.partition_point(|line| line.account <= index);
            let (mine, rest) = lines.split_at_checked(own).unwrap_or((lines, &[]));
            lines = rest;
            let desired = self.account((unit, &names), account, mine, findings);
            accounts.insert(desired.login.clone(), desired);
        }
        Desired {
            organisation: self.organisation.id.clone(),
            organisation_name: Arc::clone(&self.organisation.name),
            portal: unit.portal.clone(),
            portal_organisation: unit.portal_organisation.clone(),
            approved_by: self.organisation.approved_by.clone(),
            source: self.source(&unit.span),
            manages_accounts: unit.manages_accounts,
            admins: self.admins(unit),
            accounts,
            delete: unit
                .delete
                .iter()
                .map(|(login, span)| (login.clone(), self.source(span)))
                .collect(),
            creation: self.creation(unit),
            identity: self.project.identities.get(&unit.portal).cloned(),
            policy: self.policy(unit),
        }
    }

    /// What accompanies a creation: the portal's, and the organisation's own way.
    fn creation(&self, unit: &Unit) -> CreationSettings {
        let of_portal = self.project.creation.get(&unit.portal);
        let mut creation = of_portal.cloned().unwrap_or_default();
        if unit.provisioning.is_some() {
            creation.provisioning.clone_from(&unit.provisioning);
        }
        creation
    }

    /// The organisation's policy, with required administrators under their login ids here.
    fn policy(&self, unit: &Unit) -> Arc<Policy> {
        let policy = &self.organisation.policy;
        let same = |(one, other): (&LoginId, &LoginId)| one.as_str() == other.as_str();
        if policy
            .require_admins
            .iter()
            .zip(&unit.require_admins)
            .all(same)
        {
            return Arc::clone(policy);
        }
        let mut policy = Policy::clone(policy);
        policy.require_admins.clone_from(&unit.require_admins);
        Arc::new(policy)
    }

    fn account(
        &self,
        unit: (&Unit, &Names),
        account: &Account,
        lines: &[GrantLine],
        findings: &mut Findings,
    ) -> DesiredAccount {
        let Account {
            person,
            login,
            name,
            email,
            window: _,
            key_span,
            own,
            rare,
        } = account;
        let window = account.window_on(self.day);
        self.check_length(account, window, findings);
        let texts = &self.organisation.texts;
        let person_text: Arc<str> = texts.get(*person).into();
        // Mostly one and the same: kept once here, too.
        let shared_text = |text: Text| -> Arc<str> {
            if text == *person {
                Arc::clone(&person_text)
            } else {
                texts.get(text).into()
            }
        };
        let (was, shared) = rare.as_deref().map_or_else(Default::default, |rare| {
            (self.was(rare), rare.shared.as_ref().map(shared))
        });
        let own = own.then_some((Via::User, key_span)).into_iter();
        let assigned = account.assigned().iter();
        let assigned = assigned.map(|span| (Via::Assignment(None), span));
        DesiredAccount {
            login: LoginId::new(shared_text(*login)),
            name: texts.get(*name).into(),
            email: email.map(shared_text),
            was,
            window,
            presence: window.on(self.day),
            grants: self.grants(unit, (account, window), lines, findings),
            shared,
            provenance: own
                .chain(assigned)
                .map(|(via, span)| Provenance {
                    via,
                    source: self.source(span),
                })
                .collect(),
            person: person_text,
        }
    }

    fn was(&self, rare: &Rare) -> Vec<(LoginId, Source)> {
        rare.was
            .iter()
            .map(|(login, span)| (login.clone(), self.source(span)))
            .collect()
    }

    fn grants(
        &self,
        (unit, names): (&Unit, &Names),
        account: (&Account, Window),
        lines: &[GrantLine],
        findings: &mut Findings,
    ) -> BTreeMap<AreaName, DesiredGrant> {
        let mut grants = BTreeMap::new();
        for views in lines.chunk_by(|one, other| one.area == other.area) {
            let first = views.first();
            let area = first.and_then(|view| names.areas.get(view.area as usize));
            let Some(area) = area else { continue };
            let terms = || views.iter().filter_map(|view| unit.terms(view));
            let window = widest(terms().map(|terms| terms.window), self.day);
            self.check_grant(unit, account, area, (window, views), findings);
            let reason = |view: &GrantLine| names.reasons.get(view.terms as usize)?.clone();
            let grant = DesiredGrant {
                window,
                presence: window.on(self.day),
                reason: views.iter().find_map(reason),
                provenance: views
                    .iter()
                    .filter_map(|view| self.provenance(unit, view))
                    .collect(),
            };
            grants.insert(area.clone(), grant);
        }
        grants
    }

    fn provenance(&self, unit: &Unit, view: &GrantLine) -> Option<Provenance> {
        let bundle = |index: u32| self.project.bundles.get(index as usize).map(Arc::clone);
        let via = match unit.terms(view)?.door {
            Door::User => Via::User,
            Door::AreaView => Via::AreaView,
            Door::Bundle(index) => Via::Bundle(bundle(index)?),
            Door::Assignment => Via::Assignment(None),
            Door::AssignedBundle(index) => Via::Assignment(Some(bundle(index)?)),
        };
        Some(Provenance {
            via,
            source: self.source(&view.span),
        })
    }

    fn admins(&self, unit: &Unit) -> DesiredAdmins {
        let mut members: BTreeMap<LoginId, Vec<Provenance>> = BTreeMap::new();
        for line in &unit.admins {
            let Some(account) = unit.accounts.get(line.account as usize) else {
                continue;
            };
            let account_present = account.window_on(self.day).on(self.day) == Presence::Present;
            if !account_present || line.window.on(self.day) != Presence::Present {
                continue;
            }
            let via = if line.assigned {
                Via::Assignment(None)
            } else {
                Via::AdminList
            };
            let source = self.source(&line.span);
            let provenance = Provenance { via, source };
            members
                .entry(LoginId::new(self.text(account.login)))
                .or_default()
                .push(provenance);
        }
        DesiredAdmins {
            exact: unit.admins_key.is_some(),
            members,
            source: unit.admins_key.as_ref().map(|span| self.source(span)),
        }
    }

    /// Days from the beginning, or the day if there is none, to the end of a window.
    fn days(&self, window: Window) -> Option<i64> {
        let until = window.until.filter(|until| *until >= self.day)?;
        Some(days_between(window.from.unwrap_or(self.day), until))
    }

    fn check_length(&self, account: &Account, window: Window, findings: &mut Findings) {
        let limit = self.organisation.policy.expiry.max_days;
        let (Some(limit), Some(days)) = (limit, self.days(window)) else {
            return;
        };
        if days > i64::from(limit) {
            let message = format!(
                "the account of `{}` lasts {days} days, more than the {limit} of `policy.expiry.max_days`",
                self.text(account.person)
            );
            let at = account.place();
            findings.push(Finding::error("too-long", at, message).help("write an earlier `until`"));
        }
    }

    fn check_grant(
        &self,
        unit: &Unit,
        (account, account_window): (&Account, Window),
        area: &AreaName,
        (window, views): (Window, &[GrantLine]),
        findings: &mut Findings,
    ) {
        let policy = &self.organisation.policy;
        let sensitive = policy
            .sensitive_areas
            .get(&unit.portal)
            .and_then(|areas| areas.get(area))
            .and_then(|area| area.max_days)
            .map(|limit| (limit, "sensitive_areas"));
        // The account's own length is judged once, not again for each of its grants.
        let general = policy
            .expiry
            .max_days
            .filter(|_| window != account_window)
            .map(|limit| (limit, "expiry.max_days"));
        let (Some((limit, rule)), Some(days)) = (
            sensitive.into_iter().chain(general).min(),
            self.days(window),
        ) else {
            return;
        };
        let at = views.iter().map(|view| &view.span).next();
        if let Some(at) = at.filter(|_| days > i64::from(limit)) {
            let message = format!(
                "the grant of `{area}` to `{}` lasts {days} days, more than the {limit} of `policy.{rule}`",
                self.text(account.person)
            );
            findings.push(Finding::error("too-long", at, message).help("write an earlier `until`"));
        }
    }
}
