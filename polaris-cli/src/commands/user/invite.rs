//! `polaris user invite`

use clap::Args;

use super::{Named, name};
use crate::app::App;
use crate::failure::Failure;
use crate::view::UserView;

/// send a user a mail with a link to set a password
///
/// An invitation, good for 72 hours; where the user has a password a link for a new one, good for an hour. Links from before stay good.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris user invite kckps pat@example.org")]
pub(crate) struct InviteArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn run(args: &InviteArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let user = app.tenant(&args.named.tenant)?.users().invite(args.named.user.as_str())?;
    app.printer.answer(&UserView::from(&user), |page| {
        let good_for = if user.has_password { "an hour" } else { "72 hours" };
        page.line(format_args!("a mail is on its way to user {}: {}, with a link that is good for {good_for}", user.id, name(&user)));
    })
}
