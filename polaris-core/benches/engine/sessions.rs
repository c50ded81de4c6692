//! What every request of a signed-in user pays first: finding the session behind a token, in the transaction that looks whether the
//! tenant is active.

use polaris_core::{Durability, Patience, Polaris};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::bare::{self, Purpose};
use crate::data::{fill_tenant, log_in, new_engine, new_user};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, scratch_directory};

/// Sessions of a busy district.
const SESSIONS: usize = 2_000;

/// What the session and state check of one call may take, in seconds.
const AT_MOST: f64 = 20e-6;

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 50, Durability::Normal)?;
    let file = fill_tenant(&polaris, "kckps", plan.pick(100, 100, 5))?;
    new_user(&polaris, "kckps", "pat@kckps.org")?;
    let token = log_in(&polaris, "kckps", "pat@kckps.org")?;
    fill(&bare::open(&file, Purpose::Write)?, plan.pick(SESSIONS, SESSIONS, 10))?;
    let connection = bare::open(&file, Purpose::Read)?;
    let checks = plan.pick(200_000, 50_000, 100);
    let hash: String = Sha256::digest(&token).iter().map(|byte| format!("{byte:02x}")).collect();
    compare(
        plan,
        "session_check: whoever a token stands for, in an active tenant",
        Unit::Time,
        &mut [
            Side::new("tenant_session(token, slug)", || each(checks, || engine(&polaris, &token, checks))),
            Side::new("BEGIN, the two held statements, COMMIT; the hash given", || each(checks, || held(&connection, &hash, checks))),
            Side::new("what it may take at most", || Ok(AT_MOST)),
        ],
        &[(1, Target::Told), (2, Target::AtMost(1.0))],
    )
}

fn engine(polaris: &Polaris, token: &str, checks: usize) -> Outcome<()> {
    for _ in 0..checks {
        std::hint::black_box(polaris.tenant_session(token, "kckps", Patience::Never)?);
    }
    Ok(())
}

fn held(connection: &Connection, hash: &str, checks: usize) -> Outcome<()> {
    let mut begin = connection.prepare("BEGIN")?;
    let mut standing = connection.prepare("SELECT state, settings_rev, public_rev FROM tenant WHERE uuid <> ?1 AND slug = ?2")?;
    let mut session = connection.prepare(
        "SELECT u.id, u.first_name || ' ' || u.last_name, u.role, s.id, s.last_used_at FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.token_hash = ?1 AND u.active = 1 AND s.expires_at > ?2 AND s.last_used_at > ?3",
    )?;
    let mut commit = connection.prepare("COMMIT")?;
    for _ in 0..checks {
        begin.execute([])?;
        let state: (String, i64, i64) = standing.query_row(["", "kckps"], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let found: (i64, String, String, i64, String) = session
            .query_row([hash, "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })?;
        std::hint::black_box((state, found));
        commit.execute([])?;
    }
    Ok(())
}

/// Others' sessions beside it.
fn fill(connection: &Connection, sessions: usize) -> Outcome<()> {
    connection.execute(
        "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
         INSERT INTO sessions (token_hash, user_id, created_at, last_used_at, expires_at)
         SELECT printf('%064d', n), 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-31T00:00:00.000Z' FROM number",
        [i64::try_from(sessions)?],
    )?;
    Ok(())
}
