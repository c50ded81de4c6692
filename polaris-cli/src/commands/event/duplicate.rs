//! `polaris event duplicate`

use clap::Args;
use polaris_core::NewDuplicate;

use super::{Named, brief, local};
use crate::app::App;
use crate::failure::Failure;
use crate::view::EventView;

/// copy an event to a new date, as a draft
///
/// Whatever its status. All that was said of it is copied, nobody of its roster; end and registration deadline keep their distance from the
/// start.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris event duplicate kckps career-day-2027-03-04 --starts-at 2028-03-02")]
pub(crate) struct DuplicateArgs {
    #[command(flatten)]
    named: Named,
    /// when the copy begins: a date, on which it begins at the same time of day, or YYYY-MM-DDTHH:MM in the event's zone, or RFC 3339 with an
    /// offset
    #[arg(long, value_name = "TIME")]
    starts_at: String,
}

pub(crate) fn run(args: &DuplicateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let Named { tenant, event } = &args.named;
    let copy = app.tenant(tenant)?.events().duplicate(event.as_str(), NewDuplicate { starts_at: args.starts_at.clone() })?;
    let program = app.program();
    app.printer.answer(&EventView::from(&copy), |page| {
        page.line(format_args!("copied it to the draft {}", brief(&copy)));
        page.line(format_args!("it begins on {}, {}", local(&copy.starts_at), copy.starts_at.zone));
        page.next(format_args!("{program} event publish {tenant} {}", copy.id));
    })
}
