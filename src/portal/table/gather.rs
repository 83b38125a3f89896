//! Puts the pages of one organisation together: who there is, what they may use, who administers.
//! What no page shows is kept from the last snapshot; what contradicts itself is a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::matching::{self, Account, Found};
use super::page::{self, Page, Tick};
use super::people::{self, People, Person};
use super::shapes::{self, plain};
use super::values::{self, Wrong, shown};
use super::{Fault, File, Gathered, Given, LoginFrom};
use crate::model::live::{CatalogueArea, Incomplete, Listing, Live, LiveAccount};
use crate::model::name::{AreaName, LoginId, PortalId};
use crate::model::rules::{AccountEnd, AdminSet, LoginForm};

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
    accounts: Vec<Account>,
    catalogue: BTreeMap<AreaName, CatalogueArea>,
    /// By account: areas, as far as pages show them.
    granted: Vec<BTreeSet<AreaName>>,
    /// By account: whether a page shows its whole set.
    whole: Vec<bool>,
    /// By account: whether it is an administrator, where a page says so.
    admins: Vec<Option<bool>>,
    /// Areas whose page was read.
    covered: BTreeSet<AreaName>,
    pages: u64,
}

impl<'a> Work<'a> {
    fn new(given: &'a Given<'a>) -> Self {
        let catalogue = given.former.map(|live| live.catalogue().clone());
        Self {
            given,
            faults: Vec::new(),
            notes: Vec::new(),
            accounts: Vec::new(),
            catalogue: catalogue.unwrap_or_default(),
            granted: Vec::new(),
            whole: Vec::new(),
            admins: Vec::new(),
            covered: BTreeSet::new(),
            pages: 0,
        }
    }

    fn open(&mut self, file: &File) -> Option<Page> {
        self.pages += 1;
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
        let twin = self.accounts.iter().find(|account| account.login == login);
        if let Some(twin) = twin {
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
            .or_else(|| matching::former_login(person, self.given.former))
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

    /// What a title stands for; an area that is not known yet is added to the catalogue.
    fn target(&mut self, title: &str, file: &Arc<str>, row: Option<u32>) -> Option<Target> {
        let rules = self.given.rules;
        if shapes::is_administration(title) && rules.admin.value == AdminSet::Tick {
            return Some(Target::Admin);
        }
        let wrong = |message: String, help| {
            let fault = Fault::of_file(file, message).help(help);
            Fault {
                row,
                skippable: row.is_some(),
                ..fault
            }
        };
        if !rules.has_areas.value {
            self.faults.push(wrong(
                format!("{} is an area, and this portal has none", shown(title)),
                "leave it out",
            ));
            return None;
        }
        let known = self
            .catalogue
            .values()
            .find(|area| area.name.as_str() == title || plain(&area.title) == plain(title));
        if let Some(area) = known {
            return Some(if area.administration {
                Target::Admin
            } else {
                Target::Area(area.name.clone())
            });
        }
        let visible = values::visible(title).map_err(|wrong| wrong.message);
        let name = shapes::area_name(title).ok_or_else(|| {
            format!(
                "{} has no letters that an area's name can be made of",
                shown(title)
            )
        });
        let name = match visible.and(name) {
            Ok(name) => AreaName::new(name),
            Err(message) => {
                self.faults
                    .push(wrong(message, "give it a title in plain letters"));
                return None;
            }
        };
        if let Some(area) = self.catalogue.get(&name) {
            // The title is known now; before, the name had to stand for it.
            if area.title.as_ref() != name.as_str() {
                let message = format!(
                    "{} and {} would both be called `{name}`",
                    shown(title),
                    shown(&area.title)
                );
                self.faults
                    .push(wrong(message, "give one of them another title"));
                return None;
            }
        }
        let administration =
            rules.admin.value == AdminSet::Area && shapes::is_administration(title);
        let area = CatalogueArea {
            name: name.clone(),
            title: title.into(),
            access_key_required: administration,
            administration,
        };
        self.catalogue.insert(name.clone(), area);
        Some(if administration {
            Target::Admin
        } else {
            Target::Area(name)
        })
    }

    fn areas_named(&mut self) {
        let none: Arc<str> = "--area".into();
        for (name, _) in &self.given.areas {
            self.target(name, &none, None);
        }
    }

    /// Pages of one area, on which accounts are ticked.
    fn area_pages(&mut self) {
        for (name, file) in &self.given.areas {
            let Some(file) = file else { continue };
            let Some(target) = self.target(name, &file.name, None) else {
                continue;
            };
            let Some(page) = self.open(file) else {
                continue;
            };
            if !self.has_ticks(file, &page) {
                continue;
            }
            if let Target::Area(area) = &target {
                if !self.covered.insert(area.clone()) {
                    let message = format!("it is a second page of the area `{area}`");
                    self.faults.push(
                        Fault::of_file(&file.name, message).help("give one page for each area"),
                    );
                }
                for areas in &mut self.granted {
                    areas.remove(area);
                }
            }
            let mut seen = BTreeSet::new();
            for tick in &page.ticks {
                let Some(index) = self.whose(file, tick, &mut seen) else {
                    continue;
                };
                let ticked = tick.ticked == Some(true);
                match &target {
                    Target::Admin => self.set_admin(index, ticked),
                    Target::Area(area) if ticked => {
                        if let Some(areas) = self.granted.get_mut(index) {
                            areas.insert(area.clone());
                        }
                    }
                    Target::Area(_) => {}
                }
            }
        }
    }

    /// The account that a tick is about.
    fn whose(&mut self, file: &File, tick: &Tick, seen: &mut BTreeSet<usize>) -> Option<usize> {
        let label = tick.label.join(", ");
        let is_about_nobody = label.is_empty() || shapes::is_select_all(&label);
        let wrong =
            |message: String, help| Fault::of_row(&file.name, tick.row, Wrong { message, help });
        match matching::find(&self.accounts, &tick.label) {
            Found::One(index) if seen.insert(index) => Some(index),
            Found::One(index) => {
                let login = self
                    .accounts
                    .get(index)
                    .map(|account| account.login.to_string());
                let login = shown(&login.unwrap_or_default());
                self.faults.push(wrong(
                    format!("the account {login} is ticked or not in an earlier row already"),
                    "leave one of the rows out, or write login ids behind the names",
                ));
                None
            }
            Found::Several(places) => {
                let message = format!(
                    "{} is the name of several accounts ({})",
                    shown(&label),
                    places.join(", ")
                );
                self.faults.push(wrong(
                    message,
                    "write the login id or the address behind the name, in brackets",
                ));
                None
            }
            // Pages have ticks of their own, such as that of a menu.
            Found::Nobody if tick.ticked != Some(true) || is_about_nobody => None,
            Found::Nobody => {
                self.faults.push(wrong(
                    format!(
                        "{} is ticked, and no list has such an account",
                        shown(&label)
                    ),
                    "save the list of users again, so that both are of the same day",
                ));
                None
            }
        }
    }

    fn has_ticks(&mut self, file: &File, page: &Page) -> bool {
        let some = page.ticks.iter().any(|tick| tick.ticked.is_some());
        if !some {
            self.faults.push(Fault::of_file(&file.name, "no ticks can be seen in it").help(
                "save the page as HTML (copied text loses its ticks), or write `[x]` or `[ ]` before each name",
            ));
        }
        some
    }

    fn set_admin(&mut self, index: usize, admin: bool) {
        if let Some(known) = self.admins.get_mut(index) {
            *known = Some(admin);
        }
    }

    /// Pages of one account, on which areas are ticked.
    fn account_pages(&mut self) {
        let mut seen = BTreeSet::new();
        for (who, file) in &self.given.accounts {
            let index = match matching::find(&self.accounts, std::slice::from_ref(who)) {
                Found::One(index) => index,
                Found::Nobody => {
                    let message = format!("no list has an account {}", shown(who));
                    self.faults
                        .push(Fault::of_file(&file.name, message).help(
                            "`--account` names a login id, an address or a name of the list",
                        ));
                    continue;
                }
                Found::Several(places) => {
                    let message = format!(
                        "{} is the name of several accounts ({})",
                        shown(who),
                        places.join(", ")
                    );
                    self.faults
                        .push(Fault::of_file(&file.name, message).help("name it by its login id"));
                    continue;
                }
            };
            let Some(page) = self.open(file) else {
                continue;
            };
            if !self.has_ticks(file, &page) {
                continue;
            }
            if !seen.insert(index) {
                let message = format!("it is a second page of the account {}", shown(who));
                self.faults.push(
                    Fault::of_file(&file.name, message).help("give one page for each account"),
                );
            }
            self.account_page(index, file, &page);
        }
    }

    fn account_page(&mut self, index: usize, file: &File, page: &Page) {
        let mut areas = BTreeSet::new();
        let mut admin = None;
        let labelled = page.ticks.iter().filter(|tick| !tick.label.is_empty());
        for tick in labelled {
            let (Some(title), Some(ticked)) = (tick.label.first(), tick.ticked) else {
                continue;
            };
            if shapes::is_select_all(title) {
                continue;
            }
            match self.target(title, &file.name, Some(tick.row)) {
                Some(Target::Admin) => admin = Some(ticked),
                Some(Target::Area(area)) if ticked => {
                    areas.insert(area);
                }
                _ => {}
            }
        }
        if let Some(granted) = self.granted.get_mut(index) {
            *granted = areas;
        }
        if let Some(whole) = self.whole.get_mut(index) {
            *whole = true;
        }
        if let Some(admin) = admin {
            self.set_admin(index, admin);
        }
    }

    /// Lists of administrators: who is on one is an administrator, unless it says otherwise.
    fn admin_pages(&mut self) {
        for file in &self.given.admins {
            if self.given.rules.admin.value == AdminSet::None {
                self.faults.push(Fault::of_file(
                    &file.name,
                    "this portal has no administrators to list",
                ));
                continue;
            }
            let Some(page) = self.open(file) else {
                continue;
            };
            let people = people::read(&file.name, &page, &mut self.faults);
            if !people.found {
                self.faults.push(no_list(file));
            }
            let says = people.persons.iter().any(|person| person.admin.is_some());
            for person in people.persons {
                let label: Vec<String> =
                    [person.login, person.email].into_iter().flatten().collect();
                let label = if label.is_empty() {
                    vec![person.name]
                } else {
                    label
                };
                let admin = person.admin.unwrap_or(!says);
                let tick = Tick {
                    row: person.place.row,
                    label,
                    ticked: Some(true),
                };
                if let Some(index) = self.whose(file, &tick, &mut BTreeSet::new()) {
                    self.set_admin(index, admin);
                }
            }
            // The page lists them all: who is not on it is none.
            for admin in &mut self.admins {
                *admin = Some(admin.unwrap_or(false));
            }
        }
    }

    fn finish(mut self) -> Result<Gathered, Vec<Fault>> {
        let skip = self.given.skip_bad_rows;
        let (skipped, fatal): (Vec<Fault>, Vec<Fault>) = std::mem::take(&mut self.faults)
            .into_iter()
            .partition(|fault| skip && fault.skippable);
        if !fatal.is_empty() {
            return Err(fatal);
        }
        let mut until = BTreeMap::new();
        let mut accounts = Vec::new();
        for index in 0..self.accounts.len() {
            accounts.extend(self.live_account(index, &mut until));
        }
        self.administration_area(&accounts);
        self.say_what_is_kept();
        let live = self.listing(accounts).map_err(|incomplete| {
            let file = self.given.tables.first().map(|file| Arc::clone(&file.name));
            vec![Fault::of_file(
                &file.unwrap_or_default(),
                incomplete.to_string(),
            )]
        })?;
        Ok(Gathered {
            live,
            until,
            skipped,
            notes: self.notes,
        })
    }

    fn live_account(
        &self,
        index: usize,
        until: &mut BTreeMap<LoginId, jiff::civil::Date>,
    ) -> Option<LiveAccount> {
        let Account { person, login } = self.accounts.get(index)?;
        let former = self.former(login);
        let kept_date = matches!(
            self.given.rules.account_end.value,
            AccountEnd::Date | AccountEnd::Terms(_)
        );
        let expires = match person.expires {
            Some(day) if kept_date => day,
            Some(day) => {
                if let Some(day) = day {
                    until.insert(login.clone(), day);
                }
                None
            }
            None => former.and_then(|account| account.expires),
        };
        let mut areas = self.granted.get(index)?.clone();
        if !*self.whole.get(index)?
            && let Some(former) = former
        {
            let kept = former
                .areas
                .iter()
                .filter(|area| !self.covered.contains(*area));
            areas.extend(kept.cloned());
        }
        let known = |shown: Option<bool>, before: fn(&LiveAccount) -> bool, otherwise: bool| {
            shown.or(former.map(before)).unwrap_or(otherwise)
        };
        Some(LiveAccount {
            id: former.map_or_else(
                || PortalId::new(login.canonical()),
                |account| account.id.clone(),
            ),
            login: login.clone(),
            name: person.name.as_str().into(),
            email: self.email(person, login),
            expires,
            active: known(person.active, |account| account.active, true),
            locked: known(person.locked, |account| account.locked, false),
            upstream: known(person.upstream, |account| account.upstream, false),
            admin: known(*self.admins.get(index)?, |account| account.admin, false),
            areas,
            last_sign_in: person
                .last_sign_in
                .or(former.and_then(|account| account.last_sign_in)),
        })
    }

    /// Where the login id is the address, a list that shows one of them shows both.
    fn email(&self, person: &Person, login: &LoginId) -> Option<Arc<str>> {
        let own = self.given.rules.login.value == LoginForm::Email;
        let email = if own {
            Some(login.as_str())
        } else {
            person.email.as_deref()
        };
        email.map(Into::into)
    }

    fn former(&self, login: &LoginId) -> Option<&'a LiveAccount> {
        let mut accounts = self.given.former?.accounts().values();
        accounts.find(|account| account.login == *login)
    }

    /// Where administrators are the members of an area, that area must be in the catalogue.
    fn administration_area(&mut self, accounts: &[LiveAccount]) {
        let (name, title) = shapes::ADMINISTRATION_AREA;
        let missing = self.given.rules.admin.value == AdminSet::Area
            && accounts.iter().any(|account| account.admin)
            && !self.catalogue.values().any(|area| area.administration);
        if missing {
            let area = CatalogueArea {
                name: name.into(),
                title: title.into(),
                access_key_required: true,
                administration: true,
            };
            self.catalogue.insert(area.name.clone(), area);
        }
    }

    /// What no page showed.
    fn say_what_is_kept(&mut self) {
        let rules = self.given.rules;
        let unshown = self.whole.iter().filter(|whole| !**whole).count();
        let all = self.accounts.len();
        let uncovered: Vec<String> = self
            .catalogue
            .values()
            .filter(|area| !area.administration && !self.covered.contains(&area.name))
            .map(|area| format!("`{}`", area.name))
            .collect();
        let kept = if self.given.former.is_some() {
            "is kept from the last snapshot"
        } else {
            "is taken to be none"
        };
        if rules.has_areas.value
            && unshown > 0
            && (self.catalogue.is_empty() || !uncovered.is_empty())
        {
            let of = if uncovered.is_empty() {
                String::new()
            } else {
                format!(" to {}", uncovered.join(", "))
            };
            self.notes.push(format!("no page shows the access of {unshown} of {all} accounts{of}: it {kept}; add `--area NAME=FILE` or `--account LOGIN=FILE`"));
        }
        if rules.admin.value != AdminSet::None && all > 0 && self.admins.iter().all(Option::is_none)
        {
            self.notes.push(format!("no page shows who administers: it {kept}; add `--admins FILE` or a column `Administrator`"));
        }
    }

    fn listing(&self, accounts: Vec<LiveAccount>) -> Result<Live, Incomplete> {
        let organisation = &self.given.organisation;
        let mut listing = Listing::begin(organisation.clone());
        let areas: Vec<CatalogueArea> = self.catalogue.values().cloned().collect();
        listing.accounts_page(organisation.as_str(), accounts.len() as u64, accounts)?;
        listing.catalogue_page(organisation.as_str(), areas.len() as u64, areas)?;
        listing.finish()
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
    let email = values::is_email(login);
    match form {
        LoginForm::Email if !email => Err("an email address"),
        LoginForm::Username | LoginForm::Assigned if login.contains(char::is_whitespace) => {
            Err("text without spaces")
        }
        LoginForm::UserId if !email && !id(login) => Err("a user id such as `JSMITH12`"),
        _ => Ok(()),
    }
}
