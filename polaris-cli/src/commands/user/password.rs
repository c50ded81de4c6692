//! `polaris user reset-password`

use clap::Args;

use super::{Named, name};
use crate::app::App;
use crate::commands::people::{address_of_links, hand_over};
use crate::failure::Failure;
use crate::password::PasswordArgs;
use crate::view::{LinkView, UserView};

/// make a one-time link for a new password, or set the password right away
///
/// The link is good for an hour, or for 72 hours where the user never had a password; nothing ends before it is used. Setting the password
/// right away ends all sessions of the user. Both lift a lock-out.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris user reset-password kckps 1\n\n\
                  example:\n  echo 'a long password' |\n      polaris user reset-password kckps 1 --password-stdin")]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    password: PasswordArgs,
}

pub(crate) fn run(args: &ResetArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let (slug, user) = (args.named.tenant.as_str(), args.named.user.as_str());
    if !args.password.given() {
        app.printer.can_be_read("the link")?;
        let link = app.tenant(slug)?.users().reset_password(user)?;
        let address = address_of_links(app, &format!("tenants/{slug}"));
        return app.printer.answer(&LinkView::from(&link), |page| hand_over(page, &link, &address));
    }
    let tenant = app.tenant(slug)?;
    // Whether there is such a user is told before a password is asked for.
    let id = tenant.users().get(user)?.id;
    let Some(password) = args.password.read(app)? else { return Ok(()) };
    let user = tenant.users().set_password(id, &password)?;
    app.printer.answer(&UserView::from(&user), |page| {
        page.line(format_args!("set the password of user {}: {}; their sessions have ended", user.id, name(&user)));
    })
}
