//! `polaris calendar …`

pub(crate) mod export;
pub(crate) mod feed;
pub(crate) mod show;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    Show(show::ShowArgs),
    Export(export::ExportArgs),
    /// make, list and revoke the secret addresses at which calendar programs read
    #[command(subcommand, after_help = "example:\n  polaris calendar feed list kckps")]
    Feed(feed::FeedCommand),
}
