//! `polaris calendar show`

use clap::Args;
use polaris_core::types::LocalTime;
use polaris_core::{CalendarItem, CalendarQuery};

use crate::app::App;
use crate::failure::Failure;
use crate::offered;
use crate::view::AgendaView;

/// show what is in a tenant's calendar: this month, a day, a week or a month, or any range
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris calendar show kckps --view week\n\nexample:\n  polaris calendar show kckps --start 2027-03-01 --end 2027-06-01"
)]
pub(crate) struct ShowArgs {
    /// the tenant's slug
    tenant: String,
    /// day, week (from Sunday on) or month [default: month]
    #[arg(long, value_name = "VIEW", hide_possible_values = true, value_parser = offered::text!["day", "week", "month"])]
    view: Option<String>,
    /// a day in it [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// instead of both: the first day or moment
    #[arg(long, value_name = "WHEN")]
    start: Option<String>,
    /// and the first day or moment after it, at most 400 days later
    #[arg(long, value_name = "WHEN")]
    end: Option<String>,
    /// the IANA time zone of it all [default: the tenant's]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let ShowArgs { tenant, view, date, start, end, time_zone } = args;
    let query =
        CalendarQuery { view: view.clone(), date: date.clone(), start: start.clone(), end: end.clone(), time_zone: time_zone.clone() };
    let agenda = app.tenant(tenant)?.calendar().get(&query)?;
    let program = app.program();
    app.printer.answer(&AgendaView::from(&agenda), |page| {
        let range = format!("from {} up to {} ({})", clock(&agenda.starts_at), clock(&agenda.ends_at), agenda.starts_at.zone);
        page.line(&range);
        if agenda.items.is_empty() {
            page.line("nothing in the calendar");
            page.next(format_args!("{program} event list {tenant}"));
        } else {
            page.table(&["id", "begins", "ends", "title", "status", "volunteers", "location"], agenda.items.iter().map(row));
        }
    })
}

fn row(item: &CalendarItem) -> Vec<String> {
    let one_day = item.starts_at.local.date() == item.ends_at.local.date();
    let fill = item.fill_percent().map_or_else(String::new, |fill| format!(" of {} ({fill}%)", item.volunteers_needed));
    vec![
        item.id.to_string(),
        clock(&item.starts_at),
        if one_day { item.ends_at.local.format("%H:%M").to_string() } else { clock(&item.ends_at) },
        item.title.clone(),
        item.status.to_string(),
        format!("{}{fill}", item.volunteers_registered),
        item.location.clone(),
    ]
}

fn clock(time: &LocalTime) -> String {
    time.local.format("%a %Y-%m-%d %H:%M").to_string()
}
