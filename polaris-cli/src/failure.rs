//! Why a command was not done, and how that is told: a short text for people, one JSON document for programs, both on stderr.
//!
//! The codes are the engine's ([`Error::code`]); this crate invents none.

use std::io::{self, Write as _};

use clap::error::{ContextKind, ContextValue};
use polaris_core::types::VolunteerId;
use polaris_core::{Error, FieldError, Unavailable};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::printer::Printer;
use crate::typed::Typed;

/// Why a command was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The engine's error, or one of arguments in the engine's words.
    Engine(Error),
    /// A setting that can't be right; nothing was begun.
    Settings(Error),
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
            Self::Engine(error) | Self::Settings(error) => error.code(),
            Self::Server(_) | Self::Output(_) | Self::Findings | Self::Partly => "UNAVAILABLE",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Engine(error) | Self::Settings(error) => error.to_string(),
            Self::Server(message) => message.clone(),
            Self::Output(error) => format!("the answer can't be written: {error}"),
            Self::Findings | Self::Partly => String::new(),
        }
    }

    fn fields(&self) -> Vec<Value> {
        match self {
            Self::Engine(Error::BadRequest { field, message }) | Self::Settings(Error::BadRequest { field, message }) => {
                vec![self::field(field, message)]
            }
            Self::Engine(error) => error.fields().iter().map(|field| json!(field)).collect(),
            _ => Vec::new(),
        }
    }

    /// What a program is told.
    fn document(&self) -> String {
        let volunteer = match self {
            Self::Engine(Error::VolunteerExists { volunteer, .. }) => Some(*volunteer),
            _ => None,
        };
        document(self.code(), &self.message(), &self.fields(), volunteer)
    }

    /// What to do next, where the message doesn't say it.
    fn advice(&self, typed: &Typed) -> Option<String> {
        let Typed { program, .. } = typed;
        let error = match self {
            Self::Engine(error) => error,
            Self::Output(_) => return Some("what was asked for may be done all the same: look before asking again".to_owned()),
            Self::Settings(_) => return Some(format!("{program} config show --help")),
            Self::Server(_) | Self::Findings | Self::Partly => return None,
        };
        let tenant = typed.tenant();
        match error {
            // The field is the flag that is missing, and the message says all there is to say.
            Error::BadRequest { field, .. } if field == "--yes" => None,
            Error::Validation(fields) if fields.0.iter().all(|field| field.field.starts_with("tenants[")) => {
                Some(format!("{program} tenant list"))
            }
            Error::BadRequest { .. } | Error::Validation(_) => Some(typed.help()),
            Error::FeatureDisabled(feature) => Some(format!("{program} tenant edit {tenant} --feature {feature}=on")),
            Error::TenantNotFound if typed.is("tenant", &["undelete", "purge"]) => Some(format!("{program} tenant list --state trashed")),
            Error::TenantNotFound => Some(format!("{program} tenant list")),
            Error::TenantInactive => Some(format!("{program} tenant reactivate {tenant}")),
            Error::UserNotFound => Some(format!("{program} user list {tenant}")),
            Error::StaffNotFound => Some(format!("{program} staff list")),
            Error::VolunteerNotFound => Some(format!("{program} volunteer list {tenant}")),
            Error::VolunteerExists { volunteer, .. } => Some(format!("{program} volunteer show {tenant} {volunteer}")),
            Error::NoteNotFound => Some(format!("{program} volunteer list-notes {tenant} VOLUNTEER")),
            Error::OutreachNotFound => Some(format!("{program} outreach list {tenant}")),
            Error::ParticipationNotFound => Some(format!("{program} roster list {tenant} EVENT")),
            Error::EventNotFound => Some(format!("{program} event list {tenant}")),
            Error::ApiKeyNotFound => Some(format!("{program} key list {tenant}")),
            Error::MailNotFound => Some(format!("{program} mail list {tenant}")),
            Error::NotFound(_) => typed.list(),
            Error::SchemaOutdated { .. } => Some(format!("{program} migrate --all")),
            Error::Unavailable(why) => unavailable(*why, program),
            Error::Internal => Some(format!("{program} doctor")),
            _ => None,
        }
    }
}

fn unavailable(why: Unavailable, program: &str) -> Option<String> {
    match why {
        Unavailable::DiskFull => Some(format!("free some space, or: {program} doctor --free-reserve")),
        Unavailable::Damaged => Some(format!("{program} doctor")),
        Unavailable::ReadOnly => Some("see that the data directory is yours and its disk is mounted for writing".to_owned()),
        Unavailable::TookTooLong => Some("give it more time, such as --deadline-ms 60000".to_owned()),
        _ => None,
    }
}

/// Tells why, and gives the exit code.
pub(crate) fn report(failure: &Failure, typed: &Typed, printer: &mut Printer) -> Exit {
    let exit = match failure {
        Failure::Findings => return Exit::Findings,
        Failure::Partly => return Exit::Failed,
        Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Done,
        Failure::Engine(error) | Failure::Settings(error) => Exit::from(error),
        Failure::Server(_) | Failure::Output(_) => Exit::Failed,
    };
    if printer.json() {
        printer.aside(&failure.document());
        return exit;
    }
    let red = printer.error_style();
    let (text, next) = told(failure, typed);
    printer.aside(&format!("{red}error:{red:#} {text}"));
    if let Some(next) = next {
        printer.aside(&format!("next: {next}"));
    }
    exit
}

/// What a person is told: why, and what to do next.
fn told(failure: &Failure, typed: &Typed) -> (String, Option<String>) {
    let text = match failure {
        Failure::Engine(Error::Validation(fields)) => match &fields.0[..] {
            [FieldError { field, message, .. }] => format!("{}: {message}", typed.named(field)),
            fields => lines(fields, typed),
        },
        Failure::Engine(Error::BadRequest { field, message }) => format!("{}: {message}", typed.named(field)),
        other => other.message(),
    };
    (text, failure.advice(typed))
}

fn lines(fields: &[FieldError], typed: &Typed) -> String {
    let mut text = String::from("nothing was changed; mend these first");
    for FieldError { field, message, .. } in fields {
        text.push_str(&format!("\n  {}: {message}", typed.named(field)));
    }
    text
}

fn field(field: &str, message: &str) -> Value {
    json!({ "field": field, "code": "BAD_REQUEST", "message": message })
}

/// `volunteer_id` is there for an address that a volunteer has already, as over HTTP.
fn document(code: &str, message: &str, fields: &[Value], volunteer: Option<VolunteerId>) -> String {
    let mut error = json!({ "code": code, "message": message, "fields": fields });
    if let Some(volunteer) = volunteer {
        error["volunteer_id"] = json!(volunteer);
    }
    json!({ "error": error }).to_string()
}

/// What the parser of arguments answers: help and version on stdout, everything else as misuse. Before it has read them, `--json` is
/// looked for by hand.
pub(crate) fn misused(error: &clap::Error) -> Exit {
    let wants_json = std::env::args_os().skip(1).take_while(|word| word != "--").any(|word| word == "--json");
    if wants_json && error.use_stderr() {
        let text = error.render().to_string();
        // The first paragraph is the message; usage and tips follow.
        let message = text.split("\n\n").next().unwrap_or_default().trim().trim_start_matches("error: ").to_owned();
        let fields: Vec<_> = arguments(error).iter().map(|name| field(name, &message)).collect();
        let _ = writeln!(io::stderr(), "{}", document("BAD_REQUEST", &message, &fields, None));
    } else {
        let printed = error.print();
        if let Err(why) = printed
            && !error.use_stderr()
            && why.kind() != io::ErrorKind::BrokenPipe
        {
            // A reader that went away has read enough; a full disk has not taken it.
            let _ = writeln!(io::stderr(), "error: {}", Failure::Output(why).message());
            return Exit::Failed;
        }
    }
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

/// The arguments or commands that are wrong or missing, by the names that the engine's errors have too: `starts_at` for `--starts-at <TIME>`.
fn arguments(error: &clap::Error) -> Vec<String> {
    let bare = |usage: &String| {
        let name = usage.split([' ', '=', '[']).next().unwrap_or_default();
        name.trim_start_matches('-').trim_matches(['<', '>', '.']).to_lowercase().replace('-', "_")
    };
    match error.get(ContextKind::InvalidArg).or_else(|| error.get(ContextKind::InvalidSubcommand)) {
        Some(ContextValue::String(name)) => vec![bare(name)],
        Some(ContextValue::Strings(names)) => names.iter().map(bare).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;
    use polaris_core::error::{FieldErrors, Problem};
    use polaris_core::operations::Feature;

    use super::*;
    use crate::cli::Cli;

    /// One of each code, and each reason why something is unavailable.
    fn each() -> Vec<Error> {
        let field = |field: &str, problem: Problem| problem.on(field);
        let mut all = vec![
            Error::bad_request("page", "must be a whole number from 1 to 1000000"),
            Error::bad_request("--yes", "is needed where nobody can be asked: this removes it for good"),
            Error::invalid("title", Problem::required()),
            Error::Validation(FieldErrors(vec![
                field("title", Problem::required()),
                field("location", Problem::new("TOO_LONG", "must have at most 255 characters")),
            ])),
            Error::Validation(FieldErrors(vec![field("tenants[0]", Problem::new("UNKNOWN_VALUE", "there is no such tenant"))])),
            Error::Unauthenticated,
            Error::MissingApiKey,
            Error::InvalidApiKey,
            Error::InvalidCredentials,
            Error::TooManyAttempts { retry_after: 840 },
            Error::RateLimitExceeded { retry_after: 12, quota: None },
            Error::InvalidLink,
            Error::Forbidden { operation: "tenants_purge" },
            Error::FeatureDisabled(Feature::Events),
            Error::TenantNotFound,
            Error::TenantInactive,
            Error::EventNotFound,
            Error::VolunteerNotFound,
            Error::NoteNotFound,
            Error::OutreachNotFound,
            Error::ParticipationNotFound,
            Error::UserNotFound,
            Error::StaffNotFound,
            Error::SessionNotFound,
            Error::ApiKeyNotFound,
            Error::MailNotFound,
            Error::NotFound("backup"),
            Error::Conflict("the slug `kckps` is taken by another tenant: choose another".to_owned()),
            Error::VolunteerExists { volunteer: VolunteerId::new(12), active: false },
            Error::EventFull { needed: 20, registered: 20 },
            Error::SignupClosed(polaris_core::types::SignupState::DeadlinePassed),
            Error::InvalidTransition {
                what: "an event",
                from: "completed",
                to: "draft",
                reason: "a completed event stays as it is".to_owned(),
            },
            Error::Cancelled,
            Error::SchemaOutdated { found: 1, needed: 2 },
            Error::SchemaTooNew { found: 3, known: 2 },
            Error::DataDirectory("there is no data directory at ./polaris-data: make one with `polaris init`".to_owned()),
            Error::Internal,
        ];
        all.extend(
            [
                Unavailable::Busy,
                Unavailable::TookTooLong,
                Unavailable::WouldWait,
                Unavailable::Overloaded,
                Unavailable::DiskFull,
                Unavailable::ReadOnly,
                Unavailable::Damaged,
                Unavailable::Moved,
                Unavailable::MailStuck,
                Unavailable::Forked,
            ]
            .map(Error::Unavailable),
        );
        all
    }

    #[test]
    fn every_error_says_why_and_what_to_do_next_as_it_was_reviewed() {
        let matches = Cli::command().try_get_matches_from(["polaris", "event", "list", "kckps"]).unwrap();
        let typed = Typed::new(&matches, None);
        let mut failures: Vec<_> = each().into_iter().map(Failure::Engine).collect();
        failures.push(Failure::Settings(Error::bad_request("readers", "must be a whole number from 1 to 8, not `9` (--readers)")));
        failures.push(Failure::Server("127.0.0.1:80 may not be used by this user: choose a port from 1024 on with --listen".to_owned()));
        failures.push(Failure::Output(io::Error::other("No space left on device")));
        let mut now =
            String::from("What a person is told of each error, here of `polaris event list kckps`. UPDATE_SNAPSHOTS=1 writes this anew.\n");
        for failure in &failures {
            let (text, next) = told(failure, &typed);
            let exit = match failure {
                Failure::Engine(error) | Failure::Settings(error) => Exit::from(error),
                _ => Exit::Failed,
            };
            now.push_str(&format!("\n{}, ends with {}\n  error: {}\n", failure.code(), exit as u8, text.replace('\n', "\n  ")));
            now.extend(next.map(|next| format!("  next: {next}\n")));
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/errors.txt");
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        let then = std::fs::read_to_string(path).unwrap_or_default();
        assert!(now == then, "tests/errors.txt is no longer so: UPDATE_SNAPSHOTS=1 writes it, to be reviewed there\n{now}");
    }

    #[test]
    fn every_code_has_the_exit_code_that_the_documentation_says() {
        for error in each() {
            let row = include_str!("../../docs/errors.md").lines().find(|line| line.starts_with(&format!("| `{}` |", error.code())));
            let documented = row.unwrap_or_else(|| panic!("docs/errors.md has no {}", error.code())).split(" | ").nth(2).unwrap();
            assert_eq!(documented, (Exit::from(&error) as u8).to_string(), "{}", error.code());
        }
    }

    #[test]
    fn programs_are_told_who_has_the_address_already() {
        let all = each();
        let documents = all.into_iter().map(|error| Failure::Engine(error).document());
        let documents: Vec<Value> = documents.map(|text| serde_json::from_str(&text).unwrap()).collect();
        let named: Vec<_> = documents.iter().filter(|document| document["error"]["volunteer_id"].is_i64()).collect();
        assert_eq!((named.len(), &named[0]["error"]["code"]), (1, &json!("CONFLICT")));
    }

    /// `Error` may grow: its source has each code once.
    #[test]
    fn no_code_of_the_engine_is_left_out_here() {
        let source = include_str!("../../polaris-core/src/error.rs");
        let (_, codes) = source.split_once("pub fn code(").unwrap();
        let (codes, _) = codes.split_once("\n    }\n").unwrap();
        let all: BTreeSet<_> = codes.split('"').skip(1).step_by(2).collect();
        let here: BTreeSet<_> = each().iter().map(Error::code).collect();
        assert!(all.len() > 20);
        assert_eq!(here, all);
    }
}
