//! Writing members: the form that the server understands, seen to be done.

use super::directory::{Directory, Quirks, Removal};
use super::{access, bench, finance, last_body, list, members, open, tenant, write, writes};
use crate::portal::server::Server;

fn quirks(change: impl FnOnce(&mut Quirks)) -> Quirks {
    let mut quirks = Quirks::default();
    change(&mut quirks);
    quirks
}

/// Writes to a group that holds users 0 to 3 of 8, and answers with what was sent, what came of
/// it, and who is in the group.
async fn outcome(quirks: Quirks, give: &[usize], take: &[usize]) -> String {
    let directory = Directory::with_users(8, quirks);
    directory.seed(0..4);
    let (server, portal) = bench(&directory).await;
    let members_of = |numbers: &[usize]| members(numbers.iter().copied());
    let result = write(&portal, &finance(members_of(give), members_of(take))).await;
    let result = result.map_or_else(|error| error.kind.to_string(), |_| "done".to_owned());
    let sent = writes(&server);
    let present = directory.members().join(" ");
    format!("{}\n{result}\n{present}", sent.join("\n"))
}

/// Rules 8, 9, 13: arrays even for one, and who is there already is not given again.
#[tokio::test]
async fn members_are_given_and_taken_and_nothing_is_sent_twice() {
    let directory = Directory::with_users(8, Quirks::default());
    directory.seed([0, 1]);
    let (server, portal) = bench(&directory).await;
    let both = finance(members([1, 2]), members([0, 3]));
    write(&portal, &both).await.unwrap();
    assert_eq!(directory.members(), ["u1", "u2"]);
    insta::assert_snapshot!(last_body(&server), @r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members[value eq \"u0\"]"}]}"#);
    let before = writes(&server).len();
    write(&portal, &both).await.unwrap();
    assert_eq!(writes(&server).len(), before);
}

/// Rule 9
#[tokio::test]
async fn a_removal_takes_the_form_that_the_server_understands_and_remembers_it() {
    for removal in [Removal::PathOnly, Removal::ValuesOnly] {
        let directory = Directory::with_users(8, quirks(|it| it.removal = removal));
        directory.seed(0..4);
        let (server, portal) = bench(&directory).await;
        write(&portal, &finance(vec![], members([0, 1])))
            .await
            .unwrap();
        assert_eq!(directory.members(), ["u2", "u3"]);
        let before = writes(&server).len();
        write(&portal, &finance(vec![], members([2])))
            .await
            .unwrap();
        assert_eq!(writes(&server).len(), before + 1);
        assert_eq!(directory.members(), ["u3"]);
    }
}

/// Rules 9, 11: a yes that does nothing is tried in the other form.
#[tokio::test]
async fn a_hollow_yes_is_met_with_the_other_form() {
    insta::assert_snapshot!(outcome(quirks(|it| it.removal = Removal::PathIsHollow), &[], &[0]).await, @r"
    PATCH /Groups/g1
    PATCH /Groups/g1
    done
    u1 u2 u3
    ");
}

/// Rule 9: a server that takes everybody is found out at the first call, and they are given back.
#[tokio::test]
async fn a_removal_that_takes_everybody_is_undone_and_told() {
    insta::assert_snapshot!(outcome(quirks(|it| it.removal = Removal::Everybody), &[], &[0]).await, @r"
    PATCH /Groups/g1
    PATCH /Groups/g1
    the portal said yes, and reading shows otherwise (removing some members of area `finance` took all 3 others with them; they were given back)
    u1 u2 u3
    ");
}

/// Rule 8: PUT of the live copy where PATCH is refused; and where PUT keeps members, it is said.
#[tokio::test]
async fn put_comes_only_where_patch_is_refused_and_is_read_back() {
    insta::assert_snapshot!(outcome(quirks(|it| it.patch_refused = true), &[5], &[0]).await, @r"
    PATCH /Groups/g1
    PATCH /Groups/g1
    PATCH /Groups/g1
    PUT /Groups/g1
    done
    u1 u2 u3 u5
    ");
    let keeps = quirks(|it| {
        it.patch_refused = true;
        it.put_keeps_members = true;
    });
    insta::assert_snapshot!(outcome(keeps, &[5], &[]).await, @r"
    PATCH /Groups/g1
    PATCH /Groups/g1
    PATCH /Groups/g1
    PUT /Groups/g1
    the portal said yes, and reading shows otherwise (members given to area `finance` do not show in its group, which may be write-only: 1)
    u0 u1 u2 u3
    ");
}

/// Rule 12
#[tokio::test]
async fn members_that_do_not_show_are_told() {
    let hidden = quirks(|it| {
        it.never_shows_members = true;
        it.put_refused = true;
    });
    let directory = Directory::with_users(2, hidden);
    let server = Server::start({
        let directory = directory.clone();
        move |seen| {
            // A write-only group takes the same member any number of times.
            if seen.method == "PATCH" {
                return crate::portal::server::Reply::empty(204);
            }
            directory.answer(seen)
        }
    })
    .await;
    let portal = open(access(&server.url()));
    let error = write(&portal, &finance(members([1]), vec![]))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"portal `directory`, organisation `north`, PATCH /Groups/g1: the portal said yes, and reading shows otherwise (members given to area `finance` do not show in its group, which may be write-only: 1)");
    assert!(!error.outcome_unknown());
}

/// Rule 9: values are those that the server lists.
#[tokio::test]
async fn user_names_as_members_are_taken_and_given_as_such() {
    let directory = Directory::with_users(5, quirks(|it| it.members_are_logins = true));
    directory.seed([0, 1]);
    let (server, portal) = bench(&directory).await;
    portal.list(&tenant()).await.unwrap();
    write(&portal, &finance(members([2]), members([0])))
        .await
        .unwrap();
    assert_eq!(
        directory.members(),
        ["M1@north.example", "m2@north.example"]
    );
    insta::assert_snapshot!(last_body(&server), @r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members[value eq \"M0@north.example\"]"}]}"#);
    // Without a listing before it, and with an empty group, nobody can know.
    let empty = Directory::with_users(5, quirks(|it| it.members_are_logins = true));
    let (_server, portal) = bench(&empty).await;
    write(&portal, &finance(members([2]), vec![]))
        .await
        .unwrap();
    assert_eq!(empty.members(), ["m2@north.example"]);
}

/// Rule 10
#[tokio::test]
async fn calls_are_made_smaller_until_they_are_taken() {
    let directory = Directory::with_users(300, quirks(|it| it.most_members = 30));
    let (server, portal) = bench(&directory).await;
    write(&portal, &finance(members(0..250), vec![]))
        .await
        .unwrap();
    assert_eq!(directory.members().len(), 250);
    let before = writes(&server).len();
    assert!(before <= 20, "{before} calls");
    write(&portal, &finance(members(250..300), vec![]))
        .await
        .unwrap();
    assert_eq!(writes(&server).len(), before + 2);
}

/// Rule 10: one bad member does not keep the others out.
#[tokio::test]
async fn a_member_that_is_refused_leaves_the_others() {
    let directory = Directory::with_users(8, Quirks::default());
    let (_server, portal) = bench(&directory).await;
    let error = write(&portal, &finance(members([1, 2, 99, 3]), vec![]))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"portal `directory`, organisation `north`, PATCH /Groups/g1: the portal answers with 400: members");
    assert_eq!(directory.members(), ["u1", "u2", "u3"]);
}

/// Rule 10: many removals are one replacement, but only under a tag that is known to be honoured.
#[tokio::test]
async fn many_removals_are_one_replacement_under_a_tag_that_works() {
    for (tags, allowed, calls) in [(true, false, 2), (false, true, 1), (false, false, 4)] {
        let directory = Directory::with_users(500, quirks(|it| it.tags = tags));
        directory.seed(0..500);
        let (server, _) = bench(&directory).await;
        let mut access = access(&server.url());
        access.directory.capabilities.replace_members = Some(allowed);
        let portal = open(access);
        write(&portal, &finance(vec![], members(0..400)))
            .await
            .unwrap();
        assert_eq!(directory.members().len(), 100);
        assert_eq!(writes(&server).len(), calls, "{tags} {allowed}");
    }
}

/// Rules 10, 11: a replacement that is half done is finished.
#[tokio::test]
async fn a_replacement_that_is_half_done_is_finished() {
    let half = quirks(|it| {
        it.tags = true;
        it.replaces_only = 350;
    });
    let directory = Directory::with_users(500, half);
    directory.seed(0..500);
    let (_server, portal) = bench(&directory).await;
    write(&portal, &finance(vec![], members(0..400)))
        .await
        .unwrap();
    assert_eq!(directory.members().len(), 100);
}

/// Rule 17: 500s that pass, before and after the call was carried out.
#[tokio::test]
async fn a_failure_is_looked_at_before_anything_is_sent_again() {
    let failing = quirks(|it| {
        it.fails_before = 2;
        it.html_errors = true;
    });
    insta::assert_snapshot!(outcome(failing, &[5], &[]).await, @r"
    PATCH /Groups/g1
    PATCH /Groups/g1
    PATCH /Groups/g1
    done
    u0 u1 u2 u3 u5
    ");
    insta::assert_snapshot!(outcome(quirks(|it| it.fails_after = 1), &[5], &[]).await, @r"
    PATCH /Groups/g1
    done
    u0 u1 u2 u3 u5
    ");
    let lost = outcome(quirks(|it| it.fails_before = 99), &[5], &[]).await;
    let (sent, told) = lost.split_once("\nthe").unwrap();
    assert_eq!(sent, ["PATCH /Groups/g1"; 6].join("\n"));
    insta::assert_snapshot!(told, @r"
     portal answers with 500: database is locked
    u0 u1 u2 u3
    ");
}

/// Rule 10: a server that wants the version tag gets it.
#[tokio::test]
async fn a_version_tag_is_sent_where_it_is_wanted() {
    let wanting = quirks(|it| {
        it.tags = true;
        it.needs_tag = true;
    });
    insta::assert_snapshot!(outcome(wanting, &[5], &[0]).await, @r"
    PATCH /Groups/g1
    PATCH /Groups/g1
    PATCH /Groups/g1
    PATCH /Groups/g1
    done
    u1 u2 u3 u5
    ");
}

/// What the driver wrote is what it reads.
#[tokio::test]
async fn the_administrators_are_a_group_like_any_other() {
    let directory = Directory::with_users(3, Quirks::default());
    let (_server, portal) = bench(&directory).await;
    let promote = beadle::model::plan::Write::AreaSet {
        area: "admins".into(),
        give: members([1]),
        take: vec![],
    };
    write(&portal, &promote).await.unwrap();
    let live = list(&directory).await.unwrap();
    let admins = live.accounts().values().filter(|it| it.admin);
    assert_eq!(admins.map(|it| it.id.as_str()).collect::<Vec<_>>(), ["u1"]);
}
