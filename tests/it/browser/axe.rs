//! axe-core looks at the page that is shown, for faults by which it cannot be used by whoever sees,
//! hears or moves otherwise.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::driver::Browser;

/// What the script ends with when axe-core cannot be had.
const CANNOT_BE_HAD: i32 = 77;

/// What it finds, each with the first places of it.
const RUN: &str = "const done = arguments[0];\
    axe.run(document, { resultTypes: ['violations'] }).then(\
    found => done(found.violations.map(it => it.id + ': ' + it.nodes.length + ': ' \
    + it.nodes.slice(0, 3).map(node => node.html.slice(0, 200) + ' ' + (node.any[0] || {}).message).join(' | '))),\
    wrong => done(['it failed: ' + wrong]))";

/// What is asked of a page beside it, in words.
const BESIDE: &str = "return [\
    document.documentElement.scrollWidth <= innerWidth || 'wider than the window',\
    new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size\
    === document.querySelectorAll('[id]').length || 'two elements of one id'\
    ].filter(one => one !== true)";

/// Its script.
pub(super) struct Axe(String);

impl Axe {
    /// Installed by name, once.
    pub(super) fn new() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/axe.sh");
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
        let output = Command::new(script).arg(cache).output().unwrap();
        let failed = String::from_utf8_lossy(&output.stderr);
        assert_ne!(
            output.status.code(),
            Some(CANNOT_BE_HAD),
            "axe-core cannot be had: {failed}"
        );
        assert!(output.status.success(), "{failed}");
        let path = String::from_utf8(output.stdout).unwrap();
        Self(fs::read_to_string(path.trim()).unwrap())
    }

    /// It finds nothing on the page that is shown. Neither do the questions asked beside it.
    pub(super) fn finds_nothing(&self, browser: &Browser, name: &str) {
        browser.run(&self.0, &json!([]));
        let limit = json!({ "script": 120_000 });
        browser.ask("POST", "/timeouts", &limit);
        let body = json!({ "script": RUN, "args": [] });
        let found = browser.ask("POST", "/execute/async", &body);
        assert_eq!(found, Value::Array(Vec::new()), "{name}");
        assert_eq!(browser.run(BESIDE, &json!([])), json!([]), "{name}");
    }
}
