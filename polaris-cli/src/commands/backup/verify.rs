//! `polaris backup verify`

use clap::Args;
use polaris_core::{BackupRef, Polaris, Verification};
use serde_json::json;

use super::{problem, which};
use crate::app::App;
use crate::failure::Failure;
use crate::words::{counted, size};

/// read a backup whole and check it
///
/// Manifest, check sums, whose each file is, SQLite's integrity check, foreign keys, audit logs. A folder can be checked without any data
/// directory. Ends with 5 when something is wrong.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris backup create\n  polaris backup verify latest")]
pub(crate) struct VerifyArgs {
    /// its name, its folder, or `latest`
    #[arg(value_name = "BACKUP")]
    backup: String,
}

pub(crate) fn run(args: &VerifyArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let found = check(args, app)?;
    let database = |file: &polaris_core::VerifiedFile| json!({ "tenant": file.tenant, "file": file.file, "bytes": file.bytes, "schema_version": file.schema_version, "sound": file.sound });
    let program = app.program();
    let answer = json!({
        "name": found.name,
        "sound": found.is_sound(),
        "databases": found.files.iter().map(database).collect::<Vec<_>>(),
        "problems": found.problems.iter().map(problem).collect::<Vec<_>>(),
    });
    app.printer.answer(&answer, |page| {
        let bytes = found.files.iter().map(|file| file.bytes).sum();
        if found.is_sound() {
            page.line(format_args!("{} is sound: {}, {}", found.name, counted(found.files.len(), "file"), size(bytes)));
            return;
        }
        page.line(format_args!("{} is not sound: don't restore what is named here", found.name));
        let row = |problem: &polaris_core::BackupProblem| vec![problem.subject.clone(), problem.code.to_owned(), problem.message.clone()];
        page.table(&["where", "code", "what is wrong"], found.problems.iter().map(row));
        page.next(format_args!("use another, see `{program} backup list`, or make a new one: {program} backup create"));
    })?;
    if found.is_sound() { Ok(()) } else { Err(Failure::Findings) }
}

fn check(args: &VerifyArgs, app: &mut App<'_>) -> Result<Verification, Failure> {
    let which = which(&args.backup);
    match (app.platform(), &which) {
        (Ok(platform), _) => Ok(platform.backups().verify_with(&which, &mut app.printer.progress("checked", "files"))?),
        // Its data directory may be what was lost.
        (Err(_), BackupRef::Folder(folder)) if folder.exists() => {
            Ok(Polaris::verify_backup(folder, &mut app.printer.progress("checked", "files")))
        }
        (Err(error), _) => Err(error.into()),
    }
}
