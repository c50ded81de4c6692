//! What a tenant's mails say.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::types::MailKind;
use pyo3::prelude::*;

use crate::args;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::time::Instant;
use crate::value::{Of, value};

/// The texts of a tenant's mails: the usual, or its own in their place.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct MailTemplates(pub(super) Arc<core::TenantHandle>);

fn kind(kind: &Bound<'_, PyAny>) -> PyResult<MailKind> {
    args::word("kind", kind, MailKind::parse)
}

#[pymethods]
impl MailTemplates {
    /// The texts of every kind of mail.
    fn list(&self, py: Python<'_>) -> PyResult<Vec<MailTemplate>> {
        run(py, || self.0.mail_templates().list()).map(Of::of)
    }

    /// The texts of one kind: "invitation", "reset", "signup_confirmed", "signup_waitlisted", "signup_promoted", "signup_cancelled",
    /// "signup_removed", "signup_merged", "event_changed", "event_cancelled" or "outreach".
    #[pyo3(signature = (kind))]
    fn get(&self, py: Python<'_>, kind: &Bound<'_, PyAny>) -> PyResult<MailTemplate> {
        let kind = self::kind(kind)?;
        run(py, || self.0.mail_templates().get(kind)).map(MailTemplate::from)
    }

    /// Puts own texts in place of the usual, or changes them; what isn't given stays. Where the text changes and the HTML was the usual, the
    /// HTML is made of the text from then on, as it is where html is None. With the version that was read, only if it is still the present one.
    #[pyo3(signature = (kind, **given), text_signature = "($self, kind, *, version=None, subject=..., text=..., html=...)")]
    fn edit(&self, py: Python<'_>, kind: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<MailTemplate> {
        let (kind, mut given) = (self::kind(kind)?, Given::new(py, given));
        let version = given.version()?;
        let edit = given.draft()?;
        run(py, || self.0.mail_templates().edit(kind, &edit, version)).map(MailTemplate::from)
    }

    /// Brings the usual texts back. With the version that was read, only if it is still the present one.
    #[pyo3(signature = (kind, **given), text_signature = "($self, kind, *, version=None)")]
    fn reset(&self, py: Python<'_>, kind: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<MailTemplate> {
        let (kind, mut given) = (self::kind(kind)?, Given::new(py, given));
        let version = given.version()?;
        given.none_left()?;
        run(py, || self.0.mail_templates().reset(kind, version)).map(MailTemplate::from)
    }

    /// A mail of this kind as it would be sent, about people and an event that don't exist: with the texts as they are, or as an edit with
    /// these would make them. Nothing is stored.
    #[pyo3(signature = (kind, **given), text_signature = "($self, kind, *, subject=..., text=..., html=...)")]
    fn preview(&self, py: Python<'_>, kind: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<MailPreview> {
        let kind = self::kind(kind)?;
        let edit = Given::new(py, given).draft()?;
        run(py, || self.0.mail_templates().preview_edit(kind, &edit)).map(MailPreview::from)
    }
}

value! {
    /// The texts of one kind of mail.
    MailTemplate [kind, own, version] {
        /// Which kind.
        kind: String,
        /// Whether the tenant wrote them itself.
        own: bool,
        /// The subject, one line.
        subject: String,
        /// The plain text.
        text: String,
        /// What the HTML document holds between the tenant's name and its end; None: it is made of the text.
        html: Option<String>,
        /// What they may name in double braces.
        variables: Vec<TemplateVariable>,
        /// Rises with every change; 0 as long as the tenant has never changed them.
        version: u32,
        /// When the tenant last changed them (UTC), if it ever did.
        updated_at: Option<Instant>,
    }
}

impl From<core::MailTemplate> for MailTemplate {
    fn from(template: core::MailTemplate) -> Self {
        let variables = Of::of(template.variables());
        let core::MailTemplate { kind, own, subject, text, html, version, updated_at } = template;
        let kind = kind.as_str().to_owned();
        Self { kind, own, subject, text, html, variables, version, updated_at: Of::of(updated_at) }
    }
}

impl Of<core::MailTemplate> for MailTemplate {
    fn of(template: core::MailTemplate) -> Self {
        template.into()
    }
}

value! {
    /// Something that the texts of a mail may name.
    TemplateVariable from core::TemplateVariable [name, meaning] {
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
}

value! {
    /// A mail as it would be sent.
    MailPreview [kind, subject] {
        /// Which kind.
        kind: String,
        /// The name it comes from.
        from_name: String,
        /// Where answers go; None: to the operator's sender.
        reply_to: Option<String>,
        /// Its subject.
        subject: String,
        /// For programs that show plain text.
        text: String,
        /// For programs that show HTML: a whole document.
        html: String,
    }
}

impl From<core::MailPreview> for MailPreview {
    fn from(preview: core::MailPreview) -> Self {
        let core::MailPreview { kind, from_name, reply_to, subject, text, html } = preview;
        Self { kind: kind.as_str().to_owned(), from_name, reply_to, subject, text, html }
    }
}
