//! `polaris man`: a manual page for the program and for each of its commands, made of what `--help` says.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _, ValueHint};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use polaris_core::{Error, Result};
use serde_json::json;

use crate::app::App;
use crate::cli::Cli;
use crate::failure::Failure;
use crate::plain::plain;

/// An apostrophe, for `man` and for those that typeset.
const PREAMBLE: [&str; 2] = [".ie \\n(.g .ds Aq \\(aq\n", ".el .ds Aq '\n"];

/// print a manual page, or write all of them into a directory
///
/// The same as --help says, as `man` reads it.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris man tenant create > polaris-tenant-create.1\n\nexample:\n  polaris man --out ./man1")]
pub(crate) struct ManArgs {
    /// the command whose page is printed, such as tenant create [default: the program itself]
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// write every page into this directory, which is made if it isn't there
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs, app: &mut App<'_>) -> std::result::Result<(), Failure> {
    let mut whole = Cli::command().disable_help_subcommand(true);
    whole.build();
    let Some(out) = &args.out else {
        return app.printer.verbatim("a manual page", &page(find(&whole, &args.command)?));
    };
    let mut pages = Vec::new();
    fs::create_dir_all(out).and_then(|()| write_all(&whole, out, &mut pages)).map_err(|error| {
        let message = format!("{} can't be written: {error}: choose another directory", out.display());
        Error::bad_request("out", message)
    })?;
    let shown = out.display().to_string();
    app.printer.answer(&json!({ "directory": shown, "pages": pages }), |page| {
        page.line(format_args!("wrote {} pages into {shown}", pages.len()));
        page.next(format_args!("man -l {}", out.join("polaris.1").display()));
    })
}

fn find<'c>(whole: &'c Command, words: &[String]) -> Result<&'c Command> {
    words.iter().try_fold(whole, |command, word| {
        command.find_subcommand(word).ok_or_else(|| {
            let known: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
            let known = if known.is_empty() { "none below it".to_owned() } else { known.join(", ") };
            Error::bad_request("COMMAND", format!("`{}` is no command here; there are {known}", plain(word)))
        })
    })
}

fn write_all(command: &Command, out: &Path, pages: &mut Vec<String>) -> io::Result<()> {
    let name = format!("{}.1", name(command));
    fs::write(out.join(&name), page(command))?;
    pages.push(name);
    command.get_subcommands().try_for_each(|below| write_all(below, out, pages))
}

/// `polaris-tenant-create`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(command: &Command) -> Vec<u8> {
    let mut text = Vec::new();
    // Writing into memory can't fail.
    let _ = sections(command, &mut text);
    let text = String::from_utf8_lossy(&text);
    // Each section begins with what makes an apostrophe of `\*(Aq`; once is enough.
    let mut lines: Vec<_> = text.split_inclusive('\n').filter(|line| !PREAMBLE.contains(line)).collect();
    lines.splice(0..0, PREAMBLE);
    lines.concat().into_bytes()
}

fn sections(command: &Command, page: &mut dyn Write) -> io::Result<()> {
    let manual = Man::new(command.clone());
    // Not as `Man` would write it, which leaves out the date, where there is none, together with its place.
    writeln!(page, ".TH {} 1 \"\" \"polaris {}\" \"Polaris manual\"", name(command).to_uppercase(), env!("CARGO_PKG_VERSION"))?;
    manual.render_name_section(page)?;
    page.write_all(synopsis(command).render().as_bytes())?;
    manual.render_description_section(page)?;
    manual.render_options_section(page)?;
    if command.has_subcommands() {
        manual.render_subcommands_section(page)?;
    }
    page.write_all(notes(command).render().as_bytes())
}

/// The usage as `--help` has it.
fn synopsis(command: &Command) -> Roff {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage);
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    for (at, line) in usage.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        if at > 0 {
            roff.control("br", []);
        }
        roff.text([roman(line)]);
    }
    roff
}

/// What stands below a help: its examples, and tables. Their indented lines are kept as they are.
fn notes(command: &Command) -> Roff {
    let mut roff = Roff::new();
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (mut section, mut verbatim) = (String::new(), false);
    for line in text.lines().filter(|line| !line.is_empty()) {
        let indented = line.starts_with(' ');
        if indented != verbatim {
            roff.control(if indented { "nf" } else { "fi" }, []);
            verbatim = indented;
        }
        if indented {
            roff.text([roman(line)]);
            continue;
        }
        let title = line.split([',', '(', ':']).next().unwrap_or_default().trim();
        if title == section {
            roff.control("PP", []);
        } else {
            section = title.to_owned();
            roff.control("SH", [section.to_uppercase().as_str()]);
        }
        if line.trim_end_matches(':') != title {
            roff.text([roman(line)]);
        }
    }
    if verbatim {
        roff.control("fi", []);
    }
    roff
}
