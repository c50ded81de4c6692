//! `polaris completions`: what a shell completes on the Tab key.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::app::App;
use crate::cli::Cli;
use crate::failure::Failure;

/// print the script with which a shell completes this program's commands and flags
///
/// Into a place where the shell looks for such scripts, for bash ~/.local/share/bash-completion/completions/polaris, for zsh a
/// directory of $fpath as _polaris, for fish ~/.config/fish/completions/polaris.fish.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris completions bash > polaris.bash")]
pub(crate) struct CompletionsArgs {
    /// the shell
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "polaris", &mut script);
    app.printer.verbatim("a script for a shell", &script)
}
