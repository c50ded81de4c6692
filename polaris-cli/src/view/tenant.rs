use std::collections::BTreeMap;

use polaris_core::platform::tenants::Copied;
use polaris_core::types::{Slug, TenantId, instant_text};
use polaris_core::{CreatedTenant, Tenant, TenantDetails, Weights};
use serde::Serialize;

use super::{CreatedUserView, KeyView};

/// A tenant, as lists show it.
#[derive(Debug, Serialize)]
pub(crate) struct TenantView {
    id: TenantId,
    slug: Slug,
    name: String,
    district: Option<String>,
    state: &'static str,
    time_zone: &'static str,
    created_at: String,
    updated_at: String,
}

impl From<&Tenant> for TenantView {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id,
            slug: tenant.slug.clone(),
            name: tenant.name.clone(),
            district: tenant.district.clone(),
            state: tenant.state.as_str(),
            time_zone: tenant.time_zone.name(),
            created_at: instant_text(tenant.created_at),
            updated_at: instant_text(tenant.updated_at),
        }
    }
}

/// A tenant just created, with its API key.
#[derive(Serialize)]
pub(crate) struct CreatedView {
    tenant: TenantView,
    api_key: String,
    copied: Copied,
    first_admin: Option<CreatedUserView>,
}

impl From<&CreatedTenant> for CreatedView {
    fn from(created: &CreatedTenant) -> Self {
        Self {
            tenant: (&created.tenant).into(),
            api_key: created.api_key.reveal().to_owned(),
            copied: created.copied,
            first_admin: created.first_admin.as_ref().map(CreatedUserView::from),
        }
    }
}

/// A tenant with what its own file tells.
#[derive(Debug, Serialize)]
pub(crate) struct DetailsView {
    #[serde(flatten)]
    tenant: TenantView,
    features: BTreeMap<String, bool>,
    branding: BrandingView,
    portal: BTreeMap<String, String>,
    allowed_origins: Vec<String>,
    recruitment_weights: Option<Weights>,
    waitlist: bool,
    mail: MailSettingsView,
    version: u32,
    users: u32,
    api_keys: Vec<KeyView>,
    events: BTreeMap<&'static str, u32>,
    schools: u32,
    schema_version: u32,
    file_bytes: u64,
    log_bytes: u64,
    last_activity: Option<String>,
}

#[derive(Debug, Serialize)]
struct MailSettingsView {
    sender_name: Option<String>,
    reply_to: Option<String>,
}

#[derive(Debug, Serialize)]
struct BrandingView {
    colour: Option<String>,
    logo_url: Option<String>,
}

impl From<&TenantDetails> for DetailsView {
    fn from(details: &TenantDetails) -> Self {
        Self {
            tenant: (&details.tenant).into(),
            features: details.features.clone(),
            branding: BrandingView { colour: details.branding.colour.clone(), logo_url: details.branding.logo_url.clone() },
            portal: details.portal.clone(),
            allowed_origins: details.allowed_origins.clone(),
            recruitment_weights: details.recruitment_weights,
            waitlist: details.waitlist,
            mail: MailSettingsView { sender_name: details.mail.sender_name.clone(), reply_to: details.mail.reply_to.clone() },
            version: details.version,
            users: details.users,
            api_keys: details.api_keys.iter().map(KeyView::from).collect(),
            events: details.events.iter().map(|(status, count)| (status.as_str(), *count)).collect(),
            schools: details.schools,
            schema_version: details.schema_version,
            file_bytes: details.file_bytes.0,
            log_bytes: details.file_bytes.1,
            last_activity: details.last_activity.map(instant_text),
        }
    }
}
