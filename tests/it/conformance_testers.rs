//! Public conformance testers judge the sandbox's SCIM directory: `scim2-tester` and `scim-sanity`,
//! installed by name and version. Where that is not asked for, the test says so and passes.

#![cfg(all(feature = "sandbox", unix))]

use std::path::Path;
use std::process::Command;

use crate::support::acceptance;
use beadle::sandbox::{Options, PortalOptions, start};

/// What the script ends with when the testers cannot be had.
const CANNOT_BE_HAD: i32 = 77;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn public_scim_testers_find_nothing() {
    if !acceptance("the sandbox's SCIM directory by public conformance testers") {
        return;
    }
    let running = start(Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        database: None,
        today: jiff::civil::date(2026, 10, 1),
        portals: vec![PortalOptions {
            name: "scim".to_owned(),
            driver: "scim".to_owned(),
            snapshots: Vec::new(),
        }],
    })
    .await
    .unwrap();
    let ready = &running.ready().portals["scim"];
    let url = format!("{}/{}/v2", ready.url, ready.organisations[0]);
    let token = ready.token.clone();
    let output = tokio::task::spawn_blocking(move || {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/scim-testers.sh");
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scim-testers");
        let mut command = Command::new(script);
        command.arg(cache).arg(url).arg(token).output().unwrap()
    })
    .await
    .unwrap();
    running.stop().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(CANNOT_BE_HAD) {
        panic!("the SCIM testers cannot be had: {failed}");
    }
    assert!(output.status.success(), "{said}\n{failed}");
    let seen = |line: &str| said.lines().filter(|said| said.starts_with(line)).count();
    assert!(seen("SUCCESS") > 80, "{said}");
    assert!(said.contains("28 passed, 3 skipped, 31 total"), "{said}");
}
