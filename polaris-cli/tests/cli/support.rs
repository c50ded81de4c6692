//! A directory to run the program in, what it answered, and servers that end with their test.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_polaris");

/// A directory of one test.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a data directory in the usual place.
    pub(crate) fn with_data() -> Self {
        static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
            let home = Home::empty();
            home.run(&["init"]).done();
            home.keep("data")
        });
        Self::copy_of(&MADE)
    }

    /// From now on it says where it is reached, so that mails hold links.
    pub(crate) fn is_reached(&self) {
        fs::write(self.path().join("polaris.toml"), "public_url = \"https://events.example.org\"\n").unwrap();
    }

    /// With the tenant `kckps` and a draft, event 1, `career-day-2027-03-04`.
    pub(crate) fn with_event() -> Self {
        static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
            let home = Home::with_data();
            home.is_reached();
            home.run(&["tenant", "create", "kckps", "--name", "Kansas City Kansas"]).done();
            home.run(&["event", "create", "kckps", "--title", "Career Day", "--starts-at", "2027-03-04T09:00", "--location", "Main gym"])
                .done();
            home.keep("event")
        });
        Self::copy_of(&MADE)
    }

    /// The same, with people.
    pub(crate) fn with_people() -> Self {
        static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
            let home = Home::with_event();
            home.add_people();
            home.keep("people")
        });
        Self::copy_of(&MADE)
    }

    /// An event, and volunteers.
    pub(crate) fn with_volunteers() -> Self {
        static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
            let home = Home::with_event();
            home.add_volunteers();
            home.keep("volunteers")
        });
        Self::copy_of(&MADE)
    }

    /// The same, with recruitment on, and places at the event.
    pub(crate) fn with_recruitment() -> Self {
        static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
            let home = Home::with_volunteers();
            home.recruit();
            home.keep("recruitment")
        });
        Self::copy_of(&MADE)
    }

    /// Another with the same files, of which no program has one open.
    pub(crate) fn twin(&self) -> Self {
        Self::copy_of(self.path())
    }

    fn copy_of(prepared: &Path) -> Self {
        let copy = Self::empty();
        copy_all(prepared, copy.path());
        copy
    }

    /// Puts a copy of this aside, for further ones.
    fn keep(&self, name: &str) -> PathBuf {
        static HOME: LazyLock<PathBuf> = LazyLock::new(|| {
            let home = Path::new(env!("CARGO_TARGET_TMPDIR"));
            // Left by earlier runs.
            for entry in fs::read_dir(home).unwrap().flatten() {
                let name = entry.file_name().into_string().unwrap_or_default();
                if name.strip_prefix("cli-").is_some_and(|process| !Path::new("/proc").join(process).exists()) {
                    let _ = fs::remove_dir_all(entry.path());
                }
            }
            home.join(format!("cli-{}", std::process::id()))
        });
        let kept = HOME.join(name);
        fs::create_dir_all(&kept).unwrap();
        copy_all(self.path(), &kept);
        kept
    }

    /// Two people signed up for event 1, each of whom gets a mail: 1 and 2.
    pub(crate) fn add_mails(&self) {
        for name in ["ann", "bo"] {
            let email = format!("{name}@example.org");
            self.run(&["volunteer", "create", "kckps", "--first-name", name, "--last-name", "Lee", "--email", &email]).done();
        }
        for volunteer in ["1", "2"] {
            self.run(&["roster", "assign", "kckps", "1", volunteer, "--status", "confirmed"]).done();
        }
        self.run(&["event", "edit", "kckps", "1", "--location", "Library"]).done();
    }

    /// With mails that wait.
    pub(crate) fn with_mails() -> Self {
        static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
            let home = Home::with_event();
            home.add_mails();
            home.keep("mails")
        });
        Self::copy_of(&MADE)
    }

    /// Switches recruitment on.
    pub(crate) fn recruit(&self) {
        self.run(&["tenant", "edit", "kckps", "--feature", "recruitment=on"]).done();
    }

    /// Two users of `kckps` and two staff accounts; the first of each is no admin, the second is one.
    pub(crate) fn add_people(&self) {
        for (name, role, staff_role) in [("pat", "coordinator", "support"), ("kim", "admin", "admin")] {
            let email = format!("{name}@example.org");
            self.run(&["user", "create", "kckps", "--email", &email, "--first-name", name, "--last-name", "Hart", "--role", role]).done();
            self.run(&["staff", "create", "--name", name, "--email", &email, "--role", staff_role]).done();
        }
    }

    /// Two volunteers; on the first there is a note, and they are invited to the event.
    pub(crate) fn add_volunteers(&self) {
        let create = ["volunteer", "create", "kckps"];
        let jose = ["--first-name", "José", "--last-name", "García", "--email", "jose@example.org", "--organization", "Łódź Works"];
        self.run(&[&create[..], &jose, &["--skill", "Welding", "--skill", "Chess"]].concat()).done();
        self.run(&[&create[..], &["--first-name", "Ann", "--last-name", "O'Brien", "--phone", "913-555-0100"]].concat()).done();
        self.run(&["volunteer", "add-note", "kckps", "1", "--text", "Called"]).done();
        self.run(&["roster", "assign", "kckps", "1", "1"]).done();
    }

    /// The program with this on its standard input.
    pub(crate) fn run_typing(&self, args: &[&str], typed: &[u8]) -> Answer {
        let mut child = self.program().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // It may end without reading.
        let _ = child.stdin.take().unwrap().write_all(typed);
        Answer::of(child.wait_with_output().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.join(name), bytes).unwrap();
    }

    /// The program, here, without settings of whoever runs the tests.
    pub(crate) fn program(&self) -> Command {
        self.command(PROGRAM)
    }

    /// Any program, here, that finds `polaris` on its path.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("POLARIS_") {
                command.env_remove(name);
            }
        }
        let path = std::env::var("PATH").unwrap_or_default();
        let ours = Path::new(PROGRAM).parent().unwrap().display().to_string();
        command.current_dir(self.path()).env("PATH", format!("{ours}:{path}")).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        Answer::of(self.program().args(args).output().unwrap())
    }

    pub(crate) fn run_with(&self, variable: &str, value: &str, args: &[&str]) -> Answer {
        Answer::of(self.program().env(variable, value).args(args).output().unwrap())
    }

    /// With `--json`: the document.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let answer = self.program().args(args).arg("--json").output().unwrap();
        serde_json::from_str(&Answer::of(answer).done()).unwrap()
    }

    /// With `--json`, refused: the exit code and the error.
    pub(crate) fn json_error(&self, args: &[&str]) -> (i32, Value) {
        let answer = Answer::of(self.program().args(args).arg("--json").output().unwrap());
        assert_eq!(answer.out, "", "a refusal leaves stdout empty");
        let error: Value = serde_json::from_str(&answer.err).unwrap_or_else(|_| panic!("not JSON: {}", answer.err));
        (answer.code, error["error"].clone())
    }
}

/// Copies files, with whose they are; no program may have them open.
fn copy_all(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap();
    assert!(copied.success());
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Answer {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What it wrote, when it ended well.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:#?}");
        self.out
    }

    /// Why it refused, with this code.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:#?}");
        assert_eq!(self.out, "", "a refusal leaves stdout empty");
        self.err
    }
}

/// A server of one test; killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// What it says on stderr, up to where it serves.
    pub(crate) said: String,
    out: Receiver<String>,
}

impl Server {
    /// Starts `serve` or `demo` and waits until it serves, or has ended.
    pub(crate) fn start(home: &Home, args: &[&str]) -> Self {
        let mut child = home.program().args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = |stream: Box<dyn std::io::Read + Send>| {
            let (send, receive) = channel();
            std::thread::spawn(move || BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
            receive
        };
        let out = lines(Box::new(child.stdout.take().unwrap()));
        let err = lines(Box::new(child.stderr.take().unwrap()));
        let mut said = String::new();
        while let Ok(line) = err.recv_timeout(Duration::from_secs(60)) {
            said.push_str(&line);
            said.push('\n');
            if line.starts_with("serving on ") {
                break;
            }
        }
        Self { child, said, out }
    }

    /// The address it named.
    pub(crate) fn address(&self) -> String {
        let said = &self.said[self.said.find("http://").unwrap_or_else(|| panic!("no address: {}", self.said)) + 7..];
        said.split([' ', '\n']).next().unwrap().to_owned()
    }

    /// The next lines of its stdout.
    pub(crate) fn lines(&self, count: usize) -> Vec<String> {
        (0..count).map_while(|_| self.out.recv_timeout(Duration::from_secs(10)).ok()).collect()
    }

    /// The three lines to try that a demo printed.
    pub(crate) fn curl_lines(&self) -> Vec<String> {
        let mut found = Vec::new();
        while found.len() < 3 {
            let line = self.out.recv_timeout(Duration::from_secs(10)).expect("three lines to try");
            if line.starts_with("curl ") {
                found.push(line);
            }
        }
        found
    }

    /// Sends a signal by its name, as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// Its exit code, once it has ended.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let patience = Instant::now() + Duration::from_secs(20);
        while Instant::now() < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it did not end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A GET with an API key: status and body.
pub(crate) fn get(address: &str, path: &str, key: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nX-API-Key: {key}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_owned())
}

/// Runs a line that a demo printed: with curl as it stands, or by hand where there is no curl. Status and body.
pub(crate) fn try_line(home: &Home, line: &str) -> (u16, Value) {
    let ran = home.command("sh").arg("-c").arg(format!("{line} --silent --write-out '\n%{{http_code}}'")).output().unwrap();
    let (status, body) = if ran.status.code() == Some(127) {
        let quoted: Vec<&str> = line.split('\'').collect();
        let (address, path) = quoted[3].strip_prefix("http://").unwrap().split_once('/').unwrap();
        get(address, &format!("/{path}"), quoted[1].strip_prefix("X-API-Key: ").unwrap())
    } else {
        let text = String::from_utf8(ran.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), body.to_owned())
    };
    (status, serde_json::from_str(&body).unwrap_or_else(|_| panic!("not JSON: {body}")))
}
