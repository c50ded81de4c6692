//! `polaris recruitment dashboard`

use clap::Args;
use polaris_core::{DashboardEvent, DashboardTotals, UrgencyLevel};

use super::counted;
use crate::app::App;
use crate::commands::event::local;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::view::{DashboardView, standing};

/// show which events need volunteers, the most urgent first
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris recruitment dashboard kckps")]
pub(crate) struct DashboardArgs {
    /// the tenant's slug
    tenant: String,
    #[command(flatten)]
    paging: Paging,
}

pub(crate) fn run(args: &DashboardArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let found = app.tenant(&args.tenant)?.recruitment().dashboard(args.paging.request()?)?;
    let program = app.program();
    app.printer.answer(&DashboardView::from(&found), |page| {
        if found.totals.events == 0 {
            page.line("no event needs volunteers");
            return;
        }
        page.table(&["level", "score", "event", "title", "starts", "when", "coming", "missing"], found.events.items.iter().map(row));
        page.line(summary(found.totals));
        standing(&found.events).into_iter().for_each(|line| page.line(line));
        if let Some(first) = found.events.items.first() {
            page.next(format_args!("{program} recruitment candidates {} {}", args.tenant, first.event.id));
        }
    })
}

fn row(of: &DashboardEvent) -> Vec<String> {
    let level = match of.level {
        UrgencyLevel::Critical => "critical",
        UrgencyLevel::Warning => "warning",
        UrgencyLevel::OnTrack => "on track",
    };
    vec![
        level.to_owned(),
        of.score.to_string(),
        of.event.id.to_string(),
        of.event.title.clone(),
        local(&of.event.starts_at),
        when(of.days),
        format!("{} of {} ({} %)", of.volunteers_registered, of.volunteers_needed, of.fill_percent),
        of.volunteers_needed.saturating_sub(of.volunteers_registered).to_string(),
    ]
}

/// How far off it is, by the tenant's calendar.
fn when(days: i64) -> String {
    match days {
        ..=0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        more => format!("in {more} days"),
    }
}

fn summary(totals: DashboardTotals) -> String {
    let DashboardTotals { events, critical, warning, on_track, open_places } = totals;
    let events = counted(events, "event needs", "events need");
    let people = counted(open_places, "more volunteer", "more volunteers");
    format!("{events} {people}: {critical} critical, {warning} warning, {on_track} on track")
}
