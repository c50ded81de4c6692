//! `polaris staff edit`

use clap::Args;
use polaris_core::{Error, StaffEdit};

use super::{Named, pairs};
use crate::app::App;
use crate::commands::people::{set, set_or_clear};
use crate::failure::Failure;
use crate::offered;
use crate::view::StaffView;
use polaris_core::StaffRole;

/// edit a staff account; what isn't named stays, an empty username clears it
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris staff edit 1 --email robin.ray@example.org --username robin")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    named: Named,
    /// another name
    #[arg(long)]
    name: Option<String>,
    /// another e-mail, or a first one; links not used yet are void then
    #[arg(long)]
    email: Option<String>,
    /// another username, or "" for none
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// another role, at once: admin or support
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(StaffRole))]
    role: Option<String>,
    /// only if this is still the account's version
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

pub(crate) fn run(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let edit = StaffEdit {
        name: set(args.name.as_ref()),
        email: set(args.email.as_ref()),
        username: set_or_clear(args.username.as_ref()),
        role: set(args.role.as_ref()),
    };
    if edit == StaffEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    let staff = app.platform()?.staff().edit(args.named.staff.as_str(), edit, args.if_version)?;
    app.printer.answer(&StaffView::from(&staff), |page| {
        page.line(format_args!("edited staff account {}", staff.id));
        page.pairs(pairs(&staff));
    })
}
