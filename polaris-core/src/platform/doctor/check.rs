//! What doctor looks at.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Finding, Mending, Severity, histories, search, trash};
use crate::audit::heads;
use crate::audit::{self, AuditVerification, Break};
use crate::error::{Error, Result};
use crate::platform::{Platform, Progress, support};
use crate::store::caretaker::ALARM_AT;
use crate::store::database::{Database, wal_of};
use crate::store::directory::{self, DataDirectory};
use crate::store::error::StoreError;
use crate::store::inspect::{self, Inspection};
use crate::store::mould::{self, Condition};
use crate::store::schema::Kind;
use crate::store::{Transaction, backup, params};
use crate::tenant::settings;
use crate::types::{LocalTime, Slug, TenantId, TimeZone};

/// A tenant as the registry knows it.
pub(super) struct Registered {
    pub(super) uuid: String,
    pub(super) slug: String,
    state: String,
    name: String,
    district: Option<String>,
    time_zone: String,
    pub(super) trashed_as: Option<String>,
    schema_version: u32,
}

/// Gathers findings about one subject.
pub(super) struct About<'f> {
    pub(super) subject: String,
    pub(super) findings: &'f mut Vec<Finding>,
}

impl About<'_> {
    pub(super) fn note(&mut self, severity: Severity, problem: impl Into<String>, remedy: impl Into<String>, mending: Option<Mending>) {
        self.findings.push(Finding {
            severity,
            subject: self.subject.clone(),
            problem: problem.into(),
            remedy: remedy.into(),
            mendable: mending.is_some(),
            mending,
        });
    }

    pub(super) fn error(&mut self, problem: impl Into<String>, remedy: impl Into<String>) {
        self.note(Severity::Error, problem, remedy, None);
    }

    pub(super) fn mendable(&mut self, problem: impl Into<String>, mending: Mending) {
        self.note(Severity::Warning, problem, "run `polaris doctor --mend`", Some(mending));
    }
}

/// Looks at everything; gives how many tenants there are, and what is wrong.
pub(super) fn everything(platform: &Platform, progress: Progress<'_>) -> Result<(usize, Vec<Finding>)> {
    let mut findings = Vec::new();
    let engine = &platform.engine;
    let registered = engine.registry.read(|registry| {
        let sql = "SELECT uuid, slug, state, name, district, time_zone, trashed_as, schema_version FROM tenants ORDER BY slug";
        registry.all(sql, params![], |row| {
            Ok(Registered {
                uuid: row.get("uuid")?,
                slug: row.get("slug")?,
                state: row.get("state")?,
                name: row.get("name")?,
                district: row.get("district")?,
                time_zone: row.get("time_zone")?,
                trashed_as: row.get("trashed_as")?,
                schema_version: row.get("schema_version")?,
            })
        })
    })?;
    let total = registered.len() + 1;
    let mut about = About { subject: "polaris.db".to_owned(), findings: &mut findings };
    if let Some(directory) = &engine.directory {
        look_into(&mut about, &directory.registry(), Kind::Registry);
    }
    check_chain(&mut about, audit::verify_file(&engine.registry, false, None));
    for slug in support::unsettled(engine)? {
        let mut about = About { subject: slug.to_string(), findings: &mut findings };
        about.mendable("the operator's log doesn't say how a change by staff ended, which was cut off", Mending::SettleSupport);
    }
    progress(1, total);
    for (at, tenant) in registered.iter().enumerate() {
        let mut about = About { subject: tenant.slug.clone(), findings: &mut findings };
        if tenant.state == "creating" {
            about.mendable(
                "its creation was cut off or is under way",
                Mending::ForgetCreation { uuid: tenant.uuid.clone(), slug: tenant.slug.clone() },
            );
        } else if tenant.state == "deleting" {
            if let Some(directory) = &engine.directory {
                trash::check(directory, &mut about, tenant, || crate::platform::tenants::trash::purge_was_begun(engine, &tenant.uuid));
            }
        } else {
            check_tenant(platform, &mut about, tenant);
        }
        progress(at + 2, total);
    }
    if let Some(directory) = &engine.directory {
        check_directory(directory, &registered, &mut findings);
    }
    Ok((registered.len(), findings))
}

/// What the file's rights, SQLite and the file's header say.
fn look_into(about: &mut About<'_>, path: &Path, kind: Kind) -> Option<Inspection> {
    if let Some(mode) = directory::closed_to_its_owner(path) {
        let problem = format!("its owner may not both read and write it (mode {mode:04o})");
        about.note(Severity::Error, problem, "run `polaris doctor --mend`, or: chmod 600", Some(Mending::OpenToOwner(path.to_owned())));
        return None;
    }
    let restore = "restore it from a backup; keep the damaged file aside";
    let found = match inspect::inspect(path, kind) {
        Ok(found) => found,
        Err(error) => {
            let remedy = match &error {
                StoreError::Full(_) => "make room on the disk, then check again",
                StoreError::Busy | StoreError::Interrupted => "another program is at work on it: check again when that is done",
                StoreError::ReadOnly(_) => "let its owner write it, then check again",
                _ => restore,
            };
            about.error(format!("the file can't be used: {error}"), remedy);
            return None;
        }
    };
    for line in &found.damage {
        about.error(format!("damaged: {line}"), restore);
    }
    for table in &found.orphans {
        about.error(format!("rows of {table} point at rows that don't exist"), restore);
    }
    if found.schema_version > kind.version() {
        about.error(format!("has schema version {}, written by a newer Polaris", found.schema_version), "use that newer version");
    } else if found.schema_version < kind.version() {
        about.note(
            Severity::Warning,
            format!("has schema version {}", found.schema_version),
            "run `polaris migrate --all`; or it is migrated when next opened, where that is allowed",
            None,
        );
    }
    let log = std::fs::metadata(wal_of(path)).map_or(0, |meta| meta.len());
    if log >= ALARM_AT {
        about.note(Severity::Warning, format!("its write-ahead log has {log} bytes"), "look for a program that reads without end", None);
    }
    Some(found)
}

/// What following the chain of a log found, and comparing its end with what the registry noted (X3).
fn check_chain(about: &mut About<'_>, verified: Result<AuditVerification>) {
    match verified.map(|verified| verified.first_break) {
        Ok(None) => {}
        Ok(Some(Break { id, kind })) => about.error(
            format!("the audit log was tampered with: entry {id} {}", kind.explained()),
            "compare with a backup, and find out who can write this file",
        ),
        Err(error) => about.error(format!("the audit log can't be read: {error}"), "see the other findings of this file"),
    }
}

fn check_tenant(platform: &Platform, about: &mut About<'_>, tenant: &Registered) {
    let engine = &platform.engine;
    if let Some(directory) = &engine.directory {
        let path = directory.tenant(&Slug::stored(tenant.slug.clone()));
        if !path.exists() {
            about.error("its file is missing", "restore it from a backup, or put the file back if it was moved");
            return;
        }
        let Some(found) = look_into(about, &path, Kind::Tenant) else { return };
        if !found.damage.is_empty() || found.schema_version != Kind::Tenant.version() {
            return;
        }
        if !check_identity(about, &found, tenant) {
            return;
        }
    }
    let opened: Option<Result<_>> = uuid::Uuid::parse_str(&tenant.uuid).ok().map(TenantId::new).map(|id| {
        let location = engine.location(id, &Slug::stored(tenant.slug.clone()))?;
        // What is noted is read first: by then it is in the file.
        let noted = engine.registry.read(|registry| heads::noted(registry, id))?;
        Ok((Database::open(location, Kind::Tenant, platform.polaris.options())?, noted))
    });
    match opened {
        Some(Ok((database, noted))) => {
            check_chain(about, audit::verify_file(&database, true, noted));
            if let Err(error) = database.read(|file| check_inside(about, file, tenant)) {
                about.error(format!("it can't be read: {error}"), "see the other findings of this file");
            }
            search::check(about, &database, tenant);
            histories::check(about, &database, tenant);
        }
        Some(Err(error)) => about.error(format!("it can't be opened: {error}"), "see the other findings of this file"),
        None => about.error("the registry holds a damaged id for it", "restore the registry from a backup"),
    }
}

/// Whether the file is the one that the registry means.
fn check_identity(about: &mut About<'_>, found: &Inspection, tenant: &Registered) -> bool {
    let Some(row) = &found.tenant else {
        about.error("the file does not say whose it is", "restore it from a backup");
        return false;
    };
    if row.uuid != tenant.uuid || row.slug != tenant.slug {
        about.error(
            format!("the file under this name is that of tenant `{}` ({})", row.slug, row.uuid),
            "files were swapped or renamed: give each its own name again",
        );
        return false;
    }
    if row.schema_version != found.schema_version {
        about.note(Severity::Warning, "its two notes of the schema version differ", "it is put right by the next migration", None);
    }
    if found.schema_version != tenant.schema_version {
        about.mendable(
            "the registry's copy of its schema version is out of date",
            Mending::CopyToRegistry { uuid: tenant.uuid.clone(), column: "schema_version", value: Some(found.schema_version.to_string()) },
        );
    }
    if row.state != tenant.state {
        about.mendable(
            format!("is {} by its own file and {} in the registry", row.state, tenant.state),
            Mending::CopyToRegistry { uuid: tenant.uuid.clone(), column: "state", value: Some(row.state.clone()) },
        );
    }
    true
}

fn check_inside(about: &mut About<'_>, file: &Transaction<'_>, tenant: &Registered) -> Result<()> {
    let settings = settings::read(file)?;
    let copies = [
        ("name", Some(settings.name), Some(tenant.name.clone())),
        ("district", settings.district, tenant.district.clone()),
        ("time_zone", Some(settings.time_zone.name().to_owned()), Some(tenant.time_zone.clone())),
    ];
    for (column, own, copy) in copies {
        if own != copy {
            let mending = Mending::CopyToRegistry { uuid: tenant.uuid.clone(), column, value: own };
            about.mendable(format!("the registry's copy of its {column} is out of date"), mending);
        }
    }
    let moved = moved_times(file)?;
    if moved > 0 {
        about.note(
            Severity::Warning,
            format!("{moved} events have a local time that today's time zone data puts at another instant"),
            "check these events' times; editing them stores the new instants",
            None,
        );
    }
    Ok(())
}

const TIMES: &str = "
    SELECT time_zone, starts_at_local, starts_at, ends_at_local, ends_at, registration_deadline_local, registration_deadline
    FROM events";

/// Events with a start, an end or a deadline whose stored instant is no longer what their zone makes of the local time.
fn moved_times(file: &Transaction<'_>) -> Result<usize> {
    let moved = file.all(TIMES, params![], |row| {
        let zone = row.get::<TimeZone>("time_zone")?;
        let has_moved = |local: &str, instant: &str| {
            let pair = row.get::<Option<NaiveDateTime>>(local)?.zip(row.get::<Option<DateTime<Utc>>>(instant)?);
            Ok::<_, Error>(pair.is_some_and(|(local, instant)| LocalTime::from_instant(instant, zone).local != local))
        };
        Ok(has_moved("starts_at_local", "starts_at")?
            || has_moved("ends_at_local", "ends_at")?
            || has_moved("registration_deadline_local", "registration_deadline")?)
    })?;
    Ok(moved.into_iter().filter(|moved| *moved).count())
}

fn check_directory(directory: &DataDirectory, registered: &[Registered], findings: &mut Vec<Finding>) {
    let known: BTreeMap<&str, &str> = registered.iter().map(|tenant| (tenant.slug.as_str(), tenant.state.as_str())).collect();
    for (slug, _) in directory.tenant_files() {
        if !known.contains_key(slug.as_str()) {
            let mut about = About { subject: format!("polaris_{slug}.db"), findings };
            about.error(
                "the registry knows no tenant of this name",
                "move it out of the data directory, or restore the registry that knows it",
            );
        }
    }
    trash::check_orphans(directory, registered, findings);
    for path in directory.unfinished_files() {
        let mut about = About { subject: shown(&path), findings };
        about.mendable("a file whose making was cut off or is under way", Mending::RemoveLeftover(path));
    }
    for folder in backup::cut_off(&directory.backups()) {
        let mut about = About { subject: format!("backups/{}", shown(&folder)), findings };
        about.mendable("a backup whose making was cut off; it can't be restored", Mending::RemoveUnfinishedBackup(folder));
    }
    check_templates(directory, findings);
    for path in directory.open_to_others() {
        let mut about = About { subject: shown(&path), findings };
        about.mendable("other users may read or write it", Mending::CloseToOthers(path));
    }
    if !directory.has_reserve() {
        let mut about = About { subject: "reserve".to_owned(), findings };
        about.mendable("no space is set aside for a full disk", Mending::FillReserve);
    }
    if let Some(free) = directory.free_bytes().filter(|free| *free < 256 << 20) {
        let mut about = About { subject: "disk".to_owned(), findings };
        about.note(Severity::Warning, format!("only {} MiB are free", free >> 20), "make room: a full disk refuses every change", None);
    }
}

/// New tenants are made of images, so there must be nothing in them but what the migrations and the reference data make. While a tenant
/// is being created they are let be.
fn check_templates(directory: &DataDirectory, findings: &mut Vec<Finding>) {
    let Ok(Some(_quiet)) = directory.lock_for_mending() else { return };
    for (path, condition) in mould::look_into_images(directory) {
        let mut about = About { subject: format!("templates/{}", shown(&path)), findings };
        match condition {
            Condition::Sound => {}
            Condition::Foreign => about.mendable("a template of another version, or no template at all", Mending::RemoveLeftover(path)),
            Condition::Changed => about.mendable("the template for new tenants is not as it was made", Mending::RemoveLeftover(path)),
        }
    }
}

fn shown(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
