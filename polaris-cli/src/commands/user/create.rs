//! `polaris user create`

use clap::Args;
use polaris_core::NewUser;
use polaris_core::types::InviteBy;

use super::name;
use crate::app::App;
use crate::commands::people::{NO_MAIL, ON_ITS_WAY, address_of_links, hand_over};
use crate::failure::Failure;
use crate::offered;
use crate::password::PasswordArgs;
use crate::view::CreatedUserView;
use polaris_core::Role;

/// create a user; without a password, they get a mail to set one within 72 hours
#[derive(Debug, Args)]
#[command(
    after_help = "example:\n  polaris user create kckps --email pat@example.org --first-name Pat \\\n      --last-name Lee --role coordinator"
)]
pub(crate) struct CreateArgs {
    /// the tenant's slug
    tenant: String,
    /// their e-mail, to log in with
    #[arg(long)]
    email: String,
    /// what they may log in with instead
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// their first name
    #[arg(long, value_name = "NAME")]
    first_name: String,
    /// their last name
    #[arg(long, value_name = "NAME")]
    last_name: String,
    /// admin, coordinator, virtual_admin or viewer
    #[arg(long, hide_possible_values = true, value_parser = offered::text!(Role))]
    role: String,
    #[command(flatten)]
    password: PasswordArgs,
    /// show a link to hand over, where no mail reaches them
    #[arg(long, conflicts_with_all = ["password_stdin", "password_prompt"])]
    link: bool,
}

pub(crate) fn run(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let password = args.password.read(app)?;
    let tenant = app.tenant(&args.tenant)?;
    let handed_over = password.is_none() && (args.link || app.settings.public_url.is_none());
    if handed_over {
        app.printer.can_be_read("the link")?;
    }
    let created = tenant.users().create(NewUser {
        email: args.email.clone(),
        username: args.username.clone(),
        first_name: args.first_name.clone(),
        last_name: args.last_name.clone(),
        role: args.role.clone(),
        password,
        invite: args.link.then(|| InviteBy::Link.to_string()),
    })?;
    let address = address_of_links(app, &format!("tenants/{}", tenant.slug()));
    app.printer.answer(&CreatedUserView::from(&created), |page| {
        let user = &created.user;
        page.line(format_args!("created user {}: {} ({})", user.id, name(user), user.role.as_str()));
        if let Some(link) = &created.invitation {
            if !args.link {
                page.line(NO_MAIL);
            }
            hand_over(page, link, &address);
        }
        if created.mailed {
            page.line(ON_ITS_WAY);
        }
    })
}
