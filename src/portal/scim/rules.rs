//! What a SCIM service can and cannot do, row by row, each with where it was read. Where the RFC
//! leaves a thing to the server the row says that nobody has tried it. Data only.

use crate::model::plan::ManualKind;
use crate::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, ManualText,
    OrganisationIdForm, Rule, Rules, SaveUnit,
};

/// The rules of any SCIM service.
pub(super) static RULES: Rules = Rules {
    driver: "scim",
    title: "SCIM service",
    organisation_id: Rule::stated(
        OrganisationIdForm {
            name: "tenant",
            digits: None,
        },
        "RFC 7644, section 6: how a tenant is named is the service's own choice",
    ),
    login: Rule::stated(LoginForm::Username, "RFC 7643, section 4.1.1, `userName`"),
    create: Rule::stated(Create::Direct, "RFC 7644, section 3.3"),
    edit: Rule::stated(
        Edit {
            name: true,
            email: true,
            login: true,
        },
        "RFC 7644, sections 3.5.1 and 3.5.2",
    ),
    end: Rule::stated(End::Deactivate, "RFC 7643, section 4.1.1, `active`"),
    delete: Rule::stated(
        Delete::Never,
        "RFC 7644, section 3.6, allows it; beadle deactivates, since some services never let a deleted user return",
    ),
    account_end: Rule::stated(
        AccountEnd::ByBeadle,
        "RFC 7643, section 4.1: no attribute of a user is an end date",
    ),
    has_areas: Rule::stated(true, "RFC 7643, section 4.2: groups"),
    directory: true,
    save: Rule::stated(SaveUnit::AreaSet, "RFC 7643, section 4.2, `members`"),
    admin: Rule::unverified(
        AdminSet::Area,
        "that the members of the group named as `admin_group` are the administrators",
    ),
    admin_sees_all: Rule::stated(
        false,
        "RFC 7643, section 4.2: membership of one group says nothing of another",
    ),
    mail: Rule::unverified(
        Mail::None,
        "that the service mails nobody (RFC 7644 mentions no mail)",
    ),
    manual: MANUAL,
    provisioning: &[],
    steps: super::steps::STEPS,
    acts: &[],
    assumptions: &[],
};

static MANUAL: &[ManualText] = &[ManualText {
    kind: ManualKind::ChangePassword,
    title: "Change the password of {login}",
    clicks: &[
        "Sign in to the service as {login}",
        "Change the password",
        "Give the new one to those who still use the account, and to nobody else",
    ],
    source: "RFC 7644 has no words for people; every service has pages of its own",
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_where_it_was_read_or_that_nobody_has_tried_it() {
        insta::assert_snapshot!(RULES.unverified().join("\n"), @r"
        that the members of the group named as `admin_group` are the administrators
        that the service mails nobody (RFC 7644 mentions no mail)
        ");
        for text in RULES.manual {
            assert!(!text.source.is_empty() && !text.clicks.is_empty());
        }
    }
}
