//! `polaris user deactivate` and `polaris user reactivate`

use clap::Args;

use super::{Named, name};
use crate::app::App;
use crate::failure::Failure;
use crate::view::UserView;

/// deactivate a user: their sessions and calendar feeds end at once, their links are void
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris user deactivate kckps 1")]
pub(crate) struct DeactivateArgs {
    #[command(flatten)]
    named: Named,
}

/// reactivate a deactivated user, with the role and password they had
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris user deactivate kckps 1\n  polaris user reactivate kckps 1")]
pub(crate) struct ReactivateArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn deactivate(args: &DeactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let user = app.tenant(&args.named.tenant)?.users().deactivate(args.named.user.as_str())?;
    let program = app.program();
    app.printer.answer(&UserView::from(&user), |page| {
        page.line(format_args!("deactivated user {}: {}", user.id, name(&user)));
        page.next(format_args!("{program} user reactivate {} {}", args.named.tenant, user.id));
    })
}

pub(crate) fn reactivate(args: &ReactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let user = app.tenant(&args.named.tenant)?.users().reactivate(args.named.user.as_str())?;
    let program = app.program();
    app.printer.answer(&UserView::from(&user), |page| {
        page.line(format_args!("reactivated user {}: {} ({})", user.id, name(&user), user.role.as_str()));
        if !user.has_password {
            page.next(format_args!("{program} user reset-password {} {}", args.named.tenant, user.id));
        }
    })
}
