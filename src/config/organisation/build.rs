//! Builds what is kept of an organisation out of its document. What is wrong in it is skipped here:
//! the checks have reported it.

mod roles;
mod views;

use std::sync::Arc;

use jiff::civil::Date;

use super::{Account, GrantLine, Organisation, SharedAccount, Unit, Windows};
use crate::config::context::AssignmentView;
use crate::config::fold::fold;
use crate::config::scope::{Member, Scope, bit};
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::policy::Policy;
use crate::model::rules::LoginForm;

/// Builds what is kept of an organisation.
pub(in crate::config) fn build(scope: &Scope<'_>) -> Organisation {
    let policy = Arc::clone(scope.context.policies.of(scope.id));
    let shared_names: Vec<(Arc<str>, Arc<str>)> = scope
        .members
        .iter()
        .map(|member| (Arc::from(&*member.folded), Arc::from(name_of(member))))
        .collect();
    let units = (0..scope.portals.len())
        .map(|portal| UnitBuilder::new(scope, portal).build(&shared_names, &policy))
        .collect();
    let owners = scope.document.owners.iter().flatten();
    Organisation {
        id: OrganisationId::new(scope.id),
        id_span: scope.id_span.clone(),
        name: scope.document.name.into(),
        tags: scope.tags.iter().map(|tag| (*tag).into()).collect(),
        approved_by: scope.document.approved_by.map(Into::into),
        owners: owners.map(|owner| owner.value.into()).collect(),
        policy,
        units,
    }
}

/// The name of a member, wherever it is written; the key where it is not.
fn name_of<'m>(member: &'m Member<'_>) -> &'m str {
    member
        .user
        .and_then(|user| user.name.as_ref())
        .or_else(|| member.person.map(|person| &person.document.name))
        .map_or(member.key, |name| name.value)
}

struct UnitBuilder<'s, 'a> {
    scope: &'s Scope<'a>,
    portal: usize,
    name: &'a str,
    /// The account of each member, where it has one here.
    account_of: Vec<Option<u32>>,
    areas: Interner<'s>,
    grants: Vec<GrantLine>,
}

/// Area names, each kept once.
#[derive(Default)]
struct Interner<'s> {
    names: Vec<AreaName>,
    index: std::collections::HashMap<&'s str, u32>,
}

impl<'s> Interner<'s> {
    fn number(&mut self, name: &'s str) -> u32 {
        if let Some(number) = self.index.get(name) {
            return *number;
        }
        let number = count(self.names.len());
        self.names.push(AreaName::new(name));
        self.index.insert(name, number);
        number
    }
}

impl<'s, 'a> UnitBuilder<'s, 'a> {
    fn new(scope: &'s Scope<'a>, portal: usize) -> Self {
        let name = scope.portals.get(portal).map_or("", |portal| portal.name);
        Self {
            scope,
            portal,
            name,
            account_of: Vec::with_capacity(scope.members.len()),
            areas: Interner::default(),
            grants: Vec::with_capacity(scope.members.len()),
        }
    }

    fn build(mut self, names: &[(Arc<str>, Arc<str>)], policy: &Policy) -> Unit {
        let scope = self.scope;
        let mut accounts = Vec::with_capacity(scope.members.len());
        for (member, (person, name)) in scope.members.iter().zip(names) {
            if member.portals & bit(self.portal) == 0 {
                self.account_of.push(None);
                continue;
            }
            self.account_of.push(Some(count(accounts.len())));
            accounts.push(self.account(member, person, name));
        }
        for index in 0..scope.members.len() {
            self.member_grants(index);
        }
        self.area_view();
        self.grants.sort_by(|one, other| {
            (one.account, one.area, one.door).cmp(&(other.account, other.area, other.door))
        });
        let portal = scope.portals.get(self.portal);
        let users = scope.document.users.is_some();
        let assigned = scope
            .members
            .iter()
            .any(|member| member.portals & bit(self.portal) != 0 && !member.assignments.is_empty());
        let (admins_key, admins) = self.admins();
        Unit {
            portal: PortalName::new(self.name),
            portal_organisation: PortalOrganisation::new(portal.map_or("", |p| p.id.value.0)),
            span: portal.map_or_else(|| scope.id_span.clone(), |p| p.id.span.clone()),
            manages_accounts: users || assigned,
            provisioning: self.provisioning(),
            admins_key,
            admins,
            delete: self.delete(),
            require_admins: self.required(policy),
            missing_admins: self.missing(policy),
            accounts,
            areas: self.areas.names,
            grants: self.grants,
        }
    }

    fn provisioning(&self) -> Option<Arc<str>> {
        let ways = self.scope.document.provisioning.as_ref()?;
        let own = ways.iter().find(|(portal, _)| portal.value == self.name);
        own.map(|(_, way)| way.value.into())
    }

    fn account(&self, member: &Member<'a>, person: &Arc<str>, name: &Arc<str>) -> Account {
        let login = self.scope.login(member, self.name).text;
        let login = if login == &**person {
            LoginId::new(Arc::clone(person))
        } else {
            LoginId::new(login)
        };
        let was = member.user.and_then(|user| user.was.as_ref());
        let was_shared = member
            .person
            .and_then(|person| person.document.was.as_ref());
        Account {
            person: Arc::clone(person),
            email: self.email(member, person, &login),
            login,
            name: Arc::clone(name),
            was: was
                .into_iter()
                .chain(was_shared)
                .flatten()
                .map(|old| (LoginId::new(old.value.0), old.span.clone()))
                .collect(),
            windows: self.windows(member),
            shared: self.shared(member),
            key_span: member.key_span.clone(),
            own: member.user.is_some(),
            assigned: self
                .assigned_here(member)
                .map(|(_, span)| span.clone())
                .collect(),
        }
    }

    /// The days of the own entry, and of each assignment that gives an account here.
    fn windows(&self, member: &Member<'a>) -> Windows {
        let own = self.scope.own_window(member);
        let own = own.filter(|_| member.own_portals & bit(self.portal) != 0);
        let mut all = own.into_iter().chain(self.assigned_windows(member));
        let first = all.next().unwrap_or_default();
        Windows {
            first,
            more: all.collect(),
        }
    }

    fn assigned_windows(&self, member: &Member<'a>) -> impl Iterator<Item = Window> {
        self.assigned_here(member)
            .map(|(assignment, _)| assignment.window)
    }

    /// The assignments of a member that give an account here, and where they name the member.
    fn assigned_here<'m>(
        &self,
        member: &'m Member<'a>,
    ) -> impl Iterator<Item = (&'a AssignmentView<'a>, &'m Span)> {
        let scope = self.scope;
        let here = scope.portals.get(self.portal);
        member
            .assignments
            .iter()
            .filter_map(move |(index, span)| Some((scope.assignment(*index)?, *span)))
            .filter(move |(assignment, _)| {
                here.is_some_and(|here| assignment.touches(scope.context, here.name, here.rules))
            })
    }

    /// Where the login is the address, that; else the one given; else the key, if it is one.
    fn email(&self, member: &Member<'a>, person: &Arc<str>, login: &LoginId) -> Option<Arc<str>> {
        let rules = self
            .scope
            .portals
            .get(self.portal)
            .and_then(|portal| portal.rules);
        let given = member.user.and_then(|user| user.email.as_ref());
        if rules.is_some_and(|rules| rules.login.value == LoginForm::Email) {
            return Some(login.as_str().into());
        }
        if let Some(given) = given {
            return Some(given.value.into());
        }
        if !member.key.contains('@') {
            return None;
        }
        Some(if member.key == &**person {
            Arc::clone(person)
        } else {
            member.key.into()
        })
    }

    fn shared(&self, member: &Member<'a>) -> Option<Box<SharedAccount>> {
        let shared = &member.user?.shared.as_ref()?.value;
        let until = |key: &str| {
            let (_, member) = self.scope.member(key)?;
            let all = self.scope.windows(member);
            let last = all
                .iter()
                .map(|window| window.until.unwrap_or(Date::MAX))
                .max()?;
            Some(last).filter(|last| *last < Date::MAX)
        };
        let listed = |key: &str| {
            let folded = fold(key);
            let mut members = shared.members.iter();
            members.any(|member| fold(member.value.0) == folded)
        };
        // Who answers for it knows its password, too.
        let custodian = shared.custodian.value.0;
        let unlisted = Some(custodian).filter(|custodian| !listed(custodian));
        let members = shared.members.iter().map(|key| key.value.0).chain(unlisted);
        Some(Box::new(SharedAccount {
            custodian: (*fold(custodian)).into(),
            members: members
                .map(|key| ((*fold(key)).into(), until(key)))
                .collect(),
            password_changed: shared.password_changed.map(|day| day.0),
        }))
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
