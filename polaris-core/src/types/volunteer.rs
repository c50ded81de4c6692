//! How volunteers are named and put in order, and what came of talking to them.
//!
//! ```
//! use polaris_core::types::{VolunteerId, VolunteerOrder, VolunteerRef, VolunteerSort};
//!
//! assert_eq!(VolunteerRef::parse("7"), VolunteerRef::from(VolunteerId::new(7)));
//! assert_eq!(VolunteerRef::parse("pat@example.org"), VolunteerRef::Email("pat@example.org".to_owned()));
//! assert_eq!(VolunteerOrder::parse("-created").unwrap(), VolunteerOrder { by: VolunteerSort::Created, descending: true });
//! ```

use std::fmt;

use super::ids::VolunteerId;
use super::words::words;
use crate::error::Problem;

/// A volunteer, named by number, or by e-mail address in any case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum VolunteerRef {
    /// Their number.
    Number(VolunteerId),
    /// Their e-mail address.
    Email(String),
}

impl VolunteerRef {
    /// Reads a number, or anything else as an e-mail address. Whether there is such a volunteer shows when they are looked for.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        number.map_or_else(|| Self::Email(text.to_owned()), |number| Self::Number(VolunteerId::new(number)))
    }
}

/// An address is personal: it stays out of logs.
impl fmt::Debug for VolunteerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => f.debug_tuple("Number").field(id).finish(),
            Self::Email(_) => f.write_str("Email(…)"),
        }
    }
}

impl From<VolunteerId> for VolunteerRef {
    fn from(id: VolunteerId) -> Self {
        Self::Number(id)
    }
}

impl From<&str> for VolunteerRef {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

words! {
    /// What came of a talk that a note tells of.
    NoteOutcome, "outcome", folded {
        /// They would like to take part some time.
        Interested = "interested",
        /// They are to be asked again.
        FollowUp = "follow_up",
        /// They said yes.
        Accepted = "accepted",
        /// They said no.
        Declined = "declined",
    }
}

/// An order by one of several words, with a `-` before it for descending.
macro_rules! orders {
    ($(#[$about:meta])* $order:ident by $sort:ident, $first:ident) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $order {
            /// What to sort by.
            pub by: $sort,
            /// Whether the last comes first.
            pub descending: bool,
        }

        impl $order {
            /// Reads one of the words, with a `-` before it for descending.
            ///
            /// # Errors
            ///
            /// `UNKNOWN_VALUE` for anything else.
            pub fn parse(input: &str) -> Result<Self, Problem> {
                let (word, descending) = input.strip_prefix('-').map_or((input, false), |word| (word, true));
                let by = $sort::parse(word).map_err(|Problem { code, message }| Problem {
                    code,
                    message: format!("{message}; with a `-` before it for descending"),
                })?;
                Ok(Self { by, descending })
            }
        }

        impl Default for $order {
            fn default() -> Self {
                Self { by: $sort::$first, descending: false }
            }
        }

        impl fmt::Display for $order {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by)
            }
        }
    };
}

words! {
    /// What a list of volunteers is sorted by.
    VolunteerSort, "order", exact {
        /// The name, the last name first.
        Name = "name",
        /// The organization; those without one come last.
        Organization = "organization",
        /// The order in which they were added.
        Created = "created",
    }
}

words! {
    /// What a roster is sorted by.
    RosterSort, "order", exact {
        /// The volunteer's name, the last name first.
        Name = "name",
        /// The status: invited, waitlisted, confirmed, declined, attended, no-show.
        Status = "status",
        /// The order in which they were added.
        Created = "created",
    }
}

orders! {
    /// What to sort volunteers by and which way. By default by name.
    VolunteerOrder by VolunteerSort, Name
}

orders! {
    /// What to sort a roster by and which way. By default by name.
    RosterOrder by RosterSort, Name
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_and_addresses_are_told_apart() {
        assert_eq!(VolunteerRef::parse(" 12 "), VolunteerRef::Number(VolunteerId::new(12)));
        for other in ["pat@example.org", "-7", "", "99999999999999999999"] {
            assert_eq!(VolunteerRef::from(other), VolunteerRef::Email(other.to_owned()));
        }
        assert_eq!(format!("{:?}", VolunteerRef::parse("pat@example.org")), "Email(…)");
    }

    #[test]
    fn every_order_reads_back_from_its_own_text() {
        for &by in VolunteerSort::ALL {
            for descending in [false, true] {
                let order = VolunteerOrder { by, descending };
                assert_eq!(VolunteerOrder::parse(&order.to_string()).unwrap(), order);
            }
        }
        for bad in ["", "-", "--name", "Name", "email"] {
            assert_eq!(VolunteerOrder::parse(bad).unwrap_err().code, "UNKNOWN_VALUE");
        }
        assert_eq!(RosterOrder::default().to_string(), "name");
    }
}
