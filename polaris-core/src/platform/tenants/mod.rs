//! P1–P4: tenants created, listed, shown, edited, deactivated, deleted.
//!
//! ```
//! # use polaris_core::{Actor, NewTenant, PageRequest, Polaris, TenantFilter};
//! let polaris = Polaris::in_memory()?;
//! let platform = polaris.platform(Actor::System)?;
//! let created = platform.tenants().create(NewTenant::new("kckps", "Kansas City Kansas"))?;
//! println!("its first API key, shown this once: {}", created.api_key.reveal());
//! assert_eq!(platform.tenants().list(&TenantFilter::default(), PageRequest::default())?.total, 1);
//! # Ok::<(), polaris_core::Error>(())
//! ```

mod create;
mod edit;
pub mod migrate;
mod read;
pub(crate) mod registry_copy;
mod state;
pub(crate) mod trash;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::platform::Platform;
use crate::tenant::api_keys::ApiKeyState;
use crate::tenant::recruitment::Weights;
use crate::tenant::settings::{Branding, MailSettings};
use crate::tenant::users::{CreatedUser, NewUser};
use crate::types::{ApiKey, EventStatus, Slug, TenantId, TimeZone};

/// The tenants of the installation; see [`Platform::tenants`].
pub struct Tenants<'a> {
    pub(super) platform: &'a Platform,
}

/// A new tenant, as staff describe it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewTenant {
    /// Its name in addresses and file names: 1 to 50 of `a-z 0-9 -`; never changes.
    pub slug: String,
    /// Its name for people, at most 100 characters.
    pub name: String,
    /// The school district it stands for. Where the reference data knows it (by name or alias), its schools are copied; where no
    /// district is given, all schools are.
    pub district: Option<String>,
    /// Feature flags that differ from the defaults.
    #[serde(deserialize_with = "crate::json::map_without_repeats")]
    pub features: BTreeMap<String, bool>,
    /// Its IANA time zone; `America/Chicago` when left out.
    pub time_zone: Option<String>,
    /// Its first user, an admin: a role need not be given, and no other can be. Without a password they are invited.
    pub first_admin: Option<NewUser>,
}

impl NewTenant {
    /// A tenant with defaults for all but slug and name.
    #[must_use]
    pub fn new(slug: &str, name: &str) -> Self {
        Self { slug: slug.to_owned(), name: name.to_owned(), ..Self::default() }
    }
}

/// A tenant just created.
#[derive(Debug)]
pub struct CreatedTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// Its first API key. Only its hash is stored: this is the one time it can be shown.
    pub api_key: ApiKey,
    /// What was copied from the reference data.
    pub copied: Copied,
    /// Its first admin, if one was described, with their invitation.
    pub first_admin: Option<CreatedUser>,
}

/// Rows copied from the reference data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Copied {
    /// Whether the reference data knows the district; `None` when none was given.
    pub district_known: Option<bool>,
    /// Schools.
    pub schools: u32,
    /// Skills.
    pub skills: u32,
    /// Career types.
    pub career_types: u32,
}

/// Where a tenant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TenantState {
    /// In use.
    Active,
    /// Deactivated: nothing of it can be reached.
    Inactive,
    /// Deleted: its file lies in the trash and its slug is taken until it is purged.
    Trashed,
}

impl TenantState {
    /// All states.
    pub const ALL: &'static [Self] = &[Self::Active, Self::Inactive, Self::Trashed];

    /// The state's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Trashed => "trashed",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == name)
    }

    /// The state's name in the registry, which also knows tenants in the making.
    fn stored(self) -> &'static str {
        match self {
            Self::Trashed => "deleting",
            other => other.as_str(),
        }
    }
}

/// A tenant, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The same for ever, never used again.
    pub id: TenantId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name for people.
    pub name: String,
    /// The school district it stands for.
    pub district: Option<String>,
    /// Active, inactive or trashed.
    pub state: TenantState,
    /// Its zone.
    pub time_zone: TimeZone,
    /// When it was created (UTC).
    pub created_at: DateTime<Utc>,
    /// When what is shown here last changed (UTC).
    pub updated_at: DateTime<Utc>,
}

/// A tenant with what its own file tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantDetails {
    /// What lists show.
    pub tenant: Tenant,
    /// Feature flags by name.
    pub features: BTreeMap<String, bool>,
    /// How it shows itself.
    pub branding: Branding,
    /// Texts of its portal, by name.
    pub portal: BTreeMap<String, String>,
    /// Web origins that browsers may call its public API from; empty means any.
    pub allowed_origins: Vec<String>,
    /// What the parts of a candidate's score count for; none where they are the usual ones.
    pub recruitment_weights: Option<Weights>,
    /// Whether who signs up for a full event comes onto its waitlist, or is refused.
    pub waitlist: bool,
    /// Under which name its mails are sent, and where answers go.
    pub mail: MailSettings,
    /// The version of its settings; rises with every edit.
    pub version: u32,
    /// How many users it has, deactivated ones included.
    pub users: u32,
    /// The API keys that are good now.
    pub api_keys: Vec<ApiKeyState>,
    /// How many events stand in each status.
    pub events: Vec<(EventStatus, u32)>,
    /// How many schools it knows.
    pub schools: u32,
    /// The schema version of its file.
    pub schema_version: u32,
    /// Bytes of its file and of the log beside it; 0 in memory.
    pub file_bytes: (u64, u64),
    /// When anything was last changed in it (UTC).
    pub last_activity: Option<DateTime<Utc>>,
}

/// A tenant as the registry knows it.
pub(crate) struct Known {
    id: TenantId,
    tenant: Tenant,
    trashed_as: Option<String>,
}

/// Which tenants are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFilter {
    /// Text that slug, name or district contain, whatever its case and accents.
    pub q: Option<String>,
    /// In this state; without one active and inactive, not those in the trash.
    pub state: Option<TenantState>,
}
