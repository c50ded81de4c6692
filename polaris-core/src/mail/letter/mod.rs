//! What mails say: texts in a [small language](language), filled with what is known, as plain text and as HTML.

pub(crate) mod colours;
mod html;
pub(crate) mod language;
pub(crate) mod names;
pub(crate) mod usual;
pub(crate) mod variables;
pub(crate) mod when;

use std::borrow::Cow;
use std::collections::BTreeMap;

use minijinja::value::Value;

use self::colours::Colours;
use self::html::{Face, document, escape, safe};
use self::language::{Values, fill};
use crate::error::Result;
use crate::tenant::settings::Settings;

/// No subject is longer, in characters.
const SUBJECT_MAX: usize = 255;
/// No text is longer, in bytes.
const TEXT_MOST: usize = 1 << 18;

/// The texts of a kind of mail, before they are filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Texts {
    pub(crate) subject: String,
    pub(crate) text: String,
    /// What the HTML document holds; without one it is made of the text.
    pub(crate) html: Option<String>,
}

/// What a name in a text stands for.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    /// One line.
    Line(String),
    /// What people wrote, of several lines.
    Lines(String),
    /// Facts below each other: what they are called, if they need a name, and what they are.
    Block(Vec<(&'static str, String)>),
}

/// What is known, by the names that texts use.
pub(crate) type Facts = BTreeMap<&'static str, Said>;

/// A mail's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    /// A whole document.
    pub(crate) html: String,
}

/// Fills the texts of a mail.
pub(crate) fn write(texts: &Texts, facts: &Facts, settings: &Settings) -> Result<Letter> {
    let colours = Colours::of(settings.branding.colour.as_deref());
    let plain: Values = facts.iter().map(|(name, said)| (*name, Value::from(said.text()))).collect();
    let subject = one_line(&fill(&texts.subject, &plain, false, TEXT_MOST)?);
    let text = tidy(&fill(&texts.text, &plain, false, TEXT_MOST)?);
    let content = match &texts.html {
        Some(html) => {
            let mut values: Values = facts.iter().map(|(name, said)| (*name, safe(said.html()))).collect();
            values.insert("button", safe(button(&colours)));
            fill(html, &values, true, html::MOST)?
        }
        None => html::of_text(&text),
    };
    let face = Face { tenant: &settings.name, logo: settings.branding.logo_url.as_deref(), colours: &colours };
    let html = document(&face, &subject, &content)?;
    Ok(Letter { subject, text, html })
}

fn button(colours: &Colours) -> String {
    let Colours { back, front, edge } = colours;
    format!(
        "display:inline-block;padding:12px 20px;border:1px solid {edge};border-radius:6px;background:{back};color:{front};\
         font-weight:bold;text-decoration:none;"
    )
}

impl Said {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Line(line) => line.clone(),
            Self::Lines(text) => text.clone(),
            Self::Block(facts) => {
                let line = |(name, fact): &(&str, String)| if name.is_empty() { fact.clone() } else { format!("{name}: {fact}") };
                facts.iter().map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }

    fn html(&self) -> String {
        match self {
            Self::Line(line) => escape(line),
            Self::Lines(text) => html::lines(text),
            Self::Block(facts) => {
                let line = |(name, fact): &(&str, String)| match *name {
                    "" => format!("<strong dir=\"auto\">{}</strong>", escape(fact)),
                    name => format!("{name}: <bdi>{}</bdi>", escape(fact)),
                };
                let lines: Vec<_> = facts.iter().map(line).collect();
                let style = "margin:0 0 16px;padding:12px 16px;background:#f3f4f6;border-radius:6px;";
                format!("<div style=\"{style}\">{}</div>", lines.join("<br>\n"))
            }
        }
    }
}

/// A subject is one line, whatever its values hold, without what could pass for another header.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(SUBJECT_MAX) {
        Some((end, _)) => line[..end].to_owned(),
        None => line,
    }
}

/// Drops the white space that conditions and empty names leave behind: at most one blank line in a row, none at the ends.
fn tidy(text: &str) -> String {
    let mut lines: Vec<Cow<'_, str>> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        // Where somebody is not named: "Dear ,".
        let greets_nobody = line.strip_suffix(" ,").filter(|word| !word.contains(' '));
        if let Some(word) = greets_nobody {
            lines.push(format!("{word},").into());
            continue;
        }
        let line = Cow::Borrowed(line);
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}
