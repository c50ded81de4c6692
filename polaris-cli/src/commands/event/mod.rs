//! `polaris event …`

mod cancel;
mod create;
mod draft;
mod duplicate;
mod edit;
mod list;
mod show;
mod steps;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use clap::{Args, Subcommand};
use polaris_core::types::LocalTime;
use polaris_core::{Event, Notices};

use crate::app::App;
use crate::failure::Failure;
use crate::printer::Page;

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    Create(Box<create::CreateArgs>),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Edit(Box<edit::EditArgs>),
    Confirm(steps::ConfirmArgs),
    ReturnToDraft(steps::ReturnToDraftArgs),
    Publish(steps::PublishArgs),
    Unpublish(steps::UnpublishArgs),
    Complete(steps::CompleteArgs),
    Cancel(cancel::CancelArgs),
    Duplicate(duplicate::DuplicateArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &EventCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        EventCommand::Create(args) => create::run(args, app),
        EventCommand::List(args) => list::run(args, app),
        EventCommand::Show(args) => show::run(args, app),
        EventCommand::Edit(args) => edit::run(args, app),
        EventCommand::Confirm(args) => steps::confirm(args, app),
        EventCommand::ReturnToDraft(args) => steps::return_to_draft(args, app),
        EventCommand::Publish(args) => steps::publish(args, app),
        EventCommand::Unpublish(args) => steps::unpublish(args, app),
        EventCommand::Complete(args) => steps::complete(args, app),
        EventCommand::Cancel(args) => cancel::run(args, app),
        EventCommand::Duplicate(args) => duplicate::run(args, app),
    }
}

/// Which event.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
}

/// A moment as clocks in the tenant's zone show it.
pub(super) fn local(time: &LocalTime) -> String {
    let LocalTime { local, .. } = time;
    // Not by a pattern, which would be read anew for each row.
    format!("{} {} {:02}:{:02}", local.weekday(), local.date(), local.hour(), local.minute())
}

/// An event in a few words.
fn brief(event: &Event) -> String {
    format!("{}: {} ({})", event.id, event.title, event.slug)
}

/// What is known of an event; what isn't is left out.
fn pairs(event: &Event) -> Vec<(&'static str, String)> {
    let needed = match event.volunteers_needed {
        0 => format!("{}, no number wanted", event.volunteers_registered),
        needed => format!("{} of {needed}", event.volunteers_registered),
    };
    let at = |instant: DateTime<Utc>| instant.format("%Y-%m-%d %H:%M UTC").to_string();
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
        ("skills", (!event.wanted_skills.is_empty()).then(|| event.wanted_skills.join(", "))),
        ("description", event.description.clone()),
        ("more", event.additional_info.clone()),
        ("completed", event.completed_at.map(at)),
        ("cancelled", event.cancelled_at.map(at)),
        ("because of", event.cancel_reason.map(|reason| reason.to_string())),
        ("note", event.cancel_note.clone()),
        ("created", Some(at(event.created_at))),
        ("changed", Some(at(event.updated_at))),
        ("version", Some(event.version.to_string())),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Who is told of a change, and who is left to be told some other way.
fn told(page: &mut Page, notices: Notices) {
    let Notices { told, without_email, do_not_contact } = notices;
    for (number, what) in [
        (told, "to be told by e-mail"),
        (without_email, "without an e-mail address, to be told some other way"),
        (do_not_contact, "not told, having asked not to be contacted"),
    ] {
        if number > 0 {
            page.line(format_args!("{number} {what}"));
        }
    }
}
