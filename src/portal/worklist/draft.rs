//! A step before it has a place: what it does, whose account, and the words to be filled in once
//! its place in the order is known.

use crate::model::name::{AreaName, canonical};
use crate::model::plan::{AccountRef, Action};
use crate::model::snapshot_changes::SnapshotChange;
use crate::model::snapshot_changes::provisional_id;
use crate::model::source::Source;
use crate::model::steps::StepText;
use crate::model::worklist::{Earlier, Step, WorkKind};

use super::ByHand;
use super::words::Values;

/// One step.
pub(super) struct Draft {
    /// All that is known of it; words, number and what it waits for are filled in later.
    pub(super) step: Step,
    /// Its words.
    pub(super) words: Words,
    /// What the places in them stand for, as the snapshot has it.
    pub(super) values: Values,
    /// The save that it is a part of, as an index in the unit; none for a manual step.
    pub(super) save: Option<u32>,
    /// Who it is about: the user's key in the YAML, or the login id.
    pub(super) who: String,
    /// Whether no later run can undo it.
    pub(super) late: bool,
    /// Whether its page shows ticks of others.
    pub(super) in_set: bool,
}

/// Where the words of a step come from.
pub(super) enum Words {
    /// The portal's table of saves.
    Save(StepText),
    /// The plan's own manual step, filled in already. It is to be set going first, or is done
    /// afterwards.
    Manual {
        /// To be set going before all else.
        first: bool,
    },
}

/// A step, as others that wait for it name it.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) who: String,
    pub(super) organisation: String,
    pub(super) in_set: bool,
}

impl Draft {
    /// A step about one account, with nothing filled in.
    pub(super) fn new(
        unit: &ByHand<'_>,
        kind: WorkKind,
        account: &AccountRef,
        words: Words,
        change: Option<SnapshotChange>,
    ) -> Self {
        let AccountRef {
            login,
            name,
            id,
            person,
        } = account;
        let live = id.as_ref().and_then(|id| unit.live.accounts().get(id));
        let values = Values {
            name: live.map_or(name, |live| &live.name).to_string(),
            login: login.as_str().to_owned(),
            email: live.and_then(|live| live.email.as_deref().map(str::to_owned)),
            organisation: unit.plan.organisation_name.to_string(),
            ..Values::default()
        };
        let who = person.as_deref().unwrap_or(login.canonical());
        Self {
            step: Step {
                number: 0,
                id: String::new(),
                kind,
                title: String::new(),
                name: name.to_string(),
                login: login.as_str().to_owned(),
                account: id.as_ref().map(|id| id.as_str().to_owned()),
                area: None,
                clicks: Vec::new(),
                seen: None,
                irreversible: None,
                notes: Vec::new(),
                why: String::new(),
                source: None,
                after: Vec::new(),
                change,
                done: None,
            },
            words,
            values,
            save: None,
            who: canonical(who),
            late: false,
            in_set: false,
        }
    }

    /// About an area, by its title where the catalogue has one.
    pub(super) fn on(mut self, unit: &ByHand<'_>, area: &AreaName) -> Self {
        let title = unit.live.catalogue().get(area).map(|area| &*area.title);
        let title = title.filter(|title| !title.trim().is_empty());
        self.values.area = title.unwrap_or(area.as_str()).to_owned();
        self.values.code = area.as_str().to_owned();
        self.step.area = Some(area.as_str().to_owned());
        self
    }

    /// From one value to another.
    pub(super) fn with_change(mut self, before: &str, after: &str) -> Self {
        before.clone_into(&mut self.values.before);
        after.clone_into(&mut self.values.after);
        self
    }

    /// Why, as the action says.
    pub(super) fn because(&mut self, action: &Action) {
        self.step.why = action.reason.sentence();
        self.step.source = action.reason.source().map(place);
        self.late |= !action.reversible;
    }

    /// The account, by a name that stays the same while it is created or renamed.
    pub(super) fn account(&self) -> String {
        let id = self.step.account.clone();
        id.unwrap_or_else(|| provisional_id(&self.step.login))
    }

    /// The page, by a name that stays the same while the account is renamed.
    pub(super) fn page(&self) -> String {
        match &self.words {
            Words::Save(text) => self.values.sentence(text.page),
            // No page of a portal begins like this.
            Words::Manual { first: true } => "\0first".to_owned(),
            Words::Manual { first: false } => "\0afterwards".to_owned(),
        }
    }

    /// How others name it.
    pub(super) fn link(&self) -> Link {
        Link {
            id: self.step.id.clone(),
            title: match &self.words {
                Words::Save(text) => self.values.sentence(text.title),
                Words::Manual { .. } => self.step.title.clone(),
            },
            who: self.who.clone(),
            organisation: self.values.organisation.clone(),
            in_set: self.in_set,
        }
    }
}

impl Link {
    /// As a step of the same worklist waits for it.
    pub(super) fn near(&self) -> Earlier {
        Earlier {
            id: self.id.clone(),
            organisation: None,
            title: None,
        }
    }

    /// As a step of another organisation's worklist waits for it.
    pub(super) fn far(&self) -> Earlier {
        Earlier {
            id: self.id.clone(),
            organisation: Some(self.organisation.clone()),
            title: Some(self.title.clone()),
        }
    }
}

/// A place in the YAML, as `file:line`.
pub(super) fn place(source: &Source) -> String {
    let Source {
        file,
        line,
        column: _,
    } = source;
    format!("{file}:{line}")
}
