//! An organisation as the YAML that a person would write for what is live, and for what is
//! desired: the same layout for both, so that they can be compared line by line.
//!
//! It holds accounts whose access lasts; what has ended is counted, not written.

mod desired;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::words::counted;
use super::yaml::{Node, Shape};
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{
    AreaName, LoginId, OrganisationId, PortalName, PortalOrganisation, canonical, is_email,
};

/// One organisation at one portal, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationFile {
    /// The organisation's id in the project.
    pub organisation: OrganisationId,
    /// Its name in prose.
    pub name: Arc<str>,
    /// The portal's name in the project.
    pub portal: PortalName,
    /// The organisation's id there.
    pub portal_organisation: PortalOrganisation,
    /// By canonical user key.
    pub users: BTreeMap<String, UserEntry>,
    /// User keys of the administrators, canonical.
    pub admins: BTreeSet<String>,
    /// Administrators among the live accounts left out. Where there are any, `admins` is not
    /// written: a list without them would demote them.
    pub admins_left_out: u64,
    /// Live accounts left out because their access has ended.
    pub ended: u64,
    /// Live accounts left out because another one has the same login id.
    pub twins: u64,
}

/// One user of an [`OrganisationFile`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEntry {
    /// The key as written.
    pub key: String,
    /// The person's name.
    pub name: Arc<str>,
    /// The email address, where the key is another text.
    pub email: Option<Arc<str>>,
    /// The login id, where it is not the key.
    pub login: Option<LoginId>,
    /// Last day of access.
    pub until: Option<Date>,
    /// Areas, the administration area left out.
    pub areas: BTreeSet<AreaName>,
}

/// A user before it has a key.
struct Listed<'a> {
    name: &'a Arc<str>,
    login: &'a LoginId,
    email: Option<&'a Arc<str>>,
    until: Option<Date>,
    areas: BTreeSet<AreaName>,
    admin: bool,
}

/// Where the YAML will stand, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of its own.
    OwnFile,
    /// Under `organisations` in the project file.
    ProjectFile,
    /// One side of a comparison: nothing is drawn together on one line, so that each difference
    /// is a line of its own.
    Comparison,
}

impl OrganisationFile {
    /// What is live and lasts on `day`: what `import` writes. Planning right after finds nothing
    /// to do.
    #[must_use]
    pub fn from_live(
        live: &Live,
        portal: &PortalName,
        organisation: &OrganisationId,
        name: &str,
        day: Date,
    ) -> Self {
        let mut file = Self {
            organisation: organisation.clone(),
            name: name.into(),
            portal: portal.clone(),
            portal_organisation: live.organisation().clone(),
            users: BTreeMap::new(),
            admins: BTreeSet::new(),
            admins_left_out: 0,
            ended: 0,
            twins: 0,
        };
        let Lasting {
            accounts,
            admins_left_out,
            ended,
            twins,
        } = lasting(live, day);
        for account in accounts {
            file.add_live(account);
        }
        file.admins_left_out = admins_left_out;
        (file.ended, file.twins) = (ended, twins);
        file
    }

    fn add_live(&mut self, account: &LiveAccount) {
        let LiveAccount {
            id: _,
            login,
            name,
            email,
            expires,
            active: _,
            locked: _,
            upstream: _,
            admin,
            areas,
            last_sign_in: _,
        } = account;
        let listed = Listed {
            name,
            login,
            email: email.as_ref(),
            until: *expires,
            areas: areas.clone(),
            admin: *admin,
        };
        self.add(listed);
    }

    /// Adds a user under the email address, or under the login id where there is no address of
    /// their own; a login id that is no address is named under `accounts`, too.
    fn add(&mut self, listed: Listed<'_>) {
        let Listed {
            name,
            login,
            email,
            until,
            areas,
            admin,
        } = listed;
        let email = email.filter(|email| is_email(email.trim()));
        let own = email.filter(|email| !self.users.contains_key(&canonical(email)));
        let written = own.map_or(login.as_str(), |email| email.trim());
        let key = canonical(written);
        let name = if name.trim().is_empty() {
            written.into()
        } else {
            Arc::clone(name)
        };
        let entry = UserEntry {
            key: written.to_owned(),
            name,
            email: email.filter(|email| canonical(email) != key).cloned(),
            login: (key != login.canonical() || email.is_none() && !is_email(written))
                .then(|| login.clone()),
            until,
            areas,
        };
        self.users.insert(key.clone(), entry);
        if admin {
            self.admins.insert(key);
        }
    }

    /// How much is in it, in a few words.
    #[must_use]
    pub fn counts(&self) -> String {
        let users = counted(self.users.len() as u64, "user", "users");
        let admins = counted(self.admins.len() as u64, "administrator", "administrators");
        format!("{users}, {admins}")
    }

    /// The YAML.
    #[must_use]
    pub fn yaml(&self, place: Place) -> String {
        let own_file = || {
            let own = (
                "organisation".to_owned(),
                Node::text(self.organisation.as_str()),
            );
            let entries = std::iter::once(own).chain(self.entries(place)).collect();
            Node::Map(entries, Shape::Block).lines(0)
        };
        match place {
            Place::Comparison => own_file(),
            Place::OwnFile => self.comments("") + &own_file(),
            Place::ProjectFile => {
                let id = self.organisation.as_str().to_owned();
                let entry = Node::Map(self.entries(place), Shape::Block);
                self.comments("  ") + &Node::Map(vec![(id, entry)], Shape::Block).lines(2)
            }
        }
    }

    /// What was left out, for who reads the file after an import.
    fn comments(&self, margin: &str) -> String {
        let mut text = String::new();
        let mut left_out = |count: u64, one: &str, many: &str, why: &str| {
            if count > 0 {
                let what = counted(count, one, many);
                text.push_str(&format!("{margin}# Left out: {what} {why}.\n"));
            }
        };
        let (one, many) = ("account", "accounts");
        left_out(self.ended, one, many, "whose access has ended");
        let twins = "with a login id that another account has as well";
        left_out(self.twins, one, many, twins);
        let (one, many) = ("administrator", "administrators");
        let admins = "among them, so that `admins` is not written and nobody is demoted";
        left_out(self.admins_left_out, one, many, admins);
        text
    }

    fn entries(&self, place: Place) -> Vec<(String, Node)> {
        let portal = self.portal.as_str().to_owned();
        let id = Node::text(self.portal_organisation.as_str());
        let mut entries = vec![
            ("name".to_owned(), Node::text(&self.name)),
            (
                "portals".to_owned(),
                Node::Map(vec![(portal, id)], Shape::Line),
            ),
        ];
        // Absent is not empty: where there is nobody, nothing is said.
        if !self.users.is_empty() {
            let users = self
                .users
                .values()
                .map(|user| (user.key.clone(), self.user(user, place)));
            entries.push(("users".to_owned(), Node::Map(users.collect(), Shape::Block)));
        }
        let admins = self.admins.iter().filter_map(|key| self.users.get(key));
        let admins: Vec<&str> = admins.map(|user| user.key.as_str()).collect();
        if !admins.is_empty() && self.admins_left_out == 0 {
            entries.push(("admins".to_owned(), Node::texts(admins, Shape::Block)));
        }
        entries
    }

    fn user(&self, user: &UserEntry, place: Place) -> Node {
        let UserEntry {
            key: _,
            name,
            email,
            login,
            until,
            areas,
        } = user;
        let mut fields = vec![("name".to_owned(), Node::text(name))];
        if let Some(email) = email {
            fields.push(("email".to_owned(), Node::text(email)));
        }
        if let Some(login) = login {
            let portal = self.portal.as_str().to_owned();
            let accounts = vec![(portal, Node::text(login.as_str()))];
            fields.push(("accounts".to_owned(), Node::Map(accounts, Shape::Line)));
        }
        if let Some(until) = until {
            fields.push(("until".to_owned(), Node::day(*until)));
        }
        if !areas.is_empty() {
            let areas = Node::texts(areas.iter().map(AreaName::as_str), Shape::Block);
            fields.push(("areas".to_owned(), areas));
        }
        let shape = match place {
            Place::OwnFile | Place::ProjectFile => Shape::Line,
            Place::Comparison => Shape::Block,
        };
        Node::Map(fields, shape)
    }
}

/// The live accounts that can sign in on a day, the first of each login id.
struct Lasting<'a> {
    accounts: Vec<&'a LiveAccount>,
    admins_left_out: u64,
    ended: u64,
    twins: u64,
}

fn lasting(live: &Live, day: Date) -> Lasting<'_> {
    let mut logins = BTreeSet::new();
    let mut lasting = Lasting {
        accounts: Vec::new(),
        admins_left_out: 0,
        ended: 0,
        twins: 0,
    };
    for account in live.accounts().values() {
        let usable = account.usable(day);
        if usable && logins.insert(&account.login) {
            lasting.accounts.push(account);
            continue;
        }
        lasting.admins_left_out += u64::from(account.admin);
        lasting.ended += u64::from(!usable);
        lasting.twins += u64::from(usable);
    }
    lasting
}
