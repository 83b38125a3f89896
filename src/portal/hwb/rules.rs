//! What Hwb user management can and cannot do, row by row, each with where it was read. Where its
//! guide is silent the row says that nobody has tried it. Data only.

use crate::model::plan::ManualKind;
use crate::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, ManualText,
    OrganisationIdForm, Rule, Rules, SaveUnit, Terms,
};

/// The rules of Hwb user management.
pub(super) static RULES: Rules = Rules {
    driver: "hwb",
    title: "Hwb user management",
    organisation_id: Rule::stated(
        OrganisationIdForm {
            name: "authority code or 7-digit school number",
            digits: None,
        },
        "Hwb guide, W11: an authority, and the schools in its area",
    ),
    login: Rule::unverified(
        LoginForm::Assigned,
        "that Hwb makes the user name of a new account, and an administrator cannot choose it",
    ),
    create: Rule::stated(Create::Direct, "Hwb guide, W2"),
    edit: Rule::unverified(
        Edit {
            name: false,
            email: false,
            login: false,
        },
        "that nobody can edit a name or an address there (the guide has no such click)",
    ),
    end: Rule::stated(End::Deactivate, "Hwb guide, W6"),
    delete: Rule::unverified(
        Delete::Never,
        "that an account cannot be deleted (the guide only deactivates)",
    ),
    account_end: Rule::stated(AccountEnd::Terms(TERMS), "Hwb support pages, W3 to W5"),
    has_areas: Rule::stated(
        false,
        "Hwb guide, W9: an account, and being an administrator",
    ),
    directory: false,
    save: Rule::stated(
        SaveUnit::AccountSet,
        "Hwb guide, W6 to W9: one act on one account",
    ),
    admin: Rule::stated(AdminSet::Act, "Hwb guide, W9"),
    admin_sees_all: Rule::stated(true, "Hwb guide, W9 and W11"),
    mail: Rule::unverified(
        Mail::None,
        "that the portal mails nobody (the guide mentions no mail)",
    ),
    manual: MANUAL,
    provisioning: &[],
    steps: super::steps::STEPS,
    acts: super::steps::ACTS,
    assumptions: &[
        "that an account is usable on the last day of its term",
        "that asking for an address that exists is refused and makes no second account",
        "that an authority's administrator cannot demote their own account, as digital champions cannot (W10)",
        "that an account whose term is over can be activated and kept for a further term",
    ],
};

/// Terms of Hwb accounts (W3 to W5): 1, 3 or 6 months or the academic year, which ends on 31
/// August; the list of those that expire shows 8 weeks; 90 days without a sign-in deactivate.
const TERMS: Terms = Terms {
    months: &[1, 3, 6],
    academic_year_end: (8, 31),
    renew_within_days: 56,
    dormant_after_days: 90,
};

static MANUAL: &[ManualText] = &[
    ManualText {
        kind: ManualKind::HandOver,
        title: "Give {name} the Hwb user name and a first password",
        clicks: &[
            "Wait until {name} is in the list of users: that may take up to an hour",
            "Dashboard of {organisation}: Manage Local Authority Non-MIS Users (a school: its list of users)",
            "{name}: View Details",
            "Manage User: Reset Password",
            "Generate a password, or create one of at least 8 characters with upper-case and lower-case letters and numbers",
            "Update Password",
            "Tell {name} the user name and the password in person, not by email",
        ],
        source: "Hwb guide, W2 and W8; that a new account begins without a password that its holder knows is unverified",
    },
    ManualText {
        kind: ManualKind::SecondFactor,
        title: "{name} sets up a second factor inside the trusted network",
        clicks: &[
            "Ask {name} to come to a school or council office: the first set-up only works inside the trusted network",
            "{name} signs in to Hwb with the user name and password that they were given",
            "Follow the steps to set up multi-factor authentication",
        ],
        source: "Hwb support pages, W10 and W15",
    },
    ManualText {
        kind: ManualKind::EndUpstream,
        title: "End {login} in the school's management information system",
        clicks: &[
            "In the management information system of {organisation}: mark {name} as a leaver",
            "Wait for the provisioning client: Hwb follows the system, and nobody can deactivate the account in Hwb",
        ],
        source: "Hwb support pages, W1 and W14",
    },
    ManualText {
        kind: ManualKind::Rename,
        title: "Ask Hwb support to change {before} to {after}",
        clicks: &[
            "Write to Hwb support for {organisation}: account {login} is to be changed from {before} to {after}",
            "For an account that the management information system feeds: change it there instead",
        ],
        source: "Hwb guide has no click for it; that support does it is unverified",
    },
    ManualText {
        kind: ManualKind::ChangePassword,
        title: "Change the password of the shared account {login}",
        clicks: &[
            "Dashboard of {organisation}: Manage Local Authority Non-MIS Users (a school: its list of users)",
            "{name}: View Details",
            "Manage User: Reset Password",
            "Create a new password, and Update Password",
            "Give the new password to those who still use {login}",
        ],
        source: "Hwb guide, W8",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_where_it_was_read_or_that_nobody_has_tried_it() {
        insta::assert_snapshot!(RULES.unverified().join("\n"), @r"
        that Hwb makes the user name of a new account, and an administrator cannot choose it
        that nobody can edit a name or an address there (the guide has no such click)
        that an account cannot be deleted (the guide only deactivates)
        that the portal mails nobody (the guide mentions no mail)
        that an account is usable on the last day of its term
        that asking for an address that exists is refused and makes no second account
        that an authority's administrator cannot demote their own account, as digital champions cannot (W10)
        that an account whose term is over can be activated and kept for a further term
        ");
        for text in RULES.manual {
            assert!(!text.source.is_empty() && !text.clicks.is_empty());
        }
    }

    /// Every save that a plan for Hwb can hold has words for a person, and no other has.
    #[test]
    fn every_save_has_its_clicks() {
        use crate::model::steps::{ActKind, StepKind};
        let kinds = [
            StepKind::Create,
            StepKind::Keep,
            StepKind::Activate,
            StepKind::Deactivate,
            StepKind::Promote,
            StepKind::Demote,
        ];
        for kind in kinds {
            let text = RULES.step(kind);
            assert!(text.is_some_and(|text| !text.clicks.is_empty()), "{kind:?}");
        }
        assert_eq!(RULES.steps.len(), kinds.len());
        assert!(
            RULES
                .act(ActKind::ResetPassword)
                .is_some_and(|act| act.by_api)
        );
        assert_eq!(RULES.acts.len(), 1);
    }
}
