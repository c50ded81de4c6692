//! `polaris key rotate`

use clap::Args;
use polaris_core::NewKeyRotation;

use super::{Named, last_used, moment};
use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::MadeKeyView;

/// replace an API key by a new one, which is shown this once
///
/// The old key ends at once: whoever uses it must have the new one first, or is turned away. With a grace both are good for some hours.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris key rotate kckps --grace-hours 48\n\nexample:\n  polaris key rotate kckps 1 --yes")]
pub(crate) struct RotateArgs {
    #[command(flatten)]
    named: Named,
    /// for how many hours the old key stays good, at most 720
    #[arg(long, value_name = "HOURS", allow_hyphen_values = true)]
    grace_hours: Option<i64>,
    /// don't ask whether the old key may end at once
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &RotateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    app.printer.can_be_read("the API key")?;
    let tenant = app.tenant(&args.named.tenant)?;
    let old = args.named.find(&tenant)?;
    if args.grace_hours.unwrap_or_default() == 0 {
        let what = format!("ends the key {} for {} at once (last used: {})", old.hint, plain(&old.name), last_used(&old));
        agreed(app, args.yes, &what)?;
    }
    let made = tenant.api_keys().rotate(old.id, &NewKeyRotation { grace_hours: args.grace_hours })?;
    app.printer.answer(&MadeKeyView::from(&made), |page| {
        page.secret(&format!("API key {} for {}", made.key.id, plain(&made.key.name)), made.api_key.reveal());
        match made.replaced.as_ref().and_then(|old| old.expires_at) {
            Some(end) => page.line(format_args!("the old key {} stays good until {}", old.hint, moment(end))),
            None => page.line(format_args!("the old key {} has ended", old.hint)),
        }
    })
}
