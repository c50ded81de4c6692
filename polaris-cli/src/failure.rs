//! Why a command was not done, and how that is told: a short text for people, one JSON document for programs, both on stderr.
//!
//! The codes are the engine's ([`Error::code`]); this crate invents none.

use std::io::{self, Write as _};

use polaris_core::{Error, FieldError};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::printer::Printer;

/// Why a command was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The engine's error, or one of arguments and settings in the engine's words.
    Engine(Error),
    /// The server can't work, for a reason of the operating system's.
    Server(String),
    /// The answer could not be written. A reader that went away is no failure.
    Output(io::Error),
    /// The report is out; it held findings.
    Findings,
    /// The answer is out; it tells what failed of it.
    Partly,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl Failure {
    fn code(&self) -> &'static str {
        match self {
            Self::Engine(error) => error.code(),
            Self::Server(_) | Self::Output(_) | Self::Findings | Self::Partly => "UNAVAILABLE",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Engine(error) => error.to_string(),
            Self::Server(message) => message.clone(),
            Self::Output(error) => format!("the answer can't be written: {error}"),
            Self::Findings | Self::Partly => String::new(),
        }
    }

    fn fields(&self) -> Vec<Value> {
        match self {
            Self::Engine(Error::BadRequest { field, message }) => {
                vec![json!({ "field": field, "code": "BAD_REQUEST", "message": message })]
            }
            Self::Engine(error) => error.fields().iter().map(|field| json!(field)).collect(),
            _ => Vec::new(),
        }
    }

    /// What to do next, where the message doesn't say it.
    fn advice(&self, program: &str) -> Option<String> {
        match self {
            Self::Engine(Error::TenantNotFound) => Some(format!("{program} tenant list")),
            Self::Engine(Error::UserNotFound) => Some(format!("{program} user list TENANT")),
            Self::Engine(Error::StaffNotFound) => Some(format!("{program} staff list")),
            Self::Engine(Error::EventNotFound) => Some(format!("{program} event list TENANT")),
            Self::Engine(Error::Unavailable(polaris_core::Unavailable::DiskFull)) => {
                Some(format!("free some space, or: {program} doctor --free-reserve"))
            }
            _ => None,
        }
    }
}

/// Tells why, and gives the exit code.
pub(crate) fn report(failure: &Failure, program: &str, printer: &mut Printer) -> Exit {
    let exit = match failure {
        Failure::Findings => return Exit::Findings,
        Failure::Partly => return Exit::Failed,
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Done,
        Failure::Engine(error) => Exit::from(error),
        Failure::Server(_) | Failure::Output(_) => Exit::Failed,
    };
    if printer.json() {
        printer.aside(&document(failure.code(), &failure.message(), &failure.fields()));
        return exit;
    }
    let red = printer.error_style();
    let text = match failure {
        Failure::Engine(Error::Validation(fields)) if fields.0.len() > 1 => lines(&fields.0),
        other => other.message(),
    };
    printer.aside(&format!("{red}error:{red:#} {text}"));
    if let Some(advice) = failure.advice(program) {
        printer.aside(&format!("next: {advice}"));
    }
    exit
}

fn lines(fields: &[FieldError]) -> String {
    let mut text = String::from("nothing was changed; mend these first");
    for FieldError { field, message, .. } in fields {
        text.push_str(&format!("\n  {field}: {message}"));
    }
    text
}

fn document(code: &str, message: &str, fields: &[Value]) -> String {
    json!({ "error": { "code": code, "message": message, "fields": fields } }).to_string()
}

/// What the parser of arguments answers: help and version on stdout, everything else as misuse. Before it has read them, `--json` is
/// looked for by hand.
pub(crate) fn misused(error: &clap::Error) -> Exit {
    let wants_json = std::env::args_os().skip(1).take_while(|word| word != "--").any(|word| word == "--json");
    if wants_json && error.use_stderr() {
        let text = error.render().to_string();
        // The first paragraph is the message; usage and tips follow.
        let message = text.split("\n\n").next().unwrap_or_default().trim().trim_start_matches("error: ").to_owned();
        let _ = writeln!(io::stderr(), "{}", document("BAD_REQUEST", &message, &[]));
    } else {
        // A reader that went away has read enough.
        let _ = error.print();
    }
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}
