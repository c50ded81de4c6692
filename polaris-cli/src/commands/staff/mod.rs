//! `polaris staff …`: the operator's staff accounts (P6). Whoever has the data directory acts as an admin, so this also brings back a lost
//! one.

mod create;
mod edit;
mod list;
mod password;
mod show;
mod state;

use clap::{Args, Subcommand};
use polaris_core::StaffMember;

use super::people::{last_log_in, standing_of};
use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    Create(create::CreateArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Deactivate(state::DeactivateArgs),
    Reactivate(state::ReactivateArgs),
    ResetPassword(password::ResetArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &StaffCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        StaffCommand::Create(args) => create::run(args, app),
        StaffCommand::List(args) => list::run(args, app),
        StaffCommand::Show(args) => show::run(args, app),
        StaffCommand::Edit(args) => edit::run(args, app),
        StaffCommand::Deactivate(args) => state::deactivate(args, app),
        StaffCommand::Reactivate(args) => state::reactivate(args, app),
        StaffCommand::ResetPassword(args) => password::run(args, app),
    }
}

/// Whose account.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// the account's number, e-mail or username
    pub(super) staff: String,
}

/// What is known of a member of staff.
fn pairs(staff: &StaffMember) -> Vec<(&'static str, String)> {
    let pairs = [
        ("id", Some(staff.id.to_string())),
        ("name", Some(staff.name.clone())),
        ("e-mail", staff.email.as_ref().map(ToString::to_string)),
        ("username", staff.username.as_ref().map(ToString::to_string)),
        ("role", Some(staff.role.as_str().to_owned())),
        ("standing", Some(standing_of(staff.active, staff.has_password).to_owned())),
        ("last log-in", Some(last_log_in(staff.last_log_in_at))),
        ("version", Some(staff.version.to_string())),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
