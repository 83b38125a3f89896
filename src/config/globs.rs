//! Which files a pattern of organisation files names. Never leaves the project's folder and never
//! follows a symbolic link.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use super::findings::{Finding, Findings};
use super::spanned::Spanned;
use crate::model::pattern::glob;

/// Most patterns of organisation files: each of them is looked for in the folders anew. More than
/// one file for each school of the largest authority, should all be named one by one.
pub(super) const MOST_PATTERNS: usize = 10_000;

/// The files that the patterns name, each once, in order of name; names are relative to `root`,
/// with `/` between folders.
pub(super) fn find(
    root: &Path,
    patterns: &[Spanned<&str>],
    project_file: &str,
    findings: &mut Findings,
) -> Vec<String> {
    let mut names = BTreeSet::new();
    if let Some(first) = patterns.get(MOST_PATTERNS) {
        let message = format!("these are more than {MOST_PATTERNS} patterns");
        let finding = Finding::error("too-many", &first.span, message)
            .help("one pattern names many files: `schools/*.yaml`");
        findings.push(finding);
        return Vec::new();
    }
    for pattern in patterns {
        let steps = match steps(pattern) {
            Ok(steps) => steps,
            Err(finding) => {
                findings.push(finding);
                continue;
            }
        };
        let mut search = Search {
            pattern,
            found: BTreeSet::new(),
            walked: BTreeSet::new(),
            findings,
        };
        search.walk(root.to_path_buf(), "", &steps);
        let mut found = search.found;
        found.remove(project_file);
        if found.is_empty() && !findings.has_errors_at(&pattern.span) {
            let finding = Finding::error(
                "no-match",
                &pattern.span,
                format!("`{}` matches no file", pattern.value),
            )
            .help("paths are relative to the folder of the project file");
            findings.push(finding);
        }
        names.extend(found);
    }
    names.into_iter().collect()
}

/// Whether it is a pattern at all.
pub(super) fn is_pattern(pattern: &Spanned<&str>) -> bool {
    steps(pattern).is_ok()
}

/// One folder or file name of a pattern.
enum Step {
    /// `**`: any number of folders.
    AnyFolders,
    /// A name, perhaps with wildcards.
    Name(GlobMatcher),
}

fn steps(pattern: &Spanned<&str>) -> Result<Vec<Step>, Finding> {
    let text = pattern.value;
    let leaves = |why: &str| {
        Finding::error("outside-project", &pattern.span, format!("`{text}` {why}"))
            .help("organisation files stand in the folder of the project file, or below it")
    };
    if text.starts_with('/') || text.contains('\\') || Path::new(text).is_absolute() {
        return Err(leaves("is no path relative to the project's folder"));
    }
    let mut steps = Vec::new();
    for name in text.split('/').filter(|name| *name != ".") {
        match name {
            ".." => return Err(leaves("leaves the project's folder")),
            // Two of them name what one does, and take as long again for every folder.
            "**" if matches!(steps.last(), Some(Step::AnyFolders)) => {}
            "**" => steps.push(Step::AnyFolders),
            _ => {
                let glob = glob(name, true).map_err(|error| {
                    let message = format!("`{text}` is no pattern: {error}");
                    Finding::error("pattern", &pattern.span, message)
                })?;
                steps.push(Step::Name(glob));
            }
        }
    }
    Ok(steps)
}

struct Search<'s> {
    pattern: &'s Spanned<&'s str>,
    found: BTreeSet<String>,
    /// Folders below which something was looked for, with how many steps were left. Several `**`
    /// lead to one folder in many ways.
    walked: BTreeSet<(String, usize)>,
    findings: &'s mut Findings,
}

impl Search<'_> {
    fn walk(&mut self, folder: PathBuf, prefix: &str, steps: &[Step]) {
        match steps {
            [] => {}
            [Step::AnyFolders, ..] if !self.walked.insert((prefix.to_owned(), steps.len())) => {}
            [Step::AnyFolders, rest @ ..] => {
                self.walk(folder.clone(), prefix, rest);
                for (name, path) in self.entries(&folder, None) {
                    if path.is_dir() {
                        self.walk(path, &join(prefix, &name), steps);
                    }
                }
            }
            [Step::Name(glob), rest @ ..] => {
                for (name, path) in self.entries(&folder, Some(glob)) {
                    let full = join(prefix, &name);
                    if !rest.is_empty() && path.is_dir() {
                        self.walk(path, &full, rest);
                    } else if rest.is_empty() && path.is_file() {
                        self.found.insert(full);
                    }
                }
            }
        }
    }

    /// What is in a folder and matches, without symbolic links and, under `**`, without hidden
    /// folders.
    fn entries(&mut self, folder: &Path, glob: Option<&GlobMatcher>) -> Vec<(String, PathBuf)> {
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut matching = Vec::new();
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let wanted = match glob {
                Some(glob) => glob.is_match(&name),
                None => !name.starts_with('.'),
            };
            if !wanted {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
                // Under `**` only folders are asked for; other links are nobody's business.
                if glob.is_some() || entry.path().is_dir() {
                    self.refuse_link(&name);
                }
            } else {
                matching.push((name, entry.path()));
            }
        }
        matching.sort();
        matching
    }

    fn refuse_link(&mut self, name: &str) {
        let message = format!(
            "`{}` meets `{name}`, which is a symbolic link",
            self.pattern.value
        );
        let finding = Finding::error("symbolic-link", &self.pattern.span, message)
            .help("put the file itself into the project's folder");
        self.findings.push(finding);
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}/{name}")
    }
}
