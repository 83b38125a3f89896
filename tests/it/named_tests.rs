//! Tests that documents name: whether they are there, by the names that the test program itself has.

use std::process::Command;

/// The names of all tests of this program, with their modules.
pub(crate) fn all() -> Vec<String> {
    let program = std::env::current_exe().unwrap();
    let listed = Command::new(program).arg("--list").output().unwrap();
    let text = String::from_utf8(listed.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    names.map(str::to_owned).collect()
}

/// The tests, and modules of tests, that a text names: code with `::` in it, or of one word with
/// `_`.
pub(crate) fn named(text: &str) -> Vec<&str> {
    let code = text.split('`').skip(1).step_by(2);
    let word = |code: &&str| {
        let plain = code
            .chars()
            .all(|it| it.is_alphanumeric() || "_:".contains(it));
        plain && (code.contains("::") || code.contains("row_"))
    };
    code.filter(word).collect()
}

/// What of it is not there: neither a test nor a module of tests.
pub(crate) fn missing(text: &str) -> Vec<String> {
    let tests = all();
    let is_there = |name: &&str| {
        let name = name.trim_start_matches("::");
        tests
            .iter()
            .any(|test| format!("::{test}::").contains(&format!("::{name}::")))
    };
    let names = named(text).into_iter();
    names
        .filter(|name| !is_there(name))
        .map(str::to_owned)
        .collect()
}
