//! What is settled for a tenant: name, zone, features, branding, texts of its portal, origins, mails.
//!
//! The operator edits all of it ([`Tenants::edit`](crate::platform::tenants::Tenants::edit)), the tenant's admins what is theirs
//! ([`Administration::edit_settings`]): not the name and district it is known by to the operator, and not the features it has.
//!
//! ```
//! # use polaris_core::{Actor, NewTenant, Polaris, Role, SettingsEdit};
//! # use polaris_core::types::Patch;
//! # let polaris = Polaris::in_memory()?;
//! # polaris.platform(Actor::System)?.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! let kckps = polaris.tenant("kckps", Actor::tenant_user(1, "Pat Lee", Role::Admin))?;
//! let edit = SettingsEdit { time_zone: Patch::Set("America/Denver".into()), ..SettingsEdit::default() };
//! let settings = kckps.administration().edit_settings(&edit, None)?;
//! assert_eq!(settings.time_zone.name(), "America/Denver");
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod edit;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use edit::{BrandingEdit, MailEdit, SettingsEdit, TenantEdit};
pub(crate) use edit::{apply, check, check_features};

use super::handle::TenantHandle;
use crate::audit::Entry;
use crate::error::Result;
use crate::operations::{Feature, SETTINGS_EDIT, SETTINGS_GET};
use crate::store::error::StoreError;
use crate::store::{Row, Transaction, params};
use crate::tenant::recruitment::Weights;
use crate::types::{Slug, TimeZone};

/// A tenant's settings.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// The tenant's name, as people know it.
    pub name: String,
    /// The school district it stands for, if any.
    pub district: Option<String>,
    /// The zone that people's input and every answer follow. Another one concerns new events; an event keeps its own.
    pub time_zone: TimeZone,
    /// Feature flags by name; unknown ones are kept.
    pub features: BTreeMap<String, bool>,
    /// How the tenant shows itself.
    pub branding: Branding,
    /// Texts of its portal, by name.
    pub portal: BTreeMap<String, String>,
    /// Web origins that browsers may call the public API from; empty means any.
    pub allowed_origins: Vec<String>,
    /// What the parts of a candidate's score count for; the usual weights where the tenant says nothing.
    pub recruitment_weights: Option<Weights>,
    /// Whether who signs up for a full event comes onto its waitlist (`true` unless the tenant says otherwise), or is refused.
    pub waitlist: bool,
    /// Under which name the tenant's mails are sent, and where answers go.
    pub mail: MailSettings,
    /// Rises with every edit.
    pub version: u32,
}

/// How a tenant shows itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Branding {
    /// Its colour, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// The `https` address of its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
}

/// What anybody may know of a tenant: what its public pages show, and people see who sign up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name, as people know it.
    pub name: String,
    /// The school district it stands for, if any.
    pub district: Option<String>,
    /// The zone that its times are in; an event has its own.
    pub time_zone: TimeZone,
    /// Its colour and logo.
    pub branding: Branding,
}

impl Face {
    pub(crate) fn of(slug: &Slug, settings: &Settings) -> Self {
        let Settings { name, district, time_zone, branding, .. } = settings;
        let (slug, time_zone) = (slug.clone(), *time_zone);
        Self { slug, name: name.clone(), district: district.clone(), time_zone, branding: branding.clone() }
    }
}

/// Under which name a tenant's mails are sent, and where answers go.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// The name that mails come from; the tenant's own where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
    /// The address that answers go to; the operator's sender where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
}

impl Settings {
    /// Whether a feature is on. One that the tenant says nothing of has its default.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.features.get(feature.as_str()).copied().unwrap_or(feature.on_by_default())
    }
}

/// What a tenant's admins look after; see [`TenantHandle::administration`].
pub struct Administration<'a> {
    handle: &'a TenantHandle,
}

impl<'a> Administration<'a> {
    pub(crate) fn new(handle: &'a TenantHandle) -> Self {
        Self { handle }
    }

    /// The tenant's settings.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`](crate::Error::Forbidden), [`Error::TenantInactive`](crate::Error::TenantInactive).
    pub fn settings(&self) -> Result<Arc<Settings>> {
        self.handle.read(&SETTINGS_GET, |reading| Ok(Arc::clone(&reading.settings)))
    }

    /// Changes what is the tenant's own to settle: zone, branding, texts, origins, mails. With a version, only if it is still the present one.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`](crate::Error::Validation) listing every broken field; [`Error::Conflict`](crate::Error::Conflict) when the
    /// version is stale; [`Error::Forbidden`](crate::Error::Forbidden), [`Error::TenantInactive`](crate::Error::TenantInactive).
    pub fn edit_settings(&self, edit: &SettingsEdit, version: Option<u32>) -> Result<Settings> {
        self.handle.authorize(&SETTINGS_EDIT)?;
        let edit = check(&edit.clone().into())?;
        let settings = self.handle.write(&SETTINGS_EDIT, |writing| {
            let edited = apply(writing.transaction, &edit, version)?;
            Ok((edited.settings, Entry::of("settings", self.handle.slug(), edited.details)))
        })?;
        self.handle.copy_to_registry();
        Ok(settings)
    }
}

/// The flags of a new tenant, with the wishes of whoever creates it on top.
pub(crate) fn features_of_a_new_tenant(wishes: &BTreeMap<String, bool>) -> BTreeMap<String, bool> {
    let mut features: BTreeMap<_, _> = Feature::ALL.iter().map(|feature| (feature.as_str().to_owned(), feature.on_by_default())).collect();
    features.extend(wishes.iter().map(|(name, on)| (name.clone(), *on)));
    features
}

const SELECT: &str = "SELECT name, district, time_zone, features, branding, portal, allowed_origins, recruitment_weights, waitlist, mail, version FROM settings";

pub(crate) fn read(transaction: &Transaction<'_>) -> Result<Settings> {
    let found = transaction.first(SELECT, params![], |row| {
        Ok(Settings {
            name: row.get("name")?,
            district: row.get("district")?,
            time_zone: row.get("time_zone")?,
            features: json(row, "features")?,
            branding: json(row, "branding")?,
            portal: json(row, "portal")?,
            allowed_origins: json(row, "allowed_origins")?,
            recruitment_weights: match row.get::<Option<String>>("recruitment_weights")? {
                Some(_) => Some(json(row, "recruitment_weights")?),
                None => None,
            },
            waitlist: row.get("waitlist")?,
            mail: json(row, "mail")?,
            version: row.get("version")?,
        })
    })?;
    Ok(found.ok_or_else(|| StoreError::BadColumn("settings".to_owned()))?)
}

/// A column of JSON text.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_, '_>, name: &str) -> Result<T> {
    Ok(serde_json::from_str(&row.get::<String>(name)?).map_err(|_| StoreError::BadColumn(name.to_owned()))?)
}
