//! What a Services Portal of the sandbox begins with: a seed as this portal holds it, or a small
//! invented school.

use jiff::civil::Date;

use super::rules::ORGANISATION_ADMIN;
use crate::model::name::canonical;
use crate::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};

/// Takes a seed: accounts from another system sign in with their user id, all others with their
/// email address (S5); no account ends by a date, is inactive or locked; no service needs a key,
/// and the admin tick is none of them (S12).
pub(super) fn accept(mut seed: Snapshot) -> Result<Snapshot, String> {
    for area in &seed.areas {
        let code = &area.code;
        if code == ORGANISATION_ADMIN {
            return Err(format!(
                "`{code}` is no service; `admin: true` says who has that tick"
            ));
        }
        if area.access_key_required || area.administration {
            return Err(format!(
                "service `{code}` needs a key or is for administration: this portal has no such services"
            ));
        }
    }
    for account in &mut seed.accounts {
        accept_account(account)?;
    }
    Ok(seed)
}

fn accept_account(account: &mut SnapshotAccount) -> Result<(), String> {
    let id = &account.id;
    if account.expires.is_some() || !account.active || account.locked {
        return Err(format!(
            "account `{id}` has an end, is inactive or is locked: this portal knows none of these"
        ));
    }
    if account.last_sign_in.is_some() {
        return Err(format!(
            "account `{id}` has a day of its last sign-in: this portal does not show one"
        ));
    }
    if account.upstream {
        return if account.login == account.id {
            Ok(())
        } else {
            Err(format!(
                "account `{id}` comes from another system, so its user id is its login id"
            ))
        };
    }
    if !account.login.contains('@') {
        return Err(format!(
            "account `{id}` was registered here, so its login id is an email address; an Education Account has `upstream: true`"
        ));
    }
    let email = account.email.get_or_insert_with(|| account.login.clone());
    if canonical(email) != canonical(&account.login) {
        return Err(format!(
            "account `{id}` has an email address that is not its login id"
        ));
    }
    Ok(())
}

/// A small invented school. Its staff have Education Accounts, and one user is of the council.
pub(super) fn example(today: Date) -> Snapshot {
    let areas = vec![
        service("finance", "Education Financial Services"),
        service("governors", "Governor Services"),
        service("inspectorate", "Inspectorate and Advisory Service"),
        service("music", "Music Service"),
        service("personnel-manual", "Manual of Personnel Practice"),
        service("property", "Property"),
        service("schools-intranet", "Schools Intranet"),
        service("trailblazer", "Trailblazer"),
    ];
    let accounts = vec![
        SnapshotAccount {
            admin: true,
            ..staff(
                "AHASSAN",
                "Amina Hassan",
                &["governors", "schools-intranet"],
            )
        },
        SnapshotAccount {
            admin: true,
            ..staff(
                "BOKONKW2",
                "Ben Okonkwo",
                &["finance", "property", "schools-intranet"],
            )
        },
        staff("CWRIGHT7", "Carys Wright", &["personnel-manual"]),
        staff("DRAO4", "Deepa Rao", &["schools-intranet", "trailblazer"]),
        staff("EFORSTE3", "Ewan Forster", &[]),
        staff("GSILVA", "Gil Silva", &["music"]),
        SnapshotAccount {
            email: Some("rita.brandt@county-council.example".to_owned()),
            ..staff("itcxrb", "Rita Brandt", &["inspectorate"])
        },
        staff("JMORTON9", "Jo Morton", &["schools-intranet"]),
        staff("KNAKAMU", "Kiko Nakamura", &["trailblazer"]),
    ];
    Snapshot {
        format: 1,
        driver: "hampshire".to_owned(),
        organisation: "9990001".to_owned(),
        name: Some("Willowford Junior School".to_owned()),
        taken: today,
        evidence: SnapshotEvidence {
            accounts: accounts.len() as u64,
            areas: areas.len() as u64,
            pages: 1,
        },
        areas,
        accounts,
    }
}

fn service(code: &str, title: &str) -> SnapshotArea {
    SnapshotArea {
        code: code.to_owned(),
        title: title.to_owned(),
        access_key_required: false,
        administration: false,
    }
}

fn staff(id: &str, name: &str, services: &[&str]) -> SnapshotAccount {
    let local = name.to_lowercase().replace(' ', ".");
    SnapshotAccount {
        id: id.to_owned(),
        login: id.to_owned(),
        name: name.to_owned(),
        email: Some(format!("{local}@willowford.example")),
        expires: None,
        active: true,
        locked: false,
        upstream: true,
        admin: false,
        areas: services.iter().map(|code| (*code).to_owned()).collect(),
        last_sign_in: None,
    }
}
