//! P10: backups made, listed, checked, put back and removed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polaris_core as core;
use polaris_core::{BackupRef, BackupState};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::args;
use crate::errors::run;
use crate::given::{Given, Keywords};
use crate::page::{Items, Listing, Page};
use crate::progress::run_telling;
use crate::time::Instant;
use crate::value::{Of, shown_as, value};

/// Backups of the registry and of tenants.
#[pyclass(frozen, module = "polaris")]
pub(crate) struct Backups(pub(super) Arc<core::Platform>);

impl Backups {
    fn listing(&self, given: &mut Given<'_>) -> PyResult<Listing> {
        let (platform, place) = (Arc::clone(&self.0), given.path("place")?);
        Ok(Listing::of::<_, Backup>(move |page| match &place {
            Some(place) => platform.backups().list_in(place, page),
            None => platform.backups().list(page),
        }))
    }
}

/// A name is text without a slash, or `latest`; all else is a folder.
fn named(value: &Bound<'_, PyAny>) -> PyResult<BackupRef> {
    if let Ok(backup) = value.cast::<Backup>() {
        return Ok(BackupRef::Folder(backup.get().folder.clone()));
    }
    if value.is_instance_of::<PyString>() {
        let name = args::text("backup", value)?;
        return Ok(match name.as_str() {
            "latest" => BackupRef::Latest,
            _ if name.contains('/') => BackupRef::Folder(name.into()),
            _ => BackupRef::named(&name),
        });
    }
    args::path("backup", value).map(BackupRef::Folder)
}

#[pymethods]
impl Backups {
    /// Makes a backup while everything runs: of these tenants, by slug, or of all; the registry is always in it. into is the directory in
    /// which its folder is made; left out, `backups/` in the data directory. progress is called with how many files are done, of how many.
    #[pyo3(signature = (**given), text_signature = "($self, *, tenants=None, into=None, progress=None)")]
    fn create(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Backup> {
        let mut given = Given::new(py, given);
        let new = core::NewBackup { tenants: given.texts("tenants")?, into: given.path("into")? };
        let (progress, platform) = (given.progress()?, Arc::clone(&self.0));
        given.none_left()?;
        run_telling(py, progress, move |tell| platform.backups().create_with(&new, tell)).map(Backup::from)
    }

    /// The backups in the default place, or in another, newest first, a page at a time.
    #[pyo3(signature = (**given), text_signature = "($self, *, place=None, page=1, per_page=20)")]
    fn list(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Page> {
        Listing::page(py, given, |given| self.listing(given))
    }

    /// As list, one after the other.
    #[pyo3(signature = (**given), text_signature = "($self, *, place=None, per_page=100)")]
    fn iterate(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Items> {
        Listing::items(py, given, |given| self.listing(given))
    }

    /// One backup: by its name in the default place or "latest", by the path of its folder, or as list gave it.
    fn get(&self, py: Python<'_>, backup: &Bound<'_, PyAny>) -> PyResult<Backup> {
        let backup = named(backup)?;
        run(py, || self.0.backups().get(&backup)).map(Backup::from)
    }

    /// Reads a backup whole and checks it. What is wrong with it is in the answer. progress is called with how many files are done, of how
    /// many.
    #[pyo3(signature = (backup, **given), text_signature = "($self, backup, *, progress=None)")]
    fn verify(&self, py: Python<'_>, backup: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Verification> {
        let (backup, mut given) = (named(backup)?, Given::new(py, given));
        let (progress, platform) = (given.progress()?, Arc::clone(&self.0));
        given.none_left()?;
        run_telling(py, progress, move |tell| platform.backups().verify_with(&backup, tell)).map(Verification::from)
    }

    /// Checks one tenant of a backup as restoring it would, and changes nothing. What is wrong is an exception.
    #[pyo3(signature = (backup, **given), text_signature = "($self, backup, *, tenant)")]
    fn check_restore(&self, py: Python<'_>, backup: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<()> {
        let (backup, mut given) = (named(backup)?, Given::new(py, given));
        let tenant = given.text("tenant")?.unwrap_or_default();
        given.none_left()?;
        run(py, || self.0.backups().check_restore(&backup, &tenant))
    }

    /// Puts a deactivated tenant back as a backup has it, once that was checked. It stays deactivated unless activate says otherwise; the
    /// file it replaces goes to the trash. unknown accepts a backup that the operator's audit log has no note of: only for one whose way here
    /// is known.
    #[pyo3(signature = (backup, **given), text_signature = "($self, backup, *, tenant, activate=False, unknown=False)")]
    fn restore(&self, py: Python<'_>, backup: &Bound<'_, PyAny>, given: Option<Keywords<'_>>) -> PyResult<Restored> {
        let (backup, mut given) = (named(backup)?, Given::new(py, given));
        // No part of the draft as it is read, so that no request can ask for it.
        let unknown = given.flag("unknown")?.unwrap_or(false);
        let wanted = core::NewRestore { unknown, ..given.draft()? };
        run(py, || self.0.backups().restore(&backup, &wanted)).map(Restored::from)
    }

    /// Removes all backups in the default place but the newest finished ones, so many, and all but as many copies of each file from before
    /// migrations and restores.
    #[pyo3(signature = (**given), text_signature = "($self, *, keep)")]
    fn prune(&self, py: Python<'_>, given: Option<Keywords<'_>>) -> PyResult<Pruned> {
        let mut given = Given::new(py, given);
        let keep = given.number("keep", 0..=u32::MAX)?.unwrap_or(0);
        given.none_left()?;
        run(py, || self.0.backups().prune(keep as usize)).map(Pruned::from)
    }
}

value! {
    /// A backup, as its folder tells.
    Backup [name, state, tenants] {
        /// Its name, the time it began (UTC): `20261121T064500Z`.
        name: String,
        /// Where it lies.
        folder: PathBuf,
        /// `finished`, `unfinished` or `unusable`.
        state: String,
        /// Why it can't be used, where it can't.
        problem: Option<BackupProblem>,
        /// When it began and ended (UTC); None where nothing tells.
        times: Option<(Instant, Instant)>,
        /// The tenants in it, by slug.
        tenants: Vec<String>,
        /// Tenants that were asked for and are not in it, with the error's code.
        left_out: BTreeMap<String, String>,
        /// Bytes of its databases.
        bytes: u64,
    }
}

impl Backup {
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl From<core::Backup> for Backup {
    fn from(backup: core::Backup) -> Self {
        let core::Backup { name, folder, state, times, tenants, left_out, bytes } = backup;
        let word = state.as_str().to_owned();
        let problem = match state {
            BackupState::Unusable(problem) => Some(problem.into()),
            _ => None,
        };
        Self { name, folder, state: word, problem, times: Of::of(times), tenants: Of::of(tenants), left_out: Of::of(left_out), bytes }
    }
}

shown_as! {
    core::Backup: Backup = Backup::from;
}

value! {
    /// Something that is wrong with a backup.
    BackupProblem from core::BackupProblem [subject, code, message] {
        /// What it is about: `registry`, a tenant's slug, `manifest`, or `backup` for the whole.
        subject: String,
        /// A stable code, such as `DAMAGED` or `TAMPERED`.
        code: String,
        /// What is wrong, for a person.
        message: String,
    }
}

value! {
    /// What a check of a backup found.
    Verification from core::Verification [name, problems] {
        /// The backup's name.
        name: String,
        /// Its databases, the registry first; empty where the manifest can't be used.
        files: Vec<VerifiedFile>,
        /// All that is wrong; empty when all is well.
        problems: Vec<BackupProblem>,
    } {
        /// Whether nothing is wrong with it.
        #[getter]
        fn is_sound(&self) -> bool {
            self.problems.is_empty()
        }
    }
}

value! {
    /// One database of a backup.
    VerifiedFile from core::VerifiedFile [file, tenant, sound] {
        /// Its name in the folder.
        file: String,
        /// The tenant's slug; None for the registry.
        tenant: Option<String>,
        /// Its bytes.
        bytes: u64,
        /// The schema version it has. An older one is migrated when it is restored.
        schema_version: u32,
        /// Whether nothing is wrong with it.
        sound: bool,
    }
}

value! {
    /// A tenant put back.
    Restored from core::Restored [tenant, backup, as_of, active] {
        /// Its slug.
        tenant: String,
        /// The backup it comes from.
        backup: String,
        /// When that backup began (UTC): nothing later is in it.
        as_of: Instant,
        /// The schema version it had in the backup.
        from_schema: u32,
        /// The epoch of its audit log that begins with this.
        epoch: i64,
        /// Whether it is active.
        active: bool,
        /// Its API keys: those valid now, or where the replaced file couldn't tell, those of then.
        api_keys: u32,
        /// Whether keys, passwords, roles and deactivations of its people are as they were just now. Otherwise (the replaced file was
        /// missing or damaged) they are as they were then, replaced keys and old passwords included.
        access_kept: bool,
        /// People of the backup of whom the replaced file knew nothing, so that nobody could say whether they may still get in: they are
        /// deactivated and have no password.
        shut_out: u32,
        /// Its active admins. Without one, nobody of the tenant can bring anybody back: the operator can.
        active_admins: u32,
        /// The file in `trash/` that it replaced, if there was one.
        replaced: Option<String>,
    }
}

value! {
    /// A whole installation put back.
    RestoredDirectory from core::RestoredDirectory [backup, as_of, data] {
        /// The backup it comes from.
        backup: String,
        /// When that backup began (UTC): nothing later is in it.
        as_of: Instant,
        /// The data directory.
        data: PathBuf,
        /// The tenants that its registry knows, by slug.
        tenants: Vec<RestoredTenant>,
    }
}

value! {
    /// What became of one tenant of an installation put back.
    RestoredTenant [slug, code] {
        /// Its slug.
        slug: String,
        /// Why it isn't there, as the error's code; None when it is.
        code: Option<String>,
        /// The same for a person.
        message: Option<String>,
    }
}

shown_as! {
    core::RestoredTenant: RestoredTenant = |tenant| {
        let (code, message) = tenant.missing.unzip();
        RestoredTenant { slug: tenant.slug.to_string(), code: Of::of(code), message }
    };
}

value! {
    /// What was removed.
    Pruned from core::Pruned [backups, copies, bytes] {
        /// Backups, by name, newest first.
        backups: Vec<String>,
        /// How many copies of files from before migrations and restores.
        copies: usize,
        /// The bytes of all of it.
        bytes: u64,
    }
}
