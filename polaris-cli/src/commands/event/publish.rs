//! `polaris event publish`

use clap::Args;
use polaris_core::types::EventRef;

use crate::app::App;
use crate::failure::Failure;
use crate::view::EventView;

/// publish an event: from now on the public sees it
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event publish kckps 1")]
pub(crate) struct PublishArgs {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
}

pub(crate) fn run(args: &PublishArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    let id = match EventRef::parse(&args.event) {
        EventRef::Id(id) => id,
        slug @ EventRef::Slug(_) => tenant.events().get(slug)?.id,
    };
    let event = tenant.events().publish(id)?;
    let program = app.program();
    app.printer.answer(&EventView::from(&event), |page| {
        page.line(format_args!("published {}: {} ({})", event.id, event.title, event.slug));
        page.next(format_args!("{program} serve"));
    })
}
