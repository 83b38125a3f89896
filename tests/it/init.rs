//! `beadle init`, through the program: here `--codeowners`, below it new projects.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::{beadle, copy, err, out, repository};

mod project;
#[cfg(unix)]
mod questions;

const SCHOOL: &str = "organisation: ID\nname: ID School\nportals: { hfl: NUMBER }\n";

/// A trust of three schools: two name their owners, the third has none.
fn trust(below: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(below);
    write(
        &root.join("beadle.yaml"),
        "version: 1\nowners: [\"@saltmarsh/access\"]\nportals: { hfl: { driver: hfl, via: worklist, snapshots: seen/hfl, terms_accepted_by: M } }\norganisations: [schools/*.yaml]\n",
    );
    let schools = [
        (
            "oakfield",
            "owners: [\"@saltmarsh/oakfield\", head@oakfield.example]\n",
        ),
        ("elm", "owners: [\"@elm\"]\n"),
        ("ash", ""),
    ];
    for (number, (id, owners)) in schools.into_iter().enumerate() {
        let text = SCHOOL
            .replace("ID", id)
            .replace("NUMBER", &format!("850200{number}"));
        write(
            &root.join(format!("schools/{id}.yaml")),
            &format!("{text}{owners}"),
        );
    }
    folder
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn init(folder: &Path, more: &[&str]) -> Output {
    beadle(folder)
        .args(["init", "--codeowners"])
        .args(more)
        .output()
        .unwrap()
}

const TEMPLATE: [&str; 2] = ["--owners", "@saltmarsh/{organisation}"];

fn succeeds(output: &Output) -> String {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        out(output),
        err(output)
    );
    out(output)
}

fn fails(output: &Output) -> String {
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}{}",
        out(output),
        err(output)
    );
    err(output)
}

#[test]
fn one_line_a_school_and_everything_else_is_the_trust_s() {
    let folder = trust("");
    let root = folder.path();
    fs::create_dir(root.join(".git")).unwrap();
    let said = succeeds(&init(root, &TEMPLATE));
    assert!(said.ends_with(": 3 organisations\n"), "{said}");
    assert!(said.contains("+ /schools/oakfield.yaml\n"), "{said}");
    let file = root.join(".github/CODEOWNERS");
    let text = fs::read_to_string(&file).unwrap();
    insta::assert_snapshot!(text, @r"
    # beadle: begin (written by `beadle init --codeowners`; edit outside of these lines)
    * @saltmarsh/access
    /beadle.yaml @saltmarsh/access
    /live/ @saltmarsh/access
    /schools/ @saltmarsh/access
    /seen/hfl/ @saltmarsh/access
    /.github/ @saltmarsh/access
    /schools/ash.yaml @saltmarsh/ash
    /schools/elm.yaml @elm
    /schools/oakfield.yaml @saltmarsh/oakfield head@oakfield.example
    # beadle: end
    ");

    // Again: the same, and nothing is said to change.
    let again = succeeds(&init(root, &TEMPLATE));
    assert!(again.contains("is up to date: 3 organisations"), "{again}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    succeeds(&init(root, &["--check", TEMPLATE[0], TEMPLATE[1]]));
}

#[test]
fn a_check_fails_on_what_has_changed_and_writes_nothing() {
    let folder = trust("");
    let root = folder.path();
    let check = [&["--check"], &TEMPLATE[..]].concat();
    fails(&init(root, &check));
    assert!(!root.join(".github").exists());
    succeeds(&init(root, &TEMPLATE));
    let file = root.join(".github/CODEOWNERS");
    let before = fs::read_to_string(&file).unwrap();
    let path = root.join("schools/elm.yaml");
    let elm = fs::read_to_string(&path).unwrap();
    fs::write(&path, elm.replace("@elm", "@saltmarsh/elms")).unwrap();
    fs::remove_file(root.join("schools/ash.yaml")).unwrap();
    let output = init(root, &check);
    assert!(fails(&output).contains("is out of date"));
    assert_eq!(out(&output), "~ /schools/elm.yaml\n- /schools/ash.yaml\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    succeeds(&init(root, &TEMPLATE));
    succeeds(&init(root, &check));
}

#[test]
fn lines_of_others_are_kept_and_the_file_that_is_there_is_used() {
    let folder = trust("");
    let root = folder.path();
    write(&root.join("docs/CODEOWNERS"), "# ours\n/docs/ @writers");
    let output = init(root, &TEMPLATE);
    succeeds(&output);
    assert!(err(&output).contains("no `*` is added"), "{}", err(&output));
    assert!(!root.join(".github").exists());
    let text = fs::read_to_string(root.join("docs/CODEOWNERS")).unwrap();
    assert!(
        text.starts_with("# ours\n/docs/ @writers\n\n# beadle: begin"),
        "{text}"
    );
    assert!(
        !text.contains("\n* "),
        "the rules before say who owns the rest: {text}"
    );
    assert!(
        text.contains("\n/docs/CODEOWNERS @saltmarsh/access\n"),
        "{text}"
    );
    write(
        &root.join("docs/CODEOWNERS"),
        &format!("{text}/schools/elm.yaml @mallory\n"),
    );
    write(
        &root.join("schools/elm.yaml"),
        &SCHOOL.replace("ID", "elm").replace("NUMBER", "8502001"),
    );
    let output = init(root, &TEMPLATE);
    assert_eq!(
        succeeds(&output).lines().next(),
        Some("~ /schools/elm.yaml")
    );
    assert!(
        err(&output).contains("1 rule comes after beadle's lines"),
        "{}",
        err(&output)
    );
    let text = fs::read_to_string(root.join("docs/CODEOWNERS")).unwrap();
    assert!(
        text.ends_with("# beadle: end\n/schools/elm.yaml @mallory\n"),
        "{text}"
    );
    assert!(
        text.contains("\n/schools/elm.yaml @saltmarsh/elm\n"),
        "{text}"
    );
}

#[test]
fn a_project_in_a_folder_of_a_repository_owns_that_folder() {
    let folder = trust("access/trust a");
    let root = folder.path();
    fs::create_dir(root.join(".git")).unwrap();
    succeeds(&init(&root.join("access/trust a"), &TEMPLATE));
    let text = fs::read_to_string(root.join(".github/CODEOWNERS")).unwrap();
    for line in [
        "/access/trust\\ a/ @saltmarsh/access",
        "/access/trust\\ a/beadle.yaml @saltmarsh/access",
        "/access/trust\\ a/seen/hfl/ @saltmarsh/access",
        "/access/trust\\ a/schools/ash.yaml @saltmarsh/ash",
        "/.github/ @saltmarsh/access",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}: {text}");
    }
    assert!(!text.contains("\n* "), "{text}");
    let again = succeeds(&init(root, &[&["access/trust a"], &TEMPLATE[..]].concat()));
    assert!(again.contains("up to date"), "{again}");
    let own = root.join("elsewhere/OWNERS");
    succeeds(&init(
        root,
        &[
            &["access/trust a", "--out", "elsewhere/OWNERS"],
            &TEMPLATE[..],
        ]
        .concat(),
    ));
    let text = fs::read_to_string(own).unwrap();
    assert!(
        text.contains("\n/elsewhere/OWNERS @saltmarsh/access\n"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_written_is_said() {
    let folder = trust("");
    let root = folder.path();
    let none = fails(&init(root, &[]));
    assert!(
        none.contains("`ash` has no owner: write `owners` in the organisation's file"),
        "{none}"
    );
    let wrong = fails(&init(root, &["--owners", "saltmarsh/{organisation}"]));
    assert!(wrong.contains("`saltmarsh/ash` is no owner"), "{wrong}");
    let wrong = fails(&init(root, &["--owners", "@saltmarsh/{org}"]));
    assert!(wrong.contains("`@saltmarsh/{org}` is no owner"), "{wrong}");
    let wrong = fails(&init(
        root,
        &["--trust-owners", "trust", TEMPLATE[0], TEMPLATE[1]],
    ));
    assert!(
        wrong.contains("`--trust-owners`: `trust` is no owner"),
        "{wrong}"
    );

    write(&root.join("CODEOWNERS"), "* @all\n# beadle: begin\n");
    let wrong = fails(&init(root, &TEMPLATE));
    assert!(
        wrong.contains("line 2: `# beadle: begin` without an end"),
        "{wrong}"
    );
    assert_eq!(
        fs::read_to_string(root.join("CODEOWNERS")).unwrap(),
        "* @all\n# beadle: begin\n"
    );
    fs::remove_file(root.join("CODEOWNERS")).unwrap();

    fs::rename(
        root.join("schools/elm.yaml"),
        root.join("schools/elm[1]#.yaml"),
    )
    .unwrap();
    let wrong = fails(&init(root, &TEMPLATE));
    assert!(
        wrong.contains("`schools/elm[1]#.yaml` holds `[`"),
        "{wrong}"
    );
    assert!(!root.join(".github").exists());

    let text = fs::read_to_string(root.join("beadle.yaml")).unwrap();
    write(
        &root.join("beadle.yaml"),
        &text.replace("owners: [\"@saltmarsh/access\"]\n", ""),
    );
    fs::rename(
        root.join("schools/elm[1]#.yaml"),
        root.join("schools/elm.yaml"),
    )
    .unwrap();
    let wrong = fails(&init(root, &TEMPLATE));
    assert!(
        wrong.contains("nobody owns the project file and everything else"),
        "{wrong}"
    );
    succeeds(&init(
        root,
        &[
            "--trust-owners",
            "@a/b c@d.example",
            TEMPLATE[0],
            TEMPLATE[1],
        ],
    ));
    let text = fs::read_to_string(root.join(".github/CODEOWNERS")).unwrap();
    assert!(text.contains("\n* @a/b c@d.example\n"), "{text}");
}

#[test]
fn owners_that_are_none_are_named_with_their_line() {
    let folder = trust("");
    let root = folder.path();
    let path = root.join("schools/elm.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("@elm", "elm\\n* @mallory")).unwrap();
    let wrong = fails(&beadle(root).args(["validate"]).output().unwrap());
    assert!(wrong.contains("error[owner]"), "{wrong}");
    assert!(wrong.contains("schools/elm.yaml:4:10"), "{wrong}");
    let inline = "version: 1\nportals: { hfl: { driver: hfl, via: worklist, terms_accepted_by: M } }\norganisations: { elm: { name: Elm, portals: { hfl: 8502001 }, owners: [\"@elm\"] } }\n";
    write(&root.join("beadle.yaml"), inline);
    let output = beadle(root)
        .args(["init", "--codeowners", "--trust-owners", "@t"])
        .output()
        .unwrap();
    succeeds(&output);
    assert!(
        err(&output).contains("`elm` has no file of its own for them to own"),
        "{}",
        err(&output)
    );
    let text = fs::read_to_string(root.join(".github/CODEOWNERS")).unwrap();
    assert!(!text.contains("@elm"), "{text}");
}

#[test]
#[cfg(unix)]
fn a_link_is_not_followed() {
    let folder = trust("");
    let root = folder.path();
    write(&root.join("secret"), "kept\n");
    std::os::unix::fs::symlink(root.join("secret"), root.join("CODEOWNERS")).unwrap();
    assert!(fails(&init(root, &TEMPLATE)).contains("a link or a folder"));
    assert_eq!(fs::read_to_string(root.join("secret")).unwrap(), "kept\n");
}

#[test]
fn the_trust_example_needs_no_template() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    let said = succeeds(&init(folder.path(), &[]));
    assert!(said.ends_with(": 8 organisations\n"), "{said}");
    let text = fs::read_to_string(folder.path().join(".github/CODEOWNERS")).unwrap();
    assert!(
        text.contains("\n/schools/gorsewick.yaml @saltmarsh/gorsewick\n"),
        "{text}"
    );
}
