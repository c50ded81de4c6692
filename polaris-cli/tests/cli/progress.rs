//! Long work shows how far it is, on a terminal; in a pipe, with `--json` and with `--quiet` there is nothing.

use std::time::{Duration, Instant};

use crate::pty::Terminal;
use crate::support::{Answer, Home};

/// Commands that may take long, in a directory of two tenants and a backup, and what is shown meanwhile; nothing of those that only have
/// to be done before the next.
const LONG: [(&str, &str); 17] = [
    ("reference import skills.csv", "importing reference data …"),
    ("volunteer import kckps people.csv --yes", "=] dealt with 300 of 300 rows"),
    ("volunteer import kckps people.csv", "looking whom this would change …"),
    ("reference sync --all", "synced 2 of 2 tenants"),
    ("doctor", "checked 3 of 3 files"),
    ("doctor --mend", "checked 3 of 3 files"),
    ("audit verify --operator", "=] followed "),
    ("tenant deactivate kckps", ""),
    ("migrate --all", "migrated 2 of 2 tenants"),
    ("backup create", "copied 3 of 3 files"),
    ("backup verify latest", "checked 3 of 3 files"),
    ("backup restore latest kckps --verify", "checking kckps in latest …"),
    ("backup restore latest kckps --yes", "restoring kckps …"),
    ("backup restore --all ./safe/* --data ./new", "restored 3 of 3 files"),
    ("backup prune --keep 1 --yes", "removing old backups …"),
    ("tenant delete kckps --yes", "moving kckps to the trash …"),
    ("tenant purge kckps --yes", "purging kckps …"),
];

fn people(rows: usize) -> String {
    let rows: String = (0..rows).map(|number| format!("Ann{number},Lee,ann{number}@example.org\n")).collect();
    format!("First,Last,Email\n{rows}")
}

fn ready() -> Home {
    let home = Home::with_event();
    home.run(&["tenant", "create", "north", "--name", "North"]).done();
    home.write("skills.csv", "name\nWelding\n");
    home.write("people.csv", people(300));
    home.run(&["backup", "create"]).done();
    home.run(&["backup", "create", "--to", "safe"]).done();
    home
}

#[test]
fn a_terminal_shows_how_far_long_work_is_and_clears_the_line() {
    let home = ready();
    for (command, shown) in LONG {
        let (code, screen) = Terminal::run(&home, &format!("polaris {command}")).ended();
        assert_eq!(code, Some(0), "{command}: {screen}");
        if shown.is_empty() {
            continue;
        }
        let (before, after) = screen.rsplit_once("\r\x1b[K").unwrap_or(("", &screen));
        assert!(before.contains(shown), "{command} doesn't show `{shown}`: {screen:?}");
        assert!(!after.contains(shown) && !after.trim().is_empty(), "{command} leaves its line behind: {screen:?}");
    }
}

#[test]
fn a_pipe_json_and_quiet_get_nothing_of_it() {
    let ready = ready();
    let home = ready.twin();
    for (command, _) in LONG {
        let answer = Answer::of(home.command("sh").args(["-c", &format!("polaris {command}")]).output().unwrap());
        assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{command}");
    }
    for flag in ["--json", "--quiet"] {
        let home = ready.twin();
        for (command, _) in LONG {
            let (code, screen) = Terminal::run(&home, &format!("polaris {command} {flag}")).ended();
            assert_eq!(code, Some(0), "{command} {flag}: {screen}");
            assert!(!screen.contains("\x1b[K") && !screen.contains("next:"), "{command} {flag}: {screen:?}");
        }
    }
}

#[test]
fn the_line_goes_also_when_the_work_fails_and_a_dumb_terminal_gets_none() {
    let home = Home::with_event();
    home.run(&["backup", "create"]).done();
    let (code, screen) = Terminal::run(&home, "polaris backup restore latest kckps --yes").ended();
    assert_eq!(code, Some(4), "{screen}");
    let (line, error) = screen.rsplit_once("\r\x1b[K").unwrap();
    assert!(line.contains("restoring kckps …") && error.contains("error:") && !error.contains("restoring"), "{screen:?}");
    let (code, screen) = Terminal::run(&home, "TERM=dumb polaris backup verify latest").ended();
    assert!(code == Some(0) && !screen.contains("of 2 files") && !screen.contains("\x1b[K"), "{screen:?}");
}

#[test]
fn a_terminal_without_colours_has_its_line_cleared_all_the_same() {
    let home = Home::with_event();
    home.run(&["backup", "create"]).done();
    let (_, screen) = Terminal::run(&home, "NO_COLOR=1 polaris backup verify latest").ended();
    assert!(screen.contains("checked 2 of 2 files\x1b[K\r\x1b[K"), "{screen:?}");
}

#[test]
fn a_narrow_terminal_gets_a_line_that_fits() {
    let home = Home::with_event();
    home.run(&["backup", "create"]).done();
    let (_, screen) = Terminal::run(&home, "stty rows 24 cols 30; polaris backup verify latest").ended();
    assert!(screen.contains("\rchecked 2 of 2 files\x1b[K"), "{screen:?}");
    let (_, screen) = Terminal::run(&home, "stty rows 24 cols 12; polaris backup verify latest").ended();
    assert!(screen.contains("\rchecked 2 o\x1b[K"), "{screen:?}");
}

#[test]
fn the_demo_tells_how_far_it_is() {
    let home = Home::empty();
    let mut demo = Terminal::run(&home, "exec polaris demo --listen 127.0.0.1:0");
    demo.expect(" of 26 tenants and events");
    demo.expect("\r\x1b[Kmade the demo");
    demo.expect("stop with Ctrl-C");
    demo.press("\x03");
    assert_eq!(demo.ended().0, Some(0));
    let answer = Answer::of(home.command("sh").args(["-c", "polaris tenant list --data polaris-demo"]).output().unwrap());
    assert!(answer.done().contains("hmsd"));
}

#[test]
fn ctrl_c_breaks_an_import_off_and_nothing_of_it_stays_v2() {
    let home = Home::with_event();
    home.write("people.csv", people(100_000).replace("Ann7,Lee", "Ann7,"));
    let mut import = Terminal::run(&home, "exec polaris volunteer import kckps people.csv --yes --rejected bad.csv");
    import.expect(" of 100000 rows");
    import.press("\x03");
    let (code, screen) = import.ended();
    assert_eq!(code, Some(130), "{screen}");
    let (_, after) = screen.rsplit_once("\r\x1b[K").unwrap();
    assert!(after.trim().ends_with("broken off: nothing was changed"), "{screen:?}");
    assert!(!home.join("bad.csv").exists());
    assert_eq!(home.json(&["volunteer", "list", "kckps"])["total"], 0);
    assert_eq!(home.json(&["volunteer", "list-imports", "kckps"])["total"], 0);
}

#[test]
fn an_import_that_is_killed_half_way_leaves_nothing_behind_v2() {
    let home = Home::with_event();
    home.write("people.csv", people(150_000));
    let mut import = home.program().args(["volunteer", "import", "kckps", "people.csv", "--yes"]).spawn().unwrap();
    // By then rows are in the log beside the database, and not committed.
    let log = home.join("polaris-data/polaris_kckps.db-wal");
    let patience = Instant::now() + Duration::from_secs(60);
    while std::fs::metadata(&log).map_or(0, |log| log.len()) < 4 << 20 {
        assert!(import.try_wait().unwrap().is_none() && Instant::now() < patience, "nothing was seen of the import");
        std::thread::sleep(Duration::from_millis(1));
    }
    import.kill().unwrap();
    import.wait().unwrap();
    assert_eq!(home.json(&["volunteer", "list", "kckps"])["total"], 0);
    home.run(&["doctor"]).done();
    home.write("few.csv", people(3));
    assert_eq!(home.json(&["volunteer", "import", "kckps", "few.csv"])["report"]["counts"]["created"], 3);
}
