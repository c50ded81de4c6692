//! The table of operations.

use polaris_core as core;
use pyo3::prelude::*;

use crate::value::value;

value! {
    /// One operation of the engine.
    Operation [id, surface, permission, feature, audit] {
        /// `capability_operation`, the same in every frontend.
        id: String,
        /// Where it lives: `platform`, `tenant` or `public_api`.
        surface: String,
        /// What its actor must be permitted.
        permission: String,
        /// What its tenant must have switched on.
        feature: Option<String>,
        /// The action its audit entry names; reads have none.
        audit: Option<String>,
        /// What it does, in a line.
        summary: String,
    }
}

impl From<&core::operations::Operation> for Operation {
    fn from(operation: &core::operations::Operation) -> Self {
        Self {
            id: operation.id.to_owned(),
            surface: snake_case(&format!("{:?}", operation.surface)),
            permission: operation.permission.as_str().to_owned(),
            feature: operation.feature.map(|feature| feature.as_str().to_owned()),
            audit: operation.audit.map(str::to_owned),
            summary: operation.summary.to_owned(),
        }
    }
}

/// Every operation there is, in the order of the documentation.
#[pyfunction]
pub(crate) fn operations() -> Vec<Operation> {
    core::operations::ALL.iter().map(|operation| Operation::from(*operation)).collect()
}

fn snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
