//! `polaris roster list` and `polaris roster totals`

use clap::Args;
use polaris_core::types::{ParticipationStatus, RosterOrder, RosterSort};
use polaris_core::{RosterEntry, RosterFilter};

use super::{hours, moment};
use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::offered;
use crate::view::{PageView, RosterEntryView, RosterTotalsView, standing};

/// list an event's roster
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris roster list kckps career-day-2027-03-04 --status confirmed")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
    /// only those in this status; may be given again
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true, value_parser = offered::word!(ParticipationStatus))]
    statuses: Vec<ParticipationStatus>,
    /// name, status or created; with - before it descending [default: name]
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true, hide_possible_values = true, value_parser = offered::order!(RosterOrder, RosterSort))]
    sort: Option<RosterOrder>,
    #[command(flatten)]
    paging: Paging,
}

/// show how many stand how on an event's roster, and their hours
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris roster totals kckps career-day-2027-03-04")]
pub(crate) struct TotalsArgs {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = RosterFilter { statuses: args.statuses.clone() };
    let (order, paging) = (args.sort.unwrap_or_default(), args.paging.request()?);
    let found = app.tenant(&args.tenant)?.rosters().list(args.event.as_str(), &filter, order, paging)?;
    let program = app.program();
    app.printer.answer(&PageView::<RosterEntryView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("nobody here");
            if found.total == 0 && filter == RosterFilter::default() {
                page.next(format_args!("{program} roster assign {} {} VOLUNTEER", args.tenant, args.event));
            }
        } else {
            let header = ["volunteer", "name", "stands", "as", "signed up", "hours", "e-mail", "phone", "organization"];
            page.table(&header, found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

fn row(entry: &RosterEntry) -> Vec<String> {
    let place = &entry.participation;
    vec![
        place.volunteer_id.to_string(),
        format!("{} {}", entry.first_name, entry.last_name),
        place.status.to_string(),
        place.participation_type.to_string(),
        moment(place.signed_up_at).unwrap_or_default(),
        place.minutes.map(hours).unwrap_or_default(),
        entry.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        entry.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        entry.organization.clone().unwrap_or_default(),
    ]
}

pub(crate) fn totals(args: &TotalsArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let totals = app.tenant(&args.tenant)?.rosters().totals(args.event.as_str())?;
    app.printer.answer(&RosterTotalsView::from(&totals), |page| {
        page.pairs([
            ("invited", totals.invited.to_string()),
            ("waitlisted", totals.waitlisted.to_string()),
            ("confirmed", totals.confirmed.to_string()),
            ("declined", totals.declined.to_string()),
            ("attended", totals.attended.to_string()),
            ("no-show", totals.no_show.to_string()),
            ("hours", hours(totals.minutes)),
        ]);
    })
}
