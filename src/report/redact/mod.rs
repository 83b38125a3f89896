//! `--redact`: the same plan with every name, login id and address of a person replaced by a
//! pseudonym, so that more people may read it than may read staff data.
//!
//! It works on the data, before any format: whatever is printed from a redacted plan is redacted.
//! Structs are taken apart naming every field, so that a new field cannot slip through. Places in
//! files, areas, organisations and portals stay.

mod access;
mod explanation;
mod known;
mod movement;
mod next;
mod values;

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use self::known::Known;
use super::organisation_file::{OrganisationFile, UserEntry};
use crate::model::name::{LoginId, PortalId, canonical};
use crate::model::outcome::{ApplyReport, Failure, Outcome};
use crate::model::plan::{AccountRef, ManualKind, ManualStep, Plan, Problem, Refusal, UnitPlan};
use crate::model::plan_document::hexadecimal;

/// Hexadecimal digits of a pseudonym: 40 bits, so that two of 100,000 people get the same one in
/// about one project of 200.
const DIGITS: usize = 10;

/// Whether a text has the form of a person's pseudonym, whoever's.
#[must_use]
pub fn is_pseudonym(text: &str) -> bool {
    let digits = text.trim().strip_prefix("person-");
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// Whether a text has the form in which a name is kept out.
pub(super) fn is_hidden_name(text: &str) -> bool {
    let digits = text.strip_prefix("name-");
    digits.is_some_and(|digits| {
        digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// Replaces people by pseudonyms: keyed, so that nobody without the key can try names out, and
/// stable, so that the same person has the same pseudonym in every unit, plan and run.
#[derive(Clone)]
pub struct Redaction {
    keyed: Hmac<Sha256>,
}

/// One plan, and everybody that it names: what is needed to find people in prose.
struct Redactor<'a> {
    redaction: &'a Redaction,
    known: Known<'a>,
}

impl std::fmt::Debug for Redaction {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Redaction(..)")
    }
}

impl Redaction {
    /// Takes the key. Whoever has it can tell whether a pseudonym is a certain person's.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        // A key of any length is accepted; the fallback is never reached and no weaker than it.
        let keyed = Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| {
            let block = hmac::digest::Key::<Hmac<Sha256>>::default();
            Hmac::<Sha256>::new(&block)
        });
        Self { keyed }
    }

    /// The pseudonym of a person, by user key, login id or address; all three are the same person
    /// when they are the same text after folding.
    #[must_use]
    pub fn person(&self, key: &str) -> String {
        self.pseudonym("person", &canonical(key))
    }

    /// A redacted copy of the plan.
    #[must_use]
    pub fn plan(&self, plan: &Plan) -> Plan {
        let redactor = Redactor {
            redaction: self,
            known: Known::of(plan, self),
        };
        redactor.plan(plan)
    }

    /// A redacted copy of what became of `plan`: the messages of failures.
    #[must_use]
    pub fn report(&self, plan: &Plan, report: &ApplyReport) -> ApplyReport {
        let redactor = Redactor {
            redaction: self,
            known: Known::of(plan, self),
        };
        let ApplyReport { saves } = report;
        let saves = saves
            .iter()
            .map(|(save, actions, outcome)| (*save, actions.clone(), redactor.outcome(outcome)))
            .collect();
        ApplyReport { saves }
    }

    /// A redacted copy of an organisation file.
    #[must_use]
    pub fn organisation_file(&self, file: &OrganisationFile) -> OrganisationFile {
        let OrganisationFile {
            organisation,
            name,
            portal,
            portal_organisation,
            users,
            admins,
            admins_left_out,
            ended,
            twins,
        } = file;
        let users = users.iter().map(|(key, user)| {
            let UserEntry {
                key: _,
                name: _,
                email,
                login,
                until,
                areas,
            } = user;
            let key = self.person(key);
            let user = UserEntry {
                key: key.clone(),
                name: key.clone().into(),
                email: email.as_ref().map(|email| self.person(email).into()),
                login: login.as_ref().map(|login| self.login_value(login)),
                until: *until,
                areas: areas.clone(),
            };
            (key, user)
        });
        OrganisationFile {
            organisation: organisation.clone(),
            name: name.clone(),
            portal: portal.clone(),
            portal_organisation: portal_organisation.clone(),
            users: users.collect(),
            admins: admins.iter().map(|admin| self.person(admin)).collect(),
            admins_left_out: *admins_left_out,
            ended: *ended,
            twins: *twins,
        }
    }

    fn pseudonym(&self, what: &str, text: &str) -> String {
        let mut mac = self.keyed.clone();
        mac.update(text.as_bytes());
        let digest = hexadecimal(&mac.finalize().into_bytes());
        format!("{what}-{}", digest.get(..DIGITS).unwrap_or_default())
    }

    /// The pseudonym of an account's holder.
    fn pseudonym_of(&self, account: &AccountRef) -> String {
        let AccountRef {
            login,
            name: _,
            id: _,
            person,
        } = account;
        self.person(person.as_deref().unwrap_or_else(|| login.canonical()))
    }

    fn login_value(&self, login: &LoginId) -> LoginId {
        LoginId::new(self.person(login.canonical()))
    }

    fn portal_id(&self, id: &PortalId) -> PortalId {
        PortalId::new(self.pseudonym("account", id.as_str()))
    }

    fn account(&self, account: &AccountRef) -> AccountRef {
        let AccountRef {
            login: _,
            name: _,
            id,
            person,
        } = account;
        let pseudonym: Arc<str> = self.pseudonym_of(account).into();
        AccountRef {
            login: LoginId::new(Arc::clone(&pseudonym)),
            name: Arc::clone(&pseudonym),
            id: id.as_ref().map(|id| self.portal_id(id)),
            person: person.as_ref().map(|_| pseudonym),
        }
    }
}

impl Redactor<'_> {
    fn plan(&self, plan: &Plan) -> Plan {
        let Plan {
            day,
            configuration_digest,
            shard,
            portals,
            units,
            removals,
            moves,
            refusals,
        } = plan;
        Plan {
            day: *day,
            configuration_digest: configuration_digest.clone(),
            shard: *shard,
            portals: portals.clone(),
            units: units.iter().map(|unit| self.unit(unit)).collect(),
            removals: removals.clone(),
            moves: moves.iter().map(|it| self.redaction.movement(it)).collect(),
            refusals: refusals
                .iter()
                .map(|refusal| self.refusal(refusal))
                .collect(),
        }
    }

    fn unit(&self, unit: &UnitPlan) -> UnitPlan {
        let UnitPlan {
            organisation,
            organisation_name,
            portal,
            portal_organisation,
            approved_by,
            listing_digest,
            live,
            actions,
            saves,
            manual,
            held_back,
            findings,
            problems,
            stays: _,
            aliases: _,
        } = unit;
        let redaction = self.redaction;
        let mail = |login: &LoginId| LoginId::new(self.known.login(login));
        UnitPlan {
            organisation: organisation.clone(),
            organisation_name: Arc::clone(organisation_name),
            portal: portal.clone(),
            portal_organisation: portal_organisation.clone(),
            // Prose about a person whom the plan may not know.
            approved_by: approved_by
                .as_deref()
                .map(|who| redaction.person(who).into()),
            listing_digest: listing_digest.clone(),
            live: *live,
            actions: actions.iter().map(|it| redaction.action(it)).collect(),
            saves: saves.iter().map(|it| redaction.save(it, mail)).collect(),
            manual: manual.iter().map(|it| self.manual(it)).collect(),
            held_back: held_back.iter().map(|it| redaction.held_back(it)).collect(),
            findings: findings.iter().map(|it| redaction.finding(it)).collect(),
            problems: problems.iter().map(|it| self.problem(it)).collect(),
            // Used up when the plan was assembled; what has not been is nobody's to see.
            stays: Vec::new(),
            aliases: Vec::new(),
        }
    }

    fn manual(&self, step: &ManualStep) -> ManualStep {
        let ManualStep {
            kind,
            account,
            area,
            title,
            clicks,
            change,
            reason,
        } = step;
        // Before and after are one person: what is to stand there, the files say.
        let after = format!(" to {}", self.redaction.pseudonym_of(account));
        let redact = |text: &str| {
            let text = self.known.redact(text);
            match kind {
                ManualKind::Rename => text.replace(&after, " to what the files say"),
                _ => text,
            }
        };
        ManualStep {
            kind: *kind,
            account: self.redaction.account(account),
            area: area.clone(),
            title: redact(title),
            clicks: clicks.iter().map(|click| redact(click)).collect(),
            change: change.as_ref().map(|change| self.redaction.change(change)),
            reason: self.redaction.reason(reason),
        }
    }

    fn problem(&self, problem: &Problem) -> Problem {
        let Problem {
            code,
            message,
            source,
            help,
        } = problem;
        Problem {
            code,
            message: self.known.redact(message),
            source: source.clone(),
            help: help.as_deref().map(|help| self.known.redact(help)),
        }
    }

    fn refusal(&self, refusal: &Refusal) -> Refusal {
        let Refusal {
            guardrail,
            organisation,
            portal,
            message,
            waiver,
        } = refusal;
        Refusal {
            guardrail: *guardrail,
            organisation: organisation.clone(),
            portal: portal.clone(),
            message: self.known.redact(message),
            waiver: self.known.redact(waiver),
        }
    }

    fn outcome(&self, outcome: &Outcome) -> Outcome {
        match outcome {
            Outcome::Failed(Failure {
                message,
                unreachable,
                verdict,
            }) => Outcome::Failed(Failure {
                message: self.known.redact(message),
                unreachable: *unreachable,
                verdict: *verdict,
            }),
            Outcome::Done
            | Outcome::FoundDone
            | Outcome::Skipped { because: _ }
            | Outcome::Interrupted
            | Outcome::Waits(_)
            | Outcome::Accepted
            | Outcome::NotSeen => outcome.clone(),
        }
    }
}
