//! The files that say what a [`Desired`] does: a project file and one file a school, with each list
//! and mapping on one line, so that its order can be shuffled and no place moves.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use beadle::config::{self, Project};
use beadle::model::day::Window;
use beadle::model::desired::{Desired, DesiredAccount};
use beadle::model::name::LoginId;
use beadle::model::policy::Unmanaged;
use beadle::model::rules::{Create, LoginForm, Mail, Rules};

use super::bench::PORTAL;
use super::fit;

/// In which order things are written: as they come, or dealt by a number.
pub(crate) struct Order(Option<u64>);

impl Order {
    pub(crate) fn as_they_come() -> Self {
        Self(None)
    }

    pub(crate) fn dealt(seed: u64) -> Self {
        Self(Some(seed))
    }

    pub(crate) fn of<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        let Some(seed) = &mut self.0 else {
            return items;
        };
        for left in (1..items.len()).rev() {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005);
            *seed = seed.wrapping_add(1_442_695_040_888_963_407);
            let other = usize::try_from(*seed >> 33).unwrap() % (left + 1);
            items.swap(left, other);
        }
        items
    }
}

/// The names and texts of all files, the project file first.
pub(crate) fn files(
    rules: &Rules,
    desired: &[Desired],
    order: &mut Order,
) -> Vec<(String, String)> {
    // It stands in the project file, once for all schools.
    let identity = desired[0].identity.as_ref();
    let mut schools: Vec<(String, String)> = desired
        .iter()
        .map(|it| {
            let name = format!("schools/{}.yaml", it.organisation);
            (name, school(rules, (it, identity), order))
        })
        .collect();
    schools = order.of(schools);
    let names: Vec<&str> = schools.iter().map(|(name, _)| name.as_str()).collect();
    let mut files = vec![("beadle.yaml".to_owned(), project(rules, desired, &names))];
    files.extend(schools);
    files
}

/// Writes files one after the other into a folder.
pub(crate) fn write(folder: &Path, files: &[(String, String)]) {
    fs::create_dir_all(folder.join("schools")).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// Loads a folder, which must have no error.
pub(crate) fn load(folder: &Path) -> Project {
    let loaded = config::load(folder, &beadle::portal::rules_by_driver());
    let texts = || {
        let files = loaded.sources.files();
        files
            .iter()
            .map(|file| format!("{file:?}"))
            .collect::<String>()
    };
    let Some(project) = loaded.project else {
        panic!("{:#?}\n{}", loaded.diagnostics, texts());
    };
    project
}

fn project(rules: &Rules, desired: &[Desired], names: &[&str]) -> String {
    let below = if rules.directory {
        "/{organisation}/v2"
    } else {
        ""
    };
    let mut portal = format!(
        "driver: {}, url: \"https://portal.example/api{below}\", token: {{ env: TOKEN }}",
        rules.driver
    );
    let first = &desired[0];
    if rules.create.value == Create::WithTerms {
        portal.push_str(", terms_accepted_by: m.jones@trust.example");
    }
    if rules.mail.value == Mail::AtCreation {
        let _ = write!(portal, ", notify: {}", first.creation.notify == Some(true));
    }
    if let Some(provisioning) = &first.creation.provisioning {
        let _ = write!(portal, ", provisioning: {provisioning}");
    }
    if let Some(identity) = &first.identity {
        let _ = write!(portal, ", identity: \"{identity}\"");
    }
    if rules.directory {
        let areas = fit::areas(rules, false);
        let ruled = areas.iter().filter(|area| area.code != fit::UNRULED);
        let groups: Vec<String> = ruled
            .map(|area| format!("{}: {}", area.code, area.title))
            .collect();
        let _ = write!(portal, ", groups: {{ {} }}", groups.join(", "));
        for area in areas.iter().filter(|area| area.administration) {
            let _ = write!(portal, ", admin_group: {}", area.code);
        }
    }
    let unmanaged = match first.policy.unmanaged {
        Unmanaged::Report => "report",
        Unmanaged::Expire => "expire",
    };
    let none = "percent: 100, count: 1000";
    let limit = format!("{{ {none}, total: {{ {none} }} }}");
    format!(
        "version: 1\nportals:\n  {PORTAL}: {{ {portal} }}\npolicy:\n  min_admins: {}\n  max_removals: \
         {limit}\n  unmanaged: {unmanaged}\norganisations: [{}]\n",
        first.policy.min_admins,
        names.join(", ")
    )
}

fn school(
    rules: &Rules,
    (desired, identity): (&Desired, Option<&LoginId>),
    order: &mut Order,
) -> String {
    let mut text = format!(
        "organisation: {}\nname: {}\nportals: {{ {PORTAL}: \"{}\" }}\n",
        desired.organisation, desired.organisation_name, desired.portal_organisation
    );
    let mut is_empty = false;
    if desired.manages_accounts {
        let users = order.of(desired.accounts.values().collect());
        is_empty |= users.is_empty();
        let users: Vec<String> = users.iter().map(|it| user(rules, it, order)).collect();
        let _ = writeln!(text, "users: {{ {} }}", users.join(", "));
    }
    if desired.admins.exact {
        let members = order.of(desired.admins.members.keys().collect());
        is_empty |= members.is_empty();
        let keys: Vec<&str> = members
            .iter()
            .filter_map(|login| Some(&*desired.accounts.get(*login)?.person))
            .collect();
        let _ = writeln!(text, "admins: [{}]", keys.join(", "));
    }
    // Whoever is named to be deleted is no user any more, and not who does it.
    let gone = desired
        .delete
        .keys()
        .filter(|login| !desired.accounts.contains_key(*login) && identity != Some(*login));
    let gone = order.of(gone.map(|login| format!("\"{login}\"")).collect());
    if !gone.is_empty() {
        let _ = writeln!(text, "delete: [{}]", gone.join(", "));
    }
    if is_empty {
        text.push_str("allow_empty: true\n");
    }
    text
}

fn user(rules: &Rules, user: &DesiredAccount, order: &mut Order) -> String {
    let mut fields = vec![format!("name: {}", user.name)];
    if rules.login.value == LoginForm::UserId || LoginId::new(&*user.person) != user.login {
        fields.push(format!("accounts: {{ {PORTAL}: \"{}\" }}", user.login));
    }
    fields.extend(days(&user.window, &Window::default()));
    if !user.was.is_empty() {
        let was: Vec<String> = user
            .was
            .iter()
            .map(|(was, _)| format!("\"{was}\""))
            .collect();
        fields.push(format!("was: [{}]", was.join(", ")));
    }
    if !user.grants.is_empty() {
        let grants = order.of(user.grants.iter().collect());
        let grants: Vec<String> = grants
            .iter()
            .map(|(area, grant)| {
                let mut fields = vec![format!("area: {area}")];
                fields.extend(days(&grant.window, &user.window));
                format!("{{ {} }}", fields.join(", "))
            })
            .collect();
        fields.push(format!("areas: [{}]", grants.join(", ")));
    }
    let fields = order.of(fields);
    format!("\"{}\": {{ {} }}", user.person, fields.join(", "))
}

/// First and last day, where they are not those of what is around it.
fn days(window: &Window, around: &Window) -> Vec<String> {
    let mut fields = Vec::new();
    if window
        .from
        .zip(window.until)
        .is_some_and(|(from, until)| from > until)
    {
        return fields;
    }
    if let Some(from) = window.from.filter(|_| window.from != around.from) {
        fields.push(format!("from: {from}"));
    }
    if let Some(until) = window.until.filter(|_| window.until != around.until) {
        fields.push(format!("until: {until}"));
    }
    fields
}
