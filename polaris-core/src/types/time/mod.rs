//! Moments: local times in a tenant's zone, instants in UTC, and how both are read and written.
//!
//! An event keeps what people agreed on, the local date and time and the zone, and beside it the UTC instant that this
//! meant when it was entered. What the engine does by itself (created, sent, expired) is an instant only.
//!
//! ```
//! use polaris_core::types::time::{LocalTime, TimeZone, instant_text};
//!
//! let zone = TimeZone::parse("America/Chicago").unwrap();
//! let start = LocalTime::parse("2026-07-01T09:00", zone).unwrap();
//! assert_eq!(instant_text(start.instant), "2026-07-01T14:00:00.000Z");
//! ```

mod local;
mod spoken;
mod text;
mod written;
mod zone;

pub use self::local::{LocalTime, YEARS};
pub use self::text::{instant_text, local_text, parse_instant, parse_local};
pub use self::written::parse_date;
pub use self::zone::TimeZone;
