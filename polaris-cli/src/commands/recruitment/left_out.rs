//! `polaris recruitment left-out`

use clap::Args;
use polaris_core::{LeftOut, LeftOutReason};

use super::For;
use crate::app::App;
use crate::failure::Failure;
use crate::view::{LeftOutView, PageView, standing};

/// show who is no candidate for an event, and why
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris recruitment left-out kckps career-day-2027-03-04")]
pub(crate) struct LeftOutArgs {
    #[command(flatten)]
    wanted: For,
}

pub(crate) fn run(args: &LeftOutArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let For { tenant, event, paging } = &args.wanted;
    let found = app.tenant(tenant)?.recruitment().left_out(event.as_str(), paging.request()?)?;
    app.printer.answer(&PageView::<LeftOutView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("nobody here");
        } else {
            page.table(&["volunteer", "name", "left out because"], found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

fn row(out: &LeftOut) -> Vec<String> {
    let told = |reason: &LeftOutReason| match (reason, out.roster_status) {
        (LeftOutReason::Inactive, _) => "deactivated".to_owned(),
        (LeftOutReason::DoNotContact, _) => "not to be contacted".to_owned(),
        (LeftOutReason::Unreachable, _) => "neither e-mail nor phone is known".to_owned(),
        (LeftOutReason::OnRoster, Some(status)) => format!("on the roster ({status})"),
        (LeftOutReason::OnRoster, None) => "on the roster".to_owned(),
    };
    vec![
        out.volunteer_id.to_string(),
        format!("{} {}", out.first_name, out.last_name),
        out.reasons.iter().map(told).collect::<Vec<_>>().join(", "),
    ]
}
