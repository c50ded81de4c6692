//! `polaris key revoke`

use clap::Args;

use super::{Named, last_used};
use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::KeyView;

/// end an API key at once: whoever uses it is turned away
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris key revoke kckps 1 --yes")]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    named: Named,
    /// don't ask
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &RevokeArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.named.tenant)?;
    let key = args.named.find(&tenant)?;
    let what = format!("ends the key {} for {} at once (last used: {})", key.hint, plain(&key.name), last_used(&key));
    agreed(app, args.yes, &what)?;
    let key = tenant.api_keys().revoke(key.id)?;
    app.printer.answer(&KeyView::from(&key), |page| {
        page.line(format_args!("revoked API key {} for {}", key.id, plain(&key.name)));
    })
}
