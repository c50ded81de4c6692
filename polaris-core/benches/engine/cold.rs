//! Opening a tenant and reading one event, against a bare connection that is opened, set up and read.

use std::path::Path;

use polaris_core::types::EventId;
use polaris_core::{Config, Polaris};
use rusqlite::Connection;

use crate::bare::{self, EVENT_BY_ID, Event, Purpose};
use crate::data::{EVENTS_OF_MANY, coordinator, file_of, make_many, many_tenants, slug};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, scratch_directory};

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let kept;
    let temporary;
    let data: &Path = if plan.measures() {
        kept = many_tenants(1_000)?;
        &kept
    } else {
        temporary = scratch_directory()?;
        make_many(temporary.path(), 4)?;
        temporary.path()
    };
    let tenants = plan.pick(250, 100, 4);
    compare(
        plan,
        "cold_get: a tenant opened and one event read; all stay open",
        Unit::Time,
        &mut [
            Side::new("tenant(slug, actor)?.events().get(id)", || {
                let polaris = open(data, 1_000)?;
                each(tenants, || read_all(&polaris, tenants))
                // Closed here, after the clock has stopped.
            }),
            Side::new("open, pragmas, prepare, read", || {
                let mut open = Vec::new();
                each(tenants, || {
                    for number in 0..tenants {
                        let connection = bare::open(&file_of(data, &slug(number)), Purpose::Read)?;
                        read_bare(&connection, number)?;
                        open.push(connection);
                    }
                    Ok(())
                })
            }),
        ],
        &[(1, Target::AtMost(2.0))],
    )?;
    compare(
        plan,
        "cold_get_and_close: the same, each closed before the next",
        Unit::Time,
        &mut [
            Side::new("the same, room for one open tenant", || {
                let polaris = open(data, 1)?;
                each(tenants, || read_all(&polaris, tenants))
            }),
            Side::new("open, pragmas, prepare, read, close", || {
                each(tenants, || {
                    for number in 0..tenants {
                        let connection = bare::open(&file_of(data, &slug(number)), Purpose::Read)?;
                        read_bare(&connection, number)?;
                    }
                    Ok(())
                })
            }),
        ],
        &[(1, Target::AtMost(2.0))],
    )
}

fn open(data: &Path, open_tenants: u32) -> Outcome<Polaris> {
    let polaris = Polaris::open(Config { open_tenants, ..Config::at(data) })?;
    // The registry has its statement prepared; the tenants are as cold as they were.
    if polaris.tenant("no-such-tenant", coordinator()).is_ok() {
        return Err("a tenant that there isn't".into());
    }
    Ok(polaris)
}

fn read_all(polaris: &Polaris, tenants: usize) -> Outcome<()> {
    let actor = coordinator();
    for number in 0..tenants {
        let event = polaris.tenant(&slug(number), actor.clone())?.events().get(EventId::new(event_of(number)?))?;
        std::hint::black_box(event);
    }
    Ok(())
}

fn read_bare(connection: &Connection, number: usize) -> Outcome<()> {
    let event = connection.prepare_cached(EVENT_BY_ID)?.query_row([event_of(number)?], Event::read)?;
    std::hint::black_box(event);
    Ok(())
}

/// Some event of the tenant of this number.
pub(crate) fn event_of(number: usize) -> Outcome<i64> {
    Ok(i64::try_from(number % EVENTS_OF_MANY + 1)?)
}
