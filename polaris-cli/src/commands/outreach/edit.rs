//! `polaris outreach edit`

use clap::Args;
use polaris_core::types::{OutreachId, OutreachMethod, OutreachOutcome};
use polaris_core::{Error, OutreachEdit};

use super::told;
use crate::app::App;
use crate::commands::people::{set, set_or_clear};
use crate::failure::Failure;
use crate::offered;
use crate::view::LoggedOutreachView;

/// follow up on outreach: what came of it; what isn't named stays
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris outreach edit kckps 1 --outcome confirmed")]
pub(crate) struct EditArgs {
    /// the tenant's slug
    tenant: String,
    /// the outreach's number
    outreach: i64,
    /// pending, no_response, interested, declined or confirmed
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(OutreachOutcome))]
    outcome: Option<String>,
    /// email, phone, text or in_person
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(OutreachMethod))]
    method: Option<String>,
    /// what else to know of it, or "" for nothing
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// when they were asked, in the tenant's zone
    #[arg(long, value_name = "TIME")]
    attempted_at: Option<String>,
    /// confirm even where the event is full
    #[arg(long)]
    over_capacity: bool,
    /// only if this is still the outreach's version
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

pub(crate) fn run(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let edit = OutreachEdit {
        method: set(args.method.as_ref()),
        outcome: set(args.outcome.as_ref()),
        notes: set_or_clear(args.notes.as_ref()),
        attempted_at: set(args.attempted_at.as_ref()),
        over_capacity: args.over_capacity,
    };
    if (OutreachEdit { over_capacity: false, ..edit.clone() }) == OutreachEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let logged = app.tenant(&args.tenant)?.outreach().edit(OutreachId::new(args.outreach), &edit, args.if_version)?;
    app.printer.answer(&LoggedOutreachView::from(&logged), |page| told(page, &logged, "edited"))
}
