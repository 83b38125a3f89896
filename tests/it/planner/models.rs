//! The rules of all five models as data, after the table of the domain's documents. The drivers
//! have tables of their own; these are the planner's test matter.

use beadle::model::plan::ManualKind;
use beadle::model::rules::{
    AccountEnd, AdminSet, Create, Delete, Edit, End, LoginForm, Mail, ManualText,
    OrganisationIdForm, Rule, Rules, SaveUnit, Terms,
};

/// The five, in the table's order.
const ALL: [&Rules; 5] = [&OFS, &HFL, &HAMPSHIRE, &HWB, &SCIM];

/// These five, and the tables of the drivers.
pub(super) fn all() -> impl Iterator<Item = &'static Rules> {
    let drivers = beadle::portal::drivers().iter();
    ALL.into_iter().chain(drivers.map(|driver| driver.rules))
}

const fn stated<T>(value: T) -> Rule<T> {
    Rule::stated(value, "the guide")
}

const fn edit(name: bool, email: bool, login: bool) -> Rule<Edit> {
    stated(Edit { name, email, login })
}

const fn organisation(name: &'static str, digits: Option<u8>) -> Rule<OrganisationIdForm> {
    stated(OrganisationIdForm { name, digits })
}

const fn text(
    kind: ManualKind,
    title: &'static str,
    clicks: &'static [&'static str],
) -> ManualText {
    ManualText {
        kind,
        title,
        clicks,
        source: "the guide",
    }
}

const CHANGE_PASSWORD: ManualText = text(
    ManualKind::ChangePassword,
    "change the password of {login}",
    &["sign in as {login}"],
);
const RENAME: ManualText = text(
    ManualKind::Rename,
    "rename {before} to {after}",
    &["ask for it"],
);

/// Universities and colleges.
pub(super) const OFS: Rules = Rules {
    driver: "ofs",
    title: "OfS portal",
    organisation_id: organisation("UKPRN", Some(8)),
    login: stated(LoginForm::Email),
    create: stated(Create::Direct),
    edit: edit(true, true, true),
    end: stated(End::DateThenAreas),
    delete: stated(Delete::Never),
    account_end: Rule::unverified(AccountEnd::Date, "the last day counts as a day of access"),
    has_areas: stated(true),
    directory: false,
    save: stated(SaveUnit::Grant),
    admin: stated(AdminSet::Area),
    admin_sees_all: stated(true),
    mail: stated(Mail::None),
    manual: &[
        text(
            ManualKind::AccessKey,
            "{name} joins {area} with its key",
            &["My account", "Activate an access key"],
        ),
        text(
            ManualKind::AdminKey,
            "{name} joins {area} with its key",
            &["My account", "Activate an access key"],
        ),
        CHANGE_PASSWORD,
    ],
    provisioning: &[],
    steps: &[],
    acts: &[],
    assumptions: &[],
};

/// Products bought by a school.
pub(super) const HFL: Rules = Rules {
    driver: "hfl",
    title: "HFL Education",
    organisation_id: organisation("DfE number", Some(7)),
    login: stated(LoginForm::Username),
    create: stated(Create::WithTerms),
    edit: edit(true, true, false),
    end: stated(End::NoAreas),
    delete: stated(Delete::Irreversible),
    account_end: stated(AccountEnd::ByBeadle),
    has_areas: stated(true),
    directory: false,
    save: stated(SaveUnit::AreaSet),
    admin: stated(AdminSet::None),
    admin_sees_all: stated(false),
    mail: stated(Mail::AtCreation),
    manual: &[
        text(
            ManualKind::HandOver,
            "hand {login} over to {name}",
            &["tell {name} in person"],
        ),
        RENAME,
        CHANGE_PASSWORD,
    ],
    provisioning: &[],
    steps: &[],
    acts: &[],
    assumptions: &[],
};

/// Services of schools whose staff another system provides.
pub(super) const HAMPSHIRE: Rules = Rules {
    driver: "hampshire",
    title: "Hampshire Services Portal",
    organisation_id: organisation("DfE number", Some(7)),
    login: stated(LoginForm::UserId),
    create: stated(Create::Upstream),
    edit: edit(false, false, false),
    end: stated(End::NoAreas),
    delete: stated(Delete::Irreversible),
    account_end: stated(AccountEnd::ByBeadle),
    has_areas: stated(true),
    directory: false,
    save: stated(SaveUnit::AccountSet),
    admin: stated(AdminSet::Tick),
    admin_sees_all: stated(false),
    mail: stated(Mail::EachSave),
    manual: &[
        text(
            ManualKind::CreateUpstream,
            "provide {login} for {organisation}",
            &["SIMS", "Staff"],
        ),
        RENAME,
        CHANGE_PASSWORD,
    ],
    provisioning: &[],
    steps: &[],
    acts: &[],
    assumptions: &[],
};

/// Users of an authority that no school system keeps.
pub(super) const HWB: Rules = Rules {
    driver: "hwb",
    title: "Hwb user management",
    organisation_id: organisation("authority code", None),
    login: stated(LoginForm::Assigned),
    create: stated(Create::Direct),
    edit: edit(false, false, false),
    end: stated(End::Deactivate),
    delete: stated(Delete::Never),
    account_end: stated(AccountEnd::Terms(TERMS)),
    has_areas: stated(false),
    directory: false,
    save: stated(SaveUnit::AccountSet),
    admin: stated(AdminSet::Act),
    admin_sees_all: stated(true),
    mail: stated(Mail::None),
    manual: &[
        text(
            ManualKind::SecondFactor,
            "{name} sets up the second factor",
            &["inside the network"],
        ),
        text(
            ManualKind::EndUpstream,
            "end {login} in the MIS",
            &["MIS", "Leavers"],
        ),
    ],
    provisioning: &[],
    steps: &[],
    acts: &[],
    assumptions: &[],
};

/// Terms of Hwb accounts.
pub(super) const TERMS: Terms = Terms {
    months: &[1, 3, 6],
    academic_year_end: (8, 31),
    renew_within_days: 56,
    dormant_after_days: 90,
};

/// Any service that speaks SCIM 2.0.
pub(super) const SCIM: Rules = Rules {
    driver: "scim",
    title: "SCIM service",
    organisation_id: organisation("tenant", None),
    login: stated(LoginForm::Username),
    create: stated(Create::Direct),
    edit: edit(true, true, true),
    end: stated(End::Deactivate),
    delete: stated(Delete::Never),
    account_end: stated(AccountEnd::ByBeadle),
    has_areas: stated(true),
    directory: true,
    save: stated(SaveUnit::AreaSet),
    admin: stated(AdminSet::Area),
    admin_sees_all: stated(false),
    mail: stated(Mail::None),
    manual: &[CHANGE_PASSWORD],
    provisioning: &[],
    steps: &[],
    acts: &[],
    assumptions: &[],
};
