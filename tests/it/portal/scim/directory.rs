//! A small directory that misbehaves on demand: users, groups, and the ways of servers in the
//! field. Everybody is invented.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::portal::server::{Reply, Seen};

/// How members are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    Both,
    PathOnly,
    ValuesOnly,
    /// A removal takes everybody.
    Everybody,
    /// A yes, and nothing is done by path.
    PathIsHollow,
}

/// The ways of one server. The default has none.
#[derive(Clone, Debug)]
pub(super) struct Quirks {
    pub(super) ignores_count: bool,
    pub(super) ignores_start: bool,
    pub(super) repeats_last_page: bool,
    /// The total that is stated, whatever there is.
    pub(super) states: Option<u64>,
    /// Pages above this size are refused.
    pub(super) largest_page: Option<u64>,
    pub(super) ignores_filter: bool,
    pub(super) no_discovery: bool,
    /// Members are listed, and only known, by user name.
    pub(super) members_are_logins: bool,
    pub(super) list_hides_members: bool,
    pub(super) never_shows_members: bool,
    pub(super) users_show_groups: bool,
    pub(super) removal: Removal,
    pub(super) patch_refused: bool,
    pub(super) put_keeps_members: bool,
    pub(super) put_refused: bool,
    /// Most members in one call.
    pub(super) most_members: usize,
    /// A replacement of members does only so many changes.
    pub(super) replaces_only: usize,
    pub(super) tags: bool,
    /// Every change needs the present tag.
    pub(super) needs_tag: bool,
    pub(super) html_errors: bool,
    /// Writes are answered with 500 so many times, before they are carried out.
    pub(super) fails_before: usize,
    /// The same, after they were carried out.
    pub(super) fails_after: usize,
    /// Answers 429 so many times.
    pub(super) throttles: usize,
    /// A yes, and `active` stays.
    pub(super) active_is_hollow: bool,
    /// Only a value without a path changes `active`.
    pub(super) active_by_object: bool,
    /// User names that are taken by accounts nobody sees.
    pub(super) hidden: Vec<String>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            ignores_count: false,
            ignores_start: false,
            repeats_last_page: false,
            states: None,
            largest_page: None,
            ignores_filter: false,
            no_discovery: false,
            members_are_logins: false,
            list_hides_members: false,
            never_shows_members: false,
            users_show_groups: false,
            removal: Removal::Both,
            patch_refused: false,
            put_keeps_members: false,
            put_refused: false,
            most_members: usize::MAX,
            replaces_only: usize::MAX,
            tags: false,
            needs_tag: false,
            html_errors: false,
            fails_before: 0,
            fails_after: 0,
            throttles: 0,
            active_is_hollow: false,
            active_by_object: false,
            hidden: Vec::new(),
        }
    }
}

struct State {
    quirks: Quirks,
    users: Vec<Value>,
    groups: Vec<(String, String, Vec<String>)>,
    version: u64,
}

/// The directory; clones are the same one.
#[derive(Clone)]
pub(super) struct Directory(Arc<Mutex<State>>);

impl Directory {
    /// So many users, `u0` and on, and the two groups of the tests.
    pub(super) fn with_users(count: usize, quirks: Quirks) -> Self {
        let user = |number: usize| {
            json!({
                "id": format!("u{number}"), "userName": format!("m{number}@north.example"),
                "displayName": format!("Member {number}"), "active": true, "x:note": "kept",
                "emails": [{"value": format!("m{number}@north.example"), "primary": true}],
            })
        };
        let groups = [("g1", "Finance"), ("g2", "Administrators")];
        Self(Arc::new(Mutex::new(State {
            quirks,
            users: (0..count).map(user).collect(),
            groups: groups
                .map(|(id, name)| (id.to_owned(), name.to_owned(), Vec::new()))
                .to_vec(),
            version: 1,
        })))
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Quirks)) {
        change(&mut self.0.lock().unwrap().quirks);
    }

    pub(super) fn add_user(&self, user: Value) {
        self.0.lock().unwrap().users.push(user);
    }

    pub(super) fn add_group(&self, id: &str, name: &str) {
        let group = (id.to_owned(), name.to_owned(), Vec::new());
        self.0.lock().unwrap().groups.push(group);
    }

    /// Users of these numbers are members of Finance.
    pub(super) fn seed(&self, numbers: impl IntoIterator<Item = usize>) {
        let mut state = self.0.lock().unwrap();
        let logins = state.quirks.members_are_logins;
        let value = |number| match logins {
            true => format!("M{number}@north.example"),
            false => format!("u{number}"),
        };
        state.groups[0].2 = numbers.into_iter().map(value).collect();
    }

    /// The members of Finance, sorted.
    pub(super) fn members(&self) -> Vec<String> {
        let mut members = self.0.lock().unwrap().groups[0].2.clone();
        members.sort();
        members
    }

    pub(super) fn user(&self, id: &str) -> Value {
        let state = self.0.lock().unwrap();
        let mut users = state.users.iter();
        users.find(|user| user["id"] == id).cloned().unwrap()
    }

    pub(super) fn answer(&self, seen: &Seen) -> Reply {
        self.0.lock().unwrap().answer(seen)
    }
}

fn error(quirks: &Quirks, status: u16, detail: &str) -> Reply {
    if quirks.html_errors {
        return Reply::text(
            status,
            "text/html",
            &format!("<html><h1>{detail}</h1>\r\n</html>"),
        );
    }
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": detail, "status": status.to_string()});
    Reply::text(status, "application/scim+json", &body.to_string())
}

fn good(status: u16, body: &Value) -> Reply {
    Reply::text(
        status,
        "application/scim+json;charset=utf-8",
        &body.to_string(),
    )
}

impl State {
    fn answer(&mut self, seen: &Seen) -> Reply {
        let quirks = self.quirks.clone();
        let said = seen.header("authorization").unwrap();
        if !said.starts_with("Bearer ") {
            return error(&quirks, 401, "no token");
        }
        if quirks.throttles > 0 {
            self.quirks.throttles -= 1;
            return error(&quirks, 429, "slowly").header("Retry-After", "0");
        }
        let path = seen.path().trim_matches('/').to_owned();
        let parts: Vec<&str> = path.split('/').collect();
        let writing = seen.method != "GET";
        if writing && quirks.fails_before > 0 {
            self.quirks.fails_before -= 1;
            return error(&quirks, 500, "database is locked");
        }
        let reply = match (seen.method.as_str(), parts.as_slice()) {
            ("GET", ["ServiceProviderConfig" | "Schemas"]) if quirks.no_discovery => {
                Reply::text(404, "text/html", "<html>no such page</html>")
            }
            ("GET", ["ServiceProviderConfig"]) => {
                let on = |on: bool| json!({"supported": on});
                good(
                    200,
                    &json!({"patch": on(true), "filter": on(true), "etag": on(quirks.tags)}),
                )
            }
            ("GET", ["Schemas"]) => good(200, &json!({"totalResults": 0, "Resources": []})),
            ("GET", ["Users"]) => {
                let users = self.users.iter().map(|user| self.shown(user)).collect();
                self.page(seen, users)
            }
            ("GET", ["Groups"]) => {
                let count = self.groups.len();
                let groups = (0..count).map(|at| self.group(at, quirks.list_hides_members));
                self.page(seen, groups.collect())
            }
            ("GET", [kind, id]) => match self.one(kind, id) {
                Some(found) if quirks.tags => {
                    good(200, &found).header("ETag", &format!("W/\"{}\"", self.version))
                }
                Some(found) => good(200, &found),
                None => error(&quirks, 404, "not found"),
            },
            ("POST", ["Users"]) => self.create(seen),
            ("PATCH" | "PUT", [kind, id]) => {
                let sent = seen.header("if-match").map(str::to_owned);
                let present = format!("W/\"{}\"", self.version);
                let other = sent.as_ref().is_some_and(|tag| *tag != present);
                if quirks.tags && (other || quirks.needs_tag && sent.is_none()) {
                    return error(&quirks, if other { 412 } else { 428 }, "version");
                }
                let body: Value = serde_json::from_str(&seen.body).unwrap();
                self.version += 1;
                match (seen.method.as_str(), *kind) {
                    ("PATCH", _) if quirks.patch_refused => error(&quirks, 501, "no PATCH"),
                    ("PATCH", kind) => self.patch(kind, id, &body),
                    (_, kind) => self.put(kind, id, &body),
                }
            }
            _ => error(&quirks, 404, "no such path"),
        };
        if writing && quirks.fails_after > 0 {
            self.quirks.fails_after -= 1;
            return error(&quirks, 500, "lost on the way back");
        }
        reply
    }

    fn shown(&self, user: &Value) -> Value {
        let mut user = user.clone();
        if self.quirks.users_show_groups {
            let id = user["id"].as_str().unwrap().to_owned();
            let holds = |group: &&(String, String, Vec<String>)| group.2.contains(&id);
            let groups = self.groups.iter().filter(holds);
            user["groups"] = groups.map(|group| json!({"value": group.0})).collect();
        }
        user
    }

    fn group(&self, at: usize, hidden: bool) -> Value {
        let (id, name, members) = &self.groups[at];
        let mut group = json!({"id": id, "displayName": name, "x:kept": 1});
        if !hidden && !self.quirks.never_shows_members {
            group["members"] = members
                .iter()
                .map(|value| json!({"value": value}))
                .collect();
        }
        group
    }

    fn one(&self, kind: &str, id: &str) -> Option<Value> {
        if kind == "Users" {
            let user = self.users.iter().find(|user| user["id"] == id)?;
            return Some(self.shown(user));
        }
        let at = self.groups.iter().position(|group| group.0 == id)?;
        Some(self.group(at, false))
    }

    fn page(&self, seen: &Seen, mut rows: Vec<Value>) -> Reply {
        // The ways of a list are those of the users'.
        let plain = Quirks::default();
        let quirks = match seen.path().ends_with("/Users") {
            true => &self.quirks,
            false => &plain,
        };
        if let (Some(filter), false) = (seen.query("filter"), quirks.ignores_filter) {
            rows.retain(|row| {
                let login = row["userName"].as_str().unwrap_or_default().to_lowercase();
                filter.to_lowercase().contains(&login.replace('@', "%40"))
            });
        }
        let total = rows.len();
        let number = |name| seen.query(name).and_then(|text| text.parse::<usize>().ok());
        if quirks
            .largest_page
            .is_some_and(|most| number("count").unwrap_or(0) as u64 > most)
        {
            return error(quirks, 400, "count is too large");
        }
        let start = if quirks.ignores_start {
            1
        } else {
            number("startIndex").unwrap_or(1)
        };
        let count = if quirks.ignores_count {
            usize::MAX
        } else {
            number("count").unwrap_or(20)
        };
        let mut from = start - 1;
        if quirks.repeats_last_page && from >= total {
            from = total.saturating_sub(count.min(total));
        }
        let rows: Vec<Value> = rows.into_iter().skip(from).take(count.min(100)).collect();
        let total = quirks.states.unwrap_or(total as u64);
        good(
            200,
            &json!({"totalResults": total, "startIndex": start, "Resources": rows}),
        )
    }

    fn create(&mut self, seen: &Seen) -> Reply {
        let mut user: Value = serde_json::from_str(&seen.body).unwrap();
        let login = user["userName"].as_str().unwrap().to_lowercase();
        let same = |user: &Value| user["userName"].as_str().unwrap().to_lowercase() == login;
        if self.users.iter().any(same) || self.quirks.hidden.contains(&login) {
            return error(&self.quirks, 409, "taken");
        }
        user["id"] = format!("u{}", self.users.len()).into();
        self.users.push(user.clone());
        good(201, &user)
    }

    fn patch(&mut self, kind: &str, id: &str, body: &Value) -> Reply {
        for operation in body["Operations"].as_array().unwrap() {
            let refused = match kind {
                "Users" => self.patch_user(id, operation),
                _ => self.patch_group(id, operation),
            };
            if let Some(refused) = refused {
                return refused;
            }
        }
        Reply::empty(204)
    }

    fn patch_user(&mut self, id: &str, operation: &Value) -> Option<Reply> {
        let quirks = self.quirks.clone();
        let user = self.users.iter_mut().find(|user| user["id"] == id)?;
        let mut set = |name: &str, value: &Value, by_object: bool| {
            let hollow = quirks.active_is_hollow || quirks.active_by_object && !by_object;
            if name != "active" || !hollow {
                user[name] = value.clone();
            }
        };
        match operation["path"].as_str() {
            Some(path) => set(path, &operation["value"], false),
            None => {
                let values = operation["value"].as_object().unwrap();
                values
                    .iter()
                    .for_each(|(name, value)| set(name, value, true));
            }
        }
        None
    }

    fn patch_group(&mut self, id: &str, operation: &Value) -> Option<Reply> {
        let quirks = self.quirks.clone();
        let known: Vec<String> = self
            .users
            .iter()
            .map(|user| match quirks.members_are_logins {
                true => user["userName"].as_str().unwrap().to_lowercase(),
                false => user["id"].as_str().unwrap().to_owned(),
            })
            .collect();
        let group = self.groups.iter_mut().find(|group| group.0 == id)?;
        let values: Vec<String> = operation["value"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect();
        let path = operation["path"].as_str().unwrap_or_default();
        match (operation["op"].as_str().unwrap(), path) {
            ("replace", "displayName") => {}
            ("add", "members") => {
                let folded = |value: &String| match quirks.members_are_logins {
                    true => value.to_lowercase(),
                    false => value.clone(),
                };
                let unknown = values.iter().any(|value| !known.contains(&folded(value)));
                if values.len() > quirks.most_members || unknown {
                    return Some(error(&quirks, 400, "members"));
                }
                assert!(
                    values.iter().all(|value| !group.2.contains(value)),
                    "a present member"
                );
                group.2.extend(values);
            }
            ("replace", "members") => {
                let gone = group.2.iter().filter(|value| !values.contains(value));
                let gone: Vec<String> = gone.take(quirks.replaces_only).cloned().collect();
                group.2.retain(|value| !gone.contains(value));
            }
            ("remove", "members") => match quirks.removal {
                Removal::PathOnly => return Some(error(&quirks, 400, "name them by path")),
                Removal::Everybody => group.2.clear(),
                _ if values.is_empty() => group.2.clear(),
                _ => group.2.retain(|value| !values.contains(value)),
            },
            ("remove", path) => match quirks.removal {
                Removal::ValuesOnly => return Some(error(&quirks, 501, "no filter in paths")),
                Removal::Everybody => group.2.clear(),
                Removal::PathIsHollow => {}
                _ => group
                    .2
                    .retain(|value| path != format!("members[value eq \"{value}\"]")),
            },
            _ => return Some(error(&quirks, 400, "operation")),
        }
        None
    }

    fn put(&mut self, kind: &str, id: &str, body: &Value) -> Reply {
        let quirks = self.quirks.clone();
        if quirks.put_refused {
            return error(&quirks, 405, "no PUT");
        }
        if kind == "Users" {
            let user = self.users.iter_mut().find(|user| user["id"] == id).unwrap();
            *user = body.clone();
            return good(200, body);
        }
        if !quirks.put_keeps_members {
            let members = body["members"].as_array().unwrap();
            let values = members
                .iter()
                .map(|member| member["value"].as_str().unwrap().to_owned());
            let group = self.groups.iter_mut().find(|group| group.0 == id).unwrap();
            group.2 = values.collect();
        }
        good(200, body)
    }
}
