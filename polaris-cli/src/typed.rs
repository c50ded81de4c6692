//! What was typed, for whoever tells what to do next.

use clap::{ArgMatches, CommandFactory as _};

use crate::app;
use crate::cli::Cli;

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
