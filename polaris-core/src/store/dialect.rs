//! What SQLite does its own way, under names of ours: pieces of SQL that another engine would write otherwise.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::error::StoreError;
use crate::types::fold::fold;

/// A column of several rows as one list (JSON text): `json_list!("name" of "SELECT name FROM skills ORDER BY name")`.
macro_rules! json_list {
    ($column:literal of $rows:literal) => {
        concat!("(SELECT json_group_array(listed.", $column, ") FROM (", $rows, ") listed)")
    };
}

/// The elements of a parameter that is a list (JSON text), to stand behind `IN`.
macro_rules! elements {
    ($list:literal) => {
        concat!("(SELECT value FROM json_each(", $list, "))")
    };
}

/// A text as [`fold`] makes it, to sort and compare by what people take for the same.
macro_rules! folded {
    ($text:literal) => {
        concat!("polaris_fold(", $text, ")")
    };
}

pub(crate) use {elements, folded, json_list};

/// A LIKE pattern for text that contains this; `!` escapes.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Makes known to a connection what [`folded!`] calls.
pub(super) fn teach(connection: &Connection) -> Result<(), StoreError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("polaris_fold", 1, flags, |call| Ok(call.get::<Option<String>>(0)?.map(|text| fold(&text))))?;
    Ok(())
}
