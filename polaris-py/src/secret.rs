//! Secrets, shown only to whoever asks for them by name.

use std::hash::{Hash, Hasher};

use polaris_core::types;
use pyo3::prelude::*;

use crate::value::refuse_to_reduce;

macro_rules! secret {
    ($(#[$about:meta])* $name:ident) => {
        $(#[$about])*
        #[pyclass(frozen, eq, hash, module = "polaris")]
        #[derive(Clone)]
        pub(crate) struct $name(pub(crate) types::$name);

        #[pymethods]
        impl $name {
            /// The secret itself, to be shown to its owner once. Only its hash is stored.
            fn reveal(&self) -> &str {
                self.0.reveal()
            }

            fn __repr__(&self) -> &'static str {
                concat!(stringify!($name), "(…)")
            }

            fn __reduce__(&self) -> PyResult<()> {
                Err(refuse_to_reduce(stringify!($name)))
            }
        }

        impl PartialEq for $name {
            /// In a time that doesn't tell how much of them agrees.
            fn eq(&self, other: &Self) -> bool {
                self.0.hash().matches(&other.0.hash())
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.0.hash().as_str().hash(state);
            }
        }
    };
}

secret! {
    /// An API key of a tenant. Neither `repr` nor pickling gives it away.
    ApiKey
}
secret! {
    /// The token of a session. Neither `repr` nor pickling gives it away.
    SessionToken
}
