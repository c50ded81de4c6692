//! `polaris volunteer history`

use clap::Args;
use polaris_core::HistoryEntry;

use super::Named;
use crate::app::App;
use crate::commands::event::local;
use crate::commands::roster::hours;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::view::{HistoryEntryView, PageView, standing};

/// list the events a volunteer was asked to, took part in or declined
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer history kckps 1")]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    paging: Paging,
}

pub(crate) fn run(args: &HistoryArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let found = app.tenant(&args.named.tenant)?.volunteers().history(args.named.volunteer.as_str(), args.paging.request()?)?;
    app.printer.answer(&PageView::<HistoryEntryView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no events here");
        } else {
            page.table(HEADER, found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

pub(super) const HEADER: &[&str] = &["event", "title", "begins", "stands", "as", "hours"];

pub(super) fn row(entry: &HistoryEntry) -> Vec<String> {
    let HistoryEntry { event, participation } = entry;
    vec![
        event.id.to_string(),
        event.title.clone(),
        local(&event.starts_at),
        participation.status.to_string(),
        participation.participation_type.to_string(),
        participation.minutes.map(hours).unwrap_or_default(),
    ]
}
