//! `polaris event show`

use clap::Args;

use super::{Named, pairs};
use crate::app::App;
use crate::failure::Failure;
use crate::view::EventView;

/// show one event
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event show kckps career-day-2027-03-04")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let event = app.tenant(&args.named.tenant)?.events().get(args.named.event.as_str())?;
    app.printer.answer(&EventView::from(&event), |page| page.pairs(pairs(&event)))
}
