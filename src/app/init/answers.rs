//! What a new project is to be: from the options, else from a few questions on a terminal. Decides
//! nothing that was not said, but where `--yes` asks for the defaults.

use std::collections::BTreeSet;

use super::{Forge, Options};
use crate::app::import::identifier;
use crate::app::{Failure, Screen};
use crate::model::owner::is_owner;
use crate::model::rules::Rules;
use crate::portal;
use crate::report::escape;

/// How often a question is asked before the answer is given up on.
const TRIES: usize = 3;

/// What to write.
#[derive(Debug)]
pub(super) struct Answers {
    /// The trust, school, university or authority, in prose.
    pub(super) name: String,
    /// The first organisation's id in the project.
    pub(super) organisation: String,
    /// Its portals, each once.
    pub(super) portals: Vec<NewPortal>,
    pub(super) forge: Forge,
    /// `OWNER/NAME@COMMIT`, where it was given.
    pub(super) action: Option<String>,
    pub(super) owners: Vec<String>,
}

/// A portal of the new project, under its driver's name.
#[derive(Debug)]
pub(super) struct NewPortal {
    pub(super) rules: &'static Rules,
    /// The organisation's id there, where it is known.
    pub(super) organisation: Option<String>,
}

impl NewPortal {
    /// The environment variables of its tokens: the one that writes, and the one that reads. None
    /// for a portal without an API.
    pub(super) fn tokens(&self) -> Option<(String, String)> {
        let name = self.rules.driver.to_ascii_uppercase();
        let by_api = self.rules.directory;
        by_api.then(|| (format!("{name}_TOKEN"), format!("{name}_READ_TOKEN")))
    }
}

/// Takes what was given and asks for the rest.
///
/// # Errors
/// When something is missing and nobody is there, or something given cannot be.
pub(super) fn gather(options: &Options, screen: &mut dyn Screen) -> Result<Answers, Failure> {
    let Options {
        path,
        name,
        portals,
        organisation,
        forge,
        action,
        owners,
        yes,
    } = options;
    if let Some(action) = action.as_deref().filter(|action| !is_action(action)) {
        return Err(Failure::Usage(format!(
            "`{}` is no action: write `OWNER/NAME@COMMIT`, the commit with all its 40 digits",
            action.escape_debug()
        )));
    }
    let owners = checked_owners(owners)?;
    let mut asked = Questions { screen, yes: *yes };
    let folder = path.canonicalize().unwrap_or_else(|_| path.clone());
    let folder = folder.file_name().and_then(|name| name.to_str());
    let name = match name {
        Some(name) => name.trim().to_owned(),
        None => asked.name(folder.unwrap_or("My trust"))?,
    };
    if name.is_empty() {
        return Err(Failure::Usage("the name is empty".to_owned()));
    }
    let portals = if portals.is_empty() {
        asked.portals()?
    } else {
        chosen(portals.iter().map(String::as_str)).map_err(Failure::Usage)?
    };
    let organisation = organisation.clone().unwrap_or_else(|| identifier(&name));
    let forge = match forge {
        Some(forge) => *forge,
        None => asked.forge(Forge::seen_in(path))?,
    };
    Ok(Answers {
        name,
        organisation,
        portals,
        forge,
        action: action.clone(),
        owners,
    })
}

/// Somebody at a terminal, perhaps.
struct Questions<'s> {
    screen: &'s mut dyn Screen,
    /// Nobody is to be asked.
    yes: bool,
}

impl Questions<'_> {
    /// A line, or the default where it is empty or nobody is to be asked.
    fn line(&mut self, question: &str, default: &str, option: &str) -> Result<String, Failure> {
        if self.yes {
            return Ok(default.to_owned());
        }
        let shown = escape::terminal(default);
        let asked = self.screen.ask(&format!("{question} [{shown}] "))?;
        match asked {
            Some(line) if line.is_empty() => Ok(default.to_owned()),
            Some(line) => Ok(line),
            None => Err(nobody(option)),
        }
    }

    fn name(&mut self, default: &str) -> Result<String, Failure> {
        let question = "What is your trust, school, university or authority called?";
        self.line(question, default, "--name NAME")
    }

    fn portals(&mut self) -> Result<Vec<NewPortal>, Failure> {
        let option = "--portal DRIVER";
        if self.yes {
            let known = known();
            return Err(Failure::Usage(format!(
                "nobody can guess your portals: name them with `{option}`; there are {known}"
            )));
        }
        for driver in portal::drivers() {
            let rules = driver.rules;
            self.screen
                .say(&format!("  {:<10} {}", rules.driver, rules.title));
        }
        for _ in 0..TRIES {
            let line = self.screen.ask("Which portals? (names between spaces) ")?;
            let line = line.ok_or_else(|| nobody(option))?;
            let words = line.split([' ', ',', '\t']);
            match chosen(words.filter(|word| !word.is_empty())) {
                Ok(portals) if portals.is_empty() => {}
                Ok(portals) => return self.ids(portals),
                Err(wrong) => self.screen.warn(&wrong),
            }
        }
        Err(Failure::Usage(format!(
            "no portal was named: `{option}` names one; there are {}",
            known()
        )))
    }

    /// Asks for the organisation's id at each portal that has one of its own making.
    fn ids(&mut self, mut portals: Vec<NewPortal>) -> Result<Vec<NewPortal>, Failure> {
        for portal in &mut portals {
            if portal.organisation.is_some() {
                continue;
            }
            let form = portal.rules.organisation_id.value;
            let question = format!(
                "Its {} at {}? (empty: later) ",
                form.name, portal.rules.title
            );
            for _ in 0..TRIES {
                let line = self.screen.ask(&question)?;
                let line = line.ok_or_else(|| nobody("--portal DRIVER=ID"))?;
                if line.is_empty() {
                    break;
                }
                match checked_id(portal.rules, &line) {
                    Ok(()) => {
                        portal.organisation = Some(line);
                        break;
                    }
                    Err(wrong) => self.screen.warn(&wrong),
                }
            }
        }
        Ok(portals)
    }

    fn forge(&mut self, seen: Forge) -> Result<Forge, Failure> {
        let question = "Where is the repository hosted: github, gitlab or none?";
        for _ in 0..TRIES {
            let line = self.line(question, seen.word(), "--forge github|gitlab|none")?;
            match Forge::named(&line.to_ascii_lowercase()) {
                Some(forge) => return Ok(forge),
                None => self.screen.warn("write `github`, `gitlab` or `none`"),
            }
        }
        Err(Failure::Usage(
            "no service was named: `--forge github|gitlab|none` names one".to_owned(),
        ))
    }
}

fn nobody(option: &str) -> Failure {
    Failure::Usage(format!(
        "there is no terminal to ask on: give `{option}`, or `--yes` for what has a default"
    ))
}

/// Portals as they were written: `DRIVER` or `DRIVER=ID`.
fn chosen<'w>(words: impl Iterator<Item = &'w str>) -> Result<Vec<NewPortal>, String> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for word in words {
        let (name, id) = match word.split_once('=') {
            Some((name, id)) => (name, Some(id)),
            None => (word, None),
        };
        let Some(driver) = portal::driver(name) else {
            return Err(format!(
                "there is no driver `{}`; there are {}",
                name.escape_debug(),
                known()
            ));
        };
        if !seen.insert(driver.name) {
            return Err(format!("the portal `{}` is named twice", driver.name));
        }
        if let Some(id) = id {
            checked_id(driver.rules, id)?;
        }
        found.push(NewPortal {
            rules: driver.rules,
            organisation: id.map(str::to_owned),
        });
    }
    Ok(found)
}

fn known() -> String {
    let names: Vec<&str> = portal::drivers().iter().map(|one| one.name).collect();
    names.join(", ")
}

fn checked_id(rules: &Rules, id: &str) -> Result<(), String> {
    let form = rules.organisation_id.value;
    let shown = id.escape_debug();
    match form.digits {
        Some(digits) if id.len() != usize::from(digits) || !is_number(id) => Err(format!(
            "`{shown}` is no {} of {}: that has {digits} digits",
            form.name, rules.title
        )),
        _ if id.trim().is_empty() => Err(format!("the {} is empty", form.name)),
        _ => Ok(()),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn checked_owners(given: &[String]) -> Result<Vec<String>, Failure> {
    let words = given.iter().flat_map(|one| one.split_whitespace());
    let owners: Vec<String> = words.map(str::to_owned).collect();
    match owners.iter().find(|owner| !is_owner(owner)) {
        Some(wrong) => Err(Failure::Usage(format!(
            "`--trust-owners`: `{}` is no owner; write `@user`, `@organisation/team` or an email address",
            wrong.escape_debug()
        ))),
        None => Ok(owners),
    }
}

/// Whether a text names an action by its commit: a tag can be moved to other code.
fn is_action(text: &str) -> bool {
    let Some((repository, commit)) = text.split_once('@') else {
        return false;
    };
    let part = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !part.is_empty() && part.bytes().all(allowed)
    };
    let is_repository = repository
        .split_once('/')
        .is_some_and(|(owner, name)| part(owner) && part(name));
    let digits = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_repository && commit.len() == 40 && digits
}
