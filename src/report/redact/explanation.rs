//! The redacted copy of an answer to "why": lines of files keep their place and lose their text,
//! and whoever is named becomes a pseudonym.

use super::Redaction;
use super::known::Known;
use crate::model::explanation::{
    Answer, AreaAnswer, Explanation, Fragment, Line, Next, PersonShown, Remark, Turn,
    UnitExplanation, Why,
};
use crate::model::plan::{AccountRef, Finding, LiveCounts, Plan, UnitPlan};

/// One answer, and everybody whom its sentences may name.
struct Copy<'a> {
    redaction: &'a Redaction,
    known: Known<'a>,
}

impl Redaction {
    /// A redacted copy of an answer. `aliases` are the names and login ids of whoever was asked
    /// for.
    #[must_use]
    pub fn explanation(&self, explanation: &Explanation, aliases: &[AccountRef]) -> Explanation {
        let names = naming(aliases);
        let copy = Copy {
            redaction: self,
            known: Known::of(&names, self),
        };
        copy.explanation(explanation)
    }
}

/// A plan that does nothing but name people: what [`Known`] gathers from.
fn naming(aliases: &[AccountRef]) -> Plan {
    let findings = aliases.iter().cloned().map(Finding::Unmanaged);
    let unit = UnitPlan {
        organisation: "".into(),
        organisation_name: "".into(),
        approved_by: None,
        portal: "".into(),
        portal_organisation: "".into(),
        listing_digest: String::new(),
        live: LiveCounts::default(),
        actions: Vec::new(),
        saves: Vec::new(),
        stays: Vec::new(),
        aliases: Vec::new(),
        manual: Vec::new(),
        held_back: Vec::new(),
        findings: findings.collect(),
        problems: Vec::new(),
    };
    Plan {
        day: jiff::civil::Date::default(),
        configuration_digest: String::new(),
        shard: None,
        portals: Vec::new(),
        units: vec![unit],
        moves: Vec::new(),
        removals: Vec::new(),
        refusals: Vec::new(),
    }
}

impl Copy<'_> {
    fn explanation(&self, explanation: &Explanation) -> Explanation {
        let Explanation {
            format,
            beadle,
            day,
            person,
            area,
            units,
            remarks,
        } = explanation;
        let PersonShown {
            key,
            name: _,
            listed,
        } = person;
        let pseudonym = self.redaction.person(key);
        Explanation {
            format: *format,
            beadle: beadle.clone(),
            day: *day,
            person: PersonShown {
                key: pseudonym.clone(),
                name: pseudonym.clone(),
                listed: *listed,
            },
            area: area.clone(),
            units: units
                .iter()
                .map(|unit| self.unit(unit, &pseudonym))
                .collect(),
            remarks: self.remarks(remarks),
        }
    }

    fn unit(&self, unit: &UnitExplanation, pseudonym: &str) -> UnitExplanation {
        let UnitExplanation {
            organisation,
            organisation_name,
            portal,
            login,
            live,
            unread,
            account,
            admin,
            areas,
            remarks,
        } = unit;
        UnitExplanation {
            organisation: organisation.clone(),
            organisation_name: organisation_name.clone(),
            portal: portal.clone(),
            login: login.as_ref().map(|_| pseudonym.to_owned()),
            live: *live,
            unread: unread.as_deref().map(|text| self.known.redact(text)),
            account: self.answer(account),
            admin: admin.as_ref().map(|admin| self.answer(admin)),
            areas: areas.iter().map(|area| self.area(area)).collect(),
            remarks: self.remarks(remarks),
        }
    }

    fn area(&self, area: &AreaAnswer) -> AreaAnswer {
        let AreaAnswer {
            area,
            title,
            sensitive,
            answer,
        } = area;
        AreaAnswer {
            area: area.clone(),
            title: title.clone(),
            sensitive: *sensitive,
            answer: self.answer(answer),
        }
    }

    fn answer(&self, answer: &Answer) -> Answer {
        let Answer {
            asked,
            live,
            state,
            implied,
            from,
            until,
            why,
            next,
            missing,
        } = answer;
        Answer {
            asked: *asked,
            live: *live,
            state: *state,
            implied: *implied,
            from: from.as_ref().map(turn),
            until: until.as_ref().map(turn),
            why: why.iter().map(place).collect(),
            next: next.iter().map(|next| self.next(next)).collect(),
            missing: self.remarks(missing),
        }
    }

    fn next(&self, next: &Next) -> Next {
        let Next {
            how,
            kind,
            what,
            because,
            place,
            clicks,
        } = next;
        Next {
            how: *how,
            kind: kind.clone(),
            what: self.known.redact(what),
            because: because.clone(),
            place: place.as_ref().map(line),
            clicks: self.texts(clicks),
        }
    }

    fn remarks(&self, remarks: &[Remark]) -> Vec<Remark> {
        remarks.iter().map(|remark| self.remark(remark)).collect()
    }

    fn remark(&self, remark: &Remark) -> Remark {
        let Remark {
            code,
            message,
            place,
            people,
            write,
            clicks,
        } = remark;
        Remark {
            code,
            message: self.known.redact(message),
            place: place.as_ref().map(line),
            people: people.iter().map(|it| self.redaction.person(it)).collect(),
            write: write.as_ref().map(|Fragment { file, yaml }| Fragment {
                file: file.clone(),
                yaml: self.known.redact(yaml),
            }),
            clicks: self.texts(clicks),
        }
    }

    fn texts(&self, texts: &[String]) -> Vec<String> {
        texts.iter().map(|text| self.known.redact(text)).collect()
    }
}

fn line(of: &Line) -> Line {
    let Line {
        file,
        line,
        text: _,
    } = of;
    Line {
        file: file.clone(),
        line: *line,
        text: None,
    }
}

fn turn(turn: &Turn) -> Turn {
    let Turn { day, place } = turn;
    Turn {
        day: *day,
        place: place.as_ref().map(line),
    }
}

/// The written reason goes too: it is free text.
fn place(why: &Why) -> Why {
    let Why {
        door,
        bundle,
        assignment,
        selected_by,
        holds,
        from,
        until,
        reason: _,
        place,
        lists,
        selects,
    } = why;
    Why {
        door: *door,
        bundle: bundle.clone(),
        assignment: *assignment,
        selected_by: selected_by.clone(),
        holds: *holds,
        from: *from,
        until: *until,
        reason: None,
        place: line(place),
        lists: lists.as_ref().map(line),
        selects: selects.as_ref().map(line),
    }
}
