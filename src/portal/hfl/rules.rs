//! What the HFL portal can and cannot do, row by row, each with where it was read. Where its guide
//! is silent the row says that nobody has tried it. Data only.

use crate::model::plan::ManualKind;
use crate::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, ManualText,
    OrganisationIdForm, Rule, Rules, SaveUnit,
};

/// The rules of the HFL portal.
pub(super) static RULES: Rules = Rules {
    driver: "hfl",
    title: "HFL Education",
    organisation_id: Rule::stated(
        OrganisationIdForm {
            name: "DfE number",
            digits: Some(7),
        },
        "HFL guide, H3",
    ),
    login: Rule::stated(LoginForm::Username, "HFL guide, H5"),
    create: Rule::stated(Create::WithTerms, "HFL guide, H5, H8 and H9"),
    edit: Rule::unverified(
        Edit {
            name: true,
            email: true,
            login: false,
        },
        "that a sub account's name and email address can be edited and its username cannot (HFL guide, H11, says that sub accounts can be edited, not which fields)",
    ),
    end: Rule::stated(End::NoAreas, "HFL guide, H12, H14 and H15"),
    delete: Rule::stated(Delete::Irreversible, "HFL guide, H17 and H18"),
    account_end: Rule::unverified(
        AccountEnd::ByBeadle,
        "that a sub account never ends by itself, so that access ends only when beadle is run (H19: the HFL guide describes no expiry, suspension or lock)",
    ),
    has_areas: Rule::stated(true, "HFL guide, H13"),
    directory: false,
    save: Rule::stated(SaveUnit::AreaSet, "HFL guide, H14 and H15"),
    admin: Rule::stated(AdminSet::None, "HFL guide, H4"),
    admin_sees_all: Rule::stated(false, "HFL guide, H16"),
    mail: Rule::stated(Mail::AtCreation, "HFL guide, H7"),
    manual: MANUAL,
    provisioning: &[],
    steps: super::steps::STEPS,
    acts: &[],
    assumptions: &[
        "that username, name, email address and the two boxes are all that a new sub account asks for (H9: the HFL guide does not show every field)",
        "that creating a username that exists is refused and makes no second account",
        "that a username need only be new within its school (H20: the HFL guide does not say)",
        "that no save but a creation mails anybody (the HFL guide mentions no other mail)",
    ],
};

static MANUAL: &[ManualText] = &[
    ManualText {
        kind: ManualKind::HandOver,
        title: "Hand the login {login} over to {name}",
        clicks: &[
            "`Notify user of new account` is left unticked: HFL Education mails {name} nothing",
            "Tell {name} in person the username {login} and the password that was set with it",
            "{name} signs in to the HFL website",
        ],
        source: "HFL guide, H7",
    },
    ManualText {
        kind: ManualKind::ChangePassword,
        title: "Change the password of the shared account {login}",
        clicks: &[
            "Sign in to the HFL website as {login}",
            "My account",
            "Change the password (the guide does not show where)",
            "Tell the new password to those who still use the account, and to nobody else",
            "Write the day under `password_changed` of {login}",
        ],
        source: "HFL guide, H6",
    },
    ManualText {
        kind: ManualKind::Rename,
        title: "Change the username {before} to {after}",
        clicks: &[
            "Sign in to the HFL website with the main account of {organisation}",
            "My account",
            "Sub accounts",
            "{before}: Edit",
            "If the username can be changed there, change it to {after} and save",
            "If it cannot, ask HFL customer services; do not delete the account, which cannot be undone",
        ],
        source: "HFL guide, H2, H11 and H18; that an administrator cannot change a username is unverified",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::steps::StepKind;

    #[test]
    fn every_row_says_where_it_was_read_or_that_nobody_has_tried_it() {
        insta::assert_snapshot!(RULES.unverified().join("\n"), @r"
        that a sub account's name and email address can be edited and its username cannot (HFL guide, H11, says that sub accounts can be edited, not which fields)
        that a sub account never ends by itself, so that access ends only when beadle is run (H19: the HFL guide describes no expiry, suspension or lock)
        that username, name, email address and the two boxes are all that a new sub account asks for (H9: the HFL guide does not show every field)
        that creating a username that exists is refused and makes no second account
        that a username need only be new within its school (H20: the HFL guide does not say)
        that no save but a creation mails anybody (the HFL guide mentions no other mail)
        ");
        for text in RULES.manual {
            assert!(!text.source.is_empty() && !text.clicks.is_empty());
        }
    }

    /// What the planner can save at this portal, and nothing else, has its clicks.
    #[test]
    fn every_save_has_its_clicks_and_only_what_cannot_be_undone_says_so() {
        let known: Vec<StepKind> = RULES.steps.iter().map(|step| step.kind).collect();
        let wanted = [
            StepKind::Create,
            StepKind::EditName,
            StepKind::EditEmail,
            StepKind::Give,
            StepKind::Take,
            StepKind::Delete,
        ];
        assert_eq!(known, wanted);
        for step in RULES.steps {
            let for_ever = step.kind == StepKind::Delete;
            assert_eq!(step.irreversible.is_some(), for_ever, "{}", step.title);
            assert!(!step.open.is_empty() && !step.clicks.is_empty() && !step.seen.is_empty());
        }
    }

    /// H14, H15: everything about one product is one page with one Save.
    #[test]
    fn the_ticks_of_one_product_are_saved_together() {
        let (give, take) = (RULES.step(StepKind::Give), RULES.step(StepKind::Take));
        let (give, take) = (give.unwrap(), take.unwrap());
        assert_eq!((give.page, give.open), (take.page, take.open));
        assert_eq!(give.save, take.save);
        assert_eq!(give.save.last(), Some(&"Save"));
        assert!(give.page.contains("{area}") && !give.page.contains("{login}"));
    }
}
