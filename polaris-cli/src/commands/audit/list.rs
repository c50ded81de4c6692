//! `polaris audit list`

use clap::Args;
use polaris_core::AuditEntry;
use serde::Serialize;

use super::{Which, Whose, cells};
use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::view::{PageView, standing};

/// list entries of an audit log, newest first
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris audit list kckps --action event. --from 2027-01-01\n\nexample:\n  polaris audit list --operator --outcome refused"
)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    paging: Paging,
}

/// The core writes entries as exports have them.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct EntryView<'e>(&'e AuditEntry);

impl<'e> From<&'e AuditEntry> for EntryView<'e> {
    fn from(entry: &'e AuditEntry) -> Self {
        Self(entry)
    }
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let found = args.whose.log(app)?.list(&args.which.filter(), args.paging.request()?)?;
    app.printer.answer(&PageView::<EntryView<'_>>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no entries here");
        } else {
            page.table(&["id", "when", "who", "what", "about", "outcome"], found.items.iter().map(|entry| cells(entry).into()));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}
