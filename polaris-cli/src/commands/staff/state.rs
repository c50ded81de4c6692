//! `polaris staff deactivate` and `polaris staff reactivate`

use clap::Args;

use super::Named;
use crate::app::App;
use crate::failure::Failure;
use crate::view::StaffView;

/// deactivate a staff account: its sessions end at once, with their entries into tenants, and its links are void
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris staff deactivate 1")]
pub(crate) struct DeactivateArgs {
    #[command(flatten)]
    named: Named,
}

/// reactivate a deactivated staff account, with the role and password it had
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris staff deactivate 1\n  polaris staff reactivate 1")]
pub(crate) struct ReactivateArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn deactivate(args: &DeactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let staff = app.platform()?.staff().deactivate(args.named.staff.as_str())?;
    let program = app.program();
    app.printer.answer(&StaffView::from(&staff), |page| {
        page.line(format_args!("deactivated staff account {}: {}", staff.id, staff.name));
        page.next(format_args!("{program} staff reactivate {}", staff.id));
    })
}

pub(crate) fn reactivate(args: &ReactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let staff = app.platform()?.staff().reactivate(args.named.staff.as_str())?;
    let program = app.program();
    app.printer.answer(&StaffView::from(&staff), |page| {
        page.line(format_args!("reactivated staff account {}: {} ({})", staff.id, staff.name, staff.role.as_str()));
        if !staff.has_password {
            page.next(format_args!("{program} staff reset-password {}", staff.id));
        }
    })
}
