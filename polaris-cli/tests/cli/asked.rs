//! What is asked at a terminal: passwords, unseen, and whether something is really to be destroyed.

use crate::pty::Terminal;
use crate::scenes::Scene;
use crate::support::Home;
use crate::tree;

/// Verbs that take away what nothing brings back, or that put something else in its place, if only with some flag.
const DESTROY: &[&str] = &[
    "cancel",
    "delete",
    "import",
    "merge",
    "prune",
    "purge",
    "remove",
    "remove-note",
    "reset",
    "restore",
    "revoke",
    "rotate",
    "send-mail",
];
/// Verbs that add, show or change what can be changed back. A new verb is put into one of the two when it comes.
const KEEP: &[&str] = &[
    "add-note",
    "adopt",
    "assign",
    "candidates",
    "complete",
    "completions",
    "confirm",
    "create",
    "dashboard",
    "deactivate",
    "deliver",
    "demo",
    "doctor",
    "duplicate",
    "edit",
    "edit-note",
    "export",
    "head",
    "history",
    "init",
    "invite",
    "left-out",
    "list",
    "list-imports",
    "list-notes",
    "log",
    "man",
    "migrate",
    "open",
    "preview",
    "preview-import",
    "preview-mail",
    "preview-merge",
    "publish",
    "reactivate",
    "reset-password",
    "retry",
    "return-to-draft",
    "serve",
    "show",
    "suggest",
    "sync",
    "tail",
    "totals",
    "undelete",
    "unpublish",
    "verify",
];

#[test]
fn what_destroys_asks_first_and_is_refused_where_nobody_can_be_asked() {
    for command in tree::leaves() {
        let verb = command.last().unwrap().as_str();
        let destroys = DESTROY.contains(&verb);
        assert!(destroys != KEEP.contains(&verb), "does `{}` destroy something? Put `{verb}` into DESTROY or KEEP", command.join(" "));
        let yes = tree::help(command).lines().any(|line| line.trim_start().starts_with("--yes"));
        assert_eq!(yes, destroys, "`{}` and --yes", command.join(" "));
        if destroys {
            Scene::of(command).shows_that_yes_is_needed(command);
        }
    }
}

#[test]
fn a_slug_that_is_typed_wrong_and_an_answer_other_than_yes_change_nothing() {
    let home = Home::with_event();
    home.run(&["tenant", "deactivate", "kckps"]).done();
    let answered = |line: &str, question: &str, answer: &str| {
        let mut terminal = Terminal::run(&home, line);
        terminal.expect(question);
        terminal.press(answer);
        terminal.ended()
    };
    let slug = "type the tenant's slug to go on:";
    for (line, question) in [("polaris tenant delete kckps", slug), ("polaris backup prune --keep 1", "type yes to go on:")] {
        home.run(&["backup", "create"]).done();
        let (code, screen) = answered(line, question, "no\n");
        assert!(matches!(code, Some(2 | 4)) && screen.contains("error:"), "{screen}");
    }
    assert_eq!(home.json(&["backup", "list"])["total"], 2);
    assert_eq!(home.json(&["tenant", "show", "kckps"])["state"], "inactive");
    let (code, screen) = answered("polaris backup prune --keep 1", "type yes to go on:", "yes\n");
    assert!(code == Some(0) && screen.contains("removed 1 backup "), "{screen}");
    let (code, screen) = answered("polaris backup restore latest kckps", slug, "north\n");
    assert!(code == Some(2) && screen.contains("nothing was changed"), "{screen}");
    let (code, screen) = answered("polaris backup restore latest kckps", slug, "kckps\n");
    assert!(code == Some(0) && screen.contains("restored kckps"), "{screen}");
    assert_eq!(answered("polaris tenant delete kckps", slug, "kckps\n").0, Some(0));
    assert_eq!(answered("polaris tenant purge kckps", slug, "kckp\n").0, Some(2));
    assert_eq!(answered("polaris tenant purge kckps", slug, "kckps\n").0, Some(0));
    assert_eq!(home.json(&["tenant", "list", "--state", "trashed"])["total"], 0);
}

/// E4.
#[test]
fn before_an_event_is_cancelled_it_is_said_whom_that_concerns() {
    let home = Home::with_volunteers();
    let asked = |answer: &str| {
        let mut terminal = Terminal::run(&home, "polaris event cancel kckps 1 --reason weather");
        terminal.expect("of the 1 on its roster (0 confirmed, 0 waitlisted, 1 invited) are told\r\ntype yes to go on:");
        terminal.press(answer);
        terminal.ended()
    };
    let (code, screen) = asked("no\n");
    assert!(code == Some(4) && screen.contains("nothing was changed"), "{screen}");
    assert_eq!(home.json(&["event", "show", "kckps", "1"])["status"], "draft");
    let (code, screen) = asked("yes\n");
    assert!(code == Some(0) && screen.contains("1 to be told by e-mail"), "{screen}");
    let event = home.json(&["event", "show", "kckps", "1"]);
    assert_eq!((&event["status"], &event["cancel_reason"]), (&"cancelled".into(), &"weather".into()));
}

#[test]
fn a_password_is_asked_for_twice_and_never_shown() {
    let home = Home::with_people();
    let typed = |first: &str, second: &str| {
        let mut terminal =
            Terminal::run(&home, "polaris user reset-password kckps 1 --password-prompt; code=$?; stty -a | tr ' ;' '\\n'; exit $code");
        terminal.expect("new password, not shown:\r\n");
        terminal.press(first);
        terminal.expect("once more:\r\n");
        terminal.press(second);
        let (code, screen) = terminal.ended();
        assert!(screen.contains("\necho\r") && screen.contains("\nisig\r"), "the terminal is left mute: {screen}");
        assert!(!screen.contains("correct horse"), "{screen}");
        (code, screen)
    };
    let (code, screen) = typed("correct horse\n", "correct horse battery\n");
    assert!(code == Some(2) && screen.contains("was typed differently the second time: nothing was changed"), "{screen}");
    assert_eq!(home.json(&["user", "show", "kckps", "1"])["has_password"], false);
    let (code, screen) = typed("correct horse\n", "correct horse\n");
    assert!(code == Some(0) && screen.contains("set the password of user 1"), "{screen}");
    assert_eq!(home.json(&["user", "show", "kckps", "1"])["has_password"], true);
}

#[test]
fn ctrl_c_while_a_password_is_typed_changes_nothing_and_leaves_the_terminal_as_it_was() {
    let home = Home::with_people();
    let mut terminal =
        Terminal::run(&home, "polaris user reset-password kckps 1 --password-prompt; code=$?; stty -a | tr ' ;' '\\n'; exit $code");
    terminal.expect("new password, not shown:\r\n");
    terminal.press("correct\x03");
    let (code, screen) = terminal.ended();
    assert!(code == Some(4) && screen.contains("no password was given: nothing was changed"), "{screen}");
    assert!(screen.contains("\necho\r") && screen.contains("\nisig\r") && !screen.contains("correct"), "{screen}");
    assert_eq!(home.json(&["user", "show", "kckps", "1"])["has_password"], false);
}

#[test]
fn at_a_terminal_a_password_is_not_taken_from_where_it_would_be_seen() {
    let home = Home::with_people();
    let (code, screen) = Terminal::run(&home, "polaris user reset-password kckps 1 --password-stdin").ended();
    assert!(code == Some(2) && screen.contains("use --password-prompt"), "{screen}");
}
