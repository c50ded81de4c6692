//! Making a tenant's file, as a backup has it, into one that can be served now.
//!
//! Its sessions and links are gone, a new epoch of its audit log begins, what the file that is replaced knows better is taken over: who may
//! get in, who wants no mails, and how far numbers and revisions had come.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::said::Said;
use crate::audit::{self, Appended, Entry};
use crate::auth::Caller;
use crate::engine::Setup;
use crate::error::{Error, Result};
use crate::operations::BACKUPS_RESTORE;
use crate::store::backup::Manifest;
use crate::store::dialect::elements;
use crate::store::schema::Kind;
use crate::store::{Transaction, dialect, params};
use crate::tenant::{mails, settings};
use crate::types::fold::fold;
use crate::types::{Slug, TenantId};

/// By how much numbers are raised where the file that is replaced can't say how far it had come.
const UNKNOWN: i64 = 1_000;

/// What a file that is replaced had come to.
#[derive(Default)]
pub(super) struct Reached {
    /// `settings_rev` and `public_rev`.
    pub(super) revisions: Option<(i64, i64)>,
    pub(super) epoch: i64,
    pub(super) numbers: Vec<(String, i64)>,
    pub(super) access: Option<Access>,
    pub(super) said: Option<Said>,
}

/// Who may get in: that is as it is now, not as it was then.
pub(super) struct Access {
    keys: Vec<Key>,
    accounts: Vec<Account>,
    /// The hashes of calendar feeds' secrets.
    feeds: Vec<String>,
}

struct Key {
    id: i64,
    hash: String,
    name: String,
    hint: String,
    created_at: String,
    last_used_at: Option<String>,
    expires_at: Option<String>,
    hour: (Option<String>, i64),
    day: (Option<String>, i64),
}

const KEY_COLUMNS: &str = "id, hash, name, hint, created_at, last_used_at, expires_at, hour_began_at, hour_count, day_began_at, day_count";

struct Account {
    id: i64,
    role: String,
    active: bool,
    password_hash: Option<String>,
    password_changed_at: Option<String>,
}

impl Access {
    fn read(file: &Transaction<'_>) -> Result<Self> {
        let keys = file.all(&format!("SELECT {KEY_COLUMNS} FROM api_keys"), params![], |row| {
            Ok(Key {
                id: row.get("id")?,
                hash: row.get("hash")?,
                name: row.get("name")?,
                hint: row.get("hint")?,
                created_at: row.get("created_at")?,
                last_used_at: row.get("last_used_at")?,
                expires_at: row.get("expires_at")?,
                hour: (row.get("hour_began_at")?, row.get("hour_count")?),
                day: (row.get("day_began_at")?, row.get("day_count")?),
            })
        })?;
        let accounts = file.all("SELECT id, role, active, password_hash, password_changed_at FROM users", params![], |row| {
            Ok(Account {
                id: row.get("id")?,
                role: row.get("role")?,
                active: row.get("active")?,
                password_hash: row.get("password_hash")?,
                password_changed_at: row.get("password_changed_at")?,
            })
        })?;
        // A file from before there were feeds has none.
        let feeds = file.all("SELECT hash FROM calendar_feeds", params![], |row| row.get("hash")).unwrap_or_default();
        Ok(Self { keys, accounts, feeds })
    }

    /// Gives the number of people who are shut out: those the replaced file didn't know. They may have been deactivated before an earlier
    /// restore took them away, so that being let in is decided anew.
    fn write(&self, file: &Transaction<'_>) -> Result<u32> {
        file.execute("DELETE FROM api_keys", params![])?;
        for key in &self.keys {
            let values = params![
                key.id,
                key.hash,
                key.name,
                key.hint,
                key.created_at,
                key.last_used_at,
                key.expires_at,
                key.hour.0,
                key.hour.1,
                key.day.0,
                key.day.1,
            ];
            let sql = format!("INSERT INTO api_keys ({KEY_COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
            file.execute(&sql, values)?;
        }
        // A feed that was revoked since stays so.
        let feeds = serde_json::to_string(&self.feeds).map_err(|_| Error::Internal)?;
        file.execute(concat!("DELETE FROM calendar_feeds WHERE hash NOT IN ", elements!("?1")), params![feeds])?;
        // Nobody gets in but those of whom the replaced file knew.
        let people = file.execute("UPDATE users SET active = 0, password_hash = NULL, version = version + 1", params![])?;
        let mut known = 0;
        for account in &self.accounts {
            known += file.execute(
                "UPDATE users SET role = ?2, active = ?3, password_hash = ?4, password_changed_at = ?5 WHERE id = ?1",
                params![account.id, account.role, i64::from(account.active), account.password_hash, account.password_changed_at],
            )?;
        }
        Ok(u32::try_from(people - known).unwrap_or(u32::MAX))
    }
}

/// Who puts databases back, by which clock and randomness: an engine's, or those of one that is still to be opened.
pub(super) struct Renewing<'a> {
    pub(super) setup: &'a Setup,
    pub(super) caller: &'a Caller,
}

/// What was made of the copy.
pub(super) struct Renewed {
    pub(super) epoch: i64,
    pub(super) head: Appended,
    pub(super) name: String,
    pub(super) district: Option<String>,
    pub(super) time_zone: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) api_keys: u32,
    pub(super) shut_out: u32,
    pub(super) active_admins: u32,
}

/// How far this file has come.
pub(super) fn reached_in(file: &Transaction<'_>) -> Result<Reached> {
    let row = file.first("SELECT settings_rev, public_rev, audit_epoch FROM tenant", params![], |row| {
        Ok((row.get("settings_rev")?, row.get("public_rev")?, row.get("audit_epoch")?))
    })?;
    let (settings, public, epoch) = row.ok_or(Error::Internal)?;
    let (numbers, access, said) = (dialect::last_numbers(file)?, Some(Access::read(file)?), Some(Said::read(file)));
    Ok(Reached { revisions: Some((settings, public)), epoch, numbers, access, said })
}

/// Makes a tenant's file as it was then into one that can be served now.
pub(super) fn renew(
    renewing: &Renewing<'_>,
    file: &Transaction<'_>,
    manifest: &Manifest,
    id: TenantId,
    reached: &Reached,
    state: Option<&str>,
) -> Result<Renewed> {
    let (settings_rev, public_rev) = reached.revisions.unwrap_or_default();
    // Whoever holds answers rendered from the file that is replaced must not take them for this one's.
    let more = if reached.revisions.is_some() { 1 } else { UNKNOWN * UNKNOWN };
    let sql = "UPDATE tenant SET state = coalesce(?1, state), audit_epoch = max(audit_epoch, ?2) + 1,
               settings_rev = max(settings_rev, ?3) + ?5, public_rev = max(public_rev, ?4) + ?5 WHERE uuid = ?6";
    file.execute(sql, params![state, reached.epoch, settings_rev, public_rev, more, id])?;
    for table in ["sessions", "one_time_links", "log_in_attempts"] {
        file.execute(&format!("DELETE FROM {table}"), params![])?;
    }
    // Those that waited then have been sent since, most likely.
    let held = "UPDATE outbox SET state = 'held', taken_until = NULL, last_error = ?1 WHERE state IN ('waiting', 'sending')";
    file.execute(held, params![mails::RESTORED])?;
    let shut_out = reached.access.as_ref().map_or(Ok(0), |access| access.write(file))?;
    if let Some(said) = &reached.said {
        said.write(file)?;
    }
    // Calendars take a message only if its number is above that of the last they got, which may have been sent since.
    file.execute("UPDATE events SET invite_sequence = invite_sequence + ?1 * (SELECT audit_epoch FROM tenant)", params![UNKNOWN])?;
    let sql = "SELECT count(*) AS count FROM users WHERE role = 'admin' AND active = 1";
    let active_admins = file.first(sql, params![], |row| row.get("count"))?;
    // Numbers that people have seen since are not given again.
    dialect::raise_numbers(file, &reached.numbers, if reached.revisions.is_some() { 0 } else { UNKNOWN })?;
    let row =
        file.first("SELECT audit_epoch, created_at FROM tenant", params![], |row| Ok((row.get("audit_epoch")?, row.get("created_at")?)))?;
    let (epoch, created_at) = row.ok_or(Error::Internal)?;
    let api_keys = file.first(
        "SELECT count(*) AS count FROM api_keys WHERE expires_at IS NULL OR expires_at > ?1",
        params![renewing.setup.now()],
        |row| row.get("count"),
    )?;
    let settings = settings::read(file)?;
    let details = json!({ "backup": manifest.name, "as_of": manifest.began_at, "epoch": epoch });
    let action = BACKUPS_RESTORE.audit.unwrap_or(BACKUPS_RESTORE.id);
    let head =
        audit::append(file, renewing.caller, action, &Entry::of("tenant", id, details), renewing.setup.now(), &*renewing.setup.randomness)?;
    Ok(Renewed {
        epoch,
        head,
        name: settings.name,
        district: settings.district,
        time_zone: settings.time_zone.name().to_owned(),
        created_at,
        api_keys: api_keys.unwrap_or_default(),
        shut_out,
        active_admins: active_admins.unwrap_or_default(),
    })
}

/// As [`renew`], for a whole directory: the tenant stays what it was, and nothing has come since.
pub(super) fn renew_as_it_was(
    renewing: &Renewing<'_>,
    file: &Transaction<'_>,
    manifest: &Manifest,
    id: TenantId,
    epoch: i64,
) -> Result<Renewed> {
    renew(renewing, file, manifest, id, &Reached { epoch, ..Reached::default() }, None)
}

/// Writes what the registry knows of a restored tenant.
pub(super) fn know(
    registry: &Transaction<'_>,
    id: TenantId,
    slug: &Slug,
    state: &str,
    renewed: &Renewed,
    now: DateTime<Utc>,
) -> Result<()> {
    let known = registry.execute(
        "UPDATE tenants SET name = ?2, folded_name = ?3, district = ?4, time_zone = ?5, schema_version = ?6, state = ?8, updated_at = ?7,
                            deactivated_at = CASE WHEN ?8 = 'active' THEN NULL ELSE deactivated_at END
         WHERE uuid = ?1",
        params![id, renewed.name, fold(&renewed.name), renewed.district, renewed.time_zone, Kind::Tenant.version(), now, state],
    )?;
    if known == 0 {
        registry.execute(
            "INSERT INTO tenants (uuid, slug, name, folded_name, district, state, time_zone, schema_version, created_at, updated_at,
                                  deactivated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?10, ?6, ?7, ?8, ?9, CASE WHEN ?10 = 'active' THEN NULL ELSE ?9 END)",
            params![
                id,
                slug,
                renewed.name,
                fold(&renewed.name),
                renewed.district,
                renewed.time_zone,
                Kind::Tenant.version(),
                renewed.created_at,
                now,
                state,
            ],
        )?;
    }
    note_head(registry, id, renewed, now)
}

/// Where the restored tenant's audit log ends, in its new epoch.
pub(super) fn note_head(registry: &Transaction<'_>, id: TenantId, renewed: &Renewed, now: DateTime<Utc>) -> Result<()> {
    registry.execute("DELETE FROM audit_heads WHERE tenant_uuid = ?1", params![id])?;
    registry.execute(
        "INSERT INTO audit_heads (tenant_uuid, epoch, entry_id, hash, noted_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, renewed.epoch, renewed.head.id, renewed.head.hash, now],
    )?;
    Ok(())
}
