//! Where to click in Hwb user management for each save and for each help-desk act, in the words of
//! its guide. Data only.

use crate::model::steps::{ActKind, ActText, StepKind, StepText};

/// Opens one user's page.
const USER: &[&str] = &[
    "Dashboard (of {organisation}; to a school's leads View Details on the main dashboard)",
    "Manage Local Authority Non-MIS Users (a school: its list of users)",
    "{name} ({known_by}): View Details",
];

/// Opens the administrators' page.
const ADMINISTRATORS: &[&str] = &[
    "Dashboard (of {organisation}; to a school's leads View Details on the main dashboard)",
    "Manage Administrators",
];

/// The clicks of each save.
pub(super) static STEPS: &[StepText] = &[
    StepText {
        kind: StepKind::Create,
        title: "Create an account for {name}",
        page: "Add New User: {email}",
        open: &[
            "Dashboard (of {organisation}; to a school's leads View Details on the main dashboard)",
            "Manage Local Authority Non-MIS Users (a school: its list of users)",
            "Look for {name} in the list: if the account is there or still being made, do not add it again",
            "Add New User",
        ],
        clicks: &["Name: {name}", "Email: {email}", "Term: {term}", "Save"],
        save: &[],
        seen: "{name} is in the list of users; that may take up to an hour. Note the user name that Hwb made",
        irreversible: Some("an account cannot be deleted, only deactivated"),
        source: "Hwb guide, W2; terms: Hwb support pages, W3; the names of the fields are unverified",
    },
    StepText {
        kind: StepKind::Keep,
        title: "Keep the account of {name} for a further term: {term}",
        page: "Expiring accounts of {organisation}",
        open: &[
            "Dashboard (of {organisation}; to a school's leads View Details on the main dashboard)",
            "Expiring accounts (it lists those that end within 8 weeks)",
        ],
        clicks: &["{name} ({known_by}): Keep", "Term: {term}", "Save"],
        save: &[],
        seen: "The account of {name} shows its new end",
        irreversible: None,
        source: "Hwb support pages, W4; the names of the buttons are unverified",
    },
    StepText {
        kind: StepKind::Activate,
        title: "Activate the account of {name}",
        page: "User {login}",
        open: USER,
        clicks: &["Manage User: Activate"],
        save: &[],
        seen: "The user's page shows the account as active; that may take 30 minutes",
        irreversible: None,
        source: "Hwb support pages, W7",
    },
    StepText {
        kind: StepKind::Deactivate,
        title: "Deactivate the account of {name}",
        page: "User {login}",
        open: USER,
        clicks: &["Manage User: Deactivate"],
        save: &[],
        seen: "The user's page shows the account as inactive",
        irreversible: None,
        source: "Hwb guide, W6",
    },
    StepText {
        kind: StepKind::Promote,
        title: "Make {name} an administrator",
        page: "Manage Administrators of {organisation}",
        open: ADMINISTRATORS,
        clicks: &[
            "Look for {name} in the lower list",
            "{name} ({known_by}): Promote",
        ],
        save: &[],
        seen: "{name} is in the upper list, of administrators",
        irreversible: None,
        source: "Hwb guide, W9",
    },
    StepText {
        kind: StepKind::Demote,
        title: "Withdraw the administrator's rights of {name}",
        page: "Manage Administrators of {organisation}",
        open: ADMINISTRATORS,
        clicks: &[
            "Look for {name} in the upper list",
            "{name} ({known_by}): Demote",
        ],
        save: &[],
        seen: "{name} is in the lower list",
        irreversible: None,
        source: "Hwb guide, W9",
    },
];

/// The help-desk acts.
pub(super) static ACTS: &[ActText] = &[ActText {
    kind: ActKind::ResetPassword,
    by_api: true,
    clicks: &[
        "Dashboard (of {organisation}; to a school's leads View Details on the main dashboard)",
        "Manage Local Authority Non-MIS Users (a school: its list of users)",
        "{name}: View Details",
        "Manage User: Reset Password",
        "Generate a password, or create one of at least 8 characters with upper-case and lower-case letters and numbers",
        "Update Password",
    ],
    source: "Hwb guide, W8",
}];
