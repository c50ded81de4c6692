//! How far long work is: one line on a terminal, overwritten as it goes and gone when the work is done or has failed. In a pipe, with
//! `--json` and with `--quiet` there is nothing.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// A line is drawn no more often than this, however fast the work is.
const EVERY: Duration = Duration::from_millis(50);
/// The bar in it.
const WIDTH: usize = 24;

/// The line; it is cleared when this is dropped.
pub(crate) struct Progress {
    shows: bool,
    drawn: Option<Instant>,
}

impl Progress {
    /// Nothing where it isn't `wanted`, or where nobody sees it.
    pub(crate) fn new(wanted: bool) -> Self {
        // A terminal that can't clear a line would keep all of them.
        let shows = wanted && io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { shows, drawn: None }
    }

    /// So much is done of so much.
    pub(crate) fn step(&mut self, done_so: &str, done: usize, all: usize, what: &str) {
        let due = done == all || self.drawn.is_none_or(|drawn| drawn.elapsed() >= EVERY);
        if self.shows && all > 1 && due {
            let bar = "=".repeat(WIDTH * done.min(all) / all);
            let text = format!("{done_so} {done} of {all} {what}");
            let whole = format!("[{bar:WIDTH$}] {text}");
            self.draw(if whole.len() < columns() { &whole } else { &text });
        }
    }

    /// This is being done, and how long it takes isn't known.
    pub(crate) fn doing(&mut self, what: &str) {
        if self.shows {
            self.draw(&format!("{what} …"));
        }
    }

    /// A line that is cut, rather than wrapped: only what is in the last line of the terminal can be overwritten.
    fn draw(&mut self, text: &str) {
        let text: String = text.chars().take(columns().saturating_sub(1)).collect();
        self.write(&format!("\r{text}\x1b[K"));
        self.drawn = Some(Instant::now());
    }

    /// Past whatever takes out colours, which would take out the clearing of the line too. Nobody may be listening.
    fn write(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

fn columns() -> usize {
    terminal_size::terminal_size_of(io::stderr()).map_or(80, |(width, _)| usize::from(width.0))
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            self.write("\r\x1b[K");
        }
    }
}
