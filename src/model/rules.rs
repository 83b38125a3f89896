//! What a portal can do, as data: one table for each driver, read by the planner and by the
//! configuration's checks. There is no `if` on a driver's name anywhere; there is a row here.
//!
//! Each row says where it was read, or that nobody has tried it on the portal yet.

use super::plan::ManualKind;
use super::steps::{ActKind, ActText, StepKind, StepText};

/// One row: a value and where it was read.
#[derive(Clone, Copy, Debug)]
pub struct Rule<T> {
    /// What holds.
    pub value: T,
    /// The guide and paragraph, or why the value is assumed.
    pub source: &'static str,
    /// False for an assumption that nobody has tried on the portal; plans that rest on it say so.
    pub verified: bool,
}

impl<T> Rule<T> {
    /// A rule that the portal's guide states.
    #[must_use]
    pub const fn stated(value: T, source: &'static str) -> Self {
        Self {
            value,
            source,
            verified: true,
        }
    }

    /// An assumption: not in the guide, not tried yet.
    #[must_use]
    pub const fn unverified(value: T, source: &'static str) -> Self {
        Self {
            value,
            source,
            verified: false,
        }
    }
}

/// Everything that the planner must know of a portal.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The driver's name in YAML, such as `ofs`.
    pub driver: &'static str,
    /// The portal's name in prose.
    pub title: &'static str,
    /// The form of an organisation's id there.
    pub organisation_id: Rule<OrganisationIdForm>,
    /// The form of a login id there.
    pub login: Rule<LoginForm>,
    /// How accounts come to be.
    pub create: Rule<Create>,
    /// What an administrator can edit of an account.
    pub edit: Rule<Edit>,
    /// How access ends.
    pub end: Rule<End>,
    /// Whether an account can be deleted.
    pub delete: Rule<Delete>,
    /// Whether an account ends by itself on a date.
    pub account_end: Rule<AccountEnd>,
    /// Whether there are areas at all.
    pub has_areas: Rule<bool>,
    /// Whether it is a directory of users and groups, which must be told the group of each area.
    pub directory: bool,
    /// What one save writes.
    pub save: Rule<SaveUnit>,
    /// How administrators are made and unmade.
    pub admin: Rule<AdminSet>,
    /// Administrators see every area without a grant: none is planned for them, and none is drift.
    pub admin_sees_all: Rule<bool>,
    /// Which saves mail whom.
    pub mail: Rule<Mail>,
    /// The clicks of each step that only a person can do there.
    pub manual: &'static [ManualText],
    /// By what other system accounts come to be, where that differs from organisation to
    /// organisation and is chosen in the YAML. The first is what holds where nothing is chosen.
    pub provisioning: &'static [Provisioning],
    /// The clicks of each save, for a portal without an API.
    pub steps: &'static [StepText],
    /// The help-desk acts that the portal has.
    pub acts: &'static [ActText],
    /// Further assumptions that plans which create or end access must mention.
    pub assumptions: &'static [&'static str],
}

/// The form of an organisation's id at a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganisationIdForm {
    /// What the field calls it: `UKPRN`, `DfE number`.
    pub name: &'static str,
    /// Exactly this many digits; `None` for any text.
    pub digits: Option<u8>,
}

/// The form of a login id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginForm {
    /// An email address, and the account's address at the same time.
    Email,
    /// Any text without spaces, by habit the email address.
    Username,
    /// A user id such as `JSMITH12`, or the email address of somebody from another organisation.
    UserId,
    /// Made by the portal when the account is. The YAML may name it once it is known; until then
    /// the account is found by its email address.
    Assigned,
}

/// How accounts come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// By an administrator.
    Direct,
    /// By an administrator, once a named person has accepted the terms.
    WithTerms,
    /// Only in another system; beadle waits for the account and then grants.
    Upstream,
}

/// One way in which an organisation's accounts come to be.
#[derive(Clone, Copy, Debug)]
pub struct Provisioning {
    /// Its name in YAML (`provisioning`).
    pub name: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// How accounts come to be with it.
    pub create: Create,
    /// The clicks of the steps for which it has words of its own.
    pub manual: &'static [ManualText],
}

/// What an administrator can edit of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The person's name.
    pub name: bool,
    /// The email address; where the login form is [`LoginForm::Email`], the login id with it.
    pub email: bool,
    /// The login id.
    pub login: bool,
}

/// How access ends (the action `expire`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A date in the past first, then each area is removed (a `revoke` each, after the `expire`).
    DateThenAreas,
    /// Every area is removed; the empty account stays. One `expire`, no separate revokes.
    NoAreas,
    /// The account is deactivated; reversible.
    Deactivate,
}

/// Whether an account can be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delete {
    /// Never: naming it under `delete` is an error.
    Never,
    /// For good, and only when named under `delete`.
    Irreversible,
}

/// Whether an account ends by itself on a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountEnd {
    /// The account carries its last day of access.
    Date,
    /// It does not: beadle expires it on the first run after.
    ByBeadle,
    /// Accounts live for one of a few terms and are renewed near the end.
    Terms(Terms),
}

/// The terms for which an account can be made or kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Terms of whole months, ascending.
    pub months: &'static [u8],
    /// Month and day on which the longest term, the academic year, ends.
    pub academic_year_end: (i8, i8),
    /// A renewal is planned within this many days of the end.
    pub renew_within_days: i64,
    /// An account without a sign-in for this many days is deactivated by the portal: reported,
    /// never fought.
    pub dormant_after_days: i64,
}

/// What one save writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveUnit {
    /// One grant.
    Grant,
    /// One area's whole set of accounts.
    AreaSet,
    /// One account's whole set of areas, the admin tick among them.
    AccountSet,
}

/// How administrators are made and unmade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminSet {
    /// There is none to manage: `admins` is an error.
    None,
    /// Membership of the catalogue's area with `administration: true`. Promotion is a manual step
    /// where that area needs an access key; demotion is that area's removal.
    Area,
    /// A tick in the account's own set.
    Tick,
    /// Acts on one account: promote, demote.
    Act,
}

/// Which saves mail whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mail {
    /// None is described.
    None,
    /// One to the new account's holder, where `notify` is chosen.
    AtCreation,
    /// One to the account's holder for each save.
    EachSave,
}

/// The clicks of one kind of manual step. `{name}`, `{login}`, `{area}`, `{organisation}`,
/// `{before}` and `{after}` are filled in.
#[derive(Clone, Copy, Debug)]
pub struct ManualText {
    /// Which step.
    pub kind: ManualKind,
    /// What is to be done, in one line.
    pub title: &'static str,
    /// Where to click, in the portal's own words, one entry a click.
    pub clicks: &'static [&'static str],
    /// Where it was read.
    pub source: &'static str,
}

impl Rules {
    /// The way in which accounts come to be that bears this name; where none is named, the first.
    #[must_use]
    pub fn provisioned(&self, name: Option<&str>) -> Option<&'static Provisioning> {
        match name {
            Some(name) => self.provisioning.iter().find(|way| way.name == name),
            None => self.provisioning.first(),
        }
    }

    /// The words for a step at a portal without an API.
    #[must_use]
    pub fn step(&self, kind: StepKind) -> Option<&'static StepText> {
        self.steps.iter().find(|text| text.kind == kind)
    }

    /// The words for a help-desk act; none where the portal has no such act.
    #[must_use]
    pub fn act(&self, kind: ActKind) -> Option<&'static ActText> {
        self.acts.iter().find(|text| text.kind == kind)
    }

    /// The source texts of the rows that nobody has verified, in the table's order.
    #[must_use]
    pub fn unverified(&self) -> Vec<&'static str> {
        let Self {
            driver: _,
            title: _,
            organisation_id,
            login,
            create,
            edit,
            end,
            delete,
            account_end,
            has_areas,
            directory: _,
            save,
            admin,
            admin_sees_all,
            mail,
            manual: _,
            provisioning: _,
            steps: _,
            acts: _,
            assumptions,
        } = self;
        let rows = [
            (organisation_id.verified, organisation_id.source),
            (login.verified, login.source),
            (create.verified, create.source),
            (edit.verified, edit.source),
            (end.verified, end.source),
            (delete.verified, delete.source),
            (account_end.verified, account_end.source),
            (has_areas.verified, has_areas.source),
            (save.verified, save.source),
            (admin.verified, admin.source),
            (admin_sees_all.verified, admin_sees_all.source),
            (mail.verified, mail.source),
        ];
        let assumed = rows
            .into_iter()
            .filter(|(verified, _)| !verified)
            .map(|(_, source)| source);
        assumed.chain(assumptions.iter().copied()).collect()
    }
}
