//! `polaris volunteer deactivate` and `polaris volunteer reactivate`

use clap::Args;

use super::{Named, name};
use crate::app::App;
use crate::failure::Failure;
use crate::view::VolunteerView;

/// deactivate a volunteer: they are kept with all their history
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer deactivate kckps 1")]
pub(crate) struct DeactivateArgs {
    #[command(flatten)]
    named: Named,
}

/// reactivate a deactivated volunteer
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer deactivate kckps 1\n  polaris volunteer reactivate kckps 1")]
pub(crate) struct ReactivateArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn deactivate(args: &DeactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let volunteer = app.tenant(&args.named.tenant)?.volunteers().deactivate(args.named.volunteer.as_str())?;
    let program = app.program();
    app.printer.answer(&VolunteerView::from(&volunteer), |page| {
        page.line(format_args!("deactivated volunteer {}: {}", volunteer.id, name(&volunteer)));
        page.next(format_args!("{program} volunteer reactivate {} {}", args.named.tenant, volunteer.id));
    })
}

pub(crate) fn reactivate(args: &ReactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let volunteer = app.tenant(&args.named.tenant)?.volunteers().reactivate(args.named.volunteer.as_str())?;
    app.printer.answer(&VolunteerView::from(&volunteer), |page| {
        page.line(format_args!("reactivated volunteer {}: {}", volunteer.id, name(&volunteer)));
    })
}
