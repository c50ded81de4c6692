//! Completions and manual pages: made for every command, and read by what they are made for, where that is installed.

use std::process::Command;

use serde_json::json;

use crate::support::{Answer, Home};
use crate::tree;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

fn installed(program: &str) -> bool {
    Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap().status.success()
}

#[test]
fn every_shell_gets_a_script_that_knows_every_command_and_parses_where_the_shell_is_installed() {
    let home = Home::empty();
    for shell in SHELLS {
        let script = home.run(&["completions", shell]).done();
        for command in tree::leaves() {
            assert!(script.contains(command.last().unwrap()), "{shell} doesn't know {command:?}");
        }
        home.write(shell, script);
        let check: (&str, &[&str]) = match shell {
            "bash" => ("bash", &["-n", "bash"]),
            "zsh" => ("zsh", &["-n", "zsh"]),
            "fish" => ("fish", &["--no-execute", "fish"]),
            "elvish" => ("elvish", &["-compileonly", "elvish"]),
            _ => ("pwsh", &["-NoProfile", "-Command", "[scriptblock]::Create((Get-Content -Raw powershell)) | Out-Null"]),
        };
        if installed(check.0) {
            let answer = Answer::of(home.command(check.0).args(check.1).output().unwrap());
            assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{shell}: {answer:?}");
        }
    }
}

#[test]
fn bash_completes_commands_and_flags() {
    if !installed("bash") {
        return;
    }
    let home = Home::empty();
    let completed = |words: &str| {
        let last = words.split(' ').count() - 1;
        let ask = format!(
            "source <(polaris completions bash); COMP_WORDS=({words}); COMP_CWORD={last}; _polaris polaris \
             \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{last}-1]}}\"; \
             echo \"${{COMPREPLY[*]}}\""
        );
        Answer::of(home.command("bash").args(["-c", &ask]).output().unwrap()).done()
    };
    assert_eq!(completed("polaris ten"), "tenant\n");
    assert_eq!(completed("polaris user reset"), "reset-password\n");
    assert_eq!(completed("polaris event list --per"), "--per-page\n");
    // Words of closed lists too, also where the engine judges them with the other fields.
    assert_eq!(completed("polaris user create kckps --role v"), "virtual_admin viewer\n");
    assert_eq!(completed("polaris event create kckps --type men"), "mentoring\n");
    assert_eq!(completed("polaris event list kckps --status comp"), "completed\n");
    assert_eq!(completed("polaris volunteer list kckps --sort org"), "organization\n");
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    let home = Home::empty();
    let said = home.run(&["completions", "tcsh"]).refused(2);
    assert!(SHELLS.iter().all(|shell| said.contains(shell)), "{said}");
}

#[test]
fn there_is_a_manual_page_for_every_command_and_man_reads_it_without_a_warning() {
    let home = Home::empty();
    let said = home.run(&["man", "--out", "man1"]).done();
    let all = [tree::leaves(), tree::groups()].concat();
    assert_eq!(said, format!("wrote {} pages into man1\nnext: man -l man1/polaris.1\n", all.len()));
    for command in all {
        let name = [&["polaris".to_owned()][..], &command].concat().join("-");
        let page = std::fs::read_to_string(home.join("man1").join(format!("{name}.1"))).unwrap();
        for part in [".TH", "\n.SH NAME\n", "\n.SH SYNOPSIS\n", "\n.SH DESCRIPTION\n", "\n.SH OPTIONS\n", "\n.SH EXAMPLE\n.nf\n  "] {
            assert!(page.contains(part), "{name} has no {part}");
        }
        assert!(page.contains(&name.replace('-', r"\-")), "{name} has another name: {page}");
    }
    if installed("groff") {
        let answer =
            home.command("sh").args(["-c", "for page in man1/*; do groff -k -man -ww -Tutf8 $page > /dev/null || exit; done"]).output();
        let answer = Answer::of(answer.unwrap());
        assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    }
    if installed("lexgrog") {
        let answer = Answer::of(home.command("sh").args(["-c", "lexgrog man1/*"]).output().unwrap());
        assert_eq!(answer.code, 0, "{answer:?}");
    }
}

#[test]
fn a_manual_page_keeps_examples_and_tables_as_the_help_has_them() {
    let home = Home::empty();
    let page = home.run(&["man", "event", "create"]).done();
    assert!(page.contains("\n.TH POLARIS-EVENT-CREATE 1 \"\" \"polaris "), "{page}");
    assert!(page.contains(r"echo \*(Aq{") && page.contains("\n.nf\n  polaris event create kckps \\-\\-title \"Career Day\""), "{page}");
    assert!(page.contains("\n.PP\nexample, from JSON:\n.nf\n"), "{page}");
    let usage = r"polaris event create [OPTIONS] <TENANT>";
    assert!(page.contains(&format!("\n.SH SYNOPSIS\n{usage}\n")), "{page}");
    let page = home.run(&["man"]).done();
    assert!(page.contains("\n.SH \"EXIT CODES\"\n.nf\n  0  done\n"), "{page}");
    assert!(home.run(&["man", "config", "show"]).done().contains("\n.SH SETTINGS\nsettings (in polaris.toml"));
}

#[test]
fn pages_of_no_command_and_into_no_directory_are_refused() {
    let home = Home::empty();
    let said = home.run(&["man", "tenant", "lst"]).refused(2);
    assert!(said.contains("`lst` is no command here; there are create, list, show"), "{said}");
    assert!(home.run(&["man", "init", "more"]).refused(2).contains("there are none below it"));
    home.write("file", "");
    assert!(home.run(&["man", "--out", "file"]).refused(2).contains("file can't be written"));
    home.run(&["man", "tenant", "--out", "man1"]).refused(2);
    assert!(!home.join("man1").exists());
}

#[test]
fn there_is_json_of_pages_written_and_none_of_a_script_or_a_page() {
    let home = Home::empty();
    let written = home.json(&["man", "--out", "man1"]);
    assert_eq!((&written["directory"], &written["pages"][0]), (&json!("man1"), &json!("polaris.1")));
    for args in [&["man"][..], &["completions", "zsh"]] {
        let (code, error) = home.json_error(args);
        assert_eq!((code, &error["fields"][0]["field"]), (2, &json!("--json")));
    }
}

/// A shell asks for completions at each start, wherever that is.
#[test]
fn bad_settings_are_no_hindrance_to_completions_and_pages() {
    let home = Home::empty();
    home.write("polaris.toml", "this is no TOML");
    home.run(&["config", "show"]).refused(2);
    home.run(&["completions", "bash"]).done();
    home.run(&["man"]).done();
}
