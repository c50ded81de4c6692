//! `polaris staff reset-password`

use clap::Args;

use super::Named;
use crate::app::App;
use crate::commands::people::{address_of_links, hand_over};
use crate::failure::Failure;
use crate::password::PasswordArgs;
use crate::view::{LinkView, StaffView};

/// make a one-time link for a new password, or set the password right away
///
/// The link is good for an hour, or for 72 hours where the account never had a password; nothing ends before it is used. Setting the
/// password right away ends all sessions of the account. Both lift a lock-out.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris staff reset-password 1\n\n\
                  example:\n  echo 'a long password' |\n      polaris staff reset-password 1 --password-stdin")]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    password: PasswordArgs,
}

pub(crate) fn run(args: &ResetArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let named = args.named.staff.as_str();
    if !args.password.given() {
        app.printer.can_be_read("the link")?;
        let link = app.platform()?.staff().reset_password(named)?;
        let address = address_of_links(app, "platform");
        return app.printer.answer(&LinkView::from(&link), |page| hand_over(page, &link, &address));
    }
    let platform = app.platform()?;
    // Whether there is such an account is told before a password is asked for.
    let id = platform.staff().get(named)?.id;
    let Some(password) = args.password.read(app)? else { return Ok(()) };
    let staff = platform.staff().set_password(id, &password)?;
    app.printer.answer(&StaffView::from(&staff), |page| {
        page.line(format_args!("set the password of staff account {}: {}; its sessions have ended", staff.id, staff.name));
    })
}
