//! Where a user administrator of the OfS portal clicks, save by save, and the help-desk acts.
//! Data only.

use crate::model::steps::{ActKind, ActText, StepKind, StepText};

/// The way to one user's page.
const USER: &[&str] = &[
    "User administration",
    "Search for {login}",
    "{name}: View/edit",
];

/// The clicks of each save.
pub(super) static STEPS: &[StepText] = &[
    StepText {
        kind: StepKind::Create,
        title: "Create an account for {name}",
        page: "Create user: {login}",
        open: &["User administration", "Create user"],
        clicks: &[
            "Name: {name}",
            "Email: {email}",
            "Expiry date: {expires}",
            "Save",
            "Return",
        ],
        save: &[],
        seen: "The portal confirms the new user, and a search for {login} finds it",
        irreversible: Some("an account cannot be deleted, only left to expire"),
        source: "OfS user administrator guide, A1 to A3 and B6",
    },
    StepText {
        kind: StepKind::EditName,
        title: "Change the name {before} to {after}",
        page: "User {login}",
        open: USER,
        clicks: &["Edit", "Name: {after}", "Save"],
        save: &[],
        seen: "The user's page bears the name {after}",
        irreversible: None,
        source: "OfS user administrator guide, B2",
    },
    StepText {
        kind: StepKind::EditEmail,
        title: "Change the email address of {name} to {after}",
        page: "User {login}",
        open: USER,
        clicks: &["Edit", "Email: {after}", "Save"],
        save: &[],
        seen: "The user's page shows the address {after}",
        irreversible: None,
        source: "OfS user administrator guide, B2",
    },
    StepText {
        kind: StepKind::EditExpires,
        title: "Let the account of {name} end after: {expires}",
        page: "User {login}",
        open: USER,
        clicks: &["Edit", "Expiry date: {expires}", "Save"],
        save: &[],
        seen: "The user's page shows the expiry date {expires}",
        irreversible: None,
        source: "OfS user administrator guide, B4 and B6",
    },
    StepText {
        kind: StepKind::Give,
        title: "Give {name} the area {area}",
        page: "User {login}",
        open: USER,
        clicks: &[
            "Add permissions",
            "Search for {area}",
            "{area}: Add",
            "Return",
        ],
        save: &[],
        seen: "{area} is in the list of the user's areas",
        irreversible: None,
        source: "OfS user administrator guide, C3 and C4",
    },
    StepText {
        kind: StepKind::Take,
        title: "Take the area {area} from {name}",
        page: "User {login}",
        open: USER,
        clicks: &["{area}: Remove"],
        save: &[],
        seen: "{area} is no longer in the list of the user's areas",
        irreversible: None,
        source: "OfS user administrator guide, B5",
    },
];

/// The help-desk acts.
pub(super) static ACTS: &[ActText] = &[ActText {
    kind: ActKind::Unlock,
    by_api: true,
    clicks: &[
        "User administration",
        "Search for {login}",
        "{name}: View/edit",
        "Edit",
        "Unlock account",
        "Save",
    ],
    source: "OfS user administrator guide, B3",
}];
