//! `polaris outreach list` and `polaris outreach show`

use clap::Args;
use polaris_core::OutreachFilter;
use polaris_core::types::{EventRef, OutreachId, OutreachMethod, OutreachOutcome, VolunteerRef};

use super::{HEADER, row};
use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::offered;
use crate::view::{OutreachEntryView, PageView, standing};

/// list who was asked to what, how, and what came of it; the last attempt first
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris outreach list kckps --event 1 --outcome pending")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
    /// only for the event of this number or slug
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// only to the volunteer of this number or e-mail
    #[arg(long, value_name = "VOLUNTEER")]
    volunteer: Option<String>,
    /// only by email, phone, text or in_person; may be given again
    #[arg(long = "method", value_name = "METHOD", hide_possible_values = true, value_parser = offered::word!(OutreachMethod))]
    methods: Vec<OutreachMethod>,
    /// only with this outcome; may be given again
    #[arg(long = "outcome", value_name = "OUTCOME", hide_possible_values = true, value_parser = offered::word!(OutreachOutcome))]
    outcomes: Vec<OutreachOutcome>,
    #[command(flatten)]
    paging: Paging,
}

/// show one time that a volunteer was asked to an event
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris outreach show kckps 1")]
pub(crate) struct ShowArgs {
    /// the tenant's slug
    tenant: String,
    /// the outreach's number
    outreach: i64,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = OutreachFilter {
        event: args.event.as_deref().map(EventRef::parse),
        volunteer: args.volunteer.as_deref().map(VolunteerRef::parse),
        methods: args.methods.clone(),
        outcomes: args.outcomes.clone(),
    };
    let found = app.tenant(&args.tenant)?.outreach().list(&filter, args.paging.request()?)?;
    app.printer.answer(&PageView::<OutreachEntryView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no outreach here");
        } else {
            page.table(HEADER, found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

pub(crate) fn show(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let entry = app.tenant(&args.tenant)?.outreach().get(OutreachId::new(args.outreach))?;
    app.printer.answer(&OutreachEntryView::from(&entry), |page| {
        let asked = &entry.outreach;
        let at = |instant: chrono::DateTime<chrono::Utc>| instant.format("%Y-%m-%d %H:%M UTC").to_string();
        let pairs = [
            ("volunteer", Some(format!("{} ({} {})", asked.volunteer_id, entry.first_name, entry.last_name))),
            ("event", Some(format!("{} ({})", asked.event_id, entry.event.title))),
            ("by", Some(asked.method.to_string())),
            ("outcome", Some(asked.outcome.to_string())),
            ("asked", Some(at(asked.attempted_at))),
            ("followed up", asked.followed_up_at.map(at)),
            ("mail", asked.mail_id.map(|id| id.to_string())),
            ("logged by", Some(asked.author.name.clone().unwrap_or_else(|| asked.author.kind.clone()))),
            ("notes", asked.notes.clone()),
            ("version", Some(asked.version.to_string())),
        ];
        page.pairs(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))));
    })
}
