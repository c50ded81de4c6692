//! `polaris roster remove`

use clap::Args;
use serde_json::json;

use super::Place;
use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;

/// take a volunteer off an event's roster; not while they count as attended
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris roster remove kckps career-day-2027-03-04 1 --yes")]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    place: Place,
    /// don't ask once more
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &RemoveArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let Place { tenant, event, volunteer } = &args.place;
    let tenant = app.tenant(tenant)?;
    let what = format!("takes volunteer {volunteer} off the roster of event {event}, with what is noted there");
    agreed(app, args.yes, &what)?;
    let place = tenant.rosters().get(event.as_str(), volunteer.as_str())?;
    tenant.rosters().remove(place.event_id, place.volunteer_id, Some(place.version))?;
    let (event, volunteer) = (place.event_id.get(), place.volunteer_id.get());
    app.printer.answer(&json!({ "event_id": event, "volunteer_id": volunteer }), |page| {
        page.line(format_args!("took volunteer {volunteer} off the roster of event {event}"));
    })
}
