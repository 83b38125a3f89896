//! What the OfS portal can and cannot do, row by row, each with where it was read. Where its guide
//! is silent the row says that nobody has tried it. Data only.

use crate::model::plan::ManualKind;
use crate::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, ManualText,
    OrganisationIdForm, Rule, Rules, SaveUnit,
};

/// The rules of the OfS portal.
pub(super) static RULES: Rules = Rules {
    driver: "ofs",
    title: "OfS portal",
    organisation_id: Rule::stated(
        OrganisationIdForm {
            name: "UKPRN",
            digits: Some(8),
        },
        "UK Register of Learning Providers: a UKPRN has eight digits",
    ),
    login: Rule::unverified(
        LoginForm::Email,
        "that an account's user name is its email address (the guide registers people by name and email address, and names no other)",
    ),
    create: Rule::stated(Create::Direct, "OfS user administrator guide, A1 to A3"),
    edit: Rule::stated(
        Edit {
            name: true,
            email: true,
            login: false,
        },
        "OfS user administrator guide, B2",
    ),
    end: Rule::stated(
        End::DateThenAreas,
        "OfS user administrator guide, B5 and B6",
    ),
    delete: Rule::stated(Delete::Never, "OfS user administrator guide, B6"),
    account_end: Rule::stated(AccountEnd::Date, "OfS user administrator guide, B4 and B6"),
    has_areas: Rule::stated(true, "OfS user administrator guide, introduction"),
    directory: false,
    save: Rule::stated(
        SaveUnit::Grant,
        "OfS user administrator guide, B5, C3 and C4",
    ),
    admin: Rule::stated(
        AdminSet::Area,
        "OfS user administrator guide, joining the user administrator area",
    ),
    admin_sees_all: Rule::stated(true, "OfS user administrator guide, introduction"),
    mail: Rule::unverified(
        Mail::None,
        "that the portal mails nobody (the guide mentions no mail)",
    ),
    manual: MANUAL,
    provisioning: &[],
    steps: super::steps::STEPS,
    acts: super::steps::ACTS,
    assumptions: &[
        "that the day of expiry is still a day of access (the guide says only that access ends once the date has passed)",
        "that creating an address that exists is refused and makes no second account",
        "that a user administrator can remove another from the user administrator area",
    ],
};

static MANUAL: &[ManualText] = &[
    ManualText {
        kind: ManualKind::AccessKey,
        title: "{name} activates the access key for area `{area}`",
        clicks: &[
            "Ask the head of provider at {organisation} for the access key for `{area}`: keys are posted, and no user administrator can give this area",
            "{name} signs in to the OfS portal as {login}",
            "My account",
            "Activate an access key",
            "Enter the key for `{area}`",
        ],
        source: "OfS user administrator guide, introduction and joining the user administrator area; that other areas' keys also go to the head of provider is unverified",
    },
    ManualText {
        kind: ManualKind::AdminKey,
        title: "{name} joins the user administrator area with its access key",
        clicks: &[
            "Ask the head of provider at {organisation} for the access key of the user administrator area: it comes by post",
            "{name} signs in to the OfS portal as {login}",
            "My account",
            "Activate an access key",
            "Enter the key of the user administrator area",
            "{name} signs in to the portal's Users site with the same user name and password: the User administration page opens",
        ],
        source: "OfS user administrator guide, joining the user administrator area",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_where_it_was_read_or_that_nobody_has_tried_it() {
        insta::assert_snapshot!(RULES.unverified().join("\n"), @r"
        that an account's user name is its email address (the guide registers people by name and email address, and names no other)
        that the portal mails nobody (the guide mentions no mail)
        that the day of expiry is still a day of access (the guide says only that access ends once the date has passed)
        that creating an address that exists is refused and makes no second account
        that a user administrator can remove another from the user administrator area
        ");
        for text in RULES.manual {
            assert!(!text.source.is_empty() && !text.clicks.is_empty());
        }
    }
}
