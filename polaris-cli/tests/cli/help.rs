//! Every command has an example, and every example works.

use crate::support::{Answer, Home, Server};
use crate::tree::{groups, help, leaves};

/// The examples at the end of a help, as they stand there.
fn examples(help: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for line in help.lines() {
        if line.starts_with("example") {
            inside = true;
            found.push(String::new());
        } else if !line.starts_with("  ") {
            inside = false;
        } else if let (true, Some(example)) = (inside, found.last_mut()) {
            example.push_str(line);
            example.push('\n');
        }
    }
    found
}

#[test]
fn every_example_works_as_it_stands() {
    for command in leaves() {
        let examples = examples(&help(command));
        assert!(!examples.is_empty(), "{command:?} has no example");
        let command: Vec<_> = command.iter().map(String::as_str).collect();
        for example in examples {
            let home = if command == ["init"] { Home::empty() } else { Home::with_event() };
            if matches!(command[..], ["user" | "staff", verb] if verb != "create") || command.starts_with(&["calendar", "feed"]) {
                home.add_people();
            }
            if let ["volunteer" | "roster", verb] = command[..]
                && verb != "create"
            {
                home.add_volunteers();
                home.write("people.csv", "First Name,Last Name\nKim,Hart\n");
                home.write("names.csv", "Rufname,Nachname\nKim,Hart\n");
            }
            if let ["outreach", verb] = command[..] {
                home.add_volunteers();
                home.recruit();
                if matches!(verb, "show" | "edit" | "remove") {
                    home.run(&["outreach", "log", "kckps", "1", "2", "--method", "phone"]).done();
                }
            }
            if command.starts_with(&["mail"]) {
                home.add_mails();
            }
            // The life of an event before the step that is shown.
            if let ["event", verb] = command[..] {
                let before: &[&[&str]] = match verb {
                    "return-to-draft" => &[&["confirm", "kckps", "1"]],
                    "unpublish" => &[&["publish", "kckps", "1"]],
                    "complete" => &[&["publish", "kckps", "1"], &["edit", "kckps", "1", "--starts-at", "2024-03-04T09:00"]],
                    _ => &[],
                };
                before.iter().for_each(|step| drop(home.run(&[&["event"], *step].concat()).done()));
            }
            if command.starts_with(&["recruitment"]) {
                home.recruit();
            }
            if let ["serve" | "demo"] = command[..] {
                // The port of the example may be taken here; the rest is as it stands.
                let example = example.trim().replace("8080", "0");
                let words: Vec<_> = example.split(' ').skip(1).collect();
                let server = Server::start(&home, &words);
                assert!(server.said.contains("serving on"), "{}", server.said);
                continue;
            }
            let answer = Answer::of(home.command("sh").arg("-c").arg(&example).output().unwrap());
            assert_eq!(answer.code, 0, "{example}{answer:#?}");
        }
    }
}

#[test]
fn groups_and_the_whole_have_examples_and_the_exit_codes_are_told() {
    for group in groups() {
        assert!(help(group).contains("\nexample:\n"), "{group:?} has no example");
    }
    let whole = help(&[]);
    assert!(whole.contains("example") && whole.contains("exit codes:"), "{whole}");
}

#[test]
fn no_example_is_too_wide_for_a_terminal() {
    for command in leaves().iter().chain(groups()) {
        for example in examples(&help(command)) {
            assert!(example.lines().all(|line| line.chars().count() <= 80), "{example}");
        }
    }
}
