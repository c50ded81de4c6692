//! `polaris outreach log`

use clap::Args;
use polaris_core::NewOutreach;
use polaris_core::types::{OutreachMethod, OutreachOutcome, VolunteerRef};

use super::told;
use crate::app::App;
use crate::failure::Failure;
use crate::offered;
use crate::view::LoggedOutreachView;

/// log that a volunteer was asked to come to an event; who confirmed comes on its roster
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris outreach log kckps 1 2 --method phone --outcome confirmed")]
pub(crate) struct LogArgs {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
    /// the volunteer's number or e-mail
    volunteer: String,
    /// email, phone, text or in_person
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(OutreachMethod))]
    method: String,
    /// pending, no_response, interested, declined or confirmed [default: pending]
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(OutreachOutcome))]
    outcome: Option<String>,
    /// what else to know of it
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// when they were asked, in the tenant's zone [default: now]
    #[arg(long, value_name = "TIME")]
    attempted_at: Option<String>,
    /// confirm even where the event is full
    #[arg(long)]
    over_capacity: bool,
}

pub(crate) fn run(args: &LogArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    let volunteer = match VolunteerRef::parse(&args.volunteer) {
        VolunteerRef::Number(id) => id,
        email => tenant.volunteers().get(email)?.volunteer.id,
    };
    let draft = NewOutreach {
        volunteer_id: Some(volunteer.get()),
        method: args.method.clone(),
        outcome: args.outcome.clone(),
        notes: args.notes.clone(),
        attempted_at: args.attempted_at.clone(),
        over_capacity: args.over_capacity,
    };
    let logged = tenant.outreach().log(args.event.as_str(), &draft)?;
    app.printer.answer(&LoggedOutreachView::from(&logged), |page| told(page, &logged, "logged"))
}
