//! `polaris calendar export`

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde_json::json;

use crate::app::App;
use crate::failure::Failure;
use crate::output::create;

/// write a tenant's events as an iCalendar file, to standard output or a file
///
/// All events are in it, from the beginning of the last school year on: drafts as tentative, cancelled ones as cancelled.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris calendar export kckps --output kckps.ics")]
pub(crate) struct ExportArgs {
    /// the tenant's slug
    tenant: String,
    /// write into this file, which must not be there yet, readable by you alone
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &ExportArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let made = app.tenant(&args.tenant)?.calendar().export(app.settings.public_url.as_deref())?;
    let Some(path) = &args.output else {
        return app.printer.verbatim("an iCalendar file", made.text.as_bytes());
    };
    create(path)?.write_all(made.text.as_bytes()).map_err(Failure::Output)?;
    let answer = json!({ "file": path, "events": made.events });
    app.printer.answer(&answer, |page| page.line(format_args!("wrote {} events to {}", made.events, path.display())))
}
