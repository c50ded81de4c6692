//! `polaris mail deliver`

use clap::Args;
use polaris_core::{Delivered, NewDelivery};

use super::{OFF, no_links};
use crate::app::App;
use crate::failure::Failure;
use crate::settings::Carrier;

/// deliver the mails that are due, once
///
/// `polaris serve` does this by itself, all the time. Both may run at once: each mail is sent by one of them. It ends with 1 where a mail
/// was given up, none of those that were due could be sent, or a tenant could not be looked at.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail deliver\n\nexample:\n  polaris mail deliver --tenant kckps")]
pub(crate) struct DeliverArgs {
    /// this tenant's alone
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
}

pub(crate) fn run(args: &DeliverArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let platform = app.platform()?;
    let mut progress = app.printer.doing("delivering mails");
    let delivery = NewDelivery { tenant: args.tenant.clone() };
    let delivered = platform.mails().deliver(&delivery, &mut |so_far| {
        progress.doing(&format!("delivering mails: {} so far", so_far.total()));
        true
    });
    drop(progress);
    let delivered = delivered?;
    let program = app.program();
    let off = app.settings.mail.transport == Carrier::None;
    // Nothing is said where there is nothing to do: this may run every minute.
    let no_links = no_links(app).filter(|_| delivered.total() > 0 || delivered.waiting > 0);
    app.printer.answer(&delivered, |page| {
        page.line(summary(&delivered));
        no_links.into_iter().for_each(|line| page.line(line));
        if off {
            page.line(OFF);
        } else if let (Some(tenant), true) = (&args.tenant, delivered.failed > 0) {
            page.next(format_args!("{program} mail list {tenant} --state failed"));
        } else if let (Some(tenant), true) = (&args.tenant, delivered.postponed > 0) {
            page.next(format_args!("{program} mail list {tenant} --state waiting"));
        }
    })?;
    if went_well(&delivered) { Ok(()) } else { Err(Failure::Partly) }
}

/// Whether nothing needs a person: a mail that a server puts off while it takes others is its ordinary life.
fn went_well(delivered: &Delivered) -> bool {
    let takes_none = delivered.sent == 0 && delivered.postponed > 0;
    delivered.tenants_failed == 0 && delivered.failed == 0 && !takes_none
}

fn summary(delivered: &Delivered) -> String {
    let counts = [
        (delivered.sent, "sent"),
        (delivered.postponed, "to be tried again"),
        (delivered.failed, "failed"),
        (delivered.held, "held"),
        (delivered.waiting, "waiting"),
        (delivered.tenants_failed, "of the tenants could not be looked at"),
    ];
    let counted: Vec<_> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
    if counted.is_empty() { "mails: none is due".to_owned() } else { format!("mails: {}", counted.join(", ")) }
}
