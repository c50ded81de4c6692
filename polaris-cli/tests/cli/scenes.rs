//! Whole commands, with all they say: one file in `tests/commands/` for each command, to be read and reviewed.
//!
//! ```text
//! # what is shown here
//! @ event
//! % polaris event publish kckps 1
//! $ polaris tenant show nobody
//!   ! error: there is no such tenant
//!   ! next: polaris tenant list
//!   ? 3
//! ```
//!
//! `@` names the directory it begins in (see [`Home`]), `%` a line that only has to work, `$` one whose answer follows: standard output,
//! behind `!` standard error, behind `?` an exit code other than 0. JSON is spread over lines, and what differs from run to run (times,
//! secrets, paths, sizes) is replaced by what it is. `UPDATE_SNAPSHOTS=1` writes down what is answered now.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::Value;

use crate::scrub;
use crate::support::{Answer, Home};
use crate::tree::{self, Words};

/// They run until they are stopped; `serve.rs` and `demo.rs` hold what they say, as JSON too.
const SERVERS: [&str; 2] = ["serve", "demo"];
/// What they print is for another program and has one form.
const NO_JSON: [&str; 1] = ["completions"];
/// They print a JSON document on each line: there may be any number, and more to come.
const JSON_LINES: [&str; 2] = ["audit tail", "audit export"];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commands")
}

/// A line that is run, and what was answered when it was reviewed.
struct Step {
    /// With its continuation lines.
    line: String,
    /// Whether only that it works matters.
    silent: bool,
    answer: String,
}

pub(crate) struct Scene {
    path: PathBuf,
    /// Comments and the directory, as they stand there.
    head: Vec<(usize, String)>,
    steps: Vec<Step>,
}

impl Scene {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let (mut head, mut steps) = (Vec::new(), Vec::<Step>::new());
        let mut inside = false;
        for line in text.lines() {
            if inside && let Some(step) = steps.last_mut() {
                step.line.push_str(&format!("\n{line}"));
            } else if let Some(run) = line.strip_prefix("$ ").or_else(|| line.strip_prefix("% ")) {
                steps.push(Step { line: run.to_owned(), silent: line.starts_with('%'), answer: String::new() });
            } else if line.starts_with(['#', '@']) {
                head.push((steps.len(), line.to_owned()));
            } else if let Some(step) = steps.last_mut().filter(|_| !line.is_empty()) {
                step.answer.push_str(&format!("{line}\n"));
            } else if let Some(step) = steps.last_mut() {
                step.answer.push('\n');
            }
            inside = line.ends_with('\\') && steps.last().is_some_and(|step| step.answer.is_empty());
        }
        steps.iter_mut().for_each(|step| step.answer = format!("{}\n", step.answer.trim_end()).trim_start_matches('\n').to_owned());
        Self { path, head, steps }
    }

    fn name(&self) -> String {
        self.path.file_stem().unwrap().to_string_lossy().into_owned()
    }

    fn home(&self) -> Home {
        match self.head.iter().find_map(|(_, line)| line.strip_prefix("@ ")) {
            None | Some("empty") => Home::empty(),
            Some("data") => Home::with_data(),
            Some("event") => Home::with_event(),
            Some("people") => Home::with_people(),
            Some("volunteers") => Home::with_volunteers(),
            Some("mails") => Home::with_mails(),
            Some("recruitment") => Home::with_recruitment(),
            Some(other) => panic!("{}: there is no directory `{other}`", self.name()),
        }
    }

    /// The same, with what is answered now.
    fn played(&self) -> Self {
        let home = self.home();
        let play = |step: &Step| {
            let answer = Answer::of(home.command("sh").args(["-c", &step.line]).env("COLUMNS", "100").output().unwrap());
            if step.silent {
                assert_eq!(answer.code, 0, "{}: {}: {answer:?}", self.name(), step.line);
                return Step { line: step.line.clone(), silent: true, answer: String::new() };
            }
            self.holds_to_json(step, &answer);
            Step { line: step.line.clone(), silent: false, answer: written(&step.line, &answer, &home) }
        };
        Self { path: self.path.clone(), head: self.head.clone(), steps: self.steps.iter().map(play).collect() }
    }

    /// With `--json`, exactly one document on standard output, or the error as one on standard error.
    fn holds_to_json(&self, step: &Step, answer: &Answer) {
        if !is_json(&step.line) {
            return;
        }
        let document = |text: &str| -> Value {
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {}: {error}: {text}", self.name(), step.line))
        };
        if answer.out.is_empty() && !answer.err.is_empty() {
            let error = &document(&answer.err)["error"];
            assert!(error["code"].is_string() && error["message"].is_string() && error["fields"].is_array(), "{}: {error}", step.line);
        } else if JSON_LINES.iter().any(|command| step.line.contains(command)) {
            answer.out.lines().for_each(|line| assert!(document(line).is_object()));
            assert_eq!(answer.err, "");
        } else {
            assert!(document(&answer.out).is_object() && answer.out.ends_with('\n') && answer.err.is_empty(), "{}: {answer:?}", step.line);
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for at in 0..=self.steps.len() {
            let above: Vec<_> = self.head.iter().filter(|(before, _)| *before == at).map(|(_, line)| format!("{line}\n")).collect();
            let silent = |step: usize| self.steps.get(step).is_some_and(|step| step.silent);
            if !text.is_empty() && at < self.steps.len() && !(above.is_empty() && at > 0 && silent(at - 1)) {
                text.push('\n');
            }
            text.push_str(&above.concat());
            if let Some(step) = self.steps.get(at) {
                text.push_str(&format!("{} {}\n{}", if step.silent { '%' } else { '$' }, step.line, step.answer));
            }
        }
        text
    }

    /// The scene of a command.
    pub(crate) fn of(command: &[String]) -> Self {
        let path = directory().join(format!("{}.txt", command.join("-")));
        let (words, shown) = (command.join(" "), path.display());
        assert!(
            path.exists(),
            "`polaris {words}` is in no file of tests/commands: write its lines behind `$` into {shown}, and UPDATE_SNAPSHOTS=1 adds the answers"
        );
        Self::read(path)
    }

    /// Without `--yes`, and with nobody to ask, it is refused; with it it works.
    pub(crate) fn shows_that_yes_is_needed(&self, command: &[String]) {
        let has_yes = |step: &Step| step.line.contains("--yes");
        let refused = |step: &Step| step.answer.starts_with("  ! error: --yes: is needed where nobody can be asked: this ");
        assert!(self.shows(command, |step| !has_yes(step) && refused(step)), "{command:?} doesn't show that it needs --yes");
        assert!(self.shows(command, |step| has_yes(step) && step.worked()), "{command:?} doesn't show that it works with --yes");
    }

    /// Whether some step runs this command so that `with` holds of the line and the answer.
    fn shows(&self, command: &[String], with: impl Fn(&Step) -> bool) -> bool {
        let words = format!("polaris {} ", command.join(" "));
        self.steps.iter().any(|step| !step.silent && format!("{} ", step.line.replace('\n', " ")).contains(&words) && with(step))
    }
}

impl Step {
    /// Whether it ended with 0.
    fn worked(&self) -> bool {
        !format!("\n{}", self.answer).contains("\n  ? ")
    }
}

fn is_json(line: &str) -> bool {
    line.split_whitespace().any(|word| word == "--json")
}

/// An answer as a scene has it.
fn written(line: &str, answer: &Answer, home: &Home) -> String {
    let scrubbed = |text: &String| match serde_json::from_str(text) {
        Ok(document) if is_json(line) => scrub::text(&serde_json::to_string_pretty(&scrub::json(document)).unwrap(), home),
        _ => scrub::text(text, home),
    };
    // What a help says is always the same, and kept to the letter.
    let out = if line.contains("--help") { answer.out.clone() } else { scrubbed(&answer.out) };
    let err = scrubbed(&answer.err);
    let lines = out.lines().map(str::to_owned).chain(err.lines().map(|line| format!("! {line}")));
    let code = (answer.code != 0).then(|| format!("? {}", answer.code));
    lines.chain(code).map(|line| format!("{}\n", format!("  {line}").trim_end())).collect()
}

/// What counts of an answer: how wide a column is depends on what was replaced in it, and files don't end with empty lines.
fn squeezed(step: &Step) -> String {
    if step.line.contains("--help") {
        return step.answer.clone();
    }
    step.answer.lines().flat_map(|line| line.split_whitespace().chain(["\n"])).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

fn scenes() -> Vec<Scene> {
    let mut paths: Vec<_> = fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(Scene::read).collect()
}

fn is(command: &Words, list: &[&str]) -> bool {
    list.contains(&command.join(" ").as_str())
}

#[test]
fn every_command_answers_as_it_was_reviewed() {
    let scenes = Mutex::new(scenes());
    let different = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let play = || {
            while let Some(scene) = { scenes.lock().unwrap().pop() } {
                let now = scene.played();
                let changed = scene.steps.iter().zip(&now.steps).filter(|(then, now)| squeezed(then) != squeezed(now));
                let told: String = changed.map(|(then, now)| format!("$ {}\nwas\n{}is\n{}", then.line, then.answer, now.answer)).collect();
                if told.is_empty() {
                    continue;
                }
                if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
                    fs::write(&scene.path, now.text()).unwrap();
                } else {
                    different.lock().unwrap().push(format!("{}\n{told}", scene.path.display()));
                }
            }
        };
        (0..4).for_each(|_| drop(scope.spawn(play)));
    });
    let different = different.into_inner().unwrap();
    assert!(different.is_empty(), "{}\nUPDATE_SNAPSHOTS=1 writes this down, to be reviewed there", different.join("\n"));
}

#[test]
fn every_command_shows_its_help_its_answer_for_people_and_the_same_as_json() {
    for command in tree::leaves() {
        let scene = Scene::of(command);
        let help = |step: &Step| step.line.ends_with("--help");
        assert!(scene.shows(command, help), "{command:?} doesn't show its help");
        if is(command, &SERVERS) {
            continue;
        }
        assert!(scene.shows(command, |step| step.worked() && !is_json(&step.line) && !help(step)), "{command:?} shows no good day");
        let json = scene.shows(command, |step| step.worked() && is_json(&step.line));
        assert_eq!(json, !is(command, &NO_JSON), "{command:?} shows no JSON, or has it without need of an exception");
    }
    let whole = Scene::read(directory().join("polaris.txt"));
    for group in tree::groups() {
        let line = format!("polaris {} --help", group.join(" ")).replace("  ", " ");
        assert!(whole.steps.iter().any(|step| step.line == line), "polaris.txt doesn't show `{line}`");
    }
}

#[test]
fn every_file_is_that_of_a_command() {
    let known: Vec<_> = tree::leaves().iter().map(|command| command.join("-")).collect();
    for scene in scenes() {
        let name = scene.name();
        assert!(known.contains(&name) || ["polaris", "errors"].contains(&name.as_str()), "there is no command `{name}`");
    }
}

#[test]
fn no_secret_is_written_down() {
    let secret = regex::Regex::new("pl[a-z]{2}_[A-Za-z0-9_-]{4}").unwrap();
    for scene in scenes() {
        let text = fs::read_to_string(&scene.path).unwrap();
        assert!(!secret.is_match(&text), "{}: {:?}", scene.name(), secret.find(&text));
    }
}
