//! Importing volunteers, new and again, beside the same rows as bare INSERTs into the same tables with the same indexes. (V2)

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use polaris_core::{Actor, Config, Durability, Polaris, VolunteerImport};
use rusqlite::{Connection, params};

use crate::data::{coordinator, file_of, new_engine, new_tenant};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, mebibytes, rate, scratch_directory, seconds, to_float, verdict};

const MEBIBYTES: f64 = 300.0;
const ERRAND: &str = "--import-volunteers";
const SKILLS: [&str; 8] = ["Welding", "Nursing", "Robotics", "Journalism", "Carpentry", "Law", "Graphic Design", "Public Speaking"];

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    rates(plan)?;
    without_addresses(plan)?;
    sizes(plan)
}

fn rates(plan: &Plan) -> Outcome<()> {
    let rows = plan.pick(10_000, 10_000, 100);
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 5, Durability::Full)?;
    let file = people(0..rows, true)?;
    let mut round = 0;
    let mut next = || {
        round += 1;
        format!("round-{round}")
    };
    let mut import = |again: bool| -> Outcome<f64> {
        let slug = next();
        polaris.platform(Actor::System)?.tenants().create(new_tenant(&slug))?;
        let tenant = polaris.tenant(&slug, coordinator())?;
        if again {
            tenant.volunteers().import(&VolunteerImport::of(file.as_bytes()))?;
        }
        let rated = rate(rows, || {
            let report = tenant.volunteers().import(&VolunteerImport::of(file.as_bytes()))?.report;
            let counted = if again { report.counts.unchanged } else { report.counts.created };
            assert_eq!(usize::try_from(counted)?, rows, "{:?}", report.counts);
            Ok(())
        })?;
        Ok(rated)
    };
    let imports = std::cell::RefCell::new(&mut import);
    let mut bare_round = 0;
    let bare = || -> Outcome<f64> {
        bare_round += 1;
        let slug = format!("bare-{bare_round}");
        polaris.platform(Actor::System)?.tenants().create(new_tenant(&slug))?;
        let copy = place.path().join(format!("{slug}.db"));
        Connection::open(file_of(polaris.data(), &slug))?.backup("main", &copy, None)?;
        insert(&copy, 0..rows, true).map(|seconds| to_float(rows) / seconds)
    };
    let mut sides = [
        Side::new("volunteers().import, new people", || (imports.borrow_mut())(false)),
        Side::new("the same rows as bare INSERTs, one commit", bare),
        Side::new("volunteers().import, the same file again", || (imports.borrow_mut())(true)),
    ];
    let title = format!("volunteer_import: {rows} rows with e-mail addresses and two skills each");
    compare(plan, &title, Unit::Rate, &mut sides, &[(1, Target::AtLeast(1.0 / 3.0)), (2, Target::AtMost(1.0))])
}

/// People without an address are looked for by name among all who have none.
fn without_addresses(plan: &Plan) -> Outcome<()> {
    let (held, rows) = (plan.pick(100_000, 100_000, 100), plan.pick(10_000, 10_000, 100));
    let place = scratch_directory()?;
    let polaris = new_engine(&place.path().join("data"), 5, Durability::Full)?;
    let create = |slug: &str| -> Outcome<_> {
        polaris.platform(Actor::System)?.tenants().create(new_tenant(slug))?;
        Ok(polaris.tenant(slug, coordinator())?)
    };
    let import = |tenant: &polaris_core::TenantHandle, people: Range<usize>| -> Outcome<f64> {
        let (file, rows) = (self::people(people.clone(), false)?, people.len());
        rate(rows, || {
            let report = tenant.volunteers().import(&VolunteerImport::of(file.as_bytes()))?.report;
            assert_eq!(usize::try_from(report.counts.created)?, rows, "{:?}", report.counts);
            Ok(())
        })
    };
    let many = create("many")?;
    import(&many, 0..held)?;
    let copy = place.path().join("bare.db");
    Connection::open(file_of(polaris.data(), "many"))?.backup("main", &copy, None)?;
    let next = |round: &mut usize| {
        let first = held + *round * rows;
        *round += 1;
        first..first + rows
    };
    let (mut of_many, mut of_bare, mut of_few) = (0, 0, 0);
    let mut sides = [
        Side::new("volunteers().import, new people, beside those", || import(&many, next(&mut of_many))),
        Side::new("the same rows as bare INSERTs, one commit", || {
            insert(&copy, next(&mut of_bare), false).map(|seconds| to_float(rows) / seconds)
        }),
        Side::new("volunteers().import, into a tenant that has nobody", || {
            of_few += 1;
            import(&create(&format!("few-{of_few}"))?, 0..rows)
        }),
    ];
    let title = format!("volunteer_import: {rows} rows without addresses into a tenant that holds {held} people without");
    compare(plan, &title, Unit::Rate, &mut sides, &[(1, Target::AtLeast(1.0 / 3.0)), (2, Target::Told)])
}

fn sizes(plan: &Plan) -> Outcome<()> {
    for rows in plan.pick(vec![50_000, 200_000], vec![200_000], vec![100]) {
        let place = scratch_directory()?;
        let done = Command::new(std::env::current_exe()?).arg(ERRAND).arg(place.path()).arg(rows.to_string()).output()?;
        if !done.status.success() {
            return Err(format!("the importing process failed: {}", String::from_utf8_lossy(&done.stderr)).into());
        }
        if !plan.measures() {
            println!("volunteer_import: ran");
            continue;
        }
        let figures: Vec<f64> = String::from_utf8(done.stdout)?.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [size, tried, new, again, before, peak] = figures[..] else { return Err("other figures were expected".into()) };
        println!("volunteer_import: {rows} rows, {size:.1} MiB of CSV");
        println!("  dry run {tried:.2} s, imported {new:.2} s, imported again {again:.2} s");
        println!("  memory: {before:.1} MiB at the beginning, peak {peak:.1} MiB{}", verdict(peak, Target::AtMost(MEBIBYTES)));
    }
    Ok(())
}

/// Does the importing, if that is what this process was started for.
pub(crate) fn errand() -> Option<Outcome<()>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [flag, place, rows] = args.as_slice() else { return None };
    (flag == ERRAND).then(|| import(Path::new(place), rows.parse()?))
}

fn import(place: &Path, rows: usize) -> Outcome<()> {
    let polaris = Polaris::init(Config::at(place.join("data")))?;
    polaris.platform(Actor::System)?.tenants().create(polaris_core::NewTenant::new("kckps", "Kansas City Kansas"))?;
    let tenant = polaris.tenant("kckps", coordinator())?;
    // Of 16 MiB as many rows can have no more than 80 letters each.
    let file = people(0..rows, true)?
        .replace("García Lopez,maria", "Lopez,m")
        .replace("example.org,(913) 555-", "x.org,913555")
        .replace("Works No. ", "W");
    let file =
        file.replace("Welder,", ",").replace("Kansas City,KS,", ",,").replace("Graphic Design", "Art").replace("Public Speaking", "Music");
    let size = to_float(file.len()) / f64::from(1 << 20);
    let before = mebibytes("VmRSS")?;
    let took = |dry_run: bool| -> Outcome<f64> {
        let began = Instant::now();
        let done = tenant.volunteers().import(&VolunteerImport { dry_run, ..VolunteerImport::of(file.as_bytes()) })?;
        assert_eq!(usize::try_from(done.report.total_rows)?, rows);
        Ok(seconds(began.elapsed()))
    };
    let (tried, new, again) = (took(true)?, took(false)?, took(false)?);
    println!("{size} {tried} {new} {again} {before} {}", mebibytes("VmHWM")?);
    Ok(())
}

fn skills(number: usize) -> (usize, usize) {
    (number % SKILLS.len(), (number + 1 + number / 8 % 7) % SKILLS.len())
}

fn people(rows: Range<usize>, addresses: bool) -> Outcome<String> {
    let mut file = "First Name,Last Name,Email,Phone,Organization,Title,Skills,City,State,Zip\n".to_owned();
    for number in rows {
        let (one, other) = skills(number);
        let address = if addresses { format!("maria{number}@example.org") } else { String::new() };
        writeln!(
            file,
            "Maria{number},García Lopez,{address},(913) 555-{:04},Works No. {},Welder,{}; {},Kansas City,KS,66{:03}",
            number % 10_000,
            number % 500,
            SKILLS[one],
            SKILLS[other],
            number % 1_000
        )?;
    }
    Ok(file)
}

/// Seconds that the rows alone take: nothing read, checked, folded or looked for.
fn insert(file: &Path, rows: Range<usize>, addresses: bool) -> Outcome<f64> {
    let mut connection = Connection::open(file)?;
    connection
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
    let known: Vec<i64> = SKILLS
        .iter()
        .map(|name| connection.query_row("SELECT id FROM skills WHERE name = ?1", [name], |row| row.get(0)))
        .collect::<Result<_, _>>()?;
    let prepared: Vec<_> = rows
        .map(|number| {
            let (one, other) = skills(number);
            (
                [
                    format!("Maria{number}"),
                    format!("garcia lopez maria{number}"),
                    format!("(913) 555-{:04}", number % 10_000),
                    format!("913555{:04}", number % 10_000),
                    format!("Works No. {}", number % 500),
                    format!("works no. {}", number % 500),
                    format!("{} {}", SKILLS[one].to_lowercase(), SKILLS[other].to_lowercase()),
                    format!("66{:03}", number % 1_000),
                ],
                addresses.then(|| format!("maria{number}@example.org")),
                [known[one], known[other]],
            )
        })
        .collect();
    let began = Instant::now();
    let transaction = connection.transaction()?;
    {
        let mut volunteer = transaction.prepare(
            "INSERT INTO volunteers (first_name, last_name, folded_name, email, folded_email, phone, phone_digits, organization,
                                     folded_organization, title, folded_title, folded_skills, city, state, postal_code, created_at, updated_at)
             VALUES (?1, 'García Lopez', ?2, ?3, ?3, ?4, ?5, ?6, ?7, 'Welder', 'welder', ?8, 'Kansas City', 'KS', ?9,
                     '2026-09-01T12:00:00.000Z', '2026-09-01T12:00:00.000Z')",
        )?;
        let mut skill = transaction.prepare("INSERT INTO volunteer_skills (volunteer_id, skill_id) VALUES (?1, ?2)")?;
        for ([first, folded, phone, digits, organization, folded_organization, held, code], email, ids) in &prepared {
            let id = volunteer.insert(params![first, folded, email, phone, digits, organization, folded_organization, held, code])?;
            for known in ids {
                skill.execute(params![id, known])?;
            }
        }
    }
    transaction.commit()?;
    Ok(seconds(began.elapsed()))
}
