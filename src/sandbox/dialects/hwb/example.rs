//! What Hwb in the sandbox begins with: a seed as this portal holds it, or a small invented
//! authority.

use jiff::ToSpan;
use jiff::civil::Date;

use super::fields::Term;
use crate::model::snapshot::{Snapshot, SnapshotAccount, SnapshotEvidence};

/// Takes a seed: this portal has no areas, and locks nobody.
pub(super) fn accept(seed: Snapshot) -> Result<Snapshot, String> {
    if let Some(area) = seed.areas.first() {
        return Err(format!(
            "it has area `{}`: this portal has no areas",
            area.code
        ));
    }
    let locked = seed.accounts.iter().find(|account| account.locked);
    if let Some(account) = locked {
        return Err(format!(
            "account `{}` is locked: this portal locks no accounts",
            account.id
        ));
    }
    Ok(seed)
}

/// A small invented authority: administrators, governors, one account for each state that an
/// account can be in, and one that a school's system keeps.
pub(super) fn example(today: Date) -> Snapshot {
    let year_end = Term::AcademicYear.end(today.saturating_add(60.days()));
    let last_week = today.saturating_sub(7.days());
    let accounts = vec![
        SnapshotAccount {
            admin: true,
            last_sign_in: Some(last_week),
            ..user(1, "NBowen1", "Nia Bowen", year_end)
        },
        SnapshotAccount {
            admin: true,
            ..user(2, "GPugh1", "Gareth Pugh", year_end)
        },
        SnapshotAccount {
            last_sign_in: Some(last_week),
            ..user(3, "EPrice7", "Elin Price", today.saturating_add(21.days()))
        },
        SnapshotAccount {
            active: false,
            ..user(4, "TRees2", "Tomos Rees", year_end)
        },
        SnapshotAccount {
            upstream: true,
            expires: None,
            last_sign_in: Some(last_week),
            ..user(5, "MVaughan4", "Megan Vaughan", year_end)
        },
        SnapshotAccount {
            last_sign_in: Some(today.saturating_sub(120.days())),
            ..user(6, "CLloyd3", "Carys Lloyd", year_end)
        },
        user(
            7,
            "DHughes9",
            "Dafydd Hughes",
            today.saturating_sub(30.days()),
        ),
    ];
    Snapshot {
        format: 1,
        driver: "hwb".to_owned(),
        organisation: "690".to_owned(),
        name: Some("Dyffryn Council".to_owned()),
        taken: today,
        evidence: SnapshotEvidence {
            accounts: accounts.len() as u64,
            areas: 0,
            pages: 1,
        },
        areas: Vec::new(),
        accounts,
    }
}

fn user(number: u32, login: &str, name: &str, expires: Date) -> SnapshotAccount {
    let address = name.to_lowercase().replace(' ', ".");
    SnapshotAccount {
        id: format!("h-{number:04}"),
        login: login.to_owned(),
        name: name.to_owned(),
        email: Some(format!("{address}@dyffryn.example")),
        expires: Some(expires),
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas: Vec::new(),
        last_sign_in: None,
    }
}
