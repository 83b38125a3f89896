//! What one step of a person makes of a snapshot, for a portal whose snapshot is all that beadle
//! knows of it. Pure: no file, and no question to any portal.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::name::canonical;
use super::snapshot::{Snapshot, SnapshotAccount};

/// One change of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "make", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SnapshotChange {
    /// The account comes to be.
    Account {
        /// Its login id.
        login: String,
        /// The person's name.
        name: String,
        /// Its email address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        email: Option<String>,
        /// Its last day of access.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<Date>,
        /// Whether another system keeps it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        upstream: bool,
    },
    /// Another name.
    Name {
        /// As it was.
        before: String,
        /// As it is now.
        after: String,
    },
    /// Another email address.
    Email {
        /// As it was; none where the portal showed none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
        /// As it is now.
        after: String,
        /// Whether it is the login id as well.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        login: bool,
    },
    /// Another login id.
    Login {
        /// As it was.
        before: String,
        /// As it is now.
        after: String,
    },
    /// Another last day of access.
    Expires {
        /// As it was; none for no end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Date>,
        /// As it is now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Date>,
    },
    /// Whether it has one area.
    Area {
        /// Which.
        area: String,
        /// True where it was given.
        given: bool,
    },
    /// Whether it is in the admin set.
    Admin {
        /// True where it was promoted.
        given: bool,
    },
    /// Whether it is active.
    Active {
        /// True where it was activated.
        given: bool,
    },
    /// It is gone.
    Gone {},
}

/// Which account a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whose<'a> {
    /// The portal's id; none where the account was still to be created.
    pub id: Option<&'a str>,
    /// Its login id.
    pub login: &'a str,
}

/// What became of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It has been changed.
    Changed,
    /// It said so already.
    AlreadySo,
}

/// Why a change does not fit a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoesNotFit {
    /// There is no such account.
    #[error("the snapshot has no account `{0}`")]
    NoAccount(String),
    /// An account with this login id is there, and another one than was meant.
    #[error("the snapshot has another account with the login id `{0}`")]
    LoginTaken(String),
    /// The snapshot shows neither what was nor what should be.
    #[error("the snapshot shows another {what} of `{login}` than the step was made for")]
    Different {
        /// Which field.
        what: &'static str,
        /// Whose.
        login: String,
    },
    /// An area that the catalogue does not have.
    #[error("the snapshot has no area `{0}`")]
    NoArea(String),
}

impl Snapshot {
    /// Makes one change. The evidence of completeness counts what is in the snapshot afterwards.
    ///
    /// # Errors
    /// [`DoesNotFit`] when the snapshot is not one that the change was made for. It is then as it
    /// was.
    pub fn change(
        &mut self,
        whose: Whose<'_>,
        change: &SnapshotChange,
    ) -> Result<Effect, DoesNotFit> {
        let effect = match change {
            SnapshotChange::Account {
                login,
                name,
                email,
                expires,
                upstream,
            } => self.add(SnapshotAccount {
                id: provisional_id(login),
                login: login.clone(),
                name: name.clone(),
                email: email.clone(),
                expires: *expires,
                active: true,
                locked: false,
                upstream: *upstream,
                admin: false,
                areas: Vec::new(),
                last_sign_in: None,
            })?,
            SnapshotChange::Area { area, given } => self.area(whose, area, *given)?,
            SnapshotChange::Admin { given } => self.admin(whose, *given)?,
            SnapshotChange::Gone {} => match self.position(whose) {
                Some(position) => {
                    self.accounts.remove(position);
                    Effect::Changed
                }
                None => Effect::AlreadySo,
            },
            SnapshotChange::Login { after, .. }
            | SnapshotChange::Email {
                after, login: true, ..
            } => {
                self.check_free(whose, after)?;
                edit(self.account(whose)?, change)?
            }
            SnapshotChange::Name { .. }
            | SnapshotChange::Email { .. }
            | SnapshotChange::Expires { .. }
            | SnapshotChange::Active { .. } => edit(self.account(whose)?, change)?,
        };
        self.evidence.accounts = self.accounts.len() as u64;
        Ok(effect)
    }

    /// By the portal's id, else by login id. Who was still to be created is known by login id
    /// alone: an account that was made earlier under the same login id may have got another since.
    fn position(&self, whose: Whose<'_>) -> Option<usize> {
        let of_id = |id: &str| self.accounts.iter().position(|account| account.id == id);
        let login = canonical(whose.login);
        let of_login = || {
            let mut accounts = self.accounts.iter();
            accounts.position(|account| canonical(&account.login) == login)
        };
        whose.id.and_then(of_id).or_else(of_login)
    }

    fn account(&mut self, whose: Whose<'_>) -> Result<&mut SnapshotAccount, DoesNotFit> {
        let position = self.position(whose);
        position
            .and_then(|position| self.accounts.get_mut(position))
            .ok_or_else(|| DoesNotFit::NoAccount(whose.login.to_owned()))
    }

    fn add(&mut self, mut account: SnapshotAccount) -> Result<Effect, DoesNotFit> {
        let login = canonical(&account.login);
        let mut there = self.accounts.iter();
        if let Some(there) = there.find(|there| canonical(&there.login) == login) {
            // The same person, from a snapshot that was read since.
            return if there.active {
                Ok(Effect::AlreadySo)
            } else {
                Err(DoesNotFit::LoginTaken(account.login))
            };
        }
        let first = account.id.clone();
        let mut further = 2;
        while self.accounts.iter().any(|there| there.id == account.id) {
            account.id = format!("{first}~{further}");
            further += 1;
        }
        self.accounts.push(account);
        Ok(Effect::Changed)
    }

    /// A login id that somebody else has cannot be given to another.
    fn check_free(&self, whose: Whose<'_>, login: &str) -> Result<(), DoesNotFit> {
        let own = self.position(whose);
        let wanted = canonical(login);
        let taken = self.accounts.iter().enumerate().any(|(position, account)| {
            Some(position) != own && canonical(&account.login) == wanted
        });
        if taken {
            Err(DoesNotFit::LoginTaken(login.to_owned()))
        } else {
            Ok(())
        }
    }

    fn area(&mut self, whose: Whose<'_>, area: &str, given: bool) -> Result<Effect, DoesNotFit> {
        let known = self.areas.iter().any(|known| known.code == area);
        if given && !known {
            return Err(DoesNotFit::NoArea(area.to_owned()));
        }
        let account = self.account(whose)?;
        let has = account.areas.iter().any(|held| held == area);
        if has == given {
            return Ok(Effect::AlreadySo);
        }
        if given {
            account.areas.push(area.to_owned());
            account.areas.sort();
        } else {
            account.areas.retain(|held| held != area);
        }
        Ok(Effect::Changed)
    }

    /// Whoever has the administration area is an administrator, also where the file says so only
    /// there.
    fn admin(&mut self, whose: Whose<'_>, given: bool) -> Result<Effect, DoesNotFit> {
        let areas = self.areas.iter().filter(|area| area.administration);
        let administration: Vec<String> = areas.map(|area| area.code.clone()).collect();
        let account = self.account(whose)?;
        let by_area = |area: &String| administration.contains(area);
        let is = account.admin || account.areas.iter().any(by_area);
        if is == given {
            return Ok(Effect::AlreadySo);
        }
        account.admin = given;
        account.areas.retain(|area| !by_area(area));
        Ok(Effect::Changed)
    }
}

/// Sets one field from what it was to what it is.
fn edit(account: &mut SnapshotAccount, change: &SnapshotChange) -> Result<Effect, DoesNotFit> {
    let login = account.login.clone();
    match change {
        SnapshotChange::Name { before, after } => {
            let was = Some(before.trim());
            let field = Some(account.name.trim());
            let effect = moved("name", &login, field, was, Some(after.trim()))?;
            account.name.clone_from(after);
            Ok(effect)
        }
        SnapshotChange::Email {
            before,
            after,
            login: follows,
        } => {
            let shown = if *follows {
                Some(account.login.as_str())
            } else {
                account.email.as_deref()
            };
            let shown = shown.map(canonical);
            let before = before.as_deref().map(canonical);
            let wanted = canonical(after);
            let effect = moved(
                "address",
                &login,
                shown.as_deref(),
                before.as_deref(),
                Some(wanted.as_str()),
            )?;
            account.email = Some(after.clone());
            if *follows {
                account.login.clone_from(after);
            }
            Ok(effect)
        }
        SnapshotChange::Login { before, after } => {
            let (shown, was, wanted) = (canonical(&login), canonical(before), canonical(after));
            let effect = moved("login id", &login, shown, was, wanted)?;
            account.login.clone_from(after);
            Ok(effect)
        }
        SnapshotChange::Expires { before, after } => {
            let effect = moved("last day", &login, account.expires, *before, *after)?;
            account.expires = *after;
            Ok(effect)
        }
        SnapshotChange::Active { given } => {
            let effect = moved("state", &login, account.active, !*given, *given)?;
            account.active = *given;
            Ok(effect)
        }
        SnapshotChange::Account { .. }
        | SnapshotChange::Area { .. }
        | SnapshotChange::Admin { .. }
        | SnapshotChange::Gone {} => Ok(Effect::AlreadySo),
    }
}

fn moved<T: PartialEq>(
    what: &'static str,
    login: &str,
    shown: T,
    before: T,
    after: T,
) -> Result<Effect, DoesNotFit> {
    if shown == after {
        Ok(Effect::AlreadySo)
    } else if shown == before {
        Ok(Effect::Changed)
    } else {
        let login = login.to_owned();
        Err(DoesNotFit::Different { what, login })
    }
}

/// The portal id under which a snapshot keeps an account of which only the login id is known: the
/// portal's own takes its place with the next snapshot that is read from the portal.
#[must_use]
pub fn provisional_id(login: &str) -> String {
    format!("login:{}", canonical(login))
}
