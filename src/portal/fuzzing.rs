//! The doors through which fuzzing tries what reads a portal's answers and the pages saved from it:
//! a whole driver, as it is opened for work, with answers that come from the input. Nothing else
//! uses them, and nothing is sent.
//!
//! ```text
//! list                            what is asked of the driver
//! 200 users                       an answer: its status, part of the address if it is for one,
//! etag: "1"                       its fields (JSON where no type is stated),
//!                                 an empty line
//! {"provider":"6992001", …}       and its body
//! %%                              then the next answer
//! 404
//! ```

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::SecretString;

use super::http::Answers;
use super::http::fuzzing::{self as http, Reply};
use super::registry::drivers;
use super::table::{self, File, Given, LoginFrom};
use super::{Access, Act, ClientLogin, Driver, PortalWrite};
use crate::model::name::{PortalId, PortalOrganisation};
use crate::model::plan::{AccountRef, Change, Term, Write};

/// What stands between two answers, or two pages.
const BETWEEN: &str = "\n%%\n";

/// The organisation that is asked for.
const ORGANISATION: &str = "6992001";

/// Lets a driver work with answers from the input. Whether it was content with them.
///
/// Waits where the driver does: to be run where time does not pass by itself.
pub async fn portal(driver: &str, input: &[u8]) -> bool {
    let Some(driver) = super::driver(driver) else {
        return false;
    };
    let text = String::from_utf8_lossy(input);
    let (asked, answers) = text.split_once('\n').unwrap_or((&text, ""));
    let organisation = PortalOrganisation::from(ORGANISATION);
    let Ok(portal) = driver.open_write(access(driver, asked, answers)) else {
        return false;
    };
    let asked = asked.trim_end_matches('+');
    match asked {
        "list" => portal.list(&organisation).await.is_ok(),
        "below" => portal.below(&organisation).await.is_ok(),
        _ => {
            did(&*portal, &organisation, asked).await || wrote(&*portal, &organisation, asked).await
        }
    }
}

/// Reads one answer, as it is written above, in every way that is agreed with any portal. Whether
/// one of them takes it.
pub async fn answer(input: &[u8]) -> bool {
    http::answer(&reply(&String::from_utf8_lossy(input))).await
}

/// Whether a text is the address of a portal that would be used.
#[must_use]
pub fn is_address(text: &str) -> bool {
    http::is_address(text)
}

/// Whether a cell of a saved page is a day, an email address or a state.
#[must_use]
pub fn is_cell(text: &str) -> bool {
    table::fuzzing::is_cell(text)
}

/// A driver's access that answers from the input. With a `+` behind what is asked, views are
/// compared and a token is asked for.
fn access(driver: &Driver, asked: &str, answers: &str) -> Access {
    let url = match driver.rules.directory {
        true => "https://portal.example/{organisation}/v2",
        false => "https://portal.example/api",
    };
    let token: SecretString = "canary-token-5f3a9c".into();
    let mut access = Access::new(driver.name.into(), url, token.clone());
    access.answers = Some(given(answers));
    let groups = [("finance", "Finance"), ("admins", "Administrators")];
    access.directory.groups = groups
        .into_iter()
        .map(|(area, group)| (area.into(), group.into()))
        .collect();
    access.directory.admin_group = Some("admins".into());
    access.cross_check = asked.ends_with('+');
    access.client_credentials = asked.ends_with('+').then(|| ClientLogin {
        token_url: "https://login.example/token".to_owned(),
        client_id: "beadle".to_owned(),
        client_secret: token,
        scope: None,
    });
    access
}

/// The first answer that is left for an address; where there is none, that nothing is there.
fn given(answers: &str) -> Answers {
    let of_address = |answer: &str| {
        let status = answer.lines().next().unwrap_or_default();
        let address = status.split_once(' ').map_or("", |(_, address)| address);
        (address.to_owned(), reply(answer))
    };
    let answers: Vec<(String, Reply)> = answers.split(BETWEEN).map(of_address).collect();
    let answers = Mutex::new(answers);
    Answers::new(move |request| {
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = request.url().as_str();
        let meant = answers.iter().position(|(part, _)| asked.contains(part));
        meant
            .map_or_else(|| reply("404"), |at| answers.remove(at).1)
            .into()
    })
}

/// One answer as it is written above.
fn reply(text: &str) -> Reply {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').next()?.parse().ok());
    let mut reply = Reply::new(body.as_bytes().to_vec());
    if let Some(status) = status.and_then(|number: u16| number.try_into().ok()) {
        *reply.status_mut() = status;
    }
    let fields = reply.headers_mut();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let name = HeaderName::from_bytes(name.trim().as_bytes());
        let value = HeaderValue::from_bytes(value.trim().as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            fields.append(name, value);
        }
    }
    let json = HeaderValue::from_static("application/json");
    fields.entry(CONTENT_TYPE).or_insert(json);
    reply
}

fn account() -> AccountRef {
    AccountRef {
        login: "a.khan@northshire.example".into(),
        name: "Aisha Khan".into(),
        id: Some(PortalId::from("u-0001")),
        person: None,
    }
}

/// Has the driver do a help-desk act.
async fn did(portal: &dyn PortalWrite, organisation: &PortalOrganisation, asked: &str) -> bool {
    let act = match asked {
        "unlock" => Act::Unlock,
        "password" => Act::ResetPassword(None),
        "otp" => Act::ResetOtp,
        _ => return false,
    };
    portal.act(organisation, &account(), &act).await.is_ok()
}

/// Has the driver make one save, or, with `observe` before it, look what became of it.
async fn wrote(portal: &dyn PortalWrite, organisation: &PortalOrganisation, asked: &str) -> bool {
    let (observe, asked) = match asked.strip_prefix("observe ") {
        Some(asked) => (true, asked),
        None => (false, asked),
    };
    let Some(write) = write(asked) else {
        return false;
    };
    if observe {
        portal.observe(organisation, &write).await.is_ok()
    } else {
        portal.write(organisation, &write, "key-1").await.is_ok()
    }
}

/// The write of a word; what more it holds is said by further words, such as `edit name expires`.
fn write(asked: &str) -> Option<Write> {
    let mut words = asked.split_ascii_whitespace();
    let first = words.next()?;
    let further: Vec<&str> = words.collect();
    let with = |word: &str| further.contains(&word);
    let account = account();
    let unknown = || AccountRef {
        id: None,
        ..self::account()
    };
    let day = Date::constant(2027, 7, 31);
    Some(match first {
        "create" => Write::Create {
            account: unknown(),
            email: Some("a.khan@northshire.example".into()),
            expires: with("expires").then_some(day),
            term: with("term").then_some(Term::Months(3)),
            notify: with("notify").then_some(true),
            terms_accepted_by: with("terms").then(|| "Sam Evans".into()),
            assigned: with("assigned"),
        },
        "edit" => Write::Edit {
            account,
            changes: further.iter().filter_map(|word| change(word)).collect(),
        },
        "grant" => Write::Grant {
            account,
            area: "finance".into(),
            give: true,
        },
        "find" => Write::Grant {
            account: unknown(),
            area: "finance".into(),
            give: false,
        },
        "account-set" => Write::AccountSet {
            account,
            give: vec!["finance".into()],
            take: vec!["returns".into()],
            admin: Some(false),
        },
        "area-set" => Write::AreaSet {
            area: "finance".into(),
            give: vec![account],
            take: Vec::new(),
        },
        "admin" => Write::Admin {
            account,
            promote: true,
        },
        "active" => Write::Active {
            account,
            active: false,
        },
        "keep" => Write::Keep {
            account,
            term: Term::Months(3),
        },
        "delete" => Write::Delete { account },
        _ => return None,
    })
}

fn change(word: &str) -> Option<Change> {
    Some(match word {
        "name" => Change::Name {
            before: Some("Aisha".into()),
            after: "Aisha Khan".into(),
        },
        "email" => Change::Email {
            before: None,
            after: "a.khan@northshire.example".into(),
        },
        "login" => Change::Login {
            before: None,
            after: "a.khan@northshire.example".into(),
        },
        "expires" => Change::Expires {
            before: None,
            after: Some(Date::constant(2027, 7, 31)),
        },
        "active" => Change::Active {
            before: true,
            after: false,
        },
        _ => return None,
    })
}

/// Reads pages saved from a portal. The first line says of which driver and what they show, such as
/// `hfl list area admins`; the pages follow, each after a line `%%` but the first. Whether they
/// make an organisation.
#[must_use]
pub fn tables(input: &[u8]) -> bool {
    let end = input.iter().position(|byte| *byte == b'\n');
    let (first, rest) = input.split_at(end.unwrap_or(input.len()));
    let first = String::from_utf8_lossy(first);
    let mut words = first.split_ascii_whitespace();
    let wanted = words.next().unwrap_or_default();
    let mut drivers = drivers().iter();
    let Some(driver) = drivers.find(|driver| driver.name == wanted) else {
        return false;
    };
    let mut given = Given {
        rules: driver.rules,
        organisation: ORGANISATION.into(),
        tables: Vec::new(),
        areas: Vec::new(),
        accounts: Vec::new(),
        admins: Vec::new(),
        former: None,
        login_from: LoginFrom::Habit,
        skip_bad_rows: false,
    };
    let mut pages = pages(rest.get(1..).unwrap_or_default());
    for word in words {
        match word {
            "email" => given.login_from = LoginFrom::Email,
            "name" => given.login_from = LoginFrom::Name,
            "skip" => given.skip_bad_rows = true,
            "title" => given.areas.push(("Intranet".to_owned(), None)),
            _ => {}
        }
        let mut page = || pages.next().unwrap_or_else(|| file(&[]));
        match word {
            "list" => given.tables.push(page()),
            "area" => given.areas.push(("finance".to_owned(), Some(page()))),
            "account" => given.accounts.push(("s.evans".to_owned(), page())),
            "admins" => given.admins.push(page()),
            _ => {}
        }
    }
    table::gather(&given).is_ok()
}

fn pages(bytes: &[u8]) -> impl Iterator<Item = File> {
    let between = BETWEEN.as_bytes();
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let all = rest.take()?;
        let end = all.windows(between.len()).position(|at| at == between);
        let Some(end) = end else {
            return Some(file(all));
        };
        let (page, after) = all.split_at(end);
        rest = after.get(between.len()..);
        Some(file(page))
    })
}

fn file(bytes: &[u8]) -> File {
    File {
        name: Arc::from("saved.html"),
        bytes: bytes.to_vec(),
    }
}
