//! The store, line by line: what `docs` and callers rely on, checked on real files.
#![allow(clippy::unwrap_used)]

mod connections;
mod directory;
mod files;
mod gate;
mod moulds;
mod reading;
mod schema;
mod source;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::connection::{Durability, Location};
use super::database::{Database, Options};
use super::schema::Kind;
use super::template::{self, HalfMade};
use super::{Transaction, params};
use crate::error::Result;

pub(super) fn options() -> Options {
    Options { durability: Durability::Full, readers: 2, deadline: Duration::from_secs(10), migrate_on_open: true }
}

/// A directory with one database in it.
pub(super) struct Sandbox {
    pub(super) root: tempfile::TempDir,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let sandbox = Self { root: tempfile::tempdir().unwrap() };
        make(&sandbox.path(), Kind::Tenant);
        sandbox
    }

    pub(super) fn path(&self) -> PathBuf {
        self.root.path().join("tenant.db")
    }

    pub(super) fn location(&self) -> Location {
        Location::File(self.path())
    }

    pub(super) fn open(&self) -> Database {
        self.open_with(options())
    }

    pub(super) fn open_with(&self, options: Options) -> Database {
        Database::open(self.location(), Kind::Tenant, options).unwrap()
    }
}

/// Makes an empty database, with two tables that only tests use.
pub(super) fn make(path: &Path, kind: Kind) {
    let half = HalfMade::at(path.to_owned());
    template::make_filled(&half, kind, |new| {
        new.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT", params![])?;
        new.execute("CREATE TABLE links (note INTEGER REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED) STRICT", params![])?;
        Ok(())
    })
    .unwrap();
    half.finish();
}

pub(super) fn note(transaction: &Transaction<'_>, text: &str) -> Result<i64> {
    transaction.insert("INSERT INTO notes (text) VALUES (?1)", params![text])
}

pub(super) fn count(transaction: &Transaction<'_>) -> Result<i64> {
    Ok(transaction.first("SELECT count(*) AS n FROM notes", params![], |row| row.get("n"))?.unwrap())
}

pub(super) fn notes(database: &Database) -> Vec<String> {
    database.read(|now| now.all("SELECT text FROM notes ORDER BY id", params![], |row| row.get("text"))).unwrap()
}

/// A statement that only its deadline ends.
pub(super) const ENDLESS: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) AS n FROM c";
/// The same inside a change.
pub(super) const ENDLESS_CHANGE: &str =
    "INSERT INTO notes (text) WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT 'x' FROM c WHERE n < 0";
