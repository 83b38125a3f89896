//! What an OfS portal of the sandbox begins with: a seed as this portal holds it, or a small
//! invented provider.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::name::LoginId;
use crate::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};

/// Takes a seed: in this portal the login id is the email address, accounts end by date only and
/// nobody else keeps them.
pub(super) fn accept(mut seed: Snapshot) -> Result<Snapshot, String> {
    let administration: Vec<&str> = seed
        .areas
        .iter()
        .filter(|area| area.administration)
        .map(|area| area.code.as_str())
        .collect();
    let administration = match administration.as_slice() {
        [] => None,
        [code] => Some((*code).to_owned()),
        [first, second, ..] => {
            return Err(format!(
                "`{first}` and `{second}` are both the administration area; there is one"
            ));
        }
    };
    for account in &mut seed.accounts {
        let id = &account.id;
        if !account.active {
            return Err(format!(
                "account `{id}` is inactive: an account of this portal ends by its date"
            ));
        }
        if account.upstream {
            return Err(format!(
                "account `{id}` is kept by another system: this portal has no such accounts"
            ));
        }
        if account.admin && administration.is_none() {
            return Err(format!(
                "account `{id}` is an administrator, but no area is for administration"
            ));
        }
        let in_area = administration
            .as_ref()
            .is_some_and(|code| account.areas.contains(code));
        if in_area {
            return Err(format!(
                "account `{id}` lists the administration area; `admin: true` says that"
            ));
        }
        let login = LoginId::new(account.login.as_str());
        if account
            .email
            .as_deref()
            .is_some_and(|email| LoginId::new(email) != login)
        {
            return Err(format!(
                "account `{id}` has an email address that is not its login id"
            ));
        }
        account.email = Some(account.login.clone());
    }
    Ok(seed)
}

/// A small invented provider.
pub(super) fn example(today: Date) -> Snapshot {
    let areas = vec![
        area(
            "access-and-participation",
            "Access and participation",
            false,
        ),
        area("annual-financial-return", "Annual financial return", false),
        area("hesa-student", "HESA student data", false),
        area("prevent-monitoring", "Prevent monitoring (key)", true),
        SnapshotArea {
            administration: true,
            ..area("user-administration", "User administration", true)
        },
    ];
    let in_a_year = today.saturating_add(1.year());
    let last_month = today.saturating_sub(1.month());
    let accounts = vec![
        SnapshotAccount {
            admin: true,
            last_sign_in: Some(last_month),
            ..user("u-0001", "r.okafor", "Ruth Okafor", &["hesa-student"])
        },
        SnapshotAccount {
            admin: true,
            expires: Some(in_a_year),
            ..user("u-0002", "d.lindqvist", "Dan Lindqvist", &[])
        },
        SnapshotAccount {
            expires: Some(in_a_year),
            ..user(
                "u-0003",
                "m.farouk",
                "Mona Farouk",
                &["annual-financial-return", "prevent-monitoring"],
            )
        },
        SnapshotAccount {
            locked: true,
            ..user(
                "u-0004",
                "t.nowak",
                "Tomasz Nowak",
                &["access-and-participation"],
            )
        },
        SnapshotAccount {
            expires: Some(last_month),
            ..user("u-0005", "e.price", "Ellen Price", &["hesa-student"])
        },
        user(
            "u-0006",
            "k.adeyemi",
            "Kemi Adeyemi",
            &["access-and-participation", "hesa-student"],
        ),
    ];
    Snapshot {
        format: 1,
        driver: "ofs".to_owned(),
        organisation: "10000001".to_owned(),
        name: Some("University of Eastmere".to_owned()),
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

fn area(code: &str, title: &str, access_key_required: bool) -> SnapshotArea {
    SnapshotArea {
        code: code.to_owned(),
        title: title.to_owned(),
        access_key_required,
        administration: false,
    }
}

fn user(id: &str, login: &str, name: &str, areas: &[&str]) -> SnapshotAccount {
    let email = format!("{login}@eastmere.example");
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
        areas: areas.iter().map(|code| (*code).to_owned()).collect(),
        last_sign_in: None,
    }
}
