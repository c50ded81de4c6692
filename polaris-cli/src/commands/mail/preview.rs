//! `polaris mail preview`

use clap::Args;
use polaris_core::MailPreview;

use super::template::Of;
use crate::app::App;
use crate::failure::Failure;
use crate::view::MailPreviewView;

/// show a mail as it would be sent, about people and an event that don't exist; drafts: mail template edit --dry-run
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail preview kckps signup_confirmed\n\n\
                  example:\n  polaris mail preview kckps signup_confirmed --html > mail.html")]
pub(crate) struct PreviewArgs {
    #[command(flatten)]
    of: Of,
    /// the HTML document alone, for a browser
    #[arg(long)]
    html: bool,
}

pub(crate) fn run(args: &PreviewArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let preview = app.tenant(&args.of.tenant)?.mail_templates().preview(args.of.kind)?;
    if args.html {
        return app.printer.verbatim("HTML", preview.html.as_bytes());
    }
    show(&preview, app)
}

/// Shows a mail as it would be sent.
pub(super) fn show(preview: &MailPreview, app: &mut App<'_>) -> Result<(), Failure> {
    app.printer.answer(&MailPreviewView::from(preview), |page| {
        let reply_to = preview.reply_to.clone().unwrap_or_else(|| "the operator's sender".to_owned());
        page.pairs([("from", preview.from_name.clone()), ("answers go to", reply_to), ("subject", preview.subject.clone())]);
        page.line(format_args!("\n{}", preview.text.trim_end()));
    })
}
