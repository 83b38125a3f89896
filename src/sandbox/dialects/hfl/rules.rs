//! What the HFL portal allows, and does: the same for its API and its pages. The numbers in
//! brackets are those of the guide's rules in `docs/portals.md`.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use jiff::civil::Date;

use super::fields::{self, check_name, check_username};
use crate::model::name::canonical;
use crate::sandbox::problem::{Problem, shortened};
use crate::sandbox::store::{Account, Area, OrganisationRows, Stretch};

/// A sub account to be created, as it was asked for.
#[derive(Debug)]
pub(super) struct NewSubAccount {
    pub(super) username: String,
    pub(super) name: String,
    /// Blank for none.
    pub(super) email: String,
    pub(super) notify: bool,
    pub(super) accept_terms: bool,
}

/// What is to be changed in a sub account; none leaves it as it is.
#[derive(Debug)]
pub(super) struct Changes {
    pub(super) name: Option<String>,
    /// Blank takes the address away.
    pub(super) email: Option<String>,
}

/// Creates a sub account that sees nothing yet (H5 to H9, H12), and mails its user where that was
/// chosen (H7).
pub(super) fn create(
    school: &OrganisationRows<'_>,
    new: NewSubAccount,
    today: Date,
) -> Result<Account, Problem> {
    let NewSubAccount {
        username,
        name,
        email,
        notify,
        accept_terms,
    } = new;
    if !accept_terms {
        return Err(terms_not_accepted());
    }
    if school.areas_count()? == 0 {
        return Err(no_subscription(school));
    }
    check_username(&username)?;
    check_name(&name)?;
    let email = fields::email(&email)?;
    let of_main = canonical(&username) == canonical(main_username(school));
    if of_main || school.account_by_login(&username)?.is_some() {
        return Err(username_taken(&username));
    }
    let account = Account {
        id: next_id(school)?,
        login: username,
        name,
        email,
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        last_sign_in: None,
        areas: BTreeSet::new(),
        version: 1,
    };
    school.add_account(&account)?;
    school.note_creation(&account.id, today)?;
    if notify {
        welcome(school, &account, today)?;
    }
    find(school, &account.id)
}

/// Edits a sub account (H11).
pub(super) fn edit(
    school: &OrganisationRows<'_>,
    mut account: Account,
    changes: Changes,
) -> Result<Account, Problem> {
    let before = account.clone();
    let Changes { name, email } = changes;
    if let Some(name) = name {
        check_name(&name)?;
        account.name = name;
    }
    if let Some(email) = email {
        account.email = fields::email(&email)?;
    }
    if account != before {
        school.update_account(&account)?;
    }
    find(school, &account.id)
}

/// Deletes a sub account for good, its ticks with it (H17, H18).
pub(super) fn delete(school: &OrganisationRows<'_>, id: &str) -> Result<(), Problem> {
    let account = find(school, id)?;
    school.delete_account(&account.id)?;
    Ok(())
}

/// Saves one product's whole set of ticks: who is not in it loses the product (H14, H15).
pub(super) fn save_permissions(
    school: &OrganisationRows<'_>,
    product: &Area,
    ticked: &BTreeSet<String>,
) -> Result<(), Problem> {
    for id in ticked {
        if school.account(id)?.is_none() {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unknown-sub-account",
                "The set holds a sub account that does not exist",
                format!("`{}` is no sub account of this school", shortened(id)),
            ));
        }
    }
    let before: BTreeSet<String> = members(school, product)?.into_iter().collect();
    for id in before.difference(ticked) {
        school.revoke(id, &product.code)?;
    }
    for id in ticked.difference(&before) {
        school.grant(id, &product.code)?;
    }
    Ok(())
}

/// The ids that are ticked for a product, in order.
pub(super) fn members(
    school: &OrganisationRows<'_>,
    product: &Area,
) -> Result<Vec<String>, Problem> {
    Ok(school.members(product, &Stretch::all())?)
}

/// The username of the school's main account. It is usually the DfE number (H3).
pub(super) fn main_username<'a>(school: &'a OrganisationRows<'_>) -> &'a str {
    &school.id
}

/// The sub account of that id.
pub(super) fn find(school: &OrganisationRows<'_>, id: &str) -> Result<Account, Problem> {
    school.account(id)?.ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "unknown-sub-account",
            "There is no such sub account",
            format!("`{}` is no sub account of this school", shortened(id)),
        )
    })
}

/// The product of that id, which the school must have bought (H1, H13).
pub(super) fn find_product(school: &OrganisationRows<'_>, id: &str) -> Result<Area, Problem> {
    school.area(id)?.ok_or_else(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "not-purchased",
            "The school has not bought that",
            format!(
                "`{}` is none of the school's products, subscriptions and purchases",
                shortened(id)
            ),
        )
    })
}

/// The only mail of this portal, in words of the sandbox's own.
fn welcome(school: &OrganisationRows<'_>, account: &Account, today: Date) -> Result<(), Problem> {
    let Some(address) = &account.email else {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "no-address-to-notify",
            "There is no address to mail",
            "a user without an email address cannot be notified",
        ));
    };
    let text = format!(
        "Hello {},\n\n{} has opened an account for you at HFL Education.\nYour username: {}\n\n\
         What you see there is what your school gives you.",
        account.name, school.name, account.login
    );
    school.post(today, address, "Your new HFL Education account", &text)?;
    Ok(())
}

fn next_id(school: &OrganisationRows<'_>) -> Result<String, Problem> {
    loop {
        let id = format!("s-{:04}", school.next_number()?);
        // Seeded accounts have, or had, such ids; the numbers go up, so this ends.
        if !school.id_is_used(&id)? {
            return Ok(id);
        }
    }
}

fn terms_not_accepted() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "terms-not-accepted",
        "The terms and conditions are not accepted",
        "`accept_terms` must be true: without that no sub account is created",
    )
}

fn no_subscription(school: &OrganisationRows<'_>) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "no-subscription",
        "The school has no subscription",
        format!(
            "`{}` has bought nothing that a sub account could be given; HFL Education sells it",
            shortened(&school.id)
        ),
    )
}

fn username_taken(username: &str) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "username-taken",
        "Another account has that username",
        format!("`{}` is in use", shortened(username)),
    )
}
