//! People who can log in, for tests: written into the files as a migration from Flask would bring them.

use std::time::Duration;

use polaris_core::{Caller, Context, LogIn, LoggedIn, Patience, Polaris, Result, TenantHandle};
use sha2::{Digest, Sha256};

use super::support::World;

/// What everybody's password is at first, and its hash as Werkzeug made it; a cheap one, so that tests are quick.
pub(super) const PASSWORD: &str = "password123";
pub(super) const HASH: &str = "pbkdf2:sha1:1000$abcDEF01$2eb253ab4c9b7d6064191a7af6cc0ba341663239";

/// A house in which refusals are given at once, and Pat and Kim can log in to `kckps`, Ash and Sam on the platform.
pub(super) fn house() -> World {
    let world = World::with(|config| config.log_in_least = Duration::ZERO);
    user(&world, "kckps", "Pat.Lee@kckps.org", Some("PatLee"), "coordinator");
    user(&world, "kckps", "kim@kckps.org", None, "admin");
    staff(&world, "Ash Doe", "ash@prepkc.org", "admin");
    staff(&world, "Sam Roe", "sam@prepkc.org", "support");
    world
}

pub(super) fn user(world: &World, slug: &str, email: &str, username: Option<&str>, role: &str) -> i64 {
    let raw = world.raw(slug);
    let folded = username.map(str::to_lowercase);
    raw.execute(
        "INSERT INTO users (email, folded_email, username, folded_username, first_name, last_name, folded_name, role, password_hash,
                            created_at, updated_at)
         VALUES (?1, lower(?1), ?2, ?3, 'Pat', 'Lee', 'lee pat', ?4, ?5, '2026-08-01T00:00:00.000Z', '2026-08-01T00:00:00.000Z')",
        (email, username, folded, role, HASH),
    )
    .unwrap();
    raw.last_insert_rowid()
}

pub(super) fn staff(world: &World, name: &str, email: &str, role: &str) -> i64 {
    let raw = world.raw_registry();
    raw.execute(
        "INSERT INTO staff (name, email, folded_email, role, password_hash, created_at, updated_at)
         VALUES (?1, ?2, lower(?2), ?3, ?4, '2026-08-01T00:00:00.000Z', '2026-08-01T00:00:00.000Z')",
        (name, email, role, HASH),
    )
    .unwrap();
    raw.last_insert_rowid()
}

/// A link's secret, and its row for Pat (number 1), good for an hour.
pub(super) fn link(world: &World, slug: &str, number: u8, purpose: &str) -> String {
    let secret = format!("plol_{}", format!("{number:02x}").repeat(22)[..43].replace('f', "A"));
    let hash: String = Sha256::digest(&secret).iter().map(|byte| format!("{byte:02x}")).collect();
    world
        .raw(slug)
        .execute(
            "INSERT INTO one_time_links (user_id, hash, purpose, created_at, expires_at)
             VALUES (1, ?1, ?2, '2026-09-01T12:00:00.000Z', '2026-09-01T13:00:00.000Z')",
            (hash, purpose),
        )
        .unwrap();
    secret
}

pub(super) fn from(address: &str) -> Context {
    Context { address: Some(address.into()), request_id: Some("r-1".into()) }
}

pub(super) fn with(login: &str, password: &str) -> LogIn {
    LogIn { login: login.into(), password: password.into() }
}

/// Logs in to `kckps` from an address.
pub(super) fn try_log_in(polaris: &Polaris, login: &str, password: &str, address: &str) -> Result<LoggedIn> {
    polaris.tenant_door("kckps", from(address))?.sessions().log_in(&with(login, password)).wait()
}

pub(super) fn log_in(world: &World, login: &str) -> LoggedIn {
    try_log_in(&world.polaris, login, PASSWORD, "192.0.2.7").unwrap()
}

pub(super) fn staff_log_in(world: &World, login: &str) -> LoggedIn {
    world.polaris.staff_door(from("192.0.2.9")).unwrap().log_in(&with(login, PASSWORD)).wait().unwrap()
}

/// Whoever a token stands for in `kckps`.
pub(super) fn caller(world: &World, token: &LoggedIn) -> Result<Caller> {
    world.polaris.tenant_session(token.token.reveal(), "kckps", Patience::Wait)
}

/// `kckps`, for whoever has logged in.
pub(super) fn inside(world: &World, token: &LoggedIn) -> TenantHandle {
    world.polaris.tenant("kckps", caller(world, token).unwrap().within(from("192.0.2.7"))).unwrap()
}

/// Entries of an audit log: action, actor's kind, outcome, resource, details.
pub(super) fn entries(raw: &rusqlite::Connection) -> Vec<(String, String, String, String, serde_json::Value)> {
    let mut statement = raw
        .prepare(
            "SELECT action, actor_kind, outcome, coalesce(resource_kind || ' ' || resource_id, 'none'), details FROM audit_entries
             WHERE action <> 'tenant.create' AND action <> 'reference.add' ORDER BY id",
        )
        .unwrap();
    let rows = statement.query_map([], |row| {
        let details: String = row.get(4)?;
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, serde_json::from_str(&details).unwrap()))
    });
    rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
}
