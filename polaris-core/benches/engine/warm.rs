//! A handle and one event by number on an open tenant, against the bare prepared statement; both inside a transaction.

use polaris_core::types::{EventFormat, EventId, EventStatus, EventType, LocalTime, SchoolId, TimeZone, parse_instant, parse_local};
use polaris_core::{Durability, Polaris};
use rusqlite::Connection;

use crate::bare::{self, EVENT_BY_ID, Event, Purpose};
use crate::data::{coordinator, fill_tenant, new_engine};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, rate, scratch_directory};

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 50, Durability::Normal)?;
    let events = plan.pick(1_000, 1_000, 20);
    let file = fill_tenant(&polaris, "kckps", events)?;
    let connection = bare::open(&file, Purpose::Read)?;
    let reads = plan.pick(200_000, 50_000, 100);
    // The same numbers in the same order for all: every event once, far apart from each other.
    let numbers: Vec<i64> = (0..reads).map(|at| i64::try_from(at * 617 % events + 1)).collect::<Result<_, _>>()?;
    compare(
        plan,
        "warm_get: a handle and one event by number",
        Unit::Rate,
        &mut [
            Side::new("tenant(slug, actor)?.events().get(id)", || rate(reads, || engine(&polaris, &numbers))),
            Side::new("BEGIN, held statement, COMMIT; text stays text", || rate(reads, || held(&connection, &numbers, Ok))),
            Side::new("the same, its text parsed into the engine's values", || rate(reads, || held(&connection, &numbers, parsed))),
        ],
        &[(1, Target::AtLeast(0.5)), (2, Target::Told)],
    )
}

fn engine(polaris: &Polaris, numbers: &[i64]) -> Outcome<()> {
    let actor = coordinator();
    for number in numbers {
        let event = polaris.tenant("kckps", actor.clone())?.events().get(EventId::new(*number))?;
        std::hint::black_box(event);
    }
    Ok(())
}

/// All three statements stay prepared.
fn held<T>(connection: &Connection, numbers: &[i64], finish: impl Fn(Event) -> Outcome<T>) -> Outcome<()> {
    let mut begin = connection.prepare("BEGIN")?;
    let mut by_id = connection.prepare(EVENT_BY_ID)?;
    let mut commit = connection.prepare("COMMIT")?;
    for number in numbers {
        begin.execute([])?;
        let event = by_id.query_row([number], Event::read)?;
        std::hint::black_box(finish(event)?);
        commit.execute([])?;
    }
    Ok(())
}

/// What the engine makes of the columns that aren't plain text or numbers.
type Parsed = (Event, LocalTime, Option<LocalTime>, Option<LocalTime>, EventFormat, EventStatus, Option<EventType>, Vec<String>);

fn parsed(event: Event) -> Outcome<Parsed> {
    let bad = |_| "an event that can't be read";
    let zone = TimeZone::parse(&event.time_zone).map_err(bad)?;
    let time = |local: &str, instant: &str| Some(LocalTime { local: parse_local(local)?, zone, instant: parse_instant(instant)? });
    let starts_at = time(&event.starts_at_local, &event.starts_at).ok_or("a start that can't be read")?;
    let ends_at = event.ends_at_local.as_deref().zip(event.ends_at.as_deref()).and_then(|(local, instant)| time(local, instant));
    let deadline = event.registration_deadline_local.as_deref().zip(event.registration_deadline.as_deref());
    let deadline = deadline.and_then(|(local, instant)| time(local, instant));
    let format = EventFormat::parse(&event.format).map_err(bad)?;
    let status = EventStatus::parse(&event.status).map_err(bad)?;
    let kind = event.event_type.as_deref().map(EventType::parse).transpose().map_err(bad)?;
    let skills = event.wanted_skills.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
    std::hint::black_box((parse_instant(&event.created_at), parse_instant(&event.updated_at), event.school_id.map(SchoolId::new)));
    Ok((event, starts_at, ends_at, deadline, format, status, kind, skills))
}
