//! `polaris backup list` and `polaris backup show`

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use polaris_core::{Backup, BackupState};
use serde_json::json;

use super::{view, which};
use crate::app::{App, quoted};
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::view::standing;
use crate::words::size;

/// list backups, newest first
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris backup create --to ./safe\n  polaris backup list --in ./safe")]
pub(crate) struct ListArgs {
    /// the directory they are in [default: backups/ in the data directory]
    #[arg(long = "in", value_name = "DIR")]
    place: Option<PathBuf>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris backup create\n  polaris backup show latest")]
pub(crate) struct ShowArgs {
    /// its name, its folder, or `latest`
    #[arg(value_name = "BACKUP")]
    backup: String,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let (platform, page) = (app.platform()?, args.paging.request()?);
    let found = match &args.place {
        Some(place) => platform.backups().list_in(place, page)?,
        None => platform.backups().list(page)?,
    };
    let answer = json!({
        "items": found.items.iter().map(view).collect::<Vec<_>>(),
        "page": found.page,
        "per_page": found.per_page,
        "total": found.total,
        "total_pages": found.total_pages(),
        "has_next": found.has_next(),
        "has_prev": found.has_prev(),
    });
    let program = app.program();
    app.printer.answer(&answer, |page| {
        if found.items.is_empty() {
            page.line("no backups here");
            let to = args.place.as_ref().map(|place| format!(" --to {}", quoted(&place.display().to_string()))).unwrap_or_default();
            page.next(format_args!("{program} backup create{to}"));
        } else {
            page.table(&["name", "state", "tenants", "left out", "size"], found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

fn row(backup: &Backup) -> Vec<String> {
    let count = |count: usize| if backup.times.is_some() { count.to_string() } else { String::new() };
    vec![
        backup.name.clone(),
        backup.state.as_str().to_owned(),
        count(backup.tenants.len()),
        count(backup.left_out.len()),
        size(backup.bytes),
    ]
}

pub(crate) fn show(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let backup = app.platform()?.backups().get(&which(&args.backup))?;
    let program = app.program();
    app.printer.answer(&view(&backup), |page| {
        let mut pairs = vec![("name", backup.name.clone()), ("state", backup.state.as_str().to_owned())];
        if let BackupState::Unusable(problem) = &backup.state {
            pairs.push(("why", problem.message.clone()));
        }
        if let Some((began, finished)) = backup.times {
            let moment = |time: DateTime<Utc>| time.format("%Y-%m-%d %H:%M:%S UTC").to_string();
            pairs.extend([("began", moment(began)), ("finished", moment(finished))]);
        }
        pairs.push(("tenants", backup.tenants.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")));
        if !backup.left_out.is_empty() {
            let left_out = backup.left_out.iter().map(|(slug, code)| format!("{slug} ({code})"));
            pairs.push(("left out", left_out.collect::<Vec<_>>().join(" ")));
        }
        pairs.push(("size", size(backup.bytes)));
        pairs.push(("folder", backup.folder.display().to_string()));
        page.pairs(pairs);
        page.next(format_args!("{program} backup verify {}", args.backup));
    })
}
