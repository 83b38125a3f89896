//! From arguments to use cases: one arm a command, nothing decided here.

use std::path::{Path, PathBuf};

use super::arguments::{
    Account, Apply, ApplyFormat, Arguments, Command, Import, ImportTables, LoginFrom, OneAccount,
    Plan, PlanFormat, Planning, Redact, RedactWhen, Snapshot, Validate, ValidateFormat, Worklist,
    WorklistAct, WorklistDone, WorklistFormat, WorklistPlace,
};
use super::documents;
use crate::app::{self, Exit, Failure, PlanningOptions, Screen, Selection};
use crate::model::steps::ActKind;

/// Runs one command.
pub(super) fn run(arguments: Arguments, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    if let Some(directory) = &arguments.global.directory {
        let failure = |error| Failure::File {
            path: directory.clone(),
            error,
        };
        std::env::set_current_dir(directory).map_err(failure)?;
    }
    match arguments.command {
        Command::Validate(Validate {
            path,
            today,
            format,
        }) => {
            let format = match format {
                ValidateFormat::Text => app::validate::Format::Text,
                ValidateFormat::Json => app::validate::Format::Json,
            };
            app::validate::run(&path, today, format, screen)
        }
        Command::Plan(arguments) => wait(app::plan::run(&plan(arguments), screen)),
        Command::Apply(arguments) => wait(app::apply::run(&apply(arguments), screen)),
        Command::Import(arguments) => wait(app::import::run(&import(arguments), screen)),
        Command::Snapshot(Snapshot {
            path,
            planning,
            out,
        }) => {
            let options = app::snapshot::Options {
                path,
                planning: planning_options(planning, false),
                out,
            };
            wait(app::snapshot::run(&options, screen))
        }
        Command::Worklist(arguments) => worklist(arguments, screen),
        Command::Account(arguments) => wait(app::account::run(&account(arguments), screen)),
        Command::Schema(schema) => {
            app::schema::run(schema.name.as_deref(), schema.out.as_deref(), screen)
        }
        #[cfg(feature = "sandbox")]
        Command::Sandbox(sandbox) => {
            let super::arguments::Sandbox {
                listen,
                db,
                seed,
                portals,
                today,
            } = sandbox;
            let options = app::sandbox::Options {
                listen,
                database: db,
                seed,
                portals,
                today,
            };
            wait(app::sandbox::run(&options, screen))
        }
        Command::Completions { shell } => documents::completions(shell, screen),
        Command::Man { out } => documents::manual(out.as_deref(), screen),
    }
}

/// Runs what waits for portals. Only such commands pay for a runtime.
fn wait(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.map_err(Failure::Output)?.block_on(work)
}

fn plan(arguments: Plan) -> app::plan::Options {
    let Plan {
        path,
        planning,
        format,
        out,
        live,
        detailed_exitcode,
        no_removals,
        redact,
    } = arguments;
    app::plan::Options {
        path,
        planning: planning_options(planning, no_removals),
        format: match format {
            PlanFormat::Text => app::plan::Format::Text,
            PlanFormat::Json => app::plan::Format::Json,
            PlanFormat::Diff => app::plan::Format::Diff,
        },
        out,
        live,
        detailed_exitcode,
        redact: redact_when(&redact),
    }
}

fn apply(arguments: Apply) -> app::apply::Options {
    let Apply {
        path,
        planning,
        format,
        yes,
        no_removals,
        approved,
        worklists,
        redact,
    } = arguments;
    app::apply::Options {
        path,
        project: PathBuf::from("."),
        planning: planning_options(planning, no_removals),
        format: match format {
            ApplyFormat::Text => app::apply::Format::Text,
            ApplyFormat::Json => app::apply::Format::Json,
        },
        yes,
        approved,
        redact: redact_when(&redact),
        worklists,
    }
}

fn worklist(arguments: Worklist, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let Worklist {
        act,
        path,
        format,
        redact,
        place,
    } = arguments;
    if let Some(WorklistAct::Done(done)) = act {
        let WorklistDone {
            steps,
            all,
            by,
            today,
            place,
        } = done;
        let options = app::worklist::DoneOptions {
            place: worklist_place(PathBuf::from("."), today, place),
            steps,
            all,
            by,
        };
        return app::worklist::done(&options, screen);
    }
    let options = app::worklist::Options {
        place: worklist_place(path, None, place),
        format: match format {
            WorklistFormat::Text => app::worklist::Format::Text,
            WorklistFormat::Markdown => app::worklist::Format::Markdown,
            WorklistFormat::Html => app::worklist::Format::Html,
            WorklistFormat::Json => app::worklist::Format::Json,
        },
        redact: redact_when(&redact),
    };
    app::worklist::run(&options, screen)
}

fn worklist_place(
    path: PathBuf,
    today: Option<jiff::civil::Date>,
    place: WorklistPlace,
) -> app::worklist::Place {
    let WorklistPlace {
        organisations,
        portals,
        worklists,
    } = place;
    app::worklist::Place {
        path,
        selection: Selection {
            organisations,
            portals,
        },
        today,
        worklists,
    }
}

fn account(arguments: Account) -> app::account::Options {
    let (act, account, password_file, choose_from) = match arguments {
        Account::Unlock(account) => (ActKind::Unlock, account, None, None),
        Account::ResetPassword {
            account,
            password_file,
            choose_from,
        } => (ActKind::ResetPassword, account, password_file, choose_from),
        Account::ResetOtp(account) => (ActKind::ResetOtp, account, None, None),
    };
    let OneAccount {
        user,
        path,
        yes,
        planning,
    } = account;
    app::account::Options {
        path,
        planning: planning_options(planning, false),
        act,
        user,
        password_file,
        choose_from,
        yes,
    }
}

fn import(arguments: Import) -> app::import::Options {
    let Import {
        path,
        planning,
        driver,
        url,
        token_env,
        portal_organisation,
        name,
        snapshot,
        terms_accepted_by,
        below,
        tables,
    } = arguments;
    let tables = import_tables(tables);
    let there = Path::new(&path).join("beadle.yaml").exists() || path.is_file();
    // Tables bring a project that is there up to date.
    let new = !there || (tables.is_none() && (driver.is_some() || snapshot.is_some()));
    let origin = new.then(|| app::import::Origin {
        portal: planning.portals.first().cloned(),
        driver,
        url,
        token_variable: token_env,
        portal_organisation,
        organisation: planning.organisations.first().cloned(),
        name,
        snapshot,
        terms_accepted_by,
    });
    app::import::Options {
        path,
        planning: planning_options(planning, false),
        origin,
        tables,
        below,
    }
}

fn import_tables(tables: ImportTables) -> Option<app::import::Tables> {
    let ImportTables {
        table,
        area,
        account,
        admins,
        login_from,
        skip_bad_rows,
        snapshot_only,
    } = tables;
    let there = !table.is_empty();
    let tables = app::import::Tables {
        lists: table,
        areas: area,
        accounts: account,
        admins,
        login_from: match login_from {
            LoginFrom::Habit => app::import::LoginFrom::Habit,
            LoginFrom::Email => app::import::LoginFrom::Email,
            LoginFrom::Name => app::import::LoginFrom::Name,
        },
        skip_bad_rows,
        snapshot_only,
    };
    there.then_some(tables)
}

fn planning_options(planning: Planning, no_removals: bool) -> PlanningOptions {
    let Planning {
        organisations,
        portals,
        today,
        sandbox,
    } = planning;
    PlanningOptions {
        selection: Selection {
            organisations,
            portals,
        },
        today,
        no_removals,
        sandbox,
    }
}

fn redact_when(redact: &Redact) -> app::Redact {
    match redact.when {
        RedactWhen::Auto => app::Redact::Auto,
        RedactWhen::Always => app::Redact::Always,
        RedactWhen::Never => app::Redact::Never,
    }
}
