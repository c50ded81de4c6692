//! What SQLite does its own way, under names of ours: pieces of SQL that another engine would write otherwise.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::error::StoreError;
use super::{Transaction, full_text, params};
use crate::error::Result;
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

/// The last number given in each table whose numbers are never given again; those of the audit log but not, which follow one another.
pub(crate) fn last_numbers(file: &Transaction<'_>) -> Result<Vec<(String, i64)>> {
    file.all("SELECT name, seq FROM sqlite_sequence WHERE name <> 'audit_entries'", params![], |row| {
        Ok((row.get("name")?, row.get("seq")?))
    })
}

/// Goes on numbering beyond these, and beyond what the file has by so much more.
pub(crate) fn raise_numbers(file: &Transaction<'_>, numbers: &[(String, i64)], more: i64) -> Result<()> {
    file.execute("UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name <> 'audit_entries' AND seq > 0", params![more])?;
    for (table, number) in numbers {
        if file.execute("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1", params![table, number])? == 0 {
            file.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", params![table, number])?;
        }
    }
    Ok(())
}

/// Whether SQLite finds a file sound at a glance. Search indexes can be made anew.
pub(crate) fn is_sound(file: &Transaction<'_>) -> Result<bool> {
    let found = file.all("PRAGMA quick_check", params![], |row| row.get::<String>("quick_check"))?;
    Ok(found.iter().all(|line| line == "ok" || full_text::is_about_an_index(line)))
}

/// A column or parameter of a JSON object with one more object in it: under `name`, of these fields, each an expression.
pub(crate) fn with_object(json: &str, name: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(field, value)| format!("'{field}', {value}")).collect();
    format!("json_set({json}, '$.{name}', json_object({}))", fields.join(", "))
}

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
