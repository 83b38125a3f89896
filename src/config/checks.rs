//! The checks that a schema cannot express: tables of named functions, each with one line that
//! says what it ensures. All of them are run, and all that they find is shown.

mod areas;
mod assignments;
mod built;
mod directory;
mod forms;
mod identifiers;
mod organisations;
mod owners;
mod people;
mod policies;
mod portals;
mod records;
mod roles;
mod tightening;
mod users;
mod waivers;

use super::context::Context;
use super::findings::Findings;
use super::organisation::Organisation;
use super::scope::Scope;

/// One check: its name, what it ensures, and the function.
struct Check<F> {
    name: &'static str,
    ensures: &'static str,
    run: F,
}

const fn check<F>(name: &'static str, ensures: &'static str, run: F) -> Check<F> {
    Check { name, ensures, run }
}

type OnProject = fn(&Context<'_>, &mut Findings);
type OnOrganisation = fn(&Scope<'_>, &mut Findings);
type OnBuilt = fn(&Scope<'_>, &Organisation, &mut Findings);
type OnWhole = fn(&Whole<'_>, &mut Findings);

/// All files together.
pub(super) struct Whole<'w> {
    pub(super) context: &'w Context<'w>,
    pub(super) organisations: &'w [Organisation],
    /// Whether every organisation could be read: only then is one that is not there unknown.
    pub(super) complete: bool,
}

/// What the project file alone can tell.
const PROJECT: &[Check<OnProject>] = &[
    check("time-zone", "the time zone exists", portals::time_zone),
    check(
        "records",
        "records are kept in a folder or a bucket, without a secret in its address",
        records::place,
    ),
    check("driver", "each portal's driver is known", portals::driver),
    check(
        "reach",
        "a portal reached by API has a safe URL and a token",
        portals::reach,
    ),
    check(
        "snapshots",
        "snapshots are kept in the project's folder",
        portals::snapshots,
    ),
    check(
        "token",
        "a token is named by environment variable or file, not both",
        portals::token,
    ),
    check(
        "terms",
        "where a portal wants its terms accepted, it is said who has",
        portals::terms,
    ),
    check(
        "groups",
        "a group stands for one area, the admin group among them",
        directory::groups,
    ),
    check(
        "directory",
        "groups are said of a directory, and of nothing else",
        directory::settings,
    ),
    check(
        "client-credentials",
        "a token is asked for at a safe URL, with a secret that is kept elsewhere",
        directory::client_credentials,
    ),
    check(
        "provisioning",
        "a portal knows the way in which its accounts come to be",
        directory::provisioning,
    ),
    check(
        "identity",
        "beadle's own login id has its portal's form",
        portals::identity,
    ),
    check(
        "project-names",
        "names in the project file hold no look-alike letters",
        identifiers::project,
    ),
    check(
        "bundles",
        "bundles name known portals that have areas",
        areas::bundles,
    ),
    check(
        "people",
        "people are keyed by email address, once each",
        people::people,
    ),
    check(
        "people-accounts",
        "accounts of people have their portal's form",
        people::accounts,
    ),
    check(
        "assignments",
        "assignments name known bundles, portals and areas",
        assignments::names,
    ),
    check(
        "assignment-dates",
        "no assignment ends before it begins",
        assignments::dates,
    ),
    check(
        "trust-owners",
        "owners of the project file are users, teams or addresses",
        owners::project,
    ),
    check(
        "policy-names",
        "the policy names known portals",
        policies::portals,
    ),
    check(
        "policy-domains",
        "the policy's email domains are domains",
        policies::domains,
    ),
    check(
        "waiver-organisations",
        "a waiver names the organisation whose limit it is, and only then one",
        waivers::whose,
    ),
    check(
        "waiver-reasons",
        "a waiver says why it is right",
        waivers::reasons,
    ),
    check(
        "tightening",
        "an organisation's policy is nowhere looser than the project's",
        tightening::check,
    ),
];

/// What one organisation beside its project can tell.
const ORGANISATION: &[Check<OnOrganisation>] = &[
    check(
        "organisation-names",
        "an organisation's names hold no look-alike letters",
        identifiers::organisation,
    ),
    check(
        "organisation-portals",
        "an organisation's portals are known, its ids in their form",
        organisations::portals,
    ),
    check(
        "own-provisioning",
        "an organisation's own way in which accounts come to be is known",
        directory::own_provisioning,
    ),
    check(
        "empty",
        "an empty list or mapping is meant",
        organisations::empty,
    ),
    check(
        "owners",
        "owners of an organisation's file are users, teams or addresses",
        owners::organisation,
    ),
    check(
        "user-keys",
        "users are keyed by email address, once each",
        users::keys,
    ),
    check("user-names", "every user has a name", users::names),
    check(
        "user-portals",
        "users name portals that their organisation has",
        users::portals,
    ),
    check(
        "user-dates",
        "no account or grant ends before it begins",
        users::dates,
    ),
    check(
        "logins",
        "login ids have their portal's form",
        users::logins,
    ),
    check(
        "login-once",
        "no login id is used twice at a portal",
        users::login_once,
    ),
    check(
        "email-domains",
        "addresses are in the allowed domains",
        users::domains,
    ),
    check("bundle-names", "users name known bundles", users::bundles),
    check(
        "user-areas",
        "users' areas are at portals that they have and that have areas",
        areas::of_users,
    ),
    check(
        "area-view",
        "areas name users who have an account there",
        areas::view,
    ),
    check(
        "admins",
        "admins are users, at portals that have an admin set",
        roles::admins,
    ),
    check(
        "delete",
        "only what can be deleted is named for it",
        roles::delete,
    ),
    check(
        "shared",
        "shared accounts are allowed, their people known",
        roles::shared,
    ),
    check(
        "assigned-users",
        "assigned users are known",
        assignments::users,
    ),
];

/// What can be told once all views of a grant are brought together.
const BUILT: &[Check<OnBuilt>] = &[
    check(
        "expiry",
        "accounts and grants end where the policy requires it",
        built::expiry,
    ),
    check(
        "never-begins",
        "every grant has a day within its account's",
        built::never_begins,
    ),
    check(
        "sensitive",
        "grants of sensitive areas have a reason and an end",
        built::sensitive,
    ),
    check(
        "required-admins",
        "the admin set holds all required administrators",
        built::required_admins,
    ),
    check(
        "ignored",
        "nobody is listed whom the policy says never to touch",
        policies::ignored,
    ),
];

/// What only all files together can tell.
const WHOLE: &[Check<OnWhole>] = &[
    check(
        "organisation-once",
        "no organisation is declared twice",
        organisations::once,
    ),
    check(
        "tenants",
        "each organisation of a directory has an address of its own",
        directory::tenants,
    ),
    check(
        "selects",
        "every assignment selects an organisation",
        assignments::selects,
    ),
    check(
        "policy-organisations",
        "the policy names known organisations",
        policies::organisations,
    ),
    check(
        "waiver-portals",
        "a waiver names a portal that its organisation has",
        waivers::places,
    ),
    check(
        "sensitive-names",
        "no sensitive area is nearly, and not quite, one that is granted",
        policies::sensitive_names,
    ),
];

/// The name of every check, and what it ensures.
pub fn descriptions() -> impl Iterator<Item = (&'static str, &'static str)> {
    let project = PROJECT.iter().map(|check| (check.name, check.ensures));
    let organisation = ORGANISATION.iter().map(|check| (check.name, check.ensures));
    let built = BUILT.iter().map(|check| (check.name, check.ensures));
    let whole = WHOLE.iter().map(|check| (check.name, check.ensures));
    project.chain(organisation).chain(built).chain(whole)
}

/// Runs what the project file alone can tell.
pub(super) fn project(context: &Context<'_>, findings: &mut Findings) {
    for check in PROJECT {
        (check.run)(context, findings);
    }
}

/// Runs what one organisation can tell.
pub(super) fn organisation(scope: &Scope<'_>, findings: &mut Findings) {
    for check in ORGANISATION {
        (check.run)(scope, findings);
    }
}

/// Runs what one organisation's grants can tell.
pub(super) fn built(scope: &Scope<'_>, organisation: &Organisation, findings: &mut Findings) {
    for check in BUILT {
        (check.run)(scope, organisation, findings);
    }
}

/// Runs what only all files together can tell.
pub(super) fn whole(whole: &Whole<'_>, findings: &mut Findings) {
    for check in WHOLE {
        (check.run)(whole, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_a_name_of_its_own_and_says_what_it_ensures() {
        let mut names: Vec<_> = descriptions().map(|(name, _)| name).collect();
        assert!(descriptions().all(|(_, ensures)| !ensures.is_empty()));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
