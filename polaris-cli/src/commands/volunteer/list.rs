//! `polaris volunteer list`

use clap::Args;
use polaris_core::types::{VolunteerOrder, VolunteerSort};
use polaris_core::{Volunteer, VolunteerFilter};

use super::{name, standing_of};
use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::offered;
use crate::view::{PageView, VolunteerView, standing};

/// list and search a tenant's volunteers
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris volunteer list kckps --search 'weld jos' --active true")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
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
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true, hide_possible_values = true, value_parser = offered::order!(VolunteerOrder, VolunteerSort))]
    sort: Option<VolunteerOrder>,
    #[command(flatten)]
    paging: Paging,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = VolunteerFilter {
        q: args.q.clone(),
        skill: args.skill.clone(),
        career_type: args.career_type.clone(),
        organization: args.organization.clone(),
        active: args.active,
    };
    let found = app.tenant(&args.tenant)?.volunteers().list(&filter, args.sort.unwrap_or_default(), args.paging.request()?)?;
    let program = app.program();
    app.printer.answer(&PageView::<VolunteerView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no volunteers here");
            if found.total == 0 && filter == VolunteerFilter::default() {
                page.next(format_args!("{program} volunteer create {} --help", args.tenant));
            }
        } else {
            page.table(&["id", "name", "e-mail", "phone", "organization", "skills", "standing"], found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
    })
}

fn row(volunteer: &Volunteer) -> Vec<String> {
    vec![
        volunteer.id.to_string(),
        name(volunteer),
        volunteer.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        volunteer.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        volunteer.organization.clone().unwrap_or_default(),
        volunteer.skills.join(", "),
        standing_of(volunteer).to_owned(),
    ]
}
