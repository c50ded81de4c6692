//! `polaris tenant delete`, `polaris tenant undelete` and `polaris tenant purge`

use clap::Args;
use serde_json::json;

use crate::app::App;
use crate::confirm::slug_again;
use crate::failure::Failure;
use crate::view::TenantView;

/// move a deactivated tenant to the trash; it can be taken back until it is purged
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant deactivate kckps\n  polaris tenant delete kckps --yes")]
pub(crate) struct DeleteArgs {
    /// the tenant's slug
    tenant: String,
    /// don't ask for the slug once more
    #[arg(long)]
    yes: bool,
}

/// take a tenant back from the trash, deactivated
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant deactivate kckps\n  polaris tenant delete kckps --yes\n  polaris tenant undelete kckps")]
pub(crate) struct UndeleteArgs {
    /// the tenant's slug
    tenant: String,
}

/// remove a tenant in the trash for good, and free its slug
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris tenant deactivate kckps\n  polaris tenant delete kckps --yes\n  polaris tenant purge kckps --yes"
)]
pub(crate) struct PurgeArgs {
    /// the tenant's slug
    tenant: String,
    /// don't ask for the slug once more
    #[arg(long)]
    yes: bool,
}

pub(crate) fn delete(args: &DeleteArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    let confirm = slug_again(app, &args.tenant, args.yes, &format!("moves the tenant {} to the trash", args.tenant))?;
    // Another process that has its file open is waited for.
    let waiting = app.printer.doing(&format!("moving {} to the trash", args.tenant));
    let tenant = platform.tenants().delete(&args.tenant, &confirm)?;
    drop(waiting);
    let program = app.program();
    app.printer.answer(&TenantView::from(&tenant), |page| {
        page.line(format_args!("moved the tenant {} to the trash; its slug stays taken until it is purged", tenant.slug));
        page.next(format_args!("{program} tenant undelete {slug}, or {program} tenant purge {slug}", slug = tenant.slug));
    })
}

pub(crate) fn undelete(args: &UndeleteArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.platform()?.tenants().undelete(&args.tenant)?;
    let program = app.program();
    app.printer.answer(&TenantView::from(&tenant), |page| {
        page.line(format_args!("took the tenant {} back from the trash; it is deactivated", tenant.slug));
        page.next(format_args!("{program} tenant reactivate {}", tenant.slug));
    })
}

pub(crate) fn purge(args: &PurgeArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    let what = format!("removes the tenant {} and all it holds for good; it can't be undone", args.tenant);
    let confirm = slug_again(app, &args.tenant, args.yes, &what)?;
    let removing = app.printer.doing(&format!("purging {}", args.tenant));
    platform.tenants().purge(&args.tenant, &confirm)?;
    drop(removing);
    app.printer.answer(&json!({ "slug": args.tenant }), |page| {
        page.line(format_args!("purged the tenant {0}; the slug {0} is free again", args.tenant));
    })
}
