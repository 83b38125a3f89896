//! What an HFL portal of the sandbox begins with: a seed as this portal holds it, or a small
//! invented school.

use jiff::civil::Date;

use super::fields::{check_username, email};
use crate::model::name::canonical;
use crate::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};

/// Takes a seed: at this portal nobody but the main account administers, nothing ends by itself,
/// and everything is given by a tick.
pub(super) fn accept(mut seed: Snapshot) -> Result<Snapshot, String> {
    if let Some(area) = seed
        .areas
        .iter()
        .find(|area| area.administration || area.access_key_required)
    {
        return Err(format!(
            "area `{}` is for administration or needs an access key: this portal has only products",
            area.code
        ));
    }
    let main = canonical(&seed.organisation);
    for account in &mut seed.accounts {
        let id = &account.id;
        if let Some(reason) = cannot_hold(account) {
            return Err(format!("account `{id}` {reason}"));
        }
        if canonical(&account.login) == main {
            return Err(format!("account `{id}` is the main account of the school"));
        }
        if let Err(refusal) = check_username(&account.login) {
            return Err(format!("account `{id}`: {}", refusal.detail));
        }
        account.email = email(account.email.as_deref().unwrap_or_default())
            .map_err(|refusal| format!("account `{id}`: {}", refusal.detail))?;
    }
    Ok(seed)
}

/// What this portal has not.
fn cannot_hold(account: &SnapshotAccount) -> Option<&'static str> {
    if account.admin {
        Some("is an administrator: that is the main account alone")
    } else if account.expires.is_some() {
        Some("ends by a date: accounts of this portal do not")
    } else if !account.active {
        Some("is inactive: accounts of this portal are there or deleted")
    } else if account.locked {
        Some("is locked: this portal describes no locks")
    } else if account.upstream {
        Some("is kept by another system: this portal has no such accounts")
    } else if account.last_sign_in.is_some() {
        Some("has a day of sign-in: this portal shows none")
    } else {
        None
    }
}

/// A small invented school.
pub(super) fn example(today: Date) -> Snapshot {
    let areas = vec![
        product("assessment-toolkit", "Primary assessment toolkit"),
        product("dms-portal", "DMS portal"),
        product("phonics-cards", "Phonics cards (digital download)"),
        product("school-offer", "School leaders' briefing (subscription)"),
    ];
    let accounts = vec![
        person(
            "s-0001",
            "h.marsh",
            "Hana Marsh",
            &["dms-portal", "school-offer"],
        ),
        person("s-0002", "o.bright", "Oscar Bright", &["dms-portal"]),
        person(
            "s-0003",
            "p.kowal",
            "Petra Kowal",
            &["assessment-toolkit", "phonics-cards"],
        ),
        person("s-0004", "j.lowe", "Jamal Lowe", &["phonics-cards"]),
        // Nothing given yet: it can sign in and sees nothing.
        person("s-0005", "r.ives", "Rosa Ives", &[]),
        // No address: the list shows a blank.
        SnapshotAccount {
            email: None,
            ..person("s-0006", "w.tran", "Wen Tran", &["assessment-toolkit"])
        },
        // One account for a group, as the guide suggests.
        SnapshotAccount {
            login: "9999001Admin".to_owned(),
            email: Some("office@willowbrook.example".to_owned()),
            ..person("s-0007", "office", "Willowbrook office", &["dms-portal"])
        },
    ];
    Snapshot {
        format: 1,
        driver: "hfl".to_owned(),
        organisation: "9999001".to_owned(),
        name: Some("Willowbrook Primary School".to_owned()),
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

fn product(code: &str, title: &str) -> SnapshotArea {
    SnapshotArea {
        code: code.to_owned(),
        title: title.to_owned(),
        access_key_required: false,
        administration: false,
    }
}

fn person(id: &str, login: &str, name: &str, products: &[&str]) -> SnapshotAccount {
    let email = format!("{login}@willowbrook.example");
    SnapshotAccount {
        id: id.to_owned(),
        login: email.clone(),
        name: name.to_owned(),
        email: Some(email),
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas: products.iter().map(|code| (*code).to_owned()).collect(),
        last_sign_in: None,
    }
}
