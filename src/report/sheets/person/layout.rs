//! What is held about one person, as people read it: accounts, files, log, other records, and how long
//! each is kept.

use super::{HeldRecord, Keeping, LogEntry, Mention, PersonAccess, PersonReport};
use crate::report::counted;
use crate::report::sheets::access::separated;
use crate::report::sheets::page::{Block, Cell, Piece, Row, Sheet, Sheets, Table, named};
use crate::report::sheets::{Standing, place, unread_notice};

/// One sheet.
pub(super) fn sheets(report: &PersonReport) -> Sheets {
    let mut blocks: Vec<Block> = unread_notice(&report.unread)
        .map(Block::Notice)
        .into_iter()
        .collect();
    blocks.extend(report.notes.iter().cloned().map(Block::Notice));
    report.write_access(&mut blocks);
    report.write_files(&mut blocks);
    report.write_log(&mut blocks);
    report.write_held(&mut blocks);
    let also: Vec<&str> = report
        .logins
        .iter()
        .filter(|login| **login != report.person)
        .map(String::as_str)
        .collect();
    let mut lead = vec![format!(
        "{}, {} of the files, {} of the log, {}.",
        counted(report.access.len() as u64, "account", "accounts"),
        counted(report.mentions.len() as u64, "line", "lines"),
        counted(report.log.len() as u64, "entry", "entries"),
        counted(report.held.len() as u64, "other record", "other records"),
    )];
    if !also.is_empty() {
        lead.push(format!("Also known as {}.", also.join(", ")));
    }
    Sheets {
        title: format!("What is held about {}", report.name),
        sheets: vec![Sheet {
            kind: "What is held about a person".to_owned(),
            title: report.name.clone(),
            subtitle: format!("{}, on {}", report.person, report.day),
            running: String::new(),
            lead,
            blocks,
        }],
        answers: None,
    }
}

impl PersonReport {
    fn write_access(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(2, "Accounts".to_owned()));
        if self.access.is_empty() {
            let text = "No portal that was read has an account of this person.";
            blocks.push(Block::Text(text.to_owned()));
            return;
        }
        blocks.push(Block::Table(Table {
            caption: "Accounts at portals".to_owned(),
            columns: vec!["Where", "Account", "Access", "May use"],
            rows: self.access.iter().map(PersonAccess::row).collect(),
        }));
    }

    fn write_files(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(2, "In the files".to_owned()));
        if self.mentions.is_empty() {
            blocks.push(Block::Text("No file names this person.".to_owned()));
            return;
        }
        let rows = self.mentions.iter().map(|Mention { source, text }| {
            Row::of(vec![
                Cell::line(vec![Piece::Code(place(source))]),
                Cell::line(vec![Piece::Code(text.clone())]),
            ])
        });
        blocks.push(Block::Table(Table {
            caption: "Lines of the files that name the person".to_owned(),
            columns: vec!["Where", "Line"],
            rows: rows.collect(),
        }));
    }

    fn write_log(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(2, "What was done".to_owned()));
        if self.log.is_empty() {
            blocks.push(Block::Text(
                "The audit log has nothing of this person.".to_owned(),
            ));
            return;
        }
        let rows = self.log.iter().map(|one| {
            let LogEntry {
                time,
                run: _,
                command,
                organisation,
                portal,
                action,
                area,
                reason,
                place,
                outcome,
            } = one;
            let area = area.as_ref().map(|area| Piece::Plain(area.clone()));
            let mut what = vec![Piece::Strong(action.clone())];
            what.extend(area);
            let place = place.as_ref().map(|place| Piece::Code(place.clone()));
            Row::of(vec![
                Cell::plain(time.clone()).and(vec![Piece::Faint(command.clone())]),
                Cell::plain(organisation.clone()).and(vec![Piece::Faint(portal.clone())]),
                Cell::line(what),
                Cell::plain(reason.clone()).and(place.into_iter().collect()),
                Cell::plain(outcome.clone()),
            ])
        });
        blocks.push(Block::Table(Table {
            caption: "What was done, by time".to_owned(),
            columns: vec!["Time", "Where", "What", "Why", "Outcome"],
            rows: rows.collect(),
        }));
    }

    fn write_held(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(2, "What else is kept".to_owned()));
        if self.held.is_empty() {
            blocks.push(Block::Text("Nothing that beadle knows of.".to_owned()));
        } else {
            let rows = self.held.iter().map(|one| {
                let HeldRecord {
                    kind,
                    location,
                    holds,
                    until,
                } = one;
                Row::of(vec![
                    Cell::line(vec![Piece::Strong(kind.clone())])
                        .and(vec![Piece::Code(location.clone())]),
                    Cell::plain(holds.clone()),
                    Cell::plain(until.clone()),
                ])
            });
            blocks.push(Block::Table(Table {
                caption: "Other records that name the person".to_owned(),
                columns: vec!["Record", "What it holds", "Kept until"],
                rows: rows.collect(),
            }));
        }
        blocks.push(Block::Heading(2, "How long it is kept".to_owned()));
        let rows = self.keeping.iter().map(|one| {
            let Keeping {
                what,
                how_long,
                sooner,
            } = one;
            let texts = [what, how_long, sooner];
            Row::of(texts.map(|text| Cell::plain(text.clone())).to_vec())
        });
        blocks.push(Block::Table(Table {
            caption: "How long it is kept".to_owned(),
            columns: vec!["What", "How long", "Sooner"],
            rows: rows.collect(),
        }));
    }
}

impl PersonAccess {
    fn row(&self) -> Row {
        let Self {
            organisation: _,
            organisation_name,
            portal: _,
            portal_title,
            email,
            from,
            account,
        } = self;
        let source = account.source.as_ref().map(place).map(Piece::Code);
        let other = email.as_ref().filter(|email| **email != account.login);
        let who = named(&account.name, &account.login)
            .and(other.cloned().map(Piece::Code).into_iter().collect())
            .and(source.into_iter().collect());
        let access = match account.access {
            Standing::None => Piece::Faint("no access".to_owned()),
            Standing::Kept => Piece::Plain("access".to_owned()),
            Standing::Given => Piece::Given("access".to_owned()),
            Standing::Taken => Piece::Taken("access".to_owned()),
        };
        let admin = match account.admin {
            Standing::None => None,
            Standing::Kept => Some(Piece::Tag("administrator".to_owned())),
            Standing::Given => Some(Piece::Given("administrator".to_owned())),
            Standing::Taken => Some(Piece::Taken("administrator".to_owned())),
        };
        let days = match (from, account.until) {
            (None, None) => None,
            (Some(from), None) => Some(format!("from {from}")),
            (None, Some(until)) => Some(format!("until {until}")),
            (Some(from), Some(until)) => Some(format!("{from} to {until}")),
        };
        let last = account
            .last_sign_in
            .map(|day| Piece::Faint(format!("last sign-in {day}")));
        let areas = account.areas.iter().map(|area| match area.access {
            Standing::Given => Piece::Given(area.title.clone()),
            Standing::Taken => Piece::Taken(area.title.clone()),
            Standing::Kept | Standing::None => Piece::Plain(area.title.clone()),
        });
        let mut uses = Cell::blank().and(separated(areas.collect()));
        for area in &account.areas {
            let reason = area.reason.as_ref();
            uses = uses.and(
                reason
                    .map(|why| Piece::Faint(format!("{}: {why}", area.title)))
                    .into_iter()
                    .collect(),
            );
        }
        Row::of(vec![
            Cell::line(vec![Piece::Strong(organisation_name.clone())])
                .and(vec![Piece::Faint(portal_title.clone())]),
            who,
            Cell::line(vec![access])
                .and(admin.into_iter().collect())
                .and(days.map(Piece::Faint).into_iter().collect())
                .and(last.into_iter().collect()),
            uses,
        ])
    }
}
