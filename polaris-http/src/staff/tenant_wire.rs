//! The shapes of changes to tenants and of settings.

use std::collections::BTreeMap;

use poem_openapi::Object;
use polaris_core::{Branding, MailSettings, Settings};
use serde::{Deserialize, Serialize};

use super::wire_recruitment::{NewWeightsBody, WeightsBody};

/// Changes of a tenant. What is left out stays.
#[derive(Debug, Object)]
#[oai(rename = "TenantEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct TenantEditBody {
    /// Its name for people, at most 100 characters; can't be cleared.
    #[oai(validator(max_length = 100))]
    name: Option<String>,
    /// The school district it stands for.
    #[oai(validator(max_length = 150))]
    district: Option<String>,
    /// Feature flags by name: true, false, or null to forget one, which then has its default. Others stay.
    #[oai(default)]
    features: BTreeMap<String, Option<bool>>,
    /// How it shows itself.
    branding: Option<BrandingEditBody>,
    /// Texts of its portal by name (1 to 50 of `a-z 0-9 _`), each at most 5,000 characters; null removes one, others stay. At most 30.
    portal: Option<BTreeMap<String, Option<String>>>,
    /// Its IANA time zone, for new events; can't be cleared.
    time_zone: Option<String>,
    /// All web origins that browsers may call its public API from, `scheme://host` or `scheme://host:port`; empty or null means any.
    #[oai(validator(max_items = 50))]
    allowed_origins: Option<Vec<String>>,
    /// What the parts of a candidate's score count for; null: the usual weights again.
    recruitment_weights: Option<NewWeightsBody>,
    /// Whether who signs up for a full event comes onto its waitlist, or is refused; null: onto it.
    waitlist: Option<bool>,
    /// Under which name its mails are sent, and where answers go.
    mail: Option<MailEditBody>,
}

/// Changes of a tenant's settings. What is left out stays.
#[derive(Debug, Object)]
#[oai(rename = "SettingsEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct SettingsEditBody {
    /// How the tenant shows itself.
    branding: Option<BrandingEditBody>,
    /// Texts of its portal by name (1 to 50 of `a-z 0-9 _`), each at most 5,000 characters; null removes one, others stay. At most 30.
    portal: Option<BTreeMap<String, Option<String>>>,
    /// Its IANA time zone, for new events; can't be cleared.
    time_zone: Option<String>,
    /// All web origins that browsers may call its public API from, `scheme://host` or `scheme://host:port`; empty or null means any.
    #[oai(validator(max_items = 50))]
    allowed_origins: Option<Vec<String>>,
    /// What the parts of a candidate's score count for; null: the usual weights again.
    recruitment_weights: Option<NewWeightsBody>,
    /// Whether who signs up for a full event comes onto its waitlist, or is refused; null: onto it.
    waitlist: Option<bool>,
    /// Under which name its mails are sent, and where answers go.
    mail: Option<MailEditBody>,
}

/// Changes of how a tenant shows itself.
#[derive(Debug, Object)]
#[oai(rename = "BrandingEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct BrandingEditBody {
    /// Its colour, `#rrggbb`.
    colour: Option<String>,
    /// The `https` address of its logo, at most 500 characters.
    #[oai(validator(max_length = 500))]
    logo_url: Option<String>,
}

/// Changes of a tenant's mails.
#[derive(Debug, Object)]
#[oai(rename = "MailEdit")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct MailEditBody {
    /// The name that mails come from, one line; null: the tenant's own name.
    #[oai(validator(max_length = 100))]
    sender_name: Option<String>,
    /// The e-mail address that answers go to; null: the operator's sender.
    #[oai(validator(max_length = 254))]
    reply_to: Option<String>,
}

/// Why something is done.
#[derive(Debug, Object)]
#[oai(rename = "NewReason")]
#[allow(dead_code, reason = "documents what is read")]
pub(crate) struct ReasonBody {
    /// For both audit logs, where it can't be erased: it should name no person. One line of at most 500 characters.
    #[oai(validator(max_length = 500))]
    reason: Option<String>,
}

/// What is read of [`ReasonBody`].
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reason {
    pub(crate) reason: Option<String>,
}

/// That this tenant is meant.
#[derive(Debug, Object)]
#[oai(rename = "NewConfirmation")]
#[allow(dead_code, reason = "documents what is read")]
pub(crate) struct ConfirmationBody {
    /// The tenant's slug once more.
    confirm: String,
}

/// What is read of [`ConfirmationBody`].
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Confirmation {
    pub(crate) confirm: String,
}

/// What was purged.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Purged")]
pub(crate) struct PurgedBody {
    /// Its slug, which is free again.
    pub(crate) slug: String,
}

/// A tenant's settings.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Settings")]
pub(crate) struct SettingsBody {
    /// The tenant's name for people.
    name: String,
    /// The school district it stands for.
    district: Option<String>,
    /// The IANA time zone that people's input and every answer follow; events keep the one they were made in.
    time_zone: String,
    /// Feature flags by name.
    features: BTreeMap<String, bool>,
    /// How it shows itself.
    branding: BrandingBody,
    /// Texts of its portal, by name.
    portal: BTreeMap<String, String>,
    /// Web origins that browsers may call its public API from; empty means any.
    allowed_origins: Vec<String>,
    /// What the parts of a candidate's score count for; null: the usual weights, 30, 20, 25, 15 and 10.
    recruitment_weights: Option<WeightsBody>,
    /// Whether who signs up for a full event comes onto its waitlist, or is refused.
    waitlist: bool,
    /// Under which name its mails are sent, and where answers go.
    mail: MailSettingsBody,
    /// Rises with every edit.
    version: u32,
}

impl From<&Settings> for SettingsBody {
    fn from(settings: &Settings) -> Self {
        Self {
            name: settings.name.clone(),
            district: settings.district.clone(),
            time_zone: settings.time_zone.name().to_owned(),
            features: settings.features.clone(),
            branding: BrandingBody::from(&settings.branding),
            portal: settings.portal.clone(),
            allowed_origins: settings.allowed_origins.clone(),
            recruitment_weights: settings.recruitment_weights.map(WeightsBody::from),
            waitlist: settings.waitlist,
            mail: MailSettingsBody::from(&settings.mail),
            version: settings.version,
        }
    }
}

/// How a tenant shows itself.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Branding")]
pub(crate) struct BrandingBody {
    /// Its colour, `#rrggbb`.
    colour: Option<String>,
    /// The `https` address of its logo.
    logo_url: Option<String>,
}

impl From<&Branding> for BrandingBody {
    fn from(branding: &Branding) -> Self {
        Self { colour: branding.colour.clone(), logo_url: branding.logo_url.clone() }
    }
}

/// Under which name a tenant's mails are sent, and where answers go.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MailSettings")]
pub(crate) struct MailSettingsBody {
    /// The name that mails come from; null: the tenant's own.
    sender_name: Option<String>,
    /// The address that answers go to; null: the operator's sender.
    reply_to: Option<String>,
}

impl From<&MailSettings> for MailSettingsBody {
    fn from(mail: &MailSettings) -> Self {
        Self { sender_name: mail.sender_name.clone(), reply_to: mail.reply_to.clone() }
    }
}
