//! `polaris volunteer preview-merge` and `polaris volunteer merge`

use clap::Args;
use polaris_core::{MergePlan, MergedField, MergedParticipation, TenantHandle, VolunteerMerge};

use super::{name, number, pairs};
use crate::app::App;
use crate::commands::event::local;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::printer::Page;
use crate::view::MergeView;

/// Two records of one person.
#[derive(Debug, Args)]
struct Both {
    /// the tenant's slug
    tenant: String,
    /// the one who stays, by number or e-mail
    survivor: String,
    /// the one who goes, by number or e-mail
    other: String,
}

/// show what merging two volunteers into one would do
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer preview-merge kckps 1 2")]
pub(crate) struct PreviewArgs {
    #[command(flatten)]
    both: Both,
}

/// merge a volunteer into another, for good, keeping both histories
///
/// The one who stays keeps their number and what is known of them, and takes from the other what they lack; what isn't kept, such as
/// skills beyond the 50 that anybody has, stands in a note afterwards. The other's number leads to them.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer merge kckps 1 2 --yes")]
pub(crate) struct MergeArgs {
    #[command(flatten)]
    both: Both,
    /// don't ask once more
    #[arg(long)]
    yes: bool,
}

pub(crate) fn preview(args: &PreviewArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.both.tenant)?;
    let plan = plan(&tenant, &args.both)?;
    let program = app.program();
    app.printer.answer(&MergeView::from(&plan), |page| {
        page.line(format_args!("volunteer {} would go into volunteer {}, who would be:", plan.merged.id, plan.survivor.id));
        show(page, &plan);
        page.next(format_args!("{program} volunteer merge {} {} {}", args.both.tenant, plan.survivor.id, plan.merged.id));
    })
}

pub(crate) fn run(args: &MergeArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.both.tenant)?;
    let seen = plan(&tenant, &args.both)?;
    let (stays, goes) = (&seen.survivor, &seen.merged);
    let what = format!("merges volunteer {} ({}) into volunteer {} ({}); it can't be undone", goes.id, name(goes), stays.id, name(stays));
    agreed(app, args.yes, &what)?;
    // What was seen is what is done.
    let merge = VolunteerMerge { merged_id: Some(goes.id.get()), merged_version: Some(goes.version) };
    let done = tenant.volunteers().merge(stays.id, &merge, Some(stays.version))?;
    app.printer.answer(&MergeView::from(&done), |page| {
        page.line(format_args!("merged volunteer {} into volunteer {}", done.merged.id, done.survivor.id));
        show(page, &done);
    })
}

fn plan(tenant: &TenantHandle, both: &Both) -> Result<MergePlan, Failure> {
    let survivor = number(tenant, &both.survivor)?;
    let merge = VolunteerMerge { merged_id: Some(number(tenant, &both.other)?.get()), merged_version: None };
    Ok(tenant.volunteers().preview_merge(survivor, &merge)?)
}

fn show(page: &mut Page, plan: &MergePlan) {
    page.pairs(pairs(&plan.survivor));
    if !plan.fields.is_empty() {
        page.line("");
        let row = |field: &MergedField| {
            vec![field.field.replace('_', " "), field.decision.to_string(), field.dropped.clone().unwrap_or_default()]
        };
        page.table(&["field", "is", "noted of the other"], plan.fields.iter().map(row));
    }
    if !plan.participations.is_empty() {
        page.line("");
        let row = |both: &MergedParticipation| {
            let own = both.survivor.map(|status| status.to_string()).unwrap_or_default();
            vec![
                both.event.title.clone(),
                local(&both.event.starts_at),
                own,
                both.merged.to_string(),
                both.result.to_string(),
                both.dropped.clone().unwrap_or_default(),
            ]
        };
        page.table(&["event", "begins", "one", "the other", "together", "noted"], plan.participations.iter().map(row));
    }
    for both in plan.participations.iter().filter(|both| both.double_entry) {
        page.line(format_args!("in their calendar twice: {}; a mail to the other's address takes that entry out", both.event.title));
    }
    if plan.notes > 0 {
        page.line(format_args!("notes of the other: {}", plan.notes));
    }
}
