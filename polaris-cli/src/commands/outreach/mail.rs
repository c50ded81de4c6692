//! `polaris outreach preview-mail` and `polaris outreach send-mail`

use clap::Args;
use polaris_core::types::VolunteerId;
use polaris_core::{NewOutreachMail, NotMailed, NotMailedReason, OutreachMailPreview, SentOutreachMail};

use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::printer::Page;
use crate::view::{OutreachMailPreviewView, SentOutreachMailView};

/// Whom to ask to which event, and what to write.
#[derive(Debug, Args)]
struct Asking {
    /// the tenant's slug
    tenant: String,
    /// the event's number or slug
    event: String,
    /// whom to ask, by number; may be given again
    #[arg(long = "volunteer", value_name = "NUMBER", conflicts_with = "top")]
    volunteers: Vec<i64>,
    /// ask the first so many candidates, at most 200
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    top: Option<i64>,
    /// the subject; may hold {{ title }}, {{ first_name }} and others [default: the usual one]
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// what it says; may hold {{ title }}, {{ first_name }} and others [default: the usual text]
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// ask those, too, who declined or were asked by mail within 24 hours
    #[arg(long)]
    again: bool,
}

impl Asking {
    fn draft(&self) -> NewOutreachMail {
        NewOutreachMail {
            volunteer_ids: (!self.volunteers.is_empty()).then(|| self.volunteers.clone()),
            top: self.top,
            subject: self.subject.clone(),
            text: self.text.clone(),
            again: self.again,
        }
    }
}

/// show whom a mail that asks to an event would go to, who is left out, and what it says
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris outreach preview-mail kckps career-day-2027-03-04 --top 20")]
pub(crate) struct PreviewArgs {
    #[command(flatten)]
    asking: Asking,
}

/// ask volunteers to an event by mail; each is logged, who is left out is named
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris outreach send-mail kckps career-day-2027-03-04 --top 20 --yes")]
pub(crate) struct SendArgs {
    #[command(flatten)]
    asking: Asking,
    /// don't ask once more
    #[arg(long)]
    yes: bool,
}

pub(crate) fn preview(args: &PreviewArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let Asking { tenant, event, .. } = &args.asking;
    let preview = app.tenant(tenant)?.outreach().preview_mail(event.as_str(), &args.asking.draft())?;
    app.printer.answer(&OutreachMailPreviewView::from(&preview), |page| show(page, &preview))
}

pub(crate) fn send(args: &SendArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let Asking { tenant, event, .. } = &args.asking;
    let (tenant, draft) = (app.tenant(tenant)?, args.asking.draft());
    let preview = tenant.outreach().preview_mail(event.as_str(), &draft)?;
    let count = preview.recipients.len();
    let what = format!("asks {} to event {event} by mail; {} left out", people(count), preview.left_out.len());
    agreed(app, args.yes || count == 0, &what)?;
    // Those who were counted, and nobody else, even if candidates have another order by now.
    let numbers = preview.recipients.iter().map(|recipient| recipient.volunteer_id.get());
    let left_out = preview.left_out.iter().map(|out| out.volunteer_id.get());
    let these = NewOutreachMail { volunteer_ids: Some(numbers.chain(left_out).collect()), top: None, ..draft };
    let sent = match count {
        0 => SentOutreachMail { mailed: Vec::new(), left_out: preview.left_out.clone() },
        _ => tenant.outreach().send_mail(event.as_str(), &these)?,
    };
    app.printer.answer(&SentOutreachMailView::from(&sent), |page| {
        if !sent.mailed.is_empty() {
            let name = |id: VolunteerId| preview.recipients.iter().find(|recipient| recipient.volunteer_id == id);
            page.table(
                &["volunteer", "name", "e-mail", "outreach", "mail"],
                sent.mailed.iter().map(|mailed| {
                    let (name, email) = name(mailed.volunteer_id)
                        .map(|of| (format!("{} {}", of.first_name, of.last_name), of.email.to_string()))
                        .unwrap_or_default();
                    vec![mailed.volunteer_id.to_string(), name, email, mailed.outreach_id.to_string(), mailed.mail_id.to_string()]
                }),
            );
        }
        left_out_table(page, &sent.left_out);
        page.line(format_args!("asked {} by mail; {} left out", people(sent.mailed.len()), sent.left_out.len()));
    })
}

fn show(page: &mut Page, preview: &OutreachMailPreview) {
    if !preview.recipients.is_empty() {
        page.table(
            &["volunteer", "name", "e-mail"],
            preview
                .recipients
                .iter()
                .map(|of| vec![of.volunteer_id.to_string(), format!("{} {}", of.first_name, of.last_name), of.email.to_string()]),
        );
    }
    left_out_table(page, &preview.left_out);
    page.line(format_args!("would ask {} by mail; {} left out", people(preview.recipients.len()), preview.left_out.len()));
    if let (Some(subject), Some(text)) = (&preview.subject, &preview.text) {
        page.line("");
        page.line(format_args!("subject: {subject}"));
        page.line("");
        text.lines().for_each(|line| page.line(line));
    }
}

fn left_out_table(page: &mut Page, out: &[NotMailed]) {
    if !out.is_empty() {
        page.table(&["left out", "because"], out.iter().map(row));
        page.line("");
    }
}

fn row(out: &NotMailed) -> Vec<String> {
    let told = |reason: &NotMailedReason| match reason {
        NotMailedReason::Unknown => "there is no such volunteer",
        NotMailedReason::Inactive => "deactivated",
        NotMailedReason::DoNotContact => "not to be contacted",
        NotMailedReason::EmailOptOut => "wants no such mails",
        NotMailedReason::NoEmail => "no e-mail address is known",
        NotMailedReason::OnRoster => "on the roster",
        NotMailedReason::Declined => "declined",
        NotMailedReason::AskedLately => "asked by mail within 24 hours",
    };
    vec![out.volunteer_id.to_string(), out.reasons.iter().map(told).collect::<Vec<_>>().join(", ")]
}

fn people(count: usize) -> String {
    format!("{count} {}", if count == 1 { "volunteer" } else { "volunteers" })
}
