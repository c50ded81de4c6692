#![allow(clippy::unwrap_used)]

use rusqlite::Connection;

use super::*;
use crate::store::connection::{Purpose, guard};
use crate::store::schema::{self, Kind};
use crate::types::fold::fold;

/// A tenant's tables as they are served: functions of the schema distrusted, the schema itself closed, no other files.
fn served() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection, Kind::Tenant).unwrap();
    guard(&connection, Purpose::Read).unwrap();
    connection
}

const ADD: &str =
    "INSERT INTO events (slug, title, description, format, status, time_zone, starts_at_local, starts_at, location, created_at, updated_at)
    VALUES ('e-' || ?1, ?1, ?2, 'virtual', 'draft', 'UTC', '2026-01-15T09:00:00', '2026-01-15T09:00:00.000Z', ?3,
            '2026-01-15T09:00:00.000Z', '2026-01-15T09:00:00.000Z')";

fn found(connection: &Connection, q: &str) -> Vec<i64> {
    let mut conditions = Conditions::default();
    EVENTS.narrow(&mut conditions, q).unwrap();
    let sql = format!("SELECT e.id FROM events e{} ORDER BY e.id", conditions.sql());
    Transaction::reading(connection).all(&sql, &conditions.params(&[]), |row| row.get("id")).unwrap()
}

#[test]
fn letters_that_unicode_does_not_take_apart_are_written_out_alike_on_both_sides() {
    let connection = served();
    let letters: String = LETTERS.iter().map(|(letter, _)| *letter).collect();
    connection.execute(ADD, [&letters, &letters, &letters]).unwrap();
    let written_out: String = LETTERS.iter().map(|(_, written_out)| *written_out).collect();
    for column in ["title", "description", "location"] {
        let text: String = connection.query_row(&format!("SELECT {column} FROM event_texts"), [], |row| row.get(0)).unwrap();
        assert_eq!(text, written_out, "{column}");
    }
    assert_eq!(found(&connection, &letters), [1]);
    assert_eq!(found(&connection, &written_out), [1]);
    for (letter, written_out) in LETTERS {
        let folded = fold(&letter.to_string());
        assert_eq!(folded, *written_out, "{letter}");
    }
}

#[test]
fn a_text_becomes_quoted_prefixes_whatever_is_in_it() {
    for (text, query) in [
        ("career day", r#""career"* "day"*"#),
        ("O'Brien & \"sons\"", r#""O'Brien"* """sons"""*"#),
        ("title:x NOT y* OR (z) ^w -v", r#""title:x"* "NOT"* "y*"* "OR"* "(z)"* "^w"* "-v"*"#),
        ("Łódź 🎉 Straße", r#""lódź"* "Strasse"*"#),
    ] {
        assert_eq!(prefixes(text, LETTERS).as_deref(), Some(query));
    }
    for none in ["🎉", "&", "!?", "\"\"", "*", "-", "( )"] {
        assert_eq!(prefixes(none, LETTERS), None, "{none}");
    }
}

#[test]
fn words_are_found_by_their_beginnings_in_any_text_and_across_texts() {
    let connection = served();
    connection.execute(ADD, ["Career Day at Łódź", "Ærø: Straße nach Đà Nẵng, Tiếng Việt", "O’Brien’s gym 🎉"]).unwrap();
    connection.execute(ADD, ["C++ for beginners", "", "Room 101-B, हिन्दी भवन"]).unwrap();
    let both = [1, 2];
    for (q, expected) in [
        ("career", &both[..1]),
        ("CAR da", &both[..1]),
        ("day gym aero", &both[..1]),
        ("lodz", &both[..1]),
        ("ŁÓ", &both[..1]),
        ("strasse", &both[..1]),
        ("STRAẞE", &both[..1]),
        ("da nang", &both[..1]),
        ("đà", &both[..1]),
        ("tieng viet", &both[..1]),
        ("o'br", &both[..1]),
        ("brien", &both[..1]),
        ("🎉", &both[..1]),
        ("gym 🎉", &both[..1]),
        ("reer", &[]),
        ("career lunch", &[]),
        ("c++", &both),
        ("++", &both[1..]),
        ("101-b", &both[1..]),
        ("101-c", &[]),
        ("हिन्दी", &both[1..]),
        ("हि", &both[1..]),
        ("", &both),
        ("  \n ", &both),
        ("!", &[]),
        ("%", &[]),
        ("_", &[]),
        ("’", &both[..1]),
    ] {
        assert_eq!(found(&connection, q), expected, "{q:?}");
    }
}

#[test]
fn an_index_is_known_to_be_in_step_or_not_and_made_anew() {
    let connection = served();
    let file = Transaction::new(&connection);
    connection.execute(ADD, ["Career Day", "x", "Gym"]).unwrap();
    assert!(EVENTS.is_in_step(&file).unwrap());
    connection.execute_batch("DROP TRIGGER event_search_learns_after_update").unwrap();
    connection.execute("UPDATE events SET title = 'Career Night'", []).unwrap();
    assert!(!EVENTS.is_in_step(&file).unwrap());
    assert_eq!(found(&connection, "night"), [0_i64; 0]);
    EVENTS.rebuild(&file).unwrap();
    assert!(EVENTS.is_in_step(&file).unwrap());
    assert_eq!((found(&connection, "night"), found(&connection, "day")), (vec![1], vec![]));
}
