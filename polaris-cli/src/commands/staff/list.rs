//! `polaris staff list`

use clap::Args;
use polaris_core::{StaffFilter, StaffMember, StaffRole};

use crate::app::App;
use crate::commands::people::{Listing, last_log_in, standing_of};
use crate::failure::Failure;
use crate::offered;
use crate::view::{PageView, StaffView, standing};

/// list staff accounts
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris staff list --role admin --active true")]
pub(crate) struct ListArgs {
    /// only those with this role
    #[arg(long, hide_possible_values = true, value_parser = offered::word!(StaffRole))]
    role: Option<StaffRole>,
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = StaffFilter { q: args.listing.q.clone(), role: args.role, active: args.listing.active };
    let staff = app.platform()?.staff().list(&filter, args.listing.order(), args.listing.page()?)?;
    let program = app.program();
    app.printer.answer(&PageView::<StaffView>::of(&staff), |page| {
        if staff.items.is_empty() {
            page.line("no staff accounts here");
            if filter == StaffFilter::default() {
                page.next(format_args!("{program} staff create --help"));
            }
        } else {
            page.table(&["id", "name", "e-mail", "role", "standing", "last log-in"], staff.items.iter().map(row));
        }
        standing(&staff).into_iter().for_each(|line| page.line(line));
    })
}

fn row(staff: &StaffMember) -> Vec<String> {
    vec![
        staff.id.to_string(),
        staff.name.clone(),
        staff.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        staff.role.as_str().to_owned(),
        standing_of(staff.active, staff.has_password).to_owned(),
        last_log_in(staff.last_log_in_at),
    ]
}
