//! How the public sees an event. The field names are the contract; websites rely on them.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use poem_openapi::Object;
use polaris_core::PublicEvent;
use polaris_core::types::{LocalTime, Slug};
use serde::Serialize;

/// That the API answers, in the words of the earlier application.
#[derive(Debug, Object, Serialize)]
pub(crate) struct PublicHealth {
    /// Always true.
    pub(crate) success: bool,
    /// For people.
    pub(crate) message: String,
}

/// An event, as the public sees it.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "PublicEvent")]
pub(crate) struct PublicEventBody {
    /// Its number.
    id: i64,
    /// Its name in addresses.
    slug: String,
    /// What it is called.
    title: String,
    /// What it is about, in plain text.
    description: Option<String>,
    /// What kind of event it is, such as `career_fair`.
    event_type: Option<String>,
    /// `in_person` or `virtual`.
    format: String,
    /// The local day it begins (`YYYY-MM-DD`).
    date: String,
    /// The local time it begins (`HH:MM`).
    start_time: String,
    /// The local time it ends (`HH:MM`).
    end_time: Option<String>,
    /// When it begins (RFC 3339, with the local offset).
    start_datetime: String,
    /// When it ends (RFC 3339, with the local offset).
    end_datetime: Option<String>,
    /// The IANA time zone of the local times.
    timezone: String,
    /// From start to end.
    duration_minutes: Option<i64>,
    /// Where it is.
    location: String,
    /// The school it is at.
    school: Option<String>,
    /// The district it belongs to.
    district: Option<String>,
    /// How many volunteers are wanted; 0: no number was stated.
    volunteers_needed: u32,
    /// How many are confirmed or have attended.
    volunteers_registered: u32,
    /// Places left; null where no number is wanted.
    slots_available: Option<u32>,
    /// Until when people may sign up (RFC 3339, with the local offset).
    registration_deadline: Option<String>,
    /// Where people sign up; null once they can't, and always where the server hasn't been told its public address.
    signup_url: Option<String>,
    /// What else people should know.
    additional_info: Option<String>,
    /// `published` or `completed`; where people sign up also `confirmed`, `cancelled` or, while it is being changed, `draft`.
    status: String,
    /// When it was created (UTC).
    created_at: String,
    /// When it was last changed (UTC).
    updated_at: String,
}

impl PublicEventBody {
    /// `base` is the public address of this installation.
    pub(crate) fn of(public: &PublicEvent, tenant: &Slug, base: Option<&str>) -> Self {
        let event = &public.event;
        let end = event.ends_at.as_ref();
        Self {
            id: event.id.get(),
            slug: event.slug.to_string(),
            title: event.title.clone(),
            description: event.description.clone(),
            event_type: event.event_type.map(|kind| kind.as_str().to_owned()),
            format: event.format.as_str().to_owned(),
            date: event.starts_at.local.date().to_string(),
            start_time: clock(event.starts_at.local),
            end_time: end.map(|end| clock(end.local)),
            start_datetime: event.starts_at.to_rfc3339(),
            end_datetime: end.map(LocalTime::to_rfc3339),
            timezone: event.starts_at.zone.name().to_owned(),
            duration_minutes: event.duration_minutes(),
            location: event.location.clone(),
            school: event.school.as_ref().map(|school| school.name.clone()),
            district: public.district.clone(),
            volunteers_needed: event.volunteers_needed,
            volunteers_registered: event.volunteers_registered,
            slots_available: event.slots_available(),
            registration_deadline: event.registration_deadline.as_ref().map(LocalTime::to_rfc3339),
            signup_url: base
                .filter(|_| public.sign_up_open)
                .map(|base| format!("{}/signup/{tenant}/{}", base.trim_end_matches('/'), event.slug)),
            additional_info: event.additional_info.clone(),
            status: event.status.as_str().to_owned(),
            created_at: utc(event.created_at),
            updated_at: utc(event.updated_at),
        }
    }
}

fn clock(local: NaiveDateTime) -> String {
    local.format("%H:%M").to_string()
}

pub(crate) fn utc(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}
