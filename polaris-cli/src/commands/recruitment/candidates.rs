//! `polaris recruitment candidates`

use clap::Args;
use polaris_core::Candidate;

use super::For;
use crate::app::App;
use crate::failure::Failure;
use crate::view::{CandidateView, PageView, standing};

/// show who would suit an event best, each with why
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris recruitment candidates kckps career-day-2027-03-04")]
pub(crate) struct CandidatesArgs {
    #[command(flatten)]
    wanted: For,
}

pub(crate) fn run(args: &CandidatesArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let For { tenant, event, paging } = &args.wanted;
    let found = app.tenant(tenant)?.recruitment().candidates(event.as_str(), paging.request()?)?;
    let program = app.program();
    app.printer.answer(&PageView::<CandidateView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no candidates here");
        } else {
            page.table(&["score", "volunteer", "name", "e-mail", "phone", "last asked (UTC)", "why"], found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
        match found.items.first() {
            Some(first) => page.next(format_args!("{program} roster assign {tenant} {event} {}", first.volunteer.id)),
            None if found.total == 0 => page.next(format_args!("{program} recruitment left-out {tenant} {event}")),
            None => {}
        }
    })
}

fn row(candidate: &Candidate) -> Vec<String> {
    let volunteer = &candidate.volunteer;
    vec![
        candidate.score.to_string(),
        volunteer.id.to_string(),
        format!("{} {}", volunteer.first_name, volunteer.last_name),
        volunteer.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        volunteer.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        candidate.last_asked_at.map_or_else(|| "never".to_owned(), |asked| asked.format("%Y-%m-%d").to_string()),
        why(candidate),
    ]
}

/// What gave points, and whether they are free at that time, whatever that gave: who asks them must know. Programs get it all.
fn why(candidate: &Candidate) -> String {
    let free = candidate.reasons.last();
    let told = candidate.reasons.iter().filter(|reason| !reason.ends_with("(+0)") || Some(*reason) == free);
    told.map(String::as_str).collect::<Vec<_>>().join("; ")
}
