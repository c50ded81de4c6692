//! Secrets, shown only to whoever asks for them by name.

use std::hash::{Hash, Hasher};

use pyo3::prelude::*;

use crate::time::Local;
use crate::value::{Of, refuse_to_reduce};

macro_rules! secrets {
    ($($(#[$about:meta])* $name:ident from $core:path;)*) => {
        $(
            $(#[$about])*
            #[pyclass(frozen, eq, hash, module = "polaris")]
            #[derive(Clone)]
            pub(crate) struct $name(String);

            #[pymethods]
            impl $name {
                /// The secret itself, to be shown to its owner once. Only its hash is stored.
                pub(crate) fn reveal(&self) -> &str {
                    &self.0
                }

                fn __repr__(&self) -> &'static str {
                    concat!(stringify!($name), "(…)")
                }

                fn __reduce__(&self) -> PyResult<()> {
                    Err(refuse_to_reduce(stringify!($name)))
                }
            }

            impl Of<$core> for $name {
                fn of(core: $core) -> Self {
                    Self(core.reveal().to_owned())
                }
            }

            impl PartialEq for $name {
                /// In a time that doesn't tell how much of them agrees.
                fn eq(&self, other: &Self) -> bool {
                    let different = self.0.bytes().zip(other.0.bytes()).fold(0, |different, (one, another)| different | (one ^ another));
                    self.0.len() == other.0.len() && std::hint::black_box(different) == 0
                }
            }

            impl Eq for $name {}

            impl Local for $name {}

            impl Hash for $name {
                fn hash<H: Hasher>(&self, state: &mut H) {
                    self.0.hash(state);
                }
            }
        )*

        /// The text of a secret, where text is wanted and a secret was given.
        pub(crate) fn revealed(value: &Bound<'_, PyAny>) -> Option<String> {
            $(if let Ok(secret) = value.cast::<$name>() {
                return Some(secret.get().0.clone());
            })*
            None
        }
    };
}

secrets! {
    /// An API key of a tenant. Neither `repr` nor pickling gives it away.
    ApiKey from polaris_core::types::ApiKey;
    /// The token of a session. Neither `repr` nor pickling gives it away.
    SessionToken from polaris_core::types::SessionToken;
    /// The secret of a calendar feed. Neither `repr` nor pickling gives it away.
    FeedSecret from polaris_core::types::FeedSecret;
    /// The secret of a one-time link. Neither `repr` nor pickling gives it away.
    LinkSecret from polaris_core::LinkSecret;
}
