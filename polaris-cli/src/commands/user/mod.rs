//! `polaris user …`: a tenant's users (U1). Whoever has the data directory acts as the operator's admin, so this also brings back a lost
//! admin.

mod create;
mod edit;
mod invite;
mod list;
mod password;
mod show;
mod state;

use clap::{Args, Subcommand};
use polaris_core::User;

use super::people::{last_log_in, standing_of};
use crate::app::App;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    Create(create::CreateArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Deactivate(state::DeactivateArgs),
    Reactivate(state::ReactivateArgs),
    Invite(invite::InviteArgs),
    ResetPassword(password::ResetArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &UserCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        UserCommand::Create(args) => create::run(args, app),
        UserCommand::List(args) => list::run(args, app),
        UserCommand::Show(args) => show::run(args, app),
        UserCommand::Edit(args) => edit::run(args, app),
        UserCommand::Deactivate(args) => state::deactivate(args, app),
        UserCommand::Reactivate(args) => state::reactivate(args, app),
        UserCommand::Invite(args) => invite::run(args, app),
        UserCommand::ResetPassword(args) => password::run(args, app),
    }
}

/// Whose account.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// the tenant's slug
    pub(super) tenant: String,
    /// the user's number, e-mail or username
    pub(super) user: String,
}

fn name(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

/// What is known of a user.
fn pairs(user: &User) -> Vec<(&'static str, String)> {
    let pairs = [
        ("id", Some(user.id.to_string())),
        ("name", Some(name(user))),
        ("e-mail", Some(user.email.to_string())),
        ("username", user.username.as_ref().map(ToString::to_string)),
        ("role", Some(user.role.as_str().to_owned())),
        ("standing", Some(standing_of(user.active, user.has_password).to_owned())),
        ("last log-in", Some(last_log_in(user.last_log_in_at))),
        ("version", Some(user.version.to_string())),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
