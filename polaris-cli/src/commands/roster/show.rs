//! `polaris roster show`

use clap::Args;

use super::{Place, pairs};
use crate::app::App;
use crate::failure::Failure;
use crate::view::ParticipationView;

/// show a volunteer's place on an event's roster
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris roster show kckps career-day-2027-03-04 1")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let Place { tenant, event, volunteer } = &args.place;
    let place = app.tenant(tenant)?.rosters().get(event.as_str(), volunteer.as_str())?;
    app.printer.answer(&ParticipationView::from(&place), |page| page.pairs(pairs(&place)))
}
