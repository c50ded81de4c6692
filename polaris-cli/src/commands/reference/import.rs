//! `polaris reference import`

use clap::Args;
use polaris_core::{Error, ImportReport, ReferenceImport, ReferenceKind, ReferenceSource};

use super::{kind, kinds};
use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::input;
use crate::offered::Offered;
use crate::printer::Page;
use crate::view::ImportView;

const EXAMPLES: &str = r#"example:
  printf 'name,aliases\nWelding,Welder | Metalwork\n' > skills.csv
  polaris reference import skills.csv --dry-run

example, from JSON:
  echo '{"skills": ["Nursing", "Welding"]}' | polaris reference import -"#;

/// import districts, schools, skills and career types, all or nothing
///
/// A CSV file holds one kind, which its name tells (districts.csv, schools.csv, skills.csv, career_types.csv) or --kind; a JSON document
/// holds all. What is known is updated by what is given, the rest is added; what a file leaves out or blank stays. Tenants that exist get
/// the changes with `polaris reference sync`. A dry run ends with 5 when it found bad rows.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportArgs {
    /// CSV or JSON files, taken together; - reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// what the CSV file holds, where its name doesn't tell: districts, schools, skills or career-types
    #[arg(long, hide_possible_values = true, value_parser = Offered::new(kind, kinds))]
    kind: Option<ReferenceKind>,
    /// tell what would be done, bad rows too, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// remove what the files don't have, of the kinds they have; of schools, in the districts they have schools of
    #[arg(long)]
    replace: bool,
    /// don't ask before replacing
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(args: &ImportArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    if args.kind.is_some() && args.files.len() > 1 {
        return Err(Error::bad_request("kind", "goes with one file: import each kind's by itself, or name them by their kinds").into());
    }
    if args.files.iter().filter(|file| *file == "-").count() > 1 {
        return Err(Error::bad_request("files", "- is standard input, which can be read once").into());
    }
    let sources = args.files.iter().map(|file| read(file, args.kind)).collect::<Result<Vec<_>, Error>>()?;
    if args.replace && !args.dry_run {
        agreed(app, args.yes, "removes all reference data of these kinds that the files don't have; --dry-run tells how many")?;
    }
    let import = ReferenceImport { dry_run: args.dry_run, replace: args.replace, ..ReferenceImport::of(sources) };
    let importing = app.printer.doing("importing reference data");
    let report = platform.reference().import(&import)?;
    drop(importing);
    let program = app.program();
    app.printer.answer(&ImportView::from(&report), |page| show(page, &report, &program))?;
    if report.problems.is_empty() { Ok(()) } else { Err(Failure::Findings) }
}

fn read(file: &str, kind: Option<ReferenceKind>) -> Result<ReferenceSource, Error> {
    let source = ReferenceSource::file(file, kind, &input::read(file)?);
    source.map_err(|error| match error {
        Error::BadRequest { field, message } if field == "kind" => Error::bad_request(field, message),
        // What the engine calls the body is here the file.
        Error::BadRequest { field, message } if field == "body" => Error::bad_request(file, message),
        Error::BadRequest { field, message } => Error::bad_request(file, format!("{field} {message}")),
        other => other,
    })
}

fn show(page: &mut Page, report: &ImportReport, program: &str) {
    let kinds =
        [("districts", report.districts), ("schools", report.schools), ("skills", report.skills), ("career types", report.career_types)];
    if report.dry_run {
        page.line("this would be done, and nothing was");
    }
    let row = |(kind, counts): (&str, polaris_core::Imported)| {
        let numbers = [counts.created, counts.updated, counts.unchanged, counts.removed, counts.rejected];
        std::iter::once(kind.to_owned()).chain(numbers.map(|number| number.to_string())).collect()
    };
    page.table(&["", "created", "updated", "unchanged", "removed", "rejected"], kinds.into_iter().map(row));
    if !report.problems.is_empty() {
        page.line("mend these first; nothing is imported while there are any");
        for problem in &report.problems {
            page.line(format_args!("  {}: {}", problem.field, problem.message));
        }
    } else if !report.dry_run && kinds.iter().any(|(_, counts)| counts.created + counts.updated + counts.removed > 0) {
        page.next(format_args!("{program} reference sync --all --dry-run"));
    }
}
