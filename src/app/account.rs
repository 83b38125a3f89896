//! `beadle account`: the help-desk acts on one account, which are not state and never planned. Each
//! stands in the audit log, before it is done and after. A password goes to a file readable by its owner alone; it is never shown and never logged.

mod password;
mod recorded;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use self::password::NewFile;
use self::recorded::Book;
use super::planning::LiveReader;
use super::portals::Portals;
use super::record::{Desk, Records};
use super::{Exit, Failure, PlanningOptions, Redact, Screen, project};
use crate::model::desired::Desired;
use crate::model::live::{Live, LiveAccount};
use crate::model::name::{LoginId, canonical};
use crate::model::plan::AccountRef;
use crate::model::rules::Rules;
use crate::model::settings::Route;
use crate::model::steps::{ActKind, ActText};
use crate::portal::{Act, PortalError, PortalWrite};
use crate::report::escape::terminal;

/// Options of `beadle account`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// Which organisation and portal.
    pub planning: PlanningOptions,
    /// What to do.
    pub act: ActKind,
    /// The account's login id, or the user's key in the YAML.
    pub user: String,
    /// Where the password goes that the portal makes.
    pub password_file: Option<PathBuf>,
    /// Where the new password is read from.
    pub choose_from: Option<PathBuf>,
    /// Do not ask.
    pub yes: bool,
    /// How long to wait for the run lock, which is held while the act is recorded.
    pub lock_wait: Duration,
}

/// Does one help-desk act, or says how a person does it.
///
/// # Errors
/// When the account is not there or not the only one, the portal has no such act, nobody said yes,
/// the portal refused, or a password could not be kept.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = Redact::Auto.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let opened = project::open(&options.path, &options.planning, screen)?;
    let units: Vec<Desired> = opened.units().map(|unit| opened.desired(&unit)).collect();
    let [unit] = units.as_slice() else {
        return Err(Failure::Usage(format!(
            "name one organisation and one portal with `--org` and `--portal`: {} of this project are meant",
            units.len()
        )));
    };
    let portals = Portals::open(&opened, &options.planning).await?;
    let done = at_portal(options, unit, &portals, &opened, screen).await;
    portals.close().await?;
    done
}

async fn at_portal(
    options: &Options,
    unit: &Desired,
    portals: &Portals,
    opened: &project::Opened,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let rules = portals
        .rules(&unit.portal)
        .ok_or_else(|| Failure::Usage(format!("portal `{}` has no driver", unit.portal)))?;
    let text = rules
        .act(options.act)
        .ok_or_else(|| no_such_act(options.act, unit, rules))?;
    let route = portals.route(&unit.portal).map(|(route, _)| route);
    if !text.by_api || route == Some(Route::Worklist) {
        let live = LiveReader::of_portals(portals, opened)?.read(unit).await?;
        let account = found(&live, unit, &options.user)?;
        return by_hand(text, account, unit, rules, screen);
    }
    let command = format!("beadle account {}", options.act.as_str());
    let desk = Desk::of(opened, &command, options.lock_wait);
    let writers = portals.writers(&desk.stop)?;
    let writer = writers
        .get(&unit.portal)
        .ok_or_else(|| Failure::Usage(format!("portal `{}` cannot be opened", unit.portal)))?;
    let book = Book {
        desk,
        records: Records::open(&opened.project, options.planning.sandbox)?,
    };
    by_api(options, unit, &**writer, &book, screen).await
}

fn no_such_act(act: ActKind, unit: &Desired, rules: &Rules) -> Failure {
    let known: Vec<String> = rules
        .acts
        .iter()
        .map(|text| format!("`{}`", text.kind.as_str()))
        .collect();
    let has = if known.is_empty() {
        "none at all".to_owned()
    } else {
        known.join(", ")
    };
    let (act, portal, title) = (act.as_str(), &unit.portal, rules.title);
    Failure::Usage(format!(
        "portal `{portal}` ({title}) has no act `{act}`; it has {has}"
    ))
}

/// Does the act by a call.
async fn by_api(
    options: &Options,
    unit: &Desired,
    writer: &dyn PortalWrite,
    book: &Book,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let act = chosen(options)?;
    let live = writer.list(&unit.portal_organisation).await?;
    let account = found(&live, unit, &options.user)?;
    if options.act == ActKind::ResetOtp && unit.identity.as_ref() == Some(&account.login) {
        return Err(own_number(account, unit));
    }
    if !options.yes && !agreed(options.act, account, unit, screen)? {
        screen.warn("nothing was changed");
        return Ok(Exit::Failed);
    }
    // Made before the call: a password that cannot be kept must not be made.
    let file = options.password_file.as_deref().map(NewFile::create);
    let file = file.transpose()?;
    let target = AccountRef {
        login: account.login.clone(),
        name: account.name.clone(),
        id: Some(account.id.clone()),
        person: None,
    };
    let begun = book.begin(options.act, unit, account, screen).await;
    let recorded = match begun {
        Ok(Some(recorded)) => recorded,
        other => {
            if let Some(file) = file {
                file.remove();
            }
            return other.map(|_| Exit::Refused);
        }
    };
    let answer = writer.act(&unit.portal_organisation, &target, &act).await;
    recorded.answered(answer.as_ref().err());
    let done = answer.is_ok();
    // Kept first: a password that is made is worth more than its record.
    let kept = keep(options, answer, file, account, screen);
    let exit = recorded.end(done, screen).await;
    kept.map(|kept| if kept == Exit::Done { exit } else { kept })
}

/// An administrator without a number is refused every call, so beadle does not take that of the
/// account whose token it uses: it could do nothing more (S6).
fn own_number(account: &LiveAccount, unit: &Desired) -> Failure {
    let (login, portal) = (terminal(account.login.as_str()), &unit.portal);
    Failure::Usage(format!(
        "`{login}` is the account that beadle itself uses at `{portal}` (`identity`): without its number the portal would refuse beadle every call; another administrator resets it there"
    ))
}

/// The act with what it needs, checked before anything is asked of the portal.
fn chosen(options: &Options) -> Result<Act, Failure> {
    match options.act {
        ActKind::Unlock => Ok(Act::Unlock),
        ActKind::ResetOtp => Ok(Act::ResetOtp),
        ActKind::ResetPassword => match (&options.choose_from, &options.password_file) {
            (Some(path), _) => Ok(Act::ResetPassword(Some(password::read(path)?))),
            (None, Some(_)) => Ok(Act::ResetPassword(None)),
            (None, None) => Err(Failure::Usage(
                "the portal makes the new password: name a file for it with `--password-file FILE`, or choose it with `--choose-from FILE`".to_owned(),
            )),
        },
    }
}

/// Keeps the password that the portal made, where it made one, and says what was done.
fn keep(
    options: &Options,
    answer: Result<Option<SecretString>, PortalError>,
    file: Option<NewFile>,
    account: &LiveAccount,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let made = match answer {
        Ok(made) => made,
        Err(error) => {
            if let Some(file) = file {
                file.remove();
            }
            if error.outcome_unknown() {
                screen.warn("the call may have been carried out all the same: do it again when the portal can be reached");
            }
            return Err(error.into());
        }
    };
    let login = terminal(account.login.as_str());
    let done = match options.act {
        ActKind::Unlock => "is unlocked",
        ActKind::ResetPassword => "has a new password",
        ActKind::ResetOtp => "has no number for sign-in codes any more",
    };
    match (made, file) {
        (Some(password), Some(file)) => {
            let path = file.path().to_owned();
            file.write(&password).map_err(|error| {
                Failure::Usage(format!(
                    "`{login}` {done}, but it could not be written to `{}`: {error}; nobody knows it, so reset it again",
                    path.display()
                ))
            })?;
            writeln!(
                screen.out(),
                "`{login}` {done}: it is in `{}`",
                path.display()
            )?;
        }
        (None, Some(file)) => {
            file.remove();
            writeln!(
                screen.out(),
                "`{login}` {done}; the portal did not say which, so nothing was written"
            )?;
        }
        (_, None) => writeln!(screen.out(), "`{login}` {done}")?,
    }
    Ok(Exit::Done)
}

fn agreed(
    act: ActKind,
    account: &LiveAccount,
    unit: &Desired,
    screen: &mut dyn Screen,
) -> Result<bool, Failure> {
    let (name, login) = (terminal(&account.name), terminal(account.login.as_str()));
    let question = format!(
        "{} for {name} ({login}) of {} at `{}`? Only `yes` does it: ",
        act.as_str(),
        terminal(&unit.organisation_name),
        unit.portal
    );
    let act = act.as_str();
    let nobody = || {
        Failure::Usage(format!(
            "`{act}` needs a yes: there is no terminal to ask on, so add `--yes`"
        ))
    };
    screen.confirm(&question)?.ok_or_else(nobody)
}

/// The one live account that is meant: by login id, or by what the YAML calls its user.
fn found<'l>(live: &'l Live, unit: &Desired, user: &str) -> Result<&'l LiveAccount, Failure> {
    let wanted = LoginId::new(user);
    let key = canonical(user);
    let by_key = unit
        .accounts
        .values()
        .find(|account| *account.person == *key);
    let with = |login: &LoginId| -> Vec<&'l LiveAccount> {
        let accounts = live.accounts().values();
        accounts.filter(|account| account.login == *login).collect()
    };
    let by_address = || {
        let accounts = live.accounts().values();
        let same = |email: &str| canonical(email) == key;
        accounts
            .filter(|account| account.email.as_deref().is_some_and(same))
            .collect()
    };
    let mut accounts = with(&wanted);
    if let (true, Some(desired)) = (accounts.is_empty(), by_key) {
        accounts = with(&desired.login);
    }
    if accounts.is_empty() {
        accounts = by_address();
    }
    let shown = terminal(user);
    let (organisation, portal) = (&unit.organisation, &unit.portal);
    match accounts.as_slice() {
        [account] => Ok(account),
        [] => Err(Failure::Usage(format!(
            "there is no account `{shown}` of `{organisation}` at `{portal}`: name its login id, or the user's key in the YAML"
        ))),
        several => Err(Failure::Usage(format!(
            "there are {} accounts `{shown}` of `{organisation}` at `{portal}`, and which one is meant cannot be told: look at them on the portal",
            several.len()
        ))),
    }
}

/// The clicks with which a person does it.
fn by_hand(
    text: &ActText,
    account: &LiveAccount,
    unit: &Desired,
    rules: &Rules,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    screen.warn("nothing was changed: only a person can do this, with these clicks");
    let act = text.kind.as_str();
    writeln!(screen.out(), "{act} at the {}:", rules.title)?;
    let places = [
        ("{name}", &*account.name),
        ("{login}", account.login.as_str()),
        (
            "{email}",
            account.email.as_deref().unwrap_or(account.login.as_str()),
        ),
        ("{organisation}", &*unit.organisation_name),
    ];
    for (index, click) in text.clicks.iter().enumerate() {
        let click = filled(click, &places);
        writeln!(screen.out(), "  {}. {}", index + 1, terminal(&click))?;
    }
    Ok(Exit::Done)
}

/// One pass from left to right, so that braces in a person's name stay what they are.
fn filled(template: &str, places: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(character) = rest.chars().next() {
        let known = places
            .iter()
            .find_map(|(place, value)| Some((value, rest.strip_prefix(place)?)));
        rest = if let Some((value, after)) = known {
            text.push_str(value);
            after
        } else {
            text.push(character);
            rest.strip_prefix(character).unwrap_or_default()
        };
    }
    text
}

#[cfg(test)]
mod tests;
