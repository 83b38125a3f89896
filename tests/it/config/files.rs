//! Which files are read, and which are refused.

use beadle::cli::diagnostics::render;

use super::{Folder, project, shown_of, trust, university};

const SCHOOL: &str = "organisation: oakfield\nname: Oakfield\nportals: { ofs: 10009999 }\n";

fn with_globs(globs: &str) -> Folder {
    let text = university("");
    let head = text.split("organisations:").next().unwrap();
    Folder::new().with("beadle.yaml", format!("{head}organisations: {globs}\n"))
}

#[test]
fn a_project_file_that_is_not_there() {
    insta::assert_snapshot!(shown_of(&Folder::new()), @r"
    error[unreadable]: cannot read `beadle.yaml`: there is no such file
     |
     = help: name the project's folder, or begin one with `beadle init` or `beadle import`
    ");
}

#[test]
fn a_school_is_no_project_and_a_list_no_yaml() {
    let school = format!("{SCHOOL}users: {{ a.khan@oakfield.example: {{ name: Aisha Khan }} }}\n");
    let list = "Name,Email\nAisha Khan,a.khan@oakfield.example\n".repeat(20);
    let folder = Folder::new().with("school.yaml", school);
    let folder = folder.with("list.csv", list);
    let shown = |name: &str| {
        let loaded = beadle::config::load(&folder.path().join(name), &super::rules());
        render(&loaded.diagnostics, &loaded.sources, false)
    };
    insta::assert_snapshot!(shown("school.yaml"), @r"
    error[organisation-file]: this is the file of one organisation, and no project
     --> school.yaml:1:1
      |
    1 | organisation: oakfield
      | ^^^^^^^^^^^^
    2 | name: Oakfield
      |
      = help: name the folder of the project, and `--org oakfield`
    ");
    let said = shown("list.csv");
    let first = said.lines().next().unwrap();
    assert!(first.chars().count() < 110, "{first}");
}

#[test]
fn a_project_file_by_another_name() {
    let folder = Folder::new().with("other.yaml", university(""));
    let path = folder.path().join("other.yaml");
    let loaded = beadle::config::load(&path, &super::rules());
    assert_eq!(loaded.diagnostics, []);
    assert_eq!(loaded.project.unwrap().root(), folder.path());
}

#[test]
fn globs_name_files_below_the_project_in_order() {
    let school = |id: &str| {
        format!(
            "organisation: {id}\nname: X\nportals: {{ ofs: 1000{} }}\n",
            1000 + id.len()
        )
    };
    let folder = with_globs("[\"**/*.yaml\", schools/a.yaml]")
        .with("schools/a.yaml", school("zz"))
        .with("schools/deep/b.yaml", school("y"))
        .with("schools/.hidden/c.yaml", "not: read")
        .with("schools/notes.txt", "not: read");
    let ids: Vec<String> = project(&folder)
        .organisations()
        .map(ToString::to_string)
        .collect();
    assert_eq!(ids, ["y", "zz"]);
}

#[test]
fn a_glob_that_matches_nothing() {
    insta::assert_snapshot!(shown_of(&with_globs("[school/*.yaml]")), @r"
    error[no-match]: `school/*.yaml` matches no file
     --> beadle.yaml:4:17
      |
    3 |   ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
    4 | organisations: [school/*.yaml]
      |                 ^^^^^^^^^^^^^
      |
      = help: paths are relative to the folder of the project file
    ");
}

#[test]
fn globs_that_leave_the_folder() {
    insta::assert_snapshot!(shown_of(&with_globs("[../schools/*.yaml, /etc/*.yaml]")), @r"
    error[outside-project]: `../schools/*.yaml` leaves the project's folder
     --> beadle.yaml:4:17
      |
    3 |   ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
    4 | organisations: [../schools/*.yaml, /etc/*.yaml]
      |                 ^^^^^^^^^^^^^^^^^
      |
      = help: organisation files stand in the folder of the project file, or below it

    error[outside-project]: `/etc/*.yaml` is no path relative to the project's folder
     --> beadle.yaml:4:36
      |
    3 |   ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
    4 | organisations: [../schools/*.yaml, /etc/*.yaml]
      |                                    ^^^^^^^^^^^
      |
      = help: organisation files stand in the folder of the project file, or below it
    ");
}

#[test]
fn a_glob_that_is_no_glob() {
    insta::assert_snapshot!(shown_of(&with_globs("[\"schools/[.yaml\"]")), @r#"
    error[pattern]: `schools/[.yaml` is no pattern: unclosed character class; missing ']'
     --> beadle.yaml:4:17
      |
    3 |   ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
    4 | organisations: ["schools/[.yaml"]
      |                 ^^^^^^^^^^^^^^^^
    "#);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let folder = with_globs("[schools/*.yaml]").with("elsewhere/oakfield.yaml", SCHOOL);
    std::fs::create_dir(folder.path().join("schools")).unwrap();
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(folder.path().join(from), folder.path().join(to)).unwrap();
    };
    link("elsewhere/oakfield.yaml", "schools/oakfield.yaml");
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[symbolic-link]: `schools/*.yaml` meets `oakfield.yaml`, which is a symbolic link
     --> beadle.yaml:4:17
      |
    3 |   ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
    4 | organisations: [schools/*.yaml]
      |                 ^^^^^^^^^^^^^^
      |
      = help: put the file itself into the project's folder
    ");

    let folder = Folder::new().with("real.yaml", university(""));
    std::os::unix::fs::symlink(
        folder.path().join("real.yaml"),
        folder.path().join("beadle.yaml"),
    )
    .unwrap();
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[symbolic-link]: `beadle.yaml` is a symbolic link
     |
     = help: put the file itself into the project's folder
    ");
}

#[test]
fn a_file_that_is_too_large() {
    let text = format!("{}#{}\n", university(""), "x".repeat(8 * 1024 * 1024));
    insta::assert_snapshot!(shown_of(&Folder::new().with("beadle.yaml", text)), @r"
    error[too-large]: `beadle.yaml` is larger than 8 MiB
     |
     = help: split it: one file for each organisation
    ");
}

#[test]
fn a_file_that_is_not_utf_8() {
    let mut text = university("").into_bytes();
    text.extend(b"# caf\xe9\n");
    insta::assert_snapshot!(shown_of(&Folder::new().with("beadle.yaml", text)), @r"
    error[encoding]: `beadle.yaml` is not UTF-8 text: line 8 holds other bytes
     |
     = help: save the file as UTF-8
    ");
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let text = format!("\u{feff}{}", university("admns: []"));
    insta::assert_snapshot!(shown_of(&Folder::new().with("beadle.yaml", text)), @r#"
    error[unknown-key]: unknown key `admns`
     --> beadle.yaml:8:5
      |
    7 |     portals: { ofs: "10009999" }
    8 |     admns: []
      |     ^^^^^
      |
      = help: did you mean `admins`?
    "#);
}

#[test]
fn all_errors_of_all_files_come_in_one_run() {
    let folder = trust("polcy: {}\n", "user: {}\n")
        .with(
            "schools/elm.yaml",
            "organisation: elm\nname: Elm\nportals: { hants: 8502002 }\nadmin: []\n",
        )
        .with("schools/ash.yaml", "a: [\n");
    insta::assert_snapshot!(shown_of(&folder), @r"
    error[unknown-key]: unknown key `polcy`
     --> beadle.yaml:6:1
      |
    5 | organisations: [schools/*.yaml]
    6 | polcy: {}
      | ^^^^^
      |
      = help: did you mean `policy`?

    error[syntax]: unclosed bracket '['
     --> schools/ash.yaml:1:4
      |
    1 | a: [
      |    ^
      |
      = help: look above this place for a `[`, a `{` or a quote that is not closed

    error[unknown-key]: unknown key `admin`
     --> schools/elm.yaml:4:1
      |
    3 | portals: { hants: 8502002 }
    4 | admin: []
      | ^^^^^
      |
      = help: did you mean `admins`?

    error[unknown-key]: unknown key `user`
     --> schools/oakfield.yaml:4:1
      |
    3 | portals: { hants: 8502001, hfl: 8502001 }
    4 | user: {}
      | ^^^^
      |
      = help: did you mean `users`?
    ");
}

#[test]
fn the_project_file_is_no_organisation() {
    let folder = with_globs("[\"*.yaml\"]");
    assert!(shown_of(&folder).contains("error[no-match]"));
    let folder = folder.with("oakfield.yaml", SCHOOL);
    assert_eq!(project(&folder).organisations().count(), 1);
}

#[test]
fn what_is_found_after_a_file_is_closed_shows_its_line_unless_it_has_changed_since() {
    let again = "name: É\norganisation: oakfield\nportals: { hants: 8502003 }\n";
    let folder = trust("", "").with("schools/later.yaml", again);
    let before = folder.load();
    let after = folder.load();
    insta::assert_snapshot!(render(&before.diagnostics, &before.sources, false).trim_end(), @r"
    error[declared-twice]: `oakfield` is declared twice
     --> schools/oakfield.yaml:1:15
      |
    1 | organisation: oakfield
      |               ^^^^^^^^ again here
    2 | name: Oakfield Primary School
      |
     ::: schools/later.yaml:2:15
      |
    1 | name: É
    2 | organisation: oakfield
      |               -------- first here
    3 | portals: { hants: 8502003 }
      |
      = help: upper and lower case make no difference: keep one of them
    ");
    let changed = format!("# {again}");
    let folder = folder.with("schools/oakfield.yaml", changed);
    insta::assert_snapshot!(render(&after.diagnostics, &after.sources, false).trim_end(), @r"
    error[declared-twice]: `oakfield` is declared twice
     --> schools/oakfield.yaml:1:15
      |
     ::: schools/later.yaml:2:15
      |
    1 | name: É
    2 | organisation: oakfield
      |               -------- first here
    3 | portals: { hants: 8502003 }
      |
      = help: upper and lower case make no difference: keep one of them
    ");
    drop(folder);
}
