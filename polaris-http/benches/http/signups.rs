//! Sign-ups through HTTP, durable, against the same rows in bare transactions that are grouped, from as many threads.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use polaris_core::{Actor, Config, Durability, Polaris};
use rusqlite::{Connection, params};

use crate::client::Client;
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, rate};
use crate::servers::Servers;
use crate::{CONNECTIONS, new_event};

/// As many are committed together at most, as the engine does it.
const MOST_TOGETHER: usize = 64;

pub(crate) fn run(plan: &Plan, place: &Path) -> Outcome<()> {
    let data = place.join("signups");
    let polaris = Polaris::init(Config { durability: Durability::Full, ..Config::at(&data) })?;
    for slug in ["ours", "bare"] {
        polaris.platform(Actor::System)?.tenants().create(polaris_core::NewTenant::new(slug, "A district"))?;
        let tenant = polaris.tenant(slug, Actor::System)?;
        // No number is stated, so that everybody has a place.
        let event = tenant.events().create(polaris_core::NewEvent { volunteers_needed: None, ..new_event(1) })?;
        tenant.events().publish(event.id)?;
    }
    let servers = Servers::alone(&data)?;
    let client = Client::new(servers.ports.quiet, "");
    let count = AtomicUsize::new(0);
    let body = || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        format!(
            r#"{{"first_name":"Ann{number}","last_name":"Lee","email":"ann{number}@example.org","phone":"913-555-0100","organization":"City Hall"}}"#
        )
    };
    let window = plan.pick(Duration::from_millis(2_000), Duration::from_millis(1_000), Duration::from_millis(50));
    let each = plan.pick(400, 150, 2);
    let bare = Bare::start(data.join("polaris_bare.db"))?;
    let path = "/api/v1/public/ours/events/1/signups";
    compare(
        plan,
        "http_signup: somebody new each time, 16 keep-alive connections, synchronous=FULL",
        Unit::Rate,
        &mut [
            Side::new("sign-ups through HTTP", || client.posts(CONNECTIONS, window, path, &body)),
            Side::new("the same rows, bare grouped transactions, 16 threads", || {
                let threads = usize::try_from(CONNECTIONS)?;
                rate(each * threads, || bare.at_once(threads, each))
            }),
        ],
        &[(1, Target::AtLeast(0.5))],
    )
}

/// One thread with one connection, which commits together what the others hand it.
struct Bare {
    rows: mpsc::Sender<(usize, mpsc::SyncSender<()>)>,
    count: AtomicUsize,
}

impl Bare {
    fn start(file: std::path::PathBuf) -> Outcome<Self> {
        let (rows, handed) = mpsc::channel::<(usize, mpsc::SyncSender<()>)>();
        let connection = Connection::open(file)?;
        connection.set_prepared_statement_cache_capacity(128);
        connection.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -512; PRAGMA wal_autocheckpoint = 4000;",
        )?;
        std::thread::spawn(move || -> Outcome<()> {
            while let Ok(first) = handed.recv() {
                let batch: Vec<_> = std::iter::once(first).chain(handed.try_iter().take(MOST_TOGETHER - 1)).collect();
                connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
                for (number, _) in &batch {
                    insert(&connection, *number)?;
                }
                connection.prepare_cached("COMMIT")?.execute([])?;
                for (_, done) in batch {
                    let _ = done.send(());
                }
            }
            Ok(())
        });
        Ok(Self { rows, count: AtomicUsize::new(0) })
    }

    /// So many threads hand over so many rows each, one after the other.
    fn at_once(&self, threads: usize, each: usize) -> Outcome<()> {
        std::thread::scope(|scope| {
            let work = || -> Outcome<()> {
                for _ in 0..each {
                    let (done, told) = mpsc::sync_channel(1);
                    self.rows.send((self.count.fetch_add(1, Ordering::Relaxed), done))?;
                    told.recv()?;
                }
                Ok(())
            };
            let writing: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            writing.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a writing thread panicked")?)
        })
    }
}

/// What a sign-up leaves: a volunteer, a place on the roster, the event's and the tenant's counts, an invite, a mail, an audit entry. Nothing
/// is looked for, checked or hashed.
fn insert(connection: &Connection, number: usize) -> Outcome<()> {
    let now = "2026-09-01T12:00:00.000Z";
    let email = format!("ann{number}@example.org");
    let hash = format!("{:016x}{number:048x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    connection
        .prepare_cached(
            "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, phone, phone_digits, organization,
                                     folded_organization, folded_skills, created_at, updated_at)
             VALUES (?1, 'Lee', ?2, ?3, ?3, '913-555-0100', '9135550100', 'City Hall', 'city hall', '', ?4, ?4)",
        )?
        .execute(params![format!("Ann{number}"), format!("lee ann{number}"), email, now])?;
    let volunteer = connection.last_insert_rowid();
    connection
        .prepare_cached(
            "INSERT INTO participations (event_id, volunteer_id, status, type, signed_up_at, confirmed_at, has_invite, created_at, updated_at)
             VALUES (1, ?1, 'confirmed', 'volunteer', ?2, ?2, 1, ?2, ?2)",
        )?
        .execute(params![volunteer, now])?;
    let place = connection.last_insert_rowid();
    connection.prepare_cached("UPDATE events SET volunteers_registered = volunteers_registered + 1 WHERE id = 1")?.execute([])?;
    connection.prepare_cached("UPDATE tenant SET public_rev = public_rev + 1")?.execute([])?;
    connection
        .prepare_cached("INSERT INTO invites (uid, event_id, volunteer_id) VALUES (?1, 1, ?2)")?
        .execute(params![&hash[..32], volunteer])?;
    let data = r#"{"event":{"ends_at":"2030-01-02T11:30:00Z","format":"in_person","location":"Main gym, entrance from the parking lot","school":null,"slug":"career-day-1-2030-01-02","starts_at":"2030-01-02T09:00:00Z","time_zone":"America/Chicago","title":"Career Day 1"},"invite":{"method":"request","sequence":0}}"#;
    connection
        .prepare_cached(
            "INSERT INTO outbox (kind, recipient, volunteer_id, event_id, participation_id, data, next_attempt_at, created_at)
             VALUES ('signup_confirmed', ?1, ?2, 1, ?3, ?4, ?5, ?5)",
        )?
        .execute(params![email, volunteer, place, data, now])?;
    connection
        .prepare_cached(
            "INSERT INTO audit_entries (occurred_at, actor_kind, address, personal_salt, personal_digest, action, resource_kind, resource_id,
                                        request_id, outcome, details, previous_hash, hash)
             VALUES (?1, 'public', '127.0.0.1', ?2, ?3, 'signup.submit', 'event', '1', ?2, 'done', ?4, ?3, ?3)",
        )?
        .execute(params![
            now,
            &hash[32..],
            hash,
            format!(r#"{{"outcome":"created","status":{{"from":null,"to":"confirmed"}},"volunteer":{volunteer}}}"#),
        ])?;
    Ok(())
}
