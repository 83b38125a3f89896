//! The list of faults as `PUT /control/faults` takes it: parsed once, with every parameter checked
//! against the kind that it is for.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Armed, Effect, PathMatch};
use crate::model::pattern::glob;

/// One fault as it is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultDocument {
    /// Which calls it meets; without it, all.
    #[serde(default, rename = "match")]
    pub(crate) matching: MatchDocument,
    /// What it does.
    pub(crate) kind: Kind,
    /// How many of the calls that it meets it is played in, from 0 to 1.
    #[serde(default = "always")]
    pub(crate) rate: f64,
    /// Which of them, where not in all.
    #[serde(default)]
    pub(crate) seed: u64,
    /// Most times that it is played; without it, no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry_after: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calls: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

/// Which calls a fault meets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchDocument {
    /// The portal's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) portal: Option<String>,
    /// The method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// A part of the address below the portal's own, or a glob of all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// `ms`, default 100.
    Latency,
    /// `status`, default 503.
    Error,
    /// `retry_after`, default 1: seconds, or any text.
    TooManyRequests,
    ResetBeforeCommit,
    ResetAfterCommit,
    HalfBody,
    /// `bytes` in a piece, default 64; `ms` before each, default 20.
    SlowBody,
    LoginPage,
    /// `location`, default another host.
    Redirect,
    /// `by`, default 1.
    ShiftingPages,
    /// `by`, default 1.
    WrongTotal,
    /// `organisation`, default `99999999`.
    WrongOrganisation,
    DuplicatePage,
    /// `calls`, default 3, or `seconds`.
    LateAppearance,
    /// `bytes`, default 10 GiB.
    HugeBody,
}

fn always() -> f64 {
    1.0
}

impl FaultDocument {
    /// Checks the fault and makes it ready to be played. The refusal is a sentence.
    pub(crate) fn arm(self) -> Result<Armed, String> {
        if !(0.0..=1.0).contains(&self.rate) {
            return Err(format!("`rate` is from 0 to 1, not {}", self.rate));
        }
        self.check_parameters()?;
        let effect = self.effect()?;
        let path = match self.matching.path.as_deref() {
            None => PathMatch::Any,
            Some(path) if path.contains(['*', '?', '[', '{']) => PathMatch::Glob(
                glob(path, false).map_err(|error| format!("`path` is not a glob: {error}"))?,
            ),
            Some(path) => PathMatch::Part(path.to_owned()),
        };
        Ok(Armed {
            document: self,
            effect,
            path,
            met: 0,
            played: 0,
        })
    }

    fn effect(&self) -> Result<Effect, String> {
        let by = self.by.unwrap_or(1);
        Ok(match self.kind {
            Kind::Latency => Effect::Latency(self.milliseconds(100)),
            Kind::Error => match self.status.unwrap_or(503) {
                status @ 400..=599 => Effect::Error(status),
                other => return Err(format!("`status` is from 400 to 599, not {other}")),
            },
            Kind::TooManyRequests => Effect::TooManyRequests(self.retry_after_text()?),
            Kind::ResetBeforeCommit => Effect::ResetBeforeCommit,
            Kind::ResetAfterCommit => Effect::ResetAfterCommit,
            Kind::HalfBody => Effect::HalfBody,
            Kind::SlowBody => Effect::SlowBody {
                bytes: usize::try_from(self.bytes.unwrap_or(64))
                    .unwrap_or(usize::MAX)
                    .max(1),
                pause: self.milliseconds(20),
            },
            Kind::LoginPage => Effect::LoginPage,
            Kind::Redirect => Effect::Redirect(
                self.location
                    .clone()
                    .unwrap_or_else(|| "https://elsewhere.example/sign-in".to_owned()),
            ),
            Kind::ShiftingPages => Effect::ShiftingPages(by),
            Kind::WrongTotal => Effect::WrongTotal(by),
            Kind::WrongOrganisation => Effect::WrongOrganisation(
                self.organisation
                    .clone()
                    .unwrap_or_else(|| "99999999".to_owned()),
            ),
            Kind::DuplicatePage => Effect::DuplicatePage,
            Kind::LateAppearance => Effect::LateAppearance {
                reads: match (self.calls, self.seconds) {
                    (Some(calls), _) => calls,
                    (None, Some(_)) => 0,
                    (None, None) => 3,
                },
                time: Duration::try_from_secs_f64(self.seconds.unwrap_or(0.0))
                    .map_err(|error| format!("`seconds`: {error}"))?,
            },
            Kind::HugeBody => Effect::HugeBody(self.bytes.unwrap_or(10 << 30)),
        })
    }

    fn milliseconds(&self, usual: u64) -> Duration {
        Duration::from_millis(self.ms.unwrap_or(usual))
    }

    fn retry_after_text(&self) -> Result<String, String> {
        match &self.retry_after {
            None => Ok("1".to_owned()),
            Some(Value::Number(seconds)) => Ok(seconds.to_string()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err("`retry_after` is a number of seconds or a text".to_owned()),
        }
    }

    /// A parameter that its kind has no use for is a mistake in the test that sent it.
    fn check_parameters(&self) -> Result<(), String> {
        let Self {
            matching: _,
            kind,
            rate: _,
            seed: _,
            times: _,
            ms,
            status,
            retry_after,
            by,
            organisation,
            location,
            calls,
            seconds,
            bytes,
        } = self;
        let given = [
            ("ms", ms.is_some()),
            ("status", status.is_some()),
            ("retry_after", retry_after.is_some()),
            ("by", by.is_some()),
            ("organisation", organisation.is_some()),
            ("location", location.is_some()),
            ("calls", calls.is_some()),
            ("seconds", seconds.is_some()),
            ("bytes", bytes.is_some()),
        ];
        let known: &[&str] = match kind {
            Kind::Latency => &["ms"],
            Kind::Error => &["status"],
            Kind::TooManyRequests => &["retry_after"],
            Kind::SlowBody => &["bytes", "ms"],
            Kind::Redirect => &["location"],
            Kind::ShiftingPages | Kind::WrongTotal => &["by"],
            Kind::WrongOrganisation => &["organisation"],
            Kind::LateAppearance => &["calls", "seconds"],
            Kind::HugeBody => &["bytes"],
            Kind::ResetBeforeCommit
            | Kind::ResetAfterCommit
            | Kind::HalfBody
            | Kind::LoginPage
            | Kind::DuplicatePage => &[],
        };
        given
            .iter()
            .find(|(name, is_given)| *is_given && !known.contains(name))
            .map_or(Ok(()), |(name, _)| {
                Err(format!("`{name}` does not go with this kind of fault"))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> String {
        serde_json::from_str::<FaultDocument>(json)
            .unwrap()
            .arm()
            .unwrap_err()
    }

    #[test]
    fn a_fault_that_makes_no_sense_is_refused() {
        assert_eq!(
            refusal(r#"{"kind": "error", "ms": 5}"#),
            "`ms` does not go with this kind of fault"
        );
        assert_eq!(
            refusal(r#"{"kind": "error", "status": 200}"#),
            "`status` is from 400 to 599, not 200"
        );
        assert_eq!(
            refusal(r#"{"kind": "half-body", "rate": 2}"#),
            "`rate` is from 0 to 1, not 2"
        );
        assert!(refusal(r#"{"kind": "error", "match": {"path": "a[*"}}"#).contains("glob"));
        assert!(refusal(r#"{"kind": "late-appearance", "seconds": -1}"#).contains("seconds"));
        assert!(serde_json::from_str::<FaultDocument>(r#"{"kind": "eror"}"#).is_err());
    }
}
