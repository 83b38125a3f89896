//! Which plans a change of the files can change: two projects beside each other, on one day. What
//! planning reads is compared, and nothing else, so that a comment, an order or a file's name
//! changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use super::desired::UnitOnDay;
use super::project::Project;
use crate::model::desired::{Desired, DesiredAccount, DesiredAdmins, DesiredGrant, Shared};
use crate::model::name::{LoginId, OrganisationId, PortalName, PortalOrganisation};
use crate::model::policy::{Policy, Waiver};
use crate::model::settings::PortalSettings;
use crate::model::source::{Provenance, Via};

/// What a change can affect.
#[derive(Debug, Default)]
pub struct Affected {
    /// Organisations at portals whose plan it can change, and by what.
    pub units: BTreeMap<(OrganisationId, PortalName), BTreeSet<What>>,
    /// What the project does not hold any more.
    pub gone: Vec<Gone>,
}

/// What has changed for an organisation at a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// It was not there before.
    New,
    /// Its name, or its id at the portal.
    Organisation,
    /// Accounts, their dates and their areas.
    Accounts,
    /// The admin set.
    Admins,
    /// Accounts named under `delete`.
    Deletions,
    /// The policy that it is held to.
    Policy,
    /// How the portal is reached, and what accompanies a creation.
    Portal,
    /// Who approves its list.
    ApprovedBy,
    /// The snapshot that stands for the portal.
    Snapshot,
}

/// An organisation at a portal that is managed no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The organisation's id as it was in the project.
    pub organisation: OrganisationId,
    /// The portal.
    pub portal: PortalName,
    /// The organisation's id there.
    pub portal_organisation: PortalOrganisation,
    /// How many accounts the files named there.
    pub accounts: usize,
}

impl What {
    /// A few words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Organisation => "name or id",
            Self::Accounts => "accounts and areas",
            Self::Admins => "administrators",
            Self::Deletions => "deletions",
            Self::Policy => "policy",
            Self::Portal => "portal settings",
            Self::ApprovedBy => "approved_by",
            Self::Snapshot => "snapshot",
        }
    }
}

/// Compares two projects as they are on a day: what may be planned otherwise than before.
#[must_use]
pub fn affected(before: &Project, after: &Project, day: Date) -> Affected {
    let units: Vec<UnitOnDay<'_>> = after.units(day).collect();
    let units = units.par_iter().filter_map(|unit| {
        let (organisation, portal) = (unit.organisation(), unit.portal());
        let what = match before.unit(organisation, portal, day) {
            None => BTreeSet::from([What::New]),
            Some(old) => differences((before, &old.desired()), (after, &unit.desired())),
        };
        (!what.is_empty()).then(|| ((organisation.clone(), portal.clone()), what))
    });
    let gone = before.units(day).filter(|unit| {
        let now = after.unit(unit.organisation(), unit.portal(), day);
        now.is_none()
    });
    let gone: Vec<Gone> = gone.map(|unit| gone_unit(&unit)).collect();
    // Under another name it is managed still.
    let places = |unit: UnitOnDay<'_>| (unit.portal().clone(), unit.portal_organisation().clone());
    let managed: BTreeSet<_> = after.units(day).map(places).collect();
    let is_managed =
        |gone: &Gone| managed.contains(&(gone.portal.clone(), gone.portal_organisation.clone()));
    Affected {
        units: units.collect(),
        gone: gone.into_iter().filter(|gone| !is_managed(gone)).collect(),
    }
}

fn gone_unit(unit: &UnitOnDay<'_>) -> Gone {
    Gone {
        organisation: unit.organisation().clone(),
        portal: unit.portal().clone(),
        portal_organisation: unit.portal_organisation().clone(),
        accounts: unit.accounts(),
    }
}

/// What differs for one organisation at one portal.
fn differences(before: (&Project, &Desired), after: (&Project, &Desired)) -> BTreeSet<What> {
    let ((old_project, old), (new_project, new)) = (before, after);
    let Desired {
        organisation: _,
        organisation_name,
        approved_by,
        portal,
        portal_organisation,
        source: _,
        manages_accounts,
        admins,
        accounts,
        delete,
        creation,
        identity,
        policy,
    } = new;
    let identity_of = |identity: &Option<LoginId>| identity.as_ref().map(written);
    let differs = [
        (
            What::Organisation,
            *organisation_name != old.organisation_name
                || *portal_organisation != old.portal_organisation,
        ),
        (
            What::Accounts,
            *manages_accounts != old.manages_accounts || !same_accounts(accounts, &old.accounts),
        ),
        (What::Admins, !same_admins(admins, &old.admins)),
        (
            What::Deletions,
            !delete
                .keys()
                .map(written)
                .eq(old.delete.keys().map(written)),
        ),
        (
            What::Policy,
            held_to(policy, new) != held_to(&old.policy, new)
                || of_portal(new_project.policy(), portal)
                    != of_portal(old_project.policy(), portal),
        ),
        (
            What::Portal,
            *creation != old.creation
                || identity_of(identity) != identity_of(&old.identity)
                || reached_at(new_project, portal) != reached_at(old_project, portal),
        ),
        (What::ApprovedBy, *approved_by != old.approved_by),
    ];
    let differing = differs.into_iter().filter(|(_, differs)| *differs);
    differing.map(|(what, _)| what).collect()
}

/// As the portal is told, where two spellings are one login.
fn written(login: &LoginId) -> String {
    login.as_str().to_owned()
}

fn same_accounts(
    new: &BTreeMap<LoginId, DesiredAccount>,
    old: &BTreeMap<LoginId, DesiredAccount>,
) -> bool {
    new.len() == old.len()
        && new
            .values()
            .zip(old.values())
            .all(|(new, old)| same_account(new, old))
}

fn same_account(new: &DesiredAccount, old: &DesiredAccount) -> bool {
    let DesiredAccount {
        person,
        login,
        name,
        email,
        was,
        window,
        presence,
        grants,
        shared,
        provenance,
    } = new;
    *person == old.person
        && login.as_str() == old.login.as_str()
        && *name == old.name
        && *email == old.email
        && was
            .iter()
            .map(|(login, _)| written(login))
            .collect::<BTreeSet<_>>()
            == old.was.iter().map(|(login, _)| written(login)).collect()
        && *window == old.window
        && *presence == old.presence
        && shared.as_ref().map(users) == old.shared.as_ref().map(users)
        && doors(provenance) == doors(&old.provenance)
        && grants.len() == old.grants.len()
        && grants
            .iter()
            .zip(&old.grants)
            .all(|((area, new), (old_area, old))| area == old_area && same_grant(new, old))
}

/// Who uses a shared account, in whatever order.
fn users(shared: &Shared) -> impl PartialEq + use<'_> {
    let Shared {
        custodian,
        members,
        password_changed,
    } = shared;
    let members: BTreeSet<_> = members.iter().collect();
    (custodian, members, password_changed)
}

fn same_grant(new: &DesiredGrant, old: &DesiredGrant) -> bool {
    let DesiredGrant {
        window,
        presence,
        // Shown where somebody asks why; no plan has it.
        reason: _,
        provenance,
    } = new;
    *window == old.window
        && *presence == old.presence
        && doors(provenance) == doors(&old.provenance)
}

fn same_admins(new: &DesiredAdmins, old: &DesiredAdmins) -> bool {
    let DesiredAdmins {
        exact,
        members,
        source: _,
    } = new;
    *exact == old.exact
        && members.len() == old.members.len()
        && members
            .iter()
            .zip(&old.members)
            .all(|((login, new), (old_login, old))| {
                login.as_str() == old_login.as_str() && doors(new) == doors(old)
            })
}

/// Through which doors something is asked for: a plan says so. Where the doors stand is left out.
fn doors(provenance: &[Provenance]) -> BTreeSet<&Via> {
    provenance
        .iter()
        .map(|Provenance { via, source: _ }| via)
        .collect()
}

/// What planning one unit reads of its policy.
fn held_to<'p>(policy: &'p Policy, unit: &Desired) -> impl PartialEq + use<'p> {
    let Policy {
        min_admins,
        require_admins,
        max_removals,
        // Of the whole portal: below.
        max_removals_total: _,
        max_shrink,
        removals,
        unmanaged,
        ignore,
        expiry,
        // Judged when the files are checked.
        email_domains: _,
        sensitive_areas,
        shared_accounts,
        escalations,
        waivers,
    } = policy;
    let own = |waiver: &&Waiver| {
        waiver.portal == unit.portal && waiver.organisation.as_ref() == Some(&unit.organisation)
    };
    (
        (*min_admins, *max_removals, *max_shrink),
        (*removals, *unmanaged),
        require_admins.iter().map(written).collect::<BTreeSet<_>>(),
        ignore.iter().collect::<BTreeSet<_>>(),
        // Required and longest ends are judged when the files are checked.
        expiry.warn_days,
        sensitive_areas.get(&unit.portal),
        (*shared_accounts, *escalations),
        waivers.iter().filter(own).collect::<Vec<_>>(),
    )
}

/// What planning reads of the policy for a whole portal.
fn of_portal<'p>(policy: &'p Policy, portal: &PortalName) -> impl PartialEq + use<'p> {
    let whole = |waiver: &&Waiver| waiver.portal == *portal && waiver.organisation.is_none();
    let waivers: Vec<&Waiver> = policy.waivers.iter().filter(whole).collect();
    (policy.max_removals_total, waivers)
}

fn reached_at<'p>(project: &'p Project, portal: &PortalName) -> Option<impl PartialEq + use<'p>> {
    project.portals().get(portal).map(reached)
}

/// How a portal is reached, without how fast.
fn reached(settings: &PortalSettings) -> impl PartialEq + use<'_> {
    let PortalSettings {
        name,
        driver,
        via,
        url,
        token,
        plan_token,
        requests_per_second: _,
        concurrency: _,
        ca_file,
        snapshots,
        client_credentials,
        directory,
        source: _,
    } = settings;
    (
        (name, driver, via, url),
        (token, plan_token, ca_file, snapshots),
        (client_credentials, directory),
    )
}
