//! `polaris recruitment …`: which events need volunteers, who would suit one, who is left out (C1, C2).

mod candidates;
mod dashboard;
mod left_out;

use clap::{Args, Subcommand};

use super::tenant::list::Paging;
use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum RecruitmentCommand {
    Dashboard(dashboard::DashboardArgs),
    Candidates(candidates::CandidatesArgs),
    LeftOut(left_out::LeftOutArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &RecruitmentCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        RecruitmentCommand::Dashboard(args) => dashboard::run(args, app),
        RecruitmentCommand::Candidates(args) => candidates::run(args, app),
        RecruitmentCommand::LeftOut(args) => left_out::run(args, app),
    }
}

/// For which event, and which page.
#[derive(Debug, Args)]
struct For {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
    #[command(flatten)]
    paging: Paging,
}

/// A number of things: `1 event`, `2 events`.
fn counted(count: u32, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
