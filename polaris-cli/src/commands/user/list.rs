//! `polaris user list`

use clap::Args;
use polaris_core::{Role, User, UserFilter};

use super::name;
use crate::app::App;
use crate::commands::people::{Listing, last_log_in, standing_of};
use crate::failure::Failure;
use crate::offered;
use crate::view::{PageView, UserView, standing};

/// list a tenant's users
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris user list kckps --role admin --active true")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
    /// only those with this role
    #[arg(long, hide_possible_values = true, value_parser = offered::word!(Role, read))]
    role: Option<Role>,
    #[command(flatten)]
    listing: Listing,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = UserFilter { q: args.listing.q.clone(), role: args.role, active: args.listing.active };
    let users = app.tenant(&args.tenant)?.users().list(&filter, args.listing.order(), args.listing.page()?)?;
    let program = app.program();
    app.printer.answer(&PageView::<UserView>::of(&users), |page| {
        if users.items.is_empty() {
            page.line("no users here");
            if filter == UserFilter::default() {
                page.next(format_args!("{program} user create {} --help", args.tenant));
            }
        } else {
            page.table(&["id", "name", "e-mail", "role", "standing", "last log-in"], users.items.iter().map(row));
        }
        standing(&users).into_iter().for_each(|line| page.line(line));
    })
}

fn row(user: &User) -> Vec<String> {
    vec![
        user.id.to_string(),
        name(user),
        user.email.to_string(),
        user.role.as_str().to_owned(),
        standing_of(user.active, user.has_password).to_owned(),
        last_log_in(user.last_log_in_at),
    ]
}
