//! What a mail that asks somebody to come says: what a coordinator wrote, or the usual, filled for its recipient.

use minijinja::value::Value;
use serde_json::Value as Json;

use crate::error::{Problem, Problems, Result};
use crate::mail::letter::language::{Values, fill, flaws};
use crate::mail::letter::names::named;
use crate::mail::letter::{Facts, Said};
use crate::mail::told::Told;
use crate::tenant::events::Event;
use crate::tenant::settings::Settings;
use crate::types::text::{self, NOTES_MAX, TITLE_MAX};

const USUAL_SUBJECT: &str = "Can you help at {{ title }}?";
const USUAL_TEXT: &str = "Hello{% if first_name %} {{ first_name }}{% endif %},

we are looking for volunteers for {{ title }}: {{ when }}, {{ place }}. Would you like to come?

Please let us know either way. Thank you!";

/// What both may name.
const KNOWN: &[&str] = &["first_name", "last_name", "tenant", "title", "when", "place", "location", "school", "additional_info"];
/// Far more than what is filled in can make of 5,000 characters of a sensible text.
const MOST: usize = 1 << 18;

/// Subject and text before they are filled, without flaws.
pub(crate) struct Texts {
    pub(super) subject: String,
    pub(super) text: String,
}

/// Filled.
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Texts {
    /// What was written, or the usual; every flaw is noted.
    pub(super) fn check(subject: Option<&str>, text: Option<&str>, problems: &mut Problems) -> Option<Self> {
        let subject = problems.take("subject", text::line(subject.unwrap_or_default(), TITLE_MAX));
        let text = problems.take("text", text::paragraphs(text.unwrap_or_default(), NOTES_MAX));
        let mut flawless = |field: &str, source: Option<String>, usual: &str| {
            let source = source.unwrap_or_else(|| usual.to_owned());
            let flaws = flaws(&source, KNOWN);
            for flaw in &flaws {
                let there_are = if flaw.code == "UNKNOWN_VARIABLE" { format!("; there are {}", KNOWN.join(", ")) } else { String::new() };
                problems.note(field, Problem::new(flaw.code, format!("line {}: {}{there_are}", flaw.line, flaw.what)));
            }
            flaws.is_empty().then_some(source)
        };
        let subject = subject.and_then(|subject| flawless("subject", subject, USUAL_SUBJECT));
        let text = text.and_then(|text| flawless("text", text, USUAL_TEXT));
        Some(Self { subject: subject?, text: text? })
    }

    /// As a mail's data hold them.
    pub(crate) fn stored(data: &Json) -> Self {
        let text = |field: &str| data.get(field).and_then(Json::as_str).unwrap_or_default().to_owned();
        Self { subject: text("subject"), text: text("text") }
    }

    /// As somebody of this first and last name reads it. `told` is the event as mails tell of it.
    pub(crate) fn fill(&self, name: (&str, &str), told: &Told, event: &Event, settings: &Settings) -> Result<Letter> {
        let mut facts = Facts::new();
        told.facts(&mut facts);
        for (name, text) in [
            ("first_name", named(name.0)),
            ("last_name", named(name.1)),
            ("tenant", settings.name.as_str()),
            ("additional_info", event.additional_info.as_deref().unwrap_or_default()),
        ] {
            facts.insert(name, Said::Lines(text.to_owned()));
        }
        let values: Values = KNOWN.iter().filter_map(|name| Some((*name, Value::from(facts.get(name)?.text())))).collect();
        let subject = fill(&self.subject, &values, false, MOST)?;
        let text = fill(&self.text, &values, false, MOST)?;
        Ok(Letter { subject: subject.split_whitespace().collect::<Vec<_>>().join(" "), text: text.trim().to_owned() })
    }
}
