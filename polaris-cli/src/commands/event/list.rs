//! `polaris event list`

use chrono::NaiveDate;
use clap::Args;
use polaris_core::types::{EventOrder, EventSort, EventStatus, EventType, parse_date};
use polaris_core::{Event, EventFilter, Page};

use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::offered;
use crate::view::{EventView, PageView, standing};

/// list a tenant's events
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event list kckps --search 'career gym' --status published")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
    /// only those whose title, description or location holds these words, or words that begin so
    #[arg(long, visible_alias = "search", value_name = "TEXT")]
    q: Option<String>,
    /// only those in this status; may be given again
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true, value_parser = offered::word!(EventStatus))]
    statuses: Vec<EventStatus>,
    /// only those of this type
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true, value_parser = offered::word!(EventType))]
    event_type: Option<EventType>,
    /// only those at this school of the tenant, by name or alias
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
    /// only those that begin on this day or later
    #[arg(long, value_name = "DATE", value_parser = date)]
    from_date: Option<NaiveDate>,
    /// only those that begin on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = date)]
    to_date: Option<NaiveDate>,
    /// only those that still need volunteers (true) or all others (false)
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, default_missing_value = "true")]
    needs_volunteers: Option<bool>,
    /// start, title, status or created; with - before it descending [default: start]
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true, hide_possible_values = true, value_parser = offered::order!(EventOrder, EventSort))]
    sort: Option<EventOrder>,
    /// all of them, however many
    #[arg(long, conflicts_with_all = ["page", "per_page"])]
    all: bool,
    #[command(flatten)]
    paging: Paging,
}

fn date(text: &str) -> Result<NaiveDate, String> {
    parse_date(text).map_err(|problem| problem.message)
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = EventFilter {
        q: args.q.clone(),
        statuses: args.statuses.clone(),
        event_type: args.event_type,
        school: args.school.clone(),
        from_date: args.from_date,
        to_date: args.to_date,
        needs_volunteers: args.needs_volunteers,
    };
    let tenant = app.tenant(&args.tenant)?;
    let order = args.sort.unwrap_or_default();
    let events = if args.all {
        Page::whole(tenant.events().list_all(&filter, order)?)
    } else {
        tenant.events().list(&filter, order, args.paging.request()?)?
    };
    let program = app.program();
    app.printer.answer(&PageView::<EventView>::of(&events), |page| {
        if events.items.is_empty() {
            page.line("no events here");
            if events.total == 0 && filter == EventFilter::default() {
                page.next(format_args!("{program} event create {} --help", tenant.slug()));
            }
        } else {
            page.table(&["id", "title", "begins", "status", "volunteers", "location"], events.items.iter().map(row));
        }
        standing(&events).into_iter().for_each(|line| page.line(line));
    })
}

fn row(event: &Event) -> Vec<String> {
    let wanted = if event.volunteers_needed > 0 { format!(" of {}", event.volunteers_needed) } else { String::new() };
    vec![
        event.id.to_string(),
        event.title.clone(),
        super::local(&event.starts_at),
        event.status.to_string(),
        format!("{}{wanted}", event.volunteers_registered),
        event.location.clone(),
    ]
}
