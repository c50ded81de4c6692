//! One module per command: its arguments, what it does, what it answers.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod calendar;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod event;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod mail;
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod outreach;
pub(crate) mod people;
pub(crate) mod recruitment;
pub(crate) mod reference;
pub(crate) mod roster;
pub(crate) mod serve;
pub(crate) mod session;
pub(crate) mod staff;
pub(crate) mod support;
pub(crate) mod tenant;
pub(crate) mod user;
pub(crate) mod volunteer;

use crate::app::App;
use crate::cli::Command;
use crate::demo;
use crate::failure::Failure;

/// Runs the command that was typed.
pub(crate) fn run(command: &Command, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        Command::Init(_) => init::run(app),
        Command::Serve(_) => serve::run(app),
        Command::Demo(_) => demo::run(app),
        Command::Tenant(command) => tenant::run(command, app),
        Command::User(command) => user::run(command, app),
        Command::Staff(command) => staff::run(command, app),
        Command::Volunteer(command) => volunteer::run(command, app),
        Command::Roster(command) => roster::run(command, app),
        Command::Mail(command) => mail::run(command, app),
        Command::Recruitment(command) => recruitment::run(command, app),
        Command::Outreach(command) => outreach::run(command, app),
        Command::Event(command) => event::run(command, app),
        Command::Calendar(command) => calendar::run(command, app),
        Command::Key(command) => key::run(command, app),
        Command::Reference(command) => reference::run(command, app),
        Command::Session(command) => session::run(command, app),
        Command::Migrate(args) => migrate::run(args, app),
        Command::Backup(command) => backup::run(command, app),
        Command::Support(command) => support::run(command, app),
        Command::Audit(command) => audit::run(command, app),
        Command::Doctor(args) => doctor::run(args, app),
        Command::Config(command) => config::run(command, app),
        Command::Completions(args) => completions::run(args, app),
        Command::Man(args) => man::run(args, app),
    }
}
