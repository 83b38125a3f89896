//! Completions and manual pages, made from the arguments themselves.

use std::path::Path;

use clap::CommandFactory;

use super::arguments::Arguments;
use crate::app::{Exit, Failure, Screen};

/// Prints completions for one shell.
pub(super) fn completions(
    shell: clap_complete::Shell,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    // Into memory first: the generator cannot report a closed pipe.
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "beadle", &mut text);
    screen.out().write_all(&text)?;
    Ok(Exit::Done)
}

/// Prints the manual page of `beadle`, or writes one for each command to a folder.
pub(super) fn manual(folder: Option<&Path>, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let command = Arguments::command();
    let Some(folder) = folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        screen.out().write_all(&page)?;
        return Ok(Exit::Done);
    };
    let failure = |error| Failure::File {
        path: folder.to_owned(),
        error,
    };
    std::fs::create_dir_all(folder).map_err(failure)?;
    clap_mangen::generate_to(command, folder).map_err(failure)?;
    screen.say(&format!("wrote the manual pages to `{}`", folder.display()));
    Ok(Exit::Done)
}
