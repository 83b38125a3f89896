//! Whole imports from the shapes that the portals' pages have, against rules made up of their rows.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::model::live::LiveAccount;
use crate::model::rules::{AccountEnd, AdminSet, LoginForm, Rule};

/// The rules of a portal with these login ids and administrators, whose accounts carry no date.
fn rules(login: LoginForm, admin: AdminSet) -> &'static Rules {
    static BASE: OnceLock<Rules> = OnceLock::new();
    let base = BASE.get_or_init(|| *crate::portal::drivers().first().unwrap().rules);
    Box::leak(Box::new(Rules {
        login: Rule::stated(login, "a test"),
        admin: Rule::stated(admin, "a test"),
        account_end: Rule::stated(AccountEnd::ByBeadle, "a test"),
        ..*base
    }))
}

/// Sub accounts by username, no administrators (HFL guide).
fn products() -> &'static Rules {
    rules(LoginForm::Username, AdminSet::None)
}

/// User ids, and an administrator's tick among the services (Hampshire guide).
fn services() -> &'static Rules {
    rules(LoginForm::UserId, AdminSet::Tick)
}

/// Login ids that the portal makes, and administrators by an act (Hwb guide).
fn assigned() -> &'static Rules {
    rules(LoginForm::Assigned, AdminSet::Act)
}

fn file(name: &str, text: &str) -> File {
    File {
        name: name.into(),
        bytes: text.as_bytes().to_vec(),
    }
}

fn given(rules: &'static Rules, table: &str) -> Given<'static> {
    Given {
        rules,
        organisation: "8502001".into(),
        tables: vec![file("users", table)],
        areas: Vec::new(),
        accounts: Vec::new(),
        admins: Vec::new(),
        former: None,
        login_from: LoginFrom::Habit,
        skip_bad_rows: false,
    }
}

fn line(account: &LiveAccount) -> String {
    let areas: Vec<&str> = account.areas.iter().map(AsRef::as_ref).collect();
    let admin = if account.admin { " admin" } else { "" };
    let end = account.expires.map(|day| format!(" until {day}"));
    let active = if account.active { "" } else { " inactive" };
    format!(
        "{} <{}> {}{admin}{active}{} [{}]",
        account.login,
        account.email.as_deref().unwrap_or("-"),
        account.name,
        end.unwrap_or_default(),
        areas.join(" ")
    )
}

fn live(given: &Given<'_>) -> String {
    match gather(given) {
        Ok(gathered) => {
            let accounts = gathered.live.accounts().values();
            accounts.map(line).collect::<Vec<_>>().join("\n")
        }
        Err(faults) => panic!("{}", shown(&faults)),
    }
}

fn shown(faults: &[Fault]) -> String {
    let lines = faults.iter().map(|fault| {
        let help = fault.help.unwrap_or("no way out");
        format!("{fault} ({help})")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn faults(given: &Given<'_>) -> String {
    shown(&gather(given).unwrap_err())
}

const SUB_ACCOUNTS: &str = "My account\nName\tEmail\tCreated\t\t\n\
    Sam Evans\ts.evans@oakfield.example\t08/11/2017 - 10:14\tEdit\tDelete\n\
    Ravi Patel\tr.patel@oakfield.example\t08/11/2017 - 10:16\tEdit\tDelete\n";

/// H9, H13, H14: the list of sub accounts as copied, the list of products and a product's ticks as
/// saved.
#[test]
fn sub_accounts_and_a_products_ticks_add_up() {
    let mut given = given(products(), SUB_ACCOUNTS);
    given.tables.push(file(
        "products",
        "<table><tr><th>Title<th>Permissions<tr><td>DMS portal<td>Edit Permissions\
         <tr><td>Reading scheme (download)<td>Edit Permissions</table>",
    ));
    let ticks =
        "<ul><li><input type=checkbox checked>Sam Evans<li><input type=checkbox>Ravi Patel</ul>";
    given
        .areas
        .push(("dms-portal".to_owned(), Some(file("dms", ticks))));
    insta::assert_snapshot!(live(&given), @r"
    r.patel@oakfield.example <r.patel@oakfield.example> Ravi Patel []
    s.evans@oakfield.example <s.evans@oakfield.example> Sam Evans [dms-portal]
    ");
    let gathered = gather(&given).unwrap();
    let titles: Vec<&str> = gathered
        .live
        .catalogue()
        .values()
        .map(|area| &*area.title)
        .collect();
    assert_eq!(titles, ["DMS portal", "Reading scheme (download)"]);
    assert!(
        gathered
            .notes
            .iter()
            .any(|note| note.contains("reading-scheme-download"))
    );
}

/// H5: an address may be blank in the list; then a login id is asked for and none is guessed.
#[test]
fn a_blank_address_needs_a_login_id() {
    let blank = SUB_ACCOUNTS.replace("r.patel@oakfield.example", "");
    insta::assert_snapshot!(faults(&given(products(), &blank)), @"`users`, row 4: it shows no login id (add a column `Username` to the table, or say where login ids come from: `--login-from email` or `--login-from name`)");
    let mut by_name = given(products(), &blank.replace("Ravi Patel", "8502001admin"));
    by_name.login_from = LoginFrom::Name;
    assert!(live(&by_name).contains("8502001admin <-> 8502001admin"));
    by_name.tables = vec![file("users", &blank)];
    assert!(faults(&by_name).contains("`Ravi Patel` is no login id"));
}

const MANAGE_USERS: &str = "<h1>Manage users</h1><table><thead><tr><th>Name<th>Username<th>Email<th>Phone<th>OTP\
    <th>Delete user</thead><tr><td>Sam Evans<td>SEVANS12<td>s.evans@oakfield.example<td>07700 900123\
    <td><a>Delete OTP number</a><td><a>Delete user</a>\
    <tr><td>Ann Lee<td>a.lee@council.example<td>a.lee@council.example<td>0000000000<td><td></table>";

/// S5, S7, S10, S12: users without their phones, and one user's services with the admin tick.
#[test]
fn a_users_services_are_read_and_phones_go_nowhere() {
    let mut given = given(services(), MANAGE_USERS);
    let ticks = "<h2>Manage user access</h2><table><tr><th>Service<th>Access\
        <tr><td>Schools Intranet<td><input type=checkbox checked>\
        <tr><td>Property<td><input type=checkbox>\
        <tr><td>Organisation Admin<td><input type=checkbox checked></table>";
    given
        .accounts
        .push(("sevans12".to_owned(), file("roles", ticks)));
    insta::assert_snapshot!(live(&given), @r"
    a.lee@council.example <a.lee@council.example> Ann Lee []
    SEVANS12 <s.evans@oakfield.example> Sam Evans admin [schools-intranet]
    ");
    let gathered = format!("{:?}", gather(&given).unwrap());
    assert!(!gathered.contains("900123"), "{gathered}");
}

/// S5: an address is no user id unless somebody says so.
#[test]
fn user_ids_are_asked_for_where_a_list_shows_none() {
    let table = "Name,Email,Phone\nSam Evans,s.evans@oakfield.example,07700 900123\n";
    let mut given = given(services(), table);
    assert!(faults(&given).contains("row 2: it shows no login id"));
    given.login_from = LoginFrom::Email;
    assert!(live(&given).starts_with("s.evans@oakfield.example"));
}

/// W9: administrators are those who can be demoted.
#[test]
fn who_can_be_demoted_is_an_administrator() {
    let page = "<h1>Manage Administrators</h1><table><tr><th>Name<th>Username<th>Email<th>\
        <tr><td>Sam Evans<td>evanss17<td>s@x.example<td><button>Demote</button></table>\
        <table><tr><th>Name<th>Username<th>Email<th>\
        <tr><td>Kit Osei<td>oseik2<td>k@x.example<td><button>Promote</button></table>";
    insta::assert_snapshot!(live(&given(assigned(), page)), @r"
    evanss17 <s@x.example> Sam Evans admin []
    oseik2 <k@x.example> Kit Osei []
    ");
    let users = "Username;Name;Status\nevanss17;Sam Evans;Active\noseik2;Kit Osei;Deactivated\n";
    let mut listed = given(assigned(), users);
    listed.admins.push(file("admins", page));
    insta::assert_snapshot!(live(&listed), @r"
    evanss17 <-> Sam Evans admin []
    oseik2 <-> Kit Osei inactive []
    ");
}

#[test]
fn a_schools_own_list_is_understood_by_plain_headings() {
    let csv = "\u{feff}Forename;Surname;E-mail address;Login;Products;Expires\r\n\
        Zoë;O’Neill;z@oakfield.example;zoneill;\"DMS portal; Reading\";31/08/2027\r\n";
    let given = given(products(), csv);
    insta::assert_snapshot!(live(&given), @"zoneill <z@oakfield.example> Zoë O’Neill [dms-portal reading]");
    // The portal keeps no date: the YAML does.
    assert_eq!(gather(&given).unwrap().until.len(), 1);
}

#[test]
fn every_wrong_row_is_named_in_one_run() {
    let csv = "Name,Email,Username,Expires,Active\n\
        ,a@x.example,a,,\n\
        Bo Lind,b.x.example,b,31/02/2027,perhaps\n\
        Cy\u{202e}Dale,c@x.example,c,,\n\
        Di Moss,d@x.example,same,,\n\
        Ed Moss,e@x.example,SAME,,\n\
        Flo, Moss,f@x.example,f,,yes\n";
    insta::assert_snapshot!(faults(&given(products(), csv)), @r"
    `users`, row 2, column `Name`: the name is blank (write the person's name, or what the shared account is called)
    `users`, row 3, column `Email`: `b.x.example` is no email address (correct it, or leave it blank where the portal shows none)
    `users`, row 3, column `Expires`: `31/02/2027` is no day (write it as 2027-08-31 or 31/08/2027: day, month, year of four digits)
    `users`, row 3, column `Active`: `perhaps` says neither active nor inactive (write active, inactive or locked)
    `users`, row 4, column `Name`: it holds a character that does not show, U+202E (type the cell again, in plain letters)
    `users`, row 6: the login id `SAME` is in `users`, row 5, already (leave one of the rows out; two accounts have two login ids)
    `users`, row 7: it has more cells than there are headings (put quotes around a cell that holds the separator, or add the heading)
    ");
    let mut skipping = given(products(), csv);
    skipping.skip_bad_rows = true;
    assert_eq!(live(&skipping), "same <d@x.example> Di Moss []");
    assert_eq!(gather(&skipping).unwrap().skipped.len(), 7);
}

#[test]
fn a_shifted_phone_number_is_refused_and_not_repeated() {
    for row in [
        "Sam Evans\t07700 900123\tsam",
        "Sam Evans\ts@x.example\t07700 900123",
        "07700 900123\t\tsam",
    ] {
        let said = faults(&given(
            products(),
            &format!("Name\tEmail\tUsername\n{row}\n"),
        ));
        assert!(said.contains("a phone number"), "{said}");
        assert!(!said.contains("900123"), "{said}");
    }
}

#[test]
fn a_name_that_two_accounts_have_is_never_guessed() {
    let table = "Name,Email\nSam Evans,s1@x.example\nSam Evans,s2@x.example\n";
    let mut given = given(products(), table);
    given.areas.push((
        "DMS portal".to_owned(),
        Some(file("ticks", "[x] Sam Evans\n[x] Kit Osei\n")),
    ));
    insta::assert_snapshot!(faults(&given), @r"
    `ticks`, row 1: `Sam Evans` is the name of several accounts (`users` row 2, `users` row 3) (write the login id or the address behind the name, in brackets)
    `ticks`, row 2: `Kit Osei` is ticked, and no list has such an account (save the list of users again, so that both are of the same day)
    ");
    given.areas = vec![(
        "DMS portal".to_owned(),
        Some(file("ticks", "[x] Sam Evans (s2@x.example)\n")),
    )];
    assert!(live(&given).ends_with("s2@x.example <s2@x.example> Sam Evans [dms-portal]"));
}

#[test]
fn a_list_that_says_it_is_longer_is_refused() {
    let page = |rows: &str| format!("Name\tEmail\n{rows}Showing 1 to 1 of 2 entries\n");
    let mut given = given(products(), &page("Sam\ts@x.example\n"));
    assert!(faults(&given).contains("it says that there are 2 users and has 1"));
    given
        .tables
        .push(file("second", &page("Kit\tk@x.example\n")));
    assert_eq!(live(&given).lines().count(), 2);
}

#[test]
fn columns_of_text_are_told_by_where_they_begin() {
    let text = "Name        Email            Username\n\
                Sam Evans   s@x.example      sam\n\
                Kit Osei                     kit\n";
    insta::assert_snapshot!(live(&given(products(), text)), @r"
    kit <-> Kit Osei []
    sam <s@x.example> Sam Evans []
    ");
    let loose = "Name  Email  Username\nSam Evans  s@x.example  sam\nKit Osei  kit\n";
    assert!(
        faults(&given(products(), loose))
            .contains("row 3: its cells do not stand below the headings")
    );
}

/// What the pages do not show stays as the last snapshot has it.
#[test]
fn what_is_not_shown_is_kept() {
    let mut first = given(services(), MANAGE_USERS);
    let ticks = |admin: &str| {
        format!("Service\tAccess\nSchools Intranet\tyes\nOrganisation Admin\t{admin}\n")
    };
    first
        .accounts
        .push(("SEVANS12".to_owned(), file("roles", &ticks("yes"))));
    let former = gather(&first).unwrap().live;
    // No column of login ids: they are found by address. Kit Osei is new, Ann Lee is gone.
    let table =
        "Name,Email,Username\nSam Evans,s.evans@oakfield.example,\nKit Osei,k@x.example,KOSEI3\n";
    let mut second = given(services(), table);
    second.former = Some(&former);
    insta::assert_snapshot!(live(&second), @r"
    KOSEI3 <k@x.example> Kit Osei []
    SEVANS12 <s.evans@oakfield.example> Sam Evans admin [schools-intranet]
    ");
    second
        .accounts
        .push(("Sam Evans".to_owned(), file("roles", &ticks("no"))));
    assert!(live(&second).ends_with("Sam Evans [schools-intranet]"));
}

#[test]
fn an_administrator_where_there_can_be_none_is_a_fault() {
    let table = "Name,Email,Admin\nSam,s@x.example,yes\n";
    assert!(faults(&given(products(), table)).contains("this portal has no such accounts"));
}

#[test]
fn what_is_no_table_is_said_with_the_way_out() {
    for (bytes, part) in [
        (&b"PK\x03\x04xlsx"[..], "save it as CSV"),
        (b"", "no table with headings"),
        (b"<p>Please sign in</p>", "no table with headings"),
        (b"just some words\n", "no table with headings"),
    ] {
        let mut given = given(products(), "");
        given.tables = vec![File {
            name: "x".into(),
            bytes: bytes.to_vec(),
        }];
        let said = faults(&given);
        assert!(said.contains(part), "{said}");
    }
    let mut copied = given(products(), SUB_ACCOUNTS);
    copied.areas.push((
        "DMS".to_owned(),
        Some(file("dms", "Sam Evans\nRavi Patel\n")),
    ));
    assert!(faults(&copied).contains("no ticks can be seen"));
}

/// Pieces of pages, put together at random: more of the reader is reached than by bytes alone.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("<table>"),
        Just("</table>"),
        Just("<tr>"),
        Just("<td colspan=999999999>"),
        Just("<th>"),
        Just("</tr>"),
        Just("Name"),
        Just("Email"),
        Just("\t"),
        Just("  "),
        Just(";"),
        Just(","),
        Just("\""),
        Just("\r\n"),
        Just("<input type=checkbox checked>"),
        Just("<label for=a>"),
        Just("</label>"),
        Just("<script>"),
        Just("</script>"),
        Just("&amp;"),
        Just("&#x0;"),
        Just("s@x.example"),
        Just("[x] "),
        Just("31/08/2027"),
        Just("é"),
        Just("<!--"),
        Just("rowspan"),
        Just("<td rowspan=2>"),
        Just("Showing 1 to 2 of 3"),
        Just("sep=;"),
        Just("=\"1\""),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        soup(),
        soup().prop_map(|mut page| { page.splice(0..0, *b"<p>"); page }),
        soup().prop_map(|mut page| { page.splice(0..0, *b"Name\tEmail\n"); page }),
    ], skip in any::<bool>()) {
        let page = File { name: "x".into(), bytes };
        let mut given = given(services(), "Name,Email,Username\nSam,s@x.example,sam\n");
        given.tables.push(page.clone());
        given.areas.push(("A".to_owned(), Some(page.clone())));
        given.accounts.push(("sam".to_owned(), page.clone()));
        given.admins.push(page);
        given.skip_bad_rows = skip;
        if let Err(faults) = gather(&given) {
            prop_assert!(!faults.is_empty());
        }
    }
}

#[test]
fn a_large_hostile_page_is_read_in_good_time() {
    let deep = "<table><tr><td>".repeat(200_000);
    let wide = format!("<table><tr>{}", "<td colspan=1000>".repeat(200_000));
    let many: String = (0..10_000)
        .map(|n| format!("P{n}\tp{n}@x.example\n"))
        .collect();
    for text in [deep, wide] {
        assert!(faults(&given(products(), &text)).contains("no table"));
    }
    let list = format!("Name\tEmail\n{many}");
    let ticks: String = (0..10_000).map(|n| format!("[x] P{n}\n")).collect();
    let mut given = given(products(), &list);
    given.areas.push(("A".to_owned(), Some(file("a", &ticks))));
    assert_eq!(gather(&given).unwrap().live.accounts().len(), 10_000);
}
