//! Real programs on real directories: the binary, a server, Python.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

/// The `polaris` binary, as `tests/run.sh` built it.
pub(crate) fn binary() -> PathBuf {
    if let Ok(path) = std::env::var("TESTED_POLARIS") {
        return path.into();
    }
    let beside = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("polaris");
    assert!(beside.exists(), "no binary at {}: `cargo build --bin polaris` first, or use tests/run.sh", beside.display());
    beside
}

/// A Python that has the wheel installed, as `tests/run.sh` set it up.
pub(crate) fn python() -> PathBuf {
    let path =
        std::env::var("TESTED_PYTHON").map_or_else(|_| binary().parent().unwrap().parent().unwrap().join("venv/bin/python"), PathBuf::from);
    assert!(path.exists(), "no Python with the wheel at {}: use tests/run.sh", path.display());
    path
}

/// The full figures rather than the quick ones.
pub(crate) fn long() -> bool {
    std::env::var_os("LONG_TESTS").is_some()
}

/// The binary on a data directory, in a working directory of its own and without settings from outside.
pub(crate) fn polaris(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.arg("--data").arg(data).args(arguments).current_dir(data.parent().unwrap());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("POLARIS_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs the binary and reads what it says to programs.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> Value {
    let output = polaris(data, &[&["--json"], arguments].concat()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", said(&output)))
}

/// Runs the binary where it must refuse; gives its exit code and the error's code.
pub(crate) fn refused(data: &Path, arguments: &[&str]) -> (i32, String) {
    let output = polaris(data, &[&["--json"], arguments].concat()).output().unwrap();
    let error: Value = serde_json::from_slice(&output.stderr).unwrap_or_else(|_| panic!("{arguments:?}: {}", said(&output)));
    (output.status.code().unwrap(), error["error"]["code"].as_str().unwrap_or_default().to_owned())
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A program that is killed when the test ends.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running `polaris serve`.
pub(crate) struct Server {
    pub(crate) process: Running,
    pub(crate) address: String,
}

impl Server {
    /// Serves a data directory on a free port.
    pub(crate) fn start(data: &Path) -> Self {
        let mut command = polaris(data, &["serve", "--listen", "127.0.0.1:0"]);
        // These tests ask far more often than a website.
        for limit in ["POLARIS_API_PER_MINUTE", "POLARIS_API_PER_HOUR", "POLARIS_API_PER_DAY", "POLARIS_SIGNUPS_PER_ADDRESS"] {
            command.env(limit, "1000000");
        }
        let mut process =
            Running(command.env("POLARIS_LOG_REQUESTS", "false").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
        let (lines, first) = mpsc::channel();
        let errors = BufReader::new(process.0.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let _ = lines.send(line);
            }
        });
        let mut heard = Vec::new();
        loop {
            let line =
                first.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| panic!("the server said nothing of its address: {heard:?}"));
            if let Some((_, rest)) = line.split_once("http://") {
                let address = rest.split(|c: char| c.is_whitespace() || c == '/').next().unwrap().to_owned();
                return Self { process, address: format!("http://{address}") };
            }
            heard.push(line);
        }
    }

    /// Asks the server; gives status and body.
    pub(crate) fn get(&self, path: &str, header: (&str, &str)) -> (u16, Value) {
        let response = agent().get(format!("{}{path}", self.address)).header(header.0, header.1).call().unwrap();
        read(response)
    }

    /// Asks the public API, unless what this tag stands for is still true; gives status, tag and body (null where there is none).
    pub(crate) fn get_unless(&self, path: &str, key: &str, tag: &str) -> (u16, String, Value) {
        let request = agent().get(format!("{}{path}", self.address)).header("X-API-Key", key).header("If-None-Match", tag);
        let response = request.call().unwrap();
        let tag = response.headers().get("etag").map_or_else(String::new, |tag| tag.to_str().unwrap().to_owned());
        if response.status() == 304 {
            return (304, tag, Value::Null);
        }
        let (status, body) = read(response);
        (status, tag, body)
    }

    /// Sends JSON to the server; gives status and body.
    pub(crate) fn post(&self, path: &str, token: &str, body: &str) -> (u16, Value) {
        send(agent().post(format!("{}{path}", self.address)), token, body)
    }

    /// As [`Self::post`], to edit.
    pub(crate) fn patch(&self, path: &str, token: &str, body: &str) -> (u16, Value) {
        send(agent().patch(format!("{}{path}", self.address)), token, body)
    }

    /// As [`Self::post`], with an `Idempotency-Key`; nothing where the server doesn't answer any more.
    pub(crate) fn post_once(&self, path: &str, token: &str, key: &str, body: &str) -> Option<(u16, Value)> {
        let request = agent().post(format!("{}{path}", self.address)).header("Idempotency-Key", key);
        let request = request.header("Authorization", format!("Bearer {token}")).header("Content-Type", "application/json");
        let mut response = request.send(body).ok()?;
        let text = response.body_mut().read_to_string().ok()?;
        Some((response.status().as_u16(), serde_json::from_str(&text).ok()?))
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) {
        let id = self.process.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.process.0.wait().unwrap().success(), "a server that is asked to stop ends well");
    }
}

fn send(request: ureq::RequestBuilder<ureq::typestate::WithBody>, token: &str, body: &str) -> (u16, Value) {
    read(request.header("Authorization", format!("Bearer {token}")).header("Content-Type", "application/json").send(body).unwrap())
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30))).build().into()
}

fn read(mut response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    let mut text = String::new();
    response.body_mut().as_reader().read_to_string(&mut text).unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status}: {error}: {text}")))
}
