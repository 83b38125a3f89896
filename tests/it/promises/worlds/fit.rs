//! What a scenario says, in the forms of one portal: its login ids, what its areas can be, what its
//! accounts can be like. What no such portal could hold is left out.

use beadle::model::desired::Desired;
use beadle::model::live::LiveAccount;
use beadle::model::name::LoginId;
use beadle::model::rules::{AccountEnd, AdminSet, Create, LoginForm, Rules};
use beadle::model::snapshot::{Snapshot, SnapshotAccount, SnapshotArea, SnapshotEvidence};

use crate::planner::build::{DAY, after, catalogue};
use crate::planner::scenario::Scenario;

/// The project's ids of the two schools.
pub(crate) const SCHOOLS: [&str; 2] = ["ashdown", "birch"];

/// A group that the configuration does not name: beadle has no business with it.
pub(crate) const UNRULED: &str = "chess";

/// The id of a school at a portal.
pub(crate) fn organisation(rules: &Rules, school: usize) -> String {
    match rules.organisation_id.value.digits {
        Some(digits) => format!("85{school:0width$}", width = usize::from(digits) - 2),
        None => format!("{}", 600 + school),
    }
}

/// The areas of every school, as that portal can have them.
pub(crate) fn areas(rules: &Rules, admin_key: bool) -> Vec<SnapshotArea> {
    if !rules.has_areas.value {
        return Vec::new();
    }
    let keys = rules.driver == "ofs";
    let mut areas: Vec<SnapshotArea> = catalogue(admin_key)
        .into_iter()
        .filter(|area| !area.administration || rules.admin.value == AdminSet::Area)
        .map(|area| SnapshotArea {
            code: area.name.to_string(),
            title: area.title.to_string(),
            access_key_required: area.access_key_required && keys,
            administration: area.administration,
        })
        .collect();
    if rules.directory {
        areas.push(SnapshotArea {
            code: UNRULED.to_owned(),
            title: "The chess club".to_owned(),
            access_key_required: false,
            administration: false,
        });
    }
    areas
}

/// A school with nobody in it.
pub(crate) fn empty(rules: &Rules, school: usize) -> Snapshot {
    of(rules, school, areas(rules, false), Vec::new())
}

fn of(
    rules: &Rules,
    school: usize,
    areas: Vec<SnapshotArea>,
    accounts: Vec<SnapshotAccount>,
) -> Snapshot {
    Snapshot {
        format: 1,
        driver: rules.driver.to_owned(),
        organisation: organisation(rules, school),
        name: None,
        taken: DAY,
        evidence: SnapshotEvidence {
            accounts: accounts.len() as u64,
            areas: areas.len() as u64,
            pages: 1,
        },
        areas,
        accounts,
    }
}

/// Whether people have a user id that another system gives them.
fn by_user_id(rules: &Rules, registered: bool) -> bool {
    rules.login.value == LoginForm::UserId && !registered
}

/// The user id of an address: its part before the `@`.
fn user_id(login: &LoginId) -> LoginId {
    let key = login.as_str().split('@').next().unwrap_or_default();
    LoginId::new(key.to_uppercase())
}

/// What the YAML says of a school, with its identity not known yet.
pub(crate) fn desired(
    rules: &Rules,
    scenario: &Scenario,
    (school, turn): (usize, usize),
    registered: bool,
) -> Desired {
    let mut it = scenario.desired(rules, turn);
    it.organisation = SCHOOLS[school].into();
    it.organisation_name = SCHOOLS[school].into();
    it.portal_organisation = organisation(rules, school).as_str().into();
    if !rules.provisioning.is_empty() {
        it.creation.provisioning = registered.then(|| "registered".into());
    }
    if by_user_id(rules, registered) {
        by_user_ids(&mut it);
    }
    it
}

/// The same with user ids in the place of addresses.
fn by_user_ids(it: &mut Desired) {
    let accounts = std::mem::take(&mut it.accounts);
    for (login, mut account) in accounts {
        account.login = user_id(&login);
        for (was, _) in &mut account.was {
            *was = user_id(was);
        }
        it.accounts.insert(account.login.clone(), account);
    }
    let members = std::mem::take(&mut it.admins.members);
    it.admins.members = members
        .into_iter()
        .map(|(login, listed)| (user_id(&login), listed))
        .collect();
    let delete = std::mem::take(&mut it.delete);
    it.delete = delete
        .into_iter()
        .map(|(login, source)| (user_id(&login), source))
        .collect();
    it.identity = it.identity.as_ref().map(user_id);
    let mut policy = (*it.policy).clone();
    for pattern in &mut policy.ignore {
        *pattern = pattern.replace("@*", "");
    }
    it.policy = policy.into();
}

/// What is live in a school.
pub(crate) fn live(
    rules: &Rules,
    scenario: &Scenario,
    school: usize,
    registered: bool,
) -> Snapshot {
    let live = scenario.live(rules);
    let mut accounts: Vec<SnapshotAccount> = Vec::new();
    for (at, account) in live.accounts().values().enumerate() {
        let mut account = account_of(rules, account, at, registered);
        // A login id that the portal has made is nobody else's, in no school.
        if rules.login.value == LoginForm::Assigned && school > 0 {
            account.login.push_str(SCHOOLS[school]);
        }
        let login = LoginId::new(account.login.as_str());
        // No portal has two accounts of one login id.
        if !accounts
            .iter()
            .any(|other| LoginId::new(other.login.as_str()) == login)
        {
            accounts.push(account);
        }
    }
    let has_admin = accounts.iter().any(|account| account.admin);
    if spares_its_own(rules) && !has_admin {
        accounts.push(head(rules, registered));
    }
    of(
        rules,
        school,
        areas(rules, scenario.has_admin_key()),
        accounts,
    )
}

/// Whose token it is, where nobody else is an administrator. No file names them.
fn head(rules: &Rules, registered: bool) -> SnapshotAccount {
    let user_id = by_user_id(rules, registered);
    let email = "head@northshire.example".to_owned();
    let assigned = rules.login.value == LoginForm::Assigned;
    let short = if user_id || assigned { "HEAD" } else { &*email };
    SnapshotAccount {
        id: if user_id { "HEAD" } else { "head" }.to_owned(),
        login: short.to_owned(),
        name: "The Head".to_owned(),
        expires: matches!(rules.account_end.value, AccountEnd::Terms(_)).then(|| after(300)),
        email: Some(email),
        active: true,
        locked: false,
        upstream: user_id,
        admin: true,
        areas: Vec::new(),
        last_sign_in: None,
    }
}

fn account_of(
    rules: &Rules,
    account: &LiveAccount,
    at: usize,
    registered: bool,
) -> SnapshotAccount {
    let LiveAccount {
        id,
        login,
        name,
        email,
        expires,
        active,
        locked,
        upstream,
        admin,
        areas,
        last_sign_in,
    } = account;
    let ofs = rules.driver == "ofs";
    let mut id = id.to_string();
    let mut login = login.clone();
    if by_user_id(rules, registered) {
        login = user_id(&login);
        id = login.to_string();
    }
    let mut areas: Vec<String> = areas.iter().map(ToString::to_string).collect();
    if rules.directory && at % 2 == 1 {
        areas.push(UNRULED.to_owned());
    }
    let upstream = *upstream && !(rules.create.value == Create::Upstream && registered);
    SnapshotAccount {
        id,
        login: login.to_string(),
        name: name.to_string(),
        email: email.as_deref().map(str::to_owned),
        expires: expires.filter(|_| !upstream),
        active: *active,
        // Others do not show it.
        locked: *locked && ofs,
        upstream,
        admin: *admin,
        areas,
        last_sign_in: last_sign_in.filter(|_| ofs),
    }
}

/// Whether the portal lets nobody end or demote the account that they are signed in with.
pub(crate) fn spares_its_own(rules: &Rules) -> bool {
    matches!(rules.driver, "hwb" | "hampshire")
}

/// Whose token it is, where a portal spares its own account: the first administrator.
pub(crate) fn caller(rules: &Rules, live: &Snapshot) -> Option<LoginId> {
    let spares = spares_its_own(rules);
    let mut admins: Vec<&SnapshotAccount> = live
        .accounts
        .iter()
        .filter(|account| account.admin && spares)
        .collect();
    admins.sort_by(|left, right| left.id.cmp(&right.id));
    admins
        .first()
        .map(|account| LoginId::new(account.login.as_str()))
}
