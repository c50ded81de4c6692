//! The commands against the table of operations; that every operation has its command is tested across the frontends (`tests/cases`).

use polaris_core::operations;

use crate::tree;

/// Commands that are no operation, or not one of their own, with the reason.
const NO_OPERATION: [(&str, &str); 9] = [
    ("init", "makes what operations work on"),
    ("serve", "offers the operations over HTTP"),
    ("demo", "makes a directory and serves it"),
    ("migrate", "tenants_migrate, and the registry before it"),
    ("doctor", "doctor_check, and doctor_mend with --mend"),
    ("audit tail", "audit_list, a line each"),
    ("config show", "tells of this program's settings"),
    ("completions", "tells of this program"),
    ("man", "tells of this program"),
];

#[test]
fn every_command_is_an_operation_of_the_table_or_has_a_reason() {
    for command in tree::leaves() {
        let words = command.join(" ");
        let [noun, verb] = command.as_slice() else {
            assert!(NO_OPERATION.iter().any(|(known, _)| *known == words), "`{words}` is in no table");
            continue;
        };
        let verb = if verb == "show" { "get".to_owned() } else { verb.replace('-', "_") };
        let operation = [format!("{noun}_{verb}"), format!("{noun}s_{verb}")].iter().any(|id| operations::find(id).is_some());
        let excepted = NO_OPERATION.iter().any(|(known, _)| *known == words);
        assert!(operation != excepted, "`{words}`: there is no operation `{noun}s_{verb}`, or it needs no exception");
    }
}
