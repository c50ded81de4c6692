//! What a pipe gets: no colours, whole values, and no complaint when it closes.

use std::process::Stdio;

use crate::support::Home;

#[test]
fn a_pipe_gets_no_colours_and_nothing_cut() {
    let home = Home::with_event();
    let long = "An event with a title that is wider than any terminal ".repeat(4);
    home.run(&["event", "create", "kckps", "--title", long.trim(), "--starts-at", "2027-03-04T09:00", "--location", "x"]).done();
    for args in [
        &["event", "list", "kckps"][..],
        &["event", "show", "kckps", "2"],
        &["tenant", "show", "kckps"],
        &["config", "show"],
        &["doctor"],
        &["--help"],
    ] {
        let said = home.run(args).done();
        assert!(!said.contains('\x1b'), "{said:?}");
    }
    assert!(home.run(&["event", "list", "kckps"]).done().contains(long.trim()));
    assert!(!home.run(&["tenant", "show", "x"]).refused(3).contains('\x1b'));
    assert!(!home.run(&["nonsense"]).refused(2).contains('\x1b'));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::with_event();
    for args in [&["event", "list", "kckps"][..], &["event", "list", "kckps", "--json"], &["--help"], &["config", "show"]] {
        let mut child = home.program().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let answer = child.wait_with_output().unwrap();
        assert_eq!((answer.status.code(), String::from_utf8(answer.stderr).unwrap().as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_under_the_output_is_an_error() {
    let home = Home::with_event();
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    let answer = home.program().args(["event", "list", "kckps"]).stdout(full).output().unwrap();
    assert_eq!(answer.status.code(), Some(1));
    assert!(String::from_utf8(answer.stderr).unwrap().contains("can't be written"));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let answer = home.program().args(["event", "--help"]).stdout(full).output().unwrap();
    assert_eq!((answer.status.code(), String::from_utf8_lossy(&answer.stderr).contains("can't be written")), (Some(1), true));
}

#[test]
fn progress_and_log_stay_out_of_a_pipe() {
    let home = Home::with_event();
    let answer = home.run(&["doctor"]);
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
}

#[test]
fn a_secret_that_nobody_could_read_is_not_made() {
    let home = Home::with_data();
    for command in ["polaris tenant create kckps --name Kansas", "polaris session open"] {
        let answer = home.command("sh").arg("-c").arg(format!("{command} >&-")).output().unwrap();
        let why = String::from_utf8(answer.stderr).unwrap();
        assert!(answer.status.code() == Some(2) && why.contains("output: is closed"), "{command}: {why}");
    }
    assert_eq!(home.json(&["tenant", "list"])["items"].as_array().unwrap().len(), 0, "nothing was begun");
    let create = "polaris staff create --name Sam --email sam@example.org --role support";
    let answer = home.command("sh").arg("-c").arg(format!("{create} >&-")).output().unwrap();
    assert_eq!((answer.status.code(), home.json(&["staff", "list"])["total"].clone()), (Some(2), 0.into()));
    let answer = home.command("sh").arg("-c").arg("polaris tenant create kckps --name Kansas > /dev/null").output().unwrap();
    assert_eq!(answer.status.code(), Some(0), "who sends it there has said so");
}
