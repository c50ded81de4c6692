//! The HTML of mails: what mail programs show alike. No tables, style sheets or scripts, nothing that is loaded but the tenant's logo, and
//! nothing that tells who opened what.

use std::fmt::Write as _;

use minijinja::value::Value;

use super::colours::Colours;
use super::language::{Values, fill};
use crate::error::Result;

const FRAME: &str = include_str!("../templates/frame.html");

/// More than any mail has.
pub(super) const MOST: usize = 1 << 20;

/// How the sender shows itself.
pub(super) struct Face<'a> {
    pub(super) tenant: &'a str,
    pub(super) logo: Option<&'a str>,
    pub(super) colours: &'a Colours,
}

/// A whole document round what a mail says.
pub(super) fn document(face: &Face<'_>, subject: &str, content: &str) -> Result<String> {
    let logo = face.logo.filter(|logo| logo.starts_with("https://")).unwrap_or_default();
    let values: Values = [
        ("subject", safe(escape(subject))),
        ("tenant", safe(escape(face.tenant))),
        ("logo", safe(escape(logo))),
        ("colour", safe(face.colours.back.to_string())),
        ("content", safe(content.to_owned())),
    ]
    .into();
    fill(FRAME, &values, true, MOST)
}

/// HTML of text that has no other: paragraphs, lines, and addresses of pages to follow.
pub(super) fn of_text(text: &str) -> String {
    let mut html = String::new();
    for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
        let lines: Vec<_> = paragraph.lines().map(linked).collect();
        let _ = writeln!(html, "<p dir=\"auto\" style=\"margin:0 0 16px;\">{}</p>", lines.join("<br>\n"));
    }
    html
}

/// Text of several lines within HTML.
pub(super) fn lines(text: &str) -> String {
    text.lines().map(linked).collect::<Vec<_>>().join("<br>\n")
}

/// A line with its addresses of pages as links.
fn linked(line: &str) -> String {
    let mut html = String::new();
    for (at, word) in line.split(' ').enumerate() {
        if at > 0 {
            html.push(' ');
        }
        // What ends a sentence is no part of an address.
        let address = word.trim_end_matches(['.', ',', ';', '!', '?', ')', ':']);
        if address.starts_with("https://") || address.starts_with("http://") {
            let shown = escape(address);
            let _ = write!(html, "<a href=\"{shown}\" style=\"color:#1d4ed8;\">{shown}</a>{}", escape(&word[address.len()..]));
        } else {
            html.push_str(&escape(word));
        }
    }
    html
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

pub(super) fn safe(html: String) -> Value {
    Value::from_safe_string(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_paragraphs_with_links_and_nothing_else() {
        let html = of_text("Hello <b>Ann</b>,\nsee https://a.example/?x=1&y=\"2\".\n\n\njavascript:alert(1) & bye");
        assert_eq!(
            html,
            "<p dir=\"auto\" style=\"margin:0 0 16px;\">Hello &lt;b&gt;Ann&lt;/b&gt;,<br>\n\
             see <a href=\"https://a.example/?x=1&amp;y=&quot;2&quot;\" style=\"color:#1d4ed8;\">https://a.example/?x=1&amp;y=&quot;2&quot;</a>.</p>\n\
             <p dir=\"auto\" style=\"margin:0 0 16px;\">javascript:alert(1) &amp; bye</p>\n"
        );
    }
}
