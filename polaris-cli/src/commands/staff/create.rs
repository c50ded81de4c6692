//! `polaris staff create`

use clap::Args;
use polaris_core::NewStaff;

use crate::app::App;
use crate::commands::people::{address_of_links, hand_over};
use crate::failure::Failure;
use crate::offered;
use crate::password::PasswordArgs;
use crate::view::CreatedStaffView;
use polaris_core::StaffRole;

/// create a staff account; without a password, with a link to set one within 72 hours
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris staff create --name \"Robin Ray\" --email robin@example.org \\\n      --role admin")]
pub(crate) struct CreateArgs {
    /// their name, by which audit logs know them
    #[arg(long)]
    name: String,
    /// their e-mail, to log in with
    #[arg(long)]
    email: String,
    /// what they may log in with instead
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// admin, or support, which only reads
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(StaffRole))]
    role: String,
    #[command(flatten)]
    password: PasswordArgs,
}

pub(crate) fn run(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    if !args.password.given() {
        app.printer.can_be_read("the link")?;
    }
    let platform = app.platform()?;
    let created = platform.staff().create(NewStaff {
        name: args.name.clone(),
        email: args.email.clone(),
        username: args.username.clone(),
        role: args.role.clone(),
        password: args.password.read(app)?,
    })?;
    let address = address_of_links(app, "platform");
    app.printer.answer(&CreatedStaffView::from(&created), |page| {
        let staff = &created.staff;
        page.line(format_args!("created staff account {}: {} ({})", staff.id, staff.name, staff.role.as_str()));
        if let Some(link) = &created.invitation {
            hand_over(page, link, &address);
        }
    })
}
