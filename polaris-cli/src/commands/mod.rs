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
pub(crate) mod man;
pub(crate) mod migrate;
pub(crate) mod people;
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
use audit::AuditCommand;
use backup::BackupCommand;
use calendar::CalendarCommand;
use calendar::feed::FeedCommand;
use config::ConfigCommand;
use event::EventCommand;
use reference::ReferenceCommand;
use session::SessionCommand;
use support::SupportCommand;
use tenant::TenantCommand;

/// Runs the command that was typed.
pub(crate) fn run(command: &Command, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        Command::Init(_) => init::run(app),
        Command::Serve(_) => serve::run(app),
        Command::Demo(_) => demo::run(app),
        Command::Tenant(TenantCommand::Create(args)) => tenant::create::run(args, app),
        Command::Tenant(TenantCommand::List(args)) => tenant::list::run(args, app),
        Command::Tenant(TenantCommand::Show(args)) => tenant::show::run(args, app),
        Command::Tenant(TenantCommand::Edit(args)) => tenant::edit::run(args, app),
        Command::Tenant(TenantCommand::Deactivate(args)) => tenant::state::deactivate(args, app),
        Command::Tenant(TenantCommand::Reactivate(args)) => tenant::state::reactivate(args, app),
        Command::Tenant(TenantCommand::Delete(args)) => tenant::trash::delete(args, app),
        Command::Tenant(TenantCommand::Undelete(args)) => tenant::trash::undelete(args, app),
        Command::Tenant(TenantCommand::Purge(args)) => tenant::trash::purge(args, app),
        Command::User(command) => user::run(command, app),
        Command::Staff(command) => staff::run(command, app),
        Command::Volunteer(command) => volunteer::run(command, app),
        Command::Roster(command) => roster::run(command, app),
        Command::Event(EventCommand::Create(args)) => event::create::run(args, app),
        Command::Event(EventCommand::Publish(args)) => event::publish::run(args, app),
        Command::Event(EventCommand::List(args)) => event::list::run(args, app),
        Command::Event(EventCommand::Show(args)) => event::show::run(args, app),
        Command::Calendar(CalendarCommand::Show(args)) => calendar::show::run(args, app),
        Command::Calendar(CalendarCommand::Export(args)) => calendar::export::run(args, app),
        Command::Calendar(CalendarCommand::Feed(FeedCommand::Create(args))) => calendar::feed::create(args, app),
        Command::Calendar(CalendarCommand::Feed(FeedCommand::List(args))) => calendar::feed::list(args, app),
        Command::Calendar(CalendarCommand::Feed(FeedCommand::Revoke(args))) => calendar::feed::revoke(args, app),
        Command::Key(command) => key::run(command, app),
        Command::Reference(ReferenceCommand::Import(args)) => reference::import::run(args, app),
        Command::Reference(ReferenceCommand::List(args)) => reference::list::run(args, app),
        Command::Reference(ReferenceCommand::Sync(args)) => reference::sync::run(args, app),
        Command::Session(SessionCommand::Open(args)) => session::run(args, app),
        Command::Migrate(args) => migrate::run(args, app),
        Command::Backup(BackupCommand::Create(args)) => backup::create::run(args, app),
        Command::Backup(BackupCommand::List(args)) => backup::list::run(args, app),
        Command::Backup(BackupCommand::Get(args)) => backup::list::show(args, app),
        Command::Backup(BackupCommand::Verify(args)) => backup::verify::run(args, app),
        Command::Backup(BackupCommand::Restore(args)) => backup::restore::run(args, app),
        Command::Backup(BackupCommand::Prune(args)) => backup::prune::run(args, app),
        Command::Support(SupportCommand::List(args)) => support::list::run(args, app),
        Command::Audit(AuditCommand::List(args)) => audit::list::run(args, app),
        Command::Audit(AuditCommand::Tail(args)) => audit::tail::run(args, app),
        Command::Audit(AuditCommand::Export(args)) => audit::export::run(args, app),
        Command::Audit(AuditCommand::Verify(args)) => audit::verify::run(args, app),
        Command::Audit(AuditCommand::Head(args)) => audit::head::run(args, app),
        Command::Doctor(args) => doctor::run(args, app),
        Command::Config(ConfigCommand::Show(_)) => config::run(app),
        Command::Completions(args) => completions::run(args, app),
        Command::Man(args) => man::run(args, app),
    }
}
