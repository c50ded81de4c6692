//! The table of operations against the frontends and the documentation, both ways; `tests/surface.toml` holds the exceptions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use polaris_core::operations::{self, Operation};
use polaris_core::types::EventStep;
use serde_json::Value;

use crate::support::{binary, python, said};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A section of `tests/surface.toml`: what is excepted, and why.
fn exceptions(section: &str) -> BTreeMap<String, String> {
    let all: toml::Table = text("tests/surface.toml").parse().unwrap();
    let known = ["http", "cli", "python", "commands"];
    assert!(all.keys().all(|section| known.contains(&section.as_str())), "tests/surface.toml has a section that nothing reads");
    let section = all.get(section).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let exceptions: BTreeMap<_, _> = section.into_iter().map(|(what, why)| (what, why.as_str().unwrap_or_default().to_owned())).collect();
    for (what, why) in &exceptions {
        assert!(why.len() > 10, "{what} is excepted without a reason");
        if let Some(other) = why.strip_prefix("as ") {
            let other = other.split([':', ';']).next().unwrap_or(other);
            assert!(exceptions.contains_key(other), "{what} is excepted as {other}, which isn't");
        }
    }
    exceptions
}

/// The operations that a frontend must have.
fn expected(frontend: &str) -> BTreeSet<String> {
    let exceptions = exceptions(frontend);
    for operation in exceptions.keys() {
        assert!(operations::find(operation).is_some(), "{frontend}: {operation} is excepted and doesn't exist");
    }
    operations::ALL.iter().map(|operation| operation.id.to_owned()).filter(|id| !exceptions.contains_key(id)).collect()
}

#[test]
fn http_has_every_operation_of_the_table_and_no_other() {
    let document: Value = serde_json::from_str(&text("polaris-http/tests/openapi.json")).unwrap();
    let mut found = BTreeSet::new();
    for methods in document["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values().filter_map(|operation| operation["operationId"].as_str()) {
            found.insert(operation.to_owned());
        }
    }
    found.retain(|operation| !operation.starts_with("health_"));
    assert_eq!(found, expected("http"));
}

/// The command of an operation, and the flag that makes it that.
fn command_of(operation: &str) -> (String, Option<&'static str>) {
    match operation {
        "doctor_check" => ("doctor".to_owned(), None),
        "doctor_mend" => ("doctor".to_owned(), Some("--mend")),
        "mails_retry_all" => ("mail retry".to_owned(), Some("--all")),
        "tenants_migrate" => ("migrate".to_owned(), None),
        "mail_templates_preview" => ("mail preview".to_owned(), None),
        other => {
            if let Some(verb) = other.strip_prefix("platform_audit_") {
                return (format!("audit {verb}"), Some("--operator"));
            }
            let capability = capability_of(other);
            let verb = other[capability.len() + 1..].replace('_', "-");
            let noun = match capability.as_str() {
                "api_keys" => "key".to_owned(),
                "calendar_feeds" => "calendar feed".to_owned(),
                "mail_templates" => "mail template".to_owned(),
                other => other.trim_end_matches('s').replace('_', "-"),
            };
            (format!("{noun} {}", if verb == "get" { "show" } else { &verb }), None)
        }
    }
}

fn help(command: &str) -> String {
    let output = Command::new(binary()).args(command.split_whitespace()).arg("--help").output().unwrap();
    assert!(output.status.success(), "{command}: {}", said(&output));
    said(&output)
}

/// Every command that does something, by what its help says.
fn commands() -> BTreeMap<String, String> {
    let mut commands = BTreeMap::new();
    let mut ahead = vec![String::new()];
    while let Some(command) = ahead.pop() {
        let help = help(&command);
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let below: Vec<&str> = listed
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .collect();
        if below.is_empty() {
            commands.insert(command, help);
        } else {
            ahead.extend(below.into_iter().map(|name| format!("{command} {name}").trim().to_owned()));
        }
    }
    commands
}

#[test]
fn the_command_line_has_every_operation_of_the_table_and_what_else_it_has_is_written_down() {
    let commands = commands();
    let expected = expected("cli");
    let mut beyond: BTreeSet<&String> = commands.keys().collect();
    for operation in operations::ALL {
        let (command, flag) = command_of(operation.id);
        let there = commands.get(&command).filter(|help| flag.is_none_or(|flag| help.contains(flag)));
        assert_eq!(there.is_some(), expected.contains(operation.id), "{}: is `polaris {command}` there?", operation.id);
        let Some(help) = there else { continue };
        assert!(help.to_lowercase().contains("example"), "`polaris {command} --help` shows no example");
        beyond.remove(&command);
    }
    assert_eq!(beyond, exceptions("commands").keys().collect(), "commands that are no operation");
}

#[test]
fn python_has_every_operation_of_the_table_and_no_other() {
    let output = Command::new(python()).arg(root().join("polaris-py/tests/reachable.py")).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let found: BTreeSet<String> = serde_json::from_slice::<Vec<String>>(&output.stdout).unwrap().into_iter().collect();
    assert_eq!(found, expected("python"));
}

const PAGE: &str = "docs/operations.md";

/// The row of an operation as the page must have it.
fn row(operation: &Operation) -> String {
    let feature = operation.feature.map(|feature| format!(" · `{feature}`")).unwrap_or_default();
    let audit = operation.audit.map(|action| format!("`{action}` ")).unwrap_or_default();
    let needs = operation.permission.as_str().replace('_', " ");
    format!("| `{}` | {} | {needs}{feature} | {audit}|", operation.id, operation.summary)
}

#[test]
fn the_documentation_says_of_every_operation_what_the_table_says_and_of_no_other() {
    let mut page = text(PAGE);
    let expected: Vec<String> = operations::ALL.iter().map(|operation| row(operation)).collect();
    let (head, rest) = page.split_once("| operation |").unwrap();
    let (titles, rest) = rest.split_at(rest.match_indices('\n').nth(1).unwrap().0 + 1);
    let (rows, rest) = rest.split_once("\n\n").unwrap();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        page = format!("{head}| operation |{titles}{}\n\n{rest}", expected.join("\n"));
        fs::write(root().join(PAGE), page).unwrap();
        return;
    }
    let found: Vec<&str> = rows.lines().collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "{PAGE} differs from the table of operations from here on: UPDATE_SNAPSHOTS=1 writes it");
    }
    assert_eq!(found.len(), expected.len(), "{PAGE} and the table of operations end differently: UPDATE_SNAPSHOTS=1 writes it");
}

/// The capabilities that the page describes, each with the rest of its row.
fn capabilities() -> BTreeMap<String, String> {
    let page = text(PAGE);
    let rows = page.lines().skip_while(|line| !line.starts_with("| capability |")).skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let (capability, rest) = line.trim_start_matches("| `").split_once("` | ").unwrap_or_else(|| panic!("{PAGE}: {line}"));
        (capability.to_owned(), rest.to_owned())
    })
    .collect()
}

/// The capability of an operation: the longest that its id begins with.
fn capability_of(operation: &str) -> String {
    let found = capabilities().into_keys().filter(|capability| operation.starts_with(&format!("{capability}_")));
    found.max_by_key(String::len).unwrap_or_else(|| panic!("{PAGE} doesn't say where the capability of {operation} is described"))
}

/// E3: the page shows the one table of the life cycle.
#[test]
fn the_guide_to_events_has_the_steps_of_their_life_as_the_engine_takes_them() {
    let page = text("docs/events.md");
    let rows = page.lines().skip_while(|line| !line.starts_with("| step |")).skip(2).take_while(|line| line.starts_with('|'));
    let found: Vec<_> = rows.map(|row| row.split(" | ").take(3).collect::<Vec<_>>().join(" | ")).collect();
    let row = |step: &EventStep| {
        let from: Vec<_> = step.from().iter().map(|status| status.as_str()).collect();
        format!("| `{step}` | {} | {}", from.join(", "), step.to())
    };
    assert_eq!(found, EventStep::ALL.iter().map(row).collect::<Vec<_>>());
}

/// The parts of a document that a link may name after `#`.
fn anchors(path: &str) -> BTreeSet<String> {
    let of = |heading: &str| -> String {
        let kept = heading.trim().to_lowercase().replace(' ', "-");
        kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
    };
    text(path).lines().filter(|line| line.starts_with('#')).map(|line| of(line.trim_start_matches('#'))).collect()
}

#[test]
fn every_capability_has_a_guide_and_a_tested_example() {
    let described = capabilities();
    let used: BTreeSet<String> = operations::ALL.iter().map(|operation| capability_of(operation.id)).collect();
    assert_eq!(described.keys().cloned().collect::<BTreeSet<_>>(), used, "{PAGE} describes capabilities without operations");
    for (capability, rest) in described {
        let links: Vec<&str> = rest.split("](").skip(1).filter_map(|link| link.split(')').next()).collect();
        let [guide, rust] = links[..] else { panic!("{PAGE}: {capability} has no guide and Rust module") };
        let (guide, part) = guide.split_once('#').map_or((guide, None), |(guide, part)| (guide, Some(part)));
        let guide = format!("docs/{guide}");
        assert!(part.is_none_or(|part| anchors(&guide).contains(part)), "{PAGE}: {capability}: {guide} has no {part:?}");
        let module = text(rust.trim_start_matches("../"));
        let example = module.lines().skip_while(|line| *line != "//! ```").skip(1).take_while(|line| *line != "//! ```");
        assert!(example.count() > 3, "{rust} has no tested example at its head: a block that begins with \"//! ```\"");
    }
}

/// The crate's documentation shows each capability where one gets it.
#[test]
fn the_crates_own_story_has_an_example_of_every_capability() {
    let story = text("polaris-core/src/lib.rs");
    let mut code = String::new();
    let mut inside = false;
    for line in story.lines().filter_map(|line| line.strip_prefix("//!")) {
        if line.trim_start().starts_with("```") {
            assert!(inside || line == " ```", "an example of polaris-core's documentation isn't run: {line}");
            inside = !inside;
        } else if inside {
            code.push_str(line);
        }
    }
    for capability in capabilities().into_keys() {
        let call = match capability.as_str() {
            "staff_sessions" => ".own_sessions()".to_owned(),
            "public_events" => ".public_api(".to_owned(),
            "public_calendar" => ".public_calendar(".to_owned(),
            "calendar_feeds" => ".calendar().feeds()".to_owned(),
            "settings" => ".administration()".to_owned(),
            "platform_audit" => ".audit()".to_owned(),
            "signups" => ".signup(".to_owned(),
            "opt_outs" => ".opt_out(".to_owned(),
            other => format!(".{other}()"),
        };
        assert!(code.contains(&call), "the documentation of polaris-core has no example of {capability} ({call})");
    }
}

/// Where the codes of errors are written, with how to find them there.
fn codes() -> BTreeSet<String> {
    let core = text("polaris-core/src/error.rs");
    let (_, core) = core.split_once("pub fn code(").unwrap();
    let (core, _) = core.split_once("\n    }\n").unwrap();
    let http = text("polaris-http/src/error.rs");
    let of_http = http.split("code: \"").skip(1).filter_map(|rest| rest.split('"').next());
    core.split('"').skip(1).step_by(2).chain(of_http).map(str::to_owned).collect()
}

#[test]
fn the_documentation_has_every_code_of_an_error_and_no_other() {
    let page = text("docs/errors.md");
    let documented: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let set: BTreeSet<String> = documented.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(set.len(), documented.len(), "docs/errors.md has a code twice");
    assert!(set.len() > 20);
    assert_eq!(set, codes());
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let mut pages = vec!["README.md".to_owned(), "polaris-py/README.md".to_owned(), "examples/embed/README.md".to_owned()];
    for entry in fs::read_dir(root().join("docs")).unwrap() {
        pages.push(format!("docs/{}", entry.unwrap().file_name().into_string().unwrap()));
    }
    let mut seen = 0;
    for page in pages {
        let here = Path::new(&page).parent().unwrap();
        let content = text(&page);
        for link in content.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.contains(char::is_whitespace) {
                continue;
            }
            let (path, part) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { PathBuf::from(&page) } else { here.join(path) };
            assert!(root().join(&target).exists(), "{page}: {link} leads nowhere");
            if !part.is_empty() {
                assert!(anchors(target.to_str().unwrap()).contains(part), "{page}: {link}: there is no such part");
            }
            seen += 1;
        }
    }
    assert!(seen > 20);
}
