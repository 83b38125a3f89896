//! Builds what is kept of an organisation out of its document. What is wrong in it is skipped here:
//! the checks have reported it.

mod roles;
mod views;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use jiff::civil::Date;

use super::texts::Collected;
use super::{Account, GrantLine, Organisation, Rare, SharedAccount, Text, Unit, ViewTerms, count};
use crate::config::context::AssignmentView;
use crate::config::fold::{Hashes, fold};
use crate::config::scope::{Member, Scope, bit};
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::name::{LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::policy::Policy;
use crate::model::rules::LoginForm;

/// Builds what is kept of an organisation.
pub(in crate::config) fn build(scope: &Scope<'_>) -> Organisation {
    let policy = Arc::clone(scope.context.policies.of(scope.id));
    let mut texts = Collected::default();
    let names: Vec<(Text, Text)> = scope
        .members
        .iter()
        .map(|member| (texts.keep(&member.folded), texts.keep(name_of(member))))
        .collect();
    let units = (0..scope.portals.len())
        .map(|portal| UnitBuilder::new(scope, portal, &mut texts).build(&names, &policy))
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
        texts: texts.finish(),
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

struct UnitBuilder<'t, 's, 'a> {
    scope: &'s Scope<'a>,
    portal: usize,
    name: &'a str,
    texts: &'t mut Collected<'s>,
    /// The account of each member, where it has one here.
    account_of: Vec<Option<u32>>,
    areas: Numbered<&'s str>,
    terms: Numbered<ViewTerms>,
    grants: Vec<GrantLine>,
}

/// Values, each kept once and known by its number.
struct Numbered<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32, Hashes>,
}

impl<T: Copy + Eq + Hash> Numbered<T> {
    fn new() -> Self {
        Self {
            values: Vec::new(),
            numbers: HashMap::default(),
        }
    }

    fn number(&mut self, value: T) -> u32 {
        let next = count(self.values.len());
        let number = *self.numbers.entry(value).or_insert(next);
        if number == next {
            self.values.push(value);
        }
        number
    }
}

impl<'t, 's, 'a> UnitBuilder<'t, 's, 'a> {
    fn new(scope: &'s Scope<'a>, portal: usize, texts: &'t mut Collected<'s>) -> Self {
        let name = scope.portals.get(portal).map_or("", |portal| portal.name);
        Self {
            scope,
            portal,
            name,
            texts,
            account_of: Vec::with_capacity(scope.members.len()),
            areas: Numbered::new(),
            terms: Numbered::new(),
            grants: Vec::with_capacity(scope.members.len()),
        }
    }

    fn build(mut self, names: &[(Text, Text)], policy: &Policy) -> Unit {
        let scope = self.scope;
        let mut accounts = Vec::with_capacity(scope.members.len());
        for (member, (person, name)) in scope.members.iter().zip(names) {
            if member.portals & bit(self.portal) == 0 {
                self.account_of.push(None);
                continue;
            }
            self.account_of.push(Some(count(accounts.len())));
            accounts.push(self.account(member, *person, *name));
        }
        for index in 0..scope.members.len() {
            self.member_grants(index);
        }
        self.area_view();
        let terms = std::mem::take(&mut self.terms.values);
        let door = |line: &GrantLine| terms.get(line.terms as usize).map(|terms| terms.door);
        self.grants
            .sort_by_key(|line| (line.account, line.area, door(line)));
        let names = self.areas.values.iter();
        let areas = names.map(|name| self.texts.once(name)).collect();
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
            accounts: accounts.into(),
            areas,
            terms: terms.into(),
            grants: self.grants.into(),
        }
    }

    fn provisioning(&self) -> Option<Arc<str>> {
        let ways = self.scope.document.provisioning.as_ref()?;
        let own = ways.iter().find(|(portal, _)| portal.value == self.name);
        own.map(|(_, way)| way.value.into())
    }

    fn account(&mut self, member: &Member<'a>, person: Text, name: Text) -> Account {
        let written = self.scope.login(member, self.name).text;
        let login = if written == member.folded {
            person
        } else {
            self.texts.keep(written)
        };
        let (window, windows) = self.windows(member);
        let rare = Rare {
            windows,
            was: was(member),
            assigned: self
                .assigned_here(member)
                .map(|(_, span)| span.clone())
                .collect(),
            shared: self.shared(member),
        };
        Account {
            person,
            login,
            name,
            email: self.email(member, person, login),
            window,
            key_span: member.key_span.clone(),
            own: member.user.is_some(),
            rare: (!rare.is_empty()).then(|| Box::new(rare)),
        }
    }

    /// The days of the own entry, and of each assignment that gives an account here: the first, and
    /// the others.
    fn windows(&self, member: &Member<'a>) -> (Window, Vec<Window>) {
        let own = self.scope.own_window(member);
        let own = own.filter(|_| member.own_portals & bit(self.portal) != 0);
        let mut all = own.into_iter().chain(self.assigned_windows(member));
        (all.next().unwrap_or_default(), all.collect())
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
    fn email(&mut self, member: &Member<'a>, person: Text, login: Text) -> Option<Text> {
        let rules = self
            .scope
            .portals
            .get(self.portal)
            .and_then(|portal| portal.rules);
        let given = member.user.and_then(|user| user.email.as_ref());
        if rules.is_some_and(|rules| rules.login.value == LoginForm::Email) {
            return Some(login);
        }
        if let Some(given) = given {
            return Some(self.texts.keep(given.value));
        }
        if !member.key.contains('@') {
            return None;
        }
        Some(if member.key == member.folded {
            person
        } else {
            self.texts.keep(member.key)
        })
    }

    fn shared(&self, member: &Member<'a>) -> Option<SharedAccount> {
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
        Some(SharedAccount {
            custodian: (*fold(custodian)).into(),
            members: members
                .map(|key| ((*fold(key)).into(), until(key)))
                .collect(),
            password_changed: shared.password_changed.map(|day| day.0),
        })
    }
}

/// The login ids that a member had before.
fn was(member: &Member<'_>) -> Vec<(LoginId, Span)> {
    let own = member.user.and_then(|user| user.was.as_ref());
    let shared = member
        .person
        .and_then(|person| person.document.was.as_ref());
    own.into_iter()
        .chain(shared)
        .flatten()
        .map(|old| (LoginId::new(old.value.0), old.span.clone()))
        .collect()
}
