//! Where a project lies in its repository: what tools that look at the repository as a whole want
//! paths to begin with.

use std::path::{Path, PathBuf};

use super::world;

/// The folder of the project at `path` (its folder or file), from the root of its repository, with
/// `/` between folders; empty where it is the root, or where there is no telling.
///
/// The root is where git keeps its own files, at the project's folder or above it; without any, what
/// the CI service says it has checked out into, else the current folder, where that is above the
/// project.
pub(super) fn below_root(path: &Path) -> String {
    let folder = match path.is_dir() {
        true => path,
        false => path.parent().unwrap_or(path),
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let Ok(folder) = folder.canonicalize() else {
        return String::new();
    };
    let of_git = folder.ancestors().find(|above| above.join(".git").exists());
    let root = of_git.map(Path::to_owned).or_else(|| {
        let named = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];
        let named = named.iter().filter_map(|name| world::variable(name));
        let current = std::iter::once(".".to_owned());
        let roots = named.chain(current).map(PathBuf::from);
        let mut roots = roots.filter_map(|root| root.canonicalize().ok());
        roots.find(|root| folder.starts_with(root))
    });
    let below = root
        .as_deref()
        .and_then(|root| folder.strip_prefix(root).ok());
    let names = below.into_iter().flat_map(Path::components);
    let names: Vec<_> = names
        .map(|name| name.as_os_str().to_string_lossy().into_owned())
        .collect();
    names.join("/")
}
