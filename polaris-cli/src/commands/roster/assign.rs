//! `polaris roster assign`

use clap::Args;
use polaris_core::NewParticipation;
use polaris_core::types::{ParticipationStatus, ParticipationType, VolunteerRef};

use super::{Place, warn};
use crate::app::App;
use crate::failure::Failure;
use crate::offered;
use crate::view::PlacedView;

/// put a volunteer on an event's roster
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris roster assign kckps career-day-2027-03-04 2 --status confirmed")]
pub(crate) struct AssignArgs {
    #[command(flatten)]
    place: Place,
    /// invited or confirmed [default: invited]
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(ParticipationStatus))]
    status: Option<String>,
    /// volunteer, speaker, mentor, facilitator or organizer [default: volunteer]
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true, value_parser = offered::text!(ParticipationType))]
    participation_type: Option<String>,
    /// what to know of it
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// confirm even where the event is full
    #[arg(long)]
    over_capacity: bool,
}

pub(crate) fn run(args: &AssignArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.place.tenant)?;
    let volunteer = match VolunteerRef::parse(&args.place.volunteer) {
        VolunteerRef::Number(id) => id,
        email => tenant.volunteers().get(email)?.volunteer.id,
    };
    let draft = NewParticipation {
        volunteer_id: Some(volunteer.get()),
        status: args.status.clone(),
        participation_type: args.participation_type.clone(),
        notes: args.notes.clone(),
        over_capacity: args.over_capacity,
    };
    let placed = tenant.rosters().assign(args.place.event.as_str(), &draft)?;
    app.printer.answer(&PlacedView::from(&placed), |page| {
        let place = &placed.participation;
        let (volunteer, event) = (place.volunteer_id, place.event_id);
        page.line(format_args!("volunteer {volunteer} is {} for event {event} as {}", place.status, place.participation_type));
        warn(page, &placed);
    })
}
