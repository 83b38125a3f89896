//! Where an Organisation Administrator of the Hampshire Services Portal clicks, save by save, and
//! the help-desk acts. Data only.

use crate::model::steps::{ActKind, ActText, StepKind, StepText};

/// The page of one user's ticks. Two users of one name are told apart by the login id.
const ACCESS: &str = "Manage user access: {name} ({login})";

/// The way to it. The list shows names and addresses, not user ids.
const OPEN_ACCESS: &[&str] = &[
    "Organisation Admin (the code comes by text message to the registered number)",
    "Manage users",
    "Search for {name}",
    "Choose {name} ({known_by})",
];

/// One click for all the ticks of a user: each saving mails that user.
const SAVE: &[&str] = &["Save changes"];

const TICKS: &str = "Hampshire guide, S10, S11 and S13";

/// The clicks of each save.
pub(super) static STEPS: &[StepText] = &[
    StepText {
        kind: StepKind::Create,
        title: "Register {name}",
        page: "Register new user: {login}",
        open: &[
            "Organisation Admin (the code comes by text message to the registered number)",
            "Register new user",
        ],
        clicks: &["Name: {name}", "Email: {email}", "Register"],
        save: &[],
        seen: "Manage users lists {name} with the address {email}",
        irreversible: None,
        source: "Hampshire guide, S4; the fields of the form are not in it (unverified)",
    },
    StepText {
        kind: StepKind::Give,
        title: "Give {name} the service {area}",
        page: ACCESS,
        open: OPEN_ACCESS,
        clicks: &["Tick {area}"],
        save: SAVE,
        seen: "{area} is ticked when the page is opened again",
        irreversible: None,
        source: TICKS,
    },
    StepText {
        kind: StepKind::Take,
        title: "Take the service {area} from {name}",
        page: ACCESS,
        open: OPEN_ACCESS,
        clicks: &["Untick {area}"],
        save: SAVE,
        seen: "{area} is not ticked when the page is opened again",
        irreversible: None,
        source: TICKS,
    },
    StepText {
        kind: StepKind::Promote,
        title: "Make {name} an Organisation Administrator",
        page: ACCESS,
        open: OPEN_ACCESS,
        clicks: &["Tick Organisation Admin"],
        save: SAVE,
        seen: "Organisation Admin is ticked when the page is opened again",
        irreversible: None,
        source: "Hampshire guide, S12 and S14",
    },
    StepText {
        kind: StepKind::Demote,
        title: "End {name}'s time as an Organisation Administrator",
        page: ACCESS,
        open: OPEN_ACCESS,
        clicks: &["Untick Organisation Admin"],
        save: SAVE,
        seen: "Organisation Admin is not ticked when the page is opened again",
        irreversible: None,
        source: "Hampshire guide, S11 and S12",
    },
    StepText {
        kind: StepKind::Delete,
        title: "Delete the user {name}",
        page: "Manage users: {login}",
        open: &[
            "Organisation Admin (the code comes by text message to the registered number)",
            "Manage users",
            "Search for {name}",
        ],
        clicks: &[
            "Compare the email address in the row with {known_by}: names may be alike",
            "{name} ({known_by}): Delete user",
        ],
        save: &[],
        seen: "Manage users no longer lists {name} ({known_by})",
        irreversible: Some(
            "the guide knows no way back; SIMS or EAMW may make the user again, without services",
        ),
        source: "Hampshire guide, S7, S8 and S20",
    },
];

/// The help-desk acts.
pub(super) static ACTS: &[ActText] = &[
    ActText {
        kind: ActKind::ResetPassword,
        by_api: false,
        clicks: &[
            "`Forgot password` of the Services Portal does not change an Education Account",
            "EAMW: sign in as the school's EAMW administrator",
            "Find {login} and reset its password",
            "Give {name} the new password in person",
        ],
        source: "Hampshire guide, S19",
    },
    ActText {
        kind: ActKind::ResetOtp,
        by_api: true,
        clicks: &[
            "Make sure that it is {name} who asks: whoever registers next gets the codes",
            "Organisation Admin (the code comes by text message to the registered number)",
            "Manage users",
            "Search for {name}",
            "{name}: Delete OTP number",
        ],
        source: "Hampshire guide, S6 and S7",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// S10, S12, S13.
    #[test]
    fn the_ticks_of_one_user_are_one_page_and_one_save() {
        let ticks = STEPS.iter().filter(|step| step.page == ACCESS);
        let kinds: Vec<StepKind> = ticks
            .map(|step| {
                assert_eq!(step.save, ["Save changes"]);
                step.kind
            })
            .collect();
        assert_eq!(
            kinds,
            [
                StepKind::Give,
                StepKind::Take,
                StepKind::Promote,
                StepKind::Demote
            ]
        );
        assert!(ACCESS.contains("{login}"));
    }

    /// S20.
    #[test]
    fn only_deleting_cannot_be_undone() {
        let lost = STEPS.iter().filter(|step| step.irreversible.is_some());
        assert_eq!(
            lost.map(|step| step.kind).collect::<Vec<_>>(),
            [StepKind::Delete]
        );
    }
}
