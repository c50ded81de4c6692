//! `polaris volunteer export`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use polaris_core::types::VolunteerOrder;
use polaris_core::{Error, VolunteerExport, VolunteerExportFormat, VolunteerFilter};
use serde_json::json;

use super::import::create;
use crate::app::App;
use crate::failure::Failure;

/// export volunteers as CSV or XLSX, to standard output or a file
///
/// That they were exported is in the audit log, with their number. What is exported can be imported, and changes nothing then; but not
/// raw_csv, in which nothing tells a text from a formula or a blank cell.
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris volunteer export kckps --format xlsx --output volunteers.xlsx\n\nexample:\n  polaris volunteer export kckps --format raw_csv --skill welding > welders.csv"
)]
pub(crate) struct ExportArgs {
    /// the tenant's slug
    tenant: String,
    /// csv (safe to open in a spreadsheet), raw_csv (for programs, not for importing) or xlsx [default: csv]
    #[arg(long, value_parser = |text: &str| VolunteerExportFormat::parse(text).map_err(|problem| problem.message))]
    format: Option<VolunteerExportFormat>,
    /// write into this file, which must not be there yet, readable by you alone
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// only those whose name, organization, e-mail, title or skills hold these words, or words that begin so
    #[arg(long, visible_alias = "search", value_name = "TEXT")]
    q: Option<String>,
    /// only those who have this skill, by name or alias
    #[arg(long, value_name = "NAME")]
    skill: Option<String>,
    /// only those of this career type, by name or alias
    #[arg(long, value_name = "NAME")]
    career_type: Option<String>,
    /// only those of this organization
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// only those who are active (true) or deactivated (false)
    #[arg(long, value_name = "WHETHER")]
    active: Option<bool>,
    /// name, organization or created; with - before it descending [default: name]
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true, value_parser = |text: &str| VolunteerOrder::parse(text).map_err(|problem| problem.message))]
    sort: Option<VolunteerOrder>,
}

pub(crate) fn run(args: &ExportArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let format = args.format.unwrap_or(VolunteerExportFormat::Csv);
    let filter = VolunteerFilter {
        q: args.q.clone(),
        skill: args.skill.clone(),
        career_type: args.career_type.clone(),
        organization: args.organization.clone(),
        active: args.active,
    };
    let tenant = app.tenant(&args.tenant)?;
    let begin = || tenant.volunteers().export(&filter, args.sort.unwrap_or_default(), format).map_err(Failure::from);
    let Some(path) = &args.output else {
        if app.printer.json() {
            return Err(Error::bad_request("--json", "goes with --output FILE: a table is no JSON").into());
        }
        if format == VolunteerExportFormat::Xlsx && io::IsTerminal::is_terminal(&io::stdout()) {
            return Err(Error::bad_request("output", "a workbook is nothing for a terminal: say --output FILE").into());
        }
        return write(begin()?, &mut io::stdout().lock());
    };
    // The file first: nothing is noted as exported that has nowhere to go.
    let mut file = create(path)?;
    let written = begin().and_then(|export| {
        let rows = export.rows();
        write(export, &mut file).map(|()| rows)
    });
    let rows = written.inspect_err(|_| drop(std::fs::remove_file(path)))?;
    let answer = json!({ "file": path, "format": format, "rows": rows });
    app.printer.answer(&answer, |page| page.line(format_args!("wrote {rows} volunteers to {}", path.display())))
}

fn write(mut export: VolunteerExport, to: &mut impl Write) -> Result<(), Failure> {
    while let Some(piece) = export.next_piece()? {
        to.write_all(&piece).map_err(Failure::Output)?;
    }
    to.flush().map_err(Failure::Output)
}
