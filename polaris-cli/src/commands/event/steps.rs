//! `polaris event confirm`, `return-to-draft`, `publish`, `unpublish` and `complete`: the steps of an event's life that say nothing more.

use clap::Args;
use polaris_core::Event;

use super::{Named, brief};
use crate::app::App;
use crate::failure::Failure;
use crate::view::EventView;

/// confirm a draft: it takes place, and its slug stays
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event confirm kckps career-day-2027-03-04")]
pub(crate) struct ConfirmArgs {
    #[command(flatten)]
    named: Named,
}

/// make a confirmed event a draft again
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event return-to-draft kckps career-day-2027-03-04")]
pub(crate) struct ReturnToDraftArgs {
    #[command(flatten)]
    named: Named,
}

/// publish an event: from now on the public sees it
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event publish kckps 1")]
pub(crate) struct PublishArgs {
    #[command(flatten)]
    named: Named,
}

/// take an event off the public list; it stays confirmed
///
/// It takes place, and whoever has its address may sign up.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event unpublish kckps career-day-2027-03-04")]
pub(crate) struct UnpublishArgs {
    #[command(flatten)]
    named: Named,
}

/// complete an event that has begun: it has taken place; final
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event complete kckps career-day-2027-03-04")]
pub(crate) struct CompleteArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn confirm(args: &ConfirmArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let event = app.tenant(&args.named.tenant)?.events().confirm(args.named.event.as_str())?;
    let then = format!("event publish {} {}", args.named.tenant, event.id);
    answer(app, "confirmed", &event, Some(&then))
}

pub(crate) fn return_to_draft(args: &ReturnToDraftArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let event = app.tenant(&args.named.tenant)?.events().return_to_draft(args.named.event.as_str())?;
    answer(app, "made a draft again of", &event, None)
}

pub(crate) fn publish(args: &PublishArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let event = app.tenant(&args.named.tenant)?.events().publish(args.named.event.as_str())?;
    answer(app, "published", &event, Some("serve"))
}

pub(crate) fn unpublish(args: &UnpublishArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let event = app.tenant(&args.named.tenant)?.events().unpublish(args.named.event.as_str())?;
    answer(app, "took off the public list, still confirmed,", &event, None)
}

pub(crate) fn complete(args: &CompleteArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let event = app.tenant(&args.named.tenant)?.events().complete(args.named.event.as_str())?;
    answer(app, "completed", &event, None)
}

fn answer(app: &mut App<'_>, done: &str, event: &Event, then: Option<&str>) -> Result<(), Failure> {
    let program = app.program();
    app.printer.answer(&EventView::from(event), |page| {
        page.line(format_args!("{done} {}", brief(event)));
        if let Some(then) = then {
            page.next(format_args!("{program} {then}"));
        }
    })
}
