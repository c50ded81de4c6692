//! One row of a result, read by column name.

use std::cell::Cell;

use rusqlite::types::ValueRef;

use super::error::StoreError;
use super::value::{FromColumn, Value};
use crate::error::Result;

/// One row of a result.
///
/// Columns are asked for by name. Mappers that ask in the order of the SELECT find each at the first look, because the search
/// begins behind the column found last; any other order works and is a little slower.
pub(crate) struct Row<'a, 'stmt> {
    row: &'a rusqlite::Row<'stmt>,
    next: Cell<usize>,
}

impl<'a, 'stmt> Row<'a, 'stmt> {
    pub(super) fn new(row: &'a rusqlite::Row<'stmt>) -> Self {
        Self { row, next: Cell::new(0) }
    }

    /// The named column as `T`.
    pub(crate) fn get<T: FromColumn>(&self, name: &str) -> Result<T> {
        let bad = || StoreError::BadColumn(name.to_owned());
        let at = self.position(name).ok_or_else(bad)?;
        let value = match self.row.get_ref(at).map_err(StoreError::from)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(bytes) => Value::Text(std::str::from_utf8(bytes).map_err(|_| bad())?.into()),
            ValueRef::Real(_) | ValueRef::Blob(_) => return Err(bad().into()),
        };
        Ok(T::from_column(value).ok_or_else(bad)?)
    }

    fn position(&self, name: &str) -> Option<usize> {
        let statement: &rusqlite::Statement<'_> = self.row.as_ref();
        let count = statement.column_count();
        let start = self.next.get();
        let found = (start..count).chain(0..start).find(|&at| statement.column_name(at).is_ok_and(|column| column == name))?;
        self.next.set(found + 1);
        Some(found)
    }
}
