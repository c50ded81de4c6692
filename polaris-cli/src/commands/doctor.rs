//! `polaris doctor`: checks the data directory, and mends what is safe to mend.

use clap::Args;
use polaris_core::{Finding, Report};
use serde_json::{Value, json};

use crate::app::App;
use crate::commands::mail::no_links;
use crate::failure::Failure;
use crate::printer::Page;
use crate::words::{counted, size};

/// check every file of the data directory
///
/// Ends with 0 when nothing is wrong, with 5 when something still needs mending.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris doctor --mend")]
pub(crate) struct DoctorArgs {
    /// mend what is safe to mend
    #[arg(long)]
    mend: bool,
    /// free the space set aside for a full disk, and do nothing else
    #[arg(long, conflicts_with = "mend")]
    free_reserve: bool,
}

pub(crate) fn run(args: &DoctorArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let program = app.program();
    if args.free_reserve {
        app.free_reserve()?;
        return app.printer.answer(&json!({ "reserve": "freed" }), |page| {
            page.line("freed the space set aside for a full disk");
            page.next(format_args!("make room, then set it aside again: {program} doctor --mend"));
        });
    }
    let platform = app.platform()?;
    let (mended, report) = {
        let mut progress = app.printer.progress("checked", "files");
        if args.mend { platform.doctor().mend_with(&mut progress)? } else { (Vec::new(), platform.doctor().check_with(&mut progress)?) }
    };
    let answer = json!({
        "tenants": report.tenants,
        "mended": mended.iter().map(finding).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "kept": {
            "backups": kept(report.kept.backups),
            "snapshots": kept(report.kept.snapshots),
            "replaced": kept(report.kept.replaced),
        },
        "sqlite_version": report.sqlite_version,
        "sqlite_options": report.sqlite_options,
    });
    let no_links = no_links(app);
    app.printer.answer(&answer, |page| {
        no_links.into_iter().for_each(|line| page.line(line));
        show(page, &mended, &report, &program);
    })?;
    if report.findings.is_empty() { Ok(()) } else { Err(Failure::Findings) }
}

fn kept((files, bytes): (usize, u64)) -> Value {
    json!({ "files": files, "bytes": bytes })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity.as_str(),
        "subject": finding.subject,
        "problem": finding.problem,
        "remedy": finding.remedy,
        "mendable": finding.mendable,
    })
}

fn show(page: &mut Page, mended: &[Finding], report: &Report, program: &str) {
    for finding in mended {
        page.line(format_args!("mended {}: {}", finding.subject, finding.problem));
    }
    let checked = format!("checked {} with SQLite {}", counted(report.tenants, "tenant"), report.sqlite_version);
    let kept = [
        (report.kept.backups, "in backups"),
        (report.kept.snapshots, "in copies from before migrations"),
        (report.kept.replaced, "in what restores replaced"),
    ];
    let kept: Vec<_> =
        kept.iter().filter(|((files, _), _)| *files > 0).map(|((_, bytes), what)| format!("{} {what}", size(*bytes))).collect();
    if !kept.is_empty() {
        page.line(format_args!("kept beside the data: {}", kept.join(", ")));
    }
    if report.findings.is_empty() {
        page.line(format_args!("{checked}: all is well"));
        return;
    }
    page.line(format_args!("{checked}: {}", counted(report.findings.len(), "finding")));
    let row = |finding: &Finding| {
        vec![finding.severity.as_str().to_owned(), finding.subject.clone(), finding.problem.clone(), finding.remedy.clone()]
    };
    page.table(&["severity", "where", "what is wrong", "what to do"], report.findings.iter().map(row));
    if report.findings.iter().any(|finding| finding.mendable) {
        page.next(format_args!("{program} doctor --mend"));
    }
}
