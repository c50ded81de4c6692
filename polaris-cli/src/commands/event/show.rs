//! `polaris event show`

use clap::Args;
use polaris_core::Event;

use super::local;
use crate::app::App;
use crate::failure::Failure;
use crate::view::EventView;

/// show one event
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event show kckps career-day-2027-03-04")]
pub(crate) struct ShowArgs {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let event = app.tenant(&args.tenant)?.events().get(args.event.as_str())?;
    app.printer.answer(&EventView::from(&event), |page| page.pairs(pairs(&event)))
}

/// What is known of it; what isn't is left out.
fn pairs(event: &Event) -> Vec<(&'static str, String)> {
    let needed = match event.volunteers_needed {
        0 => format!("{}, no number wanted", event.volunteers_registered),
        needed => format!("{} of {needed}", event.volunteers_registered),
    };
    let skills = (!event.wanted_skills.is_empty()).then(|| event.wanted_skills.join(", "));
    let pairs = [
        ("id", Some(event.id.to_string())),
        ("slug", Some(event.slug.to_string())),
        ("title", Some(event.title.clone())),
        ("status", Some(event.status.to_string())),
        ("type", event.event_type.map(|kind| kind.to_string())),
        ("format", Some(event.format.to_string())),
        ("begins", Some(format!("{} {}", local(&event.starts_at), event.starts_at.zone))),
        ("ends", event.ends_at.as_ref().map(local)),
        ("sign up until", event.registration_deadline.as_ref().map(local)),
        ("location", Some(event.location.clone())),
        ("school", event.school.as_ref().map(|school| school.name.clone())),
        ("volunteers", Some(needed)),
        ("skills", skills),
        ("description", event.description.clone()),
        ("more", event.additional_info.clone()),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
