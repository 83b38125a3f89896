//! What of a group's members is still to be written, and the bodies that write it. Pure.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::api::Operation;
use super::resource::{Member, Resource};
use crate::model::name::canonical;
use crate::model::plan::AccountRef;

/// What is still to be written of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    /// Accounts that are not members and are to be: places in `give`.
    pub(super) give: Vec<usize>,
    /// Members that are not to be, as the server lists them.
    pub(super) take: Vec<String>,
}

/// How new members are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    ById,
    ByLogin,
}

/// Compares a group's members with what is wanted. A present member is never given again.
pub(super) fn left(members: &[Member], give: &[AccountRef], take: &[AccountRef]) -> Left {
    let users = || members.iter().filter(|member| !member.nested);
    let ids: BTreeSet<&str> = users().map(|member| member.value.as_str()).collect();
    let logins: BTreeSet<String> = users().map(|member| canonical(&member.value)).collect();
    let present = |account: &AccountRef| {
        let by_id = account
            .id
            .as_ref()
            .is_some_and(|id| ids.contains(id.as_str()));
        by_id || logins.contains(account.login.canonical())
    };
    let taken_ids: BTreeSet<&str> = take
        .iter()
        .filter_map(|account| account.id.as_ref().map(|id| id.as_str()))
        .collect();
    let taken_logins: BTreeSet<&str> = take.iter().map(|one| one.login.canonical()).collect();
    let taken = |member: &&Member| {
        taken_ids.contains(member.value.as_str())
            || taken_logins.contains(canonical(&member.value).as_str())
    };
    let missing = give.iter().enumerate().filter(|(_, one)| !present(one));
    let surplus: BTreeSet<String> = users().filter(taken).map(|one| one.value.clone()).collect();
    Left {
        give: missing.map(|(place, _)| place).collect(),
        take: surplus.into_iter().collect(),
    }
}

/// The values under which accounts are given.
pub(super) fn values(give: &[AccountRef], places: &[usize], naming: Naming) -> Vec<String> {
    let value = |account: &AccountRef| match naming {
        Naming::ById => account.id.as_ref().map(|id| id.as_str().to_owned()),
        Naming::ByLogin => Some(account.login.as_str().to_owned()),
    };
    places
        .iter()
        .filter_map(|place| give.get(*place).and_then(value))
        .collect()
}

fn listed(values: &[String]) -> Value {
    values
        .iter()
        .map(|value| json!({ "value": value }))
        .collect()
}

/// Gives members: an array even for one.
pub(super) fn add(values: &[String]) -> Vec<Operation> {
    vec![Operation {
        op: "add",
        path: Some("members".to_owned()),
        value: Some(listed(values)),
    }]
}

/// Gives members, without a path.
pub(super) fn add_object(values: &[String]) -> Vec<Operation> {
    vec![Operation {
        op: "add",
        path: None,
        value: Some(json!({ "members": listed(values) })),
    }]
}

/// Takes members, each by a path that names it.
pub(super) fn remove_by_path(values: &[String]) -> Vec<Operation> {
    let operation = |value: &String| {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        Operation {
            op: "remove",
            path: Some(format!("members[value eq \"{quoted}\"]")),
            value: None,
        }
    };
    values.iter().map(operation).collect()
}

/// Takes members by a list of values. Never without one: that empties the group in some servers.
pub(super) fn remove_by_values(values: &[String]) -> Vec<Operation> {
    vec![Operation {
        op: "remove",
        path: Some("members".to_owned()),
        value: Some(listed(values)),
    }]
}

/// The members that a group is to have, whole: those that stay as they are listed, groups within
/// the group among them, and the new ones.
pub(super) fn whole(members: &[Member], take: &[String], add: &[String]) -> Value {
    let take: BTreeSet<&str> = take.iter().map(String::as_str).collect();
    let stay = members
        .iter()
        .filter(|member| member.nested || !take.contains(member.value.as_str()))
        .map(|member| match &member.kind {
            Some(kind) => json!({ "value": member.value, "type": kind }),
            None => json!({ "value": member.value }),
        });
    stay.chain(add.iter().map(|value| json!({ "value": value })))
        .collect()
}

/// Writes all members at once.
pub(super) fn replace(members: Value) -> Vec<Operation> {
    vec![Operation {
        op: "replace",
        path: Some("members".to_owned()),
        value: Some(members),
    }]
}

/// The live copy of a group with other members: what beadle does not know of stays.
pub(super) fn group_with(group: &Resource, members: Value) -> Resource {
    let mut whole = group.clone();
    whole.set("members", members);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(value: &str, nested: bool) -> Member {
        Member {
            value: value.into(),
            kind: nested.then(|| "Group".to_owned()),
            nested,
        }
    }

    fn account(id: &str, login: &str) -> AccountRef {
        AccountRef {
            login: login.into(),
            name: "Ada".into(),
            id: Some(id.into()),
            person: None,
        }
    }

    #[test]
    fn members_are_known_by_id_or_by_user_name_and_taken_as_the_server_lists_them() {
        let members = [member("1", false), member("BOB", false), member("3", true)];
        let (ada, bob) = (account("1", "ada"), account("2", "bob"));
        let group = account("3", "group");
        let all = [ada.clone(), bob.clone(), group.clone()];
        let left_of = left(&members, &all, &[]);
        assert_eq!((left_of.give, left_of.take.len()), (vec![2], 0));
        let left_of = left(&members, &[], &all);
        assert_eq!(left_of.take, ["1", "BOB"]);
    }

    #[test]
    fn the_bodies_are_those_of_the_rfc() {
        let told = |operations: Vec<Operation>| serde_json::to_string(&operations).unwrap();
        let one = ["a\"b".to_owned()];
        insta::assert_snapshot!(told(add(&one)), @r#"[{"op":"add","path":"members","value":[{"value":"a\"b"}]}]"#);
        insta::assert_snapshot!(told(add_object(&one)), @r#"[{"op":"add","value":{"members":[{"value":"a\"b"}]}}]"#);
        insta::assert_snapshot!(told(remove_by_path(&one)), @r#"[{"op":"remove","path":"members[value eq \"a\\\"b\"]"}]"#);
        insta::assert_snapshot!(told(remove_by_values(&one)), @r#"[{"op":"remove","path":"members","value":[{"value":"a\"b"}]}]"#);
        let members = [member("1", false), member("3", true)];
        insta::assert_snapshot!(told(replace(whole(&members, &["1".into(), "3".into()], &one))), @r#"[{"op":"replace","path":"members","value":[{"value":"3","type":"Group"},{"value":"a\"b"}]}]"#);
    }
}
