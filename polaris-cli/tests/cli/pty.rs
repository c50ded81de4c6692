//! The program at a terminal, as `script` (of util-linux) makes one.

use std::io::{BufReader, Read as _, Write as _};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::support::Home;

/// A line of a shell that runs at a terminal of its own.
pub(crate) struct Terminal {
    child: Child,
    shown: Receiver<u8>,
    /// All that was shown so far.
    pub(crate) screen: String,
}

impl Terminal {
    pub(crate) fn run(home: &Home, line: &str) -> Self {
        let mut command = home.command("script");
        command.args(["-q", "-e", "-c", line, "/dev/null"]).env("TERM", "xterm").env("SHELL", "/bin/sh");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (send, shown) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.bytes().map_while(Result::ok).try_for_each(|byte| send.send(byte)));
        Self { child, shown, screen: String::new() }
    }

    /// Waits until this is shown.
    #[track_caller]
    pub(crate) fn expect(&mut self, text: &str) {
        let patience = Instant::now() + Duration::from_secs(20);
        let mut bytes = Vec::new();
        while !String::from_utf8_lossy(&bytes).contains(text) {
            match self.shown.recv_timeout(patience.saturating_duration_since(Instant::now())) {
                Ok(byte) => bytes.push(byte),
                Err(_) => panic!("`{text}` is not shown: {}{}", self.screen, String::from_utf8_lossy(&bytes)),
            }
        }
        self.screen.push_str(&String::from_utf8_lossy(&bytes));
    }

    /// Types at the keyboard.
    pub(crate) fn press(&mut self, keys: &str) {
        let keyboard = self.child.stdin.as_mut().unwrap();
        keyboard.write_all(keys.as_bytes()).and_then(|()| keyboard.flush()).unwrap();
    }

    /// The exit code and all that was shown, once it has ended.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let patience = Instant::now() + Duration::from_secs(60);
        let mut rest = Vec::new();
        while let Ok(byte) = self.shown.recv_timeout(patience.saturating_duration_since(Instant::now())) {
            rest.push(byte);
        }
        self.screen.push_str(&String::from_utf8_lossy(&rest));
        (self.child.wait().unwrap().code(), self.screen)
    }
}
