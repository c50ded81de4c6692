//! `polaris mail list` and `polaris mail show`

use clap::Args;
use polaris_core::types::{EventId, MailId, MailState, UserId, VolunteerId};
use polaris_core::{Mail, MailFilter};

use super::{OFF, moment};
use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::failure::Failure;
use crate::settings::Carrier;
use crate::view::{MailView, PageView, standing};

/// list a tenant's mails, the newest first: those that wait, were sent, failed or are held
///
/// Mails that were sent, failed or are held are forgotten after 90 days.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail list kckps --state failed")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
    /// only those that are waiting, sending, sent, failed or held
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// only those of this kind, such as signup_confirmed
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// only those about the event with this number
    #[arg(long, value_name = "NUMBER")]
    event: Option<i64>,
    /// only those about the volunteer with this number
    #[arg(long, value_name = "NUMBER")]
    volunteer: Option<i64>,
    #[command(flatten)]
    paging: Paging,
}

/// show one mail: where it stands, and why
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail show kckps 1")]
pub(crate) struct ShowArgs {
    /// the tenant's slug
    tenant: String,
    /// the mail's number
    mail: i64,
}

pub(crate) fn run(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let filter = MailFilter { state: args.state.clone(), kind: args.kind.clone(), event: args.event, volunteer: args.volunteer };
    let found = app.tenant(&args.tenant)?.mails().list(&filter, args.paging.request()?)?;
    let program = app.program();
    let off = app.settings.mail.transport == Carrier::None;
    app.printer.answer(&PageView::<MailView>::of(&found), |page| {
        if found.items.is_empty() {
            page.line("no mails here");
        } else {
            page.table(&["id", "about", "to", "state", "tries", "written", "next or done", "why"], found.items.iter().map(row));
        }
        standing(&found).into_iter().for_each(|line| page.line(line));
        if off {
            page.line(OFF);
        }
        let mut stuck = found.items.iter().filter(|mail| matches!(mail.state, MailState::Failed | MailState::Held)).peekable();
        if let Some(first) = stuck.peek().copied() {
            // A held mail has a reason of its own, and may have been sent before a restore: that is for a person to look at.
            if stuck.any(|mail| mail.state == MailState::Held) {
                page.next(format_args!("{program} mail retry {} {}", args.tenant, first.id));
            } else {
                page.next(format_args!("{program} mail retry {} --all", args.tenant));
            }
        }
    })
}

fn row(mail: &Mail) -> Vec<String> {
    vec![
        mail.id.to_string(),
        mail.kind.to_string(),
        mail.recipient.to_string(),
        mail.state.to_string(),
        mail.attempts.to_string(),
        moment(mail.created_at),
        mail.next_attempt_at.or(mail.sent_at).map(moment).unwrap_or_default(),
        mail.last_error.clone().unwrap_or_default(),
    ]
}

pub(crate) fn show(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let mail = app.tenant(&args.tenant)?.mails().get(MailId::new(args.mail))?;
    let program = app.program();
    app.printer.answer(&MailView::from(&mail), |page| {
        let number = |id: Option<i64>| id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        page.pairs([
            ("id", mail.id.to_string()),
            ("about", mail.kind.to_string()),
            ("to", mail.recipient.to_string()),
            ("state", mail.state.to_string()),
            ("why", mail.last_error.clone().unwrap_or_else(|| "-".to_owned())),
            ("tries", mail.attempts.to_string()),
            ("written", moment(mail.created_at)),
            ("next try", mail.next_attempt_at.map_or_else(|| "-".to_owned(), moment)),
            ("sent", mail.sent_at.map_or_else(|| "-".to_owned(), moment)),
            ("event", number(mail.event_id.map(EventId::get))),
            ("volunteer", number(mail.volunteer_id.map(VolunteerId::get))),
            ("user", number(mail.user_id.map(UserId::get))),
        ]);
        if matches!(mail.state, MailState::Failed | MailState::Held) {
            page.next(format_args!("{program} mail retry {} {}", args.tenant, mail.id));
        }
    })
}
