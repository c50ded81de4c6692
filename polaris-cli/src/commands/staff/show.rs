//! `polaris staff show`

use clap::Args;

use super::{Named, pairs};
use crate::app::App;
use crate::failure::Failure;
use crate::view::StaffView;

/// show one staff account
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris staff show 1")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let staff = app.platform()?.staff().get(args.named.staff.as_str())?;
    app.printer.answer(&StaffView::from(&staff), |page| page.pairs(pairs(&staff)))
}
