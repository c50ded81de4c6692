//! `polaris key adopt`

use clap::Args;
use polaris_core::NewKeyAdoption;

use crate::app::App;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::KeyView;

/// take over a key of the earlier application by its hash, so that the website that has it keeps it
///
/// The hash stands in the earlier application's database, in tenant.api_key_hash. The key itself isn't needed, and is not shown.
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris key adopt kckps \\\n      --hash e09e0c44df9d0ba71b6aa4c6b0734eefb90c15f6260e088d729970329d0f5e1c"
)]
pub(crate) struct AdoptArgs {
    /// the tenant's slug
    tenant: String,
    /// the key's hash: 64 hexadecimal digits
    #[arg(long, value_name = "DIGITS")]
    hash: String,
    /// what the key is for
    #[arg(long, value_name = "NAME", default_value = "Website")]
    name: String,
}

pub(crate) fn run(args: &AdoptArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let adoption = NewKeyAdoption { hash: args.hash.clone(), name: args.name.clone() };
    let key = app.tenant(&args.tenant)?.api_keys().adopt(&adoption)?;
    let program = app.program();
    app.printer.answer(&KeyView::from(&key), |page| {
        page.line(format_args!("took over API key {} for {}: whoever has it is let in", key.id, plain(&key.name)));
        page.next(format_args!("{program} key list {}", args.tenant));
    })
}
