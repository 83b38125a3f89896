//! What the OfS portal allows, and does: the same for its API and its page. Numbers in brackets
//! are the sections of the user administrator's guide.

use axum::http::{StatusCode, header};
use jiff::civil::Date;

use super::fields::{check_email, check_name};
use crate::sandbox::problem::{Problem, shortened};
use crate::sandbox::store::{Account, Area, OrganisationRows, PortalRows};

/// A user to be created.
#[derive(Debug)]
pub(super) struct NewUser {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) expires: Option<Date>,
}

/// What is to be changed in a user; none leaves it as it is.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) email: Option<String>,
    pub(super) name: Option<String>,
    /// Some(None) takes the date away.
    pub(super) expires: Option<Option<Date>>,
    pub(super) unlock: bool,
}

/// Creates a user without areas (A).
pub(super) fn create(provider: &OrganisationRows<'_>, user: NewUser) -> Result<Account, Problem> {
    let NewUser {
        email,
        name,
        expires,
    } = user;
    check_email(&email)?;
    check_name(&name)?;
    if provider.account_by_login(&email)?.is_some() {
        return Err(email_taken(&email));
    }
    let account = Account {
        id: next_id(provider)?,
        login: email.clone(),
        name,
        email: Some(email),
        expires,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        last_sign_in: None,
        areas: std::collections::BTreeSet::new(),
        version: 1,
    };
    provider.add_account(&account)?;
    Ok(account)
}

/// Edits a user: name, address, last day, unlocking (B).
pub(super) fn edit(
    provider: &OrganisationRows<'_>,
    mut account: Account,
    changes: Changes,
) -> Result<Account, Problem> {
    let before = account.clone();
    let Changes {
        email,
        name,
        expires,
        unlock,
    } = changes;
    if let Some(email) = email {
        check_email(&email)?;
        let holder = provider.account_by_login(&email)?;
        if holder.is_some_and(|holder| holder.id != account.id) {
            return Err(email_taken(&email));
        }
        account.login.clone_from(&email);
        account.email = Some(email);
    }
    if let Some(name) = name {
        check_name(&name)?;
        account.name = name;
    }
    if let Some(expires) = expires {
        account.expires = expires;
    }
    if unlock {
        account.locked = false;
    }
    if account != before {
        provider.update_account(&account)?;
    }
    find_user(provider, &account.id)
}

/// Gives a user an area (C, E); one with an access key is only joined by its key.
pub(super) fn grant(
    provider: &OrganisationRows<'_>,
    user: &str,
    area: &str,
) -> Result<(), Problem> {
    let user = find_user(provider, user)?;
    let area = find_area(provider, area)?;
    if area.access_key_required && !holds(&user, &area) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "access-key-required",
            "That area is joined with an access key only",
            format!(
                "the key of `{}` is posted to the head of provider, and the user activates it",
                area.code
            ),
        ));
    }
    give(provider, &user, &area)
}

/// Takes an area from a user (B5).
pub(super) fn revoke(
    provider: &OrganisationRows<'_>,
    user: &str,
    area: &str,
) -> Result<(), Problem> {
    let user = find_user(provider, user)?;
    let area = find_area(provider, area)?;
    let changed = if area.administration {
        provider.set_admin(&user.id, false)?
    } else {
        provider.revoke(&user.id, &area.code)?
    };
    if changed {
        Ok(())
    } else {
        Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not-granted",
            "The user does not have that area",
            format!("`{}` does not have `{}`", user.id, area.code),
        ))
    }
}

/// Copies all the areas of one user to others, whatever they are joined with (D).
pub(super) fn copy_areas(
    provider: &OrganisationRows<'_>,
    from: &str,
    to: &[String],
) -> Result<Vec<Account>, Problem> {
    let from = find_user(provider, from)?;
    let mut copied = Vec::with_capacity(to.len());
    for id in to {
        let target = find_user(provider, id)?;
        for area in &from.areas {
            provider.grant(&target.id, area)?;
        }
        if from.admin {
            provider.set_admin(&target.id, true)?;
        }
        copied.push(find_user(provider, id)?);
    }
    Ok(copied)
}

/// What a user has gained by a key.
pub(super) struct Activation<'a> {
    pub(super) provider: OrganisationRows<'a>,
    pub(super) area: Area,
    pub(super) user: Account,
}

/// A user activates an access key. Several may use the same key: it was posted to their provider.
pub(super) fn activate_key<'a>(
    portal: PortalRows<'a>,
    key: &str,
    email: &str,
    today: Date,
) -> Result<Activation<'a>, Problem> {
    let unknown_key = || {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-access-key",
            "There is no such access key",
            "the key was not issued by this portal",
        )
    };
    let opens = portal.key(key.trim())?.ok_or_else(unknown_key)?;
    let provider = portal
        .organisation(&opens.organisation)?
        .ok_or_else(unknown_key)?;
    let area = find_area(&provider, &opens.area)?;
    let Some(user) = provider.account_by_login(email)? else {
        return Err(unknown_user(email));
    };
    if !user.can_sign_in(today) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "cannot-sign-in",
            "The user cannot sign in",
            "the account is locked, or its last day has passed",
        ));
    }
    give(&provider, &user, &area)?;
    let user = find_user(&provider, &user.id)?;
    Ok(Activation {
        provider,
        area,
        user,
    })
}

/// The refusal of any deletion (B6).
pub(super) fn never_deleted() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "accounts-are-never-deleted",
        "A user account cannot be deleted",
        "set its expiry date instead: it cannot be used after that day",
    )
    .with(header::ALLOW, "GET, PATCH")
}

/// The user of that id.
pub(super) fn find_user(provider: &OrganisationRows<'_>, id: &str) -> Result<Account, Problem> {
    provider.account(id)?.ok_or_else(|| unknown_user(id))
}

/// The area of that code.
pub(super) fn find_area(provider: &OrganisationRows<'_>, code: &str) -> Result<Area, Problem> {
    provider.area(code)?.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-area",
            "There is no such area",
            format!("`{}` is no area of this provider", shortened(code)),
        )
    })
}

/// Whether the user has the area.
pub(super) fn holds(user: &Account, area: &Area) -> bool {
    if area.administration {
        user.admin
    } else {
        user.areas.contains(&area.code)
    }
}

fn give(provider: &OrganisationRows<'_>, user: &Account, area: &Area) -> Result<(), Problem> {
    if area.administration {
        provider.set_admin(&user.id, true)?;
    } else {
        provider.grant(&user.id, &area.code)?;
    }
    Ok(())
}

fn next_id(provider: &OrganisationRows<'_>) -> Result<String, Problem> {
    loop {
        let id = format!("u-{:04}", provider.next_number()?);
        // Seeded accounts may have such ids; the numbers go up, so this ends.
        if provider.account(&id)?.is_none() {
            return Ok(id);
        }
    }
}

fn unknown_user(id: &str) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown-user",
        "There is no such user",
        format!("`{}` is no user of this provider", shortened(id)),
    )
}

fn email_taken(email: &str) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "email-taken",
        "Another user has that email address",
        format!("`{}` is in use", shortened(email)),
    )
}
