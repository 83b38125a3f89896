//! One account while it is planned: what the YAML says of it beside what is live, and what is to
//! become of it. Data only; who decides stands in `fate` and `admins`.

use jiff::civil::Date;

use crate::model::desired::DesiredAccount;
use crate::model::live::LiveAccount;
use crate::model::name::LoginId;
use crate::model::plan::{AccountRef, Reason};
use crate::model::source::Source;

use super::life::Life;

/// One account: named by the YAML, live, or both.
pub(super) struct Subject<'a> {
    /// What the YAML says.
    pub(super) wanted: Option<&'a DesiredAccount>,
    /// What the portal answered.
    pub(super) live: Option<&'a LiveAccount>,
    /// The entry of `was` through which the two were matched.
    pub(super) renamed: Option<&'a (LoginId, Source)>,
    /// A live login under `was` of an account whose present login is live as well.
    pub(super) former: bool,
    /// The account that beadle itself uses.
    pub(super) own: bool,
    /// What is to become of it.
    pub(super) fate: Fate<'a>,
    /// What becomes of its dates and activity, for one that is kept.
    pub(super) life: Life,
    /// What becomes of its place in the admin set.
    pub(super) admin: AdminMove,
    /// An end that is held back because too few administrators would be left: how many, of how
    /// many needed.
    pub(super) held: Option<(u32, u32)>,
    /// It becomes an administrator who can sign in, and is none yet.
    pub(super) gains: bool,
    /// It is an administrator who can sign in, and will be none.
    pub(super) loses: bool,
}

/// What is to become of an account.
#[derive(Clone, Copy)]
pub(super) enum Fate<'a> {
    /// Nothing: neither live nor desired, or not to be touched.
    Alone,
    /// Live and not named: left alone, but for the admin set where that is exact.
    Unnamed {
        /// Whether it is worth a line.
        report: bool,
    },
    /// Desired and not live.
    Create,
    /// Desired, not live, and only another system can make it.
    AwaitUpstream,
    /// Desired and live.
    Keep,
    /// Live and not desired.
    End(Cause<'a>),
    /// Named under `delete`.
    Delete(&'a Source),
}

/// Why an account's access ends.
#[derive(Clone, Copy)]
pub(super) enum Cause<'a> {
    /// Its last day has passed.
    Ended(Date, Option<&'a Source>),
    /// Its first day has not come.
    NotBegun(Date, Option<&'a Source>),
    /// The YAML does not name it, and policy ends such accounts.
    Unmanaged,
}

/// What becomes of an account's place in the admin set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AdminMove {
    /// Nothing.
    Stay,
    /// In.
    Promote(Reason),
    /// Out.
    Demote(Reason),
}

impl<'a> Subject<'a> {
    /// An account of which nothing has been decided yet.
    pub(super) fn new(
        wanted: Option<&'a DesiredAccount>,
        live: Option<&'a LiveAccount>,
        renamed: Option<&'a (LoginId, Source)>,
    ) -> Self {
        Self {
            wanted,
            live,
            renamed,
            former: false,
            own: false,
            fate: Fate::Alone,
            life: Life::default(),
            admin: AdminMove::Stay,
            held: None,
            gains: false,
            loses: false,
        }
    }

    /// How actions and steps name it: by its live login where it is live.
    pub(super) fn account(&self) -> Option<AccountRef> {
        let login = self.login()?.clone();
        let name = self
            .wanted
            .map(|wanted| &wanted.name)
            .or(self.live.map(|live| &live.name))?;
        Some(AccountRef {
            login,
            name: name.clone(),
            id: self.live.map(|live| live.id.clone()),
            person: self.wanted.map(|wanted| wanted.person.clone()),
        })
    }

    /// Its live login, else the desired one.
    pub(super) fn login(&self) -> Option<&'a LoginId> {
        let live = self.live.map(|live| &live.login);
        live.or(self.wanted.map(|wanted| &wanted.login))
    }

    /// Where the YAML declares it.
    pub(super) fn source(&self) -> Option<&'a Source> {
        self.wanted.and_then(DesiredAccount::source)
    }

    /// Why it is there: every place that declares it.
    pub(super) fn listed(&self) -> Reason {
        Reason::Listed(
            self.wanted
                .map(|wanted| wanted.provenance.clone())
                .unwrap_or_default(),
        )
    }

    /// In the admin set now, and after this plan too.
    pub(super) fn stays_admin(&self) -> bool {
        let live = self.live.is_some_and(|live| live.admin);
        live && !matches!(self.admin, AdminMove::Demote(_))
    }

    /// Named by the YAML, and its access is desired on the day.
    pub(super) fn is_present(&self) -> bool {
        matches!(self.fate, Fate::Keep | Fate::Create | Fate::AwaitUpstream)
    }
}

impl Cause<'_> {
    /// The reason of the actions that end access.
    pub(super) fn reason(self) -> Reason {
        match self {
            Self::Ended(until, source) => Reason::Ended {
                until,
                source: source.cloned(),
            },
            Self::NotBegun(from, source) => Reason::NotBegun {
                from,
                source: source.cloned(),
            },
            Self::Unmanaged => Reason::Unmanaged,
        }
    }

    /// Where the YAML says so.
    pub(super) fn source(&self) -> Option<&Source> {
        match self {
            Self::Ended(_, source) | Self::NotBegun(_, source) => *source,
            Self::Unmanaged => None,
        }
    }
}
