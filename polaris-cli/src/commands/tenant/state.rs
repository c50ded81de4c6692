//! `polaris tenant deactivate` and `polaris tenant reactivate`

use clap::Args;

use crate::app::App;
use crate::failure::Failure;
use crate::view::TenantView;

/// deactivate a tenant: nothing of it can be reached, its people's sessions end
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant deactivate kckps --reason \"asked to by the district\"")]
pub(crate) struct DeactivateArgs {
    /// the tenant's slug
    tenant: String,
    /// why, for the audit logs; name no person
    #[arg(long)]
    reason: Option<String>,
}

/// reactivate a deactivated tenant
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant deactivate kckps\n  polaris tenant reactivate kckps")]
pub(crate) struct ReactivateArgs {
    /// the tenant's slug
    tenant: String,
    /// why, for the audit logs; name no person
    #[arg(long)]
    reason: Option<String>,
}

pub(crate) fn deactivate(args: &DeactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.platform()?.tenants().deactivate(&args.tenant, args.reason.as_deref())?;
    let program = app.program();
    app.printer.answer(&TenantView::from(&tenant), |page| {
        page.line(format_args!("deactivated the tenant {}: nobody reaches it, nothing of it is lost", tenant.slug));
        page.next(format_args!("{program} tenant reactivate {}", tenant.slug));
    })
}

pub(crate) fn reactivate(args: &ReactivateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.platform()?.tenants().reactivate(&args.tenant, args.reason.as_deref())?;
    app.printer.answer(&TenantView::from(&tenant), |page| page.line(format_args!("reactivated the tenant {}", tenant.slug)))
}
