//! The table of operations against the frontends and the documentation, both ways; `tests/surface.toml` holds the exceptions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use polaris_core::operations;
use serde_json::Value;

use crate::support::{binary, python, said};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The operations that a frontend must have.
fn expected(frontend: &str) -> BTreeSet<String> {
    let exceptions: toml::Table = std::fs::read_to_string(root().join("tests/surface.toml")).unwrap().parse().unwrap();
    let exceptions = exceptions.get(frontend).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    for (operation, reason) in &exceptions {
        assert!(operations::find(operation).is_some(), "{frontend}: {operation} is excepted and doesn't exist");
        assert!(reason.as_str().is_some_and(|reason| reason.len() > 10), "{frontend}: {operation} is excepted without a reason");
    }
    operations::ALL.iter().map(|operation| operation.id.to_owned()).filter(|id| !exceptions.contains_key(id)).collect()
}

#[test]
fn http_has_every_operation_of_the_table_and_no_other() {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(root().join("polaris-http/tests/openapi.json")).unwrap()).unwrap();
    let mut found = BTreeSet::new();
    for methods in document["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values().filter_map(|operation| operation["operationId"].as_str()) {
            found.insert(operation.to_owned());
        }
    }
    found.retain(|operation| !operation.starts_with("health_"));
    assert_eq!(found, expected("http"));
}

#[test]
fn the_command_line_has_every_operation_of_the_table() {
    for operation in expected("cli") {
        let words: Vec<&str> = match operation.as_str() {
            "doctor_check" => vec!["doctor"],
            "doctor_mend" => vec!["doctor", "--mend"],
            "tenants_migrate" => vec!["migrate"],
            other if other.starts_with("api_keys_") => {
                let verb = other.trim_start_matches("api_keys_");
                vec!["key", if verb == "get" { "show" } else { verb }]
            }
            other if other.starts_with("platform_audit_") => vec!["audit", other.trim_start_matches("platform_audit_"), "--operator"],
            other => {
                let (noun, verb) = other.split_once('_').unwrap();
                vec![noun.trim_end_matches('s'), if verb == "get" { "show" } else { verb }]
            }
        };
        let words: Vec<_> = words.iter().map(|word| word.replace('_', "-")).collect();
        let output = Command::new(binary()).args(&words).arg("--help").output().unwrap();
        assert!(output.status.success(), "{operation}: {words:?}: {}", said(&output));
        assert!(said(&output).to_lowercase().contains("example"), "{words:?} --help shows no example");
    }
}

#[test]
fn python_has_every_operation_of_the_table() {
    let output = Command::new(python()).arg(root().join("polaris-py/tests/reachable.py")).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let found: BTreeSet<String> = serde_json::from_slice::<Vec<String>>(&output.stdout).unwrap().into_iter().collect();
    assert_eq!(found, expected("python"));
}

#[test]
fn the_documentation_lists_every_operation() {
    let text = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    for operation in operations::ALL {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{}`", operation.id)));
        let row = row.unwrap_or_else(|| panic!("docs/operations.md does not list {}", operation.id));
        assert!(row.contains(operation.summary), "docs/operations.md says something else of {}: {row}", operation.id);
    }
    let rows = text.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, operations::ALL.len(), "docs/operations.md lists operations that don't exist");
}
