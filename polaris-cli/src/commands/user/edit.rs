//! `polaris user edit`

use clap::Args;
use polaris_core::{Error, UserEdit};

use super::{Named, pairs};
use crate::app::App;
use crate::commands::people::{set, set_or_clear};
use crate::failure::Failure;
use crate::offered;
use crate::view::UserView;
use polaris_core::Role;

/// edit a user; what isn't named stays, an empty username clears it
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris user edit kckps 1 --role viewer --last-name \"O'Hara\"")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    named: Named,
    /// another e-mail; links not used yet are void then
    #[arg(long)]
    email: Option<String>,
    /// another username, or "" for none
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// another first name
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// another last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// another role, at once: admin, coordinator, virtual_admin or viewer
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(Role))]
    role: Option<String>,
    /// only if this is still the user's version
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

pub(crate) fn run(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let edit = UserEdit {
        email: set(args.email.as_ref()),
        username: set_or_clear(args.username.as_ref()),
        first_name: set(args.first_name.as_ref()),
        last_name: set(args.last_name.as_ref()),
        role: set(args.role.as_ref()),
    };
    if edit == UserEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let user = app.tenant(&args.named.tenant)?.users().edit(args.named.user.as_str(), edit, args.if_version)?;
    app.printer.answer(&UserView::from(&user), |page| {
        page.line(format_args!("edited user {}", user.id));
        page.pairs(pairs(&user));
    })
}
