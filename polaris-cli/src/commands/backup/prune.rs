//! `polaris backup prune`

use clap::Args;
use serde_json::json;

use crate::app::App;
use crate::confirm;
use crate::failure::Failure;
use crate::words::{counted, size};

/// remove old backups, and old copies from before migrations and restores
///
/// Of backups in the data directory the newest are kept, and as many copies of each file from before migrations and restores. Backups
/// elsewhere are let be.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris backup prune --keep 14 --yes")]
pub(crate) struct PruneArgs {
    /// how many of each to keep, at least 1
    #[arg(long, value_name = "N")]
    keep: usize,
    /// don't ask
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &PruneArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    let what = format!(
        "removes all but the newest {}, and as many copies from before migrations and restores, for good",
        counted(args.keep, "backup")
    );
    confirm::agreed(app, args.yes, &what)?;
    let removing = app.printer.doing("removing old backups");
    let pruned = platform.backups().prune(args.keep)?;
    drop(removing);
    app.printer.answer(&json!({ "backups": pruned.backups, "copies": pruned.copies, "bytes": pruned.bytes }), |page| {
        page.line(format_args!(
            "removed {} and {}: {}",
            counted(pruned.backups.len(), "backup"),
            if pruned.copies == 1 { "1 copy".to_owned() } else { format!("{} copies", pruned.copies) },
            size(pruned.bytes)
        ));
    })
}
