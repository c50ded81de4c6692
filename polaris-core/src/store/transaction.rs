//! What a capability works with inside a transaction: SQL in, typed rows out.

use rusqlite::Connection;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use super::error::StoreError;
use super::row::Row;
use super::value::{Param, Value};
use crate::error::Result;

/// A running transaction. Statements are prepared once per connection and kept.
pub(crate) struct Transaction<'a> {
    connection: &'a Connection,
    seen: Seen,
}

/// What a transaction began with.
enum Seen {
    /// It only reads: all it ever sees is committed.
    Reading,
    /// Nothing uncommitted, and this count of changed rows on its connection: until it changes one itself, what it sees is committed.
    CommittedAt(u64),
    /// Others' changes that may yet be rolled back.
    Uncommitted,
}

impl<'a> Transaction<'a> {
    /// One that may change rows, in a transaction in which others may have changed some already.
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection, seen: Seen::Uncommitted }
    }

    /// One that may change rows and is the first to.
    pub(super) fn first_to_change(connection: &'a Connection) -> Self {
        Self { connection, seen: Seen::CommittedAt(connection.total_changes()) }
    }

    /// One that only reads.
    pub(super) fn reading(connection: &'a Connection) -> Self {
        Self { connection, seen: Seen::Reading }
    }

    /// Whether all that a statement would see now is committed, and so may be kept beyond this transaction.
    pub(crate) fn sees_only_committed(&self) -> bool {
        match self.seen {
            Seen::Reading => true,
            // Changes that were undone count too: then nothing is kept, which does no harm.
            Seen::CommittedAt(count) => self.connection.total_changes() == count,
            Seen::Uncommitted => false,
        }
    }

    /// Runs a statement that changes rows, and tells how many.
    pub(crate) fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<usize> {
        Ok(self.try_execute(sql, params)?)
    }

    /// As [`Self::execute`], for callers to whom a broken uniqueness rule is an answer, not a defect.
    pub(crate) fn try_execute(&self, sql: &str, params: &[&dyn Param]) -> std::result::Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.execute(bound(params))?)
    }

    /// Inserts one row and gives its number.
    pub(crate) fn insert(&self, sql: &str, params: &[&dyn Param]) -> Result<i64> {
        self.execute(sql, params)?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The first row, if there is one.
    pub(crate) fn first<T>(&self, sql: &str, params: &[&dyn Param], map: impl FnOnce(&Row<'_, '_>) -> Result<T>) -> Result<Option<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        let mut rows = statement.query(bound(params)).map_err(StoreError::from)?;
        let row = rows.next().map_err(StoreError::from)?;
        row.map(|row| map(&Row::new(row))).transpose()
    }

    /// All rows, in the statement's order.
    pub(crate) fn all<T>(&self, sql: &str, params: &[&dyn Param], mut map: impl FnMut(&Row<'_, '_>) -> Result<T>) -> Result<Vec<T>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(StoreError::from)?;
        let mut rows = statement.query(bound(params)).map_err(StoreError::from)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            found.push(map(&Row::new(row))?);
        }
        Ok(found)
    }
}

fn bound<'p>(params: &'p [&'p dyn Param]) -> impl rusqlite::Params + 'p {
    rusqlite::params_from_iter(params.iter().map(|param| Bound(param.value())))
}

struct Bound<'a>(Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match &self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}
