//! The files under `deploy/` by the schemas of Kubernetes, GitHub and GitLab, and by a public auditor
//! of workflows, all installed by name and version. Where that is not asked for, the test says so
//! and passes.

use std::path::Path;
use std::process::Command;

use crate::support::{acceptance, repository};

/// What the script ends with when the validators cannot be had.
const CANNOT_BE_HAD: i32 = 77;

#[test]
fn public_schemas_and_a_public_auditor_find_nothing() {
    if !acceptance("the files under `deploy/` by public schemas and an auditor") {
        return;
    }
    let script = repository().join("tests/servers/deploy-schemas.sh");
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy-schemas");
    let run = |folder: &Path, more: &[&Path]| {
        let mut command = Command::new(&script);
        let output = command.arg(&cache).arg(folder).args(more).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = said + &String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() != Some(CANNOT_BE_HAD),
            "the validators cannot be had: {said}"
        );
        (output.status.success(), said)
    };
    let (good, said) = run(&repository().join("deploy"), &[&repository()]);
    assert!(good, "{said}");
    assert_eq!(said.matches("passed for resource").count(), 7, "{said}");
    assert_eq!(said.matches("ok -- validation done").count(), 3, "{said}");
    assert!(said.contains("No findings to report"), "{said}");
    let linted = said.contains("All workflow files passed lint checks");
    if !linted {
        assert!(said.contains("== actionlint\nNOT RUN: "), "{said}");
        let line = b"\nNOT TESTED: workflows by actionlint, which cannot be had\n";
        std::io::Write::write_all(&mut std::io::stderr(), line).unwrap();
    }

    // What `init` writes is checked as well: with tokens of other names, or none.
    for portal in ["scim", "hfl"] {
        let new = tempfile::tempdir().unwrap();
        let project = new.path().join("project");
        let options = ["init", "project", "--name", "Oakfield", "--forge", "github"];
        let mut init = crate::support::beadle(new.path());
        let made = init.args(options).args(["--portal", portal]).status();
        assert!(made.unwrap().success());
        let deploy = new.path().join("deploy");
        crate::support::copy(&repository().join("deploy"), &deploy);
        crate::support::copy(&project.join(".github/workflows"), &deploy.join("github"));
        let (good, said) = run(&deploy, &[]);
        assert!(good, "{portal}: {said}");
    }

    // They do find what is wrong.
    let broken = tempfile::tempdir().unwrap();
    for (file, right, wrong, finding) in [
        (
            "kubernetes/apply/job.yaml",
            "completions: 8",
            "completions: eight",
            "completions",
        ),
        (
            "kubernetes/plan/job.yaml",
            "runAsNonRoot",
            "runAsNoRoot",
            "runAsNoRoot",
        ),
        ("github/access.yml", "timeout-minutes", "timeout", "timeout"),
        (
            "github/access.yml",
            "persist-credentials: false",
            "fetch-tags: false",
            "artipacked",
        ),
        (
            "github/beadle-plan.yml",
            "  pull_request:",
            "  pull_request_target:",
            "dangerous-triggers",
        ),
        (
            "github/beadle-validate.yml",
            "run: beadle validate",
            "run: beadle validate '${{ github.head_ref }}'",
            "template-injection",
        ),
        (
            "build",
            "\"$root\" \"$folder/$copy\"",
            "$root $folder/$copy",
            "SC2086",
        ),
        ("Containerfile", "USER 65533:65533", "RUN cd /tmp", "DL3003"),
        (
            "gitlab/access.gitlab-ci.yml",
            "when: manual",
            "when: by-hand",
            "by-hand",
        ),
    ] {
        crate::support::copy(&repository().join("deploy"), broken.path());
        let path = broken.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(right), "{file}: {right}");
        std::fs::write(&path, text.replacen(right, wrong, 1)).unwrap();
        let (good, said) = run(broken.path(), &[]);
        assert!(!good && said.contains(finding), "{file}: {wrong}: {said}");
    }
}
