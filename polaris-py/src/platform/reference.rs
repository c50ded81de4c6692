//! Reference data, given as a dict in the form of the JSON file.

use std::sync::Arc;

use polaris_core as core;
use pyo3::prelude::*;

use crate::draft;
use crate::errors::run;
use crate::value::value;

/// The reference data of the installation.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Reference(pub(super) Arc<core::Platform>);

#[pymethods]
impl Reference {
    /// Adds or updates reference data, all or nothing. Tenants that exist are not changed.
    ///
    /// The data are a dict: {"districts": [{"name": …, "aliases": […], "schools": [{"name": …, "level": "high", "city": …, "state": …,
    /// "postal_code": …}]}], "skills": […], "career_types": […]}. Everything but names and levels may be left out.
    fn add(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Added> {
        let data: core::ReferenceData = draft::read_one("data", data)?;
        let report = run(py, || self.0.reference().import(&data.into()))?;
        let given = |kind: core::Imported| (kind.created + kind.updated + kind.unchanged) as usize;
        Ok(Added {
            districts: given(report.districts),
            schools: given(report.schools),
            skills: given(report.skills),
            career_types: given(report.career_types),
        })
    }
}

value! {
    /// How much reference data was given.
    Added [districts, schools, skills, career_types] {
        /// Districts.
        districts: usize,
        /// Schools.
        schools: usize,
        /// Skills.
        skills: usize,
        /// Career types.
        career_types: usize,
    }
}
