//! The language that mails are written in: text with `{{ name }}` and `{% if name %} … {% elif name %} … {% else %} … {% endif %}`, where a
//! condition may use `not`, `and` and `or`. Nothing else of the template engine behind it can be reached: no loops, filters, functions,
//! arithmetic, other templates or files.
//!
//! Every place between braces is held against this before the engine sees the text, so that the engine's own rules never matter. Its limits
//! on instructions and on what comes out are the second line.

use std::collections::BTreeMap;
use std::io;

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::error::{Error, Result};

/// Far more than the longest template can use.
const FUEL: u64 = 200_000;

/// Something in a template that can't stay as it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The line, from 1.
    pub(crate) line: usize,
    pub(crate) code: &'static str,
    pub(crate) what: String,
}

/// What a template's values are called, with what they are as text or as HTML.
pub(crate) type Values = BTreeMap<&'static str, Value>;

/// Finds what is wrong with a template for which there are values of these names.
pub(crate) fn flaws(source: &str, known: &[&str]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    // Whether each `if` that is open has had its `else`.
    let mut open: Vec<(usize, bool)> = Vec::new();
    for place in places(source) {
        let mut flaw = |code, what: String| flaws.push(Flaw { line: place.line, code, what });
        let Some(inside) = place.inside else {
            flaw("SYNTAX", format!("`{}` is not closed", place.opens));
            continue;
        };
        if place.opens == "{#" {
            continue;
        }
        let words: Vec<_> = inside.split_ascii_whitespace().collect();
        let mut names = Vec::new();
        match (place.opens, words.as_slice()) {
            ("{{", [name]) => names.push(*name),
            ("{%", ["if", condition @ ..]) => {
                open.push((place.line, false));
                names = condition_names(condition).unwrap_or_else(|| {
                    flaw("SYNTAX", "write `{% if name %}`; a condition may use not, and, or".to_owned());
                    Vec::new()
                });
            }
            ("{%", ["elif", condition @ ..]) if matches!(open.last(), Some((_, false))) => {
                names = condition_names(condition).unwrap_or_else(|| {
                    flaw("SYNTAX", "write `{% elif name %}`; a condition may use not, and, or".to_owned());
                    Vec::new()
                });
            }
            ("{%", ["else"]) if matches!(open.last(), Some((_, false))) => {
                if let Some((_, had_else)) = open.last_mut() {
                    *had_else = true;
                }
            }
            ("{%", ["endif"]) if !open.is_empty() => drop(open.pop()),
            ("{%", ["elif" | "else" | "endif", ..]) => flaw("SYNTAX", format!("`{}` belongs to no `if`", words[0])),
            _ => flaw("SYNTAX", "only `{{ name }}` and `{% if name %} … {% else %} … {% endif %}` can be used".to_owned()),
        }
        for name in names {
            if !known.contains(&name) {
                flaw("UNKNOWN_VARIABLE", format!("there is no `{}`", shortened(name)));
            }
        }
    }
    for (line, _) in open {
        flaws.push(Flaw { line, code: "SYNTAX", what: "this `if` has no `{% endif %}`".to_owned() });
    }
    flaws.sort_by_key(|flaw| flaw.line);
    flaws
}

/// Whether a template shows this value anywhere.
pub(crate) fn shows(source: &str, name: &str) -> bool {
    places(source).iter().any(|place| place.opens == "{{" && place.inside.is_some_and(|inside| inside.trim_ascii() == name))
}

/// Whether a template has a condition on this value.
pub(crate) fn asks_for(source: &str, name: &str) -> bool {
    places(source)
        .iter()
        .any(|place| place.opens == "{%" && place.inside.is_some_and(|inside| inside.split_ascii_whitespace().any(|word| word == name)))
}

/// Fills a template without flaws. What comes out has at most so many bytes; a template in HTML escapes every value that isn't HTML itself.
pub(crate) fn fill(source: &str, values: &Values, html: bool, most: usize) -> Result<String> {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(move |_| if html { AutoEscape::Html } else { AutoEscape::None });
    engine.set_fuel(Some(FUEL));
    engine.set_recursion_limit(50);
    let mut out = Bounded { text: Vec::new(), most };
    let template = engine.template_from_str(source).map_err(|_| Error::Internal)?;
    template.render_captured_to(values, &mut out).map_err(|_| Error::Internal)?;
    String::from_utf8(out.text).map_err(|_| Error::Internal)
}

/// Something between braces.
struct Place<'a> {
    line: usize,
    opens: &'static str,
    /// Without the marks that drop white space; `None` where it isn't closed.
    inside: Option<&'a str>,
}

/// All of them, as the engine finds them: whatever opens first, up to where that closes.
fn places(source: &str) -> Vec<Place<'_>> {
    const MARKS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
    let (mut found, mut at, mut line) = (Vec::new(), 0, 1);
    while let Some(begin) = source[at..].find('{').map(|more| at + more) {
        line += source[at..begin].matches('\n').count();
        let Some((opens, closes)) = MARKS.into_iter().find(|(opens, _)| source[begin..].starts_with(opens)) else {
            at = begin + 1;
            continue;
        };
        let inner = &source[begin + 2..];
        let Some(end) = inner.find(closes) else {
            found.push(Place { line, opens, inside: None });
            break;
        };
        let inside = &inner[..end];
        let unmarked = inside.strip_prefix(['-', '+']).unwrap_or(inside);
        found.push(Place { line, opens, inside: Some(unmarked.strip_suffix(['-', '+']).unwrap_or(unmarked)) });
        line += inside.matches('\n').count();
        at = begin + 2 + end + 2;
    }
    found
}

/// The names in a condition: names with `and` or `or` between them, each after any number of `not`.
fn condition_names<'a>(words: &[&'a str]) -> Option<Vec<&'a str>> {
    let (mut names, mut wanted) = (Vec::new(), true);
    for word in words {
        match (*word, wanted) {
            ("not", true) => {}
            ("and" | "or", false) => wanted = true,
            ("not" | "and" | "or", _) | (_, false) => return None,
            (name, true) => {
                names.push(name);
                wanted = false;
            }
        }
    }
    (!wanted).then_some(names)
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= 50 { name.to_owned() } else { format!("{}…", name.chars().take(50).collect::<String>()) }
}

/// What is written, as long as it is not too much.
struct Bounded {
    text: Vec<u8>,
    most: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > self.most {
            return Err(io::Error::other("too long"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KNOWN: &[&str] = &["title", "place"];

    fn values() -> Values {
        [("title", Value::from("<Fair>")), ("place", Value::from(""))].into()
    }

    fn codes(source: &str) -> Vec<(usize, &'static str)> {
        flaws(source, KNOWN).iter().map(|flaw| (flaw.line, flaw.code)).collect()
    }

    #[test]
    fn names_and_conditions_are_filled_in() {
        let text = "{{ title }}{{title}}{{- title -}}{# a note #} {% if place %}P{% elif title and not place %}T{% else %}E{% endif %}";
        assert_eq!(codes(text), []);
        assert_eq!(fill(text, &values(), false, 100).unwrap(), "<Fair><Fair><Fair> T");
        assert_eq!(fill("{{ title }}", &values(), true, 100).unwrap(), "&lt;Fair&gt;");
        assert!(shows(text, "title") && !shows(text, "place"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let found = flaws("one\n{{ titel }} {{ title }}\n{% if when %}\n{% endif %}", KNOWN);
        let expected = |line, what: &str| Flaw { line, code: "UNKNOWN_VARIABLE", what: what.into() };
        assert_eq!(found, [expected(2, "there is no `titel`"), expected(3, "there is no `when`")]);
        for (source, line) in [
            ("{% if title %}", 1),
            ("a\n\n{{ title", 3),
            ("{% endif %}", 1),
            ("{% if title %}{% else %}{% else %}{% endif %}", 1),
            ("{% if title %}{% else %}{% elif place %}{% endif %}", 1),
            ("{% if title place %}{% endif %}", 1),
            ("{% if %}{% endif %}", 1),
            ("{% if not %}{% endif %}", 1),
            ("{% if title and %}{% endif %}", 1),
            ("{{ }}", 1),
            ("{{ title place }}", 1),
        ] {
            assert_eq!(codes(source).first(), Some(&(line, "SYNTAX")), "{source}");
        }
    }

    #[test]
    fn nothing_else_of_the_engine_can_be_reached() {
        for source in [
            "{% include 'a' %}",
            "{% import 'a' as b %}",
            "{% from 'a' import b %}",
            "{% extends 'a' %}",
            "{% block title %}{% endblock %}",
            "{% for a in title %}{{ title }}{% endfor %}",
            "{% set title = 1 %}",
            "{% macro title() %}{% endmacro %}",
            "{% raw %}{{ title }}{% endraw %}",
            "{% autoescape false %}{{ title }}{% endautoescape %}",
            "{% do title() %}",
            "{{ title.place }}",
            "{{ title|upper }}",
            "{{ title|safe }}",
            "{{ title * 100000 }}",
            "{{ title[0] }}",
            "{{ title() }}",
            "{{ 'title' }}",
            "{{ 1 }}",
            "{{ range(1000000) }}",
            "{{ debug() }}",
            "{{ self.title() }}",
            "{{ loop }}",
            "{{ super() }}",
            "{{ __proto__ }}",
            "{{ title\u{a0}}}",
            "{{ '{#' }}{% include 'a' %}{{ '#}' }}",
            "{# {{ title }} #}{{ secret }}",
            "{{ '}}' }}",
            "{%if title==place%}{%endif%}",
            "{% if title is defined %}{% endif %}",
            "{% if (title) %}{% endif %}",
        ] {
            assert!(!codes(source).is_empty(), "{source}");
        }
    }

    /// Whatever the checker lets through, the engine can fill: it never sees what the checker doesn't know.
    #[test]
    fn what_has_no_flaws_can_be_filled() {
        let pieces = [
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            " title ",
            " place ",
            " if ",
            " else ",
            " endif ",
            " elif ",
            " not ",
            " and ",
            " or ",
            "-",
            "+",
            "\n",
            "{",
            "}",
            "%",
            "#",
            "'",
            "\"",
            "text",
            "{{ title }}",
            "{% if title %}",
            "{% else %}",
            "{% endif %}",
        ];
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let mut filled = 0;
        for _ in 0..20_000 {
            let source: String = (0..=next(9)).map(|_| pieces[next(pieces.len())]).collect();
            if flaws(&source, KNOWN).is_empty() {
                fill(&source, &values(), true, 10_000).unwrap_or_else(|_| panic!("{source:?}"));
                filled += 1;
            }
        }
        assert!(filled > 1_000, "{filled}");
    }

    #[test]
    fn what_comes_out_is_bounded() {
        assert!(fill("{{ title }}", &values(), false, 6).is_ok());
        assert!(fill("{{ title }}", &values(), false, 5).is_err());
        let text = "{{ title }}".repeat(15_000);
        assert!(fill(&text, &values(), false, 1_000_000).is_ok(), "as long as templates may be");
    }
}
