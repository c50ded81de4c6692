//! `polaris backup …`

mod create;
mod list;
mod prune;
mod restore;
mod verify;

use std::path::Path;

use clap::Subcommand;
use polaris_core::types::instant_text;
use polaris_core::{Backup, BackupProblem, BackupRef, BackupState};
use serde_json::{Value, json};

use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    Create(create::CreateArgs),
    List(list::ListArgs),
    /// show one backup
    #[command(name = "show")]
    Get(list::ShowArgs),
    Verify(verify::VerifyArgs),
    Restore(restore::RestoreArgs),
    Prune(prune::PruneArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &BackupCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        BackupCommand::Create(args) => create::run(args, app),
        BackupCommand::List(args) => list::run(args, app),
        BackupCommand::Get(args) => list::show(args, app),
        BackupCommand::Verify(args) => verify::run(args, app),
        BackupCommand::Restore(args) => restore::run(args, app),
        BackupCommand::Prune(args) => prune::run(args, app),
    }
}

/// A name in the default place, or where there is a folder of this path, that; or the latest.
fn which(text: &str) -> BackupRef {
    if text == "latest" {
        BackupRef::Latest
    } else if text.contains('/') || Path::new(text).is_dir() {
        BackupRef::Folder(text.into())
    } else {
        BackupRef::named(text)
    }
}

fn view(backup: &Backup) -> Value {
    let left_out = |(slug, code): &(polaris_core::types::Slug, String)| json!({ "tenant": slug, "code": code });
    json!({
        "name": backup.name,
        "folder": backup.folder.display().to_string(),
        "state": backup.state.as_str(),
        "began_at": backup.times.map(|(began, _)| instant_text(began)),
        "finished_at": backup.times.map(|(_, finished)| instant_text(finished)),
        "tenants": backup.tenants,
        "left_out": backup.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "bytes": backup.bytes,
        "problem": match &backup.state {
            BackupState::Unusable(found) => problem(found),
            _ => Value::Null,
        },
    })
}

fn problem(problem: &BackupProblem) -> Value {
    json!({ "subject": problem.subject, "code": problem.code, "message": problem.message })
}
