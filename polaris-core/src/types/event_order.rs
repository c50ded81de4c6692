//! The order of a list of events (E5).
//!
//! ```
//! use polaris_core::types::{EventOrder, EventSort};
//!
//! let newest_first = EventOrder::parse("-created").unwrap();
//! assert_eq!(newest_first, EventOrder { by: EventSort::Created, descending: true });
//! ```

use std::fmt;

use super::words::words;
use crate::error::Problem;

words! {
    /// What a list of events is sorted by.
    EventSort, "order", exact {
        /// The moment it starts.
        Start = "start",
        /// Its title.
        Title = "title",
        /// Its state, in the order of its life.
        Status = "status",
        /// The moment it was entered.
        Created = "created",
    }
}

/// What to sort by and which way. By default the next event first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventOrder {
    /// What to sort by.
    pub by: EventSort,
    /// Whether the last comes first.
    pub descending: bool,
}

impl EventOrder {
    /// Reads `start`, `title`, `status` or `created`, with a `-` before it for descending.
    ///
    /// # Errors
    ///
    /// `UNKNOWN_VALUE` for anything else.
    pub fn parse(input: &str) -> Result<Self, Problem> {
        let (word, descending) = match input.strip_prefix('-') {
            Some(word) => (word, true),
            None => (input, false),
        };
        match EventSort::parse(word) {
            Ok(by) => Ok(Self { by, descending }),
            Err(Problem { code, message }) => Err(Problem { code, message: format!("{message}; with a `-` before it for descending") }),
        }
    }
}

impl Default for EventOrder {
    fn default() -> Self {
        Self { by: EventSort::Start, descending: false }
    }
}

impl fmt::Display for EventOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_order_reads_back_from_its_own_text() {
        for &by in EventSort::ALL {
            for descending in [false, true] {
                let order = EventOrder { by, descending };
                assert_eq!(EventOrder::parse(&order.to_string()).unwrap(), order);
            }
        }
        assert_eq!(EventOrder::default().to_string(), "start");
    }

    #[test]
    fn an_unknown_order_is_told_what_is_allowed() {
        for bad in ["", "-", "--start", "+start", "Start", "date"] {
            let problem = EventOrder::parse(bad).unwrap_err();
            assert_eq!(problem.code, "UNKNOWN_VALUE");
            assert!(problem.message.contains("start, title, status, created"));
        }
    }
}
