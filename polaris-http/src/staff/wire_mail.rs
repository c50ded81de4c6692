//! The shapes of what mails say.

use poem_openapi::Object;
use polaris_core::{MailPreview, MailTemplate, TemplateVariable};
use serde::Serialize;

use crate::public_api::utc;

/// The texts of one kind of mail.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MailTemplate")]
pub(crate) struct MailTemplateBody {
    /// Which kind: `invitation`, `reset`, `signup_confirmed`, `signup_waitlisted`, `signup_promoted`, `signup_cancelled`,
    /// `signup_removed`, `signup_merged`, `event_changed`, `event_cancelled` or `outreach`.
    kind: String,
    /// Whether the tenant wrote them itself.
    own: bool,
    /// The subject, one line.
    subject: String,
    /// The plain text.
    text: String,
    /// What the HTML document holds between the tenant's name and its end; null: it is made of the text.
    html: Option<String>,
    /// What they may name in double braces.
    variables: Vec<TemplateVariableBody>,
    /// Rises with every change; 0 as long as the tenant has never changed them.
    version: u32,
    /// When the tenant last changed them (UTC), if it ever did.
    updated_at: Option<String>,
}

impl From<&MailTemplate> for MailTemplateBody {
    fn from(template: &MailTemplate) -> Self {
        Self {
            kind: template.kind.as_str().to_owned(),
            own: template.own,
            subject: template.subject.clone(),
            text: template.text.clone(),
            html: template.html.clone(),
            variables: template.variables().iter().map(TemplateVariableBody::from).collect(),
            version: template.version,
            updated_at: template.updated_at.map(utc),
        }
    }
}

/// Something that the texts of a mail may name.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "TemplateVariable")]
pub(crate) struct TemplateVariableBody {
    /// What it is called.
    name: String,
    /// What it stands for.
    meaning: String,
    /// Whether it may be empty: then the words round it should be under a condition.
    may_be_empty: bool,
    /// Whether only the HTML may name it.
    html_only: bool,
    /// Whether the text, and the HTML if there is one, must show it.
    required: bool,
}

impl From<&TemplateVariable> for TemplateVariableBody {
    fn from(variable: &TemplateVariable) -> Self {
        let TemplateVariable { name, meaning, may_be_empty, html_only, required } = *variable;
        Self { name: name.to_owned(), meaning: meaning.to_owned(), may_be_empty, html_only, required }
    }
}

/// Changes of the texts of a kind of mail. What is left out stays.
#[derive(Debug, Object)]
#[oai(rename = "MailTemplateEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct MailTemplateEditBody {
    /// The subject, one line; can't be cleared.
    #[oai(validator(max_length = 255))]
    subject: Option<String>,
    /// The plain text; can't be cleared.
    #[oai(validator(max_length = 20000))]
    text: Option<String>,
    /// What the HTML document holds between the tenant's name and its end; null: made of the text.
    #[oai(validator(max_length = 50000))]
    html: Option<String>,
}

/// A mail as it would be sent.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MailPreview")]
pub(crate) struct MailPreviewBody {
    /// Which kind.
    kind: String,
    /// The name it comes from.
    from_name: String,
    /// Where answers go; null: to the operator's sender.
    reply_to: Option<String>,
    /// Its subject.
    subject: String,
    /// For programs that show plain text.
    text: String,
    /// For programs that show HTML: a whole document.
    html: String,
}

impl From<&MailPreview> for MailPreviewBody {
    fn from(preview: &MailPreview) -> Self {
        let MailPreview { kind, from_name, reply_to, subject, text, html } = preview;
        Self {
            kind: kind.as_str().to_owned(),
            from_name: from_name.clone(),
            reply_to: reply_to.clone(),
            subject: subject.clone(),
            text: text.clone(),
            html: html.clone(),
        }
    }
}
