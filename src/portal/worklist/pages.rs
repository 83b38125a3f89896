//! Drafts put in order, page by page, and their words filled in with what each account is called
//! by then: a person who has been renamed is looked for under the new name.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::plan::SaveIndex;
use crate::model::snapshot_changes::SnapshotChange;
use crate::model::steps::StepText;
use crate::model::worklist::{Earlier, Page, Step, WorkKind};

use super::ByHand;
use super::draft::{Draft, Link, Words};
use super::order::{self, Chunk};
use super::words::Values;

type Links = BTreeMap<SaveIndex, Vec<Link>>;

/// Steps of one save on one page, or one manual step.
struct Piece {
    chunk: Chunk,
    drafts: Vec<Draft>,
}

/// What an account is called.
#[derive(Clone)]
struct Called {
    name: String,
    login: String,
    email: Option<String>,
}

/// By account.
type CalledNow = BTreeMap<String, Called>;

/// The pages of one worklist.
pub(super) fn pages(unit: &ByHand<'_>, drafts: Vec<Draft>, links: &Links) -> Vec<Page> {
    let mut pieces = pieces(drafts);
    wait(unit, &mut pieces, links);
    let chunks: Vec<Chunk> = pieces.iter().map(|piece| piece.chunk.clone()).collect();
    let visits = order::visits(&chunks);
    let mut called = CalledNow::new();
    let mut pages = Vec::with_capacity(visits.len());
    for visit in visits {
        let mut drafts = Vec::new();
        for index in visit {
            if let Some(piece) = pieces.get_mut(index) {
                drafts.append(&mut piece.drafts);
            }
        }
        pages.extend(page(drafts, &mut called));
    }
    pages
}

/// Manual steps come first where they are to be set going first, so that of what is free they are.
fn pieces(drafts: Vec<Draft>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut known: BTreeMap<(u32, String), usize> = BTreeMap::new();
    for draft in drafts {
        let page = draft.page();
        let place = draft.save.map(|save| (save, page.clone()));
        let known_piece = place.as_ref().and_then(|place| known.get(place));
        if let Some(piece) = known_piece.and_then(|index| pieces.get_mut(*index)) {
            piece.chunk.late |= draft.late;
            piece.drafts.push(draft);
            continue;
        }
        if let Some(place) = place {
            known.insert(place, pieces.len());
        }
        let chunk = Chunk {
            page,
            after: BTreeSet::new(),
            late: draft.late,
        };
        let drafts = vec![draft];
        pieces.push(Piece { chunk, drafts });
    }
    pieces
}

/// Lets each piece wait for what must be done before, and each step say so.
fn wait(unit: &ByHand<'_>, pieces: &mut [Piece], links: &Links) {
    let mut of_save: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut of_account: BTreeMap<String, Vec<(usize, WorkKind, Earlier)>> = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        for draft in &piece.drafts {
            if let Some(save) = draft.save {
                of_save.entry(save).or_default().push(index);
                let entry = of_account.entry(draft.account()).or_default();
                entry.push((index, draft.step.kind, draft.link().near()));
            }
        }
    }
    for piece in pieces {
        let whose: BTreeSet<String> = piece.drafts.iter().map(|draft| draft.who.clone()).collect();
        let saves: BTreeSet<u32> = piece.drafts.iter().filter_map(|draft| draft.save).collect();
        let mut earlier = BTreeMap::new();
        for save in saves {
            let after = unit.plan.saves.get(save as usize).map(|save| &save.after);
            let after = || after.into_iter().flatten();
            for early in after().filter(|early| early.unit == unit.number) {
                let chunks = of_save.get(&early.save).into_iter().flatten();
                piece.chunk.after.extend(chunks);
            }
            let all = after().map(|early| {
                let steps = links.get(early).map_or(&[][..], Vec::as_slice);
                (steps, early.unit == unit.number)
            });
            earlier.insert(save, EarlierSteps::of(all, &whose));
        }
        for draft in &mut piece.drafts {
            match draft.save {
                Some(save) => {
                    let steps = earlier.get(&save).map(|steps| steps.of_person(&draft.who));
                    draft.step.after.extend(steps.into_iter().flatten());
                }
                None => {
                    let of_account = of_account.get(&draft.account()).into_iter().flatten();
                    for (index, kind, early) in of_account {
                        if waits_for(draft.step.kind, *kind) {
                            piece.chunk.after.insert(*index);
                            draft.step.after.push(early.clone());
                        }
                    }
                }
            }
        }
    }
}

/// The steps of all saves that come before one save, each with its place among them: looked up
/// once for each person, since a set may hold thousands that wait for as many.
struct EarlierSteps {
    /// By who they are about, where that is somebody of the page.
    of: BTreeMap<String, Vec<(usize, Earlier)>>,
    /// Of saves about others alone.
    of_others: Vec<(usize, Earlier)>,
}

impl EarlierSteps {
    /// Of an earlier save those about the same person; where it is about others, all, but of a set
    /// that is saved as a whole the last.
    fn of<'a>(saves: impl Iterator<Item = (&'a [Link], bool)>, whose: &BTreeSet<String>) -> Self {
        let mut steps = Self {
            of: BTreeMap::new(),
            of_others: Vec::new(),
        };
        for (place, (links, near)) in saves.enumerate() {
            let name = |link: &Link| (place, if near { link.near() } else { link.far() });
            let same = || links.iter().filter(|link| whose.contains(&link.who));
            for link in same() {
                let of_person = steps.of.entry(link.who.clone()).or_default();
                of_person.push(name(link));
            }
            if same().next().is_none() {
                let from = match links.last() {
                    Some(last) if last.in_set => links.len() - 1,
                    _ => 0,
                };
                steps.of_others.extend(links.iter().skip(from).map(name));
            }
        }
        steps
    }

    /// What a step about one person waits for, in the order of the saves.
    fn of_person(&self, who: &str) -> Vec<Earlier> {
        let same = self.of.get(who).into_iter().flatten();
        let mut found: Vec<&(usize, Earlier)> = same.chain(&self.of_others).collect();
        found.sort_by_key(|(place, _)| *place);
        found.into_iter().map(|(_, step)| step.clone()).collect()
    }
}

/// Whether a manual step comes after a save's step of the same account.
fn waits_for(manual: WorkKind, early: WorkKind) -> bool {
    let gives = matches!(early, WorkKind::Give | WorkKind::Promote);
    match manual {
        WorkKind::AccessKey | WorkKind::AdminKey => early == WorkKind::Create,
        WorkKind::HandOver | WorkKind::SecondFactor => early == WorkKind::Create || gives,
        // Its other steps find the account by what it is called now.
        WorkKind::Rename | WorkKind::EndUpstream => true,
        _ => false,
    }
}

/// One visit to one page.
fn page(drafts: Vec<Draft>, called: &mut CalledNow) -> Option<Page> {
    let first = drafts.first()?;
    let now = call(first, called);
    let (title, open) = match &first.words {
        Words::Save(text) => (now.sentence(text.page), now.clicks(text.open)),
        Words::Manual { first: true } => (
            "To be set going first: it takes others' time".to_owned(),
            Vec::new(),
        ),
        Words::Manual { first: false } => ("Away from these pages".to_owned(), Vec::new()),
    };
    let mut page = Page {
        title,
        open,
        others_stay: drafts.iter().any(|draft| draft.in_set),
        steps: Vec::with_capacity(drafts.len()),
        save: Vec::new(),
    };
    for draft in drafts {
        let values = call(&draft, called);
        if let Words::Save(text) = &draft.words {
            for click in values.clicks(text.save) {
                if !page.save.contains(&click) {
                    page.save.push(click);
                }
            }
        }
        let account = draft.account();
        let step = fill(draft, &values);
        rename(&step, called, account, &values);
        page.steps.push(step);
    }
    Some(page)
}

/// What the places in a step's words stand for by now.
fn call(draft: &Draft, called: &CalledNow) -> Values {
    let mut values = draft.values.clone();
    if let Some(now) = called.get(&draft.account()) {
        values.name.clone_from(&now.name);
        values.login.clone_from(&now.login);
        values.email.clone_from(&now.email);
    }
    values
}

/// The step with its words.
fn fill(draft: Draft, values: &Values) -> Step {
    let Draft {
        mut step, words, ..
    } = draft;
    match words {
        Words::Save(text) => {
            let StepText {
                kind: _,
                title,
                page: _,
                open: _,
                clicks,
                save: _,
                seen,
                irreversible,
                source: _,
            } = text;
            step.title = values.sentence(title);
            step.clicks = values.clicks(clicks);
            step.seen = Some(values.sentence(seen)).filter(|seen| !seen.is_empty());
            let why = irreversible.map(|why| values.sentence(why));
            step.irreversible = why.or(step.irreversible);
        }
        // The plan has filled it in with what the account was called then.
        Words::Manual { .. } if step.kind != WorkKind::Rename && values.login != step.login => {
            let renamed = |text: &str| text.replace(step.login.as_str(), &values.login);
            let title = renamed(&step.title);
            let clicks = step.clicks.iter().map(|click| renamed(click)).collect();
            (step.title, step.clicks) = (title, clicks);
        }
        Words::Manual { .. } => {}
    }
    if step.account.is_some() {
        step.login.clone_from(&values.login);
    }
    let mut seen = BTreeSet::new();
    step.after
        .retain(|early| early.id != step.id && seen.insert(early.id.clone()));
    step
}

/// What the account is called from now on.
fn rename(step: &Step, called: &mut CalledNow, account: String, values: &Values) {
    let mut now = Called {
        name: values.name.clone(),
        login: values.login.clone(),
        email: values.email.clone(),
    };
    match &step.change {
        Some(SnapshotChange::Name { after, .. }) => now.name.clone_from(after),
        Some(SnapshotChange::Login { after, .. }) => now.login.clone_from(after),
        Some(SnapshotChange::Email { after, login, .. }) => {
            now.email = Some(after.clone());
            if *login {
                now.login.clone_from(after);
            }
        }
        _ => return,
    }
    called.insert(account, now);
}
