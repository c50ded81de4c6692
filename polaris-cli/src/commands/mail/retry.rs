//! `polaris mail retry`

use clap::{ArgGroup, Args};
use polaris_core::types::MailId;

use crate::app::App;
use crate::failure::Failure;
use crate::view::MailView;

/// try a mail again that failed, is held or waits; or all that failed or are held
///
/// They wait for their turn again, for three days more; `polaris serve` or `polaris mail deliver` sends them.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail retry kckps 1\n\nexample:\n  polaris mail retry kckps --all")]
#[command(override_usage = "polaris mail retry [OPTIONS] <TENANT> <MAIL|--all>")]
#[command(group = ArgGroup::new("which").required(true).args(["mail", "all"]))]
pub(crate) struct RetryArgs {
    /// the tenant's slug
    tenant: String,
    /// the mail's number
    mail: Option<i64>,
    /// all that failed or are held
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &RetryArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    let program = app.program();
    let next = format!("{program} mail deliver --tenant {}", args.tenant);
    match args.mail {
        Some(mail) => {
            let mail = tenant.mails().retry(MailId::new(mail))?;
            app.printer.answer(&MailView::from(&mail), |page| {
                page.line(format_args!("mail {} waits for its turn again", mail.id));
                page.next(next);
            })
        }
        None => {
            let retried = tenant.mails().retry_all()?;
            app.printer.answer(&retried, |page| {
                page.line(format_args!("mails that wait for their turn again: {}", retried.mails));
                if retried.mails > 0 {
                    page.next(next);
                }
            })
        }
    }
}
