//! `polaris mail …`: the outbox, and what mails say.

mod deliver;
mod list;
mod preview;
mod retry;
mod template;

use chrono::{DateTime, Utc};
use clap::Subcommand;

use crate::app::App;
use crate::failure::Failure;
use crate::settings::Carrier;

#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    Deliver(deliver::DeliverArgs),
    List(list::ListArgs),
    Show(list::ShowArgs),
    Retry(retry::RetryArgs),
    /// list, show, write anew and reset what a tenant's mails say
    #[command(subcommand, after_help = "example:\n  polaris mail template list kckps")]
    Template(template::TemplateCommand),
    Preview(preview::PreviewArgs),
}

/// Runs the command that was typed.
pub(crate) fn run(command: &MailCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        MailCommand::Deliver(args) => deliver::run(args, app),
        MailCommand::List(args) => list::run(args, app),
        MailCommand::Show(args) => list::show(args, app),
        MailCommand::Retry(args) => retry::run(args, app),
        MailCommand::Template(command) => template::run(command, app),
        MailCommand::Preview(args) => preview::run(args, app),
    }
}

/// Said where no mail leaves, so that nobody waits for one.
const OFF: &str = "mail is switched off (mail_transport is none): mails wait until it is switched on";

/// Said where mails go out without links, so that nobody wonders where those are.
pub(crate) fn no_links(app: &App<'_>) -> Option<&'static str> {
    let lacking = app.settings.public_url.is_none() && app.settings.mail.transport != Carrier::None;
    lacking.then_some(NO_LINKS)
}

const NO_LINKS: &str =
    "public_url is not set: mails hold no links until it is, in polaris.toml or as POLARIS_PUBLIC_URL, such as https://events.example.org";

fn moment(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M UTC").to_string()
}
