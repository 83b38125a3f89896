//! `deploy/install`, and the Action that calls it: what is not what it should be is not installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};

use crate::support::{err, out, repository};

/// A place where releases are, and tools that fetch from there.
struct Release {
    folder: tempfile::TempDir,
    archive: String,
}

impl Release {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["tools", "release/v0.1.0", "made", "temp"] {
            fs::create_dir_all(at(name)).unwrap();
        }
        executable(&at("made/beadle"), "#!/bin/sh\necho beadle 0.1.0 \"$@\"\n");
        let machine = if cfg!(target_arch = "aarch64") {
            "aarch64"
        } else {
            "x86_64"
        };
        let target = if cfg!(target_os = "macos") {
            "apple-darwin"
        } else {
            "unknown-linux-musl"
        };
        let archive = format!("beadle-0.1.0-{machine}-{target}.tar.gz");
        let packed = Command::new("tar")
            .arg("-czf")
            .arg(at("release/v0.1.0").join(&archive))
            .args(["-C"])
            .arg(at("made"))
            .arg("beadle")
            .status()
            .unwrap();
        assert!(packed.success());
        executable(
            &at("tools/curl"),
            "#!/bin/bash\n[[ \" $* \" == *' --proto =https '* ]] || exit 64\nwhile [ $# -gt 1 ]; do [ \"$1\" = --output ] && to=$2; shift; done\n\
             echo \"$1\" >> \"$CALLS\"\ncp \"$RELEASE/${1#https://hub.example/releases/}\" \"$to\"\n",
        );
        executable(
            &at("tools/gh"),
            "#!/bin/bash\necho \"gh $*\" >> \"$CALLS\"\n[ -n \"$GH_TOKEN\" ] && [ \"$ATTESTED\" = yes ]\n",
        );
        let release = Self { folder, archive };
        let sums = format!("{}  {}\n", release.sha256(), release.archive);
        fs::write(release.at("release/v0.1.0/SHA256SUMS"), sums).unwrap();
        release
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sha256(&self) -> String {
        let bytes = fs::read(self.at("release/v0.1.0").join(&self.archive)).unwrap();
        let digest = Sha256::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn command(&self, program: &Path, given: &[(&str, &str)]) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.at("tools").display()),
            )
            .env("RELEASE", self.at("release"))
            .env("CALLS", self.at("calls"))
            .env("TMPDIR", self.at("temp"))
            .env("GH_TOKEN", "ghs_x")
            .env("ATTESTED", "yes")
            .env("BEADLE_VERSION", "0.1.0")
            .env("BEADLE_REPOSITORY", "saltmarsh/beadle")
            .env("BEADLE_RELEASES", "https://hub.example/releases")
            .envs(given.iter().copied());
        command
    }

    fn install(&self, given: &[(&str, &str)]) -> Output {
        let _ = fs::remove_dir_all(self.at("here"));
        let _ = fs::remove_file(self.at("calls"));
        let script = repository().join("deploy/install");
        let output = self
            .command(&script, given)
            .arg(self.at("here"))
            .output()
            .unwrap();
        // Whatever happens, nothing is left where it was downloaded to.
        assert_eq!(fs::read_dir(self.at("temp")).unwrap().count(), 0);
        assert_eq!(
            output.status.success(),
            self.at("here/beadle").exists(),
            "{}",
            err(&output)
        );
        output
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.at("calls")).unwrap_or_default()
    }
}

fn executable(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_release_is_installed_once_its_checksum_and_provenance_hold() {
    let release = Release::start();
    let installed = release.install(&[]);
    assert!(installed.status.success(), "{}", err(&installed));
    let ran = Command::new(release.at("here/beadle")).output().unwrap();
    assert_eq!(out(&ran), "beadle 0.1.0\n");
    let calls = release.calls();
    assert!(calls.contains("gh attestation verify"), "{calls}");
    assert!(calls.contains(
        "--repo saltmarsh/beadle --signer-workflow saltmarsh/beadle/.github/workflows/release.yml"
    ));

    // Whoever knows the checksum from elsewhere needs neither.
    let digest = release.sha256();
    let installed = release.install(&[("BEADLE_SHA256", &digest), ("ATTESTED", "no")]);
    assert!(installed.status.success(), "{}", err(&installed));
    assert_eq!(release.calls().lines().count(), 1, "{}", release.calls());
    assert!(
        release
            .install(&[("BEADLE_ATTESTATION", "false"), ("ATTESTED", "no")])
            .status
            .success()
    );
}

#[test]
fn what_is_not_what_it_should_be_is_not_installed() {
    let release = Release::start();
    let fails = |given: &[(&str, &str)], words: &str| {
        let output = release.install(given);
        assert!(!output.status.success(), "{given:?}");
        assert!(err(&output).contains(words), "{given:?}: {}", err(&output));
    };
    fails(
        &[("ATTESTED", "no")],
        "has no attestation of saltmarsh/beadle",
    );
    let other = "0".repeat(64);
    fails(&[("BEADLE_SHA256", &other)], "is not what it should be");
    fails(&[("BEADLE_SHA256", "abc")], "no SHA-256");
    fails(&[("BEADLE_VERSION", "9.9.9")], "cannot be had");
    fails(&[("BEADLE_VERSION", "0.1.0/../x")], "is no version");
    fails(&[("BEADLE_REPOSITORY", "a/b/c")], "is no repository");
    let sums = release.at("release/v0.1.0/SHA256SUMS");
    fs::write(&sums, format!("{other}  {}\n", release.archive)).unwrap();
    fails(&[], "is not what it should be");
    fs::write(&sums, format!("{other}  other.tar.gz\n")).unwrap();
    fails(&[], "does not name");
}

/// The Action's own scripts, with what somebody may write into a workflow.
#[test]
fn the_action_runs_words_and_no_shell() {
    let release = Release::start();
    let text = fs::read_to_string(repository().join("action.yml")).unwrap();
    let action: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let script = |index: usize| steps[index]["run"].as_str().unwrap();
    let bash = |index: usize, given: &[(&str, &str)]| {
        let mut command = release.command(Path::new("bash"), given);
        command.args([
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            script(index),
        ]);
        command
            .env("RUNNER_TEMP", release.at("runner"))
            .env("GITHUB_PATH", release.at("path"))
            .env("GITHUB_OUTPUT", release.at("output"))
            .env("SOURCE", repository());
        command.output().unwrap()
    };
    let installed = bash(0, &[("BUILD", "false")]);
    assert!(installed.status.success(), "{}", err(&installed));
    assert_eq!(out(&installed), "beadle 0.1.0 --version\n");
    let folder = fs::read_to_string(release.at("path")).unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.trim());
    let command = "plan --format json $(id) `id` ; touch x\n--yes";
    let ran = bash(1, &[("PATH", &path), ("COMMAND", command)]);
    assert_eq!(
        out(&ran),
        "beadle 0.1.0 plan --format json $(id) `id` ; touch x --yes\n"
    );
    let refused = bash(0, &[("BUILD", "false"), ("ATTESTED", "no")]);
    assert!(!refused.status.success());
}
