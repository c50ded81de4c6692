//! `polaris backup restore`

use clap::Args;
use polaris_core::types::instant_text;
use polaris_core::{BackupRef, Error, NewRestore, Polaris, Restored, RestoredDirectory, RestoredTenant};
use serde_json::json;

use super::which;
use crate::app::{App, actor};
use crate::confirm;
use crate::failure::Failure;
use crate::words::counted;

/// put a tenant back as a backup has it, or a whole installation into a new directory
///
/// The backup is always checked first. A tenant must be deactivated, or its file missing or damaged; that file goes to the trash. It stays
/// deactivated, so that it can be looked at, unless --activate is given. With --all, --data names a new or empty directory, and
/// nothing else is needed.
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris backup create\n  polaris tenant deactivate kckps\n  polaris backup restore latest kckps --activate --yes\n\nexample:\n  polaris backup create --to ./safe\n  polaris --data ./new backup restore --all ./safe/*"
)]
pub(crate) struct RestoreArgs {
    /// the backup: its name, its folder, or `latest`
    #[arg(value_name = "BACKUP")]
    backup: String,
    /// the tenant, by slug
    #[arg(value_name = "TENANT", required_unless_present = "all", conflicts_with = "all")]
    tenant: Option<String>,
    /// the registry and every tenant, into the new directory that --data names
    #[arg(long)]
    all: bool,
    /// only check it as restoring would, and change nothing
    #[arg(long, conflicts_with_all = ["all", "activate"])]
    verify: bool,
    /// reactivate the tenant at once
    #[arg(long, conflicts_with = "all")]
    activate: bool,
    /// accept a backup that the operator's audit log doesn't know, as after the registry was restored: whoever can write to its folder
    /// may have made it up
    #[arg(long, conflicts_with = "all")]
    unknown: bool,
    /// don't ask
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &RestoreArgs, app: &mut App<'_>) -> Result<(), Failure> {
    match &args.tenant {
        None => all(args, app),
        Some(tenant) if args.verify => {
            let platform = app.platform()?;
            let checking = app.printer.doing(&format!("checking {tenant} in {}", args.backup));
            platform.backups().check_restore(&which(&args.backup), tenant)?;
            drop(checking);
            app.printer.answer(&json!({ "backup": args.backup, "tenant": tenant, "sound": true }), |page| {
                page.line(format_args!("{tenant} can be restored from {}; nothing was changed", args.backup));
            })
        }
        Some(tenant) => one(args, tenant, app),
    }
}

fn one(args: &RestoreArgs, tenant: &str, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    let backup = platform.backups().get(&which(&args.backup))?;
    let as_of = backup.times.map_or_else(|| "then".to_owned(), |(began, _)| format!("{} UTC", began.format("%Y-%m-%d %H:%M")));
    let what = format!("puts {tenant} back as it was at {as_of}; what was changed since goes to the trash with its present file");
    let typed = confirm::slug_again(app, tenant, args.yes, &what)?;
    if typed != tenant {
        return Err(Error::bad_request("tenant", "is another than the one typed: nothing was changed").into());
    }
    let wanted = NewRestore { tenant: tenant.to_owned(), activate: args.activate, unknown: args.unknown };
    let restoring = app.printer.doing(&format!("restoring {tenant}"));
    let restored = platform.backups().restore(&which(&args.backup), &wanted)?;
    drop(restoring);
    let program = app.program();
    app.printer.answer(&view(&restored), |page| {
        page.line(format_args!("restored {tenant} as it was at {}", instant_text(restored.as_of)));
        if let Some(replaced) = &restored.replaced {
            page.line(format_args!("the file before lies in trash/{replaced}"));
        }
        if restored.access_kept {
            page.line("all sessions ended; keys, passwords, roles and deactivations are as they were just now");
        } else {
            page.line(format_args!(
                "all sessions ended; keys, passwords, roles and deactivations are as they were then: look whether {} may be valid again",
                if restored.api_keys == 1 { "the key of then" } else { "the keys of then" },
            ));
        }
        if restored.shut_out > 0 {
            page.line(format_args!(
                "{} of its people were unknown just now: they are deactivated and have no password; see `{program} user list {tenant}`",
                restored.shut_out
            ));
        }
        if restored.active_admins == 0 {
            page.line(format_args!(
                "it has no active admin: see `{program} user list {tenant}`, and bring one back with `user reactivate`"
            ));
        }
        if !restored.active {
            page.next(format_args!("{program} tenant reactivate {tenant}"));
        }
    })
}

fn view(restored: &Restored) -> serde_json::Value {
    json!({
        "tenant": restored.tenant,
        "backup": restored.backup,
        "as_of": instant_text(restored.as_of),
        "from_schema": restored.from_schema,
        "epoch": restored.epoch,
        "state": if restored.active { "active" } else { "inactive" },
        "api_keys": restored.api_keys,
        "access_kept": restored.access_kept,
        "shut_out": restored.shut_out,
        "active_admins": restored.active_admins,
        "replaced": restored.replaced,
    })
}

fn all(args: &RestoreArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let BackupRef::Folder(folder) = which(&args.backup) else {
        return Err(Error::bad_request("BACKUP", "must be the backup's folder where a whole installation is put back").into());
    };
    let builder = Polaris::builder(app.settings.engine());
    let restored = builder.restore(&folder, actor(), &mut app.printer.progress("restored", "files"))?;
    let program = app.program();
    let missing = restored.tenants.iter().filter(|tenant| tenant.missing.is_some()).count();
    app.printer.answer(&view_all(&restored), |page| {
        page.line(format_args!(
            "restored the registry and {} as they were at {} into {}",
            counted(restored.tenants.len() - missing, "tenant"),
            instant_text(restored.as_of),
            restored.data.display(),
        ));
        for RestoredTenant { slug, missing } in &restored.tenants {
            if let Some((_, why)) = missing {
                page.line(format_args!("not restored: {slug}: {why}"));
            }
        }
        page.line("all sessions ended; everything else is as it was then, API keys and passwords included");
        page.next(format_args!("{program} doctor"));
    })?;
    if missing == 0 { Ok(()) } else { Err(Failure::Partly) }
}

fn view_all(restored: &RestoredDirectory) -> serde_json::Value {
    let tenant = |RestoredTenant { slug, missing }: &RestoredTenant| {
        let error = missing.as_ref().map(|(code, message)| json!({ "code": code, "message": message }));
        json!({ "tenant": slug, "restored": missing.is_none(), "error": error })
    };
    json!({
        "backup": restored.backup,
        "as_of": instant_text(restored.as_of),
        "data": restored.data.display().to_string(),
        "tenants": restored.tenants.iter().map(tenant).collect::<Vec<_>>(),
    })
}
