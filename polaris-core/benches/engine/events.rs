//! Listing and searching 10,000 events, each against the bare statements that give the same rows. (E5)

use polaris_core::types::EventOrder;
use polaris_core::{Durability, EventFilter, PageRequest, TenantHandle};
use rusqlite::{Connection, ToSql};

use crate::bare::{self, EVENT_BY_ID, Event, Purpose};
use crate::data::{coordinator, fill_tenant, new_engine};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, scratch_directory};

/// What is looked for, and how the index is asked for it: one event, one in nine, all of them.
const SOUGHT: [(&str, &str, &str); 3] = [
    ("event_search: one of 10,000", "career 9876", r#""career"* "9876"*"#),
    ("event_search: what one in nine begins with", "career 9", r#""career"* "9"*"#),
    ("event_search: a word that all have", "coffee", r#""coffee"*"#),
];

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 50, Durability::Normal)?;
    let events = plan.pick(10_000, 10_000, 40);
    let file = fill_tenant(&polaris, "kckps", events)?;
    let tenant = polaris.tenant("kckps", coordinator())?;
    let bare = Bare::new(bare::open(&file, Purpose::Read)?)?;
    for (title, page) in [("event_list: the first 20 of 10,000", 1_u32), ("event_list: 20 in the middle of 10,000", 250)] {
        let (wanted, times) = (PageRequest::new(page.into(), 20)?, plan.pick(300, 80, 1));
        let (all, offset) = (EventFilter::default(), (page - 1) * 20);
        compare(
            plan,
            title,
            Unit::Time,
            &mut [
                Side::new("events().list(…), page and total", || {
                    each(times, || (0..times).try_for_each(|_| list(&tenant, &all, wanted)))
                }),
                Side::new("the bare statements", || each(times, || (0..times).try_for_each(|_| bare.list(offset)))),
            ],
            &[(1, Target::AtMost(2.0))],
        )?;
    }
    let times = plan.pick(8, 3, 1);
    compare(
        plan,
        "event_list: all 10,000 at once",
        Unit::Time,
        &mut [
            Side::new("events().list_all(…)", || each(times, || (0..times).try_for_each(|_| list_all(&tenant)))),
            Side::new("the bare statement", || each(times, || (0..times).try_for_each(|_| bare.list_all()))),
        ],
        &[(1, Target::AtMost(2.0))],
    )?;
    for (title, q, words) in SOUGHT {
        let (wanted, times) = (PageRequest::default(), plan.pick(60, 15, 1));
        let filter = EventFilter { q: Some(q.into()), ..EventFilter::default() };
        compare(
            plan,
            title,
            Unit::Time,
            &mut [
                Side::new("events().list(q), page and total", || {
                    each(times, || (0..times).try_for_each(|_| list(&tenant, &filter, wanted)))
                }),
                Side::new("the bare statements", || each(times, || (0..times).try_for_each(|_| bare.search(words)))),
            ],
            &[(1, Target::AtMost(2.0))],
        )?;
    }
    Ok(())
}

fn list(tenant: &TenantHandle, filter: &EventFilter, page: PageRequest) -> Outcome<()> {
    std::hint::black_box(tenant.events().list(filter, EventOrder::default(), page)?);
    Ok(())
}

fn list_all(tenant: &TenantHandle) -> Outcome<()> {
    std::hint::black_box(tenant.events().list_all(&EventFilter::default(), EventOrder::default())?);
    Ok(())
}

/// The statements as one would write them by hand, prepared once; every column read into owned values.
struct Bare {
    connection: Connection,
    page: String,
    all: String,
    search: String,
}

impl Bare {
    fn new(connection: Connection) -> Outcome<Self> {
        let (columns, _) = EVENT_BY_ID.rsplit_once(" WHERE ").ok_or("no columns")?;
        Ok(Self {
            connection,
            page: format!("{columns} ORDER BY e.starts_at, e.id LIMIT 20 OFFSET ?1"),
            all: format!("{columns} ORDER BY e.starts_at, e.id"),
            search: format!(
                "{columns} JOIN event_search m ON m.rowid = e.id WHERE event_search MATCH ?1 ORDER BY e.starts_at, e.id LIMIT 20"
            ),
        })
    }

    fn list(&self, offset: u32) -> Outcome<()> {
        self.read(Some(("SELECT count(*) FROM events", &[])), &self.page, &[&offset])
    }

    fn list_all(&self) -> Outcome<()> {
        self.read(None, &self.all, &[])
    }

    fn search(&self, words: &str) -> Outcome<()> {
        let count = "SELECT count(*) FROM event_search WHERE event_search MATCH ?1";
        self.read(Some((count, &[&words])), &self.search, &[&words])
    }

    fn read(&self, total: Option<(&str, &[&dyn ToSql])>, sql: &str, params: &[&dyn ToSql]) -> Outcome<()> {
        self.connection.prepare_cached("BEGIN")?.execute([])?;
        if let Some((sql, params)) = total {
            let total: i64 = self.connection.prepare_cached(sql)?.query_row(params, |row| row.get(0))?;
            std::hint::black_box(total);
        }
        let rows: Vec<Event> = self.connection.prepare_cached(sql)?.query_map(params, Event::read)?.collect::<Result<_, _>>()?;
        std::hint::black_box(rows);
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}
