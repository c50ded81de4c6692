//! `polaris key create`

use clap::Args;
use polaris_core::NewApiKey;

use crate::app::App;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::MadeKeyView;

/// make another API key for a tenant; it is shown this once
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris key create kckps --name \"Mobile app\"")]
pub(crate) struct CreateArgs {
    /// the tenant's slug
    tenant: String,
    /// what the key is for
    #[arg(long, value_name = "NAME")]
    name: String,
}

pub(crate) fn run(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    app.printer.can_be_read("the API key")?;
    let made = app.tenant(&args.tenant)?.api_keys().create(&NewApiKey { name: args.name.clone() })?;
    app.printer.answer(&MadeKeyView::from(&made), |page| {
        page.secret(&format!("API key {} for {}", made.key.id, plain(&made.key.name)), made.api_key.reveal());
    })
}
