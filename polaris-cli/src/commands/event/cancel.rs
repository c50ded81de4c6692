//! `polaris event cancel`

use clap::Args;
use polaris_core::types::{CancelReason, EventStatus};
use polaris_core::{Error, NewCancellation, RosterTotals, TenantHandle};

use super::{Named, brief, local, told};
use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::offered;
use crate::view::ChangedEventView;

/// cancel an event, for good, and tell everyone invited, confirmed or waitlisted
///
/// Whoever had a calendar invite gets its cancellation.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event cancel kckps career-day-2027-03-04 --reason weather --yes")]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    named: Named,
    /// why, which people are told: weather, presenter_cancelled, teacher_cancelled, school_conflict, technical_issues, low_enrollment,
    /// scheduling_error or other
    #[arg(long, hide_possible_values = true, value_parser = offered::word!(CancelReason))]
    reason: Option<CancelReason>,
    /// a note for those who manage events; with the reason other at least 10 characters
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// don't ask once more
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &CancelArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.named.tenant)?;
    if !args.yes {
        let event = tenant.events().get(args.named.event.as_str())?;
        // One that can't be cancelled is refused below, without a question before.
        if event.status.can_become(EventStatus::Cancelled) {
            let what = format!("cancels event {}, {}, for good; {}", brief(&event), local(&event.starts_at), concerned(&tenant, args)?);
            agreed(app, false, &what)?;
        }
    }
    let cancellation = NewCancellation { reason: args.reason.map(|reason| reason.to_string()), note: args.note.clone() };
    let changed = tenant.events().cancel(args.named.event.as_str(), cancellation)?;
    app.printer.answer(&ChangedEventView::from(&changed), |page| {
        page.line(format_args!("cancelled {}", brief(&changed.event)));
        told(page, changed.notices);
    })
}

/// Whom a cancellation concerns. How many of them can be told is known when it is done.
fn concerned(tenant: &TenantHandle, args: &CancelArgs) -> Result<String, Failure> {
    match tenant.rosters().totals(args.named.event.as_str()) {
        Ok(RosterTotals { invited: 0, waitlisted: 0, confirmed: 0, .. }) => Ok("nobody is on its roster to be told".to_owned()),
        Ok(RosterTotals { invited, waitlisted, confirmed, .. }) => Ok(format!(
            "all who can be reached by e-mail of the {} on its roster ({confirmed} confirmed, {waitlisted} waitlisted, {invited} invited) are told",
            invited + waitlisted + confirmed
        )),
        // Rosters are kept while nobody may look at them.
        Err(Error::FeatureDisabled(_)) => Ok("all on its roster who can be reached by e-mail are told".to_owned()),
        Err(other) => Err(other.into()),
    }
}
