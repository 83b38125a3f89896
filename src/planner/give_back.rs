//! What a run took, as a wish: what is live, and beside it what that run took and nobody has
//! changed since. The planner plans it as any other wish, so that the portal's rules hold; all
//! that is not given back is left as it is live, and nothing can be taken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::model::day::{Presence, Window};
use crate::model::desired::{Desired, DesiredAccount, DesiredAdmins, DesiredGrant};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{AreaName, LoginId, PortalId, canonical};
use crate::model::policy::{Policy, Removals, Unmanaged};
use crate::model::rules::{AccountEnd, End, LoginForm, Rules};
use crate::model::source::{Provenance, Source, Via};
use crate::model::undo::{Taken, UndoAccount};

/// One organisation at one portal, from which something was taken.
#[derive(Clone, Copy, Debug)]
pub struct GiveBack<'a> {
    /// What the YAML says: only what it says of the organisation as a whole counts.
    pub desired: &'a Desired,
    /// What is live now.
    pub live: &'a Live,
    /// What the portal can do.
    pub rules: &'a Rules,
    /// The day on which it is given back.
    pub day: Date,
    /// The day of the run that took it.
    pub taken_on: Date,
    /// From whom it was taken, each with where that stands.
    pub accounts: &'a [(&'a UndoAccount, Source)],
}

/// What is to be planned, and what is not given back.
#[derive(Clone, Debug)]
pub struct GivenBack {
    /// The wish.
    pub desired: Desired,
    /// What is live, without the sign-ins of those who are activated again: that they have not
    /// signed in for long is no reason to leave them as the run left them.
    pub live: Live,
    /// What is left as it is, because somebody has changed it since.
    pub left: Vec<LeftAlone>,
    /// What nothing gives back.
    pub lost: Vec<LeftAlone>,
}

/// Something that is not given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// The login id before the run.
    pub login: LoginId,
    /// The user's key in the YAML, or the login id.
    pub person: Arc<str>,
    /// What, and why, in a clause that names nobody.
    pub why: String,
}

/// Works out what is given back.
#[must_use]
pub fn give_back(from: &GiveBack<'_>) -> GivenBack {
    let mut giving = Giving {
        from,
        accounts: BTreeMap::new(),
        admins: BTreeMap::new(),
        awake: BTreeSet::new(),
        left: Vec::new(),
        lost: Vec::new(),
    };
    for (account, source) in from.accounts {
        giving.account(account, source);
    }
    let policy = Policy {
        removals: Removals::None,
        unmanaged: Unmanaged::Report,
        ignore: Vec::new(),
        ..Policy::clone(&from.desired.policy)
    };
    let Giving {
        from,
        accounts,
        admins,
        awake,
        left,
        lost,
    } = giving;
    let desired = Desired {
        manages_accounts: false,
        accounts,
        admins: DesiredAdmins {
            exact: false,
            members: admins,
            source: None,
        },
        delete: BTreeMap::new(),
        policy: Arc::new(policy),
        ..from.desired.clone()
    };
    GivenBack {
        desired,
        live: from.live.clone().without_sign_ins(&awake),
        left,
        lost,
    }
}

struct Giving<'a> {
    from: &'a GiveBack<'a>,
    accounts: BTreeMap<LoginId, DesiredAccount>,
    admins: BTreeMap<LoginId, Vec<Provenance>>,
    awake: BTreeSet<PortalId>,
    left: Vec<LeftAlone>,
    lost: Vec<LeftAlone>,
}

/// What is wished of an account's own fields.
struct Fields {
    login: LoginId,
    name: Arc<str>,
    email: Option<Arc<str>>,
    expires: Option<Date>,
    active: bool,
    /// Whether any of them differs from what is live.
    differ: bool,
}

impl<'a> Giving<'a> {
    fn account(&mut self, before: &UndoAccount, source: &Source) {
        let Some(now) = self.still_there(before) else {
            return;
        };
        let fields = self.fields(before, now);
        let (given, admin) = (self.areas(before, now), gives_admin(before, now));
        if !fields.differ && given.is_empty() && !admin {
            return;
        }
        let usable = fields.active && fields.expires.is_none_or(|last| last >= self.from.day);
        if before.was_usable(self.from.taken_on) && !usable {
            let why = "its access has ended since, and nothing is given to it";
            self.leave(before, why.to_owned());
            return;
        }
        let place = Provenance {
            via: Via::Undo(self.from.taken_on),
            source: source.clone(),
        };
        if admin {
            let login = fields.login.clone();
            self.admins.insert(login, vec![place.clone()]);
        }
        // An administrator alone is not listed: that would ask for more than was taken.
        if !fields.differ && given.is_empty() {
            return;
        }
        if !fields.active && self.from.rules.end.value == End::Deactivate {
            let why = "the account is not active, and whatever is given would activate it";
            self.leave(before, why.to_owned());
            return;
        }
        if fields.active && !now.active {
            self.awake.insert(now.id.clone());
        }
        self.wish((before, now), fields, given, place);
    }

    /// The account as it is live, where it is still the one that something was taken from.
    fn still_there(&mut self, before: &UndoAccount) -> Option<&'a LiveAccount> {
        let deleted = before.taken.iter().find_map(|taken| match taken {
            Taken::Account { areas, admin } => Some((areas, *admin)),
            _ => None,
        });
        let now = self.from.live.accounts().get(&before.id);
        match (now, deleted) {
            (None, Some((areas, admin))) => {
                self.lost.push(note(before, gone_for_good(areas, admin)));
                None
            }
            (None, None) => {
                self.leave(before, "the account is not there any more".to_owned());
                None
            }
            // It was not deleted after all.
            (Some(_), Some(_)) => None,
            (Some(now), None) => {
                let Some(why) = self.somebody_else(before, now) else {
                    return Some(now);
                };
                self.leave(before, why.to_owned());
                None
            }
        }
    }

    /// Why the account may be another person's by now.
    fn somebody_else(&self, before: &UndoAccount, now: &LiveAccount) -> Option<&'static str> {
        let follows = self.from.rules.login.value == LoginForm::Email;
        let mut logins = vec![before.login.clone()];
        let mut addresses = vec![before.email.as_deref().map(canonical)];
        for taken in &before.taken {
            match taken {
                Taken::Login { before: _, after } => logins.push(after.clone()),
                Taken::Email { before: _, after } => {
                    addresses.push(Some(canonical(after)));
                    if follows {
                        logins.push(LoginId::new(after.as_str()));
                    }
                }
                _ => {}
            }
        }
        if !logins.contains(&now.login) {
            return Some("its login id has been changed since: it may be somebody else's");
        }
        let address = now.email.as_deref().map(canonical);
        let shown = before.email.is_some() && address.is_some();
        (shown && !addresses.contains(&address))
            .then_some("its address has been changed since: it may be somebody else's")
    }

    fn fields(&mut self, before: &UndoAccount, now: &LiveAccount) -> Fields {
        let mut fields = Fields {
            login: now.login.clone(),
            name: Arc::clone(&now.name),
            email: now.email.clone(),
            expires: now.expires,
            active: now.active,
            differ: false,
        };
        for taken in &before.taken {
            let changed = match taken {
                Taken::Expires { before, after } => {
                    let (is, was) = (now.expires == Some(*after), now.expires == *before);
                    if is {
                        fields.expires = *before;
                    }
                    (is, was, "its last day has been changed since")
                }
                Taken::Active => {
                    fields.active = true;
                    (!now.active, now.active, "")
                }
                Taken::Name { before, after } => {
                    let is = now.name.trim() == after.trim();
                    if is {
                        fields.name = before.as_str().into();
                    }
                    let was = now.name.trim() == before.trim();
                    (is, was, "its name has been changed since")
                }
                Taken::Email { before, after } => self.address(now, (before, after), &mut fields),
                Taken::Login { before, after } => self.login(now, (before, after), &mut fields),
                Taken::Area { .. } | Taken::Admin { .. } | Taken::Account { .. } => continue,
            };
            let (is, was, why) = changed;
            fields.differ |= is;
            if !is && !was {
                self.leave(before, why.to_owned());
            }
        }
        fields
    }

    fn address(
        &self,
        now: &LiveAccount,
        (before, after): (&str, &str),
        fields: &mut Fields,
    ) -> (bool, bool, &'static str) {
        if self.from.rules.login.value == LoginForm::Email {
            let (before, after) = (LoginId::new(before), LoginId::new(after));
            return self.login(now, (&before, &after), fields);
        }
        let shown = now.email.as_deref().map(canonical);
        let is = shown.as_deref() == Some(&*canonical(after));
        if is {
            fields.email = Some(before.into());
        }
        let was = shown.as_deref() == Some(&*canonical(before));
        (is, was, "its address has been changed since")
    }

    fn login(
        &self,
        now: &LiveAccount,
        (before, after): (&LoginId, &LoginId),
        fields: &mut Fields,
    ) -> (bool, bool, &'static str) {
        let mut accounts = self.from.live.accounts().values();
        if now.login == *before {
            return (false, true, "");
        }
        if accounts.any(|other| other.login == *before) {
            return (false, false, "its former login id is another account's now");
        }
        let is = now.login == *after;
        if is {
            fields.login = before.clone();
        }
        (is, false, "its login id has been changed since")
    }

    /// The areas that it lacks and that are still there to be given.
    fn areas(&mut self, before: &UndoAccount, now: &LiveAccount) -> BTreeSet<AreaName> {
        let mut given = BTreeSet::new();
        for taken in &before.taken {
            let Taken::Area { area, .. } = taken else {
                continue;
            };
            if now.areas.contains(area) {
                continue;
            }
            match self.from.live.catalogue().get(area) {
                Some(entry) if !entry.administration => {
                    given.insert(area.clone());
                }
                _ => self.leave(
                    before,
                    format!("the portal does not offer `{area}` any more"),
                ),
            }
        }
        given
    }

    fn wish(
        &mut self,
        (before, now): (&UndoAccount, &LiveAccount),
        fields: Fields,
        given: BTreeSet<AreaName>,
        place: Provenance,
    ) {
        let Fields {
            login,
            name,
            email,
            expires,
            active: _,
            differ: _,
        } = fields;
        let until = match self.from.rules.account_end.value {
            AccountEnd::Date => expires,
            // No longer than it is: a further term was not taken.
            AccountEnd::Terms(_) => now.expires,
            AccountEnd::ByBeadle => None,
        };
        let held = now.areas.iter().cloned().map(|area| (area, Vec::new()));
        let given = given.into_iter().map(|area| (area, vec![place.clone()]));
        let grants = held.chain(given).map(|(area, provenance)| {
            let grant = DesiredGrant {
                window: Window::default(),
                presence: Presence::Present,
                reason: None,
                provenance,
            };
            (area, grant)
        });
        let renamed = login != now.login;
        let account = DesiredAccount {
            person: person_of(before),
            login: login.clone(),
            name,
            email,
            was: if renamed {
                vec![(now.login.clone(), place.source.clone())]
            } else {
                Vec::new()
            },
            window: Window { from: None, until },
            presence: Presence::Present,
            grants: grants.collect(),
            shared: None,
            provenance: vec![place],
        };
        self.accounts.insert(login, account);
    }

    fn leave(&mut self, before: &UndoAccount, why: String) {
        self.left.push(note(before, why));
    }
}

fn gives_admin(before: &UndoAccount, now: &LiveAccount) -> bool {
    let taken = before.taken.iter();
    let admin = taken.filter(|taken| matches!(taken, Taken::Admin { .. }));
    !now.admin && admin.count() > 0
}

fn gone_for_good(areas: &[AreaName], admin: bool) -> String {
    let mut had: Vec<String> = areas.iter().map(|area| format!("`{area}`")).collect();
    if admin {
        had.push("the administrators' rights".to_owned());
    }
    let had = if had.is_empty() {
        String::new()
    } else {
        format!("; it had {}", had.join(", "))
    };
    format!(
        "the account was deleted, and nothing brings it back: list the user again for a new \
         one{had}"
    )
}

fn note(before: &UndoAccount, why: String) -> LeftAlone {
    LeftAlone {
        login: before.login.clone(),
        person: person_of(before),
        why,
    }
}

fn person_of(before: &UndoAccount) -> Arc<str> {
    let login = before.login.canonical();
    before.person.as_deref().unwrap_or(login).into()
}
