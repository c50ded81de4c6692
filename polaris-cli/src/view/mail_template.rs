use polaris_core::types::{MailKind, instant_text};
use polaris_core::{MailPreview, MailTemplate, TemplateVariable};
use serde::Serialize;

/// The texts of a kind of mail.
#[derive(Debug, Serialize)]
pub(crate) struct MailTemplateView {
    kind: MailKind,
    own: bool,
    subject: String,
    text: String,
    html: Option<String>,
    variables: Vec<TemplateVariable>,
    version: u32,
    updated_at: Option<String>,
}

impl From<&MailTemplate> for MailTemplateView {
    fn from(template: &MailTemplate) -> Self {
        Self {
            kind: template.kind,
            own: template.own,
            subject: template.subject.clone(),
            text: template.text.clone(),
            html: template.html.clone(),
            variables: template.variables(),
            version: template.version,
            updated_at: template.updated_at.map(instant_text),
        }
    }
}

/// A mail as it would be sent.
#[derive(Debug, Serialize)]
pub(crate) struct MailPreviewView {
    kind: MailKind,
    from_name: String,
    reply_to: Option<String>,
    subject: String,
    text: String,
    html: String,
}

impl From<&MailPreview> for MailPreviewView {
    fn from(preview: &MailPreview) -> Self {
        let MailPreview { kind, from_name, reply_to, subject, text, html } = preview.clone();
        Self { kind, from_name, reply_to, subject, text, html }
    }
}
