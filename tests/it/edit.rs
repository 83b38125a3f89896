//! Edits by command: each changes the lines that are meant and no other byte, keeps every comment,
//! and leaves a project that is in order; what cannot be done safely is refused with its reason.

mod journeys;
mod layouts;
mod many;
mod random;
mod refusals;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::support::{TODAY, beadle, copy, err, files_below, out, repository};

/// A project in a folder of its own.
struct Project(TempDir);

impl Project {
    /// A copy of an example.
    fn example(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples").join(name), folder.path());
        Self(folder)
    }

    /// A university, with what is given as the rest of its only organisation.
    fn university(rest: &str) -> Self {
        Self::of(&[("beadle.yaml", &university(rest))])
    }

    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn run(&self, arguments: &str) -> Output {
        self.run_all(&arguments.split(' ').collect::<Vec<_>>())
    }

    fn run_all(&self, arguments: &[&str]) -> Output {
        let mut command = beadle(self.path());
        command.args(arguments).args(["--today", TODAY]);
        command.output().unwrap()
    }

    /// Runs what must succeed, and validates what it leaves; the lines of the diff that begin with
    /// a sign, and everything else that was said.
    fn edits(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let validated = beadle(self.path()).arg("validate").output().unwrap();
        assert!(validated.status.success(), "{}", err(&validated));
        let lines = out(&output);
        let kept = lines.lines().filter(|line| {
            let is_change = line.starts_with(['+', '-']) && !line.starts_with("--- ");
            is_change || line.starts_with("nothing")
        });
        let kept: Vec<&str> = kept.collect();
        format!("{}\n{}", kept.join("\n"), err(&output))
            .trim()
            .to_owned()
    }

    /// Runs what must be refused, and sees that no byte of any file differs; what was said.
    fn refuses(&self, arguments: &str) -> String {
        self.stops(arguments, 3)
    }

    /// As [`Project::refuses`], with an exit code of its own.
    fn stops(&self, arguments: &str, code: i32) -> String {
        let before = self.bytes();
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{}{}",
            out(&output),
            err(&output)
        );
        assert_eq!(self.bytes(), before);
        err(&output).trim().to_owned()
    }

    /// Every file and its bytes, also one that an edit might have left behind.
    fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files_below(self.path())
    }
}

/// The text of a university's project file.
fn university(rest: &str) -> String {
    let rest: String = rest
        .lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("    {line}\n")
            }
        })
        .collect();
    format!(
        "version: 1
portals:
  ofs: {{ driver: ofs, url: https://portal.example/api, token: {{ env: OFS_TOKEN }} }}
bundles:
  finance: {{ ofs: [annual-financial-return] }}
organisations:
  northshire:
    name: University of Northshire
    portals: {{ ofs: \"10009999\" }}
{rest}"
    )
}
