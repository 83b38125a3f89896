//! What a directory of the sandbox begins with: a seed as a directory holds it, or a small invented
//! university.

use jiff::civil::Date;

use crate::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};

/// Takes a seed: SCIM has no expiry, no locks and no access keys, and one group administers.
pub(super) fn accept(seed: Snapshot) -> Result<Snapshot, String> {
    let mut administration = seed.areas.iter().filter(|area| area.administration);
    let code = administration.next().map(|area| area.code.as_str());
    if let (Some(first), Some(second)) = (code, administration.next()) {
        let second = &second.code;
        return Err(format!(
            "`{first}` and `{second}` are both the administrators' group; there is one"
        ));
    }
    for area in &seed.areas {
        let id = &area.code;
        if area.access_key_required {
            return Err(format!("group `{id}` needs a key: a directory has none"));
        }
        if area.title.trim().is_empty() {
            return Err(format!("group `{id}` has no title"));
        }
    }
    for account in &seed.accounts {
        let id = &account.id;
        let cannot = |what: &str| Err(format!("account `{id}` {what}"));
        if account.expires.is_some() {
            return cannot("has a last day: a directory knows none");
        }
        if account.locked {
            return cannot("is locked: a directory does not say so");
        }
        if account.upstream {
            return cannot("is kept by another system: a directory does not say so");
        }
        if account.login.trim().is_empty() {
            return cannot("has no login id");
        }
        if account.admin && code.is_none() {
            return cannot("is an administrator, but no group is for administration");
        }
        if account.areas.iter().any(|area| Some(area.as_str()) == code) {
            return cannot("lists the administrators' group; `admin: true` says that");
        }
    }
    Ok(seed)
}

/// A small invented university.
pub(super) fn example(today: Date) -> Snapshot {
    let areas = vec![
        area("g-finance", "Finance returns"),
        area("g-library", "Library systems"),
        area("g-timetable", "Timetabling"),
        SnapshotArea {
            administration: true,
            ..area("g-admins", "Directory administrators")
        },
    ];
    let accounts = vec![
        SnapshotAccount {
            admin: true,
            ..user("u-0101", "s.marsh", "Sylvie Marsh", &["g-library"])
        },
        SnapshotAccount {
            admin: true,
            ..user("u-0102", "j.oyelaran", "Jide Oyelaran", &[])
        },
        user(
            "u-0103",
            "p.varga",
            "Petra Varga",
            &["g-finance", "g-library"],
        ),
        user("u-0104", "h.ito", "Haruka Ito", &["g-finance"]),
        user("u-0105", "b.ferreira", "Bento Ferreira", &["g-timetable"]),
        SnapshotAccount {
            active: false,
            ..user("u-0106", "w.doyle", "Winifred Doyle", &["g-timetable"])
        },
        user("u-0107", "n.sørensen", "Nils Sørensen", &[]),
        SnapshotAccount {
            email: None,
            ..user(
                "u-0108",
                "a.chaudhry",
                "Amina Chaudhry",
                &["g-library", "g-timetable"],
            )
        },
        user("u-0109", "l.brandt", "Lotte Brandt", &["g-finance"]),
    ];
    Snapshot {
        format: 1,
        driver: "scim".to_owned(),
        organisation: "westmoor".to_owned(),
        name: Some("University of Westmoor".to_owned()),
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

fn area(code: &str, title: &str) -> SnapshotArea {
    SnapshotArea {
        code: code.to_owned(),
        title: title.to_owned(),
        access_key_required: false,
        administration: false,
    }
}

fn user(id: &str, login: &str, name: &str, areas: &[&str]) -> SnapshotAccount {
    let login = format!("{login}@westmoor.example");
    SnapshotAccount {
        id: id.to_owned(),
        login: login.clone(),
        name: name.to_owned(),
        email: Some(login),
        expires: None,
        active: true,
        locked: false,
        upstream: false,
        admin: false,
        areas: areas.iter().map(|code| (*code).to_owned()).collect(),
        last_sign_in: None,
    }
}
