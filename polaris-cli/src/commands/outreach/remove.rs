//! `polaris outreach remove`

use clap::Args;
use polaris_core::types::OutreachId;
use serde_json::json;

use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;

/// remove outreach that was logged by mistake; the event's roster stays as it is
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris outreach remove kckps 1 --yes")]
pub(crate) struct RemoveArgs {
    /// the tenant's slug
    tenant: String,
    /// the outreach's number
    outreach: i64,
    /// don't ask once more
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &RemoveArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    let id = args.outreach;
    agreed(app, args.yes, &format!("removes outreach {id} for good"))?;
    tenant.outreach().remove(OutreachId::new(id), None)?;
    app.printer.answer(&json!({ "id": id }), |page| page.line(format_args!("removed outreach {id}")))
}
