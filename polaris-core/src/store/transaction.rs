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
    reading: bool,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection, reading: false }
    }

    /// One that only reads: what it sees is committed.
    pub(super) fn reading(connection: &'a Connection) -> Self {
        Self { connection, reading: true }
    }

    /// Whether this transaction may change rows, and so see changes that are not committed.
    pub(crate) fn may_change(&self) -> bool {
        !self.reading
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
