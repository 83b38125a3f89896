//! The files of a code hosting service: those of `deploy/`, built in, so that what `init` writes is
//! what is tested there. Only the tokens' names and the action are filled in.

use std::path::Path;

use super::answers::Answers;

/// Which service hosts the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// GitHub.
    Github,
    /// GitLab.
    Gitlab,
    /// None, or another.
    None,
}

/// The action as the templates name it: nobody's.
const ACTION: &str = "OWNER/beadle@0000000000000000000000000000000000000000";

/// Tokens as the templates name them: which line stands for those that read and those that write.
const READS: &str = "HANTS_READ_TOKEN";
const WRITES: &str = "HANTS_TOKEN";

const WORKFLOWS: [(&str, &str); 4] = [
    (
        "beadle-validate.yml",
        include_str!("../../../deploy/github/beadle-validate.yml"),
    ),
    (
        "beadle-plan.yml",
        include_str!("../../../deploy/github/beadle-plan.yml"),
    ),
    (
        "beadle-apply.yml",
        include_str!("../../../deploy/github/beadle-apply.yml"),
    ),
    (
        "beadle-daily.yml",
        include_str!("../../../deploy/github/beadle-daily.yml"),
    ),
];

const PIPELINE: &str = include_str!("../../../deploy/gitlab/beadle.gitlab-ci.yml");

/// What stands in CODEOWNERS until somebody is named.
pub(super) const CODEOWNERS: &str = "\
# Who is asked before which file changes. Nobody yet: write `owners: [\"@TRUST/TEAM\"]` in beadle.yaml
# and in the organisations' files, then run `beadle init --codeowners`, which writes the lines here.
# The project file and this folder belong to the trust, each organisation's file to its head.
";

impl Forge {
    /// By its word on the command line.
    pub(super) fn named(word: &str) -> Option<Self> {
        [Self::Github, Self::Gitlab, Self::None]
            .into_iter()
            .find(|forge| forge.word() == word)
    }

    /// Its word on the command line.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::None => "none",
        }
    }

    /// The one whose files or remote are there; GitHub where nothing tells.
    pub(super) fn seen_in(folder: &Path) -> Self {
        let remote = std::fs::read_to_string(folder.join(".git/config")).unwrap_or_default();
        if folder.join(".gitlab-ci.yml").exists() || remote.contains("gitlab") {
            Self::Gitlab
        } else {
            Self::Github
        }
    }

    /// Where it looks for CODEOWNERS.
    pub(super) fn codeowners(self) -> Option<&'static str> {
        match self {
            Self::Github => Some(".github/CODEOWNERS"),
            Self::Gitlab => Some(".gitlab/CODEOWNERS"),
            Self::None => None,
        }
    }
}

/// The service's files, by path from the project's folder.
pub(super) fn files(answers: &Answers) -> Vec<(String, String)> {
    match answers.forge {
        Forge::None => Vec::new(),
        Forge::Gitlab => vec![(".gitlab-ci.yml".to_owned(), PIPELINE.to_owned())],
        Forge::Github => WORKFLOWS
            .iter()
            .map(|(name, template)| {
                let text = with_tokens(template, answers);
                let text = match &answers.action {
                    Some(action) => text.replace(ACTION, action),
                    None => text,
                };
                (format!(".github/workflows/{name}"), text)
            })
            .collect(),
    }
}

/// The template with a line for each token of the project in place of the example's.
fn with_tokens(template: &str, answers: &Answers) -> String {
    let tokens = answers.portals.iter().filter_map(|portal| portal.tokens());
    let (writes, reads): (Vec<String>, Vec<String>) = tokens.unzip();
    let mut text = String::with_capacity(template.len());
    for line in template.lines() {
        let key = line.trim_start().split(':').next().unwrap_or_default();
        let names = match key {
            READS => &reads,
            WRITES => &writes,
            _ => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
        };
        for name in names {
            text.push_str(&line.replace(key, name));
            text.push('\n');
        }
    }
    text
}
