//! `polaris volunteer import`, `preview-import`, `list-imports`

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use polaris_core::{Error, FinishedImport, ImportField, ImportMapping, ImportPreview, ImportedRow, RowOutcome, VolunteerImport};

use crate::app::{App, quoted};
use crate::commands::tenant::list::Paging;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::input;
use crate::interrupt::Interrupt;
use crate::printer::Page;
use crate::view::{ImportLogEntryView, ImportPreviewView, PageView, VolunteerImportView, standing};

/// Rows with something to tell of that are shown to people. Programs are told all.
const ROWS_SHOWN: usize = 50;

/// look at a file of volunteers: its columns, what they are likely to hold, its first rows
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer preview-import kckps people.csv")]
pub(crate) struct PreviewArgs {
    /// the tenant's slug
    tenant: String,
    /// a CSV or XLSX file; - reads standard input
    file: String,
    /// which sheet of a workbook [default: the first visible one]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
}

/// import volunteers from a CSV or XLSX file, all good rows in one transaction
///
/// Columns are recognised by their names, as preview-import tells them; with --map all that are read are named. Rows are matched by e-mail,
/// those without one by name, organization and phone. Bad rows are told and left out. Importing a file again changes nothing, and
/// Ctrl-C leaves nothing behind. A dry run tells exactly what the import would do, and ends with 5 when it found bad rows. Where volunteers that are stored would be changed, it asks.
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris volunteer import kckps people.csv --dry-run\n\nexample, with columns of other names:\n  polaris volunteer import kckps names.csv \\\n    --map first_name=Rufname --map last_name=Nachname --rejected bad.csv"
)]
pub(crate) struct ImportArgs {
    /// the tenant's slug
    tenant: String,
    /// a CSV or XLSX file; - reads standard input
    file: String,
    /// which sheet of a workbook [default: the first visible one]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// which column holds a field, such as email='E-mail (work)'; given again for each that is read
    #[arg(long = "map", value_name = "FIELD=COLUMN", value_parser = mapped)]
    mapping: Vec<(ImportField, String)>,
    /// tell what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// write the rejected rows into this file, which must not be there yet, to be mended and imported
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// don't ask before changing volunteers that are stored
    #[arg(long)]
    yes: bool,
}

/// list the imports of volunteers that were done, the last one first
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer list-imports kckps")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
    #[command(flatten)]
    paging: Paging,
}

fn mapped(text: &str) -> Result<(ImportField, String), String> {
    let (field, column) = text.split_once('=').ok_or("name the field and its column, such as email='E-mail (work)'")?;
    let field = ImportField::parse(field.trim()).map_err(|problem| problem.message)?;
    Ok((field, column.to_owned()))
}

pub(crate) fn preview(args: &PreviewArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    let file = input::read(&args.file)?;
    let preview = tenant.volunteers().preview_import(&file, args.sheet.as_deref()).map_err(|error| of_file(error, &args.file))?;
    let program = app.program();
    app.printer.answer(&ImportPreviewView::from(&preview), |page| {
        show_preview(page, &preview);
        let names = [ImportField::FirstName, ImportField::LastName];
        if names.iter().all(|field| preview.mapping.contains_key(field)) {
            page.next(format_args!("{program} volunteer import {} {} --dry-run", args.tenant, quoted(&args.file)));
        }
    })
}

fn show_preview(page: &mut Page, preview: &ImportPreview) {
    let sheet = preview.sheet.as_ref().map(|sheet| format!(", sheet {sheet}")).unwrap_or_default();
    page.line(format_args!("{}{sheet}: {} rows below row {}", preview.format, preview.total_rows, preview.header_row));
    if preview.sheets.len() > 1 {
        page.line(format_args!("sheets: {}", preview.sheets.join(", ")));
    }
    let first = preview.rows.first();
    page.table(
        &["", "column", "is read as", "begins with"],
        preview.columns.iter().enumerate().map(|(at, column)| {
            let sample = first.and_then(|row| row.cells.get(at)).cloned().unwrap_or_default();
            let field = column.field.map_or("", ImportField::as_str).to_owned();
            vec![column.letters.clone(), column.name.clone(), field, sample]
        }),
    );
    if let Some(whole) = &preview.whole_name {
        page.line(format_args!("split the column {whole} into first and last names before it can be imported"));
    }
}

pub(crate) fn run(args: &ImportArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    let mapping = given(&args.mapping)?;
    let file = input::read(&args.file)?;
    let import =
        VolunteerImport { sheet: args.sheet.as_deref(), mapping: mapping.as_ref(), dry_run: args.dry_run, ..VolunteerImport::of(&file) };
    if !args.dry_run && !args.yes {
        let _line = app.printer.doing("looking whom this would change");
        let tried = tenant.volunteers().import(&VolunteerImport { dry_run: true, ..import }).map_err(|error| of_file(error, &args.file))?;
        let changed = tried.report.counts.updated + tried.report.counts.reactivated;
        if changed > 0 {
            agreed(app, false, &format!("changes volunteers that are stored ({changed}); --dry-run tells which"))?;
        }
    }
    let interrupt = Interrupt::listen();
    // First, so that nothing is imported whose rejected rows have nowhere to go.
    let mut rejected = args.rejected.as_deref().map(|path| create(path).map(|file| (path, file))).transpose()?;
    let done = {
        let mut bar = app.printer.progress("dealt with", "rows");
        tenant.volunteers().import_with(&import, &mut |progress| {
            bar(progress.rows as usize, progress.total as usize);
            interrupt.go_on()
        })
    };
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            if let Some((path, _)) = &rejected {
                drop(std::fs::remove_file(path));
            }
            return Err(of_file(error, &args.file));
        }
    };
    if let Some((path, file)) = &mut rejected {
        match done.report.rejected_csv() {
            Some(rows) => file.write_all(rows).and_then(|()| file.sync_all()).map_err(Failure::Output)?,
            None => drop(std::fs::remove_file(path)),
        }
    }
    let program = app.program();
    let kept = rejected.as_ref().map(|(path, _)| *path).filter(|_| done.report.rejected_csv().is_some());
    app.printer.answer(&VolunteerImportView::from(&done), |page| show(page, &done, args, kept, &program))?;
    if args.dry_run && done.report.counts.rejected > 0 { Err(Failure::Findings) } else { Ok(()) }
}

fn given(mapping: &[(ImportField, String)]) -> Result<Option<ImportMapping>, Error> {
    let all: ImportMapping = mapping.iter().cloned().collect();
    if all.len() < mapping.len() {
        return Err(Error::bad_request("map", "names a field twice: give each once"));
    }
    Ok((!all.is_empty()).then_some(all))
}

fn show(page: &mut Page, done: &FinishedImport, args: &ImportArgs, kept: Option<&Path>, program: &str) {
    let (report, counts) = (&done.report, done.report.counts);
    if done.dry_run {
        page.line("this would be done, and nothing was");
    }
    page.table(
        &["rows", "created", "updated", "reactivated", "unchanged", "skipped", "rejected", "blank"],
        [[
            report.total_rows,
            counts.created,
            counts.updated,
            counts.reactivated,
            counts.unchanged,
            counts.skipped,
            counts.rejected,
            counts.blank,
        ]
        .map(|count| count.to_string())
        .to_vec()],
    );
    if !report.skills_added.is_empty() {
        page.line(format_args!("new skills of this tenant: {}", report.skills_added.join(", ")));
    }
    let worth: Vec<&ImportedRow> =
        report.rows.iter().filter(|row| !row.problems.is_empty() || row.outcome == RowOutcome::Skipped).collect();
    for row in worth.iter().take(ROWS_SHOWN) {
        if let Some(earlier) = row.same_as {
            page.line(format_args!("row {}: skipped, means the person of row {earlier}", row.row));
        }
        for problem in &row.problems {
            let word = if row.outcome == RowOutcome::Rejected { "rejected" } else { "warning" };
            let column = problem.column.as_deref().unwrap_or("the row");
            page.line(format_args!("row {}: {word}: {column} {}", row.row, problem.message));
        }
    }
    if worth.len() > ROWS_SHOWN {
        page.line(format_args!("and {} rows more; --json tells all", worth.len() - ROWS_SHOWN));
    }
    if let Some(path) = kept {
        page.line(format_args!("wrote the rejected rows to {}", path.display()));
        page.next(format_args!("{program} volunteer import {} {}", args.tenant, quoted(&path.display().to_string())));
    } else if !done.dry_run && counts.created > 0 {
        page.next(format_args!("{program} volunteer list {}", args.tenant));
    }
}

pub(crate) fn list(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let found = app.tenant(&args.tenant)?.volunteers().list_imports(args.paging.request()?)?;
    app.printer.answer(&PageView::<ImportLogEntryView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no imports here");
        } else {
            page.table(
                &["id", "when (UTC)", "by", "rows", "created", "updated", "reactivated", "rejected", "seconds"],
                found.items.iter().map(|entry| {
                    let counts = entry.counts;
                    vec![
                        entry.id.to_string(),
                        entry.imported_at.format("%Y-%m-%d %H:%M").to_string(),
                        entry.actor_name.clone().unwrap_or_default(),
                        entry.total_rows.to_string(),
                        counts.created.to_string(),
                        counts.updated.to_string(),
                        counts.reactivated.to_string(),
                        counts.rejected.to_string(),
                        format!("{:.1}", f64::from(entry.duration_ms) / 1_000.0),
                    ]
                }),
            );
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

/// What the engine calls the body is here the file, and a mapping is given with --map.
fn of_file(error: Error, file: &str) -> Failure {
    match error {
        Error::BadRequest { field, message } if field == "body" => Error::bad_request(file, message).into(),
        other => other.into(),
    }
}

/// A new file, readable by oneself alone: it holds what is known of people.
pub(super) fn create(path: &Path) -> Result<File, Failure> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::bad_request(path.display().to_string(), "is there already: choose another name").into(),
        _ => Error::bad_request(path.display().to_string(), format!("can't be written: {error}")).into(),
    })
}
