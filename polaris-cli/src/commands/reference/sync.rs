//! `polaris reference sync`

use clap::Args;
use polaris_core::platform::reference::{Brought, Changes, TenantSync};
use polaris_core::{Error, ReferenceSync, SyncReport};

use crate::app::App;
use crate::failure::Failure;
use crate::printer::Page;
use crate::view::SyncView;

/// bring the reference data to tenants that exist
///
/// What is new is added, what was changed is changed, what is gone is removed unless the tenant uses it; what a tenant made itself stays.
/// Ends with 1 when a tenant could not be brought up to date; the others are.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris reference sync --all --dry-run\n  polaris reference sync kckps")]
pub(crate) struct SyncArgs {
    /// the tenants' slugs
    #[arg(value_name = "TENANT", conflicts_with = "all")]
    tenants: Vec<String>,
    /// all active tenants
    #[arg(long)]
    all: bool,
    /// tell what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: &SyncArgs, app: &mut App<'_>) -> Result<(), Failure> {
    if args.tenants.is_empty() && !args.all {
        return Err(Error::bad_request("tenants", "name at least one, or say --all").into());
    }
    let platform = app.platform()?;
    let sync = ReferenceSync { tenants: (!args.all).then(|| args.tenants.clone()), dry_run: args.dry_run };
    let report = {
        let mut bar = app.printer.progress("synced", "tenants");
        platform.reference().sync_with(&sync, &mut bar)?
    };
    let program = app.program();
    app.printer.answer(&SyncView::from(&report), |page| show(page, &report, &program))?;
    if report.is_complete() { Ok(()) } else { Err(Failure::Partly) }
}

fn show(page: &mut Page, report: &SyncReport, program: &str) {
    if report.dry_run {
        page.line("this would be done, and nothing was");
    }
    if report.tenants.is_empty() {
        page.line("no active tenants here");
    } else {
        page.table(&["tenant", "schools", "skills", "career types", ""], report.tenants.iter().map(row));
    }
    if !report.skipped.is_empty() {
        let skipped: Vec<_> = report.skipped.iter().map(ToString::to_string).collect();
        page.line(format_args!("left as they are, being deactivated: {}", skipped.join(", ")));
    }
    // The first that failed: what is to be done is told of one after the other.
    match report.tenants.iter().find_map(|done| Some((&done.tenant, done.outcome.as_ref().err()?.code))) {
        Some((tenant, "TENANT_INACTIVE")) => page.next(format_args!("{program} tenant reactivate {tenant}")),
        Some((tenant, "SCHEMA_OUTDATED")) => page.next(format_args!("{program} migrate {tenant}")),
        Some((_, "TENANT_NOT_FOUND")) => page.next(format_args!("{program} tenant list")),
        Some(_) => page.next(format_args!("{program} doctor")),
        None => {}
    }
}

fn row(done: &TenantSync) -> Vec<String> {
    let mut row = vec![done.tenant.to_string()];
    match &done.outcome {
        Ok(changes) => {
            row.extend([changes.schools, changes.skills, changes.career_types].iter().map(told));
            row.push(note(changes));
        }
        Err(failure) => {
            row.extend([String::new(), String::new(), String::new()]);
            row.push(format!("failed: {}", failure.message));
        }
    }
    row
}

/// The counts that aren't 0: `2 added, 1 kept because used`.
fn told(counts: &Brought) -> String {
    let parts = [
        (counts.added, "added"),
        (counts.changed, "changed"),
        (counts.removed, "removed"),
        (counts.unchanged, "unchanged"),
        (counts.used, "kept because used"),
        (counts.own, "own"),
        (counts.clashing, "kept under their former names"),
    ];
    let told: Vec<_> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if told.is_empty() { "none".to_owned() } else { told.join(", ") }
}

fn note(changes: &Changes) -> String {
    match changes.district_known {
        Some(false) => "the reference data don't know its district: its schools stay as they are".to_owned(),
        _ => String::new(),
    }
}
