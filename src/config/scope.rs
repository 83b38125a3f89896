//! One organisation beside its project: who belongs to it and on which of its portals, before
//! anything is judged. What is wrong in it is skipped here and reported by the checks.

use std::borrow::Cow;
use std::collections::HashMap;

use super::context::{AssignmentView, Context, PersonView};
use super::documents::{OrganisationDocument, UserDocument};
use super::fold::{Hashes, fold};
use super::grants;
use super::spanned::{Identifier, ListOr, Spanned};
use crate::model::day::Window;
use crate::model::diagnostic::Span;
use crate::model::rules::{AdminSet, Rules};

/// Most portals of one organisation: a set of them is one number.
pub(super) const MOST_PORTALS: usize = 64;

/// One of the organisation's portals that the project knows.
pub(super) struct OrganisationPortal<'a> {
    pub(super) name: &'a str,
    pub(super) id: &'a Spanned<Identifier<'a>>,
    pub(super) rules: Option<&'static Rules>,
}

/// Somebody who belongs to the organisation: a user of it, or put there by an assignment.
pub(super) struct Member<'a> {
    /// The key, as written where the member is first named.
    pub(super) key: &'a str,
    pub(super) key_span: &'a Span,
    pub(super) folded: Cow<'a, str>,
    pub(super) user: Option<&'a UserDocument<'a>>,
    pub(super) person: Option<&'a PersonView<'a>>,
    /// The assignments that name the member, and where.
    pub(super) assignments: Vec<(usize, &'a Span)>,
    /// The portals of the member's own entry, as a set of indices of [`Scope::portals`].
    pub(super) own_portals: u64,
    /// Those and the ones of assignments.
    pub(super) portals: u64,
}

/// A login id at one portal.
pub(super) struct Login<'a> {
    pub(super) text: &'a str,
    pub(super) span: &'a Span,
    /// Whether `accounts` names it, and it is not just the key.
    pub(super) named: bool,
}

/// One organisation beside its project.
pub(super) struct Scope<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) document: &'a OrganisationDocument<'a>,
    pub(super) id: &'a str,
    pub(super) id_span: &'a Span,
    pub(super) tags: Vec<&'a str>,
    /// In order of name.
    pub(super) portals: Vec<OrganisationPortal<'a>>,
    pub(super) members: Vec<Member<'a>>,
    by_key: HashMap<Cow<'a, str>, usize, Hashes>,
    /// Indices of the assignments that select this organisation.
    pub(super) assignments: Vec<usize>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        document: &'a OrganisationDocument<'a>,
        id: &'a str,
        id_span: &'a Span,
    ) -> Self {
        let mut portals: Vec<_> = document
            .portals
            .iter()
            .filter(|(key, _)| context.portals.contains_key(key.value))
            .map(|(key, id)| OrganisationPortal {
                name: key.value,
                id,
                rules: context.rules(key.value),
            })
            .take(MOST_PORTALS)
            .collect();
        portals.sort_by_key(|portal| portal.name);
        let tags: Vec<&str> = document.tags.iter().flatten().copied().collect();
        let assignments = (0..)
            .zip(&context.assignments)
            .filter(|(_, assignment)| assignment.selects(id, &tags))
            .map(|(index, _)| index)
            .collect();
        let mut scope = Self {
            context,
            document,
            id,
            id_span,
            tags,
            portals,
            members: Vec::new(),
            by_key: HashMap::default(),
            assignments,
        };
        scope.add_users();
        scope.add_assigned();
        scope
    }

    fn add_users(&mut self) {
        let Some(users) = &self.document.users else {
            return;
        };
        self.members.reserve(users.value.0.len());
        self.by_key.reserve(users.value.0.len());
        let all = self.all_portals();
        for (key, user) in users.value.iter() {
            let folded = fold(key.value);
            let own_portals = match &user.portals {
                Some(named) => named
                    .iter()
                    .filter_map(|name| self.portal_index(name.value))
                    .fold(0, |set, index| set | bit(index)),
                None => all,
            };
            let index = self.members.len();
            // A key that is declared twice is the first one here; a check finds the second.
            if self.by_key.contains_key(&folded) {
                continue;
            }
            self.by_key.insert(folded.clone(), index);
            self.members.push(Member {
                key: key.value,
                key_span: &key.span,
                person: self.context.people.get(&folded),
                folded,
                user: Some(user),
                assignments: Vec::new(),
                own_portals,
                portals: own_portals,
            });
        }
    }

    fn add_assigned(&mut self) {
        for index in self.assignments.clone() {
            let Some(assignment) = self.context.assignments.get(index) else {
                continue;
            };
            let touched = (0..)
                .zip(&self.portals)
                .filter(|(_, portal)| assignment.touches(self.context, portal.name, portal.rules))
                .fold(0, |set, (at, _)| set | bit(at));
            for named in &assignment.document.users {
                self.assign(index, touched, named);
            }
        }
    }

    fn assign(&mut self, assignment: usize, portals: u64, named: &'a Spanned<Identifier<'a>>) {
        let folded = fold(named.value.0);
        let at = match self.by_key.get(&folded) {
            Some(at) => *at,
            None => {
                let Some(person) = self.context.people.get(&folded) else {
                    return;
                };
                let at = self.members.len();
                self.by_key.insert(folded.clone(), at);
                self.members.push(Member {
                    key: person.key.value,
                    key_span: &named.span,
                    folded,
                    user: None,
                    person: Some(person),
                    assignments: Vec::new(),
                    own_portals: 0,
                    portals: 0,
                });
                at
            }
        };
        if let Some(member) = self.members.get_mut(at) {
            member.portals |= portals;
            if !member
                .assignments
                .iter()
                .any(|(known, _)| *known == assignment)
            {
                member.assignments.push((assignment, &named.span));
            }
        }
    }

    /// Every portal of the organisation, as a set.
    pub(super) fn all_portals(&self) -> u64 {
        (0..self.portals.len()).fold(0, |set, index| set | bit(index))
    }

    /// The place of a portal among the organisation's.
    pub(super) fn portal_index(&self, name: &str) -> Option<usize> {
        self.portals.iter().position(|portal| portal.name == name)
    }

    /// The names of the organisation's portals.
    pub(super) fn portal_names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.portals.iter().map(|portal| portal.name)
    }

    /// The names of the portals that are in a set.
    pub(super) fn names_in(&self, set: u64) -> Vec<&'a str> {
        (0..)
            .zip(&self.portals)
            .filter(|(index, _)| set & bit(*index) != 0)
            .map(|(_, portal)| portal.name)
            .collect()
    }

    /// Those portals of the organisation that have an admin set.
    pub(super) fn portals_with_admins(&self) -> Vec<&'a str> {
        let has = |rules: &Rules| rules.admin.value != AdminSet::None;
        self.portals
            .iter()
            .filter(|portal| portal.rules.is_none_or(has))
            .map(|portal| portal.name)
            .collect()
    }

    /// Whoever belongs to the organisation under a key.
    pub(super) fn member(&self, key: &str) -> Option<(usize, &Member<'a>)> {
        let index = *self.by_key.get(&*fold(key))?;
        self.members.get(index).map(|member| (index, member))
    }

    /// Whoever is meant by a key or by a login id at a portal.
    pub(super) fn member_or_login(&self, text: &str, portal: &str) -> Option<(usize, &Member<'a>)> {
        self.member(text).or_else(|| {
            let folded = fold(text);
            self.members
                .iter()
                .enumerate()
                .find(|(_, member)| fold(self.login(member, portal).text) == folded)
        })
    }

    /// The keys of everybody, to offer the nearest one.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.members.iter().map(|member| member.key)
    }

    /// The login id of a member at a portal.
    pub(super) fn login<'m>(&self, member: &'m Member<'a>, portal: &str) -> Login<'m> {
        let own = member.user.and_then(|user| user.accounts.as_ref());
        let shared = member
            .person
            .and_then(|person| person.document.accounts.as_ref());
        let named = own
            .and_then(|accounts| accounts.get(portal))
            .or_else(|| shared.and_then(|accounts| accounts.get(portal)));
        match named {
            Some(login) => Login {
                text: login.value.0,
                span: &login.span,
                named: true,
            },
            None => Login {
                text: member.key,
                span: member.key_span,
                named: false,
            },
        }
    }

    /// The days of a member's own entry; none for who is only assigned.
    pub(super) fn own_window(&self, member: &Member<'a>) -> Option<Window> {
        member
            .user
            .map(|user| grants::window(user.from.as_ref(), user.until.as_ref()))
    }

    /// All the days of a membership: those of the own entry and of the assignments.
    pub(super) fn windows(&self, member: &Member<'a>) -> Vec<Window> {
        let assigned = member
            .assignments
            .iter()
            .filter_map(|(index, _)| self.assignment(*index))
            .map(|assignment| assignment.window);
        self.own_window(member)
            .into_iter()
            .chain(assigned)
            .collect()
    }

    /// The assignment of an index.
    pub(super) fn assignment(&self, index: usize) -> Option<&'a AssignmentView<'a>> {
        self.context.assignments.get(index)
    }

    /// The portal that a plain list is for: the only one of those given.
    pub(super) fn only<'n>(&self, portals: &[&'n str]) -> Option<&'n str> {
        match portals {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// `admins` or `delete` by portal, with the place of the list.
    pub(super) fn lists<'l>(
        &self,
        lists: &'l super::documents::PortalLists<'a>,
        for_list: &[&'a str],
    ) -> Vec<(&'a str, &'l [Spanned<Identifier<'a>>])> {
        match lists {
            ListOr::List(list) => self
                .only(for_list)
                .map(|portal| (portal, list.as_slice()))
                .into_iter()
                .collect(),
            ListOr::Map(map) => map
                .iter()
                .map(|(portal, list)| (portal.value, list.value.as_slice()))
                .collect(),
        }
    }
}

/// The set of one portal.
pub(super) fn bit(index: usize) -> u64 {
    u32::try_from(index)
        .ok()
        .and_then(|index| 1_u64.checked_shl(index))
        .unwrap_or(0)
}
