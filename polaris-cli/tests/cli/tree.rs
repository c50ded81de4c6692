//! All commands, as `--help` tells them: what walks this tree is true of commands that are added later.

use std::sync::OnceLock;

use crate::support::Home;

/// A command as it is typed, without the name of the program.
pub(crate) type Words = Vec<String>;

/// Commands that do something, in the order of the help.
pub(crate) fn leaves() -> &'static [Words] {
    &tree().0
}

/// Commands that only hold others, the program itself first.
pub(crate) fn groups() -> &'static [Words] {
    &tree().1
}

/// What `--help` says of a command.
pub(crate) fn help(command: &[String]) -> String {
    let mut words: Vec<_> = command.iter().map(String::as_str).collect();
    words.push("--help");
    Home::empty().run(&words).done()
}

fn tree() -> &'static (Vec<Words>, Vec<Words>) {
    static TREE: OnceLock<(Vec<Words>, Vec<Words>)> = OnceLock::new();
    TREE.get_or_init(|| {
        let (mut leaves, mut groups) = (Vec::new(), Vec::new());
        let mut ahead = vec![Words::new()];
        while let Some(command) = ahead.pop() {
            let below = below(&help(&command));
            if below.is_empty() {
                leaves.push(command);
                continue;
            }
            ahead.extend(below.into_iter().rev().map(|name| [&command[..], &[name]].concat()));
            groups.push(command);
        }
        assert!(leaves.len() > 40 && groups.len() > 8, "the help is no longer read rightly: {leaves:?}");
        (leaves, groups)
    })
}

/// The names under `Commands:`; `help` is the parser's own.
fn below(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}
