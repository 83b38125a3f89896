//! Puts the pages of one organisation together: who there is, what they may use, who administers.
//! What no page shows is kept from the last snapshot; what contradicts itself is a fault.

mod areas;
mod pages;
mod result;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::matching::{Account, Accounts, Former};
use super::page::{self, Page};
use super::people::{self, People, Person};
use super::shapes::plain;
use super::values::{Wrong, shown};
use super::{Fault, File, Gathered, Given, LoginFrom};
use crate::model::live::CatalogueArea;
use crate::model::name::{AreaName, LoginId, is_email};
use crate::model::rules::{AdminSet, LoginForm};

/// Reads every page and puts them together.
///
/// # Errors
/// Everything that is wrong with the files and, unless they are to be left out, with their rows.
pub fn gather(given: &Given<'_>) -> Result<Gathered, Vec<Fault>> {
    let mut work = Work::new(given);
    work.lists();
    work.areas_named();
    work.area_pages();
    work.account_pages();
    work.admin_pages();
    work.finish()
}

/// What a tick or a title stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Area(AreaName),
    Admin,
}

struct Work<'a> {
    given: &'a Given<'a>,
    faults: Vec<Fault>,
    notes: Vec<String>,
    former: Former<'a>,
    accounts: Accounts,
    catalogue: BTreeMap<AreaName, CatalogueArea>,
    /// Areas by their titles, in the form that is compared.
    titles: BTreeMap<String, AreaName>,
    /// By account: areas, as far as pages show them.
    granted: Vec<BTreeSet<AreaName>>,
    /// By account: whether a page shows its whole set.
    whole: Vec<bool>,
    /// By account: whether it is an administrator, where a page says so.
    admins: Vec<Option<bool>>,
    /// Areas whose page was read.
    covered: BTreeSet<AreaName>,
}

impl<'a> Work<'a> {
    fn new(given: &'a Given<'a>) -> Self {
        let catalogue = given.former.map(|live| live.catalogue().clone());
        let catalogue = catalogue.unwrap_or_default();
        let title = |area: &CatalogueArea| (plain(&area.title), area.name.clone());
        Self {
            given,
            former: Former::of(given.former),
            titles: catalogue.values().map(title).collect(),
            faults: Vec::new(),
            notes: Vec::new(),
            accounts: Accounts::default(),
            catalogue,
            granted: Vec::new(),
            whole: Vec::new(),
            admins: Vec::new(),
            covered: BTreeSet::new(),
        }
    }

    fn open(&mut self, file: &File) -> Option<Page> {
        page::read(file)
            .map_err(|fault| self.faults.push(fault))
            .ok()
    }

    /// The lists of users.
    fn lists(&mut self) {
        let mut persons = Vec::new();
        let mut counts = Vec::new();
        for file in &self.given.tables {
            let Some(page) = self.open(file) else {
                continue;
            };
            let people = people::read(&file.name, &page, &mut self.faults);
            if !people.found {
                self.faults.push(no_list(file));
            }
            counts.push((&file.name, people.rows, page.stated));
            let People {
                persons: found,
                titles,
                unread,
                ..
            } = people;
            if !unread.is_empty() {
                let headings = unread
                    .iter()
                    .map(|heading| shown(heading))
                    .collect::<Vec<_>>();
                self.notes.push(format!(
                    "`{}`: nobody reads the columns {}",
                    file.name,
                    headings.join(", ")
                ));
            }
            for title in titles {
                self.target(&title, &file.name, None);
            }
            persons.extend(found);
        }
        self.faults.extend(cut_short(&counts));
        for person in persons {
            self.account(person);
        }
    }

    fn account(&mut self, person: Person) {
        let login = match self.login(&person) {
            Ok(login) => login,
            Err(wrong) => {
                self.faults
                    .push(Fault::of_row(&person.place.file, person.place.row, wrong));
                return;
            }
        };
        if let Some(twin) = self.accounts.of_login(&login) {
            let first = &twin.person.place;
            self.faults.push(Fault::of_row(
                &person.place.file,
                person.place.row,
                Wrong {
                    message: format!(
                        "the login id {} is in `{}`, row {}, already",
                        shown(login.as_str()),
                        first.file,
                        first.row
                    ),
                    help: "leave one of the rows out; two accounts have two login ids",
                },
            ));
            return;
        }
        let mut areas = BTreeSet::new();
        let mut admin = person.admin;
        let (file, row) = (Arc::clone(&person.place.file), person.place.row);
        for title in person.areas.iter().flatten() {
            match self.target(title, &file, Some(row)) {
                Some(Target::Area(area)) => {
                    areas.insert(area);
                }
                Some(Target::Admin) => admin = Some(true),
                None => {}
            }
        }
        if admin == Some(true) && self.given.rules.admin.value == AdminSet::None {
            self.faults.push(Fault::of_row(&file, row, Wrong {
                message: "it says that somebody is an administrator; this portal has no such accounts".to_owned(),
                help: "leave the column out",
            }));
            return;
        }
        self.granted.push(areas);
        self.whole.push(person.areas.is_some());
        self.admins.push(admin);
        self.accounts.push(Account { person, login });
    }

    /// The login id of a row: from its column, from the address where login ids are such by habit,
    /// from the last snapshot, or as was asked for.
    fn login(&self, person: &Person) -> Result<LoginId, Wrong> {
        let form = self.given.rules.login.value;
        let habit = matches!(form, LoginForm::Email | LoginForm::Username);
        let from = self.given.login_from;
        let address = || person.email.clone();
        let written = person.login.clone().map(LoginId::new);
        let written = written
            .or_else(|| self.former.login(person))
            .or_else(|| {
                address()
                    .filter(|_| habit || from != LoginFrom::Habit)
                    .map(LoginId::new)
            })
            .or_else(|| (from == LoginFrom::Name).then(|| LoginId::new(person.name.as_str())));
        let Some(login) = written else {
            return Err(Wrong {
                message: "it shows no login id".to_owned(),
                help: "add a column `Username` to the table, or say where login ids come from: `--login-from email` or `--login-from name`",
            });
        };
        match well_formed(login.as_str(), form) {
            Ok(()) => Ok(login),
            Err(wanted) => Err(Wrong {
                message: format!(
                    "{} is no login id at this portal, which wants {wanted}",
                    shown(login.as_str())
                ),
                help: "correct it in a column `Username`",
            }),
        }
    }
}

fn no_list(file: &File) -> Fault {
    Fault::of_file(&file.name, "no table with headings was found in it")
        .help("its first row must name columns, such as Name, Email and Username")
}

/// Lists that say that they are longer than what was saved of them. Pages of one list agree on how
/// long it is, and add up.
fn cut_short(counts: &[(&Arc<str>, u64, Option<u64>)]) -> Vec<Fault> {
    let stated: BTreeSet<Option<u64>> = counts.iter().map(|(_, _, stated)| *stated).collect();
    let rows: u64 = counts.iter().map(|(_, rows, _)| rows).sum();
    let together = stated.len() == 1 && stated.first() == Some(&Some(rows));
    let wrong = counts.iter().filter_map(|(file, rows, stated)| {
        let stated = (*stated)?;
        (!together && stated != *rows).then(|| {
            let message = format!("it says that there are {stated} users and has {rows}");
            Fault::of_file(file, message).help("save the other pages too, and give each as `--table`; or show all users on one page")
        })
    });
    wrong.collect()
}

/// What login ids look like at a portal; what it wants where this is none.
fn well_formed(login: &str, form: LoginForm) -> Result<(), &'static str> {
    let id = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !text.is_empty() && text.len() <= 64 && text.bytes().all(allowed)
    };
    let email = is_email(login);
    match form {
        LoginForm::Email if !email => Err("an email address"),
        LoginForm::Username | LoginForm::Assigned if login.contains(char::is_whitespace) => {
            Err("text without spaces")
        }
        LoginForm::UserId if !email && !id(login) => Err("a user id such as `JSMITH12`"),
        _ => Ok(()),
    }
}
