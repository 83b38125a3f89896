//! Where the holder of a school's main account clicks at the HFL portal, save by save. Data only.
//! The guide describes no help-desk act, so there is none.

use crate::model::steps::{StepKind, StepText};

/// The way to the form of one sub account. The list shows names and addresses, not usernames: two
/// of one name are told apart by what stands in brackets.
const EDIT: &[&str] = &["My account", "Sub accounts", "{name} ({known_by}): Edit"];

/// The way to one product's window of ticks.
const USERS: &[&str] = &["My account", "Permissions", "{area}: Edit Permissions"];

/// The whole window is saved, not only what was clicked.
const SAVE_USERS: &[&str] = &["Leave every box that no step names as it is", "Save"];

/// The clicks of each save.
pub(super) static STEPS: &[StepText] = &[
    StepText {
        kind: StepKind::Create,
        title: "Create a sub account for {name}",
        page: "Add Sub Account: {login}",
        open: &["My account", "Sub accounts", "Add Sub Account"],
        clicks: &[
            "Username: {login}",
            "Name: {name}",
            "Email: {email}",
            "Notify user of new account: {notify}",
            "Accept terms and conditions: tick ({terms_accepted_by} accepts them)",
        ],
        save: &["Create new sub account"],
        seen: "{name} is in the list under Sub accounts",
        irreversible: None,
        source: "HFL guide, H5 and H7 to H10",
    },
    StepText {
        kind: StepKind::EditName,
        title: "Change the name {before} to {after}",
        page: "Edit sub account: {login}",
        open: EDIT,
        clicks: &["Name: {after}"],
        save: &["Save"],
        seen: "The list under Sub accounts shows the name {after}",
        irreversible: None,
        source: "HFL guide, H11; the screen for editing is not shown there",
    },
    StepText {
        kind: StepKind::EditEmail,
        title: "Change the email address of {name} to {after}",
        page: "Edit sub account: {login}",
        open: EDIT,
        clicks: &["Email: {after}"],
        save: &["Save"],
        seen: "The list under Sub accounts shows the address {after}",
        irreversible: None,
        source: "HFL guide, H11; the screen for editing is not shown there",
    },
    StepText {
        kind: StepKind::Give,
        title: "Give {name} the product {area}",
        page: "Edit Permissions: {area}",
        open: USERS,
        clicks: &["Users: tick {name} ({login})"],
        save: SAVE_USERS,
        seen: "{name} is ticked when the window is opened again",
        irreversible: None,
        source: "HFL guide, H13 to H15",
    },
    StepText {
        kind: StepKind::Take,
        title: "Take the product {area} from {name}",
        page: "Edit Permissions: {area}",
        open: USERS,
        clicks: &["Users: untick {name} ({login})"],
        save: SAVE_USERS,
        seen: "{name} is not ticked when the window is opened again",
        irreversible: None,
        source: "HFL guide, H13 to H15",
    },
    StepText {
        kind: StepKind::Delete,
        title: "Delete the sub account {login} of {name} for good",
        page: "Sub accounts",
        open: &["My account", "Sub accounts"],
        clicks: &[
            "Compare name and email address with {name}, {known_by}: there may be rows that look alike",
            "{name} ({known_by}): Delete",
            "Delete (where the portal asks again)",
        ],
        save: &[],
        seen: "{name} is no longer in the list under Sub accounts",
        irreversible: Some(
            "a deleted sub account cannot be brought back: it would have to be created again, and every product given again",
        ),
        source: "HFL guide, H17 and H18",
    },
];
