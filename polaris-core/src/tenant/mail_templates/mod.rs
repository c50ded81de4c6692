//! What a tenant's mails say (M3): the usual texts, or its own in their place.
//!
//! ```
//! # use polaris_core::types::MailKind;
//! # use polaris_core::{Actor, MailTemplateEdit, NewTenant, Patch, Polaris, Role};
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Admin))?;
//! let text = "Dear {{ first_name }},\n\nwe look forward to seeing you:\n\n{{ details }}\n\n{{ tenant }}";
//! let edit = MailTemplateEdit { text: Patch::Set(text.into()), ..MailTemplateEdit::default() };
//! let draft = kckps.mail_templates().preview_edit(MailKind::SignupConfirmed, &edit)?; // as it would be; nothing is stored yet
//! assert!(draft.text.starts_with("Dear Ann,"));
//! kckps.mail_templates().edit(MailKind::SignupConfirmed, &edit, None)?;
//! assert_eq!(kckps.mail_templates().preview(MailKind::SignupConfirmed)?, draft);
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod check;
mod example;

use chrono::{DateTime, Utc};
use serde_json::json;

use self::check::check;
use super::handle::TenantHandle;
use crate::audit::Entry;
use crate::error::{Error, Result};
use crate::mail::letter::usual::usual;
pub use crate::mail::letter::variables::TemplateVariable;
use crate::mail::letter::variables::variables;
use crate::mail::letter::{self, Texts};
use crate::operations::{MAIL_TEMPLATES_EDIT, MAIL_TEMPLATES_GET, MAIL_TEMPLATES_LIST, MAIL_TEMPLATES_PREVIEW, MAIL_TEMPLATES_RESET};
use crate::store::{Transaction, params};
use crate::types::{MailKind, Patch};

/// The texts of one kind of mail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MailTemplate {
    /// Which kind.
    pub kind: MailKind,
    /// Whether the tenant wrote them itself.
    pub own: bool,
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// What the HTML document holds between the tenant's name and its end; without it, that is made of the text.
    pub html: Option<String>,
    /// Rises with every change; 0 as long as the tenant has never changed them.
    pub version: u32,
    /// When the tenant last changed them (UTC), if it ever did.
    pub updated_at: Option<DateTime<Utc>>,
}

impl MailTemplate {
    /// What the texts may name in double braces.
    #[must_use]
    pub fn variables(&self) -> Vec<TemplateVariable> {
        variables(self.kind)
    }
}

/// What to change of the texts of a kind of mail. What is left out stays; but where the text changes and the HTML was the usual, it is made
/// of the text from then on.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailTemplateEdit {
    /// The subject, one line of at most 255 characters; can't be cleared.
    pub subject: Patch<String>,
    /// The plain text, at most 20,000 characters; can't be cleared.
    pub text: Patch<String>,
    /// What the HTML holds, at most 50,000 characters: paragraphs, headings, lists, tables, links to `https:`, `http:` and `mailto:`, emphasis
    /// and simple styles of elements; nothing that loads, runs or hides anything. Cleared: made of the text.
    pub html: Patch<String>,
}

/// A mail as it would be sent, about people and an event that don't exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailPreview {
    /// Which kind.
    pub kind: MailKind,
    /// The name it comes from.
    pub from_name: String,
    /// Where answers go, if not to the operator's sender.
    pub reply_to: Option<String>,
    /// Its subject.
    pub subject: String,
    /// For programs that show plain text.
    pub text: String,
    /// For programs that show HTML: a whole document.
    pub html: String,
}

/// The texts of a tenant's mails; see [`TenantHandle::mail_templates`].
pub struct MailTemplates<'a> {
    handle: &'a TenantHandle,
}

impl<'a> MailTemplates<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// The texts of every kind of mail, in the order of [`MailKind::ALL`].
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], [`Error::TenantInactive`].
    pub fn list(&self) -> Result<Vec<MailTemplate>> {
        self.handle.read(&MAIL_TEMPLATES_LIST, |reading| MailKind::ALL.iter().map(|kind| find(reading.transaction, *kind)).collect())
    }

    /// The texts of one kind.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn get(&self, kind: MailKind) -> Result<MailTemplate> {
        self.handle.read(&MAIL_TEMPLATES_GET, |reading| find(reading.transaction, kind))
    }

    /// Puts own texts in place of the usual, or changes them. With a version, only if it is still the present one. Mails that wait already are
    /// sent with the new texts.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] listing what is wrong by field, with its line and what there is instead; [`Error::Conflict`] when the version is
    /// stale; [`Error::Forbidden`], [`Error::TenantInactive`].
    pub fn edit(&self, kind: MailKind, edit: &MailTemplateEdit, version: Option<u32>) -> Result<MailTemplate> {
        self.handle.write(&MAIL_TEMPLATES_EDIT, |writing| {
            let before = find(writing.transaction, kind)?;
            let texts = check(kind, &before, edit, &writing.settings)?;
            refuse_stale(&before, version)?;
            let fields = differences(&before, &texts);
            if !fields.is_empty() {
                write(writing.transaction, kind, Some(&texts), writing.now)?;
            }
            let after = find(writing.transaction, kind)?;
            let details = json!({ "fields": fields, "version": after.version });
            Ok((after, Entry::of("mail_template", kind, details)))
        })
    }

    /// Brings the usual texts back. With a version, only if it is still the present one.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when the version is stale; [`Error::Forbidden`], [`Error::TenantInactive`].
    pub fn reset(&self, kind: MailKind, version: Option<u32>) -> Result<MailTemplate> {
        self.handle.write(&MAIL_TEMPLATES_RESET, |writing| {
            let before = find(writing.transaction, kind)?;
            refuse_stale(&before, version)?;
            if before.own {
                write(writing.transaction, kind, None, writing.now)?;
            }
            let after = find(writing.transaction, kind)?;
            let details = json!({ "was_own": before.own, "version": after.version });
            Ok((after, Entry::of("mail_template", kind, details)))
        })
    }

    /// A mail of this kind as it would be sent, about people and an event that don't exist.
    ///
    /// # Errors
    ///
    /// As [`Self::list`].
    pub fn preview(&self, kind: MailKind) -> Result<MailPreview> {
        self.preview_edit(kind, &MailTemplateEdit::default())
    }

    /// The same with the texts as an edit would make them; nothing is stored.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] as [`Self::edit`]; else as [`Self::list`].
    pub fn preview_edit(&self, kind: MailKind, edit: &MailTemplateEdit) -> Result<MailPreview> {
        self.handle.read(&MAIL_TEMPLATES_PREVIEW, |reading| {
            let settings = &reading.settings;
            let texts = if *edit == MailTemplateEdit::default() {
                texts(reading.transaction, kind)?
            } else {
                check(kind, &find(reading.transaction, kind)?, edit, settings)?
            };
            let facts = example::facts(kind, self.handle.slug(), settings);
            let letter = letter::write_of(kind, &texts, &facts, settings)?;
            Ok(MailPreview {
                kind,
                from_name: settings.mail.sender_name.clone().unwrap_or_else(|| settings.name.clone()),
                reply_to: settings.mail.reply_to.clone(),
                subject: letter.subject,
                text: letter.text,
                html: letter.html,
            })
        })
    }
}

/// The texts that mails of this kind are made of.
pub(crate) fn texts(transaction: &Transaction<'_>, kind: MailKind) -> Result<Texts> {
    let MailTemplate { subject, text, html, own, .. } = find(transaction, kind)?;
    Ok(Texts { subject, text, html, own })
}

const FIND: &str = "SELECT subject, text, html, version, updated_at FROM mail_templates WHERE kind = ?1";

fn find(transaction: &Transaction<'_>, kind: MailKind) -> Result<MailTemplate> {
    type Stored = (Option<String>, Option<String>, Option<String>, u32, DateTime<Utc>);
    let stored: Option<Stored> = transaction.first(FIND, params![kind], |row| {
        Ok((row.get("subject")?, row.get("text")?, row.get("html")?, row.get("version")?, row.get("updated_at")?))
    })?;
    let (version, updated_at) = stored.as_ref().map_or((0, None), |stored| (stored.3, Some(stored.4)));
    Ok(match stored {
        Some((Some(subject), Some(text), html, ..)) => MailTemplate { kind, own: true, subject, text, html, version, updated_at },
        _ => {
            let Texts { subject, text, html, .. } = usual(kind);
            MailTemplate { kind, own: false, subject, text, html, version, updated_at }
        }
    })
}

/// The row stays when the usual texts come back, so that a version is never given twice.
const WRITE: &str = "
    INSERT INTO mail_templates (kind, subject, text, html, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (kind) DO UPDATE SET subject = ?2, text = ?3, html = ?4, version = version + 1, updated_at = ?5";

fn write(transaction: &Transaction<'_>, kind: MailKind, texts: Option<&Texts>, now: DateTime<Utc>) -> Result<()> {
    let subject = texts.map(|texts| texts.subject.clone());
    let text = texts.map(|texts| texts.text.clone());
    let html = texts.and_then(|texts| texts.html.clone());
    transaction.execute(WRITE, params![kind, subject, text, html, now])?;
    Ok(())
}

fn refuse_stale(before: &MailTemplate, version: Option<u32>) -> Result<()> {
    match version {
        Some(version) if version != before.version => Err(Error::Conflict(format!(
            "these texts were changed meanwhile: version {} is current, not {version}; read them again, then edit",
            before.version
        ))),
        _ => Ok(()),
    }
}

fn differences(before: &MailTemplate, after: &Texts) -> Vec<&'static str> {
    [("subject", before.subject != after.subject), ("text", before.text != after.text), ("html", before.html != after.html)]
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| field)
        .collect()
}
