//! `polaris mail template …`

use clap::{Args, Subcommand, ValueHint};
use polaris_core::types::{MailKind, Patch};
use polaris_core::{Error, MailTemplate, MailTemplateEdit};

use super::preview;
use crate::app::App;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::input;
use crate::offered::word;
use crate::view::{List, MailTemplateView};

#[derive(Debug, Subcommand)]
pub(crate) enum TemplateCommand {
    List(ListArgs),
    Show(ShowArgs),
    Edit(EditArgs),
    Reset(ResetArgs),
}

/// list the texts of every kind of mail: a tenant's own, or the usual
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail template list kckps")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
}

/// Which kind of mail of which tenant.
#[derive(Debug, Args)]
pub(super) struct Of {
    /// the tenant's slug
    pub(super) tenant: String,
    /// invitation, reset, signup_confirmed, signup_waitlisted, signup_promoted, signup_cancelled, signup_removed, signup_merged, event_changed, event_cancelled or outreach
    #[arg(hide_possible_values = true, value_parser = word!(MailKind))]
    pub(super) kind: MailKind,
}

/// show the texts of a kind of mail, and what they may name in double braces
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail template show kckps signup_confirmed\n\n\
                  example:\n  polaris mail template show kckps signup_confirmed --text > text.txt")]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    of: Of,
    /// the plain text alone, to be edited
    #[arg(long, conflicts_with = "html")]
    text: bool,
    /// the HTML alone, to be edited
    #[arg(long)]
    html: bool,
}

/// put own texts in place of the usual of a kind of mail; what isn't named stays
///
/// Texts are {{ name }} and {% if name %} … {% else %} … {% endif %} with the names that `mail template show` lists. Where the text changes
/// and the HTML was the usual, the HTML is made of the text.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail template edit kckps reset --subject 'Your new password'\n\n\
                  example:\n  polaris mail template edit kckps reset --subject 'Your new password' --dry-run")]
pub(crate) struct EditArgs {
    #[command(flatten)]
    of: Of,
    /// the subject
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// the file with the plain text; - reads standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    text: Option<String>,
    /// the file with the HTML, which stands between the tenant's name and the end of the document; - reads standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    html: Option<String>,
    /// make the HTML of the text
    #[arg(long, conflicts_with = "html")]
    html_from_text: bool,
    /// show a mail with these texts, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// only if this is still the version of these texts
    #[arg(long, value_name = "NUMBER")]
    if_version: Option<u32>,
}

/// bring the usual texts of a kind of mail back; the tenant's own are gone
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris mail template reset kckps signup_confirmed --yes")]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    of: Of,
    /// don't ask once more
    #[arg(long)]
    yes: bool,
}

/// Runs the command that was typed.
pub(crate) fn run(command: &TemplateCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        TemplateCommand::List(args) => list(args, app),
        TemplateCommand::Show(args) => show(args, app),
        TemplateCommand::Edit(args) => edit(args, app),
        TemplateCommand::Reset(args) => reset(args, app),
    }
}

fn list(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let templates = app.tenant(&args.tenant)?.mail_templates().list()?;
    let items: Vec<_> = templates.iter().map(MailTemplateView::from).collect();
    app.printer.answer(&List { items }, |page| {
        page.table(&["kind", "texts", "version", "subject"], templates.iter().map(row));
    })
}

fn row(template: &MailTemplate) -> Vec<String> {
    let own = if template.own { "its own" } else { "the usual" };
    vec![template.kind.to_string(), own.to_owned(), template.version.to_string(), template.subject.clone()]
}

fn show(args: &ShowArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let template = app.tenant(&args.of.tenant)?.mail_templates().get(args.of.kind)?;
    if args.text {
        return app.printer.verbatim("a text", format!("{}\n", template.text.trim_end()).as_bytes());
    }
    if args.html {
        let html = template.html.as_deref().ok_or_else(|| Error::bad_request("html", "there is none: it is made of the text"))?;
        return app.printer.verbatim("HTML", format!("{}\n", html.trim_end()).as_bytes());
    }
    app.printer.answer(&MailTemplateView::from(&template), |page| {
        page.pairs(pairs(&template));
        page.line(format_args!("\n{}\n", template.text.trim_end()));
        page.table(
            &["name", "what it stands for"],
            template.variables().iter().map(|variable| {
                let mut notes = Vec::new();
                notes.extend(variable.required.then_some("needed"));
                notes.extend(variable.may_be_empty.then_some("may be empty"));
                notes.extend(variable.html_only.then_some("in HTML only"));
                let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
                vec![variable.name.to_owned(), format!("{}{notes}", variable.meaning)]
            }),
        );
    })
}

fn pairs(template: &MailTemplate) -> Vec<(&'static str, String)> {
    vec![
        ("kind", template.kind.to_string()),
        ("texts", if template.own { "its own" } else { "the usual" }.to_owned()),
        ("HTML", if template.html.is_some() { "its own (--html shows it)" } else { "made of the text" }.to_owned()),
        ("version", template.version.to_string()),
        ("changed", template.updated_at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())),
        ("subject", template.subject.clone()),
    ]
}

fn edit(args: &EditArgs, app: &mut App<'_>) -> Result<(), Failure> {
    if args.text.as_deref() == Some("-") && args.html.as_deref() == Some("-") {
        return Err(Error::bad_request("html", "standard input can be read once: name a file").into());
    }
    let file = |name: &Option<String>| match name {
        None => Ok(Patch::Keep),
        Some(name) => {
            let text = String::from_utf8(input::read(name)?).map_err(|_| Error::bad_request(name.as_str(), "must be text in UTF-8"))?;
            Ok::<_, Error>(Patch::Set(text))
        }
    };
    let edit = MailTemplateEdit {
        subject: args.subject.clone().map_or(Patch::Keep, Patch::Set),
        text: file(&args.text)?,
        html: if args.html_from_text { Patch::Clear } else { file(&args.html)? },
    };
    if edit == MailTemplateEdit::default() {
        return Err(Error::bad_request("edit", "names nothing to change").into());
    }
    if args.dry_run {
        let preview = app.tenant(&args.of.tenant)?.mail_templates().preview_edit(args.of.kind, &edit)?;
        return preview::show(&preview, app);
    }
    let template = app.tenant(&args.of.tenant)?.mail_templates().edit(args.of.kind, &edit, args.if_version)?;
    let program = app.program();
    app.printer.answer(&MailTemplateView::from(&template), |page| {
        page.line(format_args!("changed what mails of the kind {} say", template.kind));
        page.pairs(pairs(&template));
        page.next(format_args!("{program} mail preview {} {}", args.of.tenant, template.kind));
    })
}

fn reset(args: &ResetArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let Of { tenant, kind } = &args.of;
    let handle = app.tenant(tenant)?;
    let before = handle.mail_templates().get(*kind)?;
    if before.own {
        agreed(app, args.yes, &format!("forgets what {tenant} wrote for mails of the kind {kind}"))?;
    }
    let template = handle.mail_templates().reset(*kind, Some(before.version))?;
    app.printer.answer(&MailTemplateView::from(&template), |page| {
        page.line(format_args!("mails of the kind {kind} say the usual"));
    })
}
