//! The shapes of migrations and backups.

use poem_openapi::Object;
use polaris_core::{Backup, BackupProblem, BackupState, Migration, MigrationOutcome, MigrationReport, Restored, Verification};
use serde::Serialize;

use crate::public_api::utc;

/// Which tenants are to be migrated: all, or those named.
#[derive(Debug, Object)]
#[oai(rename = "NewMigration")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewMigrationBody {
    /// All tenants but those in the trash; deactivated ones too.
    #[oai(default)]
    all: bool,
    /// These, by slug.
    #[oai(default)]
    tenants: Vec<String>,
    /// Only tell what would be done.
    #[oai(default)]
    dry_run: bool,
    /// How many at a time; as many as there are processors when left out.
    #[oai(validator(minimum(value = "1"), maximum(value = "16")))]
    jobs: Option<u32>,
}

/// What became of each tenant.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "MigrationReport")]
pub(crate) struct MigrationReportBody {
    /// The schema version of this program.
    target: u32,
    /// Whether nothing was to be changed.
    dry_run: bool,
    /// One for each tenant asked for, by slug.
    tenants: Vec<MigrationBody>,
}

/// What became of one tenant's database.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Migration")]
pub(crate) struct MigrationBody {
    /// The tenant's slug.
    tenant: String,
    /// The schema version its file had; null where it couldn't be read.
    from: Option<u32>,
    /// `up_to_date`, `migrated`, `pending` (in a dry run: it would be) or `failed`.
    outcome: String,
    /// Why it failed: a stable code.
    code: Option<String>,
    /// Why it failed, for a person.
    message: Option<String>,
}

impl From<&MigrationReport> for MigrationReportBody {
    fn from(report: &MigrationReport) -> Self {
        Self { target: report.target, dry_run: report.dry_run, tenants: report.tenants.iter().map(MigrationBody::from).collect() }
    }
}

impl From<&Migration> for MigrationBody {
    fn from(migration: &Migration) -> Self {
        let (code, message) = match &migration.outcome {
            MigrationOutcome::Failed { code, message } => (Some((*code).to_owned()), Some(message.clone())),
            _ => (None, None),
        };
        let outcome = migration.outcome.as_str().to_owned();
        Self { tenant: migration.slug.to_string(), from: migration.from, outcome, code, message }
    }
}

/// A backup to be made.
#[derive(Debug, Object)]
#[oai(rename = "NewBackup")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewBackupBody {
    /// These tenants, by slug; all of them when empty. The registry is always in it.
    #[oai(default)]
    tenants: Vec<String>,
}

/// A tenant to be put back.
#[derive(Debug, Object)]
#[oai(rename = "NewRestore")]
#[allow(dead_code, reason = "documents what the core reads")]
pub(crate) struct NewRestoreBody {
    /// The tenant, by slug.
    tenant: String,
    /// Reactivate it at once. Otherwise it stays deactivated, so that it can be looked at first.
    #[oai(default)]
    activate: bool,
}

/// A backup.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Backup")]
pub(crate) struct BackupBody {
    /// Its name, the time it began.
    name: String,
    /// `finished`, `unfinished` (being made or cut off) or `unusable`.
    state: String,
    /// When it began (UTC); null where it can't be told.
    began_at: Option<String>,
    /// When it was finished (UTC); null where it can't be told.
    finished_at: Option<String>,
    /// The tenants in it, by slug.
    tenants: Vec<String>,
    /// Tenants that were asked for and are not in it.
    left_out: Vec<LeftOutBody>,
    /// Bytes of its databases.
    bytes: u64,
    /// Why it is unusable.
    problem: Option<BackupProblemBody>,
}

/// A tenant that is not in a backup.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "LeftOut")]
pub(crate) struct LeftOutBody {
    /// The tenant's slug.
    tenant: String,
    /// Why: a stable code.
    code: String,
}

/// What is wrong with a backup.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "BackupProblem")]
pub(crate) struct BackupProblemBody {
    /// `registry`, a tenant's slug, `manifest`, or `backup` for the whole.
    subject: String,
    /// A stable code.
    code: String,
    /// What is wrong, for a person.
    message: String,
}

impl From<&Backup> for BackupBody {
    fn from(backup: &Backup) -> Self {
        Self {
            name: backup.name.clone(),
            state: backup.state.as_str().to_owned(),
            began_at: backup.times.map(|(began, _)| utc(began)),
            finished_at: backup.times.map(|(_, finished)| utc(finished)),
            tenants: backup.tenants.iter().map(ToString::to_string).collect(),
            left_out: backup.left_out.iter().map(|(slug, code)| LeftOutBody { tenant: slug.to_string(), code: code.clone() }).collect(),
            bytes: backup.bytes,
            problem: match &backup.state {
                BackupState::Unusable(problem) => Some(problem.into()),
                _ => None,
            },
        }
    }
}

impl From<&BackupProblem> for BackupProblemBody {
    fn from(problem: &BackupProblem) -> Self {
        Self { subject: problem.subject.clone(), code: problem.code.to_owned(), message: problem.message.clone() }
    }
}

/// What a check of a backup found.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Verification")]
pub(crate) struct VerificationBody {
    /// The backup's name.
    name: String,
    /// Whether nothing is wrong with it.
    sound: bool,
    /// Its databases, the registry first.
    databases: Vec<VerifiedBody>,
    /// All that is wrong.
    problems: Vec<BackupProblemBody>,
}

/// One database of a backup.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "VerifiedDatabase")]
pub(crate) struct VerifiedBody {
    /// The tenant's slug; null for the registry.
    tenant: Option<String>,
    /// Its bytes.
    bytes: u64,
    /// The schema version it has.
    schema_version: u32,
    /// Whether nothing is wrong with it.
    sound: bool,
}

impl From<&Verification> for VerificationBody {
    fn from(found: &Verification) -> Self {
        let database = |file: &polaris_core::VerifiedFile| VerifiedBody {
            tenant: file.tenant.as_ref().map(ToString::to_string),
            bytes: file.bytes,
            schema_version: file.schema_version,
            sound: file.sound,
        };
        Self {
            name: found.name.clone(),
            sound: found.is_sound(),
            databases: found.files.iter().map(database).collect(),
            problems: found.problems.iter().map(BackupProblemBody::from).collect(),
        }
    }
}

/// A tenant put back.
#[derive(Debug, Object, Serialize)]
#[oai(rename = "Restored")]
pub(crate) struct RestoredBody {
    /// Its slug.
    tenant: String,
    /// The backup it comes from.
    backup: String,
    /// When that backup began (UTC): nothing later is in it.
    as_of: String,
    /// The schema version it had in the backup.
    from_schema: u32,
    /// The epoch of its audit log that begins with this.
    epoch: i64,
    /// `active` or `inactive`.
    state: String,
    /// Its API keys.
    api_keys: u32,
    /// Whether keys, passwords, roles and deactivations are as they were just now; otherwise they are as they were then.
    access_kept: bool,
    /// People of the backup whom the replaced file didn't know: they are deactivated and have no password.
    shut_out: u32,
    /// Its active admins.
    active_admins: u32,
}

impl From<&Restored> for RestoredBody {
    fn from(restored: &Restored) -> Self {
        Self {
            tenant: restored.tenant.to_string(),
            backup: restored.backup.clone(),
            as_of: utc(restored.as_of),
            from_schema: restored.from_schema,
            epoch: restored.epoch,
            state: if restored.active { "active" } else { "inactive" }.to_owned(),
            api_keys: restored.api_keys,
            access_kept: restored.access_kept,
            shut_out: restored.shut_out,
            active_admins: restored.active_admins,
        }
    }
}
