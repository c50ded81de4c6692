//! What was typed, for whoever tells what to do next.

use clap::{ArgMatches, CommandFactory as _};

use crate::app;
use crate::cli::Cli;

/// Fields of the engine, and the arguments of commands that fill them in under another name.
const RENAMED: &[(&str, &str)] = &[
    ("allowed_origins", "origins"),
    ("branding.colour", "colour"),
    ("branding.logo_url", "logo"),
    ("first_admin.email", "admin_email"),
    ("first_admin.first_name", "admin_first_name"),
    ("first_admin.last_name", "admin_last_name"),
    ("first_admin.username", "admin_username"),
    ("invite", "link"),
    ("mail.reply_to", "mail_reply_to"),
    ("mail.sender_name", "mail_sender"),
    ("portal", "texts"),
    ("recruitment_weights", "weights"),
    ("volunteer_id", "volunteer"),
    ("volunteer_ids", "volunteers"),
];

/// The command that was typed, and whom it was for.
pub(crate) struct Typed {
    /// `polaris`, with the data directory if it was given: so that the next command finds it too.
    pub(crate) program: String,
    command: Vec<String>,
    tenant: Option<String>,
}

impl Typed {
    pub(crate) fn new(matches: &ArgMatches, data: Option<&str>) -> Self {
        let (mut command, mut deepest) = (Vec::new(), matches);
        while let Some((name, below)) = deepest.subcommand() {
            command.push(name.to_owned());
            deepest = below;
        }
        let tenant = deepest.try_get_one::<String>("tenant").ok().flatten().cloned();
        Self { program: app::program(data), command, tenant }
    }

    /// Whether it was one of these commands.
    pub(crate) fn is(&self, group: &str, commands: &[&str]) -> bool {
        matches!(&self.command[..], [first, second] if first == group && commands.contains(&second.as_str()))
    }

    /// Where the arguments of the command are explained.
    pub(crate) fn help(&self) -> String {
        format!("{} {} --help", self.program, self.command.join(" "))
    }

    /// A field of the engine as the option or argument that it is typed as, where the command has one of another name: `weights` for
    /// `recruitment_weights`, `skill[1]` for `wanted_skills[1]`.
    pub(crate) fn named(&self, field: &str) -> String {
        let mut whole = Cli::command();
        whole.build();
        let command = self.command.iter().try_fold(&whole, |command, name| command.find_subcommand(name));
        let part = |whole: &str| field == whole || field.starts_with(&format!("{whole}.")) || field.starts_with(&format!("{whole}["));
        let renamed = RENAMED.iter().find(|(field, _)| part(field)).copied();
        let whole = field.split(['.', '[']).next().unwrap_or(field);
        let (known, id) = renamed.unwrap_or((whole, whole));
        let Some(argument) = command.and_then(|command| command.get_arguments().find(|argument| argument.get_id() == id)) else {
            return field.to_owned();
        };
        let name = argument.get_long().unwrap_or(id).replace('-', "_");
        format!("{name}{}", &field[known.len()..])
    }

    /// The tenant it was for, ready to be typed again, or a word that stands for one.
    pub(crate) fn tenant(&self) -> String {
        self.tenant.as_deref().map_or_else(|| "TENANT".to_owned(), app::quoted)
    }

    /// What lists things of the kind this command is about, where there is such a command.
    pub(crate) fn list(&self) -> Option<String> {
        self.list_of(self.command.first()?)
    }

    /// What lists things of this kind, where there is such a command.
    pub(crate) fn list_of(&self, noun: &str) -> Option<String> {
        let mut whole = Cli::command();
        whole.build();
        let list = whole.find_subcommand(noun)?.find_subcommand("list")?;
        let of = list.get_positionals().any(|argument| argument.get_id() == "tenant");
        let of = if of { format!(" {}", self.tenant()) } else { String::new() };
        Some(format!("{} {noun} list{of}", self.program))
    }
}
