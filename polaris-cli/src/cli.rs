//! The arguments as people type them. Each command's own stand with the command.

use clap::{Args, Parser, Subcommand};

use crate::commands::{config, doctor, event, init, serve, session, tenant};
use crate::demo;
use crate::exit;
use crate::settings::Flags;

/// events and volunteers of school districts, each in a database of its own
#[derive(Debug, Parser)]
#[command(
    name = "polaris",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = format!(
        "example:\n  polaris demo\n\nexample:\n  polaris init\n  polaris tenant create kckps --name \"Kansas City Kansas\"\n  polaris serve\n\n{}",
        exit::HELP
    )
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Globals {
    /// the data directory [default: ./polaris-data, for demo ./polaris-demo]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    data: Option<String>,
    /// the file of settings [default: polaris.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    config: Option<std::path::PathBuf>,
    /// how long a write must last: full or normal
    #[arg(long, global = true, value_name = "HOW", help_heading = "Everywhere")]
    durability: Option<String>,
    /// answer with one JSON document, for programs
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) json: bool,
}

/// Where a server listens and what it is called.
#[derive(Debug, Default, Args)]
pub(crate) struct Listening {
    /// the address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// what the public's browsers call this server, for links
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::InitArgs),
    Serve(serve::ServeArgs),
    Demo(demo::DemoArgs),
    /// create, list and show tenants
    #[command(subcommand, after_help = "example:\n  polaris tenant list")]
    Tenant(tenant::TenantCommand),
    /// create, publish, list and show events of a tenant
    #[command(subcommand, after_help = "example:\n  polaris event list kckps")]
    Event(event::EventCommand),
    /// open sessions for staff
    #[command(subcommand, after_help = "example:\n  polaris session open --tenant kckps")]
    Session(session::SessionCommand),
    Doctor(doctor::DoctorArgs),
    /// show the settings
    #[command(subcommand, after_help = "example:\n  polaris config show")]
    Config(config::ConfigCommand),
}

impl Command {
    /// Whether this runs until it is stopped.
    pub(crate) fn serves(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Demo(_))
    }
}

impl Cli {
    /// The data directory that was asked for.
    pub(crate) fn data(&self) -> Option<&str> {
        self.globals.data.as_deref()
    }

    /// The settings among the arguments.
    pub(crate) fn flags(&self) -> Flags {
        let none = Listening::default();
        let listening = match &self.command {
            Command::Serve(args) => &args.listening,
            Command::Demo(args) => &args.listening,
            _ => &none,
        };
        let values = [
            ("data", &self.globals.data),
            ("durability", &self.globals.durability),
            ("listen", &listening.listen),
            ("public_url", &listening.public_url),
        ];
        Flags {
            config: self.globals.config.clone(),
            values: values.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect(),
        }
    }
}
