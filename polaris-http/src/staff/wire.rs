//! The shapes of the staff surfaces. A test holds the names of what is sent in against the core's drafts; the limits are shown here and
//! kept there.

use std::collections::BTreeMap;

use poem_openapi::Object;
use polaris_core::platform::tenants::Copied;
use polaris_core::types::LocalTime;
use polaris_core::{CreatedTenant, Event, Tenant, TenantDetails};
use serde::Serialize;

use super::tenant_wire::{BrandingBody, MailSettingsBody};
use super::wire_keys::ApiKeyBody;
use super::wire_people::{CreatedUserBody, NewFirstAdminBody};
use super::wire_recruitment::WeightsBody;
use crate::public_api::utc;

/// A new event. Times without an offset are in the event's zone; one that clocks show twice is the earlier, and the offset tells the later.
#[derive(Debug, Object)]
#[oai(rename = "NewEvent")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewEventBody {
    /// What it is called, at most 255 characters.
    #[oai(validator(min_length = 1, max_length = 255))]
    title: String,
    /// When it begins: `YYYY-MM-DDTHH:MM` in the event's zone, or RFC 3339.
    #[oai(validator(min_length = 1))]
    starts_at: String,
    /// When it ends; after the start and at most 14 days later.
    ends_at: Option<String>,
    /// The IANA zone of its times; the tenant's when left out.
    time_zone: Option<String>,
    /// Where it is, at most 255 characters.
    #[oai(validator(min_length = 1, max_length = 255))]
    location: String,
    /// What it is about, at most 20,000 characters.
    #[oai(validator(max_length = 20_000))]
    description: Option<String>,
    /// One of the event types.
    event_type: Option<String>,
    /// `in_person` (the default) or `virtual`.
    format: Option<String>,
    /// The name of one of the tenant's schools.
    school: Option<String>,
    /// How many volunteers are wanted; 0: no number is stated.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    volunteers_needed: Option<i64>,
    /// Skills asked for, by name.
    #[oai(default, validator(max_items = 20))]
    wanted_skills: Vec<String>,
    /// Until when people may sign up; a date alone means the end of that day.
    registration_deadline: Option<String>,
    /// What else people should know, at most 5,000 characters.
    #[oai(validator(max_length = 5_000))]
    additional_info: Option<String>,
}

/// A new tenant.
#[derive(Debug, Object)]
#[oai(rename = "NewTenant")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewTenantBody {
    /// Its name in addresses: 1 to 50 of `a-z 0-9 -`; never changes.
    #[oai(validator(max_length = 50, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"))]
    slug: String,
    /// Its name for people, at most 100 characters.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
    /// The school district it stands for.
    #[oai(validator(max_length = 150))]
    district: Option<String>,
    /// Feature flags that differ from the defaults.
    #[oai(default)]
    features: BTreeMap<String, bool>,
    /// Its IANA time zone; `America/Chicago` when left out.
    time_zone: Option<String>,
    /// Its first user, an admin; without a password they are invited.
    first_admin: Option<NewFirstAdminBody>,
}

/// An event, as staff see it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Event")]
pub(crate) struct EventBody {
    /// Its number.
    id: i64,
    /// Its name in addresses.
    slug: String,
    /// What it is called.
    title: String,
    /// What it is about.
    description: Option<String>,
    /// What kind of event it is.
    event_type: Option<String>,
    /// `in_person` or `virtual`.
    format: String,
    /// Where it stands: draft, confirmed, published, completed, cancelled.
    status: String,
    /// When it begins (RFC 3339, with the local offset).
    starts_at: String,
    /// When it ends (RFC 3339, with the local offset).
    ends_at: Option<String>,
    /// The IANA time zone of the local times.
    time_zone: String,
    /// Until when people may sign up (RFC 3339, with the local offset).
    registration_deadline: Option<String>,
    /// Where it is.
    location: String,
    /// The school it is at.
    school: Option<String>,
    /// How many volunteers are wanted; 0: no number was stated.
    volunteers_needed: u32,
    /// How many are confirmed or have attended.
    volunteers_registered: u32,
    /// Skills asked for, by name.
    wanted_skills: Vec<String>,
    /// What else people should know.
    additional_info: Option<String>,
    /// When it was completed (UTC).
    completed_at: Option<String>,
    /// When it was cancelled (UTC).
    cancelled_at: Option<String>,
    /// Why it was cancelled.
    cancel_reason: Option<String>,
    /// What was noted with that.
    cancel_note: Option<String>,
    /// Rises with every change.
    version: u32,
    /// When it was created (UTC).
    created_at: String,
    /// When it was last changed (UTC).
    updated_at: String,
}

impl From<&Event> for EventBody {
    fn from(event: &Event) -> Self {
        Self {
            id: event.id.get(),
            slug: event.slug.to_string(),
            title: event.title.clone(),
            description: event.description.clone(),
            event_type: event.event_type.map(|kind| kind.as_str().to_owned()),
            format: event.format.as_str().to_owned(),
            status: event.status.as_str().to_owned(),
            starts_at: event.starts_at.to_rfc3339(),
            ends_at: event.ends_at.as_ref().map(LocalTime::to_rfc3339),
            time_zone: event.starts_at.zone.name().to_owned(),
            registration_deadline: event.registration_deadline.as_ref().map(LocalTime::to_rfc3339),
            location: event.location.clone(),
            school: event.school.as_ref().map(|school| school.name.clone()),
            volunteers_needed: event.volunteers_needed,
            volunteers_registered: event.volunteers_registered,
            wanted_skills: event.wanted_skills.clone(),
            additional_info: event.additional_info.clone(),
            completed_at: event.completed_at.map(utc),
            cancelled_at: event.cancelled_at.map(utc),
            cancel_reason: event.cancel_reason.map(|reason| reason.as_str().to_owned()),
            cancel_note: event.cancel_note.clone(),
            version: event.version,
            created_at: utc(event.created_at),
            updated_at: utc(event.updated_at),
        }
    }
}

/// A tenant, as lists show it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Tenant")]
pub(crate) struct TenantBody {
    /// The same for ever.
    id: String,
    /// Its name in addresses.
    slug: String,
    /// Its name for people.
    name: String,
    /// The school district it stands for.
    district: Option<String>,
    /// `active`, `inactive` or `trashed`.
    state: String,
    /// Its IANA time zone.
    time_zone: String,
    /// When it was created (UTC).
    created_at: String,
    /// When what is shown here last changed (UTC).
    updated_at: String,
}

impl From<&Tenant> for TenantBody {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.to_string(),
            slug: tenant.slug.to_string(),
            name: tenant.name.clone(),
            district: tenant.district.clone(),
            state: tenant.state.as_str().to_owned(),
            time_zone: tenant.time_zone.name().to_owned(),
            created_at: utc(tenant.created_at),
            updated_at: utc(tenant.updated_at),
        }
    }
}

/// A tenant just created.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "CreatedTenant")]
pub(crate) struct CreatedTenantBody {
    /// The tenant.
    tenant: TenantBody,
    /// Its first API key. Only its hash is kept: it can't be shown again.
    api_key: String,
    /// What was copied from the reference data.
    copied: CopiedBody,
    /// Its first admin, if one was described, with their invitation.
    first_admin: Option<CreatedUserBody>,
}

/// Rows copied from the reference data.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Copied")]
pub(crate) struct CopiedBody {
    /// Whether the reference data knows the district; null when none was given.
    district_known: Option<bool>,
    /// Schools.
    schools: u32,
    /// Skills.
    skills: u32,
    /// Career types.
    career_types: u32,
}

impl From<&CreatedTenant> for CreatedTenantBody {
    fn from(created: &CreatedTenant) -> Self {
        let Copied { district_known, schools, skills, career_types } = created.copied;
        Self {
            tenant: TenantBody::from(&created.tenant),
            api_key: created.api_key.reveal().to_owned(),
            copied: CopiedBody { district_known, schools, skills, career_types },
            first_admin: created.first_admin.as_ref().map(CreatedUserBody::from),
        }
    }
}

/// A tenant with what its own file tells.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "TenantDetails")]
pub(crate) struct TenantDetailsBody {
    /// What lists show.
    tenant: TenantBody,
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
    /// The version of its settings; rises with every edit.
    version: u32,
    /// How many users it has, deactivated ones included.
    users: u32,
    /// The API keys that are good now.
    api_keys: Vec<ApiKeyBody>,
    /// How many events stand in each status.
    events: BTreeMap<String, u32>,
    /// How many schools it knows.
    schools: u32,
    /// The schema version of its file.
    schema_version: u32,
    /// Bytes of its file.
    file_bytes: u64,
    /// Bytes of the write-ahead log beside it.
    log_bytes: u64,
    /// When anything was last changed in it (UTC).
    last_activity: Option<String>,
}

impl From<&TenantDetails> for TenantDetailsBody {
    fn from(details: &TenantDetails) -> Self {
        Self {
            tenant: TenantBody::from(&details.tenant),
            features: details.features.clone(),
            branding: BrandingBody::from(&details.branding),
            portal: details.portal.clone(),
            allowed_origins: details.allowed_origins.clone(),
            recruitment_weights: details.recruitment_weights.map(WeightsBody::from),
            waitlist: details.waitlist,
            mail: MailSettingsBody::from(&details.mail),
            version: details.version,
            users: details.users,
            api_keys: details.api_keys.iter().map(ApiKeyBody::from).collect(),
            events: details.events.iter().map(|(status, count)| (status.as_str().to_owned(), *count)).collect(),
            schools: details.schools,
            schema_version: details.schema_version,
            file_bytes: details.file_bytes.0,
            log_bytes: details.file_bytes.1,
            last_activity: details.last_activity.map(utc),
        }
    }
}
