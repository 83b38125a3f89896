//! Promise 13: a human's edit is not undone in passing. While a save is under way, between what
//! beadle has read and what it writes, somebody else edits the same account, or the same area. What
//! they did is there afterwards; and where it is the very thing that the save was about, the report
//! says that the save was not made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use beadle::model::live::{Live, LiveAccount};
use beadle::model::name::{AreaName, LoginId, PortalId, PortalOrganisation};
use beadle::model::outcome::Outcome;
use beadle::model::plan::{AccountRef, Change, Write};
use beadle::model::rules::{AccountEnd, AdminSet, SaveUnit};
use beadle::portal::{Act, PortalError, PortalRead, PortalWrite, Written};
use jiff::civil::{Date, date};
use secrecy::SecretString;
use tokio::runtime::Handle;

use super::cases::{drawn, until_counted};
use super::count::showing;
use super::network::World;
use super::network::people::{AREAS, Kind, account_of, kind};
use super::proxy::{Call, Fate, Proxy, Rig};

const PEOPLE: usize = 15;

/// Something that can be edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Name(PortalId),
    Tick(PortalId, AreaName),
    Admin(PortalId),
    Active(PortalId),
    Expires(PortalId),
}

impl Field {
    fn id(&self) -> &PortalId {
        match self {
            Self::Name(id)
            | Self::Tick(id, _)
            | Self::Admin(id)
            | Self::Active(id)
            | Self::Expires(id) => id,
        }
    }
}

/// What somebody made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Made {
    Name(String),
    Set(bool),
    Day(Date),
}

/// What is known while a run goes on.
#[derive(Default)]
struct Desk {
    /// The save under way, until somebody has edited something in it.
    under_way: Option<Write>,
    edits: BTreeMap<Field, Made>,
    /// Saves that met an edit of the very thing that they were about.
    crossed: Vec<Write>,
    made: u64,
}

/// Somebody at the portal's own page.
struct Human {
    case: u64,
    /// Whether they come before the first call of a save, or before the one that writes.
    early: bool,
    world: Arc<Known>,
    desk: Arc<Mutex<Desk>>,
}

/// What the human knows of the portal.
struct Known {
    has_areas: bool,
    unit: SaveUnit,
    admin: AdminSet,
    edits_names: bool,
    edits_dates: bool,
    organisation: PortalOrganisation,
    /// Accounts that the YAML does not name.
    bystanders: Vec<AccountRef>,
    /// What is live at the beginning.
    live: Live,
    /// The saves that are planned: what they are about is no human's to decide, but for names.
    planned: Vec<Write>,
    portal: Arc<dyn PortalWrite>,
    runtime: Handle,
}

impl Known {
    /// The account of an id: a bystander's, or the one that is saved.
    fn account(&self, id: &PortalId, write: &Write) -> AccountRef {
        let saved = write.accounts().into_iter();
        let mut all = self.bystanders.iter().chain(saved);
        all.find(|account| account.id.as_ref() == Some(id))
            .unwrap()
            .clone()
    }
}

/// Whether a save is about this field of an account.
fn is_about(write: &Write, login: &LoginId, field: &Field) -> bool {
    if !write.accounts().iter().any(|one| one.login == *login) {
        return false;
    }
    match (field, write) {
        (
            Field::Tick(_, area),
            Write::Grant { area: other, .. } | Write::AreaSet { area: other, .. },
        ) => area == other,
        (Field::Tick(_, area), Write::AccountSet { give, take, .. }) => {
            give.contains(area) || take.contains(area)
        }
        (Field::Admin(_), Write::AccountSet { admin, .. }) => admin.is_some(),
        (Field::Admin(_), Write::Admin { .. }) | (Field::Active(_), Write::Active { .. }) => true,
        (Field::Name(_), Write::Edit { changes, .. }) => {
            let mut changes = changes.iter();
            changes.any(|change| matches!(change, Change::Name { .. }))
        }
        (Field::Expires(_), Write::Edit { changes, .. }) => {
            let mut changes = changes.iter();
            changes.any(|change| matches!(change, Change::Expires { .. }))
        }
        _ => false,
    }
}

impl Human {
    /// What they choose to edit while this is saved; none where there is nothing.
    fn choose(&self, write: &Write) -> Option<(Field, Made)> {
        let known = &self.world;
        let text = format!("{write:?}");
        let chance = drawn(&[&self.case.to_le_bytes(), text.as_bytes()]);
        let mut fields = Vec::new();
        if let Write::AreaSet { area, .. } = write {
            // Into or out of the very set that is saved.
            let ids = known.bystanders.iter().filter_map(|one| one.id.clone());
            fields.extend(ids.map(|id| Field::Tick(id, area.clone())));
        }
        if let Some(id) = write.accounts().first()?.id.clone() {
            if known.edits_names {
                fields.push(Field::Name(id.clone()));
            }
            if known.edits_dates {
                fields.push(Field::Expires(id.clone()));
            }
            if known.has_areas && known.unit != SaveUnit::AreaSet {
                let areas = AREAS
                    .iter()
                    .map(|area| Field::Tick(id.clone(), (*area).into()));
                fields.extend(areas);
            }
            if matches!(known.admin, AdminSet::Act | AdminSet::Tick) {
                fields.push(Field::Admin(id.clone()));
            }
            if known.admin == AdminSet::Act {
                fields.push(Field::Active(id));
            }
        }
        fields.retain(|field| !self.is_planned(field, write));
        let which = usize::try_from(chance % (fields.len() as u64).max(1)).unwrap();
        let field = (which < fields.len()).then(|| fields.swap_remove(which))?;
        let made = match &field {
            Field::Name(_) => Made::Name(format!("Renamed {}", chance % 1_000)),
            Field::Expires(_) => Made::Day(date(2027, 1, 1 + i8::try_from(chance % 31).unwrap())),
            _ => Made::Set(!self.is_set(&field)),
        };
        Some((field, made))
    }

    /// Whether a plan sets a tick, which has but two states: then there is nothing to edit. A name or
    /// a day has more, and the save that is about it must say that it met another.
    fn is_planned(&self, field: &Field, during: &Write) -> bool {
        let account = self.world.account(field.id(), during);
        match field {
            Field::Name(_) | Field::Expires(_) => false,
            _ => {
                let mut planned = self.world.planned.iter();
                planned.any(|write| is_about(write, &account.login, field))
            }
        }
    }

    /// Whether it is set now.
    fn is_set(&self, field: &Field) -> bool {
        if let Some(made) = self.desk.lock().unwrap().edits.get(field) {
            return *made == Made::Set(true);
        }
        let account = self.world.live.accounts().get(field.id());
        account.is_some_and(|account| match field {
            Field::Tick(_, area) => account.areas.contains(area),
            Field::Admin(_) => account.admin,
            Field::Active(_) => account.active,
            Field::Name(_) | Field::Expires(_) => false,
        })
    }

    /// Their own save, on the page, which shows the name that it edits.
    fn save(&self, field: &Field, made: &Made, during: &Write) -> Write {
        let known = &self.world;
        let give = *made == Made::Set(true);
        let account = known.account(field.id(), during);
        match (field, made) {
            (Field::Name(_) | Field::Expires(_), _) => {
                let mut save = Write::Edit {
                    account,
                    changes: Vec::new(),
                };
                let seen = known.portal.observe(&known.organisation, &save);
                let seen = known.runtime.block_on(seen).unwrap();
                let seen = seen.first().unwrap();
                let change = match made {
                    Made::Name(name) => Change::Name {
                        before: Some(Arc::clone(&seen.name)),
                        after: name.as_str().into(),
                    },
                    Made::Day(day) => Change::Expires {
                        before: seen.expires,
                        after: Some(*day),
                    },
                    Made::Set(_) => unreachable!("{made:?}"),
                };
                if let Write::Edit { changes, .. } = &mut save {
                    changes.push(change);
                }
                save
            }
            (Field::Tick(_, area), _) => match known.unit {
                SaveUnit::Grant => {
                    let area = area.clone();
                    Write::Grant {
                        account,
                        area,
                        give,
                    }
                }
                SaveUnit::AccountSet => Write::AccountSet {
                    account,
                    give: if give { vec![area.clone()] } else { Vec::new() },
                    take: if give { Vec::new() } else { vec![area.clone()] },
                    admin: None,
                },
                SaveUnit::AreaSet => Write::AreaSet {
                    area: area.clone(),
                    give: if give {
                        vec![account.clone()]
                    } else {
                        Vec::new()
                    },
                    take: if give { Vec::new() } else { vec![account] },
                },
            },
            (Field::Admin(_), _) if known.admin == AdminSet::Tick => Write::AccountSet {
                account,
                give: Vec::new(),
                take: Vec::new(),
                admin: Some(give),
            },
            (Field::Active(_), _) => Write::Active {
                account,
                active: give,
            },
            (Field::Admin(_), _) => Write::Admin {
                account,
                promote: give,
            },
        }
    }

    fn edit(&self, write: &Write) {
        let Some((field, made)) = self.choose(write) else {
            return;
        };
        let known = &self.world;
        let save = self.save(&field, &made, write);
        let key = format!("by-hand-{}", self.desk.lock().unwrap().made);
        let saved = known.portal.write(&known.organisation, &save, &key);
        known.runtime.block_on(saved).unwrap();
        let mut desk = self.desk.lock().unwrap();
        let own = known.account(field.id(), write);
        let crosses = is_about(write, &own.login, &field);
        if crosses {
            desk.crossed.push(write.clone());
        }
        desk.edits.insert(field, made);
        desk.made += 1;
    }
}

impl Rig for Human {
    fn fate(&self, call: &Call) -> Fate {
        if call.writes() || self.early {
            let under_way = self.desk.lock().unwrap().under_way.take();
            if let Some(write) = under_way {
                self.edit(&write);
            }
        }
        Fate::FORWARD
    }
}

/// The portal, watched: which save is under way.
struct Watched {
    portal: Arc<dyn PortalWrite>,
    desk: Arc<Mutex<Desk>>,
}

#[async_trait]
impl PortalRead for Watched {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        self.portal.list(organisation).await
    }

    async fn observe(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        self.portal.observe(organisation, write).await
    }
}

#[async_trait]
impl PortalWrite for Watched {
    async fn write(
        &self,
        organisation: &PortalOrganisation,
        write: &Write,
        key: &str,
    ) -> Result<Written, PortalError> {
        self.desk.lock().unwrap().under_way = Some(write.clone());
        let written = self.portal.write(organisation, write, key).await;
        self.desk.lock().unwrap().under_way = None;
        written
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        self.portal.act(organisation, account, act).await
    }
}

/// One apply, with an edit in each of its saves that leaves room for one. Answers with how many.
fn case(model: &str, number: u64) -> u64 {
    let world = World::of(model, PEOPLE);
    let desk: Arc<Mutex<Desk>> = Arc::default();
    let rules = world.rules;
    let planned = world.left();
    let bystanders = (0..PEOPLE).filter(|number| kind(*number) == Kind::IsUnmanaged);
    let known = Known {
        has_areas: rules.has_areas.value,
        unit: rules.save.value,
        admin: rules.admin.value,
        edits_names: rules.edit.value.name,
        edits_dates: rules.account_end.value == AccountEnd::Date,
        organisation: world.organisation(),
        bystanders: bystanders.map(|number| account_of(rules, number)).collect(),
        live: world.live(),
        planned: planned.units[0]
            .saves
            .iter()
            .map(|save| save.write.clone())
            .collect(),
        portal: world.direct(),
        runtime: world.runtime.handle().clone(),
    };
    let human = Human {
        case: number,
        early: number % 2 == 1,
        world: Arc::new(known),
        desk: Arc::clone(&desk),
    };
    let proxy = Proxy::before(&world.url(), human);
    let portal: Arc<dyn PortalWrite> = Arc::new(Watched {
        portal: world.open(world.access(&proxy.url(&world.url()))),
        desk: Arc::clone(&desk),
    });
    let (plan, report) = world.run(&portal, 1).applied();
    drop(proxy);

    let desk = desk.lock().unwrap();
    let live = world.live();
    for (field, made) in &desk.edits {
        let account = &live.accounts()[field.id()];
        let kept = match (field, made) {
            (Field::Name(_), Made::Name(name)) => *account.name == **name,
            (Field::Tick(_, area), Made::Set(set)) => account.areas.contains(area) == *set,
            (Field::Admin(_), Made::Set(set)) => account.admin == *set,
            (Field::Active(_), Made::Set(set)) => account.active == *set,
            (Field::Expires(_), Made::Day(day)) => account.expires == Some(*day),
            _ => false,
        };
        assert!(kept, "undone: {field:?} {made:?}");
    }
    for (index, _, outcome) in &report.saves {
        let write = &plan.save(*index).unwrap().write;
        if desk.crossed.contains(write) {
            let told = matches!(outcome, Outcome::Failed(_));
            assert!(told, "{outcome:?}, though somebody edited it: {write:?}");
        }
    }
    desk.made
}

fn show(model: &str) {
    let showing = showing(13, model, 16, 1_000);
    let edits = until_counted(showing.times, |number| case(model, number));
    showing.shown(edits, "edits between reading and saving");
}

#[test]
fn ofs() {
    show("ofs");
}

#[test]
fn hfl() {
    show("hfl");
}

#[test]
fn hampshire() {
    show("hampshire");
}

#[test]
fn hwb() {
    show("hwb");
}

#[test]
fn scim() {
    show("scim");
}
