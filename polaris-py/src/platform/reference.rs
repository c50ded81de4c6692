//! P5: reference data imported, listed, and brought to tenants.

use std::path::Path;
use std::sync::Arc;

use polaris_core as core;
use polaris_core::error::Problem;
use polaris_core::platform::reference as of_core;
use polaris_core::{Error, ReferenceFilter, ReferenceImport, ReferenceKind};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::args::{self, Optional};
use crate::draft;
use crate::errors::{FieldError, bad, exception, run};
use crate::file;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::progress::run_telling;
use crate::value::{shown_as, value};

/// The reference data of the installation.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Reference(pub(super) Arc<core::Platform>);

impl Reference {
    fn listing(&self, kind: &Bound<'_, PyAny>, given: &mut Given<'_>) -> PyResult<Listing> {
        let kind = args::word("kind", kind, known)?;
        let filter = ReferenceFilter { q: given.text("q")?, district: given.text("district")? };
        let platform = Arc::clone(&self.0);
        Ok(Listing::of::<_, ReferenceItem>(move |page| platform.reference().list(kind, &filter, page)))
    }
}

fn known(name: &str) -> Result<ReferenceKind, Problem> {
    let known: Vec<_> = ReferenceKind::ALL.iter().map(|kind| kind.as_str()).collect();
    ReferenceKind::named(name).ok_or_else(|| Problem::new("UNKNOWN_VALUE", format!("must be one of {}", known.join(", "))))
}

#[pymethods]
impl Reference {
    /// Imports reference data, all or nothing: what is known by its name is updated by what is given, the rest is added. Tenants that exist
    /// get it with sync.
    ///
    /// Each source is the path of a CSV or JSON file, a ReferenceSource, or a dict: {"districts": [{"name": …, "aliases": […], "schools":
    /// [{"name": …, "level": "high", "city": …, "state": …, "postal_code": …}]}], "skills": […], "career_types": [{"name": …, "keywords":
    /// […]}]}. All sources are taken together. dry_run tells what would be done, bad rows too; replace removes what the sources don't have,
    /// of the kinds they have. A ValidationError names all bad rows by file, line and column.
    #[pyo3(signature = (*sources, **given), text_signature = "($self, *sources, dry_run=False, replace=False)")]
    fn import_(&self, py: Python<'_>, sources: &Bound<'_, PyTuple>, given: Option<Keywords<'_>>) -> PyResult<ImportReport> {
        let mut given = Given::new(py, given);
        let (dry_run, replace) = (given.flag("dry_run")?.unwrap_or(false), given.flag("replace")?.unwrap_or(false));
        given.none_left()?;
        if sources.is_empty() {
            return Err(bad(py, "sources", "must be at least one: a path, a dict or a ReferenceSource"));
        }
        let sources = sources.iter().enumerate().map(|(at, given)| source(&format!("sources[{at}]"), &given));
        let import = ReferenceImport { dry_run, replace, ..ReferenceImport::of(sources.collect::<PyResult<Vec<_>>>()?) };
        run(py, || self.0.reference().import(&import)).map(ImportReport::from)
    }

    /// The reference data of a kind ("districts", "schools", "skills" or "career_types") by name, a page at a time. q is text that name,
    /// alias or city contain; district, for schools, is the name or an alias of theirs.
    #[pyo3(signature = (kind, **given), text_signature = "($self, kind, *, q=None, district=None, page=1, per_page=20)")]
    fn list(&self, py: Python<'_>, kind: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(kind, given))
    }

    /// As list, one after the other.
    #[pyo3(signature = (kind, **given), text_signature = "($self, kind, *, q=None, district=None, per_page=100)")]
    fn iterate(&self, py: Python<'_>, kind: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(kind, given))
    }

    /// Brings the reference data to tenants, those named by slug or all active ones: adds what is new, changes what was changed, removes
    /// what is gone and not used. What a tenant uses or made itself stays. dry_run tells what would be done. What goes wrong with a tenant
    /// is in the answer. progress is called with how many are done, of how many.
    #[pyo3(signature = (**given), text_signature = "($self, *, tenants=None, dry_run=False, progress=None)")]
    fn sync(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<SyncReport> {
        let mut given = Given::new(py, given);
        let (progress, wanted, platform) = (given.progress()?, given.draft()?, Arc::clone(&self.0));
        run_telling(py, progress, move |tell| platform.reference().sync_with(&wanted, tell)).map(SyncReport::from)
    }
}

fn source(place: &str, given: &Bound<'_, PyAny>) -> PyResult<core::ReferenceSource> {
    if let Ok(source) = given.cast::<ReferenceSource>() {
        return Ok(source.get().source.clone());
    }
    if given.is_instance_of::<PyDict>() {
        return draft::read_one::<core::ReferenceData>(place, given).map(core::ReferenceSource::from);
    }
    let wanted = |error| args::instead(given, error, || args::wrong(place, "a path, a dict or a polaris.ReferenceSource", given));
    let path = args::path(place, given).map_err(wanted)?;
    read_file(given.py(), place, &path, None)
}

/// A CSV or JSON file with reference data. Its name tells which, and of what kind a CSV file is, unless that is said.
fn read_file(py: Python<'_>, place: &str, path: &Path, kind: Option<ReferenceKind>) -> PyResult<core::ReferenceSource> {
    let name = path.to_string_lossy();
    let bytes = file::read(py, place, path)?;
    core::ReferenceSource::file(&name, kind, &bytes).map_err(|error| match error {
        Error::BadRequest { field, message } if field == "kind" => bad(py, "kind", message),
        error => within(py, place, &name, error),
    })
}

/// An error of a document, told of the argument that it is: the core calls it the body.
fn within(py: Python<'_>, place: &str, name: &str, error: Error) -> PyErr {
    match error {
        Error::BadRequest { field, message } => {
            let column = if field == "body" { String::new() } else { format!("{field} ") };
            let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
            bad(py, place, format!("{name}{column}{message}"))
        }
        other => exception(py, &other),
    }
}

/// Reference data to import, with the places where they stood, so that a bad row can be named.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct ReferenceSource {
    source: core::ReferenceSource,
    name: Option<String>,
}

#[pymethods]
impl ReferenceSource {
    /// A CSV file of one kind ("districts", "schools", "skills" or "career_types"), as bytes or text. Separated by commas, semicolons or
    /// tabs; the first line names the columns; several aliases or keywords in a cell are separated by "|" or ";". The name stands before
    /// each place in what is told of it.
    #[staticmethod]
    #[pyo3(signature = (kind, content, name = None))]
    fn csv(py: Python<'_>, kind: &Bound<'_, PyAny>, content: &Bound<'_, PyAny>, name: Optional<'_>) -> PyResult<Self> {
        let (kind, content) = (args::word("kind", kind, known)?, args::content("content", content)?);
        Self::of(py, name, py.detach(|| core::ReferenceSource::csv(kind, &content)))
    }

    /// A JSON document with all kinds, as bytes or text, of the form of the dict that import_ takes.
    #[staticmethod]
    #[pyo3(signature = (content, name = None))]
    fn json(py: Python<'_>, content: &Bound<'_, PyAny>, name: Optional<'_>) -> PyResult<Self> {
        let content = args::content("content", content)?;
        Self::of(py, name, py.detach(|| core::ReferenceSource::json(&content)))
    }

    /// A file by its path. What its name (schools.csv, kc-skills.csv, reference.json) doesn't tell, kind does.
    #[staticmethod]
    #[pyo3(signature = (path, kind = None))]
    fn file(py: Python<'_>, path: &Bound<'_, PyAny>, kind: Optional<'_>) -> PyResult<Self> {
        let (path, kind) = (args::path("path", path)?, kind.map(|kind| args::word("kind", &kind, known)).transpose()?);
        Ok(Self { source: read_file(py, "path", &path, kind)?, name: Some(path.to_string_lossy().into_owned()) })
    }

    /// The name that stands before each place; None where there is none.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        crate::value::repr(slf.as_any(), &["name"])
    }
}

impl ReferenceSource {
    fn of(py: Python<'_>, name: Optional<'_>, source: core::Result<core::ReferenceSource>) -> PyResult<Self> {
        let name = args::optional_text("name", &name)?;
        let source = source.map_err(|error| within(py, "content", name.as_deref().unwrap_or_default(), error))?;
        Ok(Self { source: if let Some(name) = &name { source.named(name) } else { source }, name })
    }
}

value! {
    /// What an import did, or would do.
    ImportReport from core::ImportReport [dry_run, districts, schools, skills, career_types] {
        /// Whether nothing was done.
        dry_run: bool,
        /// Districts.
        districts: Imported,
        /// Schools.
        schools: Imported,
        /// Skills.
        skills: Imported,
        /// Career types.
        career_types: Imported,
        /// What is wrong with the rejected rows, each with its place; of a dry run alone, since an import with bad rows fails with them.
        problems: Vec<FieldError>,
    }
}

value! {
    /// What an import did with the rows of one kind.
    Imported from core::Imported [created, updated, unchanged, removed, rejected] {
        /// New ones.
        created: u32,
        /// Known ones that were changed.
        updated: u32,
        /// Known ones that said nothing new.
        unchanged: u32,
        /// Removed, because the sources replace what there was.
        removed: u32,
        /// Bad ones. Only a dry run tells of them so: an import with bad rows fails.
        rejected: u32,
    }
}

value! {
    /// One thing of the reference data. What its kind doesn't have is None or empty.
    ReferenceItem from core::ReferenceItem [id, name] {
        /// Its number among its kind, never used again.
        id: i64,
        /// Its full name.
        name: String,
        /// Other names it goes by, sorted.
        aliases: Vec<String>,
        /// A school's district.
        district: Option<String>,
        /// A school's level: `elementary`, `middle`, `high` or `other`.
        level: Option<String>,
        /// A school's city.
        city: Option<String>,
        /// A school's state, as two letters.
        state: Option<String>,
        /// A school's postal code.
        postal_code: Option<String>,
        /// A career type's keywords.
        keywords: Vec<String>,
        /// How many schools a district has.
        schools: Option<u32>,
    }
}

value! {
    /// What a sync did, or would do.
    SyncReport from core::SyncReport [dry_run, tenants, skipped] {
        /// Whether nothing was done.
        dry_run: bool,
        /// Each tenant, by slug.
        tenants: Vec<TenantSync>,
        /// Deactivated tenants, which a sync of all leaves as they are.
        skipped: Vec<String>,
    } {
        /// Whether every tenant is up to date now.
        #[getter]
        fn is_complete(&self) -> bool {
            self.tenants.iter().all(|tenant| tenant.code.is_none())
        }
    }
}

value! {
    /// What a sync did with one tenant.
    TenantSync [tenant, changes, code] {
        /// The tenant, by slug.
        tenant: String,
        /// What was changed; None where it failed.
        changes: Option<Changes>,
        /// The error's code, where it failed.
        code: Option<String>,
        /// What is wrong and how to mend it, where it failed.
        message: Option<String>,
    }
}

shown_as! {
    of_core::TenantSync: TenantSync = |sync| {
        let tenant = sync.tenant.to_string();
        match sync.outcome {
            Ok(changes) => TenantSync { tenant, changes: Some(changes.into()), code: None, message: None },
            Err(failure) => TenantSync { tenant, changes: None, code: Some(failure.code.to_owned()), message: Some(failure.message) },
        }
    };
}

value! {
    /// What was changed in a tenant.
    Changes from of_core::Changes [district_known, schools, skills, career_types] {
        /// Whether the reference data know the tenant's district; None when it has none, and then gets all schools. The schools of a tenant
        /// whose district is not known are left as they are.
        district_known: Option<bool>,
        /// Schools.
        schools: Brought,
        /// Skills.
        skills: Brought,
        /// Career types.
        career_types: Brought,
    }
}

value! {
    /// What was done with the things of one kind in a tenant.
    Brought from of_core::Brought [added, changed, unchanged, removed, used, own, clashing] {
        /// New ones.
        added: u32,
        /// Those that were otherwise; also the tenant's own of the same name, which are the reference data's from then on.
        changed: u32,
        /// Those that were up to date.
        unchanged: u32,
        /// Those that the reference data don't have any more and the tenant does not use.
        removed: u32,
        /// Those that the reference data don't have any more: kept, because the tenant uses them.
        used: u32,
        /// The tenant's own: kept.
        own: u32,
        /// Those that kept their former name, because something of the tenant's own has the new one.
        clashing: u32,
    }
}
