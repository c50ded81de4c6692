//! The program does what its README says, and stays as short.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::path::Path;
use std::process::Command;

fn run(data: Option<&Path>) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_polaris-example-embed")).args(data).output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

const CREATED: &str = "\
created: Kansas City Kansas Public Schools; schools: 1
events on the website: 0
title: is required
ends_at: is not a date and time; ";
const SHOWN: &str = "\
2027-03-04T09:00:00-06:00  Career Day at Wyandotte High School
FORBIDDEN: you are not permitted to do this (events_create)
";

#[test]
fn in_memory_it_creates_a_tenant_and_publishes_an_event() {
    let (done, said, error) = run(None);
    assert!(done && error.is_empty(), "{error}");
    assert!(said.starts_with(CREATED) && said.ends_with(&format!("\nevents on the website: 1\n{SHOWN}")), "{said}");
}

#[test]
fn in_a_data_directory_the_next_run_finds_what_the_first_one_did() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    assert!(run(Some(&data)).1.starts_with(CREATED));
    let (done, said, error) = run(Some(&data));
    assert!(done && error.is_empty(), "{error}");
    assert_eq!(said, format!("known: Kansas City Kansas Public Schools; schools: 1\n{SHOWN}"));
}

#[test]
fn a_place_that_is_no_data_directory_is_refused_by_its_name() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("notes.txt");
    std::fs::write(&file, "mine").unwrap();
    let (done, said, error) = run(Some(&file));
    assert!(!done && said.is_empty() && error.contains("notes.txt can't be used as a data directory"), "{error}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "mine");
}

#[test]
fn the_program_is_shorter_than_80_lines() {
    assert!(include_str!("../src/main.rs").lines().count() < 80);
}
