//! `beadle explain`, as arguments.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::wait;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::{Planning, Redact};

#[derive(Debug, Args)]
pub(in crate::cli) struct Explain {
    /// Whom: the user's key in the YAML, an address, a login id, or a part of a name that only one
    /// person has.
    user: String,
    /// Which area, by its name at the portal; all by default. What is missing for somebody to have
    /// it is told too. A folder or file of a project in this place is taken for PATH.
    area: Option<String>,
    /// The project's folder or file [default: .].
    path: Option<PathBuf>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    format: ExplainFormat,
    /// Compare with a snapshot, or a folder of them laid out as `<portal>/<organisation>.yaml`,
    /// instead of the portals.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "sandbox")]
    live: Option<PathBuf>,
    /// The files only: no portal is asked.
    #[arg(long, conflicts_with_all = ["live", "sandbox"])]
    offline: bool,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    planning: Planning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ExplainFormat {
    /// For people.
    Text,
    /// For programs (see `beadle schema explanation`).
    Json,
}

impl Explain {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        wait(app::explain::run(&self.options(), screen))
    }

    fn options(self) -> app::explain::Options {
        let Self {
            user,
            area,
            path,
            format,
            live,
            offline,
            redact,
            planning,
        } = self;
        let (area, path) = match (area, path) {
            (Some(area), None) if is_project(&area) => (None, PathBuf::from(area)),
            (area, path) => (area, path.unwrap_or_else(|| ".".into())),
        };
        app::explain::Options {
            user,
            area,
            path,
            planning: planning.options(),
            format: match format {
                ExplainFormat::Text => app::explain::Format::Text,
                ExplainFormat::Json => app::explain::Format::Json,
            },
            live,
            offline,
            redact: redact.when(),
        }
    }
}

/// Whether a word names a project and not an area: a folder, or a YAML file, that is there.
fn is_project(word: &str) -> bool {
    let path = Path::new(word);
    let yaml = path
        .extension()
        .is_some_and(|it| it == "yaml" || it == "yml");
    let written_as_path = word.contains(['/', '\\']) || word.starts_with('.');
    path.is_dir() && (written_as_path || path.join("beadle.yaml").is_file())
        || yaml && path.is_file()
}
