//! One call from its arrival to its answer: faults, token, limits, keys, the dialect's operation
//! and the log, the last three in one transaction. The same for every dialect.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode};
use rusqlite::Connection;

use super::call::{Answer, Call, Route};
use super::calls::{self, CallRecord};
use super::connection::Switch;
use super::faults::{Effect, Play, Twists, play};
use super::idempotency::{Held, Key};
use super::problem::{Problem, shortened};
use super::server::{Portal, Sandbox};
use super::store::{OrganisationRows, PortalRows, attempt};
use super::tokens::{self, Token, bearer};

/// What the address of a call leads to.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// One row of the dialect's table.
    Route(&'static Route),
    /// The address is served, with these methods.
    WrongMethod(String),
    /// Nothing.
    Nothing,
}

/// One call as it arrived.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) target: Target,
    pub(crate) method: Method,
    /// Below the portal's own address.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    /// The varying segments of the address.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) body: Result<Vec<u8>, Problem>,
}

impl Arrival {
    fn writes(&self) -> bool {
        self.method != Method::GET && self.method != Method::HEAD
    }

    fn organisation(&self, portal: &Portal) -> Option<&str> {
        let mut names = portal.dialect.organisation_parameters.iter();
        names.find_map(|name| self.parameters.get(*name).map(String::as_str))
    }

    fn key(&self) -> Result<Option<Key>, Problem> {
        let token = bearer(&self.headers).unwrap_or_default();
        let body = self.body.as_deref().unwrap_or_default();
        Key::of(token, &self.method, &self.path, &self.headers, body)
    }
}

/// The key of a call and the hold on it.
type HeldKey = Option<(Key, Held)>;

/// Answers one call.
pub(crate) async fn exchange(
    sandbox: &Sandbox,
    portal: &Portal,
    arrival: Arrival,
    switch: &Switch,
) -> Response<Body> {
    let key = hold_key(sandbox, portal, &arrival);
    let Arrival {
        method,
        path,
        query,
        ..
    } = &arrival;
    let play = sandbox.faults().choose(&portal.name, method, path, query);
    if !play.latency.is_zero() {
        tokio::time::sleep(play.latency).await;
    }
    if let Some(effect) = &play.effect
        && let Some(response) = play::instead(effect, switch)
    {
        record_instead(sandbox, portal, &arrival, effect);
        return response;
    }
    let answer = sandbox
        .store
        .transaction(|connection| {
            let work = Work {
                sandbox,
                portal,
                arrival: &arrival,
                play: &play,
                rows: PortalRows {
                    connection,
                    portal: &portal.name,
                },
            };
            work.answer(&key)
        })
        .unwrap_or_else(|problem: Problem| portal.dialect.refuse(&problem));
    // The key is free again only now that its answer is certain.
    drop(key);
    play::send(answer, play.effect.as_ref(), switch)
}

fn hold_key(sandbox: &Sandbox, portal: &Portal, arrival: &Arrival) -> Result<HeldKey, Problem> {
    let Some(key) = arrival.key()? else {
        return Ok(None);
    };
    let held = sandbox.in_flight.hold(&portal.name, &key)?;
    Ok(Some((key, held)))
}

/// Writes down a call that a fault answered.
fn record_instead(sandbox: &Sandbox, portal: &Portal, arrival: &Arrival, effect: &Effect) {
    let result = sandbox.store.transaction(|connection: &Connection| {
        let rows = PortalRows {
            connection,
            portal: &portal.name,
        };
        let token = sender(&rows, &arrival.headers)?;
        let record = CallRecord {
            seq: 0,
            portal: portal.name.clone(),
            organisation: arrival.organisation(portal).map(str::to_owned),
            method: arrival.method.to_string(),
            path: arrival.path.clone(),
            status: play::status_instead(effect),
            token: token.map(|token| token.kind().to_owned()),
            carried_out: false,
            fault: Some(effect.kind().to_owned()),
        };
        calls::record(connection, &record)
    });
    if let Err(error) = result {
        tracing::error!(%error, "a call could not be written down");
    }
}

fn sender(rows: &PortalRows<'_>, headers: &HeaderMap) -> rusqlite::Result<Option<Token>> {
    bearer(headers).map_or(Ok(None), |text| rows.token(text))
}

/// One call inside its transaction.
struct Work<'a> {
    sandbox: &'a Sandbox,
    portal: &'a Portal,
    arrival: &'a Arrival,
    play: &'a Play,
    rows: PortalRows<'a>,
}

/// An answer, and whether it is one that was given before.
struct Given {
    answer: Answer,
    again: bool,
}

impl Work<'_> {
    /// Carries the call out or refuses it, and writes it down.
    fn answer(&self, key: &Result<HeldKey, Problem>) -> Result<Answer, Problem> {
        let token = sender(&self.rows, &self.arrival.headers)?;
        let nobody = self.is_open().then(Token::nobody);
        let caller = token.as_ref().or(nobody.as_ref());
        let limited = match caller {
            Some(_) => self.sandbox.limits.take(&self.portal.name),
            None => Err(tokens::unauthenticated()),
        };
        let (given, fields) = match (limited, caller) {
            (Ok(fields), Some(caller)) => (self.admit(caller, key), fields),
            (Ok(_), None) => (Err(tokens::unauthenticated()), Vec::new()),
            (Err(problem), _) => (Err(problem), Vec::new()),
        };
        let Given { mut answer, again } = given.unwrap_or_else(|problem| Given {
            answer: self.portal.dialect.refuse(&problem),
            again: false,
        });
        self.record(&answer, token.as_ref(), again)?;
        for (name, value) in fields {
            answer = answer.with(name, value);
        }
        Ok(answer)
    }

    /// Whether it could change anything.
    fn writes(&self) -> bool {
        let reads = match self.arrival.target {
            Target::Route(route) => self.portal.dialect.only_reads(route),
            Target::WrongMethod(_) | Target::Nothing => false,
        };
        self.arrival.writes() && !reads
    }

    /// Whether it goes where callers without a token are heard.
    fn is_open(&self) -> bool {
        matches!(self.arrival.target, Target::Route(route) if self.portal.dialect.is_open(route))
    }

    /// All that stands between a token and the dialect's operation.
    fn admit(&self, token: &Token, key: &Result<HeldKey, Problem>) -> Result<Given, Problem> {
        let body = self.arrival.body.as_ref().map_err(Clone::clone)?;
        let route = match &self.arrival.target {
            Target::Route(route) => *route,
            Target::WrongMethod(allowed) => return Err(Problem::method_not_allowed(allowed)),
            Target::Nothing => return Err(Problem::not_found(&self.arrival.path)),
        };
        if token.read_only && self.writes() {
            return Err(tokens::read_only());
        }
        let organisation = self.organisation(token)?;
        let twists = self.twists(organisation.as_ref());
        let call = Call {
            rows: self.rows,
            organisation,
            today: self.sandbox.today(),
            token,
            parameters: &self.arrival.parameters,
            query: &self.arrival.query,
            headers: &self.arrival.headers,
            body,
            twists: &twists,
        };
        match key {
            Err(problem) => Err(problem.clone()),
            Ok(None) => Ok(self.operate(route, &call)),
            Ok(Some((key, _))) => self.operate_once(route, &call, key),
        }
    }

    /// The organisation that the address names, if the token opens it.
    fn organisation(&self, token: &Token) -> Result<Option<OrganisationRows<'_>>, Problem> {
        let Some(id) = self.arrival.organisation(self.portal) else {
            return Ok(None);
        };
        let dialect = self.portal.dialect;
        let Some(organisation) = self.rows.organisation(id)? else {
            return Err(Problem::new(
                StatusCode::NOT_FOUND,
                dialect.unknown_organisation,
                "There is no such organisation at this portal",
                format!("`{}` is not known here", shortened(id)),
            ));
        };
        if token.opens(id) {
            Ok(Some(organisation))
        } else {
            Err(dialect.refuse_organisation(id))
        }
    }

    fn twists(&self, organisation: Option<&OrganisationRows<'_>>) -> Twists {
        let hidden = match organisation {
            Some(organisation) if !self.writes() => self
                .sandbox
                .faults()
                .hidden(&self.portal.name, &organisation.id),
            _ => Vec::new(),
        };
        Twists::of(self.play.effect.as_ref(), &hidden)
    }

    /// The operation, unless the key has its answer already.
    fn operate_once(&self, route: &Route, call: &Call<'_>, key: &Key) -> Result<Given, Problem> {
        if let Some(answer) = self.rows.answered(key, call.today)? {
            return Ok(Given {
                answer,
                again: true,
            });
        }
        let given = self.operate(route, call);
        self.rows.keep_answer(key, &given.answer, call.today)?;
        Ok(given)
    }

    fn operate(&self, route: &Route, call: &Call<'_>) -> Given {
        let result = attempt(self.rows.connection, || (route.operation)(call));
        let answer = result.unwrap_or_else(|problem| self.portal.dialect.refuse(&problem));
        let organisation = call.organisation.as_ref();
        if let (Some(organisation), Some(id), Some(effect)) =
            (organisation, &answer.created, &self.play.effect)
        {
            let mut faults = self.sandbox.faults();
            faults.delay(&self.portal.name, &organisation.id, id, effect);
        }
        Given {
            answer,
            again: false,
        }
    }

    fn record(&self, answer: &Answer, token: Option<&Token>, again: bool) -> rusqlite::Result<()> {
        let lost = matches!(self.play.effect, Some(Effect::ResetAfterCommit));
        let named = self.arrival.organisation(self.portal).map(str::to_owned);
        let record = CallRecord {
            seq: 0,
            portal: self.portal.name.clone(),
            organisation: named.or_else(|| answer.organisation.clone()),
            method: self.arrival.method.to_string(),
            path: self.arrival.path.clone(),
            status: (!lost).then_some(answer.status),
            token: token.map(|token| token.kind().to_owned()),
            carried_out: answer.succeeded() && !again,
            fault: self.play.kind().map(str::to_owned),
        };
        calls::record(self.rows.connection, &record)
    }
}
