//! `polaris volunteer show`

use clap::Args;

use super::{Named, history, notes, pairs};
use crate::app::App;
use crate::commands::outreach;
use crate::commands::roster::hours;
use crate::failure::Failure;
use crate::view::VolunteerDetailsView;

/// show one volunteer, with what they took part in, notes and outreach
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer show kckps 1")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    named: Named,
}

pub(crate) fn run(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let details = app.tenant(&args.named.tenant)?.volunteers().get(args.named.volunteer.as_str())?;
    app.printer.answer(&VolunteerDetailsView::from(&details), |page| {
        let totals = details.totals;
        let mut pairs = pairs(&details.volunteer);
        if totals.events > 0 {
            let text = format!("{} attended of {}, {} hours", totals.attended, totals.events, hours(totals.minutes));
            pairs.push(("events", text));
        }
        page.pairs(pairs);
        if !details.participations.is_empty() {
            page.line("");
            page.table(history::HEADER, details.participations.iter().map(history::row));
        }
        if !details.notes.is_empty() {
            page.line("");
            page.table(notes::HEADER, details.notes.iter().map(notes::row));
        }
        if !details.outreach.is_empty() {
            page.line("");
            page.table(outreach::HEADER, details.outreach.iter().map(outreach::row));
        }
    })
}
