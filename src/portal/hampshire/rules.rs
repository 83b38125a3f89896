//! What the Hampshire Services Portal can and cannot do, row by row, each with where it was read.
//! Where its guide is silent the row says that nobody has tried it. Data only.

use crate::model::plan::ManualKind;
use crate::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, ManualText,
    OrganisationIdForm, Provisioning, Rule, Rules, SaveUnit,
};

/// The rules of the Hampshire Services Portal.
pub(super) static RULES: Rules = Rules {
    driver: "hampshire",
    title: "Hampshire Services Portal",
    organisation_id: Rule::unverified(
        OrganisationIdForm {
            name: "DfE number",
            digits: Some(7),
        },
        "that a school is named by its seven-digit DfE number (the guide's screens show a title only)",
    ),
    login: Rule::stated(LoginForm::UserId, "Hampshire guide, S5"),
    create: Rule::stated(Create::Upstream, "Hampshire guide, S2 and S3"),
    edit: Rule::unverified(
        Edit {
            name: false,
            email: false,
            login: false,
        },
        "that names and addresses cannot be edited (no screen in the guide has a field for them; S7 and S10)",
    ),
    end: Rule::stated(End::NoAreas, "Hampshire guide, S11"),
    delete: Rule::unverified(
        Delete::Irreversible,
        "that a deleted user cannot be brought back (the guide shows `Delete user`, S20, and says nothing of undoing it)",
    ),
    account_end: Rule::unverified(
        AccountEnd::ByBeadle,
        "that an account has no last day of its own (the guide's screens show none)",
    ),
    has_areas: Rule::stated(true, "Hampshire guide, S10 and S15"),
    directory: false,
    save: Rule::stated(SaveUnit::AccountSet, "Hampshire guide, S10"),
    admin: Rule::stated(AdminSet::Tick, "Hampshire guide, S12"),
    admin_sees_all: Rule::unverified(
        false,
        "that an administrator sees only the services that are ticked (S12: the admin tick is one among them)",
    ),
    mail: Rule::stated(Mail::EachSave, "Hampshire guide, S13"),
    manual: &[SIMS, RENAME, END_UPSTREAM, CHANGE_PASSWORD],
    provisioning: PROVISIONING,
    steps: super::steps::STEPS,
    acts: super::steps::ACTS,
    assumptions: &[
        "that SIMS or EAMW does not bring back a user who was deleted here (S20)",
        "that registering an address that exists is refused and makes no second user (S4)",
        "that registering a user mails that user once (S4; the guide says so of each update only)",
        "that nobody can delete their own account (S8: the signed-in administrator's row has no `Delete user` on the one screen that shows it)",
    ],
};

static PROVISIONING: &[Provisioning] = &[
    Provisioning {
        name: "sims",
        title: "a school with centrally hosted SIMS, the Hosted Schools Service or Hampshire Office 365: SIMS AD provisioning, then roles in EAMW",
        create: Create::Upstream,
        manual: &[SIMS],
    },
    Provisioning {
        name: "eamw",
        title: "any other school: the Education Account Management Website alone",
        create: Create::Upstream,
        manual: &[EAMW],
    },
    Provisioning {
        name: "registered",
        title: "an organisation that registers its users itself, who sign in with their email addresses",
        create: Create::Direct,
        manual: &[],
    },
];

const SIMS: ManualText = ManualText {
    kind: ManualKind::CreateUpstream,
    title: "Set up the Education Account {login} of {name} in SIMS",
    clicks: &[
        "SIMS: add {name} to the staff of {organisation}, as for every new member of staff; AD provisioning makes the account",
        "SIMS: run the staff ADP list report; {name} is in it with the user id {login}",
        "EAMW: sign in as the school's EAMW administrator and set the job role of {name}",
        "Services Portal: Organisation Admin",
        "Manage users",
        "Search for {login}: once {name} is listed, run beadle again and the services are ticked",
    ],
    source: "Hampshire guide, S2 and S3",
};

const EAMW: ManualText = ManualText {
    kind: ManualKind::CreateUpstream,
    title: "Set up the Education Account {login} of {name} in EAMW",
    clicks: &[
        "EAMW: sign in as the school's EAMW administrator",
        "Set up a new user account for {name} at {organisation}; its user id is {login} (such a user does not exist in SIMS)",
        "Set the job role of {name}",
        "Services Portal: Organisation Admin",
        "Manage users",
        "Search for {login}: once {name} is listed, run beadle again and the services are ticked",
    ],
    source: "Hampshire guide, S3",
};

const RENAME: ManualText = ManualText {
    kind: ManualKind::Rename,
    title: "Have {before} renamed to {after}",
    clicks: &[
        "An Education Account: change it where it is kept, in SIMS (staff details) or in EAMW",
        "An email address that was registered here: ask the Services Portal's accounts team, since no screen changes it",
        "Services Portal: Organisation Admin, Manage users, search for {after}: the list shows the change",
    ],
    source: "Hampshire guide, S3 and S5; that no screen of the Services Portal edits a user is unverified",
};

const END_UPSTREAM: ManualText = ManualText {
    kind: ManualKind::EndUpstream,
    title: "End the Education Account {login} of {name}, whom no file names, or name it",
    clicks: &[
        "If {name} still works at {organisation}: name {login} in the YAML, and stop here",
        "SIMS or EAMW, whichever made the account: record that {name} has left",
        "Services Portal: Organisation Admin",
        "Manage users",
        "Search for {login}, choose {name}",
        "Untick every service",
        "Save changes",
    ],
    source: "Hampshire guide, S3, S10 and S11; how a leaver is recorded in SIMS or EAMW is not in it (unverified)",
};

const CHANGE_PASSWORD: ManualText = ManualText {
    kind: ManualKind::ChangePassword,
    title: "Reset the password of {login}",
    clicks: &[
        "`Forgot password` of the Services Portal does not change an Education Account",
        "EAMW: sign in as the school's EAMW administrator",
        "Find {login} and reset its password",
        "Give the new password in person to those who still share the login",
    ],
    source: "Hampshire guide, S19",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_where_it_was_read_or_that_nobody_has_tried_it() {
        insta::assert_snapshot!(RULES.unverified().join("\n"), @r"
        that a school is named by its seven-digit DfE number (the guide's screens show a title only)
        that names and addresses cannot be edited (no screen in the guide has a field for them; S7 and S10)
        that a deleted user cannot be brought back (the guide shows `Delete user`, S20, and says nothing of undoing it)
        that an account has no last day of its own (the guide's screens show none)
        that an administrator sees only the services that are ticked (S12: the admin tick is one among them)
        that SIMS or EAMW does not bring back a user who was deleted here (S20)
        that registering an address that exists is refused and makes no second user (S4)
        that registering a user mails that user once (S4; the guide says so of each update only)
        that nobody can delete their own account (S8: the signed-in administrator's row has no `Delete user` on the one screen that shows it)
        ");
        let own = RULES.provisioning.iter().flat_map(|way| way.manual);
        for text in RULES.manual.iter().chain(own) {
            assert!(!text.source.is_empty() && !text.clicks.is_empty());
        }
    }

    /// S2, S3, S4.
    #[test]
    fn a_school_is_provisioned_by_sims_unless_it_says_otherwise() {
        let how = |name| RULES.provisioned(name).map(|way| (way.name, way.create));
        assert_eq!(how(None), Some(("sims", Create::Upstream)));
        assert_eq!(how(Some("eamw")), Some(("eamw", Create::Upstream)));
        assert_eq!(
            how(Some("registered")),
            Some(("registered", Create::Direct))
        );
        assert_eq!(how(Some("post")), None);
        let clicks = |name| {
            let way = RULES.provisioned(Some(name)).unwrap();
            way.manual
                .iter()
                .flat_map(|text| text.clicks)
                .any(|click| click.starts_with("SIMS:"))
        };
        assert!(clicks("sims") && !clicks("eamw"));
    }
}
