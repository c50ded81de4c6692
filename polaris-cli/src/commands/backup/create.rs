//! `polaris backup create`

use std::path::PathBuf;

use clap::Args;
use polaris_core::{Error, NewBackup};

use super::view;
use crate::app::App;
use crate::failure::Failure;
use crate::words::{counted, size};

/// back up the registry and tenants, while everything runs
///
/// Into a new folder, named after the time. Each file is consistent, and everything acknowledged before it began is in it. Ends with 1
/// when a tenant could not be copied; the others are in it.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris backup create\n\nexample:\n  polaris backup create kckps --to ./safe")]
pub(crate) struct CreateArgs {
    /// only these tenants, by slug [default: all]
    #[arg(value_name = "TENANT")]
    tenants: Vec<String>,
    /// the directory in which its folder is made, best on another disk [default: backups/ in the data directory]
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

/// An error by the name of the flag, which reads better here than the draft's.
fn as_typed(error: Error) -> Error {
    match error {
        Error::Validation(mut broken) => {
            broken.0.iter_mut().filter(|field| field.field == "into").for_each(|field| "to".clone_into(&mut field.field));
            Error::Validation(broken)
        }
        other => other,
    }
}

pub(crate) fn run(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    let new = NewBackup { tenants: args.tenants.clone(), into: args.to.clone() };
    let made = platform.backups().create_with(&new, &mut app.printer.progress("copied", "files"));
    let backup = made.map_err(as_typed)?;
    let program = app.program();
    app.printer.answer(&view(&backup), |page| {
        page.line(format_args!("backed up the registry and {}: {}", counted(backup.tenants.len(), "tenant"), size(backup.bytes)));
        for (slug, code) in &backup.left_out {
            page.line(format_args!("left out {slug}: {code}; `{program} doctor` tells more"));
        }
        page.line(format_args!("in {}", backup.folder.display()));
        let shown = if args.to.is_some() { backup.folder.display().to_string() } else { backup.name.clone() };
        page.next(format_args!("{program} backup verify {shown}"));
    })?;
    if backup.left_out.is_empty() { Ok(()) } else { Err(Failure::Partly) }
}
