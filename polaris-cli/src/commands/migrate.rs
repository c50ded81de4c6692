//! `polaris migrate`: brings databases to this version's schema.

use clap::Args;
use polaris_core::{Migration, MigrationOutcome, MigrationReport, NewMigration, Polaris};
use serde_json::{Value, json};

use crate::app::App;
use crate::failure::Failure;
use crate::printer::Page;

/// bring the registry and tenants' databases to this version's schema
///
/// Each file is copied into snapshots/ first and migrated in one transaction. What fails is told and left as it was, the others go on,
/// and another run does what is left. The registry comes first. Ends with 1 when a tenant failed.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris migrate --all --dry-run\n\nexample:\n  polaris migrate kckps")]
pub(crate) struct MigrateArgs {
    /// the tenants, by slug
    #[arg(value_name = "TENANT", conflicts_with = "all")]
    tenants: Vec<String>,
    /// all tenants
    #[arg(long)]
    all: bool,
    /// only tell what would be done
    #[arg(long)]
    dry_run: bool,
    /// how many at a time, 1 to 16 [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

pub(crate) fn run(args: &MigrateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let wanted = NewMigration { all: args.all, tenants: args.tenants.clone(), dry_run: args.dry_run, jobs: args.jobs };
    let config = app.settings.engine();
    let (from, to) = Polaris::migrate_registry(&config, args.dry_run)?;
    let report = if args.dry_run && from < to {
        // Without its registry there is no engine, and a dry run changes nothing.
        Polaris::preview_migration(&config, &wanted)?
    } else {
        let platform = app.platform()?;
        platform.tenants().migrate_with(&wanted, &mut app.printer.progress("migrated", "tenants"))?
    };
    let registry = match (from < to, args.dry_run) {
        (false, _) => "up_to_date",
        (true, true) => "pending",
        (true, false) => "migrated",
    };
    let answer = json!({
        "dry_run": report.dry_run,
        "registry": { "from": from, "to": to, "outcome": registry },
        "tenants": report.tenants.iter().map(|tenant| view(tenant, report.target)).collect::<Vec<_>>(),
    });
    app.printer.answer(&answer, |page| show(page, &report, (from, to, registry)))?;
    if report.count("failed") == 0 { Ok(()) } else { Err(Failure::Partly) }
}

fn view(tenant: &Migration, to: u32) -> Value {
    let error = match &tenant.outcome {
        MigrationOutcome::Failed { code, message } => json!({ "code": code, "message": message }),
        _ => Value::Null,
    };
    json!({ "tenant": tenant.slug, "from": tenant.from, "to": to, "outcome": tenant.outcome.as_str(), "error": error })
}

fn show(page: &mut Page, report: &MigrationReport, (from, to, registry): (u32, u32, &str)) {
    let told = |outcome: &str| match outcome {
        "up_to_date" => "nothing to do",
        "pending" => "would be migrated",
        "migrated" => "migrated",
        _ => "failed",
    };
    // Those that need a look; a thousand with nothing to do are a number.
    let mut rows = Vec::new();
    if from < to {
        rows.push(vec!["(registry)".to_owned(), from.to_string(), to.to_string(), told(registry).to_owned(), String::new()]);
    }
    for tenant in report.tenants.iter().filter(|tenant| tenant.outcome != MigrationOutcome::UpToDate) {
        let why = match &tenant.outcome {
            MigrationOutcome::Failed { message, .. } => message.clone(),
            _ => String::new(),
        };
        let from = tenant.from.map_or_else(|| "?".to_owned(), |from| from.to_string());
        rows.push(vec![tenant.slug.to_string(), from, report.target.to_string(), told(tenant.outcome.as_str()).to_owned(), why]);
    }
    if !rows.is_empty() {
        page.table(&["tenant", "from", "to", "outcome", "why"], rows);
    }
    let counts = [("migrated", "migrated"), ("pending", "to be migrated"), ("up_to_date", "up to date"), ("failed", "failed")];
    let counted: Vec<_> = counts
        .iter()
        .map(|(outcome, words)| (report.count(outcome), words))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let counted = if counted.is_empty() { "there are none".to_owned() } else { counted.join(", ") };
    page.line(format_args!("tenants: {counted}"));
}
