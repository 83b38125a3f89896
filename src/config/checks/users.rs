//! Checks of the users of an organisation.

use std::collections::HashMap;

use super::areas::not_on;
use super::assignments::unknown_bundle;
use super::forms::{self, is_email};
use super::people::{declared_twice, foreign_domain};
use crate::config::documents::UserDocument;
use crate::config::findings::{Finding, Findings};
use crate::config::fold::{Hashes, fold};
use crate::config::scope::{Login, Member, Scope, bit};
use crate::config::spanned::Entries;

pub(super) fn keys(scope: &Scope<'_>, findings: &mut Findings) {
    let Some(users) = &scope.document.users else {
        return;
    };
    let mut seen = HashMap::<_, _, Hashes>::default();
    seen.reserve(users.value.0.len());
    for (key, user) in users.value.iter() {
        // The same characters again are one key twice, which is said already.
        if let Some(first) = seen.insert(fold(key.value), key)
            && first.value != key.value
        {
            findings.push(declared_twice(key.value, &key.span, &first.span));
        }
        if let Some(email) = user.email.as_ref().filter(|email| !is_email(email.value)) {
            let message = format!("`{}` is no email address", email.value);
            findings.push(Finding::error("user-key", &email.span, message));
        }
        if !may_be_key(key.value, user) && forms::deceives(key.value).is_none() {
            let message = format!("`{}` is no email address", key.value);
            findings.push(Finding::error("user-key", &key.span, message).help(
                "users are keyed by their work email address; an account that several people \
                     use says so under `shared`, one without an address names its login id \
                     under `accounts`",
            ));
        }
    }
    let mut former = HashMap::new();
    for member in &scope.members {
        for old in member.user.iter().flat_map(|user| &user.was).flatten() {
            let first = former
                .entry(fold(old.value.0))
                .or_insert((member.key, &old.span));
            if first.0 != member.key {
                let message = format!(
                    "`{}` and `{}` were both `{}`",
                    first.0, member.key, old.value.0
                );
                findings.push(
                    Finding::error("declared-twice", &old.span, message)
                        .label("again here")
                        .also(first.1, "first here")
                        .help("an account has one user: keep it under `was` of that one"),
                );
            }
        }
    }
    for member in &scope.members {
        for old in member.user.iter().flat_map(|user| &user.was).flatten() {
            if scope.member(old.value.0).is_some() {
                let message = format!("`{}` is under `was`, and is a user too", old.value.0);
                findings.push(
                    Finding::error("renamed-and-listed", &old.span, message)
                        .help("remove the old entry: the new one takes its account over"),
                );
            }
        }
    }
}

/// Only who has an address elsewhere, a login that several people use, or an account without any
/// address (HFL guide, H5), whose login id is named, needs none as key.
fn may_be_key(key: &str, user: &UserDocument<'_>) -> bool {
    let names_login = user
        .accounts
        .iter()
        .flat_map(Entries::iter)
        .next()
        .is_some();
    is_email(key) || user.shared.is_some() || user.email.is_some() || names_login
}

pub(super) fn names(scope: &Scope<'_>, findings: &mut Findings) {
    for member in &scope.members {
        let Some(user) = member.user else { continue };
        match (&user.name, member.person) {
            (None, None) => {
                let message = format!("`{}` needs the key `name`", member.key);
                findings.push(
                    Finding::error("missing-key", member.key_span, message)
                        .label("`name` is missing")
                        .help("only who is listed under `people` in the project file may leave it out"),
                );
            }
            (Some(name), Some(person)) if name.value != person.document.name.value => {
                let message = format!("`{}` has two names", member.key);
                findings.push(
                    Finding::error("two-names", &name.span, message)
                        .also(&person.document.name.span, "the name under `people`")
                        .help("leave `name` out here"),
                );
            }
            _ => {}
        }
    }
}

pub(super) fn portals(scope: &Scope<'_>, findings: &mut Findings) {
    for member in &scope.members {
        let Some(user) = member.user else { continue };
        for portal in user.portals.iter().flatten() {
            if scope.portal_index(portal.value).is_none() {
                findings.push(not_on(scope, member.key, portal));
            }
        }
        for (portal, _) in user.accounts.iter().flat_map(Entries::iter) {
            if scope.portal_index(portal.value).is_none() {
                findings.push(not_on(scope, member.key, portal));
            }
        }
    }
}

pub(super) fn dates(scope: &Scope<'_>, findings: &mut Findings) {
    for user in scope.members.iter().filter_map(|member| member.user) {
        findings.extend(forms::dates(user.from.as_ref(), user.until.as_ref()));
    }
}

/// Calls `each` with every account of every member.
fn each_account<'s, 'a>(
    scope: &'s Scope<'a>,
    mut each: impl FnMut(&'s Member<'a>, &'s str, Login<'s>),
) {
    for member in &scope.members {
        for (index, portal) in scope.portals.iter().enumerate() {
            if member.portals & bit(index) != 0 {
                each(member, portal.name, scope.login(member, portal.name));
            }
        }
    }
}

pub(super) fn logins(scope: &Scope<'_>, findings: &mut Findings) {
    each_account(scope, |member, portal, login| {
        let is_key = |user| may_be_key(member.key, user);
        if !login.named && !member.user.is_none_or(is_key) {
            return;
        }
        let written = forms::Written {
            text: login.text,
            span: login.span,
            named: login.named,
        };
        let rules = scope.context.rules(portal);
        findings.extend(rules.and_then(|rules| forms::login(&written, portal, rules)));
    });
}

pub(super) fn login_once(scope: &Scope<'_>, findings: &mut Findings) {
    // Keys differ: only a login id that somebody names can be another's as well.
    let names_login = |member: &Member<'_>| {
        let own = member.user.is_some_and(|user| user.accounts.is_some());
        let shared = member.person.map(|person| &person.document.accounts);
        own || shared.is_some_and(Option::is_some)
    };
    if !scope.members.iter().any(names_login) {
        return;
    }
    let mut seen = HashMap::<_, _, Hashes>::default();
    seen.reserve(scope.members.len());
    each_account(scope, |member, portal, login| {
        let first = seen
            .entry((portal, fold(login.text)))
            .or_insert((member.key, member.key_span));
        if first.0 != member.key {
            let message = format!(
                "`{}` and `{}` have the same login id at `{portal}`: `{}`",
                first.0, member.key, login.text
            );
            findings.push(
                Finding::error("declared-twice", login.span, message)
                    .label("again here")
                    .also(first.1, "first here"),
            );
        }
    });
}

pub(super) fn domains(scope: &Scope<'_>, findings: &mut Findings) {
    let policy = scope.context.policies.of(scope.id);
    let Some(allowed) = policy.email_domains.as_deref() else {
        return;
    };
    for member in &scope.members {
        let email = member.user.and_then(|user| user.email.as_ref());
        findings.extend(foreign_domain(member.key, member.key_span, Some(allowed)));
        if let Some(email) = email {
            findings.extend(foreign_domain(email.value, &email.span, Some(allowed)));
        }
    }
    // A login id that is an address is where the portal's mails go.
    each_account(scope, |_, _, login| {
        if login.named && is_email(login.text) {
            findings.extend(foreign_domain(login.text, login.span, Some(allowed)));
        }
    });
}

pub(super) fn bundles(scope: &Scope<'_>, findings: &mut Findings) {
    for user in scope.members.iter().filter_map(|member| member.user) {
        for name in user.bundles.iter().flat_map(|bundles| &bundles.value) {
            findings.extend(unknown_bundle(scope.context, name));
        }
    }
}
