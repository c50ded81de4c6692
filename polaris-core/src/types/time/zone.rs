//! The time zone of a tenant or an event.
//!
//! ```
//! use polaris_core::types::TimeZone;
//!
//! assert_eq!(TimeZone::default().name(), "America/Chicago");
//! assert_eq!(TimeZone::parse("Central").unwrap_err().code, "UNKNOWN_TIME_ZONE");
//! ```

use std::fmt;

use chrono_tz::Tz;

use crate::error::Problem;

/// A zone of the IANA time zone database, with all its changes of clocks. By default `America/Chicago`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeZone(Tz);

impl TimeZone {
    /// Reads the IANA name of a zone, in its exact spelling.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_TIME_ZONE` for any other text.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        let known = input.trim().parse().map(Self);
        known.map_err(|_| {
            let message = "is not a time zone of the IANA list; write region and city, for example `America/Chicago`";
            Problem::new("UNKNOWN_TIME_ZONE", message)
        })
    }

    /// The IANA name, as it was given: an older alias stays one.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zone as the calendar library knows it.
    #[must_use]
    pub fn tz(self) -> Tz {
        self.0
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self(Tz::America__Chicago)
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl serde::Serialize for TimeZone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for TimeZone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(|problem| serde::de::Error::custom(problem.message))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn zones_read_back_from_their_own_name() {
        for name in ["America/Chicago", "America/Phoenix", "Pacific/Auckland", "US/Central", "UTC"] {
            let zone = TimeZone::parse(name).unwrap();
            assert_eq!(zone.to_string(), name);
            let json = serde_json::to_string(&zone).unwrap();
            assert_eq!((json.as_str(), serde_json::from_str(&json).unwrap()), (format!("\"{name}\"").as_str(), zone));
        }
    }

    #[test]
    fn what_is_no_zone_is_refused_with_an_example() {
        for bad in ["", "america/chicago", "America/New York", "CDT", "-06:00", "../etc/passwd", &"A".repeat(100_000)] {
            let problem = TimeZone::parse(bad).unwrap_err();
            assert_eq!(problem.code, "UNKNOWN_TIME_ZONE");
            assert!(problem.message.contains("America/Chicago"));
        }
    }
}
