//! The one place that writes to the terminal.
//!
//! A command hands over its answer twice: as a value for programs and as a page for people. `--json` decides which is written. Pages
//! are as wide as the terminal and coloured there; in a pipe they are plain, whole and without borders.
//!
//! ```ignore
//! printer.answer(&view, |page| {
//!     page.line("published event 7");
//!     page.next("polaris event show kckps 7");
//! })
//! ```

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::failure::Failure;
use crate::progress::Progress;

/// Writes answers to stdout and everything beside them to stderr.
pub(crate) struct Printer {
    json: bool,
    quiet: bool,
    out: AutoStream<std::io::Stdout>,
    err: AutoStream<std::io::Stderr>,
}

impl Printer {
    pub(crate) fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet, out: anstream::stdout(), err: anstream::stderr() }
    }

    /// Whether a program reads the answer.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// Writes the answer of a command, whole and at once.
    pub(crate) fn answer(&mut self, value: &impl Serialize, page: impl FnOnce(&mut Page)) -> Result<(), Failure> {
        let text = if self.json {
            // Only a map with keys that aren't text can't be written; no view has one.
            serde_json::to_string(value).map(|json| json + "\n").map_err(|error| Failure::Output(error.into()))?
        } else {
            let terminal = std::io::stdout().is_terminal();
            let colour = self.out.current_choice() != ColorChoice::Never;
            let mut sheet = Page { text: String::new(), quiet: self.quiet, terminal, colour };
            page(&mut sheet);
            sheet.text
        };
        self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()).map_err(Failure::Output)
    }

    /// Writes what is of one form whoever reads it, as `what` names it. There is no JSON of it.
    pub(crate) fn verbatim(&mut self, what: &str, text: &[u8]) -> Result<(), Failure> {
        if self.json {
            return Err(polaris_core::Error::bad_request("--json", format!("leave it out: this prints {what}, which is no JSON")).into());
        }
        self.out.write_all(text).and_then(|()| self.out.flush()).map_err(Failure::Output)
    }

    /// Refuses to begin what ends in a secret that is shown once, where nobody can see it: with standard output closed, it would be lost.
    pub(crate) fn can_be_read(&self, secret: &str) -> Result<(), Failure> {
        use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
        let out = std::io::stdout();
        // A closed standard output is opened on /dev/null for both ways before `main`; whoever sends it there opens it for writing alone.
        let both_ways = fcntl_getfl(&out).is_ok_and(|flags| flags & OFlags::ACCMODE == OFlags::RDWR);
        let nowhere = fstat(&out).ok().zip(stat("/dev/null").ok()).is_some_and(|(out, null)| out.st_rdev == null.st_rdev);
        if both_ways && nowhere {
            let message = format!("is closed, and {secret} is shown only once: leave standard output open, or send it to a file");
            return Err(polaris_core::Error::bad_request("output", message).into());
        }
        Ok(())
    }

    /// A line beside the answer, on stderr. Nobody may be listening there.
    pub(crate) fn aside(&mut self, line: &str) {
        let _ = writeln!(self.err, "{line}").and_then(|()| self.err.flush());
    }

    /// The style of the word `error:`; plain where stderr has no colours.
    pub(crate) fn error_style(&self) -> Style {
        AnsiColor::Red.on_default().bold()
    }

    /// How far long work is, for whatever tells it: so much done of so much. Shown on a terminal only, and gone with what this returns.
    pub(crate) fn progress(&self, done_so: &'static str, what: &'static str) -> impl FnMut(usize, usize) + use<> {
        let mut line = Progress::new(!self.json && !self.quiet);
        move |done, all| line.step(done_so, done, all, what)
    }

    /// The same of work that can't tell how far it is: shown until what this returns is dropped.
    pub(crate) fn doing(&self, what: &str) -> Progress {
        let mut line = Progress::new(!self.json && !self.quiet);
        line.doing(what);
        line
    }
}

/// A page for people in the making.
pub(crate) struct Page {
    text: String,
    quiet: bool,
    terminal: bool,
    colour: bool,
}

impl Page {
    /// A line of text.
    pub(crate) fn line(&mut self, line: impl Display) {
        self.text.push_str(&format!("{line}\n"));
    }

    /// A secret, alone on its line, with the warning that it is shown this once.
    pub(crate) fn secret(&mut self, what: &str, secret: &str) {
        self.line(format_args!("{what}; keep it safe now, it can't be shown again:\n\n  {secret}\n"));
    }

    /// What to do next.
    pub(crate) fn next(&mut self, command: impl Display) {
        if self.quiet {
            return;
        }
        let dim = if self.colour { Style::new().dimmed() } else { Style::new() };
        self.line(format_args!("{dim}next:{dim:#} {command}"));
    }

    /// A table under its header.
    pub(crate) fn table(&mut self, header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        if !self.styled() {
            let header = header.iter().map(ToString::to_string).collect();
            self.columns(&std::iter::once(header).chain(rows).collect::<Vec<_>>());
            return;
        }
        let mut table = self.new_table();
        table.set_header(header.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
        table.add_rows(rows);
        self.put(table);
    }

    /// Names and their values, one pair a line.
    pub(crate) fn pairs(&mut self, pairs: impl IntoIterator<Item = (&'static str, String)>) {
        if !self.styled() {
            self.columns(&pairs.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect::<Vec<_>>());
            return;
        }
        let mut table = self.new_table();
        table.add_rows(pairs.into_iter().map(|(name, value)| [Cell::new(name).add_attribute(Attribute::Dim), Cell::new(value)]));
        self.put(table);
    }

    /// Whether a table has colours, or a width to keep to.
    fn styled(&self) -> bool {
        self.terminal || self.colour
    }

    /// Rows as they are, each column as wide as its widest cell. The table that a terminal gets would take ten times as long.
    fn columns(&mut self, rows: &[Vec<String>]) {
        let width = |text: &str| if text.is_ascii() { text.len() } else { text.width() };
        let mut widths: Vec<usize> = Vec::new();
        for row in rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = cell.split('\n').map(width).fold(*widest, usize::max);
            }
        }
        for row in rows {
            let lines = row.iter().map(|cell| cell.split('\n').count()).max().unwrap_or_default();
            for line in 0..lines {
                let begin = self.text.len();
                for (widest, cell) in widths.iter().zip(row) {
                    let text = cell.split('\n').nth(line).unwrap_or_default();
                    self.text.push_str(text);
                    self.text.extend(std::iter::repeat_n(' ', widest - width(text) + 2));
                }
                let end = self.text[begin..].trim_end().len();
                self.text.truncate(begin + end);
                self.text.push('\n');
            }
        }
    }

    fn new_table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        if self.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if self.terminal {
            let width = terminal_size::terminal_size().map_or(100, |(width, _)| width.0);
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.max(40));
        }
        table
    }

    fn put(&mut self, mut table: Table) {
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        for line in table.lines() {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(terminal: bool) -> Page {
        Page { text: String::new(), quiet: false, terminal, colour: false }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_also_where_letters_are_wide_and_cells_have_lines() {
        let rows = || [["1", "Día 日本\nzwei", "x"], ["10", "", "y"]].map(|row| row.map(str::to_owned).to_vec());
        let mut plain = page(false);
        plain.table(&["id", "title", "last"], rows());
        assert_eq!(plain.text, "id  title     last\n1   Día 日本  x\n    zwei\n10            y\n");
        // The same as a terminal gets, where there is room enough.
        let mut wide = page(true);
        wide.table(&["id", "title", "last"], rows());
        assert_eq!(wide.text, plain.text);
        let mut empty = page(false);
        empty.table(&["a", "b"], []);
        empty.pairs([("name", "one\n\nthree".to_owned()), ("longer name", String::new())]);
        assert_eq!(empty.text, "a  b\nname         one\n\n             three\nlonger name\n");
    }

    #[test]
    fn what_to_do_next_is_left_out_when_quiet() {
        let mut quiet = Page { quiet: true, ..page(false) };
        quiet.line("done");
        quiet.next("polaris serve");
        assert_eq!(quiet.text, "done\n");
    }
}
