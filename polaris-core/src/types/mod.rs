//! The values the engine works with, each checked once where it comes in and trusted from there on.
//!
//! Reading a value from outside gives the value or a [`Problem`](crate::error::Problem) that says how to mend it; none
//! of these functions panics, whatever it is given, or echoes what it refuses.
//!
//! ```
//! use polaris_core::types::{LocalTime, Slug, TimeZone};
//!
//! let slug = Slug::parse("kansas-city").unwrap();
//! let start = LocalTime::parse("2026-01-15 09:00", TimeZone::default()).unwrap();
//!
//! assert_eq!(slug.as_str(), "kansas-city");
//! assert_eq!(start.to_rfc3339(), "2026-01-15T09:00:00-06:00");
//! assert_eq!(Slug::parse("Kansas City").unwrap_err()[0].code, "BAD_CHARACTERS");
//! ```

pub mod account;
pub mod api_key;
pub mod colour;
pub mod email;
pub mod event;
pub mod event_order;
pub mod event_slug;
pub mod feed_secret;
pub mod fold;
pub mod ids;
pub mod key_hash;
pub mod mail;
pub mod mail_secret;
pub mod outreach;
pub mod participation;
pub mod patch;
pub mod phone;
pub mod semester;
pub mod session_token;
pub mod signup;
pub mod slug;
pub mod text;
pub mod time;
pub mod username;
pub mod volunteer;
pub mod web;
pub(crate) mod words;

pub use self::account::{AccountOrder, AccountRef, AccountSort, InviteBy, StaffRef, UserRef};
pub use self::api_key::ApiKey;
pub use self::colour::Colour;
pub use self::email::EmailAddress;
pub use self::event::{CancelReason, EventFormat, EventStatus, EventStep, EventType, HOST_EVENT_COLOUR};
pub use self::event_order::{EventOrder, EventSort};
pub use self::event_slug::{EventRef, EventSlug, event_slug, numbered};
pub use self::feed_secret::FeedSecret;
pub use self::ids::{
    ApiKeyId, AuditId, CareerTypeId, EventId, FeedId, MailId, NoteId, OutreachId, ParticipationId, SchoolId, SessionId, SkillId, StaffId,
    SupportId, TenantId, UserId, VolunteerId, VolunteerImportId,
};
pub use self::key_hash::KeyHash;
pub use self::mail::{MailKind, MailState};
pub use self::mail_secret::MailSecret;
pub use self::outreach::{OutreachMethod, OutreachOutcome};
pub use self::participation::{ParticipationStatus, ParticipationType};
pub use self::patch::Patch;
pub use self::phone::PhoneNumber;
pub use self::semester::{Semester, academic_year_of};
pub use self::session_token::SessionToken;
pub use self::signup::{SignupState, SignupStatus};
pub use self::slug::Slug;
pub use self::time::{LocalTime, TimeZone, instant_text, local_text, parse_date, parse_instant, parse_local};
pub use self::username::Username;
pub use self::volunteer::{NoteOutcome, RosterOrder, RosterSort, VolunteerOrder, VolunteerRef, VolunteerSort};
