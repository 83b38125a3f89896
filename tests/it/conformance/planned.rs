//! A plan as the program prints it for other programs, and what tests ask of it.

use serde_json::Value;

/// A plan as JSON.
pub(super) struct Planned(pub(super) Value);

impl Planned {
    /// What the units of the plan hold of a kind.
    fn all(&self, what: &'static str) -> impl Iterator<Item = &Value> {
        let units = self.0["units"].as_array().unwrap();
        units
            .iter()
            .flat_map(move |unit| unit[what].as_array().unwrap())
    }

    /// Its actions: kind, key and area.
    pub(super) fn actions(&self) -> Vec<String> {
        self.all("actions")
            .map(|action| {
                let text = |field: &str| action[field].as_str().unwrap_or_default().to_owned();
                let line = format!("{} {} {}", text("kind"), text("name"), text("area"));
                line.trim_end().to_owned()
            })
            .collect()
    }

    /// How many actions of a kind.
    pub(super) fn count(&self, kind: &str) -> u64 {
        self.0["summary"]["actions"][kind].as_u64().unwrap()
    }

    /// Whether the first action of a kind can be undone.
    pub(super) fn reversible(&self, kind: &str) -> bool {
        let action = self.all("actions").find(|action| action["kind"] == kind);
        action.unwrap()["reversible"].as_bool().unwrap()
    }

    /// The login ids of the actions that cannot be undone.
    pub(super) fn irreversible(&self) -> Vec<String> {
        self.all("actions")
            .filter(|action| action["reversible"] == false)
            .map(|action| action["account"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(super) fn number(&self, what: &str) -> u64 {
        self.0["summary"][what].as_u64().unwrap()
    }

    /// The kinds of its manual steps.
    pub(super) fn manual(&self) -> Vec<String> {
        self.all("manual")
            .map(|step| step["kind"].as_str().unwrap().to_owned())
            .collect()
    }
}
