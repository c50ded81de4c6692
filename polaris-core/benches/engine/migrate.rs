//! Migrating all tenants where there is nothing to do, against opening each file and reading its version; and a backup of them, against
//! copying their files.

use std::path::Path;

use polaris_core::{Actor, Config, Durability, NewBackup, NewMigration, Polaris};
use rusqlite::{Connection, OpenFlags};

use crate::data::{file_of, make_many, many_tenants, slug};
use crate::measure::{Outcome, Plan, Side, Target, Unit, compare, each, scratch_directory};

pub(crate) fn run(plan: &Plan) -> Outcome<()> {
    let kept;
    let temporary = scratch_directory()?;
    let count = plan.pick(1_000, 1_000, 4);
    let data: &Path = if plan.measures() {
        kept = many_tenants(count)?;
        &kept
    } else {
        make_many(&temporary.path().join("data"), count)?;
        &temporary.path().join("data")
    };
    let polaris = Polaris::open(Config { durability: Durability::Normal, ..Config::at(data) })?;
    let platform = polaris.platform(Actor::System)?;
    let all = |jobs| NewMigration { all: true, jobs, ..NewMigration::default() };
    let nothing_to_do = |wanted: &NewMigration| {
        let report = platform.tenants().migrate(wanted)?;
        if report.count("up_to_date") == count { Ok(()) } else { Err(format!("{report:?}").into()) }
    };
    compare(
        plan,
        "migrate_nothing: all tenants looked at, none to be migrated; for one tenant",
        Unit::Time,
        &mut [
            Side::new("migrate --all, as many at a time as processors", || each(count, || nothing_to_do(&all(None)))),
            Side::new("open, PRAGMA user_version, close", || {
                each(count, || {
                    for number in 0..count {
                        std::hint::black_box(version(&file_of(data, &slug(number)))?);
                    }
                    Ok(())
                })
            }),
            Side::new("migrate --all, one at a time", || each(count, || nothing_to_do(&all(Some(1))))),
        ],
        &[(1, Target::AtMost(2.0))],
    )?;
    let into = scratch_directory()?;
    compare(
        plan,
        "backup: the registry and all tenants, durable; for one tenant",
        Unit::Time,
        &mut [
            Side::new("backup create", || {
                each(count, || {
                    let new = NewBackup { into: Some(into.path().to_owned()), ..NewBackup::default() };
                    let made = platform.backups().create(&new)?;
                    std::fs::remove_dir_all(made.folder)?;
                    Ok(())
                })
            }),
            Side::new("copy and sync each file", || {
                each(count, || {
                    for number in 0..count {
                        let to = into.path().join("copy.db");
                        std::fs::copy(file_of(data, &slug(number)), &to)?;
                        std::fs::File::open(&to)?.sync_all()?;
                    }
                    Ok(())
                })
            }),
        ],
        &[(1, Target::Told)],
    )
}

fn version(path: &Path) -> Outcome<i64> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
