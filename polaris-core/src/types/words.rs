//! The macro behind the closed lists of words, such as the states of an event.
//!
//! One table gives the words as stored in SQL, written in JSON, read from input and shown in messages:
//!
//! ```ignore
//! words! {
//!     /// How bright it is.
//!     Light, "light", exact {
//!         /// Day.
//!         Day = "day",
//!         /// Night.
//!         Night = "night",
//!     }
//! }
//! assert_eq!(Light::parse("day").unwrap(), Light::Day);
//! ```

use std::borrow::Cow;

use crate::error::Problem;

/// Defines an enum of words: its name, what to call it in messages, how input is read ([`exact`] or [`folded`]),
/// and the words.
macro_rules! words {
    ($(#[$about:meta])* $name:ident, $noun:literal, $read:ident {
        $($(#[$note:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$note])* #[doc = concat!("Written `", $word, "`.")] $variant,)+
        }

        impl $name {
            /// All values, in the order of their definition.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word as stored and as written on every wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads a word.
            ///
            /// # Errors
            ///
            /// `UNKNOWN_VALUE`, saying what is allowed or where the list is.
            pub fn parse(input: &str) -> Result<Self, $crate::error::Problem> {
                match $crate::types::words::$read(input).as_ref() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::types::words::unknown($noun, stringify!($name), &[$($word),+])),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::Problem;

            fn from_str(input: &str) -> Result<Self, Self::Err> {
                Self::parse(input)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&word).map_err(|problem| serde::de::Error::custom(problem.message))
            }
        }
    };
}
pub(crate) use words;

/// The input as it is.
pub(crate) fn exact(input: &str) -> Cow<'_, str> {
    Cow::Borrowed(input)
}

/// The input in any case, with `-` or a space for `_`, as people and older programs write such words.
pub(crate) fn folded(input: &str) -> Cow<'_, str> {
    let input = input.trim();
    // No word is nearly as long; whatever is needn't be copied to be found unknown.
    if input.len() > 64 {
        return Cow::Borrowed("");
    }
    Cow::Owned(input.to_ascii_lowercase().replace(['-', ' '], "_"))
}

/// The problem of a word that isn't on its list. Up to twelve allowed words are named, longer lists by where to find them.
pub(crate) fn unknown(noun: &str, type_name: &str, words: &[&str]) -> Problem {
    let message = if words.len() <= 12 {
        format!("is not a known {noun}; use one of: {}", words.join(", "))
    } else {
        let count = words.len();
        let first = words.first().copied().unwrap_or_default();
        format!("is not a known {noun}; the documentation lists all {count} under `{type_name}`, for example `{first}`")
    };
    Problem::new("UNKNOWN_VALUE", message)
}

#[cfg(test)]
mod tests {
    // The enum made here is public only in form.
    #![allow(clippy::unwrap_used, unreachable_pub)]

    words! {
        /// How bright it is.
        Light, "light", folded {
            /// Sun.
            BroadDay = "broad_day",
            /// Stars.
            Night = "night",
        }
    }

    #[test]
    fn a_word_is_the_same_everywhere() {
        for &light in Light::ALL {
            assert_eq!(light.to_string(), light.as_str());
            assert_eq!(light.as_str().parse::<Light>().unwrap(), light);
            let json = serde_json::to_string(&light).unwrap();
            assert_eq!(json, format!("\"{light}\""));
            assert_eq!(serde_json::from_str::<Light>(&json).unwrap(), light);
        }
    }

    #[test]
    fn folded_words_are_read_however_they_are_written() {
        for written in ["BROAD_DAY", "Broad Day", "broad-day", " broad_day "] {
            assert_eq!(Light::parse(written).unwrap(), Light::BroadDay);
        }
        for unknown in ["", "broadday", "dusk", &"night".repeat(100_000)] {
            assert_eq!(Light::parse(unknown).unwrap_err().message, "is not a known light; use one of: broad_day, night");
        }
    }

    #[test]
    fn json_errors_name_what_is_allowed() {
        let error = serde_json::from_str::<Light>("\"dusk\"").unwrap_err().to_string();
        assert!(error.contains("broad_day, night"), "{error}");
    }
}
