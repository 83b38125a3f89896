//! What Hwb allows, and does: the same for its API and its pages. Letters and numbers in brackets
//! are the rows of the portal's rules.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::fields::{Term, check_email, check_name, check_password};
use crate::model::day::days_between;
use crate::sandbox::problem::{Problem, shortened};
use crate::sandbox::store::{Account, Late, OrganisationRows, PortalRows};

/// How many reads miss what was accepted: the first does, the next one shows it (W2, W7).
const READS_THAT_MISS: u32 = 1;
/// Days without a sign-in after which an account is deactivated (W5).
const DORMANT_AFTER: i64 = 90;
/// Days before its end from which an account is in the list of those that expire (W4).
pub(super) const EXPIRING_WITHIN: i64 = 56;
/// Digits of a school's number.
const SCHOOL_DIGITS: usize = 7;

/// A user to be made.
#[derive(Debug)]
pub(super) struct NewUser {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) term: Term,
}

/// Whether an organisation is a school: every other is an authority, and every school is in its
/// area.
pub(super) fn is_school(id: &str) -> bool {
    id.len() == SCHOOL_DIGITS && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The schools in an authority's area (W11).
pub(super) fn schools<'a>(portal: PortalRows<'a>) -> Result<Vec<OrganisationRows<'a>>, Problem> {
    let mut schools = Vec::new();
    for id in portal.organisations()? {
        if is_school(&id) {
            schools.extend(portal.organisation(&id)?);
        }
    }
    Ok(schools)
}

/// The account that the caller signs in with; none in a school that the caller manages for its
/// authority (W11).
pub(super) fn own_account(
    organisation: &OrganisationRows<'_>,
    opens: impl Fn(&str) -> bool,
) -> Result<Option<String>, Problem> {
    if is_school(&organisation.id) {
        let portal = PortalRows {
            connection: organisation.connection,
            portal: organisation.portal,
        };
        let from_above = |id: &String| !is_school(id) && opens(id);
        if portal.organisations()?.iter().any(from_above) {
            return Ok(None);
        }
    }
    Ok(organisation.caller()?)
}

/// What is known beside an account's own row to say whether it is active.
pub(super) struct Activity {
    today: Date,
    waking: BTreeSet<String>,
    activated: BTreeMap<String, Date>,
}

impl Activity {
    pub(super) fn of(organisation: &OrganisationRows<'_>, today: Date) -> Result<Self, Problem> {
        Ok(Self {
            today,
            waking: organisation.late(Late::Activation)?.into_iter().collect(),
            activated: organisation.activations()?,
        })
    }

    /// Whether it is active: nobody has deactivated it, an activation shows already, and neither
    /// the end of its term (W4) nor want of a sign-in (W5) has deactivated it since.
    pub(super) fn is_active(&self, account: &Account) -> bool {
        account.active
            && !self.is_waking(account)
            && !self.is_ended(account)
            && !self.is_dormant(account)
    }

    /// Whether an activation does not show yet (W7).
    pub(super) fn is_waking(&self, account: &Account) -> bool {
        self.waking.contains(&account.id)
    }

    /// Whether its term is over, and nobody has activated it since.
    pub(super) fn is_ended(&self, account: &Account) -> bool {
        let activated = self.activated.get(&account.id);
        !account.upstream
            && account.expires.is_some_and(|last| {
                last < self.today && activated.is_none_or(|activated| *activated <= last)
            })
    }

    /// Whether nobody has signed in, or activated it, for too long.
    pub(super) fn is_dormant(&self, account: &Account) -> bool {
        let activated = self.activated.get(&account.id).copied();
        let seen = account.last_sign_in.max(activated);
        !account.upstream
            && account.last_sign_in.is_some()
            && seen.is_some_and(|seen| days_between(seen, self.today) > DORMANT_AFTER)
    }

    /// Whether it is in the list of those that expire, or has ended (W4).
    pub(super) fn is_expiring(&self, account: &Account) -> bool {
        let near = |last| days_between(self.today, last) <= EXPIRING_WITHIN;
        !account.upstream && account.expires.is_some_and(near)
    }
}

/// The ids that lists leave out: those still being made, and `hidden` by a fault. A list read from
/// its beginning counts as a read.
pub(super) fn hidden(
    organisation: &OrganisationRows<'_>,
    from_the_beginning: bool,
    hidden: &str,
) -> Result<String, Problem> {
    if from_the_beginning {
        organisation.count_read(None)?;
    }
    let mut ids: Vec<String> = serde_json::from_str(hidden).unwrap_or_default();
    ids.extend(organisation.late(Late::Account)?);
    Ok(serde_json::Value::from(ids).to_string())
}

/// Begins to make a user: it is in no list until later (W2).
pub(super) fn create(
    organisation: &OrganisationRows<'_>,
    user: NewUser,
    today: Date,
) -> Result<Account, Problem> {
    let NewUser { name, email, term } = user;
    check_email(&email)?;
    check_name(&name)?;
    if let Some(holder) = organisation.account_id_by_email(&email)? {
        let pending = organisation.late(Late::Account)?.contains(&holder);
        return Err(email_taken(&email, pending));
    }
    let account = Account {
        id: next_id(organisation)?,
        login: username(organisation, &name)?,
        name,
        email: Some(email),
        expires: Some(term.end(today)),
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        last_sign_in: None,
        areas: BTreeSet::new(),
        version: 1,
    };
    organisation.add_account(&account)?;
    organisation.delay(&account.id, Late::Account, READS_THAT_MISS)?;
    Ok(account)
}

/// Keeps an account that expires for a further term (W4).
pub(super) fn keep(
    organisation: &OrganisationRows<'_>,
    mut account: Account,
    term: Term,
    today: Date,
) -> Result<Account, Problem> {
    refuse_mis(&account)?;
    let activity = Activity::of(organisation, today)?;
    let end = term.end(today);
    if !activity.is_expiring(&account) || account.expires.is_some_and(|last| end <= last) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "not-expiring",
            "The account cannot be kept for that term",
            format!(
                "an account is kept within {EXPIRING_WITHIN} days of its end, for a term that \
                 ends later"
            ),
        ));
    }
    account.expires = Some(end);
    organisation.update_account(&account)?;
    find_user(organisation, &account.id)
}

/// Activates an account; it shows some time later (W7).
pub(super) fn activate(
    organisation: &OrganisationRows<'_>,
    mut account: Account,
    today: Date,
) -> Result<Account, Problem> {
    refuse_mis(&account)?;
    if Activity::of(organisation, today)?.is_active(&account) {
        return Ok(account);
    }
    account.active = true;
    organisation.update_account(&account)?;
    organisation.activated(&account.id, today)?;
    organisation.delay(&account.id, Late::Activation, READS_THAT_MISS)?;
    find_user(organisation, &account.id)
}

/// Deactivates an account (W6).
pub(super) fn deactivate(
    organisation: &OrganisationRows<'_>,
    mut account: Account,
) -> Result<Account, Problem> {
    refuse_mis(&account)?;
    organisation.arrive(&account.id, Late::Activation)?;
    if account.active {
        account.active = false;
        organisation.update_account(&account)?;
    }
    find_user(organisation, &account.id)
}

/// Makes a user an administrator, or withdraws that (W9); nobody demotes themselves (W10).
pub(super) fn set_admin(
    organisation: &OrganisationRows<'_>,
    account: &Account,
    admin: bool,
    own: Option<&str>,
) -> Result<Account, Problem> {
    if !admin && own == Some(account.id.as_str()) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "own-account",
            "Nobody can demote their own account",
            "ask another administrator to do it",
        ));
    }
    organisation.set_admin(&account.id, admin)?;
    find_user(organisation, &account.id)
}

/// Gives a user the password that was chosen, or makes one and answers with it (W8). The sandbox
/// keeps neither.
pub(super) fn reset_password(
    organisation: &OrganisationRows<'_>,
    account: &Account,
    chosen: Option<&str>,
) -> Result<Option<String>, Problem> {
    if let Some(password) = chosen {
        check_password(password)?;
    }
    // A new version, as any change makes; the next password is another one.
    organisation.update_account(account)?;
    Ok(match chosen {
        Some(_) => None,
        None => Some(made_up(organisation, account)),
    })
}

/// The user of that id; one that is still being made is not there yet.
pub(super) fn find_user(organisation: &OrganisationRows<'_>, id: &str) -> Result<Account, Problem> {
    let pending = organisation.late(Late::Account)?;
    organisation
        .account(id)?
        .filter(|account| !pending.contains(&account.id))
        .ok_or_else(|| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "unknown-user",
                "There is no such user",
                format!("`{}` is no user of this organisation", shortened(id)),
            )
        })
}

/// What the MIS feeds is managed there (W1).
fn refuse_mis(account: &Account) -> Result<(), Problem> {
    if account.upstream {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "managed-by-mis",
            "The school's management information system keeps that account",
            format!("change `{}` there", account.login),
        ));
    }
    Ok(())
}

fn email_taken(email: &str, pending: bool) -> Problem {
    let (code, title) = if pending {
        (
            "user-pending",
            "A user with that email address is being made",
        )
    } else {
        ("user-exists", "A user has that email address")
    };
    Problem::new(
        StatusCode::CONFLICT,
        code,
        title,
        format!("`{}` is in use; no second user is made", shortened(email)),
    )
}

fn next_id(organisation: &OrganisationRows<'_>) -> Result<String, Problem> {
    loop {
        let id = format!("h-{:04}", organisation.next_number()?);
        // Seeded accounts may have such ids; the numbers go up, so this ends.
        if organisation.account(&id)?.is_none() {
            return Ok(id);
        }
    }
}

/// First initial, last name and a number, as nobody else at the portal has it: `EPrice7`.
fn username(organisation: &OrganisationRows<'_>, name: &str) -> Result<String, Problem> {
    let plain = |word: &str| {
        let letters = word.chars().filter(char::is_ascii_alphabetic);
        letters.collect::<String>()
    };
    let words: Vec<String> = name.split_whitespace().map(plain).collect();
    let first: String = words.iter().flat_map(|word| word.chars()).take(1).collect();
    let last = words.iter().rev().find(|word| !word.is_empty());
    let stem = last.map_or_else(|| "User".to_owned(), |last| format!("{first}{last}"));
    let mut number = 1_u32;
    loop {
        let login = format!("{stem}{number}");
        if !organisation.login_is_taken(&login)? {
            return Ok(login);
        }
        number = number.saturating_add(1);
    }
}

/// A password that the policy allows; the same for the same version of the same account, since
/// nothing in the sandbox is left to chance.
fn made_up(organisation: &OrganisationRows<'_>, account: &Account) -> String {
    let version = account.version.to_string();
    let mut hash = Sha256::new();
    for part in [
        organisation.portal,
        &*organisation.id,
        &account.id,
        &version,
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let letter = |byte: u8| char::from(b'a' + byte % 26);
    let digest = hash.finalize();
    let letters: String = digest.iter().take(8).copied().map(letter).collect();
    let number: u32 = digest
        .iter()
        .skip(8)
        .take(2)
        .map(|byte| u32::from(*byte))
        .sum();
    format!("Hwb-{letters}-{number:03}")
}
