//! Where an administrator of a SCIM service clicks, save by save. A service may be anybody's, so
//! that the words are those that most pages for administrators have. Data only.

use crate::model::steps::{StepKind, StepText};

const SOURCE: &str = "no guide: the words that most services' pages for administrators have";

/// The way to one user's page.
const USER: &[&str] = &["Users", "Search for {login}", "{name}"];

/// The way to one group's members.
const GROUP: &[&str] = &["Groups", "{area}", "Members"];

const fn edit(
    kind: StepKind,
    title: &'static str,
    clicks: &'static [&'static str],
    seen: &'static str,
) -> StepText {
    StepText {
        kind,
        title,
        page: "User {login}",
        open: USER,
        clicks,
        save: &[],
        seen,
        irreversible: None,
        source: SOURCE,
    }
}

/// The clicks of each save.
pub(super) static STEPS: &[StepText] = &[
    StepText {
        kind: StepKind::Create,
        title: "Create an account for {name}",
        page: "New user: {login}",
        open: &["Users", "New user"],
        clicks: &[
            "User name: {login}",
            "Name: {name}",
            "Email: {email}",
            "Active: yes",
            "Save",
        ],
        save: &[],
        seen: "A search for {login} finds the new user",
        irreversible: None,
        source: SOURCE,
    },
    edit(
        StepKind::EditName,
        "Change the name {before} to {after}",
        &["Edit", "Name: {after}", "Save"],
        "The user's page bears the name {after}",
    ),
    edit(
        StepKind::EditEmail,
        "Change the email address of {name} to {after}",
        &["Edit", "Email: {after}", "Save"],
        "The user's page shows the address {after}",
    ),
    edit(
        StepKind::EditLogin,
        "Change the user name {before} to {after}",
        &["Edit", "User name: {after}", "Save"],
        "The user's page shows the user name {after}",
    ),
    StepText {
        kind: StepKind::Give,
        title: "Add {name} to the group {area}",
        page: "Members of the group {area}",
        open: GROUP,
        clicks: &["Add a member: {login}"],
        save: &["Save"],
        seen: "{login} is in the list of members",
        irreversible: None,
        source: SOURCE,
    },
    StepText {
        kind: StepKind::Take,
        title: "Remove {name} from the group {area}",
        page: "Members of the group {area}",
        open: GROUP,
        clicks: &["{login}: Remove"],
        save: &["Save"],
        seen: "{login} is no longer in the list of members",
        irreversible: None,
        source: SOURCE,
    },
    edit(
        StepKind::Activate,
        "Activate the account of {name}",
        &["Edit", "Active: yes", "Save"],
        "The user's page shows an active account",
    ),
    edit(
        StepKind::Deactivate,
        "Deactivate the account of {name}",
        &["Edit", "Active: no", "Save"],
        "The user's page shows an account that is not active",
    ),
];
