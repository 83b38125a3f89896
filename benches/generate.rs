//! Writes the project of one workload to a folder, to measure whole commands on:
//! `cargo bench --bench generate -- L target/workload-L`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is a program of its own"
)]

mod workload;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    // `cargo bench` without a filter passes flags only: then there is nothing to write.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let [size, folder] = arguments.as_slice() else {
        eprintln!("usage: cargo bench --bench generate -- S|M|L|XL FOLDER");
        return ExitCode::SUCCESS;
    };
    let Some((_, users)) = workload::SIZES.into_iter().find(|(name, _)| name == size) else {
        eprintln!("there is no size `{size}`");
        return ExitCode::FAILURE;
    };
    let bytes = workload::write_project(Path::new(folder), users);
    println!(
        "{folder}: {users} users, {} organisations, {bytes} bytes of YAML",
        workload::organisations(users)
    );
    ExitCode::SUCCESS
}
