//! The arguments as people type them. Each command's own stand with the command.

use clap::{Args, Parser, Subcommand, ValueHint};

use crate::commands::{
    audit, backup, calendar, completions, config, doctor, event, init, key, mail, man, migrate, outreach, recruitment, reference, roster,
    serve, session, staff, support, tenant, user, volunteer,
};
use crate::demo;
use crate::exit;
use crate::later::Later;
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
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Everywhere")]
    data: Option<String>,
    /// the file of settings [default: polaris.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Everywhere")]
    config: Option<std::path::PathBuf>,
    /// how long a write must last: full or normal
    #[arg(long, global = true, value_name = "HOW", help_heading = "Everywhere")]
    durability: Option<String>,
    /// how long one operation may take, in milliseconds, waiting included
    #[arg(long, global = true, value_name = "MS", help_heading = "Everywhere")]
    deadline_ms: Option<String>,
    /// whether a database of an older version is migrated when opened: true or false
    #[arg(long, global = true, value_name = "WHETHER", help_heading = "Everywhere")]
    migrate_on_open: Option<String>,
    /// answer with one JSON document, for programs
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) json: bool,
    /// leave out progress and what to do next
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) quiet: bool,
}

/// How a server serves: where it listens, what it is called, what it holds at once.
#[derive(Debug, Default, Args)]
pub(crate) struct Serving {
    /// the address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// what the public's browsers call this server, for links
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// proxies that are believed about whom they connect for
    #[arg(long, value_name = "ADDRS")]
    trusted_proxies: Option<String>,
    /// whether each request is logged on stdout: true or false
    #[arg(long, value_name = "WHETHER")]
    log_requests: Option<String>,
    /// reading connections of one tenant at most
    #[arg(long, value_name = "N")]
    readers: Option<String>,
    /// tenants open at once at most
    #[arg(long, value_name = "N")]
    open_tenants: Option<String>,
    /// connections held at once at most
    #[arg(long, value_name = "N")]
    max_connections: Option<String>,
    /// how long a client may take to send the head of a request
    #[arg(long, value_name = "MS")]
    header_ms: Option<String>,
    /// the file with the token for reading /metrics; without one there is none
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    metrics_token_file: Option<String>,
    /// requests one API key may make in a minute
    #[arg(long, value_name = "N")]
    api_per_minute: Option<String>,
    /// requests one API key may make in an hour
    #[arg(long, value_name = "N")]
    api_per_hour: Option<String>,
    /// requests one API key may make in a day
    #[arg(long, value_name = "N")]
    api_per_day: Option<String>,
    /// sign-ups that may come from one address in ten minutes
    #[arg(long, value_name = "N")]
    signups_per_address: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::InitArgs),
    Serve(serve::ServeArgs),
    Demo(demo::DemoArgs),
    /// create, list, show, edit, deactivate and delete tenants
    #[command(subcommand, after_help = "example:\n  polaris tenant list")]
    Tenant(Later<tenant::TenantCommand>),
    /// create, list, show, edit and deactivate a tenant's users, reset their passwords
    #[command(subcommand, after_help = "example:\n  polaris user list kckps")]
    User(Later<user::UserCommand>),
    /// create, list, show, edit and deactivate staff accounts, reset their passwords
    #[command(subcommand, after_help = "example:\n  polaris staff list")]
    Staff(Later<staff::StaffCommand>),
    /// create, find, edit and copy a tenant's events, take them through their life
    #[command(subcommand, after_help = "example:\n  polaris event list kckps")]
    Event(Later<event::EventCommand>),
    /// show and export a tenant's calendar, and keep the feeds that calendar programs read
    #[command(subcommand, after_help = "example:\n  polaris calendar show kckps --view week")]
    Calendar(Later<calendar::CalendarCommand>),
    /// list, make, rotate and revoke the keys of a tenant's public API
    #[command(subcommand, after_help = "example:\n  polaris key list kckps")]
    Key(Later<key::KeyCommand>),
    /// deliver mails that are due, list and show a tenant's outbox, try mails again
    #[command(subcommand, after_help = "example:\n  polaris mail list kckps --state failed")]
    Mail(Later<mail::MailCommand>),
    /// add, find, show, edit, deactivate and merge a tenant's volunteers; notes on them
    #[command(subcommand, after_help = "example:\n  polaris volunteer list kckps")]
    Volunteer(Later<volunteer::VolunteerCommand>),
    /// keep events' rosters: who is asked, comes, was there
    #[command(subcommand, after_help = "example:\n  polaris roster list kckps career-day-2027-03-04")]
    Roster(Later<roster::RosterCommand>),
    /// show which events need volunteers, who would suit one, and who is left out
    #[command(subcommand, after_help = "example:\n  polaris recruitment dashboard kckps")]
    Recruitment(Later<recruitment::RecruitmentCommand>),
    /// log who was asked to come to an event, how, and what came of it
    #[command(subcommand, after_help = "example:\n  polaris outreach list kckps --outcome pending")]
    Outreach(Later<outreach::OutreachCommand>),
    /// import, list and bring to tenants: districts, schools, skills, career types
    #[command(subcommand, after_help = "example:\n  polaris reference list skills")]
    Reference(Later<reference::ReferenceCommand>),
    /// open sessions for staff
    #[command(subcommand, after_help = "example:\n  polaris session open --role admin --tenant kckps")]
    Session(Later<session::SessionCommand>),
    Migrate(migrate::MigrateArgs),
    /// make, check and restore backups, while everything runs
    #[command(subcommand, after_help = "example:\n  polaris backup create")]
    Backup(Later<backup::BackupCommand>),
    /// list who of the staff is in which tenant
    #[command(subcommand, after_help = "example:\n  polaris support list")]
    Support(Later<support::SupportCommand>),
    /// list, follow, export and verify audit logs
    #[command(subcommand, after_help = "example:\n  polaris audit list kckps\n\nexample:\n  polaris audit verify --operator")]
    Audit(Later<audit::AuditCommand>),
    Doctor(doctor::DoctorArgs),
    /// show the settings
    #[command(subcommand, after_help = "example:\n  polaris config show")]
    Config(Later<config::ConfigCommand>),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

impl Command {
    /// Whether this runs until it is stopped.
    pub(crate) fn serves(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Demo(_))
    }

    /// Whether this tells of the program alone, so that settings don't matter and a bad one is no hindrance: a shell asks for its
    /// completions at each start, wherever that is.
    pub(crate) fn needs_settings(&self) -> bool {
        !matches!(self, Self::Completions(_) | Self::Man(_))
    }
}

impl Cli {
    /// The data directory that was asked for.
    pub(crate) fn data(&self) -> Option<&str> {
        self.globals.data.as_deref()
    }

    /// The settings among the arguments.
    pub(crate) fn flags(&self) -> Flags {
        let none = Serving::default();
        let serving = match &self.command {
            Command::Serve(args) => &args.serving,
            Command::Demo(args) => &args.serving,
            Command::Config(Later(config::ConfigCommand::Show(args))) => &args.serving,
            _ => &none,
        };
        let values = [
            ("data", &self.globals.data),
            ("durability", &self.globals.durability),
            ("deadline_ms", &self.globals.deadline_ms),
            ("migrate_on_open", &self.globals.migrate_on_open),
            ("listen", &serving.listen),
            ("public_url", &serving.public_url),
            ("trusted_proxies", &serving.trusted_proxies),
            ("log_requests", &serving.log_requests),
            ("readers", &serving.readers),
            ("open_tenants", &serving.open_tenants),
            ("max_connections", &serving.max_connections),
            ("header_ms", &serving.header_ms),
            ("metrics_token_file", &serving.metrics_token_file),
            ("api_per_minute", &serving.api_per_minute),
            ("api_per_hour", &serving.api_per_hour),
            ("api_per_day", &serving.api_per_day),
            ("signups_per_address", &serving.signups_per_address),
        ];
        Flags {
            config: self.globals.config.clone(),
            values: values.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;

    /// Words that a value which others mustn't see would be called by.
    const SECRET: [&str; 7] = ["password", "secret", "token", "key", "credential", "hash", "pin"];
    /// Arguments that have such a word and no secret, with the reason.
    const NO_SECRETS: [(&str, &str); 4] = [
        ("metrics_token_file", "the file that holds it"),
        ("head", "where an audit log ends; made to be printed and kept"),
        ("key", "the number of an API key, as lists show it"),
        ("hash", "of the key of an earlier application, from which the key can't be had"),
    ];

    fn walk(command: &Command, found: &mut dyn FnMut(&Command, &clap::Arg)) {
        command.get_arguments().for_each(|argument| found(command, argument));
        command.get_subcommands().for_each(|below| walk(below, found));
    }

    #[test]
    fn the_tree_of_commands_holds_together() {
        Cli::command().debug_assert();
    }

    /// Others on the machine can read the arguments of a program, and shells keep them.
    #[test]
    fn no_argument_takes_a_secret() {
        let (mut seen, mut whole) = (0, Cli::command());
        whole.build();
        walk(&whole, &mut |command, argument| {
            seen += 1;
            let name = argument.get_id().as_str();
            let values = argument.get_value_names().unwrap_or_default().iter().map(|name| name.to_lowercase());
            let named = values.chain([name.to_lowercase()]).collect::<Vec<_>>().join("_");
            let words: Vec<_> = named.split(['_', '-', ':', '=', '|']).collect();
            let secret = SECRET.iter().any(|word| words.contains(word)) && argument.get_action().takes_values();
            let known = NO_SECRETS.iter().any(|(known, _)| *known == name);
            assert!(!secret || known, "{} takes {name}: let it be typed unseen, or read it from standard input", command.get_name());
        });
        assert!(seen > 100, "the tree is not walked");
    }
}
