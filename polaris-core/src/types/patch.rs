//! What an edit says of one field: keep it, clear it, or set it.
//!
//! ```
//! use polaris_core::types::Patch;
//!
//! #[derive(Default, serde::Deserialize)]
//! #[serde(default)]
//! struct Edit { district: Patch<String> }
//!
//! let edit = |json| serde_json::from_str::<Edit>(json).unwrap().district;
//! assert_eq!(edit("{}"), Patch::Keep);
//! assert_eq!(edit(r#"{"district": null}"#), Patch::Clear);
//! assert_eq!(edit(r#"{"district": "KCKPS"}"#), Patch::Set("KCKPS".to_owned()));
//! ```

use serde::{Deserialize, Deserializer};

/// What an edit says of one field. In JSON: left out, `null`, or the value; a field of this type needs `#[serde(default)]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is emptied.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> Patch<T> {
    /// The same of a reference.
    #[must_use]
    pub fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }

    /// The same with another value.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// Whether the field stays as it is.
    #[must_use]
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// Something that is there is set, nothing clears.
impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}
