//! `polaris audit export`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use polaris_core::{AuditExport, ExportFormat};
use serde_json::json;

use super::{Which, Whose};
use crate::app::App;
use crate::failure::Failure;
use crate::offered;
use crate::output::create;

/// export an audit log, oldest first, to standard output or a file
///
/// That it was exported is in the log, with the number of rows.
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris audit export kckps --format jsonl --output kckps.jsonl\n\nexample:\n  polaris audit export --operator --from 2027-01-01 > audit.csv"
)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    whose: Whose,
    /// csv or jsonl [default: csv; with --json jsonl]
    #[arg(long, hide_possible_values = true, value_parser = offered::word!(ExportFormat))]
    format: Option<ExportFormat>,
    /// write into this file, which must not be there yet, readable by you alone
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    which: Which,
}

pub(crate) fn run(args: &ExportArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let default = if app.printer.json() { ExportFormat::Jsonl } else { ExportFormat::Csv };
    let format = args.format.unwrap_or(default);
    let log = args.whose.log(app)?;
    let Some(path) = &args.output else {
        return write(log.export(&args.which.filter(), format)?, &mut io::stdout().lock());
    };
    // The file first: nothing is noted as exported that has nowhere to go.
    let mut file = create(path)?;
    let written = log.export(&args.which.filter(), format).map_err(Failure::from).and_then(|export| {
        let rows = export.rows();
        write(export, &mut file).map(|()| rows)
    });
    let rows = written.inspect_err(|_| drop(std::fs::remove_file(path)))?;
    let answer = json!({ "file": path, "format": format, "rows": rows });
    app.printer.answer(&answer, |page| page.line(format_args!("wrote {rows} entries to {}", path.display())))
}

fn write(mut export: AuditExport, to: &mut impl Write) -> Result<(), Failure> {
    while let Some(piece) = export.next_piece()? {
        to.write_all(&piece).map_err(Failure::Output)?;
    }
    to.flush().map_err(Failure::Output)
}
