//! `polaris init`: makes the data directory.

use clap::Args;
use polaris_core::Polaris;
use serde_json::json;

use crate::app::App;
use crate::failure::Failure;

/// make the data directory, readable by its owner alone
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris init --data ./polaris-data")]
pub(crate) struct InitArgs {}

pub(crate) fn run(app: &mut App<'_>) -> Result<(), Failure> {
    let polaris = Polaris::init(app.settings.engine())?;
    let data = polaris.data().display().to_string();
    let program = app.program();
    app.printer.answer(&json!({ "data": data }), |page| {
        page.line(format_args!("made the data directory {data}"));
        page.next(format_args!("{program} tenant create kckps --name \"Kansas City Kansas\""));
    })
}
