//! Recruitment: an event's candidates among 2,000 volunteers with their history, and the dashboard of 1,000 events, each against the bare
//! query; and candidates among 100,000, and who is left out there. (C1, C2)
//!
//! People and rosters are put in by bare INSERTs, in the shape of the existing application's figures: 1,000 events to come, 100 past ones,
//! five places on rosters a person, of which three attended.

use std::path::Path;
use std::time::Instant;

use polaris_core::types::EventId;
use polaris_core::{Actor, Durability, NewEvent, PageRequest, TenantEdit, TenantHandle};
use rusqlite::{Connection, params};

use crate::bare::{self, Purpose};
use crate::data::{coordinator, fill_tenant, new_engine, new_event};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, median, scratch_directory, seconds, verdict};

/// Among 100,000 an answer may take as many milliseconds.
const MOST: f64 = 300.0;
const PAST: usize = 100;

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 10, Durability::Normal)?;
    for (slug, people) in [("kckps", plan.pick(2_000, 2_000, 50)), ("large", plan.pick(100_000, 100_000, 100))] {
        let coming = plan.pick(1_000, 1_000, 20);
        let file = fill_tenant(&polaris, slug, coming)?;
        let on = TenantEdit { features: [("recruitment".to_owned(), Some(true))].into(), ..TenantEdit::default() };
        polaris.platform(Actor::System)?.tenants().edit(slug, &on, None)?;
        let tenant = polaris.tenant(slug, coordinator())?;
        for number in 0..PAST {
            let day = format!("2026-{:02}-{:02}", number / 28 + 1, number % 28 + 1);
            let past = NewEvent { starts_at: format!("{day}T09:00"), ends_at: None, registration_deadline: None, ..new_event(number) };
            tenant.events().create(past)?;
        }
        fill(&file, people, coming)?;
        let connection = bare::open(&file, Purpose::Read)?;
        if slug == "large" { among_many(plan, &tenant)? } else { beside_the_bare(plan, &tenant, &connection)? }
    }
    Ok(())
}

/// The fifth event names skills and is at a school.
const EVENT: i64 = 13;

fn candidates(tenant: &TenantHandle) -> Outcome<()> {
    std::hint::black_box(tenant.recruitment().candidates(EventId::new(EVENT), PageRequest::default())?);
    Ok(())
}

fn dashboard(tenant: &TenantHandle) -> Outcome<()> {
    std::hint::black_box(tenant.recruitment().dashboard(PageRequest::default())?);
    Ok(())
}

fn beside_the_bare(plan: &Plan, tenant: &TenantHandle, connection: &Connection) -> Outcome<()> {
    let times = plan.pick(20, 5, 1);
    compare(
        plan,
        "candidates: 2,000 volunteers, 10,000 places on rosters",
        Unit::Time,
        &mut [
            Side::new("recruitment().candidates(event), first page", || each(times, || (0..times).try_for_each(|_| candidates(tenant)))),
            Side::new("the bare aggregate", || each(times, || (0..times).try_for_each(|_| bare_candidates(connection)))),
        ],
        &[(1, Target::AtMost(3.0))],
    )?;
    compare(
        plan,
        "dashboard: 1,000 events",
        Unit::Time,
        &mut [
            Side::new("recruitment().dashboard(), first page", || each(times, || (0..times).try_for_each(|_| dashboard(tenant)))),
            Side::new("the bare query", || each(times, || (0..times).try_for_each(|_| bare_dashboard(connection)))),
        ],
        &[(1, Target::AtMost(3.0))],
    )
}

fn left_out(tenant: &TenantHandle) -> Outcome<()> {
    std::hint::black_box(tenant.recruitment().left_out(EventId::new(EVENT), PageRequest::default())?);
    Ok(())
}

fn among_many(plan: &Plan, tenant: &TenantHandle) -> Outcome<()> {
    type Ask = fn(&TenantHandle) -> Outcome<()>;
    for (name, ask) in [("candidates", candidates as Ask), ("left out", left_out)] {
        let mut figures = Vec::new();
        for _ in 0..plan.pick(9, 5, 1) {
            let began = Instant::now();
            ask(tenant)?;
            figures.push(seconds(began.elapsed()) * 1e3);
        }
        if !plan.measures() {
            println!("{name}: ran");
            continue;
        }
        let took = median(&figures);
        println!("{name}: 100,000 volunteers, 500,000 places on rosters");
        println!("  median {took:.0} ms{}\n", verdict(took, Target::AtMost(MOST)));
    }
    Ok(())
}

fn fill(file: &Path, people: usize, coming: usize) -> Outcome<()> {
    let (people, coming, past_events) = (i64::try_from(people)?, i64::try_from(coming)?, i64::try_from(PAST)?);
    let mut connection = bare::open(file, Purpose::Write)?;
    let writing = connection.transaction()?;
    {
        let mut volunteer = writing.prepare(
            "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, phone, city, state, postal_code, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?4, '913 555 0100', 'Kansas City', 'KS', ?5, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
        )?;
        let mut skill = writing.prepare("INSERT OR IGNORE INTO volunteer_skills (volunteer_id, skill_id) VALUES (?1, ?2)")?;
        let mut place = writing.prepare(
            "INSERT OR IGNORE INTO participations (event_id, volunteer_id, status, invited_at, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
        )?;
        for number in 0..people {
            let (first, last) = (format!("Maria{}", number % 100), format!("García{}", number / 100));
            let folded = format!("garcia{} maria{}", number / 100, number % 100);
            let code = format!("66{:03}", number % 1_000);
            volunteer.execute(params![first, last, folded, format!("person{number}@example.org"), code])?;
            let id = writing.last_insert_rowid();
            for held in 0..=number % 3 {
                skill.execute(params![id, 1 + (number + held * 3) % 8])?;
            }
            for past in 0..3 {
                let event = coming + 1 + (number * 7 + past * 31) % past_events;
                place.execute(params![event, id, "attended", "2026-01-01T00:00:00.000Z"])?;
            }
            for (turn, status) in [(0, "invited"), (1, "confirmed")] {
                let event = 1 + (number * 11 + turn * 17) % coming;
                place.execute(params![event, id, status, format!("2026-03-{:02}T00:00:00.000Z", 1 + number % 28)])?;
            }
        }
        writing.execute("UPDATE events SET status = 'completed' WHERE id > ?1", params![coming])?;
    }
    writing.commit()?;
    Ok(())
}

/// Everybody with their history, skills and whether they are busy, in one statement; not ranked, and without a reason.
const BARE: &str = "
    SELECT v.id, v.folded_name, v.postal_code, v.city,
           (SELECT count(*) FROM volunteer_skills k JOIN event_skills w ON w.skill_id = k.skill_id AND w.event_id = ?1
            WHERE k.volunteer_id = v.id) AS skills,
           count(*) FILTER (WHERE p.status = 'attended') AS attended, max(CASE WHEN p.status = 'attended' THEN e.starts_at END) AS last,
           max(p.invited_at) AS asked
    FROM volunteers v LEFT JOIN participations p ON p.volunteer_id = v.id LEFT JOIN events e ON e.id = p.event_id
    WHERE v.active = 1 AND v.do_not_contact = 0 AND (v.email IS NOT NULL OR v.phone IS NOT NULL)
    GROUP BY v.id";

/// Number, name, postal code, city, skills, events attended, the last of them, when last asked.
type Person = (i64, String, Option<String>, Option<String>, i64, i64, Option<String>, Option<String>);

fn bare_candidates(connection: &Connection) -> Outcome<()> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let rows: Vec<Person> = connection
        .prepare_cached(BARE)?
        .query_map([EVENT], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
        })?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    std::hint::black_box(rows);
    Ok(())
}

/// Number, slug, title, status, start, end, place, how many are needed and registered.
type Needing = (i64, String, String, String, String, Option<String>, String, u32, u32);

fn bare_dashboard(connection: &Connection) -> Outcome<()> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let rows: Vec<Needing> = connection
        .prepare_cached(
            "SELECT id, slug, title, status, starts_at, ends_at, location, volunteers_needed, volunteers_registered FROM events
             WHERE volunteers_registered < volunteers_needed AND status IN ('draft', 'confirmed', 'published')
               AND starts_at > '2026-11-21T00:00:00.000Z'",
        )?
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?))
        })?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    std::hint::black_box(rows);
    Ok(())
}
