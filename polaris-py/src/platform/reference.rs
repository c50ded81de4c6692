//! Reference data, given as a dict in the form of the JSON file.

use std::sync::Arc;

use polaris_core as core;
use polaris_core::{NewDistrict, NewSchool, ReferenceData};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::args::{self, Given};
use crate::errors::{bad, run};
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
        let data = reference_data(data)?;
        let added = run(py, || self.0.reference().add(&data))?;
        Ok(Added { districts: added.districts, schools: added.schools, skills: added.skills, career_types: added.career_types })
    }
}

/// How much reference data was given.
#[pyclass(frozen, eq, hash, get_all, module = "polaris")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Added {
    /// Districts.
    districts: usize,
    /// Schools.
    schools: usize,
    /// Skills.
    skills: usize,
    /// Career types.
    career_types: usize,
}

value!(Added[districts, schools, skills, career_types]);

fn reference_data(value: &Bound<'_, PyAny>) -> PyResult<ReferenceData> {
    let mut data = ReferenceData::default();
    each_key("data", value, |key, value| {
        match key {
            "districts" => data.districts = list(key, value, district)?,
            "skills" => data.skills = args::texts(key, value)?,
            "career_types" => data.career_types = args::texts(key, value)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(data)
}

fn district(place: &str, value: &Bound<'_, PyAny>) -> PyResult<NewDistrict> {
    let mut district = NewDistrict::default();
    each_key(place, value, |key, value| {
        let place = format!("{place}.{key}");
        match key {
            "name" => district.name = args::required_text(&place, value)?,
            "aliases" => district.aliases = args::texts(&place, value)?,
            "schools" => district.schools = list(&place, value, school)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(district)
}

fn school(place: &str, value: &Bound<'_, PyAny>) -> PyResult<NewSchool> {
    let mut school = NewSchool::default();
    each_key(place, value, |key, value| {
        let place = format!("{place}.{key}");
        match key {
            "name" => school.name = args::required_text(&place, value)?,
            "level" => school.level = args::required_text(&place, value)?,
            "city" => school.city = args::optional_text(&place, value)?,
            "state" => school.state = args::optional_text(&place, value)?,
            "postal_code" => school.postal_code = args::optional_text(&place, value)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(school)
}

/// Hands each key of a dict with its value to a reader, which says whether it knows the key.
fn each_key(place: &str, value: &Bound<'_, PyAny>, mut read: impl FnMut(&str, &Given<'_>) -> PyResult<bool>) -> PyResult<()> {
    for item in args::items(place, value)? {
        let (key, item): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let key = args::text(place, &key)?;
        if !read(&key, &Some(item).filter(|item| !item.is_none()))? {
            return Err(bad(value.py(), &format!("{place}.{key}"), "there is no such field"));
        }
    }
    Ok(())
}

fn list<T>(place: &str, value: &Given<'_>, read: impl Fn(&str, &Bound<'_, PyAny>) -> PyResult<T>) -> PyResult<Vec<T>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    args::several(place, value, |at, item| read(&format!("{place}[{at}]"), item))
}
