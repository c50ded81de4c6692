//! `polaris roster edit`

use clap::Args;
use polaris_core::{Error, ParticipationEdit, Patch};

use super::{Place, pairs, warn};
use crate::app::App;
use crate::commands::people::{set, set_or_clear};
use crate::failure::Failure;
use crate::offered;
use crate::view::PlacedView;
use polaris_core::types::{ParticipationStatus, ParticipationType};

/// change a volunteer's place on an event's roster: status, type, notes, hours
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris roster edit kckps career-day-2027-03-04 1 --status confirmed")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    place: Place,
    /// the next status: invited, waitlisted, confirmed, declined, attended or no_show
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(ParticipationStatus))]
    status: Option<String>,
    /// volunteer, speaker, mentor, facilitator or organizer
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true, value_parser = offered::text!(ParticipationType))]
    participation_type: Option<String>,
    /// what to know of it, or "" for nothing
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// minutes of one who attended; the event's length unless said
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    minutes: Option<i64>,
    /// confirm even where the event is full
    #[arg(long)]
    over_capacity: bool,
    /// only if this is still the place's version
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

pub(crate) fn run(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let edit = ParticipationEdit {
        status: set(args.status.as_ref()),
        participation_type: set(args.participation_type.as_ref()),
        notes: set_or_clear(args.notes.as_ref()),
        minutes: args.minutes.map_or(Patch::Keep, Patch::Set),
        over_capacity: args.over_capacity,
    };
    if (ParticipationEdit { over_capacity: false, ..edit.clone() }) == ParticipationEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let Place { tenant, event, volunteer } = &args.place;
    let placed = app.tenant(tenant)?.rosters().edit(event.as_str(), volunteer.as_str(), &edit, args.if_version)?;
    app.printer.answer(&PlacedView::from(&placed), |page| {
        let place = &placed.participation;
        page.line(format_args!("volunteer {} is {} for event {}", place.volunteer_id, place.status, place.event_id));
        warn(page, &placed);
        page.pairs(pairs(place));
    })
}
