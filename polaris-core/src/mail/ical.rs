//! Writing iCalendar (RFC 5545): lines of a name and a value, escaped, folded and ended as calendar programs expect them.
//!
//! It writes what it is told in the order it is told, so that the same events are the same bytes: feeds are compared by their digest.
//! Moments are written in UTC, which is right across every change of clocks without a table of the zone's rules.

use chrono::{DateTime, Utc};

/// No line has more bytes than this, but for its end (RFC 5545, 3.1).
const LONGEST_LINE: usize = 75;

/// An iCalendar text in the making.
pub(crate) struct Ical {
    text: String,
}

/// What stands behind a property's name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    /// Text that people wrote (3.3.11): line breaks, `;`, `,` and `\` are escaped.
    Text(&'a str),
    /// Words of the standard, addresses and durations: written as they are.
    Plain(&'a str),
    /// A whole number.
    Number(i64),
    /// A moment, in UTC (3.3.5).
    Instant(DateTime<Utc>),
}

impl Ical {
    /// Begins a calendar made by this program (3.6, 3.7.3, 3.7.4).
    pub(crate) fn begin() -> Self {
        let mut calendar = Self { text: String::new() };
        calendar.open("VCALENDAR");
        calendar.put("VERSION", Value::Plain("2.0"));
        calendar.put("PRODID", Value::Plain("-//Polaris//Polaris//EN"));
        calendar.put("CALSCALE", Value::Plain("GREGORIAN"));
        calendar
    }

    /// The whole text, its end written.
    pub(crate) fn end(mut self) -> String {
        self.close("VCALENDAR");
        self.text
    }

    /// Begins a component, such as `VEVENT`.
    pub(crate) fn open(&mut self, component: &str) {
        self.put("BEGIN", Value::Plain(component));
    }

    /// Ends the component that was begun last.
    pub(crate) fn close(&mut self, component: &str) {
        self.put("END", Value::Plain(component));
    }

    /// A property.
    pub(crate) fn put(&mut self, name: &str, value: Value<'_>) {
        self.put_with(name, &[], value);
    }

    /// A property with parameters (3.2), whose values may be any text: they are quoted, and what quotes can't hold is written by RFC 6868.
    pub(crate) fn put_with(&mut self, name: &str, parameters: &[(&str, &str)], value: Value<'_>) {
        let mut line = name.to_owned();
        for (name, value) in parameters {
            line.push(';');
            line.push_str(name);
            line.push('=');
            line.push_str(&quoted(value));
        }
        line.push(':');
        match value {
            Value::Text(text) => escape(text, &mut line),
            Value::Plain(text) => line.extend(text.chars().filter(|c| !c.is_control())),
            Value::Number(number) => line.push_str(&number.to_string()),
            Value::Instant(instant) => line.push_str(&instant.format("%Y%m%dT%H%M%SZ").to_string()),
        }
        self.fold(&line);
    }

    /// Writes a line in pieces of at most 75 bytes, none of which cuts a character.
    fn fold(&mut self, mut line: &str) {
        let mut room = LONGEST_LINE;
        while line.len() > room {
            let (piece, rest) = line.split_at(line.floor_char_boundary(room));
            self.text.push_str(piece);
            // The space that says that the line goes on counts, too.
            self.text.push_str("\r\n ");
            (line, room) = (rest, LONGEST_LINE - 1);
        }
        self.text.push_str(line);
        self.text.push_str("\r\n");
    }
}

/// Control characters but line breaks and tabs can't stand in an iCalendar text.
fn escape(text: &str, line: &mut String) {
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | ';' | ',' => line.extend(['\\', letter]),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => line.push_str("\\n"),
            '\t' => line.push('\t'),
            letter if letter.is_control() => {}
            letter => line.push(letter),
        }
    }
}

fn quoted(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    let mut needs_quotes = false;
    for letter in value.chars() {
        needs_quotes |= matches!(letter, ':' | ';' | ',');
        match letter {
            '^' => quoted.push_str("^^"),
            '"' => quoted.push_str("^'"),
            '\n' => quoted.push_str("^n"),
            letter if letter.is_control() => {}
            letter => quoted.push(letter),
        }
    }
    if needs_quotes { format!("\"{quoted}\"") } else { quoted }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn line(parameters: &[(&str, &str)], value: Value<'_>) -> String {
        let mut ical = Ical { text: String::new() };
        ical.put_with("X", parameters, value);
        ical.text
    }

    #[test]
    fn a_calendar_begins_and_ends_as_the_standard_says() {
        let mut ical = Ical::begin();
        ical.open("VEVENT");
        ical.put("SEQUENCE", Value::Number(3));
        ical.put("DTSTART", Value::Instant("2026-10-15T14:05:09.999Z".parse().unwrap()));
        ical.close("VEVENT");
        assert_eq!(
            ical.end(),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Polaris//Polaris//EN\r\nCALSCALE:GREGORIAN\r\n\
             BEGIN:VEVENT\r\nSEQUENCE:3\r\nDTSTART:20261015T140509Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
    }

    #[test]
    fn text_is_escaped_and_holds_no_control_characters() {
        assert_eq!(line(&[], Value::Text("a\\b;c,d:e\"f")), "X:a\\\\b\\;c\\,d:e\"f\r\n");
        assert_eq!(line(&[], Value::Text("one\ntwo\r\nthree\rfour\u{2028}five\tsix")), "X:one\\ntwo\\nthree\\nfour\\nfive\tsix\r\n");
        assert_eq!(line(&[], Value::Text("a\0b\u{1b}c\u{7f}d\u{9b}e")), "X:abcde\r\n");
        assert_eq!(line(&[], Value::Plain("https://example.org/a;b\r\nATTENDEE:x")), "X:https://example.org/a;bATTENDEE:x\r\n");
    }

    #[test]
    fn parameters_hold_any_text() {
        assert_eq!(line(&[("CN", "Pat Lee")], Value::Plain("y")), "X;CN=Pat Lee:y\r\n");
        assert_eq!(line(&[("CN", "Lee, \"Pat\"; ^\n")], Value::Plain("y")), "X;CN=\"Lee, ^'Pat^'; ^^^n\":y\r\n");
    }

    #[test]
    fn no_line_is_longer_than_75_bytes_and_no_character_is_cut() {
        for letter in ["x", "é", "語", "🎉"] {
            for length in [70, 73, 74, 75, 76, 148, 149, 150, 1_000] {
                let text = letter.repeat(length);
                let written = line(&[], Value::Text(&text));
                assert!(written.ends_with("\r\n"));
                let pieces: Vec<_> = written.strip_suffix("\r\n").unwrap().split("\r\n").collect();
                assert!(pieces.iter().all(|piece| piece.len() <= 75), "{letter} {length}");
                assert!(pieces[1..].iter().all(|piece| piece.starts_with(' ')));
                let unfolded: String = pieces.iter().enumerate().map(|(at, piece)| if at == 0 { piece } else { &piece[1..] }).collect();
                assert_eq!(unfolded, format!("X:{text}"));
            }
        }
        assert_eq!(line(&[], Value::Text(&"x".repeat(73))).len(), 77, "75 bytes are one line");
    }
}
