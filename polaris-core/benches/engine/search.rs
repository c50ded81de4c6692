//! Finding volunteers among 100,000, and an event's roster, each against the bare statement that gives the same rows. (V3, R1)
//!
//! The volunteers are put in by bare INSERTs: what is measured is how they are found.

use std::path::Path;
use std::time::Instant;

use polaris_core::types::{EventId, RosterOrder, VolunteerOrder};
use polaris_core::{Durability, PageRequest, RosterFilter, TenantHandle, VolunteerFilter};
use rusqlite::{Connection, params};

use crate::bare::{self, Purpose};
use crate::data::{coordinator, fill_tenant, new_engine};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, median, scratch_directory, seconds, verdict};

const FIRST: [&str; 20] = [
    "José", "Ann", "Zoë", "Pat", "Kim", "Łukasz", "Joseph", "Maria", "Sam", "Alex", "Robin", "Chris", "Ivy", "Omar", "Grace", "Noah",
    "Emma", "Liam", "Olivia", "Ruth",
];
const LAST: [&str; 25] = [
    "García",
    "O'Brien",
    "Ångström",
    "Lee",
    "Hart",
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Miller",
    "Davis",
    "Martinez",
    "Lopez",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Nguyen",
    "Kowalski",
    "Schmidt",
    "Rossi",
    "Novák",
];
const SKILLS: [&str; 8] = ["welding", "nursing", "robotics", "journalism", "carpentry", "law", "graphic design", "public speaking"];

/// What is looked for: somebody, a name that a few percent have, a beginning that many have.
const SOUGHT: [(&str, &str, &str); 3] = [
    ("volunteer_search: one of 100,000", "garcia31 jose", r#""garcia31"* "jose"*"#),
    ("volunteer_search: one skill and one name", "weld kow", r#""weld"* "kow"*"#),
    ("volunteer_search: what one in ten begins with", "jo", r#""jo"*"#),
];

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 5, Durability::Normal)?;
    let file = fill_tenant(&polaris, "kckps", 2)?;
    let people = plan.pick(100_000, 100_000, 200);
    fill(&file, people)?;
    let tenant = polaris.tenant("kckps", coordinator())?;
    let connection = bare::open(&file, Purpose::Read)?;
    for (title, q, words) in SOUGHT {
        let times = plan.pick(40, 10, 1);
        compare(
            plan,
            title,
            Unit::Time,
            &mut [
                Side::new("volunteers().list(q), first page and total", || each(times, || (0..times).try_for_each(|_| list(&tenant, q)))),
                Side::new("the bare statements", || each(times, || (0..times).try_for_each(|_| bare_list(&connection, words)))),
            ],
            &[(1, Target::AtMost(2.0))],
        )?;
    }
    suggestions(plan, &tenant)?;
    let times = plan.pick(400, 100, 1);
    compare(
        plan,
        "roster: 100 of 200 people, by name",
        Unit::Time,
        &mut [
            Side::new("rosters().list(event)", || each(times, || (0..times).try_for_each(|_| roster(&tenant)))),
            Side::new("the bare statements", || each(times, || (0..times).try_for_each(|_| bare_roster(&connection)))),
        ],
        &[(1, Target::AtMost(2.0))],
    )
}

fn fill(file: &Path, people: usize) -> Outcome<()> {
    let mut connection = bare::open(file, Purpose::Write)?;
    let writing = connection.transaction()?;
    {
        let mut insert = writing.prepare(
            "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, organization, folded_organization, folded_skills,
                                     created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
        )?;
        let mut place = writing.prepare(
            "INSERT INTO participations (event_id, volunteer_id, status, created_at, updated_at)
             VALUES (1, ?1, 'confirmed', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
        )?;
        for number in 0..people {
            let (first, last) = (FIRST[number % 20], format!("{}{}", LAST[number / 20 % 25], number / 500));
            let folded = polaris_core::types::fold::fold(&format!("{last} {first}"));
            let (email, organization) = (format!("person{number}@example.org"), format!("Works {}", number % 300));
            let skills = format!("{} {}", SKILLS[number % 8], SKILLS[(number / 8) % 8]);
            insert.execute(params![first, last, folded, email, organization, organization.to_lowercase(), skills])?;
            if number % (people / 200) == 0 {
                place.execute([writing.last_insert_rowid()])?;
            }
        }
    }
    writing.commit()?;
    Ok(())
}

fn list(tenant: &TenantHandle, q: &str) -> Outcome<()> {
    let filter = VolunteerFilter { q: Some(q.into()), ..VolunteerFilter::default() };
    std::hint::black_box(tenant.volunteers().list(&filter, VolunteerOrder::default(), PageRequest::default())?);
    Ok(())
}

fn bare_list(connection: &Connection, words: &str) -> Outcome<()> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let total: i64 = connection
        .prepare_cached("SELECT count(*) FROM volunteer_search WHERE volunteer_search MATCH ?1")?
        .query_row([words], |row| row.get(0))?;
    let rows: Vec<(i64, String, String, Option<String>)> = connection
        .prepare_cached(
            "SELECT v.id, v.first_name, v.last_name, v.email FROM volunteer_search m JOIN volunteers v ON v.id = m.rowid
             WHERE volunteer_search MATCH ?1 ORDER BY v.folded_name, v.id LIMIT 20",
        )?
        .query_map([words], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    std::hint::black_box((total, rows));
    Ok(())
}

/// Whatever is typed: each letter, the beginnings of names, and what everybody has in their address.
fn suggestions(plan: &Plan, tenant: &TenantHandle) -> Outcome<()> {
    let mut typed: Vec<String> = ('a'..='z').map(String::from).collect();
    typed.extend(["ga", "gar", "garc", "garcia3", "jo", "jose g", "wel", "example", "person9", "works 1", "zzz", "o'b"].map(String::from));
    let mut figures = vec![Vec::new(); typed.len()];
    for _ in 0..plan.pick(7, 3, 1) {
        for (q, took) in typed.iter().zip(&mut figures) {
            let began = Instant::now();
            std::hint::black_box(tenant.volunteers().suggest(q)?);
            took.push(seconds(began.elapsed()) * 1e3);
        }
    }
    if !plan.measures() {
        println!("volunteer_suggest: ran");
        return Ok(());
    }
    // Each text's median: the longest single time of all is the machine's, not the text's.
    let of_each: Vec<f64> = figures.iter().map(|took| median(took)).collect();
    let (slowest, what) =
        of_each.iter().zip(&typed).fold((0.0, ""), |(slowest, what), (took, q)| if *took > slowest { (*took, q) } else { (slowest, what) });
    let longest = figures.iter().flatten().copied().fold(0.0, f64::max);
    println!("volunteer_suggest: {} texts among 100,000 volunteers", typed.len());
    print!("  median {:.2} ms, of the slowest text (`{what}`) {slowest:.2} ms, ", median(&of_each));
    println!("the longest single time {longest:.2} ms{}\n", verdict(slowest, Target::AtMost(5.0)));
    Ok(())
}

fn roster(tenant: &TenantHandle) -> Outcome<()> {
    let page = PageRequest::new(1, 100)?;
    std::hint::black_box(tenant.rosters().list(EventId::new(1), &RosterFilter::default(), RosterOrder::default(), page)?);
    Ok(())
}

/// Number, version, status, names, e-mail, phone.
type Place = (i64, i64, String, String, String, Option<String>, Option<String>);

fn bare_roster(connection: &Connection) -> Outcome<()> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let total: i64 =
        connection.prepare_cached("SELECT count(*) FROM participations WHERE event_id = 1")?.query_row([], |row| row.get(0))?;
    let rows: Vec<Place> = connection
        .prepare_cached(
            "SELECT p.id, p.version, p.status, v.first_name, v.last_name, v.email, v.phone FROM participations p
             JOIN volunteers v ON v.id = p.volunteer_id WHERE p.event_id = 1 ORDER BY v.folded_name, v.id LIMIT 100",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?)))?
        .collect::<Result<_, _>>()?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    std::hint::black_box((total, rows));
    Ok(())
}
