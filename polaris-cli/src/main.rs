//! `polaris`: the engine from a terminal, and for scripts.
//!
//! ```text
//! polaris init
//! polaris tenant create kckps --name "Kansas City Kansas"
//! polaris event create kckps --title "Career Day" --starts-at 2027-03-04T09:00 --location "Main gym" --publish
//! polaris serve
//! ```
//!
//! Arguments are parsed as typed ([`cli`]), settings resolved over them ([`settings`]), and one command runs. It answers through its
//! [`printer`], for a person or as JSON, and returns a result; [`main`] alone turns that into an exit code ([`exit`]).

mod app;
mod cli;
mod commands;
mod confirm;
mod demo;
mod exit;
mod failure;
mod input;
mod interrupt;
mod later;
mod offered;
mod output;
mod password;
mod plain;
mod printer;
mod progress;
mod server;
mod settings;
mod typed;
mod user;
mod view;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::app::App;
use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::settings::Settings;
use crate::typed::Typed;

fn main() -> ExitCode {
    let parsed = Cli::command().try_get_matches().and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return failure::misused(&error.format(&mut Cli::command())).into(),
    };
    let mut printer = Printer::new(cli.globals.json, cli.globals.quiet);
    let exit = match run(&cli, &mut printer) {
        Ok(()) => Exit::Done,
        Err(failure) => failure::report(&failure, &Typed::new(&matches, cli.data()), &mut printer),
    };
    exit.into()
}

fn run(cli: &Cli, printer: &mut Printer) -> Result<(), Failure> {
    polaris_http::report_to_stderr(cli.command.serves());
    let settings =
        if cli.command.needs_settings() { Settings::load(&cli.flags()).map_err(Failure::Settings)? } else { Settings::default() };
    commands::run(&cli.command, &mut App { settings, printer })
}
