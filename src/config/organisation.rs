//! One organisation as it is kept once its file is closed: small, without the tree, ready to say
//! what is desired on any day.

use std::sync::Arc;

use jiff::civil::Date;

use super::context::{AssignmentView, Context};
use super::documents::AreaView;
use super::grants::{self, Terms};
use super::scope::{Member, Scope, bit};
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::policy::Policy;
use crate::model::rules::LoginForm;

/// One organisation.
pub(super) struct Organisation {
    pub(super) id: OrganisationId,
    pub(super) id_span: Span,
    pub(super) name: Arc<str>,
    pub(super) tags: Vec<Box<str>>,
    pub(super) approved_by: Option<Box<str>>,
    pub(super) policy: Arc<Policy>,
    /// In order of the portal's name.
    pub(super) units: Vec<Unit>,
}

/// One organisation at one portal.
pub(super) struct Unit {
    pub(super) portal: PortalName,
    pub(super) portal_organisation: PortalOrganisation,
    pub(super) span: Span,
    pub(super) manages_accounts: bool,
    pub(super) accounts: Vec<Account>,
    /// The names that [`GrantLine::area`] counts.
    pub(super) areas: Vec<AreaName>,
    /// In order of account and area; the views of one grant stand together.
    pub(super) grants: Vec<GrantLine>,
    /// Where the `admins` key stands, if it rules this portal.
    pub(super) admins_key: Option<Span>,
    pub(super) admins: Vec<AdminLine>,
    pub(super) delete: Vec<(LoginId, Span)>,
    /// The project's required administrators, by their login ids here.
    pub(super) require_admins: Vec<LoginId>,
}

/// One account.
pub(super) struct Account {
    pub(super) person: Arc<str>,
    pub(super) login: LoginId,
    pub(super) name: Arc<str>,
    pub(super) email: Option<Arc<str>>,
    pub(super) was: Vec<(LoginId, Span)>,
    pub(super) windows: Windows,
    pub(super) shared: Option<Box<SharedAccount>>,
    pub(super) key_span: Span,
    /// Whether it has an entry of its own under `users`.
    pub(super) own: bool,
    /// The places of the assignments that ask for it.
    pub(super) assigned: Vec<Span>,
}

/// The days of an account: those of its own entry, or of one assignment, and further ones.
#[derive(Clone)]
pub(super) struct Windows {
    pub(super) first: Window,
    pub(super) more: Vec<Window>,
}

impl Windows {
    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Window> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    /// The widest unbroken window that matters on a day.
    pub(super) fn on(&self, day: Date) -> Window {
        grants::widest(self.iter(), day)
    }
}

/// What a shared account says of its people.
pub(super) struct SharedAccount {
    pub(super) custodian: Arc<str>,
    pub(super) members: Vec<(Arc<str>, Option<Date>)>,
    pub(super) password_changed: Option<Date>,
}

/// Through which door a grant came; bundles by their place in the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    User,
    AreaView,
    Bundle(u32),
    Assignment,
    AssignedBundle(u32),
}

/// One view of one grant.
pub(super) struct GrantLine {
    pub(super) account: u32,
    pub(super) area: u32,
    pub(super) window: Window,
    pub(super) reason: Option<Arc<str>>,
    pub(super) door: Door,
    pub(super) span: Span,
}

/// One view of one administrator.
pub(super) struct AdminLine {
    pub(super) account: u32,
    pub(super) window: Window,
    pub(super) assigned: bool,
    pub(super) span: Span,
}

/// Builds what is kept of an organisation.
pub(super) fn build(scope: &Scope<'_>) -> Organisation {
    let policy = Arc::clone(scope.context.policies.of(scope.id));
    let shared_names: Vec<(Arc<str>, Arc<str>)> = scope
        .members
        .iter()
        .map(|member| (Arc::from(&*member.folded), Arc::from(name_of(member))))
        .collect();
    let units = (0..scope.portals.len())
        .map(|portal| UnitBuilder::new(scope, portal).build(&shared_names, &policy))
        .collect();
    Organisation {
        id: OrganisationId::new(scope.id),
        id_span: scope.id_span.clone(),
        name: scope.document.name.into(),
        tags: scope.tags.iter().map(|tag| (*tag).into()).collect(),
        approved_by: scope.document.approved_by.map(Into::into),
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
            admins_key,
            admins,
            delete: self.delete(),
            require_admins: self.required(policy),
            accounts,
            areas: self.areas.names,
            grants: self.grants,
        }
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
        Some(Box::new(SharedAccount {
            custodian: (*super::fold::fold(shared.custodian.value.0)).into(),
            members: shared
                .members
                .iter()
                .map(|key| ((*super::fold::fold(key.value.0)).into(), until(key.value.0)))
                .collect(),
            password_changed: shared.password_changed.map(|day| day.0),
        }))
    }

    fn grant(
        &mut self,
        account: u32,
        area: &'s str,
        within: Window,
        terms: &Terms<'_>,
        door: Door,
        span: &Span,
    ) {
        let area = self.areas.number(area);
        self.grants.push(GrantLine {
            account,
            area,
            window: terms.window().intersect(&within),
            reason: terms.reason.map(Into::into),
            door,
            span: span.clone(),
        });
    }

    fn bundle(
        &mut self,
        account: u32,
        name: &str,
        within: Window,
        door: fn(u32) -> Door,
        span: &Span,
    ) {
        let context: &'s Context<'a> = self.scope.context;
        let Some((index, bundle)) = context.bundle(name) else {
            return;
        };
        for area in bundle.areas.get(self.name).into_iter().flatten() {
            let door = door(count(index));
            self.grant(account, area.as_str(), within, &NO_TERMS, door, span);
        }
    }

    /// What a member's own entry and the assignments give here.
    fn member_grants(&mut self, index: usize) {
        let (scope, here) = (self.scope, self.name);
        let Some(Some(account)) = self.account_of.get(index).copied() else {
            return;
        };
        let Some(member) = scope.members.get(index) else {
            return;
        };
        if let (Some(user), Some(within)) = (member.user, scope.own_window(member))
            && member.own_portals & bit(self.portal) != 0
        {
            if let Some(areas) = &user.areas {
                let own = scope.names_in(member.own_portals);
                for (portal, entries) in grants::by_portal(&areas.value, &own) {
                    for entry in entries.iter().filter(|_| portal == here) {
                        let (area, terms) = (entry.value.area(), entry.value.terms());
                        self.grant(account, area, within, &terms, Door::User, &entry.span);
                    }
                }
            }
            for name in user.bundles.iter().flat_map(|bundles| &bundles.value) {
                self.bundle(account, name.value, within, Door::Bundle, &name.span);
            }
        }
        for (index, span) in &member.assignments {
            self.assigned_grants(account, *index, span);
        }
    }

    fn assigned_grants(&mut self, account: u32, index: usize, span: &Span) {
        let (scope, here) = (self.scope, self.name);
        let Some(assignment) = scope.assignment(index) else {
            return;
        };
        let rules = scope
            .portals
            .get(self.portal)
            .and_then(|portal| portal.rules);
        if !assignment.touches(scope.context, self.name, rules) {
            return;
        }
        let within = assignment.window;
        let all: Vec<&str> = scope.context.portal_names().collect();
        if let Some(areas) = &assignment.document.areas {
            for (portal, entries) in grants::by_portal(&areas.value, &all) {
                for entry in entries.iter().filter(|_| portal == here) {
                    let (area, terms) = (entry.value.area(), entry.value.terms());
                    self.grant(account, area, within, &terms, Door::Assignment, span);
                }
            }
        }
        for name in assignment.document.bundles.iter().flatten() {
            self.bundle(account, name.value, within, Door::AssignedBundle, span);
        }
    }

    /// The organisation's `areas`: the same grants seen from the area.
    fn area_view(&mut self) {
        let scope = self.scope;
        let Some(areas) = &scope.document.areas else {
            return;
        };
        let single = scope.portals.len() == 1;
        for (key, view) in areas.value.iter() {
            match view {
                AreaView::List(users) if single => self.area_users(key.value, users),
                AreaView::Map(map) if key.value == self.name => {
                    for (area, users) in map.iter() {
                        self.area_users(area.value, &users.value);
                    }
                }
                AreaView::List(_) | AreaView::Map(_) => {}
            }
        }
    }

    fn area_users(
        &mut self,
        area: &'s str,
        users: &'s [super::spanned::Spanned<super::documents::AreaUser<'a>>],
    ) {
        let scope = self.scope;
        for user in users {
            let Some((index, member)) = scope.member(grants::user_of(&user.value)) else {
                continue;
            };
            let Some(Some(account)) = self.account_of.get(index).copied() else {
                continue;
            };
            let terms = grants::user_terms(&user.value);
            let all = self.windows(member);
            for within in all.iter() {
                self.grant(account, area, within, &terms, Door::AreaView, &user.span);
            }
        }
    }

    fn admins(&self) -> (Option<Span>, Vec<AdminLine>) {
        let scope = self.scope;
        let mut key = None;
        let mut lines = Vec::new();
        let account = |index: usize| self.account_of.get(index).copied().flatten();
        if let Some(admins) = &scope.document.admins {
            let with_admins = scope.portals_with_admins();
            for (portal, list) in scope.lists(&admins.value, &with_admins) {
                if portal != self.name {
                    continue;
                }
                key = Some(admins.span.clone());
                for named in list {
                    let member = scope.member_or_login(named.value.0, self.name);
                    if let Some(account) = member.and_then(|(index, _)| account(index)) {
                        lines.push(AdminLine {
                            account,
                            window: Window::default(),
                            assigned: false,
                            span: named.span.clone(),
                        });
                    }
                }
            }
        }
        let rules = scope
            .portals
            .get(self.portal)
            .and_then(|portal| portal.rules);
        for (index, member) in scope.members.iter().enumerate() {
            let Some(account) = account(index) else {
                continue;
            };
            for (assignment, span) in &member.assignments {
                let Some(view) = scope.assignment(*assignment) else {
                    continue;
                };
                if view.administers(self.name, rules) {
                    lines.push(AdminLine {
                        account,
                        window: view.window,
                        assigned: true,
                        span: (*span).clone(),
                    });
                }
            }
        }
        (key, lines)
    }

    fn delete(&self) -> Vec<(LoginId, Span)> {
        let scope = self.scope;
        let Some(delete) = &scope.document.delete else {
            return Vec::new();
        };
        let all: Vec<&str> = scope.portal_names().collect();
        scope
            .lists(delete, &all)
            .into_iter()
            .filter(|(portal, _)| *portal == self.name)
            .flat_map(|(_, list)| list)
            .map(|login| (LoginId::new(login.value.0), login.span.clone()))
            .collect()
    }

    /// Required administrators may be named by key; at this portal they have login ids.
    fn required(&self, policy: &Policy) -> Vec<LoginId> {
        let one = |named: &LoginId| {
            let member = self
                .scope
                .member(named.canonical())
                .map(|(_, member)| member);
            member.map_or_else(
                || named.clone(),
                |member| LoginId::new(self.scope.login(member, self.name).text),
            )
        };
        policy.require_admins.iter().map(one).collect()
    }
}

const NO_TERMS: Terms<'static> = Terms {
    from: None,
    until: None,
    reason: None,
};

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
