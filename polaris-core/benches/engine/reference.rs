//! Importing a file of schools as large as one may be, new and again: how long that takes and how much memory, and whether twice the rows
//! take twice as long. (P5)
//!
//! Each size in a process of its own, so that nothing else's memory is counted. Beside it the same rows as bare INSERTs.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use polaris_core::{Actor, Config, Polaris, ReferenceImport, ReferenceKind, ReferenceSource};
use rusqlite::{Connection, params};

use crate::measure::{Outcome, Plan, Target, mebibytes, scratch_directory, seconds, verdict};

const MEBIBYTES: f64 = 300.0;
const ERRAND: &str = "--import";
const DISTRICTS: usize = 100;

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    for rows in plan.pick(vec![50_000, 100_000, 200_000], vec![50_000, 200_000], vec![100]) {
        let place = scratch_directory()?;
        let done = Command::new(std::env::current_exe()?).arg(ERRAND).arg(place.path()).arg(rows.to_string()).output()?;
        if !done.status.success() {
            return Err(format!("the importing process failed: {}", String::from_utf8_lossy(&done.stderr)).into());
        }
        if !plan.measures() {
            println!("reference_import: ran");
            continue;
        }
        let figures: Vec<f64> = String::from_utf8(done.stdout)?.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let [size, read, new, again, before, peak, bare] = figures[..] else { return Err("other figures were expected".into()) };
        println!("reference_import: {rows} schools, {size:.1} MiB of CSV");
        println!("  read {read:.2} s, imported {new:.2} s, imported again {again:.2} s; bare INSERTs, one commit: {bare:.2} s");
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
    let platform = polaris.platform(Actor::System)?;
    let districts: String = (0..DISTRICTS).fold("name\n".into(), |file, number| file + &format!("District {number}\n"));
    platform.reference().import(&ReferenceImport::of([ReferenceSource::csv(ReferenceKind::Districts, districts.as_bytes())?]))?;
    let schools = schools(rows)?;
    let size = schools.len();
    let before = mebibytes("VmRSS")?;

    let began = Instant::now();
    let source = ReferenceSource::csv(ReferenceKind::Schools, schools.as_bytes())?;
    let read = seconds(began.elapsed());
    let import = ReferenceImport::of([source]);
    let mut took = [0.0; 2];
    for (round, took) in took.iter_mut().enumerate() {
        let began = Instant::now();
        let report = platform.reference().import(&import)?.schools;
        *took = seconds(began.elapsed());
        let counted = if round == 0 { report.created } else { report.unchanged };
        assert_eq!(usize::try_from(counted)?, rows, "{report:?}");
    }
    let peak = mebibytes("VmHWM")?;
    let bare = bare(&place.join("bare.db"), rows)?;
    #[allow(clippy::cast_precision_loss, reason = "a file's size in MiB")]
    let size = size as f64 / f64::from(1 << 20);
    println!("{size} {read} {} {} {before} {peak} {bare}", took[0], took[1]);
    Ok(())
}

fn schools(rows: usize) -> Outcome<String> {
    let mut file = "district,name,level,city,state,postal_code,aliases\n".to_owned();
    for number in 0..rows {
        let (district, code) = (number % DISTRICTS, number % 1_000);
        writeln!(file, "District {district},Washington Middle School {number},middle,Kansas City,KS,66{code:03},W{number}")?;
    }
    Ok(file)
}

/// Seconds that the rows alone take: the same tables and indexes, nothing read, checked or compared.
fn bare(file: &Path, rows: usize) -> Outcome<f64> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    for step in ["registry/0001_operator.sql", "registry/0002_people.sql", "registry/0003_reference.sql"] {
        let steps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/sqlite");
        connection.execute_batch(&std::fs::read_to_string(steps.join(step))?)?;
    }
    for number in 0..DISTRICTS {
        connection.execute("INSERT INTO districts (name, folded_name) VALUES (?1, ?1)", [format!("district {number}")])?;
    }
    let began = Instant::now();
    let transaction = connection.transaction()?;
    {
        let mut school = transaction.prepare(
            "INSERT INTO schools (name, folded_name, reference_key, level, city, state, postal_code, district_id)
             VALUES (?1, ?2, ?3, 'middle', 'Kansas City', 'KS', '66101', ?4)",
        )?;
        let mut alias = transaction.prepare("INSERT INTO school_aliases (school_id, folded_alias, alias) VALUES (?1, ?2, ?3)")?;
        for number in 0..rows {
            let (name, key) =
                (format!("Washington Middle School {number}"), format!("{:016x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
            let id = school.insert(params![name, name.to_lowercase(), key, i64::try_from(number % DISTRICTS)? + 1])?;
            alias.execute(params![id, format!("w{number}"), format!("W{number}")])?;
        }
    }
    transaction.commit()?;
    Ok(seconds(began.elapsed()))
}
