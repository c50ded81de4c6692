//! `polaris audit tail`: the last entries, and with `--follow` the next ones as they come.

use std::time::Duration;

use clap::Args;
use polaris_core::{AuditEntry, AuditFilter, PageRequest};

use super::{Which, Whose, cells};
use crate::app::App;
use crate::failure::Failure;

/// How often the log is looked at for new entries.
const EVERY: Duration = Duration::from_millis(500);
/// Entries taken at a time.
const AT_MOST: u32 = 100;

/// print the last entries of an audit log, a line each, and go on as they come
///
/// With --json each line is a JSON object.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris audit tail kckps\n\nexample:\n  polaris audit tail --operator --lines 50 --json")]
pub(crate) struct TailArgs {
    #[command(flatten)]
    whose: Whose,
    /// how many, at most 100
    #[arg(long, short = 'n', value_name = "NUMBER", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=100))]
    lines: u32,
    /// go on until stopped with Ctrl-C
    #[arg(long, short)]
    follow: bool,
    #[command(flatten)]
    which: Which,
}

pub(crate) fn run(args: &TailArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let log = args.whose.log(app)?;
    let filter = args.which.filter();
    // What is written from here on is found by its number.
    let end = log.list(&AuditFilter::default(), PageRequest::new(1, 1)?)?.items.first().map(|entry| entry.id);
    let mut last = log.list(&filter, PageRequest::new(1, i64::from(args.lines.max(1)))?)?.items;
    last.truncate(args.lines as usize);
    let mut seen = last.first().map(|entry| entry.id).max(end);
    last.reverse();
    print(app, &last)?;
    if !args.follow {
        return Ok(());
    }
    loop {
        let new = log.follow(&AuditFilter { after: seen.max(filter.after), ..filter.clone() }, AT_MOST)?;
        print(app, &new)?;
        seen = new.last().map(|entry| entry.id).max(seen);
        if new.len() < AT_MOST as usize {
            std::thread::sleep(EVERY);
        }
    }
}

fn print(app: &mut App<'_>, entries: &[AuditEntry]) -> Result<(), Failure> {
    entries.iter().try_for_each(|entry| app.printer.answer(entry, |page| page.line(cells(entry).join("  "))))
}
