//! What mails say: texts in a [small language](language), filled with what is known, as plain text and as HTML.

pub(crate) mod clean;
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
use self::usual::usual;
use self::variables::variables;
use crate::error::Result;
use crate::tenant::settings::Settings;
use crate::types::MailKind;

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
    /// Whether the tenant wrote them: then the HTML is cleaned.
    pub(crate) own: bool,
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

/// Fills the texts of a kind of mail. A tenant's own that would not do, because they lack what the mail is of no use without, are none: then
/// the usual ones are filled. A mail is not lost for its wording.
pub(crate) fn write_of(kind: MailKind, texts: &Texts, facts: &Facts, settings: &Settings) -> Result<Letter> {
    match write(texts, facts, settings) {
        Ok(letter) if !texts.own || lacks(kind, texts, &letter, facts).is_empty() => Ok(letter),
        _ => write(&usual(kind), facts, settings),
    }
}

/// What a mail of this kind must show and doesn't: in which of its texts, and what it is called.
pub(crate) fn lacks(kind: MailKind, texts: &Texts, letter: &Letter, facts: &Facts) -> Vec<(&'static str, &'static str)> {
    let mut lacking = Vec::new();
    for name in variables(kind).iter().filter(|variable| variable.required).map(|variable| variable.name) {
        let Some(fact) = facts.get(name).map(Said::text).filter(|fact| !fact.trim().is_empty()) else { continue };
        let (in_text, in_html) = if name.ends_with("link") {
            (stands_alone(&letter.text, &fact), clean::has_link(&letter.html, &fact))
        } else {
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            let all = |text: &str| bare(text).contains(&bare(&fact));
            (all(&letter.text), all(&clean::words(&letter.html)))
        };
        // HTML that is made of the text says the same.
        let in_html = in_html || texts.html.is_none();
        lacking.extend([("text", in_text), ("html", in_html)].into_iter().filter(|(_, has)| !has).map(|(field, _)| (field, name)));
    }
    lacking
}

/// Whether an address stands in a text so that nothing before or behind it is taken for a part of it.
fn stands_alone(text: &str, address: &str) -> bool {
    text.match_indices(address).any(|(at, _)| {
        let (before, behind) = (text[..at].chars().next_back(), text[at + address.len()..].chars().next());
        before.is_none_or(|letter| !letter.is_alphanumeric())
            && behind.is_none_or(|letter| letter.is_whitespace() || ".,;!?)>\"'".contains(letter))
    })
}

/// Own HTML, filled and not yet cleaned.
pub(crate) fn filled_html(html: &str, facts: &Facts, settings: &Settings) -> Result<String> {
    let mut values: Values = facts.iter().map(|(name, said)| (*name, safe(said.html()))).collect();
    values.insert("button", safe(button(&Colours::of(settings.branding.colour.as_deref()))));
    fill(html, &values, true, html::MOST)
}

/// Fills the texts of a mail.
pub(crate) fn write(texts: &Texts, facts: &Facts, settings: &Settings) -> Result<Letter> {
    let colours = Colours::of(settings.branding.colour.as_deref());
    let plain: Values = facts.iter().map(|(name, said)| (*name, Value::from(said.text()))).collect();
    let subject = one_line(&fill(&texts.subject, &plain, false, TEXT_MOST)?);
    let text = tidy(&fill(&texts.text, &plain, false, TEXT_MOST)?);
    let content = match &texts.html {
        Some(html) if texts.own => clean::clean(&filled_html(html, facts, settings)?)?,
        Some(html) => filled_html(html, facts, settings)?,
        None => html::of_text(&text),
    };
    let face = Face { tenant: &settings.name, logo: settings.branding.logo_url.as_deref(), colours: &colours };
    let html = document(&face, &subject, &content)?;
    Ok(Letter { subject, text, html })
}

fn button(colours: &Colours) -> String {
    let Colours { back, front, edge } = colours;
    format!(
        "display:inline-block;padding:12px 20px;border:1px solid {edge};border-radius:6px;background-color:{back};color:{front};\
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
                let style = "margin:0 0 16px;padding:12px 16px;background-color:#f3f4f6;border-radius:6px;";
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
