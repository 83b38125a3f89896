//! What the Services Portal allows, and does: the same for its API and its pages. Marks in
//! brackets are the rows of the portal's rules (S1 to S21).
//!
//! Who acts: the administrator to whom the token belongs, or who has the page open. That is the
//! organisation's first administrator, by user id, who has a mobile number registered; where none
//! has one, the first.
//!
//! Whether an organisation registers its users itself: it does if no account of it comes from
//! another system. A seed says so by having no account with `upstream: true`.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::civil::Date;

use super::fields::{check_email, check_name};
use crate::sandbox::problem::{Problem, shortened};
use crate::sandbox::store::{Account, Area, OrganisationRows, Stretch};

/// The tick that makes an administrator, among the services' ids (S12).
pub(super) const ORGANISATION_ADMIN: &str = "Organisation Admin";

/// On an administrator who has no number registered: it was deleted, or has not been given yet.
const NO_NUMBER: &str = "no-secure-number";

/// A user to be registered.
#[derive(Debug)]
pub(super) struct NewUser {
    pub(super) name: String,
    pub(super) email: String,
}

/// An account, and whether its sign-in codes have a number to go to.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) account: Account,
    pub(super) has_number: bool,
}

/// The ids of the accounts whose number is missing, to look several accounts up in.
pub(super) struct Numbers(BTreeSet<String>);

impl Numbers {
    pub(super) fn of(organisation: &OrganisationRows<'_>) -> Result<Self, Problem> {
        Ok(Self(organisation.marked(NO_NUMBER)?))
    }

    /// Only who administers has had to register a number (S6).
    pub(super) fn see(&self, account: Account) -> Seen {
        Seen {
            has_number: account.admin && !self.0.contains(&account.id),
            account,
        }
    }
}

/// Who acts: none where the organisation has no administrator at all.
pub(super) fn caller(organisation: &OrganisationRows<'_>) -> Result<Option<Seen>, Problem> {
    let administrators = Area {
        code: ORGANISATION_ADMIN.to_owned(),
        title: String::new(),
        access_key_required: false,
        administration: true,
    };
    let ids = organisation.members(&administrators, &Stretch::all())?;
    let numbers = Numbers::of(organisation)?;
    let with_number = ids.iter().find(|id| !numbers.0.contains(*id));
    let Some(id) = with_number.or(ids.first()) else {
        return Ok(None);
    };
    Ok(organisation.account(id)?.map(|found| numbers.see(found)))
}

/// Refuses an administrator without a registered number (S6).
pub(super) fn check_number(caller: Option<&Seen>) -> Result<(), Problem> {
    if caller.is_none_or(|caller| caller.has_number) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "secure-number-required",
        "The administrator has no secure number",
        "register a mobile number under Organisation Admin and enter the code sent to it",
    ))
}

/// Registers a user without roles (S4), where staff do not come from another system (S2).
pub(super) fn register(
    organisation: &OrganisationRows<'_>,
    user: NewUser,
    today: Date,
) -> Result<Account, Problem> {
    let NewUser { name, email } = user;
    let accounts = organisation.accounts("", &Stretch::all())?;
    if accounts.iter().any(|account| account.upstream) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "managed-upstream",
            "Staff of this organisation come from another system",
            "set the account up in SIMS or EAMW; it is listed here afterwards",
        ));
    }
    check_name(&name)?;
    check_email(&email)?;
    if organisation.account_by_login(&email)?.is_some() {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "email-taken",
            "Another user has that email address",
            format!("`{}` is in use", shortened(&email)),
        ));
    }
    let account = Account {
        id: next_id(organisation)?,
        login: email.clone(),
        name,
        email: Some(email.clone()),
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        last_sign_in: None,
        areas: BTreeSet::new(),
        version: 1,
    };
    organisation.add_account(&account)?;
    let text = "You have been registered as a user of the Services Portal. Sign in with this \
                email address.";
    organisation.post(today, &email, "Your Services Portal account", text)?;
    Ok(account)
}

/// Saves a user's whole set of roles (S10 to S12) and mails the user that something was saved,
/// not what (S13): each time, whether or not anything changed.
pub(super) fn save_roles(
    organisation: &OrganisationRows<'_>,
    account: &Account,
    wanted: &BTreeSet<String>,
    today: Date,
) -> Result<Account, Problem> {
    for role in wanted.iter().filter(|role| *role != ORGANISATION_ADMIN) {
        if organisation.area(role)?.is_none() {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unknown-role",
                "There is no such role",
                format!("`{}` is no service of this organisation", shortened(role)),
            ));
        }
    }
    let admin = wanted.contains(ORGANISATION_ADMIN);
    for role in account.areas.difference(wanted) {
        organisation.revoke(&account.id, role)?;
    }
    let services = wanted.iter().filter(|role| *role != ORGANISATION_ADMIN);
    for role in services.filter(|role| !account.areas.contains(*role)) {
        organisation.grant(&account.id, role)?;
    }
    if organisation.set_admin(&account.id, admin)? {
        // A number is registered when its holder first opens the administration (S6).
        organisation.set_mark(&account.id, NO_NUMBER, admin)?;
    }
    let to = account.email.as_deref().unwrap_or(&account.login);
    let text = "Something about your Services Portal account was changed by an administrator of \
                your organisation. Sign in to see your account as it is now.";
    organisation.post(today, to, "Your Services Portal account", text)?;
    find_user(organisation, &account.id)
}

/// Deletes a user (S20), but never the one who acts (S8).
pub(super) fn delete(
    organisation: &OrganisationRows<'_>,
    caller: Option<&Seen>,
    id: &str,
) -> Result<(), Problem> {
    let account = find_user(organisation, id)?;
    if caller.is_some_and(|caller| caller.account.id == account.id) {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "own-account",
            "Nobody can delete their own account",
            "another administrator of the organisation can",
        ));
    }
    organisation.delete_account(&account.id)?;
    Ok(())
}

/// Deletes the number that a user's sign-in codes go to (S7).
pub(super) fn delete_number(organisation: &OrganisationRows<'_>, id: &str) -> Result<(), Problem> {
    let seen = Numbers::of(organisation)?.see(find_user(organisation, id)?);
    if !seen.has_number {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "no-otp-number",
            "The user has no number registered",
            format!("there is nothing to delete for `{}`", seen.account.id),
        ));
    }
    organisation.set_mark(&seen.account.id, NO_NUMBER, true)?;
    Ok(())
}

/// Registers the number of the one who acts (S6). The sandbox sends no code and keeps no number.
pub(super) fn register_number(
    organisation: &OrganisationRows<'_>,
    caller: &Seen,
    phone: &str,
    code: &str,
) -> Result<(), Problem> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let six = digits(code) == 6 && code.len() == 6;
    if digits(phone) < 7 || !six {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-code",
            "That number and code do not go together",
            "a mobile number has at least seven digits, a code six and no spaces",
        ));
    }
    organisation.set_mark(&caller.account.id, NO_NUMBER, false)?;
    Ok(())
}

/// The user of that id.
pub(super) fn find_user(organisation: &OrganisationRows<'_>, id: &str) -> Result<Account, Problem> {
    organisation.account(id)?.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-user",
            "There is no such user",
            format!("`{}` is no user of this organisation", shortened(id)),
        )
    })
}

fn next_id(organisation: &OrganisationRows<'_>) -> Result<String, Problem> {
    loop {
        let id = format!("r-{:04}", organisation.next_number()?);
        // Seeded accounts may have such ids; the numbers go up, so this ends.
        if organisation.account(&id)?.is_none() {
            return Ok(id);
        }
    }
}
