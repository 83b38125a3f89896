//! The saves of a plan as steps: a whole set is one step a tick, an edit one step a field. What
//! each makes of the snapshot is decided here, from the write alone.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::model::name::AreaName;
use crate::model::plan::{AccountRef, Action, ActionKind, Change, Save, Term, Write};
use crate::model::rules::{AccountEnd, LoginForm};
use crate::model::snapshot_changes::SnapshotChange;
use crate::model::steps::StepKind;

use super::ByHand;
use super::draft::{Draft, Words};
use super::words;

/// What stands beside an action that no later run can undo.
const NEVER_AGAIN: &str = "no later run of beadle can undo this";

/// The steps of every save of a unit.
pub(super) fn drafts(unit: &ByHand<'_>, day: Date) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (index, save) in (0..).zip(&unit.plan.saves) {
        for mut draft in of_write(unit, &save.write, day) {
            draft.save = Some(index);
            if let Some(action) = action_of(unit, save, &draft) {
                draft.because(action);
            }
            if draft.late {
                draft.step.irreversible = Some(NEVER_AGAIN.to_owned());
            }
            drafts.push(draft);
        }
    }
    drafts
}

/// The action that a step carries out: the nearest of those folded into the save.
fn action_of<'a>(unit: &'a ByHand<'_>, save: &Save, draft: &Draft) -> Option<&'a Action> {
    let actions = save.actions.iter();
    let actions = actions.filter_map(|index| unit.plan.actions.get(index.0 as usize));
    let fits = |action: &&Action| {
        let AccountRef { login, .. } = &action.account;
        let same = login.as_str() == draft.step.login;
        let area = action.area.as_ref().map(AreaName::as_str);
        let exact = same && area == draft.step.area.as_deref();
        let admin = matches!(action.kind, ActionKind::Promote | ActionKind::Demote);
        let about_admin = matches!(draft.step.change, Some(SnapshotChange::Admin { .. }));
        (same, same && admin == about_admin, exact)
    };
    actions.max_by_key(fits)
}

fn of_write(unit: &ByHand<'_>, write: &Write, day: Date) -> Vec<Draft> {
    match write {
        Write::Create { .. } => vec![create(unit, write, day)]
            .into_iter()
            .flatten()
            .collect(),
        Write::Edit { account, changes } => {
            let edits = changes.iter();
            edits
                .map(|change| edit(unit, account, change, day))
                .collect()
        }
        Write::Grant {
            account,
            area,
            give,
        } => vec![tick(unit, account, area, *give, Set::Alone)],
        Write::AccountSet {
            account,
            give,
            take,
            admin: wanted,
        } => {
            let tick = |area, give| tick(unit, account, area, give, Set::OfAccount);
            let mut ticks: Vec<Draft> = give.iter().map(|area| tick(area, true)).collect();
            ticks.extend(wanted.map(|wanted| admin(unit, account, wanted, true)));
            ticks.extend(take.iter().map(|area| tick(area, false)));
            ticks
        }
        Write::AreaSet { area, give, take } => {
            let tick = |account, give| tick(unit, account, area, give, Set::OfArea);
            let given = give.iter().map(|account| tick(account, true));
            given
                .chain(take.iter().map(|account| tick(account, false)))
                .collect()
        }
        Write::Admin { account, promote } => vec![admin(unit, account, *promote, false)],
        Write::Active { account, active } => vec![activity(unit, account, *active)],
        Write::Keep { account, term } => vec![keep(unit, account, *term, day)],
        Write::Delete { account } => {
            let mut draft = draft(
                unit,
                StepKind::Delete,
                account,
                SnapshotChange::Gone {},
                false,
            );
            draft.late = true;
            vec![draft]
        }
    }
}

fn draft(
    unit: &ByHand<'_>,
    kind: StepKind,
    account: &AccountRef,
    change: SnapshotChange,
    of_area: bool,
) -> Draft {
    let words = Words::Save(words::of(unit.rules, kind, of_area));
    Draft::new(unit, kind.into(), account, words, Some(change))
}

fn create(unit: &ByHand<'_>, write: &Write, day: Date) -> Option<Draft> {
    let Write::Create {
        account,
        email,
        expires,
        term,
        notify,
        terms_accepted_by,
        assigned,
    } = write
    else {
        return None;
    };
    let ends = term.and_then(|term| term_end(unit, term, day));
    let change = SnapshotChange::Account {
        login: account.login.as_str().to_owned(),
        name: account.name.to_string(),
        email: email.as_deref().map(str::to_owned),
        expires: expires.or(ends),
        upstream: false,
    };
    let mut draft = draft(unit, StepKind::Create, account, change, false);
    draft.values.email = email.as_deref().map(str::to_owned);
    draft.values.expires = expires.map(|day| day.to_string());
    draft.values.term = term.map(|term| term.to_string());
    draft.values.notify = *notify;
    draft.values.terms_accepted_by = terms_accepted_by.as_deref().map(str::to_owned);
    let says = |place: &str| match &draft.words {
        Words::Save(text) => text.clicks.iter().any(|click| click.contains(place)),
        Words::Manual { .. } => true,
    };
    let mut notes = Vec::new();
    if let Some(notify) = notify.filter(|_| !says("{notify}")) {
        let whether = if notify { "is mailed" } else { "is not mailed" };
        notes.push(format!(
            "the holder {whether} by the portal: `notify` in the YAML says so"
        ));
    }
    if *assigned {
        let why = "the portal makes the login id; until a snapshot shows it, beadle knows the account by its email address";
        notes.push(why.to_owned());
    }
    draft.step.notes = notes;
    Some(draft)
}

fn edit(unit: &ByHand<'_>, account: &AccountRef, change: &Change, day: Date) -> Draft {
    let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or_default().to_owned();
    match change {
        Change::Name { before, after } => {
            let change = SnapshotChange::Name {
                before: text(before),
                after: after.to_string(),
            };
            draft(unit, StepKind::EditName, account, change, false)
                .with_change(before.as_deref().unwrap_or_default(), after)
        }
        Change::Email { before, after } => {
            let follows = unit.rules.login.value == LoginForm::Email;
            let shown = before.as_deref().map(str::to_owned);
            let login = || account.login.as_str().to_owned();
            let change = SnapshotChange::Email {
                before: if follows { Some(login()) } else { shown },
                after: after.to_string(),
                login: follows,
            };
            draft(unit, StepKind::EditEmail, account, change, false)
                .with_change(before.as_deref().unwrap_or_default(), after)
        }
        Change::Login { before, after } => {
            let before = before.as_ref().unwrap_or(&account.login).as_str();
            let change = SnapshotChange::Login {
                before: before.to_owned(),
                after: after.as_str().to_owned(),
            };
            draft(unit, StepKind::EditLogin, account, change, false)
                .with_change(before, after.as_str())
        }
        Change::Expires { before, after } => {
            let change = SnapshotChange::Expires {
                before: *before,
                after: *after,
            };
            let mut draft = draft(unit, StepKind::EditExpires, account, change, false);
            draft.values.expires = after.map(|day| day.to_string());
            draft
        }
        Change::Term { after } => keep(unit, account, *after, day),
        Change::Active { before: _, after } => activity(unit, account, *after),
    }
}

/// Of which set a tick is a part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    Alone,
    OfAccount,
    OfArea,
}

fn tick(unit: &ByHand<'_>, account: &AccountRef, area: &AreaName, give: bool, set: Set) -> Draft {
    let entry = unit.live.catalogue().get(area);
    let kind = if give { StepKind::Give } else { StepKind::Take };
    let change = if entry.is_some_and(|area| area.administration) {
        SnapshotChange::Admin { given: give }
    } else {
        SnapshotChange::Area {
            area: area.as_str().to_owned(),
            given: give,
        }
    };
    let mut draft = draft(unit, kind, account, change, set == Set::OfArea).on(unit, area);
    draft.in_set = set != Set::Alone;
    draft
}

fn admin(unit: &ByHand<'_>, account: &AccountRef, promote: bool, in_set: bool) -> Draft {
    let kind = if promote {
        StepKind::Promote
    } else {
        StepKind::Demote
    };
    let change = SnapshotChange::Admin { given: promote };
    let mut draft = draft(unit, kind, account, change, false);
    draft.in_set = in_set;
    draft
}

fn activity(unit: &ByHand<'_>, account: &AccountRef, active: bool) -> Draft {
    let kind = if active {
        StepKind::Activate
    } else {
        StepKind::Deactivate
    };
    draft(
        unit,
        kind,
        account,
        SnapshotChange::Active { given: active },
        false,
    )
}

fn keep(unit: &ByHand<'_>, account: &AccountRef, term: Term, day: Date) -> Draft {
    let live = account
        .id
        .as_ref()
        .and_then(|id| unit.live.accounts().get(id));
    let before = live.and_then(|live| live.expires);
    let change = SnapshotChange::Expires {
        before,
        after: term_end(unit, term, day).or(before),
    };
    let mut draft = draft(unit, StepKind::Keep, account, change, false);
    draft.values.term = Some(term.to_string());
    draft
}

/// When a term ends that is taken on `day`.
fn term_end(unit: &ByHand<'_>, term: Term, day: Date) -> Option<Date> {
    match (term, unit.rules.account_end.value) {
        (Term::Months(months), _) => day.checked_add(i32::from(months).months()).ok(),
        (Term::AcademicYear, AccountEnd::Terms(terms)) => {
            let (month, last) = terms.academic_year_end;
            let this_year = Date::new(day.year(), month, last).ok()?;
            if this_year >= day {
                Some(this_year)
            } else {
                Date::new(day.year().checked_add(1)?, month, last).ok()
            }
        }
        (Term::AcademicYear, AccountEnd::Date | AccountEnd::ByBeadle) => None,
    }
}
