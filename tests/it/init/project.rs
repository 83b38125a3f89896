//! A new project: what is written validates, plans and teaches, for every driver and forge; nothing
//! that is there is touched, and where something is in the way nothing is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::{beadle, copy, err, out, repository, texts_below};

const DRIVERS: [&str; 5] = ["hampshire", "hfl", "hwb", "ofs", "scim"];
const FORGES: [&str; 3] = ["github", "gitlab", "none"];
const NAME: &str = "Saltmarsh Learning Trust";

fn init(folder: &Path, more: &[&str]) -> Output {
    let mut command = beadle(folder);
    command.args(["init", "new"]).args(more).output().unwrap()
}

/// A new project in the folder `new` of a temporary one.
fn made(more: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = init(folder.path(), &[&["--name", NAME], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    folder
}

fn run(folder: &Path, line: &str) -> (Option<i32>, String) {
    let mut command = beadle(&folder.join("new"));
    let output = command.args(line.split(' ')).output().unwrap();
    (output.status.code(), out(&output) + &err(&output))
}

#[test]
fn every_driver_and_forge_makes_a_project_that_validates_and_plans() {
    for driver in DRIVERS {
        for forge in FORGES {
            let folder = made(&["--portal", driver, "--forge", forge]);
            let what = format!("{driver} {forge}");
            let (code, said) = run(folder.path(), "validate");
            assert_eq!(code, Some(0), "{what}: {said}");
            assert!(said.contains("1 organisation, 0 accounts"), "{said}");
            let (code, said) = run(folder.path(), "plan --sandbox --detailed-exitcode");
            assert_eq!(code, Some(0), "{what}: {said}");
            let written = texts_below(&folder.path().join("new"));
            let ci = |name: &&String| name.contains("workflows/") || name.contains("gitlab-ci");
            let counts = [("github", 4), ("gitlab", 1), ("none", 0)];
            let wanted = counts.iter().find(|(word, _)| *word == forge).unwrap();
            assert_eq!(written.keys().filter(ci).count(), wanted.1, "{what}");
        }
    }
}

/// The comments are lessons: with the marks gone they are a project too.
#[test]
fn the_examples_in_the_comments_validate_and_plan() {
    let all = [
        "--portal",
        "hfl",
        "--portal",
        "hampshire",
        "--portal",
        "hwb",
    ];
    let alone = DRIVERS.iter().map(|driver| vec!["--portal", *driver]);
    for portals in alone.chain([all.to_vec()]) {
        let folder = made(&[&portals[..], &["--forge", "none"]].concat());
        let new = folder.path().join("new");
        let path = new.join("organisations/saltmarsh-learning-trust.yaml");
        let text = fs::read_to_string(&path).unwrap();
        let mut without = String::new();
        let mut examples = false;
        for line in text.lines() {
            examples |= line.starts_with("# approved_by:");
            let is_prose = line.starts_with("# The whole admin set");
            let line = line
                .strip_prefix("# ")
                .filter(|_| examples && !is_prose)
                .unwrap_or(line);
            without.push_str(line);
            without.push('\n');
        }
        fs::write(&path, &without).unwrap();
        let project = new.join("beadle.yaml");
        let text = fs::read_to_string(&project).unwrap();
        let text = text.replace("    # terms_accepted_by:", "    terms_accepted_by:");
        fs::write(&project, text).unwrap();
        let (code, said) = run(folder.path(), "validate");
        assert_eq!(code, Some(0), "{portals:?}: {said}{without}");
        assert!(said.contains("no errors"), "{said}");
        let (code, said) = run(folder.path(), "plan --sandbox --detailed-exitcode");
        assert!(matches!(code, Some(0 | 2 | 3)), "{portals:?}: {said}");
        assert!(said.contains("Kit Osei"), "{portals:?}: {said}");
    }
}

#[test]
fn the_workflows_are_those_of_deploy_with_the_project_s_tokens() {
    let action = format!("saltmarsh/beadle@{}", "0123456789abcdef0123".repeat(2));
    let folder = made(&[
        "--portal", "scim", "--portal", "hfl", "--forge", "github", "--action", &action,
    ]);
    let written = texts_below(&folder.path().join("new/.github/workflows"));
    for (name, text) in &written {
        let template = repository().join("deploy/github").join(name);
        let template = fs::read_to_string(template).unwrap();
        let wanted = template.replace("HANTS_", "SCIM_").replace(
            "OWNER/beadle@0000000000000000000000000000000000000000",
            &action,
        );
        assert_eq!(*text, wanted, "{name}");
    }
    // A portal without an API has no token, and none is asked for.
    let folder = made(&["--portal", "hfl", "--forge", "github"]);
    for (name, text) in texts_below(&folder.path().join("new/.github/workflows")) {
        assert!(
            !text.contains("_READ_TOKEN:") && !text.contains("HANTS"),
            "{name}"
        );
        assert!(text.contains("OWNER/beadle@0000"), "{name}");
    }
    let folder = made(&["--portal", "hfl", "--forge", "gitlab"]);
    let pipeline = fs::read_to_string(folder.path().join("new/.gitlab-ci.yml")).unwrap();
    let template = repository().join("deploy/gitlab/beadle.gitlab-ci.yml");
    assert_eq!(pipeline, fs::read_to_string(template).unwrap());
}

#[test]
fn ids_owners_and_a_readme_of_one_s_own_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new");
    fs::create_dir(&new).unwrap();
    fs::write(new.join("README.md"), "ours\n").unwrap();
    fs::write(new.join(".gitignore"), "/target\n").unwrap();
    let output = init(
        folder.path(),
        &[
            "--name",
            NAME,
            "--portal",
            "hfl=8502001",
            "--organisation",
            "alderbrook",
            "--forge",
            "github",
            "--trust-owners",
            "@saltmarsh/access",
        ],
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        err(&output).contains("`.gitignore` was there"),
        "{}",
        err(&output)
    );
    let written = texts_below(&new);
    assert_eq!(written["README.md"], "ours\n");
    assert_eq!(written[".gitignore"], "/target\n");
    assert!(written["BEADLE.md"].starts_with("# Access of Saltmarsh"));
    assert!(written["organisations/alderbrook.yaml"].contains("hfl: \"8502001\""));
    assert!(written["beadle.yaml"].contains("owners: [\"@saltmarsh/access\"]"));
    let owners = &written[".github/CODEOWNERS"];
    for line in [
        "* @saltmarsh/access",
        "/organisations/alderbrook.yaml @saltmarsh/access",
    ] {
        assert!(owners.contains(&format!("\n{line}\n")), "{owners}");
    }
    let (code, said) = run(
        folder.path(),
        "init --codeowners --check --owners @saltmarsh/access",
    );
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn what_is_in_the_way_stops_it_before_anything_is_written() {
    for there in [
        "beadle.yaml",
        ".github/workflows/beadle-apply.yml",
        "schema/project.schema.json",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join(there);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "kept").unwrap();
        let output = init(
            folder.path(),
            &["--name", NAME, "--portal", "hfl", "--forge", "github"],
        );
        assert_eq!(output.status.code(), Some(1));
        let said = err(&output);
        assert!(
            said.contains(&format!("{there}` exists already: nothing was written")),
            "{said}"
        );
        assert_eq!(
            texts_below(&folder.path().join("new")),
            BTreeMap::from([(there.to_owned(), "kept".to_owned())])
        );
    }
    // Twice is once.
    let folder = made(&["--portal", "hfl", "--forge", "none"]);
    let before = texts_below(folder.path());
    let again = init(
        folder.path(),
        &["--name", NAME, "--portal", "hfl", "--forge", "none"],
    );
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("`new/beadle.yaml`"), "{}", err(&again));
    assert_eq!(texts_below(folder.path()), before);
}

/// What fails after files were written takes them back.
#[test]
fn what_does_not_validate_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    // Cyrillic, and so another school than it looks like.
    let output = init(
        folder.path(),
        &[
            "--name",
            NAME,
            "--portal",
            "hfl",
            "--forge",
            "github",
            "--organisation",
            "\u{430}lderbrook",
        ],
    );
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    assert!(
        !folder.path().join("new").exists(),
        "{:?}",
        texts_below(folder.path())
    );
}

#[test]
fn a_folder_of_a_repository_is_no_place_for_workflows() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let flags = ["--name", NAME, "--portal", "hfl"];
    let output = init(
        folder.path(),
        &[&flags[..], &["--forge", "github"]].concat(),
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("looks for workflows at its root"),
        "{}",
        err(&output)
    );
    assert!(!folder.path().join("new").exists());
    let output = init(folder.path(), &[&flags[..], &["--forge", "none"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("new/.git")).unwrap();
    let output = init(root.path(), &[&flags[..], &["--forge", "gitlab"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let fails = |more: &[&str], words: &str| {
        let output = init(folder.path(), more);
        assert_eq!(output.status.code(), Some(1), "{more:?}");
        assert!(err(&output).contains(words), "{more:?}: {}", err(&output));
        assert!(!folder.path().join("new").exists());
    };
    fails(
        &[],
        "there is no terminal to ask on: give `--name NAME`, or `--yes`",
    );
    fails(
        &["--yes"],
        "nobody can guess your portals: name them with `--portal DRIVER`; there are hampshire, hfl",
    );
    fails(
        &["--name", NAME, "--portal", "hfl"],
        "`--forge github|gitlab|none`",
    );
    fails(&["--yes", "--portal", "hlf"], "there is no driver `hlf`");
    fails(
        &["--yes", "--portal", "hfl", "--portal", "hfl"],
        "named twice",
    );
    fails(
        &["--yes", "--portal", "hfl=85"],
        "`85` is no DfE number of HFL Education: that has 7 digits",
    );
    fails(
        &[
            "--yes",
            "--portal",
            "hfl",
            "--action",
            "saltmarsh/beadle@v1",
        ],
        "all its 40 digits",
    );
    fails(
        &["--yes", "--portal", "hfl", "--trust-owners", "me"],
        "`me` is no owner",
    );
    fails(
        &["--yes", "--portal", "hfl", "--organisation", "../x"],
        "cannot be the name of a file",
    );
    fails(&["--codeowners", "--name", NAME], "cannot be used with");
    // With the default for all else.
    let output = init(folder.path(), &["--yes", "--portal", "hfl"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let written = texts_below(&folder.path().join("new"));
    assert!(written.contains_key(".github/workflows/beadle-plan.yml"));
    assert!(written.contains_key("organisations/new.yaml"));
}

#[test]
fn a_hostile_name_is_a_name() {
    for name in [
        "x: y\nportals: {}",
        "</details> @team `x` [a](http://b)",
        "\u{1b}[31mred",
        "- a # b",
        "'\"\\",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let flags = [
            &format!("--name={name}"),
            "--portal",
            "hfl",
            "--forge",
            "none",
            "--organisation",
            "x",
        ];
        let output = init(folder.path(), &flags);
        assert_eq!(output.status.code(), Some(0), "{name:?}: {}", err(&output));
        let text = fs::read_to_string(folder.path().join("new/organisations/x.yaml")).unwrap();
        let read: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        assert_eq!(read["name"].as_str(), Some(name));
        let readme = fs::read_to_string(folder.path().join("new/README.md")).unwrap();
        let title = readme.lines().next().unwrap();
        assert!(
            !title.contains("</details>") && !title.contains('\u{1b}'),
            "{title}"
        );
        let (code, said) = run(folder.path(), "validate");
        assert_eq!(code, Some(0), "{name:?}: {said}");
    }
}

/// What the README says next is what there is.
#[test]
fn a_list_of_users_becomes_the_snapshot_that_plans() {
    let folder = made(&[
        "--portal",
        "hfl=8502001",
        "--forge",
        "none",
        "--organisation",
        "alderbrook",
    ]);
    let new = folder.path().join("new");
    let (code, said) = run(folder.path(), "plan");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("there is no snapshot of organisation"),
        "{said}"
    );
    copy(&repository().join("examples/trust/saved"), &new);
    let (code, said) = run(folder.path(), "import --table alderbrook.csv --portal hfl");
    assert_eq!(code, Some(0), "{said}");
    assert!(new.join("snapshots/hfl/alderbrook.yaml").exists());
    let (code, said) = run(folder.path(), "plan --detailed-exitcode");
    assert_eq!(code, Some(0), "{said}");
}

/// An id is typed and stands in addresses: accents are left out, and a name without Latin letters
/// makes one that somebody should choose.
#[test]
fn an_id_is_made_of_any_name_and_said() {
    for (name, id) in [
        ("Ysgol T\u{177} Gwyn & S\u{f6}hne", "ysgol-ty-gwyn-sohne"),
        ("\u{738b}\u{5c0f}\u{660e}\u{5b66}\u{6821}", "organisation"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("--name={name}");
        let flags = [&*name, "--portal", "hfl", "--forge", "none"];
        let output = init(folder.path(), &flags);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let file = format!("new/organisations/{id}.yaml");
        assert!(folder.path().join(file).exists(), "{}", out(&output));
        let note = format!("note: the first organisation's id is `{id}`");
        assert!(err(&output).contains(&note), "{}", err(&output));
    }
}
