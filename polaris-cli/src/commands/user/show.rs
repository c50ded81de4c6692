//! `polaris user show`

use clap::Args;

use super::{Named, pairs};
use crate::app::App;
use crate::failure::Failure;
use crate::view::UserView;

/// show one user
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris user show kckps 1")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let user = app.tenant(&args.named.tenant)?.users().get(args.named.user.as_str())?;
    app.printer.answer(&UserView::from(&user), |page| page.pairs(pairs(&user)))
}
