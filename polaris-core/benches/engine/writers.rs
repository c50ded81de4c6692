//! Sixteen threads that write one event each at a time, durably, against one commit for each row.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use polaris_core::types::event_slug;
use polaris_core::{Actor, Durability, NewEvent, Polaris};
use rusqlite::{Connection, params};

use crate::bare::{self, Purpose};
use crate::data::{coordinator, fill_tenant, new_engine, new_event};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, rate, scratch_directory};

const THREADS: usize = 16;

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 50, Durability::Full)?;
    fill_tenant(&polaris, "ours", 0)?;
    let same = Reference::new(&polaris, "same", true)?;
    let only = Reference::new(&polaris, "only", false)?;
    let together = Reference::new(&polaris, "together", true)?;
    let each = plan.pick(150, 50, 2);
    let rows = each * THREADS;
    let count = AtomicUsize::new(0);
    compare(
        plan,
        "writers: 16 threads, one event each at a time, synchronous=FULL",
        Unit::Rate,
        &mut [
            Side::new("events().create(…): event and audit entry", || {
                rate(rows, || at_once(each, || create(&polaris, count.fetch_add(1, Ordering::Relaxed))))
            }),
            Side::new("the same statements, one commit a row", || rate(rows, || at_once(each, || same.write()))),
            Side::new("one INSERT of an event, one commit a row", || rate(rows, || at_once(each, || only.write()))),
            // What sharing could give at best: no thread is woken, nothing is checked or hashed.
            Side::new("the same statements, one thread, 16 rows a commit", || {
                rate(rows, || (0..each).try_for_each(|_| together.write_together(THREADS)))
            }),
        ],
        &[(1, Target::AtLeast(3.0)), (2, Target::Told), (3, Target::Told)],
    )
}

/// Runs `work` so many times on each of the threads.
fn at_once(times: usize, work: impl Fn() -> Outcome<()> + Sync) -> Outcome<()> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| (0..times).try_for_each(|_| work()))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a writing thread panicked")?)
    })
}

fn create(polaris: &Polaris, number: usize) -> Outcome<()> {
    polaris.tenant("ours", coordinator())?.events().create(short_event(number))?;
    Ok(())
}

/// An event with no more than it must have: one row in `events`, one in `audit_entries`.
fn short_event(number: usize) -> NewEvent {
    let NewEvent { title, starts_at, location, .. } = new_event(number);
    NewEvent { title, starts_at, location, ..NewEvent::default() }
}

/// One connection that the threads take in turns.
struct Reference {
    connection: Mutex<Connection>,
    count: AtomicUsize,
    uuid: String,
    slug: String,
    like_the_engine: bool,
}

impl Reference {
    fn new(polaris: &Polaris, slug: &str, like_the_engine: bool) -> Outcome<Self> {
        let created = polaris.platform(Actor::System)?.tenants().create(crate::data::new_tenant(slug))?;
        let file: &Path = &crate::data::file_of(polaris.data(), slug);
        let connection = Mutex::new(bare::open(file, Purpose::Write)?);
        let uuid = created.tenant.id.get().to_string();
        Ok(Self { connection, count: AtomicUsize::new(0), uuid, slug: slug.into(), like_the_engine })
    }

    /// Writes a row and commits it.
    fn write(&self) -> Outcome<()> {
        let row = self.next()?;
        let connection = self.connection.lock().map_err(|_| "another thread panicked")?;
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.insert(&connection, &row)?;
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// Writes several rows and commits them all at once, on one thread.
    fn write_together(&self, count: usize) -> Outcome<()> {
        let rows: Vec<_> = (0..count).map(|_| self.next()).collect::<Result<_, _>>()?;
        let connection = self.connection.lock().map_err(|_| "another thread panicked")?;
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        rows.iter().try_for_each(|row| self.insert(&connection, row))?;
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// A row with all its values, ready before the connection is taken. Nothing is checked, hashed or salted.
    fn next(&self) -> Outcome<NewRow> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let NewEvent { title, starts_at, location, .. } = short_event(number);
        Ok(NewRow {
            slug: event_slug(&title, starts_at[..10].parse()?),
            local: format!("{starts_at}:00"),
            utc: format!("{starts_at}:00.000Z"),
            hash: format!("{:016x}{number:048x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            title,
            location,
        })
    }

    fn insert(&self, connection: &Connection, row: &NewRow) -> Outcome<()> {
        if self.like_the_engine {
            connection
                .prepare_cached("SELECT state = 'active' AS active, settings_rev, public_rev FROM tenant WHERE uuid = ?1 AND slug = ?2")?
                .query_row([&self.uuid, &self.slug], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))?;
            let taken: Vec<String> = connection
                .prepare_cached("SELECT slug FROM events WHERE slug = ?1 OR (slug > ?1 || '-' AND slug < ?1 || '.')")?
                .query_map([&row.slug], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            std::hint::black_box(taken);
        }
        connection
            .prepare_cached(
                "INSERT INTO events (slug, title, description, event_type, format, status, time_zone, starts_at_local, starts_at,
                                     ends_at_local, ends_at, registration_deadline_local, registration_deadline, location, school_id,
                                     volunteers_needed, additional_info, created_at, updated_at)
                 VALUES (?1, ?2, NULL, NULL, 'in_person', 'draft', 'UTC', ?3, ?4, NULL, NULL, NULL, NULL, ?5, NULL, 0, NULL, ?4, ?4)",
            )?
            .execute(params![row.slug, row.title, row.local, row.utc, row.location])?;
        if self.like_the_engine {
            let id = connection.last_insert_rowid();
            let previous: Option<String> =
                connection.prepare_cached("SELECT hash FROM audit_entries ORDER BY id DESC LIMIT 1")?.query_row([], |row| row.get(0))?;
            connection
                .prepare_cached(
                    "INSERT INTO audit_entries (occurred_at, actor_kind, actor_id, actor_role, actor_name, address, personal_salt,
                                                personal_digest, action, resource_kind, resource_id, request_id, outcome, details,
                                                previous_hash, hash)
                     VALUES (?1, 'tenant_user', 7, 'coordinator', 'Pat Lee', NULL, ?2, ?3, 'event.create', 'event', ?4, NULL, 'done', ?5,
                             ?6, ?7)",
                )?
                .execute(params![
                    row.utc,
                    &row.hash[32..],
                    row.hash,
                    id.to_string(),
                    format!("{{\"slug\":\"{}\",\"status\":\"draft\"}}", row.slug),
                    previous,
                    row.hash,
                ])?;
        }
        Ok(())
    }
}

struct NewRow {
    slug: String,
    title: String,
    local: String,
    utc: String,
    location: String,
    hash: String,
}
