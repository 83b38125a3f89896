//! Rules tables as drivers have them, for tests of the configuration alone.

use beadle::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, OrganisationIdForm,
    Provisioning, Rule, Rules, SaveUnit, Terms,
};

const GUIDE: &str = "the portal's guide";

const fn id(name: &'static str, digits: u8) -> Rule<OrganisationIdForm> {
    let digits = Some(digits);
    Rule::stated(OrganisationIdForm { name, digits }, GUIDE)
}

const OFS: Rules = Rules {
    driver: "ofs",
    title: "OfS portal",
    organisation_id: id("UKPRN", 8),
    login: Rule::stated(LoginForm::Email, GUIDE),
    create: Rule::stated(Create::Direct, GUIDE),
    edit: Rule::stated(
        Edit {
            name: true,
            email: true,
            login: true,
        },
        GUIDE,
    ),
    end: Rule::stated(End::DateThenAreas, GUIDE),
    delete: Rule::stated(Delete::Never, GUIDE),
    account_end: Rule::stated(AccountEnd::Date, GUIDE),
    has_areas: Rule::stated(true, GUIDE),
    directory: false,
    save: Rule::stated(SaveUnit::Grant, GUIDE),
    admin: Rule::stated(AdminSet::Area, GUIDE),
    admin_sees_all: Rule::stated(true, GUIDE),
    mail: Rule::stated(Mail::None, GUIDE),
    manual: &[],
    provisioning: &[],
    steps: &[],
    acts: &[],
    assumptions: &[],
};

const HFL: Rules = Rules {
    driver: "hfl",
    title: "HFL Education",
    organisation_id: id("DfE number", 7),
    login: Rule::stated(LoginForm::Username, GUIDE),
    create: Rule::stated(Create::WithTerms, GUIDE),
    end: Rule::stated(End::NoAreas, GUIDE),
    delete: Rule::stated(Delete::Irreversible, GUIDE),
    account_end: Rule::stated(AccountEnd::ByBeadle, GUIDE),
    save: Rule::stated(SaveUnit::AreaSet, GUIDE),
    admin: Rule::stated(AdminSet::None, GUIDE),
    mail: Rule::stated(Mail::AtCreation, GUIDE),
    ..OFS
};

static WAYS: &[Provisioning] = &[
    Provisioning {
        name: "sims",
        title: "SIMS AD provisioning",
        create: Create::Upstream,
        manual: &[],
    },
    Provisioning {
        name: "eamw",
        title: "the account website",
        create: Create::Upstream,
        manual: &[],
    },
];

const HAMPSHIRE: Rules = Rules {
    driver: "hampshire",
    title: "Hampshire Services Portal",
    organisation_id: id("DfE number", 7),
    login: Rule::stated(LoginForm::UserId, GUIDE),
    create: Rule::stated(Create::Upstream, GUIDE),
    end: Rule::stated(End::NoAreas, GUIDE),
    delete: Rule::stated(Delete::Irreversible, GUIDE),
    account_end: Rule::stated(AccountEnd::ByBeadle, GUIDE),
    save: Rule::stated(SaveUnit::AccountSet, GUIDE),
    admin: Rule::stated(AdminSet::Tick, GUIDE),
    mail: Rule::stated(Mail::EachSave, GUIDE),
    provisioning: WAYS,
    ..OFS
};

const HWB: Rules = Rules {
    driver: "hwb",
    title: "Hwb",
    organisation_id: Rule::stated(
        OrganisationIdForm {
            name: "authority code",
            digits: None,
        },
        GUIDE,
    ),
    login: Rule::stated(LoginForm::Assigned, GUIDE),
    end: Rule::stated(End::Deactivate, GUIDE),
    account_end: Rule::stated(
        AccountEnd::Terms(Terms {
            months: &[1, 3, 6],
            academic_year_end: (8, 31),
            renew_within_days: 30,
            dormant_after_days: 90,
        }),
        GUIDE,
    ),
    has_areas: Rule::stated(false, GUIDE),
    admin: Rule::stated(AdminSet::Act, GUIDE),
    ..OFS
};

const SCIM: Rules = Rules {
    driver: "scim",
    title: "SCIM service",
    organisation_id: Rule::stated(
        OrganisationIdForm {
            name: "tenant",
            digits: None,
        },
        GUIDE,
    ),
    login: Rule::stated(LoginForm::Username, GUIDE),
    end: Rule::stated(End::Deactivate, GUIDE),
    account_end: Rule::stated(AccountEnd::ByBeadle, GUIDE),
    directory: true,
    ..OFS
};

/// All of them.
pub(super) static ALL: &[&Rules] = &[&OFS, &HFL, &HAMPSHIRE, &HWB, &SCIM];
